package commands_test

import (
	"slices"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/games"
)

// mistypes invokes a command in which the platform found mistakes.
func (s *side) mistypes(by chat.Actor, path string, args chat.Values, m ...chat.Mistake) chat.Reply {
	s.t.Helper()
	return s.send(chat.Invoked{Meta: s.meta(by), Path: strings.Fields(path), Args: args, Mistakes: m})
}

func missing(option string) chat.Mistake {
	return chat.Mistake{Kind: chat.MistakeMissing, Option: option}
}

func TestEachKindOfMistakeHasItsSentenceWithARightExample(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		example := s.path("giveaway start") + s.in(` duration:2h prize:"One month of Nitro" winners:3`, ` durée:2h lot:"Un mois de Nitro" gagnants:3`)
		args := chat.Values{"duration": "2h", "prize": "Nitro"}
		for _, row := range []struct {
			mistake         chat.Mistake
			english, french []string
		}{
			{chat.Mistake{Kind: chat.MistakeUnknown, Option: "winers", Text: "winers:3"}, []string{"no option winers", "winers:3"}, []string{"L’option winers n’existe pas", "winers:3"}},
			{chat.Mistake{Kind: chat.MistakeKindOf, Option: "winners", Text: "many"}, []string{"many does not fit the option winners"}, []string{"many ne convient pas à l’option gagnants"}},
			{chat.Mistake{Kind: chat.MistakeTwice, Option: "prize", Text: "x"}, []string{"prize is given twice"}, []string{"lot est donnée deux fois"}},
			{chat.Mistake{Kind: chat.MistakeExtra, Text: "month"}, []string{"month is more than was expected", "quotes"}, []string{"month est de trop", "guillemets"}},
			{chat.Mistake{Kind: chat.MistakeQuote, Option: "prize", Text: `"One`}, []string{"quotation mark is not closed", `"One`}, []string{"guillemet n’est pas fermé", `"One`}},
		} {
			s.changesNothing(func() {
				r := s.mistypes(s.staff(), "giveaway start", args, row.mistake)
				wants := row.english
				if s.language == chat.French {
					wants = row.french
				}
				s.holds(r, append(wants, example)...)
				if r.Form != nil {
					t.Errorf("%s: a form forgets what was typed", row.mistake.Kind)
				}
			})
		}
	})
}

func TestSeveralMistakesAreSaidAtOnce(t *testing.T) {
	s := on(t, chat.Slack)
	r := s.mistypes(s.staff(), "giveaway start", chat.Values{"duration": "2h"}, missing("prize"), chat.Mistake{Kind: chat.MistakeExtra, Text: strings.Repeat("y", 500)})
	s.holds(r, "The option prize is missing.", "yyy…")
	if n := strings.Count(said(r), "prize is missing"); n != 1 {
		t.Errorf("it is said %d times that the prize is missing", n)
	}
}

func TestAnEmptyValueCountsAsMissing(t *testing.T) {
	s := on(t, chat.Slack)
	empty := chat.Mistake{Kind: chat.MistakeKindOf, Option: "prize"}
	r := s.mistypes(s.staff(), "giveaway start", chat.Values{"duration": "2h"}, empty)
	if r.Form == nil {
		t.Fatalf("no form asks for the prize: %s", said(r))
	}
}

func TestWhatIsMissingIsAskedForInAFormWithWhatWasTyped(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Slack, l)
		var r chat.Reply
		s.changesNothing(func() {
			r = s.mistypes(s.staff(), "giveaway start", chat.Values{"duration": "3h", "channel": "slack:contests", "description": "Fun"}, missing("prize"))
		})
		if r.Form == nil {
			t.Fatalf("no form is opened: %s", said(r))
		}
		got := shown(r.Form)
		if got["duration"] != "3h" || got["channel"] != "slack:contests" || got["description"] != "Fun" || len(r.Form.Fields) != chat.MaxFormFields {
			t.Errorf("the form shows %v", got)
		}
		kinds := map[string]chat.FieldKind{}
		for _, f := range r.Form.Fields {
			kinds[f.Name] = f.Kind
			if f.Required != (f.Name == "duration" || f.Name == "prize") {
				t.Errorf("%s is required: %v", f.Name, f.Required)
			}
		}
		if kinds["channel"] != chat.FieldChannel || kinds["description"] != chat.FieldLong || kinds["prize"] != chat.FieldShort {
			t.Errorf("the kinds of field are %v", kinds)
		}
		if r.Form.Title != s.path("giveaway start") || r.Form.Fields[1].Label != s.in("Prize", "Lot") {
			t.Errorf("the form is called %q, its second field %q", r.Form.Title, r.Form.Fields[1].Label)
		}
		s.holds(s.fills(s.staff(), r.Form, "prize", " A book "), "A book", s.in("launched in", "lancé dans"))
		s.settle()
		if len(s.posts("contests")) != 1 || s.games(games.StatusOpen)[0].Title != "A book" {
			t.Error("the form does not do what the command does")
		}
	}
}

func TestAFormStaysOpenWithWhatIsWrongInIt(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Slack, l)
		form := s.mistypes(s.staff(), "giveaway start", chat.Values{}, missing("duration"), missing("prize")).Form
		for _, row := range [][]string{
			{"duration", "0", "“0”", "« 0 »"},
			{"winners", "0", "1 to 100", "1 à 100"},
			{"winners", "many", "does not fit", "ne convient pas"},
			{"channel", string(s.channel("locked")), "Send Messages", "Envoyer des messages"},
			{"prize", " ", "missing", "manque"},
		} {
			field, typed, want := row[0], row[1], s.in(row[2], row[3])
			s.changesNothing(func() {
				r := s.fills(s.staff(), form, slices.Concat([]string{"duration", "1h", "prize", "Nitro"}, []string{field, typed})...)
				if field == "prize" {
					if r.Form == nil || shown(r.Form)["duration"] != "1h" {
						t.Errorf("what is missing is not asked for again: %+v", r)
					}
					return
				}
				if !strings.Contains(spaced(r.Wrong[field]), want) || said(r) == "" {
					t.Errorf("%s=%q: beside the field stands %q", field, typed, r.Wrong)
				}
			})
		}
		zone := s.mistypes(s.manager(), "setup zone", chat.Values{}, missing("to")).Form
		if r := s.fills(s.manager(), zone, "to", "Atlantis"); !strings.Contains(r.Wrong["to"], "Atlantis") {
			t.Errorf("beside the zone stands %q", r.Wrong)
		}
	}
}

func TestAChoiceIsAskedForAsAChoice(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Slack, l)
		f := s.mistypes(s.manager(), "setup language", chat.Values{}, missing("to")).Form
		if f == nil || f.Fields[0].Kind != chat.FieldChoice || len(f.Fields[0].Options) != 2 || f.Fields[0].Options[1].Label != s.in("French", "Français") {
			t.Fatalf("the form is %+v", f)
		}
		s.holds(s.fills(s.manager(), f, "to", "fr"), s.in("Saved", "enregistré"))
	}
}

func TestNoFormIsOpenedThatWouldLoseWhatWasTyped(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Slack, l)
		for _, row := range []struct {
			path    string
			args    chat.Values
			mistake string
			named   string
		}{
			{"giveaway remove", chat.Values{}, "member", s.in("member:@Name", "membre:@Nom")},
			{"giveaway start", chat.Values{"duration": "1h", "ping": "slack:S1"}, "prize", s.in("prize", "lot")},
			{"giveaway start", chat.Values{"duration": "1h", "winners": "1", "channel": "slack:contests", "description": "x", "image": "y"}, "prize", s.in("prize", "lot")},
			{"setup staff", chat.Values{"member": "slack:m1"}, "action", s.in("action:add", "action:ajouter")},
			{"setup staff", chat.Values{}, "action", "@"},
		} {
			s.changesNothing(func() {
				r := s.mistypes(s.manager(), row.path, row.args, missing(row.mistake))
				s.holds(r, s.in("missing", "manque"), row.named)
				if r.Form != nil {
					t.Errorf("%s opens a form", row.path)
				}
			})
		}
	}
}

func TestWherePlatformsHaveFieldsNoFormIsNeeded(t *testing.T) {
	s := on(t, chat.Discord)
	if r := s.mistypes(s.staff(), "giveaway start", chat.Values{}, missing("prize")); r.Form != nil || !strings.Contains(said(r), "prize is missing") {
		t.Errorf("answered %+v", r)
	}
}

func TestWhatAPlatformDidNotCheckIsChecked(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		s.changesNothing(func() {
			s.holds(s.types(s.staff(), "giveaway reroll", "winners", "1.5"), "1.5", s.in("does not fit", "ne convient pas"))
			s.holds(s.types(s.staff(), "giveaway edit", "winners", "99999999999999999999"), s.in("does not fit", "ne convient pas"))
			s.holds(s.types(s.manager(), "setup language", "to", "de"), "de", s.in("does not fit", "ne convient pas"))
			s.holds(s.types(s.manager(), "setup staff", "action", "promote", "member", "x"), "promote")
			if r := s.types(s.manager(), "setup language"); r.Form == nil && !strings.Contains(said(r), s.in("is missing", "manque")) {
				t.Errorf("a missing language is not noticed: %+v", r)
			}
		})
	})
}

func TestAnUnknownCommandIsNamedWithThoseThereAre(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.changesNothing(func() {
			r := s.mistypes(s.staff(), "giveaway", nil, chat.Mistake{Kind: chat.MistakeCommand, Text: "strat"})
			s.holds(r, s.in("There is no command", "n’existe pas"), "strat", s.path("giveaway start"), s.path("help"))
			r = s.mistypes(s.staff(), "giveaway", nil, chat.Mistake{Kind: chat.MistakeCommand})
			s.holds(r, s.in("one more word", "un mot de plus"), s.path("giveaway start"))
			r = s.mistypes(s.member("m1"), "giveaway", nil, chat.Mistake{Kind: chat.MistakeCommand})
			s.holds(r, s.path("giveaway list"))
			if strings.Contains(said(r), s.path("giveaway start")) {
				t.Error("a member is offered what they may not do")
			}
			r = s.mistypes(s.staff(), "karaoke", nil, chat.Mistake{Kind: chat.MistakeCommand, Text: "karaoke"})
			s.holds(r, s.in("There is no command", "n’existe pas"), "/karaoke")
			if r := s.send(chat.Invoked{Meta: s.meta(s.staff())}); said(r) == "" {
				t.Error("a command without a name has no answer")
			}
		})
	})
}

func TestAnUnknownControlSaysSo(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.changesNothing(func() {
			want := s.in("no longer in use", "plus en service")
			s.holds(s.presses(s.staff(), chat.Act("karaoke", "vote", "1")), want)
			s.holds(s.presses(s.staff(), chat.Act("giveaway-staff", "explode", "1").With("1")), want)
			s.holds(s.presses(s.staff(), chat.Act("giveaway-staff", "shorten", "1").With("soon")), want)
			s.holds(s.submits(s.staff(), chat.Act("karaoke", "new", "")), want)
			s.holds(s.send(chat.Shortcut{Meta: s.meta(s.staff()), Name: "vote"}), want)
			s.holds(s.submits(s.staff(), chat.Act("cmd", "karaoke.start", "")), s.in("There is no command", "n’existe pas"))
		})
	})
}

func TestEveryCommandHasARightExample(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for _, top := range s.registry.Menu().Commands {
			top.Walk(func(path []string, spec chat.CommandSpec) {
				if len(spec.Options) == 0 {
					return
				}
				plain := strings.Join(path, " ")
				r := s.mistypes(s.manager(), plain, chat.Values{}, chat.Mistake{Kind: chat.MistakeExtra, Text: "x"})
				_, example, found := strings.Cut(spaced(said(r)), s.in("A right example: ", "Un exemple correct : "))
				shownPath := s.path(plain)
				if !found || !strings.HasPrefix(example, shownPath+" ") {
					t.Fatalf("/%s: the example is %q, not %q…", plain, example, shownPath)
				}
				for _, o := range spec.Options {
					if o.Required && !strings.Contains(example, o.Names.In(s.language)+":") {
						t.Errorf("/%s: the example %q lacks %s", plain, example, o.Name)
					}
				}
				for _, word := range strings.Fields(strings.TrimPrefix(example, shownPath)) {
					name, _, isOption := strings.Cut(word, ":")
					known := func(o chat.OptionSpec) bool { return o.Names.In(s.language) == name }
					if isOption && !slices.ContainsFunc(spec.Options, known) {
						t.Errorf("/%s: the example names %q, which is no option", plain, name)
					}
				}
			})
		}
	})
}
