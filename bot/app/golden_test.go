package app

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/bot/i18n"
)

var update = flag.Bool("update", false, "write testdata/golden anew")

// scene is a card by name, with those who read it.
type scene struct {
	name    string
	private bool // for one member alone
	card    chat.Card
}

// TestGoldenCards draws every card that members and staff can see as each
// platform is sent it, and as plain text.
func TestGoldenCards(t *testing.T) {
	words, err := i18n.New()
	must(t, err)
	for _, l := range chat.Languages() {
		t.Run(string(l), func(t *testing.T) {
			t.Parallel()
			w := openWire(t)
			discord, slack := scenes(t, words, chat.Discord, l), scenes(t, words, chat.Slack, l)
			folder := filepath.Join("testdata", "golden", string(l))
			var names []string
			for _, s := range discord {
				i := slices.IndexFunc(slack, func(o scene) bool { return o.name == s.name })
				if i < 0 {
					t.Fatalf("%s is not shown on Slack", s.name)
				}
				names = append(names, s.name+".txtar")
				matches(t, filepath.Join(folder, s.name+".txtar"), archive(t, w, s, slack[i]))
			}
			if len(slack) != len(discord) {
				t.Errorf("%d cards on Discord, %d on Slack", len(discord), len(slack))
			}
			nothingElse(t, folder, names)
		})
	}
}

// archive puts a card's three forms into one file, in the txtar format.
func archive(t *testing.T, w *wire, discord, slack scene) []byte {
	t.Helper()
	var b bytes.Buffer
	if discord.private {
		b.WriteString("For one member alone.\n")
	} else {
		b.WriteString("For everyone in the channel.\n")
	}
	for _, form := range []struct {
		name string
		data []byte
	}{
		{"plain.txt", []byte(discord.card.Plain() + "\n")},
		{"discord.json", w.onDiscord(discord.card)},
		{"slack.json", w.onSlack(slack.card, slack.private)},
	} {
		fmt.Fprintf(&b, "-- %s --\n%s", form.name, form.data)
	}
	return b.Bytes()
}

// matches compares with the file, or writes it.
func matches(t *testing.T, path string, got []byte) {
	t.Helper()
	if *update {
		must(t, os.MkdirAll(filepath.Dir(path), 0o755))
		must(t, os.WriteFile(path, got, 0o644))
		return
	}
	want, err := os.ReadFile(path)
	must(t, err)
	if !bytes.Equal(got, want) {
		t.Errorf("%s differs: look at it, and if that is meant run go test ./bot/app -run Golden -update\n%s", path, firstDifference(string(want), string(got)))
	}
}

func firstDifference(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			return "want " + w[i] + "\ngot  " + g[i]
		}
	}
	return "one is longer than the other"
}

// nothingElse finds files of cards that are gone, and removes them at an
// update.
func nothingElse(t *testing.T, folder string, names []string) {
	t.Helper()
	found, err := os.ReadDir(folder)
	must(t, err)
	for _, f := range found {
		switch {
		case slices.Contains(names, f.Name()):
		case *update:
			must(t, os.Remove(filepath.Join(folder, f.Name())))
		default:
			t.Errorf("%s shows no card", filepath.Join(folder, f.Name()))
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
