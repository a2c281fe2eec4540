package engine_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/bot/outbox"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
	"animo/storage/sqlite"
)

const (
	space   chat.SpaceID   = "discord:10"
	channel chat.ChannelID = "discord:20"
	host    chat.MemberID  = "discord:1"
	role    chat.RoleID    = "discord:30"
)

var catalogue = sync.OnceValues(i18n.New)

// house is a bot without a network: everything between a press and what
// members see of it, with a clock that is moved by hand.
type house struct {
	testing.TB
	path     string
	platform *chattest.Recorder
	wrap     func(storage.Store) storage.Store
	wrote    activity

	mu  sync.Mutex
	now time.Time

	file   *sqlite.Store
	store  storage.Store
	book   *community.Book
	words  *i18n.Bundle
	engine *engine.Engine
	outbox *outbox.Outbox
	runner *jobs.Runner
	log    *strings.Builder
}

// nobody counts and tells nothing.
type nobody struct{}

func (nobody) EffectDone(string, string, string)     {}
func (nobody) JobDone(string, string, time.Duration) {}
func (nobody) Notice(context.Context, storage.Tenant, string, outbox.Undelivered) (chat.ChannelID, chat.Card, bool) {
	return "", chat.Card{}, false
}

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{
		TB: t, path: filepath.Join(t.TempDir(), "animo.db"), platform: chattest.NewRecorder(chat.Discord),
		now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC), log: &strings.Builder{},
	}
	h.platform.AddChannel(chat.Channel{ID: channel, Space: space})
	h.boot()
	t.Cleanup(func() { h.must(h.file.Close()) })
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) Now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

// boot builds everything anew on the file, as a process that starts.
func (h *house) boot() {
	h.Helper()
	var err error
	h.file, err = sqlite.Open(h.Context(), h.path)
	h.must(err)
	h.store = h.file
	if h.wrap != nil {
		h.store = h.wrap(h.file)
	}
	h.words, err = catalogue()
	h.must(err)
	log := slog.New(slog.NewTextHandler(&locked{w: h.log}, nil))
	pace := &outbox.Pace{}
	platforms := map[chat.Network]chat.Platform{chat.Discord: h.platform}
	h.book = community.NewBook(h.store, community.Defaults{Language: chat.English, Zone: "Europe/Paris"}, h.Now)
	h.engine, err = engine.New(engine.Config{
		Store: h.store, Games: []games.Game{giveaway.New(), games.Seal[page](ledger{}), games.Seal[clubbed](club{})}, Book: h.book, Words: h.words, Platforms: platforms, Activity: &h.wrote,
		Now: h.Now, Chance: rand.NewChaCha8(sha256.Sum256([]byte(h.Name()))), Log: log, Pace: pace,
		Jobs: func() {}, Effects: func() {},
	})
	h.must(err)
	h.outbox = outbox.New(outbox.Config{
		Store: h.store, Platforms: platforms, Owner: "test", Now: h.Now, Log: log, Meter: nobody{},
		Drawer: h.engine, Team: nobody{}, Pace: pace, Spoke: func() {},
	})
	h.runner = jobs.NewRunner(jobs.Config{
		Store: h.store, Owner: "test", Now: h.Now, Log: log, Meter: nobody{}, Handlers: h.engine.Handlers(),
	})
}

// reboot leaves nothing of what was in memory.
func (h *house) reboot() {
	h.Helper()
	h.must(h.file.Close())
	h.boot()
}

// locked keeps lines of several goroutines apart.
type locked struct {
	mu sync.Mutex
	w  *strings.Builder
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}

func (h *house) community() community.Community {
	h.Helper()
	c, err := h.book.Of(h.Context(), space)
	h.must(err)
	return c
}

func (h *house) tenant() storage.Tenant { return storage.Tenant(space) }

func (h *house) params(change ...func(*giveaway.Params)) giveaway.Params {
	p := giveaway.Params{Prize: "Prize", Winners: 2, Ends: h.Now().Add(time.Hour)}
	for _, f := range change {
		f(&p)
	}
	return p
}

func (h *house) request(p giveaway.Params, eventID string) engine.StartRequest {
	h.Helper()
	c := h.community()
	return engine.StartRequest{
		Community: c, Space: space, Channel: channel, Kind: giveaway.Kind, By: chat.Actor{ID: host},
		Private: h.words.Printer(chat.English), Params: p, EventID: eventID,
	}
}

func (h *house) start(change ...func(*giveaway.Params)) string {
	h.Helper()
	id, err := h.engine.Start(h.Context(), h.request(h.params(change...), "start"))
	h.must(err)
	return id
}

func member(n int) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(100_000_000_000_000_000+n))
}

func pressed(id, verb string, by chat.MemberID, eventID string) chat.Pressed {
	return chat.Pressed{
		Meta: chat.Meta{ID: eventID, Space: space, Channel: channel, Actor: chat.Actor{ID: by}}, Action: chat.Act(giveaway.Kind, verb, id),
	}
}

func (h *house) press(id, verb string, by chat.MemberID, eventID string) (chat.Reply, error) {
	h.Helper()
	return h.engine.Press(h.Context(), h.community(), pressed(id, verb, by, eventID), h.words.Printer(chat.English))
}

// enter lets members from..to-1 come and enter.
func (h *house) enter(id string, from, to int) {
	h.Helper()
	for n := from; n < to; n++ {
		h.platform.AddMember(member(n), true)
		_, err := h.press(id, giveaway.VerbEnter, member(n), fmt.Sprint("enter-", n))
		h.must(err)
	}
}

func (h *house) order(id, verb, eventID string, pairs ...string) (chat.Reply, error) {
	h.Helper()
	args := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	o := games.Ordered{By: chat.Actor{ID: host}, Verb: verb, Args: args}
	return h.engine.Order(h.Context(), h.community(), id, o, eventID, h.words.Printer(chat.English))
}

// drain runs what is due now until nothing is.
func (h *house) drain() {
	h.Helper()
	for range 500 {
		n, err := h.runner.Step(h.Context())
		h.must(err)
		m, err := h.outbox.Step(h.Context())
		h.must(err)
		if n+m == 0 {
			return
		}
	}
	h.Fatal("there is no end to what is due")
}

// settle lets time pass until nothing is left to come by then.
func (h *house) settle(until time.Time) {
	h.Helper()
	for range 500 {
		h.drain()
		job, effect, err := h.file.NextDue(h.Context(), nil)
		h.must(err)
		next := until
		for _, at := range []time.Time{job, effect} {
			if !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		if !next.After(h.Now()) {
			next = h.Now().Add(time.Second)
		}
		if !h.Now().Before(until) {
			return
		}
		h.pass(next.Sub(h.Now()))
	}
	h.Fatal("nothing comes to rest")
}

func (h *house) state(id string) giveaway.State {
	h.Helper()
	s, err := stateOf(h.Context(), h.file, h.tenant(), id)
	h.must(err)
	return s
}

func stateOf(ctx context.Context, s storage.Store, t storage.Tenant, id string) (giveaway.State, error) {
	var in engine.Instance
	if _, err := storage.Load(ctx, s, t, engine.KindInstance, id, &in); err != nil {
		return giveaway.State{}, err
	}
	return readState(in.State)
}

// jobsLeft lists the jobs of games that would be due within an hour.
func (h *house) jobsLeft() []string {
	h.Helper()
	left, err := h.file.LeaseJobs(h.Context(), storage.Claim{Now: h.Now().Add(time.Hour), For: time.Minute, Limit: 100})
	h.must(err)
	var out []string
	for _, j := range left {
		out = append(out, j.Key)
	}
	return out
}

// posts are the texts of the channel, those gone left out.
func (h *house) posts(in chat.ChannelID) []string {
	var out []string
	for _, p := range h.platform.Posts(in) {
		if !p.Gone {
			out = append(out, p.Message.Card.Plain())
		}
	}
	return out
}

func (h *house) text(id string, args ...i18n.Arg) string {
	return h.words.Printer(chat.English).Text(id, args...)
}

// refusedWith demands a refusal with the sentence of the catalogue.
func (h *house) refusedWith(err error, id string, args ...i18n.Arg) {
	h.Helper()
	var r *games.Refusal
	if !errors.As(err, &r) {
		h.Fatalf("%v is no refusal", err)
	}
	if got, want := r.Line.Plain(), h.text(id, args...); got != want {
		h.Errorf("refused with %q, not %q", got, want)
	}
}
