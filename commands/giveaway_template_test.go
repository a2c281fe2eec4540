package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
)

func TestAGiveawayIsKeptAsATemplateAndStartedAgain(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.holds(s.types(s.staff(), "giveaway template list"), s.in("no template yet", "aucun modèle"), s.path("giveaway template save"))
		first := s.opens("Nitro *gold*", "winners", "3", "description", "For _you_", "places", "50", "claim", "2d")
		s.pass(time.Hour)
		r := s.types(s.staff(), "giveaway template save", "name", "Été du *Club*")
		s.holds(r, "Été du *Club*", "Nitro *gold*", s.in("2 hours", "2 heures"), s.path("giveaway template start"), s.path("giveaway repeat add"))
		s.types(s.staff(), "giveaway cancel", "id", first)
		s.settle()
		s.holds(s.types(s.staff(), "giveaway template list"), "Été du *Club*", "Nitro *gold*", s.in("2 hours", "2 heures"), string(s.staff().ID))

		s.pass(48 * time.Hour)
		s.holds(s.types(s.staff(), "giveaway template start", "name", "  ete DU *club* ", "channel", string(s.channel("contests"))), "Nitro *gold*", "contests")
		s.settle()
		second := s.giveaway(s.games(games.StatusOpen)[0].ID)
		if second.Winners != 3 || second.Description != "For _you_" || second.Places != 50 || second.Claim != 48*time.Hour || second.Ends.Sub(second.Opened) != 2*time.Hour || second.Host != s.staff().ID {
			t.Errorf("%+v", second.Params)
		}
		if len(s.posts("contests")) != 1 {
			t.Error("the card is not in the channel that was named")
		}
		s.now = s.now.Add(time.Second)
		s.types(s.staff(), "giveaway template start", "name", "Été du *Club*", "prize", "Mug", "duration", "30m")
		s.settle()
		third := s.giveaway(s.games(games.StatusOpen)[0].ID)
		if third.Prize != "Mug" || third.Ends.Sub(third.Opened) != 30*time.Minute {
			t.Errorf("%+v", third.Params)
		}
		s.holds(s.types(s.staff(), "giveaway template delete", "name", "ÉTÉ DU *CLUB*"), s.in("is deleted", "est supprimé"))
		s.holds(s.types(s.staff(), "giveaway template start", "name", "Été du *Club*"), s.in("There is no template", "Il n’y a pas de modèle"), s.path("giveaway template list"))
		s.holds(s.types(s.staff(), "giveaway template delete", "name", "Été du *Club*"), s.in("There is no template", "Il n’y a pas de modèle"))
	})
}

func TestATemplateIsMadeOfOnesOwnDraft(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Somebody else’s")
		s.drafts()
		r := s.types(s.staff(), "giveaway template save", "name", "Mine")
		if s.holds(r, "Mine"); strings.Contains(said(r), "Somebody") {
			t.Errorf("not the draft: %s", said(r))
		}
		s.holds(s.types(s.manager(), "giveaway template save", "name", "Theirs"), "Somebody else’s")
	})
}

func TestAPastGiveawayIsATemplateToo(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.won("Nitro", "1", "m1", "m2")
	s.holds(s.types(s.staff(), "giveaway template save", "name", "Again", "id", strings.ToLower(id)), "Nitro")
	// It was ended as soon as it began, and cannot last for so short a time.
	s.holds(s.types(s.staff(), "giveaway template start", "name", "Again"), "Nitro", "is launched in")
}

func TestTheNameOfATemplateIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		s.types(s.staff(), "giveaway template save", "name", "Noël")
		for name, want := range map[string]string{
			"NOEL": s.in("There is a template", "Il y a déjà un modèle"), " noël": s.in("There is a template", "Il y a déjà un modèle"),
			"\u200b": s.in("Give the template a name", "Donnez un nom"), strings.Repeat("é", 41): s.in("has 41 characters", "compte 41 caractères"),
		} {
			s.keepsTemplates(func() { s.holds(s.types(s.staff(), "giveaway template save", "name", name), want) })
		}
		s.holds(s.types(s.staff(), "giveaway template save", "name", "圣诞节"), "圣诞节")
	})
}

// keepsTemplates checks that f leaves as many templates as there were.
func (s *side) keepsTemplates(f func()) {
	s.t.Helper()
	before := len(s.completes(s.staff(), "giveaway template start", "name", ""))
	f()
	if after := len(s.completes(s.staff(), "giveaway template start", "name", "")); after != before {
		s.t.Errorf("%d templates, there were %d", after, before)
	}
}

func TestThereAreFiftyTemplatesAtMost(t *testing.T) {
	s := on(t, chat.Discord)
	s.opens("Nitro " + strings.Repeat("x", 190))
	for n := range 50 {
		s.holds(s.types(s.staff(), "giveaway template save", "name", fmt.Sprintf("Name %02d", n)), "is saved")
	}
	s.holds(s.types(s.staff(), "giveaway template save", "name", "One more"), "There are 50 templates", s.path("giveaway template delete"))
	r := s.types(s.staff(), "giveaway template list")
	if s.holds(r, "Name 00", "Page 1 of 4"); len([]rune(said(r))) > s.platform.Caps.MaxText {
		t.Error("the list is too long")
	}
	s.holds(s.presses(s.staff(), chat.Act("giveaway-templates", "next", "").With("3")), "Name 49", "Page 4 of 4")
	if got := s.completes(s.staff(), "giveaway template start", "name", "NAME 4"); len(got) != 10 || got[0].Value != "Name 40" {
		t.Errorf("suggested %+v", got)
	}
}

func TestATemplateGivesNoRoleThatStaffCouldNotGive(t *testing.T) {
	s := on(t, chat.Discord)
	s.opens("Nitro", "role", "discord:99")
	s.types(s.staff(), "giveaway template save", "name", "With a role")
	s.holds(s.types(s.staff(), "giveaway template start", "name", "With a role"), "manage")
	s.holds(s.types(s.staff(), "giveaway repeat add", "template", "With a role", "when", "every day at 9:00"), "manage")
	if n := len(s.games(games.StatusOpen)); n != 1 {
		t.Errorf("%d giveaways are open", n)
	}
	s.types(s.manager(), "giveaway template start", "name", "With a role")
	if n := len(s.games(games.StatusOpen)); n != 2 {
		t.Errorf("%d giveaways are open", n)
	}
}

func TestATemplateForgetsWhoWasBlocked(t *testing.T) {
	s := on(t, chat.Discord)
	s.types(s.staff(), "giveaway block add", "member", "discord:m1", "reason", "second account")
	s.opens("Nitro")
	s.types(s.staff(), "giveaway template save", "name", "Again")
	s.types(s.staff(), "giveaway block remove", "member", "discord:m1")
	s.settle()
	s.now = s.now.Add(time.Second)
	s.types(s.staff(), "giveaway template start", "name", "Again")
	s.settle()
	if blocked := s.giveaway(s.games(games.StatusOpen)[0].ID).Who.Blocked; len(blocked) != 0 {
		t.Errorf("blocked: %v", blocked)
	}
}
