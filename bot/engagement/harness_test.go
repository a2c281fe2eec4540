package engagement

import (
	"cmp"
	"fmt"
	"log/slog"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/community"
	"animo/storage"
	"animo/storage/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	town  chat.SpaceID   = "discord:1"
	plaza chat.ChannelID = "discord:10"
	alley chat.ChannelID = "discord:20"
)

// desk is a counter with all that it needs; what it reads back it handles at
// once.
type desk struct {
	*Counter
	t     testing.TB
	store storage.Store
	rec   *chattest.Recorder
	clock time.Time
	last  int
	by    chat.MemberID // who says what is said next; "" for discord:7
	// before is called before each message read back is handled.
	before func(chat.Posted)
}

// start opens a desk for one test.
func start(t *testing.T) *desk {
	t.Helper()
	d := open(t, t.TempDir())
	t.Cleanup(func() {
		if err := d.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return d
}

func open(t testing.TB, dir string) *desk {
	t.Helper()
	store, err := sqlite.Open(t.Context(), filepath.Join(dir, "animo.db"))
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{
		t: t, store: store, rec: chattest.NewRecorder(chat.Discord), clock: time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC),
		before: func(chat.Posted) {},
	}
	d.rec.AddChannel(chat.Channel{ID: plaza, Space: town})
	d.rec.AddChannel(chat.Channel{ID: alley, Space: town})
	d.born()
	if _, err := d.Book.Of(t.Context(), town); err != nil {
		t.Fatal(err)
	}
	return d
}

// born makes the counter anew, as a process does that was killed.
func (d *desk) born() {
	now := func() time.Time { return d.clock }
	d.Counter = New(Config{
		Store: d.store, Book: community.NewBook(d.store, community.Defaults{Language: chat.English, Zone: "UTC"}, now),
		Platforms: map[chat.Network]chat.Platform{chat.Discord: d.rec}, Now: now, Log: slog.New(slog.DiscardHandler),
		Deliver: func(e chat.Event, done func()) {
			d.before(e.(chat.Posted))
			d.hear(e)
			done()
		},
	})
}

func (d *desk) hear(e chat.Event) {
	d.t.Helper()
	if err := d.Hear(d.t.Context(), e); err != nil {
		d.t.Error(err)
	}
}

// say writes a message, which the platform keeps; it comes on no line yet.
func (d *desk) say(in chat.ChannelID) chat.Posted {
	d.last++
	d.clock = d.clock.Add(time.Second)
	p := chat.Posted{
		Meta:    chat.Meta{Space: town, Channel: in, Actor: chat.Actor{ID: cmp.Or(d.by, "discord:7")}, At: d.clock},
		Message: chat.MessageRef{Channel: in, ID: fmt.Sprint(1000 + d.last)}, Text: "hello",
	}
	d.rec.AddPast(p)
	return p
}

func (d *desk) arrive(line string, newest map[chat.ChannelID]string) {
	d.t.Helper()
	d.hear(chat.Arrived{Meta: chat.Meta{Space: town, At: d.clock, Line: line}, Newest: newest})
}

// catchUp does all errands.
func (d *desk) catchUp() {
	d.t.Helper()
	for {
		e, ok := d.errands.take()
		if !ok {
			return
		}
		d.do(d.t.Context(), e)
		d.errands.done(e)
	}
}

// wrote is the number of messages of a member within the last days.
func (d *desk) wrote(m chat.MemberID, days int, in ...chat.ChannelID) int {
	d.t.Helper()
	n, err := d.Spoke(d.t.Context(), storage.Tenant(town), m, days, in)
	if err != nil {
		d.t.Fatal(err)
	}
	return n
}

// counted is the number of messages of a channel.
func (d *desk) counted(in chat.ChannelID) int {
	d.t.Helper()
	counters, err := d.store.Counters(d.t.Context(), storage.Tenant(town), storage.CounterQuery{
		Name: Messages, Key: string(in), From: d.clock.AddDate(0, 0, -7), To: d.clock.Add(time.Hour),
	})
	if err != nil {
		d.t.Fatal(err)
	}
	n := 0
	for _, c := range counters {
		n += int(c.Value)
	}
	return n
}
