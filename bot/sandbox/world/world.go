// Package world holds what the two halves of the sandbox share: the clock
// that a person can move, the people who live there, the feed that tells a
// page what changed, and the shapes of the control interface by which a page
// or a test acts as a person would in a chat client.
//
// The control interface is the same for both platforms and is served by each
// of them, relative to its own prefix ("/_sandbox/" on the platform's address,
// "/api/discord/" and "/api/slack/" on the page's address):
//
//	GET    state?as=USER                    State
//	GET    messages?as=USER&channel=ID      []Message, oldest first
//	GET    feed?as=USER                     server-sent events, each an Event
//	POST   act        Action                Result, once the bot has answered or the platform gave up
//	POST   complete   Action                []Suggestion for the text typed so far
//	GET    log?after=N                      []Request that the bot sent to the platform
//	PUT    faults     []Fault               replaces the faults in force
package world

import (
	"encoding/json"
	"time"
)

// Person is someone who lives in the sandbox, as both platforms know them.
type Person struct {
	ID        string    `json:"id"`      // the platform's id
	Name      string    `json:"name"`    // the handle
	Display   string    `json:"display"` // the name shown
	Colour    string    `json:"colour"`  // CSS colour of the avatar
	Locale    string    `json:"locale"`  // the language of their client: "fr", "en-US"
	Bot       bool      `json:"bot"`
	Admin     bool      `json:"admin"`
	Roles     []string  `json:"roles"` // by Role.ID
	JoinedAt  time.Time `json:"joined_at"`
	CreatedAt time.Time `json:"created_at"`
	Present   bool      `json:"present"` // false once they have left
}

// Channel is a place to talk, as the person asking may see it.
type Channel struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Topic    string `json:"topic"`
	Private  bool   `json:"private"`
	Direct   bool   `json:"direct"`    // a conversation with the bot alone
	CanWrite bool   `json:"can_write"` // whether the person asking may post
}

// Role is what members can be given: a Discord role, or a Slack user group.
type Role struct {
	ID   string `json:"id"`
	Name string `json:"name"` // a user group's is its handle, without "@"
}

// State is what a client shows before any message.
type State struct {
	Platform  string     `json:"platform"` // "discord" or "slack"
	SpaceID   string     `json:"space_id"`
	SpaceName string     `json:"space_name"`
	People    []Person   `json:"people"`
	Channels  []Channel  `json:"channels"`
	Roles     []Role     `json:"roles"` // those that can be given and mentioned
	Shortcuts []Shortcut `json:"shortcuts"`
	Connected bool       `json:"connected"` // whether the bot is connected
	Now       time.Time  `json:"now"`
}

// Shortcut is an entry of a message's own menu.
type Shortcut struct {
	Name  string `json:"name"`  // what Action.Control takes
	Label string `json:"label"` // in the language of the person asking
}

// Message is one message as one person sees it.
type Message struct {
	ID      string          `json:"id"` // Discord id, or Slack timestamp
	Channel string          `json:"channel"`
	Author  string          `json:"author"` // Person.ID
	At      time.Time       `json:"at"`
	Edited  bool            `json:"edited"`
	Private bool            `json:"private"` // an ephemeral message: only the person asking sees it
	Waiting bool            `json:"waiting"` // "… is thinking": a deferred answer
	Thread  string          `json:"thread,omitempty"`
	Native  json.RawMessage `json:"native"` // the message in the platform's own form
}

// Modal is a form open before one person.
type Modal struct {
	ID     string          `json:"id"`
	Native json.RawMessage `json:"native"` // Discord modal data, or Slack view
}

// Kinds of Action.
const (
	ActMessage  = "message"  // Text, posted in Channel
	ActCommand  = "command"  // Text, a whole command line beginning with "/"
	ActPress    = "press"    // Control of Message, with Values for a menu
	ActSubmit   = "submit"   // Modal, with Fields
	ActClose    = "close"    // Modal, dismissed
	ActShortcut = "shortcut" // Control is Shortcut.Name, on Message
	ActDelete   = "delete"   // Message
	ActReact    = "react"    // Message, with Text the emoji's name
	ActLeave    = "leave"    // the person leaves the space
	ActJoin     = "join"     // the person comes back
)

// Action is what a person does in a client.
type Action struct {
	As      string              `json:"as"` // Person.ID
	Kind    string              `json:"kind"`
	Channel string              `json:"channel,omitempty"`
	Message string              `json:"message,omitempty"`
	Control string              `json:"control,omitempty"` // Discord custom_id, Slack action_id (or "block_id/action_id")
	Values  []string            `json:"values,omitempty"`
	Modal   string              `json:"modal,omitempty"`
	Fields  map[string][]string `json:"fields,omitempty"` // by Discord custom_id or Slack action_id
	Text    string              `json:"text,omitempty"`
}

// Result is how the platform answered a person's action.
type Result struct {
	OK bool `json:"ok"`
	// Error is what the client would show: the platform's own sentence, such
	// as "The application did not respond".
	Error string `json:"error,omitempty"`
	// FieldErrors are a form's mistakes by field; the form stays open.
	FieldErrors map[string]string `json:"field_errors,omitempty"`
	// Modal is the form that the bot opened, if it did.
	Modal *Modal `json:"modal,omitempty"`
	// Message is the id of the message that the action made, if it made one.
	Message string `json:"message,omitempty"`
	// Took is the time until the bot acknowledged.
	Took time.Duration `json:"took_ns"`
}

// Suggestion completes what a person is typing.
type Suggestion struct {
	Label       string `json:"label"`
	Description string `json:"description"`
	Insert      string `json:"insert"` // the whole new text of the composer
}

// Request is one call that the bot made.
type Request struct {
	N      int             `json:"n"` // from 1, in order of arrival
	At     time.Time       `json:"at"`
	Method string          `json:"method"` // HTTP method, or "WS" for a frame
	Path   string          `json:"path"`   // Discord path without /api/vN, Slack method name
	Status int             `json:"status"`
	Body   json.RawMessage `json:"body,omitempty"` // JSON; a form is shown as an object; tokens are left out
}

// Fault makes matching calls go wrong. The zero value of a field means
// "does not do that".
type Fault struct {
	Method string `json:"method,omitempty"` // HTTP method, empty for any
	Path   string `json:"path,omitempty"`   // RE2 matched against Request.Path
	Skip   int    `json:"skip,omitempty"`   // let so many matching calls pass first
	Times  int    `json:"times,omitempty"`  // then apply so often; 0 means always

	Status     int           `json:"status,omitempty"`      // answer so, e.g. 429, 500, 503
	Body       string        `json:"body,omitempty"`        // with this body; the platform's usual one if empty
	RetryAfter time.Duration `json:"retry_after,omitempty"` // with 429
	Global     bool          `json:"global,omitempty"`      // Discord: the global limit
	Delay      time.Duration `json:"delay,omitempty"`       // answer late, in real time
	// Apply carries the call out before going wrong, so that the caller
	// cannot know whether it took effect.
	Apply bool `json:"apply,omitempty"`
	Reset bool `json:"reset,omitempty"` // close the connection without an answer
	Cut   bool `json:"cut,omitempty"`   // close it in the middle of the answer
}
