package slackwire_test

import (
	"context"
	"testing"
	"time"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"

	"github.com/coder/websocket"
)

func TestHelloSaysHowManyConnectionsThereAre(t *testing.T) {
	s := start(t)
	if s.State("admin").Connected {
		t.Error("connected before any connection")
	}
	one, two := s.connect(), s.connect()
	if a, b := one.waitType("hello"), two.waitType("hello"); a.Conns != 1 || b.Conns != 2 {
		t.Error(a, b)
	}
	if !s.State("admin").Connected {
		t.Error("not connected")
	}
}

func TestATicketIsGoodForOneConnection(t *testing.T) {
	s := start(t)
	to := s.open()
	s.connectTo(to)
	if ws, _, err := websocket.Dial(context.Background(), to, nil); err == nil {
		ws.CloseNow()
		t.Error("a ticket opened two connections")
	}
}

func TestTheEleventhConnectionIsSentAway(t *testing.T) {
	s := start(t)
	for range 10 {
		s.connect()
	}
	c := s.connect()
	if e := c.waitType("disconnect"); e.Reason != "too_many_websockets" {
		t.Error(e)
	}
	<-c.gone
}

func TestEventsFollowSubscriptionsAndMembership(t *testing.T) {
	s := start(t)
	c := s.connect()
	for _, name := range []string{"without-animo", "general"} {
		if _, err := s.Post("member-1", s.channel(name), "hello <b> & @animo at https://example.org."); err != nil {
			t.Fatal(err)
		}
	}
	e := c.waitType("events_api")
	in := e.event()
	if in["channel"] != s.channel("general") || in["channel_type"] != "channel" || in["event_ts"] != in["ts"] || in["client_msg_id"] == nil {
		t.Fatal(in)
	}
	want := "hello &lt;b&gt; &amp; <@" + s.user("animo") + "> at <https://example.org>."
	if in["text"] != want {
		t.Errorf("text %q, want %q", in["text"], want)
	}
	if e.Payload["type"] != "event_callback" || dig(e.Payload, "authorizations", 0, "user_id") != s.user("animo") || e.Payload["team_id"] != s.TeamID() {
		t.Error(e.Payload)
	}
	c.waitEvent("app_mention")
	if err := s.SetManifest([]byte("display_information: {name: Animo}\nsettings: {socket_mode_enabled: true}\n")); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Post("member-1", s.channel("general"), "unheard"); err != nil {
		t.Fatal(err)
	}
	if err := s.SetManifest([]byte(manifest)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Post("member-1", s.channel("general"), "heard"); err != nil {
		t.Fatal(err)
	}
	if got := c.waitEvent("message").event()["text"]; got != "heard" {
		t.Errorf("got %q", got)
	}
}

func TestWhatPeopleDoBecomesEvents(t *testing.T) {
	s := start(t)
	c := s.connect()
	general := s.channel("general")
	ts := s.say("general", "x")
	if in := c.waitEvent("message").event(); in["bot_id"] == nil || in["subtype"] != nil {
		t.Error("the bot's own message", in)
	}
	s.act(world.Action{As: "member-1", Kind: world.ActReact, Channel: general, Message: ts, Text: "tada"})
	if in := c.waitEvent("reaction_added").event(); dig(in, "item", "ts") != ts || in["reaction"] != "tada" || in["item_user"] != s.user("animo") {
		t.Error(in)
	}
	s.act(world.Action{As: "member-1", Kind: world.ActReact, Channel: general, Message: ts, Text: "tada"})
	c.waitEvent("reaction_removed")
	s.ok("chat.update", object{"channel": general, "ts": ts, "text": "y"})
	changed := c.wait(func(e envelope) bool { return e.event()["subtype"] == "message_changed" }).event()
	if dig(changed, "message", "text") != "y" || dig(changed, "previous_message", "text") != "x" || dig(changed, "message", "ts") != ts {
		t.Error(changed)
	}
	if r := s.Act(world.Action{As: "member-1", Kind: world.ActDelete, Channel: general, Message: ts}); r.OK {
		t.Error("a member deleted another's message")
	}
	s.act(world.Action{As: "admin", Kind: world.ActDelete, Channel: general, Message: ts})
	deleted := c.wait(func(e envelope) bool { return e.event()["subtype"] == "message_deleted" }).event()
	if deleted["deleted_ts"] != ts {
		t.Error(deleted)
	}
	id, err := s.Arrive("latecomer")
	if err != nil {
		t.Fatal(err)
	}
	if in := c.waitEvent("team_join").event(); dig(in, "user", "id") != id {
		t.Error(in)
	}
	if in := c.waitEvent("member_joined_channel").event(); in["user"] != id || in["channel_type"] != "C" {
		t.Error(in)
	}
	s.act(world.Action{As: "member-1", Kind: world.ActLeave, Channel: general})
	c.waitEvent("member_left_channel")
	s.act(world.Action{As: "member-2", Kind: world.ActLeave})
	if in := c.waitEvent("user_change").event(); dig(in, "user", "deleted") != true {
		t.Error(in)
	}
	if _, err := s.Post("member-2", general, "still here"); err == nil {
		t.Error("someone who left posted")
	}
	s.act(world.Action{As: "member-2", Kind: world.ActJoin})
	c.waitEvent("member_joined_channel")
	dm := s.channel("@member-1")
	if _, err := s.Post("member-1", dm, "hi"); err != nil {
		t.Fatal(err)
	}
	if in := c.wait(func(e envelope) bool { return e.event()["channel"] == dm }).event(); in["channel_type"] != "im" {
		t.Error(in)
	}
}

func TestAnUnacknowledgedEventIsRepeatedThreeTimes(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.AckTimeout = 30 * time.Millisecond })
	c := s.connect()
	c.waitType("hello")
	c.on(func(envelope) (any, bool) { return nil, false })
	if _, err := s.Post("member-1", s.channel("general"), "x"); err != nil {
		t.Fatal(err)
	}
	first := c.waitType("events_api")
	again := c.waitType("events_api")
	if first.Attempt != 0 || again.Attempt != 1 || again.Why != "timeout" || again.Payload["event_id"] != first.Payload["event_id"] || again.ID == first.ID {
		t.Fatal(first, again)
	}
	await(t, "the second repetition waits a minute", func() bool {
		s.clock.Advance(10 * time.Second)
		select {
		case e := <-c.got:
			return e.Attempt == 2
		case <-time.After(10 * time.Millisecond):
			return false
		}
	})
	await(t, "the third waits five more", func() bool {
		s.clock.Advance(time.Minute)
		select {
		case e := <-c.got:
			return e.Attempt == 3
		case <-time.After(10 * time.Millisecond):
			return false
		}
	})
	s.clock.Advance(time.Hour)
	select {
	case e := <-c.got:
		t.Errorf("a fourth repetition: %+v", e)
	case <-time.After(100 * time.Millisecond):
	}
}

func TestEventsWaitForAConnection(t *testing.T) {
	s := start(t)
	if _, err := s.Post("member-1", s.channel("general"), "while you were out"); err != nil {
		t.Fatal(err)
	}
	c := s.connect()
	c.waitType("hello")
	await(t, "the event comes with its second repetition", func() bool {
		s.clock.Advance(time.Minute)
		select {
		case e := <-c.got:
			return e.event()["text"] == "while you were out" && e.Attempt >= 2
		case <-time.After(10 * time.Millisecond):
			return false
		}
	})
}

func TestDuplicatesAndLateEvents(t *testing.T) {
	s := start(t)
	c := s.connect()
	c.waitType("hello")
	s.Duplicate(1)
	for _, text := range []string{"twice", "once"} {
		if _, err := s.Post("member-1", s.channel("general"), text); err != nil {
			t.Fatal(err)
		}
	}
	a, b := c.waitEvent("message"), c.waitEvent("message")
	if a.Payload["event_id"] != b.Payload["event_id"] || b.event()["text"] != "twice" {
		t.Fatal(a, b)
	}
	if e := c.waitEvent("message"); e.event()["text"] != "once" {
		t.Fatal(e)
	}
	s.Late(time.Hour)
	if _, err := s.Post("member-1", s.channel("general"), "late"); err != nil {
		t.Fatal(err)
	}
	s.Late(0)
	if _, err := s.Post("member-1", s.channel("general"), "punctual"); err != nil {
		t.Fatal(err)
	}
	if e := c.waitEvent("message"); e.event()["text"] != "punctual" {
		t.Fatal(e.event())
	}
	s.clock.Advance(time.Hour)
	if e := c.waitEvent("message"); e.event()["text"] != "late" {
		t.Fatal(e.event())
	}
}

func TestARefreshedConnectionGetsNothingMore(t *testing.T) {
	s := start(t)
	one, two := s.connect(), s.connect()
	one.waitType("hello")
	two.waitType("hello")
	for _, c := range []*conn{one, two} {
		c.on(func(envelope) (any, bool) { return object{"text": "heard"}, true })
	}
	s.Refresh()
	if e := one.waitType("disconnect"); e.Reason != "refresh_requested" {
		t.Fatal(e)
	}
	for range 5 {
		two.run("member-1", "/giveaway")
	}
	select {
	case e := <-one.got:
		t.Errorf("the leaving connection got %+v", e)
	default:
	}
	s.Warn()
	if e := two.waitType("disconnect"); e.Reason != "warning" {
		t.Fatal(e)
	}
	two.run("member-1", "/giveaway")
}

func TestEnvelopesGoToOneConnectionInTurn(t *testing.T) {
	s := start(t)
	one, two := s.connect(), s.connect()
	one.waitType("hello")
	two.waitType("hello")
	for _, c := range []*conn{one, two} {
		c.on(func(envelope) (any, bool) { return object{"text": "heard"}, true })
	}
	for range 6 {
		s.act(world.Action{As: "member-1", Kind: world.ActCommand, Channel: s.channel("general"), Text: "/giveaway"})
	}
	await(t, "each gets its half", func() bool { return len(one.got) == 3 && len(two.got) == 3 })
}

func TestTurningSocketModeOffDisablesTheLink(t *testing.T) {
	s := start(t)
	c := s.connect()
	c.waitType("hello")
	if err := s.SetManifest([]byte("display_information: {name: Animo}\n")); err != nil {
		t.Fatal(err)
	}
	if e := c.waitType("disconnect"); e.Reason != "link_disabled" {
		t.Error(e)
	}
	<-c.gone
	if out := s.callAs(app, "apps.connections.open", object{}); out["error"] != "socket_mode_not_enabled" {
		t.Error(out)
	}
}

func TestDroppedAndFrozenConnections(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.AckTimeout = 50 * time.Millisecond })
	c := s.connect()
	c.waitType("hello")
	run := world.Action{As: "member-1", Kind: world.ActCommand, Channel: s.channel("general"), Text: "/giveaway"}
	s.Freeze()
	if r := s.Act(run); r.OK {
		t.Error("a command went through a half-open connection")
	}
	if s.Connections() != 1 {
		t.Error("a half-open connection was closed")
	}
	s.Thaw()
	s.act(run)
	s.Drop()
	<-c.gone
	await(t, "the connection is gone", func() bool { return s.Connections() == 0 })
	if r := s.Act(run); r.Error != "/giveaway failed with the error “dispatch_failed”" {
		t.Error(r)
	}
}
