package slack

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/dispatch"
	"animo/bot/sandbox/world"
)

// ledger is what comes of everything that people do: it stands behind a real
// dispatcher and counts how often each thing was handled.
type ledger struct {
	*dispatch.Dispatcher

	mu      sync.Mutex
	handled map[string]int
	first   []string // in the order in which they were handled
	again   int      // redeliveries dropped
	failed  int      // acts of which a person was told that they failed
	hold    func(chat.Event)
}

func newLedger() *ledger {
	l := &ledger{handled: map[string]int{}}
	l.Dispatcher = dispatch.New(dispatch.Config{
		Handler: answering{l}, Listeners: []dispatch.Listener{l}, Now: time.Now, Log: slog.New(slog.DiscardHandler), Meter: l,
	})
	return l
}

// counting opens a desk whose events come to a ledger.
func counting(t *testing.T, change ...func(*setting)) (*desk, *ledger) {
	t.Helper()
	l := newLedger()
	d := open(t, append(change, func(s *setting) { s.in = l.Dispatcher })...)
	t.Cleanup(func() {
		ctx, stop := context.WithTimeout(context.Background(), 8*time.Second)
		defer stop()
		_ = l.Close(ctx) // a handler that is held on purpose stays
	})
	return d, l
}

func (l *ledger) note(what string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.handled[what]++; l.handled[what] == 1 {
		l.first = append(l.first, what)
	}
}

func (l *ledger) count(what string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.handled[what]
}

func (l *ledger) redelivered() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.again
}

// Hear implements dispatch.Listener.
func (l *ledger) Hear(_ context.Context, e chat.Event) error {
	if m, ok := e.(chat.Posted); ok && !m.Actor.Bot {
		l.note(m.Text)
	}
	return nil
}

// answering is a ledger as a dispatch.Handler.
type answering struct{ *ledger }

// Interact implements dispatch.Handler: it answers with what it heard.
func (l answering) Interact(_ context.Context, e chat.Event) (chat.Reply, error) {
	if l.hold != nil {
		l.hold(e)
	}
	what := ""
	switch e := e.(type) {
	case chat.Invoked:
		what = "command " + e.Args["number"]
	case chat.Pressed:
		what = fmt.Sprint("press ", e.Values)
	case chat.Submitted:
		what = "form " + e.Values["prize"]
	}
	l.note(what)
	return chat.PrivateLine(chat.Words("heard: " + what)), nil
}

// Mishap implements dispatch.Handler.
func (answering) Mishap(chat.Event, string) chat.Reply { return chat.PrivateLine(chat.Words("mishap")) }

// OpensForm implements dispatch.Handler.
func (answering) OpensForm(chat.Event) bool { return false }

// Event implements dispatch.Meter.
func (*ledger) Event(string, string) {}

// EventDropped implements dispatch.Meter.
func (l *ledger) EventDropped(_, reason string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if reason == "redelivered" {
		l.again++
		return
	}
	l.handled["dropped: "+reason]++
}

// Interaction implements dispatch.Meter.
func (*ledger) Interaction(string, string, string, time.Duration) {}

// traffic lets people talk, command and press until stop is called, which
// returns what they did, the failed left out.
func (d *desk) traffic(l *ledger) (stop func() []string) {
	menu := chat.Act("giveaway", "enter", "1")
	var options []chat.Choice
	for i := range 90 {
		options = append(options, chat.Choice{Label: fmt.Sprint(i), Value: fmt.Sprint(i)})
	}
	ref := must(d.a.Post(d.t.Context(), d.channel("general"), chat.Message{Key: "menu", Card: card(chat.Menu(menu, "pick", options...))}))(d.t)
	var mu sync.Mutex
	var done []string
	var people sync.WaitGroup
	ctx, cancel := context.WithCancel(d.ctx)
	act := func(as string, every time.Duration, what func(int) (string, world.Action)) {
		people.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				name, a := what(n)
				a.As, a.Channel = d.UserID(as), d.ChannelID("general")
				r := d.Act(a)
				mu.Lock()
				if r.Error == "" {
					done = append(done, name)
				} else {
					l.failed++
				}
				mu.Unlock()
				pause(ctx, every)
			}
		})
	}
	for _, as := range []string{"member-1", "member-2", "member-3"} {
		act(as, 2*time.Millisecond, func(n int) (string, world.Action) {
			text := fmt.Sprint(as, " says ", n)
			return text, world.Action{Kind: world.ActMessage, Text: text}
		})
	}
	act("member-1", time.Millisecond, func(n int) (string, world.Action) {
		return fmt.Sprint("command ", n), world.Action{Kind: world.ActCommand, Text: fmt.Sprint("/giveaway end ", n)}
	})
	act("member-2", time.Millisecond, func(n int) (string, world.Action) {
		v := []string{fmt.Sprint(n % 90)}
		return fmt.Sprint("press ", v), world.Action{Kind: world.ActPress, Message: ref.ID, Control: menu.String(), Values: v}
	})
	return func() []string {
		cancel()
		people.Wait()
		mu.Lock()
		defer mu.Unlock()
		return done
	}
}

// settle waits until all that was done is handled, and fails if anything was
// handled more or less often than it was done, or answered twice.
func (d *desk) settle(l *ledger, done []string) {
	d.t.Helper()
	want := map[string]int{}
	for _, what := range done {
		want[what]++
	}
	l.awaits(d, want)
	l.mu.Lock()
	defer l.mu.Unlock()
	for what, n := range l.handled {
		if n != want[what] {
			d.t.Errorf("%q was done %d times and handled %d times", what, want[what], n)
		}
	}
	if len(done) == 0 {
		d.t.Error("nothing was done")
	}
	d.t.Logf("%d things done, %d failed before a person's eyes, %d redeliveries dropped", len(done), l.failed, l.again)
}

// awaits waits until each thing is handled as often as it was done.
func (l *ledger) awaits(d *desk, want map[string]int) {
	d.t.Helper()
	var missing []string
	met := func() bool {
		missing = nil
		for what, n := range want {
			if l.count(what) < n {
				missing = append(missing, what)
			}
		}
		return len(missing) == 0
	}
	for end := time.Now().Add(8 * time.Second); !met(); pause(d.ctx, 2*time.Millisecond) {
		if time.Now().After(end) {
			d.t.Fatalf("not handled: %q", missing)
		}
	}
}
