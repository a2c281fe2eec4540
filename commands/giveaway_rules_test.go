package commands_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/giveaway"
	"animo/games/terms"
)

// organises tells who organises, through the form.
func (s *side) organises(name, contact, law string) chat.Reply {
	s.t.Helper()
	return s.fills(s.manager(), s.types(s.manager(), "setup organiser").Form, "name", name, "contact", contact, "law", law)
}

// file is one that came along with an answer, by its ending.
func file(t *testing.T, r chat.Reply, ending string) string {
	t.Helper()
	for _, f := range r.Files {
		if strings.HasSuffix(f.Name, ending) {
			return string(f.Data)
		}
	}
	t.Fatalf("no file %s came along:\n%s", ending, said(r))
	return ""
}

func sha(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// readAll turns all pages of a rules page over.
func (s *side) readAll(r chat.Reply) string {
	s.t.Helper()
	all := said(r)
	for range 20 {
		next, ok := turn(r)
		if !ok {
			return all
		}
		r = s.presses(s.member("m1"), next)
		if !r.Replace || len(r.Files) > 0 {
			s.t.Errorf("turning a page says it anew: %t, %d files", !r.Replace, len(r.Files))
		}
		all += "\n" + said(r)
	}
	s.t.Fatal("there is no last page")
	return ""
}

// turn is the control to the next page; false on the last one.
func turn(r chat.Reply) (chat.Action, bool) {
	for _, b := range r.Card.Blocks {
		if n := len(b.Controls); n == 2 && b.Controls[1].Action.Verb == "page" && !b.Controls[1].Disabled {
			return b.Controls[1].Action, true
		}
	}
	return chat.Action{}, false
}

func TestAnybodyReadsTheRulesFromTheCard(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.organises("Le Club, Lyon", "contact@example.org", "French law applies.")
		id := s.opens("Nitro", "lots", "Nitro x2 = 9,99 €; T-shirt x3", "claim", "48h", "places", "500")
		card := s.posts("general")[0].Message.Card
		button := control(t, &card, giveaway.VerbRules)
		if want := (chat.Wording{chat.English: "Rules", chat.French: "Règlement"}).In(s.public()); button.Label != want {
			t.Errorf("the button is called %q", button.Label)
		}
		r := s.presses(s.member("m1"), button.Action)
		if r.Public || r.Replace || len(r.Files) != 2 {
			t.Fatalf("public %t, in the place of another %t, %d files", r.Public, r.Replace, len(r.Files))
		}
		prevails := file(t, r, "-v1."+string(s.public())+".md")
		if !strings.Contains(card.Plain(), sha(prevails)) || !strings.Contains(said(r), sha(prevails)) {
			t.Errorf("neither card nor page quote the file's SHA-256 %s:\n%s\n%s", sha(prevails), card.Plain(), said(r))
		}
		if !strings.Contains(said(r), "rules-"+id+"-v1."+string(s.public())+".md") {
			t.Errorf("the page does not say of which file:\n%s", said(r))
		}
		all := s.readAll(r)
		for _, want := range []string{
			s.in("Rules of the giveaway", "Règlement du concours"), "Le Club, Lyon", "contact@example.org", "French law applies.", "#general",
			s.in("“The Club”", "«\u00a0The Club\u00a0»"), "Nitro, " + s.in("for 2 winners (value: 9,99 €)", "pour 2 gagnants (valeur\u00a0: 9,99 €)"),
			"T-shirt, " + s.in("for 3 winners", "pour 3 gagnants"), "Europe/Paris", s.in("2 days", "2 jours"), "500",
			s.in("neither organises nor sponsors", "n’organise pas ce concours"), s.platform.Caps.Name,
		} {
			if !strings.Contains(all, want) {
				t.Errorf("the page lacks %q:\n%s", want, all)
			}
		}
		if doc, err := terms.Parse(file(t, r, "-v1."+string(s.language)+".md")); err != nil || len(doc.Sections) != 15 {
			t.Errorf("the file in the reader's language: %d sections, %v", len(doc.Sections), err)
		}
	})
}

func TestAChangeMakesAVersionAndTheOthersStay(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		one := s.types(s.member("m1"), "giveaway rules", "id", id)
		first := file(t, one, "-v1."+string(s.public())+".md")
		s.types(s.staff(), "giveaway edit", "winners", "3", "value", "9,99 €", "duration", "5h")
		s.pass(time.Minute)
		two := s.types(s.member("m1"), "giveaway rules")
		second := file(t, two, "-v2."+string(s.public())+".md")
		if card := s.posts("general")[0].Message.Card.Plain(); !strings.Contains(card, sha(second)) || strings.Contains(card, sha(first)) {
			t.Errorf("the card does not quote version 2:\n%s", card)
		}
		if !strings.Contains(second, sha(first)) {
			t.Errorf("version 2 does not say which one it replaces:\n%s", second)
		}
		changed := s.in("Sections that changed: Dates, Prizes.", "Articles modifiés\u00a0: Dates, Lots.")
		if all := s.readAll(two); !strings.Contains(all, changed) || !strings.Contains(all, "9,99 €") {
			t.Errorf("version 2 does not say %q:\n%s", changed, all)
		}
		s.holds(two, s.in("Version 2 of 2", "Version 2 sur 2"), s.path("giveaway rules")+" id:"+id+" version:1")
		again := s.types(s.member("m1"), "giveaway rules", "id", id, "version", "1")
		if file(t, again, "-v1."+string(s.public())+".md") != first {
			t.Error("version 1 is no longer what it was")
		}
		s.changesNothing(func() {
			s.holds(s.types(s.member("m1"), "giveaway rules", "id", id, "version", "3"), s.in("choose from 1 to 2", "choisissez de 1 à 2"))
			for _, arg := range []string{"", "x", "9.0", "-1.0", "1.-1", "1"} {
				r := s.presses(s.member("m1"), chat.Act(giveaway.RulesFamily, "page", id).With(arg))
				if len(r.Files) > 0 || r.Replace {
					t.Errorf("page %q was shown", arg)
				}
			}
			if r := s.presses(s.member("m1"), chat.Act(giveaway.RulesFamily, "page", id).With("1.99")); !r.Replace {
				t.Errorf("a page beyond the last is not the last: %s", said(r))
			}
		})
	})
}

func TestWhatTheRulesDoNotTellMakesNoVersion(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro")
	s.enters(id, "m1", "m2")
	s.types(s.staff(), "giveaway pause")
	s.types(s.staff(), "giveaway resume") // at once: the end stays
	s.types(s.staff(), "giveaway remove", "member", string(s.id("m1")), "reason", "spam")
	s.types(s.staff(), "giveaway end")
	s.pass(time.Minute)
	r := s.types(s.member("m1"), "giveaway rules", "id", id)
	if file(t, r, "-v1.fr.md") == "" || strings.Contains(said(r), "Version 1 of") {
		t.Errorf("another version was made:\n%s", said(r))
	}
	// The rules can be read on the card of what is over.
	card := s.posts("general")[0].Message.Card
	if r := s.presses(s.member("m3"), control(t, &card, giveaway.VerbRules).Action); len(r.Files) != 2 {
		t.Errorf("the rules of what is over: %s", said(r))
	}
}

func TestAPauseMovesTheDatesOfTheRules(t *testing.T) {
	s := on(t, chat.Slack)
	id := s.opens("Nitro")
	s.types(s.staff(), "giveaway pause")
	s.pass(time.Hour)
	s.types(s.staff(), "giveaway resume")
	s.settle()
	r := s.types(s.member("m1"), "giveaway rules", "id", id)
	if got := s.readAll(r); !strings.Contains(got, "Sections that changed: Dates.") {
		t.Errorf("the rules tell the former end:\n%s", got)
	}
}

func TestRolesAndChannelsStandInTheRulesByTheNameTheyHad(t *testing.T) {
	s := on(t, chat.Discord)
	s.platform.AddRole(chat.Role{ID: chat.NewID[chat.RoleID](s.network, "vip"), Name: "Very *important*"})
	id := s.opens("Nitro", "conditions", "roles: @Very *important*; messages: 5 in 7 days in #contests", "role", string(chat.NewID[chat.RoleID](s.network, "vip")))
	r := s.types(s.member("m1"), "giveaway rules", "id", id)
	for _, want := range []string{"@Very *important*", "#contests", "receives the role @Very *important*"} {
		if all := s.readAll(r); !strings.Contains(all, want) {
			t.Errorf("the page lacks %q:\n%s", want, all)
		}
	}
}

func TestAPlannedGiveawayHasRulesBeforeItOpens(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.types(s.staff(), "giveaway start", "duration", "2h", "prize", "Nitro", "starts", "in 3h")
		s.settle()
		id := s.games(games.StatusOpen)[0].ID
		s.holds(r, id)
		before := file(t, s.types(s.member("m1"), "giveaway rules", "id", id), "-v1."+string(s.public())+".md")
		s.pass(3*time.Hour + time.Second)
		card := s.posts("general")[0].Message.Card
		if !strings.Contains(card.Plain(), sha(before)) {
			t.Errorf("opening in time made another version:\n%s", card.Plain())
		}
	})
}

func TestAnOlderGiveawayWithoutRulesSaysSo(t *testing.T) {
	s := on(t, chat.Slack)
	s.holds(s.presses(s.member("m1"), chat.Act(giveaway.RulesFamily, giveaway.VerbRules, "NOSUCHID")), "not exist")
	id := s.opens("Nitro")
	s.types(s.staff(), "giveaway delete", "id", id)
	s.settle()
	s.holds(s.presses(s.member("m1"), chat.Act(giveaway.RulesFamily, giveaway.VerbRules, id)), "was deleted")
}

func TestTheOrganiserIsAskedOnceAndKept(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		if !s.registry.OpensForm(chat.Invoked{Path: []string{"setup", "organiser"}}) {
			t.Error("the frame is not told of the form")
		}
		f := s.types(s.manager(), "setup organiser").Form
		if f == nil || len(f.Fields) != 3 || len([]rune(f.Title)) > 24 || f.Fields[0].Label == "" || len(f.Action.String()) > chat.MaxAction {
			t.Fatalf("the form is %+v", f)
		}
		s.holds(s.organises(" Le\u202e Club ", "contact@example.org", "Line 1\nLine 2"), "Le Club", "contact@example.org", s.in("Saved", "C’est enregistré"),
			s.in("no legal advice", "pas un conseil juridique"))
		if got := shown(s.types(s.manager(), "setup organiser").Form); got["name"] != "Le Club" || got["law"] != "Line 1\nLine 2" {
			t.Errorf("what was typed is lost: %q", got)
		}
		s.changesNothing(func() {
			s.holds(s.organises(strings.Repeat("x", terms.MaxName+1), "c", ""), "200", "201")
			s.holds(s.types(s.staff(), "setup organiser"), s.in("manage", "gère"))
			s.holds(s.submits(s.staff(), f.Action, "name", "Me", "contact", "me"), s.in("manage", "gère"))
		})
		s.holds(s.types(s.manager(), "setup show"), "Le Club")
	})
}

func TestRunningRulesTakeOverANewOrganiserOnlyWhenStaffSaySo(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.organises("Le Club", "contact@example.org", "")
		id := s.opens("Nitro")
		s.organises("Le Studio", "studio@example.org", "")
		renew := s.types(s.staff(), "giveaway check", "id", id)
		s.holds(renew, s.in("does not name the organiser", "ne nomme pas l’organisateur"))
		action := control(t, renew.Card, "renew").Action
		s.changesNothing(func() {
			s.holds(s.presses(s.member("m1"), action), s.in("staff", "équipe"))
			if all := s.readAll(s.types(s.member("m1"), "giveaway rules", "id", id)); strings.Contains(all, "Le Studio") {
				t.Error("the rules changed under members' feet")
			}
		})
		s.holds(s.presses(s.staff(), action), s.in("now name the organiser", "nomme désormais l’organisateur"))
		s.settle()
		all := s.readAll(s.types(s.member("m1"), "giveaway rules", "id", id))
		if want := s.in("Sections that changed: Organiser, Personal data.", "Articles modifiés\u00a0: Organisateur, Données personnelles."); !strings.Contains(all, want) || !strings.Contains(all, "Le Studio") {
			t.Errorf("the page does not say %q:\n%s", want, all)
		}
		s.changesNothing(func() {
			s.holds(s.presses(s.staff(), action), s.in("already", "déjà"))
		})
		s.types(s.staff(), "giveaway end", "id", id)
		s.pass(time.Minute)
		s.organises("Un autre", "x", "")
		s.changesNothing(func() {
			s.holds(s.presses(s.staff(), action), s.in("Entries are closed", "Les inscriptions sont closes"))
		})
	})
}

func TestADraftsRulesAreReadBeforeTheLaunch(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.organises("Le Club", "contact@example.org", "")
		r := s.drafts("description", "Have fun")
		var draft chat.Reply
		s.changesNothing(func() { draft = s.presses(s.staff(), control(t, r.Card, "rules").Action) })
		s.holds(draft, s.in("no legal advice", "pas un conseil juridique"), s.in("Nobody else", "Personne d’autre"))
		for l, want := range map[chat.Language]string{chat.English: "Rules of the giveaway", chat.French: "Règlement du concours"} {
			text := file(t, draft, "draft."+string(l)+".md")
			if !strings.Contains(text, want) || !strings.Contains(text, "Have fun") || !strings.Contains(text, "Le Club") {
				t.Errorf("the draft in %s:\n%s", l, text)
			}
			if strings.Contains(text, "advice") || strings.Contains(text, "conseil juridique") {
				t.Errorf("what staff are told stands in the page:\n%s", text)
			}
		}
		s.holds(s.presses(s.member("m1"), control(t, r.Card, "rules").Action), s.in("staff", "équipe"))
	})
}

func TestAValueIsReadWithItsLotAndBounded(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.changesNothing(func() {
			s.holds(s.types(s.staff(), "giveaway start", "duration", "2h", "prize", "Nitro", "value", strings.Repeat("9", terms.MaxValue+1)), "60", "61")
			s.holds(s.types(s.staff(), "giveaway start", "duration", "2h", "prize", "x", "lots", "Nitro = "+strings.Repeat("9", terms.MaxValue+1)), "60", "61")
		})
		alone := s.opens("A book", "value", "12 €")
		if all := s.readAll(s.types(s.member("m1"), "giveaway rules", "id", alone)); !strings.Contains(all, s.in("A book, for one winner (value: 12 €)", "A book, pour un gagnant (valeur\u00a0: 12 €)")) {
			t.Errorf("the page lacks the value:\n%s", all)
		}
		id := s.opens("Nitro", "lots", "a = b = 3 €; c x2 =; = 5; d x2 = 4 €")
		all := s.readAll(s.types(s.member("m1"), "giveaway rules", "id", id))
		for _, want := range []string{"a = b, ", "3 €", "c x2 =, ", "= 5, ", "d, " + s.in("for 2 winners", "pour 2 gagnants")} {
			if !strings.Contains(all, want) {
				t.Errorf("the page lacks %q:\n%s", want, all)
			}
		}
	})
}

func TestThePagesFitEveryPlatform(t *testing.T) {
	for _, n := range []chat.Network{chat.Discord, chat.Slack} {
		s := newHouse(t).side(n, chat.French)
		s.organises(strings.Repeat("é", terms.MaxName), strings.Repeat("c", terms.MaxContact), strings.Repeat("loi\n", terms.MaxLaw/4))
		lots := make([]string, giveaway.MaxLots)
		for i := range lots {
			lots[i] = strings.Repeat("*", giveaway.MaxPrize) + " x9 = " + strings.Repeat("9", terms.MaxValue)
		}
		id := s.opens("Nitro", "description", strings.Repeat("x\n", giveaway.MaxDescription/2), "lots", strings.Join(lots, ";"))
		r := s.types(s.member("m1"), "giveaway rules", "id", id)
		pages := 0
		for ok := true; ok; pages++ {
			if parts := chat.Split(*r.Card, s.platform.Caps); len(parts) != 1 {
				t.Errorf("%s: page %d needs %d cards", n, pages+1, len(parts))
			}
			actions := []string{}
			for _, b := range r.Card.Blocks {
				for _, c := range b.Controls {
					actions = append(actions, c.Action.String())
				}
			}
			if slices.Sort(actions); len(slices.Compact(actions)) != len(actions) {
				t.Errorf("two controls mean the same: %q", actions)
			}
			var next chat.Action
			if next, ok = turn(r); ok {
				r = s.presses(s.member("m1"), next)
			}
		}
		if pages < 2 {
			t.Errorf("%s: all of it stands on %d page", n, pages)
		}
	}
}
