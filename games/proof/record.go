package proof

import (
	"bytes"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// Version is the version of the file's form that this package reads and writes.
const Version = 1

// Bounds of what a file says.
const (
	MaxLine = 64 << 10 // bytes of a line, its end included
	maxName = 100      // bytes of an instance's id
)

// Header is the first line: what was drawn, and what was made public of it.
type Header struct {
	Version    int    `json:"animo_proof"`
	Instance   string `json:"instance"`
	Title      string `json:"title"`
	Lots       []Lot  `json:"lots"`    // in order, counted from 1
	OneWin     bool   `json:"one_win"` // each member wins at most once
	Seed       Seed   `json:"seed"`
	Commitment Hash   `json:"commitment"` // as the opening card has it
	Sum
	// Reach is, by ranking, how many of the first in rank all rounds together
	// have met.
	Reach  []int64   `json:"reach"`
	Opened time.Time `json:"opened"` // written in UTC, to the second, as the others
	Closed time.Time `json:"closed"`
	Drawn  time.Time `json:"drawn"`
}

// Lot is what can be won.
type Lot struct {
	Title   string `json:"title"`
	Winners int    `json:"winners"` // 1 or more
}

// Reason says why a round was drawn.
type Reason string

// The reasons.
const (
	AtEnd     Reason = "end"       // the draw that each lot has once, in order
	Reroll    Reason = "reroll"    // staff asked for it
	Unclaimed Reason = "unclaimed" // a winner did not claim in time
)

// Reasons lists all reasons.
func Reasons() []Reason { return []Reason{AtEnd, Reroll, Unclaimed} }

// Round is one draw of one lot. Its picks follow it, a line each. Lots drawn
// together may share a number.
type Round struct {
	Number  int       `json:"round"` // from 1
	Lot     int       `json:"lot"`   // from 1
	At      time.Time `json:"at"`
	Reason  Reason    `json:"reason"`
	Winners int       `json:"winners"` // looked for
	// Replaces are winners of the lot who gave way; if there are any, as many
	// winners are looked for.
	Replaces []Entrant `json:"replaces,omitempty"`
	Picks    []Pick    `json:"-"` // in order of rank; empty when a Reader gives the round
}

// Verdict says what became of an entrant who was met in rank.
type Verdict string

// The verdicts: all but Won pass the entrant over.
const (
	Won          Verdict = "won"
	Left         Verdict = "left"        // was not in the space any more
	Banned       Verdict = "banned"      // from the space
	Requirement  Verdict = "requirement" // did not meet it at the draw
	WonBefore    Verdict = "won before"  // in an earlier round
	Barred       Verdict = "barred"      // taken out by staff
	GaveWay      Verdict = "gave way"    // was replaced in this round or before
	maxCondition         = 200           // bytes of a requirement's name
)

// Verdicts lists all verdicts.
func Verdicts() []Verdict {
	return []Verdict{Won, Left, Banned, Requirement, WonBefore, Barred, GaveWay}
}

// Pick is an entrant whom a round met.
type Pick struct {
	Entrant     Entrant       `json:"pick"`
	Rank        Rank          `json:"rank"` // of the entrant's best ticket
	Verdict     Verdict       `json:"verdict"`
	Requirement string        `json:"requirement,omitempty"` // which one, in that verdict
	Member      chat.MemberID `json:"member,omitempty"`      // of a winner alone
}

// seal is the last line.
type seal struct {
	SHA256 Hash `json:"sha256"`
}

func validInstance(id string) bool {
	return id != "" && len(id) <= maxName && !strings.Contains(id, "\x00") && strings.ToValidUTF8(id, "") == id
}

// rankings is how many rankings the lots share.
func (h Header) rankings() int {
	if h.OneWin {
		return 1
	}
	return len(h.Lots)
}

// picks is how many picks all rounds have. No reach of a sound header lets the
// sum overflow.
func (h Header) picks() (sum int64) {
	for _, n := range h.Reach {
		sum += min(n, MaxPicks+1)
	}
	return sum
}

// rankingOf is the index of the ranking that serves a lot.
func (h Header) rankingOf(lot int) int {
	if h.OneWin {
		return 0
	}
	return lot - 1
}

// refuser makes a fault; its methods' names let the house's tests compare
// the arguments with the catalogues.
type refuser struct{ line int64 }

func (r refuser) refuse(id string, args ...i18n.Arg) *Fault {
	return &Fault{From: r.line, To: r.line, Sentence: Sentence{ID: id, Args: args}}
}

// fault says what no draw can have; nil if there is nothing.
func (h Header) fault(r refuser) *Fault {
	switch {
	case h.Version > Version:
		return r.refuse("proof.fault.newer", i18n.Num("version", int64(h.Version)), i18n.Num("known", Version))
	case h.Version != Version:
		return r.refuse("proof.fault.no_proof", i18n.Str("start", headerStart+"1"))
	case !validInstance(h.Instance):
		return r.refuse("proof.fault.instance", i18n.Num("max", maxName))
	case len(h.Lots) < 1 || len(h.Lots) > MaxLots:
		return r.refuse("proof.fault.lots", i18n.Num("lots", int64(len(h.Lots))), i18n.Num("max", MaxLots))
	case slices.ContainsFunc(h.Lots, func(l Lot) bool { return l.Winners < 1 || l.Winners > MaxEntrants }):
		return r.refuse("proof.fault.lot_winners")
	case len(h.Reach) != h.rankings() || slices.Min(h.Reach) < 0:
		return r.refuse("proof.fault.rankings", i18n.Num("rankings", int64(h.rankings())), i18n.Num("reach", int64(len(h.Reach))))
	case h.picks() > MaxPicks:
		return r.refuse("proof.fault.many_picks", i18n.Num("max", MaxPicks))
	case h.Entrants > MaxEntrants:
		return r.refuse("proof.fault.many_entrants", i18n.Num("max", MaxEntrants))
	}
	return nil
}

// fault says what no round can be; nil if there is nothing.
func (d Round) fault(r refuser) *Fault {
	switch {
	case d.Number < 1 || d.Winners < 1 || d.Winners > MaxEntrants:
		return r.refuse("proof.fault.round_bounds")
	case !slices.Contains(Reasons(), d.Reason):
		return r.refuse("proof.fault.reason", i18n.Str("reason", shown(string(d.Reason))))
	}
	return nil
}

// fault says what no pick can be; nil if there is nothing.
func (p Pick) fault(r refuser) *Fault {
	switch {
	case !slices.Contains(Verdicts(), p.Verdict):
		return r.refuse("proof.fault.verdict", i18n.Str("verdict", shown(string(p.Verdict))))
	case (p.Member != "") != (p.Verdict == Won):
		return r.refuse("proof.fault.who")
	case (p.Requirement != "") != (p.Verdict == Requirement) || len(p.Requirement) > maxCondition:
		return r.refuse("proof.fault.requirement", i18n.Num("max", maxCondition))
	}
	return nil
}

// normal is the header as it is written.
func (h Header) normal() Header {
	h.Instance, h.Title, h.Lots = valid(h.Instance), valid(h.Title), slices.Clone(h.Lots)
	for i := range h.Lots {
		h.Lots[i].Title = valid(h.Lots[i].Title)
	}
	h.Opened, h.Closed, h.Drawn = instant(h.Opened), instant(h.Closed), instant(h.Drawn)
	return h
}

func (d Round) normal() Round {
	d.At = instant(d.At)
	return d
}

func (p Pick) normal() Pick {
	p.Requirement, p.Member = valid(p.Requirement), chat.MemberID(valid(string(p.Member)))
	return p
}

func valid(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }

func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Second) }

// encode writes a value in the one way in which it may stand in a file, its
// line end included.
func encode(v any) ([]byte, error) {
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return out.Bytes(), err
}
