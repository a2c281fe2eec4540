package commands_test

import (
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games/giveaway"
	"animo/storage"
)

// entersAs lets a member enter of whom the platform tells when the account was
// made and when they joined; zero where it does not.
func (s *side) entersAs(id, name string, created, joined time.Time) {
	s.t.Helper()
	m := s.member(name)
	m.Created, m.Joined = created, joined
	r := s.presses(m, chat.Act(giveaway.Kind, giveaway.VerbEnter, id))
	if !strings.Contains(said(r), s.in("You are in", "Vous participez")) {
		s.t.Fatalf("%s did not enter: %s", name, said(r))
	}
}

func (s *side) speaks(names ...string) {
	if s.wrote == nil {
		s.wrote = map[chat.MemberID]int{}
	}
	for _, n := range names {
		s.wrote[s.id(n)] = 3
	}
}

const week = 7 * 24 * time.Hour

func TestStaffSeeWhoDeservesASecondLook(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.platform.Caps.AccountAge, s.platform.Caps.JoinDate = true, true
		id := s.opens("Nitro", "duration", "2d")
		long := s.now.Add(-52 * week)
		s.speaks("old", "young", "exact", "new", "b1", "b2", "b3", "b4", "b5", "c1", "c2", "c3", "c4")
		s.entersAs(id, "old", long, long)
		s.entersAs(id, "young", s.now.Add(-week+time.Second), long.Add(time.Hour))
		s.entersAs(id, "exact", s.now.Add(-week), long.Add(2*time.Hour))
		s.pass(time.Hour)
		s.entersAs(id, "new", long, s.now.Add(-time.Minute))
		for n := range 5 { // the first and the last are ten minutes apart
			s.entersAs(id, fmt.Sprint("b", n+1), long, long.Add(week+time.Duration(n)*150*time.Second))
		}
		for n := range 4 {
			s.entersAs(id, fmt.Sprint("c", n+1), long, long.Add(2*week+time.Duration(n)*time.Second))
		}
		s.entersAs(id, "all", s.now.Add(-time.Hour), s.now.Add(-time.Second))
		s.entersAs(id, "quiet", time.Time{}, time.Time{})

		var r chat.Reply
		s.changesNothing(func() { r = s.types(s.staff(), "giveaway abuse", "id", id) })
		text := spaced(said(r))
		s.holds(r, "Nitro",
			s.in("9 of 15 entrants deserve a second look", "9 participants sur 15 méritent un second regard"),
			s.in("Account younger than 7 days at entry: 2", "Compte de moins de 7 jours à l’inscription : 2"),
			s.in("Joined after the launch: 2", "Arrivé après le lancement : 2"),
			s.in("within 10 minutes: 5", "en 10 minutes : 5"), s.in("Wrote nothing in 30 days: 2", "Rien écrit depuis 30 jours : 2"),
			s.in("hints, not proofs", "indices, pas des preuves"))
		var listed []string
		for _, line := range strings.Split(text, "\n") {
			if _, rest, ok := strings.Cut(line, " — @"); ok {
				name, flags, _ := strings.Cut(rest, ":")
				who, flags, _ := strings.Cut(strings.TrimSpace(flags), ":")
				if name == string(s.network) {
					listed = append(listed, strings.TrimSpace(who)+"/"+fmt.Sprint(strings.Count(flags, ",")+1))
				}
			}
		}
		if got := strings.Join(listed, " "); got != "all/3 young/1 new/1 b1/1 b2/1 b3/1 b4/1 b5/1 quiet/1" {
			t.Errorf("listed: %s\n%s", got, text)
		}
	})
}

func TestWhatAPlatformDoesNotTellIsSaid(t *testing.T) {
	s := on(t, chat.Slack)
	s.platform.Caps.AccountAge, s.platform.Caps.JoinDate = false, false
	id := s.opens("Nitro")
	s.enters(id, "m1", "m2")
	s.speaks("m1")
	s.holds(s.types(s.staff(), "giveaway abuse"),
		"1 of 2 entrants deserves", "Account younger than 7 days at entry: not known on Slack", "Joined after the launch: not known on Slack",
		"within 10 minutes: not known on Slack", "Wrote nothing in 30 days: 1")
}

func TestStaffTakeAnEntrantOutOfTheView(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		s.enters(id, "m1", "m2")
		r := s.types(s.staff(), "giveaway abuse")
		menu := control(t, r.Card, "remove")
		if len(menu.Options) != 2 || menu.Options[0].Value != string(s.id("m1")) {
			t.Fatalf("%+v", menu.Options)
		}
		form := s.presses(s.staff(), menu.Action, menu.Options[0].Value).Form
		if form == nil {
			t.Fatal("there is no form")
		}
		s.holds(s.submits(s.member("m9"), form.Action, "reason", "x"), s.in("This is for the team", "Ceci est réservé à l’équipe"))
		s.holds(s.submits(s.staff(), form.Action, "reason", "second account"), string(s.id("m1")), s.in("taken out", "retiré"))
		lines, err := s.store.Log(t.Context(), s.tenant(), 0, 1)
		must(t, err)
		if lines[0].Action != "giveaway.remove" || !strings.Contains(string(lines[0].Body), "second account") {
			t.Errorf("logged %+v", lines[0])
		}
		s.holds(s.types(s.staff(), "giveaway abuse"), s.in("1 of 1", "1 participant sur 1"))
		s.types(s.staff(), "giveaway end")
		s.pass(time.Minute)
		over := s.types(s.staff(), "giveaway abuse", "id", id)
		for _, b := range over.Card.Blocks {
			if b.Kind == chat.BlockControls {
				t.Error("somebody can be taken out of a giveaway that is over")
			}
		}
	})
}

func TestTheViewIsTurnedPageByPage(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro")
	for n := range 20 {
		s.enters(id, fmt.Sprintf("m%02d", n))
	}
	r := s.types(s.staff(), "giveaway abuse")
	s.holds(r, "20 of 20", "Page 1 of 2", "No. 1 — ", "No. 15 — ")
	next := s.presses(s.staff(), control(t, r.Card, "next").Action)
	s.holds(next, "Page 2 of 2", "No. 16 — ", "No. 20 — ")
	if !next.Replace || len(control(t, next.Card, "remove").Options) != 5 {
		t.Error("the page does not take the place of the other, or offers others to take out")
	}
	s.holds(s.presses(s.staff(), chat.Act("giveaway-abuse", "next", id).With("-7")), "Page 1 of 2")
	s.holds(s.presses(s.staff(), chat.Act("giveaway-abuse", "next", "NOSUCHID").With("0")), "does not exist here")
}

func TestAnEmptyGiveawayHasNobodyToLookAt(t *testing.T) {
	s := on(t, chat.Discord)
	s.opens("Nitro")
	s.holds(s.types(s.staff(), "giveaway abuse"), "Nobody has entered")
}

// crowd puts so many entries into a giveaway, of whom every tenth is flagged.
func (s *side) crowd(id string, n int) {
	s.t.Helper()
	long := s.now.Add(-52 * week)
	for first := 0; first < n; first += 5000 {
		c := storage.Change{Now: s.now}
		for i := first; i < min(first+5000, n); i++ {
			ticket := giveaway.Ticket{Created: long.Unix(), Joined: long.Add(time.Duration(i) * 5 * time.Minute).Unix()}
			if i%10 == 0 {
				ticket.Created = s.now.Add(-time.Hour).Unix()
			}
			body, err := json.Marshal(ticket)
			must(s.t, err)
			c.Entries = append(c.Entries, storage.EntryPut{Set: id, Key: fmt.Sprintf("%s:%07d", s.network, i), At: s.now, Body: body})
		}
		_, err := s.store.Commit(s.t.Context(), s.tenant(), c)
		must(s.t, err)
	}
}

func TestACrowdIsLookedAtWithoutBeingKept(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro", "duration", "30d")
	const entrants = 100_000
	s.crowd(id, entrants)
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	began := time.Now()
	r := s.types(s.staff(), "giveaway abuse", "id", id)
	took := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	t.Logf("%d entrants: %v, %d MB allocated in passing", entrants, took.Round(time.Millisecond), (after.TotalAlloc-before.TotalAlloc)>>20)
	s.holds(r, "10,000 of 100,000 entrants deserve", "younger than 7 days at entry: 10,000", "200 most flagged are listed", "Page 1 of 14", "of the 200 most flagged")
	if s.asked != 200 {
		t.Errorf("%d members were looked up for having written", s.asked)
	}
}
