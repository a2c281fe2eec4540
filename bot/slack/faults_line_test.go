package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
	"github.com/coder/websocket"
)

// dials is how many lines were asked for.
func (d *desk) dials() int { return len(d.requests("^apps.connections.open$")) }

// impatient is a Slack that waits less long for an acknowledgement,
// and repeats sooner and more often.
func impatient(s *setting) {
	s.wire.AckTimeout = 500 * time.Millisecond
	s.wire.RetryDelays = slices.Repeat([]time.Duration{200 * time.Millisecond}, 20)
}

func TestLinesOverlapWhenSlackTakesOneDownAndNothingIsLostOrHeardTwice(t *testing.T) {
	for name, takeDown := range map[string]func(*desk){
		"warning":           func(d *desk) { d.Warn() },
		"refresh requested": func(d *desk) { d.Refresh() },
	} {
		t.Run(name, func(t *testing.T) {
			d, l := counting(t)
			stop := d.traffic(l)
			before := d.dials()
			began := time.Now()
			takeDown(d)
			d.until("another line is open beside the old one", func() bool { return d.dials() > before && d.Connections() == lineCount+1 })
			t.Logf("recovered after %v, never without a line", time.Since(began))
			pause(t.Context(), 300*time.Millisecond) // the traffic goes on over all three
			d.settle(l, stop())
			if l.failed > 0 {
				t.Errorf("%d commands and presses failed", l.failed)
			}
		})
	}
}

func TestBothLinesMayBeTakenDownOneAfterTheOther(t *testing.T) {
	d, l := counting(t)
	stop := d.traffic(l)
	for n := range 3 {
		d.Refresh()
		d.until("it is replaced", func() bool { return d.Connections() == lineCount+1+n }) // the old ones stay for 5 s
	}
	d.settle(l, stop())
	if l.failed > 0 {
		t.Errorf("%d commands and presses failed", l.failed)
	}
}

func TestRunEndsWithTheReasonWhenSocketModeIsTurnedOff(t *testing.T) {
	d := open(t)
	d.over = true
	if err := d.SetManifest(must(Manifest(testMenu(), ManifestOptions{BaseURL: "https://animo.example"}))(t)); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-d.ended:
		if !errors.Is(err, errDisabled) || !strings.Contains(err.Error(), "socket mode is turned off") {
			t.Errorf("%v", err)
		}
	case <-time.After(8 * time.Second):
		t.Fatal("still running")
	}
}

func TestASilentLineIsNoticedWithinOnePing(t *testing.T) {
	for _, healthy := range []time.Duration{0, time.Second, 17 * time.Second, 62 * time.Second} {
		synctest.Test(t, func(t *testing.T) {
			a := &Adapter{pace: usualPace()}
			ctx, stop := context.WithCancelCause(t.Context())
			frozen := time.Now().Add(healthy)
			l := &link{s: &sockets{a: a}, ping: func(ctx context.Context) error {
				if time.Now().Before(frozen) {
					return nil
				}
				<-ctx.Done() // no answer comes
				return ctx.Err()
			}}
			l.watch(ctx, stop)
			if took := time.Since(frozen); !errors.Is(context.Cause(ctx), errSilent) || took < 0 || took > a.pace.ping {
				t.Errorf("noticed after %v: %v", took, context.Cause(ctx))
			}
		})
	}
}

func TestALineGoneSilentIsReplacedAndNoEventIsLost(t *testing.T) {
	const ping = 600 * time.Millisecond
	d, l := counting(t, impatient, func(s *setting) { s.pace = func(p *pace) { p.ping = ping } })
	var done []string
	say := func(n int) {
		text := fmt.Sprint("message ", n)
		d.act("member-1", world.Action{Kind: world.ActMessage, Text: text})
		done = append(done, text)
	}
	for n := range 10 {
		say(n)
	}
	before := d.dials()
	began := time.Now()
	d.Freeze()
	for n := range 10 {
		say(100 + n) // into the void, until Slack repeats it
	}
	d.until("two new lines are asked for", func() bool { return d.dials() >= before+lineCount })
	took := time.Since(began)
	t.Logf("noticed and asked anew after %v, with a ping of %v", took, ping)
	d.settle(l, done)
}

func TestABrokenLineComesBackAndWhatItCarriedComesAgain(t *testing.T) {
	d, l := counting(t, impatient)
	stop := d.traffic(l)
	for range 3 {
		before := d.dials()
		began := time.Now()
		d.Drop()
		d.until("two lines are up again", func() bool { return d.dials() >= before+lineCount && d.Connections() == lineCount })
		t.Logf("recovered after %v", time.Since(began))
	}
	done := stop()
	// What broke on its way to a person's command is told to them, and may
	// have been handled all the same: only what they were not told counts.
	want := map[string]int{}
	for _, what := range done {
		want[what] = 1
	}
	l.awaits(d, want)
	for _, what := range done {
		if n := l.count(what); n != 1 && strings.Contains(what, "says") {
			t.Errorf("%q was handled %d times", what, n)
		}
	}
	t.Logf("%d things done, %d failed before a person's eyes, %d redeliveries dropped", len(done), l.failed, l.redelivered())
}

func TestDoubledAndLateDeliveriesCountOnce(t *testing.T) {
	d, l := counting(t)
	var done []string
	d.Duplicate(20)
	for n := range 40 {
		if n == 20 {
			d.Late(time.Minute)
		}
		text := fmt.Sprint("message ", n)
		d.act("member-1", world.Action{Kind: world.ActMessage, Text: text})
		done = append(done, text)
	}
	d.clock.Advance(2 * time.Minute)
	d.settle(l, done)
	if l.redelivered() != 20 {
		t.Errorf("%d redeliveries were dropped", l.redelivered())
	}
}

func TestARetryIsProcessedIfItIsTheOnlyDelivery(t *testing.T) {
	d, l := counting(t, impatient, func(s *setting) {
		s.pace = func(p *pace) { p.ping = 400 * time.Millisecond }
	})
	began := time.Now()
	d.Freeze() // the first delivery goes nowhere
	d.act("member-1", world.Action{Kind: world.ActMessage, Text: "hello"})
	d.settle(l, []string{"hello"})
	t.Logf("heard by its repetition after %v", time.Since(began))
}

// fakeSlack takes down every line as soon as it is open, or says nonsense.
func fakeSlack(t *testing.T, speak func(context.Context, *websocket.Conn)) (address string, opened *atomic.Int32) {
	t.Helper()
	opened = &atomic.Int32{}
	mux := http.NewServeMux()
	web := httptest.NewServer(mux)
	t.Cleanup(web.Close)
	answer := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) }
	}
	mux.HandleFunc("/api/auth.test", answer(`{"ok":true,"team_id":"T1","team":"Team","user_id":"U0","bot_id":"B0"}`))
	mux.HandleFunc("/api/team.info", answer(`{"ok":true,"team":{"id":"T1","name":"Team"}}`))
	mux.HandleFunc("/api/users.info", answer(`{"ok":true,"user":{"id":"U1","name":"member-1"}}`))
	mux.HandleFunc("/api/usergroups.list", answer(`{"ok":true,"usergroups":[]}`))
	mux.HandleFunc("/api/apps.connections.open", func(w http.ResponseWriter, r *http.Request) {
		opened.Add(1)
		_, _ = fmt.Fprintf(w, `{"ok":true,"url":"ws://%s/link"}`, r.Host)
	})
	mux.HandleFunc("/link", func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, &websocket.AcceptOptions{InsecureSkipVerify: true})
		if err != nil {
			return
		}
		defer c.CloseNow()
		speak(r.Context(), c)
	})
	return web.URL, opened
}

// runs runs an adapter against an address until the test ends.
func runs(t *testing.T, address string) *inbox {
	t.Helper()
	in := &inbox{events: make(chan chat.Event, 1000)}
	a := must(New(Config{BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: address}, Deps{Machine: time.Now}))(t)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, in) }()
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return in
}

func send(ctx context.Context, c *websocket.Conn, frames ...string) {
	for _, f := range frames {
		_ = c.Write(ctx, websocket.MessageText, []byte(f)) // a line that is gone is noticed by whoever reads
	}
}

// listen reads until the other end goes.
func listen(ctx context.Context, c *websocket.Conn) {
	for {
		if _, _, err := c.Read(ctx); err != nil {
			return
		}
	}
}

func TestASlackThatTakesEveryLineDownIsNotAskedWithoutEnd(t *testing.T) {
	t.Parallel()
	for _, reason := range []string{"warning", "too_many_websockets"} {
		address, opened := fakeSlack(t, func(ctx context.Context, c *websocket.Conn) {
			send(ctx, c, `{"type":"hello"}`, `{"type":"disconnect","reason":"`+reason+`"}`)
		})
		runs(t, address)
		for end := time.Now().Add(8 * time.Second); opened.Load() < 2*lineCount; pause(t.Context(), time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("%s: %d lines were opened", reason, opened.Load())
			}
		}
		pause(t.Context(), 300*time.Millisecond)
		if n := opened.Load(); n > 20 {
			t.Errorf("%s: %d lines", reason, n)
		}
	}
}

func TestHostileFramesBreakNothing(t *testing.T) {
	t.Parallel()
	address, _ := fakeSlack(t, func(ctx context.Context, c *websocket.Conn) {
		c.SetReadLimit(1 << 20)
		send(ctx, c,
			"", "{", "[]", `"x"`, "null", "\xff\xfe", `{"type":7}`, `{"type":"events_api","payload":"x","envelope_id":{}}`,
			`{"type":"hello"}`, `{"type":"brand_new","envelope_id":"e0","payload":{}}`,
			`{"type":"events_api","envelope_id":"e1","payload":{"type":"event_callback","event":[1,2]}}`,
			`{"type":"interactive","envelope_id":"e2","payload":{"type":"block_actions","actions":7}}`,
			`{"type":"slash_commands","envelope_id":"e3","payload":5}`,
			`{"type":"events_api","envelope_id":"e4","payload":{"type":"event_callback","event_id":"Ev1","event":{"type":"message","channel":"C1","user":"U1","text":"sane","ts":"12.000034","blocks":{"not":"a list"},"new":[[[]]]}}}`,
		)
		_ = c.Write(ctx, websocket.MessageBinary, []byte{0, 1, 2})
		listen(ctx, c)
	})
	in := runs(t, address)
	for timeout := time.After(8 * time.Second); ; {
		select {
		case e := <-in.events:
			if m, ok := e.(chat.Posted); ok && m.Text == "sane" {
				return
			}
		case <-timeout:
			t.Fatal("the event behind the nonsense was not heard")
		}
	}
}

func TestAHugeFrameEndsItsLineAndAnotherIsOpened(t *testing.T) {
	t.Parallel()
	address, opened := fakeSlack(t, func(ctx context.Context, c *websocket.Conn) {
		send(ctx, c, `{"type":"hello"}`, `{"type":"events_api","payload":"`+strings.Repeat("x", maxFrame)+`"}`)
		listen(ctx, c)
	})
	runs(t, address)
	for end := time.Now().Add(8 * time.Second); opened.Load() <= lineCount; pause(t.Context(), 5*time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("no other line was opened")
		}
	}
}
