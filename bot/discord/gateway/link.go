package gateway

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http/httptrace"
	"net/url"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/coder/websocket"
)

// Codes with which we close. Any but 1000 and 1001 keeps the session.
const (
	closeAgain    websocket.StatusCode = 4900 // asked to reconnect
	closeSilent   websocket.StatusCode = 4901 // no acknowledgement, no greeting
	closeStopping websocket.StatusCode = 4902 // the program stops
)

// keepAtMost is how large a buffer may be to be used again for the next frame.
const keepAtMost = 64 << 10

const (
	dialWithin  = 20 * time.Second
	helloWithin = 20 * time.Second
	readyWithin = 60 * time.Second // from IDENTIFY or RESUME to the first event
	writeWithin = 10 * time.Second
	closeWithin = 500 * time.Millisecond
)

// link is one connection.
type link struct {
	c      *Conn
	ws     *websocket.Conn
	frames framer
	cut    func() // ends the connection at once, and so unblocks the reader
	acked  atomic.Bool
	events atomic.Bool  // an event came
	heard  atomic.Int64 // frames
	once   sync.Once
	bg     sync.WaitGroup
}

// connect opens one connection and serves it to its end.
func (c *Conn) connect(ctx context.Context) ending {
	s := c.keep.session()
	if s.ID == "" {
		if err := c.o.Identify(ctx); err != nil {
			return ending{cause: fmt.Errorf("wait for leave to identify: %w", err)}
		}
	}
	addr, err := c.address(ctx, s)
	c.tries++
	if err != nil {
		return ending{cause: fmt.Errorf("ask for the gateway's address: %w", err)}
	}
	l, err := c.dial(ctx, addr)
	if err != nil {
		return ending{cause: err}
	}
	stop := context.AfterFunc(ctx, func() { l.shut(closeStopping) })
	end := l.serve(s)
	c.unsettled(l)
	stop()
	l.part(closeAgain)
	return end
}

func (c *Conn) dial(ctx context.Context, addr string) (*link, error) {
	target, err := gatewayURL(addr, c.o.Compress)
	if err != nil {
		return nil, err
	}
	dialing, done := context.WithTimeout(ctx, dialWithin)
	defer done()
	var line net.Conn
	ws, resp, err := websocket.Dial(noticing(dialing, &line), target, &websocket.DialOptions{HTTPClient: c.o.Client})
	if resp != nil && resp.Body != nil {
		_ = resp.Body.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("connect to the gateway: %w", err)
	}
	ws.SetReadLimit(maxFrame)
	if line == nil {
		_ = ws.CloseNow()
		return nil, errors.New("connect to the gateway: its connection is not known")
	}
	l := &link{c: c, ws: ws, cut: func() { _ = line.Close() }}
	var kept bytes.Buffer // from one frame to the next
	read := func() ([]byte, error) {
		// A context that can be cancelled costs a registration for each read.
		_, r, err := ws.Reader(context.Background())
		if err != nil {
			return nil, err
		}
		if kept.Cap() > keepAtMost {
			kept = bytes.Buffer{}
		}
		kept.Reset()
		_, err = kept.ReadFrom(r)
		return kept.Bytes(), err
	}
	l.frames = plain{read}
	if c.o.Compress {
		l.frames = newInflated(read, maxFrame)
	}
	return l, nil
}

// noticing lets a dial tell of the connection it makes: the library closes it
// only once it has waited for the other side.
func noticing(ctx context.Context, line *net.Conn) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(i httptrace.GotConnInfo) { *line = i.Conn },
	})
}

// gatewayURL adds what the address of a gateway lacks
// (docs: events/gateway#connecting-gateway-url-query-string-params). Version 10
// is that of the frames; it need not be that of the REST interface.
func gatewayURL(addr string, compress bool) (string, error) {
	u, err := url.Parse(addr)
	if err != nil {
		return "", fmt.Errorf("read the gateway's address: %w", err)
	}
	if u.Host == "" {
		return "", fmt.Errorf("the gateway's address %q names no host", addr)
	}
	q := url.Values{"v": {"10"}, "encoding": {"json"}}
	if compress {
		q.Set("compress", "zlib-stream")
	}
	if u.Path == "" {
		u.Path = "/"
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// serve greets and then handles frames until the connection ends.
func (l *link) serve(s Session) ending {
	interval, end := l.hello()
	if end != nil {
		return *end
	}
	l.acked.Store(true)
	beating, stop := context.WithCancel(context.Background())
	defer stop()
	l.bg.Go(func() { l.beat(beating, interval) })
	if err := l.greet(s); err != nil {
		return ending{cause: err}
	}
	late := time.AfterFunc(readyWithin, func() {
		if !l.events.Load() {
			l.shut(closeSilent)
		}
	})
	defer late.Stop()
	for {
		f, err := l.frames.next()
		if err != nil {
			return ended(err)
		}
		l.heard.Add(1)
		if end := l.take(f); end != nil {
			return *end
		}
	}
}

// hello reads the first frame, which gives the heartbeat interval.
func (l *link) hello() (time.Duration, *ending) {
	late := time.AfterFunc(helloWithin, func() { l.shut(closeSilent) })
	defer late.Stop()
	for {
		f, err := l.frames.next()
		if err != nil {
			end := ended(err)
			return 0, &end
		}
		switch f.Op {
		case opHello:
			return interval(f.Data), nil
		case opReconnect, opInvalid:
			return 0, l.take(f)
		}
	}
}

// interval reads the heartbeat interval, which a hostile server must not make
// a busy loop or an eternity.
func interval(data json.RawMessage) time.Duration {
	var d struct {
		Interval float64 `json:"heartbeat_interval"` // milliseconds
	}
	if json.Unmarshal(data, &d) != nil || d.Interval < 10 || d.Interval > 600_000 {
		return 41250 * time.Millisecond
	}
	return time.Duration(d.Interval * float64(time.Millisecond))
}

// greet resumes the session, or begins one.
func (l *link) greet(s Session) error {
	if s.ID != "" {
		return l.send(opResume, map[string]any{"token": l.c.o.Token, "session_id": s.ID, "seq": s.Seq})
	}
	return l.send(opIdentify, map[string]any{
		"token":           l.c.o.Token,
		"intents":         l.c.o.Intents,
		"properties":      map[string]string{"os": runtime.GOOS, "browser": "animo", "device": "animo"},
		"shard":           [2]int{l.c.o.Shard, l.c.o.Shards},
		"large_threshold": 50,
	})
}

// take handles one frame; it returns an ending if the connection must end.
func (l *link) take(f frame) *ending {
	switch f.Op {
	case opDispatch:
		return l.dispatch(f)
	case opHeartbeat:
		if err := l.heartbeat(); err != nil {
			return &ending{cause: err}
		}
	case opReconnect:
		return &ending{cause: errors.New("discord asks to reconnect"), soon: true}
	case opInvalid:
		resumable := strings.TrimSpace(string(f.Data)) == "true"
		return &ending{cause: errors.New("discord calls the session invalid"), calm: true, fresh: !resumable}
	case opAck:
		l.acked.Store(true)
	}
	return nil
}

func (l *link) dispatch(f frame) *ending {
	l.events.Store(true)
	switch f.Type {
	case "READY":
		if err := l.ready(f); err != nil {
			return &ending{cause: err, fresh: true}
		}
	case "RESUMED":
		l.c.settled(l, StateResumed)
	}
	r, fresh := l.c.keep.receive(f.Seq)
	if fresh || f.Type == "RESUMED" {
		l.c.o.Handle(f.Type, f.Data, r)
	}
	r.of.release(r)
	return nil
}

// ready begins a session, which is saved before anything else happens.
func (l *link) ready(f frame) error {
	var d struct {
		ID  string `json:"session_id"`
		URL string `json:"resume_gateway_url"`
	}
	if err := json.Unmarshal(f.Data, &d); err != nil {
		return fmt.Errorf("read READY: %w", err)
	}
	if d.ID == "" {
		return errors.New("READY names no session")
	}
	o := l.c.o
	l.c.keep.set(Session{ID: d.ID, URL: d.URL, Shards: o.Shards, Intents: o.Intents})
	l.c.keep.save(context.Background())
	l.c.settled(l, StateReady)
	return nil
}

// ended reads an ending off the error of a read.
func ended(err error) ending {
	code := int(websocket.CloseStatus(err))
	switch {
	case isFatal(code):
		return ending{cause: &FatalError{Code: code}}
	case losesSession(code):
		return ending{cause: err, fresh: true}
	}
	return ending{cause: err}
}

func (l *link) send(op int, data any) error {
	b, err := json.Marshal(outFrame{op, data})
	if err != nil {
		return fmt.Errorf("write a frame: %w", err)
	}
	ctx, done := context.WithTimeout(context.Background(), writeWithin)
	defer done()
	if err := l.ws.Write(ctx, websocket.MessageText, b); err != nil {
		return fmt.Errorf("send operation %d: %w", op, err)
	}
	return nil
}

// shut closes the connection with a code; only the first call counts. A line
// on which nobody answers is cut after closeWithin.
func (l *link) shut(code websocket.StatusCode) {
	l.once.Do(func() {
		l.bg.Go(func() {
			cut := time.AfterFunc(closeWithin, l.cut)
			defer cut.Stop()
			_ = l.ws.Close(code, "")
		})
	})
}

// part shuts the connection and reads what is left, so that the closing
// handshake is seen; events among it are sent again to whoever resumes. It
// does not wait for a peer that never answers: what remains ends by itself
// within seconds.
func (l *link) part(code websocket.StatusCode) {
	l.shut(code)
	reading, done := context.WithTimeout(context.Background(), closeWithin)
	defer done()
	for {
		if _, _, err := l.ws.Read(reading); err != nil {
			break
		}
	}
	parted := make(chan struct{})
	go func() {
		l.bg.Wait()
		close(parted)
	}()
	select {
	case <-parted:
	case <-reading.Done():
	}
}
