package slackwire

import (
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"time"

	"animo/bot/sandbox/world"
)

// faultRule is a fault in force and how often it has come up.
type faultRule struct {
	world.Fault
	path    *regexp.Regexp
	met     int // matching calls so far
	applied int
}

// SetFaults replaces the faults in force. Fault.Path matches the method's
// name, "response_url" or "upload". It fails, and changes nothing, if a Path
// is no regular expression.
func (s *Server) SetFaults(faults []world.Fault) error {
	var rules []*faultRule
	for _, f := range faults {
		re, err := regexp.Compile(f.Path)
		if err != nil {
			return fmt.Errorf("fault path %q: %w", f.Path, err)
		}
		rules = append(rules, &faultRule{Fault: f, path: re})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = rules
	return nil
}

// trouble is what goes wrong with one call; nil for nothing.
type trouble struct{ world.Fault }

// fault returns the first fault that applies to a call now.
func (s *Server) fault(verb, path string) *trouble {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.faults {
		if r.Method != "" && r.Method != verb || !r.path.MatchString(path) {
			continue
		}
		r.met++
		if r.met <= r.Skip || r.Times > 0 && r.applied >= r.Times {
			continue
		}
		r.applied++
		return &trouble{r.Fault}
	}
	return nil
}

// applies tells whether the call is carried out: always, but where the fault
// replaces the answer and does not say Apply.
func (t *trouble) applies() bool {
	return t == nil || t.Apply || t.Status == 0 && !t.Reset && !t.Cut
}

// spoil returns the answer that is sent instead.
func (t *trouble) spoil(a answer) answer {
	if t == nil || t.Status == 0 {
		return a
	}
	header := map[string]string{"Content-Type": "application/json; charset=utf-8"}
	body := t.Body
	switch {
	case t.Status == http.StatusTooManyRequests:
		header["Retry-After"] = strconv.Itoa(max(1, seconds(t.RetryAfter)))
		body = or(body, `{"ok":false,"error":"ratelimited"}`)
	case t.Status == http.StatusServiceUnavailable:
		body = or(body, `{"ok":false,"error":"service_unavailable"}`)
	default:
		body = or(body, `{"ok":false,"error":"internal_error"}`)
	}
	return answer{status: t.Status, header: header, body: []byte(body)}
}

func or(s, def string) string {
	if s == "" {
		return def
	}
	return s
}

// send answers, late or broken if the fault says so.
func (t *trouble) send(w http.ResponseWriter, r *http.Request, a answer) {
	if t != nil && t.Delay > 0 {
		select {
		case <-time.After(t.Delay):
		case <-r.Context().Done():
		}
	}
	if t != nil && (t.Reset || t.Cut) {
		hangUp(w, a, t.Cut)
		return
	}
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(a.body)))
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body) // the caller went away: there is nobody left to tell
}

// hangUp resets the connection, after half of an answer if cut is set.
func hangUp(w http.ResponseWriter, a answer, cut bool) {
	conn, buf, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer conn.Close()
	if cut {
		half := a.body[:len(a.body)/2]
		fmt.Fprintf(buf, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", len(half)*2+2, half)
		_ = buf.Flush() // it is about to break anyway
		return
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
}
