package discordwire

import (
	"slices"
	"time"
)

// abnormal is the close code that a connection cut without a close frame has.
const abnormal = 1006

// fatal are close codes after which a session cannot resume
// (topics/opcodes-and-status-codes#gateway-gateway-close-event-codes).
var fatal = []int{closeToken, closeSeq, closeTimedOut, closeShard, 4011, closeVersion, closeIntents, closeDisallowed}

// Reconnect asks every connection to reconnect and resume (op 7).
func (s *Server) Reconnect() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.liveLinks() {
		l.push(item{data: packet(opReconnect, nil)})
	}
}

// Invalidate sends an invalid session (op 9) to every connection. One that is
// not resumable is forgotten at once.
func (s *Server) Invalidate(resumable bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.liveLinks() {
		l.push(item{data: packet(opInvalid, resumable)})
		if resumable {
			s.detach(l)
		} else {
			s.endSession(l)
		}
	}
}

// Drop closes every connection with a close code; 1006 cuts them without a
// close frame. After a code that Discord calls final the session is gone.
func (s *Server) Drop(code int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.liveLinks() {
		if slices.Contains(fatal, code) {
			s.endSession(l)
		}
		s.detach(l)
		if code == abnormal {
			l.cut()
		} else {
			l.end(code, "")
		}
	}
}

// Freeze makes the present connections half-open: nothing more is read from
// them or written to them, and nobody is told. New connections work.
func (s *Server) Freeze() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.liveLinks() {
		l.wire.freeze()
	}
}

// Thaw ends Freeze: what was held back arrives.
func (s *Server) Thaw() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, l := range s.liveLinks() {
		l.wire.thaw()
	}
}

// Duplicate sends each of the next n dispatched events twice, the second time
// with a sequence number of its own.
func (s *Server) Duplicate(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.twice = n
}

// Late delivers events d after they happened, in real time and in order,
// until called with 0.
func (s *Server) Late(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = d
}
