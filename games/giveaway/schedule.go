package giveaway

import (
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// WakeOpen opens a giveaway that was planned.
const WakeOpen = "open"

// OrderOpen opens a planned giveaway before its time.
const OrderOpen = "open"

// opening posts the card. One that opens late, since the bot was away, lasts
// as long as it was to last.
func opening(s State, l games.Look) outcome {
	if late := l.Now.Sub(s.Starts); s.Phase == PhaseScheduled && late > lateAfter {
		s.Ends = s.Ends.Add(late)
	}
	s.Phase, s.Opened = PhaseOpen, l.Now
	s.revise(l)
	l.Entries = 0
	card := Rules{}.Show(s, l)
	if s.Ping != "" {
		card.Blocks = append([]chat.Block{chat.Paragraph(chat.L(chat.MentionRole(s.Ping)))}, card.Blocks...)
		card.Pings.Roles = []chat.RoleID{s.Ping}
	}
	return outcome{
		State: &s, Cancel: []string{WakeOpen},
		Wakes: []games.Wake{{Name: WakeEnd, At: s.Ends}},
		Posts: []games.Post{{Slot: SlotCard, Card: card, Priority: games.PriorityAnnounce}},
	}
}

// planned keeps a giveaway until its start.
func planned(s State) outcome {
	s.Phase = PhaseScheduled
	return outcome{State: &s, Wakes: []games.Wake{{Name: WakeOpen, At: s.Starts}}}
}

// openNow opens a planned giveaway at the wish of staff. Its length stays.
func openNow(s State, e games.Ordered, l games.Look) (outcome, error) {
	if s.Phase != PhaseScheduled {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.not_scheduled"))
	}
	s.Ends, s.Starts = l.Now.Add(s.Ends.Sub(s.Starts)).UTC(), l.Now.UTC()
	o := opening(s, l)
	o.Notes = note(e, nil)
	o.Answer = said(l, "giveaway.opened", i18n.In("end", chat.Moment(s.Ends, chat.MomentFull)))
	return o, nil
}

// applyStart moves the start of a planned giveaway; its length stays, unless
// the order names an end too.
func (s *State) applyStart(e games.Ordered, l games.Look) error {
	v, ok := e.Args["starts"]
	if !ok {
		return nil
	}
	if s.Phase != PhaseScheduled {
		return games.Refuse(l.Private.Line("giveaway.refused.not_scheduled"))
	}
	at, err := time.Parse(time.RFC3339, v)
	if err != nil {
		return fmt.Errorf("read the new start: %w", err)
	}
	s.Ends, s.Starts = s.Ends.Add(at.Sub(s.Starts)).UTC(), at.UTC()
	return nil
}
