package proof

import (
	"fmt"
	"strconv"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// Sentence is a message of the catalogues, area proof, in any language.
type Sentence struct {
	ID   string
	Args []i18n.Arg
}

// Line says the sentence.
func (s Sentence) Line(p i18n.Printer) chat.Line { return p.Line(s.ID, s.Args...) }

// Fault is something wrong in lines From to To of a proof, both counted in.
type Fault struct {
	From, To int64
	Sentence
}

// Error is for logs: the lines and the message's id.
func (f *Fault) Error() string {
	if f.From == 0 {
		return f.ID
	}
	return fmt.Sprintf("line %d: %s", f.From, f.ID)
}

// Line says where the fault is and what it is.
func (f *Fault) Line(p i18n.Printer) chat.Line {
	from, what := i18n.Str("from", strconv.FormatInt(f.From, 10)), i18n.In("fault", f.Sentence.Line(p)...)
	if f.From == f.To {
		return p.Line("proof.at_line", from, what)
	}
	return p.Line("proof.at_lines", from, i18n.Str("to", strconv.FormatInt(f.To, 10)), what)
}

// Outcome is what came of a check.
type Outcome string

// The outcomes.
const (
	Passed     Outcome = "passed"
	Failed     Outcome = "failed"
	NotReached Outcome = "not_reached" // reading stopped at a fault before
)

// Check is one thing that was verified.
type Check struct {
	Sentence // what holds if it passed
	Outcome  Outcome
	Faults   []*Fault // the first few
	More     int      // further faults
}

// Anchor is something that the reader must compare with what was said in public:
// without that, a file proves nothing but itself.
type Anchor struct {
	Sentence // where it was said, such as "the commitment, in the opening card"
	Value    string
}

// Winner is a pick that won.
type Winner struct {
	Round, Lot int
	Entrant    Entrant
	Member     chat.MemberID
	GaveWay    bool // was replaced in a later round
}

// Own is what the list has of the member who was asked for.
type Own struct {
	Member  chat.MemberID
	Entrant Entrant
	Line    int64 // 0 if they are not in the list
	Tickets int
}

// Sentence says so.
func (o Own) Sentence() Sentence {
	member, entrant := i18n.Str("member", shown(string(o.Member))), i18n.Str("entrant", o.Entrant.String())
	if o.Line == 0 {
		return Sentence{"proof.own_missing", []i18n.Arg{member, entrant}}
	}
	return Sentence{"proof.own", []i18n.Arg{
		member, entrant, i18n.Str("line", strconv.FormatInt(o.Line, 10)), i18n.Count(int64(o.Tickets)),
	}}
}

// Report is what a verification found.
type Report struct {
	Header  Header // as the file states it; zero if its first line is no header
	Lines   int64  // read
	Sum     Sum    // of the list, derived
	Checks  []Check
	Winners []Winner
	Passed  map[Verdict]int // how many were passed over, by verdict
	Own     *Own            // if Verifier.Member was set
}

// Verified says whether every check passed.
func (r Report) Verified() bool {
	for _, c := range r.Checks {
		if c.Outcome != Passed {
			return false
		}
	}
	return len(r.Checks) > 0
}

// Verdict is the report in one sentence.
func (r Report) Verdict() Sentence {
	if r.Verified() {
		return Sentence{ID: "proof.verified"}
	}
	return Sentence{ID: "proof.refuted"}
}

// Faults lists the faults of all checks.
func (r Report) Faults() (out []*Fault) {
	for _, c := range r.Checks {
		out = append(out, c.Faults...)
	}
	return out
}

// Anchors lists what must be compared with public words: the commitment in the
// opening card, then digest and seed in the announcement.
func (r Report) Anchors() []Anchor {
	return []Anchor{
		{Sentence{ID: "proof.anchor.commitment"}, r.Header.Seed.Commitment().String()},
		{Sentence{ID: "proof.anchor.digest"}, r.Sum.Digest.String()},
		{Sentence{ID: "proof.anchor.seed"}, r.Header.Seed.String()},
	}
}

// WinnerSentence says what a winner won; member is how they are named there.
func (r Report) WinnerSentence(w Winner, member ...chat.Inline) Sentence {
	id := "proof.winner"
	if w.GaveWay {
		id = "proof.winner_gave_way"
	}
	return Sentence{id, []i18n.Arg{
		i18n.Num("lot", int64(w.Lot)), i18n.Str("title", shown(r.Header.Lots[w.Lot-1].Title)),
		i18n.Num("round", int64(w.Round)), i18n.In("member", member...),
	}}
}

// Shows says in plain words what follows if the anchors are the same.
func (r Report) Shows() []Sentence {
	if !r.Verified() {
		return []Sentence{{ID: "proof.shows.nothing"}}
	}
	return []Sentence{{ID: "proof.shows.winners"}, {ID: "proof.shows.before"}, {ID: "proof.shows.list"}}
}

// ShowsNot says in plain words what no such file can show.
func (r Report) ShowsNot() []Sentence {
	out := []Sentence{{ID: "proof.shows_not.complete"}, {ID: "proof.shows_not.people"}, {ID: "proof.shows_not.operator"}}
	passed := 0
	for _, n := range r.Passed {
		passed += n
	}
	if passed > 0 {
		out = append(out, Sentence{ID: "proof.shows_not.passed", Args: []i18n.Arg{i18n.Count(int64(passed))}})
	}
	return out
}
