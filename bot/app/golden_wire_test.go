package app

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/slack"
)

const (
	wireSecret = "a signing secret"
	answersURL = "https://hooks.slack.example/answers"
)

// wire is both adapters before platforms that take everything and keep what
// they were sent last.
type wire struct {
	t     *testing.T
	slack *slack.Adapter
	asked chan chat.Responder
	sent  []byte
	posts int
}

func openWire(t *testing.T) *wire {
	t.Helper()
	w := &wire{t: t, asked: make(chan chat.Responder, 1)}
	var err error
	w.slack, err = slack.New(slack.Config{BotToken: "xoxb-golden", SigningSecret: wireSecret}, slack.Deps{Machine: time.Now, Transport: w})
	must(t, err)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	arrived := make(chan struct{}, 1)
	go func() { ended <- w.slack.Run(ctx, inbox{w, arrived}) }()
	t.Cleanup(func() {
		stop()
		must(t, <-ended)
	})
	<-arrived
	return w
}

type inbox struct {
	*wire
	arrived chan struct{}
}

func (i inbox) Deliver(chat.Event, func())                        { i.arrived <- struct{}{} }
func (i inbox) Interact(_ chat.Event, r chat.Responder, _ func()) { i.asked <- r }

// RoundTrip implements http.RoundTripper: the platforms.
func (w *wire) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
	}
	answer := `{"ok":true}`
	switch form, _ := url.ParseQuery(string(body)); {
	case strings.HasSuffix(r.URL.Path, "/messages"):
		w.sent = body
		answer = `{"id":"1","channel_id":"1"}`
	case strings.HasSuffix(r.URL.Path, "/auth.test"):
		answer = `{"ok":true,"team_id":"T1","team":"The Club","user_id":"U99","bot_id":"B99"}`
	case strings.HasSuffix(r.URL.Path, "/users.info"):
		answer = fmt.Sprintf(`{"ok":true,"user":{"id":%[1]q,"profile":{"display_name":"Member %[2]s"}}}`, form.Get("user"), strings.TrimLeft(form.Get("user"), "U0"))
	case strings.HasSuffix(r.URL.Path, "/usergroups.list"):
		answer = `{"ok":true,"usergroups":[{"id":"S1","handle":"team","name":"The team","users":[]}]}`
	case strings.HasSuffix(r.URL.Path, "/chat.postMessage"):
		w.sent, _ = json.Marshal(map[string]any{"text": form.Get("text"), "blocks": json.RawMessage(form.Get("blocks"))})
		answer = `{"ok":true,"channel":"C1","ts":"1.1"}`
	case r.URL.String() == answersURL:
		w.sent = body
		answer = "ok"
	}
	return &http.Response{
		StatusCode: http.StatusOK, Status: "200 OK", Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(answer)), Request: r,
	}, nil
}

// onDiscord is the request by which Discord is sent a card. A private one
// differs by a flag alone.
func (w *wire) onDiscord(c chat.Card) []byte {
	w.t.Helper()
	a, err := discord.New(discord.Config{Token: "golden"}, discord.Deps{Machine: time.Now, Transport: w})
	must(w.t, err)
	_, err = a.Post(w.t.Context(), "discord:1", chat.Message{Card: c})
	must(w.t, err)
	return w.taken()
}

// onSlack is what Slack is sent of a card: of a private one the answer to a
// command, since it may mention people without notifying them.
func (w *wire) onSlack(c chat.Card, private bool) []byte {
	w.t.Helper()
	if !private {
		w.posts++ // to a channel of its own, since each takes one message a second
		_, err := w.slack.Post(w.t.Context(), chat.NewID[chat.ChannelID](chat.Slack, fmt.Sprint("T1/C", w.posts)), chat.Message{Card: c})
		must(w.t, err)
		return w.taken()
	}
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		w.slack.HTTPHandler().ServeHTTP(httptest.NewRecorder(), command())
	}()
	r := <-w.asked
	must(w.t, r.Respond(w.t.Context(), chat.Private(c)))
	<-answered
	return w.taken()
}

// command is a member's command, signed as Slack signs it.
func command() *http.Request {
	body := url.Values{
		"team_id": {"T1"}, "channel_id": {"C1"}, "user_id": {"U9"}, "command": {"/help"}, "trigger_id": {"1"}, "response_url": {answersURL},
	}.Encode()
	r := httptest.NewRequest(http.MethodPost, "/slack/commands", strings.NewReader(body))
	at := fmt.Sprint(time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(wireSecret))
	fmt.Fprintf(mac, "v0:%s:%s", at, body)
	r.Header.Set("X-Slack-Request-Timestamp", at)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}

// taken is what was sent last, laid out to be read: what JSON escapes for the
// sake of web pages stands as itself.
func (w *wire) taken() []byte {
	w.t.Helper()
	var b bytes.Buffer
	must(w.t, json.Indent(&b, w.sent, "", "  "))
	w.sent = nil
	b.WriteByte('\n')
	return []byte(strings.NewReplacer(`\\`, `\\`, `\u003c`, "<", `\u003e`, ">", `\u0026`, "&").Replace(b.String()))
}
