package slack

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"time"

	"github.com/coder/websocket"
)

// link is one open Socket Mode connection.
type link struct {
	s     *sockets
	conn  *websocket.Conn
	write func(context.Context, []byte) error // to conn
	ping  func(context.Context) error         // of conn
	k     *intake                             // with the Line that held at hello
	hello bool
	up    bool // Slack sends on it: it said hello, and not yet goodbye
}

func newLink(s *sockets, conn *websocket.Conn) *link {
	write := func(ctx context.Context, b []byte) error { return conn.Write(ctx, websocket.MessageText, b) }
	return &link{s: s, conn: conn, write: write, ping: conn.Ping, k: s.k.on(rand.Text())}
}

// serve reads until the link breaks, or until Slack says goodbye: it is then
// still open for some seconds.
func (l *link) serve(ctx context.Context) (goodbye bool, err error) {
	for {
		_, b, err := l.conn.Read(ctx)
		if err != nil {
			return false, scrub(err)
		}
		if goodbye, err := l.take(ctx, b); goodbye {
			return true, err
		}
	}
}

// take reads a frame. After a goodbye the link lives for some seconds more;
// its error says that there will be no other.
func (l *link) take(ctx context.Context, b []byte) (goodbye bool, err error) {
	var f frame
	if json.Unmarshal(b, &f) != nil {
		l.s.a.log.WarnContext(ctx, "slack sent a frame that cannot be read", "bytes", len(b))
		return false, nil
	}
	if f.Type != "disconnect" {
		l.hand(ctx, f)
		return false, nil
	}
	l.s.a.log.InfoContext(ctx, "slack replaces a line", "reason", f.Reason)
	l.s.leave(l)
	if f.Reason == "link_disabled" {
		err = errDisabled
	}
	return true, err
}

// hand hands a frame over. An event is acknowledged once it is handled, or
// shortly before Slack loses its patience: until then Slack keeps it, and
// gives it to another line if this process dies.
func (l *link) hand(ctx context.Context, f frame) {
	ack := newAck(func(payload any) error { return l.answer(ctx, f.Envelope, payload) })
	switch f.Type {
	case "hello":
		l.s.join(l)
	case "events_api":
		if l.k.event(f.Payload, func() { ack.send(nil) }) == nil {
			ack.within(ackTime)
		}
	case "slash_commands":
		var c slashCommand
		if err := json.Unmarshal(f.Payload, &c); err != nil {
			ack.send(nil)
			l.s.a.log.WarnContext(ctx, "slack sent a command that cannot be read", "error", err)
			return
		}
		l.k.command(c, ack)
	case "interactive":
		l.k.interaction(f.Payload, ack)
	default:
		if f.Envelope != "" {
			ack.send(nil)
		}
	}
}

// answer acknowledges an envelope.
func (l *link) answer(ctx context.Context, envelope string, payload any) error {
	b, err := json.Marshal(struct {
		Envelope string `json:"envelope_id"`
		Payload  any    `json:"payload,omitempty"`
	}{envelope, payload})
	if err != nil {
		return err
	}
	ctx, stop := context.WithTimeout(ctx, writeFor)
	defer stop()
	return l.write(ctx, b)
}

// watch pings, so that a link on which nothing comes any more is noticed
// within the pace's ping, and breaks it by ending its context.
func (l *link) watch(ctx context.Context, stop context.CancelCauseFunc) {
	half := l.s.a.pace.ping / 2
	tick := time.NewTicker(half)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		pctx, cancel := context.WithTimeout(ctx, half)
		err := l.ping(pctx)
		cancel()
		if err != nil {
			stop(errSilent)
			return
		}
	}
}

// end closes the link; Slack needs no reason.
func (l *link) end(stop context.CancelCauseFunc) {
	l.s.leave(l)
	stop(nil)
	_ = l.conn.CloseNow() // broken or not, it is over
}
