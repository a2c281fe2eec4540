package pack

import (
	"strings"

	"animo/bot/chat"
)

// articles are the words that may be there or not, folded.
func articles(l chat.Language) []string {
	if l == chat.French {
		return []string{"le", "la", "les", "l", "un", "une", "des", "du", "de", "d"}
	}
	return []string{"the", "a", "an"}
}

// ones are the articles that may mean the number.
func ones(l chat.Language) []string {
	if l == chat.French {
		return []string{"un", "une"}
	}
	return []string{"a", "an"}
}

// elided says whether an article stands only before a vowel, where an
// apostrophe was.
func elided(article string) bool { return article == "l" || article == "d" }

func beginsWithVowel(word string) bool { return strings.IndexAny(word, "aeiouyh") == 0 }

// numbers are the words for numbers up to twenty, folded. French ones of two
// words stand there with a space.
func numbers(l chat.Language) map[string]string {
	if l == chat.French {
		return map[string]string{
			"zero": "0", "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8",
			"neuf": "9", "dix": "10", "onze": "11", "douze": "12", "treize": "13", "quatorze": "14", "quinze": "15",
			"seize": "16", "dix sept": "17", "dix huit": "18", "dix neuf": "19", "vingt": "20",
		}
	}
	return map[string]string{
		"zero": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
		"nine": "9", "ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14", "fifteen": "15",
		"sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty": "20",
	}
}
