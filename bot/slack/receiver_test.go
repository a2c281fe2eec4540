package slack

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

// overHTTP starts an adapter without an app token and lets Slack deliver to it.
func overHTTP(t *testing.T) (*desk, *httptest.Server) {
	t.Helper()
	d := open(t, func(s *setting) { s.http = true })
	web := httptest.NewServer(d.a.HTTPHandler())
	t.Cleanup(web.Close)
	if err := d.DeliverTo(web.URL+"/slack/events", web.URL+"/slack/commands", web.URL+"/slack/interactivity"); err != nil {
		t.Fatal(err)
	}
	return d, web
}

func TestSignedRequestsAreServed(t *testing.T) {
	d, _ := overHTTP(t)
	done := d.answers(func(e chat.Event) chat.Reply {
		switch e := e.(type) {
		case chat.Invoked:
			f := testForm()
			return chat.Reply{Form: &f}
		case chat.Submitted:
			if e.Values["prize"] == "bad" {
				return chat.Reply{Wrong: map[string]string{"prize": "no"}}
			}
		}
		return chat.PrivateLine(chat.Words("done"))
	})
	opened := d.types("member-1", "/giveaway start")
	e := next[chat.Invoked](d)
	if err := <-done; err != nil || opened.Modal == nil || e.Actor.ID != d.member("member-1") {
		t.Fatalf("%v, %+v, %+v", err, opened, e)
	}
	fields := map[string][]string{"prize": {"bad"}}
	if r := d.act("member-1", world.Action{Kind: world.ActSubmit, Modal: opened.Modal.ID, Fields: fields}); r.FieldErrors["prize"] != "no" {
		t.Errorf("%+v", r)
	}
	fields["prize"] = []string{"good"}
	if r := d.act("member-1", world.Action{Kind: world.ActSubmit, Modal: opened.Modal.ID, Fields: fields}); !r.OK {
		t.Errorf("%+v", r)
	}
	d.act("member-2", world.Action{Kind: world.ActMessage, Text: "hi"})
	if e := next[chat.Posted](d); e.Text != "hi" {
		t.Errorf("%+v", e)
	}
}

// signed makes a request as Slack signs it.
func signed(t *testing.T, address, body string, at time.Time, key string) *http.Request {
	t.Helper()
	r := must(http.NewRequest(http.MethodPost, address, strings.NewReader(body)))(t)
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(key))
	mac.Write([]byte("v0:" + stamp + ":" + body))
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(mac.Sum(nil)))
	return r
}

func TestOnlyWhatSlackSignedJustNowIsTaken(t *testing.T) {
	_, web := overHTTP(t)
	now := time.Now()
	body := `{"type":"url_verification","challenge":"c 1"}`
	unsigned := must(http.NewRequest(http.MethodPost, web.URL+"/slack/events", strings.NewReader(body)))(t)
	for name, c := range map[string]struct {
		r    *http.Request
		want int
	}{
		"good":          {signed(t, web.URL+"/slack/events", body, now, secret), 200},
		"old":           {signed(t, web.URL+"/slack/events", body, now.Add(-6*time.Minute), secret), 401},
		"of the future": {signed(t, web.URL+"/slack/events", body, now.Add(6*time.Minute), secret), 401},
		"another key":   {signed(t, web.URL+"/slack/events", body, now, "guess"), 401},
		"unsigned":      {unsigned, 401},
		"large":         {signed(t, web.URL+"/slack/events", strings.Repeat(" ", maxBody+1), now, secret), 413},
		"no payload":    {signed(t, web.URL+"/slack/interactivity", "payload=", now, secret), 400},
		"no form":       {signed(t, web.URL+"/slack/commands", "%zz", now, secret), 400},
		"a check":       {signed(t, web.URL+"/slack/commands", "ssl_check=1", now, secret), 200},
		"elsewhere":     {signed(t, web.URL+"/slack/other", body, now, secret), 404},
		"odd event":     {signed(t, web.URL+"/slack/events", `{"type":"event_callback","event":{"type":"star_added"}}`, now, secret), 200},
		"broken event":  {signed(t, web.URL+"/slack/events", `{"type":`, now, secret), 200},
	} {
		res := must(http.DefaultClient.Do(c.r))(t)
		got := must(io.ReadAll(res.Body))(t)
		_ = res.Body.Close()
		if res.StatusCode != c.want || name == "good" && string(got) != "c 1" {
			t.Errorf("%s: %d %q", name, res.StatusCode, got)
		}
	}
}

func TestARepeatedRequestIsProcessed(t *testing.T) {
	d, web := overHTTP(t)
	body := `{"type":"event_callback","event_id":"Ev1","event_time":1772442000,"event":{"type":"message","channel":"C1","user":"` + d.UserID("member-1") + `","text":"hi","ts":"1772442000.000100"}}`
	for range 2 {
		r := signed(t, web.URL+"/slack/events", body, time.Now(), secret)
		r.Header.Set("X-Slack-Retry-Num", "1")
		res := must(http.DefaultClient.Do(r))(t)
		_ = res.Body.Close()
		if e := next[chat.Posted](d); res.StatusCode != 200 || e.ID != "Ev1" {
			t.Errorf("%d %+v", res.StatusCode, e)
		}
	}
}

func TestSocketModeWinsOverHTTP(t *testing.T) {
	for name, c := range map[string]Config{
		"both":      {BotToken: "xoxb-1", AppToken: "xapp-1", SigningSecret: secret},
		"no secret": {BotToken: "xoxb-1", AppToken: "xapp-1"},
	} {
		w := httptest.NewRecorder()
		must(New(c, Deps{Machine: time.Now}))(t).HTTPHandler().ServeHTTP(w, signed(t, "/slack/events", "{}", time.Now(), secret))
		if w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
}

func TestRequestsBeforeRunAreToComeAgain(t *testing.T) {
	h := must(New(Config{BotToken: "xoxb-1", SigningSecret: secret}, Deps{Machine: time.Now}))(t).HTTPHandler()
	for path, body := range map[string]string{
		"/slack/events": "{}", "/slack/commands": "command=/help", "/slack/interactivity": "payload=" + url.QueryEscape("{}"),
	} {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, signed(t, path, body, time.Now(), secret))
		if w.Code != http.StatusServiceUnavailable {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAFormIsAcknowledgedEvenIfNobodyAnswers(t *testing.T) {
	sent := make(chan any, 2)
	a := newAck(func(payload any) error { sent <- payload; return nil })
	a.within(time.Millisecond)
	if p := <-sent; p != nil || a.open() {
		t.Errorf("%v", p)
	}
	if a.send("late") {
		t.Error("acknowledged twice")
	}
}

// alone is an intake without a connection; what it delivers is kept.
func alone(t testing.TB) (*intake, *inbox) {
	t.Helper()
	deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"ok":false,"error":"internal_error"}`)
	}))
	ctx, stop := context.WithCancel(context.Background())
	a := must(New(Config{BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: deaf.URL}, Deps{Machine: time.Now}))(t)
	_ = a.Register(ctx, testMenu()) // never fails
	in := &inbox{events: make(chan chat.Event, 10000)}
	k := newIntake(ctx, a, identity{team: "T1", name: "Team", user: "U0", bot: "B0"}, in)
	t.Cleanup(func() {
		stop()
		k.lanes.wait()
		deaf.Close()
	})
	return k, in
}

func TestPublishedPayloadsAreRead(t *testing.T) {
	k, _ := alone(t)
	samples := filepath.Join("testdata", "payloads")
	n := 0
	err := filepath.WalkDir(samples, func(path string, f fs.DirEntry, err error) error {
		if err != nil || f.IsDir() {
			return err
		}
		n++
		b := must(os.ReadFile(path))(t)
		acks := 0
		ack := newAck(func(any) error { acks++; return nil })
		if err := k.event(b, func() {}); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		k.interaction(b, ack)
		if ack.send(nil); acks != 1 {
			t.Errorf("%s: acknowledged %d times", path, acks)
		}
		return nil
	})
	if err != nil || n == 0 {
		t.Fatalf("%d payloads: %v", n, err)
	}
}

func TestEventsBecomeOurs(t *testing.T) {
	for _, c := range []struct {
		name, event string
		want        chat.Event // its head is not compared, but for the actor being a bot
	}{
		{"a message", `{"type":"message","channel":"C1","user":"U1","text":"a &amp; b","ts":"12.000034"}`, chat.Posted{Message: at("12.000034"), Text: "a & b"}},
		{"in a thread", `{"type":"message","channel":"C1","user":"U1","text":"a","ts":"12.000034","thread_ts":"11.000001"}`, chat.Posted{Message: at("12.000034"), Thread: "11.000001", Text: "a"}},
		{"a thread's first", `{"type":"message","channel":"C1","user":"U1","text":"a","ts":"12.000034","thread_ts":"12.000034"}`, chat.Posted{Message: at("12.000034"), Text: "a"}},
		{"a bot's", `{"type":"message","subtype":"bot_message","channel":"C1","bot_id":"B2","username":"x","text":"a","ts":"12.000034"}`, chat.Posted{Meta: byBot(), Message: at("12.000034"), Text: "a"}},
		{"its own", `{"type":"message","channel":"C1","user":"U0","text":"a","ts":"12.000034"}`, chat.Posted{Meta: byBot(), Message: at("12.000034"), Text: "a"}},
		{"an edit", `{"type":"message","subtype":"message_changed","channel":"C1","message":{"user":"U1","text":"b","ts":"12.000034"},"previous_message":{"text":"a"},"ts":"13.1"}`, chat.Edited{Message: at("12.000034"), Text: "b"}},
		{"a preview", `{"type":"message","subtype":"message_changed","channel":"C1","message":{"user":"U1","text":"a","ts":"12.000034"},"previous_message":{"text":"a"},"ts":"13.1"}`, nil},
		{"a deletion", `{"type":"message","subtype":"message_deleted","channel":"C1","deleted_ts":"12.000034","previous_message":{"user":"U1"},"ts":"13.1"}`, chat.Deleted{Message: at("12.000034")}},
		{"a tombstone", `{"type":"message","subtype":"message_changed","channel":"C1","message":{"subtype":"tombstone","user":"U1","ts":"12.000034"},"ts":"13.1"}`, chat.Deleted{Message: at("12.000034")}},
		{"Slack's remark", `{"type":"message","subtype":"channel_join","channel":"C1","user":"U1","text":"joined","ts":"12.000034"}`, nil},
		{"an arrival", `{"type":"team_join","user":{"id":"U1","profile":{}}}`, chat.Joined{}},
		{"a departure", `{"type":"user_change","user":{"id":"U1","deleted":true,"profile":{}}}`, chat.Left{}},
		{"a new name", `{"type":"user_change","user":{"id":"U1","profile":{}}}`, nil},
		{"the end", `{"type":"app_uninstalled"}`, chat.Departed{}},
		{"a renamed channel", `{"type":"channel_rename","channel":{"id":"C1","name":"x"}}`, nil},
		{"nonsense", `{"type":"message","channel":5,"user":[],"ts":"x"}`, nil},
	} {
		k, in := alone(t)
		payload := []byte(`{"type":"event_callback","event_id":"Ev1","event_time":20,"event":` + c.event + `}`)
		if err := k.event(payload, func() {}); err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.want == nil {
			var cb callback
			if err := json.Unmarshal(payload, &cb); err != nil {
				t.Fatal(err)
			}
			if _, convert := k.conversion(cb); convert != nil {
				t.Errorf("%s is delivered", c.name)
			}
			continue
		}
		got := <-in.events
		if a, b := strip(t, c.want), strip(t, got); a != b || got.Head().ID != "Ev1" || got.Head().Actor.Bot != c.want.Head().Actor.Bot {
			t.Errorf("%s: %s, %+v\nwant %s", c.name, b, got.Head(), a)
		}
	}
}

func at(ts string) chat.MessageRef {
	return chat.MessageRef{Channel: general, ID: ts}
}

func byBot() chat.Meta { return chat.Meta{Actor: chat.Actor{Bot: true}} }

// strip writes an event without its head.
func strip(t *testing.T, e chat.Event) string {
	t.Helper()
	switch v := e.(type) {
	case chat.Posted:
		v.Meta = chat.Meta{}
		return "posted " + string(must(json.Marshal(v))(t))
	case chat.Edited:
		v.Meta = chat.Meta{}
		return "edited " + string(must(json.Marshal(v))(t))
	case chat.Deleted:
		v.Meta = chat.Meta{}
		return "deleted " + string(must(json.Marshal(v))(t))
	case chat.Joined:
		return "joined"
	case chat.Left:
		return "left"
	case chat.Departed:
		return "departed"
	}
	t.Fatalf("%T", e)
	return ""
}

func FuzzIntake(f *testing.F) {
	for _, s := range []string{
		`{"type":"event_callback","event":{"type":"message","channel":"C1","user":"U1","text":"<@U1>","ts":"1.2"}}`,
		`{"type":"event_callback","event":{"type":"user_change","user":{"id":"U1","deleted":true,"profile":{"display_name":"x"}}}}`,
		`{"type":"block_actions","actions":[{"action_id":"2~a|b|c|d","selected_options":[{"value":"x"}]}],"user":{"id":"U1"}}`,
		`{"type":"view_submission","view":{"callback_id":"a|b|c","private_metadata":"{\"c\":\"C1\"}","state":{"values":{"f":{"f":{"value":"v"}}}}}}`,
		`{"type":"message_action","callback_id":"x","channel":{"id":"C1"}}`, `[]`, `{"event":{"message":null,"user":[]}}`,
	} {
		f.Add([]byte(s))
	}
	k, in := alone(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		for len(in.events) > 0 {
			<-in.events
		}
		acks := make(chan any, 10)
		ack := newAck(func(p any) error { acks <- p; return nil })
		_ = k.event(bytes.Clone(payload), func() {}) // whatever it says, it must not panic
		k.interaction(payload, ack)
		if ack.send(nil); len(acks) != 1 {
			t.Errorf("acknowledged %d times", len(acks))
		}
	})
}

func TestTimestampsAreReadAndWritten(t *testing.T) {
	for ts, want := range map[string]int64{"1355517523.000005": 1355517523000005, "12": 12000000, "": 0, "x.1": 0, "12.x": 12000000, "-5.1": 0} {
		at := moment(ts)
		if want == 0 && !at.IsZero() || want != 0 && at.UnixMicro() != want {
			t.Errorf("%q: %v", ts, at)
		}
	}
	if got := timestamp(time.UnixMicro(1355517523000005)); got != "1355517523.000005" {
		t.Error(got)
	}
}
