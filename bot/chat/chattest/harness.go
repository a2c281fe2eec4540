package chattest

import (
	"testing"

	"animo/bot/chat"
)

// Harness starts an adapter against a platform that runs here, and acts as the
// people in it do in their own client.
type Harness interface {
	// Start makes a space, registers the menu and runs the adapter until the
	// test ends.
	Start(t *testing.T, menu chat.CommandMenu, in chat.Inbox) Stage
	// Command types a command line.
	Command(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) Outcome
	// Say posts a message and returns its id.
	Say(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) string
	// Press presses a button of a message.
	Press(t *testing.T, as chat.MemberID, on chat.MessageRef, a chat.Action) Outcome
	// Submit sends in the form of an Outcome.
	Submit(t *testing.T, as chat.MemberID, form string, fields map[string]string) Outcome
	// Messages are those that a person sees in a channel, oldest first.
	Messages(t *testing.T, as chat.MemberID, in chat.ChannelID) []Seen
}

// Stage is where Run plays.
type Stage struct {
	Platform chat.Platform
	Space    chat.SpaceID
	Name     string         // of the space
	Open     chat.ChannelID // the bot and all people may write here
	Closed   chat.ChannelID // the bot may not write here
	Nowhere  chat.ChannelID // such a channel does not exist
	One, Two chat.MemberID
	Absent   chat.MemberID   // left the space
	Crowd    []chat.MemberID // a hundred more members
	Apart    chat.ChannelID  // Staff and the bot are in it, One and Two are not
	Staff    chat.MemberID   // has Role, which One and Two have not
	Role     chat.RoleID
	Guest    chat.MemberID // "" where the platform has none
	Booster  chat.MemberID // likewise
}

// Outcome is how a person's client shows the answer to what they did.
type Outcome struct {
	Error string // the platform's own sentence, such as "did not respond"
	Form  string // id of the form that opened
}

// Seen is a message as a person sees it.
type Seen struct {
	ID      string
	Text    string // as it reads: without marks of formatting, "@id" for a mention
	Private bool
	// Pings are those whom it notifies, by the ids that the platform gave
	// them; "everyone" for the whole channel.
	Pings []string
}
