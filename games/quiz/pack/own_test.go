package pack_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"animo/bot/chat"
	"animo/games/quiz/pack"
)

func questions(t *testing.T) []pack.Question {
	t.Helper()
	packs, err := pack.Own()
	if err != nil {
		t.Fatal(err)
	}
	var out []pack.Question
	for _, p := range packs {
		out = append(out, p.Questions...)
	}
	return out
}

// byLanguage are Animo's own questions.
func byLanguage(t *testing.T) map[chat.Language][]pack.Question {
	t.Helper()
	out := map[chat.Language][]pack.Question{}
	for _, q := range questions(t) {
		out[q.Language] = append(out[q.Language], q)
	}
	return out
}

func TestThereAreEnoughQuestionsOfEverySort(t *testing.T) {
	main := map[chat.Language][]string{
		chat.English: {"general knowledge", "web", "community life"},
		chat.French:  {"culture générale", "web", "vie de communauté"},
	}
	for l, all := range byLanguage(t) {
		tags, difficulties, kinds := map[string]int{}, map[pack.Difficulty]int{}, map[pack.Kind]int{}
		for _, q := range all {
			difficulties[q.Difficulty]++
			kinds[q.Kind]++
			for _, tag := range q.Tags {
				tags[tag]++
			}
		}
		t.Logf("%s: %d questions, %v, %v, %v", l, len(all), kinds, difficulties, tags)
		if len(all) < 200 {
			t.Errorf("%s has %d questions", l, len(all))
		}
		for _, tag := range main[l] {
			if tags[tag] < 40 {
				t.Errorf("%s has %d questions about %q", l, tags[tag], tag)
			}
		}
		for _, d := range pack.Difficulties() {
			if share := 100 * difficulties[d] / len(all); share < 28 || share > 40 {
				t.Errorf("%s: %d %% of the questions are %s", l, share, d)
			}
		}
		if kinds[pack.Free] < 40 || kinds[pack.Choice] < 100 {
			t.Errorf("%s: kinds %v", l, kinds)
		}
	}
}

func TestOwnPacksSayWhoseTheyAre(t *testing.T) {
	packs, err := pack.Own()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range packs {
		if p.Author != "Animo" || p.Licence != "MIT" || !strings.HasPrefix(p.ID, "animo-") || !strings.HasSuffix(p.ID, "-"+string(p.Language)) {
			t.Errorf("%+v", p.Head)
		}
	}
	if _, err := pack.NewBank(packs...); err != nil {
		t.Error(err)
	}
}

func TestNothingIsAskedTwice(t *testing.T) {
	for l, all := range byLanguage(t) {
		var texts []string
		for _, q := range all {
			texts = append(texts, q.Text)
		}
		telling := tellingWords(texts)
		for i, a := range all {
			for j, b := range all[:i] {
				same := likeness(telling[i], telling[j])
				if same > 0.6 || same > 0.3 && answers(a) == answers(b) {
					t.Errorf("%s: %q is much like %q", l, a.Text, b.Text)
				}
			}
		}
	}
}

// tellingWords are the words of each text that are not in every other text.
func tellingWords(texts []string) []map[string]bool {
	in := map[string]int{}
	var out []map[string]bool
	for _, s := range texts {
		set := map[string]bool{}
		for _, w := range strings.Fields(pack.Fold(s)) {
			set[w] = true
		}
		for w := range set {
			in[w]++
		}
		out = append(out, set)
	}
	for _, set := range out {
		maps.DeleteFunc(set, func(w string, _ bool) bool { return in[w] > 3+len(texts)/25 })
	}
	return out
}

// likeness is how many of all words of two sets are in both: from 0 to 1.
func likeness(a, b map[string]bool) float64 {
	both := 0
	for w := range b {
		if a[w] {
			both++
		}
	}
	return float64(both) / max(float64(len(a)+len(b)-both), 1)
}

func TestLikenessIsOfWords(t *testing.T) {
	words := tellingWords([]string{"Which river flows through London?", "Through London, which river flows?", "Which bird flies backwards?"})
	if same, other := likeness(words[0], words[1]), likeness(words[0], words[2]); same != 1 || other > 0.2 {
		t.Errorf("likeness %v and %v", same, other)
	}
}

func answers(q pack.Question) string {
	if q.Kind == pack.Free {
		return pack.Fold(q.Answers[0])
	}
	var out []string
	for _, i := range q.Right {
		out = append(out, pack.Fold(q.Choices[i]))
	}
	return strings.Join(out, " / ")
}

func TestTheQuestionDoesNotGiveItsAnswerAway(t *testing.T) {
	for _, q := range questions(t) {
		id := strings.ReplaceAll(q.ID, "-", " ")
		for _, right := range strings.Split(answers(q), " / ") {
			if len(right) > 3 && strings.Contains(" "+pack.Fold(q.Text)+" ", " "+right+" ") {
				t.Errorf("%s: %q says %q", q.Key(), q.Text, right)
			}
			if len(right) > 3 && strings.Contains(" "+id+" ", " "+right+" ") {
				t.Errorf("%s: the id says %q", q.Key(), right)
			}
		}
	}
}

func TestEachQuestionIsWhole(t *testing.T) {
	for _, q := range questions(t) {
		if !strings.HasSuffix(q.Text, "?") && !strings.HasSuffix(q.Text, ".") {
			t.Errorf("%s: %q is no sentence", q.Key(), q.Text)
		}
		if n := utf8.RuneCountInString(q.Text); n > 150 {
			t.Errorf("%s: the question has %d characters", q.Key(), n)
		}
		if n := utf8.RuneCountInString(q.Explanation); n < 20 || n > 200 || !strings.ContainsAny(q.Explanation[len(q.Explanation)-3:], ".?!…") {
			t.Errorf("%s: the explanation is no whole sentence or two: %q", q.Key(), q.Explanation)
		}
		if q.Kind == pack.Choice && (len(q.Right) == 1) == q.Several {
			t.Errorf("%s: right %v, several %v", q.Key(), q.Right, q.Several)
		}
		for _, a := range q.Answers {
			if !q.Accepts(a) {
				t.Errorf("%s: %q is not accepted", q.Key(), a)
			}
		}
		for _, w := range q.Wrong {
			if q.Accepts(w) {
				t.Errorf("%s: %q is accepted", q.Key(), w)
			}
		}
	}
}

// choicesOf are the single choices of a language that have four choices.
func choicesOf(all []pack.Question) []pack.Question {
	return slices.DeleteFunc(slices.Clone(all), func(q pack.Question) bool { return q.Kind != pack.Choice || q.Several || len(q.Choices) != 4 })
}

func TestTheRightChoiceStandsAnywhere(t *testing.T) {
	for l, all := range byLanguage(t) {
		places, longest := map[int]int{}, 0
		four := choicesOf(all)
		for _, q := range four {
			right := q.Choices[q.Right[0]]
			places[q.Right[0]]++
			if !slices.ContainsFunc(q.Choices, func(c string) bool { return c != right && utf8.RuneCountInString(c) >= utf8.RuneCountInString(right) }) {
				longest++
			}
		}
		t.Logf("%s: right places %v of %d; longest in %d", l, places, len(four), longest)
		for place := range 4 {
			if share := 100 * places[place] / len(four); share < 20 || share > 30 {
				t.Errorf("%s: %d %% of the right choices stand at %d", l, share, place+1)
			}
		}
		if 100*longest/len(four) > 45 {
			t.Errorf("%s: in %d of %d questions the longest choice is the right one", l, longest, len(four))
		}
	}
}

func TestOwnWordsAreSetWell(t *testing.T) {
	check := func(key string, l chat.Language, texts ...string) {
		for _, s := range texts {
			if fault := misprint(l, s); fault != "" {
				t.Errorf("%s: %s: %q", key, fault, s)
			}
		}
	}
	for _, q := range questions(t) {
		check(q.Key(), q.Language, slices.Concat([]string{q.Text, q.Explanation}, q.Choices, q.Answers, q.Wrong, q.Tags)...)
	}
	for _, l := range prompts(t) {
		for _, p := range l.Prompts {
			check(p.Key(), p.Language, append(p.Options, l.Title, p.Title, p.Text)...)
		}
	}
}

var (
	loneMark    = regexp.MustCompile(`[^\x{A0}!?][:;!?»]|^[:;!?»]`)
	openQuote   = regexp.MustCompile(`«([^\x{A0}]|$)`)
	frenchGroup = regexp.MustCompile(`\d[ ,.\x{A0}]\d{3}\b`)
)

// misprint names what is wrong with the typography of a text, if anything.
func misprint(l chat.Language, s string) string {
	switch {
	case strings.Contains(s, "'"):
		return "an apostrophe is ’"
	case strings.Contains(s, "..."):
		return "an ellipsis is …"
	case strings.Contains(s, "  ") || strings.TrimSpace(s) != s:
		return "a space too many"
	case strings.Contains(s, `"`):
		return "quotation marks are typographic"
	case l == chat.English && strings.Count(s, "“") != strings.Count(s, "”"):
		return "a quotation mark is missing"
	case l != chat.French:
		return ""
	case strings.ContainsAny(s, "“”") || strings.Count(s, "«") != strings.Count(s, "»"):
		return "quotation marks are « and »"
	case openQuote.MatchString(s):
		return "U+00A0 stands after «"
	case loneMark.MatchString(s):
		return "U+00A0 stands before : ; ! ? »"
	case frenchGroup.MatchString(s):
		return "U+202F parts thousands"
	}
	return ""
}

func TestMisprintsAreFound(t *testing.T) {
	for s, want := range map[string]bool{
		"C’est fini\u00a0: «\u00a0oui\u00a0»\u00a0!": false,
		"10\u202f000 mètres, en 1989, 3,14":          false,
		"Fini !":                                     true,
		"«oui\u00a0»":                                true,
		"C'est":                                      true,
		"10 000":                                     true,
		"Bon...":                                     true,
	} {
		if got := misprint(chat.French, s); (got != "") != want {
			t.Errorf("%q: %q", s, got)
		}
	}
}

func prompts(t *testing.T) []pack.Prompts {
	t.Helper()
	all, err := pack.OwnPrompts()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryLanguageHasSixtyPromptsOfEachKind(t *testing.T) {
	counts := map[string]int{}
	for _, l := range prompts(t) {
		counts[fmt.Sprint(l.Language, " ", l.Kind)] += len(l.Prompts)
		var texts []string
		for _, p := range l.Prompts {
			texts = append(texts, p.Title+" "+p.Text+strings.Join(p.Options, " "))
		}
		telling := tellingWords(texts)
		for i, a := range l.Prompts {
			for j := range i {
				if likeness(telling[i], telling[j]) > 0.6 {
					t.Errorf("%s: %q is much like %q", l.ID, texts[i], texts[j])
				}
			}
			if l.Kind == pack.Daily && !strings.HasSuffix(a.Text, "?") {
				t.Errorf("%s is no question: %q", a.Key(), a.Text)
			}
		}
	}
	t.Logf("%v", counts)
	for _, l := range chat.Languages() {
		for _, k := range []pack.PromptKind{pack.Daily, pack.Rather, pack.Theme} {
			if n := counts[fmt.Sprint(l, " ", k)]; n < 60 {
				t.Errorf("%s has %d of %s", l, n, k)
			}
		}
	}
	if len(slices.Collect(maps.Keys(counts))) != 6 {
		t.Errorf("kinds %v", counts)
	}
}
