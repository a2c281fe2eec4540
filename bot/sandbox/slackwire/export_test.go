package slackwire

import "time"

// SetSettle shortens how long an action waits for an answer behind the
// acknowledgement.
func (s *Server) SetSettle(d time.Duration) { s.settle = d }
