package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/engine"
	"animo/storage"
)

// club is a game that wants to know of a member who enters all that can be
// known, and writes it into their entry.
type club struct{}

type clubbed struct {
	Asked map[chat.MemberID]games.Facts `json:"asked,omitempty"`
}

var (
	wantsAll    = games.Wanting{Actor: true, Days: 7, Said: []chat.ChannelID{channel}, In: []chat.ChannelID{channel, elsewhere}}
	wantsNobody = games.Wanting{Days: 7}
)

func (club) Kind() string { return "club" }

func (club) Decide(_ clubbed, e games.Event, l games.Look) (games.Outcome[clubbed], error) {
	var o games.Outcome[clubbed]
	switch e := e.(type) {
	case games.Started:
		o.State = &clubbed{}
		o.Wakes = []games.Wake{{Name: "check", At: l.Now.Add(time.Hour)}}
	case games.Woke:
		return o, &wantsAll
	case games.Ordered:
		o.Ask = &games.Question{Name: "who", Members: []chat.MemberID{member(1), member(2), member(3)}, Want: &wantsAll}
	case games.Answered:
		o.State = &clubbed{Asked: e.Facts}
	case games.Pressed:
		switch {
		case l.Facts == nil && e.Verb == "count":
			return o, &wantsNobody
		case l.Facts == nil || e.Verb == "greedy":
			return o, &wantsAll
		}
		body, err := json.Marshal(l.Facts)
		o.Enter = []games.Enter{{Member: e.By.ID, Body: body}}
		o.Answer = func(games.Standing) chat.Reply { return chat.PrivateLine(chat.Words("in")) }
		return o, err
	}
	return o, nil
}

func (club) Show(clubbed, games.Look) chat.Card { return chat.Card{} }
func (club) Sum(clubbed) games.Summary          { return games.Summary{Status: games.StatusOpen} }

// activity is how much everybody writes.
type activity struct {
	n     int
	err   error
	hangs bool
}

func (a *activity) Spoke(ctx context.Context, t storage.Tenant, m chat.MemberID, days int, in []chat.ChannelID) (int, error) {
	if a.hangs {
		<-ctx.Done()
		return 0, ctx.Err()
	}
	if t != storage.Tenant(space) || days != 7 || len(in) > 1 {
		return 0, errors.New("not what was asked")
	}
	return a.n, a.err
}

func (h *house) openClub() string {
	h.Helper()
	r := h.request(h.params(), "club")
	r.Kind, r.Params = "club", struct{}{}
	id, err := h.engine.Start(h.Context(), r)
	h.must(err)
	return id
}

// pressClub lets somebody press of whom an event tells but the id.
func (h *house) pressClub(id, verb string, n int) (chat.Reply, error) {
	h.Helper()
	p := pressed(id, verb, member(n), verb+string(member(n)))
	p.Action.Family, p.Actor.Bare = "club", true
	return h.engine.Press(h.Context(), h.community(), p, h.words.Printer(chat.English))
}

func (h *house) facts(id string, n int) (f games.Facts) {
	h.Helper()
	e, err := h.file.Entry(h.Context(), h.tenant(), id, string(member(n)))
	h.must(err)
	h.must(json.Unmarshal(e.Body, &f))
	return f
}

func TestAGameIsToldWhatItWantsToKnowOfAMember(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.wrote.n = 12
	joined := h.Now().Add(-time.Hour)
	h.platform.AddActor(chat.Actor{ID: member(1), Roles: []chat.RoleID{role}, Joined: joined})
	h.platform.Enter(channel, member(1))
	id := h.openClub()
	if r, err := h.pressClub(id, "enter", 1); err != nil || r.Card == nil {
		t.Fatalf("%+v, %v", r, err)
	}
	f := h.facts(id, 1)
	if !slices.Equal(f.Roles, []chat.RoleID{role}) || !f.Joined.Equal(joined) || *f.Wrote != 12 || !f.In[channel] || f.In[elsewhere] || f.Absent {
		t.Errorf("%+v", f)
	}
}

func TestOnlyWhatAGameWantsIsLookedUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.openClub()
	if _, err := h.pressClub(id, "count", 1); err != nil {
		t.Fatal(err)
	}
	if f := h.facts(id, 1); !f.Bare || *f.Wrote != 0 || f.In != nil {
		t.Errorf("%+v", f)
	}
	if calls := h.platform.Calls(); len(calls) > 0 {
		t.Errorf("the platform was asked: %v", calls)
	}
}

// What cannot be found out keeps a member out, but for the moment only.
func TestWhoCannotBeLookedUpIsAskedToTryAgain(t *testing.T) {
	t.Parallel()
	for name, breaks := range map[string]func(*house){
		"nobody of that id": func(*house) {},
		"bare":              func(h *house) { h.platform.AddActor(chat.Actor{ID: member(1), Bare: true}) },
		"platform": func(h *house) {
			h.platform.Fail = func(string) error { return &chat.Error{Trouble: chat.TroubleTransient} }
		},
		"channels": func(h *house) {
			h.platform.AddMember(member(1), true)
			h.platform.Caps.ChannelMembers = false
		},
		"store": func(h *house) {
			h.platform.AddMember(member(1), true)
			h.wrote.err = errors.New("disk full")
		},
		"nobody answers": func(h *house) {
			h.platform.AddMember(member(1), true)
			h.wrote.hangs = true
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t)
			breaks(h)
			id := h.openClub()
			began := time.Now()
			_, err := h.pressClub(id, "enter", 1)
			h.refusedWith(err, "eligibility.unknown")
			t.Logf("refused after %v", time.Since(began).Round(time.Millisecond))
			if tally, err := h.file.Tally(t.Context(), h.tenant(), id); err != nil || tally.Entries != 0 {
				t.Errorf("%+v, %v", tally, err)
			}
			if strings.Contains(h.log.String(), string(member(1))) {
				t.Errorf("the log names a member:\n%s", h.log)
			}
			h.platform.AddMember(member(1), true)
			h.platform.Fail, h.platform.Caps.ChannelMembers, h.wrote = nil, true, activity{}
			if _, err := h.pressClub(id, "enter", 1); err != nil {
				t.Errorf("refused for good: %v", err)
			}
		})
	}
}

func TestAGameAsksOnceAndOnlyOfWhoActs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.platform.AddMember(member(1), true)
	id := h.openClub()
	var r *games.Refusal
	if _, err := h.pressClub(id, "greedy", 1); err == nil || errors.As(err, &r) || !strings.Contains(err.Error(), "more than it asked for") {
		t.Errorf("%v", err)
	}
	h.pass(2 * time.Hour)
	if _, err := h.runner.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(h.log.String(), "where none acts") {
		t.Errorf("a game that is woken wants to know of a member, and nobody hears of it:\n%s", h.log)
	}
}

// A press that changes nothing while it is looked up commits nothing either:
// somebody who closes the game meanwhile is not overruled.
func TestNothingIsStoredWhileAMemberIsLookedUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.platform.AddMember(member(1), true)
	id := h.openClub()
	before, err := h.file.Get(t.Context(), h.tenant(), engine.KindInstance, id)
	h.must(err)
	h.platform.Fail = func(call string) error {
		if call == "Member" {
			now, err := h.file.Get(t.Context(), h.tenant(), engine.KindInstance, id)
			if err != nil || now.Version != before.Version {
				t.Errorf("version %d became %d, %v", before.Version, now.Version, err)
			}
			_, err = h.file.Commit(t.Context(), h.tenant(), storage.Change{Docs: []storage.DocPut{
				{Kind: engine.KindInstance, ID: id, Version: now.Version, Index: now.Index, Body: now.Body},
			}})
			h.must(err)
		}
		return nil
	}
	if _, err := h.pressClub(id, "enter", 1); err != nil {
		t.Errorf("a change meanwhile is decided upon anew: %v", err)
	}
	if n := slices.DeleteFunc(h.platform.Calls(), func(c string) bool { return c != "Member" }); len(n) != 1 {
		t.Errorf("%d look-ups", len(n))
	}
}

func TestAQuestionBringsTheFactsOfTheMembersAskedAbout(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.wrote.n = 3
	h.platform.AddActor(chat.Actor{ID: member(1), Roles: []chat.RoleID{role}})
	h.platform.AddMember(member(2), false)
	h.platform.Enter(elsewhere, member(1))
	id := h.openClub()
	_, err := h.order(id, "ask", "ask")
	h.must(err)
	h.drain()
	var in engine.Instance
	_, err = storage.Load(t.Context(), h.file, h.tenant(), engine.KindInstance, id, &in)
	h.must(err)
	var s clubbed
	h.must(json.Unmarshal(in.State, &s))
	there, left, never := s.Asked[member(1)], s.Asked[member(2)], s.Asked[member(3)]
	if !slices.Equal(there.Roles, []chat.RoleID{role}) || *there.Wrote != 3 || !there.In[elsewhere] || there.In[channel] || there.Absent {
		t.Errorf("%+v", there)
	}
	for _, f := range []games.Facts{left, never} {
		if !f.Absent || f.Wrote != nil || f.In != nil {
			t.Errorf("%+v", f)
		}
	}
}
