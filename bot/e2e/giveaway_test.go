package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

func data(t *testing.T) string { return filepath.Join(t.TempDir(), "animo.db") }

// startGiveaway types the command and waits for its card.
func (s *side) startGiveaway(options string) world.Message {
	s.t.Helper()
	s.command(s.admin(), s.contests(), "/giveaway start "+options)
	var card world.Message
	await(s.t, "the card", func() error {
		for _, m := range s.msgs(s.admin(), s.contests()) {
			if len(controls(m)) > 0 && !m.Private && strings.Contains(controls(m)[0], "giveaway|enter|") {
				card = m
			}
		}
		if card.ID == "" {
			return errNotYet
		}
		return nil
	})
	return card
}

func idOf(card world.Message) string {
	parts := strings.Split(controls(card)[0], "|")
	return parts[2]
}

func TestAGiveawayFromStartToAnnouncement(t *testing.T) {
	for _, language := range chat.Languages() {
		t.Run(string(language), func(t *testing.T) {
			both(t, language, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
				c := configFor(sb, "", s.name)
				c.Language, c.Slack.Language, c.Storage.URL = language, language, storeOf(t, language)
				startApp(t, sb, c)
				words := map[chat.Language]struct{ start, entered, won, direct string }{
					chat.English: {`/giveaway start duration:2h prize:"Big & *bold* prize"`, "You are in for", "Congratulations", "You won"},
					chat.French:  {`/concours lancer durée:2h lot:"Big & *bold* prize"`, "Vous participez pour", "Bravo", "Vous avez gagné"},
				}[language]
				s.command(s.admin(), s.contests(), words.start)
				card := s.awaitCard("prize")
				member := s.people()[0]
				if r := s.press(member, card, "|enter|"); !r.OK {
					t.Fatal(r.Error)
				}
				private := s.awaitMessage(member, s.contests(), words.entered, "1")
				if !private.Private || len(s.find(s.people()[1], s.contests(), words.entered)) > 0 {
					t.Error("the number of an entrant is for that member alone")
				}
				sb.Clock.Advance(2*time.Hour + time.Second)
				won := s.awaitMessage(member, s.contests(), words.won, "prize", member)
				if won.Private {
					t.Error("the announcement is public")
				}
				s.awaitDirect(member, words.direct)
			})
		})
	}
}

// awaitDirect waits for a message to one member alone.
func (s *side) awaitDirect(as string, parts ...string) world.Message {
	s.t.Helper()
	var found world.Message
	await(s.t, fmt.Sprintf("a direct message with %q", parts), func() error {
		l := s.direct(as, parts...)
		if len(l) == 0 {
			return errNotYet
		}
		found = l[0]
		return nil
	})
	return found
}

func (s *side) direct(as string, parts ...string) []world.Message {
	for _, c := range s.st(as).Channels {
		if c.Direct {
			return s.find(as, c.ID, parts...)
		}
	}
	return nil
}
