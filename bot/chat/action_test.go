package chat_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"animo/bot/chat"
)

// word draws text without "|", which stands in an argument alone.
func word(least, most int) *rapid.Generator[string] {
	return rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != '|' }), least, most, 30)
}

func TestAnActionIsReadAsItWasWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := chat.Act(word(1, 8).Draw(t, "family"), word(1, 8).Draw(t, "verb"), word(0, 8).Draw(t, "subject")).
			With(rapid.StringN(0, 8, 30).Draw(t, "arg"))
		s := a.String()
		got, err := chat.ParseAction(s)
		if len(s) > chat.MaxAction {
			if err == nil {
				t.Fatalf("%q has %d bytes and is taken", s, len(s))
			}
			return
		}
		if err != nil || got != a {
			t.Fatalf("%q was read as %+v, %v", s, got, err)
		}
	})
}

func TestAnArgumentMayHoldTheSeparator(t *testing.T) {
	a := chat.Act("pages", "next", "").With("a|b||")
	if got, err := chat.ParseAction(a.String()); err != nil || got != a {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestWhatIsNoActionIsRefused(t *testing.T) {
	for _, s := range []string{
		"", "|", "||", "a", "a|", "a|b", "|b|c", "a||c", "|||", "giveaway enter 42",
		"a|b|" + strings.Repeat("x", chat.MaxAction-3),
	} {
		if got, err := chat.ParseAction(s); err == nil || !got.IsZero() {
			t.Errorf("%q was read as %+v", s, got)
		}
	}
	longest := "a|b|" + strings.Repeat("x", chat.MaxAction-4)
	if _, err := chat.ParseAction(longest); err != nil {
		t.Errorf("the longest action: %v", err)
	}
}

func FuzzParseAction(f *testing.F) {
	for _, s := range []string{"giveaway|enter|42", "a|b|c|d|e", "|", "a|b|", "é|\x00|\xff", "a|b||"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		a, err := chat.ParseAction(s)
		if err != nil {
			return
		}
		if a.Family == "" || a.Verb == "" || len(a.String()) > chat.MaxAction {
			t.Fatalf("%q was read as %+v", s, a)
		}
		if again, err := chat.ParseAction(a.String()); err != nil || again != a {
			t.Fatalf("%+v becomes %+v, %v", a, again, err)
		}
	})
}
