package poll_test

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games"
	"animo/games/gamestest"
	"animo/games/poll"
)

type world = gamestest.World[poll.State]

// options are told apart in whatever a card says: no other text holds them.
var options = []string{"Qaa", "Qbb", "Qcc", "Qdd", "Qee", "Qff", "Qgg"}

// history is what the invariants remember from step to step.
type history struct {
	before poll.State
	key    poll.Key
	by     chat.MemberID // who pressed last
}

func TestNoHistoryBreaksAPoll(t *testing.T) {
	var h history
	gamestest.Run(t, gamestest.Harness[poll.State]{
		Rules: poll.Rules{},
		Params: func(t *rapid.T, now time.Time) any {
			h = history{}
			return drawParams(t, now)
		},
		Verbs: []string{
			poll.VerbVote + "1", poll.VerbVote + "2", poll.VerbVote + "3", poll.VerbVote + "9", poll.VerbChoose, poll.VerbChoose,
			poll.VerbWithdraw, poll.VerbOwn + poll.VerbWithdraw, poll.VerbDrop + "1", poll.VerbDrop + "2", poll.VerbMine, poll.VerbNames, poll.VerbPropose,
		},
		Values: func(t *rapid.T, w *world, by chat.MemberID, verb string) []string {
			h.by = by
			return drawValues(t, w, verb)
		},
		Orders: orders(),
		Facts:  gamestest.Anybody,
		Check:  func(t *rapid.T, w *world) { h.check(t, w) },
		Settled: func(t *rapid.T, w *world) {
			h.check(t, w)
			if w.State.Phase == poll.PhaseClosing || !w.State.Public && w.State.Phase != poll.PhaseOpen && len(w.Entries) > 0 {
				t.Fatalf("%s, with %d entries left", w.State.Phase, len(w.Entries))
			}
		},
	})
}

func drawParams(t *rapid.T, now time.Time) poll.Params {
	p := poll.Params{
		Question: "Which?", Options: options[:rapid.IntRange(2, len(options)).Draw(t, "options")], Max: 1,
		Public: rapid.Bool().Draw(t, "public"), Results: rapid.SampledFrom(poll.AllResults()).Draw(t, "results"),
		Adding: rapid.SampledFrom(poll.AllAdding()).Draw(t, "adding"), Team: rapid.SampledFrom([]chat.ChannelID{"", "discord:3"}).Draw(t, "team"),
	}
	if rapid.Bool().Draw(t, "several") {
		p.Max = rapid.IntRange(1, len(p.Options)).Draw(t, "max")
	}
	if rapid.Bool().Draw(t, "ends") {
		p.Ends = now.Add(time.Duration(rapid.Int64Range(int64(time.Second), int64(100*time.Hour)).Draw(t, "length")))
	}
	if rapid.IntRange(0, 2).Draw(t, "quorum") == 0 {
		p.Quorum = rapid.Int64Range(1, 6).Draw(t, "voters")
	}
	if rapid.IntRange(0, 2).Draw(t, "weights") == 0 {
		for i, r := range gamestest.Roles()[:2] {
			p.Weights = append(p.Weights, poll.Weight{Role: r, Times: 2 + i})
		}
	}
	if rapid.IntRange(0, 2).Draw(t, "conditions") == 0 {
		p.Who.None = gamestest.Roles()[2:]
	}
	return p
}

func drawValues(t *rapid.T, w *world, verb string) []string {
	switch verb {
	case poll.VerbChoose:
		return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) string {
			return strconv.Itoa(rapid.IntRange(0, len(w.State.List)+1).Draw(t, "no"))
		}), 0, 4).Draw(t, "choices")
	case poll.VerbPropose:
		return []string{rapid.SampledFrom([]string{"", "QAA", "qbb.", "Qzz", "Qÿÿ", "qyy", "Qxx", "Qww", "Qvv", strings.Repeat("x", 80)}).Draw(t, "text")}
	}
	return nil
}

func orders() map[string]func(*rapid.T, *world) map[string]string {
	rarely := func(t *rapid.T, _ *world) map[string]string {
		if rapid.IntRange(0, 4).Draw(t, "really") > 0 {
			t.Skip("not now")
		}
		return map[string]string{poll.ArgReason: "a reason"}
	}
	no := func(t *rapid.T, _ *world) map[string]string {
		return map[string]string{poll.ArgNo: fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "no"))}
	}
	return map[string]func(*rapid.T, *world) map[string]string{
		poll.OrderClose: rarely, poll.OrderCancel: rarely, poll.OrderAccept: no, poll.OrderRefuse: no,
		poll.OrderReopen: func(t *rapid.T, w *world) map[string]string {
			if rapid.Bool().Draw(t, "without end") {
				return nil
			}
			return map[string]string{poll.ArgEnds: w.Now.Add(time.Duration(rapid.IntRange(-1, 50).Draw(t, "hours")) * time.Hour).Format(time.RFC3339)}
		},
	}
}

// recount adds up the ballots, independently of how the poll counts.
func recount(t interface{ Fatal(...any) }, s poll.State, entries map[chat.MemberID]games.Entry) poll.Tally {
	out := poll.Tally{Votes: make([]int64, len(s.List))}
	for name, e := range entries {
		if poll.IsStamp(name) {
			continue
		}
		b, err := poll.ReadBallot(e.Body)
		if err != nil {
			t.Fatal(err)
		}
		if len(b.Chosen) == 0 {
			continue
		}
		out.Voters++
		out.Weight += int64(max(b.Weight, 1))
		for _, no := range b.Chosen {
			out.Votes[no-1] += int64(max(b.Weight, 1))
		}
	}
	return out
}

func (h *history) check(t *rapid.T, w *world) {
	s, old := w.State, h.before
	h.before = s
	if s.Key != "" {
		h.key = s.Key
	}
	h.once(t, w)
	h.counts(t, w, old)
	secret(t, w, string(h.key))
	h.hidden(t, w, old)
}

// once demands that each voter has one ballot and one stamp.
func (h *history) once(t *rapid.T, w *world) {
	var ballots, stamps int
	for name, e := range w.Entries {
		if poll.IsStamp(name) {
			stamps++
			continue
		}
		ballots++
		b, err := poll.ReadBallot(e.Body)
		if err != nil || len(b.Chosen) > w.State.Max || !slices.IsSorted(b.Chosen) || len(slices.Compact(slices.Clone(b.Chosen))) != len(b.Chosen) {
			t.Fatalf("ballot %+v: %v", b, err)
		}
	}
	if w.State.Phase == poll.PhaseOpen && ballots != stamps || ballots > len(w.Members) {
		t.Fatalf("%d ballots, %d stamps", ballots, stamps)
	}
}

// counts demands that the sums are those of a recount, as long as the ballots
// are there, and stay what they were afterwards.
func (h *history) counts(t *rapid.T, w *world, old poll.State) {
	s := w.State
	got := s.Tally(w.Numbers)
	switch {
	case s.Phase == poll.PhaseCancelled:
		return
	case s.Phase == poll.PhaseClosed && old.Phase == poll.PhaseClosed:
		if !slices.Equal(got.Votes, old.Votes) || got.Voters != old.Voters {
			t.Fatalf("the result changes from %+v to %+v", old, got)
		}
		return
	}
	want := recount(t, s, w.Entries)
	if !slices.Equal(got.Votes, want.Votes) || got.Voters != want.Voters || got.Weight != want.Weight {
		t.Fatalf("%s: the sums are %+v, a recount gives %+v", s.Phase, got, want)
	}
	sum := int64(0)
	for _, n := range got.Votes {
		sum += n
	}
	if s.Max == 1 && len(s.Weights) == 0 && sum != got.Voters {
		t.Fatalf("%d votes of %d voters", sum, got.Voters)
	}
	if s.Quorum > 0 && got.Voters > s.Quorum {
		t.Fatalf("%d voters, and the poll closes at %d", got.Voters, s.Quorum)
	}
}

// secret demands that an anonymous poll says nowhere who voted, and its key
// nowhere but in the state of an open one.
func secret(t *rapid.T, w *world, key string) {
	if w.State.Public {
		return
	}
	if w.State.Phase != poll.PhaseOpen && w.State.Key != "" || w.State.Phase == poll.PhaseOpen && w.State.Key == "" {
		t.Fatalf("%s: the key is there: %v", w.State.Phase, w.State.Key != "")
	}
	state := w.State
	state.Key = ""
	said := fmt.Sprintf("%+v %+v %+v %+v %+v %v", state, w.Posts, w.Directs, w.Notes, slices.Collect(maps.Keys(w.Wakes)), w.Reply.Card)
	if strings.Contains(said, key) || strings.Contains(fmt.Sprintf("%v %+v %#v", w.State, w.State, w.State), key) {
		t.Fatalf("the key is said: %s", said)
	}
	for name := range w.Entries {
		if strings.HasPrefix(string(name), "discord:") {
			t.Fatalf("an entry bears the name of %s", name)
		}
	}
	if len(w.Directs)+len(w.Grants)+len(w.Questions) > 0 {
		t.Fatalf("members are named: %+v %+v %+v", w.Directs, w.Grants, w.Questions)
	}
}

// hidden demands that no card, answer, post or list shows a bar before results
// may be seen: by nobody, or by those alone who have a vote.
func (h *history) hidden(t *rapid.T, w *world, old poll.State) {
	bars := func(c *chat.Card) bool { return c != nil && strings.ContainsAny(c.Plain(), "█░%") }
	everybody := w.State.Phase == poll.PhaseClosed || w.State.Phase == poll.PhaseOpen && w.State.Results == poll.ResultsAlways
	b, _ := poll.ReadBallot(w.Entries[poll.Rules{}.Mask(w.State, h.by)].Body)
	voter := w.State.Phase == poll.PhaseOpen && w.State.Results == poll.ResultsVoted && len(b.Chosen) > 0
	card := poll.Rules{}.Show(w.State, w.Look())
	if bars(&card) != (everybody && len(w.State.List) > 0) {
		t.Fatalf("the card shows results, or not:\n%s", card.Plain())
	}
	if bars(w.Reply.Card) && !everybody && !voter {
		t.Fatalf("an answer shows results that are hidden:\n%s", w.Reply.Card.Plain())
	}
	if line := fmt.Sprint(poll.Rules{}.Sum(w.State)); strings.ContainsAny(line, "█░%") {
		t.Fatalf("the list shows results: %s", line)
	}
	results := 0
	for _, p := range w.Posts {
		if strings.HasPrefix(p.Slot, "result") {
			results++
		}
	}
	times := w.State.Times
	if w.State.Phase != poll.PhaseClosed {
		times--
	}
	if old.Question != "" && results != times {
		t.Fatalf("%d results are posted, and the poll was closed %d times", results, times)
	}
}
