package commands_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/storage"
	"animo/storage/storagetest"
)

func (s *side) giveaway(id string) giveaway.State {
	s.t.Helper()
	c, err := s.book.Load(s.t.Context(), chat.CommunityID(s.space))
	must(s.t, err)
	l, err := s.engine.Get(s.t.Context(), c, giveaway.Kind, id)
	must(s.t, err)
	var state giveaway.State
	must(s.t, json.Unmarshal(l.State, &state))
	return state
}

func (s *side) entrants(id string) []string {
	s.t.Helper()
	var out []string
	for k, err := range storage.AllKeys(s.t.Context(), s.store, s.tenant(), id) {
		must(s.t, err)
		out = append(out, chat.Native(chat.MemberID(k)))
	}
	return out
}

// tries lets a member press to enter and returns what they are told.
func (s *side) tries(id, name string) chat.Reply {
	s.t.Helper()
	return s.presses(s.member(name), chat.Act(giveaway.Kind, giveaway.VerbEnter, id))
}

func (s *side) logged() []string {
	s.t.Helper()
	lines, err := s.store.Log(s.t.Context(), s.tenant(), 0, 100)
	must(s.t, err)
	var out []string
	for _, l := range slices.Backward(lines) {
		out = append(out, l.Action+" "+l.Target)
	}
	return out
}

func TestABlockedMemberIsOutOfEveryGiveaway(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		in, out, planned := s.opens("Nitro"), s.opens("Mug"), s.opens("Book", "starts", "1h")
		s.enters(in, "m1", "m2")
		r := s.types(s.staff(), "giveaway block add", "member", string(s.id("m1")), "reason", "second account")
		s.holds(r, string(s.id("m1")), s.in("can no longer take part", "ne peut plus participer"))
		s.settle()
		if got := s.entrants(in); !slices.Equal(got, []string{"m2"}) {
			t.Errorf("entrants %v", got)
		}
		for _, id := range []string{in, out} {
			r := s.tries(id, "m1")
			s.holds(r, s.in("If you think that is a mistake", "Si vous pensez que c’est une erreur"))
			if text := said(r); strings.Contains(text, "second account") || strings.Contains(text, s.in("block", "bloqu")) {
				t.Errorf("the refusal accuses: %s", text)
			}
		}
		later := s.opens("Later")
		s.holds(s.tries(later, "m1"), s.in("If you think that is a mistake", "Si vous pensez que c’est une erreur"))
		s.pass(time.Hour)
		s.holds(s.tries(planned, "m1"), s.in("If you think that is a mistake", "Si vous pensez que c’est une erreur"))
		s.enters(planned, "m3")

		s.holds(s.types(s.staff(), "giveaway block list"), s.in("1 blocked member", "1 membre bloqué"), string(s.id("m1")), "second account", string(s.staff().ID))
		s.holds(s.types(s.staff(), "giveaway block add", "member", string(s.id("m1")), "reason", "again"), s.in("blocked already", "déjà bloqué"))
		s.holds(s.types(s.staff(), "giveaway block remove", "member", string(s.id("m1"))), s.in("can take part again", "peut de nouveau participer"))
		s.holds(s.types(s.staff(), "giveaway block remove", "member", string(s.id("m1"))), s.in("is not blocked", "n’est pas bloqué"))
		s.holds(s.types(s.staff(), "giveaway block list"), s.in("Nobody is blocked", "Personne n’est bloqué"))
		s.enters(s.opens("After"), "m1")
		got := strings.Join(s.logged(), "\n")
		for _, want := range []string{"giveaway.block.add " + string(s.id("m1")), "giveaway.block " + in, "giveaway.block " + out, "giveaway.block " + planned, "giveaway.block.remove " + string(s.id("m1"))} {
			if !strings.Contains(got+"\n", want+"\n") {
				t.Errorf("the log lacks %q:\n%s", want, got)
			}
		}
	})
}

func TestABlockNeedsAReasonThatFits(t *testing.T) {
	each(t, func(t *testing.T, s *side) {
		for reason, want := range map[string]string{
			"\u200b": s.in("Give a reason", "Indiquez un motif"), strings.Repeat("é", 201): s.in("has 201 characters", "compte 201 caractères"),
		} {
			s.changesNothing(func() {
				s.holds(s.types(s.staff(), "giveaway block add", "member", string(s.id("m1")), "reason", reason), want)
			})
		}
	})
}

func TestTheListOfTheBlockedIsBoundedAndTurned(t *testing.T) {
	s := on(t, chat.Discord)
	for n := range 100 {
		s.holds(s.types(s.staff(), "giveaway block add", "member", fmt.Sprint("discord:", n), "reason", strings.Repeat("long ", 40)), "can no longer")
	}
	s.holds(s.types(s.staff(), "giveaway block add", "member", "discord:100", "reason", "one too many"), "At most 100 members", s.path("giveaway block remove"))
	r := s.types(s.staff(), "giveaway block list")
	s.holds(r, "100 blocked members", "@discord:99:", "Page 1 of 7")
	if n := len([]rune(said(r))); n > s.platform.Caps.MaxText {
		t.Errorf("the list has %d characters", n)
	}
	last := s.presses(s.staff(), chat.Act("giveaway-blocked", "next", "").With("6"))
	if s.holds(last, "@discord:0:", "Page 7 of 7"); !last.Replace {
		t.Error("a turned page does not take the place of the other")
	}
	s.enters(s.opens("Nitro"), "m1")
}

// failsAt lets the n-th write from now on fail, or only its answer get lost.
func (s *side) failsAt(n int, lost bool) {
	hook := storagetest.FailAt(s.store.Writes()+n, fmt.Errorf("the disk is gone"))
	if s.store.Before = hook; lost {
		s.store.Before, s.store.After = nil, hook
	}
}

func TestABlockOutlivesACrash(t *testing.T) {
	s := on(t, chat.Discord)
	first, second := s.opens("Nitro"), s.opens("Mug")
	s.enters(first, "m1")
	s.enters(second, "m1")
	s.types(s.staff(), "giveaway block add", "member", "discord:m1", "reason", "second account")
	s.failsAt(3, false) // the lease and one giveaway go through
	for range 3 {
		_, _ = s.runner.Step(t.Context())
		s.now = s.now.Add(2 * time.Minute)
	}
	s.store.Before = nil
	s.settle()
	if got := slices.Concat(s.entrants(first), s.entrants(second)); len(got) != 0 {
		t.Errorf("entrants %v", got)
	}
	for _, id := range []string{first, second} {
		if b := s.giveaway(id).Barred; len(b) != 1 {
			t.Errorf("%s bars %v", id, b)
		}
	}
}

func TestWhoIsTakenOffTheListBeforeItWasActedUponStays(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro")
	s.enters(id, "m1")
	s.types(s.staff(), "giveaway block add", "member", "discord:m1", "reason", "a mistake")
	s.types(s.staff(), "giveaway block remove", "member", "discord:m1")
	s.settle()
	if got := s.entrants(id); len(got) != 1 {
		t.Errorf("entrants %v", got)
	}
}

// racing is a store in which something happens just before an instance is
// written for the first time.
type racing struct {
	storage.Store
	before func()
}

func (r *racing) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	if f := r.before; f != nil && slices.ContainsFunc(c.Docs, func(d storage.DocPut) bool { return d.Kind == engine.KindInstance && d.Version == 0 }) {
		r.before = nil
		f()
	}
	return r.Store.Commit(ctx, t, c)
}

func TestNobodySlipsThroughWhoIsBlockedDuringALaunch(t *testing.T) {
	s := on(t, chat.Discord)
	race := &racing{Store: s.store.Store}
	s.store.Store = race
	race.before = func() {
		s.types(s.staff(), "giveaway block add", "member", "discord:m1", "reason", "second account")
		s.settle() // before there is anything to take them out of
	}
	id := s.opens("Nitro")
	if blocked := s.giveaway(id).Who.Blocked; !slices.Equal(blocked, []chat.MemberID{"discord:m1"}) {
		t.Errorf("blocked: %v", blocked)
	}
	if n := len(s.games(games.StatusOpen)); n != 1 {
		t.Errorf("%d giveaways were started", n)
	}
}

func TestAnotherCommunityBlocksNobodyHere(t *testing.T) {
	s := on(t, chat.Discord)
	id := s.opens("Nitro")
	here := s.space
	s.space = "discord:2"
	s.types(s.manager(), "giveaway block add", "member", "discord:m1", "reason", "second account")
	s.settle()
	s.space = here
	s.enters(id, "m1")
	s.holds(s.types(s.staff(), "giveaway block list"), "Nobody is blocked")
}
