package i18n

import (
	"errors"
	"strings"
	"unicode/utf8"

	"animo/bot/chat"
)

// Arguments are kept out of the template: it is executed with one private-use
// rune per argument, and the inlines take the runes' places once the markup
// has been read.
const (
	firstSlot = '\uE000'
	lastSlot  = '\uF8FF'
)

func slot(i int) string { return string(firstSlot + rune(i)) }

func isSlot(r rune) bool { return r >= firstSlot && r <= lastSlot }

// setter makes a line of a message's text.
type setter struct {
	args   []chat.Line // by slot
	out    chat.Line
	strong chat.Line
	bold   bool // strong is being filled
}

// markup reads **bold**, `code` and line breaks, and puts args in the place
// of their slots. It is total: an error comes with the text as far as it goes.
func markup(text string, args []chat.Line) (chat.Line, error) {
	s := &setter{args: args}
	for text != "" {
		switch {
		case strings.HasPrefix(text, "**"):
			s.toggle()
			text = text[2:]
		case text[0] == '`':
			code, rest, ok := strings.Cut(text[1:], "`")
			if !ok {
				return s.out, errors.New("a ` is never closed")
			}
			s.put(chat.Code(s.fill(code)))
			text = rest
		default:
			text = s.plain(text)
		}
	}
	if s.bold {
		s.toggle()
		return s.out, errors.New("a ** is never closed")
	}
	return s.out, nil
}

func (s *setter) toggle() {
	s.bold = !s.bold
	if !s.bold {
		s.put(chat.Strong(s.strong...))
		s.strong = nil
	}
}

// plain takes what stands before the next mark, or one slot, and returns the
// rest.
func (s *setter) plain(text string) string {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == '\n':
		s.put(chat.Break())
		return text[size:]
	case isSlot(r):
		s.put(s.arg(r)...)
		return text[size:]
	}
	end := size
	for end < len(text) && !strings.HasPrefix(text[end:], "**") && text[end] != '`' && text[end] != '\n' {
		r, size = utf8.DecodeRuneInString(text[end:])
		if isSlot(r) {
			break
		}
		end += size
	}
	s.put(chat.T(text[:end]))
	return text[end:]
}

func (s *setter) arg(r rune) chat.Line {
	if i := int(r - firstSlot); i < len(s.args) {
		return s.args[i]
	}
	return nil
}

// fill replaces the slots within code, which is literal.
func (s *setter) fill(code string) string {
	var b strings.Builder
	for _, r := range code {
		if isSlot(r) {
			b.WriteString(s.arg(r).Plain())
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// put adds inlines, joining neighbouring text into one.
func (s *setter) put(in ...chat.Inline) {
	line := &s.out
	if s.bold {
		line = &s.strong
	}
	for _, i := range in {
		last := len(*line) - 1
		if i.Kind == chat.KindText && last >= 0 && (*line)[last].Kind == chat.KindText {
			(*line)[last].Text += i.Text
			continue
		}
		*line = append(*line, i)
	}
}
