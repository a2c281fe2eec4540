package contest

import (
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"

	"animo/bot/chat"
	"animo/games"
)

// count reads every entry once and makes the result known: the ranking, its
// announcement, what the authors are told, and the reward all follow at once.
func count(s State, l games.Look) (outcome, error) {
	results := make(map[int]*Result)
	for _, w := range s.That(Accepted) {
		results[w.No] = &Result{No: w.No}
	}
	s.Voters = 0
	for e, err := range l.Bodies() {
		if err != nil {
			return outcome{}, fmt.Errorf("count a contest: %w", err)
		}
		body, err := ReadBody(e.Body)
		if err != nil {
			return outcome{}, err
		}
		s.add(results, e.Member, body)
	}
	s.Phase, s.Results = PhaseClosed, s.rank(results)
	return conclude(s, l), nil
}

// add counts what one member gave.
func (s *State) add(results map[int]*Result, m chat.MemberID, b Body) {
	if s.Mode == ModeVote {
		if r := s.counts(results, m, b.Vote); r != nil {
			r.Votes++
			s.Voters++
		}
		return
	}
	_, marked := s.Given[m]
	if !slices.Contains(s.jurors(), m) && (s.JuryRole == "" || !marked) {
		return
	}
	for no, marks := range b.Marks {
		if r := s.counts(results, m, no); r != nil && len(marks) == len(s.Criteria) {
			r.mark(marks, m == s.President)
		}
	}
}

// counts finds the work that a member may vote for or mark; nil if there is
// none.
func (s State) counts(results map[int]*Result, m chat.MemberID, no int) *Result {
	if w, ok := s.Work(no); !ok || w.By == m {
		return nil
	}
	return results[no]
}

// mark adds one juror's marks.
func (r *Result) mark(marks []int, president bool) {
	if r.Totals == nil {
		r.Totals = make([]int, len(marks))
	}
	r.Jurors++
	for i, n := range marks {
		r.Totals[i] += n
		if president {
			r.President += n
		}
	}
}

// ranked says whether a work got anything by which it can be ranked.
func (r Result) ranked() bool { return r.Votes > 0 || r.Jurors > 0 }

// compare puts the better of two ranked works first, 0 if they are equal. Means
// are compared as fractions: a/b > c/d as a·d > c·b, without rounding.
func compare(a, b Result) int {
	return cmp.Or(cmp.Compare(b.Votes, a.Votes), cmp.Compare(b.Sum()*a.Jurors, a.Sum()*b.Jurors))
}

// rank puts the works in order and gives them their places.
func (s State) rank(results map[int]*Result) []Result {
	var out []Result
	for _, r := range results {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Result) int {
		switch {
		case a.ranked() != b.ranked():
			if a.ranked() {
				return -1
			}
			return 1
		case !a.ranked():
			return cmp.Compare(a.No, b.No)
		}
		return cmp.Or(compare(a, b), s.settle(a, b), cmp.Compare(a.No, b.No))
	})
	for i, r := range out {
		switch {
		case !r.ranked():
		case i > 0 && compare(out[i-1], r) == 0 && s.settle(out[i-1], r) == 0:
			out[i].Place = out[i-1].Place
		default:
			out[i].Place = i + 1
		}
	}
	return out
}

// settle orders two equals by the rule for ties; 0 if they share the place.
func (s State) settle(a, b Result) int {
	switch s.Tie {
	case TieEarlier:
		x, _ := s.Work(a.No)
		y, _ := s.Work(b.No)
		return cmp.Or(x.At.Compare(y.At), cmp.Compare(a.No, b.No))
	case TiePresident:
		return cmp.Compare(b.President, a.President)
	case TieLot:
		return cmp.Compare(s.lot(a.No), s.lot(b.No))
	}
	return 0
}

// lot is the work's number in the lot: the lower wins.
func (s State) lot(no int) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s/%d", s.Seed, no))
	return string(sum[:])
}

// Totals are results without the president's own marks, which are nobody's to
// read.
func Totals(results []Result) []Result {
	out := slices.Clone(results)
	for i := range out {
		out[i].President = 0
	}
	return out
}

// conclude says the result.
func conclude(s State, l games.Look) outcome {
	o := outcome{
		State: &s, Redraw: games.RedrawState,
		Posts: []games.Post{{
			Slot: SlotResult, Card: resultCard(s, l), Priority: games.PriorityEnd, ReplyTo: SlotCard, Tell: true,
		}},
		Notes: []games.Note{{By: animo, Action: "contest.result", Body: Totals(s.Results)}},
	}
	var told []chat.MemberID
	for _, w := range s.Works {
		if w.Stands == Withdrawn || slices.Contains(told, w.By) {
			continue
		}
		told = append(told, w.By)
		o.Directs = append(o.Directs, games.Direct{Member: w.By, Name: SlotResult, Card: toAuthor(s, w.By, l)})
	}
	if s.Role == "" {
		return o
	}
	var given []chat.MemberID
	for _, r := range s.winners() {
		if w, _ := s.Work(r.No); !slices.Contains(given, w.By) {
			given = append(given, w.By)
			o.Grants = append(o.Grants, games.Grant{Member: w.By, Role: s.Role, Name: SlotResult})
		}
	}
	return o
}
