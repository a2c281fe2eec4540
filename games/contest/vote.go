package contest

import (
	"maps"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// deciding refuses what is for the time of the decision alone, by one mode.
func deciding(s State, mode Mode, l games.Look) error {
	until := i18n.In("at", chat.Moment(s.Submit, chat.MomentFull))
	switch {
	case s.Phase == PhaseCancelled:
		return games.Refuse(l.Private.Line("contest.refused.cancelled"))
	case s.Mode != mode:
		return games.Refuse(l.Private.Line("contest.refused.mode." + string(s.Mode)))
	case s.Phase == PhaseScheduled || s.Phase == PhaseOpen:
		return games.Refuse(l.Private.Line("contest.refused.not_yet."+string(mode), until))
	case s.Phase != PhaseDeciding || !l.Now.Before(s.Decide):
		return games.Refuse(l.Private.Line("contest.refused.decide_over"))
	}
	return nil
}

// vote gives the member's one voice to a work, wherever it was before.
func vote(s State, e games.Pressed, l games.Look) (outcome, error) {
	if err := deciding(s, ModeVote, l); err != nil {
		return outcome{}, err
	}
	w, err := named(s, e, l)
	if err != nil {
		return outcome{}, err
	}
	switch {
	case w.Stands != Accepted:
		return outcome{}, refuseGone(l)
	case w.By == e.By.ID:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.own_vote"))
	}
	body, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	before := body.Vote
	o := outcome{Answer: voted(s, w, before, l)}
	if before == w.No {
		return o, nil
	}
	body.Vote = w.No
	return write(o, l, e.By.ID, body)
}

// unvote takes the voice back.
func unvote(s State, e games.Pressed, l games.Look) (outcome, error) {
	if err := deciding(s, ModeVote, l); err != nil {
		return outcome{}, err
	}
	body, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	if body.Vote == 0 {
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.no_vote"))
	}
	body.Vote = 0
	return write(outcome{Answer: replaced(said(l, "contest.unvoted", i18n.In("until", chat.Moment(s.Decide, chat.MomentFull))))}, l, e.By.ID, body)
}

// CanMark returns a *games.Refusal if a member cannot mark a work now.
func CanMark(s State, by chat.Actor, no int, l games.Look) error {
	if err := deciding(s, ModeJury, l); err != nil {
		return err
	}
	w, ok := s.Work(no)
	switch {
	case !s.IsJuror(by):
		return games.Refuse(l.Private.Line("contest.refused.no_juror"))
	case !ok || w.Stands != Accepted:
		return refuseGone(l)
	case w.By == by.ID:
		return games.Refuse(l.Private.Line("contest.refused.own_mark"))
	}
	return nil
}

// ReadMark reads one mark; false if it is none.
func ReadMark(text string) (int, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(text))
	return n, err == nil && n >= 1 && n <= MaxMark
}

// mark takes a juror's marks of one work. The state says of how many works,
// so that two of them given side by side are both kept.
func mark(s State, e games.Pressed, l games.Look) (outcome, error) {
	no, _ := strconv.Atoi(value(e, 0))
	if err := CanMark(s, e.By, no, l); err != nil {
		return outcome{}, err
	}
	marks := make([]int, len(s.Criteria))
	for i, c := range s.Criteria {
		n, ok := ReadMark(value(e, i+1))
		if !ok {
			return outcome{}, games.Refuse(l.Private.Line("contest.refused.mark",
				i18n.Str("typed", cut(value(e, i+1), 20)), i18n.Str("criterion", c), i18n.Num("max", MaxMark)))
		}
		marks[i] = n
	}
	if _, known := s.Given[e.By.ID]; !known && len(s.Given) >= MaxJury {
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.jury_full", i18n.Num("max", MaxJury)))
	}
	body, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	body.Marks = with(body.Marks, no, marks)
	s.Given = maps.Clone(s.Given)
	if s.Given == nil {
		s.Given = make(map[chat.MemberID]int)
	}
	s.Given[e.By.ID] = len(body.Marks)
	return write(outcome{State: &s, Answer: marked(s, no, body, e.By.ID, l)}, l, e.By.ID, body)
}
