package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
)

// published are the payloads of Slack's documentation.
func published(t testing.TB) [][]byte {
	t.Helper()
	names := must(filepath.Glob(filepath.Join("testdata", "payloads", "*.json")))(t)
	var out [][]byte
	for _, n := range names {
		out = append(out, must(os.ReadFile(n))(t))
	}
	if len(out) == 0 {
		t.Fatal("no payloads")
	}
	return out
}

// obliging is an intake whose interactions are answered at once.
func obliging(t testing.TB) (*intake, *inbox) {
	k, in := alone(t)
	in.answer = func(_ chat.Event, r chat.Responder) { _ = r.Defer(context.Background(), true) } // never fails
	return k, in
}

// FuzzFrame sends a line whatever may come.
func FuzzFrame(f *testing.F) {
	for _, kind := range []string{"hello", "disconnect", "events_api", "slash_commands", "interactive", "options", ""} {
		for _, p := range append(published(f), []byte(`{"command":"/help","text":"x","user_id":"U1"}`), []byte(`"x"`), []byte("null")) {
			b, err := json.Marshal(frame{Type: kind, Envelope: "e1", Reason: "warning", Payload: p})
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b)
		}
	}
	f.Add([]byte(`{"type":"disconnect","reason":"link_disabled"}`))
	f.Add([]byte(`{"type":5,"envelope_id":[]}`))
	f.Add([]byte("\xff{"))
	k, in := obliging(f)
	s := &sockets{a: k.a, k: k}
	f.Fuzz(func(t *testing.T, b []byte) {
		for len(in.events) > 0 {
			<-in.events
		}
		acks := make(chan []byte, 10)
		l := &link{s: s, k: k}
		l.write = func(_ context.Context, b []byte) error { acks <- bytes.Clone(b); return nil }
		var read frame
		readable := json.Unmarshal(b, &read) == nil
		goodbye, err := l.take(t.Context(), b)
		if goodbye != (readable && read.Type == "disconnect") || err != nil && !goodbye {
			t.Errorf("goodbye %v, %v", goodbye, err)
		}
		acked := []string{"events_api", "slash_commands"}
		if n := len(acks); n > 1 || !readable && n > 0 || readable && slices.Contains(acked, read.Type) && n != 1 {
			t.Errorf("acknowledged %d times", n)
		}
		for len(acks) > 0 {
			if a := <-acks; len(a) >= 20<<10 && len(a) > len(read.Envelope)+maxAck {
				t.Errorf("an acknowledgement of %d bytes", len(a))
			}
		}
	})
}

// FuzzRequests sends signed requests with whatever body.
func FuzzRequests(f *testing.F) {
	for _, p := range published(f) {
		f.Add(uint8(0), string(p))
		f.Add(uint8(2), "payload="+url.QueryEscape(string(p)))
	}
	f.Add(uint8(0), `{"type":"url_verification","challenge":"c"}`)
	f.Add(uint8(1), "command=/giveaway&text=start+2h&user_id=U1&trigger_id=1.2.3")
	f.Add(uint8(1), "ssl_check=1")
	f.Add(uint8(2), "payload=%7B")
	k, in := obliging(f)
	k.a.conf.AppToken, k.a.conf.SigningSecret = "", secret
	k.a.intake.Store(k)
	h := k.a.HTTPHandler()
	f.Fuzz(func(t *testing.T, where uint8, body string) {
		for len(in.events) > 0 {
			<-in.events
		}
		paths := []string{"/slack/events", "/slack/commands", "/slack/interactivity"}
		w := httptest.NewRecorder()
		h.ServeHTTP(w, signed(t, paths[int(where)%len(paths)], body, time.Now(), secret))
		if w.Code != http.StatusOK && w.Code != http.StatusBadRequest {
			t.Errorf("answered %d", w.Code)
		}
	})
}

// FuzzTimestamps reads whatever stands where a timestamp should.
func FuzzTimestamps(f *testing.F) {
	for _, s := range []string{"1355517523.000005", "12", "", "x.1", "12.x", "-5.1", "99999999999999999999.9", "1.-5", "253402300800.000001"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		at := moment(s)
		if at.IsZero() {
			return
		}
		if again := moment(timestamp(at)); !again.Equal(at) {
			t.Errorf("%q: %v became %v", s, at, again)
		}
	})
}
