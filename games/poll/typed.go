package poll

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Quotes are closed by any of their family, since keyboards and telephones mix
// them.
const (
	doubleQuotes = "\"“”„‟«»"
	singleQuotes = "'‘’‚‹›"
)

var (
	bullet = regexp.MustCompile(`^(?:[-*+•–—‣▪▫◦·○●►→✅☑]️?[\s\x{A0}]+)+`)
	// number is "1.", "2)", "(3)", "a)", "4 -" or a digit in a box, with a space
	// behind: "2.5 l" begins with none.
	number = regexp.MustCompile(`^(?:\(?(?:\d{1,2}|[A-Za-z])[.)][\s\x{A0}]+|\d{1,2}[\s\x{A0}]*[-–—:][\s\x{A0}]+|\d️?⃣[\s\x{A0}]*|🔟[\s\x{A0}]*)`)
)

// ReadOptions reads options as people type them: one a line, in quotes of any
// kind side by side, or parted by semicolons, by bars, or else by commas.
// Bullets are taken off, and numbers where every option has one.
func ReadOptions(text string) []string {
	var out []string
	for _, piece := range pieces(text) {
		piece = unquoted(bullet.ReplaceAllString(strings.TrimSpace(piece), ""))
		if piece = strings.Join(strings.Fields(piece), " "); piece != "" {
			out = append(out, piece)
		}
	}
	for _, o := range out {
		if at := number.FindStringIndex(o); at == nil || at[1] == len(o) {
			return out
		}
	}
	for i, o := range out {
		out[i] = unquoted(number.ReplaceAllString(o, ""))
	}
	return out
}

// pieces cuts a text into options.
func pieces(text string) []string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n").Replace(strings.TrimSpace(text))
	lines := strings.FieldsFunc(text, func(c rune) bool { return c == '\n' })
	if len(lines) > 1 {
		return lines
	}
	if quoted, ok := allQuoted(text); ok {
		return quoted
	}
	for _, parting := range []string{";；", "|｜", ",，、"} {
		if strings.ContainsAny(text, parting) {
			return cutAt(text, parting)
		}
	}
	return lines
}

// cutAt cuts at any of these characters that does not stand between double
// quotes.
func cutAt(text, parting string) []string {
	var out []string
	from, open := 0, false
	for i, c := range text {
		switch {
		case strings.ContainsRune(doubleQuotes, c):
			open = !open
		case strings.ContainsRune(parting, c) && !open:
			out, from = append(out, text[from:i]), i+utf8.RuneLen(c)
		}
	}
	if open { // a quote that nothing closes is a letter like any other
		return strings.FieldsFunc(text, func(c rune) bool { return strings.ContainsRune(parting, c) })
	}
	return append(out, text[from:])
}

// allQuoted reads a text of nothing but quoted options, between which spaces or
// any parting may stand.
func allQuoted(text string) ([]string, bool) {
	var out []string
	for {
		text = strings.TrimLeftFunc(text, func(c rune) bool { return unicode.IsSpace(c) || strings.ContainsRune(";,|；，、｜", c) })
		if text == "" {
			return out, len(out) > 0
		}
		first, size := utf8.DecodeRuneInString(text)
		family := familyOf(first)
		if family == "" {
			return nil, false
		}
		end, width := closer(text[size:], family)
		if end < 0 {
			return nil, false
		}
		out = append(out, text[size:size+end])
		text = text[size+end+width:]
	}
}

func familyOf(c rune) string {
	for _, family := range []string{doubleQuotes, singleQuotes} {
		if strings.ContainsRune(family, c) {
			return family
		}
	}
	return ""
}

// closer finds the quote that ends a piece: one behind which nothing, a space
// or a parting stands, so that apostrophes stay what they are.
func closer(s, family string) (at, width int) {
	for i, c := range s {
		if !strings.ContainsRune(family, c) {
			continue
		}
		next, n := utf8.DecodeRuneInString(s[i+utf8.RuneLen(c):])
		if n == 0 || unicode.IsSpace(next) || strings.ContainsRune(";,|；，、｜", next) || family == doubleQuotes && familyOf(next) == family {
			return i, utf8.RuneLen(c)
		}
	}
	return -1, 0
}

// unquoted takes quotes off that stand around a whole text.
func unquoted(text string) string {
	text = strings.TrimSpace(text)
	first, n := utf8.DecodeRuneInString(text)
	last, m := utf8.DecodeLastRuneInString(text)
	family := familyOf(first)
	if family == "" || len(text) <= n+m || !strings.ContainsRune(family, last) {
		return text
	}
	inner := text[n : len(text)-m]
	if strings.ContainsAny(inner, family) {
		return text
	}
	return strings.TrimSpace(inner)
}
