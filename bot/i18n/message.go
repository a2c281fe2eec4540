package i18n

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"text/template/parse"

	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"animo/bot/chat"
)

// message is what is known of a catalogue's message beside its words.
type message struct {
	args []string          // sorted
	text map[string]string // by plural form, "other" always; as written
}

var wellFormedID = regexp.MustCompile(`^[a-z][a-z0-9_]*(\.[a-z0-9_-]+)+$`)

// pluralForms lists the CLDR plural forms of a language beside "other"
// (unicode.org/cldr/charts/latest/supplemental/language_plural_rules.html).
func pluralForms(l chat.Language) []string {
	if l == chat.French {
		return []string{"one", "many"}
	}
	return []string{"one"}
}

func check(m *goi18n.Message, plurals []string) (message, error) {
	if !wellFormedID.MatchString(m.ID) {
		return message{}, errors.New(`an id is lower case and begins with its area, as "area.name"`)
	}
	if m.Other == "" {
		return message{}, errors.New(`has no text; quote the whole id if it ends in a word of go-i18n's, as "area.id" = "…"`)
	}
	out := message{text: map[string]string{"other": m.Other}}
	for form, text := range map[string]string{"zero": m.Zero, "one": m.One, "two": m.Two, "few": m.Few, "many": m.Many} {
		if text != "" {
			out.text[form] = text
		}
	}
	if err := checkForms(out.text, plurals); err != nil {
		return message{}, err
	}
	for form, text := range out.text {
		args, err := checkText(text)
		if err != nil {
			return message{}, fmt.Errorf("form %q: %w", form, err)
		}
		out.args = append(out.args, args...)
	}
	slices.Sort(out.args)
	out.args = slices.Compact(out.args)
	return out, nil
}

// checkForms wants either "other" alone or every form of the language.
func checkForms(text map[string]string, plurals []string) error {
	if len(text) == 1 {
		return nil
	}
	for _, form := range plurals {
		if text[form] == "" {
			return fmt.Errorf("lacks the plural form %q", form)
		}
	}
	if len(text) != len(plurals)+1 {
		return fmt.Errorf("has a plural form that its language has not: wanted other, %s", strings.Join(plurals, ", "))
	}
	return nil
}

// checkText returns the arguments of one form's text.
func checkText(text string) ([]string, error) {
	if strings.Trim(text, "\n") != text {
		return nil, errors.New("begins or ends with a line break")
	}
	if strings.ContainsFunc(text, isSlot) {
		return nil, errors.New("holds a private-use character")
	}
	trees, err := parse.Parse("message", text, "{{", "}}")
	if err != nil {
		return nil, err
	}
	var args []string
	var plain strings.Builder
	for _, node := range nodes(trees["message"]) {
		if words, ok := node.(*parse.TextNode); ok {
			plain.Write(words.Text)
			continue
		}
		name, ok := placeholder(node)
		if !ok {
			return nil, fmt.Errorf("%s: only placeholders such as {{.name}} are known", node)
		}
		if !slices.Contains(args, name) {
			args = append(args, name)
		}
		plain.WriteString(slot(0))
	}
	_, err = markup(plain.String(), []chat.Line{nil})
	return args, err
}

func nodes(tree *parse.Tree) []parse.Node {
	if tree == nil || tree.Root == nil {
		return nil
	}
	return tree.Root.Nodes
}

func placeholder(n parse.Node) (string, bool) {
	action, ok := n.(*parse.ActionNode)
	if !ok || len(action.Pipe.Decl) > 0 || len(action.Pipe.Cmds) != 1 || len(action.Pipe.Cmds[0].Args) != 1 {
		return "", false
	}
	field, ok := action.Pipe.Cmds[0].Args[0].(*parse.FieldNode)
	if !ok || len(field.Ident) != 1 {
		return "", false
	}
	return field.Ident[0], true
}
