package discord

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
)

// scripted is an adapter whose Discord answers as it is told.
func scripted(t *testing.T, answer http.HandlerFunc) *Adapter {
	t.Helper()
	s := httptest.NewServer(answer)
	t.Cleanup(s.Close)
	tr := &http.Transport{}
	t.Cleanup(tr.CloseIdleConnections)
	a, err := New(Config{Token: "secret-token", APIURL: s.URL}, Deps{Machine: time.Now, Transport: tr})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func says(status int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func apiSays(status, code int) http.HandlerFunc {
	return says(status, fmt.Sprintf(`{"message":"No","code":%d}`, code))
}

var hello = chat.Message{Card: chat.Say(chat.Words("hello")), Key: "k1"}

func post(a *Adapter) error {
	_, err := a.Post(context.Background(), "discord:10", hello)
	return err
}

func TestEachRefusalHasItsTrouble(t *testing.T) {
	for _, c := range []struct {
		status, code int
		want         chat.Trouble
		missing      string
	}{
		{404, 10003, chat.TroubleGone, ""},
		{404, 10004, chat.TroubleGone, ""},
		{404, 10007, chat.TroubleGone, ""},
		{404, 10008, chat.TroubleGone, ""},
		{404, 10011, chat.TroubleGone, ""},
		{404, 0, chat.TroubleGone, ""},
		{403, 50001, chat.TroubleForbidden, rightViewChannel},
		{403, 50013, chat.TroubleForbidden, rightSendMessages},
		{400, 160002, chat.TroubleForbidden, rightReadHistory},
		{403, 0, chat.TroubleForbidden, rightSendMessages},
		{403, 50007, chat.TroubleUnreachable, ""},
		{403, 50278, chat.TroubleUnreachable, ""},
		{404, 10062, chat.TroubleExpired, ""},
		{404, 10015, chat.TroubleExpired, ""},
		{401, 50027, chat.TroubleExpired, ""},
		{400, 40060, chat.TroubleExpired, ""},
		{401, 0, chat.TroubleAuth, ""},
		{400, 50035, chat.TroubleRefused, ""},
		{400, 0, chat.TroubleRefused, ""},
		{405, 0, chat.TroubleRefused, ""},
		{500, 0, chat.TroubleUnsure, ""},
		{502, 0, chat.TroubleUnsure, ""},
		{503, 0, chat.TroubleUnsure, ""},
	} {
		err := post(scripted(t, apiSays(c.status, c.code)))
		var e *chat.Error
		if !errors.As(err, &e) {
			t.Errorf("%d/%d gave %v", c.status, c.code, err)
			continue
		}
		if e.Trouble != c.want || e.Missing != c.missing || e.Doing != "post to channel" {
			t.Errorf("%d/%d is %s, missing %q; want %s, %q", c.status, c.code, e.Trouble, e.Missing, c.want, c.missing)
		}
	}
}

func TestWhatCanBeRepeatedIsTransient(t *testing.T) {
	ref := chat.MessageRef{Channel: "discord:10", ID: "20"}
	for name, call := range map[string]func(*Adapter) error{
		"edit":   func(a *Adapter) error { return a.Edit(context.Background(), ref, hello.Card) },
		"delete": func(a *Adapter) error { return a.Delete(context.Background(), ref) },
		"role":   func(a *Adapter) error { return a.GiveRole(context.Background(), "discord:1", "discord:2", "discord:3") },
	} {
		err := call(scripted(t, apiSays(500, 0)))
		if got := chat.TroubleOf(err); err == nil || got != chat.TroubleTransient {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestANetworkThatFailsAfterTheRequestLeavesItOpenWhetherItWorked(t *testing.T) {
	reset := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		panic(http.ErrAbortHandler)
	}
	cutShort := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Length", "100")
		_, _ = io.WriteString(w, `{"id":`)
	}
	noJSON := says(200, "<html>")
	for name, answer := range map[string]http.HandlerFunc{"reset": reset, "cut": cutShort, "no JSON": noJSON} {
		if err := post(scripted(t, answer)); chat.TroubleOf(err) != chat.TroubleUnsure {
			t.Errorf("%s: %v", name, err)
		}
	}
	slow := make(chan struct{})
	a := scripted(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		<-slow
	})
	defer close(slow)
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := a.Post(ctx, "discord:10", hello); chat.TroubleOf(err) != chat.TroubleUnsure {
		t.Errorf("deadline: %v", err)
	}
}

func TestANetworkThatFailsBeforeIsTransient(t *testing.T) {
	a, err := New(Config{Token: "x", APIURL: "http://127.0.0.1:1"}, Deps{Machine: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	if err := post(a); chat.TroubleOf(err) != chat.TroubleTransient {
		t.Errorf("%v", err)
	}
}

func TestALimitIsObeyedToTheLetter(t *testing.T) {
	asked := 0
	a := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		asked++
		w.Header().Set("Retry-After", "7")
		w.Header().Set("X-RateLimit-Scope", "user")
		says(429, `{"message":"slow","retry_after":6.5,"global":false}`)(w, r)
	})
	for range 3 {
		var e *chat.Error
		if err := post(a); !errors.As(err, &e) || e.Trouble != chat.TroubleLimited {
			t.Fatalf("%v", err)
		} else if e.RetryAfter < 6*time.Second || e.RetryAfter > 7*time.Second+grace {
			t.Errorf("retry after %v", e.RetryAfter)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times though told to wait", asked)
	}
}

func TestAGlobalLimitHoldsEverythingButInteractions(t *testing.T) {
	asked := make(map[string]int)
	a := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		asked[r.URL.Path]++
		if strings.Contains(r.URL.Path, "/interactions/") {
			w.WriteHeader(http.StatusNoContent)
			return
		}
		w.Header().Set("Retry-After", "30")
		w.Header().Set("X-RateLimit-Global", "true")
		says(429, `{"message":"slow","retry_after":30,"global":true}`)(w, r)
	})
	_ = post(a)
	if _, err := a.Post(context.Background(), "discord:11", hello); chat.TroubleOf(err) != chat.TroubleLimited {
		t.Errorf("another channel: %v", err)
	}
	if asked["/api/v9/channels/11/messages"] != 0 {
		t.Error("asked in spite of the global limit")
	}
	r := &responder{a: a, id: "1", token: "t", kind: askedCommand}
	if err := r.Respond(context.Background(), chat.PrivateLine(chat.Words("x"))); err != nil {
		t.Errorf("an interaction was held: %v", err)
	}
}

func TestARouteUsedUpWaitsForItsReset(t *testing.T) {
	var at []time.Time
	a := scripted(t, func(w http.ResponseWriter, r *http.Request) {
		at = append(at, time.Now())
		w.Header().Set("X-RateLimit-Remaining", "0")
		w.Header().Set("X-RateLimit-Reset-After", "0.2")
		says(200, `{"id":"1"}`)(w, r)
	})
	for range 2 {
		if err := post(a); err != nil {
			t.Fatal(err)
		}
	}
	if wait := at[1].Sub(at[0]); wait < 150*time.Millisecond {
		t.Errorf("the second came after %v", wait)
	}
}

func TestErrorsTellNoSecrets(t *testing.T) {
	for _, answer := range []http.HandlerFunc{
		apiSays(400, 50035), apiSays(500, 0), says(429, `{"retry_after":1}`), says(502, "<html>"),
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
	} {
		a := scripted(t, answer)
		r := &responder{a: a, id: "1", token: "secret-interaction", application: "2", kind: askedCommand}
		for _, err := range []error{
			post(a), r.Respond(context.Background(), chat.PrivateLine(chat.Words("secret-words"))),
			r.say(context.Background(), chat.PrivateLine(chat.Words("secret-words"))),
		} {
			if err == nil || strings.Contains(fmt.Sprintf("%v %+v", err, errors.Unwrap(err)), "secret") {
				t.Errorf("error %v", err)
			}
		}
	}
}

func TestADeletedMessageIsNoErrorToDelete(t *testing.T) {
	a := scripted(t, apiSays(404, 10008))
	if err := a.Delete(context.Background(), chat.MessageRef{Channel: "discord:10", ID: "20"}); err != nil {
		t.Error(err)
	}
}

func TestForeignIdsAreRefusedWithoutAsking(t *testing.T) {
	a := scripted(t, func(_ http.ResponseWriter, r *http.Request) { t.Errorf("asked %s", r.URL) })
	ctx := context.Background()
	bad := chat.MessageRef{Channel: "discord:1", ID: "../../x"}
	_, errPost := a.Post(ctx, "slack:C1", hello)
	_, errDirect := a.Direct(ctx, "discord:1/../2")
	_, errMember := a.Member(ctx, "discord:", "discord:1")
	_, errChannel := a.Channel(ctx, "discord:x")
	_, errChannels := a.Channels(ctx, "slack:T1")
	_, errSpace := a.Space(ctx, "slack:T1")
	_, errLink := a.Permalink(ctx, "discord:1", bad)
	_, _, errFind := a.Find(ctx, "slack:C1", "k", time.Now())
	for i, err := range []error{
		errPost, errDirect, errMember, errChannel, errChannels, errSpace, errLink, errFind,
		a.Edit(ctx, bad, hello.Card), a.Delete(ctx, bad),
		a.GiveRole(ctx, "discord:1", "slack:U1", "discord:2"), a.TakeRole(ctx, "discord:1", "discord:2", "slack:S"),
	} {
		if chat.TroubleOf(err) != chat.TroubleRefused {
			t.Errorf("call %d: %v", i, err)
		}
	}
}

func TestAConfigurationThatCannotWorkIsRefused(t *testing.T) {
	for _, cfg := range []Config{{}, {Token: " "}, {Token: "x", APIURL: "ftp://x"}, {Token: "x", APIURL: "127.0.0.1:80"}} {
		if _, err := New(cfg, Deps{Machine: time.Now}); err == nil {
			t.Errorf("%+v is taken", cfg)
		} else if strings.Contains(err.Error(), "secret") {
			t.Error(err)
		}
	}
}
