package drop_test

import (
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/drop"
	"animo/games/gamestest"
)

func begin(t *testing.T, change ...func(*drop.Params, time.Time)) *world {
	t.Helper()
	book, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	w := gamestest.NewWorld(book, drop.Rules{})
	w.Private = chat.English
	p := drop.Params{Prize: "Nitro", Winners: 1}
	for _, f := range change {
		f(&p, w.Now)
	}
	if r := w.Start(t, p); r != nil {
		t.Fatal(r)
	}
	return w
}

func winners(n int) func(*drop.Params, time.Time) {
	return func(p *drop.Params, _ time.Time) { p.Winners = n }
}

func hidden(window time.Duration) func(*drop.Params, time.Time) {
	return func(p *drop.Params, now time.Time) { p.Until = now.Add(window) }
}

func says(t *testing.T, c chat.Card, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if got := strings.ReplaceAll(c.Plain(), "\u00a0", " "); !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

func reply(t *testing.T, w *world) chat.Card {
	t.Helper()
	if w.Reply.Card == nil || w.Reply.Public {
		t.Fatalf("no private answer: %+v", w.Reply)
	}
	return *w.Reply.Card
}

func shown(w *world) chat.Card { return drop.Rules{}.Show(w.State, w.Look()) }

// posted brings the news that the platform has the card.
func posted(t *testing.T, w *world, after time.Duration) {
	t.Helper()
	w.Now = w.Now.Add(after)
	w.Do(t, games.Spoke{Slot: drop.SlotCard})
}

func TestTheFirstToPressWins(t *testing.T) {
	w := begin(t)
	posted(t, w, 3*time.Second)
	w.Now = w.Now.Add(1400 * time.Millisecond)
	if r := w.Press(t, w.Members[0], drop.VerbTake); r != nil {
		t.Fatal(r)
	}
	says(t, reply(t, w), "Nitro is yours, in 1.4 s", "@discord:1 will get in touch")
	w.Now = w.Now.Add(time.Second)
	r := w.Press(t, w.Members[1], drop.VerbTake)
	if r == nil {
		t.Fatal("a second member wins")
	}
	says(t, chat.Say(r.Line), "Too late", "@"+string(w.Members[0])+" (1.4 s)")
	says(t, shown(w), "The fastest:", "1. @"+string(w.Members[0])+" — 1.4 s")
	says(t, w.Posts[1].Card, "@"+string(w.Members[0])+" was the fastest")
	if got := w.Posts[1].Card.Pings.Members; len(got) != 1 || got[0] != w.Members[0] {
		t.Errorf("pings %v", got)
	}
	says(t, w.Directs[0].Card, "Your drop of Nitro", "1. @"+string(w.Members[0]))
	if _, there := w.Wakes[drop.WakeExpire]; there || w.Directs[0].Member != "discord:1" {
		t.Errorf("%v, %v", w.Wakes, w.Directs)
	}
}

func TestWhoPressesAgainIsToldTheSame(t *testing.T) {
	w := begin(t, winners(3))
	for range 2 {
		if r := w.Press(t, w.Members[0], drop.VerbTake); r != nil {
			t.Fatal(r)
		}
		says(t, reply(t, w), "No. 1 of 3")
	}
	if len(w.State.Wins) != 1 || w.Last.State != nil {
		t.Errorf("%+v", w.State.Wins)
	}
	says(t, reply(t, w), "is yours already")
	says(t, shown(w), "The first 3 to press win.", "2 of 3", "@"+string(w.Members[0]))
}

func TestADropThatNobodyTakesExpires(t *testing.T) {
	w := begin(t)
	if got := w.Wakes[drop.WakeExpire].Sub(w.Now); got != drop.DefaultLasts {
		t.Errorf("it lasts %s", got)
	}
	w.Settle(t)
	if w.State.Phase != drop.PhaseExpired || len(w.Posts) != 1 {
		t.Fatalf("%+v, %d posts", w.State, len(w.Posts))
	}
	says(t, shown(w), "Nobody pressed in time.")
	says(t, w.Directs[0].Card, "nobody pressed in time")
	if r := w.Press(t, w.Members[0], drop.VerbTake); r == nil {
		t.Error("an expired drop is won")
	}
}

func TestADropThatIsTakenInPartNamesWhoWas(t *testing.T) {
	w := begin(t, winners(3))
	w.Press(t, w.Members[0], drop.VerbTake)
	w.Settle(t)
	says(t, w.Posts[1].Card, "was the fastest", "Nobody took the other 2 in time.")
}

func TestADropAppearsAtItsTime(t *testing.T) {
	w := begin(t, func(p *drop.Params, now time.Time) { p.After = now.Add(time.Hour) })
	if len(w.Posts) > 0 {
		t.Fatal("it appears at once")
	}
	due := w.Now.Add(time.Hour)
	w.Wake(t, drop.WakeAppear) // before its time
	if len(w.Posts) > 0 || !w.Wakes[drop.WakeAppear].Equal(due) {
		t.Fatalf("%v, %v", w.Posts, w.Wakes)
	}
	w.SettleUntil(t, due)
	if len(w.Posts) != 1 || w.Posts[0].Slot != drop.SlotCard || !w.State.Opened.Equal(due) {
		t.Fatalf("%+v", w.State)
	}
}

func TestAHiddenInstantIsDrawnOnceAndToldNobody(t *testing.T) {
	instants := map[time.Time]bool{}
	for n := range byte(30) {
		book, err := i18n.New()
		if err != nil {
			t.Fatal(err)
		}
		w := gamestest.NewWorld(book, drop.Rules{})
		w.Seed[0] = n
		if r := w.Start(t, drop.Params{Prize: "Nitro", Winners: 1, Until: w.Now.Add(3 * time.Hour)}); r != nil {
			t.Fatal(r)
		}
		at := w.State.Appears
		if at.Before(w.Now) || !at.Before(w.Now.Add(3*time.Hour)) || !w.Wakes[drop.WakeAppear].Equal(at) {
			t.Fatalf("it appears at %s", at)
		}
		for what, v := range map[string]any{"card": shown(w), "list": w.Rules.Sum(w.State), "notes": w.Notes, "posts": w.Posts} {
			if hint := reveals(t, v, at); hint != "" {
				t.Errorf("the %s tells %s", what, hint)
			}
		}
		instants[at] = true
	}
	if len(instants) < 25 {
		t.Errorf("thirty drops have but %d instants", len(instants))
	}
}

func TestADropSleptThroughAppearsAtOnce(t *testing.T) {
	w := begin(t, hidden(2*time.Hour))
	until := w.State.Until
	w.Now = until.Add(2 * time.Hour) // over by no more than its length
	w.Wake(t, drop.WakeAppear)
	if w.State.Phase != drop.PhaseOpen || !w.State.Ends.Equal(w.Now.Add(drop.DefaultLasts)) {
		t.Fatalf("%+v", w.State)
	}
}

func TestADropOfWhichTheWindowIsLongOverDoesNotAppear(t *testing.T) {
	w := begin(t, hidden(2*time.Hour))
	w.Now = w.State.Until.Add(2*time.Hour + time.Second)
	w.Wake(t, drop.WakeAppear)
	if w.State.Phase != drop.PhaseMissed || len(w.Posts) > 0 {
		t.Fatalf("%+v", w.State)
	}
	if len(w.Directs) != 1 || w.Directs[0].Member != "discord:1" {
		t.Fatalf("%+v", w.Directs)
	}
	says(t, w.Directs[0].Card, "did not appear", "/drop start")
}

func TestWhoMayNotTakePartIsToldWhy(t *testing.T) {
	w := begin(t, func(p *drop.Params, _ time.Time) { p.Who.All = gamestest.Roles()[:1] })
	r := w.Press(t, w.Members[0], drop.VerbTake)
	if r == nil {
		t.Fatal("a member without the role wins")
	}
	says(t, chat.Say(r.Line), "You cannot take this one yet", "@"+string(gamestest.Roles()[0]))
	w.Known[w.Members[0]] = games.Facts{Actor: chat.Actor{Roles: gamestest.Roles()[:1]}}
	if r := w.Press(t, w.Members[0], drop.VerbTake); r != nil {
		t.Error(r)
	}
}

func TestARoleIsGivenAtOnceAndTakenBackInTime(t *testing.T) {
	w := begin(t, func(p *drop.Params, _ time.Time) { p.Role, p.RoleFor = "discord:9", 48*time.Hour })
	w.Press(t, w.Members[0], drop.VerbTake)
	if len(w.Grants) != 1 || w.Grants[0].Take || w.Grants[0].Member != w.Members[0] {
		t.Fatalf("%+v", w.Grants)
	}
	won := w.Now
	w.Settle(t)
	if len(w.Grants) != 2 || !w.Grants[1].Take || w.Now.Sub(won) != 48*time.Hour {
		t.Errorf("%+v after %s", w.Grants, w.Now.Sub(won))
	}
}

func TestACancelledDropIsNotTaken(t *testing.T) {
	w := begin(t, winners(2))
	w.Press(t, w.Members[0], drop.VerbTake)
	if r := w.Order(t, drop.OrderCancel, map[string]string{drop.ArgReason: "sold out"}); r != nil {
		t.Fatal(r)
	}
	says(t, shown(w), "sold out", "@"+string(w.Members[0]))
	if r := w.Press(t, w.Members[1], drop.VerbTake); r == nil {
		t.Error("a cancelled drop is won")
	}
	if r := w.Order(t, drop.OrderCancel, nil); r == nil {
		t.Error("it is cancelled twice")
	}
	w.Settle(t)
	waiting := begin(t, hidden(time.Hour))
	waiting.Order(t, drop.OrderCancel, nil)
	waiting.Settle(t)
	if len(waiting.Posts) > 0 || waiting.Last.Redraw != games.RedrawNone {
		t.Errorf("%+v", waiting.Posts)
	}
}
