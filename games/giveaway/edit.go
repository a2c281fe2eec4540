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

// ArgConfirmed is the argument by which staff confirm that the end may come
// earlier than members were told.
const ArgConfirmed = "confirmed"

// StaffFamily is the family of controls that only staff may press; commands
// check the right and turn them into orders.
const StaffFamily = "giveaway-staff"

// edit changes a running giveaway. Coming earlier needs a second yes, since
// members rely on the end they were told.
func edit(s State, e games.Ordered, l games.Look) (outcome, error) {
	if !s.running() && s.Phase != PhaseScheduled || s.Phase == PhaseOpen && !l.Now.Before(s.Ends) {
		return outcome{}, refuseOver(s, l)
	}
	before := s
	held, err := s.apply(e, l)
	if err != nil {
		return outcome{}, err
	}
	if err := s.checkEdited(before, l); err != nil {
		return outcome{}, err
	}
	s.Changes = append(slices.Clone(s.Changes), changes(before, s, l.Now)...)
	changed := len(s.Changes) > len(before.Changes)
	if !changed && held.IsZero() {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.nothing_changed"))
	}
	o := outcome{Answer: edited(before, s, held, l)}
	if !changed {
		return o, nil
	}
	s.revise(l)
	o.State, o.Redraw, o.Notes = &s, games.RedrawState, note(e, e.Args)
	switch {
	case s.Phase == PhaseOpen && !s.Ends.Equal(before.Ends):
		o.Wakes = []games.Wake{{Name: WakeEnd, At: s.Ends}}
	case s.Phase == PhaseScheduled:
		o.Redraw, o.Wakes = games.RedrawNone, planned(s).Wakes
		return o, nil
	}
	if s.Prize != before.Prize {
		o.Posts = []games.Post{prizeChanged(before, s, l)}
	}
	return o, nil
}

// apply sets what was asked for. held is an earlier end that waits for
// confirmation.
func (s *State) apply(e games.Ordered, l games.Look) (held time.Time, err error) {
	if v, ok := e.Args["prize"]; ok {
		s.Prize = v
	}
	if v, ok := e.Args["description"]; ok {
		s.Description = v
	}
	if v, ok := e.Args["value"]; ok {
		s.Terms.Value = v
	}
	if err := s.applyLots(e, l); err != nil {
		return held, err
	}
	if err := s.applyStart(e, l); err != nil {
		return held, err
	}
	if v, ok := e.Args["winners"]; ok {
		if len(s.Lots) > 0 {
			return held, games.Refuse(l.Private.Line("giveaway.refused.winners_of_lots"))
		}
		if s.Winners, err = strconv.Atoi(v); err != nil {
			return held, games.Refuse(l.Private.Line("giveaway.refused.winners", i18n.Str("typed", cut(v, 20)), i18n.Num("max", MaxWinners)))
		}
	}
	if v, ok := e.Args["ends"]; ok {
		at, err := time.Parse(time.RFC3339, v)
		if err != nil {
			return held, fmt.Errorf("read the new end: %w", err)
		}
		if s.Phase != PhaseScheduled && at.Before(s.endsAt(l.Now)) && e.Args[ArgConfirmed] == "" {
			return at, nil
		}
		s.setEnd(at, l.Now)
	}
	return held, nil
}

// checkEdited checks the parameters; an end that was not touched may be near.
func (s State) checkEdited(before State, l games.Look) error {
	p := s.Params
	if s.Phase != PhaseScheduled && s.endsAt(l.Now).Equal(before.endsAt(l.Now)) {
		p.Ends = l.Now.Add(MinLength)
	}
	return p.Check(l)
}

func changes(a, b State, now time.Time) []Change {
	var out []Change
	add := func(differs bool, what, from string) {
		if differs {
			out = append(out, Change{At: now, What: what, From: from})
		}
	}
	add(a.Prize != b.Prize, "prize", a.Prize)
	add(a.Description != b.Description, "description", "")
	add(!slices.Equal(a.Lots, b.Lots), "lots", lotText(a.Lots))
	add(a.Terms.Value != b.Terms.Value, "value", a.Terms.Value)
	add(len(a.Lots)+len(b.Lots) == 0 && a.Winners != b.Winners, "winners", strconv.Itoa(a.Winners))
	add(a.Places != b.Places, "places", strconv.FormatInt(a.Places, 10))
	add(a.Claim != b.Claim, "claim", "")
	add(!a.Starts.Equal(b.Starts), "starts", strconv.FormatInt(a.Starts.Unix(), 10))
	add(!a.endsAt(now).Equal(b.endsAt(now)), "ends", strconv.FormatInt(a.endsAt(now).Unix(), 10))
	return out
}

// edited confirms what changed, with the new end as it was understood, and asks
// about one that is held.
func edited(before, s State, held time.Time, l games.Look) func(games.Standing) chat.Reply {
	return func(games.Standing) chat.Reply {
		var card chat.Card
		if len(s.Changes) > len(before.Changes) {
			card = card.With(chat.Paragraph(l.Private.Line("giveaway.edited")))
		}
		if end := s.endsAt(l.Now); !end.Equal(before.endsAt(l.Now)) {
			id := "giveaway.edited_end." + string(s.Phase)
			card = card.With(chat.Paragraph(l.Private.Line(id, i18n.In("end", chat.Moment(end, chat.MomentFull)))))
		}
		if !held.IsZero() {
			action := chat.Act(StaffFamily, "shorten", l.ID).With(strconv.FormatInt(held.Unix(), 10))
			card = card.With(
				chat.Paragraph(l.Private.Line("giveaway.confirm_shorter", i18n.In("end", chat.Moment(held, chat.MomentFull)))),
				chat.Controls(chat.Button(action, l.Private.Text("giveaway.button.shorten"), chat.ToneDanger)))
		}
		return chat.Private(card)
	}
}

func prizeChanged(before, s State, l games.Look) games.Post {
	return games.Post{
		Slot: fmt.Sprintf("prize-%d", len(s.Changes)),
		Card: chat.Say(l.Public.Line("giveaway.prize_changed",
			i18n.In("old", chat.T(before.Prize)), i18n.In("new", chat.Strong(chat.T(s.Prize))))),
		Priority: games.PriorityAnnounce, ReplyTo: SlotCard,
	}
}
