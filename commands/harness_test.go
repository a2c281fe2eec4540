package commands_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
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
	"animo/commands"
	"animo/games"
	"animo/games/advent"
	"animo/games/contest"
	"animo/games/drop"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/games/poll"
	"animo/storage"
	"animo/storage/sqlite"
	"animo/storage/storagetest"
)

// noon is when tests begin: a Saturday.
var noon = time.Date(2026, time.January, 24, 12, 0, 0, 0, time.UTC)

var words = sync.OnceValues(i18n.New)

// emptyStore is the file of a store that holds nothing yet: a copy opens faster
// than a new one is made.
var emptyStore = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "animo-commands-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "animo.db")
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// house is a whole bot on two platforms that only remember.
type house struct {
	t         *testing.T
	store     *storagetest.Failing
	book      *community.Book
	engine    *engine.Engine
	registry  *commands.Registry
	outbox    *outbox.Outbox
	runner    *jobs.Runner
	recorders map[chat.Network]*chattest.Recorder
	now       time.Time
	events    int

	counting sync.Mutex
	wrote    map[chat.MemberID]int // messages, as far as anybody wrote
	asked    int                   // how often that was looked up
}

// Spoke implements commands.Activity.
func (h *house) Spoke(_ context.Context, _ storage.Tenant, m chat.MemberID, _ int, _ []chat.ChannelID) (int, error) {
	h.counting.Lock()
	defer h.counting.Unlock()
	h.asked++
	return h.wrote[m], nil
}

type meter struct{}

func (meter) EffectDone(string, string, string)     {}
func (meter) JobDone(string, string, time.Duration) {}

func newHouse(t *testing.T) *house {
	t.Helper()
	path := filepath.Join(t.TempDir(), "animo.db")
	empty, err := emptyStore()
	must(t, err)
	must(t, os.WriteFile(path, empty, 0o600))
	s, err := sqlite.Open(t.Context(), path)
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	b, err := words()
	must(t, err)
	h := &house{t: t, store: &storagetest.Failing{Store: s}, now: noon, recorders: map[chat.Network]*chattest.Recorder{}}
	now, nothing, log := func() time.Time { return h.now }, func() {}, slog.New(slog.DiscardHandler)
	platforms := map[chat.Network]chat.Platform{}
	for _, n := range []chat.Network{chat.Discord, chat.Slack} {
		h.recorders[n] = recorder(n)
		platforms[n] = h.recorders[n]
	}
	h.book = community.NewBook(h.store, community.Defaults{Language: chat.English, Zone: "Europe/Paris"}, now)
	pace := &outbox.Pace{}
	h.engine, err = engine.New(engine.Config{
		Store: h.store, Games: []games.Game{giveaway.New(), contest.New(), drop.New(), poll.New(), advent.New()}, Book: h.book, Words: b, Platforms: platforms, Now: now,
		Chance: rand.Reader, Log: log, Pace: pace, Jobs: nothing, Effects: nothing,
	})
	must(t, err)
	h.registry, err = commands.NewRegistry(commands.Deps{
		Store: h.store, Engine: h.engine, Book: h.book, Words: b, Platforms: platforms, Now: now, Effects: nothing, Activity: h,
		Names: map[chat.Network]func(chat.CommandSpec) string{
			chat.Slack: func(c chat.CommandSpec) string { return "x-" + c.Name },
		},
	}, commands.All)
	must(t, err)
	h.outbox = outbox.New(outbox.Config{
		Store: h.store, Platforms: platforms, Owner: "me", Now: now, Log: log, Meter: meter{}, Drawer: h.engine,
		Team: h.registry, Pace: pace, Spoke: nothing,
	})
	handlers := h.engine.Handlers()
	maps.Copy(handlers, h.registry.Handlers())
	h.runner = jobs.NewRunner(jobs.Config{Store: h.store, Owner: "me", Now: now, Log: log, Meter: meter{}, Handlers: handlers})
	return h
}

// recorder is a platform with the capabilities of the real one.
func recorder(n chat.Network) *chattest.Recorder {
	r := chattest.NewRecorder(n)
	if r.Caps.Name = "Discord"; n == chat.Slack {
		r.Caps = chat.Capabilities{
			Network: n, Name: "Slack", FormErrors: true, RoleMentions: true, MaxText: 9000, MaxPings: 100, MaxBlocks: 45,
		}
	}
	home := chat.NewID[chat.SpaceID](n, "1")
	r.AddChannel(chat.Channel{ID: chat.NewID[chat.ChannelID](n, "general"), Space: home, Name: "general"})
	r.AddChannel(chat.Channel{ID: chat.NewID[chat.ChannelID](n, "contests"), Space: home, Name: "contests"})
	r.AddChannel(chat.Channel{ID: chat.NewID[chat.ChannelID](n, "locked"), Space: home, Name: "locked", Missing: []string{"Send Messages"}})
	r.AddChannel(chat.Channel{ID: chat.NewID[chat.ChannelID](n, "abroad"), Space: chat.NewID[chat.SpaceID](n, "2"), Name: "abroad"})
	return r
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// settle says and runs everything that is due.
func (h *house) settle() {
	h.t.Helper()
	for range 1000 {
		jobs, err := h.runner.Step(h.t.Context())
		must(h.t, err)
		effects, err := h.outbox.Step(h.t.Context())
		must(h.t, err)
		if jobs+effects == 0 {
			return
		}
	}
	h.t.Fatal("there is no end to what is due")
}

// pass lets time go by and does what came due.
func (h *house) pass(d time.Duration) {
	h.t.Helper()
	h.now = h.now.Add(d)
	h.settle()
}

// side is one community, seen by members of one language. The community's own
// is the other one, so that the two cannot be mistaken for each other.
type side struct {
	*house
	network  chat.Network
	space    chat.SpaceID
	language chat.Language // of the members
	platform *chattest.Recorder
}

// each runs a test on both kinds of platform in both languages.
func each(t *testing.T, f func(t *testing.T, s *side)) {
	t.Helper()
	for _, n := range []chat.Network{chat.Discord, chat.Slack} {
		for _, l := range chat.Languages() {
			t.Run(string(n)+"/"+string(l), func(t *testing.T) {
				t.Parallel() // most of the time is spent waiting for the disk
				f(t, newHouse(t).side(n, l))
			})
		}
	}
}

// on is each for one platform and English.
func on(t *testing.T, n chat.Network) *side {
	t.Helper()
	t.Parallel()
	return newHouse(t).side(n, chat.English)
}

func (h *house) side(n chat.Network, l chat.Language) *side {
	h.t.Helper()
	s := &side{house: h, network: n, space: chat.NewID[chat.SpaceID](n, "1"), language: l, platform: h.recorders[n]}
	must(h.t, h.book.Arrived(h.t.Context(), s.space, "The Club", s.public()))
	_, err := h.book.Change(h.t.Context(), chat.CommunityID(s.space), "animo", "test", func(c *community.Settings) error {
		c.Staff = []chat.RoleID{chat.NewID[chat.RoleID](n, "staff")}
		return nil
	})
	must(h.t, err)
	return s
}

// public is the community's language.
func (s *side) public() chat.Language {
	if s.language == chat.French {
		return chat.English
	}
	return chat.French
}

// in picks the words of the members' language.
func (s *side) in(english, french string) string {
	return chat.Wording{chat.English: english, chat.French: french}.In(s.language)
}

// path is a command as a member of this side has to type it.
func (s *side) path(plain string) string {
	specs, out := s.registry.Menu().Commands, []string{}
	for _, word := range strings.Fields(plain) {
		i := slices.IndexFunc(specs, func(c chat.CommandSpec) bool { return c.Name == word })
		name := specs[i].Names.In(s.language)
		if len(out) == 0 && s.network == chat.Slack {
			name = "x-" + word // whatever the language: Slack shows one name to all
		}
		out, specs = append(out, name), specs[i].Sub
	}
	return "/" + strings.Join(out, " ")
}

func (s *side) tenant() storage.Tenant { return storage.Tenant(s.space) }

func (s *side) channel(name string) chat.ChannelID {
	return chat.NewID[chat.ChannelID](s.network, name)
}

func (s *side) id(name string) chat.MemberID { return chat.NewID[chat.MemberID](s.network, name) }

func (s *side) member(name string) chat.Actor {
	return chat.Actor{ID: s.id(name), Name: name, Locale: string(s.language)}
}

func (s *side) staff() chat.Actor {
	a := s.member("staff-1")
	a.Roles = []chat.RoleID{chat.NewID[chat.RoleID](s.network, "staff")}
	return a
}

func (s *side) manager() chat.Actor {
	a := s.member("manager")
	a.Manager = true
	return a
}

func (s *side) meta(by chat.Actor) chat.Meta {
	s.events++
	return chat.Meta{ID: fmt.Sprint("event-", s.events), Space: s.space, Channel: s.channel("general"), Actor: by, At: s.now}
}

func (s *side) send(e chat.Event) chat.Reply {
	s.t.Helper()
	r, err := s.registry.Interact(s.t.Context(), e)
	must(s.t, err)
	return r
}

// types invokes a command; args are names and values in turn.
func (s *side) types(by chat.Actor, path string, args ...string) chat.Reply {
	s.t.Helper()
	return s.send(chat.Invoked{Meta: s.meta(by), Path: strings.Fields(path), Args: values(args)})
}

func values(pairs []string) chat.Values {
	v := chat.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v[pairs[i]] = pairs[i+1]
	}
	return v
}

func (s *side) presses(by chat.Actor, a chat.Action, chosen ...string) chat.Reply {
	s.t.Helper()
	return s.send(chat.Pressed{Meta: s.meta(by), Action: a, Values: chosen})
}

func (s *side) submits(by chat.Actor, a chat.Action, fields ...string) chat.Reply {
	s.t.Helper()
	return s.send(chat.Submitted{Meta: s.meta(by), Action: a, Values: values(fields)})
}

// opens starts a giveaway and posts its card; it returns the id.
func (s *side) opens(prize string, more ...string) string {
	s.t.Helper()
	before := s.games(games.StatusOpen)
	who := s.staff()
	if slices.Contains(more, "role") {
		who = s.manager()
	}
	reply := s.types(who, "giveaway start", append([]string{"duration", "2h", "prize", prize}, more...)...)
	s.settle()
	s.now = s.now.Add(time.Second)
	for _, l := range s.games(games.StatusOpen) {
		if !slices.ContainsFunc(before, func(b engine.Listed) bool { return b.ID == l.ID }) {
			return l.ID
		}
	}
	s.t.Fatalf("no giveaway was started: %s", said(reply))
	return ""
}

func (s *side) games(status games.Status) []engine.Listed {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.List(s.t.Context(), c, giveaway.Kind, status, 1000)
	must(s.t, err)
	return l
}

// enters lets members enter a giveaway.
func (s *side) enters(id string, names ...string) {
	s.t.Helper()
	for _, n := range names {
		s.platform.AddMember(s.id(n), true)
		r := s.presses(s.member(n), chat.Act(giveaway.Kind, giveaway.VerbEnter, id))
		if !strings.Contains(said(r), s.in("You are in", "Vous participez")) {
			s.t.Fatalf("%s did not enter: %s", n, said(r))
		}
	}
}

// won starts a giveaway, lets members enter and draws it.
func (s *side) won(prize string, winners string, names ...string) string {
	s.t.Helper()
	id := s.opens(prize, "winners", winners)
	s.enters(id, names...)
	s.types(s.staff(), "giveaway end", "id", id)
	s.pass(time.Minute)
	return id
}

// posts are the messages that stand in a channel.
func (s *side) posts(channel string) []chattest.Post {
	return slices.DeleteFunc(s.platform.Posts(s.channel(channel)), func(p chattest.Post) bool { return p.Gone })
}

// said is an answer as plain text.
func said(r chat.Reply) string {
	if r.Card == nil {
		return ""
	}
	return r.Card.Plain()
}

// control finds a control of a card by its action's verb.
func control(t *testing.T, c *chat.Card, verb string) chat.Control {
	t.Helper()
	if c == nil {
		t.Fatalf("there is no card with a control %q", verb)
	}
	for _, b := range c.Blocks {
		for _, found := range b.Controls {
			if found.Action.Verb == verb {
				return found
			}
		}
	}
	t.Fatalf("there is no control %q in:\n%s", verb, c.Plain())
	return chat.Control{}
}

// holds checks that a private answer says each of these things.
func (s *side) holds(r chat.Reply, wants ...string) {
	s.t.Helper()
	if r.Public {
		s.t.Error("the answer is public")
	}
	for _, w := range wants {
		if !strings.Contains(spaced(said(r)), spaced(w)) {
			s.t.Errorf("the answer lacks %q:\n%s", w, said(r))
		}
	}
}

// changesNothing checks that f writes nothing and says nothing in public.
func (s *side) changesNothing(f func()) {
	s.t.Helper()
	writes, calls := s.store.Writes(), len(s.platform.Posts(s.channel("general")))
	f()
	if n := s.store.Writes() - writes; n != 0 {
		s.t.Errorf("%d writes were made", n)
	}
	s.settle()
	if n := len(s.platform.Posts(s.channel("general"))) - calls; n != 0 {
		s.t.Errorf("%d messages were posted", n)
	}
}
