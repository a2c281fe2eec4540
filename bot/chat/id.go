package chat

import (
	"cmp"
	"strings"
)

// Network is a chat platform by its short name, which begins every id.
type Network string

// The networks that Animo speaks to.
const (
	Discord Network = "discord"
	Slack   Network = "slack"
)

// An id is "network:native", such as "discord:42" or "slack:T1/C024". What
// follows the colon is the adapter's own and opaque to everyone else.
type (
	// SpaceID names one Discord guild or one Slack workspace.
	SpaceID string
	// ChannelID names a place to talk in, a direct conversation included.
	ChannelID string
	// MemberID names a person or bot of a space.
	MemberID string
	// RoleID names a Discord role or a Slack user group.
	RoleID string
	// CommunityID names what a team animates: the tenant of everything
	// stored. A space starts as a community of its own, under its own id.
	CommunityID string
)

// anyID is what the id types have in common.
type anyID interface {
	SpaceID | ChannelID | MemberID | RoleID
}

// NewID returns the id of what the network calls native.
func NewID[T anyID](n Network, native string) T {
	return T(string(n) + ":" + native)
}

// NetworkOf returns the network that an id belongs to, "" if it names none.
func NetworkOf[T anyID](id T) Network {
	n, _, ok := strings.Cut(string(id), ":")
	if !ok {
		return ""
	}
	return Network(n)
}

// Native returns the part of an id that its network gave.
func Native[T anyID](id T) string {
	_, native, _ := strings.Cut(string(id), ":")
	return native
}

// MessageRef points at one message.
type MessageRef struct {
	Channel ChannelID `json:"channel"`
	ID      string    `json:"id"` // Discord snowflake, Slack timestamp
}

// IsZero says whether the reference points nowhere.
func (m MessageRef) IsZero() bool { return m == MessageRef{} }

// Newer says whether the message with one id was written after the one with
// another, in the same channel. Every message is newer than "".
func Newer(id, than string) bool {
	return cmp.Or(cmp.Compare(len(id), len(than)), cmp.Compare(id, than)) > 0
}

// String returns the reference in one word, fit to be a key.
func (m MessageRef) String() string { return string(m.Channel) + "#" + m.ID }
