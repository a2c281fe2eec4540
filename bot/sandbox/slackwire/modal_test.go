package slackwire_test

import (
	"encoding/json"
	"testing"
	"time"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

const form = `{
	"type": "modal", "callback_id": "new", "private_metadata": "secret", "notify_on_close": true,
	"title": {"type":"plain_text","text":"Giveaway"}, "submit": {"type":"plain_text","text":"Start"},
	"blocks": [
		{"type":"input","block_id":"prize_block","label":{"type":"plain_text","text":"Prize"},
		 "element":{"type":"plain_text_input","action_id":"prize","min_length":3,"max_length":10}},
		{"type":"input","block_id":"count_block","label":{"type":"plain_text","text":"Winners"},
		 "element":{"type":"number_input","action_id":"count","is_decimal_allowed":false,"initial_value":"1","max_value":"20"}},
		{"type":"input","block_id":"kind_block","optional":true,"label":{"type":"plain_text","text":"Kind"},
		 "element":{"type":"static_select","action_id":"kind","options":[
			{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]}},
		{"type":"input","block_id":"days_block","optional":true,"label":{"type":"plain_text","text":"Days"},
		 "element":{"type":"checkboxes","action_id":"days","options":[
			{"text":{"type":"mrkdwn","text":"Mon"},"value":"1"},{"text":{"type":"mrkdwn","text":"Tue"},"value":"2"}]}},
		{"type":"input","block_id":"date_block","optional":true,"label":{"type":"plain_text","text":"Date"},
		 "element":{"type":"datepicker","action_id":"date"}}
	]}`

// opened runs a command whose answer is the form.
func opened(t *testing.T, s *slack) (*conn, *world.Modal) {
	t.Helper()
	c := s.connect()
	c.on(func(e envelope) (any, bool) {
		if e.Type == "slash_commands" {
			s.call("views.open", object{"trigger_id": e.Payload["trigger_id"], "view": parse(t, form)})
		}
		return nil, true
	})
	r, _ := c.run("member-1", "/giveaway")
	if r.Modal == nil {
		t.Fatal("no modal opened")
	}
	return c, r.Modal
}

func TestAFormOpenedBehindTheAcknowledgementIsSeen(t *testing.T) {
	s := start(t)
	s.SetSettle(5 * time.Second)
	c := s.connect()
	c.on(func(e envelope) (any, bool) {
		go s.call("views.open", object{"trigger_id": e.Payload["trigger_id"], "view": parse(t, form)})
		return nil, true
	})
	if r, _ := c.run("member-1", "/giveaway"); r.Modal == nil {
		t.Fatal(r)
	}
}

func TestAFormGoesThereAndBack(t *testing.T) {
	s := start(t)
	c, m := opened(t, s)
	good := world.Action{As: "member-1", Kind: world.ActSubmit, Modal: m.ID, Fields: map[string][]string{
		"prize": {"Nitro"}, "count_block/count": {"3"}, "kind": {"b"}, "days": {"1", "2"}, "date": {"2026-04-01"},
	}}
	r := s.act(good)
	if r.Modal != nil {
		t.Error("the form did not close")
	}
	p := c.waitType("interactive").Payload
	if p["type"] != "view_submission" || dig(p, "view", "private_metadata") != "secret" || dig(p, "view", "callback_id") != "new" {
		t.Fatal(p)
	}
	values := dig(p, "view", "state", "values")
	for _, c := range []struct {
		want any
		path []any
	}{
		{"Nitro", []any{"prize_block", "prize", "value"}},
		{"3", []any{"count_block", "count", "value"}},
		{"number_input", []any{"count_block", "count", "type"}},
		{"b", []any{"kind_block", "kind", "selected_option", "value"}},
		{"2", []any{"days_block", "days", "selected_options", 1, "value"}},
		{"2026-04-01", []any{"date_block", "date", "selected_date"}},
	} {
		if got := dig(values, c.path...); got != c.want {
			t.Errorf("%v is %v, want %v", c.path, got, c.want)
		}
	}
	if r := s.Act(good); r.OK {
		t.Error("a closed form was sent again")
	}
}

func TestTheClientChecksAFormFirst(t *testing.T) {
	s := start(t)
	_, m := opened(t, s)
	for _, c := range []struct{ prize, count, date, field, want string }{
		{"", "1", "", "prize", "Please complete this required field."},
		{"ab", "1", "", "prize", "At least 3 characters."},
		{"abcdefghijk", "1", "", "prize_block", "At most 10 characters."},
		{"abc", "21", "", "count", "At most 20."},
		{"abc", "1.5", "", "count", "Enter a valid 123."},
		{"abc", "1", "soon", "date", "Enter a valid YYYY-MM-DD."},
	} {
		r := s.Act(world.Action{As: "member-1", Kind: world.ActSubmit, Modal: m.ID, Fields: map[string][]string{
			"prize": {c.prize}, "count": {c.count}, "date": {c.date},
		}})
		if r.OK || r.FieldErrors[c.field] != c.want {
			t.Errorf("%+v: %v", c, r.FieldErrors)
		}
	}
}

func TestTheAppRefusesUpdatesAndClosesAForm(t *testing.T) {
	s := start(t)
	c, m := opened(t, s)
	submit := world.Action{As: "member-1", Kind: world.ActSubmit, Modal: m.ID, Fields: map[string][]string{"prize": {"Nitro"}}}
	answer := func(payload object) world.Result {
		c.on(func(envelope) (any, bool) { return payload, true })
		return s.Act(submit)
	}
	r := answer(object{"response_action": "errors", "errors": object{"prize_block": "Too dear"}})
	if r.OK || r.FieldErrors["prize"] != "Too dear" || r.FieldErrors["prize_block"] != "Too dear" {
		t.Fatal(r)
	}
	if r := answer(object{"response_action": "errors", "errors": object{"nowhere": "?"}}); r.Error != "We had some trouble connecting. Try again?" {
		t.Fatal(r)
	}
	if r := answer(object{"response_action": "update", "view": object{"type": "modal"}}); r.Error == "" {
		t.Fatal("an update with a bad view was taken")
	}
	second := parse(t, form).(object)
	second["title"] = parse(t, plain(7))
	r = answer(object{"response_action": "update", "view": second})
	var v object
	if !r.OK || r.Modal == nil || json.Unmarshal(r.Modal.Native, &v) != nil {
		t.Fatal(r)
	}
	if r.Modal.ID != m.ID || dig(v, "title", "text") != "xxxxxxx" || dig(v, "state", "values", "prize_block", "prize", "value") != "Nitro" {
		t.Fatalf("%s", r.Modal.Native)
	}
	if r = answer(object{"response_action": "push", "view": second}); r.Modal == nil || r.Modal.ID == m.ID {
		t.Fatal(r)
	}
	submit.Modal = r.Modal.ID
	if r = answer(nil); r.Modal == nil || r.Modal.ID != m.ID {
		t.Fatal("the form beneath did not come back", r)
	}
	submit.Modal = m.ID
	if r = answer(object{"response_action": "clear"}); !r.OK || r.Modal != nil {
		t.Fatal(r)
	}
}

func TestAnUnansweredFormStaysOpen(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.AckTimeout = 300 * time.Millisecond })
	c, m := opened(t, s)
	c.on(func(envelope) (any, bool) { return nil, false })
	submit := world.Action{As: "member-1", Kind: world.ActSubmit, Modal: m.ID, Fields: map[string][]string{"prize": {"Nitro"}}}
	if r := s.Act(submit); r.OK || r.Modal == nil || r.Error != "We had some trouble connecting. Try again?" {
		t.Fatal(r)
	}
	c.on(nil)
	s.act(submit)
}

func TestClosingAFormIsTold(t *testing.T) {
	s := start(t)
	c, m := opened(t, s)
	s.act(world.Action{As: "member-1", Kind: world.ActClose, Modal: m.ID})
	if p := c.waitType("interactive").Payload; p["type"] != "view_closed" || dig(p, "view", "id") != m.ID || p["is_cleared"] != false {
		t.Fatal(p)
	}
}

func TestATriggerWorksOnceAndForThreeSeconds(t *testing.T) {
	s := start(t)
	c := s.connect()
	view := func() any { return parse(t, form) }
	_, p := c.run("member-1", "/giveaway")
	s.ok("views.open", object{"trigger_id": p["trigger_id"], "view": view()})
	s.refused("exchanged_trigger_id", "views.open", object{"trigger_id": p["trigger_id"], "view": view()})
	_, p = c.run("member-1", "/giveaway")
	s.clock.Advance(4 * time.Second)
	s.refused("expired_trigger_id", "views.open", object{"trigger_id": p["trigger_id"], "view": view()})
	_, p = c.run("member-2", "/giveaway")
	s.refused("not_found", "views.push", object{"trigger_id": p["trigger_id"], "view": view()})
}

func TestAnOpenFormIsUpdated(t *testing.T) {
	s := start(t)
	_, m := opened(t, s)
	var v object
	if err := json.Unmarshal(m.Native, &v); err != nil {
		t.Fatal(err)
	}
	s.refused("hash_conflict", "views.update", object{"view_id": m.ID, "hash": "1.x", "view": parse(t, form)})
	s.refused("not_found", "views.update", object{"view_id": "V0NONE", "view": parse(t, form)})
	out := s.ok("views.update", object{"view_id": m.ID, "hash": v["hash"], "view": parse(t, form)})
	if dig(out, "view", "id") != m.ID || dig(out, "view", "hash") == v["hash"] {
		t.Fatal(out)
	}
}

func TestAPressInAFormCarriesTheView(t *testing.T) {
	s := start(t)
	c := s.connect()
	view := parse(t, `{"type":"modal","title":`+plain(3)+`,"submit":`+plain(2)+`,"blocks":[
		{"type":"input","block_id":"n","dispatch_action":true,"label":`+plain(2)+`,"element":{"type":"plain_text_input","action_id":"name"}},
		{"type":"actions","block_id":"a","elements":[{"type":"button","action_id":"more","value":"7","text":`+plain(4)+`}]}]}`)
	_, p := c.run("member-1", "/giveaway")
	id := dig(s.ok("views.open", object{"trigger_id": p["trigger_id"], "view": view}), "view", "id").(string)
	s.act(world.Action{As: "member-1", Kind: world.ActPress, Modal: id, Control: "more", Fields: map[string][]string{"name": {"half"}}})
	e := c.waitType("interactive").Payload
	if dig(e, "container", "type") != "view" || dig(e, "view", "id") != id || dig(e, "actions", 0, "value") != "7" {
		t.Fatal(e)
	}
	if dig(e, "view", "state", "values", "n", "name", "value") != "half" {
		t.Fatal(dig(e, "view", "state"))
	}
	s.ok("views.push", object{"trigger_id": e["trigger_id"], "view": parse(t, form)})
	if s.Act(world.Action{As: "member-1", Kind: world.ActPress, Modal: id, Control: "more"}).OK {
		t.Error("a form beneath another was used")
	}
}

func TestAHomeTabIsPublished(t *testing.T) {
	s := start(t)
	c := s.connect()
	home := object{"type": "home", "blocks": []any{object{"type": "divider"}}}
	s.ok("views.publish", object{"user_id": s.user("member-1"), "view": home})
	if dig(s.Home("member-1"), "type") != "home" || s.Home("member-2") != nil {
		t.Fatal(s.Home("member-1"))
	}
	if err := s.OpenHome("member-1", "home"); err != nil {
		t.Fatal(err)
	}
	if e := c.waitEvent("app_home_opened"); dig(e.event(), "view", "type") != "home" || e.event()["user"] != s.user("member-1") {
		t.Fatal(e.Payload)
	}
	s.refused("invalid_arguments", "views.publish", object{"user_id": "U0NOBODY", "view": home})
}
