package discordwire_test

import (
	"bytes"
	"fmt"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
)

func TestMessagesBeyondTheLimitsAreRefusedWithTheirPlace(t *testing.T) {
	h := open(t)
	long := strings.Repeat("é", 2001)
	many := func(n int, each o) []o {
		out := make([]o, n)
		for i := range out {
			out[i] = each
		}
		return out
	}
	path := "/channels/" + h.general + "/messages"
	for name, c := range map[string]struct {
		body  o
		place []any
	}{
		"long content":       {o{"content": long}, []any{"content"}},
		"long nonce":         {o{"content": "x", "nonce": strings.Repeat("n", 26)}, []any{"nonce"}},
		"many embeds":        {o{"embeds": many(11, o{"title": "x"})}, []any{"embeds"}},
		"embed field":        {o{"embeds": []o{{"fields": []o{{"name": "", "value": "x"}}}}}, []any{"embeds", "0", "fields", "0", "name"}},
		"six rows":           {o{"components": many(6, row(button("a", "A")))}, []any{"components"}},
		"six buttons":        {o{"components": []o{row(many(6, button("a", "A"))...)}}, []any{"components", "0", "components"}},
		"same custom_id":     {o{"components": []o{row(button("a", "A"), button("a", "B"))}}, []any{"components", "0", "components", "1", "custom_id"}},
		"long label":         {o{"components": []o{row(button("a", strings.Repeat("x", 81)))}}, []any{"components", "0", "components", "0", "label"}},
		"no custom_id":       {o{"components": []o{row(o{"type": 2, "style": 1, "label": "A"})}}, []any{"components", "0", "components", "0", "custom_id"}},
		"no options":         {o{"components": []o{row(o{"type": 3, "custom_id": "s", "options": []o{}})}}, []any{"components", "0", "components", "0", "options"}},
		"bad link":           {o{"components": []o{row(o{"type": 2, "style": 5, "label": "A", "url": "ftp://x"})}}, []any{"components", "0", "components", "0", "url"}},
		"text without flag":  {o{"components": []o{text("x")}}, []any{"components", "0", "type"}},
		"content with flag":  {o{"content": "x", "flags": v2, "components": []o{text("x")}}, []any{"content"}},
		"41 components":      {o{"flags": v2, "components": many(41, text("x"))}, []any{"components"}},
		"4001 characters":    {o{"flags": v2, "components": []o{text(strings.Repeat("x", 4000)), text("y")}}, []any{"components"}},
		"section alone":      {o{"flags": v2, "components": []o{{"type": 9, "components": []o{text("x")}}}}, []any{"components", "0", "accessory"}},
		"missing attachment": {o{"flags": v2, "components": []o{{"type": 12, "items": []o{{"media": o{"url": "attachment://a.png"}}}}}}, []any{"components", "0", "items", "0", "media", "url"}},
		"parse and users":    {o{"content": "x", "allowed_mentions": o{"parse": []string{"users"}, "users": []string{one}}}, []any{"allowed_mentions", "users"}},
		"unknown reply":      {o{"content": "x", "message_reference": o{"message_id": nobody}}, []any{"message_reference"}},
		"a poll's answers":   {o{"poll": o{"question": o{"text": "?"}, "answers": []o{}}}, []any{"poll", "answers"}},
	} {
		t.Run(name, func(t *testing.T) {
			a := h.call(400, "POST", path, c.body)
			if errs, _ := dig(a.o["errors"], append(c.place, "_errors")...).([]any); a.code() != 50035 || len(errs) == 0 {
				t.Errorf("%s", a.raw)
			}
		})
	}
	h.refused(50006, "POST", path, o{"content": "   "})
	h.refused(50006, "POST", path, o{})
	h.call(200, "POST", path, o{"content": strings.Repeat("é", 2000)})
	h.call(200, "POST", path, o{"flags": v2, "components": many(40, text("x"))})
}

func TestComponentsGetIDsInReadingOrder(t *testing.T) {
	h := open(t)
	m := h.post(o{"flags": v2, "components": []o{
		{"type": 17, "components": []o{text("Title"), row(button("a", "A"), button("b", "B"))}},
	}})
	for want, path := range map[float64][]any{
		1: {"components", 0}, 2: {"components", 0, "components", 0},
		3: {"components", 0, "components", 1}, 5: {"components", 0, "components", 1, "components", 1},
	} {
		if got := dig(m.o, append(path, "id")...); got != want {
			t.Errorf("%v has id %v, want %v", path, got, want)
		}
	}
}

func TestTheComponentsFlagNeverGoes(t *testing.T) {
	h := open(t)
	path := "/channels/" + h.general + "/messages/"
	m := h.post(o{"flags": v2, "components": []o{text("one")}})
	h.refused(50035, "PATCH", path+m.id(), o{"content": "plain", "flags": 0})
	got := h.call(200, "PATCH", path+m.id(), o{"flags": 0, "components": []o{text("two")}})
	if flags, _ := got.o["flags"].(float64); int(flags)&v2 == 0 || got.o["edited_timestamp"] == nil {
		t.Errorf("after the edit: %s", got.raw)
	}
	plain := h.post(o{"content": "plain"})
	h.refused(50035, "PATCH", path+plain.id(), o{"flags": v2, "components": []o{text("x")}})
	h.call(200, "PATCH", path+plain.id(), o{"flags": v2, "content": nil, "components": []o{text("x")}})
	h.refused(50006, "PATCH", path+h.post(o{"content": "x"}).id(), o{"content": ""})
}

func TestANonceMakesOneMessageForTwoMinutes(t *testing.T) {
	h := open(t)
	body := o{"content": "once", "nonce": "key-1", "enforce_nonce": true}
	first := h.post(body)
	if again := h.post(body); again.id() != first.id() {
		t.Errorf("a second message %s", again.id())
	}
	if other := h.post(o{"content": "once", "nonce": "key-1"}); other.id() == first.id() {
		t.Error("a nonce that is not enforced found the earlier message")
	}
	read := h.call(200, "GET", "/channels/"+h.general+"/messages/"+first.id(), nil)
	if first.o["nonce"] != "key-1" || read.o["nonce"] != nil {
		t.Errorf("the nonce is %v when sent and %v when read again", first.o["nonce"], read.o["nonce"])
	}
	h.call(204, "DELETE", "/channels/"+h.general+"/messages/"+last(h, one).ID, nil)
	h.refused(10008, "POST", "/channels/"+h.general+"/messages", body)
	h.clock.Advance(3 * time.Minute)
	if later := h.post(body); later.id() == first.id() || later.o["nonce"] != "key-1" {
		t.Errorf("after three minutes: %s", later.raw)
	}
}

func TestAllowedMentionsDecideWhoIsPinged(t *testing.T) {
	h := open(t)
	team, regulars := h.RoleID(h.guild, "Team"), h.RoleID(h.guild, "Regulars")
	words := fmt.Sprintf("<@%s> <@!%s> <@&%s> <@&%s> @everyone", one, two, team, regulars)
	for name, c := range map[string]struct {
		allowed      any
		users, roles int
		everyone     bool
	}{
		"none given":    {nil, 2, 2, true},
		"nobody":        {o{"parse": []string{}}, 0, 0, false},
		"users":         {o{"parse": []string{"users"}}, 2, 0, false},
		"one user":      {o{"parse": []string{}, "users": []string{two}}, 1, 0, false},
		"one role":      {o{"roles": []string{team}}, 0, 1, false},
		"only everyone": {o{"parse": []string{"everyone"}}, 0, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			h.clock.Advance(time.Second)
			for _, body := range []o{{"content": words}, {"flags": v2, "components": []o{text(words)}}} {
				if c.allowed != nil {
					body["allowed_mentions"] = c.allowed
				}
				m := h.post(body)
				users, _ := m.o["mentions"].([]any)
				roles, _ := m.o["mention_roles"].([]any)
				if len(users) != c.users || len(roles) != c.roles || m.o["mention_everyone"] != c.everyone {
					t.Errorf("pinged %d users, %d roles, everyone %v", len(users), len(roles), m.o["mention_everyone"])
				}
			}
		})
	}
}

func TestHistoryIsPagedBothWays(t *testing.T) {
	h := open(t)
	var ids []string
	for i := range 10 {
		ids = append(ids, h.post(o{"content": fmt.Sprint(i)}).id())
	}
	path := "/channels/" + h.general + "/messages"
	for query, want := range map[string][]int{
		"?limit=3":                    {9, 8, 7},
		"?limit=2&before=" + ids[5]:   {4, 3},
		"?limit=2&after=" + ids[5]:    {7, 6},
		"?limit=3&around=" + ids[5]:   {6, 5, 4},
		"?limit=100&after=" + ids[7]:  {9, 8},
		"?limit=100&before=" + ids[1]: {0},
	} {
		got := h.call(200, "GET", path+query, nil).list()
		if len(got) != len(want) {
			t.Errorf("%s: %d messages, want %d", query, len(got), len(want))
			continue
		}
		for i, m := range got {
			if m["id"] != ids[want[i]] {
				t.Errorf("%s: message %d is %v", query, i, m["content"])
			}
		}
	}
	h.refused(50035, "GET", path+"?limit=101", nil)
}

func TestFilesAreKeptAndServed(t *testing.T) {
	h := open(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormField("payload_json")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(part, `{"flags":%d,"components":[{"type":12,"items":[{"media":{"url":"attachment://chart.png"}}]}],"attachments":[{"id":0,"description":"a chart"}]}`, v2)
	file, err := form.CreateFormFile("files[0]", "chart.png")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprint(file, "picture")
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	req := h.request("POST", "/channels/"+h.general+"/messages", nil)
	req.Body, req.ContentLength = http.NoBody, 0
	req, err = http.NewRequest("POST", req.URL.String(), &body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+token)
	req.Header.Set("Content-Type", form.FormDataContentType())
	m := h.send(req)
	link, _ := dig(m.o, "components", 0, "items", 0, "media", "url").(string)
	if link == "" || link != dig(m.o, "attachments", 0, "url") || dig(m.o, "attachments", 0, "description") != "a chart" {
		t.Fatalf("%d %s", m.status, m.raw)
	}
	get, err := http.NewRequest("GET", link, nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := h.send(get); string(got.raw) != "picture" {
		t.Errorf("served %q", got.raw)
	}
}

func TestOnlyOwnMessagesCanBeEdited(t *testing.T) {
	h := open(t)
	id, err := h.Post(h.general, one, "mine")
	if err != nil {
		t.Fatal(err)
	}
	h.refused(50005, "PATCH", "/channels/"+h.general+"/messages/"+id, o{"content": "yours"})
	h.call(204, "DELETE", "/channels/"+h.general+"/messages/"+id, nil)
	h.refused(10008, "DELETE", "/channels/"+h.general+"/messages/"+id, nil)
}

func TestBulkDeleteHasItsBounds(t *testing.T) {
	h := open(t)
	path := "/channels/" + h.general + "/messages/bulk-delete"
	old := h.post(o{"content": "old"}).id()
	h.refused(50016, "POST", path, o{"messages": []string{old}})
	h.clock.Advance(15 * 24 * time.Hour)
	a, b := h.post(o{"content": "a"}).id(), h.post(o{"content": "b"}).id()
	h.refused(50034, "POST", path, o{"messages": []string{old, a}})
	h.call(204, "POST", path, o{"messages": []string{a, b}})
	if n := len(h.Messages(admin, h.general)); n != 1 {
		t.Errorf("%d messages are left", n)
	}
}

func TestReactionsCountWhoReacted(t *testing.T) {
	h := open(t)
	m := h.post(o{"content": "vote"}).id()
	path := "/channels/" + h.general + "/messages/" + m
	h.call(204, "PUT", path+"/reactions/%F0%9F%8E%89/@me", nil)
	h.call(204, "PUT", path+"/reactions/%F0%9F%8E%89/@me", nil)
	h.refused(10014, "PUT", path+"/reactions/party/@me", nil)
	got := h.call(200, "GET", path, nil)
	if dig(got.o, "reactions", 0, "count") != 1.0 || dig(got.o, "reactions", 0, "me") != true {
		t.Errorf("%s", got.raw)
	}
	if who := h.call(200, "GET", path+"/reactions/%F0%9F%8E%89", nil).list(); len(who) != 1 || who[0]["id"] != h.BotID() {
		t.Errorf("who reacted: %v", who)
	}
	h.call(204, "DELETE", path+"/reactions/%F0%9F%8E%89/@me", nil)
	if got := h.call(200, "GET", path, nil); got.o["reactions"] != nil {
		t.Errorf("%s", got.raw)
	}
}

func TestPinsAndThreadsFollowTheirMessage(t *testing.T) {
	h := open(t)
	m := h.post(o{"content": "rules"}).id()
	ch := "/channels/" + h.general
	h.call(204, "PUT", ch+"/messages/pins/"+m, nil)
	if got := h.call(200, "GET", ch+"/messages/pins", nil); dig(got.o, "items", 0, "message", "id") != m {
		t.Errorf("%s", got.raw)
	}
	h.call(204, "DELETE", ch+"/messages/pins/"+m, nil)
	if got := h.call(200, "GET", ch+"/pins", nil).list(); len(got) != 0 {
		t.Errorf("still pinned: %v", got)
	}
	th := h.call(201, "POST", ch+"/messages/"+m+"/threads", o{"name": "talk"})
	if th.id() != m || th.o["parent_id"] != h.general {
		t.Errorf("%s", th.raw)
	}
	h.refused(160004, "POST", ch+"/messages/"+m+"/threads", o{"name": "talk"})
	h.call(200, "POST", "/channels/"+m+"/messages", o{"content": "in the thread"})
}

func TestAGuildTellsTheNewestMessageOfEachChannel(t *testing.T) {
	h := open(t)
	h.post(o{"content": "first"})
	thread := h.call(201, "POST", "/channels/"+h.general+"/threads", o{"name": "aside", "type": 11}).id()
	within, err := h.Post(thread, one, "within")
	if err != nil {
		t.Fatal(err)
	}
	newest := h.post(o{"content": "second"}).id()
	c, _ := h.identify(every)
	e := c.event("GUILD_CREATE")
	got := map[any]any{}
	for _, part := range []string{"channels", "threads"} {
		for _, ch := range e[part].([]any) {
			got[dig(ch, "id")] = dig(ch, "last_message_id")
		}
	}
	quiet := h.ChannelID("read-only")
	if empty, told := got[quiet]; !told || empty != nil || got[h.general] != newest || got[thread] != within {
		t.Errorf("%v; want %s in %s, %s in %s and none in %s", got, newest, h.general, within, thread, quiet)
	}
}

func TestHistoryIsEmptyForWhoMayNotReadIt(t *testing.T) {
	h := open(t)
	h.post(o{"content": "said"})
	path := "/channels/" + h.general + "/messages?after=0"
	if n := len(h.call(200, "GET", path, nil).list()); n != 1 {
		t.Errorf("%d messages", n)
	}
	if err := h.Deny(h.general, discordwire.ReadMessageHistory); err != nil {
		t.Fatal(err)
	}
	if n := len(h.call(200, "GET", path, nil).list()); n != 0 {
		t.Errorf("%d messages are told to who may not read them", n)
	}
	if err := h.Deny(h.general, discordwire.ViewChannel); err != nil {
		t.Fatal(err)
	}
	h.refused(50001, "GET", path, nil)
}
