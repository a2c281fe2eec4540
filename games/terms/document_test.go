package terms_test

import (
	"reflect"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games/terms"
)

// words that try to be everything but literal.
var hostile = []string{
	"# h", "## Article", "- item", "+ item", "= x", "1. one", "12) twelve", "*x* _y_ ~~z~~", "<b>", "&amp;", "[a](http://b)", "`c`",
	"\\", "\\\\*", "| a | b |", "> quote", "---", "===", "@everyone", "« été »",
}

func drawLine(t *rapid.T) string {
	parts := rapid.SliceOfN(rapid.OneOf(rapid.SampledFrom(hostile), rapid.StringN(0, 20, -1)), 1, 3).Draw(t, "text")
	text := strings.Map(func(c rune) rune {
		if unicode.IsControl(c) || unicode.In(c, unicode.Zl, unicode.Zp) {
			return -1
		}
		return c
	}, strings.Join(parts, " "))
	if text = strings.TrimSpace(text); text == "" {
		return "x"
	}
	return text
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := terms.Document{Title: drawLine(t), Preface: drawLine(t)}
		for range rapid.IntRange(0, 4).Draw(t, "sections") {
			s := terms.Section{Title: drawLine(t)}
			for range rapid.IntRange(0, 4).Draw(t, "lines") {
				s.Lines = append(s.Lines, terms.Line{Text: drawLine(t), Item: rapid.Bool().Draw(t, "item")})
			}
			d.Sections = append(d.Sections, s)
		}
		back, err := terms.Parse(d.Markdown())
		if err != nil || !reflect.DeepEqual(back, d) {
			t.Fatalf("%v\nwritten %#v\nread    %#v\n%s", err, d, back, d.Markdown())
		}
	})
}

func TestMembersWordsBringNoMarkupAndNoLine(t *testing.T) {
	for _, words := range append(hostile, "a\nb\n# c", "a\u2028# b", "a\u0085- b", "\xff\xfe", "a\r\n\r\n## b") {
		s := minimal(t)
		s.Title, s.Lots[0].Prize, s.Organiser.Name, s.Community = words, words, words, words
		doc, err := terms.Parse(text(t, s.Revise(s, noon, printer(t, chat.English)), 1, chat.English))
		if err != nil {
			t.Fatal(err)
		}
		if len(doc.Sections) != 14 || !strings.HasPrefix(doc.Sections[0].Title, "1. ") {
			t.Errorf("%q made %d sections", words, len(doc.Sections))
		}
	}
}

func FuzzAnythingIsReadOrRefused(f *testing.F) {
	f.Add("# Title\n\nVersion 1\n\n## 1. A\n\nText\n\n- one\n- two\n")
	f.Add("no page")
	f.Fuzz(func(t *testing.T, text string) {
		d, err := terms.Parse(text)
		if err != nil {
			return
		}
		if again, err := terms.Parse(d.Markdown()); err != nil || again.Title != d.Title || len(again.Sections) != len(d.Sections) {
			t.Errorf("%q is read as %+v, and that as %+v: %v", text, d, again, err)
		}
	})
}
