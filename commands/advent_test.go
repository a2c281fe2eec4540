package commands_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games/advent"
	"animo/games/proof"
)

const day = 24 * time.Hour

// advents starts a calendar, posts its first box and returns its id.
func (s *side) advents(args ...string) string {
	s.t.Helper()
	reply := s.types(s.staff(), "advent start", append([]string{"title", "Advent", "boxes", "Poem; Song; Riddle"}, args...)...)
	s.settle()
	found := s.listed(advent.Kind)
	if len(found) == 0 {
		s.t.Fatalf("no calendar was started: %s", said(reply))
	}
	return found[0].ID
}

func (s *side) advent(id string) (out advent.State) {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.Get(s.t.Context(), c, advent.Kind, id)
	must(s.t, err)
	must(s.t, json.Unmarshal(l.State, &out))
	return out
}

func (s *side) box(name, id string, n int) chat.Reply {
	s.t.Helper()
	return s.presses(s.member(name), chat.Act(advent.Kind, advent.OpenVerb(n), id))
}

func TestACalendarFromItsFirstBoxToItsProof(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.advents("prize", "Nitro", "boxes", "Poem | win: Mug; Song | tirage: T-shirt x2; Riddle")
		if n := len(s.posts("general")); n != 2 { // the calendar and its first box
			t.Fatalf("%d posts", n)
		}
		at := s.advent(id).Days[0].Instants[0].At
		lines, err := s.store.Log(t.Context(), s.tenant(), 0, 100)
		must(t, err)
		show := s.types(s.staff(), "advent show")
		s.holds(show, s.in("win: Mug ×1", "gain : Mug ×1"), "Riddle")
		for what, v := range map[string]any{"log": lines, "show": show, "list": s.types(s.member("ann"), "advent list"), "posts": s.posts("general")} {
			raw, err := json.Marshal(v)
			must(t, err)
			if strings.Contains(string(raw), at.UTC().Format("2006-01-02T15:04:05")) || strings.Contains(string(raw), fmt.Sprint(at.Unix())) {
				t.Errorf("the %s tells the hidden instant", what)
			}
		}
		s.holds(s.box("eve", id, 2), s.in("Not yet! Box 2 comes on", "Pas encore ! La case 2 arrive le"))
		s.now = at
		s.holds(s.box("ann", id, 1), s.in("you win Mug", "vous gagnez Mug"), s.in("You have one ticket", "Vous avez 1 ticket"))
		s.holds(s.box("ann", id, 1), s.in("already", "déjà ouvert"))
		s.holds(s.box("bob", id, 1), s.in("No hidden prize for you", "Pas de lot caché pour vous"))
		s.pass(s.advent(id).Days[1].Opens.Sub(s.now))
		for _, name := range []string{"ann", "bob", "eve"} {
			s.platform.AddMember(s.id(name), name != "eve")
			s.box(name, id, 2)
		}
		s.holds(s.box("eve", id, 1), s.in("on its day alone", "que le jour même"))
		s.pass(day)
		if w := s.advent(id).Days[1].Winners; len(w) != 2 || w[0] == s.id("eve") || w[1] == s.id("eve") {
			t.Errorf("box 2 was drawn for %v", w)
		}
		s.holds(s.types(s.member("ann"), "advent verify"), s.in("There is no such calendar", "Il n’y a aucun calendrier"))
		s.box("ann", id, 3)
		s.pass(day)
		s.pass(time.Minute)
		posts := s.posts("general")
		if text := posts[len(posts)-1].Message.Card.Plain(); !strings.Contains(text, s.advent(id).Seed) {
			t.Errorf("the result is\n%s", text)
		}
		r := s.types(s.member("ann"), "advent verify", "id", id)
		s.holds(r, "Advent")
		if len(r.Files) != 1 {
			t.Fatalf("%d files", len(r.Files))
		}
		unpacked, err := gzip.NewReader(bytes.NewReader(r.Files[0].Data))
		must(t, err)
		report, err := proof.Verify(unpacked)
		must(t, err)
		if !report.Verified() || report.Sum.Entrants != 3 || report.Sum.Tickets != 3+1+2+1 {
			t.Errorf("%+v: %v", report.Sum, report.Faults())
		}
	})
}

// drafted prepares a calendar of four boxes up to its preview.
func (s *side) drafted(answers ...string) chat.Reply {
	s.t.Helper()
	if !s.registry.OpensForm(chat.Invoked{Path: []string{"advent", "create"}}) {
		s.t.Error("the frame is not told of the form")
	}
	form := s.types(s.staff(), "advent create").Form
	return s.fills(s.staff(), form, append([]string{"title", "Advent", "days", "4", "boxes", "Poem\nSong | win: Mug"}, answers...)...)
}

func TestACalendarIsPreparedBoxByBox(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafted("prize", "Nitro x2")
		s.holds(r, "🎄 Advent", s.in("Box 1: Poem", "Case 1 : Poem"), s.in("Box 2: Song · win: Mug ×1", "Case 2 : Song · gain : Mug ×1"),
			s.in("Box 3: empty", "Case 3 : vide"), s.in("This is how it will look", "Voici ce qui paraîtra"))
		s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("Box 3 is empty", "La case 3 est vide"))
		menu := control(t, r.Card, "box")
		if !s.registry.OpensForm(chat.Pressed{Action: menu.Action}) || len(menu.Options) != 4 {
			t.Fatalf("%+v", menu)
		}
		form := s.presses(s.staff(), menu.Action, "2").Form
		if got := shown(form); got["text"] != "Song" || got["win"] != "Mug" {
			t.Errorf("the form of box 2 shows %v", got)
		}
		r = s.fills(s.staff(), form, "win", "Cup x3", "draw", "T-shirt")
		s.holds(r, s.in("Box 2: Song · win: Cup ×3 · draw: T-shirt ×1", "Case 2 : Song · gain : Cup ×3 · tirage : T-shirt ×1"))
		for _, n := range []string{"3", "4"} {
			r = s.fills(s.staff(), s.presses(s.staff(), menu.Action, n).Form, "text", "A | B "+n)
		}
		s.holds(r, "A / B 3", "A / B 4")
		r = s.presses(s.staff(), control(t, r.Card, "catch_up").Action)
		s.holds(r, s.in("Each box on its day alone", "Chaque case le jour même"))
		s.presses(s.staff(), control(t, r.Card, "channel").Action, string(s.channel("contests")))
		s.changesNothing(func() {
			s.holds(s.presses(s.staff(), control(t, r.Card, "channel").Action, string(s.channel("locked"))), s.in("Send Messages", "Envoyer des messages"))
		})
		s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("stands in", "est en place"))
		s.settle()
		state := s.advent(s.listed(advent.Kind)[0].ID)
		if !state.CatchUp || state.Final != (advent.Lot{Prize: "Nitro", Winners: 2}) || len(state.Boxes) != 4 || state.Boxes[1].Instant.Winners != 3 {
			t.Errorf("%+v", state.Params)
		}
		if n := len(s.posts("contests")); n != 2 {
			t.Errorf("%d posts", n)
		}
		s.holds(s.presses(s.staff(), control(t, r.Card, "launch").Action), s.in("launched or thrown away", "lancé ou abandonné"))
	})
}

func TestAPastedListReplacesTheBoxes(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		r := s.drafted()
		form := s.presses(s.staff(), control(t, r.Card, "list").Action).Form
		want := s.in("Poem\nSong | win: Mug\n-\n-", "Poem\nSong | gain: Mug\n-\n-")
		if got := shown(form)["boxes"]; got != "Poem\nSong | win: Mug" && got != want {
			t.Errorf("the form shows %q", got)
		}
		r = s.fills(s.staff(), form, "boxes", "One\nTwo\nThree\nFour")
		s.holds(r, s.in("Box 4: Four", "Case 4 : Four"))
		s.holds(s.presses(s.staff(), control(t, r.Card, "discard").Action), s.in("thrown away", "abandonné"))
	})
}

func TestMistakesInACalendarAreNamedWhereTheyAre(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for _, row := range []struct {
			field, typed, english, french string
		}{
			{"title", " ", "needs a title", "a besoin d’un titre"},
			{"starts", "someday", "someday", "someday"},
			{"days", "many", "not a possible number of boxes", "n’est pas un nombre de cases possible"},
			{"days", "32", "choose from 2 to 31", "choisissez de 2 à 31"},
			{"prize", "Nitro x999", "The prize of the final draw needs", "Le lot du tirage final demande"},
			{"boxes", "a\nb\nc\nd\ne", "5 boxes are listed and 4 are asked for", "5 cases figurent dans la liste, et 4 sont demandées"},
			{"boxes", "a\nb | what", "Box 2: “what” is neither", "Case 2 : « what » n’est ni"},
			{"boxes", "a\nb | win: Mug x11", "The hidden prize of box 2", "Le lot caché de la case 2"},
			{"boxes", "a | draw: Shirt x21", "drawn for box 1", "tiré au sort de la case 1"},
		} {
			r := s.drafted(row.field, row.typed)
			s.holds(r, s.in(row.english, row.french))
			if s.platform.Caps.FormErrors {
				if r.Wrong[row.field] == "" || len(r.Wrong) != 1 {
					t.Errorf("%s %q: beside the fields stands %v", row.field, row.typed, r.Wrong)
				}
				continue
			}
			again := s.presses(s.staff(), control(t, r.Card, "edit").Action).Form
			if got := shown(again); row.field != "boxes" && got[row.field] != row.typed {
				t.Errorf("what was typed is lost: %v", got)
			}
		}
		s.changesNothing(func() {
			s.holds(s.types(s.staff(), "advent start", "title", "x", "boxes", "one"), s.in("has 2 to 31", "de 2 à 31"))
			s.holds(s.types(s.staff(), "advent start", "title", "x", "boxes", "a; -; c"), s.in("Box 2 is empty", "La case 2 est vide"))
		})
	})
}

func TestABoxToComeIsEdited(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		id := s.advents()
		s.holds(s.types(s.staff(), "advent edit", "box", "3"), s.in("Say which box", "Dites quelle case"))
		s.holds(s.types(s.staff(), "advent edit", "text", "x"), s.in("Say which box", "Dites quelle case"))
		s.holds(s.types(s.staff(), "advent edit", "box", "1", "text", "x"), s.in("has come already", "est déjà arrivée"))
		s.holds(s.types(s.staff(), "advent edit", "box", "9", "text", "x"), s.in("numbered from 1 to 3", "numérotées de 1 à 3"))
		s.holds(s.types(s.staff(), "advent edit"), s.in("Nothing to change", "Rien à changer"))
		s.holds(s.types(s.staff(), "advent edit", "box", "3", "win", "Mug x2", "prize", "Nitro", "title", "Avent"), s.in("is changed", "est modifié"))
		if state := s.advent(id); state.Boxes[2].Text != "Riddle" || len(state.Days[2].Instants) != 2 || state.Title != "Avent" {
			t.Errorf("%+v", state.Boxes)
		}
		s.holds(s.types(s.staff(), "advent edit", "box", "3", "win", "-"), s.in("is changed", "est modifié"))
		if b := s.advent(id).Boxes[2]; b.Instant != (advent.Lot{}) {
			t.Errorf("%+v", b)
		}
		s.holds(s.types(s.member("ann"), "advent edit", "title", "x"), s.in("team", "équipe"))
		s.holds(s.types(s.staff(), "advent end"), s.in("ends now", "s’arrête ici"))
		s.pass(time.Minute)
		s.holds(s.types(s.staff(), "advent end", "id", id), s.in("over already", "déjà terminé"))
		s.holds(s.types(s.staff(), "advent end", "id", "nothing"), s.in("There is no calendar", "Il n’y a pas de calendrier"))
	})
}

// Members who press side by side lose no box, and a hidden prize is won once.
func TestACrowdOpensBoxesSideBySide(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.advents("catch_up", "true", "boxes", "Poem; Song; Riddle | win: Mug x2")
	c, err := s.book.Load(t.Context(), chat.CommunityID(s.space))
	must(t, err)
	b, err := words()
	must(t, err)
	const crowd = 40
	press := func(m, n, try int) chat.Pressed {
		return chat.Pressed{
			Meta:   chat.Meta{ID: fmt.Sprintf("crowd-%d-%d-%d", m, n, try), Space: s.space, Actor: s.member(fmt.Sprint("m", m))},
			Action: chat.Act(advent.Kind, advent.OpenVerb(n), id),
		}
	}
	s.pass(2 * day)
	s.now = s.advent(id).Days[2].Ends.Add(-time.Second) // each instant has come
	var all sync.WaitGroup
	var lock sync.Mutex
	won := 0
	for m := range crowd {
		for n := range 3 {
			for try := range 2 {
				all.Go(func() {
					r, err := s.engine.Press(t.Context(), c, press(m, n+1, try), b.Printer(chat.English))
					if err != nil {
						t.Error(err)
					}
					lock.Lock()
					defer lock.Unlock()
					if strings.Contains(said(r), "you win Mug") {
						won++
					}
				})
			}
		}
	}
	began := time.Now()
	all.Wait()
	t.Logf("%d presses in %s", 6*crowd, time.Since(began))
	if won != 2 {
		t.Errorf("%d were told that they won one of 2", won)
	}
	for m := range crowd {
		e, err := s.store.Entry(t.Context(), s.tenant(), id, string(s.id(fmt.Sprint("m", m))))
		must(t, err)
		if o, err := advent.ReadOpened(e.Body); err != nil || o.Count() != 3 || !o.OnTime(3) || o.OnTime(1) {
			t.Fatalf("m%d has %+v: %v", m, o, err)
		}
	}
}
