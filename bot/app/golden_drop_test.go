package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/advent"
	"animo/games/drop"
)

// stage is one game of any kind whose cards are drawn.
type stage[S any] struct {
	*play
	rules   games.Rules[S]
	state   S
	now     time.Time
	entries map[chat.MemberID]games.Entry
	posts   []games.Post
	directs []games.Direct
	reply   chat.Card
}

func stageOf[S any](p *play, rules games.Rules[S], params any) *stage[S] {
	p.t.Helper()
	raw, err := json.Marshal(params)
	must(p.t, err)
	s := &stage[S]{play: p, rules: rules, now: noon, entries: map[chat.MemberID]games.Entry{}}
	s.do(games.Started{By: chat.Actor{ID: p.member(1)}, Params: raw})
	return s
}

func (s *stage[S]) sees(e games.Event) games.Look {
	l := s.look
	l.Now, l.Entries = s.now, int64(len(s.entries))
	if p, ok := e.(games.Pressed); ok {
		if own, there := s.entries[p.By.ID]; there {
			l.Own = &own
		}
	}
	l.Bodies = func() iter.Seq2[games.Entry, error] {
		return func(yield func(games.Entry, error) bool) {
			for _, m := range slices.Sorted(maps.Keys(s.entries)) {
				if !yield(s.entries[m], nil) {
					return
				}
			}
		}
	}
	return l
}

// do lets something happen; questions are answered with everybody there.
func (s *stage[S]) do(e games.Event) {
	s.t.Helper()
	o, err := s.rules.Decide(s.state, e, s.sees(e))
	var refusal *games.Refusal
	if errors.As(err, &refusal) {
		s.reply = chat.Say(refusal.Line)
		return
	}
	must(s.t, err)
	if o.State != nil {
		s.state = *o.State
	}
	for _, n := range slices.Concat(o.Enter, o.Update) {
		s.entries[n.Member] = games.Entry{Member: n.Member, Seq: int64(len(s.entries) + 1), Body: n.Body}
	}
	s.posts, s.directs = append(s.posts, o.Posts...), append(s.directs, o.Directs...)
	if o.Answer != nil {
		s.reply = *o.Answer(games.Standing{Entries: int64(len(s.entries))}).Card
	}
	if o.Ask != nil {
		present := map[chat.MemberID]bool{}
		for _, m := range o.Ask.Members {
			present[m] = true
		}
		s.do(games.Answered{Question: o.Ask.Name, Present: present})
	}
	for _, w := range o.Wakes {
		if !w.At.After(s.now) {
			s.do(games.Woke{Name: w.Name, Due: w.At})
		}
	}
}

func (s *stage[S]) presses(by int, verb string) {
	s.t.Helper()
	s.do(games.Pressed{By: chat.Actor{ID: s.member(by)}, Verb: verb})
}

// at lets it be another time, at which the game wakes up.
func (s *stage[S]) at(now time.Time, wake string) {
	s.t.Helper()
	s.now = now
	s.do(games.Woke{Name: wake, Due: now})
}

func (s *stage[S]) answered(name string) {
	s.scenes = append(s.scenes, scene{name: name, private: true, card: s.reply})
}

func (s *stage[S]) told(name string) {
	s.scenes = append(s.scenes, scene{name: name, private: true, card: s.directs[len(s.directs)-1].Card})
}

func (s *stage[S]) posted(name string) {
	s.scenes = append(s.scenes, scene{name: name, card: s.posts[len(s.posts)-1].Card})
}

func (s *stage[S]) drawn(name string) {
	s.scenes = append(s.scenes, scene{name: name, card: s.rules.Show(s.state, s.sees(nil))})
}

// drops draws the cards of drops: one that is won, one that nobody takes, one
// that is cancelled and one that was slept through.
func (p *play) drops() {
	p.t.Helper()
	start := func(change func(*drop.Params)) *stage[drop.State] {
		params := drop.Params{Prize: "Un mois de Nitro", Winners: 1}
		change(&params)
		return stageOf(p, drop.Rules{}, params)
	}
	s := start(func(d *drop.Params) { d.Winners, d.Description, d.Ping = 3, hostile, p.role() })
	s.posted("drop-opening-with-ping")
	for n := range 3 {
		s.now = s.now.Add(time.Duration(1400+n*n*40_000) * time.Millisecond)
		s.presses(n+2, drop.VerbTake)
		if n == 0 {
			s.answered("drop-won")
			s.drawn("drop-one-taken")
		}
	}
	s.presses(2, drop.VerbTake)
	s.answered("drop-won-already")
	s.presses(9, drop.VerbTake)
	s.answered("drop-too-late")
	s.posted("drop-result-three")
	s.drawn("drop-all-taken")
	s.told("drop-host")
	s = start(func(d *drop.Params) { d.Prize = hostile })
	s.now = s.now.Add(900 * time.Millisecond)
	s.presses(1, drop.VerbTake)
	s.answered("drop-won-by-its-host")
	s.posted("drop-result-one-hostile")
	s = start(func(*drop.Params) {})
	s.at(noon.Add(drop.DefaultLasts), drop.WakeExpire)
	s.drawn("drop-expired")
	s.told("drop-host-nobody")
	s = start(func(*drop.Params) {})
	s.do(games.Ordered{By: chat.Actor{ID: p.member(1)}, Verb: drop.OrderCancel, Args: map[string]string{drop.ArgReason: hostile}})
	s.drawn("drop-cancelled")
	s = start(func(d *drop.Params) { d.Until = noon.Add(time.Hour) })
	s.at(noon.Add(4*time.Hour), drop.WakeAppear)
	s.told("drop-missed")
}

// advents draws the cards of a calendar of four boxes, day by day.
func (p *play) advents() {
	p.t.Helper()
	s := stageOf(p, advent.Rules{}, advent.Params{
		Title: "L’avent avec le *Club*", Description: "Une case par jour.", Starts: noon.Add(21 * time.Hour), CatchUp: true, Ping: p.role(),
		Final: advent.Lot{Prize: "Un an de Nitro", Winners: 2},
		Boxes: []advent.Box{
			{Text: "Un poème pour vous.", Instant: advent.Lot{Prize: "Mug", Winners: 1}},
			{Text: hostile, Draw: advent.Lot{Prize: "T-shirt <b>", Winners: 2}},
			{Text: "Une énigme."},
			{Text: "Joyeux Noël !"},
		},
	})
	s.posted("advent-coming")
	s.at(s.state.Days[0].Opens, advent.WakeDay)
	s.posted("advent-day-hidden")
	s.presses(2, advent.OpenVerb(2))
	s.answered("advent-not-yet")
	s.now = s.state.Days[0].Instants[0].At
	s.presses(2, advent.OpenVerb(1))
	s.answered("advent-opened-and-won")
	s.posted("advent-lucky")
	s.presses(3, advent.OpenVerb(1))
	s.answered("advent-opened")
	s.at(s.state.Days[1].Opens, advent.WakeDay)
	s.posted("advent-day-drawn")
	for n := 2; n < 6; n++ {
		s.presses(n, advent.OpenVerb(2))
	}
	s.answered("advent-opened-in-draw")
	s.presses(5, advent.VerbMine)
	s.answered("advent-mine")
	s.at(s.state.Days[3].Opens, advent.WakeDay)
	for _, post := range s.posts {
		if post.Slot == "drawn-2" || post.Slot == "day-4" {
			s.scenes = append(s.scenes, scene{name: "advent-" + post.Slot, card: post.Card})
		}
	}
	s.presses(2, advent.OpenVerb(3))
	s.answered("advent-opened-late")
	s.presses(2, advent.OpenVerb(4))
	s.drawn("advent-running")
	s.do(games.Ordered{By: chat.Actor{ID: p.member(1)}, Verb: advent.OrderEdit, Args: map[string]string{"title": "L’avent"}})
	s.at(s.state.Days[3].Ends, advent.WakeDay)
	s.posted("advent-result")
	s.drawn("advent-over")
	s.told("advent-winner")
	for _, d := range s.directs {
		if d.Name == "over" {
			s.scenes = append(s.scenes, scene{name: "advent-host", private: true, card: d.Card})
		}
	}
	if len(s.state.Result.Kept) != 2 {
		p.t.Fatal(fmt.Errorf("the final draw is not made: %+v", s.state.Result))
	}
}

// surprises shows what staff are told of drops and calendars.
func (d *desk) surprises() {
	d.t.Helper()
	answer := func(name string, path string, args ...string) chat.Reply {
		r := d.types(d.manager(), path, args...)
		for _, kind := range []string{drop.Kind, advent.Kind} {
			c, err := d.book.Load(d.t.Context(), chat.CommunityID(d.space()))
			must(d.t, err)
			found, err := d.engine.List(d.t.Context(), c, kind, games.StatusOpen, 10)
			must(d.t, err)
			for _, l := range found {
				d.fixed = append(d.fixed, l.ID, goldenID)
			}
		}
		d.keep(name, r)
		return r
	}
	answer("drop-started-hidden", "drop start", "prize", "Un mois de Nitro", "within", "3h")
	answer("drop-list", "drop list")
	form := d.types(d.manager(), "advent create").Form
	r := d.send(chat.Submitted{Meta: d.meta(d.manager()), Action: form.Action, Values: pairs([]string{
		"title", "L’avent " + hostile, "starts", "1 décembre 9h", "days", "4", "prize", "Nitro x2", "boxes", "Un poème\nUn chant | gain: Mug x2\n" + hostile,
	})})
	for _, b := range r.Card.Blocks {
		for _, c := range b.Controls {
			d.fixed = append(d.fixed, c.Action.Subject, "DRAFT4567890")
		}
	}
	d.keep("advent-preview", r)
	answer("advent-started", "advent start", "title", "L’avent", "boxes", "Un poème; Un chant; Une énigme", "starts", "1 décembre 9h")
	answer("advent-list", "advent list")
	answer("advent-show", "advent show")
	answer("advent-refused-box", "advent start", "title", "L’avent", "boxes", "a; b | c")
}
