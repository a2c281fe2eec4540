package commands_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/jobs"
	"animo/games"
	"animo/games/giveaway"
)

// repeats plans giveaways from a new template of two hours, and returns the
// schedule's id.
func (s *side) repeats(when string, more ...string) string {
	s.t.Helper()
	known := s.schedules()
	name := fmt.Sprint("Template ", s.events)
	first := s.opens("Nitro")
	s.types(s.staff(), "giveaway template save", "name", name, "id", first)
	s.types(s.staff(), "giveaway delete", "id", first)
	s.settle()
	r := s.types(s.staff(), "giveaway repeat add", append([]string{"template", name, "when", when}, more...)...)
	r = s.presses(s.staff(), control(s.t, r.Card, "confirm").Action)
	for _, p := range s.schedules() {
		if !slices.ContainsFunc(known, func(k jobs.Schedule) bool { return k.ID == p.ID }) {
			return p.ID
		}
	}
	s.t.Fatalf("nothing was planned: %s", said(r))
	return ""
}

func (s *side) schedules() []jobs.Schedule {
	s.t.Helper()
	all, err := jobs.Schedules(s.t.Context(), s.store, s.tenant(), "giveaway.repeat", 100)
	must(s.t, err)
	return all
}

// starts lists when giveaways were started, the oldest first, in the zone of
// the community.
func (s *side) starts() []string {
	s.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	must(s.t, err)
	var out []string
	for _, status := range []games.Status{games.StatusOpen, games.StatusClosed} {
		for _, l := range s.games(status) {
			out = append(out, l.Created.In(paris).Format("2006-01-02 15:04"))
		}
	}
	slices.Sort(out)
	return out
}

func (s *side) started(want ...string) {
	s.t.Helper()
	if got := s.starts(); !slices.Equal(got, want) {
		s.t.Errorf("started %q, want %q", got, want)
	}
}

// until moves the clock to a time in Paris.
func (s *side) until(text string) {
	s.t.Helper()
	paris, err := time.LoadLocation("Europe/Paris")
	must(s.t, err)
	to, err := time.ParseInLocation("2006-01-02 15:04", text, paris)
	must(s.t, err)
	s.pass(to.Sub(s.now))
}

func (s *side) team() {
	s.t.Helper()
	s.types(s.manager(), "setup team", "channel", string(s.channel("contests")))
}

func TestAGiveawayIsRepeatedAsItWasConfirmed(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		first := s.opens("Nitro", "winners", "2")
		s.types(s.staff(), "giveaway template save", "name", "Friday *Nitro*", "id", first)
		s.types(s.staff(), "giveaway delete", "id", first)
		s.settle()
		var r chat.Reply
		r = s.types(s.staff(), "giveaway repeat add", "template", "friday *nitro*", "when", s.in("every Friday at 6pm", "tous les vendredis à 18h"))
		s.holds(r, "Friday *Nitro*", "general", s.in("every Friday at 18:00", "tous les vendredis à 18 h 00"), "Europe/Paris",
			s.in("Friday 30 January 2026 at 18:00", "vendredi 30 janvier 2026 à 18 h 00"), s.in("Friday 27 February 2026 at 18:00", "vendredi 27 février 2026 à 18 h 00"),
			s.in("less than 1 hour late", "moins de 1 heure de retard"))
		if n := strings.Count(said(r), "• "); n != 5 || len(s.schedules()) != 0 {
			t.Errorf("%d times are shown, %d schedules are stored before the yes", n, len(s.schedules()))
		}
		yes := control(t, r.Card, "confirm").Action
		s.changesNothing(func() {
			s.holds(s.presses(s.manager(), yes), s.in("decided or changed this already", "en a déjà décidé"))
		})
		r = s.presses(s.staff(), yes)
		s.holds(r, s.in("It is planned", "C’est prévu"), s.path("giveaway repeat skip"), s.path("giveaway repeat stop"))
		if !r.Replace {
			t.Error("the question is still there")
		}
		s.holds(s.presses(s.staff(), yes), s.in("decided or changed this already", "en a déjà décidé"))
		s.holds(s.types(s.staff(), "giveaway repeat list"), "Friday *Nitro*", s.in("every Friday at 18:00", "tous les vendredis à 18 h 00"), s.schedules()[0].ID)

		s.types(s.staff(), "giveaway template delete", "name", "Friday *Nitro*")
		s.until("2026-01-30 17:59")
		s.started()
		s.until("2026-01-30 18:00")
		s.until("2026-02-06 18:01")
		s.started("2026-01-30 18:00", "2026-02-06 18:01")
		state := s.giveaway(s.games(games.StatusOpen)[0].ID)
		if state.Winners != 2 || state.Ends.Sub(state.Opened) != 2*time.Hour || state.Host != s.staff().ID {
			t.Errorf("%+v", state)
		}
		if n := len(s.posts("general")); n < 2 {
			t.Errorf("%d cards were posted", n)
		}
	})
}

func TestARepetitionThatIsNotConfirmedIsNothing(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		s.types(s.staff(), "giveaway template save", "name", "x")
		r := s.types(s.staff(), "giveaway repeat add", "template", "x", "when", "0 18 * * 5")
		s.holds(s.presses(s.staff(), control(t, r.Card, "discard").Action), s.in("Nothing was planned", "Rien n’a été prévu"))
		s.holds(s.presses(s.staff(), control(t, r.Card, "confirm").Action), s.in("decided or changed this already", "en a déjà décidé"))
		s.holds(s.types(s.staff(), "giveaway repeat list"), s.in("No giveaway is repeated", "Aucun concours n’est récurrent"))
	})
}

func TestWhatCannotBeRepeatedIsExplained(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.opens("Nitro")
		s.types(s.staff(), "giveaway template save", "name", "x")
		for _, row := range []struct {
			args []string
			want string
		}{
			{[]string{"template", "y", "when", "every day"}, s.in("There is no template “y”", "pas de modèle « y »")},
			{[]string{"template", "x", "when", "bananas"}, s.in("does not say how often", "ne dit pas à quel rythme")},
			{[]string{"template", "x", "when", "every other monday"}, s.in("every other time", "une fois sur deux")},
			{[]string{"template", "x", "when", "61 * * * *"}, s.in("no cron schedule", "pas un horaire cron")},
			{[]string{"template", "x", "when", "0 18 * *"}, s.in("no cron schedule", "pas un horaire cron")},
			{[]string{"template", "x", "when", "@often"}, s.in("no cron schedule", "pas un horaire cron")},
			{[]string{"template", "x", "when", "@every 1h"}, s.in("counts from a start", "compte depuis un début")},
			{[]string{"template", "x", "when", "TZ=UTC 0 9 * * *"}, s.in("names a time zone", "nomme un fuseau")},
			{[]string{"template", "x", "when", "0 0 31 2 *"}, s.in("never comes", "n’arrive jamais")},
			{[]string{"template", "x", "when", "*/30 * * * *"}, s.in("at least 1 hour apart", "espacés d’au moins 1 heure")},
			{[]string{"template", "x", "when", "0,10 18 * * 5"}, s.in("at least 1 hour apart", "espacés d’au moins 1 heure")},
			{[]string{"template", "x", "when", "every day", "late", "1m"}, s.in("from 5 minutes to 7 days", "de 5 minutes à 7 jours")},
			{[]string{"template", "x", "when", "every day", "late", "soon"}, s.in("not a duration", "pas une durée")},
			{[]string{"template", "x", "when", "every day", "late", "2h", "missed", "skip"}, s.in("goes with", "ne va qu’avec")},
			{[]string{"template", "x", "when", "every day", "missed", "ask"}, s.in("no team channel", "pas de canal de l’équipe")},
			{[]string{"template", "x", "when", "every day", "channel", string(s.channel("locked"))}, "Send Messages"},
			{[]string{"template", "x", "when", "every day", "channel", string(s.channel("abroad"))}, ""},
		} {
			s.changesNothing(func() {
				r := s.types(s.staff(), "giveaway repeat add", row.args...)
				if row.want != "Send Messages" {
					s.holds(r, row.want)
				}
				for _, b := range r.Card.Blocks {
					if len(b.Controls) > 0 {
						t.Errorf("%q asks for a yes", row.args)
					}
				}
			})
		}
	})
}

func TestARefusedScheduleStandsBesideItsField(t *testing.T) {
	s := on(t, chat.Slack)
	s.opens("Nitro")
	s.types(s.staff(), "giveaway template save", "name", "x")
	for _, row := range []struct{ field, template, when, late string }{
		{"when", "x", "bananas", ""}, {"late", "x", "every day", "soon"}, {"template", "y", "every day", ""},
	} {
		r := s.submits(s.staff(), chat.Act("cmd", "giveaway.repeat.add", ""), "template", row.template, "when", row.when, "late", row.late)
		if r.Wrong[row.field] == "" {
			t.Errorf("%+v: %v", row, r.Wrong)
		}
	}
}

func TestTheNextOneIsSkippedByName(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.holds(s.types(s.staff(), "giveaway repeat skip"), s.in("No giveaway is repeated", "Aucun concours n’est récurrent"))
		id := s.repeats("every day at 18:00")
		s.holds(s.types(s.staff(), "giveaway repeat skip"), s.in("The giveaway of Saturday 24 January 2026 at 18:00 is left out", "Le concours du samedi 24 janvier 2026 à 18 h 00 est sauté"),
			s.in("Sunday 25 January 2026 at 18:00", "dimanche 25 janvier 2026 à 18 h 00"))
		s.until("2026-01-24 18:00")
		s.started()
		s.until("2026-01-25 18:00")
		s.started("2026-01-25 18:00")
		s.holds(s.types(s.staff(), "giveaway repeat stop", "id", strings.ToLower(id)), s.in("no longer repeated", "ne reviennent plus"))
		s.until("2026-01-27 18:00")
		s.started("2026-01-25 18:00")
		s.holds(s.types(s.staff(), "giveaway repeat stop", "id", id), s.in("No giveaway is repeated", "Aucun concours n’est récurrent"))
	})
}

func TestOfSeveralRepetitionsOneMustBeNamed(t *testing.T) {
	s := on(t, chat.Discord)
	first := s.repeats("every day at 18:00")
	second := s.repeats("every day at 10:00")
	s.holds(s.types(s.staff(), "giveaway repeat skip"), "There are several", "id:"+first)
	s.holds(s.types(s.staff(), "giveaway repeat stop", "id", "nosuch"), "There is no repeated giveaway “nosuch”")
	s.holds(s.types(s.staff(), "giveaway repeat skip", "id", second), "Sunday 25 January 2026 at 10:00 is left out")
	if got := s.completes(s.staff(), "giveaway repeat stop", "id", ""); len(got) != 2 {
		t.Errorf("suggested %+v", got)
	}
	s.holds(s.types(s.staff(), "giveaway repeat list"), "every day at 10:00", "every day at 18:00")
}

func TestTwoDaysAwayAreMadeUpForOnce(t *testing.T) {
	for _, row := range []struct {
		missed, up string
		late       string
		want       []string
		told       string
	}{
		{missed: "run", up: "2026-01-26 18:30", want: []string{"2026-01-26 18:30"}},
		{missed: "run", up: "2026-01-26 19:30", told: "did not start"},
		{missed: "run", late: "2h", up: "2026-01-26 19:30", want: []string{"2026-01-26 19:30"}},
		{missed: "skip", up: "2026-01-26 18:30", told: "did not start"},
		{missed: "skip", up: "2026-01-26 18:03", want: []string{"2026-01-26 18:03"}},
		{missed: "ask", up: "2026-01-26 18:30", told: "What shall become of it"},
		{missed: "run", up: "2026-03-24 18:30", want: []string{"2026-03-24 18:30"}},
		{missed: "skip", up: "2026-03-24 18:30", told: "did not start"},
	} {
		t.Run(row.missed+" "+row.up, func(t *testing.T) {
			s := on(t, chat.Discord)
			s.types(s.manager(), "setup language", "to", "en")
			s.team()
			args := []string{"missed", row.missed}
			if row.late != "" {
				args = append(args, "late", row.late)
			}
			s.repeats("every day at 18:00", args...)
			s.until(row.up)
			s.started(row.want...)
			told := s.posts("contests")
			if row.told == "" && len(told) > 0 || row.told != "" && (len(told) != 1 || !strings.Contains(told[0].Message.Card.Plain(), row.told)) {
				t.Errorf("the team is told %+v", told)
			}
			s.pass(0)
			s.started(row.want...)
		})
	}
}

func TestTheTeamDecidesOnWhatWasMissedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.team()
		s.repeats("every day at 18:00", "missed", "ask")
		s.until("2026-01-25 12:00")
		told := s.posts("contests")
		if len(told) != 1 {
			t.Fatalf("%d questions", len(told))
		}
		run, leave := control(t, &told[0].Message.Card, "run").Action, control(t, &told[0].Message.Card, "leave").Action
		s.holds(s.presses(s.member("m1"), run), s.in("This is for the team", "Ceci est réservé à l’équipe"))
		s.started()
		s.holds(s.presses(s.staff(), run), s.in("It starts now", "Il est lancé maintenant"), "general")
		s.started("2026-01-25 12:00")
		for _, a := range []chat.Action{run, leave} {
			s.holds(s.presses(s.manager(), a), s.in("decided or changed this already", "en a déjà décidé"))
		}
		s.until("2026-01-26 12:00")
		told = s.posts("contests")
		s.holds(s.presses(s.staff(), control(t, &told[1].Message.Card, "leave").Action), s.in("It is left out", "Il est sauté"))
		s.holds(s.presses(s.staff(), control(t, &told[1].Message.Card, "run").Action), s.in("decided or changed this already", "en a déjà décidé"))
		s.started("2026-01-25 12:00")
	})
}

func TestARepetitionKeepsItsHourWhenTheClocksChange(t *testing.T) {
	s := on(t, chat.Discord)
	s.repeats("every day at 2:30", "missed", "skip")
	s.until("2026-03-28 03:00")
	before := len(s.starts())
	for _, at := range []string{"2026-03-29 03:00", "2026-03-29 03:30", "2026-03-30 02:30"} {
		s.until(at)
	}
	got := s.starts()[before:]
	if !slices.Equal(got, []string{"2026-03-29 03:00", "2026-03-30 02:30"}) {
		t.Errorf("started %q", got)
	}
}

func TestTwoReplicasStartOneGiveaway(t *testing.T) {
	s := on(t, chat.Discord)
	s.repeats("every hour")
	second := jobs.NewRunner(s.runner.Config)
	for range 5 {
		s.now = s.now.Add(time.Hour)
		var wg sync.WaitGroup
		for _, r := range []*jobs.Runner{s.runner, second} {
			wg.Go(func() {
				if _, err := r.Step(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	}
	s.settle()
	got := s.starts()
	if n := len(got); n != 5 || len(slices.Compact(got)) != 5 {
		t.Errorf("started %q", got)
	}
}

func TestAClockSetBackStartsNothingTwice(t *testing.T) {
	s := on(t, chat.Discord)
	s.repeats("every day at 18:00")
	for _, at := range []string{"2026-01-24 18:00", "2026-01-24 17:30", "2026-01-24 18:00", "2026-01-23 18:00", "2026-01-25 17:59"} {
		s.until(at)
	}
	s.started("2026-01-24 18:00")
	s.until("2026-01-25 18:00")
	s.started("2026-01-24 18:00", "2026-01-25 18:00")
}

func TestAFailingStoreStartsOneGiveaway(t *testing.T) {
	for n := range 4 {
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprint(n, lost), func(t *testing.T) {
				s := on(t, chat.Discord)
				s.repeats("every day at 18:00")
				s.until("2026-01-24 17:59")
				s.failsAt(n+1, lost)
				s.now = s.now.Add(time.Minute)
				for range 6 {
					_, _ = s.runner.Step(t.Context())
					_, _ = s.outbox.Step(t.Context())
					s.now = s.now.Add(30 * time.Second)
				}
				s.store.Before, s.store.After = nil, nil
				s.settle()
				if got := s.starts(); len(got) != 1 {
					t.Errorf("started %q", got)
				}
				if cards := s.posts("general"); len(cards) != 1 {
					t.Errorf("%d cards", len(cards))
				}
			})
		}
	}
}

func TestAGiveawayThatCannotStartIsToldToTheTeamAndTheScheduleGoesOn(t *testing.T) {
	s := on(t, chat.Discord)
	s.types(s.manager(), "setup language", "to", "en")
	s.team()
	s.repeats("every day at 18:00", "channel", string(s.channel("contests")))
	c := chat.Channel{ID: s.channel("contests"), Space: s.space, Name: "contests", Missing: []string{"Send Messages"}}
	s.platform.AddChannel(c)
	s.until("2026-01-24 18:00")
	s.started()
	told := s.posts("contests")
	if len(told) != 1 || !strings.Contains(told[0].Message.Card.Plain(), "could not start") || !strings.Contains(told[0].Message.Card.Plain(), "Send Messages") {
		t.Errorf("told %+v", told)
	}
	c.Missing = nil
	s.platform.AddChannel(c)
	s.until("2026-01-25 18:00")
	s.started("2026-01-25 18:00")
}

func TestARepeatedGiveawayKeepsTheBlockedOut(t *testing.T) {
	s := on(t, chat.Discord)
	s.repeats("every day at 18:00")
	s.types(s.staff(), "giveaway block add", "member", "discord:m1", "reason", "second account")
	s.until("2026-01-24 18:00")
	id := s.games(games.StatusOpen)[0].ID
	s.holds(s.presses(s.member("m1"), chat.Act(giveaway.Kind, giveaway.VerbEnter, id)), "mistake")
}

func TestThereAreTwentyRepetitionsAtMost(t *testing.T) {
	s := on(t, chat.Discord)
	s.opens("Nitro")
	s.types(s.staff(), "giveaway template save", "name", strings.Repeat("x", 40))
	for n := range 20 {
		r := s.types(s.staff(), "giveaway repeat add", "template", strings.Repeat("x", 40), "when", fmt.Sprintf("%d 18 2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25,26,27,28 * *", n))
		s.presses(s.staff(), control(t, r.Card, "confirm").Action)
	}
	s.holds(s.types(s.staff(), "giveaway repeat add", "template", strings.Repeat("x", 40), "when", "every day"), "There are 20 repeated giveaways")
}
