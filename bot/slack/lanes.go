package slack

import (
	"context"
	"hash/maphash"
	"sync"
)

const (
	laneCount = 32
	laneDepth = 256
)

// lanes run work in order per key and in parallel between keys: looking up one
// member does not hold up the others.
type lanes struct {
	done   <-chan struct{}
	seed   maphash.Seed
	queues [laneCount]chan func(context.Context)
	work   sync.WaitGroup
}

// newLanes starts lanes that end with ctx.
func newLanes(ctx context.Context) *lanes {
	l := &lanes{done: ctx.Done(), seed: maphash.MakeSeed()}
	for i := range l.queues {
		l.queues[i] = make(chan func(context.Context), laneDepth)
		l.work.Go(func() { l.run(ctx, l.queues[i]) })
	}
	return l
}

func (l *lanes) run(ctx context.Context, queue chan func(context.Context)) {
	for {
		select {
		case <-l.done:
			return
		case f := <-queue:
			f(ctx)
		}
	}
}

// put queues work behind that of the same key. A full lane makes the caller
// wait, so that Slack, which is not acknowledged meanwhile, repeats the event
// later; false means that the lanes are closed.
func (l *lanes) put(key string, f func(context.Context)) bool {
	select {
	case <-l.done:
		return false
	default:
	}
	select {
	case <-l.done:
		return false
	case l.queues[maphash.String(l.seed, key)%laneCount] <- f:
		return true
	}
}

func (l *lanes) wait() { l.work.Wait() }
