package commands_test

import (
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/games/giveaway"
)

// mayUse is who may use what, written down once more so that a change of a
// right is seen.
var mayUse = map[chat.Permission][]string{
	chat.Anyone: {"giveaway list", "giveaway verify", "giveaway rules", "contest list", "polls list", "advent list", "advent verify", "help"},
	chat.Staff: {
		"giveaway start", "giveaway create", "giveaway open", "giveaway end", "giveaway cancel", "giveaway pause", "giveaway resume", "giveaway edit",
		"giveaway reroll", "giveaway delete", "giveaway remove", "giveaway show", "giveaway entrants", "giveaway export", "giveaway check", "diagnostic",
		"giveaway abuse", "giveaway block add", "giveaway block remove", "giveaway block list",
		"giveaway template save", "giveaway template start", "giveaway template list", "giveaway template delete",
		"giveaway repeat add", "giveaway repeat list", "giveaway repeat skip", "giveaway repeat stop",
		"contest start", "contest create", "contest queue", "contest edit", "contest jury", "contest end", "contest cancel", "contest show", "contest export",
		"drop start", "drop list", "drop cancel", "poll", "polls close", "polls reopen", "polls cancel", "polls options", "polls show", "polls export", "advent start", "advent create", "advent show", "advent edit", "advent end",
	},
	chat.Manager: {"setup show", "setup language", "setup zone", "setup team", "setup staff", "setup organiser", "setup hours"},
}

func TestEveryCommandAsksForItsRight(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		ranks := []chat.Permission{chat.Anyone, chat.Staff, chat.Manager}
		people := []chat.Actor{s.member("m1"), s.staff(), s.manager()}
		seen := 0
		for _, top := range s.registry.Menu().Commands {
			top.Walk(func(path []string, spec chat.CommandSpec) {
				seen++
				plain := strings.Join(path, " ")
				if !slices.Contains(mayUse[spec.Permission], plain) {
					t.Fatalf("/%s is for %q: say so in mayUse", plain, spec.Permission)
				}
				for rank, who := range people {
					s.asks(t, plain, who, rank >= slices.Index(ranks, spec.Permission), spec.Permission)
				}
			})
		}
		if all := len(slices.Concat(mayUse[chat.Anyone], mayUse[chat.Staff], mayUse[chat.Manager])); seen != all {
			t.Errorf("%d commands, %d rights", seen, all)
		}
	})
}

// asks types a command, fills its form in by hand, and sees whether the right
// was asked for.
func (s *side) asks(t *testing.T, plain string, who chat.Actor, may bool, p chat.Permission) {
	t.Helper()
	refusal := s.in("This is for the team", "Ceci est réservé à l’équipe")
	if p == chat.Manager {
		refusal = s.in("for those who manage", "réservé aux personnes qui gèrent")
	}
	form := chat.Act("cmd", strings.ReplaceAll(plain, " ", "."), "")
	for how, send := range map[string]func() chat.Reply{
		"typed":   func() chat.Reply { return s.types(who, plain) },
		"by form": func() chat.Reply { return s.submits(who, form) },
		"typed with more": func() chat.Reply {
			return s.mistypes(who, plain, nil, chat.Mistake{Kind: chat.MistakeExtra, Text: "x"})
		},
	} {
		writes := s.store.Writes()
		r := send()
		refused := strings.Contains(said(r), refusal)
		if refused == may {
			t.Errorf("/%s %s by %s: refused %v: %s", plain, how, who.Name, refused, said(r))
		}
		if refused && (s.store.Writes() != writes || r.Form != nil || r.Files != nil) {
			t.Errorf("/%s %s by %s: refused, and yet something happened", plain, how, who.Name)
		}
	}
}

func TestEveryPressOfStaffAsksForItsRight(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		s.enters(id, "m1")
		draft := control(t, s.drafts().Card, "launch").Action.Subject
		end := "1769263200"
		for _, a := range []chat.Action{
			chat.Act(giveaway.StaffFamily, "shorten", id).With(end), chat.Act("giveaway-pages", "next", id).With("0"), chat.Act("undelivered", "again", "x"),
			chat.Act("giveaway-abuse", "remove", id), chat.Act("giveaway-abuse", "next", id).With("0"), chat.Act("giveaway-blocked", "next", "").With("0"),
			chat.Act("giveaway-templates", "next", "").With("0"), chat.Act("giveaway-repeat", "confirm", draft), chat.Act("giveaway-repeat", "run", "x").With("0"),
			chat.Act("giveaway-draft", "launch", draft), chat.Act("giveaway-draft", "edit", draft), chat.Act("giveaway-draft", "discard", draft),
			chat.Act("advent-draft", "launch", draft), chat.Act("advent-draft", "box", draft).With("1"), chat.Act("advent-draft", "discard", draft),
		} {
			s.changesNothing(func() {
				r := s.presses(s.member("m1"), a, "x")
				s.holds(r, s.in("This is for the team", "Ceci est réservé à l’équipe"))
				if r.Form != nil {
					t.Errorf("%s opens a form", a)
				}
			})
		}
	})
}

func TestAMemberWithoutTheRightStartsNothing(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.changesNothing(func() {
			r := s.types(s.member("m1"), "giveaway start", "duration", "1h", "prize", "Nitro")
			s.holds(r, s.in("This is for the team", "Ceci est réservé à l’équipe"), s.path("setup staff"))
		})
	})
}

func TestAStaffRoleOfOneCommunityIsNothingInAnother(t *testing.T) {
	s := on(t, chat.Discord)
	by := s.staff()
	s.space = "discord:2"
	s.settle()
	r := s.types(by, "giveaway start", "duration", "1h", "prize", "Nitro")
	s.holds(r, "This is for the team")
}

func TestABotEntersNothing(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		robot := s.member("robot")
		robot.Bot = true
		s.changesNothing(func() {
			s.holds(s.presses(robot, chat.Act(giveaway.Kind, giveaway.VerbEnter, id)), s.in("Bots cannot enter", "Les robots ne peuvent pas"))
		})
	})
}

func TestEveryWordOfAMenuFitsBothPlatforms(t *testing.T) {
	s := on(t, chat.Discord)
	menu := s.registry.Menu()
	text := func(what string, w chat.Wording, most int) {
		for _, l := range chat.Languages() {
			if n := len([]rune(w[l])); n == 0 || n > most || strings.HasPrefix(w[l], "cmd.") {
				t.Errorf("%s is %q in %q, of at most %d characters", what, w[l], l, most)
			}
		}
	}
	// Discord docs: interactions/application-commands#application-command-object.
	name := func(what string, w chat.Wording) {
		text(what, w, 32)
		for l, n := range w {
			if n != strings.ToLower(n) || strings.ContainsAny(n, " '’") {
				t.Errorf("%s is called %q in %q", what, n, l)
			}
		}
	}
	var visit func(string, chat.CommandSpec)
	visit = func(above string, c chat.CommandSpec) {
		what := above + " " + c.Name
		name(what, c.Names)
		text(what, c.Summary, 100)
		required := true
		names := map[string]bool{}
		for _, o := range c.Options {
			name(what+" "+o.Name, o.Names)
			text(what+" "+o.Name, o.Summary, 100)
			if o.Required && !required {
				t.Errorf("%s: what is required stands behind what is not", what)
			}
			required = o.Required
			for l, n := range o.Names {
				if names[string(l)+n] {
					t.Errorf("%s: two options are called %q", what, n)
				}
				names[string(l)+n] = true
			}
			for _, choice := range o.Choices {
				text(what+" "+choice.Value, choice.Names, 100)
			}
		}
		if len(c.Sub) > 25 || len(c.Options) > 25 {
			t.Errorf("%s has too many parts", what)
		}
		for _, sub := range c.Sub {
			visit(what, sub)
		}
	}
	for _, c := range menu.Commands {
		visit("", c)
	}
	for _, sc := range menu.Shortcuts {
		text("the shortcut "+sc.Name, sc.Names, 24)
	}
}

func TestWhoCouldNotBeLookedUpInTimeIsLookedUpWhereRightsMatter(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		staff, nobody := s.staff(), s.member("m1")
		s.platform.AddActor(staff)
		s.platform.AddActor(nobody)
		refusal := s.in("This is for the team", "Ceci est réservé à l’équipe")
		for who, may := range map[chat.MemberID]bool{staff.ID: true, nobody.ID: false} {
			r := s.types(chat.Actor{ID: who, Bare: true}, "giveaway show", "id", id)
			if refused := strings.Contains(said(r), refusal); refused == may {
				t.Errorf("%s: refused %v: %s", who, refused, said(r))
			}
		}
		s.platform.Fail = func(call string) error {
			if call == "Member" {
				return &chat.Error{Trouble: chat.TroubleTransient, Doing: call}
			}
			return nil
		}
		e := chat.Invoked{Meta: s.meta(chat.Actor{ID: staff.ID, Bare: true}), Path: []string{"giveaway", "show"}, Args: chat.Values{"id": id}}
		if r, err := s.registry.Interact(t.Context(), e); err == nil {
			t.Errorf("answered without knowing who asks: %s", said(r))
		}
		if r := s.types(chat.Actor{ID: nobody.ID, Bare: true}, "giveaway list"); strings.Contains(said(r), refusal) {
			t.Error("what is for everybody was refused")
		}
	})
}
