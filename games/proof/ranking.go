package proof

import (
	"cmp"
	"container/heap"
	"errors"
	"fmt"
	"slices"
	"strings"

	"animo/bot/chat"
)

// Wanted says what a draw looks for.
type Wanted struct {
	// Winners still looked for, by lot; 0 for a lot that is not drawn.
	Winners []int
	// OneWin says that each member wins at most once, so that one ranking
	// serves all lots in order.
	OneWin bool
	// After is, by ranking, the rank of the last whom earlier rounds have met:
	// nobody up to it comes again. nil means from the top, and so does the zero
	// rank. With OneWin there is one ranking, else one for each lot.
	After []Rank
	// Excluded are passed over, with the verdict that says why.
	Excluded map[chat.MemberID]Verdict
}

// rankings is how many rankings there are.
func (w Wanted) rankings() int {
	if w.OneWin {
		return 1
	}
	return len(w.Winners)
}

// depth is how many of a ranking are looked for.
func (w Wanted) depth(ranking int) int {
	if !w.OneWin {
		return w.Winners[ranking]
	}
	sum := 0
	for _, n := range w.Winners {
		sum += n
	}
	return sum
}

func (w Wanted) check(instance string) error {
	switch {
	case !validInstance(instance):
		return fmt.Errorf("%q cannot be the id of an instance", instance)
	case len(w.Winners) < 1 || len(w.Winners) > MaxLots:
		return fmt.Errorf("a draw has 1 to %d lots, not %d", MaxLots, len(w.Winners))
	case slices.Min(w.Winners) < 0:
		return errors.New("a lot cannot look for less than no winner")
	case w.After != nil && len(w.After) != w.rankings():
		return fmt.Errorf("there are %d rankings, and %d ranks to go on after", w.rankings(), len(w.After))
	}
	return nil
}

// Candidate is an entrant met on the way down a ranking.
type Candidate struct {
	Member  chat.MemberID
	Entrant Entrant
	Rank    Rank
	Tickets int
	// Verdict says why an excluded entrant is passed over; it is "" for who may win.
	Verdict Verdict
}

func (c Candidate) compare(o Candidate) int { return c.Rank.Compare(o.Rank) }

// Pick records what became of a candidate. requirement names the one that is
// not met, if that is the verdict.
func (c Candidate) Pick(v Verdict, requirement string) Pick {
	p := Pick{Entrant: c.Entrant, Rank: c.Rank, Verdict: v, Requirement: requirement}
	if v == Won {
		p.Member = c.Member
	}
	return p
}

// Ranking finds who is next in rank among entrants that stream by in any order,
// and sums their list up. Its memory is for those who are found alone, and an
// entrant costs no allocation.
type Ranking struct {
	want   Wanted
	ranks  *ranker
	digest *Digest
	boards []*board
}

// NewRanking begins a ranking of the entrants of an instance. An error says
// what is wrong with the arguments.
func NewRanking(seed Seed, instance string, w Wanted) (*Ranking, error) {
	if err := w.check(instance); err != nil {
		return nil, err
	}
	r := &Ranking{want: w, ranks: newRanker(seed, instance), digest: NewDigest(instance)}
	for i := range w.rankings() {
		b := &board{of: w.depth(i)}
		if w.After != nil {
			b.after = w.After[i]
		}
		r.boards = append(r.boards, b)
	}
	return r, nil
}

// lotOf is the lot number that goes into the ranks of a ranking.
func lotOf(ranking int, oneWin bool) int {
	if oneWin {
		return 0
	}
	return ranking + 1
}

// Add adds an entrant. It refuses more tickets or entrants than a draw can have.
func (r *Ranking) Add(m chat.MemberID, tickets int) error {
	e := r.digest.name.name(m)
	if err := r.digest.add(e, tickets); err != nil {
		return err
	}
	for i, b := range r.boards {
		if b.of == 0 {
			continue
		}
		rank := r.ranks.least(lotOf(i, r.want.OneWin), e, tickets)
		if b.beyond(rank) {
			continue
		}
		b.keep(Candidate{m, e, rank, tickets, r.want.Excluded[m]})
	}
	return nil
}

// Sum sums up the whole list as it was added.
func (r *Ranking) Sum() Sum { return r.digest.Sum() }

// Best returns whom a lot, counted from 1, meets next, in order of rank: as many
// who may win as are wanted, or all if there are fewer, and those passed over
// on the way. With OneWin a lot's candidates are who wins it if everybody asked
// about may win; lot 0 is then all lots together, to be shared out with Share
// once it is known who does.
func (r *Ranking) Best(lot int) []Candidate {
	if !r.want.OneWin {
		if lot < 1 || lot > len(r.boards) {
			return nil
		}
		return r.boards[lot-1].walk()
	}
	all := r.boards[0].walk()
	if lot == 0 {
		return all
	}
	if lot < 0 || lot > len(r.want.Winners) {
		return nil
	}
	shares, _ := share(all, r.want.Winners, func(c Candidate) bool { return c.Verdict == "" })
	return shares[lot-1]
}

// Share shares picks that were made down one ranking out among the lots, as
// OneWin asks for: each in turn takes picks until it has its winners. lacking
// is how many each still lacks. What comes after the last winner of all is
// nobody's and left out.
func Share(picks []Pick, winners []int) (byLot [][]Pick, lacking []int) {
	return share(picks, winners, func(p Pick) bool { return p.Verdict == Won })
}

func share[T any](walked []T, winners []int, wins func(T) bool) (byLot [][]T, lacking []int) {
	byLot, lacking = make([][]T, len(winners)), slices.Clone(winners)
	lot := 0
	for _, t := range walked {
		for lot < len(winners) && lacking[lot] == 0 {
			lot++
		}
		if lot == len(winners) {
			break
		}
		byLot[lot] = append(byLot[lot], t)
		if wins(t) {
			lacking[lot]--
		}
	}
	return byLot, lacking
}

// board keeps the first of a ranking: a heap with the last of them on top, and
// the excluded beside.
type board struct {
	of     int // how many are looked for
	after  Rank
	first  byRank
	passed []Candidate
}

// beyond says whether a rank cannot matter.
func (b *board) beyond(r Rank) bool {
	return len(b.first) == b.of && r.Compare(b.first[0].Rank) >= 0 || b.after != Rank{} && r.Compare(b.after) <= 0
}

func (b *board) keep(c Candidate) {
	// A copy, since the id may be a piece of a far larger string.
	c.Member = chat.MemberID(strings.Clone(string(c.Member)))
	switch {
	case c.Verdict != "":
		b.passed = append(b.passed, c)
	case len(b.first) < b.of:
		heap.Push(&b.first, c)
	default:
		b.first[0] = c
		heap.Fix(&b.first, 0)
	}
}

// walk lists everyone met, in order of rank.
func (b *board) walk() []Candidate {
	out := slices.Clone(b.first)
	for _, c := range b.passed {
		if !b.beyond(c.Rank) {
			out = append(out, c)
		}
	}
	slices.SortFunc(out, func(x, y Candidate) int {
		return cmp.Or(x.compare(y), strings.Compare(string(x.Member), string(y.Member)))
	})
	return out
}

// byRank is a heap whose top is the last in rank.
type byRank []Candidate

func (h byRank) Len() int           { return len(h) }
func (h byRank) Less(i, j int) bool { return h[i].compare(h[j]) > 0 }
func (h byRank) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }

// Push is heap.Interface's.
func (h *byRank) Push(c any) { *h = append(*h, c.(Candidate)) }

// Pop is heap.Interface's.
func (h *byRank) Pop() any {
	old := *h
	c := old[len(old)-1]
	*h = old[:len(old)-1]
	return c
}
