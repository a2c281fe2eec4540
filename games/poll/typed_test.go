package poll_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"animo/games/poll"
)

func TestOptionsAreReadAsPeopleTypeThem(t *testing.T) {
	for typed, want := range map[string][]string{
		"A; B; C":                            {"A", "B", "C"},
		"A;B":                                {"A", "B"},
		"A | B | C":                          {"A", "B", "C"},
		"Pizza, Sushi, Salad":                {"Pizza", "Sushi", "Salad"},
		"Yes, of course; No":                 {"Yes, of course", "No"},
		`"A" "B" "C"`:                        {"A", "B", "C"},
		`"A""B"`:                             {"A", "B"},
		`"A", "B"`:                           {"A", "B"},
		`“A” “B, or b”`:                      {"A", "B, or b"},
		`„A“ „B“`:                            {"A", "B"},
		`« A » « B »`:                        {"A", "B"},
		"«\u00a0Oui\u00a0»«\u00a0Non\u00a0»": {"Oui", "Non"},
		`'A' ‘B’`:                            {"A", "B"},
		`'l’été' 'l'hiver'`:                  {"l’été", "l'hiver"},
		`"A; B"; C`:                          {"A; B", "C"},
		`"A" ; “B”`:                          {"A", "B"},
		"A\nB\nC":                            {"A", "B", "C"},
		"A\r\n\r\nB\r\n":                     {"A", "B"},
		"A; B\nC":                            {"A; B", "C"},
		"\"A\"\n« B »":                       {"A", "B"},
		"- A\n- B":                           {"A", "B"},
		"• A\n* B\n– C":                      {"A", "B", "C"},
		"1. A\n2. B":                         {"A", "B"},
		"1) A; 2) B":                         {"A", "B"},
		"a) A; b) B":                         {"A", "B"},
		"1️⃣ A\n2️⃣ B":                       {"A", "B"},
		"- 1. A\n- 2. B":                     {"A", "B"},
		"1 - A; 2 - B":                       {"A", "B"},
		"1. FC Köln; Bayern":                 {"1. FC Köln", "Bayern"},
		"2.5 l; 5 l":                         {"2.5 l", "5 l"},
		"-5; 5":                              {"-5", "5"},
		"10:30; 11:30":                       {"10:30", "11:30"},
		"1; 2; 3":                            {"1", "2", "3"},
		"👍; 👎":                               {"👍", "👎"},
		"👩‍👩‍👧; 🇫🇷":                          {"👩‍👩‍👧", "🇫🇷"},
		`The "best"; The rest`:               {`The "best"`, "The rest"},
		`5" ; 6"`:                            {`5" ; 6"`},
		"  A  B ;; C ; ":                     {"A B", "C"},
		"alone":                              {"alone"},
		"":                                   nil,
		" ; | ":                              {"|"},
	} {
		if got := poll.ReadOptions(typed); !slices.Equal(got, want) {
			t.Errorf("%q is read as %q, not %q", typed, got, want)
		}
	}
}

func TestWrittenOptionsAreReadBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := rapid.SliceOfN(rapid.StringMatching(`[A-Za-zéà👍]{2,6}( [A-Za-z’]{2,6})?`), 2, 25).Draw(t, "options")
		quote := rapid.SampledFrom([][2]string{{`"`, `"`}, {"“", "”"}, {"« ", " »"}, {"", ""}}).Draw(t, "quotes")
		between := rapid.SampledFrom([]string{"; ", "\n", " | ", ";"}).Draw(t, "between")
		typed := make([]string, len(want))
		for i, o := range want {
			typed[i] = quote[0] + o + quote[1]
		}
		if got := poll.ReadOptions(strings.Join(typed, between)); !slices.Equal(got, want) {
			t.Fatalf("%q is read as %q", strings.Join(typed, between), got)
		}
	})
}

func FuzzReadOptions(f *testing.F) {
	f.Add(`"A" "B"`)
	f.Add("« A »\n- 1. B")
	f.Fuzz(func(t *testing.T, typed string) {
		for _, o := range poll.ReadOptions(typed) {
			if strings.TrimSpace(o) != o || o == "" || strings.ContainsAny(o, "\n\r") {
				t.Errorf("%q holds the option %q", typed, o)
			}
		}
	})
}
