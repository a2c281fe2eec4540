package advent

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/proof"
)

// ordered carries out an order of staff.
func ordered(s State, e games.Ordered, l games.Look) (outcome, error) {
	switch {
	case e.Verb != OrderEnd && e.Verb != OrderEdit:
		return outcome{}, fmt.Errorf("a calendar knows no order %q", e.Verb)
	case s.Phase != PhaseComing && s.Phase != PhaseRunning:
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.over_already"))
	case e.Verb == OrderEdit:
		return edit(s, e, l)
	}
	return end(s, e, l), nil
}

func note(e games.Ordered, body any) []games.Note {
	return []games.Note{{By: string(e.By.ID), Action: "advent." + e.Verb, Body: body}}
}

// end ends a calendar now, with its final draw. One of which no box has come
// is called off.
func end(s State, e games.Ordered, l games.Look) outcome {
	if s.Phase == PhaseComing {
		s.Phase, s.Closed = PhaseCancelled, l.Now
		return outcome{
			State: &s, Cancel: []string{WakeDay}, Redraw: games.RedrawState, Notes: note(e, nil),
			Answer: said(l, "advent.called_off"),
		}
	}
	o := closing(s, s.Today, l)
	o.Notes, o.Answer = note(e, nil), said(l, "advent.ending")
	return o
}

// edit changes a calendar. What was in a box that has come stays as it was.
func edit(s State, e games.Ordered, l games.Look) (outcome, error) {
	before := s
	if v, ok := e.Args["title"]; ok {
		s.Title = v
	}
	if v, ok := e.Args["description"]; ok {
		s.Description = v
	}
	if v, ok := e.Args[ArgFinal]; ok {
		s.Final = Lot{}
		if err := json.Unmarshal([]byte(v), &s.Final); err != nil {
			return outcome{}, fmt.Errorf("read the new prize: %w", err)
		}
	}
	if err := s.editBox(e, l); err != nil {
		return outcome{}, err
	}
	p := s.Params
	for _, check := range []func(games.Look) error{p.checkTexts, p.CheckBoxes, p.checkFinal} {
		if err := check(l); err != nil {
			return outcome{}, err
		}
	}
	changed := changes(before, s, l)
	if len(changed) == 0 {
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.nothing_changed"))
	}
	s.Changes = append(slices.Clone(s.Changes), changed...)
	return outcome{
		State: &s, Redraw: games.RedrawState, Notes: note(e, e.Args), Answer: said(l, "advent.edited"),
	}, nil
}

// editBox replaces a box that has not come, with hidden instants that follow
// from the seed as before.
func (s *State) editBox(e games.Ordered, l games.Look) error {
	text, ok := e.Args[ArgNo]
	if !ok {
		return nil
	}
	n, err := strconv.Atoi(text)
	switch {
	case err != nil || n < 1 || n > len(s.Boxes):
		return games.Refuse(l.Private.Line("advent.refused.no_box", i18n.Num("max", int64(len(s.Boxes)))))
	case n <= s.Today || !l.Now.Before(s.Days[n-1].Opens):
		return games.Refuse(l.Private.Line("advent.refused.box_came", i18n.Num("box", int64(n))))
	}
	var b Box
	if err := json.Unmarshal([]byte(e.Args[ArgBox]), &b); err != nil {
		return fmt.Errorf("read the new box: %w", err)
	}
	if err := b.Check(n, l); err != nil {
		return err
	}
	seed, err := proof.ParseSeed(s.Seed)
	if err != nil {
		return err
	}
	s.Boxes, s.Days = slices.Clone(s.Boxes), s.mend()
	s.Boxes[n-1] = b
	s.Days[n-1].Instants = instantsOf(n, b, s.Days[n-1], seed, l.ID)
	return nil
}

// changes lists what an edit changed, as the card shows it: of boxes to come
// that they did, and not what is in them.
func changes(a, b State, l games.Look) []Change {
	var out []Change
	add := func(differs bool, what, from string) {
		if differs {
			out = append(out, Change{At: l.Now, What: what, From: from})
		}
	}
	add(a.Title != b.Title, "title", a.Title)
	add(a.Description != b.Description, "description", "")
	add(a.Final != b.Final, "final", a.Final.text())
	for n := range a.Boxes {
		add(a.Boxes[n] != b.Boxes[n], "box", strconv.Itoa(n+1))
	}
	return out
}

// text writes a lot as staff type it.
func (t Lot) text() string {
	if t.Winners == 0 {
		return "—"
	}
	return fmt.Sprintf("%s ×%d", t.Prize, t.Winners)
}

func mentions(list []chat.MemberID) []chat.Line {
	out := make([]chat.Line, len(list))
	for i, m := range list {
		out[i] = chat.L(chat.Mention(m))
	}
	return out
}
