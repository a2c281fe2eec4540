package chat

import (
	"context"
	"time"
)

// Message is what is to be posted.
type Message struct {
	Card Card `json:"card"`
	// Key is the same for each attempt at the same post, at most 25
	// characters of letters, digits, "-" and "_" (the length of a Discord
	// nonce). The platform keeps it with the message.
	Key   string `json:"key"`
	Files []File `json:"files,omitempty"`
	// ReplyTo points at the message that this one answers, if any.
	ReplyTo MessageRef `json:"reply_to,omitzero"`
}

// Member is a member as the platform knows them now.
type Member struct {
	Actor
	Present bool // in the space, and neither banned nor deactivated
}

// Channel is a channel as the bot may use it.
type Channel struct {
	ID      ChannelID
	Space   SpaceID
	Name    string
	Private bool
	Deaf    bool // what is said there does not reach the bot
	// Missing lists the rights that the bot lacks to work here, as the
	// platform names them; empty if it can read, write and show cards.
	Missing []string
}

// Role is a role that members may have.
type Role struct {
	ID     RoleID
	Name   string // as shown; literal text
	Handle string // what is typed after "@" to call it, where that is another word; "" otherwise
	// Managed says that the platform gives it by itself, such as to those who
	// pay for the space, or that it is a bot's own.
	Managed bool
	// Beyond says that the bot may not give it: it lacks the right to, or the
	// role stands above its own.
	Beyond bool
}

// Space is a space as the platform knows it.
type Space struct {
	ID     SpaceID
	Name   string
	Locale string   // BCP 47 tag, "" if unknown
	Owner  MemberID // "" if unknown
}

// Speaker says things. Its methods return an *Error; after TroubleUnsure the
// caller asks Find before it repeats a Post.
type Speaker interface {
	// Post sends a message to a channel.
	Post(ctx context.Context, to ChannelID, m Message) (MessageRef, error)
	// Edit replaces the card of one of the bot's messages.
	Edit(ctx context.Context, ref MessageRef, c Card) error
	// Delete removes one of the bot's messages; one that is gone is no error.
	Delete(ctx context.Context, ref MessageRef) error
	// Find looks in the channel's history for the bot's message with this
	// key, not older than since.
	Find(ctx context.Context, in ChannelID, key string, since time.Time) (MessageRef, bool, error)
	// Direct returns the channel of the direct conversation with a member.
	Direct(ctx context.Context, m MemberID) (ChannelID, error)
}

// Directory answers questions about a space. What is not there is an *Error
// with TroubleGone.
type Directory interface {
	// Member looks up one member; someone who left is returned with Present
	// false, not as an error.
	Member(ctx context.Context, space SpaceID, id MemberID) (Member, error)
	// Channel looks up a channel with the bot's rights in it.
	Channel(ctx context.Context, id ChannelID) (Channel, error)
	// Channels lists the space's channels that the bot can see.
	Channels(ctx context.Context, space SpaceID) ([]Channel, error)
	// Roles lists the roles of the space, highest first where they are ordered,
	// without the one that everybody has.
	Roles(ctx context.Context, space SpaceID) ([]Role, error)
	// InChannels says which of these channels a member is in, where
	// Capabilities.ChannelMembers says so; elsewhere it is TroubleRefused. It
	// may be a few minutes late in telling that someone left.
	InChannels(ctx context.Context, space SpaceID, id MemberID, channels []ChannelID) (map[ChannelID]bool, error)
	// Space looks up a space.
	Space(ctx context.Context, id SpaceID) (Space, error)
	// Permalink returns an https address at which a member's client shows the
	// message.
	Permalink(ctx context.Context, space SpaceID, ref MessageRef) (string, error)
}

// RoleGiver gives and takes roles, where Capabilities.Roles says so. Its
// methods return an *Error; TroubleRefused where the platform has no such
// roles.
type RoleGiver interface {
	// GiveRole gives a role; a member who has it already is no error.
	GiveRole(ctx context.Context, space SpaceID, m MemberID, r RoleID) error
	// TakeRole takes a role; a member who has it no more is no error.
	TakeRole(ctx context.Context, space SpaceID, m MemberID, r RoleID) error
}

// Stretch is a part of what was said in a channel or thread.
type Stretch struct {
	Space  SpaceID
	In     ChannelID
	After  string    // the message before it, "" for none
	Before string    // the message after it, "" for none
	From   time.Time // nothing older belongs to it
}

// Historian reads back what no line brought.
type Historian interface {
	// Since hands over the messages of a stretch, oldest first, with
	// Meta.Late set and without a Line. It stops at the first error of each
	// and returns it; its own errors are an *Error.
	Since(ctx context.Context, s Stretch, each func(Posted) error) error
}

// Inbox takes what comes in. Both methods return at once. What they take is
// handled once they call done, which may be nil; what they never call it for,
// since the process ends, should come again.
type Inbox interface {
	// Deliver takes an event that awaits no answer.
	Deliver(e Event, done func())
	// Interact takes an interaction with the means to answer it.
	Interact(e Event, r Responder, done func())
}

// Health is the severity of a Finding.
type Health string

// The severities.
const (
	HealthOK      Health = "ok"
	HealthWarning Health = "warning" // works, but something is missing
	HealthFailing Health = "failing" // does not work
)

// Finding is one thing that a check found out. Code names a sentence of the
// catalogue; Args fill it.
type Finding struct {
	Health Health
	Code   string            // such as "discord.intent_missing"
	Args   map[string]string // such as {"intent": "Server Members"}
}

// Platform is a chat platform with a bot logged in to it.
type Platform interface {
	Speaker
	Directory
	RoleGiver
	Historian
	// Capabilities says what the platform can do.
	Capabilities() Capabilities
	// Register makes the platform offer these commands; it does nothing if
	// they are offered already.
	Register(ctx context.Context, m CommandMenu) error
	// Run connects and hands what happens to in, until ctx ends. It
	// reconnects by itself; an error means that an operator must act.
	Run(ctx context.Context, in Inbox) error
	// Inspect checks token, intents, scopes and rights, for "animo doctor"
	// and /diagnostic; an empty space means those of the bot itself.
	Inspect(ctx context.Context, space SpaceID) []Finding
}
