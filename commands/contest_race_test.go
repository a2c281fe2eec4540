package commands_test

import (
	"fmt"
	"strconv"
	"sync"
	"testing"

	"animo/bot/chat"
	"animo/games/contest"
)

// atOnce presses side by side and reports what went wrong, refusals aside.
func (s *side) atOnce(id string, presses ...chat.Pressed) {
	s.t.Helper()
	b, err := words()
	must(s.t, err)
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	var wg sync.WaitGroup
	for _, p := range presses {
		p.ID, p.Space, p.Channel = fmt.Sprint("at-once-", p.Actor.ID, p.Action.Verb, p.Values), s.space, s.channel("general")
		p.Action.Subject = id
		wg.Go(func() { _, _ = s.engine.Press(s.t.Context(), c, p, b.Printer(chat.English)) })
	}
	wg.Wait()
}

func pressing(by chat.Actor, verb string, values ...string) chat.Pressed {
	return chat.Pressed{Meta: chat.Meta{Actor: by}, Action: chat.Act(contest.Kind, verb, ""), Values: values}
}

func TestMarksGivenSideBySideAreAllKept(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.holdsContest("criteria", "Idea", "juror", string(s.id("judy")))
	var names []string
	for n := range 6 {
		names = append(names, fmt.Sprint("m", n))
	}
	s.presents(id, names...)
	s.types(s.staff(), "contest end")
	var presses []chat.Pressed
	for n := range names {
		presses = append(presses, pressing(s.member("judy"), contest.VerbMark, strconv.Itoa(n+1), "7"))
	}
	s.atOnce(id, presses...)
	if given := s.contest(id).Given[s.id("judy")]; given != len(names) {
		t.Errorf("%d of %d marks are kept", given, len(names))
	}
	s.types(s.staff(), "contest end")
	s.settle()
	for _, r := range s.contest(id).Results {
		if r.Jurors != 1 {
			t.Errorf("%+v", r)
		}
	}
}

func TestManyVotesSideBySideWithTheCloseAreOneVoiceEach(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.holdsContest()
	s.presents(id, "ann", "bob")
	s.types(s.staff(), "contest end")
	var presses []chat.Pressed
	const voters = 60
	for n := range voters {
		m := s.member(fmt.Sprint("voter-", n))
		presses = append(presses, pressing(m, contest.VerbVote, "1"), pressing(m, contest.VerbVote, "2"))
	}
	s.atOnce(id, presses[:len(presses)/2]...)
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.atOnce(id, presses[len(presses)/2:]...)
	}()
	s.types(s.staff(), "contest end", "id", id)
	<-done
	s.settle()
	state := s.contest(id)
	sum := int64(0)
	for _, r := range state.Results {
		sum += r.Votes
	}
	if sum != state.Voters || sum < voters/2 || sum > voters {
		t.Errorf("%d voices of %d voters, noted %d", sum, voters, state.Voters)
	}
	tally, err := s.store.Tally(t.Context(), s.tenant(), id)
	if err != nil || tally.Entries != sum+2 {
		t.Errorf("%d entries of two authors and %d voters: %v", tally.Entries, sum, err)
	}
}

func TestAMemberWhoHandsInTwiceAtOnceHasOneWork(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.holdsContest()
	var presses []chat.Pressed
	for n := range 8 {
		presses = append(presses, pressing(s.member("ann"), contest.VerbSubmit, fmt.Sprint("Title ", n), "text"))
	}
	s.atOnce(id, presses...)
	if works := s.contest(id).Works; len(works) != 1 {
		t.Errorf("%+v", works)
	}
}
