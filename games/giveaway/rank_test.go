package giveaway_test

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/games/giveaway"
)

func seedOf(n int) string {
	sum := sha256.Sum256(fmt.Append(nil, n))
	return hex.EncodeToString(sum[:16])
}

func memberNo(n int) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(100_000_000_000_000_000+n))
}

func membersUpTo(n int) []chat.MemberID {
	out := make([]chat.MemberID, n)
	for i := range out {
		out[i] = memberNo(i)
	}
	return out
}

func each(ms []chat.MemberID) iter.Seq2[chat.MemberID, error] {
	return func(yield func(chat.MemberID, error) bool) {
		for _, m := range ms {
			if !yield(m, nil) {
				return
			}
		}
	}
}

func first(t testing.TB, seed string, ms []chat.MemberID, n int, not map[chat.MemberID]bool) []chat.MemberID {
	t.Helper()
	out, err := giveaway.First(seed, each(ms), n, not)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// chi2 returns chi squared of counts that should all be the same.
func chi2(counts map[chat.MemberID]int, of []chat.MemberID) float64 {
	total := 0
	for _, n := range counts {
		total += n
	}
	want := float64(total) / float64(len(of))
	sum := 0.0
	for _, m := range of {
		d := float64(counts[m]) - want
		sum += d * d / want
	}
	return sum
}

// TestEveryEntrantHasTheSameChance draws 3 of 20 under 4,000 fixed seeds. With
// 19 degrees of freedom a fair draw exceeds 43.8 once in a thousand times, and
// falls below 5.4 as rarely.
func TestEveryEntrantHasTheSameChance(t *testing.T) {
	const entrants, winners, draws = 20, 3, 4000
	ms := membersUpTo(entrants)
	won, won1 := map[chat.MemberID]int{}, map[chat.MemberID]int{}
	for n := range draws {
		out := first(t, seedOf(n), ms, winners, nil)
		won1[out[0]]++
		for _, m := range out {
			won[m]++
		}
	}
	// Winners of one draw exclude each other, which narrows their spread.
	all := chi2(won, ms) * (entrants - 1) / (entrants - winners)
	for what, got := range map[string]float64{"among the winners": all, "in first place": chi2(won1, ms)} {
		if got < 5.4 || got > 43.8 {
			t.Errorf("chi squared %s is %.1f", what, got)
		}
	}
}

func TestTheOrderOfEntryDoesNotMatter(t *testing.T) {
	ms := membersUpTo(500)
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 50 {
		want := first(t, seedOf(n), ms, 10, nil)
		r.Shuffle(len(ms), func(i, j int) { ms[i], ms[j] = ms[j], ms[i] })
		if got := first(t, seedOf(n), ms, 10, nil); !slices.Equal(got, want) {
			t.Fatalf("%v, then %v", want, got)
		}
	}
}

func TestWhoComesNextFollowsWhoCameFirst(t *testing.T) {
	ms := membersUpTo(200)
	all := first(t, seedOf(1), ms, len(ms), nil)
	not := map[chat.MemberID]bool{}
	for i := range 100 {
		next := first(t, seedOf(1), ms, 2, not)
		if !slices.Equal(next, all[2*i:2*i+2]) {
			t.Fatalf("draw %d: %v", i, next)
		}
		not[next[0]], not[next[1]] = true, true
	}
	if rest := first(t, seedOf(1), ms, 1, not); len(rest) != 0 {
		t.Errorf("%v are left of nobody", rest)
	}
}

func TestFewerEntrantsThanWinnersAllWin(t *testing.T) {
	ms := membersUpTo(3)
	out := first(t, seedOf(1), ms, 10, nil)
	slices.Sort(out)
	if !slices.Equal(out, ms) {
		t.Errorf("%v", out)
	}
	if out := first(t, seedOf(1), nil, 10, nil); len(out) != 0 {
		t.Errorf("%v of nobody", out)
	}
	if out := first(t, seedOf(1), ms, 0, nil); len(out) != 0 {
		t.Errorf("%v though nobody may win", out)
	}
}

func TestAnotherSeedDrawsOthers(t *testing.T) {
	ms := membersUpTo(1000)
	if slices.Equal(first(t, seedOf(1), ms, 5, nil), first(t, seedOf(2), ms, 5, nil)) {
		t.Error("the same five of a thousand")
	}
}

func TestASeedOfTheWrongLengthIsRefused(t *testing.T) {
	for _, seed := range []string{"", "00", strings.Repeat("00", 15), strings.Repeat("00", 17), strings.Repeat("zz", 16)} {
		if out, err := giveaway.First(seed, each(membersUpTo(3)), 1, nil); err == nil {
			t.Errorf("seed %q draws %v", seed, out)
		}
	}
}

func TestAStoreThatFailsFailsTheDraw(t *testing.T) {
	broken := errors.New("the store is gone")
	entrants := func(yield func(chat.MemberID, error) bool) {
		_ = yield(memberNo(1), nil) && yield("", broken)
	}
	if out, err := giveaway.First(seedOf(1), entrants, 1, nil); !errors.Is(err, broken) {
		t.Errorf("%v, %v", out, err)
	}
}

// TestADrawReadsTheEntrantsOnceAndKeepsFew counts what a draw of ten among
// many allocates: as much as among few.
func TestADrawReadsTheEntrantsOnceAndKeepsFew(t *testing.T) {
	allocations := func(n int) float64 {
		ms := membersUpTo(n)
		return testing.AllocsPerRun(3, func() { first(t, seedOf(1), ms, 10, nil) })
	}
	few, many := allocations(100), allocations(50_000)
	if many > few+100 { // each of the few who come into the first ten costs one
		t.Errorf("%v allocations among a hundred, %v among fifty thousand", few, many)
	}
	reads := 0
	_, err := giveaway.First(seedOf(1), func(yield func(chat.MemberID, error) bool) {
		for n := range 1000 {
			reads++
			if !yield(memberNo(n), nil) {
				return
			}
		}
	}, 10, nil)
	if err != nil || reads != 1000 {
		t.Errorf("%d reads, %v", reads, err)
	}
}

const million = 1_000_000

func BenchmarkFirst(b *testing.B) {
	for _, n := range []int{10_000, 100_000, million} {
		ms := membersUpTo(n)
		b.Run(fmt.Sprintf("10 of %d", n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				first(b, seedOf(1), ms, 10, nil)
			}
		})
	}
}

func BenchmarkSHA256SameIDs(b *testing.B) {
	ms := membersUpTo(million)
	b.ReportAllocs()
	var sum [sha256.Size]byte
	buf := make([]byte, 0, 100)
	for b.Loop() {
		for _, m := range ms {
			sum = sha256.Sum256(append(buf[:0], m...))
		}
	}
	_ = sum
}
