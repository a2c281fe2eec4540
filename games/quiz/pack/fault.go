package pack

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// Fault is one thing that is wrong with a file.
type Fault struct {
	ID     string // of a sentence in the catalogue "pack"
	Args   []i18n.Arg
	File   string
	Number int    // of the question or prompt, from 1; 0 for the file's head
	Item   string // the question's or prompt's id, "" if it has none
	where  string // the message that says where: in a question or a prompt
}

// Line is the sentence for whoever wrote the file: where it is, what is wrong
// and an example that is right.
func (f Fault) Line(p i18n.Printer) chat.Line {
	file, fault := i18n.Str("file", quoted(f.File)), i18n.In("fault", p.Line(f.ID, f.Args...)...)
	if f.Number == 0 {
		return p.Line("pack.at.file", file, fault)
	}
	item := p.Line("pack.at.number", i18n.Num("number", int64(f.Number)))
	if f.Item != "" {
		item = p.Line("pack.at.named", i18n.Num("number", int64(f.Number)), i18n.Str("id", quoted(f.Item)))
	}
	return p.Line(f.where, file, i18n.In("item", item...), fault)
}

// Faults are all that is wrong with a file: of its head, then of its questions
// or prompts in their order. Find them with errors.As.
type Faults []Fault

// Error is for the operator, in English.
func (f Faults) Error() string {
	if len(f) == 0 {
		return "no fault"
	}
	first := f[0]
	reason := strings.ReplaceAll(strings.TrimPrefix(first.ID, faultArea), "_", " ")
	return fmt.Sprintf("%s, item %d %q: %s (of %d faults)", first.File, first.Number, first.Item, reason, len(f))
}

// Lines are the sentences of the first so many faults, and one that says how
// many more there are.
func (f Faults) Lines(p i18n.Printer, most int) []chat.Line {
	var out []chat.Line
	for _, fault := range f[:min(most, len(f))] {
		out = append(out, fault.Line(p))
	}
	if more := len(f) - len(out); more > 0 {
		out = append(out, p.Line("pack.more", i18n.Count(int64(more))))
	}
	return out
}

const (
	faultArea = "pack.fault."
	maxQuoted = 60 // characters of what was written that a sentence repeats
)

// quoted is what was written as a sentence repeats it: on one line, cut.
func quoted(text string) string {
	text = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || turnsText(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) > maxQuoted {
		return string([]rune(text)[:maxQuoted-1]) + "…"
	}
	return text
}
