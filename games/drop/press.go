package drop

import (
	"fmt"
	"slices"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

func pressed(s State, e games.Pressed, l games.Look) (outcome, error) {
	switch {
	case e.By.Bot:
		return outcome{}, games.Refuse(l.Private.Line("drop.refused.bot"))
	case e.Verb != VerbTake:
		return outcome{}, fmt.Errorf("a drop has no button %q", e.Verb)
	case s.won(e.By.ID) >= 0:
		return outcome{Answer: winner(s, e.By.ID, "drop.won_already", l)}, nil
	case s.Phase == PhaseWon:
		return outcome{}, games.Refuse(tooLate(s, l.Private))
	case s.Phase == PhaseCancelled:
		return outcome{}, games.Refuse(l.Private.Line("drop.refused.cancelled"))
	case s.Phase != PhaseOpen || !l.Now.Before(s.Ends):
		return outcome{}, games.Refuse(l.Private.Line("drop.refused.expired"))
	}
	facts, err := eligibility.Know(s.Who, eligibility.Bonus{}, e.By, l)
	if err != nil {
		return outcome{}, err
	}
	if failures := eligibility.Judge(s.Who, facts, l.Now); len(failures) > 0 {
		lines := append([]chat.Line{l.Private.Line("drop.refused.not_eligible")}, eligibility.Lines(l.Private, failures)...)
		return outcome{}, games.Refuse(chat.Join(lines, chat.Break()))
	}
	return take(s, e.By.ID, l), nil
}

// take gives a prize to a member. It always writes the state, so that no two
// members are given the same one.
func take(s State, m chat.MemberID, l games.Look) outcome {
	s.Wins = append(slices.Clone(s.Wins), Win{Member: m, At: l.Now})
	id := "drop.won"
	if m == s.Host {
		id = "drop.won_host"
	}
	o := outcome{State: &s, Redraw: games.RedrawState, Answer: winner(s, m, id, l)}
	if s.Role != "" {
		o.Grants = []games.Grant{{Member: m, Role: s.Role, Name: "give"}}
		if s.RoleFor > 0 {
			o.Wakes = []games.Wake{{Name: takePrefix + string(m), At: l.Now.Add(s.RoleFor)}}
		}
	}
	if len(s.Wins) >= s.Winners {
		return over(o, s, PhaseWon, l)
	}
	return o
}

// winner tells a winner alone what they won, and how fast they were.
func winner(s State, m chat.MemberID, id string, l games.Look) func(games.Standing) chat.Reply {
	return func(games.Standing) chat.Reply {
		p, at := l.Private, s.won(m)
		card := chat.Say(p.Line(id, i18n.In("prize", chat.Strong(chat.T(s.Prize))), i18n.In("host", chat.Mention(s.Host)),
			i18n.Str("took", tookText(p, s.took(s.Wins[at])))))
		if s.Winners > 1 {
			card = card.With(chat.Note(p.Line("drop.rank", i18n.Num("rank", int64(at+1)), i18n.Num("of", int64(s.Winners)))))
		}
		return chat.Private(card)
	}
}

// namedWinners is how many winners a sentence names.
const namedWinners = 10

// tooLate tells somebody who was not fast enough who was.
func tooLate(s State, p i18n.Printer) chat.Line {
	var names []chat.Line
	for _, w := range s.Wins[:min(len(s.Wins), namedWinners)] {
		names = append(names, p.Line("drop.name_took", i18n.In("member", chat.Mention(w.Member)), i18n.Str("took", tookText(p, s.took(w)))))
	}
	if more := len(s.Wins) - namedWinners; more > 0 {
		names = append(names, p.Line("drop.names_more", i18n.Count(int64(more))))
	}
	return p.Line("drop.refused.too_late", i18n.Count(int64(len(s.Wins))), i18n.In("winners", chat.Join(names, chat.T(", "))...))
}
