package slackwire_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

// run runs a command and returns what the app got.
func (c *conn) run(as, text string) (world.Result, object) {
	c.t.Helper()
	r := c.act(world.Action{As: as, Kind: world.ActCommand, Channel: c.channel("general"), Text: text})
	return r, c.waitType("slash_commands").Payload
}

func TestACommandReachesTheApp(t *testing.T) {
	s := start(t)
	c := s.connect()
	_, p := c.run("member-1", `/giveaway start 2h "Nitro" @admin`)
	for k, want := range (object{
		"command": "/giveaway", "text": `start 2h "Nitro" @admin`, "user_id": s.user("member-1"), "user_name": "member-1",
		"channel_id": s.channel("general"), "channel_name": "general", "team_id": s.TeamID(), "team_domain": "the-workshop",
		"is_enterprise_install": "false",
	}) {
		if p[k] != want {
			t.Errorf("%s is %v, want %v", k, p[k], want)
		}
	}
	_, p = c.run("member-1", "/greet @admin in #general at @team.")
	want := "<@" + s.user("admin") + "|admin> in <#" + s.channel("general") + "|general> at <!subteam^"
	if text, _ := p["text"].(string); !strings.HasPrefix(text, want) || !strings.HasSuffix(text, "|@team>.") {
		t.Errorf("escaped text %q, want %q…", text, want)
	}
}

func TestCommandsFailAsTheClientSaysIt(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.AckTimeout = 50 * time.Millisecond })
	do := func(text string) string {
		return s.Act(world.Action{As: "member-1", Kind: world.ActCommand, Channel: s.channel("general"), Text: text}).Error
	}
	if got := do("/unknown x"); !strings.HasPrefix(got, "/unknown is not a valid command.") {
		t.Error(got)
	}
	if got := do("/giveaway"); got != "/giveaway failed with the error “dispatch_failed”" {
		t.Error(got)
	}
	c := s.connect()
	c.on(func(envelope) (any, bool) { return nil, false })
	if got := do("/giveaway"); got != "/giveaway failed with the error “operation_timeout”" {
		t.Error(got)
	}
}

func TestACommandIsAnsweredInItsAcknowledgement(t *testing.T) {
	s := start(t)
	c := s.connect()
	c.on(func(envelope) (any, bool) { return object{"text": "only you"}, true })
	r, _ := c.run("member-1", "/giveaway")
	mine := s.Messages("member-1", s.channel("general"))
	if len(mine) != 1 || !mine[0].Private || r.Message != mine[0].ID || native(t, mine[0])["text"] != "only you" {
		t.Fatal(r, mine)
	}
	if others := s.Messages("member-2", s.channel("general")); len(others) != 0 {
		t.Fatal("others see an ephemeral answer")
	}
	c.on(func(envelope) (any, bool) { return object{"text": "all of you", "response_type": "in_channel"}, true })
	c.run("member-1", "/giveaway")
	if others := s.Messages("member-2", s.channel("general")); len(others) != 1 {
		t.Fatal(others)
	}
}

func TestATooBigAcknowledgementGoesUnheard(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.AckTimeout = 100 * time.Millisecond })
	c := s.connect()
	c.on(func(envelope) (any, bool) { return object{"text": strings.Repeat("x", 20<<10)}, true })
	r := s.Act(world.Action{As: "member-1", Kind: world.ActCommand, Channel: s.channel("general"), Text: "/giveaway"})
	if !strings.Contains(r.Error, "operation_timeout") {
		t.Fatal(r)
	}
}

func TestAResponseURLWorksFiveTimesInHalfAnHour(t *testing.T) {
	s := start(t)
	c := s.connect()
	_, p := c.run("member-1", "/giveaway")
	to := p["response_url"].(string)
	for i := range 5 {
		if status, out := s.post(to, object{"text": fmt.Sprint(i)}); status != http.StatusOK || out["text"] != "ok" {
			t.Fatal(status, out)
		}
	}
	if status, out := s.post(to, object{"text": "6"}); status != http.StatusNotFound || out["error"] != "used_url" {
		t.Error(status, out)
	}
	_, p = c.run("member-1", "/giveaway")
	if status, out := s.post(p["response_url"].(string), object{"blocks": []any{object{"type": "nope"}}}); status != 400 || out["error"] != "invalid_blocks" {
		t.Error(status, out)
	}
	s.clock.Advance(31 * time.Minute)
	if status, out := s.post(p["response_url"].(string), object{"text": "late"}); status != http.StatusNotFound || out["error"] != "expired_url" {
		t.Error(status, out)
	}
	if got := s.Messages("member-1", s.channel("general")); len(got) != 5 {
		t.Errorf("%d answers, want 5", len(got))
	}
}

func TestAPressTellsWhoPressedWhat(t *testing.T) {
	s := start(t)
	c := s.connect()
	general := s.channel("general")
	ts := s.ok("chat.postMessage", object{"channel": general, "text": "enter", "blocks": []any{button("enter", "g1")}})["ts"].(string)
	s.act(world.Action{As: "member-1", Kind: world.ActPress, Channel: general, Message: ts, Control: "enter"})
	e := c.waitType("interactive")
	if !e.Response {
		t.Error("interactions accept a payload")
	}
	for _, c := range []struct {
		want any
		path []any
	}{
		{"block_actions", []any{"type"}},
		{s.user("member-1"), []any{"user", "id"}},
		{"enter", []any{"actions", 0, "action_id"}},
		{"b", []any{"actions", 0, "block_id"}},
		{"g1", []any{"actions", 0, "value"}},
		{"button", []any{"actions", 0, "type"}},
		{ts, []any{"container", "message_ts"}},
		{false, []any{"container", "is_ephemeral"}},
		{general, []any{"channel", "id"}},
		{"enter", []any{"message", "text"}},
		{s.TeamID(), []any{"team", "id"}},
	} {
		if got := dig(e.Payload, c.path...); got != c.want {
			t.Errorf("%v is %v, want %v", c.path, got, c.want)
		}
	}
	if r := s.Act(world.Action{As: "member-1", Kind: world.ActPress, Channel: general, Message: ts, Control: "gone"}); r.OK {
		t.Error("a button that is not there was pressed")
	}
}

func TestAMenuSendsTheOptionChosen(t *testing.T) {
	s := start(t)
	c := s.connect()
	general := s.channel("general")
	blocks := parse(t, `[{"type":"actions","block_id":"m","elements":[
		{"type":"static_select","action_id":"one","options":`+options(3)+`},
		{"type":"multi_users_select","action_id":"who"}]}]`)
	ts := s.ok("chat.postMessage", object{"channel": general, "text": "x", "blocks": blocks})["ts"].(string)
	press := func(control string, values ...string) world.Result {
		return s.Act(world.Action{As: "member-1", Kind: world.ActPress, Channel: general, Message: ts, Control: control, Values: values})
	}
	press("m/one", "v2")
	if e := c.waitType("interactive"); dig(e.Payload, "actions", 0, "selected_option", "value") != "v2" {
		t.Error(e.Payload["actions"])
	}
	press("who", s.user("admin"), s.user("guest"))
	e := c.waitType("interactive")
	if dig(e.Payload, "actions", 0, "selected_users", 1) != s.user("guest") {
		t.Error(e.Payload["actions"])
	}
	if dig(e.Payload, "state", "values", "m", "one", "selected_option", "value") != "v2" {
		t.Errorf("the state forgot the first choice: %v", e.Payload["state"])
	}
	if r := press("one", "v9"); r.Error != "“v9” is not one of the choices." {
		t.Error(r)
	}
}

func TestAnEphemeralMessageIsForOnePerson(t *testing.T) {
	s := start(t)
	c := s.connect()
	general := s.channel("general")
	s.refused("user_not_in_channel", "chat.postEphemeral", object{"channel": s.channel("team"), "user": s.user("member-1"), "text": "x"})
	out := s.ok("chat.postEphemeral", object{"channel": general, "user": s.user("member-1"), "text": "psst", "blocks": []any{button("leave", "g1")}})
	ts := out["message_ts"].(string)
	if len(s.Messages("member-2", general)) != 0 || len(s.Messages("member-1", general)) != 1 {
		t.Fatal("seen by the wrong people")
	}
	if got := texts(s.ok("conversations.history", object{"channel": general})); len(got) != 0 {
		t.Fatal("history holds an ephemeral message")
	}
	press := world.Action{As: "member-2", Kind: world.ActPress, Channel: general, Message: ts, Control: "leave"}
	if r := s.Act(press); r.OK {
		t.Fatal("a stranger pressed it")
	}
	press.As = "member-1"
	s.act(press)
	e := c.waitType("interactive")
	if dig(e.Payload, "container", "is_ephemeral") != true {
		t.Error(e.Payload["container"])
	}
	to := e.Payload["response_url"].(string)
	s.post(to, object{"replace_original": true, "text": "left"})
	if m := s.Messages("member-1", general); len(m) != 1 || native(t, m[0])["text"] != "left" {
		t.Fatal(m)
	}
	s.post(to, object{"delete_original": true})
	if m := s.Messages("member-1", general); len(m) != 0 {
		t.Fatal(m)
	}
}

func TestAResponseURLReplacesTheMessageActedOn(t *testing.T) {
	s := start(t)
	c := s.connect()
	general := s.channel("general")
	ts := s.ok("chat.postMessage", object{"channel": general, "text": "old", "blocks": []any{button("go", "1")}})["ts"].(string)
	s.act(world.Action{As: "member-1", Kind: world.ActPress, Channel: general, Message: ts, Control: "go"})
	to := c.waitType("interactive").Payload["response_url"].(string)
	s.post(to, object{"text": "beside"})
	s.post(to, object{"text": "new", "replace_original": "true"})
	got := s.Messages("member-1", general)
	if len(got) != 2 || native(t, got[0])["text"] != "new" || native(t, got[0])["blocks"] != nil || !got[1].Private {
		t.Fatal(got)
	}
	s.post(to, object{"delete_original": true})
	if got := s.Messages("member-2", general); len(got) != 0 {
		t.Fatal(got)
	}
}

func TestAMessageShortcutCarriesTheMessage(t *testing.T) {
	s := start(t)
	c := s.connect()
	general := s.channel("general")
	ts := s.say("general", "result")
	if sc := s.State("admin").Shortcuts; len(sc) != 1 || sc[0] != (world.Shortcut{Name: "reroll", Label: "Reroll"}) {
		t.Fatal(sc)
	}
	s.act(world.Action{As: "admin", Kind: world.ActShortcut, Channel: general, Message: ts, Control: "reroll"})
	e := c.waitType("interactive")
	if e.Payload["type"] != "message_action" || e.Payload["callback_id"] != "reroll" || dig(e.Payload, "message", "ts") != ts {
		t.Error(e.Payload)
	}
	s.act(world.Action{As: "admin", Kind: world.ActShortcut, Control: "new_giveaway"})
	if e := c.waitType("interactive"); e.Payload["type"] != "shortcut" {
		t.Error(e.Payload)
	}
	if r := s.Act(world.Action{As: "admin", Kind: world.ActShortcut, Channel: general, Message: ts, Control: "new_giveaway"}); r.OK {
		t.Error("a global shortcut ran on a message")
	}
}

func TestWithoutInteractivityNothingIsPressed(t *testing.T) {
	s := start(t, func(o *slackwire.Options) {
		o.Manifest = []byte(strings.Replace(manifest, "is_enabled: true", "is_enabled: false", 1))
	})
	general := s.channel("general")
	ts := s.ok("chat.postMessage", object{"channel": general, "text": "x", "blocks": []any{button("go", "1")}})["ts"].(string)
	r := s.Act(world.Action{As: "admin", Kind: world.ActPress, Channel: general, Message: ts, Control: "go"})
	if !strings.Contains(r.Error, "not configured to handle interactive responses") {
		t.Fatal(r)
	}
}

func TestAThousandPressesInTenSeconds(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.AckTimeout = 10 * time.Second })
	general := s.channel("general")
	for range 2 {
		c := s.connect()
		c.on(func(e envelope) (any, bool) {
			if e.Type == "interactive" {
				go s.call("chat.postEphemeral", object{"channel": general, "user": dig(e.Payload, "user", "id"), "text": "you are in"})
			}
			return nil, true
		})
	}
	people := s.AddPeople(1000)
	ts := s.ok("chat.postMessage", object{"channel": general, "text": "x", "blocks": []any{button("enter", "1")}})["ts"].(string)
	began := time.Now()
	var wg sync.WaitGroup
	var mu sync.Mutex
	failed := 0
	for _, p := range people {
		wg.Go(func() {
			r := s.Act(world.Action{As: p, Kind: world.ActPress, Channel: general, Message: ts, Control: "enter"})
			mu.Lock()
			defer mu.Unlock()
			if !r.OK {
				failed++
			}
		})
	}
	wg.Wait()
	if took := time.Since(began); failed > 0 || took > 10*time.Second {
		t.Fatalf("%d of 1000 failed in %v", failed, took)
	}
	const before = 3 // calls: two connections and the message
	await(t, "everybody is answered", func() bool { return len(s.Log(before)) == len(people) })
	for _, p := range people {
		if got := s.Messages(p, general); len(got) != 2 || !got[1].Private {
			t.Fatalf("%s sees %v", p, got)
		}
	}
}
