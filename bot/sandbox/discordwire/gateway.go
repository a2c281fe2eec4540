package discordwire

import (
	"context"
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"animo/bot/sandbox/world"

	"github.com/coder/websocket"
)

// Gateway opcodes (topics/opcodes-and-status-codes#gateway-gateway-opcodes).
const (
	opDispatch  = 0
	opHeartbeat = 1
	opIdentify  = 2
	opPresence  = 3
	opVoice     = 4
	opResume    = 6
	opReconnect = 7
	opMembers   = 8
	opInvalid   = 9
	opHello     = 10
	opAck       = 11
)

// Close codes (topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
const (
	closeUnknownOp     = 4001
	closeDecode        = 4002
	closeNotIdentified = 4003
	closeToken         = 4004
	closeTwice         = 4005
	closeSeq           = 4007
	closeTooFast       = 4008
	closeTimedOut      = 4009
	closeShard         = 4010
	closeVersion       = 4012
	closeIntents       = 4013
	closeDisallowed    = 4014
)

// What a client may send (events/gateway#rate-limiting and #sending-events).
const (
	sendLimit  = 120
	sendWindow = time.Minute
	maxFrame   = 4096
)

// incoming is a frame from the client.
type incoming struct {
	Op int             `json:"op"`
	D  json.RawMessage `json:"d"`
}

func (s *Server) serveGateway(w http.ResponseWriter, r *http.Request) {
	wrapped := &wireWriter{ResponseWriter: w}
	ws, err := websocket.Accept(wrapped, r, &websocket.AcceptOptions{InsecureSkipVerify: true, CompressionMode: websocket.CompressionDisabled})
	if err != nil {
		return // Accept has answered
	}
	defer ws.CloseNow()
	q := r.URL.Query()
	l := newLink(ws, wrapped.wire, q.Get("compress") == "zlib-stream")
	ws.SetReadLimit(maxFrame * 4)
	ctx, stop := context.WithCancel(context.WithoutCancel(r.Context()))
	defer stop()
	if !s.joined(l) {
		return
	}
	go l.write(ctx)
	if v, enc := q.Get("v"), q.Get("encoding"); !slices.Contains([]string{"", "9", "10"}, v) || enc != "" && enc != "json" {
		l.end(closeVersion, "Invalid API version")
	} else {
		l.push(item{data: packet(opHello, object{"heartbeat_interval": s.opt.HeartbeatInterval.Milliseconds()})})
	}
	err = s.listen(ctx, l, r.Host)
	s.left(l, websocket.CloseStatus(err))
}

func packet(op int, d any) []byte {
	b, err := json.Marshal(object{"op": op, "d": d, "s": nil, "t": nil})
	if err != nil {
		panic(err) // d is always one of this file's own objects
	}
	return b
}

// joined counts a connection in, unless the server is closed.
func (s *Server) joined(l *link) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.links[l] = true
	}
	return !s.closed
}

// left ends a connection. A client that says goodbye with 1000 or 1001 gives
// its session up (events/gateway#initiating-a-disconnect).
func (s *Server) left(l *link, code websocket.StatusCode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.links, l)
	ses := l.session
	if ses == nil || ses.link != l {
		return
	}
	ses.link, ses.lost = nil, time.Now()
	if !l.ended() && (code == websocket.StatusNormalClosure || code == websocket.StatusGoingAway) {
		delete(s.sessions, ses.id)
	}
	s.stateChanged()
}

// listen handles frames until the connection ends. A client that misses its
// heartbeat by half an interval is closed with 4009.
func (s *Server) listen(ctx context.Context, l *link, host string) error {
	patience := s.opt.HeartbeatInterval * 3 / 2
	watch := time.AfterFunc(patience, func() {
		if !l.wire.isFrozen() {
			s.expel(l, closeTimedOut, "Session timed out")
		}
	})
	defer watch.Stop()
	for {
		_, data, err := l.ws.Read(ctx)
		if err != nil {
			return err
		}
		var in incoming
		switch {
		case l.tooFast():
			l.end(closeTooFast, "Rate limited")
		case len(data) > maxFrame || json.Unmarshal(data, &in) != nil:
			l.end(closeDecode, "Decode error")
		case in.Op == opHeartbeat:
			watch.Reset(patience)
			l.push(item{data: packet(opAck, nil)})
		default:
			s.hear(l, in, host)
		}
	}
}

// tooFast counts what was sent in the last minute.
func (l *link) tooFast() bool {
	now := time.Now()
	l.sent = append(l.sent, now)
	for now.Sub(l.sent[0]) > sendWindow {
		l.sent = l.sent[1:]
	}
	return len(l.sent) > sendLimit
}

// expel closes a connection and ends its session.
func (s *Server) expel(l *link, code int, why string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endSession(l)
	l.end(code, why)
}

func (s *Server) endSession(l *link) {
	if ses := l.session; ses != nil {
		delete(s.sessions, ses.id)
		ses.link, l.session = nil, nil
		s.stateChanged()
	}
}

// detach parts a connection from its session, which can resume.
func (s *Server) detach(l *link) {
	if ses := l.session; ses != nil {
		ses.link, ses.lost, l.session = nil, time.Now(), nil
		s.stateChanged()
	}
}

func (s *Server) hear(l *link, in incoming, host string) {
	s.recordFrame(in)
	s.mu.Lock()
	defer s.mu.Unlock()
	switch in.Op {
	case opIdentify:
		s.identifyLink(l, in.D, host)
	case opResume:
		s.resumeLink(l, in.D)
	case opMembers:
		s.sendMembers(l, in.D)
	case opPresence, opVoice, 31, 43: // heard, and of no effect here
		if l.session == nil {
			l.end(closeNotIdentified, "Not authenticated")
		}
	default:
		l.end(closeUnknownOp, "Unknown opcode")
	}
}

var frameNames = map[int]string{
	opIdentify: "identify", opPresence: "presence", opVoice: "voice", opResume: "resume", opMembers: "members",
}

// recordFrame notes a frame in the log, without its token.
func (s *Server) recordFrame(in incoming) {
	var d any
	if json.Unmarshal(in.D, &d) != nil {
		d = nil
	}
	if o := obj(d); o != nil {
		delete(o, "token")
	}
	body, err := json.Marshal(d)
	if err != nil {
		return
	}
	s.log.begin(world.Request{At: s.clock.Now(), Method: "WS", Path: "/gateway/" + frameNames[in.Op], Body: body})
}

func (s *Server) liveLinks() []*link {
	list := make([]*link, 0, len(s.links))
	for l := range s.links {
		list = append(list, l)
	}
	return list
}

func (s *Server) connected() bool {
	for _, ses := range s.sessions {
		if ses.link != nil {
			return true
		}
	}
	return false
}

// Shards counts the connected sessions of each shard, by its number and how
// many there are to be, as IDENTIFY names them.
func (s *Server) Shards() map[[2]int64]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[[2]int64]int{}
	for _, ses := range s.sessions {
		if ses.link != nil {
			out[ses.shard]++
		}
	}
	return out
}

// Connected says whether the bot has a live gateway session.
func (s *Server) Connected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connected()
}
