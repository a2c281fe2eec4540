package giveaway

import (
	"fmt"
	"iter"

	"animo/bot/chat"
	"animo/games"
	"animo/games/proof"
)

// candidates are the next in rank, as many as the lot that is being drawn still
// wants. It goes on to the next lot when one is complete or has nobody left.
// The first time it also sums the frozen list up, for the proof.
func (s *State) candidates(l games.Look) ([]chat.MemberID, error) {
	d := *s.Draw
	s.Draw = &d
	for ; ; d.Lot++ {
		if n := d.missing(); n > 0 {
			next, err := s.next(l, n)
			if err != nil || len(next) > 0 {
				return next, err
			}
		}
		if d.Lot == len(d.Want)-1 {
			return nil, nil
		}
	}
}

func (s *State) next(l games.Look, n int) ([]chat.MemberID, error) {
	seed, err := proof.ParseSeed(s.Seed)
	if err != nil {
		return nil, err
	}
	want := proof.Wanted{Winners: []int{n}, OneWin: true, Excluded: s.excluded()}
	if s.ManyWins {
		want.OneWin, want.Winners = false, make([]int, len(s.lots()))
		want.Winners[s.Draw.Lot] = n
	}
	ranking, err := proof.NewRanking(seed, l.ID, want)
	if err != nil {
		return nil, fmt.Errorf("rank the entrants: %w", err)
	}
	for e, err := range s.tickets(l) {
		if err == nil {
			err = ranking.Add(e.Member, e.Tickets)
		}
		if err != nil {
			return nil, fmt.Errorf("rank the entrants: %w", err)
		}
	}
	if s.Sum == nil {
		sum := ranking.Sum()
		s.Sum = &sum
	}
	lot := 1
	if s.ManyWins {
		lot += s.Draw.Lot
	}
	var out []chat.MemberID
	for _, c := range ranking.Best(lot) {
		if c.Verdict == "" {
			out = append(out, c.Member)
		}
	}
	return out, nil
}

// tickets iterates over the entrants with their tickets, in order; without a
// bonus each has one, and no body is read.
func (s State) tickets(l games.Look) iter.Seq2[proof.Entry, error] {
	if s.Bonus.IsZero() {
		return func(yield func(proof.Entry, error) bool) {
			for m, err := range l.Keys() {
				if !yield(proof.Entry{Member: m, Tickets: 1}, err) {
					return
				}
			}
		}
	}
	return func(yield func(proof.Entry, error) bool) {
		for e, err := range l.Bodies() {
			var t Ticket
			if err == nil {
				t, err = ReadTicket(e.Body)
			}
			if !yield(proof.Entry{Member: e.Member, Tickets: t.Tickets}, err) {
				return
			}
		}
	}
}
