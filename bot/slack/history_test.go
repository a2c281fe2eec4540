package slack

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

// reader is an adapter that only reads, in small pages.
func (d *desk) reader(change ...func(*reading)) (a *Adapter, log *bytes.Buffer) {
	d.t.Helper()
	log = &bytes.Buffer{}
	a = must(New(d.a.conf, Deps{Machine: time.Now, Now: d.clock.Now, Log: slog.New(slog.NewTextHandler(log, nil))}))(d.t)
	a.reading.page = 2
	for _, c := range change {
		c(&a.reading)
	}
	return a, log
}

// speaks lets a person say something, in a thread if there is one.
func (d *desk) speaks(as, text, thread string) (ts string) {
	d.t.Helper()
	return d.act(as, world.Action{Kind: world.ActMessage, Text: text, Message: thread}).Message
}

// since reads #general back, and returns what was said.
func (d *desk) since(a *Adapter, after string, from time.Time) (all []chat.Posted, texts string) {
	d.t.Helper()
	err := a.Since(d.t.Context(), chat.Stretch{Space: spaceID(d.TeamID()), In: d.channel("general"), After: after, From: from}, func(p chat.Posted) error {
		all, texts = append(all, p), texts+" "+p.Text
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return all, strings.TrimSpace(texts)
}

func TestHistoryIsReadBackOldestFirstWithItsThreads(t *testing.T) {
	d := open(t)
	a, log := d.reader()
	ancient := d.speaks("member-1", "ancient", "")
	d.clock.Advance(23 * time.Hour)
	old := d.speaks("member-1", "old", "")
	quiet := d.speaks("member-2", "quiet", "")
	d.speaks("member-1", "quiet-reply", quiet)
	d.clock.Advance(2 * time.Hour)
	after := d.speaks("member-2", "after", "")
	d.clock.Advance(time.Minute)
	from := d.clock.Now()
	root := d.speaks("member-1", "root", "")
	d.speaks("member-2", "old-reply", old)
	d.speaks("member-2", "a", root)
	d.speaks("member-1", "ancient-reply", ancient)
	shown := must(d.a.Post(t.Context(), d.channel("general"), chat.Message{
		Key: "k", Card: chat.Say(chat.Words("shown")), ReplyTo: chat.MessageRef{Channel: d.channel("general"), ID: root},
	}))(t)
	must(d.Arrive("latecomer"))(t) // of which Slack says that they joined
	for n := range 5 {
		d.speaks("member-1", fmt.Sprint("b", n), root)
	}
	d.speaks("member-2", "&lt; end", "")
	const want = "root old-reply a shown b0 b1 b2 b3 b4 &lt; end"
	all, texts := d.since(a, after, time.Time{})
	if texts != want {
		t.Errorf("%s, want %s", texts, want)
	}
	if _, texts := d.since(a, "", from); texts != want {
		t.Errorf("from an instant: %s", texts)
	}
	if _, texts := d.since(a, after, from.Add(-time.Hour)); texts != want {
		t.Errorf("after a message and from an instant: %s", texts)
	}
	last := all[len(all)-1]
	if rest, texts := d.since(a, last.Message.ID, time.Time{}); len(rest) > 0 {
		t.Errorf("after the last message: %s", texts)
	}
	if _, texts := d.since(a, "", time.Time{}); !strings.HasPrefix(texts, "ancient old quiet quiet-reply after root old-reply a ancient-reply shown b0") {
		t.Errorf("without a bound: %s", texts)
	}
	threads := map[string]string{"root": "", "old-reply": old, "a": root, "shown": root, "b0": root, "&lt; end": ""}
	for _, p := range all {
		thread, listed := threads[p.Text]
		if listed && p.Thread != thread || p.Actor.Bot != (p.Text == "shown") || p.Actor.ID == "" || !p.At.Equal(moment(p.Message.ID)) {
			t.Errorf("%+v", p)
		}
		if !p.Late || p.Line != "" || p.ID != "history:"+d.ChannelID("general")+":"+p.Message.ID || p.Channel != d.channel("general") {
			t.Errorf("%+v", p.Meta)
		}
	}
	if all[3].Message != shown || all[0].Actor.ID != d.member("member-1") || all[0].Actor.Name == "" {
		t.Errorf("%+v %+v", all[0], all[3])
	}
	if log.Len() > 0 {
		t.Error(log)
	}
	for _, r := range d.requests("^conversations.(history|replies)$") {
		if r.Status != http.StatusOK {
			t.Errorf("%+v", r)
		}
	}
}

func TestADeletedThreadDoesNotEndTheReading(t *testing.T) {
	d := open(t)
	a, _ := d.reader()
	first := d.speaks("member-1", "first", "")
	root := d.speaks("member-1", "root", "")
	d.speaks("member-2", "reply", root)
	d.fault(world.Fault{Path: `^conversations\.replies$`, Status: 200, Body: `{"ok":false,"error":"thread_not_found"}`, Times: 1})
	if _, texts := d.since(a, first, time.Time{}); texts != "root" {
		t.Error(texts)
	}
}

func TestOfALongSilenceTheNewestAreReadBack(t *testing.T) {
	d := open(t)
	a, log := d.reader(func(r *reading) { r.page, r.hold = 3, 10 })
	first := d.speaks("member-1", "first", "")
	for n := range 25 {
		ts := d.speaks("member-1", fmt.Sprint(n), "")
		if n == 20 {
			d.speaks("member-2", "reply", ts)
		}
	}
	if _, texts := d.since(a, first, time.Time{}); texts != "16 17 18 19 20 reply 21 22 23 24" {
		t.Error(texts)
	}
	if n := strings.Count(log.String(), "a channel said more than is read back"); n != 1 || !strings.Contains(log.String(), "held=10 pages_read=5") {
		t.Errorf("%d warnings: %s", n, log)
	}
	if n := len(d.requests("^conversations.history$")); n != 4 {
		t.Errorf("%d pages of 3 messages were asked for, of which 10 are kept", n)
	}
	log.Reset()
	if _, texts := d.since(a, first, d.clock.Now().Add(time.Hour)); texts != "" || log.Len() > 0 {
		t.Errorf("%s %s", texts, log)
	}
}

func TestALimitInTheMiddleIsToldAndTheNextReadingIsWhole(t *testing.T) {
	for _, method := range []string{"history", "replies"} {
		t.Run(method, func(t *testing.T) {
			d := open(t)
			a, _ := d.reader()
			first := d.speaks("member-1", "first", "")
			root := d.speaks("member-1", "root", "")
			for n := range 6 {
				d.speaks("member-2", fmt.Sprint(n), []string{"", root}[n%2])
			}
			d.fault(world.Fault{Path: `^conversations\.` + method + `$`, Status: 429, RetryAfter: time.Second, Skip: 1, Times: 1})
			handed := 0
			err := a.Since(t.Context(), chat.Stretch{Space: spaceID(d.TeamID()), In: d.channel("general"), After: first}, func(chat.Posted) error { handed++; return nil })
			if chat.TroubleOf(err) != chat.TroubleLimited || retryAfter(err) != time.Second || handed > 0 {
				t.Errorf("%d were handed over: %v", handed, err)
			}
			began := time.Now()
			if _, texts := d.since(a, first, time.Time{}); texts != "root 0 1 2 3 4 5" {
				t.Error(texts)
			}
			t.Logf("read whole %v later", time.Since(began))
		})
	}
}

func TestWhatCannotBeReadBackSaysWhy(t *testing.T) {
	d := open(t)
	general, space := d.channel("general"), spaceID(d.TeamID())
	each := func(chat.Posted) error { return errors.New("nothing is to be read") }
	for in, want := range map[chat.ChannelID]chat.Trouble{
		d.channel("without-animo"): chat.TroubleForbidden, channelID(d.TeamID(), "C0NOWHERE"): chat.TroubleGone,
		channelID("T0OTHER", "C1"): chat.TroubleGone, "discord:1": chat.TroubleGone,
	} {
		if err := d.a.Since(t.Context(), chat.Stretch{Space: space, In: in}, each); chat.TroubleOf(err) != want {
			t.Errorf("%s: %v, want %s", in, err, want)
		}
	}
	if err := d.a.Since(t.Context(), chat.Stretch{Space: "slack:T0OTHER", In: general}, each); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("another space: %v", err)
	}
	for name, f := range faulty() {
		if f.Status == http.StatusTooManyRequests {
			continue
		}
		d.speaks("member-1", name, "")
		f.Path, f.Times = `^conversations\.history$`, 1
		d.fault(f)
		err := d.a.Since(t.Context(), chat.Stretch{Space: space, In: general}, func(chat.Posted) error { return nil })
		if err != nil && chat.TroubleOf(err) != chat.TroubleTransient {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// archive answers as a Slack that has had one channel for long: the message
// with number n was written in second n, and each of the newest begins a
// thread with one reply.
type archive struct{ messages, threads int }

func (h archive) answer(r *http.Request) *http.Response {
	_ = r.ParseForm() // what cannot be read finds nothing
	switch r.URL.Path {
	case "/api/auth.test":
		return said(200, `{"ok":true,"team_id":"T1","user_id":"U0","bot_id":"B0"}`)
	case "/api/conversations.history":
		return said(200, h.page(r.Form))
	case "/api/conversations.replies":
		parent := r.Form.Get("ts")
		second, _, _ := strings.Cut(parent, ".")
		return said(200, fmt.Sprintf(`{"ok":true,"messages":[{"ts":"%s","thread_ts":"%[1]s"},{"ts":"%s.500000","thread_ts":"%[1]s","user":"U1"}]}`, parent, second))
	}
	return said(200, `{"ok":false,"error":"user_not_found"}`)
}

func (h archive) page(form url.Values) string {
	limit, _ := strconv.Atoi(form.Get("limit"))
	newest := h.messages
	if c := form.Get("cursor"); c != "" {
		newest, _ = strconv.Atoi(c)
	}
	type m map[string]any
	var all []m
	for n := newest; n > max(0, newest-limit); n-- {
		one := m{"ts": fmt.Sprintf("%d.000000", n), "user": "U1", "text": "x"}
		if n > h.messages-h.threads {
			one["thread_ts"], one["latest_reply"] = one["ts"], fmt.Sprintf("%d.500000", n)
		}
		all = append(all, one)
	}
	out := m{"ok": true, "messages": all}
	if newest > limit {
		out["response_metadata"] = m{"next_cursor": strconv.Itoa(newest - limit)}
	}
	b, _ := json.Marshal(out) // strings and maps alone
	return string(b)
}

// reads reads the whole archive through an adapter as operators have it.
func (h archive) reads(t *testing.T) (got []chat.Posted, w *wire, log string) {
	t.Helper()
	var logged bytes.Buffer
	w = &wire{answer: h.answer, sent: map[string][]time.Time{}}
	a := must(New(Config{BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: "https://slack.example/api"}, Deps{
		Machine: time.Now, Transport: w, Log: slog.New(slog.NewTextHandler(&logged, nil)),
	}))(t)
	err := a.Since(t.Context(), chat.Stretch{Space: "slack:T1", In: "slack:T1/C1"}, func(p chat.Posted) error { got = append(got, p); return nil })
	if err != nil {
		t.Fatal(err)
	}
	return got, w, logged.String()
}

func TestTenThousandMessagesAreHeldAndTheOthersReported(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		got, w, log := archive{messages: 25_000}.reads(t)
		if len(got) != 10_000 || got[0].Message.ID != "15001.000000" || got[9999].Message.ID != "25000.000000" {
			t.Errorf("%d messages, from %v", len(got), got[0])
		}
		if n := len(w.sent["/api/conversations.history"]); n != 11 {
			t.Errorf("%d pages", n)
		}
		if strings.Count(log, "a channel said more than is read back") != 1 {
			t.Error(log)
		}
	})
}

func TestAReaderOfManyThreadsWaitsForItsTurns(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		got, w, log := archive{messages: 300, threads: 200}.reads(t)
		took := time.Since(began)
		sorted := slices.IsSortedFunc(got, func(a, b chat.Posted) int { return a.At.Compare(b.At) })
		if len(got) != 500 || !sorted || log != "" {
			t.Errorf("%d messages, in order %v: %s", len(got), sorted, log)
		}
		if n := len(w.sent["/api/conversations.replies"]); n != 200 || took < 3*time.Minute || took > 5*time.Minute {
			t.Errorf("%d threads took %v", n, took)
		}
	})
}

func TestNobodyWaitsForAReadingThatIsCalledOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &wire{answer: archive{messages: 300, threads: 200}.answer, sent: map[string][]time.Time{}}
		a := must(New(Config{BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: "https://slack.example/api"}, Deps{Machine: time.Now, Transport: w}))(t)
		ctx, stop := context.WithTimeout(t.Context(), time.Minute)
		defer stop()
		began := time.Now()
		err := a.Since(ctx, chat.Stretch{Space: "slack:T1", In: "slack:T1/C1"}, func(chat.Posted) error { return nil })
		if err == nil || time.Since(began) > time.Minute {
			t.Errorf("%v after %v", err, time.Since(began))
		}
	})
}
