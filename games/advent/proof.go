package advent

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"

	"animo/games"
	"animo/games/proof"
)

// ErrNotDrawn says that there is no final draw to prove, or not yet.
var ErrNotDrawn = errors.New("the calendar's final draw is not made")

// Proves says whether there is a draw to prove.
func (s State) Proves() bool { return s.Sum != nil && s.Result != nil }

// WriteProof writes the proof of the final draw; entries iterates over the
// entries in the order of the store, and is gone through twice. It fails with
// ErrNotDrawn where there is none, and with proof.ErrChanged if the entries are
// not those that were drawn from.
func (s State) WriteProof(w io.Writer, instance string, entries iter.Seq2[games.Entry, error]) error {
	if !s.Proves() {
		return ErrNotDrawn
	}
	seed, err := proof.ParseSeed(s.Seed)
	if err != nil {
		return err
	}
	round, err := s.proofRound(seed, instance, entries)
	if err != nil {
		return fmt.Errorf("rank those who were drawn: %w", err)
	}
	h := proof.Header{
		Instance: instance, Title: s.Title, OneWin: true, Seed: seed, Sum: *s.Sum,
		Lots:   []proof.Lot{{Title: s.Final.Prize, Winners: s.Result.Want}},
		Opened: s.Opened, Closed: s.Closed, Drawn: s.Drawn,
	}
	return proof.Write(w, h, s.tickets(0, entries), []proof.Round{round})
}

// proofRound tells the draw with everyone who was met, in order of rank.
func (s State) proofRound(seed proof.Seed, instance string, entries iter.Seq2[games.Entry, error]) (proof.Round, error) {
	d := s.Result
	round := proof.Round{Number: 1, Lot: 1, At: s.Drawn, Reason: proof.AtEnd, Winners: d.Want}
	met := proof.Wanted{OneWin: true, Winners: []int{len(d.Kept) + len(d.Left)}}
	if met.Winners[0] == 0 {
		return round, nil
	}
	ranking, err := proof.NewRanking(seed, instance, met)
	if err != nil {
		return round, err
	}
	for e, err := range s.tickets(0, entries) {
		if err == nil && (slices.Contains(d.Kept, e.Member) || slices.Contains(d.Left, e.Member)) {
			err = ranking.Add(e.Member, e.Tickets)
		}
		if err != nil {
			return round, err
		}
	}
	for _, c := range ranking.Best(1) {
		verdict := proof.Left
		if slices.Contains(d.Kept, c.Member) {
			verdict = proof.Won
		}
		round.Picks = append(round.Picks, c.Pick(verdict, ""))
	}
	return round, nil
}
