package proof

import (
	"errors"
	"io"
	"strconv"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// The checks, in the order of the report. The first that fails is the nearest
// to the cause.
const (
	checkForm = iota
	checkCommitment
	checkDigest
	checkTotals
	checkTwice
	checkRounds
	checkPicks
	checkVerdicts
	checkWinners
	checkCounts
	checkFile
	checks
)

// checkIDs say what holds if a check passes.
func checkIDs() [checks]string {
	return [checks]string{
		checkForm: "proof.check.form", checkCommitment: "proof.check.commitment", checkDigest: "proof.check.digest",
		checkTotals: "proof.check.totals", checkTwice: "proof.check.twice", checkRounds: "proof.check.rounds",
		checkPicks: "proof.check.picks", checkVerdicts: "proof.check.verdicts", checkWinners: "proof.check.winners",
		checkCounts: "proof.check.counts", checkFile: "proof.check.file",
	}
}

// Verifier verifies proofs. The zero value is ready.
type Verifier struct {
	// Member, if set, is looked for in the list; see Report.Own.
	Member chat.MemberID
	// Progress, if set, is told now and then of the lines read and of the
	// entrants that the header announces. Its error ends the verification.
	Progress func(lines, entrants int64) error
}

// Verify derives a draw anew from its proof, which may be compressed with
// gzip. Whatever is wrong with the proof stands in the report; the error is
// that of a reader that fails.
func Verify(r io.Reader) (Report, error) { return Verifier{}.Verify(r) }

// Verify is the function Verify with the verifier's settings.
func (o Verifier) Verify(r io.Reader) (Report, error) {
	v := &verification{Verifier: o, in: NewReader(r), wins: make(map[Entrant][]int)}
	v.report.Passed = make(map[Verdict]int)
	for _, id := range checkIDs() {
		v.report.Checks = append(v.report.Checks, Check{Sentence: Sentence{ID: id}, Outcome: NotReached})
	}
	err := v.run()
	v.report.Header, v.report.Lines = v.in.Header, v.in.Line
	return v.report, err
}

// verification is one proof being verified.
type verification struct {
	Verifier
	in     *Reader
	report Report

	ranks  *ranker
	digest *Digest
	boards []*board // by ranking, as deep as the header says
	own    Entrant
	twice  register
	listed bool // the list has been read to its end

	order   [][]Candidate // by ranking: who is met, in order
	met     []int         // by ranking: how many were
	ends    int           // lots drawn at the end
	round   Round
	line    int64   // of the round
	ranking int     // of the round, -1 if there is none
	won     int     // in the round
	latest  Verdict // of the round
	wins    map[Entrant][]int
}

func (v *verification) at() refuser { return refuser{v.in.Line} }

// manyFaults is how many faults of one check are listed.
const manyFaults = 5

func (v *verification) fail(check int, f *Fault) {
	c := &v.report.Checks[check]
	c.Outcome = Failed
	if len(c.Faults) == manyFaults {
		c.More++
		return
	}
	c.Faults = append(c.Faults, f)
}

// conclude ends checks that have seen all they look at.
func (v *verification) conclude(which ...int) {
	for _, i := range which {
		if c := &v.report.Checks[i]; c.Outcome == NotReached {
			c.Outcome = Passed
		}
	}
}

func (v *verification) run() error {
	const rarely = 4096
	for {
		kind, err := v.in.Next()
		if err != nil {
			return v.stopped(err)
		}
		v.take(kind)
		if v.Progress != nil && v.in.Line%rarely == 0 {
			if err := v.Progress(v.in.Line, v.in.Header.Entrants); err != nil {
				return err
			}
		}
	}
}

// stopped tells the end and faults of the file from a reader that fails.
func (v *verification) stopped(err error) error {
	var f *Fault
	switch {
	case errors.Is(err, io.EOF):
		v.conclude(checkForm)
		return nil
	case errors.As(err, &f):
		v.fail(checkForm, f)
		return nil
	}
	return err
}

func (v *verification) take(kind Kind) {
	if kind > KindEntrant && !v.listed {
		v.endList()
	}
	switch kind {
	case KindHeader:
		v.begin(v.in.Header)
	case KindEntrant:
		v.entrant(v.in.Entrant, v.in.Tickets)
	case KindRound:
		v.beginRound(v.in.Round)
	case KindPick:
		v.pick(v.in.Pick)
	case KindSeal:
		v.end()
	}
}

func (v *verification) begin(h Header) {
	if got := h.Seed.Commitment(); got != h.Commitment {
		v.fail(checkCommitment, v.at().refuse("proof.fault.commitment",
			i18n.Str("got", got.String()), i18n.Str("want", h.Commitment.String())))
	}
	v.conclude(checkCommitment)
	v.ranks, v.digest = newRanker(h.Seed, h.Instance), NewDigest(h.Instance)
	for _, n := range h.Reach {
		v.boards = append(v.boards, &board{of: int(n)})
	}
	v.met = make([]int, len(h.Reach))
	v.twice.expect(h.Entrants)
	if v.Member != "" {
		v.own = EntrantOf(h.Instance, v.Member)
		v.report.Own = &Own{Member: v.Member, Entrant: v.own}
	}
}

func (v *verification) entrant(e Entrant, tickets int) {
	if v.digest.add(e, tickets) != nil { // the reader has checked the tickets
		v.fail(checkTotals, v.at().refuse("proof.fault.many_entrants", i18n.Num("max", MaxEntrants)))
		return
	}
	v.twice.add(e, v.in.Line)
	if own := v.report.Own; own != nil && own.Line == 0 && e == v.own {
		own.Line, own.Tickets = v.in.Line, tickets
	}
	for i, b := range v.boards {
		if b.of == 0 {
			continue
		}
		rank := v.ranks.least(lotOf(i, v.in.Header.OneWin), e, tickets)
		if !b.beyond(rank) {
			b.keep(Candidate{Entrant: e, Rank: rank, Tickets: tickets})
		}
	}
}

// endList compares the list with what the header says of it.
func (v *verification) endList() {
	v.listed = true
	h, sum := v.in.Header.Sum, v.digest.Sum()
	v.report.Sum = sum
	list := func(f *Fault) *Fault {
		f.From, f.To = 2, max(2, sum.Entrants+1)
		return f
	}
	if sum.Digest != h.Digest {
		v.fail(checkDigest, list(v.at().refuse("proof.fault.digest",
			i18n.Str("got", sum.Digest.String()), i18n.Str("want", h.Digest.String()))))
	}
	if sum.Entrants != h.Entrants {
		v.fail(checkTotals, list(v.at().refuse("proof.fault.entrants",
			i18n.Num("got", sum.Entrants), i18n.Num("want", h.Entrants))))
	}
	if sum.Tickets != h.Tickets {
		v.fail(checkTotals, list(v.at().refuse("proof.fault.tickets",
			i18n.Num("got", sum.Tickets), i18n.Num("want", h.Tickets))))
	}
	v.twice.find(func(e Entrant, first, again int64) {
		v.fail(checkTwice, refuser{again}.refuse("proof.fault.twice",
			i18n.Str("entrant", e.String()), i18n.Str("first", strconv.FormatInt(first, 10))))
	})
	for _, b := range v.boards {
		v.order = append(v.order, b.walk())
	}
	v.boards = nil
	v.conclude(checkDigest, checkTotals, checkTwice)
}

// end compares what only the last line can tell.
func (v *verification) end() {
	v.endRound()
	if lots := len(v.in.Header.Lots); v.ends < lots {
		v.fail(checkRounds, v.at().refuse("proof.fault.lot_missing", i18n.Num("lot", int64(v.ends+1))))
	}
	for i, n := range v.in.Header.Reach {
		if got := int64(v.met[i]); got != n {
			v.fail(checkPicks, refuser{1}.refuse("proof.fault.reach", i18n.Num("ranking", int64(i+1)),
				i18n.Num("want", n), i18n.Num("got", got)))
		}
	}
	if v.in.Said != v.in.Real {
		v.fail(checkFile, v.at().refuse("proof.fault.sha256",
			i18n.Str("got", v.in.Real.String()), i18n.Str("want", v.in.Said.String())))
	}
	v.conclude(checkRounds, checkPicks, checkVerdicts, checkWinners, checkCounts, checkFile)
}
