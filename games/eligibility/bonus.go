package eligibility

import (
	"slices"

	"animo/bot/chat"
	"animo/games"
)

// Mode says what several grounds for bonus tickets come to.
type Mode string

// The modes.
const (
	Stack   Mode = ""        // they add up
	Highest Mode = "highest" // the greatest alone counts
)

// MaxTickets is the most tickets that a member can have.
const MaxTickets = 100

// Bonus gives members more than the one ticket that everybody has. The zero
// value gives nothing.
type Bonus struct {
	Grounds []Ground `json:"grounds,omitempty"`
	Mode    Mode     `json:"mode,omitempty"`
	Cap     int      `json:"cap,omitempty"` // most tickets of one member, the first included; 0 means MaxTickets
}

// Ground is one reason for bonus tickets: exactly one of Role, Booster and
// Insider is set.
type Ground struct {
	Role    chat.RoleID `json:"role,omitempty"`    // for a role
	Booster bool        `json:"booster,omitempty"` // for paying for the space: chat.Actor.Boosts
	Insider bool        `json:"insider,omitempty"` // for being no guest
	Tickets int         `json:"tickets"`           // on top of the first
}

// IsZero says whether there is no bonus.
func (b Bonus) IsZero() bool { return len(b.Grounds) == 0 }

// Tickets returns how many tickets a member has, 1 at least, and the grounds
// that count, in their order. Whether the member may take part is not asked.
func (b Bonus) Tickets(f games.Facts) (int, []Ground) {
	var applied []Ground
	for _, g := range b.Grounds {
		if g.applies(f) {
			applied = append(applied, g)
		}
	}
	if b.Mode == Highest && len(applied) > 1 {
		best := slices.MaxFunc(applied, func(x, y Ground) int { return x.Tickets - y.Tickets })
		applied = []Ground{best}
	}
	total := 1
	for _, g := range applied {
		total += g.Tickets
	}
	return max(1, min(total, b.most())), applied
}

func (b Bonus) most() int {
	if b.Cap == 0 {
		return MaxTickets
	}
	return min(b.Cap, MaxTickets)
}

func (g Ground) applies(f games.Facts) bool {
	switch {
	case f.Bare:
		return false
	case g.Booster:
		return !f.Boosts.IsZero()
	case g.Insider:
		return !f.Guest
	}
	return slices.Contains(f.Roles, g.Role)
}
