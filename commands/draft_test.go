package commands_test

import (
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/storage"
)

// fills sends a form in with these answers in the place of what it shows.
func (s *side) fills(by chat.Actor, f *chat.Form, answers ...string) chat.Reply {
	s.t.Helper()
	if f == nil {
		s.t.Fatal("there is no form")
	}
	v := chat.Values{}
	for _, field := range f.Fields {
		v[field.Name] = field.Value
	}
	maps.Copy(v, values(answers))
	return s.send(chat.Submitted{Meta: s.meta(by), Action: f.Action, Values: v})
}

func shown(f *chat.Form) chat.Values {
	v := chat.Values{}
	for _, field := range f.Fields {
		v[field.Name] = field.Value
	}
	return v
}

// drafts prepares a giveaway up to its preview.
func (s *side) drafts(answers ...string) chat.Reply {
	s.t.Helper()
	form := s.types(s.staff(), "giveaway create").Form
	return s.fills(s.staff(), form, append([]string{"prize", "Nitro", "duration", "2h"}, answers...)...)
}

func TestTheFormIsInTheMembersLanguageAndFitsBothPlatforms(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		if !s.registry.OpensForm(chat.Invoked{Path: []string{"giveaway", "create"}}) {
			t.Error("the frame is not told of the form")
		}
		f := s.types(s.staff(), "giveaway create").Form
		if f == nil || f.Title != s.in("New giveaway", "Nouveau concours") || f.Submit != s.in("Preview", "Aperçu") || f.Close != s.in("Cancel", "Annuler") {
			t.Fatalf("the form is %+v", f)
		}
		if len(f.Fields) != chat.MaxFormFields || len([]rune(f.Title)) > 24 || len(f.Action.String()) > chat.MaxAction {
			t.Errorf("the form does not fit: %d fields", len(f.Fields))
		}
		for _, field := range f.Fields {
			if field.Label == "" || strings.Contains(field.Label, ".") || len([]rune(field.Label)) > 45 {
				t.Errorf("field %s is called %q", field.Name, field.Label)
			}
		}
	})
}

func TestAPreviewIsSeenByItsAuthorAlone(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafts("description", "Have fun", "winners", "2")
		s.holds(r, "Nitro", "Have fun", s.in("This is how it will look", "Voici ce qui paraîtra"), s.in("Nobody else", "Personne d’autre"))
		s.holds(r, s.in("Saturday 24 January 2026 at 15:00", "samedi 24 janvier 2026 à 15 h 00"))
		want := chat.Wording{chat.English: "Hosted by", chat.French: "Proposé par"}.In(s.public())
		if !strings.Contains(said(r), want) {
			t.Errorf("the card is not previewed as members will read it: it lacks %q", want)
		}
		for _, b := range r.Card.Blocks {
			for _, c := range b.Controls {
				if c.Action.Family == "giveaway" {
					t.Error("the preview can be entered")
				}
			}
		}
		s.settle()
		if len(s.posts("general")) != 0 || len(s.games(games.StatusOpen)) != 0 {
			t.Error("something was published before it was launched")
		}
	})
}

func TestAMistakeStandsBesideItsFieldWhereThePlatformCan(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Slack, l)
		form := s.types(s.staff(), "giveaway create").Form
		for field, wrong := range map[string]string{
			"duration": "demain 25h", "winners": "0", "image": "x", "prize": " ", "description": strings.Repeat("x", 1501),
		} {
			s.changesNothing(func() {
				r := s.fills(s.staff(), form, slices.Concat([]string{"prize", "Nitro", "duration", "2h"}, []string{field, wrong})...)
				if r.Wrong[field] == "" || len(r.Wrong) != 1 || said(r) != r.Wrong[field] {
					t.Errorf("%s: beside the fields stands %q, on the card %q", field, r.Wrong, said(r))
				}
			})
		}
	}
}

func TestAMistakeIsCorrectedInTheFormAsItWasTyped(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Discord, l)
		form := s.types(s.staff(), "giveaway create").Form
		r := s.fills(s.staff(), form, "prize", "Nitro", "duration", "demain 25h", "description", "Long story")
		s.holds(r, "demain 25h", s.in("does not exist", "n’existe pas"), s.in("[Correct it]", "[Corriger]"))
		if r.Wrong != nil {
			t.Errorf("the platform cannot show %q", r.Wrong)
		}
		correct := control(t, r.Card, "step").Action
		if !s.registry.OpensForm(chat.Pressed{Action: correct}) {
			t.Error("the frame is not told of the form")
		}
		again := s.presses(s.staff(), correct).Form
		if got := shown(again); got["duration"] != "demain 25h" || got["description"] != "Long story" || got["prize"] != "Nitro" {
			t.Fatalf("what was typed is lost: %v", got)
		}
		fixed := s.fills(s.staff(), again, "duration", "demain 20h")
		s.holds(fixed, s.in("This is how it will look", "Voici ce qui paraîtra"))
		if !fixed.Replace {
			t.Error("the sentence about the mistake stays beside the preview")
		}
	}
}

func TestADraftIsMovedEditedAndLaunchedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafts()
		menu := control(t, r.Card, "channel").Action
		s.changesNothing(func() {
			s.holds(s.presses(s.staff(), menu, string(s.channel("locked"))), "locked", s.in("Send Messages", "Envoyer des messages"))
			s.holds(s.presses(s.staff(), menu, string(s.channel("abroad"))), s.in("does not exist here", "n’existe pas ici"))
			s.holds(s.presses(s.staff(), menu), s.in("no longer in use", "plus en service"))
		})
		r = s.presses(s.staff(), menu, string(s.channel("contests")))
		s.holds(r, "contests")
		if !r.Replace {
			t.Error("the first preview stays")
		}
		form := s.presses(s.staff(), control(t, r.Card, "step").Action).Form
		r = s.fills(s.staff(), form, "prize", "A book")
		s.holds(r, "A book", "contests")
		launch := control(t, r.Card, "launch").Action
		r = s.presses(s.staff(), launch)
		s.holds(r, "A book", s.in("launched in", "lancé dans"))
		if !r.Replace {
			t.Error("the preview can still be pressed")
		}
		s.changesNothing(func() {
			for _, a := range []chat.Action{launch, menu, form.Action} {
				s.holds(s.presses(s.staff(), a, "x"), s.in("launched or thrown away", "lancé ou abandonné"))
			}
			s.holds(s.fills(s.staff(), form), s.in("launched or thrown away", "lancé ou abandonné"))
		})
		s.settle()
		if a, b := len(s.posts("contests")), len(s.posts("general")); a != 1 || b != 0 {
			t.Errorf("%d cards in the chosen channel, %d elsewhere", a, b)
		}
	})
}

func TestADoublePressLaunchesOnce(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		launch := control(t, s.drafts().Card, "launch").Action
		var events []chat.Event
		for range 8 {
			events = append(events, chat.Pressed{Meta: s.meta(s.staff()), Action: launch})
		}
		answers := make(chan string, len(events))
		var all sync.WaitGroup
		for _, e := range events {
			all.Go(func() {
				r, err := s.registry.Interact(t.Context(), e)
				if err != nil {
					t.Error(err)
				}
				answers <- said(r)
			})
		}
		all.Wait()
		close(answers)
		launched := 0
		for a := range answers {
			if strings.Contains(a, s.in("launched in", "lancé dans")) {
				launched++
			} else if !strings.Contains(a, s.in("launched or thrown away", "lancé ou abandonné")) {
				t.Errorf("answered %q", a)
			}
		}
		s.settle()
		if launched != 1 || len(s.posts("general")) != 1 {
			t.Errorf("%d of 8 presses launched, %d cards", launched, len(s.posts("general")))
		}
	})
}

func TestADraftIsThrownAway(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafts()
		gone := s.presses(s.staff(), control(t, r.Card, "discard").Action)
		s.holds(gone, s.in("Nothing was posted", "Rien n’a été publié"))
		if !gone.Replace {
			t.Error("the preview stays")
		}
		id := control(t, r.Card, "launch").Action.Subject
		if _, err := s.store.Get(t.Context(), s.tenant(), "draft", id); err == nil {
			t.Error("the draft is kept")
		}
		s.changesNothing(func() {
			s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("thrown away", "abandonné"))
		})
	})
}

func TestADraftIsItsAuthorsAlone(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafts()
		other := s.staff()
		other.ID = s.id("staff-2")
		foreign := s.side(map[chat.Network]chat.Network{chat.Discord: chat.Slack, chat.Slack: chat.Discord}[s.network], s.language)
		for _, verb := range []string{"launch", "step", "discard", "channel"} {
			a := control(t, r.Card, verb).Action
			s.changesNothing(func() {
				got := s.presses(other, a, string(s.channel("contests")))
				s.holds(got, s.in("someone else’s", "n’est pas le vôtre"))
				if got.Form != nil {
					t.Errorf("%s opens the form of another", verb)
				}
				s.holds(foreign.presses(foreign.staff(), a), s.in("someone else’s", "n’est pas le vôtre"))
				s.holds(s.presses(s.member("m1"), a), s.in("for the team", "réservé à l’équipe"))
			})
		}
		form := chat.Act("giveaway-draft", "form", control(t, r.Card, "launch").Action.Subject)
		s.changesNothing(func() {
			s.holds(s.submits(other, form, "prize", "Mine", "duration", "1h"), s.in("someone else’s", "n’est pas le vôtre"))
			s.holds(s.submits(s.member("m1"), form, "prize", "Mine", "duration", "1h"), s.in("for the team", "réservé à l’équipe"))
		})
	})
}

func TestALaunchRefusedKeepsTheDraft(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafts("duration", "24/01 14h")
		launch := control(t, r.Card, "launch").Action
		s.now = s.now.Add(2 * time.Hour)
		s.changesNothing(func() {
			s.holds(s.presses(s.staff(), launch), s.in("date is past", "date est passée"))
		})
		form := s.presses(s.staff(), control(t, r.Card, "step").Action).Form
		if got := shown(form)["prize"]; got != "Nitro" {
			t.Fatalf("the draft is lost: %q", got)
		}
		r = s.fills(s.staff(), form, "duration", "1h")
		s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("launched in", "lancé dans"))
	})
}

func TestAnUnknownButtonOfADraftSaysSo(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		a := control(t, s.drafts().Card, "launch").Action
		a.Verb = "explode"
		s.changesNothing(func() { s.holds(s.presses(s.staff(), a), s.in("no longer in use", "plus en service")) })
	})
}

func TestAHostileFormIsRefusedLikeAnyOther(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		before := s.store.Writes()
		r := s.send(chat.Submitted{Meta: s.meta(s.staff()), Action: chat.Act("giveaway-draft", "form", "new")})
		if said(r) == "" && r.Wrong == nil {
			t.Error("a form without answers is not refused")
		}
		if s.network == chat.Slack && s.store.Writes() != before {
			t.Error("it is kept")
		}
		if docs, err := s.store.List(t.Context(), s.tenant(), storage.ListQuery{Kind: "instance", Limit: 10}); err != nil || len(docs) != 0 {
			t.Errorf("%d instances, %v", len(docs), err)
		}
	})
}
