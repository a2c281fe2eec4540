package giveaway

import (
	"fmt"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// lateAfter is how late an end must be for members to be told so.
const lateAfter = 2 * time.Minute

func slotOfRound(n int) string { return fmt.Sprintf("round-%d", n) }

// closing freezes the entries. The draw is a step of its own: it reads the
// entries only once no more can come in, so that nobody who was told that
// they take part is left out.
func closing(s State, by string, l games.Look) outcome {
	s.Phase, s.Closed = PhaseClosing, l.Now
	s.Draw = &Draw{Round: 1, By: by, Want: s.Winners}
	return outcome{
		State: &s, Redraw: games.RedrawLater, Cancel: []string{WakeEnd},
		Wakes: []games.Wake{{Name: WakeDraw, At: l.Now}},
	}
}

// ask asks about the next candidates in rank, or concludes if there are none.
func ask(s State, l games.Look, o outcome) (outcome, error) {
	next, err := s.candidates(l)
	if err != nil {
		return outcome{}, err
	}
	if len(next) == 0 {
		return conclude(s, l, o), nil
	}
	return question(s, next, o), nil
}

// candidates are the next in rank, as many as the draw still wants.
func (s State) candidates(l games.Look) ([]chat.MemberID, error) {
	next, err := First(s.Seed, l.Keys(), s.Draw.Want-len(s.Draw.Kept), s.excluded())
	if err != nil {
		return nil, fmt.Errorf("rank the entrants: %w", err)
	}
	return next, nil
}

// askAtOnce is how many members one question names. Platforms take some hundred
// look-ups a minute, and each answer is kept, so a draw of many winners gets on
// however slowly they come.
const askAtOnce = 20

func question(s State, next []chat.MemberID, o outcome) outcome {
	d := *s.Draw
	next = next[:min(len(next), askAtOnce)]
	d.Asked, d.Ask = next, d.Ask+1
	s.Draw = &d
	o.State = &s
	o.Ask = &games.Question{Name: d.question(), Members: next}
	return o
}

func (d Draw) question() string { return fmt.Sprintf("round-%d-%d", d.Round, d.Ask) }

// answered keeps the candidates who are there and asks about the next ones in
// the place of those who are not.
func answered(s State, e games.Answered, l games.Look) (outcome, error) {
	if s.Draw == nil || e.Question != s.Draw.question() {
		return outcome{}, nil
	}
	d := *s.Draw
	s.Absent, d.Kept = slices.Clone(s.Absent), slices.Clone(d.Kept)
	for _, m := range d.Asked {
		if e.Present[m] {
			d.Kept = append(d.Kept, m)
		} else {
			s.Absent = append(s.Absent, m)
		}
	}
	d.Asked = nil
	s.Draw = &d
	if len(d.Kept) < d.Want {
		return ask(s, l, outcome{})
	}
	return conclude(s, l, outcome{}), nil
}

// conclude makes the winners known: the round, its announcement, what winners
// and host are told, and the reward all follow at once.
func conclude(s State, l games.Look, o outcome) outcome {
	d := *s.Draw
	s.Draw = nil
	o.Redraw = games.RedrawState
	if d.Round > 1 && len(d.Kept) == 0 {
		o.State = &s
		o.Directs = append(o.Directs, games.Direct{
			Member: chat.MemberID(d.By), Name: d.question(), Card: toReroller(s, l),
		})
		return o
	}
	r := Round{N: d.Round, At: l.Now, By: d.By, Winners: d.Kept, Replaces: d.Replaces, Entrants: l.Entries}
	s.Rounds = append(slices.Clone(s.Rounds), r)
	s.Phase = PhaseDrawn
	// The draw waits for the platform to answer, so only now is it known.
	s.Late = s.Late || r.N == 1 && l.Now.Sub(s.Ends) > lateAfter
	if r.Replaces != "" {
		o = takeRole(o, &s, r.Replaces)
	}
	o.State = &s
	o.Posts = append(o.Posts, games.Post{
		Slot: slotOfRound(r.N), Card: announcement(s, r, l), Priority: games.PriorityEnd, ReplyTo: SlotCard, Tell: true,
	})
	o = reward(o, s, r, l)
	o.Notes = append(o.Notes, games.Note{By: d.By, Action: "giveaway.draw", Body: r})
	return o
}

// reroll begins a further round.
func reroll(s State, e games.Ordered, l games.Look) (outcome, error) {
	switch {
	case s.Draw != nil:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.drawing"))
	case s.Phase == PhaseCancelled:
		return outcome{}, refuseOver(s, l)
	case s.Phase != PhaseDrawn && s.Phase != PhaseAnnounced:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.not_over"))
	}
	want, replaces, err := rerollArgs(s, e, l)
	if err != nil {
		return outcome{}, err
	}
	s.Draw = &Draw{Round: len(s.Rounds) + 1, By: string(e.By.ID), Want: want, Replaces: replaces}
	next, err := s.candidates(l)
	if err != nil {
		return outcome{}, err
	}
	if len(next) == 0 {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.nobody_left"))
	}
	return question(s, next, outcome{Answer: said(l, "giveaway.rerolling", i18n.Count(int64(len(next))))}), nil
}

func rerollArgs(s State, e games.Ordered, l games.Look) (want int, replaces chat.MemberID, err error) {
	if m := chat.MemberID(e.Args["member"]); m != "" {
		if !slices.Contains(s.Standing(), m) {
			return 0, "", games.Refuse(l.Private.Line("giveaway.refused.no_winner", i18n.In("member", chat.Mention(m))))
		}
		return 1, m, nil
	}
	n, err := number(e.Args["winners"], 1)
	if err != nil || n < 1 || n > MaxWinners {
		return 0, "", games.Refuse(l.Private.Line("giveaway.refused.winners",
			i18n.Str("typed", e.Args["winners"]), i18n.Num("max", MaxWinners)))
	}
	return n, "", nil
}
