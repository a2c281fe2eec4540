package pack

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"animo/bot/chat"
)

const (
	// maxTyped is how many bytes a free answer may have; longer ones are wrong.
	maxTyped = 500
	// slipFrom is how many letters and digits the right answer must have for a
	// slip to be forgiven.
	slipFrom = 6
	// slipWord is how many letters the word with the slip must have: of
	// vitamin C and vitamin D neither is a slip of the other.
	slipWord = 3
)

// Accepts says whether what a member typed answers a free question; it is false
// for a choice question.
//
// What is the same but for case, accents, punctuation, spaces, articles and the
// writing of numbers is right, unless the question lists it as wrong. So is
// what differs by one letter too many, too few or other, if the right answer
// has six letters or more. It is no slip where a number differs (1788 for
// 1789), a Roman numeral (Louis XV for Louis XIV) or a word of one or two
// letters, and where the same could be a slip of an answer listed as wrong.
func (q Question) Accepts(typed string) bool {
	if q.Kind != Free || len(typed) > maxTyped {
		return false
	}
	switch {
	case exactly(q.Wrong, typed, q.Language):
		return false
	case exactly(q.Answers, typed, q.Language):
		return true
	}
	return nearly(q.Answers, typed, q.Language) && !nearly(q.Wrong, typed, q.Language)
}

// exactly says whether what was typed is one of the answers.
func exactly(answers []string, typed string, l chat.Language) bool {
	return alike(answers, typed, l, func(a, b form) bool { return a.squeezed() == b.squeezed() })
}

// nearly says whether what was typed is one of the answers but for a slip.
func nearly(answers []string, typed string, l chat.Language) bool {
	return alike(answers, typed, l, slip)
}

func alike(answers []string, typed string, l chat.Language, same func(answer, typed form) bool) bool {
	meant := forms(typed, l)
	for _, a := range answers {
		for _, right := range forms(a, l) {
			if slices.ContainsFunc(meant, func(f form) bool { return same(right, f) }) {
				return true
			}
		}
	}
	return false
}

// slip says whether one word differs, by one letter.
func slip(right, typed form) bool {
	if len(right) != len(typed) || utf8.RuneCountInString(strings.Join(right, "")) < slipFrom {
		return false
	}
	differing := -1
	for i := range right {
		if right[i] == typed[i] {
			continue
		}
		if differing >= 0 {
			return false
		}
		differing = i
	}
	if differing < 0 {
		return false
	}
	a, b := right[differing], typed[differing]
	return forgiving(a) && forgiving(b) && levenshtein.ComputeDistance(a, b) == 1
}

// roman matches a Roman numeral below 4000.
var roman = regexp.MustCompile(`^m{0,3}(cm|cd|d?c{0,3})(xc|xl|l?x{0,3})(ix|iv|v?i{0,3})$`)

// forgiving says whether a letter more or less leaves a word recognisable.
func forgiving(word string) bool {
	return utf8.RuneCountInString(word) >= slipWord && !strings.ContainsFunc(word, unicode.IsDigit) && !roman.MatchString(word)
}
