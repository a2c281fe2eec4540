package giveaway_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/giveaway"
)

func TestAPauseMovesTheEndByItsLength(t *testing.T) {
	w := opened(t, 3)
	end := w.State.Ends
	w.Now = w.Now.Add(10 * time.Minute)
	taken(t, w.Order(t, giveaway.OrderPause, nil))
	answers(t, w, private(w, "giveaway.paused"))
	if len(w.Wakes) != 0 {
		t.Errorf("a paused giveaway wakes: %v", w.Wakes)
	}
	says(t, shown(t, w), text(w, "giveaway.paused_value"))
	refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderPause, nil) }, "giveaway.refused.paused_already")
	w.Now = w.Now.Add(5 * time.Hour)
	w.Wake(t, giveaway.WakeEnd) // one that was under way
	taken(t, w.Order(t, giveaway.OrderResume, nil))
	want := end.Add(5 * time.Hour)
	answers(t, w, private(w, "giveaway.resumed", i18n.In("end", chat.Moment(want, chat.MomentFull))))
	if !w.State.Ends.Equal(want) || !w.Wakes[giveaway.WakeEnd].Equal(want) || w.State.Phase != giveaway.PhaseOpen {
		t.Errorf("ends %s, wakes %v", w.State.Ends, w.Wakes)
	}
	refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderResume, nil) }, "giveaway.refused.not_paused")
}

func TestAnEndByStaffDrawsAtOnce(t *testing.T) {
	for _, paused := range []bool{false, true} {
		w := opened(t, 5)
		if paused {
			taken(t, w.Order(t, giveaway.OrderPause, nil))
			w.Now = w.Now.Add(9 * time.Hour)
		}
		taken(t, w.Order(t, giveaway.OrderEnd, nil))
		answers(t, w, private(w, "giveaway.ending"))
		says(t, shown(t, w), text(w, "giveaway.drawing"))
		if len(w.State.Rounds) != 0 {
			t.Error("drawn before the entries were frozen")
		}
		refused(t, w, func() *games.Refusal { return w.Press(t, w.Members[9], giveaway.VerbEnter) }, "giveaway.refused.over")
		w.SettleUntil(t, w.Now)
		if w.State.Phase != giveaway.PhaseAnnounced || len(w.State.PastWinners()) != 2 || w.State.Late {
			t.Errorf("%+v", w.State)
		}
		refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderEnd, nil) }, "giveaway.refused.over_already")
	}
}

func TestAnEndByStaffDoesNotMoveAnEndThatHasPassed(t *testing.T) {
	w := opened(t, 2)
	end := w.State.Ends
	w.Now = end.Add(30 * time.Minute)
	taken(t, w.Order(t, giveaway.OrderEnd, nil))
	w.SettleUntil(t, w.Now)
	if !w.State.Ends.Equal(end) || !w.State.Late {
		t.Errorf("ends %s, late %v", w.State.Ends, w.State.Late)
	}
}

func TestACancelledGiveawaySaysWhyAndNeverDraws(t *testing.T) {
	w := opened(t, 3)
	why := strings.Repeat("w", giveaway.MaxReason+1)
	refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderCancel, map[string]string{"reason": why}) },
		"giveaway.refused.reason", i18n.Num("max", giveaway.MaxReason))
	taken(t, w.Order(t, giveaway.OrderCancel, map[string]string{"reason": "No prize any more"}))
	answers(t, w, private(w, "giveaway.cancelled"))
	says(t, shown(t, w), "No prize any more")
	w.Now = w.Now.Add(2 * time.Hour)
	w.Wake(t, giveaway.WakeEnd)
	w.Wake(t, giveaway.WakeDraw)
	w.Settle(t)
	if len(w.State.Rounds) != 0 || len(w.Posts) != 1 || (giveaway.Rules{}).Sum(w.State).Status != games.StatusClosed {
		t.Errorf("%+v", w.State)
	}
	for _, verb := range []string{giveaway.OrderEnd, giveaway.OrderCancel, giveaway.OrderPause, giveaway.OrderEdit} {
		refused(t, w, func() *games.Refusal { return w.Order(t, verb, nil) }, "giveaway.refused.cancelled")
	}
	refused(t, w, func() *games.Refusal { return w.Order(t, giveaway.OrderReroll, nil) }, "giveaway.refused.cancelled")
	without := opened(t, 0)
	taken(t, without.Order(t, giveaway.OrderCancel, nil))
	says(t, shown(t, without), text(without, "giveaway.field.cancelled"))
}

func TestADeletedGiveawayIsTakenDownForGood(t *testing.T) {
	for name, w := range map[string]*world{"running": opened(t, 3), "over": over(t, 3)} {
		rounds := len(w.State.Rounds)
		taken(t, w.Order(t, giveaway.OrderDelete, nil))
		if !w.Last.Remove || (giveaway.Rules{}).Sum(w.State).Status != games.StatusDeleted {
			t.Errorf("%s: %+v", name, w.Last)
		}
		for _, verb := range []string{giveaway.OrderEnd, giveaway.OrderDelete, giveaway.OrderReroll} {
			refused(t, w, func() *games.Refusal { return w.Order(t, verb, nil) }, "giveaway.refused.deleted")
		}
		w.Now = w.Now.Add(2 * time.Hour)
		w.Wake(t, giveaway.WakeEnd)
		w.Settle(t)
		if len(w.State.Rounds) != rounds {
			t.Errorf("%s: drawn after it was deleted", name)
		}
	}
}

func TestADrawUnderWayIsLetThrough(t *testing.T) {
	w := opened(t, 3)
	taken(t, w.Order(t, giveaway.OrderEnd, nil))
	for _, verb := range []string{giveaway.OrderDelete, giveaway.OrderReroll} {
		refused(t, w, func() *games.Refusal { return w.Order(t, verb, nil) }, "giveaway.refused.drawing")
	}
}

func TestStaffTakeSomebodyOutOnce(t *testing.T) {
	w := opened(t, 2)
	args := map[string]string{"member": string(w.Members[0]), "reason": "a second account"}
	who := i18n.In("member", chat.Mention(w.Members[0]))
	remove := func() *games.Refusal { return w.Order(t, giveaway.OrderRemove, args) }
	taken(t, remove())
	answers(t, w, private(w, "giveaway.removed", who))
	if len(w.Entries) != 1 || len(w.Last.Notes) != 1 {
		t.Errorf("%+v", w.Last)
	}
	refused(t, w, remove, "giveaway.refused.barred_already", who)
	args["member"] = string(w.Members[9])
	refused(t, w, remove, "giveaway.refused.not_entered", i18n.In("member", chat.Mention(w.Members[9])))
	taken(t, w.Order(t, giveaway.OrderEnd, nil))
	refused(t, w, remove, "giveaway.refused.over_already")
}

func edit(t testing.TB, w *world, pairs ...string) func() *games.Refusal {
	args := map[string]string{}
	for i := 0; i < len(pairs); i += 2 {
		args[pairs[i]] = pairs[i+1]
	}
	return func() *games.Refusal { return w.Order(t, giveaway.OrderEdit, args) }
}

func rfc(at time.Time) string { return at.UTC().Format(time.RFC3339) }

func TestAnEditIsShownOnTheCard(t *testing.T) {
	w := opened(t, 3)
	end, later := w.State.Ends, w.State.Ends.Add(time.Hour)
	taken(t, edit(t, w, "description", "First words")())
	taken(t, edit(t, w, "prize", "Other", "description", "About it", "winners", "3", "ends", rfc(later))())
	answers(t, w, private(w, "giveaway.edited"),
		private(w, "giveaway.edited_end.open", i18n.In("end", chat.Moment(later, chat.MomentFull))))
	at := i18n.In("at", chat.Moment(w.Now, chat.MomentFull))
	says(t, shown(t, w), "🎉 Other", "About it",
		text(w, "giveaway.changed.ends", at, i18n.In("from", chat.Moment(end, chat.MomentFull))),
		text(w, "giveaway.changed.winners", at, i18n.Str("from", "2")), text(w, "giveaway.changed.description", at))
	says(t, shown(t, w), text(w, "giveaway.changed.prize", at, i18n.Str("from", "Prize")))
	if n := strings.Count(shown(t, w).Plain(), text(w, "giveaway.changed.description", at)); n != 1 {
		t.Errorf("%d changes of the description are listed, want the latest four changes alone", n)
	}
	if !w.Wakes[giveaway.WakeEnd].Equal(later) || len(w.State.Changes) != 5 || len(w.Last.Notes) != 1 {
		t.Errorf("wakes %v, changes %v", w.Wakes, w.State.Changes)
	}
}

func TestMembersAreToldOfAnotherPrize(t *testing.T) {
	w := opened(t, 1)
	taken(t, edit(t, w, "prize", "Other")())
	says(t, shown(t, w), text(w, "giveaway.changed.prize", i18n.In("at", chat.Moment(w.Now, chat.MomentFull)), i18n.Str("from", "Prize")))
	taken(t, edit(t, w, "prize", "A third")())
	if got := slots(w); !slices.Equal(got, []string{giveaway.SlotCard, "prize-1", "prize-2"}) {
		t.Fatalf("posts %v", got)
	}
	says(t, w.Posts[2].Card, text(w, "giveaway.prize_changed", i18n.Str("old", "Other"), i18n.Str("new", "A third")))
	taken(t, edit(t, w, "winners", "1")())
	if len(w.Posts) != 3 {
		t.Error("another number of winners is announced like another prize")
	}
}

func TestAnEarlierEndNeedsASecondYes(t *testing.T) {
	w := opened(t, 1)
	end, earlier := w.State.Ends, w.Now.Add(20*time.Minute)
	taken(t, edit(t, w, "ends", rfc(earlier), "winners", "1")())
	answers(t, w, private(w, "giveaway.edited"),
		private(w, "giveaway.confirm_shorter", i18n.In("end", chat.Moment(earlier, chat.MomentFull))))
	if !w.State.Ends.Equal(end) || w.State.Winners != 1 {
		t.Fatalf("ends %s, %d winners", w.State.Ends, w.State.Winners)
	}
	buttons := w.Reply.Card.Blocks[len(w.Reply.Card.Blocks)-1].Controls
	if len(buttons) != 1 || buttons[0].Action.Arg != strconv.FormatInt(earlier.Unix(), 10) || buttons[0].Action.Family != giveaway.StaffFamily {
		t.Fatalf("%+v", buttons)
	}
	taken(t, edit(t, w, "ends", rfc(earlier))()) // asked again, and nothing changed
	if w.Last.State != nil {
		t.Error("waiting for a yes changes the state")
	}
	taken(t, edit(t, w, "ends", rfc(earlier), giveaway.ArgConfirmed, "yes")())
	if !w.State.Ends.Equal(earlier) || !w.Wakes[giveaway.WakeEnd].Equal(earlier) {
		t.Errorf("ends %s, wakes %v", w.State.Ends, w.Wakes)
	}
}

func TestAnEditThatMakesNoSenseIsRefused(t *testing.T) {
	w := opened(t, 1)
	for _, row := range []struct {
		pairs []string
		id    string
		args  []i18n.Arg
	}{
		{nil, "nothing_changed", nil},
		{[]string{"prize", "Prize", "winners", "2"}, "nothing_changed", nil},
		{[]string{"prize", ""}, "no_prize", nil},
		{[]string{"winners", "many"}, "winners", []i18n.Arg{i18n.Str("typed", "many"), i18n.Num("max", giveaway.MaxWinners)}},
		{[]string{"winners", "0"}, "winners", []i18n.Arg{i18n.Num("typed", 0), i18n.Num("max", giveaway.MaxWinners)}},
		{[]string{"ends", rfc(w.Now.AddDate(2, 0, 0))}, "too_long", nil},
		{[]string{"ends", rfc(w.Now.Add(-time.Hour)), giveaway.ArgConfirmed, "yes"}, "too_short", []i18n.Arg{i18n.Num("seconds", 10)}},
	} {
		refused(t, w, edit(t, w, row.pairs...), "giveaway.refused."+row.id, row.args...)
	}
	w.Now = w.State.Ends.Add(-time.Second)
	taken(t, edit(t, w, "prize", "Other")()) // the end is near, and not what is edited
	w.Now = w.State.Ends
	refused(t, w, edit(t, w, "ends", rfc(w.Now.Add(time.Hour))), "giveaway.refused.over_already")
}

func TestAPausedGiveawayIsEditedWithoutWaking(t *testing.T) {
	w := opened(t, 1)
	taken(t, w.Order(t, giveaway.OrderPause, nil))
	later := w.State.Ends.Add(time.Hour)
	taken(t, edit(t, w, "ends", rfc(later))())
	if !w.State.Ends.Equal(later) || len(w.Wakes) != 0 {
		t.Errorf("ends %s, wakes %v", w.State.Ends, w.Wakes)
	}
}

func TestAnEndSetInAPauseHoldsIfTheGiveawayGoesOnAtOnce(t *testing.T) {
	w := opened(t, 1)
	taken(t, w.Order(t, giveaway.OrderPause, nil))
	w.Now = w.Now.Add(48 * time.Hour)
	asThingsStand, want := w.State.Ends.Add(48*time.Hour), w.Now.Add(3*time.Hour)
	taken(t, edit(t, w, "ends", rfc(want))())
	end := i18n.In("end", chat.Moment(want, chat.MomentFull))
	answers(t, w, private(w, "giveaway.edited"), private(w, "giveaway.edited_end.paused", end))
	says(t, shown(t, w), text(w, "giveaway.changed.ends",
		i18n.In("at", chat.Moment(w.Now, chat.MomentFull)), i18n.In("from", chat.Moment(asThingsStand, chat.MomentFull))))
	w.Now = w.Now.Add(time.Hour)
	taken(t, w.Order(t, giveaway.OrderResume, nil))
	if want = want.Add(time.Hour); !w.State.Ends.Equal(want) || !w.Wakes[giveaway.WakeEnd].Equal(want) {
		t.Errorf("ends %s, want %s, an hour of pause after it was set; wakes %v", w.State.Ends, want, w.Wakes)
	}
}

func TestAnEarlierEndInAPauseNeedsASecondYes(t *testing.T) {
	w := opened(t, 1)
	taken(t, w.Order(t, giveaway.OrderPause, nil))
	w.Now = w.Now.Add(48 * time.Hour)
	// After the end that members read, before the one that the pause has made.
	earlier := w.Now.Add(20 * time.Minute)
	taken(t, edit(t, w, "ends", rfc(earlier))())
	answers(t, w, private(w, "giveaway.confirm_shorter", i18n.In("end", chat.Moment(earlier, chat.MomentFull))))
	if w.Last.State != nil {
		t.Error("waiting for a yes changes the state")
	}
}
