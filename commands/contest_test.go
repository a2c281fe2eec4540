package commands_test

import (
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/community"
	"animo/games"
	"animo/games/contest"
	"animo/storage"
)

// holdsContest starts a contest as staff and returns its id.
func (s *side) holdsContest(more ...string) string {
	s.t.Helper()
	args := append([]string{"title", "Photo", "submissions", "7d", "decision", "3d"}, more...)
	reply := s.types(s.staff(), "contest start", args...)
	s.settle()
	s.now = s.now.Add(time.Second)
	found := s.contests(games.StatusOpen)
	if len(found) == 0 {
		s.t.Fatalf("no contest was started: %s", said(reply))
	}
	return found[0]
}

func (s *side) contests(status games.Status) []string {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.List(s.t.Context(), c, contest.Kind, status, 100)
	must(s.t, err)
	var out []string
	for _, x := range l {
		out = append(out, x.ID)
	}
	return out
}

func (s *side) contest(id string) contest.State {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.Get(s.t.Context(), c, contest.Kind, id)
	must(s.t, err)
	var state contest.State
	must(s.t, json.Unmarshal(l.State, &state))
	return state
}

func part(verb, id string) chat.Action { return chat.Act(contest.PartFamily, verb, id) }

// handsIn fills in the form of a new work.
func (s *side) handsIn(id, name string, fields ...string) chat.Reply {
	s.t.Helper()
	form := s.presses(s.member(name), part(contest.VerbSubmit, id)).Form
	if form == nil {
		s.t.Fatalf("%s gets no form", name)
	}
	return s.submits(s.member(name), form.Action, fields...)
}

// accepts lets staff accept everything that waits.
func (s *side) accepts(id string) {
	s.t.Helper()
	for {
		r := s.types(s.staff(), "contest queue", "id", id)
		if len(r.Card.Blocks) == 1 {
			break
		}
		s.presses(s.staff(), control(s.t, r.Card, contest.OrderAccept).Action)
	}
	s.settle()
}

func (s *side) presents(id string, names ...string) {
	s.t.Helper()
	for _, n := range names {
		s.holds(s.handsIn(id, n, "title", "By "+n, "text", "Text of "+n), s.in("is received", "est bien reçue"), "Text of "+n)
	}
	s.accepts(id)
}

// card is the latest message that stands in the channel and holds a text.
func (s *side) card(channel, text string) *chattest.Post {
	posts := s.posts(channel)
	for _, p := range slices.Backward(posts) {
		if strings.Contains(spaced(p.Message.Card.Plain()), text) {
			return &p
		}
	}
	return nil
}

func TestMembersVoteAndTheResultComesAtTheEnd(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.holdsContest("blind", "true", "places", "2")
		s.presents(id, "ann", "bob", "cid")
		work := s.card("general", "Text of bob")
		if work == nil || strings.Contains(work.Message.Card.Plain(), string(s.id("bob"))) {
			t.Fatalf("the work of bob: %+v", work)
		}
		vote := control(t, &work.Message.Card, contest.VerbVote).Action
		s.holds(s.presses(s.member("ann"), vote), s.in("The vote is not open yet", "Le vote n’est pas encore ouvert"))
		s.types(s.staff(), "contest end")
		s.settle()
		s.holds(s.presses(s.member("bob"), vote), s.in("a work of your own", "votre propre participation"))
		s.holds(s.presses(s.member("ann"), vote), s.in("Your vote goes to no. 2 — By bob", "Votre voix va à la participation n° 2 — By bob"))
		s.holds(s.presses(s.member("ann"), vote), s.in("goes to no. 2 — By bob already", "va déjà à"))
		cid := control(t, &s.card("general", "Text of cid").Message.Card, contest.VerbVote).Action
		r := s.presses(s.member("ann"), cid)
		s.holds(r, s.in("now goes to no. 3", "va désormais à la participation n° 3"))
		s.holds(s.presses(s.member("ann"), control(t, r.Card, contest.VerbUnvote).Action), s.in("is taken back", "est reprise"))
		for _, name := range []string{"dan", "eve"} {
			s.presses(s.member(name), vote)
		}
		s.presses(s.member("bob"), cid)
		s.holds(s.presses(s.member("dan"), part(contest.VerbMine, id)), s.in("Your vote goes to no. 2", "Votre voix va à la participation n° 2"))
		s.hidden(t, id)
		s.pass(4 * 24 * time.Hour)
		s.pass(7 * 24 * time.Hour)
		result := s.card("general", map[chat.Language]string{chat.English: "the result", chat.French: "le résultat"}[s.public()])
		if result == nil {
			t.Fatalf("no result is announced: %+v", s.contest(id))
		}
		text := result.Message.Card.Plain()
		if first, second := strings.Index(text, "🥇"), strings.Index(text, "🥈"); first < 0 || second < first ||
			!strings.Contains(text[first:second], "By bob") || !strings.Contains(text[first:second], "@"+string(s.id("bob"))) {
			t.Errorf("the result is:\n%s", text)
		}
		if want := []chat.MemberID{s.id("bob"), s.id("cid")}; !slices.Equal(result.Message.Card.Pings.Members, want) {
			t.Errorf("%v are told of it, not %v", result.Message.Card.Pings.Members, want)
		}
		if state := s.contest(id); state.Phase != contest.PhaseAnnounced || state.Voters != 3 {
			t.Errorf("%+v", state)
		}
		s.holds(s.presses(s.member("eve"), vote), s.in("This contest is closed", "Ce défi est clos"))
		row := s.exported(t, id)[2]
		if row[1] != "By bob" || row[10] != "1" || row[11] != "2" || row[2] != string(s.id("bob")) {
			t.Errorf("the export says %q", row)
		}
	})
}

// exported reads the CSV of a contest, its heading included.
func (s *side) exported(t *testing.T, id string) [][]string {
	t.Helper()
	r := s.types(s.staff(), "contest export", "id", id)
	if len(r.Files) != 1 {
		t.Fatalf("no file: %s", said(r))
	}
	rows, err := csv.NewReader(strings.NewReader(string(r.Files[0].Data))).ReadAll()
	must(t, err)
	return rows
}

// hidden demands that nobody is shown votes, marks or hidden authors before
// the close.
func (s *side) hidden(t *testing.T, id string) {
	t.Helper()
	for _, row := range s.exported(t, id)[1:] {
		if row[2] != "" || slices.ContainsFunc(row[10:], func(c string) bool { return c != "" }) {
			t.Errorf("before the close the export says %q", row)
		}
	}
	r := s.types(s.staff(), "contest export", "id", id, "format", "json")
	for _, word := range []string{"result", "votes", "author", "voters"} {
		if strings.Contains(string(r.Files[0].Data), `"`+word+`"`) {
			t.Errorf("before the close the export has %q:\n%s", word, r.Files[0].Data)
		}
	}
	if text := said(s.types(s.staff(), "contest show", "id", id)); strings.Contains(text, string(s.id("bob"))) || strings.Contains(text, "🥇") {
		t.Errorf("before the close staff are shown:\n%s", text)
	}
	for _, p := range s.posts("general") {
		if text := p.Message.Card.Plain(); strings.Contains(text, string(s.id("bob"))) || strings.Contains(text, "🥇") {
			t.Errorf("before the close the channel shows:\n%s", text)
		}
	}
}

func TestAJuryMarksBlindly(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.holdsContest("blind", "true", "criteria", "Idée, technique", "juror", string(s.id("judy")), "president", string(s.id("pat")), "tie", "president")
		s.holds(s.presses(s.member("judy"), part(contest.VerbSubmit, id)), s.in("You are of the jury", "Vous faites partie du jury"))
		s.presents(id, "ann", "bob", "cid")
		s.types(s.staff(), "contest end", "id", id)
		s.settle()
		mark := func(by string, no int, marks ...string) chat.Reply {
			form := s.presses(s.member(by), part(contest.VerbMark, id).With(strconv.Itoa(no))).Form
			if form == nil {
				t.Fatalf("%s gets no form", by)
			}
			return s.submits(s.member(by), form.Action, "mark_1", marks[0], "mark_2", marks[1])
		}
		s.holds(s.presses(s.member("ann"), part(contest.VerbMark, id).With("2")), s.in("Only the jury gives marks", "Seul le jury donne des notes"))
		s.holds(mark("judy", 1, "9", "4"), s.in("Works you have marked: 1 of 3", "que vous avez notées : 1 sur 3"), "Idée")
		s.holds(mark("judy", 2, "7", "6"), s.in("2 of 3", "2 sur 3"))
		s.holds(mark("pat", 1, "5", "5"))
		s.holds(mark("pat", 2, "6", "4"))
		mark("pat", 2, "7", "3") // the last ones count
		wrong := mark("judy", 2, "11", "6")
		s.holds(wrong, s.in("“11” is not a mark for “Idée”", "« 11 » n’est pas une note pour « Idée »"))
		if s.platform.Caps.FormErrors != (wrong.Wrong["mark_1"] != "") {
			t.Errorf("the mistake stands at %v", wrong.Wrong)
		}
		s.holds(s.types(s.staff(), "contest show", "id", id), s.in("over all jurors: 4. Jurors who have begun: 2.", "tous jurés confondus : 4. Jurés qui ont commencé : 2."))
		s.hidden(t, id)
		s.types(s.staff(), "contest end", "id", id)
		s.settle()
		state := s.contest(id)
		if r := state.Results; len(r) != 3 || r[0].Place != 1 || r[0].Sum() != 23 || r[1].Place != 1 || r[2].Place != 0 {
			t.Fatalf("%+v", state.Results) // 23 marks each, and the president gave 10 to both
		}
		s.holds(s.types(s.staff(), "contest show", "id", id), s.in("Idée 7.00, technique 4.50", "Idée 7,00, technique 4,50"),
			s.in("One work got no mark and has no place", "Une participation n’a reçu aucune note et n’est pas classée"))
	})
}

func TestNothingIsShownBeforeStaffHaveAcceptedIt(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		_, err := s.book.Change(t.Context(), chat.CommunityID(s.space), "animo", "test", func(c *community.Settings) error {
			c.TeamChannel = s.channel("contests")
			return nil
		})
		must(t, err)
		id := s.holdsContest("per_member", "2")
		s.handsIn(id, "ann", "title", "First", "text", "Version one", "link", "https://example.org/a", "image", "https://example.org/a.png")
		s.handsIn(id, "bob", "title", "Rude", "text", "Something rude")
		s.settle()
		if s.card("general", "Version one") != nil || s.card("general", "rude") != nil {
			t.Fatal("a work is shown that waits")
		}
		notes := s.posts("contests")
		if len(notes) != 1 {
			t.Fatalf("staff are told %d times", len(notes))
		}
		queue := s.presses(s.staff(), control(t, &notes[0].Message.Card, "queue").Action)
		s.holds(queue, "Version one", "https://example.org/a.png", "@"+string(s.id("ann")), s.in("Work 1 of 2 that wait", "en attente 1 sur 2"))
		if queue.Replace {
			t.Error("the queue takes the place of the team's notice")
		}
		accept := control(t, queue.Card, contest.OrderAccept).Action
		mine := s.presses(s.member("ann"), part(contest.VerbMine, id))
		s.holds(mine, s.in("waits for the team", "attend l’avis de l’équipe"))
		form := s.presses(s.member("ann"), control(t, mine.Card, contest.VerbEdit).Action).Form
		if form == nil || form.Fields[1].Value != "Version one" {
			t.Fatalf("the form does not hold what is there: %+v", form)
		}
		s.submits(s.member("ann"), form.Action, "title", "First", "text", "Version two")
		s.holds(s.presses(s.staff(), accept), s.in("was changed meanwhile", "a été modifiée entre-temps"), "Version two")
		r := s.presses(s.staff(), control(t, s.types(s.staff(), "contest queue").Card, contest.OrderAccept).Action)
		s.holds(r, s.in("is accepted", "est acceptée"), "Something rude")
		form = s.presses(s.staff(), control(t, r.Card, contest.OrderRefuse).Action).Form
		s.holds(s.submits(s.staff(), form.Action, "reason", "Stay polite, please"), s.in("is refused", "est refusée"), s.in("No work waits", "Aucune participation n’attend"))
		s.settle()
		if s.card("general", "Version two") == nil || s.card("general", "rude") != nil {
			t.Error("the channel shows the wrong works")
		}
		told := s.platform.Posts(chattest.DirectOf(s.id("bob")))
		if len(told) != 1 || !strings.Contains(told[0].Message.Card.Plain(), "Stay polite, please") {
			t.Errorf("bob is told %+v", told)
		}
		if got := s.decisions(t); !slices.Equal(got, []string{"contest.refuse " + string(s.staff().ID), "contest.accept " + string(s.staff().ID)}) {
			t.Errorf("the log says %q", got)
		}
		taken := s.types(s.staff(), "contest queue", "number", "1")
		form = s.presses(s.staff(), control(t, taken.Card, contest.OrderRefuse).Action).Form
		s.submits(s.staff(), form.Action, "reason", "Not your own")
		s.settle()
		if s.card("general", "Version two") != nil {
			t.Error("a work that was refused later is still shown")
		}
		s.holds(s.presses(s.member("ann"), part(contest.VerbMine, id)), "Not your own")
	})
}

// decisions are the lines of the log about works, the latest first.
func (s *side) decisions(t *testing.T) []string {
	t.Helper()
	lines, err := s.store.Log(t.Context(), s.tenant(), 0, 100)
	must(t, err)
	var out []string
	for _, l := range lines {
		if l.Action == "contest.accept" || l.Action == "contest.refuse" {
			out = append(out, l.Action+" "+l.Actor)
		}
	}
	return out
}

func TestAContestIsPreparedInAForm(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		form := s.types(s.staff(), "contest create").Form
		if form == nil || len(form.Fields) > chat.MaxFormFields {
			t.Fatalf("%+v", form)
		}
		fields := []string{"title", "Photo", "submissions", "soon", "decision", "3d", "criteria", "Idea, technique"}
		wrong := s.submits(s.staff(), form.Action, fields...)
		if s.platform.Caps.FormErrors {
			if wrong.Wrong["submissions"] == "" {
				t.Fatalf("the mistake stands at %v", wrong.Wrong)
			}
		} else {
			form = s.presses(s.staff(), control(t, wrong.Card, "edit").Action).Form
			if form.Fields[4].Value != "Idea, technique" {
				t.Errorf("what was typed is lost: %+v", form.Fields)
			}
		}
		fields[3] = "7d"
		preview := s.submits(s.staff(), form.Action, fields...)
		s.holds(preview, s.in("Nobody else has seen it", "Personne d’autre ne l’a encore vu"), "@"+string(s.staff().ID))
		preview = s.presses(s.staff(), control(t, preview.Card, "jury").Action, string(s.id("judy")), string(s.id("jack")))
		s.holds(preview, "@"+string(s.id("judy")))
		preview = s.presses(s.staff(), control(t, preview.Card, "tie").Action, "president")
		preview = s.presses(s.staff(), control(t, preview.Card, "blind").Action)
		preview = s.presses(s.staff(), control(t, preview.Card, "channel").Action, string(s.channel("contests")))
		if !preview.Replace || len(s.posts("general"))+len(s.posts("contests")) != 0 {
			t.Error("a preview is not for its author alone")
		}
		launch := control(t, preview.Card, "launch").Action
		s.holds(s.presses(s.staff(), launch), s.in("is launched in", "est lancé dans"))
		s.settle()
		s.holds(s.presses(s.staff(), launch), s.in("launched, sent or thrown away already", "déjà été lancé, envoyé ou abandonné"))
		state := s.contest(s.contests(games.StatusOpen)[0])
		if !state.Blind || state.President != s.id("judy") || len(state.Jury) != 2 || state.Tie != contest.TiePresident || len(s.posts("contests")) != 1 {
			t.Errorf("%+v", state.Params)
		}
	})
}

func TestAWorkThatIsWrongIsNotTypedTwice(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.holdsContest()
		r := s.handsIn(id, "ann", "title", "Mine", "text", "A long text", "link", "ftp://example.org")
		s.holds(r, s.in("“ftp://example.org” is not a link", "« ftp://example.org » n’est pas un lien"))
		if s.platform.Caps.FormErrors {
			if r.Wrong["link"] == "" {
				t.Errorf("the mistake stands at %v", r.Wrong)
			}
			return
		}
		form := s.presses(s.member("ann"), control(t, r.Card, "retry").Action).Form
		if form == nil || form.Fields[1].Value != "A long text" {
			t.Fatalf("%+v", form)
		}
		s.holds(s.presses(s.member("bob"), control(t, r.Card, "retry").Action), s.in("someone else’s", "n’est pas le vôtre"))
		s.holds(s.submits(s.member("ann"), form.Action, "title", "Mine", "text", "A long text"), s.in("is received", "est bien reçue"))
		s.holds(s.presses(s.member("ann"), part(contest.VerbSubmit, id)), s.in("You have handed in your work already", "Vous avez déjà déposé votre participation"))
	})
}

func TestWhatIsWrongWithAContestIsNamedWithAnExample(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for _, row := range []struct {
			args   []string
			wanted string
		}{
			{[]string{"jury", string(s.channel("x"))}, s.in("A jury needs criteria to judge by", "Il faut au jury des critères")},
			{[]string{"criteria", "idea"}, s.in("Somebody has to be of the jury", "Il faut quelqu’un dans le jury")},
			{[]string{"criteria", "a,b,c,d,e,f", "juror", "x"}, s.in("from 1 to 5 criteria", "de 1 à 5 critères")},
			{[]string{"criteria", "Idea, idea", "juror", "x"}, s.in("is there twice", "y est deux fois")},
			{[]string{"tie", "president"}, s.in("name the `president`", "indiquez le `président`")},
			{[]string{"decision", "tomorrow"}, s.in("The decision has to last", "La délibération doit durer")},
			{[]string{"submissions", "2s"}, s.in("Works have to be taken for at least", "doivent rester ouvertes au moins")},
			{[]string{"decision", "365d"}, s.in("at most 366 days", "au plus 366 jours")},
			{[]string{"image", "http://x"}, s.in("is not the address of an image", "n’est pas l’adresse d’une image")},
		} {
			args := slices.Clone(row.args)
			for _, pair := range [][2]string{{"title", "Photo"}, {"submissions", "7d"}, {"decision", "3d"}} {
				if !slices.Contains(row.args, pair[0]) {
					args = append(args, pair[0], pair[1])
				}
			}
			s.changesNothing(func() {
				r := s.types(s.staff(), "contest start", args...)
				if got := strings.ReplaceAll(row.wanted, "`", ""); !strings.Contains(spaced(said(r)), spaced(got)) {
					t.Errorf("%v is told %q, not %q", row.args, said(r), got)
				}
			})
		}
	})
}

func TestAnEndIsOnlyMovedLater(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.holdsContest()
		before := s.contest(id)
		s.changesNothing(func() {
			s.holds(s.types(s.staff(), "contest edit", "submissions", "2d"), s.in("the end can only come later", "elle ne peut venir que plus tard"))
			s.holds(s.types(s.staff(), "contest edit"), s.in("Nothing to change", "Rien à modifier"))
		})
		s.holds(s.types(s.staff(), "contest edit", "submissions", "9d"), s.in("The contest is changed", "Le défi est modifié"))
		after := s.contest(id)
		if d := after.Submit.Sub(before.Submit); after.Decide.Sub(before.Decide) != d || d < 47*time.Hour {
			t.Errorf("submissions last %v longer, and the decision ends %v later", d, after.Decide.Sub(before.Decide))
		}
		s.pass(8 * 24 * time.Hour)
		if s.contest(id).Phase != contest.PhaseOpen {
			t.Error("submissions end at the old end")
		}
		s.holds(s.types(s.staff(), "contest jury", "member", "x"), s.in("there is no jury", "il n’y a pas de jury"))
		s.holds(s.types(s.staff(), "contest cancel", "reason", "Rain"), s.in("is cancelled", "est annulé"))
		s.settle()
		if s.card("general", "Rain") == nil {
			t.Error("the card does not say why")
		}
		s.holds(s.types(s.member("m1"), "contest list"), "Photo")
		s.holds(s.types(s.staff(), "contest end", "id", "22222222"), s.in("There is no contest 22222222", "Il n’y a pas de défi 22222222"))
	})
}

func TestAContestOfAnotherCommunityIsNotFound(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.holdsContest()
		other := *s
		other.space = chat.NewID[chat.SpaceID](s.network, "2")
		must(t, s.book.Arrived(t.Context(), other.space, "Elsewhere", s.public()))
		for _, verb := range []string{contest.VerbSubmit, contest.VerbMine, contest.VerbVote, contest.VerbMark, contest.VerbEdit} {
			other.holds(other.presses(s.member("ann"), part(verb, id).With("1")), s.in("This does not exist here", "n’existe"))
		}
		n, err := s.store.Tally(t.Context(), storage.Tenant(other.space), id)
		if err != nil || n.Entries != 0 {
			t.Errorf("%+v, %v", n, err)
		}
	})
}

func TestAJurorByRoleIsLookedUpWhereOnlyTheIDIsKnown(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		role := chat.NewID[chat.RoleID](s.network, "jury")
		id := s.holdsContest("criteria", "Idea", "jury", string(role))
		s.presents(id, "ann")
		s.types(s.staff(), "contest end")
		judy := s.member("judy")
		judy.Roles = []chat.RoleID{role}
		s.platform.AddActor(judy)
		bare := s.member("judy")
		bare.Bare = true
		if r := s.presses(bare, part(contest.VerbMark, id).With("1")); r.Form == nil {
			t.Errorf("a juror is told %s", said(r))
		}
		if r := s.presses(s.member("judy"), part(contest.VerbMark, id).With("1")); r.Form != nil {
			t.Error("a member without the role gets the form")
		}
	})
}

func TestARoleForWinnersIsForManagersAndWhereThereAreRoles(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		args := []string{"title", "Photo", "submissions", "7d", "decision", "3d", "role", string(chat.NewID[chat.RoleID](s.network, "prize"))}
		s.changesNothing(func() {
			want := s.in("Only those who manage the space", "Seules les personnes qui gèrent l’espace")
			if !s.platform.Caps.Roles {
				want = s.in("Animo cannot give roles", "Animo ne peut pas donner de rôle")
			}
			s.holds(s.types(s.staff(), "contest start", args...), want)
		})
		if s.platform.Caps.Roles {
			s.holds(s.types(s.manager(), "contest start", args...), s.in("is launched in", "est lancé dans"))
		}
	})
}

func TestAnExportHoldsNoFormula(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.holdsContest()
	s.holds(s.handsIn(id, "ann", "title", "=1+1", "text", "@SUM(A1)"), "is received")
	if row := s.exported(t, id)[1]; row[1] != "'=1+1" || row[7] != "'@SUM(A1)" {
		t.Errorf("%q", row)
	}
}

func TestAnIDIsCompletedByTheContestsThereAre(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.holdsContest()
	r := s.send(chat.Completing{Meta: s.meta(s.staff()), Path: []string{"contest", "show"}, Option: "id", Partial: "pho"})
	if len(r.Choices) != 1 || r.Choices[0].Value != id {
		t.Errorf("%+v", r.Choices)
	}
	if r := s.send(chat.Completing{Meta: s.meta(s.staff()), Path: []string{"contest", "show"}, Option: "id", Partial: "none"}); len(r.Choices) != 0 {
		t.Errorf("%+v", r.Choices)
	}
}

func TestStaffControlsOfAContestAskForTheirRight(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.holdsContest()
		s.handsIn(id, "ann", "title", "Title", "text", "Hidden text")
		for _, a := range []chat.Action{
			chat.Act(contest.StaffFamily, "queue", id), chat.Act(contest.StaffFamily, "turn", id).With("1"),
			chat.Act(contest.StaffFamily, contest.OrderAccept, id).With("1.1"), chat.Act(contest.StaffFamily, contest.OrderRefuse, id).With("1.1"),
			chat.Act("contest-draft", "launch", "x"), chat.Act("contest-draft", "edit", "x"),
		} {
			s.changesNothing(func() {
				r := s.presses(s.member("bob"), a, "x")
				s.holds(r, s.in("This is for the team", "Ceci est réservé à l’équipe"))
				if r.Form != nil || strings.Contains(said(r), "Hidden") {
					t.Errorf("%s shows something", a)
				}
			})
		}
		s.changesNothing(func() {
			s.holds(s.submits(s.member("bob"), chat.Act(contest.StaffFamily, contest.OrderRefuse, id).With("1.1"), "reason", "x"),
				s.in("This is for the team", "Ceci est réservé à l’équipe"))
		})
	})
}
