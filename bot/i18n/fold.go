package i18n

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// maxTyped is how many bytes a duration, a date or a schedule may have;
	// DateText needs about 60, ScheduleText 210.
	maxTyped = 250
	// maxQuoted is how many characters of what was typed an error repeats.
	maxQuoted = 60
)

// fold brings what was typed into lower-case ASCII without accents; false if
// that is not possible, so that digits and letters of other scripts are not
// taken for something else.
func fold(typed string) (string, bool) {
	if len(typed) > maxTyped || !utf8.ValidString(typed) {
		return "", false
	}
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(typed)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == '’' || r == 'ʼ':
			b.WriteByte('\'')
		case r == '−' || r == '–':
			b.WriteByte('-')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		case r <= unicode.MaxASCII && unicode.IsPrint(r):
			b.WriteRune(r)
		default:
			return "", false
		}
	}
	return phrases.Replace(strings.Join(strings.Fields(b.String()), " ")), true
}

// phrases makes one word of what the two languages write with apostrophes,
// hyphens or several words. Longer ones stand first: the replacer takes the
// first that fits.
var phrases = strings.NewReplacer(
	"the day after tomorrow", "apresdemain",
	"day after tomorrow", "apresdemain",
	"apres-demain", "apresdemain",
	"apres demain", "apresdemain",
	"avant-hier", "avanthier",
	"aujourd'hui", "aujourdhui",
	"aujourd hui", "aujourdhui",
	"de l'apres-midi", "apresmidi",
	"de l'apres midi", "apresmidi",
	"apres-midi", "apresmidi",
	"apres midi", "apresmidi",
	"in the morning", "morning",
	"in the afternoon", "afternoon",
	"in the evening", "evening",
	"du matin", "matin",
	"du soir", "soir",
	"d'ici a ", "dici ",
	"d'ici", "dici",
	"jusqu'au", "jusqua",
	"jusqu'a", "jusqua",
	"week-end", "weekend",
	"week end", "weekend",
	"demi-heure", "demiheure",
	"demi heure", "demiheure",
	"half an hour", "une demiheure",
	"half-hour", "demiheure",
	"half hour", "demiheure",
	"and a half", "et demie",
	"a.m.", "am",
	"p.m.", "pm",
)

// quoted is what was typed as an error repeats it: on one line, cut.
func quoted(typed string) string {
	typed = strings.ToValidUTF8(typed[:min(len(typed), maxTyped*utf8.UTFMax)], "\uFFFD")
	runes := []rune(strings.Join(strings.FieldsFunc(typed, blank), " "))
	if len(runes) > maxQuoted {
		return string(runes[:maxQuoted-1]) + "…"
	}
	return string(runes)
}

func blank(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }

type tokenKind int

const (
	tokenEnd tokenKind = iota
	tokenNumber
	tokenWord
	tokenMark // one character
)

type token struct {
	kind   tokenKind
	text   string
	n      int  // of a number; -1 if it is out of all proportion
	spaced bool // a space stands before it
}

const maxDigits = 9

// lex cuts folded text into numbers, words and marks. The point of an
// abbreviation ("janv.") is dropped.
func lex(text string) []token {
	var out []token
	for i := 0; i < len(text); {
		if text[i] == ' ' {
			i++
			continue
		}
		end := i + 1
		kind := kindOf(text[i])
		for kind != tokenMark && end < len(text) && kindOf(text[end]) == kind {
			end++
		}
		t := token{kind: kind, text: text[i:end], n: -1, spaced: i > 0 && text[i-1] == ' '}
		if kind == tokenNumber && end-i <= maxDigits {
			t.n, _ = strconv.Atoi(t.text)
		}
		if !t.isPoint() || len(out) == 0 || out[len(out)-1].kind != tokenWord {
			out = append(out, t)
		}
		i = end
	}
	return out
}

func (t token) isPoint() bool { return t.text == "." && !t.spaced }

func kindOf(c byte) tokenKind {
	switch {
	case c >= '0' && c <= '9':
		return tokenNumber
	case c >= 'a' && c <= 'z', c == '\'':
		return tokenWord
	default:
		return tokenMark
	}
}
