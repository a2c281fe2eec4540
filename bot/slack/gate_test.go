package slack

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"animo/bot/chat"
	"animo/bot/quota"
	"animo/bot/sandbox/world"
)

// wire is a transport that answers by itself and notes what was sent when.
type wire struct {
	answer func(*http.Request) *http.Response

	mu   sync.Mutex
	sent map[string][]time.Time // by method
}

// RoundTrip implements http.RoundTripper.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	w.sent[r.URL.Path] = append(w.sent[r.URL.Path], time.Now())
	w.mu.Unlock()
	if w.answer != nil {
		return w.answer(r), nil
	}
	return said(200, `{"ok":true}`), nil
}

func said(status int, body string, header ...string) *http.Response {
	h := http.Header{}
	for i := 0; i+1 < len(header); i += 2 {
		h.Set(header[i], header[i+1])
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body))}
}

// tries asks for a method through a gate and returns how long the gate would
// have it wait, if it was not sent.
func tries(t *testing.T, g *gate, method string, c *call) time.Duration {
	t.Helper()
	r := must(http.NewRequestWithContext(c.watch(t.Context()), http.MethodPost, "https://slack.example/api/"+method, http.NoBody))(t)
	res, err := g.RoundTrip(r)
	if err == nil {
		_ = res.Body.Close()
		return 0
	}
	var soon *quota.TooSoon
	if !errors.As(err, &soon) || soon.Wait <= 0 {
		t.Fatalf("%v", err)
	}
	return soon.Wait
}

func testGate(answer func(*http.Request) *http.Response) (*gate, *wire) {
	w := &wire{answer: answer, sent: map[string][]time.Time{}}
	return newGate("https://slack.example/api/", time.Now, w, nil, slog.New(slog.DiscardHandler)), w
}

func TestAMethodKeepsToItsTier(t *testing.T) {
	perMinute := map[string]int{"chat.update": 50, "conversations.replies": 50, "conversations.list": 20, "users.info": 100, "views.open": 100, "chat.postEphemeral": 100}
	for method, n := range perMinute {
		synctest.Test(t, func(t *testing.T) {
			g, w := testGate(nil)
			for end := time.Now().Add(10 * time.Minute); time.Now().Before(end); {
				if wait := tries(t, g, method, &call{}); wait > 0 {
					time.Sleep(wait)
				}
			}
			sent := w.sent["/api/"+method]
			if len(sent) < 9*n || len(sent) > 11*n {
				t.Errorf("%s: %d calls in ten minutes, of %d a minute", method, len(sent), n)
			}
		})
	}
}

func TestAChannelIsGivenOneMessageASecondAfterAFewAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, w := testGate(nil)
		began := time.Now()
		for n := 0; n < 20; {
			if wait := tries(t, g, "chat.postMessage", &call{channel: "C1"}); wait > 0 {
				if wait <= patience {
					t.Fatalf("%v was not sat out", wait)
				}
				time.Sleep(wait)
				continue
			}
			n++
		}
		took := time.Since(began)
		if burst := time.Duration(perChannel.burst); took < (20-burst)*time.Second || took > 20*time.Second {
			t.Errorf("20 messages took %v", took)
		}
		if wait := tries(t, g, "chat.postMessage", &call{channel: "C2"}); wait > 0 || len(w.sent["/api/chat.postMessage"]) != 21 {
			t.Error("another channel waits for the first")
		}
	})
}

func TestARefusedMethodIsNotAskedAgainTooEarly(t *testing.T) {
	for header, least := range map[string]time.Duration{"7": 7 * time.Second, "0": time.Second, "": unknownRetry, "soon": unknownRetry, "2.5": 2500 * time.Millisecond, "9999999999": longestBan, "NaN": unknownRetry} {
		synctest.Test(t, func(t *testing.T) {
			refuse := true
			g, w := testGate(func(*http.Request) *http.Response {
				if refuse {
					return said(429, "", "Retry-After", header)
				}
				return said(200, `{"ok":true}`)
			})
			tries(t, g, "chat.postMessage", &call{channel: "C1"})
			refuse = false
			told := time.Now()
			for tries(t, g, "chat.postMessage", &call{channel: "C2", hurry: true}) > 0 { // someone asks all the time
				time.Sleep(max(10*time.Millisecond, least/500))
			}
			if again := time.Since(told); again < least || again > least+least/100+time.Second {
				t.Errorf("Retry-After %q: asked again after %v", header, again)
			}
			if tries(t, g, "chat.update", &call{}) > 0 {
				t.Error("another method waits too")
			}
			if n := len(w.sent["/api/chat.postMessage"]); n != 2 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestALimitInTheBodyCountsToo(t *testing.T) {
	d := open(t)
	d.fault(world.Fault{Path: `^chat\.delete$`, Status: 200, Body: `{"ok":false,"error":"ratelimited"}`, Times: 1})
	ref := chat.MessageRef{Channel: d.channel("general"), ID: "1.000001"}
	for range 2 {
		err := d.a.Delete(t.Context(), ref)
		if chat.TroubleOf(err) != chat.TroubleLimited || retryAfter(err) < unknownRetry-time.Second {
			t.Errorf("%v", err)
		}
	}
	if n := len(d.requests(`^chat\.delete$`)); n != 1 {
		t.Errorf("%d requests", n)
	}
}

func TestAGateObeysContexts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g, w := testGate(func(*http.Request) *http.Response { return said(429, "", "Retry-After", "1") })
		tries(t, g, "chat.update", &call{})
		ctx, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer stop()
		began := time.Now()
		r := must(http.NewRequestWithContext(ctx, http.MethodPost, "https://slack.example/api/chat.update", http.NoBody))(t)
		res, err := g.RoundTrip(r)
		if err == nil {
			_ = res.Body.Close()
		}
		if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) > 100*time.Millisecond || len(w.sent["/api/chat.update"]) != 1 {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}

func TestWithLimitsEnforcedNothingIsRefusedAndAllIsDelivered(t *testing.T) {
	d := open(t, func(s *setting) { s.wire.EnforceLimits = true })
	began := time.Now()
	var work sync.WaitGroup
	channels, each := []string{"general", "team"}, 6
	for _, name := range channels {
		to := d.channel(name)
		for n := range each {
			work.Go(func() {
				for {
					_, err := d.a.Post(d.ctx, to, hello(fmt.Sprint(name, n)))
					if err == nil {
						return
					}
					if chat.TroubleOf(err) != chat.TroubleLimited || !pause(d.ctx, retryAfter(err)) {
						t.Errorf("%v", err)
						return
					}
				}
			})
		}
	}
	work.Wait()
	t.Logf("%d messages to %d channels in %v", len(channels)*each, len(channels), time.Since(began))
	for _, r := range d.requests("") {
		if r.Status == http.StatusTooManyRequests {
			t.Errorf("%s was refused", r.Path)
		}
	}
	if n := len(d.requests(`^chat\.postMessage$`)); n != len(channels)*each {
		t.Errorf("%d requests", n)
	}
}
