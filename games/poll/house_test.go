package poll_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"log/slog"
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
	"animo/games/poll"
	"animo/storage"
	"animo/storage/sqlite"
)

const (
	space   chat.SpaceID   = "discord:10"
	channel chat.ChannelID = "discord:20"
	host    chat.MemberID  = "discord:1"
)

var catalogue = sync.OnceValues(i18n.New)

// house performs polls over a store, with a clock that is moved by hand.
type house struct {
	testing.TB
	path     string // of the file, if there is one
	platform *chattest.Recorder
	store    storage.Store
	book     *community.Book
	engine   *engine.Engine
	outbox   *outbox.Outbox
	runner   *jobs.Runner
	log      *strings.Builder

	mu  sync.Mutex
	now time.Time
}

// nobody counts and tells nothing.
type nobody struct{}

func (nobody) EffectDone(string, string, string)     {}
func (nobody) JobDone(string, string, time.Duration) {}
func (nobody) Notice(context.Context, storage.Tenant, string, outbox.Undelivered) (chat.ChannelID, chat.Card, bool) {
	return "", chat.Card{}, false
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

func newHouse(t testing.TB) *house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "animo.db")
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	h := houseOn(t, s)
	h.path = path
	return h
}

// houseOn performs polls over any store, which it closes.
func houseOn(t testing.TB, s storage.Store) *house {
	t.Helper()
	h := &house{
		TB: t, store: s, platform: chattest.NewRecorder(chat.Discord), log: &strings.Builder{},
		now: time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC),
	}
	h.platform.AddChannel(chat.Channel{ID: channel, Space: space})
	words, err := catalogue()
	h.must(err)
	t.Cleanup(func() { h.must(h.store.Close()) })
	log := slog.New(slog.NewTextHandler(&locked{w: h.log}, &slog.HandlerOptions{Level: slog.LevelDebug}))
	platforms, pace := map[chat.Network]chat.Platform{chat.Discord: h.platform}, &outbox.Pace{}
	h.book = community.NewBook(h.store, community.Defaults{Language: chat.English, Zone: "Europe/Paris"}, h.Now)
	h.engine, err = engine.New(engine.Config{
		Store: h.store, Games: []games.Game{poll.New()}, Book: h.book, Words: words, Platforms: platforms,
		Now: h.Now, Chance: rand.Reader, Log: log, Pace: pace, Jobs: func() {}, Effects: func() {},
	})
	h.must(err)
	h.outbox = outbox.New(outbox.Config{
		Store: h.store, Platforms: platforms, Owner: "test", Now: h.Now, Log: log, Meter: nobody{},
		Drawer: h.engine, Team: nobody{}, Pace: pace, Spoke: func() {},
	})
	h.runner = jobs.NewRunner(jobs.Config{
		Store: h.store, Owner: "test", Now: h.Now, Log: log, Meter: nobody{}, Handlers: h.engine.Handlers(),
	})
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

func (h *house) community() community.Community {
	h.Helper()
	c, err := h.book.Of(h.Context(), space)
	h.must(err)
	return c
}

func (h *house) english() i18n.Printer {
	words, err := catalogue()
	h.must(err)
	return words.Printer(chat.English)
}

func (h *house) start(change ...func(*poll.Params)) string {
	h.Helper()
	p := poll.Params{
		Question: "Which?", Options: []string{"One", "Two", "Three"}, Max: 1,
		Results: poll.ResultsVoted, Adding: poll.AddingNone,
	}
	for _, f := range change {
		f(&p)
	}
	id, err := h.engine.Start(h.Context(), engine.StartRequest{
		Community: h.community(), Space: space, Channel: channel, Kind: poll.Kind, By: chat.Actor{ID: host},
		Private: h.english(), Params: p, EventID: "start",
	})
	h.must(err)
	return id
}

func member(n int) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(100_000_000_000_000_000+n))
}

func pressed(id, verb string, by chat.MemberID, eventID string, values ...string) chat.Pressed {
	return chat.Pressed{
		Meta:   chat.Meta{ID: eventID, Space: space, Channel: channel, Actor: chat.Actor{ID: by}},
		Action: chat.Act(poll.Kind, verb, id), Values: values,
	}
}

func (h *house) order(id, verb, eventID string) (chat.Reply, error) {
	h.Helper()
	return h.engine.Order(h.Context(), h.community(), id, games.Ordered{By: chat.Actor{ID: host}, Verb: verb}, eventID, h.english())
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

func (h *house) state(id string) poll.State {
	h.Helper()
	var in engine.Instance
	_, err := storage.Load(h.Context(), h.store, storage.Tenant(space), engine.KindInstance, id, &in)
	h.must(err)
	var s poll.State
	h.must(json.Unmarshal(in.State, &s))
	return s
}

func (h *house) entries(id string) map[chat.MemberID]games.Entry {
	h.Helper()
	out := map[chat.MemberID]games.Entry{}
	for e, err := range storage.AllEntries(h.Context(), h.store, storage.Tenant(space), id) {
		h.must(err)
		out[chat.MemberID(e.Key)] = games.Entry{Member: chat.MemberID(e.Key), Seq: e.Seq, Body: e.Body}
	}
	return out
}
