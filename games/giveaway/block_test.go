package giveaway_test

import (
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/giveaway"
)

func TestABlockedMemberIsTakenOutAndKeptOut(t *testing.T) {
	bonus := func(p *giveaway.Params) {
		p.Bonus.Grounds = []eligibility.Ground{{Booster: true, Tickets: 3}}
	}
	w := opened(t, 3, bonus)
	out := w.Members[0]
	before := w.Numbers["tickets"]
	taken(t, w.Order(t, giveaway.OrderBlock, map[string]string{"member": string(out)}))
	if len(w.Entries) != 2 || w.Numbers["tickets"] != before-1 || !slices.Contains(w.State.Barred, out) {
		t.Errorf("%d entrants, %d tickets, barred %v", len(w.Entries), w.Numbers["tickets"], w.State.Barred)
	}
	refused(t, w, func() *games.Refusal { return w.Press(t, out, giveaway.VerbEnter) }, "giveaway.refused.barred", i18n.In("host", chat.Mention(w.State.Host)))
	taken(t, w.Order(t, giveaway.OrderBlock, map[string]string{"member": string(out)}))
	if n := len(w.State.Barred); n != 1 {
		t.Errorf("barred %d times", n)
	}
}

func TestWhoNeverEnteredCanBeBlocked(t *testing.T) {
	w := opened(t, 1)
	stranger := chat.MemberID("discord:999")
	taken(t, w.Order(t, giveaway.OrderBlock, map[string]string{"member": string(stranger)}))
	refused(t, w, func() *games.Refusal { return w.Press(t, stranger, giveaway.VerbEnter) }, "giveaway.refused.barred", i18n.In("host", chat.Mention(w.State.Host)))
	if len(w.Entries) != 1 {
		t.Errorf("%d entrants", len(w.Entries))
	}
}

func TestAGiveawayThatIsOverIsNotTouchedByABlock(t *testing.T) {
	w := over(t, 3)
	winner := w.State.PastWinners()[0]
	taken(t, w.Order(t, giveaway.OrderBlock, map[string]string{"member": string(winner)}))
	if len(w.State.Barred) != 0 || !slices.Contains(w.State.Standing(), winner) {
		t.Errorf("barred %v, standing %v", w.State.Barred, w.State.Standing())
	}
	planned := opened(t, 0, func(p *giveaway.Params) {
		p.Starts = p.Ends
		p.Ends = p.Starts.Add(time.Hour)
	})
	taken(t, planned.Order(t, giveaway.OrderBlock, map[string]string{"member": "discord:999"}))
	if len(planned.State.Barred) != 1 {
		t.Error("one that is planned does not keep them out")
	}
}
