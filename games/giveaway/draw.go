package giveaway

import (
	"fmt"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

// lateAfter is how late an end must be for members to be told so.
const lateAfter = 2 * time.Minute

func slotOfRound(n int) string { return fmt.Sprintf("round-%d", n) }

// closing freezes the entries. The draw is a step of its own: it reads the
// entries only once no more can come in, so that nobody who was told that
// they take part is left out.
func closing(s State, by string, l games.Look) outcome {
	s.Phase, s.Closed = PhaseClosing, l.Now
	s.Draw = &Draw{Round: 1, By: by, Want: s.wants()}
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
	o.Ask = &games.Question{
		Name: d.question(), Members: next, Want: eligibility.Want(s.Who.Lasting(), eligibility.Bonus{}),
	}
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
	s.Passed, d.Kept = slices.Clone(s.Passed), slices.Clone(d.Kept)
	for _, m := range d.Asked {
		p := Passed{Member: m, Round: d.Round, Lot: d.Lot}
		switch rule := s.broken(e.Facts[m], l); {
		case d.has(m), e.Present[m] && rule == "":
			d.Kept = append(d.Kept, Win{m, d.Lot})
			continue
		case e.Present[m]:
			p.Why, p.Rule = WhyRules, rule
		default:
			p.Why = WhyLeft
		}
		s.Passed = append(s.Passed, p)
	}
	d.Asked = nil
	s.Draw = &d
	return ask(s, l, outcome{})
}

// broken names the first condition of entry that a candidate no longer meets,
// "" if there is none.
func (s State) broken(f games.Facts, l games.Look) string {
	rules := s.Who.Lasting()
	if rules.IsZero() {
		return ""
	}
	for _, failure := range eligibility.Judge(rules, f, l.Now) {
		return string(failure.Code)
	}
	return ""
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
			Member: s.asker(d), Name: d.question(), Card: toReroller(s, l),
		})
		return o
	}
	r := Round{N: d.Round, At: l.Now, By: d.By, Want: d.Want, Wins: d.Kept, Replaces: d.Replaces, Entrants: l.Entries}
	if s.Claim > 0 && len(r.Wins) > 0 {
		r.ClaimBy = l.Now.Add(s.Claim)
		o.Wakes = append(o.Wakes, games.Wake{Name: wakeClaim(r.N), At: r.ClaimBy})
	}
	s.Rounds = append(slices.Clone(s.Rounds), r)
	s.Phase = PhaseDrawn
	// The draw waits for the platform to answer, so only now is it known.
	s.Late = s.Late || r.N == 1 && l.Now.Sub(s.Ends) > lateAfter
	for _, m := range r.Replaces {
		o = takeRole(o, &s, m)
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
	d, err := rerollArgs(s, e, l)
	if err != nil {
		return outcome{}, err
	}
	d.Round, d.By = len(s.Rounds)+1, string(e.By.ID)
	s.Draw = &d
	next, err := s.candidates(l)
	if err != nil {
		return outcome{}, err
	}
	if len(next) == 0 {
		return outcome{}, games.Refuse(l.Private.Line("giveaway.nobody_left"))
	}
	return question(s, next, outcome{Answer: said(l, "giveaway.rerolling", i18n.Count(int64(len(next))))}), nil
}

// rerollArgs reads whose lots are drawn again, or how many more winners of
// which lot.
func rerollArgs(s State, e games.Ordered, l games.Look) (d Draw, err error) {
	d.Want = make([]int, len(s.lots()))
	if m := chat.MemberID(e.Args["member"]); m != "" {
		if !slices.Contains(s.Standing(), m) {
			return d, games.Refuse(l.Private.Line("giveaway.refused.no_winner", i18n.In("member", chat.Mention(m))))
		}
		d.Replaces = []chat.MemberID{m}
		for _, lot := range s.lotsOf(m) {
			d.Want[lot]++
		}
		return d, nil
	}
	n, err := number(e.Args["winners"], 1)
	if err != nil || n < 1 || n > MaxWinners {
		return d, games.Refuse(l.Private.Line("giveaway.refused.winners",
			i18n.Str("typed", e.Args["winners"]), i18n.Num("max", MaxWinners)))
	}
	lot, err := number(e.Args["lot"], 1)
	if err != nil || lot < 1 || lot > len(d.Want) || e.Args["lot"] == "" && len(d.Want) > 1 {
		return d, games.Refuse(l.Private.Line("giveaway.refused.which_lot", i18n.Num("max", int64(len(d.Want)))))
	}
	d.Want[lot-1] = n
	return d, nil
}

// asker is who hears that a reroll found nobody.
func (s State) asker(d Draw) chat.MemberID {
	if d.By == byItself {
		return s.Host
	}
	return chat.MemberID(d.By)
}
