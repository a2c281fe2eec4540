package gateway

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/coder/websocket"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestASessionBeginsAndEventsComeInOrder(t *testing.T) {
	first := make(chan in, 1)
	var s *server
	s = serve(t, func(_ int, p *peer) {
		first <- p.ready("s1", s.url(), 1)
		for n := int64(2); n <= 50; n++ {
			p.send(opDispatch, n, "MESSAGE_CREATE", map[string]int64{"n": n})
		}
		p.read()
	})
	c := run(t, Options{URL: at(s.url()), Intents: 513, Shard: 1, Shards: 3})
	c.next(t, "READY")
	for n := int64(2); n <= 50; n++ {
		e := c.next(t, "MESSAGE_CREATE")
		if want := fmt.Sprintf(`{"n":%d}`, n); e.seq != n || e.data != want {
			t.Fatalf("event %d is %+v", n, e)
		}
	}
	if !c.Connected() {
		t.Error("not connected though events flow")
	}
	var id struct {
		Token   string `json:"token"`
		Intents int    `json:"intents"`
		Shard   [2]int `json:"shard"`
	}
	f := <-first
	if err := json.Unmarshal(f.Data, &id); err != nil || f.Op != opIdentify {
		t.Fatalf("operation %d, %v", f.Op, err)
	}
	if id.Token != "token" || id.Intents != 513 || id.Shard != [2]int{1, 3} {
		t.Errorf("identified as %+v", id)
	}
}

func TestAConnectionThatEndsIsResumedWhereItStopped(t *testing.T) {
	ends := map[string]func(p *peer){
		"op 7":         func(p *peer) { p.send(opReconnect, 0, "", nil); p.read() },
		"reset":        func(p *peer) { _ = p.ws.CloseNow() },
		"code 4000":    func(p *peer) { _ = p.ws.Close(4000, "") },
		"code 4008":    func(p *peer) { _ = p.ws.Close(4008, "") },
		"code 1001":    func(p *peer) { _ = p.ws.Close(1001, "") },
		"no JSON":      func(p *peer) { p.raw([]byte(`{"op":0,"d":`)); p.read() },
		"wrong type":   func(p *peer) { p.raw([]byte(`{"op":"zero"}`)); p.read() },
		"huge frame":   func(p *peer) { p.raw([]byte(strings.Repeat(" ", maxFrame+1))); p.read() },
		"op 9, true":   func(p *peer) { p.send(opInvalid, 0, "", true); p.read() },
		"silence":      func(p *peer) { <-p.ctx.Done() },
		"early HELLO?": func(p *peer) { p.send(opHello, 0, "", nil); _ = p.ws.CloseNow() },
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resumed := make(chan resumption, 10)
			var s *server
			s = serve(t, func(n int, p *peer) {
				if n == 1 {
					p.hello(300 * time.Millisecond)
					p.read()
					p.send(opDispatch, 1, "READY", map[string]any{"session_id": "s1", "resume_gateway_url": s.url()})
					p.send(opDispatch, 2, "A", nil)
					end(p)
					return
				}
				p.hello(time.Minute)
				resumed <- p.read().resumption(t)
				p.send(opDispatch, 3, "B", nil)
				p.send(opDispatch, 4, "RESUMED", nil)
				p.read()
			})
			c := run(t, Options{URL: at(s.url())})
			c.next(t, "B")
			c.next(t, "RESUMED")
			if got := <-resumed; got != (resumption{"token", "s1", 2}) {
				t.Errorf("resumed with %+v", got)
			}
		})
	}
}

func TestASilentLineIsNoticedWithinOneInterval(t *testing.T) {
	const interval = 200 * time.Millisecond
	var silent, noticed atomic.Int64
	code := make(chan int, 1)
	var s *server
	s = serve(t, func(n int, p *peer) {
		if n > 1 {
			noticed.CompareAndSwap(0, time.Now().UnixNano())
			p.hello(time.Minute)
			p.read()
			p.send(opDispatch, 2, "RESUMED", nil)
			p.read()
			return
		}
		p.hello(interval)
		p.read()
		p.send(opDispatch, 1, "READY", map[string]any{"session_id": "s1", "resume_gateway_url": s.url()})
		for f := p.readRaw(); ; f = p.readRaw() {
			silent.CompareAndSwap(0, time.Now().UnixNano())
			if f.Op == -1 {
				code <- int(closeCode(f))
				return
			}
		}
	})
	c := run(t, Options{URL: at(s.url())})
	c.next(t, "RESUMED")
	took := time.Duration(noticed.Load() - silent.Load())
	t.Logf("reconnected %v after the first heartbeat without an answer", took)
	if took > interval+2*time.Second {
		t.Errorf("took %v", took)
	}
	if got := <-code; got == 1000 || got == 1001 || got < 4000 {
		t.Errorf("closed with %d, which ends the session", got)
	}
}

func closeCode(f in) websocket.StatusCode {
	var n int
	_ = json.Unmarshal(f.Data, &n)
	return websocket.StatusCode(n)
}

func TestAnInvalidSessionIsBegunAnewAfterAWait(t *testing.T) {
	for name, end := range map[string]func(p *peer){
		"op 9, false": func(p *peer) { p.send(opInvalid, 0, "", false); p.read() },
		"code 4007":   func(p *peer) { _ = p.ws.Close(4007, "") },
		"code 4009":   func(p *peer) { _ = p.ws.Close(4009, "") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			greeting := make(chan in, 10)
			var s *server
			s = serve(t, func(n int, p *peer) {
				greeting <- p.ready(fmt.Sprint("s", n), s.url(), 1)
				if n == 1 {
					end(p)
					return
				}
				p.send(opDispatch, 2, "B", nil)
				p.read()
			})
			store := &memory{}
			c := run(t, Options{URL: at(s.url()), Sessions: store})
			c.next(t, "B")
			<-greeting
			if f := <-greeting; f.Op != opIdentify {
				t.Errorf("second greeting is operation %d, want IDENTIFY", f.Op)
			}
			if d := <-c.waits; d < time.Second || d > 5*time.Second {
				t.Errorf("waited %v", d)
			}
			if got := store.get(0); got.ID != "s2" {
				t.Errorf("kept session %+v", got)
			}
		})
	}
}

func TestFatalCodesEndRunAndNameTheRemedy(t *testing.T) {
	for code, word := range map[int]string{4004: "token", 4010: "shards", 4011: "shards", 4012: "update", 4013: "update", 4014: "portal"} {
		t.Run(fmt.Sprint(code), func(t *testing.T) {
			s := serve(t, func(_ int, p *peer) {
				p.hello(time.Minute)
				p.read()
				_ = p.ws.Close(websocket.StatusCode(code), "")
			})
			c := run(t, Options{URL: at(s.url())})
			err := <-c.done
			c.done <- err
			var fatal *FatalError
			if !errors.As(err, &fatal) || fatal.Code != code {
				t.Fatalf("Run ended with %v", err)
			}
			if !strings.Contains(fatal.Remedy(), word) || !strings.Contains(err.Error(), fatal.Remedy()) {
				t.Errorf("remedy %q in %q", fatal.Remedy(), err)
			}
		})
	}
}

func TestASessionOutlivesTheProcess(t *testing.T) {
	resumed := make(chan resumption, 1)
	left := make(chan int, 1)
	var s *server
	s = serve(t, func(n int, p *peer) {
		if n == 1 {
			p.ready("s1", s.url(), 1)
			p.send(opDispatch, 7, "A", nil)
			left <- int(closeCode(p.read()))
			return
		}
		p.hello(time.Minute)
		resumed <- p.read().resumption(t)
		p.send(opDispatch, 8, "RESUMED", nil)
		p.read()
	})
	store := &memory{}
	first := run(t, Options{URL: at(s.url()), Sessions: store, Intents: 1})
	first.next(t, "A")
	first.stop()
	first.done <- <-first.done
	if code := <-left; code < 4000 {
		t.Errorf("left with %d, which ends the session", code)
	}
	second := run(t, Options{URL: at(s.url()), Sessions: store, Intents: 1})
	second.next(t, "RESUMED")
	if got := <-resumed; got.Session != "s1" || got.Seq != 7 {
		t.Errorf("resumed %+v", got)
	}
}

func TestASessionOfOtherIntentsOrShardsIsNotResumed(t *testing.T) {
	for _, kept := range []Session{
		{ID: "s1", Seq: 3, Shards: 2, Intents: 1},
		{ID: "s1", Seq: 3, Shards: 1, Intents: 2},
	} {
		greeting := make(chan in, 1)
		s := serve(t, func(_ int, p *peer) {
			greeting <- p.ready("s2", "", 1)
			p.read()
		})
		kept.URL = s.url()
		c := run(t, Options{URL: at(s.url()), Intents: 1, Sessions: &memory{kept: map[int]Session{0: kept}}})
		c.next(t, "READY")
		if f := <-greeting; f.Op != opIdentify {
			t.Errorf("%+v was resumed", kept)
		}
	}
}

func TestARetiredResumeAddressIsGivenUp(t *testing.T) {
	s := serve(t, func(_ int, p *peer) {
		p.hello(time.Minute)
		p.read().resumption(t)
		p.send(opDispatch, 4, "RESUMED", nil)
		p.read()
	})
	kept := Session{ID: "s1", URL: "ws://127.0.0.1:1", Seq: 3, Shards: 1}
	c := run(t, Options{URL: at(s.url()), Sessions: &memory{kept: map[int]Session{0: kept}}})
	c.next(t, "RESUMED")
}

func TestAnEventIsKeptOnlyOnceItWasHandled(t *testing.T) {
	var s *server
	s = serve(t, func(_ int, p *peer) {
		p.ready("s1", s.url(), 1)
		p.send(opDispatch, 2, "A", nil)
		p.read()
	})
	handling, release, store := make(chan struct{}), make(chan struct{}), &memory{}
	c := run(t, Options{URL: at(s.url()), Sessions: store, Handle: func(kind string, _ json.RawMessage, _ *Receipt) {
		if kind == "A" {
			close(handling)
			<-release
		}
	}})
	<-handling
	c.keep.save(context.Background())
	if got := store.get(0).Seq; got != 1 {
		t.Errorf("event %d is kept while it is being handled", got)
	}
	close(release)
}

func TestSavesAreFew(t *testing.T) {
	var s *server
	s = serve(t, func(_ int, p *peer) {
		p.ready("s1", s.url(), 1)
		for n := int64(2); n < 1000; n++ {
			p.send(opDispatch, n, "A", nil)
		}
		p.send(opDispatch, 1000, "END", nil)
		p.read()
	})
	store := &memory{}
	var seen atomic.Int64
	end := make(chan struct{})
	c := run(t, Options{URL: at(s.url()), Sessions: store, Handle: func(kind string, _ json.RawMessage, _ *Receipt) {
		seen.Add(1)
		if kind == "END" {
			close(end)
		}
	}})
	<-end
	c.stop()
	c.done <- <-c.done
	if seen.Load() != 1000 || store.get(0).Seq != 1000 {
		t.Errorf("%d events seen, %d kept", seen.Load(), store.get(0).Seq)
	}
	if store.saves > 10 {
		t.Errorf("%d saves", store.saves)
	}
}

func TestACompressedStreamIsRead(t *testing.T) {
	var s *server
	s = serve(t, func(_ int, p *peer) {
		if p.z == nil {
			t.Error("compression was not asked for")
		}
		p.ready("s1", s.url(), 1)
		for n := int64(2); n <= 20; n++ {
			p.send(opDispatch, n, "A", strings.Repeat("é{", int(n)*1000))
		}
		p.read()
	})
	c := run(t, Options{URL: at(s.url()), Compress: true})
	c.next(t, "READY")
	for n := int64(2); n <= 20; n++ {
		e := c.next(t, "A")
		if want := `"` + strings.Repeat("é{", int(n)*1000) + `"`; e.seq != n || e.data != want {
			t.Fatalf("event %d has %d bytes, want %d", e.seq, len(e.data), len(want))
		}
	}
}

func TestABombIsNotInflated(t *testing.T) {
	var sent bytes.Buffer
	z := zlib.NewWriter(&sent)
	_, _ = z.Write([]byte(`{"op":11}"` + strings.Repeat(" ", 100_000) + `"`))
	_ = z.Flush()
	given := false
	frames := newInflated(func() ([]byte, error) {
		if given {
			return nil, io.EOF
		}
		given = true
		return sent.Bytes(), nil
	}, 50_000)
	if f, err := frames.next(); err != nil || f.Op != opAck {
		t.Fatalf("first frame %+v, %v", f, err)
	}
	if _, err := frames.next(); !errors.Is(err, errTooLarge) {
		t.Errorf("a bomb gave %v", err)
	}
}

func TestUnknownFramesArePassedOver(t *testing.T) {
	beat := make(chan struct{})
	var s *server
	s = serve(t, func(_ int, p *peer) {
		p.ready("s1", s.url(), 1)
		p.raw([]byte(`{"op":99,"d":{"x":[1,2]},"new":true}`))
		p.raw([]byte(`{"d":null}`))
		p.raw([]byte(`{"op":0,"s":2,"t":"NEW_EVENT","d":[1]}`))
		p.send(opHeartbeat, 0, "", nil)
		if f := p.readRaw(); f.Op == opHeartbeat {
			close(beat)
		}
		p.read()
	})
	c := run(t, Options{URL: at(s.url())})
	if e := c.next(t, "NEW_EVENT"); e.data != "[1]" {
		t.Errorf("data %s", e.data)
	}
	select {
	case <-beat:
	case <-time.After(within):
		t.Error("a heartbeat that was asked for did not come")
	}
}

func TestMembersAreAskedForWithinTheLimit(t *testing.T) {
	asked := make(chan in, 200)
	var s *server
	s = serve(t, func(_ int, p *peer) {
		p.ready("s1", s.url(), 1)
		for f := p.read(); f.Op != -1; f = p.read() {
			asked <- f
		}
	})
	c := run(t, Options{URL: at(s.url())})
	c.next(t, "READY")
	impatient, cancel := context.WithCancel(context.Background())
	cancel()
	sent := 0
	for range 120 {
		if c.RequestMembers(impatient, MembersQuery{Guild: "1", Users: []string{"2"}}) == nil {
			sent++
		}
	}
	if sent < sendBurst || sent > sendBurst+1 {
		t.Errorf("%d requests at once, want about %d", sent, sendBurst)
	}
	if f := <-asked; f.Op != opRequestMembers {
		t.Errorf("operation %d", f.Op)
	}
	c.stop()
	c.done <- <-c.done
	if err := c.RequestMembers(context.Background(), MembersQuery{Guild: "1"}); !errors.Is(err, ErrNotConnected) {
		t.Errorf("without a connection: %v", err)
	}
}

func TestLeaveIsAskedBeforeEachNewSession(t *testing.T) {
	var asked atomic.Int32
	var s *server
	s = serve(t, func(n int, p *peer) {
		p.ready(fmt.Sprint("s", n), s.url(), 1)
		if n == 1 {
			_ = p.ws.Close(4009, "")
			return
		}
		p.send(opDispatch, 2, "B", nil)
		p.read()
	})
	c := run(t, Options{URL: at(s.url()), Identify: func(context.Context) error { asked.Add(1); return nil }})
	c.next(t, "B")
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestAProbeBeginsNoSession(t *testing.T) {
	greeted := make(chan in, 1)
	s := serve(t, func(_ int, p *peer) {
		p.hello(time.Minute)
		greeted <- p.read()
	})
	if _, err := Probe(context.Background(), s.url(), nil, time.Now); err != nil {
		t.Fatal(err)
	}
	if f := <-greeted; f.Op != -1 {
		t.Errorf("operation %d was sent", f.Op)
	}
	s.Close()
	if _, err := Probe(context.Background(), s.url(), nil, time.Now); err == nil {
		t.Error("a gateway that is not there was reached")
	}
}

func TestWhatIsMissingIsSaid(t *testing.T) {
	for _, o := range []Options{{}, {Token: "x"}, {Token: "x", URL: at("")}} {
		if _, err := New(o); err == nil {
			t.Errorf("%+v is taken", o)
		}
	}
	if _, err := gatewayURL("not an address", false); err == nil {
		t.Error("an address without a host is taken")
	}
}
