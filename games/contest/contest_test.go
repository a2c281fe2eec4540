package contest_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"iter"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/contest"
	"animo/games/gamestest"
)

// stage is a contest in a world, with words for what members and staff do.
type stage struct {
	*testing.T
	*world
}

func member(n int) chat.MemberID { return chat.MemberID(fmt.Sprint("discord:", 100+n)) }

// begun starts a contest of one hour of submissions and one of decision.
func begun(t *testing.T, change ...func(*contest.Params)) *stage {
	t.Helper()
	w := gamestest.NewWorld(words(t), contest.Rules{})
	p := contest.Params{
		Title: "Contest", Takes: contest.Parts(), PerMember: 1, Places: 1, Mode: contest.ModeVote, Tie: contest.TieEarlier,
		Submit: w.Now.Add(time.Hour), Decide: w.Now.Add(2 * time.Hour),
	}
	for _, f := range change {
		f(&p)
	}
	if r := w.Start(t, p); r != nil {
		t.Fatal(r)
	}
	return &stage{t, w}
}

// judged makes the contest one of a jury.
func judged(criteria []string, jury ...chat.MemberID) func(*contest.Params) {
	return func(p *contest.Params) { p.Mode, p.Criteria, p.Jury = contest.ModeJury, criteria, jury }
}

func (s *stage) presses(by chat.MemberID, verb string, values ...string) *games.Refusal {
	s.Helper()
	return s.Do(s.T, games.Pressed{By: chat.Actor{ID: by}, Verb: verb, Values: values})
}

// ok demands that something was not refused.
func (s *stage) ok(r *games.Refusal) {
	s.Helper()
	if r != nil {
		s.Fatal(r)
	}
}

// not demands that something was refused with these words.
func (s *stage) not(r *games.Refusal, part string) {
	s.Helper()
	if r == nil || !strings.Contains(r.Line.Plain(), part) {
		s.Errorf("%v does not say %q", r, part)
	}
}

// works lets members hand works in, a minute apart, and staff accept them.
func (s *stage) works(by ...int) {
	s.Helper()
	for _, n := range by {
		s.ok(s.presses(member(n), contest.VerbSubmit, fmt.Sprint("Work of ", n), "text"))
		no := len(s.State.Works)
		s.ok(s.Order(s.T, contest.OrderAccept, map[string]string{contest.ArgNo: strconv.Itoa(no), contest.ArgMember: string(member(n))}))
		s.Now = s.Now.Add(time.Minute)
	}
}

// end ends what is under way.
func (s *stage) end() {
	s.Helper()
	s.ok(s.Order(s.T, contest.OrderEnd, nil))
}

// over ends the decision and lets the result come.
func (s *stage) over() {
	s.Helper()
	s.end()
	s.Settle(s.T)
	if s.State.Phase != contest.PhaseAnnounced {
		s.Fatalf("at the end it is %s", s.State.Phase)
	}
}

// places lists the number and place of each work, in order of rank.
func (s *stage) places() string {
	var out []string
	for _, r := range s.State.Results {
		out = append(out, fmt.Sprintf("%d:%d", r.No, r.Place))
	}
	return strings.Join(out, " ")
}

func (s *stage) votes(pairs ...int) {
	s.Helper()
	for i := 0; i < len(pairs); i += 2 {
		s.ok(s.presses(member(pairs[i]), contest.VerbVote, strconv.Itoa(pairs[i+1])))
	}
}

func (s *stage) marks(juror chat.MemberID, no int, marks ...string) {
	s.Helper()
	s.ok(s.presses(juror, contest.VerbMark, append([]string{strconv.Itoa(no)}, marks...)...))
}

// card is what the first post says, whose rules were told beforehand.
func (s *stage) opening() string { return s.Posts[0].Card.Plain() }

func (s *stage) post(slot string) string {
	for _, p := range s.Posts {
		if p.Slot == slot {
			return p.Card.Plain()
		}
	}
	return ""
}

func TestTiesAreSettledAsTheOpeningCardSays(t *testing.T) {
	for tie, want := range map[contest.Tie]struct{ places, rule string }{
		contest.TieEarlier: {"3:1 1:2 2:3 4:0", "the one handed in (or changed) first wins"},
		contest.TieShared:  {"3:1 1:2 2:2 4:0", "they share the place"},
	} {
		t.Run(string(tie), func(t *testing.T) {
			s := begun(t, func(p *contest.Params) { p.Tie = tie })
			s.works(1, 2, 3, 4)
			s.end()
			s.votes(1, 2, 2, 1, 4, 3, 5, 3)
			s.over()
			if got := s.places(); got != want.places {
				t.Errorf("%s, want %s", got, want.places)
			}
			if !strings.Contains(s.opening(), want.rule) || !strings.Contains(s.post(contest.SlotResult), want.rule) {
				t.Errorf("the rule is not told:\n%s", s.opening())
			}
		})
	}
}

func TestASharedPlaceLeavesTheNextOnesEmpty(t *testing.T) {
	s := begun(t, func(p *contest.Params) { p.Tie, p.Places = contest.TieShared, 1 })
	s.works(1, 2, 3)
	s.end()
	s.votes(1, 2, 2, 1, 3, 1, 4, 2, 5, 3)
	s.over()
	if got := s.places(); got != "1:1 2:1 3:3" {
		t.Error(got)
	}
	if pings := s.Posts[len(s.Posts)-1].Card.Pings.Members; !slices.Equal(pings, []chat.MemberID{member(1), member(2)}) {
		t.Errorf("both win, and %v are told", pings)
	}
}

func TestAChangedWorkCountsAsHandedInAnew(t *testing.T) {
	s := begun(t)
	s.works(1, 2)
	s.ok(s.presses(member(1), contest.VerbEdit, "1", "Another title", "text"))
	s.ok(s.Order(t, contest.OrderAccept, map[string]string{contest.ArgNo: "1", contest.ArgMember: string(member(1))}))
	s.end()
	s.votes(1, 2, 2, 1)
	s.over()
	if got := s.places(); got != "2:1 1:2" {
		t.Error(got)
	}
}

func TestALotIsSealedInTheOpeningCard(t *testing.T) {
	s := begun(t, func(p *contest.Params) { p.Tie = contest.TieLot })
	s.works(1, 2, 3)
	seal := sha256.Sum256([]byte(s.State.Seed))
	if !strings.Contains(s.opening(), hex.EncodeToString(seal[:])) || strings.Contains(s.opening(), s.State.Seed) {
		t.Errorf("the opening card does not seal the seed, or tells it:\n%s", s.opening())
	}
	s.end()
	s.votes(1, 2, 2, 3, 3, 1)
	s.over()
	order := []int{1, 2, 3}
	slices.SortFunc(order, func(a, b int) int {
		x, y := sha256.Sum256(fmt.Appendf(nil, "%s/%d", s.State.Seed, a)), sha256.Sum256(fmt.Appendf(nil, "%s/%d", s.State.Seed, b))
		return strings.Compare(string(x[:]), string(y[:]))
	})
	if want := fmt.Sprintf("%d:1 %d:2 %d:3", order[0], order[1], order[2]); s.places() != want {
		t.Errorf("%s, want %s", s.places(), want)
	}
	if !strings.Contains(s.post(contest.SlotResult), s.State.Seed) {
		t.Error("the result does not tell the seed")
	}
}

func TestThePresidentSettlesTiesAndElseThePlaceIsShared(t *testing.T) {
	s := begun(t, judged([]string{"Idea"}, member(7)), func(p *contest.Params) { p.President, p.Tie = member(8), contest.TiePresident })
	s.works(1, 2, 3, 4)
	s.end()
	for no, marks := range [][2]string{{"8", "6"}, {"6", "8"}, {"9", "4"}, {"9", "4"}} {
		s.marks(member(7), no+1, marks[0])
		s.marks(member(8), no+1, marks[1])
	}
	s.over()
	if got := s.places(); got != "2:1 1:2 3:3 4:3" {
		t.Error(got)
	}
}

func TestMeansAreComparedWithoutRounding(t *testing.T) {
	jury := []chat.MemberID{member(6), member(7), member(8)}
	s := begun(t, judged([]string{"Idea", "Skill"}, jury...))
	s.works(1, 2, 3)
	s.end()
	s.marks(jury[0], 1, "7", "6") // 6.50
	s.marks(jury[0], 2, "7", "6")
	s.marks(jury[1], 2, "6", "7")
	s.marks(jury[2], 2, "6", "8") // 40 of 6 marks: 6.67
	s.marks(jury[2], 3, "7", "7") // 7.00
	s.over()
	if got := s.places(); got != "3:1 2:2 1:3" {
		t.Error(got)
	}
	result := s.post(contest.SlotResult)
	for _, part := range []string{"7.00 of 10, one juror", "6.67 of 10, 3 jurors", "6.50 of 10", "the mean of all marks"} {
		if !strings.Contains(result, part) {
			t.Errorf("the result lacks %q:\n%s", part, result)
		}
	}
}

func TestAJurorWhoGivesNoMarksChangesNothing(t *testing.T) {
	s := begun(t, judged([]string{"Idea"}, member(7), member(8)))
	s.works(1, 2)
	s.end()
	s.marks(member(7), 1, "5")
	s.over()
	if got := s.places(); got != "1:1 2:0" {
		t.Error(got)
	}
	if !strings.Contains(s.post(contest.SlotResult), "One work got no mark and has no place") {
		t.Error(s.post(contest.SlotResult))
	}
	s = begun(t, judged([]string{"Idea"}, member(7)))
	s.works(1)
	s.end()
	s.over()
	if got := s.post(contest.SlotResult); !strings.Contains(got, "No mark was given, so nobody wins") || s.places() != "1:0" {
		t.Error(got)
	}
}

func TestAJurorNeitherTakesPartNorMarksTheirOwnWork(t *testing.T) {
	s := begun(t, judged([]string{"Idea"}, member(7)), func(p *contest.Params) { p.JuryRole = "discord:9" })
	s.not(s.presses(member(7), contest.VerbSubmit, "Mine", "text"), "Vous faites partie du jury")
	s.works(1, 2)
	late := chat.Actor{ID: member(1), Roles: []chat.RoleID{"discord:9"}} // given the role after handing in
	s.end()
	s.not(s.Do(t, games.Pressed{By: late, Verb: contest.VerbMark, Values: []string{"1", "10"}}), "votre propre participation")
	s.ok(s.Do(t, games.Pressed{By: late, Verb: contest.VerbMark, Values: []string{"2", "3"}}))
	s.not(s.presses(member(2), contest.VerbMark, "1", "10"), "Seul le jury")
	s.not(s.Order(t, contest.OrderJury, map[string]string{contest.ArgMember: string(member(2))}), "ne peut donc pas être du jury")
	s.over()
	if r, _ := s.State.Result(2); r.Sum() != 3 || r.Jurors != 1 {
		t.Errorf("%+v", r)
	}
}

func TestTheMarksOfAJurorWhoIsTakenOutCountNothing(t *testing.T) {
	s := begun(t, judged([]string{"Idea"}, member(7), member(8)))
	s.works(1)
	s.end()
	s.marks(member(7), 1, "10")
	s.marks(member(8), 1, "4")
	s.ok(s.Order(t, contest.OrderJury, map[string]string{contest.ArgMember: string(member(7)), contest.ArgRemove: "true"}))
	s.not(s.presses(member(7), contest.VerbMark, "1", "9"), "Seul le jury")
	s.not(s.Order(t, contest.OrderJury, map[string]string{contest.ArgMember: string(member(8)), contest.ArgRemove: "true"}), "Il faut quelqu’un dans le jury")
	s.over()
	if r, _ := s.State.Result(1); r.Sum() != 4 || r.Jurors != 1 {
		t.Errorf("%+v", r)
	}
}

func TestNothingComesInTooLateHoweverLateTheTimerIs(t *testing.T) {
	s := begun(t)
	s.works(1, 2)
	s.Now = s.State.Submit
	s.not(s.presses(member(3), contest.VerbSubmit, "Late", "text"), "sont closes")
	s.not(s.presses(member(1), contest.VerbWithdraw, "1"), "sont closes")
	s.not(s.presses(member(3), contest.VerbVote, "1"), "n’est pas encore ouvert")
	planned := s.State.Decide.Sub(s.State.Submit)
	s.Now = s.Now.Add(3 * time.Hour) // the bot was away
	s.Wake(t, contest.WakeSubmit)
	if left := s.State.Decide.Sub(s.Now); left != planned {
		t.Errorf("the decision lasts %v, and %v were planned", left, planned)
	}
	s.votes(3, 1)
	s.Now = s.State.Decide
	s.not(s.presses(member(4), contest.VerbVote, "2"), "Ce défi est clos")
	s.not(s.presses(member(3), contest.VerbUnvote), "Ce défi est clos")
	s.not(s.Order(t, contest.OrderRefuse, map[string]string{contest.ArgNo: "1", contest.ArgMember: string(member(1)), contest.ArgReason: "x"}), "déjà clos")
	s.Settle(t)
	if got := s.places(); got != "1:1 2:0" {
		t.Error(got)
	}
}

func TestVotesForAWorkThatIsTakenDownCountNothing(t *testing.T) {
	s := begun(t)
	s.works(1, 2)
	s.end()
	s.votes(3, 1, 4, 1, 5, 2)
	s.ok(s.Order(t, contest.OrderRefuse, map[string]string{contest.ArgNo: "1", contest.ArgMember: string(member(1)), contest.ArgReason: "Copied"}))
	s.not(s.presses(member(6), contest.VerbVote, "1"), "ne concourt plus")
	s.votes(4, 2)
	s.over()
	if got := s.places(); got != "2:1" || s.State.Voters != 2 {
		t.Errorf("%s by %d", got, s.State.Voters)
	}
	if strings.Contains(s.post(contest.SlotResult), "Work of 1") {
		t.Error("a work that was taken down is in the result")
	}
}

func TestAWithdrawnWorkLeavesNothingButItsNumber(t *testing.T) {
	s := begun(t)
	s.works(1)
	s.not(s.presses(member(1), contest.VerbSubmit, "Second", "text"), "Vous avez déjà déposé votre participation")
	s.ok(s.presses(member(1), contest.VerbWithdraw, "1"))
	if len(s.Entries) != 0 || s.State.Works[0].Title != "" || !slices.Equal(s.Retracted, []string{"work-1-1"}) {
		t.Errorf("%v, %+v, %v", s.Entries, s.State.Works, s.Retracted)
	}
	s.works(1)
	if len(s.State.That(contest.Accepted)) != 1 {
		t.Errorf("%+v", s.State.Works)
	}
}

func TestAWorkIsOneMessage(t *testing.T) {
	s := begun(t)
	s.not(s.presses(member(1), contest.VerbSubmit, "Title", strings.Repeat("<", contest.MaxText)), "plus qu’un message")
	s.ok(s.presses(member(1), contest.VerbSubmit, strings.Repeat("t", contest.MaxTitle), strings.Repeat("word ", contest.MaxText/5)))
	s.ok(s.Order(t, contest.OrderAccept, map[string]string{contest.ArgNo: "1", contest.ArgMember: string(member(1))}))
	if parts := chat.Split(s.Posts[len(s.Posts)-1].Card, s.Caps); len(parts) != 1 {
		t.Errorf("%d messages", len(parts))
	}
}

func TestTheLogDoesNotHoldThePresidentsMarks(t *testing.T) {
	s := begun(t, judged([]string{"Idea"}, member(7)), func(p *contest.Params) { p.President, p.Tie = member(8), contest.TiePresident })
	s.works(1)
	s.end()
	s.marks(member(7), 1, "5")
	s.marks(member(8), 1, "9")
	s.over()
	raw, err := json.Marshal(s.Notes)
	if err != nil || strings.Contains(string(raw), `"president":9`) {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestStaffAreToldOnceForAllThatWait(t *testing.T) {
	s := begun(t, func(p *contest.Params) { p.Team = "discord:77" })
	told := func() int {
		return len(slices.DeleteFunc(slices.Clone(s.Posts), func(p games.Post) bool { return p.Channel != "discord:77" }))
	}
	for n := 1; n <= 3; n++ {
		s.ok(s.presses(member(n), contest.VerbSubmit, "Title", "text"))
	}
	if told() != 1 {
		t.Fatalf("told %d times", told())
	}
	for n := 1; n <= 3; n++ {
		s.ok(s.Order(t, contest.OrderAccept, map[string]string{contest.ArgNo: strconv.Itoa(n), contest.ArgMember: string(member(n))}))
	}
	s.ok(s.presses(member(4), contest.VerbSubmit, "Title", "text"))
	s.end() // a work still waits
	if told() != 3 {
		t.Errorf("told %d times", told())
	}
	s.over()
	last := s.Directs[len(s.Directs)-1]
	if last.Member != member(4) || !strings.Contains(last.Card.Plain(), "was not accepted in time") {
		t.Errorf("%s is told %s", last.Member, last.Card.Plain())
	}
}

func TestWinnersGetTheirRoleOnceAndAuthorsAreTold(t *testing.T) {
	s := begun(t, func(p *contest.Params) { p.Role, p.Places, p.PerMember = "discord:9", 2, 2 })
	s.works(1, 1, 2)
	s.end()
	s.votes(3, 1, 4, 2, 5, 2, 1, 3)
	s.over()
	if got := s.places(); got != "2:1 1:2 3:3" || len(s.Grants) != 1 || s.Grants[0].Member != member(1) {
		t.Errorf("%s, %+v", got, s.Grants)
	}
	results := slices.DeleteFunc(slices.Clone(s.Directs), func(d games.Direct) bool { return d.Name != contest.SlotResult })
	if len(results) != 2 || !strings.Contains(results[0].Card.Plain(), "place 2 of 3") || !strings.Contains(results[0].Card.Plain(), "place 1 of 3") {
		t.Errorf("%+v", results)
	}
}

func TestAContestWithoutWorksEndsAtOnce(t *testing.T) {
	s := begun(t)
	s.end()
	s.Settle(t)
	if got := s.post(contest.SlotResult); !strings.Contains(got, "No work took part") {
		t.Error(got)
	}
}

func TestAScheduledContestOpensAndTellsWhoIsToBeTold(t *testing.T) {
	s := begun(t, func(p *contest.Params) {
		p.Opens, p.Submit, p.Decide, p.Ping = p.Submit, p.Submit.Add(time.Hour), p.Decide.Add(time.Hour), "discord:5"
	})
	s.not(s.presses(member(1), contest.VerbSubmit, "Early", "text"), "Ce défi ouvre le")
	if len(s.Posts[0].Card.Pings.Roles) != 0 {
		t.Error("the role is told before the contest opens")
	}
	s.SettleUntil(t, s.State.Opens)
	if s.State.Phase != contest.PhaseOpen || !slices.Equal(s.Posts[1].Card.Pings.Roles, []chat.RoleID{"discord:5"}) {
		t.Errorf("%s, %+v", s.State.Phase, s.Posts)
	}
}

func TestAMeanIsWrittenAsTheReaderWritesIt(t *testing.T) {
	b := words(t)
	for _, row := range []struct {
		sum, marks      int
		english, french string
	}{{15, 2, "7.50", "7,50"}, {20, 3, "6.67", "6,67"}, {1, 1, "1.00", "1,00"}, {0, 0, "–", "–"}, {1999, 200, "10.00", "10,00"}} {
		for l, want := range map[chat.Language]string{chat.English: row.english, chat.French: row.french} {
			if got := contest.Mean(row.sum, row.marks, b.Printer(l)); got != want {
				t.Errorf("%d of %d: %q, want %q", row.sum, row.marks, got, want)
			}
		}
	}
}

// A million votes are counted in one pass whose memory does not grow with
// their number.
func TestAMillionVotesAreCountedInOnePass(t *testing.T) {
	const voters = 1_000_000
	s := begun(t)
	s.works(1, 2, 3)
	s.end()
	s.end()
	began := time.Now()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	o, err := s.Rules.Decide(s.State, games.Woke{Name: contest.WakeCount}, games.Look{
		ID: "WRLD2345", Now: s.Now, Public: s.Words.Printer(chat.English), Caps: s.Caps,
		Bodies: func() iter.Seq2[games.Entry, error] {
			return func(yield func(games.Entry, error) bool) {
				for n := range voters {
					body := json.RawMessage(fmt.Sprintf(`{"vote":%d}`, 1+n%4)) // every fourth goes nowhere
					if !yield(games.Entry{Member: chat.MemberID(strconv.Itoa(n)), Body: body}, nil) {
						return
					}
				}
			}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	took := time.Since(began)
	runtime.GC()
	runtime.ReadMemStats(&after)
	if r := o.State.Results; len(r) != 3 || r[0].Votes != voters/4 || o.State.Voters != voters*3/4 {
		t.Errorf("%+v", o.State.Results)
	}
	kept := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	t.Logf("%d votes counted in %v, %d KiB kept", voters, took.Round(time.Millisecond), kept/1024)
	if kept > 8<<20 {
		t.Errorf("%d bytes are kept", kept)
	}
}
