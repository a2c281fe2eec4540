package gamestest

import (
	"errors"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games"
)

// Roles are those that Anybody may have.
func Roles() []chat.RoleID { return []chat.RoleID{"discord:301", "discord:302", "discord:303"} }

// Channels are those that Anybody may be in.
func Channels() []chat.ChannelID { return []chat.ChannelID{"discord:401", "discord:402"} }

// Anybody draws facts of a member: roles, channels, ages of up to two months,
// up to ten messages, guests and boosters.
func Anybody(t *rapid.T, now time.Time) games.Facts {
	ago := func(label string) time.Time {
		return now.Add(-time.Duration(rapid.Int64Range(0, int64(60*24*time.Hour)).Draw(t, label)))
	}
	f := games.Facts{
		Actor: chat.Actor{
			Roles:   rapid.SliceOfDistinct(rapid.SampledFrom(Roles()), rapid.ID).Draw(t, "roles"),
			Created: ago("created"), Joined: ago("joined"), Guest: rapid.IntRange(0, 4).Draw(t, "guest") == 0,
		},
		Wrote: new(rapid.IntRange(0, 10).Draw(t, "messages")), In: map[chat.ChannelID]bool{},
	}
	if rapid.Bool().Draw(t, "boosts") {
		f.Boosts = ago("boosts since")
	}
	for _, ch := range Channels() {
		f.In[ch] = rapid.Bool().Draw(t, "in")
	}
	return f
}

// change lets something else be true of a member, or the platform go blind.
func (p *play[S]) change(t *rapid.T) {
	p.Blind = rapid.IntRange(0, 5).Draw(t, "blind") == 0
	m := rapid.SampledFrom(p.Members).Draw(t, "changes")
	p.Known[m] = p.Facts(t, p.Now)
}

// actor is a member as an event tells of them.
func (w *World[S]) actor(m chat.MemberID) chat.Actor {
	a := w.Known[m].Actor
	a.ID = m
	return a
}

// informed decides, and once more with what the game wants to know.
func (w *World[S]) informed(t TB, e games.Event) (games.Outcome[S], error) {
	t.Helper()
	o, err := w.decide(t, e)
	var want *games.Wanting
	if !errors.As(err, &want) {
		return o, err
	}
	m := actorOf(e).ID
	switch {
	case m == "":
		t.Fatalf("on %T the game wants to know more of a member, and none acts", e)
	case want.Days < 0 || want.Days > games.MaxDays:
		t.Fatalf("the game wants to know the messages of %d days", want.Days)
	case w.Blind:
		return games.Outcome[S]{}, games.Refuse(w.Words.Printer(w.Private).Line("eligibility.unknown"))
	}
	f := w.found(m, *want)
	if !want.Actor { // then it is as the event told
		f.Actor = actorOf(e)
	}
	w.facts = &f
	defer func() { w.facts = nil }()
	o, err = w.decide(t, e)
	if errors.As(err, &want) {
		t.Fatalf("on %T the game wants to know more than it asked for: %+v", e, want)
	}
	return o, err
}

// actorOf is who causes an event.
func actorOf(e games.Event) chat.Actor {
	switch e := e.(type) {
	case games.Pressed:
		return e.By
	case games.Ordered:
		return e.By
	}
	return chat.Actor{}
}

// found is what is wanted of a member.
func (w *World[S]) found(m chat.MemberID, want games.Wanting) games.Facts {
	f := games.Facts{Actor: w.actor(m), Absent: w.Gone[m]}
	if f.Absent {
		return f
	}
	if want.Days > 0 {
		f.Wrote = new(0)
		if n := w.Known[m].Wrote; n != nil {
			f.Wrote = new(*n)
		}
	}
	if len(want.In) > 0 {
		f.In = make(map[chat.ChannelID]bool, len(want.In))
		for _, ch := range want.In {
			f.In[ch] = w.Known[m].In[ch]
		}
	}
	return f
}

// asked is what a question wants of its members; nil if that is nothing.
func (w *World[S]) asked(q games.Question) map[chat.MemberID]games.Facts {
	if q.Want == nil {
		return nil
	}
	facts := make(map[chat.MemberID]games.Facts, len(q.Members))
	for _, m := range q.Members {
		facts[m] = w.found(m, *q.Want)
	}
	return facts
}
