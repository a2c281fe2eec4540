package eligibility

import (
	"slices"
	"time"

	"animo/bot/chat"
	"animo/games"
)

// Rules say who may take part. The zero value lets everyone.
type Rules struct {
	All      []chat.RoleID    `json:"all,omitempty"`     // each of these roles is needed
	Any      []chat.RoleID    `json:"any,omitempty"`     // one of these is
	None     []chat.RoleID    `json:"none,omitempty"`    // none of these may be there
	Account  time.Duration    `json:"account,omitempty"` // least age of the account
	Member   time.Duration    `json:"member,omitempty"`  // least time as a member of the space
	Messages Messages         `json:"messages,omitzero"`
	Channels []chat.ChannelID `json:"channels,omitempty"`  // to be in each of these
	NoGuests bool             `json:"no_guests,omitempty"` // chat.Actor.Guest

	Bypass  []chat.RoleID   `json:"bypass,omitempty"`  // one of these exempts from all of the above
	Denied  []chat.RoleID   `json:"denied,omitempty"`  // one of these excludes
	Blocked []chat.MemberID `json:"blocked,omitempty"` // excluded by name
}

// Messages asks for a number of messages of late.
type Messages struct {
	Least int              `json:"least,omitempty"` // 0: none are asked for
	Days  int              `json:"days,omitempty"`  // how far back they count, up to games.MaxDays
	In    []chat.ChannelID `json:"in,omitempty"`    // where they count; empty means everywhere
}

// demands says whether anything is required of those who are not excluded.
func (r Rules) demands() bool {
	r.Bypass, r.Denied, r.Blocked = nil, nil, nil
	return !r.IsZero()
}

// IsZero says whether everyone may take part; a bypass alone opens to everyone.
func (r Rules) IsZero() bool {
	return len(r.All)+len(r.Any)+len(r.None)+len(r.Channels)+len(r.Denied)+len(r.Blocked) == 0 &&
		r.Account == 0 && r.Member == 0 && r.Messages.Least == 0 && !r.NoGuests
}

// Lasting are the rules that must still hold at a draw. Ages only grow, and
// whoever had written enough to enter need not go on writing until the end.
func (r Rules) Lasting() Rules {
	r.Account, r.Member, r.Messages = 0, 0, Messages{}
	return r
}

// standing is how the first three of the order apply to a member.
type standing int

const (
	judged   standing = iota // by the requirements
	excluded                 // blocked or denied
	exempt
)

func (r Rules) standing(f games.Facts) standing {
	switch {
	case slices.Contains(r.Blocked, f.ID), len(shared(r.Denied, f.Roles)) > 0:
		return excluded
	case len(shared(r.Bypass, f.Roles)) > 0:
		return exempt
	}
	return judged
}

// shared are the roles of a list that a member has, in the order of the list.
func shared(list, has []chat.RoleID) (out []chat.RoleID) {
	for _, id := range list {
		if slices.Contains(has, id) {
			out = append(out, id)
		}
	}
	return out
}

// lacked are those that a member has not.
func lacked(list, has []chat.RoleID) (out []chat.RoleID) {
	for _, id := range list {
		if !slices.Contains(has, id) {
			out = append(out, id)
		}
	}
	return out
}
