package slackwire

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

// poster delivers over signed HTTP instead of Socket Mode.
type poster struct {
	mu                              sync.Mutex
	events, commands, interactivity string
}

func (p *poster) on() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.events != "" || p.commands != "" || p.interactivity != ""
}

var errChallenge = errors.New("request url did not answer the challenge")

// DeliverTo sends events, commands and interactions to these URLs, signed,
// instead of over Socket Mode; three empty URLs go back to Socket Mode. Slack
// takes an events URL only if it answers a url_verification request with the
// challenge: if it does not, DeliverTo fails and nothing changes.
func (s *Server) DeliverTo(eventsURL, commandsURL, interactivityURL string) error {
	if eventsURL != "" {
		if err := s.verify(eventsURL); err != nil {
			return fmt.Errorf("verify %s: %w", eventsURL, err)
		}
	}
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	s.post.events, s.post.commands, s.post.interactivity = eventsURL, commandsURL, interactivityURL
	return nil
}

// verify asks a URL to echo a challenge
// (docs.slack.dev/apis/events-api/using-http-request-urls).
func (s *Server) verify(to string) error {
	challenge := freshHex(26)
	body := toJSON(object{"token": s.verification(), "challenge": challenge, "type": "url_verification"})
	status, answer, _, err := s.request(to, typeJSON, body, nil)
	if err != nil {
		return err
	}
	var o struct{ Challenge string }
	if json.Unmarshal(answer, &o) == nil && o.Challenge == challenge && status == http.StatusOK {
		return nil
	}
	if status != http.StatusOK || strings.TrimSpace(strings.TrimPrefix(string(answer), "challenge=")) != challenge {
		return errChallenge
	}
	return nil
}

// request posts a signed body and reads the answer, within the time that the
// app has to acknowledge.
func (s *Server) request(to, kind string, body []byte, header map[string]string) (int, []byte, http.Header, error) {
	ctx, cancel := context.WithTimeout(s.ctx, s.opts.AckTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("make request: %w", err)
	}
	// A receiver compares the timestamp with the machine's clock, which the
	// sandbox's may have left behind.
	stamp := strconv.FormatInt(s.clock.Now().Add(-s.clock.Ahead()).Unix(), 10)
	r.Header.Set("Content-Type", kind)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", Sign(s.opts.SigningSecret, stamp, body))
	for k, v := range header {
		r.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, nil, fmt.Errorf("post: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxBody))
	if err != nil {
		return 0, nil, nil, fmt.Errorf("read answer: %w", err)
	}
	return res.StatusCode, answer, res.Header, nil
}

// Sign returns the X-Slack-Signature of a body sent at a Unix time in seconds
// (docs.slack.dev/authentication/verifying-requests-from-slack).
func Sign(secret, timestamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", timestamp, body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// event posts an event and returns why it must be repeated, empty if it was
// acknowledged.
func (p *poster) event(s *Server, e *event) string {
	p.mu.Lock()
	to := p.events
	p.mu.Unlock()
	if to == "" {
		return noRetry
	}
	header := map[string]string{}
	if e.Attempt > 0 {
		header["X-Slack-Retry-Num"], header["X-Slack-Retry-Reason"] = itoa(e.Attempt), e.Reason
	}
	status, _, answer, err := s.request(to, typeJSON, e.Payload, header)
	switch {
	case err != nil:
		return reasonOf(err)
	case status >= 200 && status < 300:
		return ""
	case answer.Get("X-Slack-No-Retry") == "1":
		return noRetry
	}
	return "http_error"
}

// reasonOf names why a request failed, as X-Slack-Retry-Reason does
// (docs.slack.dev/apis/events-api#retries).
func reasonOf(err error) string {
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return "http_timeout"
	}
	return "connection_failed"
}

// httpError is an answer that acknowledges nothing.
type httpError struct{ status int }

func (e httpError) Error() string { return "http status " + itoa(e.status) }

// interact posts a command or interaction and returns what the app answered.
func (p *poster) interact(s *Server, kind string, payload json.RawMessage) (json.RawMessage, error) {
	p.mu.Lock()
	to := p.interactivity
	if kind == kindCommand {
		to = p.commands
	}
	p.mu.Unlock()
	if to == "" {
		return nil, errNobody
	}
	form := url.Values{"payload": {string(payload)}}
	if kind == kindCommand {
		form = url.Values{}
		for k, v := range toObject(payload) {
			form.Set(k, fmt.Sprint(v))
		}
	}
	status, body, header, err := s.request(to, typeForm, []byte(form.Encode()), nil)
	switch {
	case err != nil && reasonOf(err) == "http_timeout":
		return nil, errTimeout
	case err != nil:
		return nil, errNobody
	case status < 200 || status > 299:
		return nil, httpError{status}
	case len(bytes.TrimSpace(body)) == 0:
		return nil, nil
	case !strings.HasPrefix(header.Get("Content-Type"), typeJSON):
		return toJSON(object{"text": string(body)}), nil // a command may answer in plain text
	}
	return body, nil
}

// Kinds of envelope that are answered.
const (
	kindCommand     = "slash_commands"
	kindInteractive = "interactive"
)

// ask sends a command or interaction to the app and returns the payload of
// its acknowledgement, and how long it took.
func (s *Server) ask(kind string, body json.RawMessage) (json.RawMessage, time.Duration, error) {
	began := time.Now()
	if s.post.on() {
		ack, err := s.post.interact(s, kind, body)
		return ack, time.Since(began), err
	}
	p, err := s.link.send(s.ctx, envelope{Type: kind, Payload: body, Response: true})
	if err != nil {
		return nil, time.Since(began), err
	}
	ack, err := p.ack(s.ctx, s.opts.AckTimeout)
	return ack, time.Since(began), err
}
