package commands

import (
	"context"
	"slices"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
)

type help struct{ *Registry }

func helpFamily(g *Registry) Family {
	w := help{g}
	return Family{Commands: []Command{{
		Name: "help", Permission: chat.Anyone, Run: w.help,
		Options: []Option{{Name: "topic", Kind: chat.OptionText, Choices: []string{"commands", "platforms"}}},
	}}}
}

func (w help) help(_ context.Context, r *Request) (chat.Reply, error) {
	if r.Args["topic"] == "platforms" {
		return chat.Private(w.parity(r)), nil
	}
	return chat.Private(w.overview(r)), nil
}

// overview lists what the member may do, from the registry.
func (w help) overview(r *Request) chat.Card {
	p := r.Private
	card := chat.NewCard(chat.Heading(p.Line("help.title")), chat.Paragraph(p.Line("help.intro")))
	for _, c := range w.menu.Commands {
		var items []chat.Line
		c.Walk(func(path []string, spec chat.CommandSpec) {
			if r.Community.Allows(r.Actor, spec.Permission) {
				items = append(items, w.entry(r, path, spec))
			}
		})
		if len(items) > 0 {
			card = card.With(chat.List(items...))
		}
	}
	for _, s := range w.menu.Shortcuts {
		if r.Community.Allows(r.Actor, s.Permission) {
			card = card.With(chat.Paragraph(p.Line("help.shortcut", i18n.In("name", chat.Strong(chat.T(s.Names.In(p.Language())))))))
		}
	}
	return card.With(chat.Note(p.Line("help.more")))
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
