package gamestest_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/gamestest"
)

// curious is a game that wants to know of members what it writes down.
type curious struct {
	count
	how string
}

func (c curious) Decide(s total, e games.Event, l games.Look) (games.Outcome[total], error) {
	want := &games.Wanting{Actor: true, Days: 7, In: gamestest.Channels()}
	_, woke := e.(games.Started)
	_, pressed := e.(games.Pressed)
	switch {
	case c.how == "of nobody" && woke:
		return games.Outcome[total]{}, want
	case c.how == "too many days" && pressed:
		return games.Outcome[total]{}, &games.Wanting{Days: games.MaxDays + 1}
	case c.how == "twice" && pressed, l.Facts == nil && pressed:
		return games.Outcome[total]{}, want
	}
	return c.count.Decide(s, e, l)
}

func TestAGameIsToldWhatItWants(t *testing.T) {
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	var got []games.Facts
	w := gamestest.NewWorld(words, games.Rules[total](curiousSpy{see: &got}))
	w.Start(t, nil)
	m, in := w.Members[0], gamestest.Channels()[0]
	w.Known[m] = games.Facts{
		Actor: chat.Actor{Roles: gamestest.Roles()[:1]}, Wrote: new(4), In: map[chat.ChannelID]bool{in: true},
	}
	if r := w.Press(t, m, "count"); r != nil {
		t.Fatal(r)
	}
	f := got[0]
	if f.ID != m || len(f.Roles) != 1 || *f.Wrote != 4 || !f.In[in] || len(f.In) != 2 || f.Absent {
		t.Errorf("%+v", f)
	}
	if r := w.Press(t, w.Members[1], "count"); r != nil || *got[len(got)-1].Wrote != 0 {
		t.Errorf("%v, %+v", r, got)
	}
	w.Blind = true
	if r := w.Press(t, m, "count"); r == nil || w.State.N != 2 {
		t.Errorf("nothing can be looked up: %v, %+v", r, w.State)
	}
	w.Gone[m] = true
	w.Answer(t, games.Question{Name: "q", Members: w.Members[:2], Want: &games.Wanting{Days: 1}})
	if len(got) < 4 || !got[len(got)-1].Absent {
		t.Errorf("%+v", got)
	}
}

// curiousSpy keeps what it is told.
type curiousSpy struct {
	curious
	see *[]games.Facts
}

func (s curiousSpy) Decide(st total, e games.Event, l games.Look) (games.Outcome[total], error) {
	if l.Facts != nil {
		*s.see = append(*s.see, *l.Facts)
	}
	if a, ok := e.(games.Answered); ok {
		for _, m := range []chat.MemberID{"discord:102", "discord:101"} {
			*s.see = append(*s.see, a.Facts[m])
		}
	}
	return s.curious.Decide(st, e, l)
}

func TestWhoWantsTooMuchIsFound(t *testing.T) {
	quietly(t)
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for how, complaint := range map[string]string{
		"": "", "twice": "more than it asked for", "of nobody": "none acts", "too many days": "31 days",
	} {
		if got := broken(words, curious{how: how}); !strings.Contains(got, complaint) || complaint == "" && got != "" {
			t.Errorf("%q: the suite says: %q", how, got)
		}
	}
}

func TestAnybodyMayBeAnything(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(r *rapid.T) {
		w := gamestest.NewWorld(nil, games.Rules[total](count{}))
		f := gamestest.Anybody(r, w.Now)
		if f.Created.After(w.Now) || f.Joined.After(w.Now) || *f.Wrote < 0 {
			r.Fatalf("%+v", f)
		}
		seen["guest"] = seen["guest"] || f.Guest
		seen["booster"] = seen["booster"] || !f.Boosts.IsZero()
		seen["role"] = seen["role"] || len(f.Roles) > 0
		seen["channel"] = seen["channel"] || f.In[gamestest.Channels()[1]]
	})
	if len(seen) != 4 {
		t.Errorf("%v", seen)
	}
}

func TestACuriousGameKeepsTheContract(t *testing.T) {
	h := harness(curious{})
	h.Facts = gamestest.Anybody
	gamestest.Run(t, h)
}
