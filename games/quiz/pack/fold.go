package pack

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"animo/bot/chat"
)

// Fold is a text without case, accents and punctuation, its words a space
// apart: two texts that fold to the same are the same to a reader.
func Fold(text string) string { return strings.Join(words(text, chat.English), " ") }

// letters that Unicode does not take apart.
var letters = strings.NewReplacer("œ", "oe", "æ", "ae", "ß", "ss", "ø", "o", "ł", "l", "đ", "d", "ı", "i")

// bare is a text in small letters without accents.
func bare(text string) []rune {
	var out []rune
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(text, " ")) {
		if r < '\u0300' || r > '\u036F' { // combining diacritical marks
			out = append(out, unicode.ToLower(r))
		}
	}
	return []rune(letters.Replace(string(out)))
}

// cutter cuts a text into words.
type cutter struct {
	text  []rune
	l     chat.Language
	words []string
	word  []rune
}

// words cuts a text into words and numbers. A sign stays where it makes another
// word: C++ and C# are not C, -5 is not 5, 1.5 is not 15.
func words(text string, l chat.Language) []string {
	c := cutter{text: bare(text), l: l}
	for i, r := range c.text {
		switch {
		case unicode.IsLetter(r), unicode.IsDigit(r), c.isSign(i):
			c.word = append(c.word, r)
		case c.isPoint(i):
			c.word = append(c.word, '.')
		case c.isGrouping(i):
		case r == '&':
			c.end()
			c.words = append(c.words, conjunction(l))
		default:
			c.end()
		}
	}
	c.end()
	return c.words
}

func (c *cutter) end() {
	if len(c.word) > 0 {
		c.words = append(c.words, string(c.word))
	}
	c.word = nil
}

func (c *cutter) at(i int) rune {
	if i < 0 || i >= len(c.text) {
		return ' '
	}
	return c.text[i]
}

// isSign says whether a sign belongs to the word: behind a letter, or before a
// number. The minus is a hyphen, since that is what keyboards have.
func (c *cutter) isSign(i int) bool {
	switch c.text[i] {
	case '+', '#':
		return len(c.word) > 0 && !unicode.IsDigit(c.word[len(c.word)-1])
	case '-':
		return len(c.word) == 0 && unicode.IsSpace(c.at(i-1)) && unicode.IsDigit(c.at(i+1))
	}
	return false
}

func (c *cutter) isPoint(i int) bool {
	between := unicode.IsDigit(c.at(i-1)) && unicode.IsDigit(c.at(i+1))
	return between && (c.text[i] == '.' || c.text[i] == ',' && !c.isGrouping(i))
}

// isGrouping says whether a mark parts thousands: "10 000" in either language,
// "10,000" in English.
func (c *cutter) isGrouping(i int) bool {
	comma := c.text[i] == ',' && c.l == chat.English
	number := len(c.word) > 0 && !slices.ContainsFunc(c.word, func(r rune) bool { return !unicode.IsDigit(r) && r != '-' })
	if !comma && !unicode.IsSpace(c.text[i]) || !number {
		return false
	}
	digits := 0
	for unicode.IsDigit(c.at(i + 1 + digits)) {
		digits++
	}
	return digits == 3
}

func conjunction(l chat.Language) string {
	if l == chat.French {
		return "et"
	}
	return "and"
}
