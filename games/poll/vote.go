package poll

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

// open says whether votes are taken: an end that has come counts before the
// wake-up has.
func (s State) open(now time.Time) bool {
	return s.Phase == PhaseOpen && (s.Ends.IsZero() || now.Before(s.Ends))
}

// ended is when the poll closed, or should have.
func (s State) ended() time.Time {
	if s.Closed.IsZero() {
		return s.Ends
	}
	return s.Closed
}

// pressed answers a member's press.
func pressed(s State, e games.Pressed, l games.Look) (outcome, error) {
	verb, isOwn := strings.CutPrefix(e.Verb, VerbOwn)
	switch {
	case e.By.Bot:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.bot"))
	case e.Verb == VerbNames:
		return names(s, l)
	case verb == VerbMine && !isOwn:
		return mine(s, l)
	case !s.open(l.Now):
		return outcome{}, refuseOver(s, l)
	case e.Verb == VerbPropose:
		return propose(s, e, l)
	}
	before, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	switch {
	case verb == VerbWithdraw:
		return withdraw(s, e, l, before, isOwn)
	case e.Verb == VerbChoose:
		return choose(s, e, l, before)
	case strings.HasPrefix(e.Verb, VerbDrop):
		return drop(s, e, l, before)
	case strings.HasPrefix(e.Verb, VerbVote):
		return vote(s, e, l, before)
	}
	return outcome{}, fmt.Errorf("a poll has no button %q", e.Verb)
}

// named finds the option whose number stands behind a prefix.
func (s State) named(verb, prefix string, l games.Look) (Option, error) {
	no, _ := strconv.Atoi(strings.TrimPrefix(verb, prefix))
	o, ok := s.Option(no)
	if !ok {
		return o, games.Refuse(l.Private.Line("poll.refused.no_option"))
	}
	return o, nil
}

// vote chooses one option: where several may be chosen besides the others.
func vote(s State, e games.Pressed, l games.Look, before Ballot) (outcome, error) {
	o, err := s.named(e.Verb, VerbVote, l)
	switch {
	case err != nil:
		return outcome{}, err
	case s.Max == 1:
		return s.give(e, l, before, []int{o.No}, false)
	case slices.Contains(before.Chosen, o.No):
		return s.give(e, l, before, before.Chosen, false)
	case len(before.Chosen) >= s.Max:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.enough",
			i18n.Count(int64(s.Max)), i18n.In("chosen", s.chosen(before)...)))
	}
	return s.give(e, l, before, append(slices.Clone(before.Chosen), o.No), false)
}

// choose takes a menu's choice for the whole vote.
func choose(s State, e games.Pressed, l games.Look, before Ballot) (outcome, error) {
	var chosen []int
	for _, v := range e.Values {
		o, err := s.named(v, "", l)
		if err != nil {
			return outcome{}, err
		}
		if !slices.Contains(chosen, o.No) {
			chosen = append(chosen, o.No)
		}
	}
	switch {
	case len(chosen) == 0:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.no_option"))
	case len(chosen) > s.Max:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.too_many", i18n.Count(int64(s.Max))))
	}
	return s.give(e, l, before, chosen, false)
}

// drop takes one option back.
func drop(s State, e games.Pressed, l games.Look, before Ballot) (outcome, error) {
	o, err := s.named(e.Verb, VerbDrop, l)
	if err != nil {
		return outcome{}, err
	}
	left := slices.DeleteFunc(slices.Clone(before.Chosen), func(no int) bool { return no == o.No })
	if len(left) == 0 {
		return withdraw(s, e, l, before, true)
	}
	return s.give(e, l, before, left, true)
}

// give makes a choice the member's vote, if they may vote. A press that changes
// nothing is answered like the one before.
func (s State) give(e games.Pressed, l games.Look, before Ballot, chosen []int, replace bool) (outcome, error) {
	facts, err := eligibility.Know(s.Who, s.bonus(), e.By, l)
	if err != nil {
		return outcome{}, err
	}
	if failures := eligibility.Judge(s.Who, facts, l.Now); len(failures) > 0 {
		lines := append([]chat.Line{l.Private.Line("poll.refused.not_eligible")}, eligibility.Lines(l.Private, failures)...)
		return outcome{}, games.Refuse(chat.Join(lines, chat.Break()))
	}
	after := Ballot{Chosen: chosen, Weight: s.weigh(facts)}
	slices.Sort(after.Chosen)
	if slices.Equal(after.Chosen, before.Chosen) && after.weight() == before.weight() {
		return outcome{Answer: voted(s, after, "poll.voted_already", l, replace)}, nil
	}
	id := "poll.voted"
	if before.cast() {
		id = "poll.voted_instead"
	}
	o, err := s.put(outcome{}, l, Rules{}.Mask(s, e.By.ID), before, after)
	if err != nil || before.cast() {
		o.Answer = voted(s, after, id, l, replace)
		return o, err
	}
	o, told := fill(o, s, l)
	o.Answer = voted(told, after, id, l, replace)
	return o, nil
}

// quorumNear is how many voters before the quorum members vote one after the
// other, which costs time, so that the poll closes with the right one.
const quorumNear = 128

// fill closes a poll at once whose quorum is reached, and returns the state
// that the voter is told of: results that are hidden until the close stay
// hidden in the answer to the vote that closes it.
func fill(o outcome, s State, l games.Look) (outcome, State) {
	voters := l.Numbers[numVoters]
	if s.Quorum == 0 || voters+quorumNear < s.Quorum {
		return o, s
	}
	if voters+1 < s.Quorum {
		o.State = &s
		return o, s
	}
	end := closing(s, l)
	o.State, o.Redraw, o.Cancel, o.Wakes, o.Scrub = end.State, end.Redraw, end.Cancel, end.Wakes, true
	return o, *end.State
}

// withdraw takes the whole vote back. Whoever may not vote any more may still
// do so.
func withdraw(s State, e games.Pressed, l games.Look, before Ballot, replace bool) (outcome, error) {
	o := outcome{Answer: func(games.Standing) chat.Reply {
		r := chat.PrivateLine(l.Private.Line("poll.withdrawn"))
		r.Replace = replace
		return r
	}}
	if !before.cast() {
		return o, nil
	}
	o, err := s.put(o, l, Rules{}.Mask(s, e.By.ID), before, Ballot{})
	if err != nil || s.Quorum == 0 || l.Numbers[numVoters]+quorumNear < s.Quorum {
		return o, err
	}
	o.State = &s // as in fill
	return o, nil
}
