package discord_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/dispatch"
)

// relay stands between the adapter and the local Discord and meddles with what
// the gateway sends.
type relay struct {
	target string // host of the local Discord
	web    *httptest.Server

	mu     sync.Mutex
	change func(frame []byte) []byte // nil drops the frame
	near   map[*websocket.Conn]bool
	busy   sync.WaitGroup
}

func (l *local) relay() *relay {
	u, err := url.Parse(l.url)
	if err != nil {
		l.Fatal(err)
	}
	r := &relay{target: u.Host, near: make(map[*websocket.Conn]bool)}
	rest := &httputil.ReverseProxy{
		Rewrite:   func(p *httputil.ProxyRequest) { p.Out.URL.Scheme, p.Out.URL.Host = "http", r.target },
		Transport: l.client,
	}
	r.web = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		if q.Header.Get("Upgrade") == "" {
			rest.ServeHTTP(w, q)
			return
		}
		r.busy.Add(1)
		defer r.busy.Done()
		r.join(w, q)
	}))
	l.Cleanup(func() {
		r.web.Close()
		r.busy.Wait()
	})
	return r
}

// through makes an adapter speak through the relay.
func (r *relay) through(c *discord.Config) { c.APIURL = r.web.URL }

func (r *relay) join(w http.ResponseWriter, q *http.Request) {
	near, err := websocket.Accept(w, q, nil)
	if err != nil {
		return
	}
	defer near.CloseNow()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	far, _, err := websocket.Dial(ctx, "ws://"+r.target+q.URL.RequestURI(), &websocket.DialOptions{Host: q.Host})
	if err != nil {
		return
	}
	defer far.CloseNow()
	near.SetReadLimit(-1)
	far.SetReadLimit(-1)
	r.note(near, true)
	defer r.note(near, false)
	go func() {
		defer stop()
		pump(ctx, near, far, func(b []byte) []byte { return b })
	}()
	pump(ctx, far, near, func(b []byte) []byte {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.change == nil {
			return b
		}
		return r.change(b)
	})
}

func (r *relay) note(c *websocket.Conn, there bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if delete(r.near, c); there {
		r.near[c] = true
	}
}

func pump(ctx context.Context, from, to *websocket.Conn, change func([]byte) []byte) {
	for {
		kind, b, err := from.Read(ctx)
		if err != nil {
			if code := websocket.CloseStatus(err); code > 0 {
				_ = to.Close(code, "")
			}
			return
		}
		if b = change(b); b != nil && to.Write(ctx, kind, b) != nil {
			return
		}
	}
}

func (r *relay) meddle(change func([]byte) []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.change = change
}

// inject sends a frame of its own to the adapter.
func (r *relay) inject(frame string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.near {
		_ = c.Write(context.Background(), websocket.MessageText, []byte(frame))
	}
}

// ear hears what a dispatcher hands on, as listeners do.
type ear struct {
	*local
	*discord.Adapter
	mu     sync.Mutex
	texts  []string
	spaces int
	err    chan error
}

// Hear implements dispatch.Listener.
func (e *ear) Hear(_ context.Context, v chat.Event) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch v := v.(type) {
	case chat.Posted:
		if !v.Actor.Bot {
			e.texts = append(e.texts, v.Text)
		}
	case chat.Arrived:
		e.spaces++
	}
	return nil
}

// Interact implements dispatch.Handler.
func (e *ear) Interact(context.Context, chat.Event) (chat.Reply, error) { return chat.Reply{}, nil }

// Mishap implements dispatch.Handler.
func (e *ear) Mishap(chat.Event, string) chat.Reply { return chat.Reply{} }

// OpensForm implements dispatch.Handler.
func (e *ear) OpensForm(chat.Event) bool { return false }

// Event implements dispatch.Meter.
func (e *ear) Event(string, string) {}

// EventDropped implements dispatch.Meter.
func (e *ear) EventDropped(_, reason string) {
	if reason == "queue_full" {
		e.Error("an event was dropped")
	}
}

// Interaction implements dispatch.Meter.
func (e *ear) Interaction(string, string, string, time.Duration) {}

func (e *ear) heard() []string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.texts)
}

func (e *ear) arrivals() int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.spaces
}

// listen runs an adapter behind a real dispatcher and waits until it is
// connected.
func (l *local) listen(change ...func(*discord.Config)) *ear {
	l.Helper()
	e := &ear{local: l, Adapter: l.adapter(change...), err: make(chan error, 1)}
	d := dispatch.New(dispatch.Config{
		Handler: e, Listeners: []dispatch.Listener{e}, Now: time.Now, Meter: e, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	ctx, stop := context.WithCancel(context.Background())
	go func() { e.err <- e.Run(ctx, d) }()
	l.Cleanup(func() {
		stop()
		select {
		case <-e.err:
		case <-time.After(brief):
			l.Error("Run did not end")
		}
		_ = d.Close(context.Background())
	})
	until(l.T, "a first connection", func() bool { return e.arrivals() > 0 || len(e.err) > 0 })
	return e
}

// hears waits until everything said was heard, and wants it in order and once.
func (e *ear) hears(t *testing.T, want []string) {
	t.Helper()
	until(t, "all "+want[len(want)-1], func() bool { return len(e.heard()) >= len(want) })
	if got := e.heard(); !slices.Equal(got, want) {
		t.Errorf("%d heard, %d said\n%s", len(got), len(want), strings.Join(got, " "))
	}
}
