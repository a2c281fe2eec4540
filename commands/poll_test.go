package commands_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/games"
	"animo/games/poll"
	"animo/storage"
)

// polls starts a poll as staff and returns its id.
func (s *side) polls(more ...string) string {
	s.t.Helper()
	before := s.pollIDs(games.StatusOpen)
	reply := s.types(s.staff(), "poll", append([]string{"question", "Where?", "options", "Lake; Town; Park"}, more...)...)
	s.settle()
	s.now = s.now.Add(time.Second)
	for _, id := range s.pollIDs(games.StatusOpen) {
		if !slices.Contains(before, id) {
			return id
		}
	}
	s.t.Fatalf("no poll was started: %s", said(reply))
	return ""
}

func (s *side) pollIDs(status games.Status) []string {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.List(s.t.Context(), c, poll.Kind, status, 100)
	must(s.t, err)
	var out []string
	for _, x := range l {
		out = append(out, x.ID)
	}
	return out
}

func (s *side) poll(id string) poll.State {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.Get(s.t.Context(), c, poll.Kind, id)
	must(s.t, err)
	var state poll.State
	must(s.t, json.Unmarshal(l.State, &state))
	return state
}

func (s *side) votes(id, name, verb string, chosen ...string) chat.Reply {
	s.t.Helper()
	return s.presses(s.member(name), chat.Act(poll.Kind, verb, id), chosen...)
}

// lacks checks that an answer says none of these things.
func (s *side) lacks(r chat.Reply, wants ...string) {
	s.t.Helper()
	for _, w := range wants {
		if strings.Contains(spaced(said(r)), spaced(w)) {
			s.t.Errorf("the answer holds %q:\n%s", w, said(r))
		}
	}
}

func TestMembersVoteAndTheResultIsPosted(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.polls("ends", "2h")
		card := s.card("general", "📊 Where?")
		if card == nil || strings.ContainsAny(card.Message.Card.Plain(), "█░") {
			t.Fatalf("the card is %+v", card)
		}
		vote := control(t, &card.Message.Card, poll.VerbVote+"2").Action
		s.holds(s.votes(id, "ann", poll.VerbMine), s.in("You have no vote", "Vous n’avez pas de vote"))
		s.lacks(s.votes(id, "ann", poll.VerbMine), "█", "░")
		r := s.presses(s.member("ann"), vote)
		s.holds(r, s.in("Your vote: Town.", "Votre vote : Town."), "██████████", s.in("100% · 1 vote", "100 % · 1 voix"))
		s.holds(s.presses(s.member("ann"), vote), s.in("already: Town", "est déjà : Town"), s.in("100% · 1 vote", "100 % · 1 voix"))
		s.holds(s.votes(id, "bob", poll.VerbVote+"1"), s.in("50% · 1 vote", "50 % · 1 voix"), "█████░░░░░")
		s.holds(s.votes(id, "bob", poll.VerbVote+"2"), s.in("Your vote now: Town", "est désormais : Town"), s.in("2 members voted", "2 membres ont voté"))
		s.holds(s.presses(s.member("ann"), control(t, r.Card, poll.VerbOwn+poll.VerbWithdraw).Action), s.in("no vote in this poll any more", "plus de vote"))
		s.holds(s.votes(id, "ann", poll.VerbWithdraw), s.in("no vote in this poll any more", "plus de vote"))
		s.lacks(s.votes(id, "ann", poll.VerbMine), "█")
		s.votes(id, "cid", poll.VerbVote+"3")
		s.pass(3 * time.Hour)
		result := s.card("general", map[chat.Language]string{chat.English: "the result", chat.French: "le résultat"}[s.public()])
		if result == nil || !strings.Contains(result.Message.Card.Plain(), "🏆 Town") {
			t.Fatalf("the result is %+v of %+v", result, s.poll(id))
		}
		s.holds(s.votes(id, "dan", poll.VerbVote+"1"), s.in("This poll closed", "Ce sondage est clos"))
		s.holds(s.votes(id, "bob", poll.VerbMine), s.in("are deleted, yours too", "le vôtre aussi"))
		s.holds(s.types(s.staff(), "polls close", "id", id), s.in("This poll closed", "Ce sondage est clos"))
		s.holds(s.types(s.staff(), "polls reopen", "id", id), s.in("cannot be reopened", "ne peut pas être rouvert"))
		s.holds(s.types(s.staff(), "polls show"), "🏆 Town", s.in("The key is destroyed", "La clé est détruite"))
		s.holds(s.types(s.member("m1"), "polls list"), "Where?", id)
		file := string(s.types(s.staff(), "polls export").Files[0].Data)
		if want := "kind,name,votes,percent,choices\nquestion,Where?,2,,\noption,Lake,0,0,\noption,Town,1,50,\noption,Park,1,50,\n"; file != want {
			t.Errorf("the file is\n%s", file)
		}
	})
}

func TestSeveralChoicesAreMadeWithButtonsOrAMenu(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.polls("max", "2", "results", "always")
		s.votes(id, "ann", poll.VerbVote+"1")
		r := s.votes(id, "ann", poll.VerbVote+"3")
		s.holds(r, "Lake, Park")
		s.holds(s.votes(id, "ann", poll.VerbVote+"2"), s.in("Take one back first", "Retirez-en un d’abord"), "Lake, Park")
		s.holds(s.presses(s.member("ann"), control(t, r.Card, poll.VerbDrop+"1").Action), s.in("Your vote now: Park", "est désormais : Park"))
		s.pass(10 * time.Second)
		if card := s.card("general", "📊 Where?").Message.Card.Plain(); !strings.Contains(card, "██████████") {
			t.Errorf("the card is\n%s", card)
		}
		many := s.polls("options", "A; B; C; D; E; F; G", "max", "3")
		menu := control(t, &s.card("general", "📊 Where?").Message.Card, poll.VerbChoose)
		if menu.Kind != chat.ControlMenu || menu.Max != 3 || len(menu.Options) != 7 {
			t.Errorf("the menu is %+v", menu)
		}
		s.holds(s.votes(many, "ann", poll.VerbChoose, "7", "1", "2"), "A, B, G")
		s.holds(s.votes(many, "ann", poll.VerbChoose, "1", "2", "3", "4"), s.in("up to 3 options", "Jusqu’à 3 choix"))
		s.holds(s.votes(many, "ann", poll.VerbChoose, "4"), s.in("Your vote now: D", "est désormais : D"))
		s.holds(s.votes(many, "ann", poll.VerbChoose, "26"), s.in("not there", "n’existe pas"))
	})
}

func TestAPublicPollNamesItsVotersAndIsReopened(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.polls("anonymous", "false", "results", "closed")
		public := map[chat.Language]string{chat.English: "👁️ Public. Whoever sees", chat.French: "👁️ Public. Voir les résultats"}[s.public()]
		if s.card("general", public) == nil {
			t.Errorf("the card does not say that the poll is public")
		}
		s.votes(id, "ann", poll.VerbVote+"1")
		s.holds(s.votes(id, "ann", poll.VerbNames), s.in("together with the results", "en même temps que les résultats"))
		s.holds(s.types(s.staff(), "polls export"), s.in("hidden until the close", "cachés jusqu’à la clôture"))
		s.lacks(s.types(s.staff(), "polls show"), "█", "░")
		s.types(s.staff(), "polls close")
		s.settle()
		s.holds(s.votes(id, "m1", poll.VerbNames), "Lake", string(s.id("ann")))
		s.holds(s.types(s.staff(), "polls reopen", "id", id, "ends", "2d"), s.in("open again", "de nouveau ouvert"))
		s.holds(s.votes(id, "ann", poll.VerbVote+"2"), s.in("Your vote now: Town", "est désormais : Town"))
		s.pass(3 * 24 * time.Hour)
		if state := s.poll(id); state.Phase != poll.PhaseClosed || !slices.Equal(state.Votes, []int64{0, 1, 0}) || state.Voters != 1 || state.Times != 2 {
			t.Errorf("%+v", state)
		}
		file := string(s.types(s.staff(), "polls export").Files[0].Data)
		if !strings.Contains(file, fmt.Sprintf("voter,%s,1,,Town\n", s.id("ann"))) || strings.Count(file, "voter,") != 1 {
			t.Errorf("the file is\n%s", file)
		}
	})
}

func TestStaffCloseReopenAndCancel(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.polls("quorum", "2")
	s.votes(id, "ann", poll.VerbVote+"1")
	s.holds(s.votes(id, "bob", poll.VerbVote+"1"), "has the voters it asked for")
	s.settle()
	if state := s.poll(id); state.Phase != poll.PhaseClosed || state.Voters != 2 {
		t.Errorf("%+v", state)
	}
	id = s.polls()
	s.votes(id, "ann", poll.VerbVote+"1")
	s.holds(s.types(s.staff(), "polls cancel", "reason", "Asked twice"), "is cancelled")
	s.settle()
	if card := s.card("general", "Asked twice"); card == nil || strings.Contains(card.Message.Card.Plain(), "█") {
		t.Errorf("the card is %+v", card)
	}
	tally, err := s.store.Tally(t.Context(), s.tenant(), id)
	must(t, err)
	for name, n := range tally.Numbers {
		if n != 0 {
			t.Errorf("%s is %d", name, n)
		}
	}
	if tally.Entries != 0 {
		t.Errorf("%d entries are left", tally.Entries)
	}
	s.holds(s.types(s.staff(), "polls export", "id", id), "was cancelled")
	s.holds(s.votes(id, "ann", poll.VerbMine), "was cancelled")
	s.holds(s.types(s.staff(), "polls close", "id", "NOSUCHID"), "There is no poll")
}

func TestMembersAddOptions(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		_, err := s.book.Change(t.Context(), chat.CommunityID(s.space), "animo", "test", func(c *community.Settings) error {
			c.TeamChannel = s.channel("contests")
			return nil
		})
		must(t, err)
		id := s.polls("adding", "moderated")
		propose := control(t, &s.card("general", "📊 Where?").Message.Card, poll.VerbPropose).Action
		form := s.presses(s.member("ann"), propose).Form
		s.holds(s.submits(s.member("ann"), form.Action, "option", " At Éva’s "), s.in("once the team accepts", "une fois accepté"))
		s.holds(s.submits(s.member("bob"), form.Action, "option", "at eva's."), s.in("proposed already", "déjà proposé"))
		s.holds(s.submits(s.member("bob"), form.Action, "option", "LAKE"), s.in("there already: “Lake”", "existe déjà : « Lake »"))
		s.settle()
		notice := s.card("contests", "Éva’s")
		if notice == nil || strings.Contains(notice.Message.Card.Plain(), string(s.id("ann"))) {
			t.Fatalf("the team is told %+v", notice)
		}
		s.holds(s.types(s.staff(), "polls options"), "Éva’s")
		accept := control(t, &notice.Message.Card, poll.OrderAccept).Action
		s.holds(s.presses(s.member("bob"), accept), s.in("for the team", "réservé à l’équipe"))
		s.holds(s.presses(s.staff(), accept), s.in("is an option now", "fait partie des choix"))
		s.holds(s.presses(s.staff(), accept), s.in("decided upon already", "déjà prononcée"))
		s.holds(s.votes(id, "ann", poll.VerbVote+"4"), "At Éva’s")
		for n := range poll.MaxProposed - 1 {
			s.submits(s.member("ann"), form.Action, "option", fmt.Sprint("Other ", n))
		}
		s.holds(s.submits(s.member("ann"), form.Action, "option", "One more"), s.in("that is the limit", "c’est le maximum"))
		free := s.polls("adding", "free")
		s.holds(s.submits(s.member("ann"), chat.Act(poll.PartFamily, poll.VerbPropose, free), "option", "Sea"), s.in("is an option now", "fait partie des choix"))
		if o, ok := s.poll(free).Option(4); !ok || o.Text != "Sea" || o.By == s.id("ann") {
			t.Errorf("the option is %+v", o)
		}
		s.types(s.staff(), "polls close", "id", free)
		if o, _ := s.poll(free).Option(4); o.By != "" {
			t.Errorf("after the close the option is %+v", o)
		}
		none := s.polls()
		s.holds(s.presses(s.member("ann"), chat.Act(poll.PartFamily, poll.VerbPropose, none)), s.in("takes no options", "ne prend pas de choix"))
	})
}

func TestWhoMayVoteAndWhoseVoteWeighs(t *testing.T) {
	s := on(t, chat.Discord)
	vip, muted := chat.Role{ID: "discord:301", Name: "VIP"}, chat.Role{ID: "discord:302", Name: "Muted"}
	s.platform.AddRole(vip)
	s.platform.AddRole(muted)
	id := s.polls("conditions", "without: @Muted", "weights", "@VIP: 3", "results", "always")
	with := func(name string, r chat.Role) chat.Actor {
		a := s.member(name)
		a.Roles = []chat.RoleID{r.ID}
		return a
	}
	s.holds(s.presses(with("mute", muted), chat.Act(poll.Kind, poll.VerbVote+"1", id)), "You cannot vote here yet", "discord:302")
	s.holds(s.presses(with("vip", vip), chat.Act(poll.Kind, poll.VerbVote+"1", id)), "It counts 3 times", "100% · 3 points")
	s.holds(s.votes(id, "ann", poll.VerbVote+"2"), "25% · 1 point", "75% · 3 points", "2 members voted, with 4 points in all", "@discord:301 ×3")
	s.holds(s.presses(s.member("vip"), chat.Act(poll.Kind, poll.VerbVote+"1", id)), "50% · 1 point") // the role is gone meanwhile
	for typed, want := range map[string]string{"@VIP": "is no weight", "@VIP: 1": "count 2 to 100 times", "@VIP: 101": "count 2 to 100 times", "@Nobody: 3": "Nobody"} {
		s.holds(s.types(s.staff(), "poll", "question", "Q", "options", "a;b", "weights", typed), want)
	}
}

func TestABadPollIsNamed(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		long := strings.Repeat("x", 4000)
		var many []string
		for n := range 26 {
			many = append(many, fmt.Sprint("Option ", n))
		}
		for _, row := range []struct {
			args []string
			want string
		}{
			{[]string{"question", long}, s.in("4,000 characters", "4 000 caractères")},
			{[]string{"options", "Only one"}, s.in("at least 2 options; 1 found", "au moins 2 choix ; trouvés : 1")},
			{[]string{"options", strings.Join(many, ";")}, s.in("at most 25 options; 26 found", "au plus 25 choix ; trouvés : 26")},
			{[]string{"options", "Été; ÉTÉ; Hiver"}, s.in("“Été” and “ÉTÉ”", "« Été » et « ÉTÉ »")},
			{[]string{"options", "ete; Été"}, s.in("the same option", "le même choix")},
			{[]string{"options", "a; " + long}, s.in("4,000 characters", "4 000 caractères")},
			{[]string{"max", "4"}, s.in("from 1 up to 3", "de 1 à 3")},
			{[]string{"quorum", "0"}, s.in("between 1 and", "entre 1 et")},
			{[]string{"ends", "2s"}, s.in("at least 10 seconds", "au moins 10 secondes")},
			{[]string{"ends", "9999d"}, ""},
			{[]string{"channel", string(s.channel("locked"))}, s.in("Send Messages", "")},
		} {
			s.changesNothing(func() {
				args := append([]string{"question", "Where?", "options", "a;b;c"}, row.args...)
				r := s.types(s.staff(), "poll", args...)
				if s.holds(r, row.want); said(r) == "" {
					t.Errorf("%q is not refused", row.args)
				}
			})
		}
		two := s.polls("options", "“A ” ‘B’\n« C; D »\n👍 yes")
		if state := s.poll(two); len(state.List) != 3 || state.List[1].Text != "C; D" {
			t.Errorf("%+v", state.List)
		}
		s.polls("options", strings.Join(many[:25], ";"), "max", "25")
	})
}

func TestAPollIsPreparedInAForm(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		form := s.types(s.staff(), "poll", "question", "Where?", "results", "closed", "anonymous", "false").Form
		if form == nil || form.Fields[0].Value != "Where?" {
			t.Fatalf("the form is %+v", form)
		}
		r := s.submits(s.staff(), form.Action, "question", "Where?", "options", "Lake", "ends", "", "max", "", "conditions", "")
		if s.network == chat.Slack { // the form stays open
			if !strings.Contains(r.Wrong["options"], s.in("at least 2 options", "au moins 2 choix")) {
				t.Fatalf("%+v", r.Wrong)
			}
			r = s.submits(s.staff(), form.Action, "question", "Where?", "options", "1. Lake\n2. Town", "ends", "2h", "max", "1", "conditions", "")
		} else {
			s.holds(r, s.in("at least 2 options", "au moins 2 choix"))
			form = s.presses(s.staff(), control(t, r.Card, "edit").Action).Form
			if form.Fields[1].Value != "Lake" {
				t.Fatalf("what was typed is lost: %+v", form.Fields)
			}
			r = s.submits(s.staff(), form.Action, "question", "Where?", "options", "1. Lake\n2. Town", "ends", "2h", "max", "1", "conditions", "")
		}
		s.holds(r, "Lake", "Town", "👁️ Public", s.in("Nobody else has seen it", "Personne d’autre"))
		r = s.presses(s.staff(), control(t, r.Card, "public").Action)
		s.holds(r, chat.Wording{chat.English: "🔒 Anonymous", chat.French: "🔒 Anonyme"}[s.public()])
		r = s.presses(s.staff(), control(t, r.Card, "results").Action, "always")
		r = s.presses(s.staff(), control(t, r.Card, "adding").Action, "free")
		s.holds(r, chat.Wording{chat.English: "at any time", chat.French: "à tout moment"}[s.public()])
		if len(s.posts("general")) > 0 {
			t.Error("the draft is public")
		}
		s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("is published", "est publié"))
		s.settle()
		state := s.poll(s.pollIDs(games.StatusOpen)[0])
		if state.Public || state.Results != poll.ResultsAlways || state.Adding != poll.AddingFree || state.Ends.IsZero() || state.List[0].Text != "Lake" {
			t.Errorf("%+v", state)
		}
		s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("published or discarded", "publié ou abandonné"))
	})
}

func TestAPollOfAnotherCommunityIsNotFound(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.polls("adding", "moderated")
	other := s.house.side(chat.Slack, chat.English)
	for _, r := range []chat.Reply{
		other.presses(other.member("ann"), chat.Act(poll.Kind, poll.VerbVote+"1", id)),
		other.presses(other.member("ann"), chat.Act(poll.PartFamily, poll.VerbPropose, id)),
		other.submits(other.member("ann"), chat.Act(poll.PartFamily, poll.VerbPropose, id), "option", "x"),
		other.presses(other.staff(), chat.Act(poll.StaffFamily, poll.OrderAccept, id).With("1")),
	} {
		other.holds(r, "does not exist here")
	}
	other.holds(other.types(other.staff(), "polls close", "id", id), "There is no poll")
	if n, err := s.store.Tally(t.Context(), storage.Tenant(other.space), id); err != nil || n.Entries != 0 {
		t.Errorf("%+v, %v", n, err)
	}
}
