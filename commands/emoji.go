package commands

import "slices"

// Code points with a part of their own in emoji (unicode.org/reports/tr51).
const (
	joiner      = 0x200D // makes one emoji of two
	asEmoji     = 0xFE0F // asks for the coloured form
	firstTone   = 0x1F3FB
	lastTone    = 0x1F3FF
	firstLetter = 0x1F1E6 // two of these make a flag
	lastLetter  = 0x1F1FF
	firstTag    = 0xE0020 // spell the flag of a region
	lastTag     = 0xE007F
	keycap      = 0x20E3
)

// isEmoji says whether text is one emoji of Unicode: a platform refuses a
// button with anything else, and the whole card with it.
func isEmoji(text string) bool {
	r := []rune(text)
	if len(r) == 0 || len(r) > maxEmoji {
		return false
	}
	if isLetter(r[0]) {
		return len(r) == 2 && isLetter(r[1])
	}
	if last := len(r) - 1; r[last] == keycap {
		return last >= 1 && (r[0] >= '0' && r[0] <= '9' || r[0] == '#' || r[0] == '*') && (last == 1 || last == 2 && r[1] == asEmoji)
	}
	joined := true
	for _, c := range r {
		switch {
		case c == joiner:
			if joined {
				return false
			}
			joined = true
		case isPicture(c):
			if !joined {
				return false
			}
			joined = false
		case c == asEmoji, c >= firstTone && c <= lastTone, c >= firstTag && c <= lastTag:
			if joined {
				return false
			}
		default:
			return false
		}
	}
	return !joined
}

func isLetter(c rune) bool { return c >= firstLetter && c <= lastLetter }

// isPicture says whether c lies in a block that holds emoji.
func isPicture(c rune) bool {
	if c >= firstTone && c <= lastTone || isLetter(c) {
		return false
	}
	lone := []rune{0xA9, 0xAE, 0x203C, 0x2049, 0x2122, 0x2139, 0x3030, 0x303D, 0x3297, 0x3299}
	return slices.Contains(lone, c) || c >= 0x2190 && c <= 0x2BFF || c >= 0x1F004 && c <= 0x1FAFF
}
