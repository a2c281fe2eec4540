package discord

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/bwmarrin/discordgo"

	"animo/bot/chat"
)

// callWithin bounds a call whose context has no deadline of its own.
const callWithin = 20 * time.Second

// request is one call of the REST interface.
type request struct {
	doing  string // lower case: "post to channel"
	method string
	url    string
	body   any // JSON, nil for none
	files  []chat.File
	once   bool   // saying it again would be heard twice
	needs  string // the right whose lack 50013 most likely means
}

// get makes a request that only asks.
func get(doing, url string) request {
	return request{doing: doing, method: http.MethodGet, url: url}
}

// call sends a request and reads the answer into out, unless that is nil. It
// fails with an *chat.Error.
func (a *Adapter) call(ctx context.Context, r request, out any) error {
	var x exchange
	answer, err := a.exchange(ctx, &r, &x)
	if err == nil && out != nil {
		if err = json.Unmarshal(answer, out); err != nil {
			err = fmt.Errorf("read the answer: %w", err)
		}
	}
	if err == nil {
		a.deps.Count("rest", "ok")
		return nil
	}
	e := r.trouble(&x, err)
	e.Err = shown(&x, e.Err)
	a.deps.Count("rest", string(e.Trouble))
	return e
}

func (a *Adapter) exchange(ctx context.Context, r *request, x *exchange) ([]byte, error) {
	if _, ok := ctx.Deadline(); !ok {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, callWithin)
		defer cancel()
	}
	kind, body, err := encode(r.body, r.files)
	if err != nil {
		return nil, &chat.Error{Trouble: chat.TroubleRefused, Err: err}
	}
	route := routeOf(r.method, r.url)
	if wait := a.refusals.wait(route.answer); wait > 0 {
		return nil, &chat.Error{Trouble: chat.TroubleLimited, RetryAfter: wait, Err: errHeldBack}
	}
	leave, err := a.gate.pass(ctx, route)
	if err != nil {
		return nil, err
	}
	// A limiter of its own for each call: the gate above has done its work,
	// and discordgo's would hold calls of one bucket behind each other.
	bucket := discordgo.NewRatelimiter().LockBucket("")
	answer, err := a.rest.RequestWithLockedBucket(r.method, r.url, kind, body, bucket, 0,
		discordgo.WithContext(x.watched(ctx)))
	x.after = bodyRetryAfter(err)
	a.gate.learn(leave, x.status, x.header, x.after)
	a.refusals.learn(x.status, x.header)
	return answer, err
}

var errHeldBack = errors.New("discord refused so many requests of late that it may ban this address")

// bodyRetryAfter reads from the body of a refusal how long to stay away: it is
// exact where the header is in whole seconds.
func bodyRetryAfter(err error) time.Duration {
	var limited *discordgo.RateLimitError
	if errors.As(err, &limited) && limited.RateLimit != nil && limited.TooManyRequests != nil {
		return min(max(limited.RetryAfter, 0), 30*24*time.Hour)
	}
	return 0
}

func encode(body any, files []chat.File) (kind string, b []byte, err error) {
	if body == nil {
		return "", nil, nil
	}
	if len(files) > 0 {
		return discordgo.MultipartBodyWithJSON(body, attachments(files))
	}
	b, err = json.Marshal(body)
	return "application/json", b, err
}
