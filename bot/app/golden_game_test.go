package app

import (
	"encoding/json"
	"fmt"
	"iter"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/giveaway"
	"animo/games/proof"
)

// noon is when golden cards are drawn: a Saturday.
var noon = time.Date(2026, time.January, 24, 12, 0, 0, 0, time.UTC)

// hostile is a prize that tries to be everything but literal.
const hostile = "<b>*x*</b> @everyone <!channel> [a](http://b) `c` \n# h"

// goldenID stands for the id of a giveaway.
const goldenID = "7K2M9QXF"

// cast are the ids of those who play, as each platform writes them.
type cast struct{ network chat.Network }

func (c cast) member(n int) chat.MemberID {
	if c.network == chat.Slack {
		return chat.MemberID(fmt.Sprintf("slack:T1/U%02d", n))
	}
	return chat.MemberID(fmt.Sprintf("discord:2100000000000000%02d", n))
}

func (c cast) channel(n int) chat.ChannelID {
	if c.network == chat.Slack {
		return chat.ChannelID(fmt.Sprintf("slack:T1/C%d", n))
	}
	return chat.ChannelID(fmt.Sprintf("discord:3100000000000000%02d", n))
}

func (c cast) role() chat.RoleID {
	if c.network == chat.Slack {
		return "slack:T1/S1"
	}
	return "discord:410000000000000001"
}

func (c cast) space() chat.SpaceID {
	if c.network == chat.Slack {
		return "slack:T1"
	}
	return "discord:110000000000000001"
}

func (c cast) capabilities() chat.Capabilities {
	for _, caps := range PlatformCapabilities() {
		if caps.Network == c.network {
			return caps
		}
	}
	return chat.Capabilities{}
}

// play is one giveaway whose cards are drawn.
type play struct {
	cast
	t      *testing.T
	look   games.Look
	seed   string
	scenes []scene
}

func scenes(t *testing.T, words *i18n.Bundle, n chat.Network, l chat.Language) []scene {
	t.Helper()
	p := &play{cast: cast{n}, t: t}
	printer := words.Printer(l)
	p.look = games.Look{
		ID: goldenID, Now: noon, Public: printer, Private: printer, Zone: time.UTC, Caps: p.capabilities(),
		Channel: p.channel(1), Entries: 1318, Chance: sure{},
	}
	p.opening()
	p.phases()
	p.endings()
	p.lots()
	p.edits()
	p.announcements()
	p.tickets()
	p.contests(words, l)
	p.polls(words, l)
	p.drops()
	p.advents()
	return append(p.scenes, p.commands(words, l)...)
}

func (p *play) show(name string, s giveaway.State) {
	p.scenes = append(p.scenes, scene{name: name, card: giveaway.Rules{}.Show(s, p.look)})
}

func (p *play) open(change ...func(*giveaway.State)) giveaway.State {
	s := giveaway.State{
		Params: giveaway.Params{Prize: "Un mois de Nitro", Winners: 1, Ends: noon.Add(2 * time.Hour)},
		Phase:  giveaway.PhaseOpen, Host: p.member(1), Opened: noon, Seed: p.seed,
	}
	for _, f := range change {
		f(&s)
	}
	return s
}

func in(phase giveaway.Phase) func(*giveaway.State) {
	return func(s *giveaway.State) {
		s.Phase = phase
		if phase != giveaway.PhaseOpen && phase != giveaway.PhasePaused {
			s.Closed = noon.Add(2 * time.Hour)
		}
	}
}

func dressed(s *giveaway.State) {
	s.Description = "Pour fêter nos 2 ans :\n- un mois offert ;\n- remis par message privé (sous 48 h)."
	s.Image, s.Thumb = "https://example.org/lot.png", "https://example.org/vignette.png"
	s.Accent, s.Button, s.Emoji, s.Winners = 0x5865F2, "Je tente ma chance", "🎁", 3
}

func (p *play) phases() {
	p.show("giveaway-open", p.open())
	p.show("giveaway-open-dressed", p.open(dressed))
	p.show("giveaway-open-thumb", p.open(func(s *giveaway.State) { s.Thumb = "https://example.org/vignette.png" }))
	p.show("giveaway-open-hostile", p.open(func(s *giveaway.State) { s.Prize, s.Description = hostile, hostile }))
	p.show("giveaway-paused", p.open(in(giveaway.PhasePaused)))
	p.show("giveaway-closing", p.open(in(giveaway.PhaseClosing)))
}

// opening is the only card that notifies a role, and the first of a game.
func (p *play) opening() {
	params, err := json.Marshal(giveaway.Params{Prize: "Un mois de Nitro", Winners: 1, Ends: noon.Add(2 * time.Hour), Ping: p.role()})
	must(p.t, err)
	o := p.decide(giveaway.State{}, games.Started{By: chat.Actor{ID: p.member(1)}, Params: params})
	p.seed = o.State.Seed
	p.scenes = append(p.scenes, scene{name: "giveaway-opening-with-ping", card: o.Posts[0].Card})
}

// rounds draws: each round holds the members who won it.
func (p *play) rounds(winners ...[]int) func(*giveaway.State) {
	return func(s *giveaway.State) {
		in(giveaway.PhaseAnnounced)(s)
		for i, round := range winners {
			r := giveaway.Round{N: i + 1, At: s.Closed.Add(time.Duration(i) * time.Hour), By: "animo", Entrants: 1318}
			for _, n := range round {
				r.Wins = append(r.Wins, giveaway.Win{Member: p.member(n)})
			}
			if i > 0 {
				r.By = string(p.member(1))
			}
			s.Rounds = append(s.Rounds, r)
		}
	}
}

func (p *play) endings() {
	p.show("giveaway-drawn-one", p.open(p.rounds([]int{2})))
	p.show("giveaway-drawn-three", p.open(dressed, p.rounds([]int{2, 3, 4})))
	p.show("giveaway-rerolled", p.open(p.rounds([]int{2, 3, 4}, []int{5}, []int{6}), func(s *giveaway.State) {
		s.Winners, s.Rounds[1].Replaces = 3, []chat.MemberID{p.member(3)}
	}))
	p.show("giveaway-no-winner", p.open(p.rounds(nil)))
	p.withoutEntrants(func() {
		p.show("giveaway-no-entrant", p.open(p.rounds(nil), func(s *giveaway.State) { s.Rounds[0].Entrants = 0 }))
	})
	p.show("giveaway-cancelled", p.open(in(giveaway.PhaseCancelled)))
	p.show("giveaway-cancelled-why", p.open(in(giveaway.PhaseCancelled), func(s *giveaway.State) { s.Why = "Le lot n’est plus disponible." }))
}

// rich gives a giveaway lots, places, conditions, bonus tickets and a time to
// claim.
func (p *play) rich(s *giveaway.State) {
	s.Prize = "Grand concours de l’été"
	s.Lots = []giveaway.Lot{{Prize: "Un mois de Nitro", Winners: 1}, {Prize: "Un T-shirt", Winners: 2}}
	s.Winners, s.Places, s.Claim = 3, 500, 48*time.Hour
	s.Who.Any, s.Who.NoGuests = []chat.RoleID{p.role()}, false
	s.Who.Messages = eligibility.Messages{Least: 5, Days: 7}
	s.Bonus.Grounds = []eligibility.Ground{{Role: p.role(), Tickets: 2}}
}

// lots are the scenes of a giveaway with everything.
func (p *play) lots() {
	p.show("giveaway-open-rich", p.open(p.rich))
	p.show("giveaway-scheduled", p.open(p.rich, func(s *giveaway.State) {
		s.Phase, s.Starts, s.Ends = giveaway.PhaseScheduled, noon.Add(24*time.Hour), noon.Add(48*time.Hour)
	}))
	won := func(s *giveaway.State) {
		in(giveaway.PhaseAnnounced)(s)
		s.Rounds = []giveaway.Round{{
			N: 1, At: s.Closed, By: "animo", Want: []int{1, 2}, Entrants: 1318, ClaimBy: s.Closed.Add(48 * time.Hour),
			Wins:    []giveaway.Win{{Member: p.member(2)}, {Member: p.member(3), Lot: 1}, {Member: p.member(4), Lot: 1}},
			Claimed: []chat.MemberID{p.member(2)},
		}}
	}
	p.show("giveaway-claimed", p.open(p.rich, won))
	p.look.Now = noon.Add(2 * time.Hour)
	o := p.drawRich()
	p.scenes = append(p.scenes,
		scene{name: "announce-lots", card: o.Posts[0].Card}, scene{name: "direct-winner-claim", card: o.Directs[0].Card})
	over := p.open(p.rich, won)
	p.look.Now = over.Rounds[0].ClaimBy
	o = p.decide(over, games.Woke{Name: "claim-1"})
	p.scenes = append(p.scenes, scene{name: "direct-host-unclaimed", card: o.Directs[0].Card})
	p.look.Now = noon
}

// drawRich completes the last lot.
func (p *play) drawRich() games.Outcome[giveaway.State] {
	s := p.open(p.rich, in(giveaway.PhaseClosing))
	last := []chat.MemberID{p.member(3), p.member(4)}
	s.Draw = &giveaway.Draw{Round: 1, By: "animo", Want: []int{1, 2}, Lot: 1, Kept: []giveaway.Win{{Member: p.member(2)}}, Asked: last, Ask: 1}
	s.Sum = &proof.Sum{Entrants: 1318, Tickets: 1402}
	e := games.Answered{Question: "round-1-1", Present: map[chat.MemberID]bool{}, Facts: map[chat.MemberID]games.Facts{}}
	for _, m := range last {
		e.Present[m], e.Facts[m] = true, games.Facts{Actor: chat.Actor{ID: m, Roles: []chat.RoleID{p.role()}}}
	}
	p.look.Bodies = func() iter.Seq2[games.Entry, error] { return func(func(games.Entry, error) bool) {} }
	return p.decide(s, e)
}

// withoutEntrants plays a scene of a giveaway that nobody entered.
func (p *play) withoutEntrants(scene func()) {
	entries := p.look.Entries
	p.look.Entries = 0
	scene()
	p.look.Entries = entries
}

func (p *play) edits() {
	at := noon.Add(10 * time.Minute)
	p.show("giveaway-edited", p.open(func(s *giveaway.State) {
		s.Changes = []giveaway.Change{
			{At: at, What: "prize", From: "Une semaine de Nitro"},
			{At: at, What: "winners", From: "2"},
			{At: at, What: "ends", From: fmt.Sprint(noon.Add(time.Hour).Unix())},
		}
	}))
	p.show("giveaway-edited-hostile", p.open(func(s *giveaway.State) {
		s.Changes = []giveaway.Change{{At: at, What: "prize", From: hostile}, {At: at, What: "description"}}
	}))
	o := p.decide(p.open(), games.Ordered{By: chat.Actor{ID: p.member(1)}, Verb: giveaway.OrderEdit, Args: map[string]string{
		"prize": "Deux mois de Nitro", "ends": noon.Add(time.Hour).Format(time.RFC3339),
	}})
	p.scenes = append(p.scenes, scene{name: "prize-changed", card: o.Posts[0].Card})
	p.answer("edited-and-shorter", o)
	later := games.Ordered{By: chat.Actor{ID: p.member(1)}, Verb: giveaway.OrderEdit, Args: map[string]string{
		"ends": noon.Add(3 * time.Hour).Format(time.RFC3339),
	}}
	p.answer("edited-end", p.decide(p.open(), later))
	p.answer("edited-end-in-pause", p.decide(p.open(in(giveaway.PhasePaused), func(s *giveaway.State) { s.Paused = noon }), later))
}

func (p *play) decide(s giveaway.State, e games.Event) games.Outcome[giveaway.State] {
	p.t.Helper()
	o, err := giveaway.Rules{}.Decide(s, e, p.look)
	must(p.t, err)
	return o
}

// draw lets the members be drawn who are asked about.
func (p *play) draw(s giveaway.State, round int, replaces chat.MemberID, members ...int) games.Outcome[giveaway.State] {
	p.t.Helper()
	d := giveaway.Draw{Round: round, By: string(p.member(1)), Want: []int{max(len(members), 1)}, Ask: 1}
	if replaces != "" {
		d.Replaces = []chat.MemberID{replaces}
	}
	present := map[chat.MemberID]bool{}
	for _, n := range members {
		d.Asked = append(d.Asked, p.member(n))
		present[p.member(n)] = true
	}
	s.Draw = &d
	p.look.Keys = func() iter.Seq2[chat.MemberID, error] { return func(func(chat.MemberID, error) bool) {} }
	return p.decide(s, games.Answered{Question: fmt.Sprintf("round-%d-1", round), Present: present})
}

func (p *play) announcements() {
	closing := p.open(in(giveaway.PhaseClosing))
	p.look.Now = noon.Add(2 * time.Hour)
	announced := func(name string, o games.Outcome[giveaway.State]) {
		p.scenes = append(p.scenes, scene{name: "announce-" + name, card: o.Posts[0].Card})
	}
	one, many, nobody := p.draw(closing, 1, "", 2), p.draw(closing, 1, "", 2, 3, 4), p.draw(closing, 1, "")
	announced("one", one)
	announced("many", many)
	announced("nobody", nobody)
	p.withoutEntrants(func() { announced("no-entrant", p.draw(closing, 1, "")) })
	announced("hostile", p.draw(p.open(in(giveaway.PhaseClosing), func(s *giveaway.State) { s.Prize = hostile }), 1, "", 2))
	over := p.open(p.rounds([]int{2, 3}))
	announced("round", p.draw(over, 2, "", 4))
	announced("replaced", p.draw(over, 2, p.member(2), 5))
	p.look.Now = noon.Add(5 * time.Hour)
	announced("late", p.draw(closing, 1, "", 2))
	p.look.Now = noon

	direct := func(name string, c chat.Card) { p.scenes = append(p.scenes, scene{name: "direct-" + name, card: c}) }
	direct("winner", one.Directs[0].Card)
	direct("winner-host", p.draw(closing, 1, "", 1).Directs[0].Card)
	direct("host-one", one.Directs[1].Card)
	direct("host-many", many.Directs[3].Card)
	direct("host-nobody", nobody.Directs[0].Card)
	direct("host-nobody-left", p.draw(over, 2, "").Directs[0].Card)
	failed := p.decide(over, games.Spoke{Member: p.member(2), Trouble: chat.TroubleUnreachable})
	direct("failed", failed.Posts[0].Card)
}

// answer keeps what the member who acted is told.
func (p *play) answer(name string, o games.Outcome[giveaway.State]) {
	r := o.Answer(games.Standing{Seq: 1042, Entries: 1318})
	p.scenes = append(p.scenes, scene{name: name, private: true, card: *r.Card})
}

func (p *play) tickets() {
	press := func(verb string) games.Pressed { return games.Pressed{By: chat.Actor{ID: p.member(2)}, Verb: verb} }
	p.answer("ticket", p.decide(p.open(), press(giveaway.VerbEnter)))
	p.answer("ticket-certain", p.decide(p.open(func(s *giveaway.State) { s.Winners = 2000 }), press(giveaway.VerbEnter)))
	p.answer("ticket-hostile", p.decide(p.open(func(s *giveaway.State) { s.Prize = hostile }), press(giveaway.VerbEnter)))
	p.look.Own = &games.Entry{Member: p.member(2), Seq: 42}
	p.answer("ticket-again", p.decide(p.open(), press(giveaway.VerbEnter)))
	p.answer("left", p.decide(p.open(), press(giveaway.VerbLeave)))
	p.look.Own = nil
}
