package discord

import (
	"cmp"
	"time"

	"animo/bot/chat"
)

// user and member are what the adapter reads of people.
type user struct {
	ID       string `json:"id"`
	Username string `json:"username"`
	Global   string `json:"global_name"`
	Bot      bool   `json:"bot"`
}

type member struct {
	User        user        `json:"user"`
	Nick        string      `json:"nick"`
	Roles       []string    `json:"roles"`
	Joined      lenientTime `json:"joined_at"`
	Boosts      lenientTime `json:"premium_since"`
	Pending     bool        `json:"pending"`
	Permissions *permission `json:"permissions"` // in interactions only
}

// lenientTime is a time that is zero if it cannot be read, so that a null or a
// wrong one does not give the whole event up.
type lenientTime time.Time

// UnmarshalJSON implements json.Unmarshaler.
func (t *lenientTime) UnmarshalJSON(b []byte) error {
	var at time.Time
	if at.UnmarshalJSON(b) == nil {
		*t = lenientTime(at.UTC())
	}
	return nil
}

// actor describes a member; u is who they are, since a message gives the user
// beside the member.
func (m member) actor(u user) chat.Actor {
	a := chat.Actor{
		ID:      chat.NewID[chat.MemberID](chat.Discord, u.ID),
		Name:    cmp.Or(m.Nick, u.Global, u.Username),
		Bot:     u.Bot,
		Joined:  time.Time(m.Joined),
		Boosts:  time.Time(m.Boosts),
		Created: created(u.ID),
	}
	for _, r := range m.Roles {
		a.Roles = append(a.Roles, chat.NewID[chat.RoleID](chat.Discord, r))
	}
	if m.Permissions != nil {
		a.Manager = *m.Permissions&manages != 0
	}
	return a
}
