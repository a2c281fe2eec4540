package giveaway_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/gamestest"
	"animo/games/giveaway"
	"animo/games/proof"
)

type world = gamestest.World[giveaway.State]

// history is what the invariants remember from step to step.
type history struct {
	before   giveaway.State
	entrants []chat.MemberID // since the end
	wanted   map[int]int     // winners, by round
	posts    int
}

func TestNoHistoryBreaksAGiveaway(t *testing.T) {
	var h history
	gamestest.Run(t, gamestest.Harness[giveaway.State]{
		Rules: giveaway.Rules{},
		Params: func(t *rapid.T, now time.Time) any {
			h = history{wanted: map[int]int{}}
			return drawParams(t, now)
		},
		Verbs:   []string{giveaway.VerbEnter, giveaway.VerbEnter, giveaway.VerbEnter, giveaway.VerbLeave, giveaway.VerbClaim},
		Orders:  orders(),
		Facts:   gamestest.Anybody,
		Check:   func(t *rapid.T, w *world) { h.check(t, w) },
		Settled: settled,
	})
}

func drawParams(t *rapid.T, now time.Time) giveaway.Params {
	p := giveaway.Params{
		Prize: "Prize", Winners: rapid.IntRange(1, 4).Draw(t, "winners"),
		Ends: now.Add(time.Duration(rapid.Int64Range(int64(giveaway.MinLength), int64(48*time.Hour)).Draw(t, "length"))),
	}
	switch rapid.IntRange(0, 9).Draw(t, "params") {
	case 0:
		p.Prize = strings.Repeat("x", rapid.SampledFrom([]int{0, giveaway.MaxPrize, 3000}).Draw(t, "prize"))
	case 1:
		p.Winners = rapid.IntRange(-1, 10_000).Draw(t, "odd winners")
	case 2:
		p.Ends = now.Add(time.Duration(rapid.Int64Range(int64(-time.Hour), int64(2*giveaway.MaxLength)).Draw(t, "odd length")))
	case 6:
		p.Starts = now.Add(time.Duration(rapid.Int64Range(int64(-time.Hour), int64(48*time.Hour)).Draw(t, "start")))
		p.Ends = p.Ends.Add(max(p.Starts.Sub(now), 0))
	case 7:
		p.Places = rapid.Int64Range(-1, 8).Draw(t, "places")
	case 3, 4, 5:
		p.Role, p.RoleFor = "discord:9", time.Duration(rapid.IntRange(0, 3).Draw(t, "days"))*24*time.Hour
	}
	if rapid.IntRange(0, 2).Draw(t, "several lots") == 0 {
		for n := range rapid.IntRange(1, 3).Draw(t, "lots") {
			p.Lots = append(p.Lots, giveaway.Lot{Prize: fmt.Sprint("Lot ", n), Winners: rapid.IntRange(1, 2).Draw(t, "winners of a lot")})
		}
		p.ManyWins = rapid.Bool().Draw(t, "many wins")
	}
	if rapid.IntRange(0, 2).Draw(t, "conditions") == 0 {
		role := rapid.SampledFrom(gamestest.Roles())
		p.Who.Any = rapid.SliceOfNDistinct(role, 0, 2, rapid.ID).Draw(t, "any role")
		p.Who.Denied = rapid.SliceOfNDistinct(role, 0, 1, rapid.ID).Draw(t, "denied")
		p.Who.Account = time.Duration(rapid.IntRange(0, 20).Draw(t, "account days")) * 24 * time.Hour
		if n := rapid.IntRange(0, 5).Draw(t, "messages"); n > 0 {
			p.Who.Messages = eligibility.Messages{Least: n, Days: 7}
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "bonus") == 0 {
		p.Bonus.Grounds = []eligibility.Ground{{Role: gamestest.Roles()[0], Tickets: 2}, {Booster: true, Tickets: 3}}
	}
	if rapid.Bool().Draw(t, "to claim") {
		p.Claim = time.Duration(rapid.Int64Range(int64(giveaway.MinClaim), int64(72*time.Hour)).Draw(t, "claim"))
	}
	return p
}

func orders() map[string]func(*rapid.T, *world) map[string]string {
	none := func(*rapid.T, *world) map[string]string { return nil }
	member := func(t *rapid.T, w *world) string { return string(rapid.SampledFrom(w.Members).Draw(t, "named")) }
	return map[string]func(*rapid.T, *world) map[string]string{
		giveaway.OrderOpen: none,
		giveaway.OrderEnd:  none, giveaway.OrderPause: none, giveaway.OrderResume: none,
		giveaway.OrderDelete: rarely, giveaway.OrderCancel: rarely,
		giveaway.OrderRemove: func(t *rapid.T, w *world) map[string]string {
			return map[string]string{"member": member(t, w), "reason": "a reason"}
		},
		giveaway.OrderBlock: func(t *rapid.T, w *world) map[string]string {
			return map[string]string{"member": member(t, w)}
		},
		giveaway.OrderReroll: func(t *rapid.T, w *world) map[string]string {
			if rapid.Bool().Draw(t, "named winner") {
				return map[string]string{"member": member(t, w)}
			}
			return map[string]string{
				"winners": fmt.Sprint(rapid.IntRange(-1, 12).Draw(t, "more winners")),
				"lot":     rapid.SampledFrom([]string{"", "1", "1", "2", "3"}).Draw(t, "lot"),
			}
		},
		giveaway.OrderEdit: drawEdit,
	}
}

// rarely makes an order of no consequence most of the time, so that histories
// do not all end in it.
func rarely(t *rapid.T, _ *world) map[string]string {
	if rapid.IntRange(0, 9).Draw(t, "really") > 0 {
		t.Skip("not now")
	}
	return map[string]string{"reason": "a reason"}
}

func drawEdit(t *rapid.T, w *world) map[string]string {
	args := map[string]string{}
	if rapid.Bool().Draw(t, "new prize") {
		args["prize"] = rapid.SampledFrom([]string{"Other", "Prize", ""}).Draw(t, "prize")
	}
	if rapid.Bool().Draw(t, "new winners") {
		args["winners"] = rapid.SampledFrom([]string{"1", "3", "0", "many"}).Draw(t, "winners")
	}
	if rapid.Bool().Draw(t, "new end") {
		by := time.Duration(rapid.Int64Range(int64(-time.Hour), int64(60*time.Hour)).Draw(t, "end"))
		args["ends"] = w.Now.Add(by).Format(time.RFC3339)
	}
	if rapid.Bool().Draw(t, "confirmed") {
		args[giveaway.ArgConfirmed] = "yes"
	}
	return args
}

func settled(t *rapid.T, w *world) {
	switch w.State.Phase {
	case giveaway.PhaseAnnounced, giveaway.PhaseCancelled, giveaway.PhasePaused:
	case giveaway.PhaseDrawn: // the news was that nothing could be said
		if w.State.Rounds[len(w.State.Rounds)-1].Said {
			t.Fatalf("the last round is said, and the giveaway not announced")
		}
	default:
		t.Fatalf("at rest while %s", w.State.Phase)
	}
	proves(t, w)
	if w.State.Draw != nil {
		t.Fatalf("at rest in the middle of a draw: %+v", w.State.Draw)
	}
}

func (h *history) check(t *rapid.T, w *world) {
	s := w.State
	h.frozen(t, w)
	h.rounds(t, w)
	h.posted(t, w)
	h.wins(t, s)
	tickets(t, w)
	for _, m := range s.PastWinners() {
		switch {
		case slices.Contains(s.Barred, m), slices.ContainsFunc(s.Passed, func(p giveaway.Passed) bool { return p.Member == m }):
			t.Fatalf("%s wins and was taken out or had left", m)
		case !w.Seen[m]:
			t.Fatalf("%s wins and nobody asked whether they are there", m)
		case !slices.Contains(h.entrants, m):
			t.Fatalf("%s wins and had not entered at the end", m)
		}
	}
	if (s.Phase == giveaway.PhaseCancelled) && (len(s.Rounds) > 0 || s.Draw != nil || len(w.Questions) > 0) {
		t.Fatalf("a draw in a giveaway that was cancelled")
	}
	if h.before.Deleted && (!s.Deleted || len(s.Rounds) != len(h.before.Rounds)) {
		t.Fatalf("a deleted giveaway lives on")
	}
	h.before = s
}

// wins demands that nobody wins twice in one lot, nor in two rounds, nor twice
// at all unless the giveaway says so; and that what somebody claimed is kept.
func (h *history) wins(t *rapid.T, s giveaway.State) {
	round, lots := map[chat.MemberID]int{}, map[giveaway.Win]bool{}
	for _, r := range s.Rounds {
		for _, w := range r.Wins {
			if n, before := round[w.Member]; lots[w] || before && (n != r.N || r.N > 1 || !s.ManyWins) {
				t.Fatalf("%s wins twice: %+v", w.Member, s.Rounds)
			}
			round[w.Member], lots[w] = r.N, true
		}
		for _, m := range r.Claimed {
			if slices.Contains(s.Given, m) {
				t.Fatalf("%s claimed and loses it all the same", m)
			}
		}
	}
	for i, lot := range s.Lots {
		n := 0
		for _, w := range s.Rounds[:min(1, len(s.Rounds))] {
			for _, x := range w.Wins {
				if x.Lot == i {
					n++
				}
			}
		}
		if n > lot.Winners {
			t.Fatalf("lot %d has %d winners of %d", i, n, lot.Winners)
		}
	}
}

// proves demands that what was drawn can be proved.
func proves(t *rapid.T, w *world) {
	var file bytes.Buffer
	err := w.State.WriteProof(&file, "WRLD2345", w.Look().Bodies())
	if len(w.State.Rounds) == 0 {
		if !errors.Is(err, giveaway.ErrNotDrawn) {
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
		t.Fatalf("the proof does not hold: %v, %v\n%+v\n%s", err, report.Faults(), w.State, text)
	}
}

// tickets demands that the number of all tickets is that of the entries.
func tickets(t *rapid.T, w *world) {
	if w.State.Bonus.IsZero() {
		return
	}
	sum := 0
	for _, e := range w.Entries {
		ticket, err := giveaway.ReadTicket(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		sum += ticket.Tickets
	}
	if n := w.Numbers["tickets"]; n != int64(sum) {
		t.Fatalf("%d tickets are counted of %d", n, sum)
	}
	for _, p := range w.State.Passed {
		if (p.Why == giveaway.WhyRules) != (p.Rule != "") {
			t.Fatalf("passed over for %q: %+v", p.Rule, p)
		}
	}
}

// frozen demands that entries neither come nor go after the end.
func (h *history) frozen(t *rapid.T, w *world) {
	now := slices.Sorted(maps.Keys(w.Entries))
	if w.State.Places > 0 && int64(len(now)) > w.State.Places {
		t.Fatalf("%d entrants on %d places", len(now), w.State.Places)
	}
	over := w.State.Phase != giveaway.PhaseOpen && w.State.Phase != giveaway.PhasePaused && w.State.Phase != giveaway.PhaseScheduled
	switch {
	case !over:
		h.entrants = nil
	case h.entrants == nil:
		h.entrants = append(now, "")
	case !slices.Equal(h.entrants, append(now, "")):
		t.Fatalf("entries changed after the end: %v, then %v", h.entrants, now)
	}
}

func (h *history) rounds(t *rapid.T, w *world) {
	s := w.State
	if s.Draw != nil {
		h.wanted[s.Draw.Round] = 0
		for _, n := range s.Draw.Want {
			h.wanted[s.Draw.Round] += n
		}
	}
	if len(s.Rounds) < len(h.before.Rounds) {
		t.Fatalf("a round is forgotten")
	}
	for i, r := range s.Rounds {
		if r.N != i+1 || len(r.Wins) > h.wanted[r.N] || r.N > 1 && len(r.Wins) == 0 {
			t.Fatalf("round %d of %d winners: %+v", i+1, h.wanted[r.N], r)
		}
		if i < len(h.before.Rounds) && !slices.Equal(r.Wins, h.before.Rounds[i].Wins) {
			t.Fatalf("the winners of round %d change", r.N)
		}
	}
	if s.Phase == giveaway.PhaseAnnounced && !s.Rounds[len(s.Rounds)-1].Said {
		t.Fatalf("announced, and the last round is not said")
	}
	if len(s.Rounds) > 0 && h.wanted[1] > s.Winners {
		t.Fatalf("%d winners were drawn and %d promised", h.wanted[1], s.Winners)
	}
}

// posted demands one announcement for each round.
func (h *history) posted(t *rapid.T, w *world) {
	n := 0
	for _, p := range w.Posts {
		if strings.HasPrefix(p.Slot, "round-") {
			n++
		}
	}
	if n != len(w.State.Rounds) {
		t.Fatalf("%d announcements of %d rounds", n, len(w.State.Rounds))
	}
	for _, p := range w.Posts[h.posts:] {
		if h.before.Deleted && p.Priority == games.PriorityEnd {
			t.Fatalf("%s is announced for a deleted giveaway", p.Slot)
		}
	}
	h.posts = len(w.Posts)
}
