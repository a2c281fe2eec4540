package commands_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/bot/outbox"
	"animo/commands"
	"animo/games/giveaway"
	"animo/storage"
)

func TestHelpListsOnlyWhatOneMayDo(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		people := map[chat.Permission]chat.Actor{chat.Anyone: s.member("m1"), chat.Staff: s.staff(), chat.Manager: s.manager()}
		reach := map[chat.Permission][]chat.Permission{
			chat.Anyone: {chat.Anyone}, chat.Staff: {chat.Anyone, chat.Staff}, chat.Manager: {chat.Anyone, chat.Staff, chat.Manager},
		}
		for rank, who := range people {
			var r chat.Reply
			s.changesNothing(func() { r = s.types(who, "help") })
			pages := []chat.Reply{r}
			for _, c := range s.registry.Menu().Commands {
				if len(c.Sub) > 0 {
					pages = append(pages, s.types(who, "help", "topic", c.Name))
				}
			}
			told := s.told(pages)
			for _, p := range reach[rank] {
				for _, path := range mayUse[p] {
					if !told[s.path(path)] {
						t.Errorf("%s is not told of %s:\n%s", rank, s.path(path), said(r))
					}
					delete(told, s.path(path))
				}
			}
			for left := range told {
				if strings.Contains(strings.TrimPrefix(left, "/"), " ") { // a group stands in the overview by its name alone
					t.Errorf("%s is told of %q", rank, left)
				}
			}
			if has := strings.Contains(said(r), s.in("Reroll", "Nouveau tirage")); has != (rank != chat.Anyone) {
				t.Errorf("%s is told of the shortcut: %v", rank, has)
			}
			for _, page := range pages {
				if n := len([]rune(said(page))); n > s.platform.Caps.MaxText {
					t.Errorf("the help has %d characters", n)
				}
			}
		}
	})
}

// told collects the commands that pages of the help name.
func (s *side) told(pages []chat.Reply) map[string]bool {
	out := map[string]bool{}
	for _, page := range pages {
		for line := range strings.SplitSeq(said(page), "\n") {
			if command, _, ok := strings.Cut(strings.TrimPrefix(line, "• "), " — "); ok && strings.HasPrefix(line, "• /") {
				out[command] = true
			}
		}
	}
	return out
}

func TestTheParityTableSaysWhatEachPlatformLacks(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.types(s.member("m1"), "help", "topic", "platforms")
		text := said(r)
		s.holds(r, "Discord", "Slack", s.in("✗ forms that stay open", "✗ formulaires qui restent ouverts"), s.in("✓ forms that stay open", "✓ formulaires qui restent ouverts"))
		s.holds(r, s.in("✗ roles given to winners → the winners are named on the card", "✗ rôles donnés aux gagnants → les gagnants figurent sur la carte"), s.path("giveaway list"))
		for _, line := range strings.Split(text, "\n") {
			if strings.Contains(line, "✗") != strings.Contains(line, "→") {
				t.Errorf("what is lacking has a substitute, what is there has none: %q", line)
			}
			if strings.Contains(line, "help.") {
				t.Errorf("a sentence is missing: %q", line)
			}
		}
		if n := strings.Count(text, "✓") + strings.Count(text, "✗"); n != 14 {
			t.Errorf("%d lines", n)
		}
	})
}

// cheer is a family with a command that one platform cannot do.
func cheer(answer func() (chat.Reply, error)) func(*commands.Registry) []commands.Family {
	return func(g *commands.Registry) []commands.Family {
		return append(commands.All(g), commands.Family{Commands: []commands.Command{{
			Name: "cheer", Permission: chat.Anyone,
			Needs: &chat.Need{
				Met:        func(c chat.Capabilities) bool { return c.Roles },
				Substitute: chat.Wording{chat.English: "clap your hands", chat.French: "tapez dans vos mains"},
			},
			Run: func(_ context.Context, _ *commands.Request) (chat.Reply, error) { return answer() },
		}}})
	}
}

func TestWhatAPlatformLacksIsSaidWithItsSubstitute(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		ran := 0
		r, err := commands.NewRegistry(s.registry.Deps, cheer(func() (chat.Reply, error) { ran++; return chat.Reply{}, nil }))
		must(t, err)
		s.registry = r
		got := s.types(s.member("m1"), "cheer")
		if s.network == chat.Discord {
			if ran != 1 || got.Card != nil {
				t.Error("the command did not run where it can")
			}
			return
		}
		s.holds(got, "Slack", s.in("Instead: clap your hands", "À la place : tapez dans vos mains"))
		s.holds(s.types(s.member("m1"), "help", "topic", "platforms"), s.in("clap your hands", "tapez dans vos mains"))
		if ran != 0 {
			t.Error("the command ran where it cannot")
		}
	})
}

func TestTwoThingsOfOneNameAreAnError(t *testing.T) {
	b, err := words()
	must(t, err)
	for name, f := range map[string]commands.Family{
		"two commands":  {Commands: []commands.Command{{Name: "help"}}},
		"two shortcuts": {Shortcuts: []commands.Shortcut{{Name: "reroll"}}},
		"two families":  {Presses: map[string]commands.Press{giveaway.StaffFamily: {}}},
		"answer to":     {Forms: map[string]commands.Press{"cmd": {}}},
	} {
		_, err := commands.NewRegistry(commands.Deps{Words: b}, func(g *commands.Registry) []commands.Family { return append(commands.All(g), f) })
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAFailureIsToldAsAMishapAndNotInDetail(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r, err := commands.NewRegistry(s.registry.Deps, cheer(func() (chat.Reply, error) { return chat.Reply{}, errors.New("secret detail") }))
		must(t, err)
		s.network, s.space, s.platform = chat.Discord, "discord:1", s.recorders[chat.Discord]
		e := chat.Invoked{Meta: s.meta(s.member("m1")), Path: []string{"cheer"}}
		if _, err := r.Interact(t.Context(), e); err == nil {
			t.Fatal("the frame is not told of the failure")
		}
		s.holds(r.Mishap(e, "ABC123"), "ABC123", s.in("Something went wrong", "Une erreur s’est produite"))
	})
}

func TestAMishapSpeaksTheCommunitysLanguageToAStranger(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		stranger := s.member("m1")
		stranger.Locale = ""
		want := chat.Wording{chat.English: "Something went wrong", chat.French: "Une erreur s’est produite"}.In(s.public())
		s.holds(s.registry.Mishap(chat.Pressed{Meta: s.meta(stranger)}, "X"), want)
	})
}

// undelivered makes an announcement fail and returns the notice to the team.
func (s *side) undelivered(fail string, more ...string) chat.Card {
	s.t.Helper()
	s.types(s.manager(), "setup team", "channel", string(s.channel("contests")))
	id := s.opens("Nitro", more...)
	s.enters(id, "m1")
	s.pass(time.Minute)
	failing := true
	s.platform.Fail = func(call string) error {
		if call == fail && failing {
			failing = false
			return &chat.Error{Trouble: chat.TroubleForbidden, Doing: "speak", Missing: "Some Right"}
		}
		return nil
	}
	s.types(s.staff(), "giveaway end")
	s.pass(time.Minute)
	posts := s.posts("contests")
	if len(posts) != 1 {
		s.t.Fatalf("the team got %d notices", len(posts))
	}
	return posts[0].Message.Card
}

func TestTheTeamIsToldOfWhatCouldNotBeSaidAndTriesAgainOnce(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		notice := s.undelivered("Post")
		text := spaced(notice.Plain())
		for _, want := range []chat.Wording{
			{chat.English: "could not say this in #", chat.French: "n’a pas pu publier ceci dans #"},
			{chat.English: "a right is missing (Some Right)", chat.French: "un droit manque (Some Right)"},
			{chat.English: "Try again", chat.French: "Réessayer"},
			{chat.English: "Nitro", chat.French: "Nitro"},
		} {
			if !strings.Contains(text, want.In(s.public())) {
				t.Errorf("the notice lacks %q:\n%s", want.In(s.public()), text)
			}
		}
		again := control(t, &notice, "again").Action
		before := len(s.posts("general"))
		s.holds(s.presses(s.staff(), again), s.in("on its way again", "C’est reparti"))
		s.triesInVain(again)
		s.pass(time.Minute)
		if got := len(s.posts("general")) - before; got != 1 {
			t.Errorf("it was said %d times", got)
		}
		log, err := s.store.Log(t.Context(), s.tenant(), 0, 10)
		must(t, err)
		if !strings.Contains(fmt.Sprint(log), "undelivered.again") {
			t.Error("the log does not say who tried again")
		}
	})
}

func TestADiagnosticShowsWhatWaitsToBeSaid(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.undelivered("Post")
		r := s.types(s.staff(), "diagnostic")
		s.holds(r, s.in("could not say this", "n’a pas pu publier ceci"), "Nitro")
		before := len(s.posts("general"))
		s.presses(s.staff(), control(t, r.Card, "again").Action)
		s.pass(time.Minute)
		if got := len(s.posts("general")) - before; got != 1 {
			t.Errorf("it was said %d times", got)
		}
		if text := said(s.types(s.staff(), "diagnostic")); strings.Contains(text, "Nitro") {
			t.Errorf("what was said still waits:\n%s", text)
		}
	})
}

// triesInVain checks that a second press finds nothing to do.
func (s *side) triesInVain(again chat.Action) {
	s.t.Helper()
	writes := s.store.Writes()
	s.holds(s.presses(s.staff(), again), s.in("sent or tried again already", "déjà été envoyé ou relancé"))
	s.holds(s.presses(s.staff(), chat.Act("undelivered", "again", "nonsense")), s.in("already", "déjà"))
	if s.store.Writes() != writes {
		s.t.Error("the second press writes")
	}
}

func TestARoleThatCouldNotBeGivenIsNotCalledAMessage(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Discord, l)
		notice := s.undelivered("GiveRole", "role", "discord:lucky")
		text := notice.Plain()
		want := chat.Wording{chat.English: "could not give the role @discord:lucky to @discord:m1", chat.French: "n’a pas pu donner le rôle @discord:lucky à @discord:m1"}.In(s.public())
		if !strings.Contains(text, want) || len(notice.Pings.Members)+len(notice.Pings.Roles) != 0 {
			t.Errorf("the notice lacks %q:\n%s", want, text)
		}
		for _, b := range notice.Blocks {
			if b.Kind == chat.BlockParagraph && b.Line.Plain() == "" {
				t.Error("the notice quotes nothing")
			}
		}
		s.presses(s.staff(), control(t, &notice, "again").Action)
		s.settle()
		if len(s.platform.Given(s.id("m1"))) != 1 {
			t.Error("trying again does not give the role")
		}
	}
}

func TestEveryTroubleOfEveryItemHasItsSentence(t *testing.T) {
	s := on(t, chat.Discord)
	s.types(s.manager(), "setup team", "channel", "discord:contests")
	said := map[string]bool{}
	for _, trouble := range []chat.Trouble{chat.TroubleForbidden, chat.TroubleGone, chat.TroubleRefused, chat.TroubleUnreachable, chat.TroubleExpired} {
		for _, i := range []outbox.Item{
			{Kind: outbox.ItemPost, Channel: "discord:general", Card: chat.Say(chat.Words(strings.Repeat("long ", 500)))},
			{Kind: outbox.ItemRedraw, Channel: "discord:general"},
			{Kind: outbox.ItemGrant, Member: "discord:m1", Role: "discord:r"},
			{Kind: outbox.ItemGrant, Member: "discord:m1", Role: "discord:r", Take: true},
			{Kind: outbox.ItemDirect, Member: "discord:m1", Card: chat.Say(chat.Words("x"))},
		} {
			to, card, ok := s.registry.Notice(t.Context(), s.tenant(), "id", outbox.Undelivered{Item: i, Trouble: trouble})
			if !ok || to != "discord:contests" || strings.Contains(card.Plain(), "undelivered.") || len(card.Plain()) > 600 {
				t.Errorf("%s of a %s: %s", trouble, i.Kind, card.Plain())
			}
			said[card.Plain()] = true
		}
	}
	if len(said) != 25 {
		t.Errorf("%d different notices", len(said))
	}
}

func TestWithoutATeamChannelThereIsNoNotice(t *testing.T) {
	s := on(t, chat.Discord)
	if _, _, ok := s.registry.Notice(t.Context(), s.tenant(), "id", outbox.Undelivered{}); ok {
		t.Error("there is a notice")
	}
	if _, _, ok := s.registry.Notice(t.Context(), storage.Tenant("discord:nowhere"), "id", outbox.Undelivered{}); ok {
		t.Error("a community that is not there gets a notice")
	}
}

func TestAFindingIsASentenceWithASign(t *testing.T) {
	b, err := i18n.New()
	must(t, err)
	for _, l := range chat.Languages() {
		for health, sign := range map[chat.Health]string{chat.HealthOK: "✅", chat.HealthWarning: "⚠️", chat.HealthFailing: "❌"} {
			text := commands.FindingLine(b.Printer(l), chat.Finding{Health: health, Code: "channel.rights", Args: map[string]string{"name": "*a*", "rights": "Send"}}).Plain()
			if !strings.HasPrefix(text, sign) || !strings.Contains(text, "*a*") || !strings.Contains(text, "Send") {
				t.Errorf("%q", text)
			}
		}
	}
}
