package poll

import (
	"fmt"
	"time"
	"unicode/utf8"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Arguments of orders.
const (
	ArgReason = "reason" // of a cancellation
	ArgEnds   = "ends"   // of a poll that is reopened, by RFC 3339; "" for none
)

// ordered carries out an order of staff.
func ordered(s State, e games.Ordered, l games.Look) (outcome, error) {
	switch e.Verb {
	case OrderAccept, OrderRefuse:
		return decideOn(s, e, l)
	case OrderClose:
		return closeNow(s, e, l)
	case OrderReopen:
		return reopen(s, e, l)
	case OrderCancel:
		return cancel(s, e, l)
	}
	return outcome{}, fmt.Errorf("a poll knows no order %q", e.Verb)
}

func note(e games.Ordered, body any) []games.Note {
	return []games.Note{{By: string(e.By.ID), Action: Kind + "." + e.Verb, Body: body}}
}

func closeNow(s State, e games.Ordered, l games.Look) (outcome, error) {
	if s.Phase != PhaseOpen {
		return outcome{}, refuseOver(s, l)
	}
	o := closing(s, l)
	o.Notes, o.Answer = note(e, nil), answer(l, "poll.closing_now")
	return o, nil
}

// reopen goes on with a public poll, with the votes that were given.
func reopen(s State, e games.Ordered, l games.Look) (outcome, error) {
	switch {
	case s.Phase == PhaseCancelled:
		return outcome{}, refuseOver(s, l)
	case s.Phase == PhaseOpen:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.open"))
	case !s.Public:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.anonymous_over"))
	case s.Phase == PhaseClosing:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.closing"))
	case s.Quorum > 0 && s.Voters >= s.Quorum:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.quorum_met", i18n.Num("quorum", s.Quorum)))
	}
	s.Ends = time.Time{}
	o := outcome{Redraw: games.RedrawState, Notes: note(e, e.Args)}
	o.Answer = answer(l, "poll.reopened")
	if text := e.Args[ArgEnds]; text != "" {
		at, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return outcome{}, fmt.Errorf("read the new end: %w", err)
		}
		if err := checkEnd(at, l); err != nil {
			return outcome{}, err
		}
		s.Ends = at.UTC()
		o.Wakes = []games.Wake{{Name: WakeEnd, At: s.Ends}}
		o.Answer = answer(l, "poll.reopened_until", i18n.In("at", chat.Moment(s.Ends, chat.MomentFull)))
	}
	s.Phase, s.Times, s.Closed = PhaseOpen, s.Times+1, time.Time{}
	s.Votes, s.Voters, s.Weight = nil, 0, 0
	o.State = &s
	return o, nil
}

// cancel ends a poll without a result; its votes are deleted.
func cancel(s State, e games.Ordered, l games.Look) (outcome, error) {
	why := e.Args[ArgReason]
	n := utf8.RuneCountInString(why)
	switch {
	case s.Phase != PhaseOpen:
		return outcome{}, refuseOver(s, l)
	case n > MaxReason:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.reason", i18n.Num("length", int64(n)), i18n.Num("max", MaxReason)))
	}
	s.Phase, s.Why, s.Closed = PhaseCancelled, why, l.Now
	s.forget()
	return outcome{
		State: &s, Cancel: []string{WakeEnd}, Wakes: []games.Wake{{Name: WakeForget, At: l.Now}}, Redraw: games.RedrawState, Scrub: true,
		Notes: note(e, why), Answer: answer(l, "poll.cancelled"),
	}, nil
}
