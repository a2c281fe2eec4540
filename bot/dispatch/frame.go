package dispatch

import (
	"context"
	"sync"
	"time"

	"animo/bot/chat"
)

// frame acknowledges an interaction for a handler that takes longer than the
// platform waits, and sends its answer. A nil frame does nothing.
type frame struct {
	d         *Dispatcher
	event     chat.Event
	responder chat.Responder

	mu    sync.Mutex // held while the responder is used
	timer *time.Timer
	over  bool
}

// frame starts the platform's patience, which counts from the moment the
// interaction came in. What may open a form is not acknowledged: a form must
// be the first answer.
func (d *Dispatcher) frame(e chat.Event, r chat.Responder) *frame {
	f := &frame{d: d, event: e, responder: r}
	patience := r.Patience()
	if _, completing := e.(chat.Completing); patience <= 0 || completing || d.Handler.OpensForm(e) {
		return f
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.timer = time.AfterFunc(patience, f.acknowledge)
	return f
}

func (f *frame) acknowledge() {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.over {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), answerFor)
	defer cancel()
	if err := f.responder.Defer(ctx, true); err != nil {
		f.d.Log.Warn("acknowledge an interaction", "kind", kindOf(f.event), "error", err)
	}
}

// stop ends the patience without an answer: somebody else gives it.
func (f *frame) stop() {
	if f == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.over = true
	if f.timer != nil {
		f.timer.Stop()
	}
}

func (f *frame) respond(r chat.Reply) {
	f.stop()
	f.mu.Lock()
	defer f.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.Background(), answerFor)
	defer cancel()
	if err := f.responder.Respond(ctx, r); err != nil {
		f.d.Log.Warn("answer an interaction", "kind", kindOf(f.event), "error", err)
	}
}
