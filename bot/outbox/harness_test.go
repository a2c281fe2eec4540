package outbox_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/outbox"
	"animo/storage"
	"animo/storage/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	tenant  = storage.Tenant("discord:1")
	space   = chat.SpaceID("discord:1")
	general = chat.ChannelID("discord:10")
	team    = chat.ChannelID("discord:11")
	member  = chat.MemberID("discord:20")
	leased  = 61 * time.Second // longer than a lease lasts
)

// desk is an outbox with a platform that only remembers and a clock that
// stands still.
type desk struct {
	*outbox.Outbox
	t     *testing.T
	store storage.Store
	rec   *chattest.Recorder
	log   bytes.Buffer

	mu      sync.Mutex
	clock   time.Time
	trouble []error // of the next calls, by turn
	down    error   // of every call
	drawn   int
	gone    bool
	spoke   int
	counted map[string]int
	hasTeam bool
}

func openStore(t *testing.T) storage.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "animo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func open(t *testing.T, wrap ...func(storage.Store) storage.Store) *desk {
	t.Helper()
	d := &desk{
		t: t, store: openStore(t), rec: chattest.NewRecorder(chat.Discord), hasTeam: true,
		clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), counted: map[string]int{},
	}
	for _, w := range wrap {
		d.store = w(d.store)
	}
	d.rec.Fail = d.fails
	d.Outbox = d.another("one")
	return d
}

// another makes an outbox on the same store, as after a restart.
func (d *desk) another(owner string) *outbox.Outbox {
	return outbox.New(outbox.Config{
		Store: d.store, Platforms: map[chat.Network]chat.Platform{chat.Discord: d.rec}, Owner: owner, Now: d.now,
		Log: slog.New(slog.NewTextHandler(lockedLog{d}, nil)), Meter: d, Drawer: d, Team: d, Pace: &outbox.Pace{}, Spoke: d.told,
	})
}

type lockedLog struct{ *desk }

func (l lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.Write(p)
}

func (d *desk) now() time.Time {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.clock
}

func (d *desk) advance(by time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.clock = d.clock.Add(by)
}

func (d *desk) fails(call string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.down != nil {
		return d.down
	}
	if len(d.trouble) == 0 || call == "Find" {
		return nil
	}
	err := d.trouble[0]
	d.trouble = d.trouble[1:]
	return err
}

// fail makes the next call fail, Find aside.
func (d *desk) fail(errs ...error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.trouble = append(d.trouble, errs...)
}

func (d *desk) goesDown(err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.down = err
}

func (d *desk) told() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.spoke++
}

// EffectDone implements outbox.Meter.
func (d *desk) EffectDone(_, kind, outcome string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.counted[kind+" "+outcome]++
}

func (d *desk) total(what string) int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.counted[what]
}

// Draw implements outbox.Drawer: each drawing is another.
func (d *desk) Draw(_ context.Context, _ storage.Tenant, subject string) (chat.Card, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.gone {
		return chat.Card{}, storage.ErrNotFound
	}
	if subject == "cursed" {
		panic("it cannot be drawn")
	}
	d.drawn++
	return say(fmt.Sprint(subject, " drawing ", d.drawn)), nil
}

// Notice implements outbox.Team.
func (d *desk) Notice(_ context.Context, _ storage.Tenant, id string, u outbox.Undelivered) (chat.ChannelID, chat.Card, bool) {
	return team, say("undelivered " + id + " " + string(u.Trouble) + " " + u.Missing), d.hasTeam
}

func say(text string) chat.Card { return chat.Say(chat.Words(text)) }

func trouble(kind chat.Trouble) error { return &chat.Error{Trouble: kind, Doing: "post to channel"} }

// must returns what was made without an error.
func must[T any](t *testing.T, v T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func post(text string) outbox.Item {
	return outbox.Item{Kind: outbox.ItemPost, Space: space, Channel: general, Card: say(text)}
}

func (d *desk) commit(c storage.Change) {
	d.t.Helper()
	c.Now = d.now()
	if _, err := d.store.Commit(d.t.Context(), tenant, c); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) put(key string, priority int, i outbox.Item) {
	d.t.Helper()
	d.commit(storage.Change{Effects: []storage.Effect{must(d.t, mk(key, priority, d.now(), i), nil)}})
}

func mk(key string, priority int, due time.Time, i outbox.Item) storage.Effect {
	e, err := outbox.Effect(key, priority, due, i)
	if err != nil {
		panic(err)
	}
	return e
}

func (d *desk) redraw(subject string, urgent ...bool) {
	d.t.Helper()
	e, err := outbox.Redraw(subject, "card", space, general, d.Pace.Due(subject, d.now(), len(urgent) > 0))
	d.commit(storage.Change{Effects: []storage.Effect{must(d.t, e, err)}})
}

// step carries out all that is due now and returns how much that was.
func (d *desk) step() int {
	d.t.Helper()
	total := 0
	for {
		n, err := d.Step(d.t.Context())
		if err != nil {
			d.t.Fatal(err)
		}
		if total += n; n == 0 {
			return total
		}
	}
}

// until steps, moving the clock on by a second, and says how long it took for
// nothing to be left.
func (d *desk) until(limit time.Duration) time.Duration {
	d.t.Helper()
	begun := d.now()
	for {
		d.step()
		_, due, err := d.store.NextDue(d.t.Context(), nil)
		if err != nil {
			d.t.Fatal(err)
		}
		took := d.now().Sub(begun)
		if due.IsZero() {
			return took
		}
		if took > limit {
			d.t.Fatalf("still something to say after %v", took)
		}
		d.advance(max(time.Second, min(due.Sub(d.now()), time.Minute)))
	}
}

// said are the texts that stand in a channel.
func (d *desk) said(in chat.ChannelID) []string {
	var out []string
	for _, p := range d.rec.Posts(in) {
		if !p.Gone {
			out = append(out, p.Message.Card.Plain())
		}
	}
	return out
}

func (d *desk) calls(name string) int {
	n := 0
	for _, c := range d.rec.Calls() {
		if c == name {
			n++
		}
	}
	return n
}

func (d *desk) kept() []storage.Doc {
	d.t.Helper()
	docs, err := d.store.List(d.t.Context(), tenant, storage.ListQuery{Kind: outbox.KindUndelivered, Limit: 100})
	return must(d.t, docs, err)
}

// news are the jobs for the game that asked to be told.
func (d *desk) news() []storage.Job {
	d.t.Helper()
	jobs, err := d.store.LeaseJobs(d.t.Context(), storage.Claim{Owner: "test", Now: d.now(), For: time.Second, Limit: 100})
	return must(d.t, jobs, err)
}

var errLost = errors.New("the disk is gone")
