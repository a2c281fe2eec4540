package dispatch_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/bot/chat"
	"animo/bot/dispatch"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// desk is a dispatcher with all that it needs. Fields are set before the first
// event.
type desk struct {
	*dispatch.Dispatcher
	listen   func(chat.Event) error
	interact func(context.Context, chat.Event) (chat.Reply, error)
	forms    bool
	log      *lockedBuffer

	mu      sync.Mutex
	ahead   time.Duration
	counted map[string]int
}

func open(t *testing.T, more ...dispatch.Listener) *desk {
	t.Helper()
	d := &desk{log: &lockedBuffer{}, counted: map[string]int{}}
	d.Dispatcher = dispatch.New(d.config(nil, more...))
	return d
}

func (d *desk) config(lost func(chat.Event, func()), more ...dispatch.Listener) dispatch.Config {
	return dispatch.Config{
		Handler: answering{d}, Listeners: append([]dispatch.Listener{d}, more...), Now: d.now,
		Log: slog.New(slog.NewTextHandler(d.log, nil)), Meter: d, Lost: lost,
	}
}

// end waits for all that was taken.
func (d *desk) end(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := d.Close(ctx); err != nil {
		t.Fatal(err)
	}
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return time.Now().Add(d.ahead)
}

func (d *desk) advance(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ahead += by
}

// Hear implements dispatch.Listener.
func (d *desk) Hear(_ context.Context, e chat.Event) error {
	if d.listen == nil {
		return nil
	}
	return d.listen(e)
}

// answering is the desk as a dispatch.Handler.
type answering struct{ *desk }

// Interact implements dispatch.Handler.
func (a answering) Interact(ctx context.Context, e chat.Event) (chat.Reply, error) {
	return a.interact(ctx, e)
}

// Mishap implements dispatch.Handler.
func (answering) Mishap(_ chat.Event, reference string) chat.Reply {
	return chat.PrivateLine(chat.Words("mishap " + reference))
}

// OpensForm implements dispatch.Handler.
func (a answering) OpensForm(chat.Event) bool { return a.forms }

func (d *desk) count(what string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counted[what]++
}

func (d *desk) total(what string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.counted[what]
}

// Event implements dispatch.Meter.
func (d *desk) Event(platform, kind string) { d.count(platform + " " + kind) }

// EventDropped implements dispatch.Meter.
func (d *desk) EventDropped(_, reason string) { d.count(reason) }

// Interaction implements dispatch.Meter.
func (d *desk) Interaction(_, kind, outcome string, _ time.Duration) { d.count(kind + " " + outcome) }

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// posted is message n in a channel.
func posted(channel chat.ChannelID, n int) chat.Posted {
	return chat.Posted{Meta: chat.Meta{ID: fmt.Sprintf("%s-%d", channel, n), Space: "discord:1", Channel: channel}, Text: fmt.Sprint(n)}
}

// pressed is a press with an id in a channel.
func pressed(channel chat.ChannelID, id string) chat.Pressed {
	return chat.Pressed{Meta: chat.Meta{ID: id, Space: "discord:1", Channel: channel}}
}

// typed is a command with an id in a channel.
func typed(channel chat.ChannelID, id string) chat.Invoked {
	return chat.Invoked{Meta: chat.Meta{ID: id, Space: "discord:1", Channel: channel}}
}
