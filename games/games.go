package games

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// Event is what a game decides upon.
type Event interface{ event() }

type (
	// Started opens a game with the parameters of its kind.
	Started struct {
		By     chat.Actor
		Params json.RawMessage
	}
	// Pressed is a control of the game's card, by anyone.
	Pressed struct {
		By     chat.Actor
		Verb   string
		Values []string
	}
	// Ordered is an order of staff, whose right was checked.
	Ordered struct {
		By   chat.Actor
		Verb string
		Args map[string]string
	}
	// Woke is a wake-up that the game asked for.
	Woke struct {
		Name string
		Due  time.Time
	}
	// Answered says which of the members asked about are still there, and what
	// else the question wanted to know of them.
	Answered struct {
		Question string
		Present  map[chat.MemberID]bool
		Facts    map[chat.MemberID]Facts // nil if the question wanted none
	}
	// Spoke says what became of a Post or a Direct.
	Spoke struct {
		Slot    string        // of the Post, "" for a Direct
		Member  chat.MemberID // of the Direct
		Trouble chat.Trouble  // "" if it was said
	}
)

func (Started) event()  {}
func (Pressed) event()  {}
func (Ordered) event()  {}
func (Woke) event()     {}
func (Answered) event() {}
func (Spoke) event()    {}

// Entry is a member's part in the game.
type Entry struct {
	Member chat.MemberID // in a Masked game what Mask made of the member
	Seq    int64         // from 1, in order of first entry
	Body   json.RawMessage
}

// Look is everything a game may look at besides its state.
type Look struct {
	ID      string // of the instance
	Now     time.Time
	Chance  io.Reader // cryptographic randomness; only Started may use it
	Public  i18n.Printer
	Private i18n.Printer // in the language of the member who acts
	Zone    *time.Location
	Caps    chat.Capabilities
	Channel chat.ChannelID
	Entries int64 // how many entered
	// Numbers are the sums of all that outcomes ever counted, by name.
	Numbers map[string]int64
	// Own is the entry of the member who presses, or of the one whom an order
	// names in its argument "member"; nil if they have none.
	Own *Entry
	// Facts are those of the member who acts, once the game asked for them by a
	// Wanting; nil before.
	Facts *Facts
	// Keys iterates over all entrants, in the same order each time.
	Keys func() iter.Seq2[chat.MemberID, error]
	// Bodies iterates over all entries with their bodies, in order of member.
	// It is slower than Keys and takes as little memory.
	Bodies func() iter.Seq2[Entry, error]
}

// Standing is known once a decision is committed.
type Standing struct {
	Seq     int64 // of the entry that the decision added, 0 if none
	Entries int64 // how many entered
	Numbers map[string]int64
}

// Wake asks to be woken; a name given again moves the wake-up.
type Wake struct {
	Name string
	At   time.Time
}

// Question asks which of these members are still in the space.
type Question struct {
	Name    string
	Members []chat.MemberID
	Want    *Wanting // what is to be found out about each of them besides; nil for nothing
}

// Priority orders what is said: lower goes first.
type Priority int

// The priorities of the outbox.
const (
	PriorityEnd      Priority = 10 // ends of games
	PriorityAnnounce Priority = 20
	PriorityDigest   Priority = 30
	PriorityRedraw   Priority = 40
)

// Redraw says how soon the game's card must show what changed.
type Redraw uint8

// The kinds of redraw. However many are asked for, one message is edited at
// most once in two seconds.
const (
	RedrawNone  Redraw = iota
	RedrawCount        // a number changed: at most one edit in five seconds
	RedrawState        // the game changed: as soon as may be
	RedrawLater        // something sooner is about to follow: in five seconds, if it does not
)

// Post is something said in the game's channel. It is split if it is too
// long for the platform.
type Post struct {
	Slot     string         // names the message within the game; said once
	Channel  chat.ChannelID // of the same space; "" for the game's own
	Card     chat.Card
	Priority Priority
	ReplyTo  string // slot of the message that this one answers, "" for none
	Tell     bool   // the game wants a Spoke
}

// Direct is something said to one member alone.
type Direct struct {
	Member chat.MemberID
	Name   string // with Member names it within the game; said once
	Card   chat.Card
	Tell   bool
}

// Grant gives a role, or takes it.
type Grant struct {
	Member chat.MemberID
	Role   chat.RoleID
	Name   string // with Member names it within the game; done once
	Take   bool
}

// Note is a line of the audit log.
type Note struct {
	By     string // a member's id, or "animo"
	Action string // such as "giveaway.edit"
	Body   any    // marshals to JSON
}

// Enter adds an entry, or gives one that is there another body.
type Enter struct {
	Member chat.MemberID
	Body   json.RawMessage
}

// Outcome is everything that follows from a decision.
type Outcome[S any] struct {
	// State is the new state; nil if the state is unchanged, so that members
	// who enter do not hinder each other.
	State *S
	Enter []Enter         // each must be new
	Leave []chat.MemberID // each must be there
	// Update gives entries another body; each must be there, and keeps its
	// Seq. Of two updates of one entry that are decided side by side the later
	// stays: a game that may lose neither sets State along with them.
	Update []Enter
	// Count adds to the game's numbers, which any number of members may do
	// side by side.
	Count   map[string]int64
	Wakes   []Wake
	Cancel  []string // wake-ups by name
	Ask     *Question
	Posts   []Post
	Directs []Direct
	Grants  []Grant
	Redraw  Redraw
	Remove  bool     // the game's card is to be deleted from the channel
	Scrub   bool     // what is written over or deleted must not stay readable in the store's files
	Retract []string // posts to be deleted from the game's channel, by slot
	Notes   []Note
	Answer  func(Standing) chat.Reply // to the member who acted; nil for none
}

// Status says where a game stands, for lists.
type Status string

// The statuses.
const (
	StatusOpen    Status = "open"    // something is still to come
	StatusClosed  Status = "closed"  // over; kept for rerolls and history
	StatusDeleted Status = "deleted" // over and taken down
)

// Summary is a game in one line.
type Summary struct {
	Title  string // literal text
	Status Status
	Label  string // what the phase is called, a key of the catalogue: "giveaway.state.open"
	Ends   time.Time
}

// Rules are a game over its state.
type Rules[S any] interface {
	// Kind names the game: lower-case letters.
	Kind() string
	// Decide says what follows from an event; s is the zero value at Started.
	// A *Refusal is told to the member and changes nothing. A *Wanting asks for
	// Look.Facts, with which the same is decided again.
	Decide(s S, e Event, l Look) (Outcome[S], error)
	// Show draws the game's card.
	Show(s S, l Look) chat.Card
	// Sum sums the game up.
	Sum(s S) Summary
}

// Masked are Rules that keep entries under other names than their members'
// ids. Look.Own is then the entry under the mask, and whatever an outcome
// enters, updates or lets leave is named by its mask too.
type Masked[S any] interface {
	// Mask returns the name of a member's entry, at most 200 bytes; "" if the
	// member can have none that would be found.
	Mask(s S, m chat.MemberID) chat.MemberID
}

// Refusal is an error that the member is told as it stands.
type Refusal struct{ Line chat.Line }

func (r *Refusal) Error() string { return "refused: " + r.Line.Plain() }

// Refuse returns a Refusal.
func Refuse(l chat.Line) error { return &Refusal{l} }

// Game is Rules whose state is sealed as JSON, so that games of all kinds fit
// in one list.
type Game interface {
	Kind() string
	Decide(state json.RawMessage, e Event, l Look) (Outcome[json.RawMessage], error)
	Show(state json.RawMessage, l Look) (chat.Card, error)
	Sum(state json.RawMessage) (Summary, error)
	// Mask is that of a Masked game; any other names entries by member.
	Mask(state json.RawMessage, m chat.MemberID) (chat.MemberID, error)
}

// Seal makes a Game of Rules.
func Seal[S any](r Rules[S]) Game { return sealed[S]{r} }

type sealed[S any] struct{ rules Rules[S] }

func (g sealed[S]) Kind() string { return g.rules.Kind() }

func (g sealed[S]) open(state json.RawMessage) (S, error) {
	var s S
	if len(state) == 0 {
		return s, nil
	}
	if err := json.Unmarshal(state, &s); err != nil {
		return s, fmt.Errorf("read the state of a %s: %w", g.rules.Kind(), err)
	}
	return s, nil
}

func (g sealed[S]) Decide(state json.RawMessage, e Event, l Look) (Outcome[json.RawMessage], error) {
	var out Outcome[json.RawMessage]
	s, err := g.open(state)
	if err != nil {
		return out, err
	}
	o, err := g.rules.Decide(s, e, l)
	if err != nil {
		return out, err
	}
	out = Outcome[json.RawMessage]{
		Enter: o.Enter, Leave: o.Leave, Count: o.Count, Update: o.Update, Wakes: o.Wakes, Cancel: o.Cancel, Ask: o.Ask,
		Posts: o.Posts, Directs: o.Directs, Grants: o.Grants, Redraw: o.Redraw, Remove: o.Remove, Scrub: o.Scrub, Retract: o.Retract,
		Notes: o.Notes, Answer: o.Answer,
	}
	if o.State == nil {
		return out, nil
	}
	raw, err := json.Marshal(o.State)
	if err != nil {
		return out, fmt.Errorf("write the state of a %s: %w", g.rules.Kind(), err)
	}
	sealedState := json.RawMessage(raw)
	out.State = &sealedState
	return out, nil
}

func (g sealed[S]) Show(state json.RawMessage, l Look) (chat.Card, error) {
	s, err := g.open(state)
	if err != nil {
		return chat.Card{}, err
	}
	return g.rules.Show(s, l), nil
}

func (g sealed[S]) Sum(state json.RawMessage) (Summary, error) {
	s, err := g.open(state)
	if err != nil {
		return Summary{}, err
	}
	return g.rules.Sum(s), nil
}

func (g sealed[S]) Mask(state json.RawMessage, m chat.MemberID) (chat.MemberID, error) {
	masked, ok := g.rules.(Masked[S])
	if !ok || m == "" {
		return m, nil
	}
	s, err := g.open(state)
	if err != nil {
		return "", err
	}
	return masked.Mask(s, m), nil
}
