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

// OrderBlock keeps the member that its argument "member" names out of a
// giveaway, entered or not. One that is over, or keeps them out already, stays
// as it is.
const OrderBlock = "block"

// ordered carries out an order of staff.
func ordered(s State, e games.Ordered, l games.Look) (outcome, error) {
	if s.Deleted {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.deleted"))
	}
	switch e.Verb {
	case OrderOpen:
		return openNow(s, e, l)
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
	case OrderBlock:
		return block(s, e, l)
	case OrderOrganiser:
		return organise(s, e, l)
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
	switch s.Phase {
	case PhaseCancelled:
		return games.Refuse(l.Private.Line("giveaway.refused.cancelled"))
	case PhaseScheduled:
		return games.Refuse(l.Private.Line("giveaway.refused.scheduled", i18n.In("start", chat.Moment(s.Starts, chat.MomentFull))))
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
	if !s.running() && s.Phase != PhaseScheduled {
		return outcome{}, refuseOver(s, l)
	}
	redraw := games.RedrawState
	if s.Opened.IsZero() { // nobody has seen it
		redraw = games.RedrawNone
	}
	why := e.Args["reason"]
	if len([]rune(why)) > MaxReason {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.reason", i18n.Num("max", MaxReason)))
	}
	s.Phase, s.Why, s.Closed = PhaseCancelled, why, l.Now
	return outcome{
		State: &s, Cancel: []string{WakeEnd, WakeOpen}, Redraw: redraw, Notes: note(e, why),
		Answer: said(l, "giveaway.cancelled"),
	}, nil
}

func remove(s State, e games.Ordered, l games.Look) (outcome, error) {
	if s.Draw != nil {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.drawing"))
	}
	if s.running() || s.Phase == PhaseScheduled {
		s.Phase, s.Closed = PhaseCancelled, l.Now
	}
	s.Deleted = true
	return outcome{
		State: &s, Cancel: []string{WakeEnd, WakeOpen}, Remove: !s.Opened.IsZero(), Notes: note(e, nil),
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
	s.revise(l)
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
	return takeOut(s, e, l)
}

func block(s State, e games.Ordered, l games.Look) (outcome, error) {
	m := chat.MemberID(e.Args["member"])
	if m == "" || s.ended() || s.Phase == PhaseCancelled || slices.Contains(s.Barred, m) {
		return outcome{}, nil
	}
	return takeOut(s, e, l)
}

// takeOut bars the member whom an order names, and removes their entry if they
// have one.
func takeOut(s State, e games.Ordered, l games.Look) (outcome, error) {
	m := chat.MemberID(e.Args["member"])
	s.Barred = append(slices.Clone(s.Barred), m)
	o := outcome{
		State: &s, Notes: note(e, map[string]string{"member": string(m), "reason": e.Args["reason"]}),
		Answer: said(l, "giveaway.removed", i18n.In("member", chat.Mention(m))),
	}
	if l.Own == nil {
		return o, nil
	}
	had, err := ReadTicket(l.Own.Body)
	if err != nil {
		return outcome{}, err
	}
	o.Leave, o.Count, o.Redraw = []chat.MemberID{m}, s.counted(-had.Tickets), games.RedrawCount
	return o, nil
}
