package giveaway

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// ordered carries out an order of staff.
func ordered(s State, e games.Ordered, l games.Look) (outcome, error) {
	if s.Deleted {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.deleted"))
	}
	switch e.Verb {
	case OrderEnd:
		return end(s, e, l)
	case OrderCancel:
		return cancel(s, e, l)
	case OrderDelete:
		return remove(s, e, l)
	case OrderPause:
		return pause(s, e, l)
	case OrderResume:
		return resume(s, e, l)
	case OrderEdit:
		return edit(s, e, l)
	case OrderReroll:
		return reroll(s, e, l)
	case OrderRemove:
		return bar(s, e, l)
	}
	return outcome{}, fmt.Errorf("a giveaway knows no order %q", e.Verb)
}

// said answers with one sentence.
func said(l games.Look, id string, args ...i18n.Arg) func(games.Standing) chat.Reply {
	return func(games.Standing) chat.Reply { return chat.PrivateLine(l.Private.Line(id, args...)) }
}

func note(e games.Ordered, body any) []games.Note {
	return []games.Note{{By: string(e.By.ID), Action: "giveaway." + e.Verb, Body: body}}
}

// number reads a whole number, def if there is none.
func number(text string, def int) (int, error) {
	if text == "" {
		return def, nil
	}
	return strconv.Atoi(text)
}

func (s State) running() bool { return s.Phase == PhaseOpen || s.Phase == PhasePaused }

// refuseOver says why what needs a running giveaway cannot be done, and what
// can be done instead.
func refuseOver(s State, l games.Look) error {
	if s.Phase == PhaseCancelled {
		return games.Refuse(l.Private.Line("giveaway.refused.cancelled"))
	}
	return games.Refuse(l.Private.Line("giveaway.refused.over_already"))
}

func end(s State, e games.Ordered, l games.Look) (outcome, error) {
	if !s.running() {
		return outcome{}, refuseOver(s, l)
	}
	if s.Phase == PhasePaused || l.Now.Before(s.Ends) {
		s.Ends = l.Now
	}
	o := closing(s, string(e.By.ID), l)
	o.Notes = note(e, nil)
	o.Answer = said(l, "giveaway.ending")
	return o, nil
}

func cancel(s State, e games.Ordered, l games.Look) (outcome, error) {
	if !s.running() {
		return outcome{}, refuseOver(s, l)
	}
	why := e.Args["reason"]
	if len([]rune(why)) > MaxReason {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.reason", i18n.Num("max", MaxReason)))
	}
	s.Phase, s.Why, s.Closed = PhaseCancelled, why, l.Now
	return outcome{
		State: &s, Cancel: []string{WakeEnd}, Redraw: games.RedrawState, Notes: note(e, why),
		Answer: said(l, "giveaway.cancelled"),
	}, nil
}

func remove(s State, e games.Ordered, l games.Look) (outcome, error) {
	if s.Draw != nil {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.drawing"))
	}
	if s.running() {
		s.Phase, s.Closed = PhaseCancelled, l.Now
	}
	s.Deleted = true
	return outcome{
		State: &s, Cancel: []string{WakeEnd}, Remove: true, Notes: note(e, nil),
		Answer: said(l, "giveaway.deleted"),
	}, nil
}

func pause(s State, e games.Ordered, l games.Look) (outcome, error) {
	switch {
	case s.Phase == PhasePaused:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.paused_already"))
	case s.Phase != PhaseOpen || !l.Now.Before(s.Ends):
		return outcome{}, refuseOver(s, l)
	}
	s.Phase, s.Paused = PhasePaused, l.Now
	return outcome{
		State: &s, Cancel: []string{WakeEnd}, Redraw: games.RedrawState, Notes: note(e, nil),
		Answer: said(l, "giveaway.paused"),
	}, nil
}

// resume goes on; the end moves by as long as the pause was.
func resume(s State, e games.Ordered, l games.Look) (outcome, error) {
	if s.Phase != PhasePaused {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.not_paused"))
	}
	s.Ends = s.endsAt(l.Now)
	s.Phase, s.Paused = PhaseOpen, time.Time{}
	return outcome{
		State: &s, Wakes: []games.Wake{{Name: WakeEnd, At: s.Ends}}, Redraw: games.RedrawState, Notes: note(e, nil),
		Answer: said(l, "giveaway.resumed", i18n.In("end", chat.Moment(s.Ends, chat.MomentFull))),
	}, nil
}

// bar takes an entrant out, who may not enter again.
func bar(s State, e games.Ordered, l games.Look) (outcome, error) {
	m := chat.MemberID(e.Args["member"])
	who := i18n.In("member", chat.Mention(m))
	switch {
	case s.ended() || s.Phase == PhaseCancelled:
		return outcome{}, refuseOver(s, l)
	case slices.Contains(s.Barred, m):
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.barred_already", who))
	case l.Own == nil:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.not_entered", who))
	}
	s.Barred = append(slices.Clone(s.Barred), m)
	return outcome{
		State: &s, Leave: []chat.MemberID{m}, Redraw: games.RedrawCount,
		Notes:  note(e, map[string]string{"member": string(m), "reason": e.Args["reason"]}),
		Answer: said(l, "giveaway.removed", who),
	}, nil
}
