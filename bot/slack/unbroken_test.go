package slack

import (
	"context"
	"fmt"
	"net/http/httptest"
	"testing"
	"time"

	"animo/bot/chat"
)

// heard lets someone speak and returns what came of it.
func (d *desk) heard(text string) chat.Posted {
	d.t.Helper()
	d.speaks("member-1", text, "")
	for {
		if p := next[chat.Posted](d); p.Text == text {
			return p
		}
	}
}

func TestTheLineHoldsWhileOneOfTwoIsReplaced(t *testing.T) {
	d := open(t)
	line := d.heard("before").Line
	if line == "" {
		t.Fatal("a message without a line")
	}
	d.until("both are up", func() bool { return d.Connections() == lineCount })
	for n, takeDown := range []func(){d.Refresh, d.Refresh, d.Warn} {
		before := d.dials()
		takeDown()
		d.until("it is replaced", func() bool { return d.dials() > before })
		// The old one may be gone before anybody looks.
		d.until("its successor is up", func() bool { return d.Connections() >= lineCount })
		for range 4 { // over each of the lines
			if p := d.heard(fmt.Sprint("message ", n)); p.Line != line || p.Late {
				t.Errorf("%+v", p)
			}
		}
	}
	d.types("member-1", "/help")
	if e := next[chat.Invoked](d); e.Line != line {
		t.Errorf("%+v", e)
	}
	must(d.Arrive("latecomer"))(t)
	if e := next[chat.Joined](d); e.Line != line {
		t.Errorf("%+v", e)
	}
}

func TestOnceAllLinesWereDownThereIsANewLineWithAnArrival(t *testing.T) {
	d := open(t)
	lines := map[string]bool{d.heard("before").Line: true}
	for range 3 {
		d.Drop()
		a := next[chat.Arrived](d)
		if lines[a.Line] || a.Line == "" || a.Newest != nil {
			t.Errorf("%+v after %v", a, lines)
		}
		lines[a.Line] = true
		d.until("both are up", func() bool { return d.Connections() == lineCount })
		for range 4 {
			if p := d.heard("again"); p.Line != a.Line {
				t.Errorf("%+v came on another line than %+v", p, a)
			}
		}
	}
}

func TestWhatComesAgainHasTheLineOnWhichItCame(t *testing.T) {
	d := open(t, impatient, func(s *setting) { s.pace = func(p *pace) { p.ping = 400 * time.Millisecond } })
	d.heard("before")
	d.Freeze()
	p := d.heard("into the void") // once it is repeated
	if after := d.heard("after"); p.Line != after.Line || p.Line == "" {
		t.Errorf("%+v, then %+v", p.Meta, after.Meta)
	}
	d.Duplicate(1)
	first := d.heard("twice")
	if second := next[chat.Posted](d); second.ID != first.ID || second.Line != first.Line || first.Line != p.Line {
		t.Errorf("%+v, then %+v", first.Meta, second.Meta)
	}
}

func TestWhatWasTakenByAProcessThatDiedIsReadBack(t *testing.T) {
	d := open(t)
	counted := d.heard("counted")
	lost := d.heard("acknowledged, and lost") // since nobody handled it
	in := &inbox{events: make(chan chat.Event, 1000)}
	a, _ := d.reader()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- a.Run(ctx, in) }()
	again := next[chat.Arrived](&desk{t: t, in: in})
	if again.Line == counted.Line || again.Line == "" {
		t.Errorf("%+v", again)
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if all, _ := d.since(a, counted.Message.ID, time.Time{}); len(all) != 1 || all[0].Message != lost.Message {
		t.Errorf("%+v", all)
	}
}

func TestByHTTPALineLastsAsLongAsTheRun(t *testing.T) {
	d := open(t, func(s *setting) { s.http = true })
	web := httptest.NewServer(d.a.HTTPHandler())
	t.Cleanup(web.Close)
	if err := d.DeliverTo(web.URL+"/slack/events", web.URL+"/slack/commands", web.URL+"/slack/interactivity"); err != nil {
		t.Fatal(err)
	}
	line := d.heard("a").Line
	if p := d.heard("b"); p.Line != line || line == "" || line != d.a.intake.Load().line {
		t.Errorf("%+v after %s", p, line)
	}
}

// lineUp is a line that has said hello.
func lineUp(s *sockets) *link {
	l := &link{s: s, k: s.k}
	s.join(l)
	return l
}

func TestALineThatIsTakenDownKeepsItsLineAndLeavesNoneBehind(t *testing.T) {
	k, in := alone(t)
	s := &sockets{a: k.a, k: k}
	arrival := func() string {
		t.Helper()
		return next[chat.Arrived](&desk{t: t, in: in}).Line
	}
	quiet := func() {
		t.Helper()
		done := make(chan struct{})
		k.lanes.behindAll(func(context.Context) { close(done) })
		<-done
		if len(in.events) > 0 {
			t.Fatalf("%+v", <-in.events)
		}
	}
	one := lineUp(s)
	first := arrival()
	two := lineUp(s)
	quiet()
	if one.k.line != first || two.k.line != first {
		t.Fatalf("%s and %s are not both %s", one.k.line, two.k.line, first)
	}
	s.leave(one) // goodbye, while the other holds
	three := lineUp(s)
	s.leave(one) // and its end
	quiet()
	if three.k.line != first {
		t.Errorf("%s is not %s", three.k.line, first)
	}
	s.leave(two)
	s.leave(three) // it is still read
	four := lineUp(s)
	second := arrival()
	if second == first || four.k.line != second || three.k.line != first {
		t.Errorf("first %s, then %s; the old line brings %s and the new one %s", first, second, three.k.line, four.k.line)
	}
	s.join(four) // a second hello is none
	s.leave(four)
	five := lineUp(s)
	if third := arrival(); third == second || five.k.line != third {
		t.Errorf("%s after %s", third, second)
	}
}

func TestAnArrivalIsToldBehindWhatCameBefore(t *testing.T) {
	k, in := alone(t)
	event := func(k *intake, channel, id string) {
		t.Helper()
		payload := fmt.Sprintf(`{"type":"event_callback","event_id":%q,"event":{"type":"message","channel":%q,"user":"U0","text":"x","ts":"1.2"}}`, id, channel)
		if err := k.event([]byte(payload), func() {}); err != nil {
			t.Fatal(err)
		}
	}
	hold := make(chan struct{})
	k.lanes.put("C1", func(context.Context) { <-hold }) // a slow look-up
	event(k, "C1", "old")
	later := k.on("later")
	later.arrived()
	event(later, "C1", "new")
	close(hold)
	var got []string
	for len(got) < 3 {
		e := <-in.events
		got = append(got, fmt.Sprintf("%T %s", e, e.Head().Line))
	}
	want := []string{"chat.Posted " + k.line, "chat.Arrived later", "chat.Posted later"}
	if got[0] != want[0] || fmt.Sprint(got) != fmt.Sprint(want) && fmt.Sprint(got) != fmt.Sprint([]string{want[0], want[2], want[1]}) {
		t.Errorf("%v, want %v", got, want)
	}
}
