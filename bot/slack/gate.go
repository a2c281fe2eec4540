package slack

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// patience is how long a call waits for its turn; what takes longer goes
	// back to the caller with the time to come again.
	patience = time.Second
	// manyRoutes is how many routes are remembered before those that need no
	// remembering any more are swept.
	manyRoutes = 512
	// longestBan bounds what a Retry-After can do, a mistyped one included.
	longestBan = time.Hour
)

// tooSoon: a call was kept back, since Slack would refuse it.
type tooSoon struct{ wait time.Duration }

func (e tooSoon) Error() string { return "kept back: too soon by " + e.wait.String() }

// gate is the transport of all calls. It keeps to the documented tiers and,
// to the letter, to what Slack answers: a method that was refused is not asked
// again, for whatever channel, before Retry-After is over
// (docs.slack.dev/apis/web-api/rate-limits#responding-to-rate-limiting-conditions).
// Being the transport it also sees what slack-go repeats by itself.
type gate struct {
	now   func() time.Time
	next  http.RoundTripper
	api   *url.URL        // where the methods are
	room  tier            // of each channel
	tiers map[string]tier // of each method

	mu      sync.Mutex
	until   map[string]time.Time // by route
	budgets map[string]*rate.Limiter
}

// newGate makes a gate before next for the web API at base.
func newGate(base string, now func() time.Time, next http.RoundTripper) *gate {
	api, err := url.Parse(base)
	if err != nil {
		api = &url.URL{} // apiURL has read it before
	}
	if next == nil {
		next = http.DefaultTransport
	}
	return &gate{now: now, next: next, api: api, room: perChannel, tiers: tiers, until: map[string]time.Time{}, budgets: map[string]*rate.Limiter{}}
}

// RoundTrip implements http.RoundTripper. A request that would have to wait
// for longer than patience fails with tooSoon and is not sent.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	c, route := callIn(r.Context()), g.route(r.URL)
	c.block = func(d time.Duration) { g.block(route, d) }
	if err := g.pass(r.Context(), route, c); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // nothing was written to anyone
		}
		return nil, err
	}
	res, err := g.next.RoundTrip(r)
	if err == nil && res.StatusCode == http.StatusTooManyRequests {
		c.banned = banOf(res.Header)
		g.block(route, c.banned)
	}
	return res, err
}

// route is a method's name, else an address: each response URL and upload has
// its own limits.
func (g *gate) route(u *url.URL) string {
	if method, ok := strings.CutPrefix(u.Path, g.api.Path); ok && u.Host == g.api.Host {
		return method
	}
	return u.Host + u.Path
}

// pass waits until a request may be sent.
func (g *gate) pass(ctx context.Context, route string, c *call) error {
	limit := patience
	if c.hurry {
		limit = 0
	}
	wait, err := g.reserve(route, c.channel, limit)
	for err == nil && wait > 0 {
		if !pause(ctx, wait) {
			return ctx.Err()
		}
		// what was sent meanwhile may have been refused
		wait, err = g.barred(route, limit)
	}
	return err
}

// barred returns how long Slack wants a route left alone, tooSoon if that is
// longer than limit.
func (g *gate) barred(route string, limit time.Duration) (time.Duration, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if wait := g.until[route].Sub(g.now()); wait > limit {
		return 0, tooSoon{wait}
	} else if wait > 0 {
		return wait, nil
	}
	return 0, nil
}

// reserve takes a turn in each budget that a request counts in and returns how
// far off the last of them is; beyond limit it takes none.
func (g *gate) reserve(route, channel string, limit time.Duration) (time.Duration, error) {
	wait, err := g.barred(route, limit)
	if err != nil {
		return 0, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	var turns []*rate.Reservation
	for _, b := range g.counted(route, channel, now) {
		turn := b.ReserveN(now, 1)
		turns = append(turns, turn)
		wait = max(wait, turn.DelayFrom(now))
	}
	if wait <= limit {
		return wait, nil
	}
	for _, turn := range turns {
		turn.CancelAt(now)
	}
	return 0, tooSoon{wait}
}

// counted are the budgets in which a request counts. The caller holds g.mu.
func (g *gate) counted(route, channel string, now time.Time) []*rate.Limiter {
	var out []*rate.Limiter
	if t, ok := g.tiers[route]; ok {
		out = append(out, g.budget(route, t, now))
	}
	if channel != "" {
		out = append(out, g.budget(route+" "+channel, g.room, now))
	}
	return out
}

// budget returns a budget and makes it if it is new. A full one is as good as
// new: those are swept. The caller holds g.mu.
func (g *gate) budget(key string, t tier, now time.Time) *rate.Limiter {
	if b, ok := g.budgets[key]; ok {
		return b
	}
	if len(g.budgets) >= manyRoutes {
		for k, b := range g.budgets {
			if b.TokensAt(now) >= float64(b.Burst()) {
				delete(g.budgets, k)
			}
		}
	}
	b := rate.NewLimiter(rate.Every(t.every), t.burst)
	g.budgets[key] = b
	return b
}

// block lets nothing through on a route for d.
func (g *gate) block(route string, d time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if len(g.until) >= manyRoutes {
		for r, at := range g.until {
			if !at.After(now) {
				delete(g.until, r)
			}
		}
	}
	if at := now.Add(min(d, longestBan)); at.After(g.until[route]) {
		g.until[route] = at
	}
}

// banOf reads how long a refused caller must stay away, whole seconds as Slack
// writes them; unknownRetry if the answer does not say.
func banOf(h http.Header) time.Duration {
	s, err := strconv.ParseFloat(strings.TrimSpace(h.Get("Retry-After")), 64)
	if err != nil || s != s || s < 0 {
		return unknownRetry
	}
	return max(time.Second, time.Duration(min(s, longestBan.Seconds())*float64(time.Second)))
}
