package giveaway

import (
	"slices"
	"time"

	"animo/bot/chat"
)

// Kind is the game's name.
const Kind = "giveaway"

// Bounds of what staff may ask for.
const (
	MaxWinners     = 100
	MaxPrize       = 200  // characters
	MaxDescription = 1500 // characters
	MaxReason      = 200  // characters
	MaxButton      = 30   // characters
	MinLength      = 10 * time.Second
	MaxLength      = 366 * 24 * time.Hour
)

// Phase is where a giveaway stands.
type Phase string

// The phases, as drawn in the package comment.
const (
	PhaseOpen      Phase = "open"
	PhasePaused    Phase = "paused"
	PhaseClosing   Phase = "closing"
	PhaseDrawn     Phase = "drawn"
	PhaseAnnounced Phase = "announced"
	PhaseCancelled Phase = "cancelled"
)

// Params are what staff choose at the start.
type Params struct {
	Prize       string        `json:"prize"`
	Description string        `json:"description,omitempty"`
	Winners     int           `json:"winners"`
	Ends        time.Time     `json:"ends"`
	Image       string        `json:"image,omitempty"` // https address
	Thumb       string        `json:"thumb,omitempty"` // https address
	Accent      int           `json:"accent,omitempty"`
	Button      string        `json:"button,omitempty"` // text of the entry button
	Emoji       string        `json:"emoji,omitempty"`  // on the entry button
	Ping        chat.RoleID   `json:"ping,omitempty"`   // told of the opening
	Role        chat.RoleID   `json:"role,omitempty"`   // given to winners
	RoleFor     time.Duration `json:"role_for,omitempty"`
}

// Round is one draw. The first is that of the end, the others are rerolls.
type Round struct {
	N        int             `json:"n"`
	At       time.Time       `json:"at"`
	By       string          `json:"by"` // a member's id, or "animo"
	Winners  []chat.MemberID `json:"winners"`
	Replaces chat.MemberID   `json:"replaces,omitempty"` // the winner who gave way
	Entrants int64           `json:"entrants"`
	Said     bool            `json:"said"`
}

// Draw is a draw under way: it asks about candidates until enough are there.
type Draw struct {
	Round    int             `json:"round"`
	By       string          `json:"by"`
	Want     int             `json:"want"`
	Replaces chat.MemberID   `json:"replaces,omitempty"`
	Asked    []chat.MemberID `json:"asked"`
	Ask      int             `json:"ask"` // counts the questions
	Kept     []chat.MemberID `json:"kept,omitempty"`
}

// Change is an edit, shown on the card.
type Change struct {
	At   time.Time `json:"at"`
	What string    `json:"what"` // "prize", "description", "winners", "ends"
	From string    `json:"from,omitempty"`
}

// State is a giveaway.
type State struct {
	Params
	Phase   Phase           `json:"phase"`
	Host    chat.MemberID   `json:"host"`
	Opened  time.Time       `json:"opened"`
	Paused  time.Time       `json:"paused,omitzero"` // when the pause began to move Ends
	Closed  time.Time       `json:"closed,omitzero"`
	Seed    string          `json:"seed"` // 16 bytes in hexadecimal
	Draw    *Draw           `json:"draw,omitempty"`
	Rounds  []Round         `json:"rounds,omitempty"`
	Absent  []chat.MemberID `json:"absent,omitempty"` // found to have left when drawn
	Barred  []chat.MemberID `json:"barred,omitempty"` // taken out by staff
	Changes []Change        `json:"changes,omitempty"`
	Why     string          `json:"why,omitempty"` // of a cancellation
	Late    bool            `json:"late,omitempty"`
	Deleted bool            `json:"deleted,omitempty"`

	Unreached []chat.MemberID `json:"unreached,omitempty"` // winners who take no direct messages
	Taken     []chat.MemberID `json:"taken,omitempty"`     // winners whose role was taken back
}

// ended says whether the draw of the end has been made or begun.
func (s State) ended() bool {
	return s.Phase == PhaseClosing || s.Phase == PhaseDrawn || s.Phase == PhaseAnnounced
}

// endsAt is when the giveaway ends as things stand: a pause moves the end for as
// long as it lasts.
func (s State) endsAt(now time.Time) time.Time {
	if s.Phase != PhasePaused {
		return s.Ends
	}
	return s.Ends.Add(now.Sub(s.Paused)).Truncate(time.Second)
}

// setEnd moves the end. In a pause it counts from now on, so that an end which
// staff have just set is the one that holds if they resume at once.
func (s *State) setEnd(at, now time.Time) {
	s.Ends = at.UTC()
	if s.Phase == PhasePaused {
		s.Paused = now
	}
}

// PastWinners lists everyone who ever won, in order.
func (s State) PastWinners() []chat.MemberID {
	var out []chat.MemberID
	for _, r := range s.Rounds {
		out = append(out, r.Winners...)
	}
	return out
}

// replaced says whether a winner has given way in a later round.
func (s State) replaced(m chat.MemberID) bool {
	return slices.ContainsFunc(s.Rounds, func(r Round) bool { return r.Replaces == m })
}

// Standing lists the winners who have not given way.
func (s State) Standing() []chat.MemberID {
	return slices.DeleteFunc(s.PastWinners(), s.replaced)
}

// excluded is everyone whom no draw may choose any more.
func (s State) excluded() map[chat.MemberID]bool {
	out := make(map[chat.MemberID]bool)
	for _, list := range [][]chat.MemberID{s.PastWinners(), s.Absent, s.Barred} {
		for _, m := range list {
			out[m] = true
		}
	}
	if s.Draw != nil {
		for _, m := range s.Draw.Kept {
			out[m] = true
		}
	}
	return out
}
