package poll

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// fold makes options comparable: without case, accents, and the kinds of
// apostrophe and space, and without a full stop at the end.
func fold(text string) string {
	var b strings.Builder
	for _, c := range norm.NFD.String(strings.ToLower(text)) {
		switch {
		case unicode.Is(unicode.Mn, c):
		case c == '’' || c == 'ʼ' || c == '‘':
			b.WriteByte('\'')
		case c == 'œ':
			b.WriteString("oe")
		case c == 'æ':
			b.WriteString("ae")
		case c == 'ß':
			b.WriteString("ss")
		default:
			b.WriteRune(c)
		}
	}
	whole := strings.Join(strings.Fields(b.String()), " ")
	if bare := strings.TrimRight(whole, "."); bare != "" {
		return bare
	}
	return whole
}

// cut shortens text to at most n characters.
func cut(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n-1]) + "…"
}
