package advent_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/advent"
	"animo/games/gamestest"
	"animo/games/proof"
)

const day = 24 * time.Hour

func words(t *testing.T) *i18n.Bundle {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// begin starts a calendar of four boxes, the first of which comes at once.
func begin(t *testing.T, change ...func(*advent.Params)) *world {
	t.Helper()
	w := gamestest.NewWorld(words(t), advent.Rules{})
	w.Private = chat.English
	p := advent.Params{Title: "Advent"}
	for n := range 4 {
		p.Boxes = append(p.Boxes, advent.Box{Text: fmt.Sprint("Poem ", n+1)})
	}
	for _, f := range change {
		f(&p)
	}
	if r := w.Start(t, p); r != nil {
		t.Fatal(r)
	}
	w.SettleUntil(t, w.Now)
	return w
}

func catchUp(p *advent.Params) { p.CatchUp = true }

func final(p *advent.Params) { p.Final = advent.Lot{Prize: "Nitro", Winners: 1} }

func hides(n, winners int) func(*advent.Params) {
	return func(p *advent.Params) { p.Boxes[n-1].Instant = advent.Lot{Prize: "Mug", Winners: winners} }
}

func draws(n, winners int) func(*advent.Params) {
	return func(p *advent.Params) { p.Boxes[n-1].Draw = advent.Lot{Prize: "Shirt", Winners: winners} }
}

// days lets days go by, and does what comes due.
func days(t *testing.T, w *world, n int) {
	t.Helper()
	w.SettleUntil(t, w.Now.Add(time.Duration(n)*day))
}

func opens(t *testing.T, w *world, m, n int) chat.Card {
	t.Helper()
	if r := w.Press(t, w.Members[m], advent.OpenVerb(n)); r != nil {
		t.Fatalf("box %d: %v", n, r)
	}
	if w.Reply.Card == nil || w.Reply.Public {
		t.Fatalf("no private answer: %+v", w.Reply)
	}
	return *w.Reply.Card
}

func refuses(t *testing.T, w *world, m, n int, wants ...string) {
	t.Helper()
	r := w.Press(t, w.Members[m], advent.OpenVerb(n))
	if r == nil {
		t.Fatalf("box %d is opened", n)
	}
	says(t, chat.Say(r.Line), wants...)
}

func says(t *testing.T, c chat.Card, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if got := strings.ReplaceAll(c.Plain(), "\u00a0", " "); !strings.Contains(got, want) {
			t.Errorf("%q is missing in:\n%s", want, got)
		}
	}
}

func lacks(t *testing.T, c chat.Card, what ...string) {
	t.Helper()
	for _, w := range what {
		if strings.Contains(c.Plain(), w) {
			t.Errorf("%q stands in:\n%s", w, c.Plain())
		}
	}
}

func shown(w *world) chat.Card { return advent.Rules{}.Show(w.State, w.Look()) }

// post is the card of a slot.
func post(t *testing.T, w *world, slot string) chat.Card {
	t.Helper()
	for _, p := range w.Posts {
		if p.Slot == slot {
			return p.Card
		}
	}
	t.Fatalf("%s was not posted", slot)
	return chat.Card{}
}

func opened(t *testing.T, w *world, m int) advent.Opened {
	t.Helper()
	o, err := advent.ReadOpened(w.Entries[w.Members[m]].Body)
	if err != nil {
		t.Fatal(err)
	}
	return o
}

func TestEachDayABoxComesAndIsOpenedOnce(t *testing.T) {
	w := begin(t)
	says(t, post(t, w, "day-1"), "Box 1 of 4", "today’s box can be opened until")
	says(t, shown(w), "Box 1 of 4", "A box opens on its day alone")
	says(t, opens(t, w, 0, 1), "Box 1", "Poem 1")
	refuses(t, w, 0, 2, "Not yet! Box 2 comes on 2026-03-02 12:00 UTC")
	says(t, opens(t, w, 0, 1), "Poem 1", "opened this box already")
	if w.Last.Update != nil || w.Last.Enter != nil || w.Last.State != nil {
		t.Errorf("opening again writes %+v", w.Last)
	}
	days(t, w, 1)
	refuses(t, w, 1, 1, "on its day alone")
	says(t, opens(t, w, 0, 2), "Poem 2", "2 days in a row")
	if w.Last.State != nil {
		t.Error("members who open an ordinary box hinder each other")
	}
	refuses(t, w, 0, 9, "numbered from 1 to 4")
}

func TestACardSaysNothingOfWhatIsToCome(t *testing.T) {
	w := begin(t, hides(3, 1), draws(2, 1))
	lacks(t, shown(w), "Poem", "Mug", "Shirt")
	lacks(t, post(t, w, "day-1"), "Poem", "Mug", "Shirt")
	days(t, w, 1)
	says(t, post(t, w, "day-2"), "one wins Shirt")
	days(t, w, 1)
	says(t, post(t, w, "day-3"), "A prize is hidden today: Mug")
}

func TestAMissedBoxIsOpenedLaterWhereThatIsAllowed(t *testing.T) {
	w := begin(t, catchUp, final)
	days(t, w, 2)
	says(t, opens(t, w, 0, 3), "Poem 3", "You have one ticket")
	if w.Last.State != nil {
		t.Error("who enters for the first time waits for others")
	}
	if r := w.Press(t, w.Members[0], advent.VerbMine); r != nil {
		t.Fatal(r)
	}
	says(t, *w.Reply.Card, "Boxes opened: 1 of 4")
	var menu chat.Control
	for _, b := range w.Reply.Card.Blocks {
		for _, c := range b.Controls {
			if c.Kind == chat.ControlMenu {
				menu = c
			}
		}
	}
	if len(menu.Options) != 2 || menu.Options[0].Value != "1" {
		t.Fatalf("the menu offers %+v", menu.Options)
	}
	r := w.Do(t, games.Pressed{By: chat.Actor{ID: w.Members[0]}, Verb: menu.Action.Verb, Values: []string{"1"}})
	if r != nil {
		t.Fatal(r)
	}
	says(t, *w.Reply.Card, "Poem 1", "Opened after its day", "You have 2 tickets")
	lacks(t, *w.Reply.Card, "in a row")
	if o := opened(t, w, 0); !o.Has(1) || o.OnTime(1) || !o.OnTime(3) {
		t.Errorf("%+v", o)
	}
	if w.Last.State == nil {
		t.Error("two boxes that are caught up with at once could lose one")
	}
	w.Settle(t)
	refuses(t, w, 0, 2, "is over")
}

func TestStreaksGiveTickets(t *testing.T) {
	w := begin(t, final, func(p *advent.Params) {
		for n := range 6 {
			p.Boxes = append(p.Boxes, advent.Box{Text: fmt.Sprint(n)})
		}
	})
	var card chat.Card
	for n := 1; n <= 8; n++ {
		if n != 4 { // a streak of three, then one of four
			card = opens(t, w, 0, n)
		}
		days(t, w, 1)
	}
	says(t, card, "4 days in a row", "You have 9 tickets")
	o := opened(t, w, 0)
	if got := w.State.Tickets(o); got != 7+2 {
		t.Errorf("%d tickets", got)
	}
	if got := w.State.Streak(o, 3); got != 3 {
		t.Errorf("a streak of %d", got)
	}
}

// instant is when the first prize of a box is to be won.
func instant(w *world, n int) time.Time { return w.State.Days[n-1].Instants[0].At }

func TestTheFirstToOpenAfterTheInstantWins(t *testing.T) {
	w := begin(t, hides(1, 1))
	at := instant(w, 1)
	w.Now = at.Add(-time.Second)
	lacks(t, opens(t, w, 0, 1), "you win")
	w.Now = at
	says(t, opens(t, w, 0, 1), "already") // a second press wins nothing
	says(t, opens(t, w, 1, 1), "at the right instant: you win Mug")
	says(t, post(t, w, "win-1-1"), "@"+string(w.Members[1]), "wins Mug")
	lacks(t, opens(t, w, 2, 1), "you win")
	says(t, shown(w), "Box 1: @"+string(w.Members[1])+" — Mug")
	if n := len(w.State.Days[0].Instants); n != 1 {
		t.Errorf("%d instants", n)
	}
}

func TestWhileAPrizeIsHiddenBoxesAreOpenedOneAfterTheOther(t *testing.T) {
	w := begin(t, hides(2, 1))
	for m := range 3 {
		opens(t, w, m, 1)
	}
	days(t, w, 1)
	w.Now = instant(w, 2).Add(-time.Second)
	opens(t, w, 0, 2)
	if w.Last.State == nil {
		t.Error("of two presses by one member both could count")
	}
	w.Now = instant(w, 2)
	opens(t, w, 1, 2)
	opens(t, w, 2, 2)
	if w.Last.State != nil {
		t.Error("nothing is hidden any more, and members still wait for each other")
	}
}

func TestALateOpeningWinsNothing(t *testing.T) {
	w := begin(t, hides(1, 1), catchUp)
	days(t, w, 1)
	lacks(t, opens(t, w, 0, 1), "you win")
	if w.State.Days[0].Instants[0].Member != "" {
		t.Errorf("%+v", w.State.Days[0])
	}
}

func TestAtTheEndOfItsDayABoxIsDrawnAmongThoseWhoOpenedIt(t *testing.T) {
	w := begin(t, draws(1, 2), catchUp)
	for m := range 3 {
		says(t, opens(t, w, m, 1), "You are in today’s draw for Shirt")
	}
	w.Gone[w.Members[0]] = true
	days(t, w, 1)
	opens(t, w, 4, 1) // late
	winners := w.State.Days[0].Winners
	if len(winners) != 2 || winners[0] == w.Members[0] || winners[1] == w.Members[0] || winners[0] == winners[1] {
		t.Fatalf("%v", winners)
	}
	says(t, post(t, w, "drawn-1"), "these 2 members win Shirt", "@"+string(winners[0]), "@"+string(winners[1]))
	if len(w.Directs) != 2 {
		t.Errorf("%d directs", len(w.Directs))
	}
	w.Settle(t)
	if w.State.Phase != advent.PhaseAnnounced || len(w.State.Draws) > 0 {
		t.Errorf("%s", w.State.Phase)
	}
}

func TestTheFinalDrawIsProved(t *testing.T) {
	w := begin(t, final, draws(4, 1))
	commitment := ""
	for _, line := range strings.Split(post(t, w, advent.SlotCard).Plain(), "\n") {
		if _, c, ok := strings.Cut(line, "commitment "); ok {
			commitment = c
		}
	}
	for n := 1; n <= 4; n++ {
		for m := range 5 - n {
			opens(t, w, m, n)
		}
		days(t, w, 1)
	}
	w.Settle(t)
	says(t, post(t, w, advent.SlotResult), "Advent is over. 4 members took part.", "The final draw of Nitro is won by", "Seed "+w.State.Seed)
	var file bytes.Buffer
	if err := w.State.WriteProof(&file, "WRLD2345", w.Look().Bodies()); err != nil {
		t.Fatal(err)
	}
	report, err := proof.Verify(&file)
	if err != nil || !report.Verified() {
		t.Fatalf("%v %v", err, report.Faults())
	}
	if report.Header.Commitment.String() != commitment || report.Sum.Entrants != 4 || report.Sum.Tickets != 4+3+2+1+2 {
		t.Errorf("%+v, the card has %q", report.Sum, commitment)
	}
	seed, err := proof.ParseSeed(w.State.Seed)
	if err != nil {
		t.Fatal(err)
	}
	if seed.Commitment().String() != commitment {
		t.Error("the seed is not the one that bound the calendar")
	}
}

func TestWhatWasSleptThroughIsNotPostedInABurst(t *testing.T) {
	for _, catches := range []bool{false, true} {
		w := begin(t, final, func(p *advent.Params) { p.CatchUp = catches })
		opens(t, w, 0, 1)
		posts := len(w.Posts)
		w.Now = w.Now.Add(2*day + time.Hour) // of the third day
		w.Wake(t, advent.WakeDay)
		if len(w.Posts) != posts+1 || w.Posts[posts].Slot != "day-3" || w.State.Today != 3 {
			t.Fatalf("%d posts, day %d", len(w.Posts)-posts, w.State.Today)
		}
		says(t, opens(t, w, 0, 3), "2 days in a row") // the missed day breaks nothing
		if catches {
			says(t, w.Posts[posts].Card, "under “My calendar”")
			says(t, opens(t, w, 0, 2), "Poem 2")
		} else {
			says(t, w.Posts[posts].Card, "are lost")
			refuses(t, w, 0, 2, "on its day alone")
		}
		if due := w.Wakes[advent.WakeDay]; !due.Equal(w.State.Days[3].Opens) {
			t.Errorf("the next box comes at %s", due)
		}
	}
}

func TestACalendarSleptThroughToItsEndIsDrawnAllTheSame(t *testing.T) {
	w := begin(t, final, draws(1, 1))
	opens(t, w, 0, 1)
	w.Now = w.Now.Add(30 * day)
	w.Settle(t)
	if w.State.Phase != advent.PhaseAnnounced || len(w.State.Result.Kept) != 1 || len(w.State.Days[0].Winners) != 1 {
		t.Errorf("%+v", w.State)
	}
	for _, p := range w.Posts {
		if p.Slot == "day-2" || p.Slot == "day-4" {
			t.Errorf("%s is posted", p.Slot)
		}
	}
}

func TestStaffEndACalendar(t *testing.T) {
	w := begin(t, final)
	opens(t, w, 0, 1)
	if r := w.Order(t, advent.OrderEnd, nil); r != nil {
		t.Fatal(r)
	}
	refuses(t, w, 1, 1, "is over")
	w.Settle(t)
	if got := w.State.Result.Kept; len(got) != 1 || got[0] != w.Members[0] {
		t.Errorf("%v", got)
	}
	if r := w.Order(t, advent.OrderEnd, nil); r == nil {
		t.Error("it is ended twice")
	}
	coming := begin(t, final, func(p *advent.Params) { p.Starts = time.Date(2026, 3, 5, 9, 0, 0, 0, time.UTC) })
	coming.Order(t, advent.OrderEnd, nil)
	coming.Settle(t)
	if coming.State.Phase != advent.PhaseCancelled || len(coming.Posts) != 1 {
		t.Errorf("%s, %d posts", coming.State.Phase, len(coming.Posts))
	}
	says(t, shown(coming), "Called off")
}

func TestWhatIsInABoxThatHasComeStays(t *testing.T) {
	w := begin(t, hides(3, 1))
	box := func(b advent.Box) string {
		raw, err := json.Marshal(b)
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	as := box(advent.Box{Text: "Other", Instant: advent.Lot{Prize: "Cup", Winners: 2}})
	if r := w.Order(t, advent.OrderEdit, map[string]string{advent.ArgNo: "1", advent.ArgBox: as}); r == nil {
		t.Error("the box of today changes")
	}
	at := instant(w, 3)
	if r := w.Order(t, advent.OrderEdit, map[string]string{advent.ArgNo: "3", advent.ArgBox: as}); r != nil {
		t.Fatal(r)
	}
	instants := w.State.Days[2].Instants
	if len(instants) != 2 || instants[0].At.After(instants[1].At) || !instants[0].At.Equal(at) && !instants[1].At.Equal(at) {
		t.Errorf("%v, before %s", instants, at)
	}
	says(t, shown(w), "Box 3 changed on")
	lacks(t, shown(w), "Cup", "Other")
	if r := w.Order(t, advent.OrderEdit, map[string]string{"title": "Advent"}); r == nil {
		t.Error("an edit that changes nothing is no mistake")
	}
}

// at starts a calendar of three boxes in a zone and returns when they come.
func at(t *testing.T, zone string, first time.Time) []advent.Day {
	t.Helper()
	z, err := time.LoadLocation(zone)
	if err != nil {
		t.Fatal(err)
	}
	w := gamestest.NewWorld(words(t), advent.Rules{})
	l := w.Look()
	l.Zone, l.Now, l.Chance = z, first.Add(-day), rand.NewChaCha8([32]byte{})
	p := advent.Params{Title: "Advent", Boxes: []advent.Box{{Text: "a"}, {Text: "b"}, {Text: "c"}}, Starts: first}
	raw, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	o, err := advent.Rules{}.Decide(advent.State{}, games.Started{Params: raw}, l)
	if err != nil {
		t.Fatal(err)
	}
	return o.State.Days
}

func TestBoxesComeAtOneTimeOfTheDayAlsoWhenTheClocksChange(t *testing.T) {
	for _, row := range []struct {
		name, zone, first string
		opens             []string
		hours             []float64
	}{
		{
			"an ordinary week", "Europe/Paris", "2026-12-01T09:00:00+01:00",
			[]string{"2026-12-01T08:00:00Z", "2026-12-02T08:00:00Z", "2026-12-03T08:00:00Z"},
			[]float64{24, 24, 24},
		},
		{
			"the clocks go forward", "Europe/Paris", "2026-03-28T09:00:00+01:00",
			[]string{"2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z", "2026-03-30T07:00:00Z"},
			[]float64{23, 24, 24},
		},
		{
			"the clocks go back", "Europe/Paris", "2026-10-24T09:00:00+02:00",
			[]string{"2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z", "2026-10-26T08:00:00Z"},
			[]float64{25, 24, 24},
		},
		{
			"a time that is skipped comes right after the skip", "Europe/Paris", "2026-03-28T02:30:00+01:00",
			[]string{"2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z"},
			[]float64{23.5, 23.5, 24},
		},
		{
			"a time that comes twice is the first", "Europe/Paris", "2026-10-24T02:30:00+02:00",
			[]string{"2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"},
			[]float64{24, 25, 24},
		},
	} {
		first, err := time.Parse(time.RFC3339, row.first)
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range at(t, row.zone, first) {
			if got := d.Opens.UTC().Format(time.RFC3339); got != row.opens[i] {
				t.Errorf("%s: box %d comes at %s, not %s", row.name, i+1, got, row.opens[i])
			}
			if got := d.Ends.Sub(d.Opens).Hours(); got != row.hours[i] {
				t.Errorf("%s: the day of box %d has %g hours", row.name, i+1, got)
			}
		}
	}
}

func TestWhatCannotBeACalendarIsExplained(t *testing.T) {
	for _, row := range []struct {
		change func(*advent.Params)
		want   string
	}{
		{func(p *advent.Params) { p.Title = " " }, "needs a title"},
		{func(p *advent.Params) { p.Boxes = p.Boxes[:1] }, "has 2 to 31"},
		{func(p *advent.Params) { p.Boxes[2] = advent.Box{} }, "Box 3 is empty"},
		{func(p *advent.Params) { p.Boxes[1].Text = strings.Repeat("x", 501) }, "The text of box 2 has 501 characters"},
		{func(p *advent.Params) { p.Boxes[1].Instant.Winners = 3 }, "The hidden prize of box 2"},
		{func(p *advent.Params) { p.Boxes[1].Draw = advent.Lot{Prize: "x", Winners: 21} }, "is drawn for box 2"},
		{func(p *advent.Params) { p.Final.Prize = "Nitro" }, "The prize of the final draw"},
		{func(p *advent.Params) { p.Starts = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC) }, "in the past"},
		{func(p *advent.Params) { p.Starts = time.Date(2029, 1, 1, 0, 0, 0, 0, time.UTC) }, "366 days ahead"},
	} {
		w := gamestest.NewWorld(words(t), advent.Rules{})
		w.Private = chat.English
		p := advent.Params{Title: "A", Boxes: []advent.Box{{Text: "a"}, {Text: "b"}, {Text: "c"}}}
		row.change(&p)
		r := w.Start(t, p)
		if r == nil {
			t.Errorf("%q is not refused", row.want)
			continue
		}
		says(t, chat.Say(r.Line), row.want)
	}
}
