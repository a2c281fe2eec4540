package slackwire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"

	"github.com/coder/websocket"
)

const manifest = `
display_information: {name: Animo}
features:
  bot_user: {display_name: Animo}
  app_home: {home_tab_enabled: true, messages_tab_enabled: true}
  slash_commands:
    - {command: /giveaway, description: Start a giveaway, usage_hint: "start 2h Nitro"}
    - {command: /greet, description: Greet someone, should_escape: true}
  shortcuts:
    - {name: Reroll, type: message, callback_id: reroll, description: Draw again}
    - {name: Giveaway, type: global, callback_id: new_giveaway, description: Start one}
oauth_config:
  scopes:
    bot: [chat:write, commands, app_mentions:read, channels:read, groups:read, im:read, im:write, channels:history,
      groups:history, im:history, channels:join, channels:write.topic, users:read, users:read.email, usergroups:read,
      team:read, reactions:read, reactions:write, pins:read, pins:write, files:write, emoji:read]
settings:
  event_subscriptions:
    bot_events: [message.channels, message.groups, message.im, app_mention, member_joined_channel, member_left_channel,
      team_join, user_change, reaction_added, reaction_removed, app_home_opened, channel_created]
  interactivity: {is_enabled: true}
  socket_mode_enabled: true
`

const (
	bot = "xoxb-sandbox"
	app = "xapp-sandbox"
)

type object = map[string]any

// slack is a running server and what a test needs to talk to it.
type slack struct {
	*slackwire.Server
	t     *testing.T
	url   string
	clock *world.Clock
}

func start(t *testing.T, change ...func(*slackwire.Options)) *slack {
	t.Helper()
	o := slackwire.Options{
		Clock:    world.NewClock(time.Now, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)),
		Manifest: []byte(manifest), SigningSecret: "shh", AckTimeout: time.Second,
	}
	for _, c := range change {
		c(&o)
	}
	s, err := slackwire.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.SetSettle(20 * time.Millisecond)
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		_ = s.Close() // a test may have closed it
		web.Close()
	})
	return &slack{s, t, web.URL, o.Clock}
}

func withScopes(scopes string) func(*slackwire.Options) {
	return func(o *slackwire.Options) {
		o.Manifest = []byte("display_information: {name: Animo}\noauth_config: {scopes: {bot: [" + scopes + "]}}\n")
	}
}

// call calls a method with a JSON body.
func (s *slack) call(method string, args object) object {
	s.t.Helper()
	return s.callAs(bot, method, args)
}

func (s *slack) callAs(token, method string, args object) object {
	s.t.Helper()
	b, err := json.Marshal(args)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, s.url+"/api/"+method, bytes.NewReader(b))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	_, _, out := s.do(r)
	return out
}

// form calls a method with a form body, the token in it.
func (s *slack) form(method string, args map[string]string) object {
	s.t.Helper()
	form := url.Values{"token": {bot}}
	for k, v := range args {
		form.Set(k, v)
	}
	r, err := http.NewRequest(http.MethodPost, s.url+"/api/"+method, strings.NewReader(form.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	_, _, out := s.do(r)
	return out
}

func (s *slack) do(r *http.Request) (int, http.Header, object) {
	s.t.Helper()
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	out := object{}
	if json.Unmarshal(b, &out) != nil {
		out["text"] = string(b)
	}
	return res.StatusCode, res.Header, out
}

// ok calls a method that must succeed.
func (s *slack) ok(method string, args object) object {
	s.t.Helper()
	out := s.call(method, args)
	if out["ok"] != true {
		s.t.Fatalf("%s: %v", method, out)
	}
	return out
}

// refused calls a method that must answer an error.
func (s *slack) refused(code, method string, args object) object {
	s.t.Helper()
	out := s.call(method, args)
	if out["error"] != code {
		s.t.Fatalf("%s answered %v, want %s", method, out, code)
	}
	return out
}

// say posts a text as the bot and returns its timestamp.
func (s *slack) say(channel, text string) string {
	s.t.Helper()
	return s.ok("chat.postMessage", object{"channel": s.channel(channel), "text": text})["ts"].(string)
}

func (s *slack) channel(name string) string {
	s.t.Helper()
	id := s.ChannelID(name)
	if id == "" {
		s.t.Fatalf("no channel %q", name)
	}
	return id
}

func (s *slack) user(name string) string {
	s.t.Helper()
	id := s.UserID(name)
	if id == "" {
		s.t.Fatalf("no person %q", name)
	}
	return id
}

// post posts a JSON body to a URL that the app was given.
func (s *slack) post(to string, body object) (int, object) {
	s.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest(http.MethodPost, to, bytes.NewReader(b))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	status, _, out := s.do(r)
	return status, out
}

// envelope is what arrives over Socket Mode.
type envelope struct {
	Type     string `json:"type"`
	ID       string `json:"envelope_id"`
	Payload  object `json:"payload"`
	Response bool   `json:"accepts_response_payload"`
	Attempt  int    `json:"retry_attempt"`
	Why      string `json:"retry_reason"`
	Reason   string `json:"reason"`
	Conns    int    `json:"num_connections"`
}

// event returns the inner event of an events_api envelope.
func (e envelope) event() object {
	inner, _ := e.Payload["event"].(object)
	return inner
}

// conn is one Socket Mode connection of a test's app.
type conn struct {
	*slack
	ws   *websocket.Conn
	got  chan envelope
	gone chan struct{}
	open chan struct{} // closed at the first frame: the server counts the connection

	mu     sync.Mutex
	answer func(envelope) (payload any, ack bool)
}

// connect opens a connection that acknowledges everything.
func (s *slack) connect() *conn {
	s.t.Helper()
	return s.connectTo(s.open())
}

func (s *slack) open() string {
	s.t.Helper()
	out := s.callAs(app, "apps.connections.open", object{})
	if out["ok"] != true {
		s.t.Fatal(out)
	}
	return out["url"].(string)
}

func (s *slack) connectTo(to string) *conn {
	s.t.Helper()
	ws, _, err := websocket.Dial(context.Background(), to, &websocket.DialOptions{
		HTTPHeader: http.Header{"Origin": {"https://api.slack.com"}},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	ws.SetReadLimit(1 << 20)
	c := &conn{slack: s, ws: ws, got: make(chan envelope, 10000), gone: make(chan struct{}), open: make(chan struct{})}
	go c.read()
	s.t.Cleanup(func() {
		ws.CloseNow()
		<-c.gone
	})
	<-c.open
	return c
}

func (c *conn) read() {
	defer close(c.gone)
	opened := sync.OnceFunc(func() { close(c.open) })
	defer opened()
	for {
		_, b, err := c.ws.Read(context.Background())
		if err != nil {
			return
		}
		opened()
		var e envelope
		if json.Unmarshal(b, &e) != nil {
			continue
		}
		c.mu.Lock()
		answer := c.answer
		c.mu.Unlock()
		if e.ID != "" {
			var payload any
			ack := true
			if answer != nil {
				payload, ack = answer(e)
			}
			if ack {
				c.ack(e.ID, payload)
			}
		}
		c.got <- e
	}
}

func (c *conn) ack(id string, payload any) {
	m := object{"envelope_id": id}
	if payload != nil {
		m["payload"] = payload
	}
	b, err := json.Marshal(m)
	if err != nil {
		c.t.Error(err)
	}
	_ = c.ws.Write(context.Background(), websocket.MessageText, b) // the connection may be gone by design
}

// on answers envelopes from now on; a nil function acknowledges all.
func (c *conn) on(answer func(envelope) (any, bool)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = answer
}

// wait returns the next envelope that fits.
func (c *conn) wait(fits func(envelope) bool) envelope {
	c.t.Helper()
	timeout := time.After(5 * time.Second)
	for {
		select {
		case e := <-c.got:
			if fits(e) {
				return e
			}
		case <-timeout:
			c.t.Fatal("the envelope did not come")
		}
	}
}

func (c *conn) waitType(kind string) envelope {
	c.t.Helper()
	return c.wait(func(e envelope) bool { return e.Type == kind })
}

// waitEvent returns the next event of a type.
func (c *conn) waitEvent(kind string) envelope {
	c.t.Helper()
	return c.wait(func(e envelope) bool { return e.event()["type"] == kind })
}

// await waits until a condition holds.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(5 * time.Second); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("never: " + what)
		}
	}
}

// act does something that must succeed.
func (s *slack) act(a world.Action) world.Result {
	s.t.Helper()
	r := s.Act(a)
	if !r.OK {
		s.t.Fatalf("%s: %+v", a.Kind, r)
	}
	return r
}

// native returns a message as its platform has it.
func native(t *testing.T, m world.Message) object {
	t.Helper()
	var o object
	if err := json.Unmarshal(m.Native, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// dig walks into objects and arrays.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch k := p.(type) {
		case string:
			o, _ := v.(object)
			v = o[k]
		case int:
			l, _ := v.([]any)
			if k >= len(l) {
				return nil
			}
			v = l[k]
		}
	}
	return v
}

func button(id, value string) object {
	return object{"type": "actions", "block_id": "b", "elements": []any{
		object{"type": "button", "action_id": id, "value": value, "text": object{"type": "plain_text", "text": "Enter"}},
	}}
}
