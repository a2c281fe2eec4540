package contest

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// pressed is what members do.
func pressed(s State, e games.Pressed, l games.Look) (outcome, error) {
	if e.By.Bot {
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.bot"))
	}
	switch e.Verb {
	case VerbSubmit:
		return submit(s, e, l)
	case VerbEdit:
		return change(s, e, l)
	case VerbWithdraw:
		return withdraw(s, e, l)
	case VerbMine:
		return outcome{Answer: mine(s, e.By, l)}, nil
	case VerbVote:
		return vote(s, e, l)
	case VerbUnvote:
		return unvote(s, e, l)
	case VerbMark:
		return mark(s, e, l)
	}
	return outcome{}, fmt.Errorf("a contest has no button %q", e.Verb)
}

// value is the nth thing that a press brought along.
func value(e games.Pressed, n int) string {
	if n >= len(e.Values) {
		return ""
	}
	return e.Values[n]
}

// named finds the work whose number came first.
func named(s State, e games.Pressed, l games.Look) (Work, error) {
	no, err := strconv.Atoi(value(e, 0))
	w, ok := s.Work(no)
	if err != nil || !ok {
		return w, refuseGone(l)
	}
	return w, nil
}

func refuseGone(l games.Look) error { return games.Refuse(l.Private.Line("contest.refused.work_gone")) }

// CanSubmit returns a *games.Refusal if a member cannot hand in one more work
// now.
func CanSubmit(s State, by chat.Actor, l games.Look) error {
	if err := submitting(s, l); err != nil {
		return err
	}
	if s.IsJuror(by) {
		return games.Refuse(l.Private.Line("contest.refused.juror_submits"))
	}
	all := s.Of(by.ID)
	live := len(slices.DeleteFunc(slices.Clone(all), func(w Work) bool { return !w.live() }))
	switch {
	case live >= s.PerMember:
		return games.Refuse(l.Private.Line("contest.refused.enough", i18n.Count(int64(s.PerMember))))
	case len(all) >= s.PerMember+spare:
		return games.Refuse(l.Private.Line("contest.refused.too_often"))
	case len(s.Works) >= MaxWorks:
		return games.Refuse(l.Private.Line("contest.refused.full", i18n.Num("max", MaxWorks)))
	}
	return nil
}

// submitting refuses what is for the time of submissions alone.
func submitting(s State, l games.Look) error {
	switch {
	case s.Phase == PhaseCancelled:
		return games.Refuse(l.Private.Line("contest.refused.cancelled"))
	case s.Phase == PhaseScheduled:
		return games.Refuse(l.Private.Line("contest.refused.not_open", i18n.In("opens", chat.Moment(s.Opens, chat.MomentFull))))
	case s.Phase != PhaseOpen || !l.Now.Before(s.Submit):
		return games.Refuse(l.Private.Line("contest.refused.submit_over"))
	}
	return nil
}

// CanChange returns a *games.Refusal if a member cannot change or withdraw a
// work now.
func CanChange(s State, by chat.MemberID, no int, l games.Look) error {
	w, ok := s.Work(no)
	if !ok || w.By != by || !w.live() {
		return refuseGone(l)
	}
	return submitting(s, l)
}

// handedIn reads and checks a title and a content.
func (p Params) handedIn(e games.Pressed, from int, l games.Look) (string, Content, error) {
	title := strings.TrimSpace(value(e, from))
	c := Content{Text: value(e, from+1), Link: value(e, from+2), Image: value(e, from+3)}
	if err := p.CheckWork(title, c, l); err != nil {
		return title, c, err
	}
	// A work is one message, so that it can be taken down as one.
	longest := workCard(State{Params: p}, Work{No: MaxWorks, Title: title, By: e.By.ID}, c, l)
	if len(chat.Split(longest, l.Caps)) > 1 {
		return title, c, games.Refuse(l.Private.Line("contest.refused.too_much"))
	}
	return title, c, nil
}

// CheckWork returns a *games.Refusal that names what is wrong with a work.
func (p Params) CheckWork(title string, c Content, l games.Look) error {
	if strings.TrimSpace(title) == "" {
		return games.Refuse(l.Private.Line("contest.refused.no_work_title"))
	}
	if err := tooLong(l, "contest.refused.work_title_long", title, MaxTitle); err != nil {
		return err
	}
	if err := tooLong(l, "contest.refused.text_long", c.Text, MaxText); err != nil {
		return err
	}
	parts := map[Part]string{PartText: c.Text, PartLink: c.Link, PartImage: c.Image}
	given := 0
	for _, part := range Parts() {
		if parts[part] == "" {
			continue
		}
		given++
		if !slices.Contains(p.Takes, part) {
			return games.Refuse(l.Private.Line("contest.refused.part." + string(part)))
		}
	}
	if given == 0 {
		return games.Refuse(l.Private.Line("contest.refused.empty", i18n.In("parts", partsOf(p.Takes, l.Private)...)))
	}
	for _, address := range []struct{ id, typed string }{{"contest.refused.link", c.Link}, {"contest.refused.image", c.Image}} {
		if address.typed != "" && !isAddress(address.typed) {
			return games.Refuse(l.Private.Line(address.id, i18n.Str("typed", cut(address.typed, 60))))
		}
	}
	return nil
}

func submit(s State, e games.Pressed, l games.Look) (outcome, error) {
	if err := CanSubmit(s, e.By, l); err != nil {
		return outcome{}, err
	}
	title, content, err := s.handedIn(e, 0, l)
	if err != nil {
		return outcome{}, err
	}
	body, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	w := Work{No: len(s.Works) + 1, By: e.By.ID, Title: title, At: l.Now, Version: 1, Stands: Waiting}
	first := len(s.That(Waiting)) == 0
	s.Works = append(slices.Clone(s.Works), w)
	body.Works = with(body.Works, w.No, content)
	o := outcome{Answer: received(s, w, content, "contest.received", l)}
	if first {
		o = s.notice(o, l)
	}
	o.State = &s
	return write(o, l, e.By.ID, body)
}

// with is the map with one more value; the map itself stays as it is.
func with[V any](m map[int]V, k int, v V) map[int]V {
	out := maps.Clone(m)
	if out == nil {
		out = make(map[int]V)
	}
	out[k] = v
	return out
}

// change replaces a work, which has to be judged anew.
func change(s State, e games.Pressed, l games.Look) (outcome, error) {
	w, err := named(s, e, l)
	if err != nil {
		return outcome{}, err
	}
	if err := CanChange(s, e.By.ID, w.No, l); err != nil {
		return outcome{}, err
	}
	title, content, err := s.handedIn(e, 1, l)
	if err != nil {
		return outcome{}, err
	}
	body, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	if title == w.Title && content == body.Works[w.No] {
		return outcome{}, games.Refuse(l.Private.Line("contest.refused.same"))
	}
	var o outcome
	first := len(s.That(Waiting)) == 0
	if w.Stands == Accepted {
		o.Retract, o.Redraw = []string{w.slot()}, games.RedrawCount
	}
	w.Title, w.At, w.Version, w.Stands, w.Decided = title, l.Now, w.Version+1, Waiting, ""
	s.put(w)
	body.Works = with(body.Works, w.No, content)
	o.Answer = received(s, w, content, "contest.changed", l)
	if first {
		o = s.notice(o, l)
	}
	o.State = &s
	return write(o, l, e.By.ID, body)
}

// withdraw takes a work back; nothing that its author wrote is kept.
func withdraw(s State, e games.Pressed, l games.Look) (outcome, error) {
	w, err := named(s, e, l)
	if err != nil {
		return outcome{}, err
	}
	if err := CanChange(s, e.By.ID, w.No, l); err != nil {
		return outcome{}, err
	}
	body, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	var o outcome
	if w.Stands == Accepted {
		o.Retract, o.Redraw = []string{w.slot()}, games.RedrawCount
	}
	w.Stands, w.Title, w.Decided = Withdrawn, "", ""
	s.put(w)
	body.Works = maps.Clone(body.Works)
	delete(body.Works, w.No)
	o.State, o.Answer = &s, replaced(said(l, "contest.withdrawn", i18n.Num("no", int64(w.No))))
	return write(o, l, e.By.ID, body)
}

// said answers with one sentence.
func said(l games.Look, id string, args ...i18n.Arg) func(games.Standing) chat.Reply {
	return func(games.Standing) chat.Reply { return chat.PrivateLine(l.Private.Line(id, args...)) }
}

// replaced puts an answer in the place of what was pressed on.
func replaced(f func(games.Standing) chat.Reply) func(games.Standing) chat.Reply {
	return func(st games.Standing) chat.Reply {
		r := f(st)
		r.Replace = true
		return r
	}
}
