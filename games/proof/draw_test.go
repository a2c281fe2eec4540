package proof_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"iter"
	"maps"
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games/proof"
)

const instance = "K7QX2M9P"

func seedOf(n int) proof.Seed { return sha256.Sum256(fmt.Append(nil, "seed ", n)) }

func memberNo(n int) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(100_000_000_000_000_000+n))
}

// entriesOf gives member n the tickets at n, over and over.
func entriesOf(n int, tickets ...int) []proof.Entry {
	out := make([]proof.Entry, n)
	for i := range out {
		out[i] = proof.Entry{Member: memberNo(i), Tickets: tickets[i%len(tickets)]}
	}
	return out
}

func each(list []proof.Entry) iter.Seq2[proof.Entry, error] {
	return func(yield func(proof.Entry, error) bool) {
		for _, e := range list {
			if !yield(e, nil) {
				return
			}
		}
	}
}

// drawing is a game that draws as games do: it ranks, asks who is there, and
// goes on in the place of those who are not.
type drawing struct {
	t      testing.TB
	h      proof.Header
	list   []proof.Entry
	gone   map[chat.MemberID]proof.Verdict // found out when asked
	barred map[chat.MemberID]proof.Verdict // known before
	after  []proof.Rank
	rounds []proof.Round
}

var opened = time.Date(2026, 3, 1, 18, 0, 0, 0, time.UTC)

func newDrawing(t testing.TB, seed proof.Seed, list []proof.Entry, oneWin bool, winners ...int) *drawing {
	t.Helper()
	d := &drawing{t: t, list: list, gone: map[chat.MemberID]proof.Verdict{}, barred: map[chat.MemberID]proof.Verdict{}}
	d.h = proof.Header{
		Instance: instance, Title: "Spring “draw” <3", OneWin: oneWin, Seed: seed,
		Opened: opened, Closed: opened.Add(48 * time.Hour), Drawn: opened.Add(48*time.Hour + time.Second),
	}
	for i, n := range winners {
		d.h.Lots = append(d.h.Lots, proof.Lot{Title: fmt.Sprintf("Lot %c", 'A'+i), Winners: n})
	}
	digest := proof.NewDigest(instance)
	for _, e := range list {
		if err := digest.Add(e.Member, e.Tickets); err != nil {
			t.Fatal(err)
		}
	}
	d.h.Sum = digest.Sum()
	d.after = make([]proof.Rank, len(winners))
	if oneWin {
		d.after = d.after[:1]
	}
	return d
}

// ranked ranks everybody.
func (d *drawing) ranked(w proof.Wanted) *proof.Ranking {
	d.t.Helper()
	r, err := proof.NewRanking(d.h.Seed, instance, w)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, e := range d.list {
		if err := r.Add(e.Member, e.Tickets); err != nil {
			d.t.Fatal(err)
		}
	}
	return r
}

// judged says what becomes of candidates.
func (d *drawing) judged(cs []proof.Candidate) (out []proof.Pick) {
	for _, c := range cs {
		verdict := c.Verdict
		if verdict == "" {
			verdict = d.gone[c.Member]
		}
		switch verdict {
		case "":
			out = append(out, c.Pick(proof.Won, ""))
		case proof.Requirement:
			out = append(out, c.Pick(verdict, "role @Regular"))
		default:
			out = append(out, c.Pick(verdict, ""))
		}
	}
	return out
}

// walk goes down a ranking until the lots have their winners.
func (d *drawing) walk(ranking, lot int, winners []int) (byLot [][]proof.Pick) {
	d.t.Helper()
	var picks []proof.Pick
	lacking := winners
	for {
		r := d.ranked(proof.Wanted{Winners: lacking, OneWin: d.h.OneWin, After: d.after, Excluded: d.excluded()})
		next := r.Best(lot)
		if r.Sum() != d.h.Sum {
			d.t.Fatal("the ranking sums the list up in another way")
		}
		if len(next) == 0 {
			break
		}
		d.after[ranking] = next[len(next)-1].Rank
		picks = append(picks, d.judged(next)...)
		if _, lacking = proof.Share(picks, winners); slices.Max(lacking) == 0 {
			break
		}
	}
	byLot, _ = proof.Share(picks, winners)
	return byLot
}

func (d *drawing) excluded() map[chat.MemberID]proof.Verdict {
	out := map[chat.MemberID]proof.Verdict{}
	maps.Copy(out, d.barred)
	if len(d.rounds) < len(d.h.Lots) {
		return out // at the end, each lot is on its own
	}
	for _, r := range d.rounds {
		for _, p := range r.Picks {
			if p.Verdict == proof.Won {
				out[p.Member] = proof.WonBefore
			}
		}
	}
	maps.Copy(out, d.barred)
	return out
}

// end draws every lot.
func (d *drawing) end() *drawing {
	d.t.Helper()
	winners := make([]int, len(d.h.Lots))
	for i, l := range d.h.Lots {
		winners[i] = l.Winners
	}
	var byLot [][]proof.Pick
	if d.h.OneWin {
		byLot = d.walk(0, 0, winners)
	} else {
		for i := range winners {
			only := make([]int, len(winners))
			only[i] = winners[i]
			byLot = append(byLot, d.walk(i, i+1, only)[i])
		}
	}
	for i, picks := range byLot {
		d.rounds = append(d.rounds, proof.Round{
			Number: 1, Lot: i + 1, At: d.h.Drawn, Reason: proof.AtEnd, Winners: winners[i], Picks: picks,
		})
	}
	return d
}

// again draws a lot once more.
func (d *drawing) again(reason proof.Reason, lot, winners int, replaces ...proof.Entrant) *drawing {
	d.t.Helper()
	only := make([]int, len(d.h.Lots))
	only[lot-1] = winners
	ranking, board := lot-1, lot
	if d.h.OneWin {
		ranking, board = 0, 0
	}
	picks := d.walk(ranking, board, only)[lot-1]
	number := d.rounds[len(d.rounds)-1].Number + 1
	d.rounds = append(d.rounds, proof.Round{
		Number: number, Lot: lot, At: d.h.Drawn.Add(time.Duration(number) * time.Hour), Reason: reason,
		Winners: winners, Replaces: replaces, Picks: picks,
	})
	return d
}

// won lists the winners of a round, in order.
func won(r proof.Round) (out []chat.MemberID) {
	for _, p := range r.Picks {
		if p.Verdict == proof.Won {
			out = append(out, p.Member)
		}
	}
	return out
}

func (d *drawing) file() []byte {
	d.t.Helper()
	var out bytes.Buffer
	if err := proof.Write(&out, d.h, each(d.list), d.rounds); err != nil {
		d.t.Fatal(err)
	}
	return out.Bytes()
}

// small is a draw with everything in it: three lots of their own rankings,
// bonus tickets, people passed over for every reason, and rerolls.
func small(t testing.TB) *drawing {
	t.Helper()
	d := newDrawing(t, seedOf(8), entriesOf(12, 1, 2, 5), false, 2, 1, 1)
	order := d.ranked(proof.Wanted{Winners: []int{12, 12, 12}}).Best(1)
	for i, v := range map[int]proof.Verdict{0: proof.Left, 2: proof.Banned, 3: proof.Requirement} {
		d.gone[order[i].Member] = v
	}
	d.barred[order[5].Member] = proof.Barred
	d.end()
	first := won(d.rounds[0])[0]
	d.barred[first] = proof.GaveWay
	d.again(proof.Unclaimed, 1, 1, proof.EntrantOf(instance, first))
	return d.again(proof.Reroll, 2, 2)
}

func verified(t testing.TB, file []byte) proof.Report {
	t.Helper()
	r, err := proof.Verify(bytes.NewReader(file))
	if err != nil {
		t.Fatal(err)
	}
	return r
}
