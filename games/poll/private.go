package poll

import (
	"fmt"
	"strconv"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// shownNames is how many voters of one option are named; the file of staff has
// all of them.
const shownNames = 20

// chosen names the options of a ballot.
func (s State) chosen(b Ballot) chat.Line {
	var names []chat.Line
	for _, no := range b.Chosen {
		if o, ok := s.Option(no); ok {
			names = append(names, chat.L(chat.Strong(chat.T(o.Text))))
		}
	}
	return chat.Join(names, chat.T(", "))
}

// voted tells a voter what their vote is, and the results if they may be seen
// by whoever has voted.
func voted(s State, b Ballot, id string, l games.Look, replace bool) func(games.Standing) chat.Reply {
	return func(st games.Standing) chat.Reply {
		r := chat.Private(ownCard(s, b, id, st.Numbers, l))
		r.Replace = replace
		return r
	}
}

func ownCard(s State, b Ballot, id string, numbers map[string]int64, l games.Look) chat.Card {
	p := l.Private
	card := chat.Say(p.Line(id, i18n.In("choice", s.chosen(b)...)))
	if w := b.weight(); w > 1 {
		card = card.With(chat.Note(p.Line("poll.yours_weighs", i18n.Num("times", int64(w)))))
	}
	switch {
	case s.Seen(true):
		card = card.With(resultBlocks(s, s.Tally(numbers), p)...)
	case s.Phase == PhaseOpen:
		card = card.With(chat.Note(p.Line("poll.results_later")))
	default:
		card = card.With(chat.Note(p.Line("poll.closed_by_you")))
	}
	if s.Phase != PhaseOpen {
		return card
	}
	return card.With(chat.Controls(ownControls(s, b, l)...))
}

// ownControls take a vote back, whole or an option at a time.
func ownControls(s State, b Ballot, l games.Look) []chat.Control {
	p := l.Private
	withdraw := chat.Button(chat.Act(Kind, VerbOwn+VerbWithdraw, l.ID), p.Text("poll.button.withdraw"), chat.ToneDanger)
	out := []chat.Control{withdraw}
	if len(b.Chosen) < 2 || len(b.Chosen) > maxButtons {
		return out
	}
	for _, no := range b.Chosen {
		o, _ := s.Option(no)
		out = append(out, chat.Button(chat.Act(Kind, VerbDrop+strconv.Itoa(no), l.ID),
			p.Text("poll.button.drop", i18n.Str("option", cut(o.Text, 60))), chat.TonePlain))
	}
	return out
}

// mine shows a member their vote.
func mine(s State, l games.Look) (outcome, error) {
	b, err := own(l)
	if err != nil {
		return outcome{}, err
	}
	p := l.Private
	return outcome{Answer: func(st games.Standing) chat.Reply {
		switch {
		case s.Phase == PhaseCancelled:
			return chat.PrivateLine(p.Line("poll.refused.cancelled"))
		case !s.Public && s.Phase != PhaseOpen:
			return chat.PrivateLine(p.Line("poll.mine_destroyed"))
		case b.cast():
			return chat.Private(ownCard(s, b, "poll.mine", st.Numbers, l))
		}
		card := chat.Say(p.Line("poll.mine_none"))
		if s.Seen(false) {
			card = card.With(resultBlocks(s, s.Tally(st.Numbers), p)...)
		}
		return chat.Private(card)
	}}, nil
}

// names shows who voted for what in a public poll, to whoever may see its
// results.
func names(s State, l games.Look) (outcome, error) {
	b, err := own(l)
	switch {
	case err != nil:
		return outcome{}, err
	case s.Phase == PhaseCancelled:
		return outcome{}, refuseOver(s, l)
	case !s.Public:
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.no_names"))
	case !s.Seen(b.cast()):
		return outcome{}, games.Refuse(l.Private.Line("poll.refused.names_later"))
	}
	voters := make([][]chat.MemberID, len(s.List))
	for e, err := range l.Bodies() {
		if err != nil {
			return outcome{}, fmt.Errorf("read who voted: %w", err)
		}
		b, err := ReadBallot(e.Body)
		if err != nil {
			return outcome{}, err
		}
		for _, no := range b.Chosen {
			voters[no-1] = append(voters[no-1], e.Member)
		}
	}
	card := chat.NewCard(title(l.Private.Text("poll.names", i18n.Str("question", s.Question)))).With(chat.List(nameLines(s, voters, l.Private)...))
	return outcome{Answer: func(games.Standing) chat.Reply { return chat.Private(card) }}, nil
}

func nameLines(s State, voters [][]chat.MemberID, p i18n.Printer) []chat.Line {
	out := make([]chat.Line, len(s.List))
	for i, o := range s.List {
		var lines []chat.Line
		for _, m := range voters[i][:min(len(voters[i]), shownNames)] {
			lines = append(lines, chat.L(chat.Mention(m)))
		}
		if more := len(voters[i]) - len(lines); more > 0 {
			lines = append(lines, p.Line("poll.names_more", i18n.Count(int64(more))))
		}
		if len(lines) == 0 {
			lines = []chat.Line{p.Line("poll.names_none")}
		}
		out[i] = p.Line("poll.names_of", i18n.Str("option", o.Text), i18n.In("members", chat.Join(lines, chat.T(", "))...))
	}
	return out
}
