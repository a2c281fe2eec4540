package poll

import (
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

// ArgNo is the argument of orders that names a proposed option.
const ArgNo = "no"

// CanPropose returns a *games.Refusal if no option can be proposed now,
// whoever asks.
func CanPropose(s State, l games.Look) error {
	switch {
	case !s.open(l.Now):
		return refuseOver(s, l)
	case s.Adding == AddingNone:
		return games.Refuse(l.Private.Line("poll.refused.no_adding"))
	case len(s.List) >= MaxOptions:
		return games.Refuse(l.Private.Line("poll.refused.full", i18n.Num("max", MaxOptions)))
	case len(s.Waiting) >= MaxWaiting:
		return games.Refuse(l.Private.Line("poll.refused.waiting_full"))
	}
	return nil
}

// propose takes an option that a member thought of, whose words are already
// tidied. One that is there already is named instead.
func propose(s State, e games.Pressed, l games.Look) (outcome, error) {
	if err := CanPropose(s, l); err != nil {
		return outcome{}, err
	}
	text := ""
	if len(e.Values) > 0 {
		text = strings.TrimSpace(e.Values[0])
	}
	if err := checkOption(text, l); err != nil {
		return outcome{}, err
	}
	facts, err := eligibility.Know(s.Who, s.bonus(), e.By, l)
	if err != nil {
		return outcome{}, err
	}
	if failures := eligibility.Judge(s.Who, facts, l.Now); len(failures) > 0 {
		lines := append([]chat.Line{l.Private.Line("poll.refused.not_eligible")}, eligibility.Lines(l.Private, failures)...)
		return outcome{}, games.Refuse(chat.Join(lines, chat.Break()))
	}
	by := Rules{}.Mask(s, e.By.ID)
	there, exists := same(s.List, text)
	_, waits := same(s.Waiting, text)
	_, refused := same(s.Refused, text)
	switch {
	case exists:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.there", i18n.Str("option", there.Text)))
	case waits:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.waits"))
	case refused:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.was_refused"))
	case s.proposed(by) >= MaxProposed:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.proposed", i18n.Num("max", MaxProposed)))
	case s.Adding == AddingModerated:
		return s.wait(Option{Text: text, By: by}, l), nil
	}
	s.add(Option{Text: text, By: by})
	return outcome{
		State: &s, Redraw: games.RedrawState,
		Answer: answer(l, "poll.added", i18n.In("option", chat.Strong(chat.T(text)))),
	}, nil
}

func (s *State) add(o Option) {
	o.No = len(s.List) + 1
	s.List = append(slices.Clone(s.List), o)
}

// wait keeps an option for staff to decide upon, and tells them.
func (s State) wait(o Option, l games.Look) outcome {
	s.Offered++
	o.No = s.Offered
	s.Waiting = append(slices.Clone(s.Waiting), o)
	out := outcome{State: &s, Answer: answer(l, "poll.proposed", i18n.In("option", chat.Strong(chat.T(o.Text))))}
	if s.Team != "" {
		card := chat.Say(l.Public.Line("poll.waits", i18n.In("option", chat.Strong(chat.T(o.Text))), i18n.Str("question", s.Question))).
			With(chat.Controls(WaitingControls(l.Public, l.ID, o)...))
		out.Posts = []games.Post{{
			Slot: "option-" + strconv.Itoa(o.No), Channel: s.Team, Card: card, Priority: games.PriorityAnnounce,
		}}
	}
	return out
}

// WaitingControls let staff decide upon a proposed option.
func WaitingControls(p i18n.Printer, id string, o Option) []chat.Control {
	button := func(verb string, tone chat.Tone) chat.Control {
		return chat.Button(chat.Act(StaffFamily, verb, id).With(strconv.Itoa(o.No)), p.Text("poll.button."+verb), tone)
	}
	return []chat.Control{button(OrderAccept, chat.ToneGood), button(OrderRefuse, chat.ToneDanger)}
}

func answer(l games.Look, id string, args ...i18n.Arg) func(games.Standing) chat.Reply {
	return func(games.Standing) chat.Reply { return chat.PrivateLine(l.Private.Line(id, args...)) }
}

// decideOn carries out the order to accept or refuse a proposed option. The
// audit log says which, and not who had proposed it.
func decideOn(s State, e games.Ordered, l games.Look) (outcome, error) {
	if !s.open(l.Now) {
		return outcome{}, refuseOver(s, l)
	}
	no, _ := strconv.Atoi(e.Args[ArgNo])
	i := slices.IndexFunc(s.Waiting, func(o Option) bool { return o.No == no })
	if i < 0 {
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.decided"))
	}
	o := s.Waiting[i]
	there, exists := same(s.List, o.Text)
	switch {
	case e.Verb == OrderRefuse:
		s.Refused = append(slices.Clone(s.Refused), o)
	case exists:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.there", i18n.Str("option", there.Text)))
	case len(s.List) >= MaxOptions:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.full", i18n.Num("max", MaxOptions)))
	default:
		s.add(o)
	}
	s.Waiting = slices.Delete(slices.Clone(s.Waiting), i, i+1)
	out := outcome{
		State: &s, Notes: note(e, map[string]string{"option": o.Text}),
		Answer: answer(l, "poll.option."+e.Verb, i18n.In("option", chat.Strong(chat.T(o.Text)))),
	}
	if e.Verb == OrderAccept {
		out.Redraw = games.RedrawState
	}
	return out, nil
}
