package poll_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games"
	"animo/games/gamestest"
	"animo/games/poll"
)

// open returns a world with an open poll of three options.
func open(t *testing.T, change ...func(*poll.Params)) *world {
	t.Helper()
	b, err := catalogue()
	if err != nil {
		t.Fatal(err)
	}
	w := gamestest.NewWorld(b, games.Rules[poll.State](poll.Rules{}))
	w.Private = chat.English
	p := poll.Params{
		Question: "Which?", Options: []string{"One", "Two", "Three"}, Max: 1, Ends: w.Now.Add(time.Hour),
		Results: poll.ResultsVoted, Adding: poll.AddingNone,
	}
	for _, f := range change {
		f(&p)
	}
	if r := w.Start(t, p); r != nil {
		t.Fatal(r)
	}
	return w
}

func TestABarIsAsLongAsItsShare(t *testing.T) {
	for _, row := range []struct {
		part, whole int64
		full        int
		percent     int64
	}{
		{0, 0, 0, 0},
		{0, 5, 0, 0},
		{5, 5, 10, 100},
		{1, 2, 5, 50},
		{1, 3, 3, 33},
		{2, 3, 7, 67},
		{1, 1000, 1, 0},
		{999, 1000, 9, 100},
		{1, 20, 1, 5},
		{3, 20, 2, 15},
		{19, 20, 9, 95},
		{1, 8, 1, 13},
		{1_000_000_000, 3_000_000_000, 3, 33},
	} {
		want := strings.Repeat("█", row.full) + strings.Repeat("░", 10-row.full)
		if got, percent := poll.Bar(row.part, row.whole), poll.Percent(row.part, row.whole); got != want || percent != row.percent {
			t.Errorf("%d of %d: %s, %d%%, want %s, %d%%", row.part, row.whole, got, percent, want, row.percent)
		}
	}
}

func TestBarsAreOfOneWidthAndGrowWithTheirShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		whole := rapid.Int64Range(0, 1_000_000).Draw(t, "whole")
		a := rapid.Int64Range(0, whole).Draw(t, "a")
		b := rapid.Int64Range(a, whole).Draw(t, "b")
		x, y := poll.Bar(a, whole), poll.Bar(b, whole)
		if utf8.RuneCountInString(x) != 10 || utf8.RuneCountInString(y) != 10 || strings.Count(x, "█") > strings.Count(y, "█") {
			t.Fatalf("%d and %d of %d: %s %s", a, b, whole, x, y)
		}
		if strings.Contains(x, "█") != (a > 0) || a < whole && !strings.Contains(x, "░") {
			t.Fatalf("%d of %d: %s", a, whole, x)
		}
	})
}

func TestNumbersAreWrittenAsTheReaderDoes(t *testing.T) {
	w := open(t, func(p *poll.Params) { p.Results = poll.ResultsAlways })
	for l, want := range map[chat.Language]string{chat.English: "33% · 1,234 votes", chat.French: "33\u00a0% · 1\u202f234 voix"} {
		w.Language = l
		look := w.Look()
		look.Numbers = map[string]int64{"option-1": 1234, "option-2": 2468, "voters": 3702}
		if card := (poll.Rules{}).Show(w.State, look).Plain(); !strings.Contains(card, "███░░░░░░░ "+want) {
			t.Errorf("the card lacks %q:\n%s", want, card)
		}
	}
}

func TestClosingTwiceIsClosingOnce(t *testing.T) {
	w := open(t)
	w.Press(t, w.Members[0], poll.VerbVote+"1")
	if r := w.Order(t, poll.OrderClose, nil); r != nil {
		t.Fatal(r)
	}
	if r := w.Order(t, poll.OrderClose, nil); r == nil || w.State.Phase != poll.PhaseClosing {
		t.Errorf("%v, %+v", r, w.State)
	}
	for range 2 {
		w.Wake(t, poll.WakeEnd)
		w.Wake(t, poll.WakeCount)
		w.Wake(t, poll.WakeForget)
	}
	if r := w.Order(t, poll.OrderClose, nil); r == nil {
		t.Error("a closed poll is closed again")
	}
	if len(w.Posts) != 2 || w.State.Votes[0] != 1 || w.State.Voters != 1 || len(w.Entries) != 0 {
		t.Errorf("%d posts, %+v", len(w.Posts), w.State)
	}
}

func TestAnEndThatHasComeCountsBeforeItsWakeUp(t *testing.T) {
	w := open(t)
	w.Now = w.State.Ends
	if r := w.Press(t, w.Members[0], poll.VerbVote+"1"); r == nil || !strings.Contains(r.Line.Plain(), "closed") {
		t.Errorf("%v", r)
	}
	w.Now = w.Now.Add(-time.Second) // the clock is set back
	w.Wake(t, poll.WakeEnd)
	if w.State.Phase != poll.PhaseOpen || !w.Wakes[poll.WakeEnd].Equal(w.State.Ends) {
		t.Errorf("%+v %v", w.State, w.Wakes)
	}
}

func TestAVoteChangedManyTimesCountsOnce(t *testing.T) {
	w := open(t)
	for n := range 100 {
		w.Press(t, w.Members[0], poll.VerbVote+fmt.Sprint(n%3+1))
		w.Press(t, w.Members[0], poll.VerbVote+fmt.Sprint(n%3+1))
		if n%7 == 0 {
			w.Press(t, w.Members[0], poll.VerbWithdraw)
			w.Press(t, w.Members[0], poll.VerbWithdraw)
		}
	}
	got := w.State.Tally(w.Numbers)
	if got.Voters != 1 || got.Votes[0] != 1 || got.Votes[1]+got.Votes[2] != 0 || len(w.Entries) != 2 {
		t.Errorf("%+v, %d entries", got, len(w.Entries))
	}
}

func TestManyVotesAreForgottenStepByStep(t *testing.T) {
	w := open(t)
	for n := range 700 {
		if r := w.Do(t, games.Pressed{By: chat.Actor{ID: member(n)}, Verb: poll.VerbVote + "2"}); r != nil {
			t.Fatal(r)
		}
	}
	w.Order(t, poll.OrderClose, nil)
	w.Wake(t, poll.WakeCount)
	steps := 0
	for len(w.Wakes) > 0 {
		w.Wake(t, poll.WakeForget)
		if steps++; len(w.Last.Leave) > 500 {
			t.Fatalf("%d entries are deleted at once", len(w.Last.Leave))
		}
	}
	if len(w.Entries) > 0 || steps != 3 || w.State.Voters != 700 {
		t.Errorf("%d entries after %d steps, %+v", len(w.Entries), steps, w.State)
	}
}

func TestAMemberIsMaskedAndTheMaskIsLost(t *testing.T) {
	w := open(t)
	masked, err := poll.New().Mask(mustJSON(t, w.State), w.Members[0])
	if err != nil || masked == w.Members[0] || len(masked) != 64 {
		t.Errorf("%q, %v", masked, err)
	}
	other := w.State
	other.Key = poll.Key(strings.Repeat("0", 64))
	if again, err := poll.New().Mask(mustJSON(t, other), w.Members[0]); again == masked || err != nil {
		t.Errorf("under two keys a member is masked alike: %v", err)
	}
	w.Order(t, poll.OrderClose, nil)
	if gone, err := poll.New().Mask(mustJSON(t, w.State), w.Members[0]); gone != "" || err != nil {
		t.Errorf("%q, %v", gone, err)
	}
	public := open(t, func(p *poll.Params) { p.Public = true })
	if m, err := poll.New().Mask(mustJSON(t, public.State), w.Members[0]); m != w.Members[0] || err != nil {
		t.Errorf("%q, %v", m, err)
	}
}

func mustJSON(t *testing.T, v any) json.RawMessage {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}
