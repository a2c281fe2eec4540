package commands_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/games"
)

// chooses changes what the community's team chose.
func (s *side) chooses(f func(*community.Settings)) {
	s.t.Helper()
	_, err := s.book.Change(s.t.Context(), chat.CommunityID(s.space), "animo", "test", func(c *community.Settings) error {
		f(c)
		return nil
	})
	must(s.t, err)
}

// ready makes everything right that the checklist looks at.
func (s *side) ready() {
	s.t.Helper()
	s.organises("Le Club", "contact@example.org", "")
	s.chooses(func(c *community.Settings) { c.TeamChannel = s.channel("contests") })
}

// warnings counts the lines of a checklist that warn.
func warnings(r chat.Reply) int { return strings.Count(said(r), "⚠️") }

func TestAPlanThatIsRightHasNoWarning(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.ready()
		r := s.drafts()
		s.holds(r, s.in("Before you launch", "Avant de lancer"),
			s.in("Nothing else runs in", "Rien d’autre n’a lieu dans"), s.in("names the organiser: Le Club", "nomme l’organisateur\u00a0: Le Club"),
			s.in("Animo may post in", "Animo peut publier dans"), s.in("ends in opening hours", "pendant les heures d’ouverture"), s.in("The team is there", "L’équipe est là"))
		if n := warnings(r); n != 0 {
			t.Errorf("%d warnings:\n%s", n, said(r))
		}
		s.presses(s.staff(), control(t, r.Card, "launch").Action)
		s.settle()
		if r := s.types(s.staff(), "giveaway check"); warnings(r) != 0 {
			t.Errorf("what was launched takes its own place:\n%s", said(r))
		}
	})
}

func TestEachThingThatIsMissingIsNamedWithItsRemedy(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafts("duration", s.in("today 23:30", "aujourd’hui 23h30"))
		s.holds(r, s.path("setup organiser"), s.path("setup team"), s.path("setup hours"), s.in("8:00 to 22:00", "de 8 h à 22 h"), "23")
		if n := warnings(r); n != 3 {
			t.Errorf("%d warnings:\n%s", n, said(r))
		}
		s.chooses(func(c *community.Settings) { c.Staff = nil })
		manager := s.fills(s.manager(), s.types(s.manager(), "giveaway create").Form, "prize", "Nitro", "duration", "2h")
		s.holds(manager, s.path("setup staff"))
		s.chooses(func(c *community.Settings) { c.Organiser.Name = "Le Club" })
		manager = s.fills(s.manager(), s.types(s.manager(), "giveaway create").Form, "prize", "Nitro", "duration", "2h")
		s.holds(manager, s.in("without saying how to reach them", "sans dire comment le joindre"))
	})
}

func TestWarningsStopNobodyAndMissingRightsDo(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafts()
		if warnings(r) == 0 {
			t.Error("there is nothing to warn of")
		}
		s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("launched in", "lancé dans"))
		s.settle()
		r = s.drafts()
		s.platform.AddChannel(chat.Channel{ID: s.channel("general"), Space: s.space, Name: "general", Missing: []string{"Send Messages"}})
		r = s.presses(s.staff(), control(t, r.Card, "channel").Action, string(s.channel("contests")))
		s.platform.AddChannel(chat.Channel{ID: s.channel("contests"), Space: s.space, Name: "contests", Missing: []string{"Send Messages"}})
		form := s.stepForm(r, "basics")
		r = s.fills(s.staff(), form)
		s.holds(r, s.in("Animo lacks rights in", "Il manque à Animo des droits dans"), s.in("Send Messages", "Envoyer des messages"))
		before := len(s.games(games.StatusOpen))
		s.presses(s.staff(), control(t, r.Card, "launch").Action)
		if len(s.games(games.StatusOpen)) != before {
			t.Error("it was launched without the right to post")
		}
	})
}

func TestWhatRunsInTheSameChannelAtTheSameTimeIsNamed(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.ready()
		id := s.opens("Nitro")
		r := s.drafts("prize", "A book")
		s.holds(r, "Nitro", id, s.in("mix the two up", "les confondre"))
		if n := warnings(r); n != 1 {
			t.Errorf("%d warnings:\n%s", n, said(r))
		}
		moved := s.presses(s.staff(), control(t, r.Card, "channel").Action, string(s.channel("contests")))
		if n := warnings(moved); n != 0 {
			t.Errorf("another channel: %d warnings:\n%s", n, said(moved))
		}
		later := s.fills(s.staff(), s.stepForm(s.drafts(), "when"), "starts", "in 3h", "duration", "1h")
		if n := warnings(later); n != 0 {
			t.Errorf("another time: %d warnings:\n%s", n, said(later))
		}
		s.types(s.staff(), "giveaway cancel", "id", id)
		if n := warnings(s.drafts()); n != 0 {
			t.Errorf("what was cancelled is in the way: %d warnings", n)
		}
	})
}

func TestAContestTakesAPlaceToo(t *testing.T) {
	s := on(t, chat.Discord)
	s.ready()
	s.holds(s.types(s.staff(), "contest start", "title", "Best photo", "submissions", "1d", "decision", "2d", "takes", "text"), "Best photo")
	s.settle()
	if r := s.drafts(); warnings(r) != 1 || !strings.Contains(said(r), "Best photo") {
		t.Errorf("the contest is not named:\n%s", said(r))
	}
}

func TestARoleThatCannotBeGivenIsNamed(t *testing.T) {
	s := on(t, chat.Discord)
	s.ready()
	role := func(name string) chat.RoleID { return chat.NewID[chat.RoleID](s.network, name) }
	s.platform.AddRole(chat.Role{ID: role("high"), Name: "High", Beyond: true})
	s.platform.AddRole(chat.Role{ID: role("boost"), Name: "Boost", Managed: true})
	s.platform.AddRole(chat.Role{ID: role("low"), Name: "Low"})
	for name, want := range map[string]string{
		"high": "move its own role above", "boost": "manages it by itself", "gone": "no longer exists", "low": "Animo may give the role",
	} {
		id := s.opens("Nitro "+name, "role", string(role(name)))
		s.holds(s.types(s.manager(), "giveaway check", "id", id), want)
		s.types(s.staff(), "giveaway cancel", "id", id)
	}
}

func TestAHostWhoIsNoLongerOnTheTeamIsNamed(t *testing.T) {
	s := on(t, chat.Slack)
	s.ready()
	s.opens("Nitro")
	host := s.staff()
	s.platform.AddActor(host)
	if r := s.types(s.manager(), "giveaway check"); warnings(r) != 0 {
		t.Errorf("the host is on the team:\n%s", said(r))
	}
	host.Roles = nil
	s.platform.AddActor(host)
	s.holds(s.types(s.manager(), "giveaway check"), "is not on the team")
	s.chooses(func(c *community.Settings) { c.StaffPeople = []chat.MemberID{host.ID} })
	if r := s.types(s.manager(), "giveaway check"); warnings(r) != 0 {
		t.Errorf("the host is on the team by name:\n%s", said(r))
	}
	s.platform.AddMember(host.ID, false)
	s.holds(s.types(s.manager(), "giveaway check"), "is not on the team")
}

func TestAPlatformThatDoesNotAnswerSpoilsNoPreview(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.ready()
		s.platform.Fail = func(call string) error {
			if call == "Channel" {
				return &chat.Error{Trouble: chat.TroubleTransient, Doing: "look up a channel", Err: errors.New("away")}
			}
			return nil
		}
		r := s.drafts()
		s.holds(r, s.in("did not answer", "n’a pas répondu"), "Nitro")
		control(t, r.Card, "launch")
	})
}

func TestOpeningHoursAreSetAndShown(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.holds(s.types(s.manager(), "setup hours", "from", "9", "to", "24"), s.in("9:00 to 24:00", "de 9 h à 24 h"))
		s.changesNothing(func() {
			s.holds(s.types(s.manager(), "setup hours", "from", "22", "to", "6"), s.in("from 0 to 24", "de 0 à 24"))
			s.holds(s.types(s.staff(), "setup hours", "from", "1", "to", "6"), s.in("manage", "gère"))
		})
		if r := s.drafts("duration", s.in("today 23:30", "aujourd’hui 23h30")); strings.Contains(said(r), s.path("setup hours")) {
			t.Errorf("23:30 is out of hours:\n%s", said(r))
		}
	})
}

func TestAPlannedGiveawayIsCheckedForItsOwnTime(t *testing.T) {
	s := on(t, chat.Discord)
	s.ready()
	s.types(s.staff(), "giveaway start", "duration", "1h", "prize", "Later", "starts", "in 5h")
	s.settle()
	planned := s.games(games.StatusOpen)[0].ID
	s.now = s.now.Add(time.Second)
	soon := s.opens("Nitro")
	for _, id := range []string{planned, soon} {
		if r := s.types(s.staff(), "giveaway check", "id", id); warnings(r) != 0 {
			t.Errorf("%s", said(r))
		}
	}
	s.types(s.staff(), "giveaway edit", "id", planned, "starts", "in 1h")
	s.holds(s.types(s.staff(), "giveaway check", "id", planned), "Nitro", "mix the two up")
	s.holds(s.types(s.staff(), "giveaway check", "id", soon), "Later", "mix the two up")
}
