package slackwire

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"animo/bot/sandbox/world"

	"github.com/coder/websocket"
)

// Facts of Socket Mode (docs.slack.dev/apis/events-api/using-socket-mode).
const (
	maxConnections = 10
	maxAck         = 20 << 10 // an acknowledgement of so many bytes goes unheard
	connectionLife = 18060    // seconds, as hello announces
	warningTime    = 10 * time.Second
	refreshGrace   = 5 * time.Second
	pingEvery      = 5 * time.Second
	writeTimeout   = 3 * time.Second
	maxFrame       = 1 << 20

	reasonWarning  = "warning"
	reasonRefresh  = "refresh_requested"
	reasonDisabled = "link_disabled"
	reasonTooMany  = "too_many_websockets"
	linkHost       = "applink-sandbox"
)

// envelope is what a connection carries to the app.
type envelope struct {
	ID       string          `json:"envelope_id"`
	Payload  json.RawMessage `json:"payload"`
	Type     string          `json:"type"`
	Response bool            `json:"accepts_response_payload"`
	Attempt  *int            `json:"retry_attempt,omitempty"`
	Reason   *string         `json:"retry_reason,omitempty"`
}

// link is the app's Socket Mode connections.
type link struct {
	mu      sync.Mutex
	tickets map[string]bool
	conns   []*socket
	turn    int
	pending map[string]*pending
}

// socket is one connection.
type socket struct {
	ws      *websocket.Conn
	frozen  atomic.Bool // half-open: nothing goes through, nothing is closed
	leaving bool        // told to go: gets nothing more
}

// pending is an envelope that awaits its acknowledgement.
type pending struct {
	link *link
	id   string
	done chan json.RawMessage
}

var (
	errNobody  = errors.New("no connection")
	errTimeout = errors.New("no acknowledgement in time")
)

// connectionsOpen gives the app a URL to connect to, good for one connection.
func connectionsOpen(c *call) (object, error) {
	if !c.app.Settings.SocketMode {
		return nil, refuse("socket_mode_not_enabled")
	}
	ticket := freshUUID()
	c.link.mu.Lock()
	defer c.link.mu.Unlock()
	if c.link.tickets == nil {
		c.link.tickets = map[string]bool{}
	}
	c.link.tickets[ticket] = true
	return object{"url": "ws" + strings.TrimPrefix(c.base, "http") + "/link?ticket=" + ticket + "&app_id=" + c.space.team.AppID}, nil
}

func (l *link) redeem(ticket string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	ok := l.tickets[ticket]
	delete(l.tickets, ticket)
	return ok
}

// serveLink holds one Socket Mode connection. Any origin may connect: the
// ticket is what counts, and libraries send Slack's own origin.
func (s *Server) serveLink(w http.ResponseWriter, r *http.Request) {
	if s.closing.Load() || !s.link.redeem(r.URL.Query().Get("ticket")) {
		http.Error(w, "invalid ticket", http.StatusForbidden)
		return
	}
	k := &socket{}
	ws, err := websocket.Accept(w, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true,
		OnPingReceived:     func(context.Context, []byte) bool { return !k.frozen.Load() },
	})
	if err != nil {
		return // Accept has answered
	}
	defer ws.CloseNow()
	ws.SetReadLimit(maxFrame)
	k.ws = ws
	n := s.link.add(k)
	if n > maxConnections {
		k.disconnect(s.ctx, reasonTooMany)
		return
	}
	s.feed.Publish(world.Event{Kind: world.EventState})
	defer s.feed.Publish(world.Event{Kind: world.EventState})
	defer s.link.remove(k)
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	go k.ping(ctx)
	if k.write(ctx, s.hello(n)) == nil {
		s.link.read(ctx, k)
	}
}

func (s *Server) hello(n int) object {
	return object{
		"type": "hello", "num_connections": n, "connection_info": object{"app_id": s.space.team.AppID},
		"debug_info": object{
			"host": linkHost, "build_number": 1, "approximate_connection_time": connectionLife,
			"started": s.clock.Now().UTC().Format("2006-01-02 15:04:05.000"),
		},
	}
}

// add counts a connection in, unless there are too many.
func (l *link) add(k *socket) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.conns) >= maxConnections {
		return len(l.conns) + 1
	}
	l.conns = append(l.conns, k)
	return len(l.conns)
}

func (l *link) remove(k *socket) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.conns = slices.DeleteFunc(l.conns, func(c *socket) bool { return c == k })
}

// read takes acknowledgements until the connection ends.
func (l *link) read(ctx context.Context, k *socket) {
	for {
		_, b, err := k.ws.Read(ctx)
		if err != nil {
			return
		}
		var ack struct {
			ID      string          `json:"envelope_id"`
			Payload json.RawMessage `json:"payload"`
		}
		if k.frozen.Load() || len(b) >= maxAck || json.Unmarshal(b, &ack) != nil {
			continue
		}
		l.mu.Lock()
		p := l.pending[ack.ID]
		delete(l.pending, ack.ID)
		l.mu.Unlock()
		if p != nil {
			p.done <- ack.Payload
		}
	}
}

// send hands an envelope to one of the connections.
func (l *link) send(ctx context.Context, e envelope) (*pending, error) {
	e.ID = freshUUID()
	p := &pending{link: l, id: e.ID, done: make(chan json.RawMessage, 1)}
	for {
		k := l.next(p)
		if k == nil {
			return nil, errNobody
		}
		if k.write(ctx, e) == nil {
			return p, nil
		}
		l.remove(k)
	}
}

// next chooses a connection, in turn, and notes what it is to carry.
func (l *link) next(p *pending) *socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	open := slices.DeleteFunc(slices.Clone(l.conns), func(k *socket) bool { return k.leaving })
	if len(open) == 0 {
		delete(l.pending, p.id)
		return nil
	}
	if l.pending == nil {
		l.pending = map[string]*pending{}
	}
	l.pending[p.id] = p
	l.turn++
	return open[l.turn%len(open)]
}

// ack waits for the acknowledgement and returns its payload.
func (p *pending) ack(ctx context.Context, within time.Duration) (json.RawMessage, error) {
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case b := <-p.done:
		return b, nil
	case <-timer.C:
	case <-ctx.Done():
	}
	p.link.mu.Lock()
	delete(p.link.pending, p.id)
	p.link.mu.Unlock()
	return nil, errTimeout
}

func (k *socket) write(ctx context.Context, v any) error {
	if k.frozen.Load() {
		return nil // what is sent into a half-open connection is lost unnoticed
	}
	ctx, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	return k.ws.Write(ctx, websocket.MessageText, toJSON(v))
}

// ping keeps the connection alive, as Slack does.
func (k *socket) ping(ctx context.Context) {
	for {
		if !k.frozen.Load() {
			within, cancel := context.WithTimeout(ctx, pingEvery)
			err := k.ws.Ping(within)
			cancel()
			if err != nil && !k.frozen.Load() {
				k.ws.CloseNow()
				return
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(pingEvery):
		}
	}
}

func (k *socket) disconnect(ctx context.Context, reason string) {
	_ = k.write(ctx, object{"type": "disconnect", "reason": reason, "debug_info": object{"host": linkHost}})
}
