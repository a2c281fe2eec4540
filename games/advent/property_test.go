package advent_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games"
	"animo/games/advent"
	"animo/games/gamestest"
	"animo/games/proof"
)

type world = gamestest.World[advent.State]

// history is what the invariants remember from step to step.
type history struct {
	before advent.State
	bodies map[chat.MemberID]advent.Opened
	posts  int
	shaky  bool // the clock may be set back once a box has come
}

func newHistory() history { return history{bodies: map[chat.MemberID]advent.Opened{}} }

func TestNoHistoryBreaksACalendar(t *testing.T) {
	var h history
	gamestest.Run(t, gamestest.Harness[advent.State]{
		Rules: advent.Rules{},
		Params: func(t *rapid.T, now time.Time) any {
			h = newHistory()
			h.shaky = true
			return drawParams(t, now)
		},
		Verbs: []string{
			advent.OpenVerb(1), advent.OpenVerb(2), advent.OpenVerb(3), advent.OpenVerb(9),
			advent.VerbOpen, advent.VerbOpen, advent.VerbOpen, advent.VerbMine,
		},
		Values: func(t *rapid.T, w *world, _ chat.MemberID, verb string) []string {
			if verb != advent.VerbOpen {
				return nil
			}
			return []string{fmt.Sprint(w.State.Today + rapid.SampledFrom([]int{0, 0, 0, -1, 1}).Draw(t, "box"))}
		},
		Orders:  orders(),
		Check:   func(t *rapid.T, w *world) { h.check(t, w) },
		Settled: settled,
	})
}

func drawParams(t *rapid.T, now time.Time) advent.Params {
	p := advent.Params{Title: "Advent", CatchUp: rapid.Bool().Draw(t, "catch up")}
	for n := range rapid.IntRange(2, 6).Draw(t, "boxes") {
		p.Boxes = append(p.Boxes, drawBox(t, fmt.Sprint("Text ", n)))
	}
	if rapid.Bool().Draw(t, "final") {
		p.Final = advent.Lot{Prize: "Final", Winners: rapid.IntRange(1, 3).Draw(t, "final winners")}
	}
	if rapid.Bool().Draw(t, "later") {
		p.Starts = now.Add(time.Duration(rapid.Int64Range(0, int64(48*time.Hour)).Draw(t, "start")))
	}
	if rapid.IntRange(0, 9).Draw(t, "wrong") == 0 {
		rapid.SampledFrom([]func(){
			func() { p.Title = "" }, func() { p.Boxes = p.Boxes[:1] }, func() { p.Boxes[1] = advent.Box{} },
			func() { p.Final.Winners = -1 }, func() { p.Starts = now.Add(-time.Hour) },
			func() { p.Boxes[0].Instant = advent.Lot{Prize: "x", Winners: 99} },
		}).Draw(t, "what")()
	}
	return p
}

func drawBox(t *rapid.T, text string) advent.Box {
	b := advent.Box{Text: text}
	if rapid.Bool().Draw(t, "instant") {
		b.Instant = advent.Lot{Prize: "Mug", Winners: rapid.IntRange(1, 3).Draw(t, "instants")}
	}
	if rapid.Bool().Draw(t, "draw") {
		b.Draw = advent.Lot{Prize: "Shirt", Winners: rapid.IntRange(1, 2).Draw(t, "drawn")}
	}
	return b
}

func orders() map[string]func(*rapid.T, *world) map[string]string {
	return map[string]func(*rapid.T, *world) map[string]string{
		advent.OrderEnd: func(t *rapid.T, _ *world) map[string]string {
			if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
				t.Skip("not now")
			}
			return nil
		},
		advent.OrderEdit: func(t *rapid.T, w *world) map[string]string {
			args := map[string]string{"title": rapid.SampledFrom([]string{"Advent", "Avent", ""}).Draw(t, "title")}
			if rapid.Bool().Draw(t, "box") {
				raw, err := json.Marshal(drawBox(t, "Other"))
				if err != nil {
					t.Fatal(err)
				}
				args[advent.ArgNo] = fmt.Sprint(w.State.Today + rapid.IntRange(-1, 2).Draw(t, "no"))
				args[advent.ArgBox] = string(raw)
			}
			if rapid.IntRange(0, 4).Draw(t, "final") == 0 {
				args[advent.ArgFinal] = rapid.SampledFrom([]string{`{}`, `{"prize":"Other","winners":2}`, `{"prize":"","winners":2}`}).Draw(t, "as")
			}
			return args
		},
	}
}

func (h *history) check(t *rapid.T, w *world) {
	h.opened(t, w)
	h.won(t, w)
	h.posted(t, w)
	secret(t, w)
	h.before = w.State
}

// opened demands that boxes are opened once, on their day or, where that is
// allowed, later, and never taken back.
func (h *history) opened(t *rapid.T, w *world) {
	s := w.State
	for m, e := range w.Entries {
		now, err := advent.ReadOpened(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		was := h.bodies[m]
		if now.Boxes&was.Boxes != was.Boxes || now.Late&was.Boxes != was.Late || now.Late&^now.Boxes != 0 {
			t.Fatalf("%s had %+v and has %+v", m, was, now)
		}
		opened := 0
		for n := 1; n <= 32; n++ {
			if !now.Has(n) || was.Has(n) {
				continue
			}
			opened++
			switch {
			case n > len(s.Days) || n > h.before.Today || !h.shaky && w.Now.Before(s.Days[n-1].Opens):
				t.Fatalf("%s opens box %d before it comes", m, n)
			case now.OnTime(n) && (n != h.before.Today || !w.Now.Before(s.Days[n-1].Ends)):
				t.Fatalf("%s opens box %d on its day, which is over", m, n)
			case !now.OnTime(n) && !s.CatchUp:
				t.Fatalf("%s opens box %d after its day", m, n)
			case h.before.Phase != advent.PhaseRunning:
				t.Fatalf("%s opens box %d while %s", m, n, h.before.Phase)
			}
		}
		if opened > 1 {
			t.Fatalf("%s opens %d boxes at once", m, opened)
		}
		if tickets := s.Tickets(now); tickets < now.Count() || tickets > now.Count()+len(s.Days)/advent.StreakEvery {
			t.Fatalf("%s has %d tickets for %d boxes", m, tickets, now.Count())
		}
		h.bodies[m] = now
	}
}

// won demands that each hidden prize is won once, at its instant or later, by
// somebody who opened the box on its day, and by each member once in a box;
// and that what was drawn went to those who took part.
func (h *history) won(t *rapid.T, w *world) {
	s := w.State
	for i, d := range s.Days {
		lucky := map[chat.MemberID]bool{}
		for k, instant := range d.Instants {
			if i < len(h.before.Days) && k < len(h.before.Days[i].Instants) && h.before.Days[i].Instants[k].Member != "" && h.before.Days[i].Instants[k] != instant {
				t.Fatalf("a prize of box %d changes hands", i+1)
			}
			if instant.Member == "" {
				continue
			}
			if lucky[instant.Member] || !h.bodies[instant.Member].OnTime(i+1) {
				t.Fatalf("%s wins in box %d", instant.Member, i+1)
			}
			lucky[instant.Member] = true
			if k >= len(h.before.Days[i].Instants) || h.before.Days[i].Instants[k].Member == "" {
				if w.Now.Before(instant.At) {
					t.Fatalf("a prize of box %d is won before its instant", i+1)
				}
			}
		}
		if len(d.Winners) > s.Boxes[i].Draw.Winners {
			t.Fatalf("box %d has %d winners of %d", i+1, len(d.Winners), s.Boxes[i].Draw.Winners)
		}
		distinct(t, d.Winners)
		for _, m := range d.Winners {
			if !h.bodies[m].OnTime(i+1) || !w.Seen[m] {
				t.Fatalf("%s is drawn for box %d", m, i+1)
			}
		}
	}
	if s.Result != nil {
		distinct(t, s.Result.Kept)
		if len(s.Result.Kept) > s.Final.Winners {
			t.Fatalf("%d win the final draw of %d", len(s.Result.Kept), s.Final.Winners)
		}
	}
}

func distinct(t *rapid.T, list []chat.MemberID) {
	seen := map[chat.MemberID]bool{}
	for _, m := range list {
		if seen[m] {
			t.Fatalf("%s wins twice: %v", m, list)
		}
		seen[m] = true
	}
}

// posted demands that a step posts one box at most, and that of today.
func (h *history) posted(t *rapid.T, w *world) {
	boxes := 0
	for _, p := range w.Posts[h.posts:] {
		if strings.HasPrefix(p.Slot, "day-") {
			boxes++
			if p.Slot != fmt.Sprint("day-", w.State.Today) || w.Now.Before(w.State.Days[w.State.Today-1].Opens) {
				t.Fatalf("%s is posted on day %d", p.Slot, w.State.Today)
			}
		}
	}
	if boxes > 1 {
		t.Fatalf("a burst of %d boxes", boxes)
	}
	h.posts = len(w.Posts)
	if w.State.Today < h.before.Today {
		t.Fatalf("from day %d to day %d", h.before.Today, w.State.Today)
	}
}

// secret demands that hidden instants that have not come are nowhere but in the
// state.
func secret(t *rapid.T, w *world) {
	s := w.State
	told := []int64{w.Now.Unix(), s.Starts.Unix()}
	for _, d := range s.Days {
		told = append(told, d.Opens.Unix(), d.Ends.Unix())
	}
	said, err := json.Marshal([]any{
		w.Posts, w.Directs, w.Notes, w.Reply, advent.Rules{}.Show(s, w.Look()), advent.Rules{}.Sum(s), w.Last.Wakes, w.Entries,
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, d := range s.Days {
		for _, instant := range d.Instants {
			at := instant.At.UTC()
			if !at.After(w.Now) || slices.Contains(told, at.Unix()) {
				continue
			}
			for _, form := range []string{at.Format("2006-01-02T15:04:05"), fmt.Sprint(at.Unix()), at.Format("15:04:05")} {
				if bytes.Contains(said, []byte(form)) && !slices.ContainsFunc(told, func(unix int64) bool {
					return strings.Contains(time.Unix(unix, 0).UTC().Format("2006-01-02T15:04:05"), form)
				}) {
					t.Fatalf("the instant %s of box %d is told", form, i+1)
				}
			}
		}
	}
}

func settled(t *rapid.T, w *world) {
	s := w.State
	if s.Phase != advent.PhaseAnnounced && s.Phase != advent.PhaseCancelled && s.Phase != advent.PhaseDrawn || len(s.Draws) > 0 {
		t.Fatalf("at rest while %s, with %d draws", s.Phase, len(s.Draws))
	}
	var file bytes.Buffer
	err := s.WriteProof(&file, "WRLD2345", w.Look().Bodies())
	if !s.Proves() {
		if !errors.Is(err, advent.ErrNotDrawn) {
			t.Fatalf("a proof of nothing: %v", err)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	text := file.String()
	report, err := proof.Verify(&file)
	if err != nil || !report.Verified() {
		t.Fatalf("the proof does not hold: %v, %v\n%+v\n%s", err, report.Faults(), s, text)
	}
	if len(report.Winners) != len(s.Result.Kept) {
		t.Fatalf("the proof has %d winners, the calendar %d", len(report.Winners), len(s.Result.Kept))
	}
}

// TestNoDayOfACalendarBreaksIt lets days go by one after the other, so that
// streaks, draws and instants come about, with presses in between.
func TestNoDayOfACalendarBreaksIt(t *testing.T) {
	book := words(t)
	rapid.Check(t, func(t *rapid.T) {
		h := newHistory()
		w := gamestest.NewWorld(book, advent.Rules{})
		copy(w.Seed[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		if w.Start(t, drawParams(t, w.Now)) != nil {
			t.Skip("refused")
		}
		h.check(t, w)
		for range 40 * len(w.State.Days) {
			if w.State.Phase != advent.PhaseComing && w.State.Phase != advent.PhaseRunning {
				break
			}
			switch rapid.IntRange(0, 9).Draw(t, "what") {
			case 0:
				w.Now = later(w.Now, w.Wakes[advent.WakeDay])
				w.Wake(t, advent.WakeDay)
			case 1:
				w.Now = w.Now.Add(time.Duration(rapid.Int64Range(0, int64(14*time.Hour)).Draw(t, "jump")))
			case 2:
				w.SettleUntil(t, w.Now)
			case 3:
				w.Restart(t)
			case 4:
				if rapid.IntRange(0, 9).Draw(t, "asleep") == 0 {
					w.Now = w.Now.Add(60 * time.Hour)
				}
			default:
				m := rapid.SampledFrom(w.Members).Draw(t, "by")
				n := w.State.Today + rapid.SampledFrom([]int{0, 0, 0, 0, -1, -2, 1}).Draw(t, "box")
				w.Do(t, games.Pressed{By: chat.Actor{ID: m}, Verb: advent.OpenVerb(n)})
			}
			h.check(t, w)
		}
		w.Settle(t)
		h.check(t, w)
		settled(t, w)
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
