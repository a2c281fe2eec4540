package commands

import (
	"slices"
	"strings"

	"animo/bot/chat"
)

// Sentences name commands by their plain English path, "/giveaway start". What
// a member has to type is another: Discord shows commands in the reader's
// language, Slack under the one name that its manifest gave them. So each
// answer is gone through before it is sent, and every path in it that stands
// as code becomes the one that works for whoever reads it. The words behind
// the first are understood in every language, wherever they are typed.

// shown writes a path as this member has to type it.
func (g *Registry) shown(r *Request, path []string) string {
	specs, out := g.menu.Commands, make([]string, 0, len(path))
	for n, word := range path {
		i := slices.IndexFunc(specs, func(c chat.CommandSpec) bool { return c.Name == word })
		if i < 0 {
			return chat.PathString(append(out, path[n:]...))
		}
		name := specs[i].Names.In(r.Private.Language())
		if given := g.Names[r.Caps.Network]; n == 0 && !r.Caps.LocalCommands && given != nil {
			name = given(specs[i])
		}
		out = append(out, name)
		specs = specs[i].Sub
	}
	return chat.PathString(out)
}

// typed is shown for a text that begins with a path.
func (g *Registry) typed(r *Request, text string) string {
	words := strings.Split(strings.TrimPrefix(text, "/"), " ")
	specs, n := g.menu.Commands, 0
	for n < len(words) {
		i := slices.IndexFunc(specs, func(c chat.CommandSpec) bool { return c.Name == words[n] })
		if i < 0 {
			break
		}
		specs = specs[i].Sub
		n++
	}
	if n == 0 {
		return text
	}
	return strings.Join(append([]string{g.shown(r, words[:n])}, words[n:]...), " ")
}

func (g *Registry) typedLine(r *Request, l chat.Line) chat.Line {
	out := slices.Clone(l)
	for i, in := range out {
		if in.Kind == chat.KindCode && strings.HasPrefix(in.Text, "/") {
			out[i].Text = g.typed(r, in.Text)
		}
		out[i].Inner = g.typedLine(r, in.Inner)
	}
	return out
}

func (g *Registry) typedCard(r *Request, c chat.Card) chat.Card {
	c.Blocks = slices.Clone(c.Blocks)
	for i, b := range c.Blocks {
		b.Line = g.typedLine(r, b.Line)
		b.Items, b.Fields = slices.Clone(b.Items), slices.Clone(b.Fields)
		for j := range b.Items {
			b.Items[j] = g.typedLine(r, b.Items[j])
		}
		for j := range b.Fields {
			b.Fields[j].Value = g.typedLine(r, b.Fields[j].Value)
		}
		c.Blocks[i] = b
	}
	return c
}
