package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/games"
	"animo/games/giveaway"
)

func TestStaffStartAGiveawayFromOneLine(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.types(s.staff(), "giveaway start", "duration", "demain 20h", "prize", "A *big* prize", "winners", "3",
			"channel", string(s.channel("contests")), "description", "Have fun", "colour", "#00ff00", "emoji", "🎁", "button", "Me!",
			"image", "https://example.org/i.png", "thumbnail", "https://example.org/t.png", "ping", string(chat.NewID[chat.RoleID](s.network, "fans")))
		s.settle()
		s.holds(r, "A *big* prize", "2026-01-25 19:00 UTC", s.in("launched in", "lancé dans"), s.in("Giveaway ", "Concours "))
		posts := s.posts("contests")
		if len(posts) != 1 || len(s.posts("general")) != 0 {
			t.Fatalf("the card was posted %d times in its channel, and %d times elsewhere", len(posts), len(s.posts("general")))
		}
		card := posts[0].Message.Card
		public := chat.Wording{chat.English: "Hosted by", chat.French: "Proposé par"}.In(s.public())
		for _, want := range []string{"A *big* prize", "Have fun", public, "[Me!]", "@" + string(s.network) + ":fans"} {
			if !strings.Contains(card.Plain(), want) {
				t.Errorf("the card lacks %q:\n%s", want, card.Plain())
			}
		}
		if card.Accent != 0x00ff00 || card.Thumb == nil || len(card.Pings.Roles) != 1 || control(t, &card, giveaway.VerbEnter).Emoji != "🎁" {
			t.Errorf("the looks are lost: %+v", card)
		}
		if l := s.games(games.StatusOpen); len(l) != 1 || !l[0].Ends.Equal(noon.Add(31*time.Hour)) {
			t.Errorf("what is stored: %+v", l)
		}
	})
}

func TestOneDeliveredTwiceStartsOnce(t *testing.T) {
	s := on(t, chat.Discord)
	e := chat.Invoked{Meta: s.meta(s.staff()), Path: []string{"giveaway", "start"}, Args: chat.Values{"duration": "1h", "prize": "Nitro"}}
	first, second := s.send(e), s.send(e)
	s.settle()
	if said(first) == "" || said(second) != "" || len(s.posts("general")) != 1 {
		t.Errorf("answers %q and %q, posts %d", said(first), said(second), len(s.posts("general")))
	}
}

func TestStaffEndAGiveawayEarly(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		s.enters(id, "m1")
		s.holds(s.types(s.staff(), "giveaway end"), s.in("Entries are closed", "Les inscriptions sont closes"))
		s.pass(time.Minute)
		posts := s.posts("general")
		want := chat.Wording{chat.English: "Congratulations", chat.French: "Bravo"}.In(s.public())
		if len(posts) != 2 || !strings.Contains(posts[1].Message.Card.Plain(), want) {
			t.Fatalf("%d posts, no announcement in the community's language", len(posts))
		}
		s.holds(s.types(s.staff(), "giveaway end", "id", id), s.in("over already", "déjà terminé"), s.path("giveaway reroll"))
	})
}

func TestStaffCancelWithAReasonThatIsShown(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		s.holds(s.types(s.staff(), "giveaway cancel", "reason", "No prize left"), s.in("cancelled", "annulé"), s.in("history", "historique"))
		s.pass(time.Minute)
		if card := s.posts("general")[0].Message.Card.Plain(); !strings.Contains(card, "No prize left") {
			t.Errorf("the card does not say why:\n%s", card)
		}
		if l := s.games(games.StatusClosed); len(l) != 1 {
			t.Errorf("the history holds %d giveaways", len(l))
		}
	})
}

func TestStaffPauseAndResume(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		end := s.games(games.StatusOpen)[0].Ends
		s.holds(s.types(s.staff(), "giveaway pause"), s.in("is paused", "en pause"))
		s.holds(s.types(s.staff(), "giveaway pause", "id", id), s.path("giveaway resume"))
		s.pass(30 * time.Minute)
		s.holds(s.presses(s.member("m1"), chat.Act(giveaway.Kind, giveaway.VerbEnter, id)), s.in("is paused", "en pause"))
		s.holds(s.types(s.staff(), "giveaway resume"), s.in("goes on", "reprend"))
		if got := s.games(games.StatusOpen)[0].Ends; !got.Equal(end.Add(30 * time.Minute)) {
			t.Errorf("the end moved from %s to %s", end, got)
		}
	})
}

func TestStaffEditWhatRuns(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		s.holds(s.types(s.staff(), "giveaway edit", "prize", "A book", "duration", "5h", "description", "Signed"), s.in("is changed", "est modifié"))
		s.pass(time.Minute)
		l := s.games(games.StatusOpen)[0]
		if l.Title != "A book" || !l.Ends.Equal(noon.Add(5*time.Hour+time.Second)) {
			t.Errorf("stored: %q until %s", l.Title, l.Ends)
		}
		posts := s.posts("general")
		if len(posts) != 2 || !strings.Contains(posts[1].Message.Card.Plain(), "A book") {
			t.Errorf("members were not told of the new prize: %d posts", len(posts))
		}
		if card := posts[0].Message.Card.Plain(); !strings.Contains(card, "Signed") || !strings.Contains(card, "Nitro") {
			t.Errorf("the card does not show what it was:\n%s", card)
		}
	})
}

func TestAnEarlierEndNeedsASecondYes(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		var r chat.Reply
		s.changesNothing(func() { r = s.types(s.staff(), "giveaway edit", "duration", "20m") })
		s.holds(r, s.in("Do you really want", "Voulez-vous vraiment"), "2026-01-24 12:20 UTC")
		yes := control(t, r.Card, "shorten").Action
		s.changesNothing(func() {
			s.holds(s.presses(s.member("m1"), yes), s.in("This is for the team", "réservé à l’équipe"))
		})
		done := s.presses(s.staff(), yes)
		s.holds(done, s.in("is changed", "est modifié"))
		if !done.Replace {
			t.Error("the question stays")
		}
		if got := s.games(games.StatusOpen)[0].Ends; !got.Equal(noon.Add(20*time.Minute + time.Second)) {
			t.Errorf("it ends at %s", got)
		}
		s.now = s.now.Add(time.Hour)
		s.holds(s.presses(s.staff(), yes), s.in("has passed meanwhile", "passée entre-temps"), s.path("giveaway end"))
	})
}

func TestStaffRerollByNumberAndByName(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.won("Nitro", "1", "m1", "m2", "m3", "m4")
		winner := winnersOf(s.posts("general")[1])[0]
		s.holds(s.types(s.staff(), "giveaway reroll", "member", string(winner)), s.in("being drawn", "tiré au sort"))
		s.pass(time.Minute)
		replaced := s.posts("general")[2].Message.Card.Plain()
		if !strings.Contains(replaced, string(winner)) {
			t.Errorf("the announcement does not name whom it replaces: %s", replaced)
		}
		s.holds(s.types(s.staff(), "giveaway reroll", "member", string(winner)), s.in("not among the winners", "ne fait pas partie"))
		s.holds(s.types(s.staff(), "giveaway reroll", "winners", "2"), s.in("2 new winners", "2 nouveaux gagnants"))
		s.pass(time.Minute)
		seen := map[chat.MemberID]bool{}
		for _, p := range s.posts("general")[1:] {
			for _, m := range p.Message.Card.Pings.Members {
				if seen[m] {
					t.Errorf("%s won twice", m)
				}
				seen[m] = true
			}
		}
		s.holds(s.types(s.staff(), "giveaway reroll"), s.in("nobody left", "plus personne"))
	})
}

func winnersOf(p chattest.Post) []chat.MemberID { return p.Message.Card.Pings.Members }

func TestStaffRerollFromAMessagesMenu(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.won("Nitro", "1", "m1", "m2", "m3")
		for n, p := range s.posts("general") {
			r := s.send(chat.Shortcut{Meta: s.meta(s.staff()), Name: "reroll", Message: p.Ref})
			s.holds(r, s.in("being drawn", "tiré au sort"))
			s.pass(time.Minute)
			if got := len(s.posts("general")); got != 3+n {
				t.Fatalf("%d messages after the reroll on message %d", got, n)
			}
		}
		s.changesNothing(func() {
			foreign := chat.MessageRef{Channel: s.channel("general"), ID: "999"}
			s.holds(s.send(chat.Shortcut{Meta: s.meta(s.staff()), Name: "reroll", Message: foreign}), s.in("not one of a giveaway", "n’appartient à aucun concours"))
			s.holds(s.send(chat.Shortcut{Meta: s.meta(s.member("m1")), Name: "reroll", Message: s.posts("general")[0].Ref}), s.in("for the team", "réservé à l’équipe"))
		})
	})
}

func TestTheShortcutOnARunningGiveawayExplainsItself(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		r := s.send(chat.Shortcut{Meta: s.meta(s.staff()), Name: "reroll", Message: s.posts("general")[0].Ref})
		s.holds(r, s.in("not over yet", "n’est pas terminé"), s.path("giveaway end"))
	})
}

func TestStaffDeleteAGiveawayWithItsCard(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		s.holds(s.types(s.staff(), "giveaway delete"), s.in("deleted", "supprimé"))
		s.pass(time.Minute)
		if n := len(s.posts("general")); n != 0 {
			t.Errorf("%d messages are left", n)
		}
		for _, path := range []string{"giveaway end", "giveaway show"} {
			s.holds(s.types(s.staff(), path, "id", id), s.in("was deleted", "a été supprimé"))
		}
	})
}

func TestStaffTakeAnEntrantOut(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		s.enters(id, "m1")
		s.holds(s.types(s.staff(), "giveaway remove", "member", string(s.id("m1")), "reason", "second account"), s.in("taken out", "retiré"), "m1")
		s.changesNothing(func() {
			s.holds(s.presses(s.member("m1"), chat.Act(giveaway.Kind, giveaway.VerbEnter, id)), s.in("taken out", "retiré"), "staff-1")
			s.holds(s.types(s.staff(), "giveaway remove", "member", string(s.id("m2"))), s.in("has not entered", "ne participe pas"))
		})
		log, err := s.store.Log(t.Context(), s.tenant(), 0, 1)
		must(t, err)
		if len(log) != 1 || log[0].Action != "giveaway.remove" || !strings.Contains(string(log[0].Body), "second account") || log[0].Actor != string(s.staff().ID) {
			t.Errorf("the log says %+v", log)
		}
	})
}

func TestAMemberEntersAndLeavesByButtons(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro", "winners", "2")
		s.enters(id, "m1", "m2", "m3", "m4")
		r := s.presses(s.member("m5"), chat.Act(giveaway.Kind, giveaway.VerbEnter, id))
		s.holds(r, "5", s.in("1 chance in 3", "1 chance sur 3"))
		again := s.presses(s.member("m5"), chat.Act(giveaway.Kind, giveaway.VerbEnter, id))
		s.holds(again, s.in("already", "déjà"))
		left := s.presses(s.member("m5"), control(t, again.Card, giveaway.VerbLeave).Action)
		s.holds(left, s.in("You have left", "Vous ne participez plus"))
		s.changesNothing(func() {
			s.holds(s.presses(s.member("m5"), chat.Act(giveaway.Kind, giveaway.VerbLeave, id)), s.in("not in this giveaway", "ne participez pas"))
		})
		s.pass(time.Minute)
		if card := s.posts("general")[0].Message.Card.Plain(); !strings.Contains(card, "Participants · 4") && !strings.Contains(card, "Entrants · 4") {
			t.Errorf("the card does not count 4:\n%s", card)
		}
	})
}

func TestRolesAreGivenWhereThePlatformCan(t *testing.T) {
	s := on(t, chat.Discord)
	role := chat.NewID[chat.RoleID](s.network, "lucky")
	id := s.opens("Nitro", "role", string(role), "role_days", "2")
	s.enters(id, "m1")
	s.pass(3 * time.Hour)
	if got := s.platform.Given(s.id("m1")); len(got) != 1 || got[0] != role {
		t.Fatalf("the winner holds %v", got)
	}
	s.pass(49 * time.Hour)
	if got := s.platform.Given(s.id("m1")); len(got) != 0 {
		t.Errorf("after two days the winner holds %v", got)
	}
}

func TestOnlyWhoManagesTheSpaceHasARoleGiven(t *testing.T) {
	s := on(t, chat.Discord)
	role := string(chat.NewID[chat.RoleID](s.network, "lucky"))
	var r chat.Reply
	s.changesNothing(func() {
		r = s.types(s.staff(), "giveaway start", "duration", "2h", "prize", "Nitro", "role", role)
	})
	s.holds(r, "who manage the space")
}

func TestAPrivateAnswerFollowsTheMemberAndACardTheCommunity(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		shown := said(s.types(s.staff(), "giveaway show"))
		if want := s.in("Hosted by", "Proposé par"); !strings.Contains(shown, want) {
			t.Errorf("the private card lacks %q:\n%s", want, shown)
		}
		stranger := s.member("m1")
		stranger.Locale = "pt-BR"
		r := s.presses(stranger, chat.Act(giveaway.Kind, giveaway.VerbEnter, id))
		want := chat.Wording{chat.English: "You are in", chat.French: "Vous participez"}.In(s.public())
		if !strings.Contains(said(r), want) {
			t.Errorf("a member of another language is told %q, not in the community's", said(r))
		}
	})
}

func TestAGiveawayEndsByItselfOnce(t *testing.T) {
	s := on(t, chat.Slack)
	id := s.opens("Nitro", "winners", "2")
	for n := range 5 {
		s.enters(id, fmt.Sprint("m", n))
	}
	s.pass(2*time.Hour + time.Second)
	s.pass(time.Hour)
	if posts := s.posts("general"); len(posts) != 2 || len(winnersOf(posts[1])) != 2 {
		t.Errorf("%d posts", len(posts))
	}
}
