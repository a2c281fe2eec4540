package commands

import (
	"context"
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
)

type help struct{ *Registry }

// helpFamily explains the others.
func helpFamily(g *Registry, others []Family) Family {
	w := help{g}
	topics := []string{"commands"}
	for _, f := range others {
		for _, c := range f.Commands {
			if len(c.Sub) > 0 {
				topics = append(topics, c.Name)
			}
		}
	}
	return Family{Commands: []Command{{
		Name: "help", Permission: chat.Anyone, Run: w.help,
		Options: []Option{{Name: "topic", Kind: chat.OptionText, Choices: append(topics, "platforms")}},
	}}}
}

func (w help) help(_ context.Context, r *Request) (chat.Reply, error) {
	topic := r.Args["topic"]
	if topic == "platforms" {
		return chat.Private(w.parity(r)), nil
	}
	for _, c := range w.menu.Commands {
		if c.Name == topic && len(c.Sub) > 0 {
			return chat.Private(w.group(r, c)), nil
		}
	}
	return chat.Private(w.overview(r)), nil
}

// overview lists what the member may do, from the registry: a group of commands
// in one line.
func (w help) overview(r *Request) chat.Card {
	p := r.Private
	card := chat.NewCard(chat.Heading(p.Line("help.title")), chat.Paragraph(p.Line("help.intro")))
	var items []chat.Line
	for _, c := range w.menu.Commands {
		allowed := w.allowed(r, c)
		if len(allowed) == 0 {
			continue
		}
		line := w.entry(r, []string{c.Name}, c)
		if len(c.Sub) > 0 {
			names := make([]chat.Line, len(allowed))
			for i, a := range allowed {
				names[i] = chat.L(chat.T(strings.Join(a.names[1:], " ")))
			}
			line = line.Then(chat.Break()).Then(chat.Join(names, chat.T(", "))...)
		}
		items = append(items, line)
	}
	card = card.With(chat.List(items...))
	for _, s := range w.menu.Shortcuts {
		if r.Community.Allows(r.Actor, s.Permission) {
			card = card.With(chat.Paragraph(p.Line("help.shortcut", i18n.In("name", chat.Strong(chat.T(s.Names.In(p.Language())))))))
		}
	}
	return card.With(chat.Note(p.Line("help.details")), chat.Note(p.Line("help.more")))
}

// group tells what each command of a group does.
func (w help) group(r *Request, c chat.CommandSpec) chat.Card {
	card := chat.NewCard(chat.Heading(chat.Words(c.Summary.In(r.Private.Language()))))
	var items []chat.Line
	for _, a := range w.allowed(r, c) {
		items = append(items, w.entry(r, a.path, a.spec))
	}
	if len(items) == 0 {
		return card.With(chat.Paragraph(r.Private.Line("help.nothing")))
	}
	return card.With(chat.List(items...))
}

// usable is a command that the member may use.
type usable struct {
	path  []string
	names []string // in the member's language
	spec  chat.CommandSpec
}

func (w help) allowed(r *Request, c chat.CommandSpec) (out []usable) {
	c.Walk(func(path []string, spec chat.CommandSpec) {
		if r.Community.Allows(r.Actor, spec.Permission) {
			out = append(out, usable{path, namesOn(c, path, r.Private.Language()), spec})
		}
	})
	return out
}

// namesOn are the names on the way to a command, as one reads them.
func namesOn(c chat.CommandSpec, path []string, l chat.Language) []string {
	out := []string{c.Names.In(l)}
	for _, name := range path[1:] {
		for _, s := range c.Sub {
			if s.Name == name {
				out, c = append(out, s.Names.In(l)), s
				break
			}
		}
	}
	return out
}

// entry is one command.
func (w help) entry(r *Request, path []string, spec chat.CommandSpec) chat.Line {
	return r.Private.Line("help.entry",
		i18n.In("command", chat.Code(chat.PathString(path))), i18n.Str("summary", spec.Summary.In(r.Private.Language())))
}

// trait is a row of the parity table: something a platform can do or not.
type trait struct {
	name string
	has  func(chat.Capabilities) bool
}

func traits() []trait {
	return []trait{
		{"typed_options", func(c chat.Capabilities) bool { return c.TypedOptions }},
		{"completion", func(c chat.Capabilities) bool { return c.Completion }},
		{"form_errors", func(c chat.Capabilities) bool { return c.FormErrors }},
		{"local_commands", func(c chat.Capabilities) bool { return c.LocalCommands }},
		{"accents", func(c chat.Capabilities) bool { return c.Accents }},
		{"relative_time", func(c chat.Capabilities) bool { return c.RelativeTime }},
		{"roles", func(c chat.Capabilities) bool { return c.Roles }},
	}
}

// parity says of each platform that runs what it can do, and what to do
// instead where it cannot: the table is made from the adapters' own
// Capabilities and from what commands need.
func (w help) parity(r *Request) chat.Card {
	p := r.Private
	card := chat.NewCard(chat.Heading(p.Line("help.parity")))
	networks := make([]chat.Network, 0, len(w.Platforms))
	for n := range w.Platforms {
		networks = append(networks, n)
	}
	slices.Sort(networks)
	for _, n := range networks {
		caps := w.Platforms[n].Capabilities()
		var items []chat.Line
		for _, t := range traits() {
			items = append(items, parityLine(p, t, caps))
		}
		for _, c := range w.needy(caps) {
			items = append(items, chat.L(chat.T("✗ ")).Then(p.Line("help.lacks",
				i18n.In("command", chat.Code(c)), i18n.Str("substitute", w.commands[c].Needs.Substitute.In(p.Language())))...))
		}
		card = card.With(chat.Paragraph(chat.L(chat.Strong(chat.T(caps.Name)))), chat.List(items...))
	}
	return card
}

func parityLine(p i18n.Printer, t trait, caps chat.Capabilities) chat.Line {
	if t.has(caps) {
		return chat.L(chat.T("✓ ")).Then(p.Line("help.trait." + t.name)...)
	}
	return chat.L(chat.T("✗ ")).Then(p.Line("help.trait." + t.name)...).
		Then(chat.T(" → ")).Then(p.Line("help.substitute." + t.name)...)
}

// needy lists the commands that a platform cannot run.
func (w help) needy(caps chat.Capabilities) []string {
	var out []string
	for path, c := range w.commands {
		if c.Needs != nil && !c.Needs.Met(caps) {
			out = append(out, path)
		}
	}
	slices.SortFunc(out, strings.Compare)
	return out
}
