package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"animo/bot/chat"
)

// wire is a Discord without a network.
type wire func(*http.Request) (status int, head map[string]string, body string)

// RoundTrip implements http.RoundTripper.
func (w wire) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
		_ = r.Body.Close()
	}
	status, head, body := w(r)
	h := http.Header{"Content-Type": {"application/json"}}
	for k, v := range head {
		h.Set(k, v)
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

func wired(t *testing.T, w wire) *Adapter {
	t.Helper()
	a, err := New(Config{Token: "x"}, Deps{Machine: time.Now, Transport: w})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// insist repeats a call for as long as it is told to come again.
func insist(t *testing.T, call func() error) {
	t.Helper()
	for {
		err := call()
		if err == nil {
			return
		}
		var e *chat.Error
		if !errors.As(err, &e) || e.Trouble != chat.TroubleLimited || e.RetryAfter <= 0 {
			t.Error(err)
			return
		}
		time.Sleep(e.RetryAfter)
	}
}

// window is the other side's count of a bucket.
type window struct {
	mu      sync.Mutex
	limit   int
	used    int
	refused int
	until   time.Time
}

func (w *window) take(length time.Duration) (int, map[string]string, string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if now := time.Now(); !now.Before(w.until) {
		w.used, w.until = 0, now.Add(length)
	}
	status := 200
	if w.used++; w.used > w.limit {
		status = 429
		w.refused++
	}
	after := fmt.Sprintf("%.3f", time.Until(w.until).Seconds())
	return status, map[string]string{
		"X-RateLimit-Bucket": "shared", "X-RateLimit-Limit": fmt.Sprint(w.limit), "X-RateLimit-Reset-After": after,
		"X-RateLimit-Remaining": fmt.Sprint(max(w.limit-w.used, 0)),
	}, `{"id":"1","retry_after":` + after + `}`
}

func TestABucketIsNeverOverdrawnHoweverManyAskAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &window{limit: 5}
		var sent atomic.Int32
		a := wired(t, func(*http.Request) (int, map[string]string, string) {
			time.Sleep(30 * time.Millisecond)
			sent.Add(1)
			return w.take(5 * time.Second)
		})
		var all sync.WaitGroup
		for range 40 {
			all.Go(func() { insist(t, func() error { return post(a) }) })
		}
		all.Wait()
		if sent.Load() != 40 || w.refused != 0 {
			t.Errorf("%d sent, %d refused", sent.Load(), w.refused)
		}
	})
}

func TestRoutesOfOneBucketAreCountedTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &window{limit: 4}
		a := wired(t, func(*http.Request) (int, map[string]string, string) { return w.take(3 * time.Second) })
		ref := chat.MessageRef{Channel: "discord:10", ID: "20"}
		edit := func() error { return a.Edit(context.Background(), ref, hello.Card) }
		insist(t, func() error { return post(a) })
		insist(t, edit) // both routes have told their bucket's name
		time.Sleep(5 * time.Second)
		var all sync.WaitGroup
		for range 10 {
			all.Go(func() { insist(t, func() error { return post(a) }) })
			all.Go(func() { insist(t, edit) })
		}
		all.Wait()
		if w.refused != 0 {
			t.Errorf("%d refused", w.refused)
		}
	})
}

func TestChannelsHaveBucketsOfTheirOwn(t *testing.T) {
	a := wired(t, func(*http.Request) (int, map[string]string, string) {
		return 200, map[string]string{"X-RateLimit-Bucket": "b", "X-RateLimit-Limit": "1", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset-After": "60"}, `{"id":"1"}`
	})
	for _, channel := range []chat.ChannelID{"discord:10", "discord:11", "discord:12"} {
		if _, err := a.Post(context.Background(), channel, hello); err != nil {
			t.Errorf("%s: %v", channel, err)
		}
	}
	if err := post(a); chat.TroubleOf(err) != chat.TroubleLimited {
		t.Errorf("%v", err)
	}
}

func TestNoSecondSeesMoreThanFiftyCalls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var at []time.Time
		a := wired(t, func(*http.Request) (int, map[string]string, string) {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Now())
			return 200, nil, `{"id":"1"}`
		})
		var all sync.WaitGroup
		for i := range 300 {
			all.Go(func() {
				insist(t, func() error {
					_, err := a.Post(context.Background(), chat.ChannelID(fmt.Sprint("discord:", 100+i)), hello)
					return err
				})
			})
		}
		all.Wait()
		for i := 50; i < len(at); i++ {
			if at[i].Sub(at[i-50]) < time.Second {
				t.Fatalf("51 calls within %v", at[i].Sub(at[i-50]))
			}
		}
		if len(at) != 300 {
			t.Errorf("%d calls", len(at))
		}
	})
}

func TestAFractionOfASecondIsWaitedFor(t *testing.T) {
	asked := 0
	a := wired(t, func(*http.Request) (int, map[string]string, string) {
		asked++
		return 429, map[string]string{"Retry-After": "1"}, `{"message":"slow","retry_after":1.4,"global":true}`
	})
	var e *chat.Error
	if err := post(a); !errors.As(err, &e) || e.RetryAfter < 1400*time.Millisecond {
		t.Errorf("%+v", e)
	}
	if _, err := a.Post(context.Background(), "discord:11", hello); errors.As(err, &e) && e.RetryAfter > 1405*time.Millisecond {
		t.Error(err)
	}
	if asked != 2 {
		t.Error("a limit without its header is taken for a global one")
	}
}

func TestWhoWaitsForATurnObeysTheContext(t *testing.T) {
	asked := make(chan struct{})
	release := make(chan struct{})
	a := wired(t, func(*http.Request) (int, map[string]string, string) {
		asked <- struct{}{}
		<-release
		return 200, nil, `{"id":"1"}`
	})
	done := make(chan error)
	go func() { done <- post(a) }()
	<-asked
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := a.Post(ctx, "discord:10", hello); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	close(release)
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestAnAnswerToldToWaitWaits(t *testing.T) {
	asked := 0
	a := wired(t, func(*http.Request) (int, map[string]string, string) {
		asked++
		return 429, map[string]string{"Retry-After": "5"}, `{"retry_after":5}`
	})
	r := &responder{a: a, id: "1", token: "t", application: "2", kind: askedCommand}
	for range 3 {
		if err := r.say(context.Background(), chat.PrivateLine(chat.Words("x"))); chat.TroubleOf(err) != chat.TroubleLimited {
			t.Errorf("%v", err)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times", asked)
	}
	other := &responder{a: a, id: "3", token: "u", application: "2", kind: askedCommand}
	if _ = other.say(context.Background(), chat.PrivateLine(chat.Words("x"))); asked != 2 {
		t.Error("another interaction is held back")
	}
}

func TestInvalidRequestsStopLongBeforeTheBan(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		var log strings.Builder
		a, err := New(Config{Token: "x"}, Deps{
			Machine: time.Now, Log: slog.New(slog.NewTextHandler(&log, nil)),
			Transport: wire(func(r *http.Request) (int, map[string]string, string) {
				asked++
				return 403, nil, `{"code":50013,"message":"Missing Permissions"}`
			}),
		})
		if err != nil {
			t.Fatal(err)
		}
		r := &responder{a: a, id: "1", token: "t", application: "2", kind: askedPress, onMessage: true}
		findings := map[int]string{}
		for range 10_000 {
			_ = r.Respond(context.Background(), chat.Reply{})
			if asked == refusalsMany || asked == refusalsStop {
				for _, f := range a.inspectRefusals() {
					findings[asked] = f.Code
				}
			}
			if asked == refusalsStop {
				if err := post(a); chat.TroubleOf(err) != chat.TroubleLimited {
					t.Fatalf("a post after %d refusals: %v", asked, err)
				}
			}
		}
		if asked != refusalsHalt {
			t.Errorf("%d invalid requests", asked)
		}
		if findings[refusalsMany] != "discord.refusals" || findings[refusalsStop] != "discord.held_back" {
			t.Errorf("found %v", findings)
		}
		if n := strings.Count(log.String(), "\n"); n != 3 {
			t.Errorf("the log says\n%s", &log)
		}
		var e *chat.Error
		if err := post(a); !errors.As(err, &e) || e.RetryAfter < refusalWindow-refusalSlot || e.RetryAfter > refusalWindow+2*refusalSlot {
			t.Fatalf("%+v", e)
		}
		time.Sleep(e.RetryAfter)
		if _ = post(a); asked != refusalsHalt+1 {
			t.Errorf("held back for longer than was said: %v", err)
		}
	})
}

func TestASharedLimitIsNotOurFault(t *testing.T) {
	if counts(429, http.Header{"X-Ratelimit-Scope": {"shared"}}) || counts(400, nil) || counts(500, nil) {
		t.Error("counted")
	}
	for _, status := range []int{401, 403, 404, 429} {
		if !counts(status, http.Header{}) {
			t.Errorf("%d is not counted", status)
		}
	}
}

func TestRoutesAreToldApartByTheirMajorIds(t *testing.T) {
	for address, want := range map[string]route{
		"https://discord.com/api/v9/channels/10/messages?limit=5":        {name: "GET channels/*/messages", major: "10"},
		"https://discord.com/api/v9/channels/10/messages/20":             {name: "GET channels/*/messages/*", major: "10"},
		"https://discord.com/api/v9/guilds/7/members/8/roles/9":          {name: "GET guilds/*/members/*/roles/*", major: "7"},
		"https://discord.com/api/v9/users/@me/channels":                  {name: "GET users/@me/channels"},
		"https://discord.com/api/v9/applications/55/commands":            {name: "GET applications/*/commands"},
		"https://discord.com/api/v9/interactions/1/tok/callback":         {name: "GET", major: "interactions/1/tok/callback", answer: true},
		"https://discord.com/api/v9/webhooks/2/tok/messages/@original?x": {name: "GET", major: "webhooks/2/tok/messages/@original", answer: true},
	} {
		if got := routeOf("GET", address); got != want {
			t.Errorf("%s is %+v", address, got)
		}
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func TestNothingGrowsWithTheNumberOfInteractions(t *testing.T) {
	a := wired(t, func(*http.Request) (int, map[string]string, string) {
		return 200, map[string]string{"X-RateLimit-Limit": "5", "X-RateLimit-Remaining": "4", "X-RateLimit-Reset-After": "2"}, `{"id":"1"}`
	})
	b := &box{}
	press := func(n int) {
		raw := fmt.Sprintf(`{"id":"%d","application_id":"1","type":3,"token":"token-%d","guild_id":"100","channel_id":"200",%s,"message":{"id":"300"},"data":{"component_type":2,"custom_id":"a|b|c"}}`,
			1450000000000000000+n, n, who)
		if err := a.event(&intake{box: b}, "INTERACTION_CREATE", []byte(raw)); err != nil {
			t.Fatal(err)
		}
		r := b.asked[0]
		b.asked, b.events = b.asked[:0], b.events[:0]
		if err := r.Defer(context.Background(), true); err != nil {
			t.Fatal(err)
		}
		if err := r.Respond(context.Background(), chat.PrivateLine(chat.Words("in"))); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 500 {
		press(n)
	}
	before := heap()
	for n := range 10_000 {
		press(500 + n)
	}
	grown := heap() - before
	t.Logf("10,000 interactions leave %d KB", grown/1024)
	if grown > 1<<20 {
		t.Errorf("%d bytes", grown)
	}
}

func FuzzLimits(f *testing.F) {
	f.Add(429, "1", "0.5", "0", "5", "b", "true", int64(7))
	f.Add(200, "", "NaN", "-1", "x", "", "", int64(-1))
	f.Fuzz(func(t *testing.T, status int, retry, reset, left, most, hash, global string, after int64) {
		now := time.Now()
		g := newGate(func() time.Time { return now }, nil, slog.New(slog.DiscardHandler))
		r := routeOf("POST", "https://discord.com/api/v9/channels/10/messages")
		leave, err := g.pass(context.Background(), r)
		if err != nil {
			t.Fatal(err)
		}
		h := http.Header{
			"Retry-After": {retry}, "X-Ratelimit-Reset-After": {reset}, "X-Ratelimit-Remaining": {left},
			"X-Ratelimit-Limit": {most}, "X-Ratelimit-Bucket": {hash}, "X-Ratelimit-Global": {global},
		}
		g.learn(leave, status, h, time.Duration(max(min(after, int64(30*24*time.Hour)), 0)))
		now = now.Add(31 * 24 * time.Hour)
		if _, err := g.pass(context.Background(), r); err != nil {
			t.Errorf("nothing may be sent a month later: %v", err)
		}
	})
}
