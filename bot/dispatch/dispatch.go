package dispatch

import (
	"context"
	"crypto/rand"
	"fmt"
	"hash/fnv"
	"log/slog"
	"runtime/debug"
	"strconv"
	"sync"
	"time"

	"animo/bot/chat"
)

const (
	remember  = 15 * time.Minute
	queueSize = 1000
	handleFor = 30 * time.Second
	answerFor = 20 * time.Second
)

// Handler answers interactions.
type Handler interface {
	// Interact answers an interaction; its error is told to the member as a
	// mishap.
	Interact(ctx context.Context, e chat.Event) (chat.Reply, error)
	// Mishap is the sentence for a member whose interaction failed.
	Mishap(e chat.Event, reference string) chat.Reply
	// OpensForm says whether the answer may be a form, which must then be the
	// first answer.
	OpensForm(e chat.Event) bool
}

// Listener hears of what happens; listeners are called in order.
type Listener interface {
	Hear(ctx context.Context, e chat.Event) error
}

// Meter counts events; telemetry implements it.
type Meter interface {
	Event(platform, kind string)
	EventDropped(platform, reason string)
	Interaction(platform, kind, outcome string, took time.Duration)
}

// Config is what a Dispatcher needs.
type Config struct {
	Handler   Handler
	Listeners []Listener
	Now       func() time.Time
	Log       *slog.Logger
	Meter     Meter
	// Lost takes each event that had to give way in a full queue, before
	// anything that came after it is handled, and calls done in its place;
	// nil counts it as handled.
	Lost func(e chat.Event, done func())
}

// Dispatcher is the Inbox of all adapters.
type Dispatcher struct {
	Config
	seen    *seen
	lanes   *lanes
	answers sync.WaitGroup
}

// New returns a dispatcher.
func New(c Config) *Dispatcher {
	d := &Dispatcher{Config: c, seen: newSeen(remember)}
	d.lanes = newLanes(queueSize, d.run, d.lost)
	return d
}

func (d *Dispatcher) lost(t task) {
	d.Meter.EventDropped(platformOf(t.event), "queue_full")
	if d.Lost == nil {
		t.handled()
		return
	}
	d.Lost(t.event, t.handled)
}

func platformOf(e chat.Event) string { return string(chat.NetworkOf(e.Head().Space)) }

// Deliver implements chat.Inbox.
func (d *Dispatcher) Deliver(e chat.Event, done func()) { d.put(task{event: e, done: done}) }

// Interact implements chat.Inbox.
func (d *Dispatcher) Interact(e chat.Event, r chat.Responder, done func()) {
	d.put(task{event: e, frame: d.frame(e, r), done: done})
}

func (d *Dispatcher) put(t task) {
	d.Meter.Event(platformOf(t.event), kindOf(t.event))
	if d.seen.again(t.event.Head().ID, d.Now()) {
		t.frame.stop()
		d.Meter.EventDropped(platformOf(t.event), "redelivered")
		t.handled() // the first delivery is held by itself
		return
	}
	if !d.lanes.put(laneOf(t.event), t) {
		t.frame.stop()
		d.Meter.EventDropped(platformOf(t.event), "stopping")
	}
}

// crowd is how many lanes share the presses in one channel: so many are stored
// at once.
const crowd = 32

// laneOf names what an event keeps its order with: its channel, else its
// space; a press that of its member.
func laneOf(e chat.Event) string {
	h := e.Head()
	if _, ok := e.(chat.Pressed); ok {
		hash := fnv.New32a()
		hash.Write([]byte(h.Actor.ID))
		return string(h.Channel) + "/press/" + strconv.Itoa(int(hash.Sum32()%crowd))
	}
	if h.Channel != "" {
		return string(h.Channel)
	}
	return string(h.Space)
}

// Close takes no more events and returns once those taken are handled and
// answered, or ctx ends.
func (d *Dispatcher) Close(ctx context.Context) error {
	d.lanes.close()
	done := make(chan struct{})
	go func() {
		d.lanes.wait()
		d.answers.Wait()
		close(done)
	}()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return fmt.Errorf("finish the events under way: %w", ctx.Err())
	}
}

// run handles one task; its lane waits meanwhile.
func (d *Dispatcher) run(t task) {
	defer t.handled()
	ctx, cancel := context.WithTimeout(context.Background(), handleFor)
	if t.frame != nil {
		d.interact(ctx, cancel, t)
		return
	}
	defer cancel()
	for _, l := range d.Listeners {
		if err := hear(ctx, l, t.event); err != nil {
			d.Log.Error("handle an event", "kind", kindOf(t.event), "error", err)
		}
	}
}

func hear(ctx context.Context, l Listener, e chat.Event) (err error) {
	defer recovered(&err)
	return l.Hear(ctx, e)
}

func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
	}
}

// interact runs the handler and sends its answer. The lane goes on as soon as
// the handler has returned; sending happens beside it.
func (d *Dispatcher) interact(ctx context.Context, cancel context.CancelFunc, t task) {
	start := d.Now()
	reply, err := d.handle(ctx, t.event)
	outcome := "done"
	if err != nil {
		outcome = "failed"
		reply = d.mishap(t.event, err)
	}
	d.answers.Go(func() {
		defer cancel()
		t.frame.respond(reply)
		d.Meter.Interaction(platformOf(t.event), kindOf(t.event), outcome, d.Now().Sub(start))
	})
}

func (d *Dispatcher) handle(ctx context.Context, e chat.Event) (r chat.Reply, err error) {
	defer recovered(&err)
	return d.Handler.Interact(ctx, e)
}

// mishap logs an error with a reference that the member is told as well.
func (d *Dispatcher) mishap(e chat.Event, err error) chat.Reply {
	ref := rand.Text()[:6]
	d.Log.Error("interaction failed", "kind", kindOf(e), "reference", ref, "space", e.Head().Space, "error", err)
	return d.Handler.Mishap(e, ref)
}

func kindOf(e chat.Event) string {
	switch e.(type) {
	case chat.Invoked:
		return "command"
	case chat.Completing:
		return "completion"
	case chat.Pressed:
		return "press"
	case chat.Submitted:
		return "form"
	case chat.Shortcut:
		return "shortcut"
	case chat.Posted, chat.Edited, chat.Deleted:
		return "message"
	case chat.Joined, chat.Left:
		return "member"
	}
	return "space"
}
