package gamestest_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/gamestest"
)

// count is a game that counts presses, and breaks the contract as told.
type count struct{ fault string }

type total struct {
	N    int `json:"n"`
	Lost int `json:"-"`
}

func (count) Kind() string { return "count" }

func (c count) Decide(s total, e games.Event, l games.Look) (games.Outcome[total], error) {
	switch e.(type) {
	case games.Started:
		s = total{}
	case games.Pressed:
		s.N++
	default:
		return games.Outcome[total]{}, nil
	}
	o := games.Outcome[total]{State: &s}
	switch c.fault {
	case "error":
		return o, errors.New("something went wrong")
	case "panic":
		panic("something went wrong")
	case "silent refusal":
		return o, games.Refuse(nil)
	case "clock":
		o.Posts = []games.Post{{Slot: time.Now().String()}}
	case "lost":
		s.Lost = s.N
	case "same post":
		o.Posts = []games.Post{{Slot: "card"}}
	case "same direct":
		o.Directs = []games.Direct{{Member: "discord:1", Name: "hello"}}
	case "same question":
		o.Ask = &games.Question{Name: "who"}
	case "enters twice":
		o.Enter = []games.Enter{{Member: "discord:1"}}
	case "leaves unseen":
		o.Leave = []chat.MemberID{"discord:1"}
	case "updates unseen":
		o.Update = []games.Enter{{Member: "discord:1"}}
	case "retracts unseen":
		o.Retract = []string{"nowhere"}
	case "answers elsewhere":
		here, there := fmt.Sprint("here-", s.N), fmt.Sprint("there-", s.N)
		o.Posts = []games.Post{{Slot: here}, {Slot: there, Channel: "discord:3", ReplyTo: here}}
	case "answers nothing":
		o.Posts = []games.Post{{Slot: fmt.Sprint(s.N), ReplyTo: "nowhere"}}
	case "no action":
		o.Posts = []games.Post{{Slot: fmt.Sprint(s.N), Card: chat.NewCard(chat.Controls(chat.Button(chat.Action{}, "x", "")))}}
	case "restless":
		o.Wakes = []games.Wake{{Name: "again", At: l.Now}}
	}
	return o, nil
}

func (c count) Show(s total, l games.Look) chat.Card {
	if c.fault == "missing argument" {
		return chat.Say(l.Public.Line("giveaway.cancelled_why"))
	}
	return chat.Say(chat.Words(fmt.Sprint(s.N)))
}

func (c count) Sum(s total) games.Summary {
	sum := games.Summary{Title: fmt.Sprint(s.N), Status: games.StatusOpen, Label: "giveaway.state.open"}
	switch c.fault {
	case "status":
		sum.Status = ""
	case "label":
		sum.Label = "count.nowhere"
	}
	return sum
}

// wakeful wakes itself for ever.
type wakeful struct{ count }

func (w wakeful) Decide(s total, e games.Event, l games.Look) (games.Outcome[total], error) {
	if _, woke := e.(games.Woke); woke {
		return games.Outcome[total]{Wakes: []games.Wake{{Name: "again", At: l.Now}}}, nil
	}
	return w.count.Decide(s, e, l)
}

// silent is a test that only remembers how it went.
type silent struct {
	testing.TB
	failed bool
	log    strings.Builder
}

func (s *silent) Helper()                   {}
func (s *silent) Name() string              { return "TestBroken" }
func (s *silent) Failed() bool              { return s.failed }
func (s *silent) Log(args ...any)           { fmt.Fprintln(&s.log, args...) }
func (s *silent) Fail()                     { s.failed = true }
func (s *silent) FailNow()                  { s.failed = true; runtime.Goexit() }
func (s *silent) Error(args ...any)         { s.Log(args...); s.Fail() }
func (s *silent) Fatal(args ...any)         { s.Log(args...); s.FailNow() }
func (s *silent) Logf(f string, a ...any)   { fmt.Fprintf(&s.log, f+"\n", a...) }
func (s *silent) Errorf(f string, a ...any) { s.Logf(f, a...); s.Fail() }
func (s *silent) Fatalf(f string, a ...any) { s.Logf(f, a...); s.FailNow() }

func harness(r games.Rules[total]) gamestest.Harness[total] {
	return gamestest.Harness[total]{Rules: r, Verbs: []string{"count"}}
}

// broken runs the suite on rules and returns what it complains about, "" for
// nothing.
func broken(words *i18n.Bundle, r games.Rules[total]) string {
	s := &silent{}
	done := make(chan struct{})
	go func() {
		defer close(done)
		rapid.Check(s, gamestest.Property(words, harness(r)))
	}()
	<-done
	if !s.failed {
		return ""
	}
	return s.log.String()
}

func TestAGameThatKeepsTheContractPasses(t *testing.T) { gamestest.Run(t, harness(count{})) }

func TestEachBreachOfTheContractIsFound(t *testing.T) {
	quietly(t)
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ fault, complaint string }{
		{"error", "something went wrong"},
		{"panic", "something went wrong"},
		{"silent refusal", "says nothing"},
		{"clock", "deciding twice"},
		{"lost", "does not survive JSON"},
		{"same post", "post/card comes twice"},
		{"same direct", "direct/discord:1/hello comes twice"},
		{"same question", "question/who comes twice"},
		{"enters twice", "enters twice"},
		{"leaves unseen", "was not there"},
		{"updates unseen", "was not there"},
		{"retracts unseen", "was never posted"},
		{"answers elsewhere", "from another channel"},
		{"answers nothing", "never posted"},
		{"no action", "action"},
		{"missing argument", "argument is missing"},
		{"status", "status"},
		{"label", "not in the catalogue"},
	} {
		t.Run(row.fault, func(t *testing.T) {
			if got := broken(words, count{row.fault}); !strings.Contains(got, row.complaint) {
				t.Errorf("the suite says: %q", got)
			}
		})
	}
	t.Run("never at rest", func(t *testing.T) {
		if got := broken(words, wakeful{count{"restless"}}); !strings.Contains(got, "come to rest") {
			t.Errorf("the suite says: %q", got)
		}
	})
}

// quietly keeps rapid from writing down failures that are meant, and from
// shrinking them.
func quietly(t *testing.T) {
	t.Helper()
	for name, value := range map[string]string{"rapid.nofailfile": "true", "rapid.shrinktime": "1ms"} {
		f := flag.Lookup(name)
		old := f.Value.String()
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = flag.Set(name, old) })
	}
}

func TestAWorldHandsOverParametersAsJSON(t *testing.T) {
	words, err := i18n.New()
	if err != nil {
		t.Fatal(err)
	}
	var got json.RawMessage
	w := gamestest.NewWorld(words, games.Rules[total](spy{see: &got}))
	w.Start(t, map[string]int{"n": 1})
	if string(got) != `{"n":1}` {
		t.Errorf("got %s", got)
	}
}

type spy struct {
	count
	see *json.RawMessage
}

func (s spy) Decide(st total, e games.Event, l games.Look) (games.Outcome[total], error) {
	if started, ok := e.(games.Started); ok {
		*s.see = started.Params
	}
	return s.count.Decide(st, e, l)
}
