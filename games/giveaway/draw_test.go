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

func TestTheEndDrawsOnceAndTellsEveryone(t *testing.T) {
	w := over(t, 10)
	winners := w.State.PastWinners()
	if len(winners) != 2 || len(w.State.Rounds) != 1 || w.State.Rounds[0].Entrants != 10 || w.State.Rounds[0].By != "animo" {
		t.Fatalf("%+v", w.State.Rounds)
	}
	if got := slots(w); !slices.Equal(got, []string{giveaway.SlotCard, "round-1"}) {
		t.Fatalf("posts %v", got)
	}
	p := w.Posts[1]
	says(t, p.Card, "@"+string(winners[0]), "@"+string(winners[1]), "Prize")
	if !slices.Equal(p.Card.Pings.Members, winners) || p.ReplyTo != giveaway.SlotCard || p.Priority != games.PriorityEnd {
		t.Errorf("%+v", p)
	}
	var told []chat.MemberID
	for _, d := range w.Directs {
		told = append(told, d.Member)
	}
	if !slices.Equal(told, append(slices.Clone(winners), "discord:1")) {
		t.Errorf("told %v", told)
	}
	says(t, shown(t, w), "@"+string(winners[0]), text(w, "giveaway.winners_are", i18n.Count(2)))
}

func TestAnEarlyWakeUpComesAgain(t *testing.T) {
	w := opened(t, 1)
	w.Now = w.State.Ends.Add(-time.Nanosecond)
	w.Wake(t, giveaway.WakeEnd)
	if w.State.Phase != giveaway.PhaseOpen || !w.Wakes[giveaway.WakeEnd].Equal(w.State.Ends) {
		t.Errorf("%s, wakes %v", w.State.Phase, w.Wakes)
	}
}

func TestAnEndThatComesLateSaysSo(t *testing.T) {
	for _, row := range []struct {
		wake, answer time.Duration // after the end, after the wake-up
		late         bool
	}{{0, 0, false}, {time.Minute, 0, false}, {30 * time.Minute, 0, true}, {0, 30 * time.Minute, true}} {
		w := opened(t, 3)
		w.Now = w.State.Ends.Add(row.wake)
		w.Wake(t, giveaway.WakeEnd)
		w.Wake(t, giveaway.WakeDraw)
		w.Now = w.Now.Add(row.answer) // the platform is down
		w.SettleUntil(t, w.Now)
		note := text(w, "giveaway.announce.late", i18n.In("end", chat.Moment(w.State.Ends, chat.MomentFull)))
		if row.late {
			says(t, w.Posts[1].Card, note)
		}
		if w.State.Late != row.late || len(w.Posts) != 2 {
			t.Errorf("%+v: late %v, posts %v", row, w.State.Late, slots(w))
		}
	}
}

func TestWhoHasLeftIsPassedOver(t *testing.T) {
	all := over(t, 10).State.PastWinners()
	w := opened(t, 10)
	w.Gone[all[0]], w.Gone[all[1]] = true, true
	w.SettleUntil(t, w.State.Ends)
	winners := w.State.PastWinners()
	if len(winners) != 2 || slices.Contains(winners, all[0]) || slices.Contains(winners, all[1]) {
		t.Errorf("%v win, %v have left", winners, all)
	}
	if len(w.Questions) < 2 || len(w.Questions[1].Members) > 2 {
		t.Errorf("asked %+v", w.Questions)
	}
}

func TestNobodyThereMeansNobodyWins(t *testing.T) {
	none := over(t, 0)
	left := opened(t, 3)
	for _, m := range left.Members[:3] {
		left.Gone[m] = true
	}
	left.SettleUntil(t, left.State.Ends)
	for _, row := range []struct {
		w              *world
		announced, why string
	}{
		{none, "giveaway.announce.nobody_entered", "giveaway.no_entrant"},
		{left, "giveaway.announce.nobody", "giveaway.no_winner"},
	} {
		w, prize := row.w, i18n.In("prize", chat.Strong(chat.T("Prize")))
		says(t, w.Posts[1].Card, text(w, row.announced, prize))
		says(t, shown(t, w), text(w, row.why))
		host := w.Directs[len(w.Directs)-1]
		if host.Member != "discord:1" || len(w.Directs) != 1 {
			t.Errorf("told %+v", w.Directs)
		}
		refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderReroll, nil) }, "giveaway.nobody_left")
	}
}

// TestTwentyRerollsNeverDrawAPastWinner is acceptance 5: 21 entrants, one
// winner, and 20 rerolls; whoever asks once more is told that nobody is left.
func TestTwentyRerollsNeverDrawAPastWinner(t *testing.T) {
	w := over(t, 21, func(p *giveaway.Params) { p.Winners = 1 })
	for n := range 20 {
		taken(t, w.Order(t, giveaway.OrderReroll, nil))
		answers(t, w, private(w, "giveaway.rerolling", i18n.Count(1)))
		w.SettleUntil(t, w.Now)
		winners := w.State.PastWinners()
		if len(winners) != n+2 || slices.Contains(winners[:n+1], winners[n+1]) {
			t.Fatalf("reroll %d: %v", n+1, winners)
		}
		says(t, w.Posts[len(w.Posts)-1].Card, text(w, "giveaway.announce.round", i18n.Num("round", int64(n+2))))
	}
	refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderReroll, nil) }, "giveaway.nobody_left")
	if len(w.Posts) != 22 || len(w.State.Rounds) != 21 {
		t.Errorf("posts %v, %d rounds", slots(w), len(w.State.Rounds))
	}
	says(t, shown(t, w), text(w, "giveaway.winner_round", i18n.In("member", chat.Mention(w.State.Rounds[20].Winners()[0])), i18n.Num("round", 21)))
}

func TestARerollOfAllDrawsWhoIsLeft(t *testing.T) {
	w := over(t, 6)
	taken(t, w.Order(t, giveaway.OrderReroll, map[string]string{"winners": "100"}))
	w.SettleUntil(t, w.Now)
	if n := len(w.State.PastWinners()); n != 6 {
		t.Errorf("%d winners of 6 entrants", n)
	}
}

func TestADrawOfManyWinnersAsksAboutAFewAtATime(t *testing.T) {
	w := over(t, 30, func(p *giveaway.Params) { p.Winners = 30 })
	if len(w.Questions) != 2 || len(w.Questions[0].Members) != 20 || len(w.Questions[1].Members) != 10 {
		t.Errorf("%d questions: %+v", len(w.Questions), w.Questions)
	}
	if n := len(w.State.PastWinners()); n != 30 || len(w.State.Rounds) != 1 {
		t.Errorf("%d winners in %d rounds", n, len(w.State.Rounds))
	}
}

func TestARerollPromisesNoMoreWinnersThanAreLeft(t *testing.T) {
	w := over(t, 3) // two of them won
	taken(t, w.Order(t, giveaway.OrderReroll, map[string]string{"winners": "5"}))
	answers(t, w, private(w, "giveaway.rerolling", i18n.Count(1)))
}

func TestARerollThatFindsNobodyTellsWhoAsked(t *testing.T) {
	w := over(t, 3)
	for _, m := range w.Members[:3] {
		w.Gone[m] = true
	}
	taken(t, w.Do(t, games.Ordered{By: chat.Actor{ID: "discord:77"}, Verb: giveaway.OrderReroll}))
	w.SettleUntil(t, w.Now)
	d := w.Directs[len(w.Directs)-1]
	says(t, d.Card, text(w, "giveaway.direct.nobody_left", i18n.Str("prize", "Prize"), i18n.In("channel", chat.MentionChannel("discord:2"))))
	if d.Member != "discord:77" || len(w.State.Rounds) != 1 || w.State.Draw != nil {
		t.Errorf("%+v, %+v", d, w.State)
	}
	refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderReroll, nil) }, "giveaway.nobody_left")
}

func TestANamedWinnerGivesWay(t *testing.T) {
	w := over(t, 10, func(p *giveaway.Params) { p.Role, p.RoleFor = "discord:9", 24*time.Hour })
	old := w.State.PastWinners()[0]
	args := map[string]string{"member": string(old)}
	taken(t, w.Order(t, giveaway.OrderReroll, args))
	w.SettleUntil(t, w.Now)
	replaced := w.State.Rounds[1].Winners()[0]
	says(t, w.Posts[2].Card, text(w, "giveaway.announce.replaced", i18n.In("prize", chat.Strong(chat.T("Prize"))),
		i18n.In("old", chat.Mention(old)), i18n.In("new", chat.Mention(replaced))))
	if slices.Contains(w.State.Standing(), old) || len(w.State.Standing()) != 2 {
		t.Errorf("standing %v", w.State.Standing())
	}
	if !slices.Contains(w.Grants, games.Grant{Member: old, Role: "discord:9", Name: "take", Take: true}) {
		t.Errorf("who gave way keeps the role: %+v", w.Grants)
	}
	refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderReroll, args) },
		"giveaway.refused.no_winner", i18n.In("member", chat.Mention(old)))
	w.Settle(t)
	if n := len(w.Grants); n != 6 {
		t.Errorf("%d grants: %+v", n, w.Grants)
	}
}

func TestARerollNeedsAPossibleNumber(t *testing.T) {
	w := over(t, 3)
	for _, typed := range []string{"0", "-1", "101", "many"} {
		refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderReroll, map[string]string{"winners": typed}) },
			"giveaway.refused.winners", i18n.Str("typed", typed), i18n.Num("max", giveaway.MaxWinners))
	}
	running := opened(t, 3)
	refused(t, running, func() *games.Refusal { return running.Order(t, giveaway.OrderReroll, nil) }, "giveaway.refused.not_over")
}

func TestARoleIsGivenAndTakenBackInTime(t *testing.T) {
	w := over(t, 5, func(p *giveaway.Params) { p.Role, p.RoleFor = "discord:9", 24*time.Hour })
	if len(w.Grants) != 2 || w.Grants[0].Take || len(w.Wakes) != 2 {
		t.Fatalf("%+v, wakes %v", w.Grants, w.Wakes)
	}
	end := w.State.Ends
	w.Settle(t)
	if len(w.Grants) != 4 || !w.Grants[3].Take || w.Now.Sub(end) != 24*time.Hour {
		t.Errorf("%+v at %s", w.Grants, w.Now)
	}
	for _, name := range w.Names {
		w.Wake(t, name) // late and once more: nothing is done twice
	}
	kept := over(t, 5, func(p *giveaway.Params) { p.Role = "discord:9" })
	if len(kept.Grants) != 2 || len(kept.Wakes) != 0 {
		t.Errorf("%+v, wakes %v", kept.Grants, kept.Wakes)
	}
}

func TestAWinnerWithClosedMessagesIsToldInTheChannelOnce(t *testing.T) {
	w := over(t, 5)
	m := w.State.PastWinners()[0]
	news := games.Spoke{Member: m, Trouble: chat.TroubleUnreachable}
	taken(t, w.Do(t, news))
	p := w.Posts[len(w.Posts)-1]
	says(t, p.Card, text(w, "giveaway.direct_failed", i18n.In("member", chat.Mention(m)), i18n.In("host", chat.Mention("discord:1"))))
	if !slices.Equal(p.Card.Pings.Members, []chat.MemberID{m}) {
		t.Errorf("%+v", p)
	}
	posts := len(w.Posts)
	taken(t, w.Do(t, news))
	taken(t, w.Do(t, games.Spoke{Member: "discord:1", Trouble: chat.TroubleUnreachable})) // no winner
	taken(t, w.Do(t, games.Spoke{Member: w.State.PastWinners()[1]}))                      // no trouble
	if len(w.Posts) != posts {
		t.Errorf("posts %v", slots(w))
	}
}

func TestAHostWhoWinsIsNotToldToWriteToThemselves(t *testing.T) {
	w := opened(t, 0)
	taken(t, w.Press(t, w.State.Host, giveaway.VerbEnter))
	w.SettleUntil(t, w.State.Ends)
	prize, channel := i18n.In("prize", chat.Strong(chat.T("Prize"))), i18n.In("channel", chat.MentionChannel("discord:2"))
	if len(w.Directs) != 2 {
		t.Fatalf("%+v", w.Directs)
	}
	says(t, w.Directs[0].Card, text(w, "giveaway.direct.winner_host", prize, channel))
	posts := len(w.Posts)
	taken(t, w.Do(t, games.Spoke{Member: w.State.Host, Trouble: chat.TroubleUnreachable}))
	if len(w.Posts) != posts {
		t.Errorf("posts %v", slots(w))
	}
}

func TestAnAnnouncementThatWasNotTakenIsNotSaid(t *testing.T) {
	w := opened(t, 3)
	taken(t, w.Order(t, giveaway.OrderEnd, nil))
	w.Wake(t, giveaway.WakeDraw)
	w.Answer(t, w.Questions[0])
	taken(t, w.Do(t, games.Spoke{Slot: "round-1", Trouble: chat.TroubleForbidden}))
	if w.State.Phase != giveaway.PhaseDrawn || w.State.Rounds[0].Said {
		t.Fatalf("%+v", w.State)
	}
	taken(t, w.Do(t, games.Spoke{Slot: "round-1"})) // staff tried again
	if w.State.Phase != giveaway.PhaseAnnounced {
		t.Errorf("%s", w.State.Phase)
	}
}

func TestAStaleAnswerChangesNothing(t *testing.T) {
	w := over(t, 5)
	before := fmt.Sprint(w.State)
	for _, q := range w.Questions {
		w.Answer(t, q)
	}
	w.Wake(t, giveaway.WakeDraw)
	w.Wake(t, giveaway.WakeEnd)
	if fmt.Sprint(w.State) != before || len(w.Posts) != 2 {
		t.Errorf("%+v", w.State)
	}
}

func TestAHundredWinnersArePingedOnceEach(t *testing.T) {
	w := newWorld(t)
	w.Members = membersUpTo(150)
	p := hour(w)
	p.Winners = giveaway.MaxWinners
	taken(t, w.Start(t, p))
	for _, m := range w.Members {
		taken(t, w.Press(t, m, giveaway.VerbEnter))
	}
	w.SettleUntil(t, w.State.Ends)
	seen := map[chat.MemberID]int{}
	for _, part := range chat.Split(w.Posts[1].Card, w.Caps) {
		for _, m := range part.Pings.Members {
			seen[m]++
		}
	}
	for _, m := range w.State.PastWinners() {
		if seen[m] != 1 {
			t.Errorf("%s is pinged %d times", m, seen[m])
		}
	}
	if len(seen) != giveaway.MaxWinners {
		t.Errorf("%d are pinged", len(seen))
	}
}

func TestADrawAsksOnceAndWaitsForItsOwnAnswer(t *testing.T) {
	all := over(t, 10).State.PastWinners()
	w := opened(t, 10)
	w.Gone[all[0]] = true
	taken(t, w.Order(t, giveaway.OrderEnd, nil))
	w.Wake(t, giveaway.WakeDraw)
	w.Wake(t, giveaway.WakeDraw)
	if len(w.Questions) != 1 {
		t.Fatalf("asked %+v", w.Questions)
	}
	w.Answer(t, w.Questions[0])
	w.Answer(t, w.Questions[0]) // once more, while the next question is out
	if len(w.State.Passed) != 1 || w.State.Passed[0].Member != all[0] || w.State.Draw == nil || len(w.Questions) != 2 {
		t.Fatalf("%+v", w.State)
	}
	w.SettleUntil(t, w.Now)
	if winners := w.State.PastWinners(); len(winners) != 2 || winners[0] != all[1] {
		t.Errorf("%v win, not %s first", winners, all[1])
	}
}

func TestAGiveawayIsAnnouncedOnceItsLatestRoundIs(t *testing.T) {
	w := opened(t, 6)
	taken(t, w.Order(t, giveaway.OrderEnd, nil))
	w.Wake(t, giveaway.WakeDraw)
	w.Answer(t, w.Questions[0])
	taken(t, w.Order(t, giveaway.OrderReroll, nil))
	w.Answer(t, w.Questions[1])
	for n, want := range []giveaway.Phase{giveaway.PhaseDrawn, giveaway.PhaseAnnounced} {
		taken(t, w.Do(t, games.Spoke{Slot: fmt.Sprintf("round-%d", n+1)}))
		if w.State.Phase != want || !w.State.Rounds[n].Said {
			t.Errorf("once round %d is said: %+v", n+1, w.State)
		}
	}
}
