package gateway

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
)

const within = 5 * time.Second

// peer is the other end of one connection.
type peer struct {
	t   *testing.T
	ws  *websocket.Conn
	ctx context.Context
	z   *zlib.Writer
	buf bytes.Buffer
}

// in is a frame as the server reads it.
type in struct {
	Op   int             `json:"op"`
	Data json.RawMessage `json:"d"`
}

// read returns the next frame, acknowledging heartbeats on the way.
func (p *peer) read() in {
	for {
		f := p.readRaw()
		if f.Op != opHeartbeat {
			return f
		}
		p.send(opAck, 0, "", nil)
	}
}

func (p *peer) readRaw() in {
	_, b, err := p.ws.Read(p.ctx)
	if err != nil {
		return in{Op: -1, Data: json.RawMessage(fmt.Sprint(int(websocket.CloseStatus(err))))}
	}
	var f in
	if err := json.Unmarshal(b, &f); err != nil {
		p.t.Errorf("the client sent no JSON: %s", b)
	}
	return f
}

func (p *peer) send(op int, seq int64, kind string, data any) {
	f := map[string]any{"op": op, "d": data, "s": nil, "t": nil}
	if seq > 0 {
		f["s"], f["t"] = seq, kind
	}
	b, err := json.Marshal(f)
	if err != nil {
		p.t.Error(err)
	}
	p.raw(b)
}

func (p *peer) raw(b []byte) {
	if p.z == nil {
		_ = p.ws.Write(p.ctx, websocket.MessageText, b)
		return
	}
	p.buf.Reset()
	_, _ = p.z.Write(b)
	_ = p.z.Flush()
	_ = p.ws.Write(p.ctx, websocket.MessageBinary, p.buf.Bytes())
}

func (p *peer) hello(interval time.Duration) {
	p.send(opHello, 0, "", map[string]any{"heartbeat_interval": interval.Milliseconds(), "extra": true})
}

// server plays the gateway: script runs for each connection, n from 1.
type server struct {
	*httptest.Server
	mu sync.Mutex
	n  int
}

func serve(t *testing.T, script func(n int, p *peer)) *server {
	t.Helper()
	s := &server{}
	base, stop := context.WithCancel(context.Background())
	var scripts sync.WaitGroup
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer ws.CloseNow()
		scripts.Add(1)
		defer scripts.Done()
		ctx, cancel := context.WithTimeout(base, within)
		defer cancel()
		s.mu.Lock()
		s.n++
		n := s.n
		s.mu.Unlock()
		p := &peer{t: t, ws: ws, ctx: ctx}
		if r.URL.Query().Get("compress") == "zlib-stream" {
			p.z = zlib.NewWriter(&p.buf)
		}
		script(n, p)
	}))
	t.Cleanup(func() {
		stop()
		s.Close()
		scripts.Wait()
	})
	return s
}

func (s *server) url() string { return "ws" + strings.TrimPrefix(s.URL, "http") }

// ready greets and begins a session that resumes at url.
func (p *peer) ready(session, url string, seq int64) in {
	p.hello(time.Minute)
	f := p.read()
	p.send(opDispatch, seq, "READY", map[string]any{"session_id": session, "resume_gateway_url": url})
	return f
}

// event is what Handle was given.
type event struct {
	kind string
	data string
	seq  int64
}

// client runs a Conn and gathers what it hands over.
type client struct {
	*Conn
	events chan event
	waits  chan time.Duration // the pauses between connections
	done   chan error
	stop   context.CancelFunc
}

// run starts a Conn. Pauses of a second and more are not really waited for.
func run(t *testing.T, o Options) *client {
	t.Helper()
	c := &client{events: make(chan event, 100), waits: make(chan time.Duration, 100), done: make(chan error, 1)}
	o.Token, o.Now = "token", time.Now
	if o.Handle == nil {
		o.Handle = func(kind string, data json.RawMessage, r *Receipt) { c.events <- event{kind, string(data), r.Seq()} }
	}
	o.Sleep = func(ctx context.Context, d time.Duration) error {
		if d >= time.Second && d <= 5*time.Second {
			c.waits <- d
			return ctx.Err()
		}
		return sleep(ctx, d)
	}
	conn, err := New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.Conn = conn
	ctx, stop := context.WithCancel(context.Background())
	c.stop = stop
	go func() { c.done <- conn.Run(ctx) }()
	t.Cleanup(func() {
		stop()
		select {
		case <-c.done:
		case <-time.After(within):
			t.Error("Run did not end")
		}
	})
	return c
}

func at(url string) func(context.Context) (string, error) {
	return func(context.Context) (string, error) { return url, nil }
}

// next waits for an event of a kind, passing others over.
func (c *client) next(t *testing.T, kind string) event {
	t.Helper()
	for {
		select {
		case e := <-c.events:
			if e.kind == kind {
				return e
			}
		case err := <-c.done:
			c.done <- err
			t.Fatalf("Run ended before %s: %v", kind, err)
		case <-time.After(within):
			t.Fatalf("no %s", kind)
		}
	}
}

// memory keeps sessions as storage would.
type memory struct {
	mu    sync.Mutex
	kept  map[int]Session
	saves int
}

func (m *memory) Load(_ context.Context, shard int) (Session, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.kept[shard], nil
}

func (m *memory) Save(_ context.Context, shard int, s Session) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.kept == nil {
		m.kept = make(map[int]Session)
	}
	m.kept[shard] = s
	m.saves++
	return nil
}

func (m *memory) get(shard int) Session {
	s, _ := m.Load(context.Background(), shard)
	return s
}

// resumption is what a RESUME holds.
type resumption struct {
	Token   string `json:"token"`
	Session string `json:"session_id"`
	Seq     int64  `json:"seq"`
}

func (f in) resumption(t *testing.T) resumption {
	t.Helper()
	var r resumption
	if f.Op != opResume {
		t.Errorf("operation %d, want RESUME", f.Op)
		return r
	}
	if err := json.Unmarshal(f.Data, &r); err != nil {
		t.Error(err)
	}
	return r
}
