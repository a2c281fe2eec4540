package drop_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/drop"
	"animo/games/gamestest"
)

type world = gamestest.World[drop.State]

// history is what the invariants remember from step to step.
type history struct{ before drop.State }

func TestNoHistoryBreaksADrop(t *testing.T) {
	var h history
	gamestest.Run(t, gamestest.Harness[drop.State]{
		Rules: drop.Rules{},
		Params: func(t *rapid.T, now time.Time) any {
			h = history{}
			return drawParams(t, now)
		},
		Verbs: []string{drop.VerbTake},
		Orders: map[string]func(*rapid.T, *world) map[string]string{
			drop.OrderCancel: func(t *rapid.T, _ *world) map[string]string {
				if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
					t.Skip("not now")
				}
				return map[string]string{drop.ArgReason: rapid.SampledFrom([]string{"", "why", strings.Repeat("x", 300)}).Draw(t, "reason")}
			},
		},
		Facts:   gamestest.Anybody,
		Check:   func(t *rapid.T, w *world) { h.check(t, w) },
		Settled: settled,
	})
}

func drawParams(t *rapid.T, now time.Time) drop.Params {
	p := drop.Params{Prize: "Prize", Winners: rapid.IntRange(1, 4).Draw(t, "winners")}
	length := func(name string, most time.Duration) time.Duration {
		return time.Duration(rapid.Int64Range(int64(time.Minute), int64(most)).Draw(t, name))
	}
	if rapid.Bool().Draw(t, "later") {
		p.After = now.Add(length("after", 24*time.Hour))
	}
	if rapid.IntRange(0, 2).Draw(t, "hidden") > 0 {
		begins := now
		if p.After.After(now) {
			begins = p.After
		}
		p.Until = begins.Add(length("within", 24*time.Hour))
	}
	if rapid.Bool().Draw(t, "lasting") {
		p.Lasts = length("lasts", 48*time.Hour)
	}
	if rapid.IntRange(0, 2).Draw(t, "conditions") == 0 {
		p.Who.All = rapid.SliceOfNDistinct(rapid.SampledFrom(gamestest.Roles()), 1, 1, rapid.ID).Draw(t, "roles")
	}
	if rapid.IntRange(0, 2).Draw(t, "reward") == 0 {
		p.Role, p.RoleFor = "discord:9", time.Duration(rapid.IntRange(0, 3).Draw(t, "days"))*24*time.Hour
	}
	if rapid.IntRange(0, 9).Draw(t, "wrong") == 0 {
		rapid.SampledFrom([]func(){
			func() { p.Prize = "" }, func() { p.Winners = 0 }, func() { p.Until = now.Add(-time.Hour) },
			func() { p.Lasts = time.Second }, func() { p.After = now.Add(2 * drop.MaxAhead) }, func() { p.RoleFor = -1 },
		}).Draw(t, "what")()
	}
	return p
}

func (h *history) check(t *rapid.T, w *world) {
	s, b := w.State, h.before
	if len(s.Wins) > s.Winners || (s.Phase == drop.PhaseWon) != (len(s.Wins) == s.Winners) && s.Phase != drop.PhaseCancelled {
		t.Fatalf("%d of %d winners while %s", len(s.Wins), s.Winners, s.Phase)
	}
	if len(s.Wins) < len(b.Wins) || !slices.Equal(s.Wins[:len(b.Wins)], b.Wins) {
		t.Fatalf("a winner is forgotten: %v, then %v", b.Wins, s.Wins)
	}
	if len(s.Wins) > len(b.Wins) && b.Phase != drop.PhaseOpen {
		t.Fatalf("somebody wins a drop that is %s", b.Phase)
	}
	seen := map[chat.MemberID]bool{}
	for _, win := range s.Wins {
		if seen[win.Member] {
			t.Fatalf("%s wins twice", win.Member)
		}
		seen[win.Member] = true
	}
	over := []drop.Phase{drop.PhaseWon, drop.PhaseExpired, drop.PhaseMissed, drop.PhaseCancelled}
	if slices.Contains(over, b.Phase) && s.Phase != b.Phase {
		t.Fatalf("from %s to %s", b.Phase, s.Phase)
	}
	if shown := slices.ContainsFunc(w.Posts, func(p games.Post) bool { return p.Slot == drop.SlotCard }); shown != !s.Opened.IsZero() {
		t.Fatalf("the card is posted: %v, and it opened at %s", shown, s.Opened)
	}
	if !s.Opened.IsZero() && s.Opened.Before(s.Appears) {
		t.Fatalf("it appears at %s, before %s", s.Opened, s.Appears)
	}
	secret(t, w)
	h.before = s
}

// secret demands that a hidden instant which has not come is nowhere but in
// the state and in the wake-up.
func secret(t *rapid.T, w *world) {
	s := w.State
	told := []time.Time{s.After, s.Until, w.Now}
	if s.Phase != drop.PhaseWaiting || s.Until.IsZero() || slices.ContainsFunc(told, func(at time.Time) bool { return sameSecond(at, s.Appears) }) {
		return
	}
	for what, v := range map[string]any{
		"a post": w.Posts, "a direct": w.Directs, "a note": w.Notes, "an answer": w.Reply,
		"the card": drop.Rules{}.Show(s, w.Look()), "the list": drop.Rules{}.Sum(s),
	} {
		if hint := reveals(t, v, s.Appears); hint != "" {
			t.Fatalf("%s tells the hidden instant: %s", what, hint)
		}
	}
}

func sameSecond(a, b time.Time) bool { return a.Unix() == b.Unix() }

// reveals finds an instant in whatever form it could be written.
func reveals(t gamestest.TB, v any, at time.Time) string {
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for _, form := range []string{
		at.UTC().Format("2006-01-02T15:04:05"), at.UTC().Format("2006-01-02 15:04"), fmt.Sprint(at.Unix()),
		at.UTC().Format("15:04:05"),
	} {
		if strings.Contains(string(raw), form) {
			return form
		}
	}
	return ""
}

func settled(t *rapid.T, w *world) {
	switch s := w.State; s.Phase {
	case drop.PhaseWon, drop.PhaseExpired, drop.PhaseMissed, drop.PhaseCancelled:
		if len(s.Wins) > 0 && s.Phase != drop.PhaseCancelled && !slices.ContainsFunc(w.Posts, func(p games.Post) bool { return p.Slot == drop.SlotResult }) {
			t.Fatalf("the winners are not named")
		}
	default:
		t.Fatalf("at rest while %s", s.Phase)
	}
}

// TestNoRaceBreaksADrop lets a crowd press over and over, so that drops are won.
func TestNoRaceBreaksADrop(t *testing.T) {
	book, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		var h history
		w := gamestest.NewWorld(book, drop.Rules{})
		copy(w.Seed[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "seed"))
		if w.Start(t, drawParams(t, w.Now)) != nil {
			t.Skip("refused")
		}
		h.check(t, w)
		for range 40 {
			switch rapid.IntRange(0, 19).Draw(t, "what") {
			case 0, 1, 2:
				w.SettleUntil(t, w.State.Appears)
			case 3:
				w.Now = w.Now.Add(time.Duration(rapid.Int64Range(0, int64(6*time.Hour)).Draw(t, "jump")))
			case 4:
				w.Restart(t)
			case 5:
				w.Do(t, games.Spoke{Slot: drop.SlotCard})
			default:
				w.Press(t, rapid.SampledFrom(w.Members[:5]).Draw(t, "by"), drop.VerbTake)
			}
			h.check(t, w)
		}
		w.Settle(t)
		h.check(t, w)
		settled(t, w)
	})
}
