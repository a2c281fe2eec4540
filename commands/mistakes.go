package commands

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

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
func (g *Registry) mistaken(r *Request, c Command, mistakes []chat.Mistake) chat.Reply {
	spec := g.specAt(r.Path)
	missing := !slices.ContainsFunc(mistakes, func(m chat.Mistake) bool { return m.Kind != chat.MistakeMissing })
	if form, ok := g.missingForm(r, c, spec); ok && missing && !r.Caps.TypedOptions {
		return chat.Reply{Form: form}
	}
	lines := make([]chat.Line, 0, len(mistakes))
	for _, m := range mistakes {
		lines = append(lines, r.Private.Line("common.mistake."+string(m.Kind),
			i18n.In("option", chat.Code(optionName(r, spec, m.Option))), i18n.In("typed", chat.Code(shorten(m.Text, 60)))))
	}
	return chat.Private(chat.Say(chat.Join(lines, chat.Break())).With(
		chat.Note(r.Private.Line("common.example", i18n.In("example", chat.Code(g.example(r, c)))))))
}

// optionName is an option's name as the member reads it; one that does not
// exist stays as it was typed.
func optionName(r *Request, spec chat.CommandSpec, name string) string {
	for _, o := range spec.Options {
		if o.Name == name {
			return o.Names.In(r.Private.Language())
		}
	}
	return shorten(name, 40)
}

// checkArgs adds to the mistakes that the platform found what it may not have
// checked: options that are missing, integers that are none, and values that
// no choice allows.
func checkArgs(c Command, args chat.Values, mistakes []chat.Mistake) []chat.Mistake {
	out := slices.Clone(mistakes)
	for i, m := range out {
		if m.Kind == chat.MistakeKindOf && m.Text == "" {
			out[i].Kind = chat.MistakeMissing // such as prize:""
		}
	}
	for _, o := range c.Options {
		v, given := args[o.Name]
		named := slices.ContainsFunc(mistakes, func(m chat.Mistake) bool { return m.Option == o.Name })
		switch {
		case named:
		case !given && o.Required:
			out = append(out, chat.Mistake{Kind: chat.MistakeMissing, Option: o.Name})
		case given && o.Kind == chat.OptionInteger && !isInteger(v),
			given && len(o.Choices) > 0 && !slices.Contains(o.Choices, v):
			out = append(out, chat.Mistake{Kind: chat.MistakeKindOf, Option: o.Name, Text: v})
		}
	}
	return out
}

func isInteger(s string) bool {
	_, err := strconv.Atoi(s)
	return err == nil
}

// example writes the command as it is typed right. What needs more than an id
// has its example in the catalogue.
func (g *Registry) example(r *Request, c Command) string {
	key := "cmd." + strings.Join(r.Path, ".") + ".example"
	if r.Private.Has(key) {
		return r.Private.Text(key)
	}
	example := chat.PathString(r.Path)
	if slices.ContainsFunc(c.Options, func(o Option) bool { return o.Name == "id" }) {
		example += " id:7K2M9QXF"
	}
	return example
}

// unknownCommand lists what may stand behind the first word, if that is known,
// as far as the member may use it.
func (g *Registry) unknownCommand(r *Request, e chat.Invoked) chat.Reply {
	var items []chat.Line
	for _, spec := range g.menu.Commands {
		if len(e.Path) == 0 || spec.Name != e.Path[0] {
			continue
		}
		spec.Walk(func(path []string, c chat.CommandSpec) {
			if r.Community.Allows(r.Actor, c.Permission) {
				items = append(items, chat.L(chat.Code(chat.PathString(path))))
			}
		})
	}
	typed := typedPath(e)
	id := "common.unknown_command"
	if len(items) > 0 && typed == chat.PathString(e.Path[:1]) {
		id = "common.which_command"
	}
	card := chat.Say(r.Private.Line(id, i18n.In("typed", chat.Code(shorten(typed, 60)))))
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
// then for the others, as many as a form holds. There is none if it could not
// ask for all that is required, or would lose something that was typed.
func (g *Registry) missingForm(r *Request, c Command, spec chat.CommandSpec) (*chat.Form, bool) {
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
	var fields []chat.FormField
	for _, o := range options {
		asked := o.Kind != chat.OptionMember && o.Kind != chat.OptionRole && len(fields) < chat.MaxFormFields
		switch {
		case asked:
			fields = append(fields, g.fieldOf(r, c, o))
		case rankOf(o) < 2:
			return nil, false
		}
	}
	return &chat.Form{
		Action: chat.Act(familyMissing, strings.Join(r.Path, "."), ""),
		Title:  shorten(g.shown(r, r.Path), 24),
		Submit: r.Private.Text("common.button.go"), Close: r.Private.Text("common.button.cancel"),
		Fields: fields,
	}, !c.NoForm
}

func (g *Registry) fieldOf(r *Request, c Command, o chat.OptionSpec) chat.FormField {
	l := r.Private.Language()
	f := chat.FormField{
		Name: o.Name, Label: labelOf(o.Names.In(l)), Hint: o.Summary.In(l), Kind: chat.FieldShort,
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

// labelOf makes the label of a field from an option's name.
func labelOf(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return shorten(strings.ReplaceAll(string(unicode.ToUpper(first))+name[size:], "_", " "), 45)
}

func (g *Registry) specAt(path []string) chat.CommandSpec {
	for _, c := range g.menu.Commands {
		if spec, ok := c.Find(path); ok {
			return spec
		}
	}
	return chat.CommandSpec{}
}

// filledIn runs a command with what its form brought. Where the platform can,
// the form stays open with what is wrong in it, so that nothing is typed twice.
func (g *Registry) filledIn(ctx context.Context, r *Request) (chat.Reply, error) {
	args := chat.Values{}
	for name, v := range r.Args {
		if v = strings.TrimSpace(v); v != "" {
			args[name] = v
		}
	}
	path := strings.Split(r.Action.Verb, ".")
	c := g.commands[chat.PathString(path)]
	reply, err := g.invoke(ctx, r, chat.Invoked{Meta: r.Meta, Path: path, Args: args})
	if mistakes := checkArgs(c, args, nil); r.Caps.FormErrors && len(mistakes) > 0 && reply.Card != nil {
		reply.Wrong = map[string]string{mistakes[0].Option: reply.Card.Plain()}
		return reply, err
	}
	wrong := asRefusal(r, err)
	if wrong == nil || !r.Caps.FormErrors || len(c.Options) == 0 {
		return reply, err
	}
	field := c.Options[0].Name
	if c.Field != nil {
		field = c.Field(ctx, r, args)
	}
	return g.beside(r, field, wrong), nil
}

// beside puts a sentence beside a field of the form just sent in, and on a
// card for a platform that no longer waits for the form to be judged.
func (g *Registry) beside(r *Request, field string, wrong chat.Line) chat.Reply {
	reply := chat.PrivateLine(wrong)
	reply.Wrong = map[string]string{field: g.typedLine(r, wrong).Plain()}
	return reply
}

// shorten cuts text to at most n characters.
func shorten(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}
