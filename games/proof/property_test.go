package proof_test

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games/proof"
)

// anyDrawing is a draw of any list, with any lots, people excluded or gone,
// and rerolls.
func anyDrawing(t *testing.T, r *rapid.T) *drawing {
	var list []proof.Entry
	for i, tickets := range rapid.SliceOfN(rapid.IntRange(1, 8), 0, 40).Draw(r, "tickets") {
		list = append(list, proof.Entry{Member: memberNo(i), Tickets: tickets})
	}
	winners := rapid.SliceOfN(rapid.IntRange(1, 5), 1, 4).Draw(r, "winners")
	d := newDrawing(t, seedOf(rapid.IntRange(0, 1<<20).Draw(r, "seed")), list, rapid.Bool().Draw(r, "one win"), winners...)
	d.h.Title = rapid.String().Draw(r, "title")
	d.h.Lots[0].Title = rapid.String().Draw(r, "lot")
	passing := rapid.SampledFrom([]proof.Verdict{proof.Left, proof.Banned, proof.Requirement, proof.Barred})
	for _, e := range list {
		switch rapid.IntRange(0, 9).Draw(r, "fate") {
		case 0, 1:
			d.gone[e.Member] = passing.Draw(r, "gone")
		case 2:
			d.barred[e.Member] = proof.Barred
		}
	}
	d.end()
	for range rapid.IntRange(0, 4).Draw(r, "rerolls") {
		lot := rapid.IntRange(1, len(winners)).Draw(r, "of lot")
		held := standing(d, lot)
		if len(held) == 0 || rapid.Bool().Draw(r, "nobody gives way") {
			d.again(proof.Reroll, lot, rapid.IntRange(1, 3).Draw(r, "more"))
			continue
		}
		m := rapid.SampledFrom(held).Draw(r, "gives way")
		d.barred[m] = proof.GaveWay
		d.again(proof.Unclaimed, lot, 1, proof.EntrantOf(instance, m))
	}
	return d
}

// standing lists who won a lot and has not given way anywhere.
func standing(d *drawing, lot int) (out []chat.MemberID) {
	for _, r := range d.rounds {
		for _, m := range won(r) {
			if r.Lot == lot && d.barred[m] != proof.GaveWay {
				out = append(out, m)
			}
		}
	}
	return out
}

func TestAnyDrawIsVerifiedAndReadBack(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := anyDrawing(t, r)
		file := d.file()
		report := verified(t, file)
		if !report.Verified() {
			r.Fatalf("%v\n%s", report.Faults(), file)
		}
		in := proof.NewReader(bytes.NewReader(file))
		var rounds []proof.Round
		entrants := 0
		for {
			kind, err := in.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				r.Fatal(err)
			}
			switch kind {
			case proof.KindEntrant:
				if e := d.list[entrants]; in.Entrant != proof.EntrantOf(instance, e.Member) || in.Tickets != e.Tickets {
					r.Fatalf("entrant %d is read as %s with %d tickets", entrants, in.Entrant, in.Tickets)
				}
				entrants++
			case proof.KindRound:
				rounds = append(rounds, in.Round)
			case proof.KindPick:
				last := &rounds[len(rounds)-1]
				last.Picks = append(last.Picks, in.Pick)
			}
		}
		same := func(a, b proof.Round) bool {
			return a.Number == b.Number && a.Lot == b.Lot && a.Reason == b.Reason && a.Winners == b.Winners && a.At.Equal(b.At) &&
				slices.Equal(a.Replaces, b.Replaces) && slices.Equal(a.Picks, b.Picks)
		}
		if !slices.EqualFunc(rounds, d.rounds, same) || entrants != len(d.list) || in.Real != in.Said {
			r.Fatalf("read back %+v, written %+v", rounds, d.rounds)
		}
		if h := in.Header; h.Title != d.h.Title || !slices.Equal(h.Lots, d.h.Lots) || h.Sum != d.h.Sum || !h.Closed.Equal(d.h.Closed) {
			r.Fatalf("read back %+v", h)
		}
		neverTwice(r, d)
	})
}

// neverTwice checks the draws that the proofs are of: nobody wins a lot twice,
// nor anything twice where one win is all there is, nor a reroll after a win.
func neverTwice(r *rapid.T, d *drawing) {
	before := map[chat.MemberID]map[int]bool{}
	for _, round := range d.rounds {
		for _, m := range won(round) {
			if before[m][round.Lot] || len(before[m]) > 0 && (d.h.OneWin || round.Reason != proof.AtEnd) {
				r.Fatalf("%s wins again in round %d", m, round.Number)
			}
			if before[m] == nil {
				before[m] = map[int]bool{}
			}
			before[m][round.Lot] = true
		}
	}
}

func TestTheOrderOfStorageDoesNotMatterForWinners(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		d := anyDrawing(t, r)
		other := newDrawing(t, d.h.Seed, rapid.Permutation(d.list).Draw(r, "order"), d.h.OneWin, 1)
		other.h.Lots, other.after = d.h.Lots, make([]proof.Rank, len(d.after))
		other.gone, other.barred = d.gone, d.barred
		for m, v := range other.barred {
			if v == proof.GaveWay {
				delete(other.barred, m) // at the end they were there
			}
		}
		other.end()
		for i := range other.rounds {
			if a, b := won(other.rounds[i]), won(d.rounds[i]); !slices.Equal(a, b) {
				r.Fatalf("lot %d: %v in another order, %v before", i+1, a, b)
			}
		}
		if report := verified(t, other.file()); !report.Verified() {
			r.Fatal(report.Faults())
		}
	})
}

// FuzzVerify demands that no file makes the reader fail, and that what is
// verified is written in the only way there is.
func FuzzVerify(f *testing.F) {
	for _, d := range []*drawing{
		small(f), newDrawing(f, seedOf(1), nil, true, 1).end(), newDrawing(f, seedOf(2), entriesOf(3, 2), true, 1, 1).end(),
	} {
		f.Add(d.file())
	}
	f.Add(gzipped(f, small(f).file()))
	f.Add([]byte("{\"animo_proof\":1}\n{\"round\":1}\n{\"pick\":\"\"}\n{\"sha256\":\"\"}\n"))
	b := catalogues(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		r := verified(t, file)
		if !r.Verified() {
			named(t, b, r)
			return
		}
		if r.Header.Version != proof.Version || r.Sum != r.Header.Sum || r.Header.Commitment != r.Header.Seed.Commitment() {
			t.Errorf("verified: %+v", r)
		}
	})
}

func TestAProofIsWrittenOfTheFrozenListAlone(t *testing.T) {
	d := small(t)
	write := func(list []proof.Entry, edit func(h *proof.Header, rounds []proof.Round)) error {
		h, rounds := d.h, slices.Clone(d.rounds)
		h.Lots = slices.Clone(h.Lots)
		edit(&h, rounds)
		return proof.Write(io.Discard, h, each(list), rounds)
	}
	nothing := func(*proof.Header, []proof.Round) {}
	if err := write(d.list, nothing); err != nil {
		t.Fatal(err)
	}
	swapped := slices.Clone(d.list)
	swapped[0], swapped[1] = swapped[1], swapped[0]
	for name, list := range map[string][]proof.Entry{
		"one less": d.list[1:], "one more": append(slices.Clone(d.list), proof.Entry{Member: "discord:1", Tickets: 1}), "another order": swapped,
	} {
		if err := write(list, nothing); !errors.Is(err, proof.ErrChanged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, edit := range map[string]func(h *proof.Header, rounds []proof.Round){
		"no lot":              func(h *proof.Header, _ []proof.Round) { h.Lots = nil },
		"a lot of nobody":     func(h *proof.Header, _ []proof.Round) { h.Lots[0].Winners = 0 },
		"no instance":         func(h *proof.Header, _ []proof.Round) { h.Instance = "" },
		"a long title":        func(h *proof.Header, _ []proof.Round) { h.Title = string(make([]byte, proof.MaxLine)) },
		"a year without JSON": func(h *proof.Header, _ []proof.Round) { h.Opened = time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC) },
		"a lot nobody knows":  func(_ *proof.Header, r []proof.Round) { r[0].Lot = 4 },
		"a reason unknown":    func(_ *proof.Header, r []proof.Round) { r[0].Reason = "why" },
		"a verdict unknown":   func(_ *proof.Header, r []proof.Round) { r[0].Picks = []proof.Pick{{Verdict: "shy"}} },
		"a winner unnamed":    func(_ *proof.Header, r []proof.Round) { r[0].Picks = []proof.Pick{{Verdict: proof.Won}} },
		"an entrant named":    func(_ *proof.Header, r []proof.Round) { r[0].Picks = []proof.Pick{{Verdict: proof.Left, Member: "a"}} },
	} {
		if err := write(d.list, edit); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	broken := errors.New("the store is gone")
	fails := func(yield func(proof.Entry, error) bool) { yield(proof.Entry{}, broken) }
	if err := proof.Write(io.Discard, d.h, fails, d.rounds); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	full, w := errors.New("the disk is full"), &limited{left: 1000}
	w.err = full
	if err := proof.Write(w, d.h, each(d.list), d.rounds); !errors.Is(err, full) {
		t.Errorf("%v", err)
	}
	if err := write([]proof.Entry{{Member: "a", Tickets: 0}}, nothing); err == nil {
		t.Error("an entrant without tickets is written")
	}
}

type limited struct {
	left int
	err  error
}

func (l *limited) Write(p []byte) (int, error) {
	if l.left -= len(p); l.left < 0 {
		return 0, l.err
	}
	return len(p), nil
}
