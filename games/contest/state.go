package contest

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"animo/bot/chat"
	"animo/games"
)

// Kind is the game's name.
const Kind = "contest"

// Bounds of what staff and members may ask for.
const (
	MaxTitle       = 100  // characters, of a contest or a work
	MaxDescription = 1500 // characters
	MaxPrize       = 200  // characters
	MaxText        = 1500 // characters of a work
	MaxReason      = 300  // characters
	MaxCriterion   = 40   // characters
	MaxCriteria    = chat.MaxFormFields
	MaxMark        = 10
	MaxPerMember   = 5
	MaxPlaces      = 25
	MaxJury        = 50
	MaxWorks       = 500 // in one contest, those refused or withdrawn counted too
	MinLength      = 10 * time.Second
	MaxLength      = 366 * 24 * time.Hour
	// spare is how many works beyond those allowed a member may have had
	// refused or withdrawn.
	spare = 10
)

// Phase is where a contest stands.
type Phase string

// The phases, as drawn in the package comment.
const (
	PhaseScheduled Phase = "scheduled"
	PhaseOpen      Phase = "open"
	PhaseDeciding  Phase = "deciding"
	PhaseClosing   Phase = "closing"
	PhaseClosed    Phase = "closed"
	PhaseAnnounced Phase = "announced"
	PhaseCancelled Phase = "cancelled"
)

// Mode is who decides.
type Mode string

// The modes.
const (
	ModeVote Mode = "vote"
	ModeJury Mode = "jury"
)

// Tie is how equals are settled.
type Tie string

// The rules for ties.
const (
	TieEarlier   Tie = "earlier"   // whoever handed in first wins
	TieShared    Tie = "shared"    // they share the place
	TiePresident Tie = "president" // the president's mark decides, else they share the place
	TieLot       Tie = "lot"       // a lot by the seed decides
)

// Ties lists the rules, the usual one first.
func Ties() []Tie { return []Tie{TieEarlier, TieShared, TiePresident, TieLot} }

// Part is something that a work may consist of.
type Part string

// The parts.
const (
	PartText  Part = "text"
	PartLink  Part = "link"
	PartImage Part = "image"
)

// Parts lists the parts.
func Parts() []Part { return []Part{PartText, PartLink, PartImage} }

// Params are what staff choose at the start.
type Params struct {
	Title       string          `json:"title"`
	Description string          `json:"description,omitempty"`
	Prize       string          `json:"prize,omitempty"`
	Image       string          `json:"image,omitempty"`     // https address
	Takes       []Part          `json:"takes"`               // of which a work has one at least
	PerMember   int             `json:"per_member"`          // works that a member may have
	Opens       time.Time       `json:"opens,omitzero"`      // zero for at once
	Submit      time.Time       `json:"submit"`              // the end of submissions
	Decide      time.Time       `json:"decide"`              // the end of the decision
	Mode        Mode            `json:"mode"`                //
	Criteria    []string        `json:"criteria"`            // of the jury
	Jury        []chat.MemberID `json:"jury,omitempty"`      // jurors by name
	JuryRole    chat.RoleID     `json:"jury_role,omitempty"` // whoever holds it is a juror
	President   chat.MemberID   `json:"president,omitempty"` // a juror, whose mark may settle ties
	Tie         Tie             `json:"tie"`
	Blind       bool            `json:"blind,omitempty"` // authors are named with the result alone
	Places      int             `json:"places"`          // that win
	Role        chat.RoleID     `json:"role,omitempty"`  // given to winners
	Ping        chat.RoleID     `json:"ping,omitempty"`  // told of the opening
	Team        chat.ChannelID  `json:"team,omitempty"`  // where staff are told that works wait
}

// Standing is what became of a work.
type Standing string

// The standings.
const (
	Waiting   Standing = "waiting"   // for staff
	Accepted  Standing = "accepted"  // and shown
	Refused   Standing = "refused"   // by staff
	Withdrawn Standing = "withdrawn" // by its author
)

// Work is a work as far as the state knows it.
type Work struct {
	No      int           `json:"no"` // from 1
	By      chat.MemberID `json:"by"`
	Title   string        `json:"title"`
	At      time.Time     `json:"at"`      // when it was handed in, or changed last
	Version int           `json:"version"` // from 1, up by one with each change
	Stands  Standing      `json:"stands"`
	Decided string        `json:"decided,omitempty"` // by whom
	Why     string        `json:"why,omitempty"`     // of a refusal
	Shown   int           `json:"shown,omitempty"`   // how often it was shown
}

// slot names the message that shows the work now.
func (w Work) slot() string { return fmt.Sprintf("work-%d-%d", w.No, w.Shown) }

// live says whether the work takes one of its author's places.
func (w Work) live() bool { return w.Stands == Waiting || w.Stands == Accepted }

// Content is what was handed in.
type Content struct {
	Text  string `json:"text,omitempty"`
	Link  string `json:"link,omitempty"`  // https address
	Image string `json:"image,omitempty"` // https address
}

// Body is the body of a member's entry.
type Body struct {
	Works map[int]Content `json:"works,omitempty"` // by number
	Vote  int             `json:"vote,omitempty"`  // number of the work that has the voice, 0 for none
	Marks map[int][]int   `json:"marks,omitempty"` // of each criterion in order, by number of the work
}

// ReadBody reads the body of an entry.
func ReadBody(raw json.RawMessage) (Body, error) {
	var b Body
	if len(raw) == 0 {
		return b, nil
	}
	if err := json.Unmarshal(raw, &b); err != nil {
		return b, fmt.Errorf("read an entry of a contest: %w", err)
	}
	return b, nil
}

// Result is what a work reached.
type Result struct {
	No        int   `json:"no"`
	Place     int   `json:"place,omitempty"`     // from 1; 0 for none
	Votes     int64 `json:"votes,omitempty"`     //
	Jurors    int   `json:"jurors,omitempty"`    // who marked it
	Totals    []int `json:"totals,omitempty"`    // marks of all jurors, by criterion
	President int   `json:"president,omitempty"` // sum of the president's marks, 0 for none
}

// Sum is the sum of all marks.
func (r Result) Sum() int {
	n := 0
	for _, t := range r.Totals {
		n += t
	}
	return n
}

// Change is an edit, shown on the card.
type Change struct {
	At   time.Time `json:"at"`
	What string    `json:"what"` // "title", "description", "submit", "decide"
	From string    `json:"from,omitempty"`
}

// State is a contest.
type State struct {
	Params
	Phase   Phase                 `json:"phase"`
	Host    chat.MemberID         `json:"host"`
	Seed    string                `json:"seed"` // 16 bytes in hexadecimal
	Works   []Work                `json:"works,omitempty"`
	Given   map[chat.MemberID]int `json:"given,omitempty"`   // how many works a juror has marked
	Notices int                   `json:"notices,omitempty"` // how often staff were told that works wait
	Results []Result              `json:"results,omitempty"` // once closed, in order of rank
	Voters  int64                 `json:"voters,omitempty"`  // whose voice counted
	Closed  time.Time             `json:"closed,omitzero"`   // or cancelled
	Why     string                `json:"why,omitempty"`     // of a cancellation
	Changes []Change              `json:"changes,omitempty"`
}

// Work finds a work by its number.
func (s State) Work(no int) (Work, bool) {
	if no < 1 || no > len(s.Works) {
		return Work{}, false
	}
	return s.Works[no-1], true
}

// put replaces a work.
func (s *State) put(w Work) {
	s.Works = slices.Clone(s.Works)
	s.Works[w.No-1] = w
}

// Of lists the works of a member, in order of number.
func (s State) Of(m chat.MemberID) []Work {
	return s.filter(func(w Work) bool { return w.By == m })
}

// That lists the works that stand so, in order of number.
func (s State) That(st Standing) []Work {
	return s.filter(func(w Work) bool { return w.Stands == st })
}

func (s State) filter(keep func(Work) bool) []Work {
	var out []Work
	for _, w := range s.Works {
		if keep(w) {
			out = append(out, w)
		}
	}
	return out
}

// Over says whether the result is known.
func (s State) Over() bool { return s.Phase == PhaseClosed || s.Phase == PhaseAnnounced }

// running says whether something is still to come of members or staff.
func (s State) running() bool {
	return s.Phase == PhaseScheduled || s.Phase == PhaseOpen || s.Phase == PhaseDeciding
}

// judging says whether staff may accept and refuse works.
func (s State) judging() bool { return s.Phase == PhaseOpen || s.Phase == PhaseDeciding }

// Named says whether the authors may be named.
func (s State) Named() bool { return !s.Blind || s.Over() }

// IsJuror says whether a member is of the jury, by name or by role.
func (s State) IsJuror(a chat.Actor) bool {
	return s.Mode == ModeJury && (slices.Contains(s.jurors(), a.ID) || s.JuryRole != "" && slices.Contains(a.Roles, s.JuryRole))
}

// jurors are those named, the president among them.
func (s State) jurors() []chat.MemberID {
	if s.President == "" || slices.Contains(s.Jury, s.President) {
		return s.Jury
	}
	return append(slices.Clone(s.Jury), s.President)
}

// Result finds what a work reached.
func (s State) Result(no int) (Result, bool) {
	i := slices.IndexFunc(s.Results, func(r Result) bool { return r.No == no })
	if i < 0 {
		return Result{}, false
	}
	return s.Results[i], true
}

// winners are the works whose place wins.
func (s State) winners() []Result {
	var out []Result
	for _, r := range s.Results {
		if r.Place > 0 && r.Place <= s.Places {
			out = append(out, r)
		}
	}
	return out
}

// write gives the member who acts, or whom an order names, this body.
func write(o outcome, l games.Look, m chat.MemberID, b Body) (outcome, error) {
	if l.Own != nil && len(b.Works)+len(b.Marks) == 0 && b.Vote == 0 {
		o.Leave = append(o.Leave, m)
		return o, nil
	}
	raw, err := json.Marshal(b)
	if err != nil {
		return outcome{}, fmt.Errorf("write an entry of a contest: %w", err)
	}
	if l.Own == nil {
		o.Enter = append(o.Enter, games.Enter{Member: m, Body: raw})
	} else {
		o.Update = append(o.Update, games.Enter{Member: m, Body: raw})
	}
	return o, nil
}

func own(l games.Look) (Body, error) {
	if l.Own == nil {
		return Body{}, nil
	}
	return ReadBody(l.Own.Body)
}
