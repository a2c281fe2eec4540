package commands

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// familyMissing is the action family of the form that asks for what is
// missing; its verb is the command's path, joined by dots.
const familyMissing = "cmd"

func missingFamily(g *Registry) Family {
	return Family{Forms: map[string]Press{familyMissing: {Permission: chat.Anyone, Run: g.filledIn}}}
}

// mistaken says what is wrong with a typed command. If only something is
// missing, and the platform has no fields for options, a form asks for it with
// what was typed already.
func (g *Registry) mistaken(r *Request, c Command, mistakes []chat.Mistake) (chat.Reply, bool) {
	mistakes = slices.Concat(mistakes, checkArgs(c, r.Args))
	if len(mistakes) == 0 {
		return chat.Reply{}, false
	}
	missing := func(m chat.Mistake) bool { return m.Kind == chat.MistakeMissing }
	if !slices.ContainsFunc(mistakes, func(m chat.Mistake) bool { return !missing(m) }) && !r.Caps.TypedOptions {
		return chat.Reply{Form: g.missingForm(r, c)}, true
	}
	lines := make([]chat.Line, 0, len(mistakes))
	for _, m := range mistakes {
		lines = append(lines, r.Private.Line("common.mistake."+string(m.Kind),
			i18n.In("option", chat.Code(m.Option)), i18n.In("typed", chat.Code(shorten(m.Text, 60)))))
	}
	card := chat.Say(chat.Join(lines, chat.Break())).With(
		chat.Note(r.Private.Line("common.example", i18n.In("example", chat.Code(g.example(r, c))))))
	return chat.Private(card), true
}

// checkArgs finds integers that are none or out of bounds, and values that no
// choice allows; a platform may not have checked.
func checkArgs(c Command, args chat.Values) []chat.Mistake {
	var out []chat.Mistake
	for _, o := range c.Options {
		v, given := args[o.Name]
		if !given {
			continue
		}
		switch {
		case o.Kind == chat.OptionInteger && !isInteger(v),
			len(o.Choices) > 0 && !slices.Contains(o.Choices, v):
			out = append(out, chat.Mistake{Kind: chat.MistakeKindOf, Option: o.Name, Text: v})
		}
	}
	return out
}

func isInteger(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// example writes the command as it is typed right.
func (g *Registry) example(r *Request, c Command) string {
	key := "cmd." + strings.Join(r.Path, ".") + ".example"
	if r.Private.Has(key) {
		return r.Private.Text(key)
	}
	parts := []string{chat.PathString(r.Path)}
	for _, o := range c.Options {
		if o.Required {
			parts = append(parts, o.Name+":…")
		}
	}
	return strings.Join(parts, " ")
}

func (g *Registry) unknownCommand(r *Request, e chat.Invoked) chat.Reply {
	known := make([]string, 0, len(g.commands))
	for path := range g.commands {
		if len(e.Path) > 0 && strings.HasPrefix(path, "/"+e.Path[0]+" ") {
			known = append(known, path)
		}
	}
	slices.Sort(known)
	items := make([]chat.Line, len(known))
	for i, k := range known {
		items[i] = chat.L(chat.Code(k))
	}
	card := chat.Say(r.Private.Line("common.unknown_command", i18n.In("typed", chat.Code(shorten(typedPath(e), 60)))))
	if len(items) > 0 {
		card = card.With(chat.List(items...))
	}
	return chat.Private(card)
}

func typedPath(e chat.Invoked) string {
	typed := chat.PathString(e.Path)
	for _, m := range e.Mistakes {
		if m.Kind == chat.MistakeCommand && m.Text != "" {
			typed += " " + m.Text
		}
	}
	return typed
}

// missingForm asks for required options first, then for those already given,
// then for the others, as many as a form holds.
func (g *Registry) missingForm(r *Request, c Command) *chat.Form {
	spec := g.specAt(r.Path)
	form := &chat.Form{
		Action: chat.Act(familyMissing, strings.Join(r.Path, "."), ""),
		Title:  shorten(spec.Names.In(r.Private.Language()), 24),
		Submit: r.Private.Text("common.button.go"), Close: r.Private.Text("common.button.cancel"),
	}
	rankOf := func(o chat.OptionSpec) int {
		_, given := r.Args[o.Name]
		switch {
		case o.Required:
			return 0
		case given:
			return 1
		}
		return 2
	}
	options := slices.Clone(spec.Options)
	slices.SortStableFunc(options, func(a, b chat.OptionSpec) int { return rankOf(a) - rankOf(b) })
	for _, o := range options[:min(len(options), chat.MaxFormFields)] {
		form.Fields = append(form.Fields, g.fieldOf(r, c, o))
	}
	return form
}

func (g *Registry) fieldOf(r *Request, c Command, o chat.OptionSpec) chat.FormField {
	l := r.Private.Language()
	f := chat.FormField{
		Name: o.Name, Label: shorten(o.Names.In(l), 45), Hint: o.Summary.In(l), Kind: chat.FieldShort,
		Required: o.Required, Value: r.Args[o.Name],
	}
	for _, d := range c.Options {
		if d.Name == o.Name && d.Long {
			f.Kind = chat.FieldLong
		}
	}
	if o.Kind == chat.OptionChannel {
		f.Kind = chat.FieldChannel
	}
	for _, choice := range o.Choices {
		f.Kind = chat.FieldChoice
		f.Options = append(f.Options, chat.Choice{Value: choice.Value, Label: choice.Names.In(l), Chosen: choice.Value == f.Value})
	}
	return f
}

func (g *Registry) specAt(path []string) chat.CommandSpec {
	for _, c := range g.menu.Commands {
		if spec, ok := c.Find(path); ok {
			return spec
		}
	}
	return chat.CommandSpec{}
}

// filledIn runs a command with what its form brought.
func (g *Registry) filledIn(ctx context.Context, r *Request) (chat.Reply, error) {
	args := chat.Values{}
	for name, v := range r.Args {
		if v = strings.TrimSpace(v); v != "" {
			args[name] = v
		}
	}
	return g.invoke(ctx, r, chat.Invoked{Meta: r.Meta, Path: strings.Split(r.Action.Verb, "."), Args: args})
}

// shorten cuts text to at most n characters.
func shorten(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}
