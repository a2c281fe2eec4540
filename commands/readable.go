package commands

import (
	"strings"
	"unicode"
)

// isOverride says whether c turns the direction of what stands around it: a
// prize that held one would turn the bot's own sentences round. Text that is
// written from right to left needs none.
func isOverride(c rune) bool {
	return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069
}

// isInvisible says whether c shows nothing at all. A joiner is one, and still
// part of an emoji, so these are only left out of a text that has nothing else.
func isInvisible(c rune) bool {
	const hangulFiller, halfwidthFiller, brailleBlank = 0x3164, 0xFFA0, 0x2800
	return unicode.In(c, unicode.White_Space, unicode.Cc, unicode.Cf, unicode.Variation_Selector) ||
		c == hangulFiller || c == halfwidthFiller || c == brailleBlank
}

// readable is what a member typed without what no reader could see: "" if
// there is nothing to be seen in it.
func readable(text string) string {
	if !strings.ContainsFunc(text, func(c rune) bool { return !isInvisible(c) }) {
		return ""
	}
	return strings.TrimSpace(strings.Map(func(c rune) rune {
		if isOverride(c) || unicode.IsControl(c) && c != '\n' && c != '\t' {
			return -1
		}
		return c
	}, text))
}

// readableLine is readable on one line.
func readableLine(text string) string { return strings.Join(strings.Fields(readable(text)), " ") }

// idOf is a game's id however it was copied: in lower case, with spaces, or
// with the marks of code around it.
func idOf(text string) string {
	return strings.ToUpper(strings.Map(func(c rune) rune {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			return c
		}
		return -1
	}, text))
}
