package e2e

import (
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

// surpriseWords are what people type and read around drops and calendars.
type surpriseWords struct {
	start, create, list, show, end, verify, prize, winners, within, advent   string
	hidden, won, late, fastest, boxOne, boxTwo, opened, wins, streak, over   string
	verified, today, empty, missed, titleOf, mine, drawn, notYet, wonInstant string
}

func surpriseWordsOf(l chat.Language) surpriseWords {
	if l == chat.French {
		return surpriseWords{
			"lancer", "créer", "liste", "voir", "terminer", "vérifier", "lot", "gagnants", "dans", "avent",
			"personne ne connaît", "C’est gagné", "plus rapide", "membres ont été assez rapides", "Case 1 sur 3", "Case 2 sur 3", "Poem", "gagne ", "2 jours de suite", "est terminé.",
			"Vérifié", "case du jour", "vide", "Ouverte après son jour", "avent", "Mon calendrier", "Tirage parmi", "Pas encore", "vous gagnez ",
		}
	}
	return surpriseWords{
		"start", "create", "list", "show", "end", "verify", "prize", "winners", "within", "advent",
		"nobody knows", "You got it", "faster", "members were fast enough", "Box 1 of 3", "Box 2 of 3", "Poem", "wins ", "2 days in a row", "is over.",
		"Verified", "today’s box", "empty", "Opened after its day", "advent", "My calendar", "Drawn among", "Not yet", "you win ",
	}
}

// A hidden drop and a calendar from their start to their end, each request of
// which a platform would take.
func TestDropsAndCalendarsFromStartToEnd(t *testing.T) {
	binary := wirecheckBinary(t)
	for _, language := range chat.Languages() {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			sb := newSandbox(t, language)
			discord := startChecker(t, binary, "discord", sb.DiscordURL(), 40)
			slack := startChecker(t, binary, "slack", sb.SlackURL(), 40)
			c := configFor(sb, "", "discord", "slack")
			c.Language, c.Slack.Language, c.Storage.URL = language, language, storeOf(t, language)
			c.Discord.APIURL, c.Slack.APIURL = discord.url, slack.url
			stop := startApp(t, sb, c)
			for _, s := range sides(t, sb) {
				f := &feast{fair: &fair{side: s, sb: sb, w: contestWordsOf(language)}, w: surpriseWordsOf(language)}
				f.drop()
				f.calendar()
			}
			everything(t, sb, c)
			stop()
			discord.finish()
			slack.finish()
		})
	}
}

// feast is a side on which there are surprises.
type feast struct {
	*fair
	w surpriseWords
}

// drop lets one appear at an instant that nobody knows, for two winners.
func (f *feast) drop() {
	f.t.Helper()
	w, people := f.w, f.people()
	f.command(f.admin(), f.contests(), "/drop "+w.start+" "+w.prize+`:"A & *b* <c>" `+w.winners+":2 "+w.within+":3h")
	f.awaitMessage(f.admin(), f.contests(), w.hidden, "A & *b* <c>")
	if seen := f.find(people[0], f.contests(), "⚡ A & *b* <c>"); len(seen) > 0 {
		f.t.Fatalf("%s: it appears at once", f.name)
	}
	f.command(f.admin(), f.contests(), "/drop "+w.list)
	f.sb.Clock.Advance(3*time.Hour + time.Second)
	card := f.awaitMessage(people[0], f.contests(), "⚡ A & *b* <c>")
	f.must(f.press(people[0], card, "|take|"))
	if m := f.awaitMessage(people[0], f.contests(), w.won); !m.Private {
		f.t.Errorf("%s: a winner is told in public", f.name)
	}
	f.must(f.press(people[0], card, "|take|"))
	f.must(f.press(people[1], card, "|take|"))
	f.must(f.press(people[2], card, "|take|"))
	if m := f.awaitMessage(people[2], f.contests(), w.late); !m.Private {
		f.t.Errorf("%s: who was too late is told in public", f.name)
	}
	f.awaitMessage(people[3], f.contests(), w.fastest, people[0], people[1])
	await(f.t, "the card to name the winners", func() error {
		m := f.find(people[3], f.contests(), "⚡ A & *b* <c>", "\n2. ")
		if len(m) == 0 || strings.Contains(strings.Join(controls(m[0]), " "), "|take|") {
			return errNotYet
		}
		return nil
	})
}

// calendar lets three boxes come, from the form to the proof.
func (f *feast) calendar() {
	f.t.Helper()
	w, people := f.w, f.people()
	r := f.command(f.admin(), f.contests(), "/"+w.advent+" "+w.create)
	if r.Modal == nil {
		f.t.Fatalf("no form on %s", f.name)
	}
	f.must(f.act(world.Action{As: f.admin(), Kind: world.ActSubmit, Channel: f.contests(), Modal: r.Modal.ID, Fields: map[string][]string{
		"title": {"A & *b*"}, "starts": {""}, "days": {"3"}, "prize": {"Nitro"}, "boxes": {"Poem\nSong | draw: Mug x2"},
	}}))
	preview := f.awaitPrivate(f.admin(), "advent-draft|launch|")
	box := f.press(f.admin(), preview, "advent-draft|box|", "3")
	if box.Modal == nil {
		f.t.Fatalf("no form of a box on %s: %s", f.name, box.Error)
	}
	f.must(f.act(world.Action{As: f.admin(), Kind: world.ActSubmit, Channel: f.contests(), Modal: box.Modal.ID, Fields: map[string][]string{
		"text": {hostile}, "win": {"T-shirt"}, "draw": {""},
	}}))
	await(f.t, "the box in the preview", func() error {
		if len(f.find(f.admin(), f.contests(), "T-shirt ×1")) == 0 {
			return errNotYet
		}
		return nil
	})
	f.must(f.press(f.admin(), f.awaitPrivate(f.admin(), "advent-draft|launch|"), "|catch_up|"))
	f.must(f.press(f.admin(), f.awaitPrivate(f.admin(), "advent-draft|launch|"), "|launch|"))
	first := f.awaitMessage(people[0], f.contests(), w.boxOne, w.today)
	f.must(f.press(people[0], first, "|open-1|"))
	if m := f.awaitMessage(people[0], f.contests(), w.opened); !m.Private || len(f.find(people[1], f.contests(), w.opened)) > 0 {
		f.t.Errorf("%s: what is in a box is public", f.name)
	}
	f.sb.Clock.Advance(24 * time.Hour)
	second := f.awaitMessage(people[0], f.contests(), w.boxTwo, w.today)
	for _, who := range people[:3] {
		f.must(f.press(who, second, "|open-2|"))
	}
	f.awaitMessage(people[0], f.contests(), w.streak)
	f.must(f.press(people[1], second, "|mine|"))
	mine := f.awaitPrivate(people[1], "advent|open|")
	f.must(f.press(people[1], mine, "advent|open|", "1"))
	f.awaitMessage(people[1], f.contests(), w.missed)
	f.sb.Clock.Advance(24 * time.Hour)
	f.awaitMessage(people[0], f.contests(), w.drawn, "Mug")
	f.command(f.admin(), f.contests(), "/"+w.advent+" "+w.show)
	f.sb.Clock.Advance(24*time.Hour - time.Minute)
	third := f.awaitMessage(people[0], f.contests(), "T-shirt", w.today)
	f.must(f.press(people[3], third, "|open-3|"))
	f.awaitMessage(people[3], f.contests(), w.wonInstant, "T-shirt")
	f.command(f.admin(), f.contests(), "/"+w.advent+" "+w.end)
	result := f.awaitMessage(people[0], f.contests(), w.over, "A & *b*", "Nitro")
	f.must(f.press(people[2], result, "|verify|"))
	f.awaitMessage(people[2], f.contests(), w.verified)
	f.command(people[2], f.contests(), "/"+w.advent+" "+w.list)
}
