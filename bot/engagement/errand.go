package engagement

import (
	"sync"

	"animo/bot/chat"
)

// errand is a look at what a space may have missed, or one channel of it.
type errand struct {
	space   chat.SpaceID
	line    string
	newest  map[chat.ChannelID]string // see chat.Arrived
	channel chat.ChannelID            // "" for all
}

// errands wait for a reader. Those of one space are done one at a time, and
// one that is waiting is not put twice.
type errands struct {
	wake chan struct{} // holds a token when there is something

	mu      sync.Mutex
	waiting []errand
	busy    map[chat.SpaceID]bool
}

func (q *errands) put(e errand) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, w := range q.waiting {
		if w.space == e.space && w.channel == e.channel {
			q.waiting[i] = e
			return
		}
	}
	q.waiting = append(q.waiting, e)
	q.kick()
}

func (q *errands) kick() {
	select {
	case q.wake <- struct{}{}:
	default:
	}
}

// take returns the first errand of a space that nobody is busy with.
func (q *errands) take() (e errand, ok bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for i, w := range q.waiting {
		if q.busy[w.space] {
			continue
		}
		q.waiting = append(q.waiting[:i], q.waiting[i+1:]...)
		if q.busy == nil {
			q.busy = make(map[chat.SpaceID]bool)
		}
		q.busy[w.space] = true
		if len(q.waiting) > 0 {
			q.kick()
		}
		return w, true
	}
	return errand{}, false
}

func (q *errands) done(e errand) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.busy, e.space)
	q.kick()
}
