package contest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Arguments of orders.
const (
	ArgNo      = "no"      // number of a work
	ArgVersion = "version" // of the work, as it was seen
	ArgMember  = "member"  // its author, or a juror
	ArgReason  = "reason"
	ArgRemove  = "remove" // "true": the juror is taken out
)

// ordered carries out an order of staff.
func ordered(s State, e games.Ordered, l games.Look) (outcome, error) {
	switch e.Verb {
	case OrderAccept:
		return accept(s, e, l)
	case OrderRefuse:
		return refuse(s, e, l)
	case OrderEnd:
		return end(s, e, l)
	case OrderCancel:
		return cancel(s, e, l)
	case OrderEdit:
		return edit(s, e, l)
	case OrderJury:
		return jury(s, e, l)
	}
	return outcome{}, fmt.Errorf("a contest knows no order %q", e.Verb)
}

func note(e games.Ordered, body any) []games.Note {
	return []games.Note{{By: string(e.By.ID), Action: Kind + "." + e.Verb, Body: body}}
}

// refuseOver says why what needs a running contest cannot be done.
func refuseOver(s State, l games.Look) error {
	if s.Phase == PhaseCancelled {
		return games.Refuse(l.Private.Line("contest.refused.cancelled"))
	}
	return games.Refuse(l.Private.Line("contest.refused.over"))
}

// judged finds the work that an order is about, as whoever gave it saw it.
func judged(s State, e games.Ordered, l games.Look) (Work, error) {
	if !s.judging() || s.Phase == PhaseDeciding && !l.Now.Before(s.Decide) {
		return Work{}, refuseOver(s, l)
	}
	no, _ := strconv.Atoi(e.Args[ArgNo])
	w, ok := s.Work(no)
	switch {
	case !ok:
		return w, games.Refuse(l.Private.Line("contest.refused.no_work", i18n.Str("typed", cut(e.Args[ArgNo], 20))))
	case w.Stands == Withdrawn:
		return w, games.Refuse(l.Private.Line("contest.refused.was_withdrawn", i18n.Num("no", int64(no))))
	case e.Args[ArgVersion] != "" && e.Args[ArgVersion] != strconv.Itoa(w.Version):
		return w, games.Refuse(l.Private.Line("contest.refused.was_changed", i18n.Num("no", int64(no))))
	}
	return w, nil
}

// accept shows a work.
func accept(s State, e games.Ordered, l games.Look) (outcome, error) {
	w, err := judged(s, e, l)
	if err != nil {
		return outcome{}, err
	}
	if w.Stands == Accepted {
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.accepted_already",
			i18n.Num("no", int64(w.No)), i18n.In("by", chat.Mention(chat.MemberID(w.Decided)))))
	}
	body, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	content, ok := body.Works[w.No]
	if !ok || l.Own.Member != w.By {
		return outcome{}, fmt.Errorf("work %d of contest %s: its author has no entry for it", w.No, l.ID)
	}
	w.Stands, w.Decided, w.Why, w.Shown = Accepted, string(e.By.ID), "", w.Shown+1
	s.put(w)
	return outcome{
		State: &s, Redraw: games.RedrawCount,
		Posts: []games.Post{{Slot: w.slot(), Card: workCard(s, w, content, l), Priority: games.PriorityAnnounce, ReplyTo: SlotCard}},
		Directs: []games.Direct{{Member: w.By, Name: "accepted-" + w.slot(), Card: chat.Say(l.Public.Line("contest.direct.accepted",
			i18n.In("work", Name(l.Public, w)), i18n.In("contest", chat.Strong(chat.T(s.Title))), i18n.In("channel", chat.MentionChannel(l.Channel))))}},
		Notes:  note(e, map[string]int{"no": w.No, "version": w.Version}),
		Answer: said(l, "contest.accepted", i18n.In("work", Name(l.Private, w))),
	}, nil
}

// refuse keeps a work from being shown, or takes it down.
func refuse(s State, e games.Ordered, l games.Look) (outcome, error) {
	w, err := judged(s, e, l)
	if err != nil {
		return outcome{}, err
	}
	why := e.Args[ArgReason]
	switch {
	case w.Stands == Refused:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.refused_already",
			i18n.Num("no", int64(w.No)), i18n.In("by", chat.Mention(chat.MemberID(w.Decided)))))
	case why == "":
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.no_reason"))
	}
	if err := tooLong(l, "contest.refused.reason", why, MaxReason); err != nil {
		return outcome{}, err
	}
	o := outcome{Notes: note(e, map[string]any{"no": w.No, "version": w.Version, "reason": why})}
	if w.Stands == Accepted {
		o.Retract, o.Redraw = []string{w.slot()}, games.RedrawCount
	}
	w.Stands, w.Decided, w.Why = Refused, string(e.By.ID), why
	s.put(w)
	o.State = &s
	o.Directs = []games.Direct{{Member: w.By, Name: fmt.Sprintf("refused-%d-%d-%d", w.No, w.Version, w.Shown), Card: toRefused(s, w, l)}}
	o.Answer = said(l, "contest.refused_work", i18n.In("work", Name(l.Private, w)))
	return o, nil
}

// end closes what is under way: submissions, or the decision.
func end(s State, e games.Ordered, l games.Look) (outcome, error) {
	var o outcome
	switch {
	case s.Phase == PhaseScheduled:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.end_scheduled"))
	case s.Phase == PhaseOpen:
		if l.Now.Before(s.Submit) {
			s.Submit = l.Now
		}
		o = closeSubmissions(s, l)
		o.Answer = said(l, "contest.ending.open")
	case s.Phase == PhaseDeciding:
		if l.Now.Before(s.Decide) {
			s.Decide = l.Now
		}
		o = closing(s, l)
		o.Answer = said(l, "contest.ending.deciding")
	default:
		return outcome{}, refuseOver(s, l)
	}
	o.Notes = note(e, map[string]Phase{"phase": s.Phase})
	return o, nil
}

func cancel(s State, e games.Ordered, l games.Look) (outcome, error) {
	if !s.running() {
		return outcome{}, refuseOver(s, l)
	}
	why := e.Args[ArgReason]
	if err := tooLong(l, "contest.refused.reason", why, MaxReason); err != nil {
		return outcome{}, err
	}
	s.Phase, s.Why, s.Closed = PhaseCancelled, why, l.Now
	return outcome{
		State: &s, Cancel: []string{WakeOpen, WakeSubmit, WakeDecide}, Redraw: games.RedrawState, Notes: note(e, why),
		Answer: said(l, "contest.cancelled"),
	}, nil
}

// edit changes texts and moves ends. An end that members were told may only
// come later: whoever wants it now says so by the order to end.
func edit(s State, e games.Ordered, l games.Look) (outcome, error) {
	if !s.running() || s.Phase != PhaseScheduled && !l.Now.Before(s.next()) {
		return outcome{}, refuseOver(s, l)
	}
	before := s
	if err := s.apply(e, l); err != nil {
		return outcome{}, err
	}
	s.Changes = append(slices.Clone(s.Changes), changes(before, s, l.Now)...)
	if len(s.Changes) == len(before.Changes) {
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.nothing_changed"))
	}
	o := outcome{State: &s, Redraw: games.RedrawState, Notes: note(e, e.Args), Answer: edited(s, l)}
	switch {
	case s.Phase == PhaseOpen && !s.Submit.Equal(before.Submit):
		o.Wakes = []games.Wake{{Name: WakeSubmit, At: s.Submit}}
	case s.Phase == PhaseDeciding && !s.Decide.Equal(before.Decide):
		o.Wakes = []games.Wake{{Name: WakeDecide, At: s.Decide}}
	}
	return o, nil
}

// edited confirms what changed, with the ends as they were understood.
func edited(s State, l games.Look) func(games.Standing) chat.Reply {
	id := "contest.edited." + string(s.Phase)
	return said(l, id, i18n.In("submit", chat.Moment(s.Submit, chat.MomentFull)), i18n.In("decide", chat.Moment(s.Decide, chat.MomentFull)))
}

// apply sets what was asked for. If submissions last longer, the decision ends
// as much later, unless its end is set too.
func (s *State) apply(e games.Ordered, l games.Look) error {
	if v, ok := e.Args["title"]; ok {
		s.Title = v
	}
	if v, ok := e.Args["description"]; ok {
		s.Description = v
	}
	if err := s.checkTexts(l); err != nil {
		return err
	}
	submit, err := later(e.Args["submit"], s.Submit, l)
	if err != nil {
		return err
	}
	if !submit.Equal(s.Submit) && s.Phase == PhaseDeciding {
		return games.Refuse(l.Private.Line("contest.refused.submit_over"))
	}
	s.Decide = s.Decide.Add(submit.Sub(s.Submit))
	s.Submit = submit
	if s.Decide, err = later(e.Args["decide"], s.Decide, l); err != nil {
		return err
	}
	if s.Decide.Sub(l.Now) > MaxLength {
		return games.Refuse(l.Private.Line("contest.refused.too_long"))
	}
	return nil
}

// later reads a new end, which must not come before the old one; "" keeps it.
func later(text string, old time.Time, l games.Look) (time.Time, error) {
	if text == "" {
		return old, nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return old, fmt.Errorf("read the new end: %w", err)
	}
	if at.Before(old) {
		return old, games.Refuse(l.Private.Line("contest.refused.earlier", i18n.In("old", chat.Moment(old, chat.MomentFull))))
	}
	return at.UTC(), nil
}

func changes(a, b State, now time.Time) []Change {
	var out []Change
	add := func(differs bool, what, from string) {
		if differs {
			out = append(out, Change{At: now, What: what, From: from})
		}
	}
	unix := func(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }
	add(a.Title != b.Title, "title", a.Title)
	add(a.Description != b.Description, "description", "")
	add(!a.Submit.Equal(b.Submit), "submit", unix(a.Submit))
	add(!a.Decide.Equal(b.Decide), "decide", unix(a.Decide))
	return out
}

// jury adds a juror, or takes one out, whose marks then count nothing.
func jury(s State, e games.Ordered, l games.Look) (outcome, error) {
	m := chat.MemberID(e.Args[ArgMember])
	who := i18n.In("member", chat.Mention(m))
	named, remove := slices.Contains(s.jurors(), m), e.Args[ArgRemove] == "true"
	switch {
	case !s.running():
		return outcome{}, refuseOver(s, l)
	case s.Mode != ModeJury:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.mode.vote"))
	case remove && m == s.President:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.president_stays", who))
	case remove && !named:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.not_named", who))
	case remove && len(s.jurors()) == 1 && s.JuryRole == "":
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.no_jury"))
	case !remove && named:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.named_already", who))
	case !remove && slices.ContainsFunc(s.Of(m), Work.live):
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.author_judges", who))
	case !remove && len(s.Jury) >= MaxJury:
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.jury_full", i18n.Num("max", MaxJury)))
	}
	s.Jury = slices.DeleteFunc(slices.Clone(s.Jury), func(j chat.MemberID) bool { return j == m })
	id := "contest.jury_removed"
	if remove {
		s.Given = maps.Clone(s.Given)
		delete(s.Given, m)
	} else {
		s.Jury = append(s.Jury, m)
		id = "contest.jury_added"
	}
	return outcome{
		State: &s, Redraw: games.RedrawState, Notes: note(e, e.Args), Answer: said(l, id, who),
	}, nil
}
