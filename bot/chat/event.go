package chat

import "time"

// Actor is the member who caused an event, as far as the platform told.
type Actor struct {
	ID      MemberID
	Name    string // as shown; literal text
	Roles   []RoleID
	Manager bool // may manage the space
	// Bare says that only the id, and perhaps the name, could be found out in
	// time: where rights, roles or language matter, ask the Directory.
	Bare    bool
	Bot     bool
	Guest   bool      // from outside, or let into a few channels only; see Capabilities.Guests
	Locale  string    // BCP 47 tag of their client, "" if unknown
	Joined  time.Time // when they joined the space, zero if unknown
	Created time.Time // when their account was made, zero if unknown
	Boosts  time.Time // since when they pay for the space, zero if they do not; see Capabilities.Boosts
}

// Meta is what every event has.
type Meta struct {
	// ID is the same for each delivery of the same event and differs between
	// events, such as a Discord interaction id or a Slack event_id.
	ID      string
	Space   SpaceID
	Channel ChannelID
	Actor   Actor
	At      time.Time // when it happened, by the platform's clock
	// Line is the same for all that came in without a break, over reconnections
	// and restarts that lose nothing. Between events of two lines something may
	// be missing.
	Line string
	Late bool // read from history after a gap: count it, do not act on it
}

// Event is something that happened on a platform.
type Event interface {
	// Head returns what every event has.
	Head() Meta
}

// Head returns m itself; embedding Meta makes an Event.
func (m Meta) Head() Meta { return m }

// Values are the arguments of a command by option name, as text: an integer
// in decimal, a boolean as "true" or "false", members, channels and roles as
// their ids.
type Values map[string]string

// Interactions: events that a member awaits an answer to.
type (
	// Invoked is a command typed by a member.
	Invoked struct {
		Meta
		Path []string // such as ["giveaway", "start"]
		Args Values
		// Mistakes names options that could not be read, by name, with what
		// was typed. The handler refuses with a sentence.
		Mistakes []Mistake
	}
	// Completing asks for suggestions while an option is typed; Args are the
	// options given so far.
	Completing struct {
		Meta
		Path    []string
		Option  string
		Partial string
		Args    Values
	}
	// Pressed is a button pressed or a menu chosen from.
	Pressed struct {
		Meta
		Action  Action
		Values  []string // chosen from a menu; ids for members, roles and channels
		Message MessageRef
		Private bool // the message pressed on is seen by the actor alone
	}
	// Submitted is a form sent in.
	Submitted struct {
		Meta
		Action Action
		Values Values // by field name
	}
	// Shortcut is an entry chosen from a message's own menu.
	Shortcut struct {
		Meta
		Name    string
		Message MessageRef
	}
)

// MistakeKind says what is wrong with an argument.
type MistakeKind string

// The kinds of mistake found while a command line is read.
const (
	MistakeUnknown MistakeKind = "unknown" // no such option
	MistakeMissing MistakeKind = "missing" // a required option is not there
	MistakeKindOf  MistakeKind = "kind"    // not a number, not a member …
	MistakeTwice   MistakeKind = "twice"   // given twice
	MistakeExtra   MistakeKind = "extra"   // more words than options
	MistakeQuote   MistakeKind = "quote"   // a quote that is not closed
	MistakeCommand MistakeKind = "command" // no such sub-command
)

// Mistake is something wrong in a typed command line.
type Mistake struct {
	Kind   MistakeKind
	Option string // name of the option, if one is meant
	Text   string // what was typed
}

// Things that happen without an answer being awaited.
type (
	// Posted is a message by a member.
	Posted struct {
		Meta
		Message MessageRef
		Thread  string // id of the thread it is in, "" for none
		Text    string // empty where the platform withholds it
	}
	// Edited is a message changed by its author.
	Edited struct {
		Meta
		Message MessageRef
		Text    string
	}
	// Deleted is a message gone.
	Deleted struct {
		Meta
		Message MessageRef
	}
	// Joined is a member who came and may take part: on Discord once the
	// membership screening is done.
	Joined struct{ Meta }
	// Left is a member gone from the space.
	Left struct{ Meta }
	// Arrived is a space that the bot serves from now on; it comes with each
	// new line, and may come again on the same.
	Arrived struct {
		Meta
		Name   string
		Locale string // BCP 47 tag, "" if unknown
		// Newest is the id of the newest message of each channel and thread
		// that the bot can see, "" where there is none; nil if the platform
		// did not say.
		Newest map[ChannelID]string
	}
	// Departed is a space that the bot was removed from.
	Departed struct{ Meta }
)
