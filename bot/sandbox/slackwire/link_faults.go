package slackwire

import (
	"context"
	"slices"
	"time"
)

func (l *link) all() []*socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.conns)
}

// oldest returns the connection that has been open longest and was not yet
// told to go.
func (l *link) oldest() []*socket {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, k := range l.conns {
		if !k.leaving {
			return []*socket{k}
		}
	}
	return nil
}

func (l *link) count() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return len(l.conns)
}

// Connections returns how many Socket Mode connections are open.
func (s *Server) Connections() int { return s.link.count() }

// disconnect tells connections to go and closes them after a grace. They get
// nothing more.
func (l *link) disconnect(ctx context.Context, conns []*socket, reason string, grace time.Duration) {
	for _, k := range conns {
		l.mu.Lock()
		k.leaving = true
		l.mu.Unlock()
		k.disconnect(ctx, reason)
		time.AfterFunc(grace, func() { k.ws.CloseNow() })
	}
}

// Refresh tells the oldest connection "refresh_requested": it gets nothing
// more and is closed 5 seconds later.
func (s *Server) Refresh() { s.link.disconnect(s.ctx, s.link.oldest(), reasonRefresh, refreshGrace) }

// Warn tells the oldest connection "warning": it is closed 10 seconds later,
// and gets envelopes until then.
func (s *Server) Warn() {
	for _, k := range s.link.oldest() {
		k.disconnect(s.ctx, reasonWarning)
		time.AfterFunc(warningTime, func() { k.ws.CloseNow() })
	}
}

// Drop breaks every connection without a word.
func (s *Server) Drop() { s.link.dropAll() }

func (l *link) dropAll() {
	for _, k := range l.all() {
		k.ws.CloseNow()
	}
}

// Freeze leaves every connection half open: it stays, and nothing goes
// through in either direction, pings included. New connections work.
func (s *Server) Freeze() { s.link.freeze(true) }

// Thaw ends Freeze for the connections that are still there.
func (s *Server) Thaw() { s.link.freeze(false) }

func (l *link) freeze(on bool) {
	for _, k := range l.all() {
		k.frozen.Store(on)
	}
}
