package giveaway_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/giveaway"
	"animo/games/proof"
)

const vip = chat.RoleID("discord:301")

func vipsOnly(p *giveaway.Params) { p.Who.Any = []chat.RoleID{vip} }

// is lets something be true of a member.
func is(w *world, m chat.MemberID, roles ...chat.RoleID) {
	f := w.Known[m]
	f.Roles, f.Created, f.Joined = roles, w.Now.Add(-1000*time.Hour), w.Now.Add(-100*time.Hour)
	w.Known[m] = f
}

func TestARefusalNamesEachConditionThatFails(t *testing.T) {
	w := opened(t, 0, vipsOnly, func(p *giveaway.Params) {
		p.Who.Account = 3000 * time.Hour
		p.Who.Messages = eligibility.Messages{Least: 5, Days: 7}
	})
	m := w.Members[0]
	is(w, m)
	f := w.Known[m]
	f.Wrote = new(2)
	w.Known[m] = f
	r := w.Press(t, m, giveaway.VerbEnter)
	if r == nil || len(w.Entries) != 0 {
		t.Fatal("in all the same")
	}
	p := w.Words.Printer(chat.French)
	want := p.Line("giveaway.refused.not_eligible", i18n.Count(3)).Plain()
	for _, line := range eligibility.Lines(p, eligibility.Judge(w.State.Who, w.Known[m], w.Now)) {
		want += "\n" + line.Plain()
	}
	if got := r.Line.Plain(); got != want || strings.Count(got, "\n") != 3 {
		t.Errorf("refused with\n%s\nwant\n%s", got, want)
	}
}

func TestWhoLostTheRoleByTheEndIsPassedOver(t *testing.T) {
	w := opened(t, 0, vipsOnly)
	for _, m := range w.Members[:6] {
		is(w, m, vip)
		taken(t, w.Press(t, m, giveaway.VerbEnter))
	}
	kept := w.Members[3]
	for _, m := range w.Members[:6] {
		if m != kept {
			is(w, m)
		}
	}
	w.SettleUntil(t, w.State.Ends)
	if winners := w.State.PastWinners(); !slices.Equal(winners, []chat.MemberID{kept}) {
		t.Fatalf("%v win", winners)
	}
	var file strings.Builder
	if err := w.State.WriteProof(&file, "WRLD2345", w.Look().Bodies()); err != nil {
		t.Fatal(err)
	}
	report, err := proof.Verify(strings.NewReader(file.String()))
	if err != nil || !report.Verified() || report.Passed[proof.Requirement] != 5 {
		t.Errorf("%v: passed over %v, %v", err, report.Passed, report.Faults())
	}
	if !strings.Contains(file.String(), `"requirement":"any"`) {
		t.Errorf("the proof does not say which condition:\n%s", file.String())
	}
}

func bonus(p *giveaway.Params) {
	p.Winners = 1
	p.Bonus.Grounds = []eligibility.Ground{{Role: vip, Tickets: 4}}
}

func TestBonusTicketsAreToldWithTheChance(t *testing.T) {
	w := opened(t, 0, bonus)
	for _, m := range w.Members[:9] {
		is(w, m)
		taken(t, w.Press(t, m, giveaway.VerbEnter))
	}
	m := w.Members[9]
	is(w, m, vip)
	taken(t, w.Press(t, m, giveaway.VerbEnter))
	p := w.Words.Printer(chat.French)
	says(t, *w.Reply.Card, eligibility.TicketLine(p, 5, w.State.Bonus.Grounds).Plain(),
		p.Text("giveaway.chance", i18n.Num("of", 3))) // 5 tickets of 14
	if w.Numbers["tickets"] != 14 {
		t.Errorf("%d tickets", w.Numbers["tickets"])
	}

	is(w, m) // no longer
	taken(t, w.Press(t, m, giveaway.VerbEnter))
	says(t, *w.Reply.Card, p.Text("giveaway.chance", i18n.Num("of", 10)))
	if w.Numbers["tickets"] != 10 {
		t.Errorf("%d tickets after the role was lost", w.Numbers["tickets"])
	}
	taken(t, w.Press(t, m, giveaway.VerbLeave))
	taken(t, w.Order(t, giveaway.OrderRemove, map[string]string{"member": string(w.Members[0])}))
	if w.Numbers["tickets"] != 8 {
		t.Errorf("%d tickets after two have left", w.Numbers["tickets"])
	}
}

// Chances follow tickets: over 3,000 giveaways of eight members with one
// ticket, one with two and one with five, all of the same seeds each time, chi
// squared with two degrees of freedom exceeds 13.8 once in a thousand.
func TestChancesFollowTickets(t *testing.T) {
	const draws = 3000
	won := map[int]int{}
	w := opened(t, 0, bonus, func(p *giveaway.Params) {
		p.Bonus.Grounds = []eligibility.Ground{{Role: vip, Tickets: 4}, {Role: "discord:302", Tickets: 1}}
	})
	of := map[chat.MemberID]int{}
	for i, m := range w.Members[:10] {
		of[m] = 1
		switch is(w, m); i {
		case 3:
			is(w, m, vip)
			of[m] = 5
		case 7:
			is(w, m, "discord:302")
			of[m] = 2
		}
		taken(t, w.Press(t, m, giveaway.VerbEnter))
	}
	start := w.State
	for n := range draws {
		var seed proof.Seed
		seed[0], seed[1] = byte(n), byte(n>>8)
		s := start
		s.Seed, s.Phase = seed.String(), giveaway.PhaseClosing
		s.Draw = &giveaway.Draw{Round: 1, By: "animo", Want: []int{1}}
		o, err := giveaway.Rules{}.Decide(s, games.Woke{Name: giveaway.WakeDraw}, w.Look())
		if err != nil {
			t.Fatal(err)
		}
		won[of[o.Ask.Members[0]]]++
	}
	chi := 0.0
	for tickets, members := range map[int]int{1: 8, 2: 1, 5: 1} {
		want := draws * float64(tickets*members) / 15
		d := float64(won[tickets]) - want
		chi += d * d / want
	}
	t.Logf("won by tickets: %v, chi squared %.2f", won, chi)
	if chi > 13.8 {
		t.Errorf("chi squared is %.1f", chi)
	}
}
