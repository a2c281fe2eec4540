package proof_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/games/proof"
)

// TestTheDrawIsTheOneThatTheDocumentationDescribes compares with values made
// by another program, and derives them once more from the words of doc.go.
func TestTheDrawIsTheOneThatTheDocumentationDescribes(t *testing.T) {
	seed, err := proof.ParseSeed("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f")
	if err != nil {
		t.Fatal(err)
	}
	const member = "discord:42"
	entrant := proof.EntrantOf(instance, member)
	if got := seed.Commitment().String(); got != "630dcd2966c4336691125448bbb25b4ff412a49c732db2c8abc1b8581bd710dd" {
		t.Errorf("commitment %s", got)
	}
	if entrant.String() != "a9a3c83ea295f7b3ee9d83d9d20c969b" {
		t.Errorf("entrant %s", entrant)
	}
	rank := func(lot, tickets int) (best []byte) {
		for n := 1; n <= tickets; n++ {
			msg := append([]byte("animo ticket\x00"+instance+"\x00"), binary.BigEndian.AppendUint32(nil, uint32(lot))...)
			msg = binary.BigEndian.AppendUint32(append(msg, entrant[:]...), uint32(n))
			mac := hmac.New(sha256.New, seed[:])
			mac.Write(msg)
			if sum := mac.Sum(nil); best == nil || bytes.Compare(sum, best) < 0 {
				best = sum
			}
		}
		return best
	}
	for _, row := range []struct {
		oneWin  bool
		lot     int
		tickets int
		want    string
	}{
		{true, 0, 1, "205de21707b70fae8fb9a562e73200b8a00b6f17e417fcb8163cef6d625ca688"},
		{true, 0, 5, "205de21707b70fae8fb9a562e73200b8a00b6f17e417fcb8163cef6d625ca688"},
		{false, 2, 5, "1c2255359999aca545cf5032d6db225379108d9e3e1e7c3205e81280fa451ceb"},
	} {
		r, err := proof.NewRanking(seed, instance, proof.Wanted{Winners: []int{1, 1}, OneWin: row.oneWin})
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Add(member, row.tickets); err != nil {
			t.Fatal(err)
		}
		c := r.Best(row.lot)[0]
		if c.Rank.String() != row.want || !bytes.Equal(c.Rank[:], rank(row.lot, row.tickets)) || c.Entrant != entrant || c.Tickets != row.tickets {
			t.Errorf("lot %d, %d tickets: %+v, rank %s", row.lot, row.tickets, c, c.Rank)
		}
	}
}

// chi2 compares how often things happened with how often they should.
func chi2(got []int, want []float64) (sum float64) {
	for i, w := range want {
		d := float64(got[i]) - w
		sum += d * d / w
	}
	return sum
}

// draws is how many seeds the statistical tests try. They are fixed, so that
// the tests do not depend on chance: a fair draw leaves each bound once in a
// thousand times.
const draws = 20_000

// crowd has 12 entrants with 1, 2 or 5 tickets, 32 tickets in all.
const crowd = 12

func chances() (tickets []float64) {
	for _, e := range entriesOf(crowd, 1, 2, 5) {
		tickets = append(tickets, float64(e.Tickets)/32)
	}
	return tickets
}

func index(m chat.MemberID) int {
	return slices.IndexFunc(entriesOf(crowd, 1), func(e proof.Entry) bool { return e.Member == m })
}

// TestChancesMatchTickets draws three lots of one winner each, of which nobody
// wins two. Who wins the first is in proportion to tickets; the next ones are so
// among those who are left.
func TestChancesMatchTickets(t *testing.T) {
	p, list := chances(), entriesOf(crowd, 1, 2, 5)
	want := [3][]float64{make([]float64, crowd), make([]float64, crowd), make([]float64, crowd)}
	for i := range crowd {
		want[0][i] = draws * p[i]
		for j := range crowd {
			if j == i {
				continue
			}
			first := draws * p[i] * p[j] / (1 - p[i])
			want[1][j] += first
			for k := range crowd {
				if k != i && k != j {
					want[2][k] += first * p[k] / (1 - p[i] - p[j])
				}
			}
		}
	}
	got := [3][]int{make([]int, crowd), make([]int, crowd), make([]int, crowd)}
	for n := range draws {
		r, err := proof.NewRanking(seedOf(n), instance, proof.Wanted{Winners: []int{1, 1, 1}, OneWin: true})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			if err := r.Add(e.Member, e.Tickets); err != nil {
				t.Fatal(err)
			}
		}
		for lot := range got {
			got[lot][index(r.Best(lot + 1)[0].Member)]++
		}
	}
	for lot := range got {
		// 11 degrees of freedom
		if x := chi2(got[lot], want[lot]); x < 1.83 || x > 31.26 {
			t.Errorf("lot %d: chi squared is %.1f: %v, want %.0f", lot+1, x, got[lot], want[lot])
		}
		even := slices.Repeat([]float64{draws / crowd}, crowd)
		if x := chi2(got[lot], even); x < 1000 {
			t.Errorf("lot %d: chances that do not follow tickets are not told apart, chi squared is %.1f", lot+1, x)
		}
	}
}

// TestLotsWithRankingsOfTheirOwnAreDrawnIndependently looks at who wins two
// lots of three together.
func TestLotsWithRankingsOfTheirOwnAreDrawnIndependently(t *testing.T) {
	p, list := chances(), entriesOf(crowd, 1, 2, 5)
	const pairs = 3
	want, got := make([]float64, crowd*crowd), [pairs][]int{}
	for i := range want {
		want[i] = draws * p[i/crowd] * p[i%crowd]
	}
	for i := range got {
		got[i] = make([]int, crowd*crowd)
	}
	for n := range draws {
		r, err := proof.NewRanking(seedOf(n), instance, proof.Wanted{Winners: []int{1, 1, 1}})
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range list {
			if err := r.Add(e.Member, e.Tickets); err != nil {
				t.Fatal(err)
			}
		}
		for i := range got {
			a, b := r.Best(i + 1)[0].Member, r.Best((i+1)%pairs + 1)[0].Member
			got[i][index(a)*crowd+index(b)]++
		}
	}
	for i := range got {
		// 143 degrees of freedom
		if x := chi2(got[i], want); x < 96 || x > 200 {
			t.Errorf("lots %d and %d: chi squared is %.1f", i+1, (i+1)%pairs+1, x)
		}
	}
}

func members(cs []proof.Candidate) (out []chat.MemberID) {
	for _, c := range cs {
		out = append(out, c.Member)
	}
	return out
}

func TestTheOrderOfStorageDoesNotMatter(t *testing.T) {
	chance := rand.New(rand.NewPCG(1, 2))
	for n := range 50 {
		d := newDrawing(t, seedOf(n), entriesOf(300, 1, 2, 5), n%2 == 0, 2, 3)
		want := d.ranked(proof.Wanted{Winners: []int{2, 3}, OneWin: d.h.OneWin})
		chance.Shuffle(len(d.list), func(i, j int) { d.list[i], d.list[j] = d.list[j], d.list[i] })
		got := d.ranked(proof.Wanted{Winners: []int{2, 3}, OneWin: d.h.OneWin})
		for lot := range 3 {
			if a, b := want.Best(lot), got.Best(lot); !slices.Equal(a, b) {
				t.Fatalf("lot %d: %v, then %v", lot, members(a), members(b))
			}
		}
		if want.Sum().Digest == got.Sum().Digest {
			t.Fatal("the digest does not tell one order from another")
		}
	}
}

func TestWhoComesNextFollowsWhoCameFirst(t *testing.T) {
	d := newDrawing(t, seedOf(1), entriesOf(200, 1, 3), true, 1)
	all := d.ranked(proof.Wanted{Winners: []int{200}, OneWin: true}).Best(0)
	if len(all) != 200 || !slices.IsSortedFunc(all, func(a, b proof.Candidate) int { return a.Rank.Compare(b.Rank) }) {
		t.Fatal("not everybody is ranked in order")
	}
	var after proof.Rank
	excluded := map[chat.MemberID]proof.Verdict{}
	for i := range 99 {
		for what, w := range map[string]proof.Wanted{
			"going on":  {Winners: []int{2}, OneWin: true, After: []proof.Rank{after}},
			"excluding": {Winners: []int{2}, OneWin: true, Excluded: excluded},
		} {
			next := slices.DeleteFunc(d.ranked(w).Best(1), func(c proof.Candidate) bool { return c.Verdict != "" })
			if !slices.Equal(next, all[2*i:2*i+2]) {
				t.Fatalf("%s, round %d: %v", what, i, members(next))
			}
		}
		after = all[2*i+1].Rank
		excluded[all[2*i].Member], excluded[all[2*i+1].Member] = proof.WonBefore, proof.Left
	}
	rest := d.ranked(proof.Wanted{Winners: []int{9}, OneWin: true, After: []proof.Rank{after}}).Best(1)
	if !slices.Equal(rest, all[198:]) {
		t.Errorf("%v are left", members(rest))
	}
}

func TestThoseWhoAreExcludedStandWhereTheyArePassedOver(t *testing.T) {
	d := newDrawing(t, seedOf(3), entriesOf(10, 1), true, 1)
	all := d.ranked(proof.Wanted{Winners: []int{10}, OneWin: true}).Best(0)
	not := map[chat.MemberID]proof.Verdict{all[0].Member: proof.Barred, all[2].Member: proof.Left, all[5].Member: proof.Banned}
	got := d.ranked(proof.Wanted{Winners: []int{1, 2}, OneWin: true, Excluded: not})
	all[0].Verdict, all[2].Verdict, all[5].Verdict = proof.Barred, proof.Left, proof.Banned
	for lot, want := range [][]proof.Candidate{all[:5], all[:2], all[2:5]} {
		if c := got.Best(lot); !slices.Equal(c, want) {
			t.Errorf("lot %d: %v, want %v", lot, members(c), members(want))
		}
	}
	if c := d.ranked(proof.Wanted{Winners: []int{50}, OneWin: true, Excluded: not}).Best(0); !slices.Equal(c, all) {
		t.Errorf("%v are met if all are wanted", members(c))
	}
	for _, lot := range []int{-1, 3} {
		if c := got.Best(lot); c != nil {
			t.Errorf("lot %d of 2: %v", lot, members(c))
		}
	}
	own := d.ranked(proof.Wanted{Winners: []int{1, 0}})
	if len(own.Best(0)) != 0 || len(own.Best(1)) != 1 || len(own.Best(2)) != 0 || len(own.Best(3)) != 0 {
		t.Error("lots that are not drawn have candidates")
	}
}

func TestLotsTakeTheirWinnersInTurn(t *testing.T) {
	var picks []proof.Pick
	for i, v := range []proof.Verdict{proof.Left, proof.Won, proof.Left, proof.Won, proof.Barred, proof.Won, proof.Won, proof.Left} {
		picks = append(picks, proof.Pick{Entrant: proof.Entrant{byte(i)}, Verdict: v})
	}
	for _, row := range []struct {
		winners, lengths, lacking []int
	}{
		{[]int{1, 1}, []int{2, 2}, []int{0, 0}},
		{[]int{2, 0, 2}, []int{4, 0, 3}, []int{0, 0, 0}},
		{[]int{4, 2}, []int{7, 1}, []int{0, 2}},
		{[]int{9, 2}, []int{8, 0}, []int{5, 2}},
		{[]int{0, 0}, []int{0, 0}, []int{0, 0}},
	} {
		byLot, lacking := proof.Share(picks, row.winners)
		var lengths []int
		for _, l := range byLot {
			lengths = append(lengths, len(l))
		}
		if !slices.Equal(lengths, row.lengths) || !slices.Equal(lacking, row.lacking) {
			t.Errorf("%v winners: %v picks, %v lacking", row.winners, lengths, lacking)
		}
	}
}

func TestAnImpossibleDrawIsRefused(t *testing.T) {
	for name, row := range map[string]struct {
		instance string
		want     proof.Wanted
	}{
		"no instance":       {"", proof.Wanted{Winners: []int{1}}},
		"a zero byte":       {"a\x00b", proof.Wanted{Winners: []int{1}}},
		"no text":           {"\xff", proof.Wanted{Winners: []int{1}}},
		"no lot":            {"a", proof.Wanted{}},
		"many lots":         {"a", proof.Wanted{Winners: make([]int, proof.MaxLots+1)}},
		"less than nobody":  {"a", proof.Wanted{Winners: []int{1, -1}}},
		"ranks of nothing":  {"a", proof.Wanted{Winners: []int{1}, After: make([]proof.Rank, 2)}},
		"a rank for no lot": {"a", proof.Wanted{Winners: []int{1, 1}, OneWin: true, After: make([]proof.Rank, 2)}},
	} {
		if r, err := proof.NewRanking(seedOf(1), row.instance, row.want); err == nil {
			t.Errorf("%s: %v", name, r)
		}
	}
	r, err := proof.NewRanking(seedOf(1), instance, proof.Wanted{Winners: []int{1}})
	if err != nil {
		t.Fatal(err)
	}
	for _, tickets := range []int{-1, 0, proof.MaxTickets + 1} {
		if err := r.Add(memberNo(1), tickets); err == nil {
			t.Errorf("%d tickets are taken", tickets)
		}
	}
}

func TestASeedIsReadStrictly(t *testing.T) {
	want := seedOf(1)
	if got, err := proof.ParseSeed(want.String()); err != nil || got != want {
		t.Errorf("%v, %v", got, err)
	}
	for _, text := range []string{"", "00", strings.Repeat("00", 31), strings.Repeat("00", 33), strings.Repeat("zz", 32)} {
		if s, err := proof.ParseSeed(text); err == nil {
			t.Errorf("%q is read as %v", text, s)
		} else if text != "" && strings.Contains(err.Error(), text) {
			t.Errorf("a seed stands in %v", err)
		}
	}
	if s, err := proof.NewSeed(bytes.NewReader(want[:])); err != nil || s != want {
		t.Errorf("%v, %v", s, err)
	}
	if s, err := proof.NewSeed(bytes.NewReader(want[:31])); err == nil {
		t.Errorf("a seed of 31 bytes: %v", s)
	}
}

func TestAPseudonymTellsInstancesAndMembersApart(t *testing.T) {
	seen := map[proof.Entrant]string{}
	for _, pair := range [][2]string{{"a", "b"}, {"a", "c"}, {"b", "b"}, {"ab", ""}, {"a", "bb"}, {"ab", "b"}} {
		e := proof.EntrantOf(pair[0], chat.MemberID(pair[1]))
		if other, twice := seen[e]; twice {
			t.Errorf("%v and %s have the same", pair, other)
		}
		seen[e] = fmt.Sprint(pair)
	}
}

// TestAnEntrantCostsNoAllocation ranks, writes and verifies few and many: who
// comes into the first ten costs some, and the register of a verification
// doubles its shelves.
func TestAnEntrantCostsNoAllocation(t *testing.T) {
	const few, many = 1000, 50_000
	list := entriesOf(many, 1, 2, 5)
	for what, f := range map[string]func(n int){
		"ranked": func(n int) {
			r, err := proof.NewRanking(seedOf(1), instance, proof.Wanted{Winners: []int{10}, OneWin: true})
			for _, e := range list[:n] {
				err = errors.Join(err, r.Add(e.Member, e.Tickets))
			}
			if err != nil || len(r.Best(1)) != 10 {
				t.Error(err)
			}
		},
		"written": func(n int) {
			h := proof.Header{Instance: instance, Lots: []proof.Lot{{Winners: 1}}, OneWin: true}
			h.Entrants = -1
			if err := proof.Write(new(discard), h, each(list[:n]), nil); !errors.Is(err, proof.ErrChanged) {
				t.Error(err)
			}
		},
	} {
		cost := func(n int) float64 { return testing.AllocsPerRun(3, func() { f(n) }) }
		if a, b := cost(few), cost(many); b > a+200 {
			t.Errorf("%s: %v allocations for %d, %v for %d", what, a, few, b, many)
		}
		if bytes := allocated(func() { f(many) }); bytes > 1<<20 {
			t.Errorf("%s: %d bytes for %d", what, bytes, many)
		}
	}
	verify := func(n int) float64 {
		file := newDrawing(t, seedOf(1), list[:n], true, 1).end().file()
		return testing.AllocsPerRun(3, func() {
			if r := verified(t, file); !r.Verified() {
				t.Error(r.Faults())
			}
		})
	}
	if a, b := verify(few), verify(many); b > a+256*10 {
		t.Errorf("verified: %v allocations for %d, %v for %d", a, few, b, many)
	}
}

// allocated is how many bytes a function takes, in all.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

type discard struct{ n int }

func (d *discard) Write(p []byte) (int, error) {
	d.n += len(p)
	return len(p), nil
}
