package discord

import (
	"log/slog"
	"net/http"
	"sync"
	"time"
)

// Discord bans an address that makes 10,000 invalid requests in ten minutes
// (docs: topics/rate-limits#invalid-request-limit-aka-cloudflare-bans). A bot
// that works makes a few.
const (
	refusalWindow = 10 * time.Minute
	refusalSlot   = 10 * time.Second
	// refusalsMany are told to the operator; from refusalsStop on only
	// interactions are answered, from refusalsHalt on nothing is sent.
	refusalsMany = 1000
	refusalsStop = 5000
	refusalsHalt = 7000
)

// refusals counts invalid requests of the last ten minutes.
type refusals struct {
	now func() time.Time
	log *slog.Logger

	mu    sync.Mutex
	slots [refusalWindow/refusalSlot + 1]struct {
		at int64 // which ten seconds
		n  int
	}
	told int // the level that the log knows of
}

func newRefusals(now func() time.Time, log *slog.Logger) *refusals {
	return &refusals{now: now, log: log}
}

// counts says whether an answer is that of an invalid request. 404 is not
// documented among them; it is counted to be on the safe side. A limit that
// is shared with others is not our fault.
func counts(status int, h http.Header) bool {
	switch status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		return true
	case http.StatusTooManyRequests:
		return h.Get("X-RateLimit-Scope") != "shared"
	}
	return false
}

// learn counts an answer.
func (r *refusals) learn(status int, h http.Header) {
	if !counts(status, h) {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at := r.now().UnixNano() / int64(refusalSlot)
	s := &r.slots[at%int64(len(r.slots))]
	if s.at != at {
		s.at, s.n = at, 0
	}
	s.n++
	r.tell(r.total())
}

// tell logs a level when it is reached, not again while it lasts.
func (r *refusals) tell(n int) {
	level := 0
	for _, mark := range []int{refusalsMany, refusalsStop, refusalsHalt} {
		if n >= mark {
			level = mark
		}
	}
	if level > r.told {
		switch level {
		case refusalsMany:
			r.log.Warn("discord refuses many requests", "in_ten_minutes", n)
		default:
			r.log.Error("requests to discord are held back, before it bans this address", "in_ten_minutes", n, "answers_too", level == refusalsHalt)
		}
	}
	r.told = level
}

func (r *refusals) total() int {
	oldest := r.now().UnixNano()/int64(refusalSlot) - int64(len(r.slots)) + 1
	n := 0
	for _, s := range r.slots {
		if s.at >= oldest {
			n += s.n
		}
	}
	return n
}

// count returns the invalid requests of the last ten minutes.
func (r *refusals) count() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.total()
}

// wait returns how long requests are held back, 0 for not at all.
func (r *refusals) wait(answer bool) time.Duration {
	most := refusalsStop
	if answer {
		most = refusalsHalt
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	n := r.total()
	if n < most {
		return 0
	}
	now := r.now().UnixNano() / int64(refusalSlot)
	size := int64(len(r.slots))
	for at := now - size + 1; at <= now; at++ {
		if s := r.slots[at%size]; s.at == at {
			if n -= s.n; n < most {
				return time.Unix(0, (at+size)*int64(refusalSlot)).Sub(r.now())
			}
		}
	}
	return refusalWindow
}
