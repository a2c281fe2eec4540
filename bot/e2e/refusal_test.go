package e2e

import (
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

// What cannot be done is said to whoever asked, and nothing is posted.
func TestBadInputGetsItsSentenceAndPostsNothing(t *testing.T) {
	for _, test := range []struct {
		name, line, says string
	}{
		{"no time", `/concours lancer durée:0 lot:"Lot"`, "«\u00a00\u00a0»"},
		{"a negative duration", `/concours lancer durée:-5m lot:"Lot"`, "-5m"},
		{"too long a duration", `/concours lancer durée:"5000 years" lot:"Lot"`, "366 jours"},
		{"no such hour", `/concours lancer durée:"demain 25h" lot:"Lot"`, "25"},
		{"too long a prize", `/concours lancer durée:2h lot:"` + strings.Repeat("x", 3000) + `"`, "3\u202f000"},
		{"a channel without the right", `/concours lancer durée:2h lot:"Lot" canal:#lecture-seule`, "lecture-seule"},
		{"an unknown giveaway", `/concours terminer id:NOPE2345`, "NOPE2345"},
	} {
		t.Run(test.name, func(t *testing.T) {
			both(t, chat.French, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
				c := configFor(sb, data(t), s.name)
				c.Language, c.Slack.Language = chat.French, chat.French
				startApp(t, sb, c)
				r := s.act(world.Action{As: s.admin(), Kind: world.ActCommand, Channel: s.contests(), Text: test.line})
				if !r.OK {
					t.Fatal(r.Error)
				}
				said := s.awaitReply(s.admin())
				if !said.Private || !s.says(said, test.says) {
					t.Errorf("the answer lacks %q: %s", test.says, text(said))
				}
				for _, m := range s.msgs(s.admin(), s.contests()) {
					if !m.Private {
						t.Errorf("posted: %s", text(m))
					}
				}
				s.command(s.admin(), s.contests(), "/concours liste")
				s.awaitMessage(s.admin(), s.contests(), "encore aucun concours")
			})
		})
	}
}

func TestAMemberWithoutTheRightStartsNothing(t *testing.T) {
	both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		startApp(t, sb, configFor(sb, data(t), s.name))
		member := s.people()[0]
		s.command(member, s.contests(), `/giveaway start duration:2h prize:"Mine"`)
		if said := s.awaitReply(member); !s.says(said, "for the team") {
			t.Errorf("the answer is %s", text(said))
		}
		s.command(s.admin(), s.contests(), "/giveaway list")
		s.awaitMessage(s.admin(), s.contests(), "There is no giveaway yet")
	})
}

// awaitReply waits for the first private message to somebody.
func (s *side) awaitReply(as string) world.Message {
	s.t.Helper()
	var found world.Message
	await(s.t, "an answer", func() error {
		for _, m := range s.msgs(as, s.contests()) {
			if m.Private && text(m) != "" {
				found = m
				return nil
			}
		}
		return errNotYet
	})
	return found
}

// says tells whether a message holds a part, or the channel of that name.
func (s *side) says(m world.Message, part string) bool {
	if strings.Contains(text(m), part) || strings.Contains(string(m.Native), part) {
		return true
	}
	for _, c := range s.st(s.admin()).Channels {
		if c.Name == part && strings.Contains(string(m.Native), c.ID) {
			return true
		}
	}
	return false
}
