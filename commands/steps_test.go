package commands_test

import (
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
)

// stepForm opens the form of a step from the preview.
func (s *side) stepForm(preview chat.Reply, step string) *chat.Form {
	s.t.Helper()
	for _, b := range preview.Card.Blocks {
		for _, c := range b.Controls {
			if c.Action.Verb == "step" && c.Action.Arg == step {
				if !s.registry.OpensForm(chat.Pressed{Action: c.Action}) {
					s.t.Errorf("the frame is not told of the form of %s", step)
				}
				return s.presses(s.staff(), c.Action).Form
			}
		}
	}
	s.t.Fatalf("no step %s in %s", step, said(preview))
	return nil
}

var steps = []string{"basics", "lots", "who", "when", "looks"}

func TestEveryStepFitsBothPlatforms(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		preview := s.drafts()
		for _, step := range steps {
			f := s.stepForm(preview, step)
			if f == nil || len(f.Fields) == 0 || len(f.Fields) > chat.MaxFormFields || len([]rune(f.Title)) > 24 || len(f.Action.String()) > chat.MaxAction {
				t.Fatalf("%s: %+v", step, f)
			}
			for _, field := range f.Fields {
				if field.Label == "" || strings.Contains(field.Label, ".") || len([]rune(field.Label)) > 45 || len([]rune(field.Placeholder)) > 100 {
					t.Errorf("field %s of %s is called %q, for example %q", field.Name, step, field.Label, field.Placeholder)
				}
			}
		}
	})
}

// A contest with everything is made by forms alone, and each step keeps what
// the others were told.
func TestAGiveawayWithEverythingIsMadeByForms(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.platform.AddRole(chat.Role{ID: chat.NewID[chat.RoleID](s.network, "vip"), Name: "VIP"})
		r := s.drafts()
		for step, fields := range map[string][]string{
			"lots": {"lots", "Nitro x2\nT-shirt x3", "wins", "", "claim", "48h"},
			"who":  {"conditions", s.in("roles: @VIP", "rôles : @VIP"), "bonus", "@VIP: 2", "places", "50"},
			"when": {"starts", "in 3h", "duration", "2h"},
		} {
			if r = s.fills(s.staff(), s.stepForm(r, step), fields...); r.Card == nil || len(r.Wrong) > 0 {
				t.Fatalf("%s: %+v", step, r)
			}
		}
		s.holds(r, "T-shirt", ":vip")
		if got := s.stepForm(r, "who").Fields[2].Value; got != "50" {
			t.Errorf("the places are %q in the form", got)
		}
		s.presses(s.staff(), control(t, r.Card, "launch").Action)
		if n := len(s.posts("general")); n != 0 {
			t.Errorf("%d messages before the start", n)
		}
		s.pass(3 * time.Hour)
		posts := s.posts("general")
		if len(posts) != 1 || len(s.games(games.StatusOpen)) != 1 {
			t.Fatalf("%d messages", len(posts))
		}
		card := posts[0].Message.Card.Plain()
		for _, want := range []string{"Nitro", "T-shirt", "50", "vip"} {
			if !strings.Contains(card, want) {
				t.Errorf("%q is not on the card:\n%s", want, card)
			}
		}
	})
}

// What is wrong is named in the step in which it was typed.
func TestAMistakeInAStepIsNamedThere(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for _, row := range []struct {
			step  string
			field string
			typed []string
			says  []string
		}{
			{"lots", "lots", []string{"lots", "Nitro x0"}, []string{"at least one winner", "au moins un gagnant"}},
			{"lots", "claim", []string{"claim", "soon"}, []string{"soon", "soon"}},
			{"lots", "wins", []string{"wins", "all"}, []string{"wins:one", "cumul:one"}},
			{"who", "conditions", []string{"conditions", "roles: @Nobody"}, []string{"Nobody", "Nobody"}},
			{"who", "places", []string{"places", "none"}, []string{"none", "none"}},
			{"when", "starts", []string{"starts", "yesterday", "duration", "2h"}, []string{"", ""}},
			{"looks", "colour", []string{"colour", "blue"}, []string{"blue", "blue"}},
		} {
			r := s.fills(s.staff(), s.stepForm(s.drafts(), row.step), row.typed...)
			if s.platform.Capabilities().FormErrors {
				if r.Wrong[row.field] == "" {
					t.Errorf("%s: %+v", row.field, r.Wrong)
				}
				continue
			}
			s.holds(r, s.in(row.says[0], row.says[1]))
			correct := control(t, r.Card, "step").Action
			if correct.Arg != row.step {
				t.Errorf("%s is to be corrected in %s", row.field, correct.Arg)
			}
			form := s.presses(s.staff(), correct).Form
			kept := false
			for _, f := range form.Fields {
				kept = kept || f.Name == row.field && f.Value == row.typed[1]
			}
			if !kept {
				t.Errorf("what was typed in %s is lost", row.field)
			}
		}
	})
}
