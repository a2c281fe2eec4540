package slack

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// word is one piece of a command line.
type word struct {
	text   string // without its quotes, and without name
	name   string // what stands before a colon, if anything does
	whole  string // as typed
	quoted bool   // the text was in quotes
	open   bool   // in quotes that are never closed
}

// Quotes are closed by any of their family, since keyboards and telephones
// mix them: "a”, “a", ”a”, „a“.
const (
	doubleQuotes = "\"“”„‟"
	singleQuotes = "'‘’‚"
)

// words cuts a command line. Between quotes a space is part of the word;
// between < and > stands one of Slack's mentions or links.
func words(s string) []word {
	var out []word
	for {
		s = strings.TrimLeftFunc(s, unicode.IsSpace)
		if s == "" {
			return out
		}
		w, n := nextWord(s)
		out = append(out, w)
		s = s[n:]
	}
}

// nextWord reads the word at the start of s and returns how long it is.
func nextWord(s string) (word, int) {
	name, skip := namePrefix(s)
	w := word{name: name}
	value := s[skip:]
	text, n, ok := quotedWord(value)
	switch {
	case ok:
		w.text, w.quoted = text, true
	case n < 0:
		w.text, w.open = strings.TrimSpace(trimFirst(value)), true
		n = len(value)
	default:
		n = bareWord(value)
		w.text = value[:n]
	}
	w.whole = s[:skip+n]
	return w, skip + n
}

// namePrefix finds "name:" at the start of s: letters, digits, "_", "-".
func namePrefix(s string) (name string, length int) {
	for i, r := range s {
		switch {
		case r == ':' && i > 0:
			return s[:i], i + 1
		case unicode.IsLetter(r) || unicode.Is(unicode.Mn, r) || unicode.IsDigit(r) || r == '_' || r == '-':
		default:
			return "", 0
		}
	}
	return "", 0
}

// quotedWord reads quoted text at the start of s and returns its length with
// the quotes; -1 means that the quote is not closed. An apostrophe that opens
// nothing is a letter like any other.
func quotedWord(s string) (text string, length int, ok bool) {
	first, size := utf8.DecodeRuneInString(s)
	switch {
	case first == '«':
		return closedBy(s, size, "»", false)
	case strings.ContainsRune(doubleQuotes, first):
		return closedBy(s, size, doubleQuotes, false)
	case first != utf8.RuneError && strings.ContainsRune(singleQuotes, first):
		if text, n, ok := closedBy(s, size, singleQuotes, true); ok {
			return text, n, true
		}
	}
	return "", 0, false
}

// closedBy looks for the closing quote: one that ends a word if there is one,
// else, unless strict, the first at all.
func closedBy(s string, from int, quotes string, strict bool) (text string, length int, ok bool) {
	fallback, size := -1, 0
	for i, r := range s[from:] {
		if !strings.ContainsRune(quotes, r) {
			continue
		}
		at, n := from+i, utf8.RuneLen(r)
		next, _ := utf8.DecodeRuneInString(s[at+n:])
		if at+n == len(s) || unicode.IsSpace(next) {
			return strings.TrimSpace(s[from:at]), at + n, true
		}
		if fallback < 0 {
			fallback, size = at, n
		}
	}
	if strict || fallback < 0 {
		return "", -1, false
	}
	return strings.TrimSpace(s[from:fallback]), fallback + size, true
}

// bareWord returns the length of the word at the start of s.
func bareWord(s string) int {
	angle := false
	for i, r := range s {
		switch {
		case r == '<':
			angle = strings.Contains(s[i:], ">")
		case r == '>':
			angle = false
		case unicode.IsSpace(r) && !angle:
			return i
		}
	}
	return len(s)
}

func trimFirst(s string) string {
	_, size := utf8.DecodeRuneInString(s)
	return s[size:]
}

// fold makes words comparable: lower case, without accents, œ as oe.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'œ':
			b.WriteString("oe")
		case r == 'æ':
			b.WriteString("ae")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
