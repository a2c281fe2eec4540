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
	// globalRate and globalBurst together stay below the 50 requests that
	// Discord allows a bot in any second
	// (docs: topics/rate-limits#global-rate-limit).
	globalRate  = 42
	globalBurst = 6
	// patience is how long a call waits for its turn; what takes longer goes
	// back to the caller with the time to come again.
	patience = time.Second
	// grace is added to what Discord says, since it rounds milliseconds.
	grace = 2 * time.Millisecond
	// manyBuckets is how many are remembered before idle ones are swept.
	manyBuckets = 512
)

// gate keeps requests back that Discord has said it would refuse. discordgo's
// own limiter sleeps without regard to contexts and remembers every address
// for ever. Answers to interactions are outside the global limit and are not
// counted, but wait where they were told to.
type gate struct {
	now    func() time.Time
	budget *rate.Limiter

	mu      sync.Mutex
	hashes  map[string]string // Discord's name of a route's bucket
	buckets map[string]*bucket
	sweepAt int
	global  time.Time // nothing before
}

func newGate(now func() time.Time) *gate {
	return &gate{
		now: now, budget: rate.NewLimiter(globalRate, globalBurst),
		hashes: make(map[string]string), buckets: make(map[string]*bucket), sweepAt: manyBuckets,
	}
}

// ticket is the leave to send one request. Whoever got it calls learn.
type ticket struct {
	route route
	b     *bucket // nil for an answer to an interaction
	alone int     // the bucket's request of this number was the only one; 0 for no
}

// pass waits until a request may be sent. If that takes longer than patience
// it returns at once with the time that is left.
func (g *gate) pass(ctx context.Context, r route) (ticket, error) {
	end := g.now().Add(patience)
	for {
		t, wait, changed := g.enter(r)
		if wait == 0 && changed == nil {
			if ok, err := g.spend(ctx, t); ok || err != nil {
				return t, err
			}
			continue
		}
		left := end.Sub(g.now())
		if wait > left || left <= 0 {
			return ticket{}, &chat.Error{Trouble: chat.TroubleLimited, RetryAfter: max(wait, grace)}
		}
		if changed == nil {
			left = wait
		}
		if err := pause(ctx, left, changed); err != nil {
			return ticket{}, err
		}
	}
}

// pause waits for d, for changed to be closed or for ctx to end.
func pause(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-t.C:
	}
	return nil
}

// enter takes a place in the route's bucket, or says how long to wait, or for
// what if Discord has not said how long.
func (g *gate) enter(r route) (t ticket, wait time.Duration, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	b := g.buckets[g.key(r)]
	if r.answer {
		if b != nil {
			return ticket{route: r}, max(b.stop.Sub(now), 0), nil
		}
		return ticket{route: r}, 0, nil
	}
	if b == nil {
		b = g.add(g.key(r), now)
	}
	if g.global.After(now) {
		return ticket{}, g.global.Sub(now), nil
	}
	if wait, changed = b.enter(now); wait > 0 || changed != nil {
		return ticket{}, wait, changed
	}
	t = ticket{route: r, b: b}
	if b.flying == 1 {
		t.alone = b.entered
	}
	return t, 0, nil
}

// spend waits for the global budget. It says false, and gives the place back,
// if the request was forbidden meanwhile.
func (g *gate) spend(ctx context.Context, t ticket) (bool, error) {
	if t.b == nil {
		return true, nil
	}
	err := g.budget.Wait(ctx)
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if err == nil && !g.global.After(now) && !t.b.stop.After(now) {
		return true, nil
	}
	t.b.left++
	t.b.leave()
	return false, err
}

// key names the bucket of a route: Discord's hash, once known, is shared by
// several routes, and each guild, channel or webhook has its own bucket of it
// (docs: topics/rate-limits#header-format).
func (g *gate) key(r route) string {
	if hash := g.hashes[r.name]; hash != "" {
		return hash + " " + r.major
	}
	return r.name + " " + r.major
}

func (g *gate) add(key string, now time.Time) *bucket {
	if len(g.buckets) >= g.sweepAt {
		for k, b := range g.buckets {
			if b.idle(now) {
				delete(g.buckets, k)
			}
		}
		g.sweepAt = max(manyBuckets, 2*len(g.buckets))
	}
	b := &bucket{changed: make(chan struct{})}
	g.buckets[key] = b
	return b
}

// learn gives the place back and reads what an answer says of the next
// request; header is nil if none came. after is how long the answer's body
// wants us to stay away.
func (g *gate) learn(t ticket, status int, h http.Header, after time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	now := g.now()
	if t.b != nil {
		defer t.b.leave()
	}
	if h == nil {
		return
	}
	refused := status == http.StatusTooManyRequests
	if after = max(after, retryAfter(h)) + grace; refused && globally(h) {
		g.global = latest(g.global, now.Add(after))
		return
	}
	l := readLimit(h)
	if t.route.answer {
		if refused || l.told && l.left == 0 {
			if !refused {
				after = l.reset + grace
			}
			g.add(g.key(t.route), now).stop = now.Add(after)
		}
		return
	}
	b := g.home(t, h.Get("X-RateLimit-Bucket"), now)
	if l.told || status < 500 && !refused {
		b.learn(l, now, t)
	}
	if refused {
		b.stop = latest(b.stop, now.Add(after))
	}
}

// home returns the bucket that an answer counts for, which is another than
// that of its ticket when Discord names the route's bucket for the first time.
func (g *gate) home(t ticket, hash string, now time.Time) *bucket {
	if hash != "" && g.hashes[t.route.name] != hash {
		delete(g.buckets, g.key(t.route))
		g.hashes[t.route.name] = hash
	}
	if b := g.buckets[g.key(t.route)]; b != nil {
		return b
	}
	return g.add(g.key(t.route), now)
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
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
