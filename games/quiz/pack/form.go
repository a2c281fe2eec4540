package pack

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"animo/bot/chat"
)

// form is an answer as words, one of the ways in which it can be meant.
type form []string

// forms are the ways in which an answer can be meant; none if it holds neither
// letter nor digit. "Une heure" is an hour, and is 1 hour.
func forms(text string, l chat.Language) []form {
	w := words(text, l)
	if len(w) == 0 {
		return nil
	}
	others := slices.DeleteFunc(articles(l), func(a string) bool { return slices.Contains(ones(l), a) })
	out := []form{counted(without(w, articles(l)), l), counted(numbered(without(w, others), l), l)}
	// Many a work keeps its English article, to which tea folds too.
	if l == chat.French && !strings.Contains(strings.ToLower(norm.NFC.String(text)), "thé") {
		out = append(out, counted(without(w, append(articles(l), "the")), l))
	}
	return out
}

// without leaves out the articles. One with nothing after it is none: vitamin
// A, the note la.
func without(w, articles []string) []string {
	var out []string
	for i, word := range w {
		last := i == len(w)-1
		if last || !slices.Contains(articles, word) || elided(word) && !beginsWithVowel(w[i+1]) {
			out = append(out, word)
		}
	}
	return out
}

// numbered reads the articles that may mean a number as numbers.
func numbered(w []string, l chat.Language) []string {
	out := slices.Clone(w)
	for i, word := range w {
		if slices.Contains(ones(l), word) {
			out[i] = "1"
		}
	}
	return out
}

// counted writes the numbers that stand in words in digits.
func counted(w []string, l chat.Language) form {
	known := numbers(l)
	var out form
	for i := 0; i < len(w); i++ {
		digits, ok := "", false
		if i+1 < len(w) {
			digits, ok = known[w[i]+" "+w[i+1]]
		}
		if ok {
			i++
		} else if digits, ok = known[w[i]]; !ok {
			digits = w[i]
		}
		out = append(out, digits)
	}
	return out
}

// squeezed is a form without its spaces, since one writes weekend and week-end;
// those between two numbers stay.
func (f form) squeezed() string {
	var b strings.Builder
	after := ' '
	for _, word := range f {
		first, _ := utf8.DecodeRuneInString(word)
		if unicode.IsDigit(after) && (unicode.IsDigit(first) || first == '-') {
			b.WriteByte(' ')
		}
		b.WriteString(word)
		after, _ = utf8.DecodeLastRuneInString(word)
	}
	return b.String()
}
