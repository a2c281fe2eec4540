package i18n

import (
	"slices"

	"github.com/gohugoio/locales"
	goi18n "github.com/nicksnyder/go-i18n/v2/i18n"

	"animo/bot/chat"
)

// Printer says things in one language. It is a small value, and any number of
// goroutines may use it at once. Get one from a Bundle.
type Printer struct {
	bundle   *Bundle
	language chat.Language
	texts    *goi18n.Localizer
	numbers  locales.Translator
}

func newPrinter(b *Bundle, l chat.Language, texts *goi18n.Bundle) Printer {
	return Printer{bundle: b, language: l, texts: goi18n.NewLocalizer(texts, string(l)), numbers: numbers(l)}
}

// Language is the printer's language.
func (p Printer) Language() chat.Language { return p.language }

// In returns the printer of another language over the same catalogues, the
// English one for a language that is not ours.
func (p Printer) In(l chat.Language) Printer { return p.bundle.Printer(l) }

// Has says whether the language has a message.
func (p Printer) Has(id string) bool {
	_, ok := p.bundle.catalogues[p.language][id]
	return ok
}

// Line says a message. An unknown one is shown as its id, an argument that is
// missing as its name in braces; an argument that the message does not name is
// left out.
func (p Printer) Line(id string, args ...Arg) chat.Line {
	m, ok := p.find(id)
	if !ok {
		return chat.Words(id)
	}
	how := &goi18n.LocalizeConfig{MessageID: id}
	data := make(map[string]string, len(m.args))
	inlines := make([]chat.Line, len(m.args))
	for i, name := range m.args {
		data[name] = slot(i)
		inlines[i] = chat.Words("{" + name + "}")
	}
	for _, a := range args {
		if i, named := slices.BinarySearch(m.args, a.name); named {
			inlines[i] = p.inlines(a)
		}
		if a.chooses {
			how.PluralCount = a.n
		}
	}
	how.TemplateData = data
	// An error says that English was taken for a missing translation, or
	// "other" for a message without plural forms: both are meant.
	text, _ := p.texts.Localize(how)
	line, _ := markup(text, inlines) // checked when the catalogue was read
	return line
}

// Text says a message where only plain text can stand: labels, names. See
// chat.Line.Plain for what becomes of mentions and moments.
func (p Printer) Text(id string, args ...Arg) string { return p.Line(id, args...).Plain() }

// Number writes a number with the language's separators; exact up to 2^53.
func (p Printer) Number(n int64) string { return p.numbers.FmtNumber(float64(n), 0) }

func (p Printer) inlines(a Arg) chat.Line {
	if a.number {
		return chat.Words(p.Number(a.n))
	}
	return a.line
}

func (p Printer) find(id string) (message, bool) {
	for _, l := range []chat.Language{p.language, chat.English} {
		if m, ok := p.bundle.catalogues[l][id]; ok {
			return m, true
		}
	}
	return message{}, false
}
