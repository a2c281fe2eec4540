package discord

import (
	"context"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

// transport sends what is meant for Discord to another server, if there is
// one, and notes how each exchange went, since discordgo's errors do not say.
type transport struct {
	base *url.URL // nil means Discord itself
	next http.RoundTripper
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if t.base != nil {
		moved, target := *r, *r.URL
		target.Scheme, target.Host = t.base.Scheme, t.base.Host
		target.Path = strings.TrimSuffix(t.base.Path, "/") + target.Path
		moved.URL, moved.Host = &target, t.base.Host
		r = &moved
	}
	resp, err := t.next.RoundTrip(r)
	if x, ok := r.Context().Value(exchangeKey{}).(*exchange); ok && resp != nil {
		x.status, x.header = resp.StatusCode, resp.Header
	}
	return resp, err
}

// exchange is what one call did on the wire.
type exchange struct {
	sent   atomic.Bool // the whole request left
	status int         // 0 if no answer came
	header http.Header
	after  time.Duration // how long a refusal's body wants us to stay away
}

type exchangeKey struct{}

// watched returns a context by which the transport fills x.
func (x *exchange) watched(ctx context.Context) context.Context {
	trace := &httptrace.ClientTrace{WroteRequest: func(i httptrace.WroteRequestInfo) {
		if i.Err == nil {
			x.sent.Store(true)
		}
	}}
	return httptrace.WithClientTrace(context.WithValue(ctx, exchangeKey{}, x), trace)
}
