package slack

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"
)

const (
	// maxBody bounds what is read before its signature is known to be good.
	maxBody = 1 << 20
	// answerIn is when a request is answered even if nothing acknowledged it.
	answerIn = ackTime + 200*time.Millisecond
)

// HTTPHandler returns the receiver of signed requests, to be mounted at /: it
// serves /slack/events, /slack/commands and /slack/interactivity, and 404
// everywhere else. Without a signing secret, or in Socket Mode, all is 404.
// While Run does not run it answers 503, upon which Slack repeats events.
func (a *Adapter) HTTPHandler() http.Handler {
	mux := http.NewServeMux()
	if a.conf.SigningSecret == "" || a.conf.AppToken != "" {
		return mux
	}
	mux.Handle("POST /slack/events", a.signed(a.serveEvent))
	mux.Handle("POST /slack/commands", a.signed(a.serveCommand))
	mux.Handle("POST /slack/interactivity", a.signed(a.serveInteraction))
	return mux
}

// signed reads the body and lets through what Slack signed within the window.
func (a *Adapter) signed(next func(http.ResponseWriter, *http.Request, []byte)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		var large *http.MaxBytesError
		switch {
		case errors.As(err, &large):
			http.Error(w, "too large", http.StatusRequestEntityTooLarge)
		case err != nil:
			http.Error(w, "cut short", http.StatusBadRequest)
		case !a.genuine(r.Header, body):
			http.Error(w, "not signed by Slack", http.StatusUnauthorized)
		default:
			next(w, r, body)
		}
	})
}

// genuine checks Slack's signature and that it is at most five minutes old by
// the machine's clock: Deps.Now may be a rehearsal's, which Slack's is not.
func (a *Adapter) genuine(h http.Header, body []byte) bool {
	v, err := slack.NewSecretsVerifier(h, a.conf.SigningSecret)
	if err != nil {
		return false
	}
	_, _ = v.Write(body) // a hash takes everything
	return v.Ensure() == nil
}

func (a *Adapter) serveEvent(w http.ResponseWriter, _ *http.Request, body []byte) {
	var c callback
	if json.Unmarshal(body, &c) == nil && c.Type == "url_verification" {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = io.WriteString(w, c.Challenge) // a caller gone needs no answer
		return
	}
	k := a.intake.Load()
	handled := make(chan struct{})
	if k == nil || k.event(body, func() { close(handled) }) != nil {
		http.Error(w, errClosed.Error(), http.StatusServiceUnavailable)
		return
	}
	late := time.NewTimer(ackTime)
	defer late.Stop()
	select {
	case <-handled:
	case <-late.C:
	}
}

func (a *Adapter) serveCommand(w http.ResponseWriter, _ *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil {
		http.Error(w, "not a form", http.StatusBadRequest)
		return
	}
	if form.Get("ssl_check") != "" {
		return
	}
	a.await(w, func(k *intake, ack *ack) {
		k.command(slashCommand{
			Team: form.Get("team_id"), Channel: form.Get("channel_id"),
			User: form.Get("user_id"), UserName: form.Get("user_name"),
			Command: form.Get("command"), Text: form.Get("text"),
			ReplyURL: form.Get("response_url"), Trigger: form.Get("trigger_id"),
		}, ack)
	})
}

func (a *Adapter) serveInteraction(w http.ResponseWriter, _ *http.Request, body []byte) {
	form, err := url.ParseQuery(string(body))
	if err != nil || form.Get("payload") == "" {
		http.Error(w, "no payload", http.StatusBadRequest)
		return
	}
	a.await(w, func(k *intake, ack *ack) { k.interaction([]byte(form.Get("payload")), ack) })
}

// await hands a request over and answers it with what acknowledges it.
func (a *Adapter) await(w http.ResponseWriter, take func(*intake, *ack)) {
	k := a.intake.Load()
	if k == nil {
		http.Error(w, errClosed.Error(), http.StatusServiceUnavailable)
		return
	}
	answer := make(chan any, 1)
	closed := make(chan struct{})
	defer close(closed)
	take(k, newAck(func(payload any) error {
		select {
		case <-closed:
			return errClosed
		default:
		}
		answer <- payload
		return nil
	}))
	timer := time.NewTimer(answerIn)
	defer timer.Stop()
	select {
	case payload := <-answer:
		if payload == nil {
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(payload) // a caller gone needs no answer
	case <-timer.C:
	}
}
