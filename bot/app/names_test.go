package app

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/slack"
	"animo/storage/sqlite"
)

func TestSentencesNameSlacksCommandsAsItsManifestDoes(t *testing.T) {
	menu, err := Menu()
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range chat.Languages() {
		for _, prefix := range []string{"", "animo-"} {
			c := config.Default()
			c.Slack.Language, c.Slack.CommandPrefix = l, prefix
			manifest, err := slack.Manifest(menu, slack.ManifestOptions{Language: l, CommandPrefix: prefix})
			if err != nil {
				t.Fatal(err)
			}
			for _, spec := range menu.Commands {
				if line := "command: /" + commandNames(c)[chat.Slack](spec) + "\n"; !strings.Contains(string(manifest), line) {
					t.Errorf("in %q the manifest lacks %q", l, line)
				}
			}
		}
	}
}

func TestDoctorWorksWhileTheBotRuns(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	sb := startSandbox(t)
	o := Options{Config: configFor(t, sb)}
	held, err := sqlite.Open(t.Context(), o.Config.Storage.URL.Path())
	if err != nil {
		t.Fatal(err)
	}
	defer held.Close()
	var out bytes.Buffer
	well, err := Doctor(t.Context(), o, &out)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"as it should be while the bot runs", "Discord knows the bot", "Slack knows the bot"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the findings lack %q", want)
		}
	}
	if !well || strings.Contains(out.String(), "❌") {
		t.Errorf("a running bot is called ill:\n%s", out.String())
	}
	left, err := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "animo-doctor-*"))
	if err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
