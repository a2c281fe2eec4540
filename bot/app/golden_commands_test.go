package app

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/community"
	"animo/bot/config"
	"animo/bot/i18n"
	"animo/bot/outbox"
	"animo/commands"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
	"animo/storage/sqlite"
)

// desk is one community whose members type commands.
type desk struct {
	cast
	t        *testing.T
	language chat.Language
	platform *platform
	store    storage.Store
	book     *community.Book
	engine   *engine.Engine
	registry *commands.Registry
	now      time.Time
	events   int
	fixed    []string // pairs: what is drawn by lot, and what stands for it
	scenes   []scene
}

// platform is a recorder that finds something to say about itself.
type platform struct {
	*chattest.Recorder
	findings []chat.Finding
}

// Inspect implements chat.Platform.
func (p *platform) Inspect(context.Context, chat.SpaceID) []chat.Finding { return p.findings }

// sure is chance that is always the same.
type sure struct{}

func (sure) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i)
	}
	return len(b), nil
}

func openDesk(t *testing.T, words *i18n.Bundle, c cast, l chat.Language) *desk {
	t.Helper()
	d := &desk{cast: c, t: t, language: l, now: noon}
	var err error
	d.store, err = sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "animo.db"))
	must(t, err)
	t.Cleanup(func() { must(t, d.store.Close()) })
	platforms := map[chat.Network]chat.Platform{}
	for _, caps := range PlatformCapabilities() {
		p := &platform{Recorder: chattest.NewRecorder(caps.Network)}
		p.Caps = caps
		platforms[caps.Network] = p
		if caps.Network == c.network {
			d.platform = p
		}
	}
	for n, name := range []string{"general", "contests", "team", "locked"} {
		d.platform.AddChannel(chat.Channel{ID: d.channel(n + 1), Space: d.space(), Name: name})
	}
	now, nothing := func() time.Time { return d.now }, func() {}
	d.book = community.NewBook(d.store, community.Defaults{Language: l, Zone: "Europe/Paris"}, now)
	must(t, d.book.Arrived(t.Context(), d.space(), "Le Club *des* <amis> & Cie", l))
	d.engine, err = engine.New(engine.Config{
		Store: d.store, Games: Games(), Book: d.book, Words: words, Platforms: platforms, Now: now, Chance: sure{},
		Log: slog.New(slog.DiscardHandler), Pace: &outbox.Pace{}, Jobs: nothing, Effects: nothing,
	})
	must(t, err)
	d.registry, err = commands.NewRegistry(commands.Deps{
		Store: d.store, Engine: d.engine, Book: d.book, Words: words, Platforms: platforms, Now: now, Effects: nothing,
		Names: commandNames(config.Config{Slack: config.Slack{Language: l}}),
	}, commands.All)
	must(t, err)
	return d
}

func (p *play) commands(words *i18n.Bundle, l chat.Language) []scene {
	p.t.Helper()
	d := openDesk(p.t, words, p.cast, l)
	d.helps()
	d.diagnosis()
	d.settings()
	d.diagnoses()
	d.drafts()
	d.giveaways()
	d.rules()
	d.refusals()
	d.undelivered()
	d.tools()
	d.surprises()
	return d.scenes
}

func (d *desk) manager() chat.Actor {
	return chat.Actor{ID: d.member(1), Name: "Member 1", Locale: string(d.language), Manager: true}
}

func (d *desk) someone(n int) chat.Actor {
	return chat.Actor{ID: d.member(n), Name: fmt.Sprint("Member ", n), Locale: string(d.language)}
}

func (d *desk) meta(by chat.Actor) chat.Meta {
	d.events++
	return chat.Meta{ID: fmt.Sprint("event-", d.events), Space: d.space(), Channel: d.channel(1), Actor: by, At: d.now}
}

func (d *desk) send(e chat.Event) chat.Reply {
	d.t.Helper()
	r, err := d.registry.Interact(d.t.Context(), e)
	must(d.t, err)
	return r
}

func (d *desk) types(by chat.Actor, path string, args ...string) chat.Reply {
	d.t.Helper()
	return d.send(chat.Invoked{Meta: d.meta(by), Path: strings.Fields(path), Args: pairs(args)})
}

func pairs(args []string) chat.Values {
	v := chat.Values{}
	for i := 0; i+1 < len(args); i += 2 {
		v[args[i]] = args[i+1]
	}
	return v
}

// keep keeps an answer's card, with fixed ids for those drawn by lot.
func (d *desk) keep(name string, r chat.Reply) {
	d.t.Helper()
	if r.Card == nil {
		d.t.Fatalf("%s is answered by no card: %+v", name, r)
	}
	d.keepCard(name, !r.Public, *r.Card)
}

func (d *desk) keepCard(name string, private bool, c chat.Card) {
	d.t.Helper()
	raw, err := json.Marshal(c)
	must(d.t, err)
	var fixed chat.Card
	must(d.t, json.Unmarshal([]byte(strings.NewReplacer(d.fixed...).Replace(string(raw))), &fixed))
	d.scenes = append(d.scenes, scene{name: name, private: private, card: fixed})
}

func (d *desk) helps() {
	d.keep("help-member", d.types(d.someone(2), "help"))
	d.keep("help-manager", d.types(d.manager(), "help"))
	d.keep("help-platforms", d.types(d.someone(2), "help", "topic", "platforms"))
}

func (d *desk) settings() {
	d.keep("setup-show-new", d.types(d.manager(), "setup show"))
	d.types(d.manager(), "setup team", "channel", string(d.channel(3)))
	d.types(d.manager(), "setup staff", "action", "add", "role", string(d.role()))
	d.types(d.manager(), "setup staff", "action", "add", "member", string(d.member(2)))
	d.keep("setup-saved", d.types(d.manager(), "setup zone", "to", "Montréal"))
	d.types(d.manager(), "setup zone", "to", "Europe/Paris")
	d.keep("setup-show", d.types(d.manager(), "setup show"))
	d.keep("setup-refused-zone", d.types(d.manager(), "setup zone", "to", hostile))
}

func (d *desk) giveaways() {
	d.keep("list-empty", d.types(d.someone(2), "giveaway list"))
	started := d.types(d.manager(), "giveaway start", "duration", "2h", "prize", "Un mois de Nitro", "winners", "2", "channel", string(d.channel(2)))
	id := d.newest(goldenID)
	d.keep("started", started)
	for n := 2; n < 10; n++ {
		d.now = d.now.Add(time.Minute)
		d.enter(id, n)
	}
	d.keep("entrants-one-page", d.types(d.manager(), "giveaway entrants"))
	for n := 10; n < 20; n++ {
		d.enter(id, n)
	}
	d.keep("entrants-first-page", d.types(d.manager(), "giveaway entrants"))
	d.keep("entrants-last-page", d.send(chat.Pressed{Meta: d.meta(d.manager()), Action: chat.Act("giveaway-pages", "next", id).With("1")}))
	d.keep("removed", d.types(d.manager(), "giveaway remove", "member", string(d.member(9))))
	d.keep("paused", d.types(d.manager(), "giveaway pause"))
	d.keep("resumed", d.types(d.manager(), "giveaway resume"))
	d.keep("export", d.types(d.manager(), "giveaway export"))
	d.types(d.manager(), "giveaway start", "duration", "3j", "prize", hostile)
	d.newest("4H8PTWZC")
	d.keep("list", d.types(d.someone(2), "giveaway list"))
	d.keep("refused-which", d.types(d.manager(), "giveaway end"))
	d.keep("cancelled", d.types(d.manager(), "giveaway cancel", "id", d.fixed[len(d.fixed)-2], "reason", hostile))
	d.keep("ending", d.types(d.manager(), "giveaway end"))
	d.drawn(id)
	d.keep("show", d.types(d.manager(), "giveaway show", "id", id))
	d.keep("rerolling", d.types(d.manager(), "giveaway reroll", "id", id, "winners", "2"))
	d.keep("refused-drawing", d.types(d.manager(), "giveaway delete", "id", id))
	d.keep("deleted", d.types(d.manager(), "giveaway delete", "id", d.fixed[len(d.fixed)-2]))
}

func (d *desk) enter(id string, n int) {
	d.t.Helper()
	d.send(chat.Pressed{Meta: d.meta(d.someone(n)), Action: chat.Act(giveaway.Kind, giveaway.VerbEnter, id)})
}

// newest returns the id of the giveaway started last; stand is shown for it.
func (d *desk) newest(stand string) string {
	d.t.Helper()
	c, err := d.book.Of(d.t.Context(), d.space())
	must(d.t, err)
	found, err := d.engine.List(d.t.Context(), c, giveaway.Kind, "open", 10)
	must(d.t, err)
	for _, l := range found {
		if !strings.Contains(strings.Join(d.fixed, " "), l.ID) {
			var s giveaway.State
			must(d.t, json.Unmarshal(l.State, &s))
			if v, ok := s.Terms.Current(); ok { // its page names the id
				d.fixed = append(d.fixed, v.Hash, "sha-256-of-the-rules-of-"+stand)
			}
			d.fixed = append(d.fixed, l.ID, stand)
			return l.ID
		}
	}
	d.t.Fatal("nothing was started")
	return ""
}

// drawn puts two rounds into a giveaway that is being drawn.
func (d *desk) drawn(id string) {
	d.t.Helper()
	var in engine.Instance
	tenant := storage.Tenant(d.space())
	version, err := storage.Load(d.t.Context(), d.store, tenant, engine.KindInstance, id, &in)
	must(d.t, err)
	doc, err := d.store.Get(d.t.Context(), tenant, engine.KindInstance, id)
	must(d.t, err)
	var s giveaway.State
	must(d.t, json.Unmarshal(in.State, &s))
	s.Phase, s.Draw = giveaway.PhaseAnnounced, nil
	s.Rounds = []giveaway.Round{
		{N: 1, At: d.now, By: "animo", Wins: []giveaway.Win{{Member: d.member(3)}, {Member: d.member(4)}}, Entrants: 17, Said: true},
		{N: 2, At: d.now.Add(time.Hour), By: string(d.member(1)), Wins: []giveaway.Win{{Member: d.member(5)}}, Replaces: []chat.MemberID{d.member(3)}, Entrants: 17, Said: true},
	}
	in.State, err = json.Marshal(s)
	must(d.t, err)
	put, err := storage.Put(engine.KindInstance, id, version, doc.Index, in)
	must(d.t, err)
	_, err = d.store.Commit(d.t.Context(), tenant, storage.Change{Docs: []storage.DocPut{put}, Now: d.now})
	must(d.t, err)
}
