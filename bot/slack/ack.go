package slack

import (
	"sync"
	"time"
)

// ackTime leaves Slack's three seconds a margin for the way there
// (docs.slack.dev/interactivity/handling-user-interaction#acknowledgment_response).
const ackTime = 2500 * time.Millisecond

// ack acknowledges one delivery, once, with or without a payload.
type ack struct {
	write func(payload any) error

	mu    sync.Mutex
	done  bool
	timer *time.Timer
}

func newAck(write func(payload any) error) *ack { return &ack{write: write} }

// send acknowledges and says whether this was the first to do so and came
// through.
func (a *ack) send(payload any) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.done {
		return false
	}
	a.done = true
	if a.timer != nil {
		a.timer.Stop()
	}
	return a.write(payload) == nil
}

// within acknowledges without a payload unless someone else has after d.
func (a *ack) within(d time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if !a.done {
		a.timer = time.AfterFunc(d, func() { a.send(nil) })
	}
}

// open says whether an answer can still travel with the acknowledgement.
func (a *ack) open() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return !a.done
}
