package chattest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
)

// manyMessages are more than any platform tells at once unless it is asked to.
const manyMessages = 120

// readsBack lets people say more than one page of history holds, and reads it
// back from there on.
func readsBack(t *testing.T, s *suite) {
	live := s.chatter(t, manyMessages)
	h := history{s, live}
	const nth = 7
	h.reads(t, live[nth].Message.ID, time.Time{}, live[nth+1:])
	h.reads(t, live[manyMessages-1].Message.ID, time.Time{}, nil)
	bound := live[nth].At
	young := slices.DeleteFunc(slices.Clone(live), func(p chat.Posted) bool { return p.At.Before(bound) })
	h.reads(t, "", bound, young)
	h.reads(t, live[len(live)-len(young)].Message.ID, bound, young[1:])
	h.ends(t, nth)
	h.ends(t, manyMessages-2)
	h.stops(t, live[nth].Message.ID)
	err := s.Platform.Since(t.Context(), chat.Stretch{Space: s.Space, In: s.Nowhere, From: bound}, func(chat.Posted) error { return nil })
	if chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("what was said nowhere: %v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.Platform.Since(ctx, chat.Stretch{Space: s.Space, In: s.Open, After: live[0].Message.ID, From: bound}, func(chat.Posted) error { return nil }); chat.TroubleOf(err) != chat.TroubleTransient {
		t.Errorf("a reading that nobody waits for: %v", err)
	}
}

// chatter lets two people talk and returns what came of it live, in the order
// of the channel: a platform need not deliver in it.
func (s *suite) chatter(t *testing.T, n int) []chat.Posted {
	t.Helper()
	people := []chat.MemberID{s.One, s.Two}
	at := make(map[string]int, n)
	for i := range n {
		at[s.h.Say(t, people[i%2], s.Open, fmt.Sprintf("what was missed: *%d* & <more>", i))] = i
	}
	out := make([]chat.Posted, n)
	for left := n; left > 0; {
		p := hears[chat.Posted](t, s)
		i, ours := at[p.Message.ID]
		if !ours || out[i].Message.ID != "" {
			continue
		}
		out[i] = p
		left--
	}
	for i, p := range out {
		if p.Late || p.Line == "" || p.Line != out[0].Line || p.Actor.ID != people[i%2] {
			t.Errorf("message %d came as %+v", i, p)
		}
	}
	return out
}

// history is a channel of which the messages are known as they came live.
type history struct {
	*suite
	live []chat.Posted
}

// reads reads the channel twice, and compares both with what came live.
func (h history) reads(t *testing.T, after string, from time.Time, want []chat.Posted) {
	t.Helper()
	ids := make([]string, 0, len(want))
	for round := range 2 {
		var got []chat.Posted
		err := h.Platform.Since(t.Context(), chat.Stretch{Space: h.Space, In: h.Open, After: after, From: from}, func(p chat.Posted) error { got = append(got, p); return nil })
		if err != nil || len(got) != len(want) {
			t.Fatalf("after %q, from %v: %d messages and %v, want %d", after, from, len(got), err, len(want))
		}
		for i, p := range got {
			h.same(t, p, want[i])
			if ids = append(ids, p.ID); ids[i] != p.ID || round == 0 && slices.Contains(ids[:i], p.ID) {
				t.Errorf("message %d is event %s, not %s", i, p.ID, ids[i])
			}
		}
	}
}

// ends reads up to a message.
func (h history) ends(t *testing.T, n int) {
	t.Helper()
	var got []chat.Posted
	s := chat.Stretch{Space: h.Space, In: h.Open, After: h.live[0].Message.ID, Before: h.live[n].Message.ID}
	err := h.Platform.Since(t.Context(), s, func(p chat.Posted) error { got = append(got, p); return nil })
	if err != nil || len(got) != n-1 || got[len(got)-1].Message != h.live[n-1].Message {
		t.Errorf("between the first and number %d: %d messages, %v", n, len(got), err)
	}
}

// same says whether a message read back is the one that came live.
func (h history) same(t *testing.T, p, live chat.Posted) {
	t.Helper()
	switch {
	case !p.Late || p.Line != "" || p.ID == "" || p.ID == live.ID:
		t.Errorf("read back as if it were live: %+v", p.Meta)
	case p.Message != live.Message || p.Space != live.Space || p.Channel != live.Channel || p.Thread != live.Thread:
		t.Errorf("%+v, but live it was %+v", p, live)
	case p.Actor.ID != live.Actor.ID || p.Actor.Bot || p.Text != live.Text || p.At.IsZero() || !p.At.Equal(live.At):
		t.Errorf("%+v, but live it was %+v", p, live)
	}
}

// stops breaks a reading off.
func (h history) stops(t *testing.T, after string) {
	t.Helper()
	enough, n := errors.New("enough"), 0
	err := h.Platform.Since(t.Context(), chat.Stretch{Space: h.Space, In: h.Open, After: after}, func(chat.Posted) error {
		if n++; n == 3 {
			return enough
		}
		return nil
	})
	if n != 3 || err != enough { //nolint:errorlint // it is to come back as it is
		t.Errorf("stopped after %d: %v", n, err)
	}
}
