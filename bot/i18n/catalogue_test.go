package i18n

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
)

func TestTheLanguagesHoldTheSameMessages(t *testing.T) {
	b := embedded(t)
	english := b.IDs(chat.English)
	if len(english) == 0 {
		t.Fatal("no messages at all")
	}
	for _, l := range chat.Languages() {
		for _, id := range b.IDs(l) {
			if !slices.Contains(english, id) {
				t.Errorf("%s is not in English", id)
			}
		}
		for _, id := range english {
			if !b.Printer(l).Has(id) {
				t.Errorf("%s is not in %q", id, l)
			} else if got, want := b.Args(l, id), b.Args(chat.English, id); !slices.Equal(got, want) {
				t.Errorf("%s has the arguments %v in %q, %v in English", id, got, l, want)
			}
		}
	}
}

func TestFrenchIsSetAsTheFrenchSetIt(t *testing.T) {
	for id, m := range embedded(t).catalogues[chat.French] {
		for _, text := range m.text {
			if fault := frenchFault(text); fault != "" {
				t.Errorf("%s: %s: %q", id, fault, text)
			}
		}
	}
}

var (
	notProse  = regexp.MustCompile("`[^`]*`|{{[^}]*}}|https?://[^ )]*")
	clockLike = regexp.MustCompile(`(\d):(\d)`)
	loneMark  = regexp.MustCompile(`[^\x{A0}!?][:;!?»]|^[:;!?»]`)
	openQuote = regexp.MustCompile(`«([^\x{A0}]|$)`)
)

// frenchFault names what is wrong with the typography of a text, if anything.
func frenchFault(text string) string {
	prose := clockLike.ReplaceAllString(notProse.ReplaceAllString(text, "x"), "$1$2")
	switch {
	case strings.Contains(prose, "'"):
		return "an apostrophe is ’"
	case strings.Contains(prose, "..."):
		return "an ellipsis is …"
	case strings.ContainsAny(prose, `"“”`):
		return "quotation marks are « and »"
	case openQuote.MatchString(prose):
		return "U+00A0 stands after «"
	case loneMark.MatchString(prose):
		return "U+00A0 stands before : ; ! ? »"
	}
	return ""
}

func TestFrenchFaultsAreFound(t *testing.T) {
	for text, wrong := range map[string]bool{
		"C’est fini\u00a0: «\u00a0{{.x}}\u00a0»\u00a0!":   false,
		"À 20:30, voyez `a: b` et https://example.org/?a": false,
		"Vraiment\u00a0?!": false,
		"C'est fini":       true,
		"Fini :":           true,
		"Fini!":            true,
		"«{{.x}}\u00a0»":   true,
		"«\u00a0{{.x}} »":  true,
		"Bon...":           true,
		`Un "mot"`:         true,
	} {
		if got := frenchFault(text); (got != "") != wrong {
			t.Errorf("%q: fault %q", text, got)
		}
	}
}
