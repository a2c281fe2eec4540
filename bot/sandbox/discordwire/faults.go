package discordwire

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"sync"
	"time"

	"animo/bot/sandbox/world"
)

// faultRules are the faults in force, each with how often it has matched.
type faultRules struct {
	mu    sync.Mutex
	rules []*faultRule
}

type faultRule struct {
	world.Fault
	path *regexp.Regexp
	seen int
}

// SetFaults replaces the faults of the REST interface; see world.Fault. An
// expression that is not RE2 is an error and changes nothing.
func (s *Server) SetFaults(faults []world.Fault) error {
	rules := make([]*faultRule, len(faults))
	for i, f := range faults {
		re, err := regexp.Compile(f.Path)
		if err != nil {
			return fmt.Errorf("fault %d: %w", i, err)
		}
		rules[i] = &faultRule{Fault: f, path: re}
	}
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.rules = rules
	return nil
}

// match returns the first rule that applies to a call now, or nil.
func (f *faultRules) match(method, path string) *faultRule {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.rules {
		if r.Method != "" && r.Method != method || !r.path.MatchString(path) {
			continue
		}
		r.seen++
		if r.seen > r.Skip && (r.Times == 0 || r.seen <= r.Skip+r.Times) {
			return r
		}
	}
	return nil
}

func (r *faultRule) goesWrong() bool { return r.Status != 0 || r.Reset || r.Cut }

func (r *faultRule) reply() reply {
	if r.Status == http.StatusTooManyRequests {
		out := tooMany(r.RetryAfter, r.Global)
		if r.Body != "" {
			out.body = []byte(r.Body)
		}
		return out
	}
	out := failure(plain(r.Status))
	if r.Body != "" {
		out.body = []byte(r.Body)
	}
	return out
}

// tooMany is the answer beyond a rate limit
// (topics/rate-limits#exceeding-a-rate-limit).
func tooMany(after time.Duration, global bool) reply {
	seconds := after.Seconds()
	body, err := json.Marshal(object{"message": "You are being rate limited.", "retry_after": seconds, "global": global})
	if err != nil {
		return failure(err)
	}
	h := http.Header{}
	h.Set("Retry-After", strconv.Itoa(int(after.Round(time.Second).Seconds())))
	h.Set("X-RateLimit-Scope", "user")
	if global {
		h.Set("X-RateLimit-Global", "true")
		h.Set("X-RateLimit-Scope", "global")
	}
	return reply{status: http.StatusTooManyRequests, header: h, body: body}
}

// breakOff closes the connection, after half of the answer if cut.
func breakOff(w http.ResponseWriter, out reply, cut bool) {
	if cut && len(out.body) > 1 {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("Content-Length", strconv.Itoa(len(out.body)))
		w.WriteHeader(out.status)
		_, _ = w.Write(out.body[:len(out.body)/2])
		_ = http.NewResponseController(w).Flush()
	}
	panic(http.ErrAbortHandler)
}
