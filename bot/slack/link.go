package slack

import (
	"context"
	"encoding/json"
	"time"

	"github.com/coder/websocket"
)

// link is one open Socket Mode connection.
type link struct {
	s     *sockets
	conn  *websocket.Conn
	hello bool
}

// serve reads until the link breaks, or until Slack says goodbye: it is then
// still open for some seconds.
func (l *link) serve(ctx context.Context) (goodbye bool, err error) {
	for {
		_, b, err := l.conn.Read(ctx)
		if err != nil {
			return false, scrub(err)
		}
		var f frame
		if json.Unmarshal(b, &f) != nil {
			l.s.a.log.WarnContext(ctx, "slack sent a frame that cannot be read", "bytes", len(b))
			continue
		}
		if f.Type == "disconnect" {
			l.s.a.log.InfoContext(ctx, "slack replaces a line", "reason", f.Reason)
			if f.Reason == "link_disabled" {
				return true, errDisabled
			}
			return true, nil
		}
		l.take(ctx, f)
	}
}

// take hands a frame over. An event is acknowledged once it is queued: Slack
// keeps it until then.
func (l *link) take(ctx context.Context, f frame) {
	ack := newAck(func(payload any) error { return l.answer(ctx, f.Envelope, payload) })
	switch f.Type {
	case "hello":
		l.hello = true
		if l.s.up.Add(1) == 1 {
			l.s.k.arrived()
		}
	case "events_api":
		if l.s.k.event(f.Payload) == nil {
			ack.send(nil)
		}
	case "slash_commands":
		var c slashCommand
		if err := json.Unmarshal(f.Payload, &c); err != nil {
			ack.send(nil)
			l.s.a.log.WarnContext(ctx, "slack sent a command that cannot be read", "error", err)
			return
		}
		l.s.k.command(c, ack)
	case "interactive":
		l.s.k.interaction(f.Payload, ack)
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
	ctx, stop := context.WithTimeout(ctx, pingWithin)
	defer stop()
	return l.conn.Write(ctx, websocket.MessageText, b)
}

// watch pings, so that a link on which nothing comes any more is noticed, and
// breaks it by ending its context.
func (l *link) watch(ctx context.Context, stop context.CancelFunc) {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		pctx, cancel := context.WithTimeout(ctx, pingWithin)
		err := l.conn.Ping(pctx)
		cancel()
		if err != nil {
			stop()
			return
		}
	}
}

// end closes the link; Slack needs no reason.
func (l *link) end(stop context.CancelFunc) {
	if l.hello {
		l.s.up.Add(-1)
	}
	stop()
	_ = l.conn.CloseNow() // broken or not, it is over
}
