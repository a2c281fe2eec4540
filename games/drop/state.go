package drop

import (
	"slices"
	"time"

	"animo/bot/chat"
	"animo/games/eligibility"
)

// Kind is the game's name.
const Kind = "drop"

// Bounds of what staff may ask for.
const (
	MaxWinners     = 100
	MaxPrize       = 200  // characters
	MaxDescription = 1500 // characters
	MaxReason      = 200  // characters
	MaxAhead       = 366 * 24 * time.Hour
	MinWindow      = time.Minute
	MaxWindow      = 31 * 24 * time.Hour
	MinLasts       = time.Minute
	MaxLasts       = 31 * 24 * time.Hour
	DefaultLasts   = 24 * time.Hour
)

// Phase is where a drop stands.
type Phase string

// The phases, as drawn in the package comment.
const (
	PhaseWaiting   Phase = "waiting"
	PhaseOpen      Phase = "open"
	PhaseWon       Phase = "won"
	PhaseExpired   Phase = "expired"
	PhaseMissed    Phase = "missed"
	PhaseCancelled Phase = "cancelled"
)

// Params are what staff choose at the start.
type Params struct {
	Prize       string `json:"prize"`
	Description string `json:"description,omitempty"`
	Winners     int    `json:"winners"`
	// After is when it appears or, if there is Until, when the window begins in
	// which it does; zero for at once.
	After time.Time         `json:"after,omitzero"`
	Until time.Time         `json:"until,omitzero"` // end of the window, zero for none
	Lasts time.Duration     `json:"lasts,omitempty"`
	Who   eligibility.Rules `json:"who,omitzero"`
	Ping  chat.RoleID       `json:"ping,omitempty"` // told when it appears
	Role  chat.RoleID       `json:"role,omitempty"` // given to winners
	// RoleFor is how long they keep the role, 0 for ever.
	RoleFor time.Duration `json:"role_for,omitempty"`
}

// hidden says whether the instant is one that nobody is told.
func (p Params) hidden() bool { return !p.Until.IsZero() }

// Win is one winner, in order.
type Win struct {
	Member chat.MemberID `json:"member"`
	At     time.Time     `json:"at"`
}

// State is a drop.
type State struct {
	Params
	Phase   Phase           `json:"phase"`
	Host    chat.MemberID   `json:"host"`
	Appears time.Time       `json:"appears"` // a secret until it has come
	Opened  time.Time       `json:"opened,omitzero"`
	Shown   time.Time       `json:"shown,omitzero"` // when the platform had the card
	Ends    time.Time       `json:"ends,omitzero"`
	Closed  time.Time       `json:"closed,omitzero"`
	Wins    []Win           `json:"wins,omitempty"`
	Taken   []chat.MemberID `json:"taken,omitempty"` // winners whose role was taken back
	Why     string          `json:"why,omitempty"`   // of a cancellation
}

// won returns the index of a member's win, -1 for none.
func (s State) won(m chat.MemberID) int {
	return slices.IndexFunc(s.Wins, func(w Win) bool { return w.Member == m })
}

// took is how long a winner took.
func (s State) took(w Win) time.Duration {
	from := s.Opened
	// Somebody who was there before the news of the card counts from the post on,
	// and with them all others: else the second could seem faster than the first.
	if !s.Shown.IsZero() && len(s.Wins) > 0 && !s.Wins[0].At.Before(s.Shown) {
		from = s.Shown
	}
	return max(0, w.At.Sub(from))
}

// members lists the winners in order.
func (s State) members() []chat.MemberID {
	out := make([]chat.MemberID, len(s.Wins))
	for i, w := range s.Wins {
		out[i] = w.Member
	}
	return out
}
