package discord

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"animo/bot/chat"
)

func number(n int) *int { return &n }

func giveawayMenu() chat.CommandMenu {
	both := func(en, fr string) chat.Wording { return chat.Wording{chat.English: en, chat.French: fr} }
	return chat.CommandMenu{
		Commands: []chat.CommandSpec{
			{
				Name: "giveaway", Names: both("giveaway", "concours"), Summary: both("Giveaways", "Concours"), Permission: chat.Staff,
				Sub: []chat.CommandSpec{
					{
						Name: "start", Names: both("start", "lancer"), Summary: both("Start a giveaway", "Lancer un concours"),
						Options: []chat.OptionSpec{
							{Name: "channel", Names: both("channel", "salon"), Summary: both("Where", "Où"), Kind: chat.OptionChannel},
							{Name: "prize", Names: both("prize", "lot"), Summary: both("What", "Quoi"), Kind: chat.OptionText, Required: true, Min: number(1), Max: number(200)},
							{Name: "winners", Names: both("winners", "gagnants"), Summary: both("How many", "Combien"), Kind: chat.OptionInteger, Min: number(1), Max: number(50), Complete: true},
							{Name: "who", Summary: both("Host", "Hôte"), Kind: chat.OptionMember},
							{Name: "role", Kind: chat.OptionRole},
							{Name: "quiet", Kind: chat.OptionBoolean},
							{Name: "id", Kind: chat.OptionText, Complete: true},
						},
					},
					{Name: "jury", Summary: both("Jury", "Jury"), Sub: []chat.CommandSpec{{
						Name: "vote", Summary: both("Vote", "Voter"), OpensForm: true,
						Options: []chat.OptionSpec{{Name: "mark", Kind: chat.OptionText, Complete: true, Choices: []chat.ChoiceSpec{{Value: "good", Names: both("Good", "Bien")}}}},
					}}},
				},
			},
			{Name: "setup", Names: both("setup", "reglages"), Summary: both("Settings", "Réglages"), Permission: chat.Manager},
		},
		Shortcuts: []chat.ShortcutSpec{{Name: "Reroll", Names: both("Reroll", "Retirer au sort"), Permission: chat.Staff}},
	}
}

func TestCommandsRegisterAsBefore(t *testing.T) {
	golden(t, "commands", applicationCommands(giveawayMenu()))
}

// portal answers for the application, and keeps its commands.
type portal struct {
	puts     int
	commands json.RawMessage
}

func (p *portal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.Method == http.MethodPut:
		p.puts++
		p.commands, _ = io.ReadAll(r.Body)
		_, _ = w.Write(p.commands)
	case strings.HasSuffix(r.URL.Path, "/commands"):
		_, _ = w.Write(p.commands)
	default:
		_, _ = io.WriteString(w, `{"id":"1","username":"animo","flags":0}`)
	}
}

func TestCommandsAreReplacedOnlyWhenTheyChanged(t *testing.T) {
	p := &portal{commands: json.RawMessage("[]")}
	a := scripted(t, p.ServeHTTP)
	menu := giveawayMenu()
	register := func(want int, why string) {
		t.Helper()
		if err := a.Register(context.Background(), menu); err != nil {
			t.Fatal(err)
		}
		if p.puts != want {
			t.Errorf("%s: replaced %d times, want %d", why, p.puts, want)
		}
	}
	register(1, "first time")
	register(1, "nothing changed")
	menu.Commands[1].Summary[chat.French] = "Paramètres"
	register(2, "a description changed")
	p.commands = json.RawMessage(`[{"name":"setup","type":1}]`)
	register(3, "somebody deleted some")
	register(3, "nothing changed again")
}

func TestACommandOfWhichNothingIsSaidIsStillTaken(t *testing.T) {
	cmds := applicationCommands(chat.CommandMenu{Commands: []chat.CommandSpec{{
		Name: "x", Options: []chat.OptionSpec{{Name: "y", Kind: "other", Min: number(-5), Max: number(100_000)}},
	}}})
	o := cmds[0].Options[0]
	if cmds[0].Description != "x" || o.Description != "y" || o.Type != 3 || *o.MinLength != 0 || o.MaxLength != maxOptionLength {
		t.Errorf("%+v with %+v", cmds[0], o)
	}
}
