package commands_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/storage"
)

func (s *side) settings() community.Settings {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	return c.Settings
}

func TestTheSettingsAreShown(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.types(s.manager(), "setup show")
		other := map[chat.Language]string{chat.English: s.in("English", "anglais"), chat.French: s.in("French", "français")}[s.public()]
		s.holds(r, "The Club", other, "Europe/Paris", s.in("Team channel · not set", "Canal de l’équipe · non défini"), "@"+string(s.network)+":staff", s.path("setup team"))
	})
}

func TestACommunityWithoutANameStillHasATitle(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.space = chat.NewID[chat.SpaceID](s.network, "nameless")
		r := s.types(s.manager(), "setup show")
		if title := r.Card.Blocks[0].Line.Plain(); title != s.in("Settings", "Réglages") {
			t.Errorf("the title is %q", title)
		}
	})
}

func TestTheLanguageOfPublicMessagesIsChosen(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.types(s.manager(), "setup language", "to", string(s.language))
		s.holds(r, s.in("Saved", "C’est enregistré"), s.in("Language · English", "Langue · français"))
		s.opens("Nitro")
		if card := s.posts("general")[0].Message.Card.Plain(); !strings.Contains(card, s.in("Hosted by", "Proposé par")) {
			t.Errorf("the card does not speak it:\n%s", card)
		}
		log, err := s.store.Log(t.Context(), s.tenant(), 0, 10)
		must(t, err)
		if log[1].Action != "setup.language" || log[1].Actor != string(s.manager().ID) {
			t.Errorf("the log says %+v", log)
		}
	})
}

func TestTheZoneIsReadByCityOrName(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for typed, zone := range map[string]string{"Montréal": "America/Montreal", "europe/london": "Europe/London", "new york": "America/New_York", " Tokyo ": "Asia/Tokyo", "UTC": "UTC"} {
			r := s.types(s.manager(), "setup zone", "to", typed)
			if got := s.settings().Zone; got != zone && !strings.Contains(got, "America/Toronto") {
				t.Errorf("%q is %q: %s", typed, got, said(r))
			}
		}
		for _, nonsense := range []string{"Atlantis", "Local", "", "   ", "../../etc/passwd", "+25:00", strings.Repeat("x", 3000)} {
			s.changesNothing(func() {
				r := s.types(s.manager(), "setup zone", "to", nonsense)
				s.holds(r, "Paris", s.in("zone", "fuseau"))
				if len(said(r)) > 400 {
					t.Errorf("the sentence has %d bytes", len(said(r)))
				}
			})
		}
	})
}

func TestDatesAreReadInTheCommunitysZone(t *testing.T) {
	s := on(t, chat.Discord)
	s.types(s.manager(), "setup zone", "to", "Tokyo")
	s.holds(s.types(s.staff(), "giveaway start", "duration", "tomorrow 8pm", "prize", "Nitro"), "2026-01-25 11:00 UTC")
}

func TestTheTeamChannelMustBeOneToWriteIn(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.changesNothing(func() {
			s.holds(s.types(s.manager(), "setup team", "channel", string(s.channel("locked"))), "locked", s.in("Send Messages", "Envoyer des messages"))
			s.holds(s.types(s.manager(), "setup team", "channel", string(s.channel("abroad"))), s.in("does not exist here", "n’existe pas ici"))
			s.holds(s.types(s.manager(), "setup team", "channel", "nonsense"), s.in("does not exist here", "n’existe pas ici"))
		})
		s.holds(s.types(s.manager(), "setup team", "channel", string(s.channel("contests"))), s.in("Saved", "enregistré"), "contests")
		if got := s.settings().TeamChannel; got != s.channel("contests") {
			t.Errorf("the team channel is %q", got)
		}
	})
}

func TestStaffComeAndGoByRoleAndByName(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		one := s.member("m1")
		start := func(by chat.Actor) string {
			return said(s.types(by, "giveaway start", "duration", "1h", "prize", "Nitro"))
		}
		refused := s.in("for the team", "réservé à l’équipe")
		for _, option := range []string{"member", "role"} {
			value := string(one.ID)
			if option == "role" {
				value = string(s.network) + ":helpers"
				one.Roles = []chat.RoleID{chat.RoleID(value)}
			}
			if got := start(one); !strings.Contains(got, refused) || !strings.Contains(got, s.path("setup staff")) {
				t.Fatalf("before: %s", got)
			}
			s.holds(s.types(s.manager(), "setup staff", "action", "add", option, value), s.in("Saved", "enregistré"), value)
			s.types(s.manager(), "setup staff", "action", "add", option, value)
			if got := start(one); strings.Contains(got, refused) {
				t.Fatalf("as staff: %s", got)
			}
			r := s.types(s.manager(), "setup staff", "action", "remove", option, value)
			if strings.Contains(said(r), value) {
				t.Errorf("added twice, removed once: %s", said(r))
			}
			if got := start(one); !strings.Contains(got, refused) {
				t.Fatalf("after: %s", got)
			}
		}
		s.settle()
		s.changesNothing(func() {
			s.holds(s.types(s.manager(), "setup staff", "action", "add"), s.in("either a role or a member", "un rôle ou un membre"), s.in("role:@", "rôle:@"))
			s.holds(s.types(s.manager(), "setup staff", "action", "add", "role", "x", "member", "y"), s.path("setup staff"))
		})
	})
}

func TestStaffAreBounded(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for n := range community.MaxStaff {
			s.types(s.manager(), "setup staff", "action", "add", "member", fmt.Sprint(s.network, ":p", n))
		}
		s.changesNothing(func() {
			s.holds(s.types(s.manager(), "setup staff", "action", "add", "member", "one more"), s.in("At most 20", "au plus 20"))
		})
		if n := len(s.settings().StaffPeople); n != community.MaxStaff {
			t.Errorf("%d people are staff", n)
		}
		s.holds(s.types(s.manager(), "setup staff", "action", "add", "member", fmt.Sprint(s.network, ":p3")), s.in("Saved", "enregistré"))
	})
}

func TestADiagnosticNamesTheChannelAndTheMissingRight(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		var r chat.Reply
		s.changesNothing(func() { r = s.types(s.staff(), "diagnostic") })
		s.holds(r, "locked", s.in("Send Messages", "Envoyer des messages"), "⚠️", s.in("Storage works", "Le stockage fonctionne"), s.in("No team channel is set", "Aucun canal d’équipe"), s.path("setup team"))
		if strings.Contains(said(r), "abroad") {
			t.Error("it names a channel of another community")
		}
		s.types(s.manager(), "setup team", "channel", string(s.channel("contests")))
		s.holds(s.types(s.staff(), "diagnostic"), s.in("The team channel contests is in order", "Le canal de l’équipe contests est en ordre"))
		s.platform.AddChannel(chat.Channel{ID: s.channel("contests"), Space: s.space, Name: "contests", Missing: []string{"View Channel"}})
		s.holds(s.types(s.staff(), "diagnostic"), "❌", s.in("cannot write in the team channel contests", "ne peut pas écrire dans le canal de l’équipe contests"), s.in("View Channel", "Voir le salon"))
	})
}

func TestADiagnosticOfATeamChannelThatIsGoneNamesIt(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.types(s.manager(), "setup team", "channel", string(s.channel("contests")))
		s.platform.Fail = func(call string) error {
			if call == "Channel" {
				return &chat.Error{Trouble: chat.TroubleGone, Doing: "look up channel"}
			}
			return nil
		}
		s.holds(s.types(s.staff(), "diagnostic"), s.in("team channel contests", "canal de l’équipe contests"))
	})
}

func TestADiagnosticWithAllInOrderSaysSo(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.platform.AddChannel(chat.Channel{ID: s.channel("locked"), Space: s.space, Name: "locked"})
		s.types(s.manager(), "setup team", "channel", string(s.channel("contests")))
		r := s.types(s.staff(), "diagnostic")
		s.holds(r, s.in("can work in every channel", "peut travailler dans tous les canaux"))
		if strings.ContainsAny(said(r), "⚠❌") {
			t.Errorf("something is wrong:\n%s", said(r))
		}
	})
}

// broken is a store that does not work.
type broken struct{ storage.Store }

func (broken) Check(context.Context) error { return errors.New("the disk is full") }

func TestADiagnosticOfABrokenStoreSaysWhatIsWrong(t *testing.T) {
	s := on(t, chat.Discord)
	s.registry.Store = broken{s.store}
	s.holds(s.types(s.staff(), "diagnostic"), "❌ Storage does not work: the disk is full")
}
