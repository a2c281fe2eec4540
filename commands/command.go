package commands

import (
	"context"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
)

// Request is an interaction with what a handler needs to answer it.
type Request struct {
	chat.Meta
	Community community.Community
	Private   i18n.Printer // in the member's language
	Public    i18n.Printer // in the community's language
	Platform  chat.Platform
	Caps      chat.Capabilities
	Path      []string    // of the command, if it is one
	Args      chat.Values // of the command or the form
	Action    chat.Action // of the press or the form
	Values    []string    // chosen from a menu
	Message   chat.MessageRef
	Partial   string // typed so far, when completing
	Now       time.Time
}

// Handler answers a request. Besides its own, the errors *games.Refusal,
// *i18n.ReadError and storage.ErrNotFound become sentences for the member.
type Handler func(ctx context.Context, r *Request) (chat.Reply, error)

// Completer suggests values for an option while one types.
type Completer func(ctx context.Context, r *Request) ([]chat.Choice, error)

// Option declares an option of a command.
type Option struct {
	Name     string
	Kind     chat.OptionKind
	Required bool
	Min, Max int      // bounds of an integer; both 0 means none
	Choices  []string // allowed values
	Long     bool     // deserves several lines in a form
	Rest     bool     // takes all words that are left over; see chat.OptionSpec
	Complete Completer
}

// Command declares a command or a group.
type Command struct {
	Name       string
	Permission chat.Permission
	OpensForm  bool
	Needs      *chat.Need
	Options    []Option
	// NoForm says that no form can ask for what is missing, as it would have
	// to ask for a member or a role.
	NoForm bool
	// Field names the option that a refusal of Run is about; nil means the
	// first.
	Field func(ctx context.Context, r *Request, args chat.Values) string
	Sub   []Command
	Run   Handler
}

// Family declares everything of one family: its command, who answers the
// controls and forms whose action bears its names, and its shortcuts.
type Family struct {
	Commands  []Command
	Presses   map[string]Press // by Action.Family
	Forms     map[string]Press
	Shortcuts []Shortcut
}

// Press declares who answers controls or forms of one action family.
type Press struct {
	Permission chat.Permission
	Run        Handler
	// OpensForm says which verbs are answered by a form.
	OpensForm func(verb string) bool
}

// Shortcut declares an entry of a message's own menu.
type Shortcut struct {
	Name       string
	Permission chat.Permission
	Run        Handler
}

// refuse returns a sentence for the member alone.
func (r *Request) refuse(id string, args ...i18n.Arg) (chat.Reply, error) {
	return chat.PrivateLine(r.Private.Line(id, args...)), nil
}
