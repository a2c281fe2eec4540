package discord

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"animo/bot/chat"
	"animo/bot/quota"
)

const (
	// patience is how long a call waits for its turn; what takes longer goes
	// back to the caller with the time to come again.
	patience = time.Second
	// grace is added to what Discord says, since it rounds milliseconds.
	grace     = 2 * time.Millisecond
	globalBar = "global"
)

// allCalls stays below the 50 requests that Discord allows a bot in any
// second (docs: topics/rate-limits#global-rate-limit). A refusal for all of
// them bars them.
var allCalls = quota.Budget{Key: "calls", Every: time.Second / 42, Burst: 6}

// gate keeps requests back that Discord has said it would refuse. discordgo's
// own limiter sleeps without regard to contexts and remembers every address
// for ever. Answers to interactions are outside the global limit and are not
// counted, but wait where they were told to; nobody else answers them, so that
// no other replica need know.
type gate struct {
	limits, answers *quota.Gate

	mu     sync.Mutex
	hashes map[string]string // Discord's name of a route's bucket
}

func newGate(now func() time.Time, board quota.Board, log *slog.Logger) *gate {
	return &gate{
		limits:  quota.New(quota.Config{Prefix: "discord/", Now: now, Board: board, Log: log}),
		answers: quota.New(quota.Config{Prefix: "discord/", Now: now, Log: log}),
		hashes:  make(map[string]string),
	}
}

// ticket is the leave to send one request. Whoever got it calls learn.
type ticket struct {
	route route
	leave quota.Leave
}

// pass waits until a request may be sent. If that takes longer than patience
// it returns at once with the time that is left.
func (g *gate) pass(ctx context.Context, r route) (ticket, error) {
	limits, ask := g.answers, quota.Ask{Bars: []string{r.major}}
	if !r.answer {
		window, err := g.window(ctx, r)
		if err != nil {
			return ticket{}, err
		}
		limits = g.limits
		ask = quota.Ask{Bars: []string{globalBar}, Budgets: []quota.Budget{allCalls}, Window: window}
	}
	leave, err := limits.Pass(ctx, ask, patience)
	var soon *quota.TooSoon
	if errors.As(err, &soon) {
		err = &chat.Error{Trouble: chat.TroubleLimited, RetryAfter: max(soon.Wait, grace)}
	}
	return ticket{route: r, leave: leave}, err
}

// window names the bucket of a route: Discord's hash, once known, is shared by
// several routes, and each guild, channel or webhook has its own bucket of it
// (docs: topics/rate-limits#header-format).
func (g *gate) window(ctx context.Context, r route) (string, error) {
	g.mu.Lock()
	hash := g.hashes[r.name]
	g.mu.Unlock()
	if hash == "" {
		var err error
		if hash, err = g.limits.Alias(ctx, "route "+r.name); err != nil {
			return "", err
		}
		g.mu.Lock()
		g.hashes[r.name] = hash
		g.mu.Unlock()
	}
	if hash == "" {
		return r.name + " " + r.major, nil
	}
	return hash + " " + r.major, nil
}

// learn gives the place back and reads what an answer says of the next
// request; header is nil if none came. after is how long the answer's body
// wants us to stay away.
func (g *gate) learn(t ticket, status int, h http.Header, after time.Duration) {
	refused := status == http.StatusTooManyRequests
	after = max(after, retryAfter(h)) + grace
	l := readLimit(h)
	switch {
	case h == nil:
		g.limits.Done(t.leave, "", nil)
	case refused && globally(h):
		g.limits.Bar(globalBar, after)
		g.limits.Done(t.leave, "", nil)
	case t.route.answer && refused:
		g.answers.Bar(t.route.major, after)
	case t.route.answer && l.told && l.left == 0:
		g.answers.Bar(t.route.major, l.reset+grace)
	case !t.route.answer:
		window := g.home(t.route, h.Get("X-RateLimit-Bucket"))
		if refused {
			g.limits.Bar(window, after)
		}
		g.limits.Done(t.leave, window, l.says(status))
	}
}

// home names the bucket that an answer counts for, which is another than that
// of its request when Discord names the route's bucket for the first time.
func (g *gate) home(r route, hash string) string {
	g.mu.Lock()
	known := g.hashes[r.name]
	if hash == "" {
		hash = known
	}
	g.hashes[r.name] = hash
	g.mu.Unlock()
	if hash == "" {
		return r.name + " " + r.major
	}
	if hash != known {
		g.limits.SetAlias("route "+r.name, hash)
	}
	return hash + " " + r.major
}
