package discord

import (
	"regexp"
	"strings"
	"unicode/utf16"
)

// budget is the room that is left for text.
type budget struct {
	chars, bytes int
}

// take uses up the room for s, if there is enough.
func (b *budget) take(s string) bool {
	chars := length(s)
	if chars > b.chars || len(s) > b.bytes {
		return false
	}
	b.chars -= chars
	b.bytes -= len(s)
	return true
}

// length counts characters as limits.go does.
func length(s string) int {
	n := 0
	for _, r := range s {
		n += max(utf16.RuneLen(r), 1)
	}
	return n
}

// cut shortens literal text to n characters, the last being an ellipsis.
func cut(s string, n int) string {
	if length(s) <= n {
		return s
	}
	left := n - 1
	for i, r := range s {
		if left -= max(utf16.RuneLen(r), 1); left < 0 {
			return s[:i] + "…"
		}
	}
	return s
}

// noBreak stands behind an "@" that would otherwise mention everyone.
const noBreak = "\u200b"

// place knows where on its line the next character stands, since Markdown
// gives some characters a meaning at the start of a line only.
type place struct {
	begun  bool // something but blanks and digits stands before
	digits bool // only blanks and then digits stand before
}

// escape writes one character of literal text so that it means nothing but
// itself; rest is what follows it. What a backslash stands before is shown as
// it is (support article "Markdown Text 101").
func (p *place) escape(r rune, rest string) string {
	if r < ' ' || r == 0x7f {
		r = ' '
	}
	was := *p
	p.move(r)
	switch r {
	case '@':
		return at(rest)
	case '\\', '*', '_', '~', '`', '|', '<', '[', ']':
		return `\` + string(r)
	case ':':
		if shortName.MatchString(rest) {
			return `\:`
		}
	case '#', '>', '-', '+':
		if !was.begun {
			return `\` + string(r)
		}
	case '.', ')':
		if was.digits {
			return `\` + string(r)
		}
	}
	return string(r)
}

// shortName is what follows the colon of a web address or of an emoji's short
// name, which may go on in the next text.
var shortName = regexp.MustCompile(`^(//|[\w+-]+:|[A-Za-z_+-][\w+-]*$)`)

// at writes an "@" that everyone is not mentioned by. "<" is never left as it
// is, so that nobody else is either.
func at(rest string) string {
	for _, all := range []string{"everyone", "here"} {
		switch {
		case strings.HasPrefix(rest, all):
			return "@" + noBreak
		case strings.HasPrefix(all, rest):
			return `\@` // the next text may go on
		}
	}
	return "@"
}

func (p *place) move(r rune) {
	switch {
	case r == ' ':
		p.begun = p.begun || p.digits
		p.digits = false
	case r >= '0' && r <= '9' && !p.begun:
		p.digits = true
	default:
		p.begun, p.digits = true, false
	}
}
