package chat

import "strings"

// Language is a language in which Animo speaks.
type Language string

// The languages.
const (
	English Language = "en"
	French  Language = "fr"
)

// Languages lists every language, the fallback first.
func Languages() []Language { return []Language{English, French} }

// Wording is one short text in every language. English is always there.
type Wording map[Language]string

// In returns the text in a language, else in English.
func (w Wording) In(l Language) string {
	if s, ok := w[l]; ok {
		return s
	}
	return w[English]
}

// Permission is what a member must be to use a command.
type Permission string

// The permissions. Each includes those before it.
const (
	Anyone  Permission = "anyone"
	Staff   Permission = "staff"   // holds one of the community's staff roles, or may manage the space
	Manager Permission = "manager" // may manage the space: its owner, administrators, those with "manage server"
)

// OptionKind is the type of a command's option.
type OptionKind string

// The kinds of option.
const (
	OptionText    OptionKind = "text"
	OptionInteger OptionKind = "integer"
	OptionBoolean OptionKind = "boolean"
	OptionMember  OptionKind = "member"
	OptionChannel OptionKind = "channel"
	OptionRole    OptionKind = "role"
)

// OptionSpec describes one option of a command.
type OptionSpec struct {
	Name     string  // plain English, lower case; the same on every platform
	Names    Wording // as displayed, where the platform can
	Summary  Wording // at most 100 characters
	Kind     OptionKind
	Required bool
	// Min and Max bound an integer's value or a text's length in characters;
	// nil means no bound. Handlers check again: a platform may not.
	Min, Max *int
	Choices  []ChoiceSpec // the only values allowed
	Complete bool         // the bot suggests values while one types, where the platform can
	// Rest says that the option takes every further word that is typed without
	// an option's name, where words are typed: those in quotes each on a line of
	// its own.
	Rest bool
}

// ChoiceSpec is one allowed value of an option.
type ChoiceSpec struct {
	Value string
	Names Wording
}

// CommandSpec describes a command, a group of commands or a sub-command; a
// spec with Sub has no options of its own. At most three levels.
type CommandSpec struct {
	Name       string
	Names      Wording
	Summary    Wording // at most 100 characters
	Permission Permission
	Options    []OptionSpec
	Sub        []CommandSpec
	// OpensForm says that the answer may be a form, which must then be the
	// first answer: the frame does not acknowledge before.
	OpensForm bool
	// Needs names what the platform must be able to do; nil means nothing
	// special. Where it cannot, the member is told of the substitute.
	Needs *Need
}

// Need is a capability that a command cannot do without.
type Need struct {
	Met        func(Capabilities) bool
	Substitute Wording // what to do instead
}

// ShortcutSpec is an entry of a message's own menu: a message command on
// Discord, a message shortcut on Slack.
type ShortcutSpec struct {
	Name       string
	Names      Wording // at most 24 characters
	Permission Permission
}

// Walk calls f for each command that can be run, with its path such as
// ["giveaway", "start"].
func (c CommandSpec) Walk(f func(path []string, c CommandSpec)) {
	c.walk(nil, f)
}

func (c CommandSpec) walk(above []string, f func([]string, CommandSpec)) {
	path := append(append([]string(nil), above...), c.Name)
	if len(c.Sub) == 0 {
		f(path, c)
		return
	}
	for _, s := range c.Sub {
		s.walk(path, f)
	}
}

// Find returns the runnable command at a path below c, the path's first word
// being c's own name.
func (c CommandSpec) Find(path []string) (CommandSpec, bool) {
	if len(path) == 0 || path[0] != c.Name {
		return CommandSpec{}, false
	}
	if len(c.Sub) == 0 {
		return c, len(path) == 1
	}
	for _, s := range c.Sub {
		if found, ok := s.Find(path[1:]); ok {
			return found, true
		}
	}
	return CommandSpec{}, false
}

// PathString writes a path as a person types it, with its slash.
func PathString(path []string) string { return "/" + strings.Join(path, " ") }

// CommandMenu is everything a member can call upon: what the adapters register.
type CommandMenu struct {
	Commands  []CommandSpec
	Shortcuts []ShortcutSpec
}
