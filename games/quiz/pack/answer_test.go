package pack_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games/quiz/pack"
)

func free(l chat.Language, answers []string, wrong ...string) pack.Question {
	return pack.Question{Language: l, Kind: pack.Free, Answers: answers, Wrong: wrong}
}

func TestWhatIsRightAndWhatIsNearlyRight(t *testing.T) {
	const en, fr = chat.English, chat.French
	for _, row := range []struct {
		l     chat.Language
		right string
		typed string
		want  bool
	}{
		// case, accents, spaces, punctuation
		{fr, "Méliès", "melies", true},
		{fr, "Méliès", "MÉLIÈS !", true},
		{fr, "Mélie\u0300s", "Méliès", true}, // one accent as a character of its own
		{fr, "cœur", "COEUR", true},
		{fr, "Saint-Exupéry", "saint exupery", true},
		{fr, "week-end", "weekend", true},
		{en, "Moby-Dick", "moby dick.", true},
		{en, "Schrödinger’s cat", "schrodingers cat", true},
		{en, "Schrödinger's cat", "Schrödinger’s cat", true},
		{en, "jalapeño", "Jalapeno", true},
		{en, "rock & roll", "rock and roll", true},
		{fr, "Astérix & Obélix", "asterix et obelix", true},
		{en, "ＡＢＣ", "abc", true}, // full width
		{en, "C++", "C", false},
		{en, "C#", "c", false},
		{en, "C#", "c#!", true},
		// articles
		{fr, "la Corse", "corse", true},
		{fr, "Corse", "La Corse", true},
		{fr, "l’Islande", "islande", true},
		{fr, "Islande", "l'islande", true},
		{fr, "eau", "de l’eau", true},
		{fr, "muguet", "du muguet", true},
		{fr, "chêne", "un chêne", true},
		{fr, "Jeanne d’Arc", "jeanne darc", true},
		{fr, "Beatles", "The Beatles", true},
		{fr, "The Beatles", "les beatles", true},
		{fr, "thé vert", "the vert", true},
		{fr, "thé vert", "vert", false},
		{fr, "la", "LA", true}, // the note
		{fr, "vitamine D", "la vitamine d", true},
		{fr, "plan D secret", "plan secret", false},
		{en, "the Bering Strait", "Bering strait", true},
		{en, "heart", "a heart", true},
		{en, "apple", "an apple", true},
		{en, "The Who", "who", true},
		{en, "vitamin A", "vitamin", false},
		{en, "Los Angeles", "la", false},
		// numbers
		{fr, "3", "trois", true},
		{fr, "trois", "3", true},
		{fr, "17", "dix-sept", true},
		{fr, "17", "dix sept", true},
		{fr, "20", "vingt", true},
		{fr, "20", "vingt et un", false},
		{fr, "20", "vingt-deux", false},
		{fr, "1", "un", true},
		{fr, "1 heure", "une heure", true},
		{fr, "2 heures", "une heure", false},
		{fr, "10 000", "10000", true},
		{fr, "10\u202f000", "10 000", true},
		{fr, "1,5", "1.5", true},
		{fr, "1,5", "15", false},
		{fr, "3,142", "3142", false},
		{fr, "-5", "5", false},
		{fr, "Louis XIV", "Louis quatorze", false}, // whoever writes the question lists it
		{en, "8", "eight", true},
		{en, "twelve", "12", true},
		{en, "12", "twelfe", false},
		{en, "seven dwarfs", "7 dwarfs", true},
		{en, "10,000", "10 000", true},
		{en, "1.5", "1,5", true},
		{en, "1 2", "12", false},
		{en, "in 1989", "in 1988", false},
		{en, "room b1234", "room b1235", false},
		{en, "Apollo 11", "Apollo 13", false},
		{en, "1,024", "1024", true},
		// one slip, from six letters
		{fr, "Panoramix", "panoramics", false},
		{fr, "Panoramix", "panoramis", true},
		{fr, "Lascaux", "lascau", true},
		{fr, "Lascaux", "lascauux", true},
		{fr, "Lascaux", "lasco", false},
		{fr, "Georges Bizet", "George Bizet", true},
		{fr, "Louis XIV", "Louis XV", false},
		{fr, "Louis XIV", "Louis XVI", false},
		{fr, "Louis XIV", "Loui XIV", true},
		{fr, "vitamine D", "vitamine C", false},
		{fr, "Ardèche", "Ardeche", true},
		{fr, "Mars", "Marc", false},
		{fr, "chêne", "chene", true},
		{fr, "chêne", "chine", false},
		{en, "Mona Lisa", "Mona Liza", true},
		{en, "Kilimanjaro", "Kilimanjero", true},
		{en, "Kilimanjaro", "Kilimanjiro", true},
		{en, "Kilimanjaro", "Kilimanjerro", false},
		{en, "Shakespeare", "Shakespear", true},
		{en, "Shakespeare", "Shakspear", false},
		{en, "Italy", "Itely", false}, // five letters
		{en, "Saturn", "Satrun", false},
		{en, "Saturn", "Saturne", true},
		{en, "New York", "newyork", true},
		{en, "New York", "New Yorks", true},
		{en, "vitamin A", "vitamin E", false},
		{en, "plan B now", "plan C now", false},
		{en, "Henry VIII", "Henry VII", false},
		// nothing at all
		{en, "rice", "", false},
		{en, "rice", "?!…", false},
		{en, "rice", "🍚", false},
		{en, "rice", strings.Repeat("rice ", 200), false},
		{en, strings.Repeat("rice ", 200), strings.Repeat("rice ", 200), false},
	} {
		if got := free(row.l, []string{row.right}).Accepts(row.typed); got != row.want {
			t.Errorf("%s: %q for %q: accepted is %v", row.l, row.typed, row.right, got)
		}
	}
}

func TestAnAnswerListedAsWrongNeverCounts(t *testing.T) {
	const en, fr = chat.English, chat.French
	for _, row := range []struct {
		q     pack.Question
		typed string
		want  bool
	}{
		{free(fr, []string{"Islande"}, "Irlande"), "irlande", false},
		{free(fr, []string{"Islande"}, "Irlande"), "L’Irlande !", false},
		{free(fr, []string{"Islande"}, "Irlande"), "islande", true},
		{free(fr, []string{"Islande"}, "Irlande"), "issande", true},
		{free(fr, []string{"Islande"}, "Irlande"), "ilande", false}, // may be either
		{free(en, []string{"Gambia"}, "Zambia"), "the zambia", false},
		{free(en, []string{"Gambia"}, "Zambia"), "The Gambia", true},
		{free(en, []string{"Gambia"}, "Zambia"), "Gambya", true},
		{free(en, []string{"stationery"}, "stationary"), "Stationary", false},
	} {
		if got := row.q.Accepts(row.typed); got != row.want {
			t.Errorf("%q for %q, not %q: accepted is %v", row.typed, row.q.Answers, row.q.Wrong, got)
		}
	}
}

func TestAChoiceQuestionTakesNoFreeAnswer(t *testing.T) {
	q := pack.Question{Language: chat.English, Kind: pack.Choice, Choices: []string{"a1", "b2"}, Right: []int{0}, Answers: []string{"a1"}}
	if q.Accepts("a1") {
		t.Error("a choice question took a free answer")
	}
}

// disguises change how an answer is written and not what it is.
func disguises(l chat.Language) []func(string) string {
	article := "the "
	if l == chat.French {
		article = "les "
	}
	return []func(string) string{
		strings.ToUpper,
		strings.ToLower,
		func(s string) string { return "  " + s + " !" },
		func(s string) string { return "« " + s + "\u00a0»" },
		func(s string) string { return strings.NewReplacer("'", "’", "’", "'").Replace(s) },
		func(s string) string { return strings.ReplaceAll(s, "-", " ") },
		func(s string) string { return strings.ReplaceAll(s, "-", "‑") }, // unbreakable
		func(s string) string { return article + s },
	}
}

func ownFree(t *testing.T) []pack.Question {
	t.Helper()
	var out []pack.Question
	for _, q := range questions(t) {
		if q.Kind == pack.Free {
			out = append(out, q)
		}
	}
	return out
}

func TestADisguisedAnswerIsStillRight(t *testing.T) {
	own := ownFree(t)
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.SampledFrom(own).Draw(t, "question")
		right := rapid.SampledFrom(q.Answers).Draw(t, "answer")
		typed := right
		for _, disguise := range rapid.SliceOfN(rapid.SampledFrom(disguises(q.Language)), 1, 3).Draw(t, "disguises") {
			typed = disguise(typed)
		}
		if !q.Accepts(typed) {
			t.Fatalf("%s: %q is %q in disguise", q.Key(), typed, right)
		}
	})
}

func TestAListedWrongAnswerInDisguiseIsStillWrong(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(chat.Languages()).Draw(t, "language")
		right := rapid.StringMatching(`[a-z]{6,10}`).Draw(t, "right")
		at := rapid.IntRange(0, len(right)-1).Draw(t, "at")
		wrong := right[:at] + rapid.StringMatching(`[a-z]`).Draw(t, "letter") + right[at+1:]
		q := free(l, []string{right}, wrong)
		if typed := rapid.SampledFrom(disguises(l)).Draw(t, "disguise")(wrong); q.Accepts(typed) {
			t.Fatalf("%q is listed as wrong for %q", typed, right)
		}
	})
}

func TestOneSlipIsForgivenInLongWordsOnly(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// Letters that make neither numerals, nor numbers, nor articles.
		right := []rune(rapid.StringMatching(`[bgjkpqr]{3,12}`).Draw(t, "right"))
		typed := slices.Clone(right)
		slips := rapid.IntRange(1, 3).Draw(t, "slips")
		for range slips {
			typed = slices.Insert(typed, rapid.IntRange(0, len(typed)).Draw(t, "at"), 's')
		}
		want := slips == 1 && len(right) >= 6
		for _, l := range chat.Languages() {
			if got := free(l, []string{string(right)}).Accepts(string(typed)); got != want {
				t.Fatalf("%s: %q for %q: accepted is %v", l, string(typed), string(right), got)
			}
		}
	})
}

func TestAnotherNumberIsNeverRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := rapid.SampledFrom(chat.Languages()).Draw(t, "language")
		around := rapid.SampledFrom([]string{"# ", "Apollo #", "the year # or so", "# kilometres"}).Draw(t, "around")
		number := rapid.StringMatching(`[1-9][0-9]{0,5}`)
		a, b := number.Draw(t, "a"), number.Draw(t, "b")
		q := free(l, []string{strings.ReplaceAll(around, "#", a)})
		if got := q.Accepts(strings.ReplaceAll(around, "#", b)); got != (a == b) {
			t.Fatalf("%s for %s in %q: accepted is %v", b, a, around, got)
		}
	})
}

func FuzzWhatIsTypedIsJudged(f *testing.F) {
	for _, s := range []string{"", "l'", "un un un", "dix-sept", "1,000,000", "é̀", "C++", "-", "👍🏽", "\xff", "ﷺ", "X I V", "½"} {
		f.Add(s, "Louis XIV")
		f.Add("Louis XIV", s)
	}
	f.Fuzz(func(t *testing.T, right, typed string) {
		for _, l := range chat.Languages() {
			q := free(l, []string{right})
			hasWords := strings.ContainsFunc(right, func(r rune) bool { return unicode.IsLetter(r) && r < 0x250 })
			if len(right) <= 500 && hasWords && !q.Accepts(right) {
				t.Errorf("%s: %q does not answer itself", l, right)
			}
			if free(l, []string{right}, typed).Accepts(typed) {
				t.Errorf("%s: %q is listed as wrong and accepted", l, typed)
			}
			if q.Accepts(typed) && pack.Fold(typed) == "" {
				t.Errorf("%s: %q says nothing and is accepted for %q", l, typed, right)
			}
		}
	})
}
