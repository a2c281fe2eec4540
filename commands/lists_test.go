package commands_test

import (
	"context"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/commands"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
)

func TestAnIDMayBeLeftOutWhenThereIsOnlyOne(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for _, verb := range []string{"end", "cancel", "pause", "resume", "edit", "delete", "show", "entrants", "export", "reroll"} {
			s.changesNothing(func() {
				s.holds(s.types(s.staff(), "giveaway "+verb), s.in("no such giveaway", "aucun concours de ce genre"), s.path("giveaway list"))
			})
		}
		s.opens("First")
		s.holds(s.types(s.staff(), "giveaway show"), "First")
		second := s.opens("Second")
		for _, verb := range []string{"end", "pause", "delete", "show", "export"} {
			s.changesNothing(func() {
				s.holds(s.types(s.staff(), "giveaway "+verb), s.in("There are several", "Il y en a plusieurs"), "id:"+second, s.path("giveaway list"))
			})
		}
		s.holds(s.types(s.staff(), "giveaway show", "id", second), "Second")
	})
}

func TestTheExampleOfAnIDIsOnePieceOfCode(t *testing.T) {
	s := on(t, chat.Discord)
	s.opens("First")
	second := s.opens("Second")
	r := s.types(s.staff(), "giveaway end")
	for i, in := range r.Card.Blocks[0].Line {
		if in.Kind == chat.KindCode && i > 0 && r.Card.Blocks[0].Line[i-1].Kind == chat.KindCode {
			t.Error("two pieces of code touch each other: Discord shows their backticks")
		}
	}
	s.holds(r, "id:"+second)
}

func TestStaffSeeAListOfWhatRunsAndWhatEnded(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		s.holds(s.types(s.member("m1"), "giveaway list"), s.in("no giveaway yet", "encore aucun concours"), s.path("giveaway start"))
		over := s.won("Old book", "1", "m1")
		long := s.opens("L" + strings.Repeat("o", 190) + "ng")
		s.enters(long, "m1", "m2")
		s.types(s.staff(), "giveaway pause", "id", long)
		r := s.types(s.member("m1"), "giveaway list")
		s.holds(r, s.in("Running", "En cours"), s.in("Ended", "Terminés"), "Old book", over, long, s.in("paused", "en pause"), s.in("entrants: 2", "participants : 2"), "general", "oo…")
		if strings.Contains(said(r), "ng in") {
			t.Error("a long prize fills the list")
		}
	})
}

func TestAListIsShortHoweverManyThereAre(t *testing.T) {
	s := on(t, chat.Discord)
	for n := range 12 {
		s.opens(fmt.Sprintf("Prize %02d %s", n, strings.Repeat("x", 180)))
	}
	text := said(s.types(s.staff(), "giveaway list"))
	if n := strings.Count(text, "Prize"); n != 10 || strings.Contains(text, "Prize 01") || !strings.Contains(text, "Prize 11") {
		t.Errorf("%d are listed, not the last ten", n)
	}
	s.holds(s.types(s.staff(), "giveaway list"), "Only the latest 10 are listed")
	if len([]rune(text)) > s.platform.Caps.MaxText {
		t.Errorf("the list has %d characters", len([]rune(text)))
	}
}

func TestShowTellsOfEveryDraw(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.won("Nitro", "1", "m1", "m2", "m3")
		s.types(s.staff(), "giveaway reroll", "id", id)
		s.pass(time.Minute)
		r := s.types(s.staff(), "giveaway show")
		s.holds(r, "Nitro", s.in("Draw no. 1", "Tirage n° 1"), s.in("Draw no. 2", "Tirage n° 2"), s.in("by @", "par @")+string(s.staff().ID))
		for _, b := range r.Card.Blocks {
			if b.Kind == chat.BlockControls {
				t.Error("the private copy of the card has buttons")
			}
		}
		s.won("Timed", "1", "m1")
		s.pass(3 * time.Hour)
	})
}

func TestADrawThatCameByItselfIsAnimos(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro")
	s.enters(id, "m1")
	s.pass(3 * time.Hour)
	s.holds(s.types(s.staff(), "giveaway show", "id", id), "by Animo: @discord:m1")
}

// completes asks for suggestions for an option.
func (s *side) completes(by chat.Actor, path, option, partial string) []chat.Choice {
	s.t.Helper()
	return s.send(chat.Completing{Meta: s.meta(by), Path: strings.Fields(path), Option: option, Partial: partial}).Choices
}

func TestIDsAreSuggestedWhileOneTypes(t *testing.T) {
	s := on(t, chat.Discord)
	first := s.opens("First prize of the Évent")
	for n := range 30 {
		s.opens(fmt.Sprint("Book ", n))
	}
	over := s.won("Ended book", "1", "m1")
	all := s.completes(s.staff(), "giveaway end", "id", "")
	if len(all) != 25 {
		t.Errorf("%d suggestions", len(all))
	}
	for _, c := range all {
		if c.Value == over || len([]rune(c.Label)) > 75 || !strings.HasPrefix(c.Label, c.Value) {
			t.Errorf("suggested: %+v", c)
		}
	}
	for _, partial := range []string{"first", strings.ToLower(first), " évent "} {
		if got := s.completes(s.staff(), "giveaway end", "id", partial); len(got) != 1 || got[0].Value != first {
			t.Errorf("%q suggests %v", partial, got)
		}
	}
	if got := s.completes(s.staff(), "giveaway reroll", "id", "book"); len(got) != 1 || got[0].Value != over {
		t.Errorf("a reroll suggests %v", got)
	}
	if got := s.completes(s.staff(), "giveaway show", "id", "ended"); len(got) != 1 {
		t.Errorf("show suggests %v", got)
	}
	s.changesNothing(func() {
		for path, option := range map[string]string{"giveaway end": "reason", "giveaway start": "prize", "karaoke": "id", "help": "topic"} {
			if got := s.completes(s.staff(), path, option, ""); len(got) != 0 {
				t.Errorf("%s %s suggests %v", path, option, got)
			}
		}
		if got := s.completes(s.member("m1"), "giveaway end", "id", ""); len(got) != 0 {
			t.Errorf("a member without the right learns of %v", got)
		}
	})
}

func TestEntrantsAreTurnedPageByPage(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.opens("Nitro")
		s.holds(s.types(s.staff(), "giveaway entrants"), s.in("Nobody has entered", "Personne ne s’est inscrit"))
		for n := range 32 {
			s.enters(id, fmt.Sprintf("m%02d", n))
		}
		var r chat.Reply
		s.changesNothing(func() { r = s.types(s.staff(), "giveaway entrants") })
		seen := map[string]bool{}
		for page := 1; ; page++ {
			s.holds(r, fmt.Sprintf(s.in("Page %d of 3", "Page %d sur 3"), page), s.in("32 entrants", "32 participants"))
			for n := range 32 {
				if who := fmt.Sprintf("m%02d", n); strings.Contains(said(r), who) {
					if seen[who] {
						t.Errorf("%s is listed twice", who)
					}
					seen[who] = true
				}
			}
			next := control(t, r.Card, "next")
			if first := control(t, r.Card, "previous"); first.Disabled != (page == 1) || next.Disabled != (page == 3) {
				t.Errorf("on page %d the buttons are %v and %v", page, first.Disabled, next.Disabled)
			}
			if next.Disabled {
				break
			}
			if r = s.presses(s.staff(), next.Action); !r.Replace {
				t.Error("each page is a message of its own")
			}
		}
		if len(seen) != 32 {
			t.Errorf("%d of 32 are listed", len(seen))
		}
		for arg, page := range map[string]string{"-5": "1", "99999999": "3", "x": "1", "": "1"} {
			s.holds(s.presses(s.staff(), chat.Act("giveaway-pages", "next", id).With(arg)), "Page "+page)
		}
		s.holds(s.presses(s.member("m00"), chat.Act("giveaway-pages", "next", id).With("1")), s.in("for the team", "réservé à l’équipe"))
	})
}

func TestWinnersAreMarkedAmongTheEntrants(t *testing.T) {
	s := on(t, chat.Slack)
	s.won("Nitro", "1", "m1", "m2", "m3")
	text := said(s.types(s.staff(), "giveaway entrants"))
	if strings.Count(text, "🏆") != 1 || !strings.Contains(text, string(winnersOf(s.posts("general")[1])[0])) {
		t.Errorf("the winner is not marked:\n%s", text)
	}
}

func TestTheExportIsATableOfIDsAlone(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.won(`=cmd|"/c calc"!A1`, "1", "m1", "m2", "m3")
		var r chat.Reply
		s.changesNothing(func() { r = s.types(s.staff(), "giveaway export") })
		s.holds(r, s.in("3 entrants", "3 participants"))
		if r.Public || len(r.Files) != 1 || r.Files[0].Name != "giveaway-"+id+".csv" || r.Files[0].Type != "text/csv" {
			t.Fatalf("the file is %+v", r.Files)
		}
		rows, err := csv.NewReader(strings.NewReader(string(r.Files[0].Data))).ReadAll()
		must(t, err)
		won := 0
		for i, row := range rows {
			for _, cell := range row {
				if strings.ContainsAny(cell[:min(len(cell), 1)], "=+-@\t\r") {
					t.Errorf("a table program would run %q", cell)
				}
			}
			if i > 0 && row[3] == "1" {
				won++
			}
		}
		want := []string{string(s.id("m1")), "1", noon.Add(time.Second).Format(time.RFC3339)}
		if len(rows) != 4 || strings.Join(rows[0], " ") != "member number entered_at won_in_round" || strings.Join(rows[1][:3], " ") != strings.Join(want, " ") || won != 1 {
			t.Errorf("the table is %q", rows)
		}
	})
}

// crowd is a store in which a million entered.
type crowd struct {
	storage.Store
	served int
}

func (c *crowd) Tally(context.Context, storage.Tenant, string) (storage.Tally, error) {
	return storage.Tally{Entries: 1_000_000}, nil
}

func (c *crowd) Entries(_ context.Context, _ storage.Tenant, _, _ string, limit int) ([]storage.Entry, error) {
	page := make([]storage.Entry, limit)
	for i := range page {
		c.served++
		page[i] = storage.Entry{Key: fmt.Sprintf("discord:%020d", c.served), Seq: int64(c.served), At: noon}
	}
	return page, nil
}

func TestAnExportThatIsTooLargeIsRefusedBeforeItFillsMemory(t *testing.T) {
	for _, l := range chat.Languages() {
		s := newHouse(t).side(chat.Discord, l)
		s.opens("Nitro")
		full := &crowd{Store: s.store}
		deps := s.registry.Deps
		config := deps.Engine.Config
		config.Store = full
		engine, err := engine.New(config)
		must(t, err)
		deps.Store, deps.Engine = full, engine
		r, err := commands.NewRegistry(deps, commands.All)
		must(t, err)
		s.registry = r
		got := s.types(s.staff(), "giveaway export")
		s.holds(got, s.in("1,000,000", "1 000 000"), "8 M", s.path("giveaway entrants"))
		if got.Files != nil || full.served > 400_000 {
			t.Errorf("%d entries were read, files: %d", full.served, len(got.Files))
		}
	}
}

func TestAFarPageIsReachedOverManyEntrants(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro")
	var c storage.Change
	for n := range 500 {
		c.Entries = append(c.Entries, storage.EntryPut{Set: id, Key: fmt.Sprintf("discord:%05d", n), At: noon})
	}
	_, err := s.store.Commit(t.Context(), s.tenant(), c)
	must(t, err)
	s.holds(s.presses(s.staff(), chat.Act("giveaway-pages", "next", id).With("33")), "Page 34 of 34", "00495", "00499")
	if id := chat.Act(giveaway.Kind, giveaway.VerbLeave, id).String(); len(id) > chat.MaxAction {
		t.Errorf("the action has %d bytes", len(id))
	}
}
