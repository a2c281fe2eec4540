package giveaway_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/giveaway"
)

func memberNo(n int) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(100_000_000_000_000_000+n))
}

func membersUpTo(n int) []chat.MemberID {
	out := make([]chat.MemberID, n)
	for i := range out {
		out[i] = memberNo(i)
	}
	return out
}

func threeLots(p *giveaway.Params) {
	p.Lots = []giveaway.Lot{{Prize: "Gold", Winners: 1}, {Prize: "Silver", Winners: 2}, {Prize: "Bronze", Winners: 3}}
}

// wonBy counts the winners of each lot.
func wonBy(r giveaway.Round) map[int]int {
	out := map[int]int{}
	for _, w := range r.Wins {
		out[w.Lot]++
	}
	return out
}

func TestLotsAreDrawnInOrderAndNobodyWinsTwice(t *testing.T) {
	w := over(t, 20, threeLots)
	r := w.State.Rounds[0]
	if n := wonBy(r); n[0] != 1 || n[1] != 2 || n[2] != 3 || len(r.Winners()) != 6 {
		t.Fatalf("%+v", r)
	}
	if !slices.IsSortedFunc(r.Wins, func(a, b giveaway.Win) int { return a.Lot - b.Lot }) {
		t.Errorf("out of order: %+v", r.Wins)
	}
	says(t, w.Posts[1].Card, "Gold", "Silver", "Bronze", "@"+string(r.Wins[0].Member))
	says(t, shown(t, w), "Gold — @"+string(r.Wins[0].Member), text(w, "giveaway.lots_one"))
	for _, d := range w.Directs[:6] {
		lot := r.Wins[slices.IndexFunc(r.Wins, func(x giveaway.Win) bool { return x.Member == d.Member })].Lot
		says(t, d.Card, []string{"Gold", "Silver", "Bronze"}[lot])
	}
}

func TestWithFewEntrantsTheFirstLotsGoFirst(t *testing.T) {
	w := over(t, 2, threeLots)
	if n := wonBy(w.State.Rounds[0]); n[0] != 1 || n[1] != 1 || n[2] != 0 {
		t.Errorf("%+v", w.State.Rounds[0])
	}
}

func TestOneMemberMayWinSeveralLotsIfTheGiveawaySaysSo(t *testing.T) {
	w := over(t, 3, threeLots, func(p *giveaway.Params) { p.ManyWins = true })
	r := w.State.Rounds[0]
	if n := wonBy(r); n[0] != 1 || n[1] != 2 || n[2] != 3 {
		t.Fatalf("%+v", r)
	}
	seen := map[giveaway.Win]bool{}
	for _, x := range r.Wins {
		if seen[x] {
			t.Errorf("%s wins lot %d twice", x.Member, x.Lot)
		}
		seen[x] = true
	}
	told := map[chat.MemberID]int{}
	for _, d := range w.Directs {
		told[d.Member]++
	}
	for m, n := range told {
		if n != 1 {
			t.Errorf("%s is told %d times", m, n)
		}
	}
}

func TestARerollGivesTheLotOfWhoGivesWay(t *testing.T) {
	w := over(t, 20, threeLots)
	old := w.State.Rounds[0].Wins[1]
	taken(t, w.Order(t, giveaway.OrderReroll, map[string]string{"member": string(old.Member)}))
	w.SettleUntil(t, w.Now)
	r := w.State.Rounds[1]
	if len(r.Wins) != 1 || r.Wins[0].Lot != 1 || !slices.Equal(r.Replaces, []chat.MemberID{old.Member}) {
		t.Fatalf("%+v", r)
	}
	says(t, w.Posts[2].Card, "Silver", "@"+string(old.Member), "@"+string(r.Wins[0].Member))
	for _, arg := range []string{"", "0", "4", "x"} {
		refused(t, w, orderOf(t, w, giveaway.OrderReroll, map[string]string{"winners": "1", "lot": arg}),
			"giveaway.refused.which_lot", i18n.Num("max", 3))
	}
	taken(t, w.Order(t, giveaway.OrderReroll, map[string]string{"winners": "2", "lot": "3"}))
	w.SettleUntil(t, w.Now)
	if n := wonBy(w.State.Rounds[2]); n[2] != 2 || len(n) != 1 {
		t.Errorf("%+v", w.State.Rounds[2])
	}
}

func TestTheLastPlaceEndsTheGiveaway(t *testing.T) {
	w := opened(t, 4, func(p *giveaway.Params) { p.Places = 5 })
	says(t, shown(t, w), text(w, "giveaway.places_value", i18n.Num("entrants", 4), i18n.Num("places", 5)))
	taken(t, w.Press(t, w.Members[9], giveaway.VerbEnter))
	if r := w.Press(t, w.Members[10], giveaway.VerbEnter); r == nil {
		t.Fatal("a sixth entered")
	}
	w.SettleUntil(t, w.Now)
	if w.State.Phase != giveaway.PhaseAnnounced || len(w.Entries) != 5 {
		t.Fatalf("%s with %d", w.State.Phase, len(w.Entries))
	}
	says(t, w.Posts[1].Card, text(w, "giveaway.announce.full", i18n.Num("places", 5)))
}

func TestAPlannedGiveawayOpensInTime(t *testing.T) {
	w := newWorld(t)
	p := hour(w)
	p.Starts = w.Now.Add(3 * time.Hour)
	p.Ends = p.Starts.Add(time.Hour)
	p.Ping = "discord:7"
	taken(t, w.Start(t, p))
	if len(w.Posts) != 0 || w.State.Phase != giveaway.PhaseScheduled {
		t.Fatalf("%s, %d posts", w.State.Phase, len(w.Posts))
	}
	refused(t, w, pressOf(t, w, w.Members[0], giveaway.VerbEnter), "giveaway.refused.scheduled", i18n.In("start", chat.Moment(p.Starts, chat.MomentFull)))
	w.Wake(t, giveaway.WakeOpen) // too early
	if len(w.Posts) != 0 || !w.Wakes[giveaway.WakeOpen].Equal(p.Starts) {
		t.Fatal("opened early")
	}
	w.SettleUntil(t, p.Starts)
	if w.State.Phase != giveaway.PhaseOpen || len(w.Posts) != 1 || !w.State.Ends.Equal(p.Ends) {
		t.Fatalf("%s, %d posts, ends %v", w.State.Phase, len(w.Posts), w.State.Ends)
	}
	if roles := w.Posts[0].Card.Pings.Roles; len(roles) != 1 {
		t.Errorf("pings %v", roles)
	}
	taken(t, w.Press(t, w.Members[0], giveaway.VerbEnter))
	w.SettleUntil(t, p.Ends)
	if w.State.Phase != giveaway.PhaseAnnounced {
		t.Errorf("%s", w.State.Phase)
	}
}

func TestAGiveawayThatOpensLateLastsAsLong(t *testing.T) {
	w := newWorld(t)
	p := hour(w)
	p.Starts = w.Now.Add(time.Hour)
	p.Ends = p.Starts.Add(time.Hour)
	taken(t, w.Start(t, p))
	w.Now = p.Ends.Add(5 * time.Hour) // the bot was away
	w.SettleUntil(t, w.Now)
	if w.State.Phase != giveaway.PhaseOpen || !w.State.Ends.Equal(w.Now.Add(time.Hour)) {
		t.Errorf("%s until %v", w.State.Phase, w.State.Ends)
	}
}

func TestStaffOpenOrCallOffWhatIsPlanned(t *testing.T) {
	plan := func() *world {
		w := newWorld(t)
		p := hour(w)
		p.Starts = w.Now.Add(3 * time.Hour)
		p.Ends = p.Starts.Add(time.Hour)
		taken(t, w.Start(t, p))
		return w
	}
	w := plan()
	taken(t, w.Order(t, giveaway.OrderOpen, nil))
	if w.State.Phase != giveaway.PhaseOpen || !w.State.Ends.Equal(w.Now.Add(time.Hour)) || len(w.Posts) != 1 {
		t.Errorf("%s until %v", w.State.Phase, w.State.Ends)
	}
	refused(t, w, orderOf(t, w, giveaway.OrderOpen, nil), "giveaway.refused.not_scheduled")

	w = plan()
	taken(t, w.Order(t, giveaway.OrderCancel, nil))
	taken(t, w.Order(t, giveaway.OrderDelete, nil))
	w.SettleUntil(t, w.Now.Add(5*time.Hour))
	if len(w.Posts) != 0 || w.Last.Remove {
		t.Error("something was said of what nobody saw")
	}
}

func orderOf(t *testing.T, w *world, verb string, args map[string]string) func() *games.Refusal {
	return func() *games.Refusal { return w.Order(t, verb, args) }
}

func pressOf(t *testing.T, w *world, m chat.MemberID, verb string) func() *games.Refusal {
	return func() *games.Refusal { return w.Press(t, m, verb) }
}
