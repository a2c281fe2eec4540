package discord_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/discord/gateway"
	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

const beats = 400 * time.Millisecond

// steady makes heartbeats come fast where a test waits for them; elsewhere a
// busy machine would miss them.
func steady(fast bool) func(*discordwire.Options) {
	return func(o *discordwire.Options) {
		if fast {
			o.HeartbeatInterval = beats
		}
	}
}

// survives says things before and after a fault; all must be heard, in order
// and once. It returns how long the first word after the fault took.
func (e *ear) survives(fault func()) time.Duration {
	e.Helper()
	var said []string
	say := func(text string) {
		said = append(said, text)
		e.chatter(text)
	}
	for i := range 5 {
		say(fmt.Sprint("before", i))
	}
	e.hears(e.T, said)
	began := time.Now()
	fault()
	for i := range 20 {
		say(fmt.Sprint("after", i))
	}
	until(e.T, "a word after the fault", func() bool { return len(e.heard()) > 5 })
	took := time.Since(began)
	e.hears(e.T, said)
	say("end")
	e.hears(e.T, said)
	e.Logf("recovered in %v", took.Round(time.Millisecond))
	if n := e.requests("WS", "identify"); n != 1 {
		e.Errorf("%d sessions", n)
	}
	return took
}

func TestAFaultOfTheLineLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*local){
		"op 7 asks to reconnect":           func(l *local) { l.Reconnect() },
		"op 9 with true resumes":           func(l *local) { l.Invalidate(true) },
		"a reset (1006)":                   func(l *local) { l.Drop(1006) },
		"code 4000":                        func(l *local) { l.Drop(4000) },
		"code 4008":                        func(l *local) { l.Drop(4008) },
		"code 1001":                        func(l *local) { l.Drop(1001) },
		"a half-open socket":               func(l *local) { l.Freeze() },
		"each event delivered twice":       func(l *local) { l.Duplicate(20) },
		"events that come late":            func(l *local) { l.Late(100 * time.Millisecond) },
		"late, doubled and cut in between": func(l *local) { l.Late(50 * time.Millisecond); l.Duplicate(10); l.Drop(1006) },
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t, steady(strings.Contains(name, "half-open")))
			l.listen().survives(func() { fault(l) })
		})
	}
}

func TestAHostileGatewayLosesAndDoublesNothing(t *testing.T) {
	t.Parallel()
	huge := `{"op":0,"s":2,"t":"X","d":"` + strings.Repeat("x", 17<<20) + `"}`
	for name, fault := range map[string]func(*relay){
		"a frame of the wrong type":  func(r *relay) { r.inject(`{"op":"zero","d":[]}`) },
		"a frame that is a list":     func(r *relay) { r.inject(`[1,2]`) },
		"a frame that is cut":        func(r *relay) { r.inject(`{"op":0,"t":"MESSAGE_CREATE","d":{"id":"1`) },
		"a frame that is huge":       func(r *relay) { r.inject(huge) },
		"an event of the wrong type": func(r *relay) { r.inject(`{"op":0,"s":null,"t":"MESSAGE_CREATE","d":{"id":7,"author":"x"}}`) },
		"an event that is no JSON":   func(r *relay) { r.inject(`{"op":0,"t":"MESSAGE_CREATE","d":{"id":nonsense}}`) },
		"unknown operations, events": func(r *relay) { r.inject(`{"op":99,"d":[{}]}`); r.inject(`{"op":0,"t":"NEWS","d":{"x":[1]}}`) },
		"an old number once more":    func(r *relay) { r.inject(`{"op":0,"s":2,"t":"MESSAGE_CREATE","d":{}}`) },
		"heartbeats not acknowledged": func(r *relay) {
			drop, begun := dropAcks()
			r.meddle(drop)
			<-begun
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t, steady(strings.Contains(name, "acknowledged")))
			r := l.relay()
			l.listen(r.through).survives(func() { fault(r) })
		})
	}
}

// dropAcks drops everything from an acknowledgement on, until the next HELLO;
// begun is closed when it does.
func dropAcks() (drop func([]byte) []byte, begun chan struct{}) {
	begun = make(chan struct{})
	silent, over := false, false
	return func(b []byte) []byte {
		if bytes.Contains(b, []byte(`"op":10,`)) {
			over = silent
		}
		if !silent && bytes.Contains(b, []byte(`"op":11,`)) {
			silent = true
			close(begun)
		}
		if silent && !over {
			return nil
		}
		return b
	}, begun
}

func TestAReconnectInsteadOfReadyHangsNothing(t *testing.T) {
	l := open(t)
	r := l.relay()
	first := true
	r.meddle(func(b []byte) []byte {
		if first && bytes.Contains(b, []byte(`"t":"READY"`)) {
			first = false
			return []byte(`{"op":7,"d":null}`)
		}
		return b
	})
	began := time.Now()
	e := l.listen(r.through)
	l.chatter("hello")
	e.hears(t, []string{"hello"})
	t.Logf("connected after %v", time.Since(began).Round(time.Millisecond))
}

func TestAMessageWithAnUnknownComponentIsWhole(t *testing.T) {
	l := open(t)
	r := l.relay()
	e := l.listen(r.through)
	r.inject(`{"op":0,"t":"MESSAGE_CREATE","d":{"id":"1450000000000000000","channel_id":"` + l.general + `","guild_id":"` + l.GuildID() +
		`","type":0,"content":"whole","author":{"id":"5","username":"x"},"components":[{"type":99,"new":[{"deep":{}}]}]}}`)
	e.hears(t, []string{"whole"})
}

func TestALostSessionBeginsAnewAfterAWait(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*local){
		"op 9 with false": func(l *local) { l.Invalidate(false) },
		"code 4007":       func(l *local) { l.Drop(4007) },
		"code 4009":       func(l *local) { l.Drop(4009) },
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			e := l.listen()
			l.chatter("before")
			e.hears(t, []string{"before"})
			began := time.Now()
			fault(l)
			until(t, "a new session", func() bool { return e.arrivals() > 1 })
			took := time.Since(began)
			l.chatter("after")
			e.hears(t, []string{"before", "after"})
			t.Logf("recovered in %v", took.Round(time.Millisecond))
			if took < time.Second || l.requests("WS", "identify") != 2 {
				t.Errorf("began anew %d times, after %v", l.requests("WS", "identify")-1, took)
			}
		})
	}
}

func TestATokenRefusedWhileConnectedEndsRun(t *testing.T) {
	l := open(t)
	e := l.listen()
	l.Drop(4004)
	err := <-e.err
	e.err <- nil
	var fatal *gateway.FatalError
	if !errors.As(err, &fatal) || fatal.Code != 4004 || !strings.Contains(err.Error(), "token") {
		t.Errorf("%v", err)
	}
	if n := l.requests("WS", "identify"); n != 1 {
		t.Errorf("%d sessions", n)
	}
}

func TestFiveHundredMessagesASecondAreHeardOverThreeFaults(t *testing.T) {
	l := open(t)
	e := l.listen()
	const all = 750
	var said []string
	began := time.Now()
	for i := range all {
		switch i {
		case 150:
			l.Drop(1006)
		case 350:
			l.Reconnect()
		case 550:
			l.Duplicate(40)
		}
		said = append(said, fmt.Sprint("m", i))
		l.chatter(said[i])
		time.Sleep(time.Until(began.Add(time.Duration(i) * 2 * time.Millisecond)))
	}
	e.hears(t, said)
	t.Logf("%d messages in %v", all, time.Since(began).Round(time.Millisecond))
}

// utter posts as the outbox does, until Discord takes it, and returns how
// often it was tried.
func (l *local) utter(key string) (tries int) {
	l.Helper()
	a, ctx, began := l.adapter(), context.Background(), time.Now()
	for end := began.Add(brief); time.Now().Before(end); {
		tries++
		_, err := a.Post(ctx, channelID(l.general), chat.Message{Card: say("winners"), Key: key})
		var e *chat.Error
		switch {
		case err == nil:
			l.Logf("said after %v", time.Since(began).Round(time.Millisecond))
			return tries
		case !errors.As(err, &e):
			l.Fatal(err)
		case e.Trouble == chat.TroubleLimited:
			time.Sleep(e.RetryAfter)
		case e.Trouble == chat.TroubleUnsure:
			if _, found, err := a.Find(ctx, channelID(l.general), key, began); err == nil && found {
				l.Logf("found after %v", time.Since(began).Round(time.Millisecond))
				return tries
			}
		case e.Trouble.Final():
			l.Fatal(err)
		}
	}
	l.Fatal("never said")
	return tries
}

func TestAFaultOfTheInterfaceSaysNothingTwice(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]world.Fault{
		"429 with Retry-After":               {Status: 429, RetryAfter: 700 * time.Millisecond, Times: 1},
		"global 429":                         {Status: 429, RetryAfter: 700 * time.Millisecond, Global: true, Times: 1},
		"500":                                {Status: 500, Times: 2},
		"503":                                {Status: 503, Times: 2},
		"502 after it was done":              {Status: 502, Apply: true, Times: 1},
		"a reset":                            {Reset: true, Times: 2},
		"a reset after it was done":          {Reset: true, Apply: true, Times: 1},
		"an answer cut in its middle":        {Cut: true, Apply: true, Times: 1},
		"a refusal cut in its middle":        {Status: 500, Cut: true, Times: 1},
		"an answer that is no JSON":          {Status: 200, Body: "<html>", Apply: true, Times: 1},
		"a 429 without a body worth reading": {Status: 429, RetryAfter: 700 * time.Millisecond, Body: "<html>", Times: 1},
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			f.Method, f.Path = "POST", "messages"
			if err := l.SetFaults([]world.Fault{f}); err != nil {
				t.Fatal(err)
			}
			began := time.Now()
			tries := l.utter("g1-end")
			if n := len(l.Messages(l.one, l.general)); n != 1 {
				t.Errorf("%d messages", n)
			}
			if took := time.Since(began); took < f.RetryAfter {
				t.Errorf("asked again after %v", took)
			}
			if tries > f.Times+1 {
				t.Errorf("tried %d times", tries)
			}
		})
	}
}

func TestWhileToldToWaitNobodyAsks(t *testing.T) {
	t.Parallel()
	for name, global := range map[string]bool{"per route": false, "global": true} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			if err := l.SetFaults([]world.Fault{{Status: 429, RetryAfter: 2 * time.Second, Global: global, Times: 1, Path: "messages"}}); err != nil {
				t.Fatal(err)
			}
			a := l.adapter()
			for i := range 50 {
				_, err := a.Post(context.Background(), channelID(l.general), chat.Message{Card: say("x"), Key: fmt.Sprint("k", i)})
				if chat.TroubleOf(err) != chat.TroubleLimited {
					t.Fatalf("%v", err)
				}
			}
			if n := l.requests("POST", "messages"); n != 1 {
				t.Errorf("asked %d times", n)
			}
		})
	}
}

func TestLimitsThatAreEnforcedAreNeverHit(t *testing.T) {
	l := open(t, func(o *discordwire.Options) { o.EnforceLimits = true })
	a := l.adapter()
	channels := []string{l.general, l.ChannelID("contests")}
	done := make(chan error)
	for i := range 14 {
		go func() {
			for {
				_, err := a.Post(context.Background(), channelID(channels[i%2]), chat.Message{Card: say("x"), Key: fmt.Sprint("k", i)})
				var e *chat.Error
				if errors.As(err, &e) && e.Trouble == chat.TroubleLimited {
					time.Sleep(min(e.RetryAfter, time.Second))
					continue
				}
				done <- err
				return
			}
		}()
	}
	for range 14 {
		if err := <-done; err != nil {
			t.Error(err)
		}
	}
	for _, r := range l.Log(0) {
		if r.Status == 429 {
			t.Errorf("refused: %s %s", r.Method, r.Path)
		}
	}
}
