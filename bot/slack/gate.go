package slack

import (
	"context"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"animo/bot/quota"
)

const (
	// patience is how long a call waits for its turn; what takes longer goes
	// back to the caller with the time to come again.
	patience = time.Second
	// longestBan bounds what a Retry-After can do, a mistyped one included.
	longestBan = time.Hour
)

// gate is the transport of all calls. It keeps to the documented tiers and,
// to the letter, to what Slack answers: a method that was refused is not asked
// again, for whatever channel, before Retry-After is over
// (docs.slack.dev/apis/web-api/rate-limits#responding-to-rate-limiting-conditions).
// Being the transport it also sees what slack-go repeats by itself. Methods
// are shared with the other replicas; an address that answers one interaction
// or takes one upload is nobody else's.
type gate struct {
	next             http.RoundTripper
	api              *url.URL // where the methods are
	methods, address *quota.Gate
	room             tier            // of each channel
	tiers            map[string]tier // of each method
}

// newGate makes a gate before next for the web API at base.
func newGate(base string, now func() time.Time, next http.RoundTripper, board quota.Board, log *slog.Logger) *gate {
	api, err := url.Parse(base)
	if err != nil {
		api = &url.URL{} // apiURL has read it before
	}
	if next == nil {
		next = http.DefaultTransport
	}
	return &gate{
		next: next, api: api, room: perChannel, tiers: tiers,
		methods: quota.New(quota.Config{Prefix: "slack/", Now: now, Board: board, Log: log}),
		address: quota.New(quota.Config{Prefix: "slack/", Now: now, Log: log}),
	}
}

// RoundTrip implements http.RoundTripper. A request that would have to wait
// for longer than patience fails with a *quota.TooSoon and is not sent.
func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	c := callIn(r.Context())
	limits, route := g.route(r.URL)
	c.block = func(d time.Duration) { limits.Bar(route, min(d, longestBan)) }
	if err := g.pass(r.Context(), limits, route, c); err != nil {
		if r.Body != nil {
			_ = r.Body.Close() // nothing was written to anyone
		}
		return nil, err
	}
	res, err := g.next.RoundTrip(r)
	if err == nil && res.StatusCode == http.StatusTooManyRequests {
		c.banned = banOf(res.Header)
		c.block(c.banned)
	}
	return res, err
}

// route is a method's name, else an address: each response URL and upload has
// its own limits.
func (g *gate) route(u *url.URL) (*quota.Gate, string) {
	if method, ok := strings.CutPrefix(u.Path, g.api.Path); ok && u.Host == g.api.Host {
		return g.methods, method
	}
	return g.address, u.Host + u.Path
}

// pass waits until a request may be sent.
func (g *gate) pass(ctx context.Context, limits *quota.Gate, route string, c *call) error {
	ask, wait := quota.Ask{Bars: []string{route}}, patience
	if t, ok := g.tiers[route]; ok {
		ask.Budgets = append(ask.Budgets, quota.Budget{Key: "tier " + route, Every: t.every, Burst: t.burst})
	}
	if c.channel != "" {
		ask.Budgets = append(ask.Budgets, quota.Budget{Key: route + " " + c.channel, Every: g.room.every, Burst: g.room.burst})
	}
	if c.hurry {
		wait = 0
	}
	_, err := limits.Pass(ctx, ask, wait)
	return err
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
