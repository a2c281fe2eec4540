package slackwire

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestMarkupIsTidied(t *testing.T) {
	for in, want := range map[string]string{
		"plain":                             "plain",
		"a & b":                             "a &amp; b",
		"a &amp; b &lt;":                    "a &amp; b &lt;",
		"&amp":                              "&amp;amp",
		"> quote":                           "&gt; quote",
		"<b>":                               "&lt;b&gt;",
		"<@U123> <#C1|x> <!here>":           "<@U123> <#C1|x> <!here>",
		"<!date^1^{date}|then> <!subteam^S": "<!date^1^{date}|then> &lt;!subteam^S",
		"<https://example.org|a b> <x:y>":   "<https://example.org|a b> &lt;x:y&gt;",
	} {
		if got := tidyMarkup(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func FuzzTidyMarkup(f *testing.F) {
	for _, s := range []string{"<@U1>", "a<b>&c", "&lt;", "<https://x|y>", "<<!here>>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := tidyMarkup(s)
		if tidyMarkup(once) != once {
			t.Errorf("%q is not tidy after one pass: %q", s, once)
		}
		if utf8.ValidString(s) && !utf8.ValidString(once) {
			t.Errorf("%q broke", s)
		}
	})
}

func TestTimestampsAreRead(t *testing.T) {
	for in, want := range map[string]int64{"1.5": 1500000, "1503435956.000247": 1503435956000247, "7": 7000000} {
		if got, ok := parseTS(in); !ok || got != want {
			t.Errorf("%q is %d", in, got)
		}
	}
	for _, in := range []string{"", "x", "1.0000001", "-1", strings.Repeat("9", 20)} {
		if _, ok := parseTS(in); ok {
			t.Errorf("%q was read", in)
		}
	}
}

func TestNamesBecomeMentions(t *testing.T) {
	w := &workspace{
		people:   []*person{{ID: "U1", Name: "admin"}, {ID: "U2", Name: "member-1"}},
		channels: []*channel{{ID: "C1", Name: "general", Kind: kindPublic}},
		groups:   []*group{{ID: "S1", Handle: "team"}},
	}
	for in, want := range map[string]string{
		"@admin, @member-1.":    "<@U1>, <@U2>.",
		"see #general!":         "see <#C1|general>!",
		"@team @here @nobody":   "<!subteam^S1|@team> <!here> @nobody",
		"mail@admin #":          "mail@admin #",
		"« @admin »":            "« <@U1> »",
		"at https://x.org/a?b.": "at <https://x.org/a?b>.",
	} {
		if got := w.typed(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
