package slackwire_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

// request is what a receiver got.
type request struct {
	path   string
	header http.Header
	body   string
}

// receiver is a test's app behind HTTP: it echoes challenges, and answers
// everything else as told.
func receiver(t *testing.T, answer func(http.ResponseWriter, request)) (string, chan request) {
	t.Helper()
	got := make(chan request, 100)
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		var o struct{ Type, Challenge string }
		if json.Unmarshal(b, &o) == nil && o.Type == "url_verification" {
			_, _ = io.WriteString(w, o.Challenge)
			return
		}
		q := request{r.URL.Path, r.Header, string(b)}
		got <- q
		if answer != nil {
			answer(w, q)
		}
	}))
	t.Cleanup(web.Close)
	return web.URL, got
}

func next(t *testing.T, got chan request) request {
	t.Helper()
	select {
	case q := <-got:
		return q
	case <-time.After(5 * time.Second):
		t.Fatal("no request came")
		return request{}
	}
}

func TestAnEventsURLMustAnswerTheChallenge(t *testing.T) {
	s := start(t)
	deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "hello") }))
	defer deaf.Close()
	if s.DeliverTo(deaf.URL, "", "") == nil {
		t.Fatal("a URL that does not echo was taken")
	}
	to, _ := receiver(t, nil)
	if err := s.DeliverTo(to+"/events", to+"/commands", to+"/interactivity"); err != nil {
		t.Fatal(err)
	}
	if !s.State("admin").Connected {
		t.Error("not connected")
	}
}

func TestDeliveriesAreSigned(t *testing.T) {
	s := start(t)
	to, got := receiver(t, func(w http.ResponseWriter, q request) {
		if q.path == "/commands" {
			_, _ = io.WriteString(w, "plain answer")
		}
	})
	if err := s.DeliverTo(to+"/events", to+"/commands", to+"/interactivity"); err != nil {
		t.Fatal(err)
	}
	s.clock.Advance(48 * time.Hour)
	s.call("auth.test", object{}) // the server learns its own address
	general := s.channel("general")
	s.act(world.Action{As: "member-1", Kind: world.ActCommand, Channel: general, Text: "/giveaway start"})
	ts := s.ok("chat.postMessage", object{"channel": s.channel("@member-1"), "text": "x", "blocks": []any{button("go", "1")}})["ts"].(string)
	s.act(world.Action{As: "member-1", Kind: world.ActPress, Channel: s.channel("@member-1"), Message: ts, Control: "go"})
	seen := map[string]request{}
	for range 3 {
		q := next(t, got)
		stamp := q.header.Get("X-Slack-Request-Timestamp")
		if q.header.Get("X-Slack-Signature") != slackwire.Sign("shh", stamp, []byte(q.body)) {
			t.Errorf("%s is not signed", q.path)
		}
		seen[q.path] = q
	}
	form, err := url.ParseQuery(seen["/commands"].body)
	if err != nil || form.Get("command") != "/giveaway" || form.Get("text") != "start" || !strings.HasPrefix(form.Get("response_url"), s.url) {
		t.Error(form, err)
	}
	form, _ = url.ParseQuery(seen["/interactivity"].body)
	if p := parse(t, form.Get("payload")); dig(p, "type") != "block_actions" {
		t.Error(p)
	}
	if !strings.Contains(seen["/events"].body, `"event_callback"`) {
		t.Error(seen["/events"])
	}
	mine := s.Messages("member-1", general)
	if len(mine) != 1 || native(t, mine[0])["text"] != "plain answer" {
		t.Error(mine)
	}
}

func TestHTTPEventsAreRepeatedWithTheirReason(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.RetryDelays = []time.Duration{0, 0, 0} })
	to, got := receiver(t, func(w http.ResponseWriter, _ request) { w.WriteHeader(http.StatusInternalServerError) })
	if err := s.DeliverTo(to, to, to); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Post("member-1", s.channel("general"), "x"); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"", "1", "2", "3"} {
		q := next(t, got)
		reason := ""
		if i > 0 {
			reason = "http_error"
		}
		if q.header.Get("X-Slack-Retry-Num") != want || q.header.Get("X-Slack-Retry-Reason") != reason {
			t.Errorf("delivery %d: %v", i, q.header)
		}
	}
	r := s.Act(world.Action{As: "member-1", Kind: world.ActCommand, Channel: s.channel("general"), Text: "/giveaway"})
	if !strings.Contains(r.Error, "http_service_error") {
		t.Error(r)
	}
	<-got
	select {
	case q := <-got:
		t.Errorf("one more: %+v", q)
	case <-time.After(50 * time.Millisecond):
	}
}

func TestAnAppMayAskForNoRepetition(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.RetryDelays = []time.Duration{0, 0, 0} })
	to, got := receiver(t, func(w http.ResponseWriter, _ request) {
		w.Header().Set("X-Slack-No-Retry", "1")
		w.WriteHeader(http.StatusBadRequest)
	})
	if err := s.DeliverTo(to, to, to); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Post("member-1", s.channel("general"), "x"); err != nil {
		t.Fatal(err)
	}
	next(t, got)
	select {
	case q := <-got:
		t.Errorf("repeated: %+v", q)
	case <-time.After(50 * time.Millisecond):
	}
}

func TestFormsAreAnsweredOverHTTPToo(t *testing.T) {
	s := start(t)
	s.call("auth.test", object{})
	to, _ := receiver(t, func(w http.ResponseWriter, q request) {
		values, _ := url.ParseQuery(q.body)
		if trigger := values.Get("trigger_id"); trigger != "" {
			s.call("views.open", object{"trigger_id": trigger, "view": parse(t, form)})
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"response_action":"errors","errors":{"prize_block":"no"}}`)
	})
	if err := s.DeliverTo("", to, to); err != nil {
		t.Fatal(err)
	}
	r := s.act(world.Action{As: "member-1", Kind: world.ActCommand, Channel: s.channel("general"), Text: "/giveaway"})
	if r.Modal == nil {
		t.Fatal(r)
	}
	r = s.Act(world.Action{As: "member-1", Kind: world.ActSubmit, Modal: r.Modal.ID, Fields: map[string][]string{"prize": {"Nitro"}}})
	if r.FieldErrors["prize"] != "no" {
		t.Fatal(r)
	}
}
