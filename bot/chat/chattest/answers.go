package chattest

import (
	"context"
	"sync"
	"time"

	"animo/bot/chat"
)

// Answers is a Responder that only remembers.
type Answers struct {
	Wait time.Duration // what Patience returns

	mu       sync.Mutex
	deferred int
	replies  []chat.Reply
	answered chan struct{}
}

// NewAnswers returns a responder whose platform waits that long.
func NewAnswers(patience time.Duration) *Answers {
	return &Answers{Wait: patience, answered: make(chan struct{})}
}

// Patience implements chat.Responder.
func (a *Answers) Patience() time.Duration { return a.Wait }

// Defer implements chat.Responder.
func (a *Answers) Defer(context.Context, bool) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.deferred++
	return nil
}

// Respond implements chat.Responder.
func (a *Answers) Respond(_ context.Context, r chat.Reply) error {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.replies = append(a.replies, r)
	if len(a.replies) == 1 {
		close(a.answered)
	}
	return nil
}

// Answered is closed at the first answer.
func (a *Answers) Answered() <-chan struct{} { return a.answered }

// Replies returns the answers so far.
func (a *Answers) Replies() []chat.Reply {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]chat.Reply(nil), a.replies...)
}

// Deferred returns how often Defer was called.
func (a *Answers) Deferred() int {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.deferred
}
