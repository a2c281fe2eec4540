package discordwire

import (
	"context"
	"strings"
	"unicode"

	"animo/bot/sandbox/world"
)

// maxSuggestions is how many a client shows at a time.
const maxSuggestions = 25

// Complete suggests how a command line could go on: first commands with their
// subcommands, then options, then an option's values. Values with
// autocomplete are asked of the bot, which has Options.AckWindow to answer.
func (s *Server) Complete(ctx context.Context, a world.Action) []world.Suggestion {
	p := s.personByID(a.As)
	if p == nil || !strings.HasPrefix(a.Text, "/") {
		return []world.Suggestion{}
	}
	out, in, value := s.suggest(a, p)
	if in != nil {
		for _, c := range in.await(ctx).choices {
			out = append(out, value.suggestion(localised(p.Locale, c.Name, c.Names), valueText(c.Value), ""))
		}
	}
	if out == nil {
		out = []world.Suggestion{}
	}
	return out[:min(len(out), maxSuggestions)]
}

func (s *Server) suggest(a world.Action, p *person) ([]world.Suggestion, *interaction, valueAt) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, err := s.place(a.Channel, p)
	if err != nil {
		return nil, nil, valueAt{}
	}
	if paths := s.suggestCommands(ch, p, a.Text); paths != nil {
		return paths, nil, valueAt{}
	}
	l, err := s.readLine(ch, p, a.Text)
	if l == nil || l.cmd == nil || err != nil && len(l.given) == 0 && !l.halfway(a.Text) {
		return nil, nil, valueAt{}
	}
	if at, ok := l.current(a.Text); ok {
		out, in := s.suggestValues(ch, p, l, at)
		return out, in, at
	}
	return l.suggestOptions(a.Text, p.Locale), nil, valueAt{}
}

// halfway says whether the last word may be the beginning of an option's name.
func (l *line) halfway(text string) bool { return text != "" && !nested(l.options) }

// suggestCommands lists the commands that begin as typed, with their
// subcommands; nil once a whole command is typed with a space after it.
func (s *Server) suggestCommands(ch *channel, p *person, text string) []world.Suggestion {
	var out []world.Suggestion
	for _, cmd := range s.offered(ch, p.ID, commandChat) {
		l := &line{cmd: cmd}
		out = append(out, l.paths(cmd.Options, localised(p.Locale, cmd.Description, cmd.Descriptions), text, p.Locale)...)
	}
	return out
}

func (l *line) paths(options []*option, description, text, locale string) []world.Suggestion {
	if !nested(options) {
		whole := "/" + l.title(locale)
		plain := "/" + l.title("")
		if !begins(whole, text) && !begins(plain, text) {
			return nil
		}
		return []world.Suggestion{{Label: whole, Description: description, Insert: whole + " "}}
	}
	var out []world.Suggestion
	for _, opt := range options {
		next := &line{cmd: l.cmd, path: append(l.path[:len(l.path):len(l.path)], opt)}
		out = append(out, next.paths(opt.Options, localised(locale, opt.Description, opt.Descriptions), text, locale)...)
	}
	return out
}

func begins(whole, typed string) bool {
	return strings.HasPrefix(strings.ToLower(whole), strings.ToLower(strings.Join(strings.Fields(typed), " "))) &&
		len(typed) <= len(whole)
}

// suggestOptions lists the options not given yet, required ones first as
// Discord wants them registered.
func (l *line) suggestOptions(text, locale string) []world.Suggestion {
	kept, word := text, ""
	if i := strings.LastIndexFunc(text, unicode.IsSpace); i >= 0 {
		kept, word = text[:i+1], text[i+1:]
	}
	var out []world.Suggestion
	for _, opt := range l.options {
		name := localised(locale, opt.Name, opt.Names)
		if l.has(opt) || !strings.HasPrefix(strings.ToLower(name), strings.ToLower(word)) {
			continue
		}
		out = append(out, world.Suggestion{
			Label: name + ":", Description: localised(locale, opt.Description, opt.Descriptions), Insert: kept + name + ":",
		})
	}
	return out
}

// valueAt is the value being typed at the end of a line.
type valueAt struct {
	typed
	kept string // the line up to the value
}

// current finds the value in which the line ends.
func (l *line) current(text string) (valueAt, bool) {
	if len(l.given) == 0 {
		return valueAt{}, false
	}
	last := l.given[len(l.given)-1]
	i := strings.LastIndex(text, ":")
	if last.quoted {
		for start := range quotes {
			if j := strings.LastIndex(text, ":"+string(start)); j >= 0 && last.open {
				return valueAt{last, text[:j+1]}, true
			}
		}
		return valueAt{}, false
	}
	if !last.open || strings.TrimSpace(text[i+1:]) != last.raw {
		return valueAt{}, false
	}
	return valueAt{last, text[:i+1]}, true
}

// suggestion puts a value in its place, between quotes if it needs them.
func (v valueAt) suggestion(label, value, description string) world.Suggestion {
	if strings.ContainsFunc(value, unicode.IsSpace) || strings.Contains(value, ":") {
		value = `"` + value + `"`
	}
	return world.Suggestion{Label: label, Description: description, Insert: v.kept + value + " "}
}

func (s *Server) suggestValues(ch *channel, p *person, l *line, at valueAt) ([]world.Suggestion, *interaction) {
	if at.opt.Autocomplete {
		return nil, s.askChoices(ch, p, l, at)
	}
	var out []world.Suggestion
	offer := func(label, value string) {
		if strings.HasPrefix(strings.ToLower(label), strings.ToLower(at.raw)) {
			out = append(out, at.suggestion(label, value, ""))
		}
	}
	for _, c := range at.opt.Choices {
		name := localised(p.Locale, c.Name, c.Names)
		offer(name, name)
	}
	g := s.guilds[ch.GuildID]
	switch at.opt.Type {
	case optionBoolean:
		offer("True", "true")
		offer("False", "false")
	case optionUser, optionMentionable:
		if g != nil {
			for _, m := range g.sortedMembers() {
				offer("@"+s.people[m.User].Name, "@"+s.people[m.User].Name)
			}
		}
	case optionChannel:
		if g != nil {
			for _, to := range s.visible(g, p.ID) {
				if !to.isDirect() {
					offer("#"+to.Name, "#"+to.Name)
				}
			}
		}
	case optionRole:
		if g != nil {
			for _, r := range g.Roles {
				offer("@"+strings.TrimPrefix(r.Name, "@"), "@"+strings.TrimPrefix(r.Name, "@"))
			}
		}
	}
	return out, nil
}

// askChoices asks the bot for the value being typed. Options that are not
// good yet are left out, as a client leaves them out.
func (s *Server) askChoices(ch *channel, p *person, l *line, at valueAt) *interaction {
	r := resolver{s: s, ch: ch, out: object{}}
	options := []object{}
	for _, v := range l.given {
		o := object{"name": v.opt.Name, "type": v.opt.Type}
		if v.opt == at.opt {
			o["value"], o["focused"] = v.raw, true
		} else if value, err := s.value(v, p, &r); err == nil {
			o["value"] = value
		} else {
			continue
		}
		options = append(options, o)
	}
	in := s.newInteraction(askComplete, p, ch)
	in.command = l.cmd.Name
	s.ask(in, l.data(options))
	return in
}
