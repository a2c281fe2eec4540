package contest_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/contest"
	"animo/games/gamestest"
)

func words(t *testing.T) *i18n.Bundle {
	t.Helper()
	b, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

type world = gamestest.World[contest.State]

// history is what the invariants remember from step to step.
type history struct {
	before contest.State
	bodies map[chat.MemberID]string
	posts  int
	shown  map[string]int // number of the work, by slot
}

func TestNoHistoryBreaksAContest(t *testing.T) {
	var h history
	gamestest.Run(t, gamestest.Harness[contest.State]{
		Rules: contest.Rules{},
		Params: func(t *rapid.T, now time.Time) any {
			h = history{bodies: map[chat.MemberID]string{}, shown: map[string]int{}}
			return drawParams(t, now)
		},
		Verbs: []string{
			contest.VerbSubmit, contest.VerbSubmit, contest.VerbEdit, contest.VerbWithdraw, contest.VerbMine,
			contest.VerbVote, contest.VerbVote, contest.VerbUnvote, contest.VerbMark, contest.VerbMark,
		},
		Values:  drawValues,
		Orders:  orders(),
		Check:   func(t *rapid.T, w *world) { h.check(t, w) },
		Settled: settled,
	})
}

func drawParams(t *rapid.T, now time.Time) contest.Params {
	length := func(name string) time.Duration {
		return time.Duration(rapid.Int64Range(int64(contest.MinLength), int64(48*time.Hour)).Draw(t, name))
	}
	p := contest.Params{
		Title: "Contest", Takes: contest.Parts(), PerMember: rapid.IntRange(1, 2).Draw(t, "per member"),
		Places: rapid.IntRange(1, 3).Draw(t, "places"), Mode: contest.ModeVote, Blind: rapid.Bool().Draw(t, "blind"),
		Tie: rapid.SampledFrom([]contest.Tie{contest.TieEarlier, contest.TieShared, contest.TieLot}).Draw(t, "tie"),
	}
	opens := now
	if rapid.IntRange(0, 3).Draw(t, "scheduled") == 0 {
		p.Opens = now.Add(length("opens"))
		opens = p.Opens
	}
	p.Submit = opens.Add(length("submissions"))
	p.Decide = p.Submit.Add(length("decision"))
	if rapid.Bool().Draw(t, "jury") {
		p.Mode, p.Criteria, p.Jury = contest.ModeJury, []string{"Idea", "Skill"}, []chat.MemberID{"discord:101", "discord:102"}
		if rapid.Bool().Draw(t, "president") {
			p.President, p.Tie = "discord:103", contest.TiePresident
		}
	}
	if rapid.Bool().Draw(t, "team") {
		p.Team = "discord:77"
	}
	if rapid.Bool().Draw(t, "role") {
		p.Role = "discord:9"
	}
	if rapid.IntRange(0, 9).Draw(t, "params") == 0 {
		rapid.SampledFrom([]func(){
			func() { p.Title = "" }, func() { p.Decide = p.Submit }, func() { p.Takes = nil }, func() { p.Tie = "none" },
			func() { p.Places = 0 }, func() { p.Criteria = nil }, func() { p.PerMember = 99 },
		}).Draw(t, "wrong")()
	}
	return p
}

// drawValues mostly brings what fits, so that histories get somewhere.
func drawValues(t *rapid.T, w *world, by chat.MemberID, verb string) []string {
	no := strconv.Itoa(rapid.IntRange(0, len(w.State.Works)+1).Draw(t, "no"))
	if own := w.State.Of(by); len(own) > 0 && (verb == contest.VerbEdit || verb == contest.VerbWithdraw) {
		no = strconv.Itoa(rapid.SampledFrom(own).Draw(t, "own").No)
	}
	work := []string{
		rapid.SampledFrom([]string{"A", "B", "B", ""}).Draw(t, "title"), rapid.SampledFrom([]string{"text", ""}).Draw(t, "text"),
		rapid.SampledFrom([]string{"", "https://a.example/", "http://a.example/"}).Draw(t, "link"), "",
	}
	switch verb {
	case contest.VerbSubmit:
		return work
	case contest.VerbEdit:
		return append([]string{no}, work...)
	case contest.VerbMark:
		mark := rapid.SampledFrom([]string{"1", "7", "7", "10", "11", "x"})
		return []string{no, mark.Draw(t, "idea"), mark.Draw(t, "skill")}
	}
	return []string{no}[:rapid.IntRange(0, 1).Draw(t, "given")]
}

func orders() map[string]func(*rapid.T, *world) map[string]string {
	judge := func(t *rapid.T, w *world) map[string]string {
		no := rapid.IntRange(0, len(w.State.Works)+1).Draw(t, "no")
		work, ok := w.State.Work(no)
		args := map[string]string{contest.ArgNo: fmt.Sprint(no), contest.ArgReason: rapid.SampledFrom([]string{"no", "why", ""}).Draw(t, "reason")}
		if ok {
			args[contest.ArgMember] = string(work.By)
			args[contest.ArgVersion] = fmt.Sprint(work.Version - rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(t, "stale"))
		}
		return args
	}
	return map[string]func(*rapid.T, *world) map[string]string{
		contest.OrderAccept: judge, contest.OrderRefuse: judge,
		contest.OrderEnd: rarely, contest.OrderCancel: rarely,
		contest.OrderEdit: drawEdit,
		contest.OrderJury: func(t *rapid.T, w *world) map[string]string {
			return map[string]string{
				contest.ArgMember: string(rapid.SampledFrom(w.Members).Draw(t, "juror")),
				contest.ArgRemove: fmt.Sprint(rapid.Bool().Draw(t, "remove")),
			}
		},
	}
}

// TestNoHistoryOfADecisionBreaksAContest begins where works are there already,
// so that votes, marks and what staff do meanwhile come in every order.
func TestNoHistoryOfADecisionBreaksAContest(t *testing.T) {
	book := words(t)
	rapid.Check(t, func(t *rapid.T) {
		w := gamestest.NewWorld(book, contest.Rules{})
		h := history{bodies: map[chat.MemberID]string{}, shown: map[string]int{}}
		p := drawParams(t, w.Now)
		if w.Start(t, p) != nil {
			t.Skip("refused")
		}
		w.Now = later(p.Opens, w.Now)
		w.Wake(t, contest.WakeOpen)
		h.check(t, w)
		for _, m := range w.Members[rapid.IntRange(0, 5).Draw(t, "first author"):] {
			w.Do(t, games.Pressed{By: chat.Actor{ID: m}, Verb: contest.VerbSubmit, Values: []string{"Title", "text"}})
			h.check(t, w)
			if rapid.IntRange(0, 4).Draw(t, "kept waiting") > 0 {
				w.Order(t, contest.OrderAccept, map[string]string{contest.ArgNo: fmt.Sprint(len(w.State.Works)), contest.ArgMember: string(m)})
				h.check(t, w)
			}
		}
		if rapid.IntRange(0, 9).Draw(t, "early") > 0 {
			w.Order(t, contest.OrderEnd, nil)
			h.check(t, w)
		}
		then := func(f func(*rapid.T)) func(*rapid.T) {
			return func(t *rapid.T) {
				f(t)
				h.check(t, w)
			}
		}
		press := func(verb string) func(*rapid.T) {
			return then(func(t *rapid.T) {
				by := rapid.SampledFrom(w.Members[:min(len(w.Members), 5)]).Draw(t, "by")
				w.Do(t, games.Pressed{By: chat.Actor{ID: by}, Verb: verb, Values: drawValues(t, w, by, verb)})
			})
		}
		order := func(verb string) func(*rapid.T) {
			return then(func(t *rapid.T) { w.Order(t, verb, orders()[verb](t, w)) })
		}
		t.Repeat(map[string]func(*rapid.T){
			"vote": press(contest.VerbVote), "vote again": press(contest.VerbVote), "unvote": press(contest.VerbUnvote),
			"mark": press(contest.VerbMark), "mark again": press(contest.VerbMark), "mine": press(contest.VerbMine),
			"withdraw": press(contest.VerbWithdraw), "edit work": press(contest.VerbEdit), "submit": press(contest.VerbSubmit),
			"accept": order(contest.OrderAccept), "refuse": order(contest.OrderRefuse), "jury": order(contest.OrderJury),
			"edit": order(contest.OrderEdit), "end": order(contest.OrderEnd), "cancel": order(contest.OrderCancel),
			"restart": w.Restart,
			"clock": then(func(t *rapid.T) {
				w.Now = w.Now.Add(time.Duration(rapid.Int64Range(int64(-time.Hour), int64(2*time.Hour)).Draw(t, "jump")))
			}),
			"wake": then(func(t *rapid.T) { w.Wake(t, rapid.SampledFrom(w.Names).Draw(t, "name")) }),
		})
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

// rarely makes an order of consequence seldom, so that histories do not all end
// in it.
func rarely(t *rapid.T, _ *world) map[string]string {
	if rapid.IntRange(0, 5).Draw(t, "really") > 0 {
		t.Skip("not now")
	}
	return map[string]string{"reason": "a reason"}
}

func drawEdit(t *rapid.T, w *world) map[string]string {
	args := map[string]string{}
	at := func(name string) string {
		return w.Now.Add(time.Duration(rapid.Int64Range(int64(-time.Hour), int64(60*time.Hour)).Draw(t, name))).Format(time.RFC3339)
	}
	if rapid.Bool().Draw(t, "new title") {
		args["title"] = rapid.SampledFrom([]string{"Other", "Contest", ""}).Draw(t, "title")
	}
	if rapid.Bool().Draw(t, "new submit") {
		args["submit"] = at("submit")
	}
	if rapid.Bool().Draw(t, "new decide") {
		args["decide"] = at("decide")
	}
	return args
}

func settled(t *rapid.T, w *world) {
	switch w.State.Phase {
	case contest.PhaseAnnounced, contest.PhaseCancelled:
	case contest.PhaseClosed: // the news was that nothing could be said
	default:
		t.Fatalf("at rest while %s", w.State.Phase)
	}
}

func (h *history) check(t *rapid.T, w *world) {
	h.frozen(t, w)
	h.works(t, w)
	h.secret(t, w)
	h.public(t, w)
	if w.State.Over() && !h.before.Over() {
		recount(t, w)
	}
	if h.before.Over() && !slices.EqualFunc(h.before.Results, w.State.Results, func(a, b contest.Result) bool { return fmt.Sprint(a) == fmt.Sprint(b) }) {
		t.Fatalf("the result changes: %v, then %v", h.before.Results, w.State.Results)
	}
	h.bodies = map[chat.MemberID]string{}
	for m, e := range w.Entries {
		h.bodies[m] = string(e.Body)
	}
	h.before = w.State
}

func (h *history) body(t *rapid.T, raw string) contest.Body {
	b, err := contest.ReadBody(json.RawMessage(raw))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// frozen demands that works change in time alone, and nothing after the close.
func (h *history) frozen(t *rapid.T, w *world) {
	members := slices.Sorted(maps.Keys(w.Entries))
	for m := range h.bodies {
		members = append(members, m)
	}
	for _, m := range members {
		now := string(w.Entries[m].Body)
		if now == h.bodies[m] {
			continue
		}
		before, after := h.body(t, h.bodies[m]), h.body(t, now)
		works := fmt.Sprint(before.Works) != fmt.Sprint(after.Works)
		switch {
		case works && (h.before.Phase != contest.PhaseOpen || !w.Now.Before(h.before.Submit)):
			t.Fatalf("a work of %s changes while %s", m, h.before.Phase)
		case !works && (h.before.Phase != contest.PhaseDeciding || !w.Now.Before(h.before.Decide)):
			t.Fatalf("a vote or mark of %s changes while %s", m, h.before.Phase)
		case after.Vote != before.Vote && after.Vote != 0:
			if work, ok := w.State.Work(after.Vote); !ok || work.By == m || work.Stands != contest.Accepted {
				t.Fatalf("%s votes for %+v", m, work)
			}
		}
		for no := range after.Marks {
			if work, _ := w.State.Work(no); work.By == m {
				t.Fatalf("%s marks their own work", m)
			}
		}
	}
}

// works demands that nobody has more works than allowed, and that what is
// noted of them is what their author wrote.
func (h *history) works(t *rapid.T, w *world) {
	live := map[chat.MemberID]int{}
	for i, work := range w.State.Works {
		if work.No != i+1 {
			t.Fatalf("work %d is called %d", i+1, work.No)
		}
		_, kept := h.body(t, string(w.Entries[work.By].Body)).Works[work.No]
		if kept == (work.Stands == contest.Withdrawn) {
			t.Fatalf("work %d is %s, and that it is kept: %v", work.No, work.Stands, kept)
		}
		if work.Stands == contest.Waiting || work.Stands == contest.Accepted {
			live[work.By]++
		}
		if live[work.By] > w.State.PerMember {
			t.Fatalf("%s has %d works", work.By, live[work.By])
		}
	}
}

// secret demands that the state holds no result before the close, and that
// nothing said depends on votes or marks.
func (h *history) secret(t *rapid.T, w *world) {
	if w.State.Over() || len(w.State.Results) == 0 && w.State.Voters == 0 {
		return
	}
	t.Fatalf("a result while %s: %+v", w.State.Phase, w.State.Results)
}

// public demands that exactly the accepted works are shown, and one result.
func (h *history) public(t *rapid.T, w *world) {
	results := 0
	for i, p := range w.Posts {
		if p.Slot == contest.SlotResult {
			results++
		}
		var no, shown int
		if n, _ := fmt.Sscanf(p.Slot, "work-%d-%d", &no, &shown); n == 2 && i >= h.posts {
			h.shown[p.Slot] = no
			work, _ := w.State.Work(no)
			if work.Stands != contest.Accepted {
				t.Fatalf("a work that is %s is shown", work.Stands)
			}
			if text := p.Card.Plain(); w.State.Blind && strings.Contains(text, string(work.By)) {
				t.Fatalf("the card of a blind contest names its author: %s", text)
			}
		}
	}
	h.posts = len(w.Posts)
	for _, slot := range w.Retracted {
		delete(h.shown, slot)
	}
	if results > 1 || (results == 1) != w.State.Over() {
		t.Fatalf("%d results while %s", results, w.State.Phase)
	}
	var shown, accepted []int
	for _, no := range h.shown {
		shown = append(shown, no)
	}
	for _, work := range w.State.That(contest.Accepted) {
		accepted = append(accepted, work.No)
	}
	if slices.Sort(shown); !slices.Equal(shown, accepted) {
		t.Fatalf("works %v are shown, and %v are accepted", shown, accepted)
	}
}

// recount counts the entries in another way.
func recount(t *rapid.T, w *world) {
	s := w.State
	score := map[int][2]int{}
	for m, e := range w.Entries {
		var b contest.Body
		if err := json.Unmarshal(e.Body, &b); err != nil {
			t.Fatal(err)
		}
		if b.Vote != 0 && s.Mode == contest.ModeVote {
			score[b.Vote] = [2]int{score[b.Vote][0] + 1, 1}
		}
		for no, marks := range b.Marks {
			if s.IsJuror(chat.Actor{ID: m}) {
				score[no] = [2]int{score[no][0] + marks[0] + marks[1], score[no][1] + 1}
			}
		}
	}
	works := s.That(contest.Accepted)
	if len(s.Results) != len(works) {
		t.Fatalf("%d results of %d works", len(s.Results), len(works))
	}
	for i, r := range s.Results {
		sum, by := int(r.Votes), 1
		if s.Mode == contest.ModeJury {
			sum, by = r.Sum(), r.Jurors
		}
		want := score[r.No]
		if want[1] == 0 {
			want = [2]int{0, by}
		}
		if sum != want[0] || by != want[1] {
			t.Fatalf("work %d got %d by %d, want %v", r.No, sum, by, want)
		}
		if (r.Place == 0) != (sum == 0) {
			t.Fatalf("work %d has %d and place %d", r.No, sum, r.Place)
		}
		if i == 0 || r.Place == 0 {
			continue
		}
		last := s.Results[i-1]
		was := score[last.No]
		switch better := cmp.Compare(was[0]*want[1], want[0]*was[1]); {
		case better < 0, last.Place > r.Place, last.Place == 0, r.Place != last.Place && r.Place != i+1:
			t.Fatalf("work %d (%v) comes before work %d (%v): %+v", last.No, was, r.No, want, s.Results)
		case last.Place == r.Place && (better != 0 || s.Tie == contest.TieEarlier || s.Tie == contest.TieLot):
			t.Fatalf("works %d and %d share a place by the rule %s", last.No, r.No, s.Tie)
		}
	}
}
