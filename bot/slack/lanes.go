package slack

import (
	"context"
	"hash/maphash"
	"sync"
	"sync/atomic"
)

const (
	laneCount = 32
	// maxQueued is how many events wait at most, some 20 MB; Slack repeats
	// later what is not taken. Interactions, which are never repeated, do not
	// count: people bound them.
	maxQueued = 8192
)

// lanes run work in order per key and in parallel between keys: looking up one
// member does not hold up the others. Nobody who brings work ever waits, since
// it is the reader of a line, which has others to acknowledge.
type lanes struct {
	seed   maphash.Seed
	lanes  [laneCount]lane
	queued atomic.Int64 // events
	work   sync.WaitGroup
}

type lane struct {
	mu     sync.Mutex
	queue  []func(context.Context)
	closed bool
	wake   chan struct{} // holds a token when there is something
}

// newLanes starts lanes that take work until ctx ends, and then finish what
// they have taken: Slack has been told that it is in good hands.
func newLanes(ctx context.Context) *lanes {
	l := &lanes{seed: maphash.MakeSeed()}
	for i := range l.lanes {
		l.lanes[i].wake = make(chan struct{}, 1)
		l.work.Go(func() { l.lanes[i].run(ctx) })
	}
	return l
}

func (l *lane) run(ctx context.Context) {
	for {
		work, last := l.take(ctx)
		for _, f := range work {
			f(ctx)
		}
		if last {
			return
		}
		select {
		case <-ctx.Done():
		case <-l.wake:
		}
	}
}

// take empties the queue; once ctx has ended nothing comes after it.
func (l *lane) take(ctx context.Context) (work []func(context.Context), last bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = ctx.Err() != nil
	work, l.queue = l.queue, nil
	return work, l.closed
}

// put queues work behind that of the same key; false means that the lanes are
// closed.
func (l *lanes) put(key string, f func(context.Context)) bool {
	return l.lanes[maphash.String(l.seed, key)%laneCount].put(f)
}

func (l *lane) put(f func(context.Context)) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed {
		return false
	}
	l.queue = append(l.queue, f)
	select {
	case l.wake <- struct{}{}:
	default:
	}
	return true
}

// behindAll queues work behind all that is queued, whatever its key.
func (l *lanes) behindAll(f func(context.Context)) {
	var ahead atomic.Int32
	ahead.Store(laneCount)
	for i := range l.lanes {
		l.lanes[i].put(func(ctx context.Context) {
			if ahead.Add(-1) == 0 {
				f(ctx)
			}
		})
	}
}

// offer is put for what Slack repeats: it is refused while too much is queued.
func (l *lanes) offer(key string, f func(context.Context)) bool {
	if l.queued.Add(1) > maxQueued {
		l.queued.Add(-1)
		return false
	}
	taken := l.put(key, func(ctx context.Context) {
		defer l.queued.Add(-1)
		f(ctx)
	})
	if !taken {
		l.queued.Add(-1)
	}
	return taken
}

func (l *lanes) wait() { l.work.Wait() }
