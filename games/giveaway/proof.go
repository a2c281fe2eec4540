package giveaway

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"animo/bot/chat"
	"animo/games"
	"animo/games/proof"
)

// ErrNotDrawn says that there is nothing to prove yet.
var ErrNotDrawn = errors.New("the giveaway is not drawn yet")

// Proves says whether there is a draw to prove.
func (s State) Proves() bool { return s.Sum != nil && len(s.Rounds) > 0 }

// WriteProof writes the proof of all draws so far; entries iterates over the
// entries in the order of the store, and is gone through twice. It fails with
// ErrNotDrawn before the first draw, and with proof.ErrChanged if the entries
// are not those that were drawn from.
func (s State) WriteProof(w io.Writer, instance string, entries iter.Seq2[games.Entry, error]) error {
	if !s.Proves() {
		return ErrNotDrawn
	}
	seed, err := proof.ParseSeed(s.Seed)
	if err != nil {
		return err
	}
	rounds, err := s.proofRounds(seed, instance, entries)
	if err != nil {
		return err
	}
	h := proof.Header{
		Instance: instance, Title: s.Prize, OneWin: !s.ManyWins, Seed: seed, Sum: *s.Sum,
		Opened: s.Opened, Closed: s.Closed, Drawn: s.Rounds[len(s.Rounds)-1].At,
	}
	for i, lot := range s.lots() {
		h.Lots = append(h.Lots, proof.Lot{Title: lot.Prize, Winners: s.Rounds[0].Want[i]})
	}
	return proof.Write(w, h, ticketsOf(entries), rounds)
}

// ticketsOf reads the tickets of entries.
func ticketsOf(entries iter.Seq2[games.Entry, error]) iter.Seq2[proof.Entry, error] {
	return func(yield func(proof.Entry, error) bool) {
		for e, err := range entries {
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

// proofRounds tells each draw of each lot, with everyone who was met.
func (s State) proofRounds(seed proof.Seed, instance string, entries iter.Seq2[games.Entry, error]) ([]proof.Round, error) {
	met, err := s.met(seed, instance, entries)
	if err != nil {
		return nil, fmt.Errorf("rank those who were drawn: %w", err)
	}
	var out []proof.Round
	for _, r := range s.Rounds {
		for lot, want := range r.Want {
			if want == 0 {
				continue
			}
			round := proof.Round{Number: r.N, Lot: lot + 1, At: r.At, Reason: r.reason(), Winners: want}
			for _, m := range r.Replaces {
				if slices.Contains(s.lotsBefore(m, r.N), lot) {
					round.Replaces = append(round.Replaces, proof.EntrantOf(instance, m))
				}
			}
			ranking := &met[0]
			if s.ManyWins {
				ranking = &met[lot]
			}
			for range s.depth(*ranking, r, lot) {
				c := (*ranking)[0]
				*ranking = (*ranking)[1:]
				round.Picks = append(round.Picks, s.pick(c, r, lot))
			}
			out = append(out, round)
		}
	}
	return out, nil
}

func (r Round) reason() proof.Reason {
	switch {
	case r.N == 1:
		return proof.AtEnd
	case r.By == byItself:
		return proof.Unclaimed
	}
	return proof.Reroll
}

// met ranks everyone whom any draw has met, in each ranking.
func (s State) met(seed proof.Seed, instance string, entries iter.Seq2[games.Entry, error]) ([][]proof.Candidate, error) {
	of := map[chat.MemberID]bool{}
	for _, m := range s.PastWinners() {
		of[m] = true
	}
	for _, p := range s.Passed {
		of[p.Member] = true
	}
	want := proof.Wanted{OneWin: !s.ManyWins, Winners: []int{len(of)}}
	if s.ManyWins {
		want.Winners = slices.Repeat([]int{len(of)}, len(s.lots()))
	}
	ranking, err := proof.NewRanking(seed, instance, want)
	if err != nil {
		return nil, err
	}
	for e, err := range ticketsOf(entries) {
		if err == nil && of[e.Member] {
			err = ranking.Add(e.Member, e.Tickets)
		}
		if err != nil {
			return nil, err
		}
	}
	out := make([][]proof.Candidate, len(want.Winners))
	for i := range out {
		out[i] = ranking.Best(i + 1)
	}
	return out, nil
}

// depth is how many of a ranking a round has met for a lot: up to the last of
// whom something became known, or all if it did not find enough winners.
func (s State) depth(ranking []proof.Candidate, r Round, lot int) (n int) {
	won := 0
	for _, w := range r.Wins {
		if w.Lot == lot {
			won++
		}
	}
	if won < r.Want[lot] {
		return len(ranking)
	}
	for i, c := range ranking {
		if slices.Contains(r.Wins, Win{c.Member, lot}) || slices.ContainsFunc(s.Passed, func(p Passed) bool {
			return p.Member == c.Member && p.Round == r.N && p.Lot == lot
		}) {
			n = i + 1
		}
	}
	return n
}

// pick says what became of a candidate when a round met them.
func (s State) pick(c proof.Candidate, r Round, lot int) proof.Pick {
	if slices.Contains(r.Wins, Win{c.Member, lot}) {
		return c.Pick(proof.Won, "")
	}
	for _, p := range s.Passed {
		if p.Member == c.Member && (p.Round < r.N || p.Round == r.N && p.Lot <= lot) {
			return c.Pick(proof.Verdict(p.Why), p.Rule)
		}
	}
	return c.Pick(proof.WonBefore, "")
}

// lotsBefore lists what a member won in rounds before the nth.
func (s State) lotsBefore(m chat.MemberID, n int) (out []int) {
	for _, r := range s.Rounds[:n-1] {
		for _, w := range r.Wins {
			if w.Member == m {
				out = append(out, w.Lot)
			}
		}
	}
	return out
}
