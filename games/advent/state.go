package advent

import (
	"slices"
	"time"

	"animo/bot/chat"
	"animo/games/proof"
)

// Kind is the game's name.
const Kind = "advent"

// Bounds of what staff may ask for.
const (
	MinBoxes       = 2
	MaxBoxes       = 31
	DefaultBoxes   = 24
	MaxTitle       = 150  // characters
	MaxDescription = 1500 // characters
	MaxText        = 500  // characters, of a box
	MaxPrize       = 100  // characters
	MaxInstant     = 10   // prizes hidden in one box
	MaxDraw        = 20   // winners drawn for one box
	MaxFinal       = 100  // winners of the final draw
	MaxReason      = 200  // characters
	MaxAhead       = 366 * 24 * time.Hour
)

// StreakEvery is how many days in a row give one more ticket.
const StreakEvery = 3

// Phase is where a calendar stands.
type Phase string

// The phases, as drawn in the package comment.
const (
	PhaseComing    Phase = "coming"
	PhaseRunning   Phase = "running"
	PhaseClosing   Phase = "closing"
	PhaseDrawn     Phase = "drawn"
	PhaseAnnounced Phase = "announced"
	PhaseCancelled Phase = "cancelled"
)

// Lot is a prize with its number of winners; without any there is none.
type Lot struct {
	Prize   string `json:"prize,omitempty"`
	Winners int    `json:"winners,omitempty"`
}

// Box is what stands behind a door.
type Box struct {
	Text    string `json:"text,omitempty"`
	Instant Lot    `json:"instant,omitzero"` // hidden: one instant for each winner
	Draw    Lot    `json:"draw,omitzero"`    // drawn among those who open it on its day
}

// Params are what staff choose at the start.
type Params struct {
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty"`
	Boxes       []Box       `json:"boxes"`
	Starts      time.Time   `json:"starts,omitzero"` // when the first box comes; zero for at once
	Final       Lot         `json:"final,omitzero"`
	CatchUp     bool        `json:"catch_up,omitempty"`
	Ping        chat.RoleID `json:"ping,omitempty"` // told of each box
}

// Instant is a prize that is hidden in a box.
type Instant struct {
	At     time.Time     `json:"at"` // a secret until it has come
	Member chat.MemberID `json:"member,omitempty"`
}

// Day is the day of a box.
type Day struct {
	Opens    time.Time       `json:"opens"`
	Ends     time.Time       `json:"ends"`
	Instants []Instant       `json:"instants,omitempty"`
	Missed   bool            `json:"missed,omitempty"`  // its box was never posted
	Winners  []chat.MemberID `json:"winners,omitempty"` // of its draw
}

// Draw is a draw: it asks about those first in rank until enough are there.
type Draw struct {
	Day   int             `json:"day"` // 0 for the final one
	Want  int             `json:"want"`
	Ask   int             `json:"ask"` // counts the questions
	Asked []chat.MemberID `json:"asked,omitempty"`
	Kept  []chat.MemberID `json:"kept,omitempty"`
	Left  []chat.MemberID `json:"left,omitempty"` // passed over, since they had left
}

// Change is an edit, shown on the card.
type Change struct {
	At   time.Time `json:"at"`
	What string    `json:"what"` // "title", "description", "final", "box"
	From string    `json:"from,omitempty"`
}

// State is a calendar.
type State struct {
	Params
	Phase   Phase         `json:"phase"`
	Host    chat.MemberID `json:"host"`
	Seed    string        `json:"seed"` // in hexadecimal
	Opened  time.Time     `json:"opened"`
	Today   int           `json:"today"` // the box that came last, 0 before the first
	Days    []Day         `json:"days"`
	Draws   []Draw        `json:"draws,omitempty"`  // under way
	Result  *Draw         `json:"result,omitempty"` // the final draw, once it is made
	Drawn   time.Time     `json:"drawn,omitzero"`
	Sum     *proof.Sum    `json:"sum,omitempty"` // of the frozen list of entrants
	Closed  time.Time     `json:"closed,omitzero"`
	Changes []Change      `json:"changes,omitempty"`
}

// box returns what stands behind a door, counted from 1.
func (s State) box(n int) Box { return s.Boxes[n-1] }

// ends is when the day of the last box is over.
func (s State) ends() time.Time { return s.Days[len(s.Days)-1].Ends }

// mend returns a copy of the days that may be changed.
func (s State) mend() []Day {
	out := slices.Clone(s.Days)
	for i := range out {
		out[i].Instants = slices.Clone(out[i].Instants)
	}
	return out
}

// hides says whether a prize of a box is still to be won by opening it.
func (d Day) hides() bool {
	return slices.ContainsFunc(d.Instants, func(i Instant) bool { return i.Member == "" })
}

// lucky is the index of the first prize whose instant has come and which
// nobody has won, -1 for none.
func (d Day) lucky(now time.Time) int {
	return slices.IndexFunc(d.Instants, func(i Instant) bool { return i.Member == "" && !now.Before(i.At) })
}

// winners are those of the final draw.
func (s State) winners() []chat.MemberID {
	if s.Result == nil {
		return nil
	}
	return s.Result.Kept
}
