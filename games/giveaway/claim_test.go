package giveaway_test

import (
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games/giveaway"
)

func claimed(p *giveaway.Params) { p.Claim = 48 * time.Hour }

// until lets everything happen that is due by then.
func until(t *testing.T, w *world, d time.Duration) {
	t.Helper()
	w.SettleUntil(t, w.Now.Add(d))
}

func TestWinnersClaimWhatTheyWon(t *testing.T) {
	w := over(t, 10, claimed)
	winners := w.State.PastWinners()
	says(t, w.Posts[1].Card, text(w, "giveaway.announce.claim", i18n.In("by", chat.Moment(w.State.Rounds[0].ClaimBy, chat.MomentFull))))
	for _, m := range w.Members[:10] {
		if !slices.Contains(winners, m) {
			refused(t, w, pressOf(t, w, m, giveaway.VerbClaim), "giveaway.refused.not_winner")
			break
		}
	}
	taken(t, w.Press(t, winners[0], giveaway.VerbClaim))
	says(t, *w.Reply.Card, "Prize")
	says(t, shown(t, w), "@"+string(winners[0])+" ✅")
	taken(t, w.Press(t, winners[0], giveaway.VerbClaim)) // is told so again
	directs := len(w.Directs)
	taken(t, w.Press(t, winners[1], giveaway.VerbClaim))
	if len(w.Directs) != directs+1 || w.Directs[directs].Member != "discord:1" {
		t.Errorf("the host is not told that all have claimed")
	}
	until(t, w, 100*time.Hour)
	if len(w.State.Rounds) != 1 || len(w.State.Standing()) != 2 {
		t.Errorf("%+v", w.State.Rounds)
	}
}

func TestWhatNobodyClaimsIsDrawnAgain(t *testing.T) {
	w := over(t, 10, claimed, threeLots)
	first := w.State.Rounds[0]
	for _, x := range first.Wins[:5] {
		taken(t, w.Press(t, x.Member, giveaway.VerbClaim))
	}
	lazy := first.Wins[5]
	until(t, w, 48*time.Hour)
	if len(w.State.Rounds) != 2 {
		t.Fatalf("%+v", w.State.Rounds)
	}
	r := w.State.Rounds[1]
	if r.By != "animo" || len(r.Wins) != 1 || r.Wins[0].Lot != lazy.Lot || !slices.Equal(r.Replaces, []chat.MemberID{lazy.Member}) || r.ClaimBy.IsZero() {
		t.Fatalf("%+v", r)
	}
	refused(t, w, pressOf(t, w, lazy.Member, giveaway.VerbClaim), "giveaway.refused.claim_over", i18n.In("host", chat.Mention("discord:1")))
	if slices.Contains(w.State.Standing(), lazy.Member) || !slices.Contains(w.State.Standing(), r.Wins[0].Member) {
		t.Errorf("standing: %v", w.State.Standing())
	}
	says(t, shown(t, w), "Bronze — @"+string(lazy.Member), "Bronze — @"+string(r.Wins[0].Member))
}

func TestLotsAreNotDrawnAgainForEver(t *testing.T) {
	w := over(t, 30, claimed)
	until(t, w, 1000*time.Hour)
	if n := len(w.State.Rounds); n != 4 {
		t.Fatalf("%d rounds", n)
	}
	if len(w.State.Standing()) != 0 {
		t.Errorf("standing: %v", w.State.Standing())
	}
	last := w.Directs[len(w.Directs)-1]
	says(t, last.Card, text(w, "giveaway.direct.claims_open", i18n.In("prize", chat.Strong(chat.T("Prize"))), i18n.Count(2), i18n.In("id", chat.Code("WRLD2345"))))
	taken(t, w.Order(t, giveaway.OrderReroll, map[string]string{"winners": "2"})) // the host decides
	w.SettleUntil(t, w.Now)
	if n := len(w.State.Rounds); n != 5 {
		t.Errorf("%d rounds", n)
	}
}

func TestNobodyIsLeftToDrawAgain(t *testing.T) {
	w := over(t, 2, claimed)
	until(t, w, 1000*time.Hour)
	if len(w.State.Rounds) != 1 || w.State.Draw != nil {
		t.Errorf("%+v", w.State)
	}
	last := w.Directs[len(w.Directs)-1]
	says(t, last.Card, text(w, "giveaway.direct.claims_open", i18n.In("prize", chat.Strong(chat.T("Prize"))), i18n.Count(2), i18n.In("id", chat.Code("WRLD2345"))))
}

func TestWhoIsToldLateMayClaimLate(t *testing.T) {
	w := opened(t, 10, claimed)
	w.Now = w.State.Ends
	w.Wake(t, giveaway.WakeEnd)
	w.Wake(t, giveaway.WakeDraw)
	w.Answer(t, w.Questions[0])
	by := w.State.Rounds[0].ClaimBy
	w.Now = w.Now.Add(30 * time.Hour) // the platform is down
	w.SettleUntil(t, w.Now)
	if got := w.State.Rounds[0].ClaimBy; !got.Equal(by.Add(30*time.Hour)) || !w.Wakes["claim-1"].Equal(got) {
		t.Errorf("claim by %v, was %v", got, by)
	}
}

func TestAClaimEndsWhileStaffDrawAgain(t *testing.T) {
	w := over(t, 10, claimed)
	taken(t, w.Order(t, giveaway.OrderReroll, map[string]string{"winners": "1"}))
	w.Now = w.State.Rounds[0].ClaimBy
	w.Wake(t, "claim-1")
	if _, again := w.Wakes["claim-1"]; !again || len(w.State.Given) != 0 {
		t.Errorf("wakes %v, given %v", w.Wakes, w.State.Given)
	}
}
