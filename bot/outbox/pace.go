package outbox

import (
	"sync"
	"time"
)

// How often one message is edited at most: RedrawEvery while no more than a
// number changes, urgentEvery when something members wait for has.
const (
	RedrawEvery = 5 * time.Second
	urgentEvery = 2 * time.Second
)

// Pace remembers when messages were last edited, so that the first change is
// shown at once and the following ones together. It is forgotten at a
// restart, which costs one early edit.
type Pace struct {
	mu   sync.Mutex
	last map[string]time.Time
}

const paceSize = 10_000

// Due returns when the message of a subject may be edited next.
func (p *Pace) Due(subject string, now time.Time, urgent bool) time.Time {
	every := RedrawEvery
	if urgent {
		every = urgentEvery
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if next := p.last[subject].Add(every); next.After(now) {
		return next
	}
	return now
}

// again returns when a redraw that was due may be made. One that was put just
// before the last edit, too late to know of it, waits as a number does.
func (p *Pace) again(subject string, now, due time.Time) time.Time {
	p.mu.Lock()
	known := !due.Before(p.last[subject])
	p.mu.Unlock()
	return p.Due(subject, now, known)
}

func (p *Pace) edited(subject string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.last == nil || len(p.last) > paceSize {
		p.last = make(map[string]time.Time)
	}
	p.last[subject] = now
}
