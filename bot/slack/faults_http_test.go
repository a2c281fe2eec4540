package slack

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

// listening lets Slack deliver by HTTP, through a handler that may spoil it.
func listening(t *testing.T, through func(http.Handler) http.Handler) (*desk, *ledger, *httptest.Server) {
	t.Helper()
	d, l := counting(t, impatient, func(s *setting) {
		s.http = true
	})
	web := httptest.NewServer(through(d.a.HTTPHandler()))
	t.Cleanup(web.Close)
	d.until("requests are taken", func() bool { return d.a.intake.Load() != nil })
	if err := d.DeliverTo(web.URL+"/slack/events", web.URL+"/slack/commands", web.URL+"/slack/interactivity"); err != nil {
		t.Fatal(err)
	}
	return d, l, web
}

func TestRequestsWhoseAnswerIsLostComeAgainAndCountOnce(t *testing.T) {
	var mu sync.Mutex
	n, repeated := 3, 0 // the first request is the verification and passes
	d, l, _ := listening(t, func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			n++
			turn := n % 4
			if r.Header.Get("X-Slack-Retry-Num") != "" {
				repeated++
				turn = 0
			}
			mu.Unlock()
			switch {
			case r.URL.Path != "/slack/events" || turn == 0:
				next.ServeHTTP(w, r)
			case turn == 1: // taken, and the answer lost
				next.ServeHTTP(httptest.NewRecorder(), r)
				http.Error(w, "bad gateway", http.StatusBadGateway)
			case turn == 2: // never arrived
				http.Error(w, "unavailable", http.StatusServiceUnavailable)
			default: // broken in the middle
				next.ServeHTTP(httptest.NewRecorder(), r)
				panic(http.ErrAbortHandler)
			}
		})
	})
	var done []string
	for i := range 40 {
		text := fmt.Sprint("message ", i)
		d.act("member-1", world.Action{Kind: world.ActMessage, Text: text})
		done = append(done, text)
	}
	d.settle(l, done)
	for end := time.Now().Add(8 * time.Second); l.redelivered() == 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	mu.Lock()
	defer mu.Unlock()
	if repeated == 0 || l.redelivered() == 0 {
		t.Errorf("%d requests repeated, %d redeliveries dropped", repeated, l.redelivered())
	}
}

func TestTrafficOverHTTPIsHandledOnce(t *testing.T) {
	d, l, _ := listening(t, func(next http.Handler) http.Handler { return next })
	stop := d.traffic(l)
	pause(t.Context(), 300*time.Millisecond)
	d.settle(l, stop())
	if l.failed > 0 {
		t.Errorf("%d commands and presses failed", l.failed)
	}
}

func TestASignedRequestSentAgainByAStrangerIsHandledOnce(t *testing.T) {
	d, l, web := listening(t, func(next http.Handler) http.Handler { return next })
	for path, body := range map[string]string{
		"/slack/events":        `{"type":"event_callback","event_id":"Ev1","event":{"type":"message","channel":"C1","user":"U1","text":"event","ts":"1772442000.000100"}}`,
		"/slack/commands":      "command=/giveaway&text=end+3&user_id=U1&channel_id=C1&trigger_id=1.2.3",
		"/slack/interactivity": `payload={"type":"block_actions","trigger_id":"1.2.4","user":{"id":"U1"},"channel":{"id":"C1"},"actions":[{"action_id":"giveaway|enter|1","selected_option":{"value":"5"}}]}`,
	} {
		at := time.Now()
		for range 3 {
			res := must(http.DefaultClient.Do(signed(t, web.URL+path, body, at, secret)))(t)
			_ = res.Body.Close()
			if res.StatusCode != http.StatusOK {
				t.Errorf("%s: %d", path, res.StatusCode)
			}
		}
	}
	d.settle(l, []string{"event", "command 3", fmt.Sprint("press ", []string{"5"})})
	d.until("the repetitions are dropped", func() bool { return l.redelivered() == 6 })
}

func TestRequestsAreAnsweredInTimeWhateverTheHandlerDoes(t *testing.T) {
	d, l, web := listening(t, func(next http.Handler) http.Handler { return next })
	hold := make(chan struct{})
	defer close(hold)
	l.hold = func(chat.Event) { <-hold }
	for path, body := range map[string]string{
		"/slack/commands":      "command=/giveaway&text=end+3&user_id=U1&channel_id=C1&trigger_id=1.2.3",
		"/slack/interactivity": `payload={"type":"view_submission","trigger_id":"1.2.5","user":{"id":"U1"},"view":{"callback_id":"giveaway|create|1","state":{"values":{}}}}`,
	} {
		began := time.Now()
		res := must(http.DefaultClient.Do(signed(t, web.URL+path, body, time.Now(), secret)))(t)
		_ = res.Body.Close()
		if took := time.Since(began); res.StatusCode != http.StatusOK || took >= ackWithin {
			t.Errorf("%s: %d after %v", path, res.StatusCode, took)
		}
	}
	_ = d
}
