package discord

import (
	"context"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"animo/bot/chat"
)

const (
	// globalRate is below the 50 requests a second that Discord allows a bot
	// (docs: topics/rate-limits#global-rate-limit).
	globalRate = 45
	// patience is how long a call waits for its turn; what takes longer goes
	// back to the caller with the time to come again.
	patience = time.Second
	// manyRoutes is how many waiting routes are remembered before those whose
	// time has come are swept.
	manyRoutes = 512
)

// gate keeps requests back that Discord has said it would refuse. discordgo's
// own limiter sleeps without regard to contexts and remembers every address
// for ever. Answers to interactions do not pass here: they are outside the
// global limit and each has its own route.
type gate struct {
	now    func() time.Time
	budget *rate.Limiter

	mu     sync.Mutex
	until  map[string]time.Time // by route
	global time.Time
}

func newGate(now func() time.Time) *gate {
	return &gate{now: now, budget: rate.NewLimiter(globalRate, globalRate), until: make(map[string]time.Time)}
}

// pass waits until a request may be sent on a route. If that takes longer
// than patience it returns at once with the time that is left.
func (g *gate) pass(ctx context.Context, route string) error {
	wait := g.wait(route)
	if wait > patience {
		return &chat.Error{Trouble: chat.TroubleLimited, RetryAfter: wait}
	}
	if wait > 0 {
		t := time.NewTimer(wait)
		defer t.Stop()
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-t.C:
		}
	}
	return g.budget.Wait(ctx)
}

func (g *gate) wait(route string) time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	at := g.global
	if u := g.until[route]; u.After(at) {
		at = u
	}
	return at.Sub(g.now())
}

// learn reads what an answer says of the next request on its route.
func (g *gate) learn(route string, status int, h http.Header) {
	switch {
	case status == http.StatusTooManyRequests:
		g.block(route, retryAfter(h), globally(h))
	case h.Get("X-RateLimit-Remaining") == "0":
		g.block(route, seconds(h.Get("X-RateLimit-Reset-After")), false)
	}
}

func (g *gate) block(route string, d time.Duration, global bool) {
	if d <= 0 {
		return
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if global {
		g.global = now.Add(d)
		return
	}
	if len(g.until) >= manyRoutes {
		for r, at := range g.until {
			if !at.After(now) {
				delete(g.until, r)
			}
		}
	}
	g.until[route] = now.Add(d)
}

func globally(h http.Header) bool {
	return h.Get("X-RateLimit-Global") == "true" || h.Get("X-RateLimit-Scope") == "global"
}

// retryAfter reads how long a refused caller must stay away; a second if the
// answer does not say.
func retryAfter(h http.Header) time.Duration {
	if d := max(seconds(h.Get("Retry-After")), seconds(h.Get("X-RateLimit-Reset-After"))); d > 0 {
		return d
	}
	return time.Second
}

func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f <= 0 || f > 86400*30 {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}
