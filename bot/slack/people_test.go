package slack

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

func TestMembersAreRememberedForAWhileAndNotWithoutEnd(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	p := newPeople(nil, func() time.Time { return now })
	for i := range maxUsers + 10 {
		p.learn(&slack.User{ID: fmt.Sprint("U", i), Name: "n", IsAdmin: true})
	}
	if len(p.users) > maxUsers {
		t.Errorf("%d members are remembered", len(p.users))
	}
	last := fmt.Sprint("U", maxUsers+9)
	if u, ok := p.known(last); !ok || !u.manager {
		t.Errorf("%+v %v", u, ok)
	}
	now = now.Add(rememberFor)
	if _, ok := p.known(last); ok {
		t.Error("a right counts for too long")
	}
	now = now.Add(-time.Hour)
	if _, ok := p.known(last); ok {
		t.Error("a right counts although the clock was set back")
	}
}

func TestOneLookUpServesAllWhoAsk(t *testing.T) {
	d := open(t)
	d.fault(world.Fault{Path: "users.info", Delay: 200 * time.Millisecond, Apply: true})
	found := make(chan error, 20)
	for range cap(found) {
		go func() {
			_, err := d.a.people.get(t.Context(), d.UserID("member-4"), inPerson)
			found <- err
		}()
	}
	for range cap(found) {
		if err := <-found; err != nil {
			t.Error(err)
		}
	}
	if n := len(d.requests("^users.info$")); n != 1 {
		t.Errorf("%d look-ups", n)
	}
}

func TestLanesKeepOrderPerKey(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	l := newLanes(ctx)
	const n = 500
	got := make(chan int, n)
	for i := range n {
		l.put("key", func(context.Context) { got <- i })
	}
	for i := range n {
		if v := <-got; v != i {
			t.Fatalf("%d came as number %d", v, i)
		}
	}
	stop()
	l.wait()
	if l.put("key", func(context.Context) {}) {
		t.Error("work is taken after the end")
	}
}

func TestErrorsAreSorted(t *testing.T) {
	for _, c := range []struct {
		err  error
		says bool
		sent bool
		want chat.Trouble
	}{
		{&slack.RateLimitedError{RetryAfter: time.Second}, true, true, chat.TroubleLimited},
		{slack.StatusCodeError{Code: http.StatusTooManyRequests}, true, true, chat.TroubleLimited},
		{slack.StatusCodeError{Code: 503}, true, true, chat.TroubleUnsure},
		{slack.StatusCodeError{Code: 503}, false, true, chat.TroubleTransient},
		{slack.StatusCodeError{Code: 404}, true, true, chat.TroubleExpired},
		{slack.StatusCodeError{Code: 400}, true, true, chat.TroubleRefused},
		{slack.SlackErrorResponse{Err: "internal_error"}, true, true, chat.TroubleUnsure},
		{slack.SlackErrorResponse{Err: "internal_error"}, false, true, chat.TroubleTransient},
		{slack.SlackErrorResponse{Err: "ratelimited"}, true, true, chat.TroubleLimited},
		{slack.SlackErrorResponse{Err: "missing_scope", Needed: "chat:write"}, true, true, chat.TroubleAuth},
		{slack.SlackErrorResponse{Err: "cannot_dm_bot"}, false, true, chat.TroubleUnreachable},
		{slack.SlackErrorResponse{Err: "expired_trigger_id"}, false, true, chat.TroubleExpired},
		{slack.SlackErrorResponse{Err: "msg_too_long"}, true, true, chat.TroubleRefused},
		{slack.SlackErrorResponse{Err: "something_new"}, true, true, chat.TroubleRefused},
		{errors.New("reset"), true, true, chat.TroubleUnsure},
		{errors.New("refused"), true, false, chat.TroubleTransient},
	} {
		k := call{doing: "try", says: c.says}
		k.sent.Store(c.sent)
		err := k.err(c.err)
		if got := chat.TroubleOf(err); got != c.want || errors.Unwrap(err) == nil {
			t.Errorf("%v: %s, want %s", c.err, got, c.want)
		}
		if c.want == chat.TroubleLimited && retryAfter(err) <= 0 {
			t.Errorf("%v: no pause", c.err)
		}
	}
	if (&call{}).err(nil) != nil {
		t.Error("no error became one")
	}
}

func TestNoErrorShowsAnAddress(t *testing.T) {
	a := must(New(Config{BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: "http://127.0.0.1:1"}, Deps{Machine: time.Now}))(t)
	r := responder{a: a, team: "T1", user: "U1", back: way{ReplyURL: "http://127.0.0.1:1/secret"}, ack: newAck(func(any) error { return nil })}
	err := r.post(t.Context(), rendered{text: "x"}, chat.Reply{})
	if err == nil || chat.TroubleOf(err) != chat.TroubleTransient || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}
