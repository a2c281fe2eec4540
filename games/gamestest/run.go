package gamestest

import (
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Harness is what Run needs to know of a game.
type Harness[S any] struct {
	Rules games.Rules[S]
	// Params draws what a start is asked with, or nil for no parameters; the
	// start may be refused.
	Params func(t *rapid.T, now time.Time) any
	// Verbs are what members may press.
	Verbs []string
	// Values draw what a press brings along; nil for nothing.
	Values func(t *rapid.T, w *World[S], by chat.MemberID, verb string) []string
	// Orders draw the arguments of what staff may order, by verb.
	Orders map[string]func(t *rapid.T, w *World[S]) map[string]string
	// Facts draw what is true of a member from now on, such as Anybody; nil
	// for a game that never wants to know.
	Facts func(t *rapid.T, now time.Time) games.Facts
	// Check is called after each event; it may be nil.
	Check func(t *rapid.T, w *World[S])
	// Settled is called once everything that the game asked for has come; it
	// may be nil.
	Settled func(t *rapid.T, w *World[S])
}

// crowd is how many members a history has.
const crowd = 9

// Run proves the game.
func Run[S any](t *testing.T, h Harness[S]) {
	t.Helper()
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, Property(words, h))
}

// Property is what Run checks, for a test that drives rapid itself.
func Property[S any](words *i18n.Bundle, h Harness[S]) func(*rapid.T) {
	return func(t *rapid.T) {
		w := newWorld(t, words, h.Rules)
		p := &play[S]{Harness: h, World: w}
		if !p.start(t) {
			return
		}
		if h.Check != nil {
			w.after = func() { h.Check(t, w) }
			w.after()
		}
		moves := map[string]func(*rapid.T){
			"press": p.press, "order": p.order, "wake": p.wakeDue, "wake any": p.wakeAny,
			"answer": p.answer, "speak": p.speak, "clock": p.clock, "restart": p.Restart,
			"come and go": p.comeAndGo,
		}
		if h.Facts != nil {
			moves["change"], moves["change more"] = p.change, p.change
		}
		t.Repeat(moves)
		w.Blind = false
		w.Settle(t)
		if h.Settled != nil {
			h.Settled(t, w)
		}
	}
}

// play draws what happens next.
type play[S any] struct {
	Harness[S]
	*World[S]
}

func (p *play[S]) start(t *rapid.T) bool {
	params := any(struct{}{})
	if p.Params != nil {
		params = p.Params(t, p.Now)
	}
	return p.Start(t, params) == nil
}

func (p *play[S]) press(t *rapid.T) {
	if len(p.Verbs) == 0 {
		return
	}
	by := p.actor(t)
	by.Bot = rapid.IntRange(0, 19).Draw(t, "bot") == 0
	e := games.Pressed{By: by, Verb: rapid.SampledFrom(p.Verbs).Draw(t, "verb")}
	if p.Values != nil {
		e.Values = p.Values(t, p.World, by.ID, e.Verb)
	}
	p.Do(t, e)
}

func (p *play[S]) order(t *rapid.T) {
	if len(p.Orders) == 0 {
		return
	}
	verb := rapid.SampledFrom(slices.Sorted(maps.Keys(p.Orders))).Draw(t, "verb")
	p.Do(t, games.Ordered{By: p.actor(t), Verb: verb, Args: p.Orders[verb](t, p.World)})
}

// wakeDue lets time pass until the next wake-up.
func (p *play[S]) wakeDue(t *rapid.T) {
	if name, ok := p.next(); ok {
		p.Now = later(p.Now, p.Wakes[name])
		p.Wake(t, name)
	}
}

// wakeAny wakes by a name that was asked for at some time: early, late, or
// once more.
func (p *play[S]) wakeAny(t *rapid.T) {
	if len(p.Names) > 0 {
		p.Wake(t, rapid.SampledFrom(p.Names).Draw(t, "wake"))
	}
}

// answer answers any question that was ever asked.
func (p *play[S]) answer(t *rapid.T) {
	if len(p.Questions) > 0 {
		p.Answer(t, rapid.SampledFrom(p.Questions).Draw(t, "question"))
	}
}

// speak brings news, possibly once more, of anything that was ever said.
func (p *play[S]) speak(t *rapid.T) {
	if len(p.Told) == 0 {
		return
	}
	news := rapid.SampledFrom(p.Told).Draw(t, "said")
	news.Trouble = rapid.SampledFrom([]chat.Trouble{"", chat.TroubleUnreachable, chat.TroubleGone}).Draw(t, "trouble")
	p.Do(t, news)
}

func (p *play[S]) clock(t *rapid.T) {
	p.Now = p.Now.Add(time.Duration(rapid.Int64Range(int64(-time.Hour), int64(30*time.Hour)).Draw(t, "jump")))
}

func (p *play[S]) comeAndGo(t *rapid.T) {
	m := p.actor(t).ID
	p.Gone[m] = !p.Gone[m]
}

func (p *play[S]) actor(t *rapid.T) chat.Actor {
	a := p.World.actor(rapid.SampledFrom(p.Members).Draw(t, "member"))
	if p.Facts != nil && rapid.IntRange(0, 3).Draw(t, "bare") == 0 {
		return chat.Actor{ID: a.ID, Bare: true}
	}
	return a
}

func crowdOf(n int) []chat.MemberID {
	out := make([]chat.MemberID, n)
	for i := range out {
		out[i] = chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(101+i))
	}
	return out
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
