package discordwire_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
)

const nobody = "1099999999999999999"

func TestAWrongTokenIsUnauthorised(t *testing.T) {
	h := open(t)
	for _, header := range []string{"", "Bot other", "Bearer " + token, token} {
		req := h.request("GET", "/users/@me", nil)
		req.Header.Set("Authorization", header)
		if a := h.send(req); a.status != 401 || a.code() != 0 || a.o["message"] != "401: Unauthorized" {
			t.Errorf("%q: %d %s", header, a.status, a.raw)
		}
	}
	h.call(200, "GET", "/users/@me", nil)
}

func TestUnknownThingsHaveTheirCodes(t *testing.T) {
	h := open(t)
	g, ch := "/guilds/"+h.guild, "/channels/"+h.general
	for _, c := range []struct {
		code         int
		method, path string
		body         any
	}{
		{10003, "GET", "/channels/" + nobody, nil},
		{10003, "POST", "/channels/" + nobody + "/messages", o{"content": "x"}},
		{10004, "GET", "/guilds/" + nobody, nil},
		{10007, "GET", g + "/members/" + nobody1(h), nil},
		{10008, "GET", ch + "/messages/" + nobody, nil},
		{10008, "PATCH", ch + "/messages/" + nobody, o{"content": "x"}},
		{10009, "DELETE", ch + "/permissions/" + nobody, nil},
		{10011, "PUT", g + "/members/" + one + "/roles/" + nobody, nil},
		{10013, "GET", "/users/" + nobody, nil},
		{10013, "GET", g + "/members/" + nobody, nil},
		{10015, "POST", "/webhooks/" + nobody + "/sometoken", o{"content": "x"}},
		{10026, "GET", g + "/bans/" + one, nil},
		{10062, "POST", "/interactions/" + nobody + "/sometoken/callback", o{"type": 6}},
		{10063, "GET", "/applications/" + h.BotID() + "/commands/" + nobody, nil},
		{50027, "POST", "/webhooks/" + h.BotID() + "/sometoken", o{"content": "x"}},
	} {
		h.refused(c.code, c.method, c.path, c.body)
	}
}

// nobody1 is a person who left.
func nobody1(h *home) string {
	id := h.AddPeople(h.guild, 1)[0]
	if err := h.Kick(h.guild, id); err != nil {
		h.Fatal(err)
	}
	return id
}

func TestUnknownPathsAndMethodsAreToldApart(t *testing.T) {
	h := open(t)
	h.call(404, "GET", "/no/such/path", nil)
	h.call(405, "DELETE", "/users/@me", nil)
	req := h.request("GET", "/users/@me", nil)
	req.URL.Path = "/api/v6/users/@me"
	if a := h.send(req); a.code() != 50041 {
		t.Errorf("an old version answers %d %s", a.status, a.raw)
	}
}

func TestInvalidBodiesAreRefused(t *testing.T) {
	h := open(t)
	path := h.url + "/api/v9/channels/" + h.general + "/messages"
	for body, code := range map[string]int{`{"content"`: 50109, `{} {}`: 50109, `{"content":5}`: 50035, `{"embeds":{}}`: 50035} {
		req, err := http.NewRequest("POST", path, strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bot "+token)
		req.Header.Set("Content-Type", "application/json")
		if a := h.send(req); a.status != 400 || a.code() != code {
			t.Errorf("%s: %d %s, want code %d", body, a.status, a.raw, code)
		}
	}
}

func TestABotWithoutAPermissionIsRefused(t *testing.T) {
	h := open(t)
	path := "/channels/" + h.general + "/messages"
	if err := h.Deny(h.general, discordwire.SendMessages); err != nil {
		t.Fatal(err)
	}
	h.refused(50013, "POST", path, o{"content": "x"})
	if err := h.Deny(h.general, discordwire.ViewChannel); err != nil {
		t.Fatal(err)
	}
	h.refused(50001, "POST", path, o{"content": "x"})
	h.refused(50001, "GET", "/channels/"+h.general, nil)
	if err := h.Allow(h.general, discordwire.ViewChannel|discordwire.SendMessages); err != nil {
		t.Fatal(err)
	}
	h.call(200, "POST", path, o{"content": "x"})
	if err := h.Deny(h.general, discordwire.EmbedLinks); err != nil {
		t.Fatal(err)
	}
	h.refused(50013, "POST", path, o{"embeds": []o{{"title": "x"}}})
}

func TestTheReadOnlyChannelIsClosedToTheBot(t *testing.T) {
	h := open(t)
	id := h.ChannelID("read-only")
	h.call(200, "GET", "/channels/"+id+"/messages", nil)
	h.refused(50013, "POST", "/channels/"+id+"/messages", o{"content": "x"})
}

func TestRolesAboveTheBotCannotBeTouched(t *testing.T) {
	h := open(t)
	g := "/guilds/" + h.guild
	team, regulars := h.RoleID(h.guild, "Team"), h.RoleID(h.guild, "Regulars")
	h.refused(50013, "PUT", g+"/members/"+two+"/roles/"+team, nil)
	h.call(204, "PUT", g+"/members/"+two+"/roles/"+regulars, nil)
	if roles := h.call(200, "GET", g+"/members/"+two, nil).o["roles"]; dig(roles, 0) != regulars {
		t.Errorf("roles are %v", roles)
	}
	h.call(204, "DELETE", g+"/members/"+two+"/roles/"+regulars, nil)
	h.refused(50013, "DELETE", g+"/members/"+mod, nil)
	h.refused(50013, "PUT", g+"/bans/"+admin, o{})
	h.refused(50013, "PATCH", g+"/members/"+mod, o{"communication_disabled_until": h.clock.Now().Add(time.Hour)})
}

func TestATimeoutSilencesUntilItEnds(t *testing.T) {
	h := open(t)
	path := "/guilds/" + h.guild + "/members/" + one
	h.refused(50035, "PATCH", path, o{"communication_disabled_until": h.clock.Now().Add(29 * 24 * time.Hour)})
	h.call(200, "PATCH", path, o{"communication_disabled_until": h.clock.Now().Add(time.Hour)})
	if _, err := h.Post(h.general, one, "hello"); err == nil {
		t.Error("a silenced member could write")
	}
	h.clock.Advance(61 * time.Minute)
	if _, err := h.Post(h.general, one, "hello"); err != nil {
		t.Error(err)
	}
}

func TestBansAndKicksTakeMembersAway(t *testing.T) {
	h := open(t)
	g := "/guilds/" + h.guild
	if _, err := h.Post(h.general, one, "spam"); err != nil {
		t.Fatal(err)
	}
	req := h.request("PUT", g+"/bans/"+one, o{"delete_message_seconds": 3600})
	req.Header.Set("X-Audit-Log-Reason", "r%C3%A9p%C3%A9t%C3%A9")
	if a := h.send(req); a.status != 204 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if b := h.call(200, "GET", g+"/bans/"+one, nil); b.o["reason"] != "répété" {
		t.Errorf("the ban is %v", b.o)
	}
	if n := len(h.Messages(admin, h.general)); n != 0 {
		t.Errorf("%d messages of the banned remain", n)
	}
	h.refused(10007, "GET", g+"/members/"+one, nil)
	h.call(204, "DELETE", g+"/bans/"+one, nil)
	h.call(204, "DELETE", g+"/members/"+two, nil)
	h.refused(10007, "GET", g+"/members/"+two, nil)
}

func TestDirectMessagesCanBeClosed(t *testing.T) {
	h := open(t)
	dm := h.call(200, "POST", "/users/@me/channels", o{"recipient_id": one}).id()
	h.call(200, "POST", "/channels/"+dm+"/messages", o{"content": "hello"})
	if again := h.call(200, "POST", "/users/@me/channels", o{"recipient_id": one}).id(); again != dm {
		t.Errorf("a second direct message %s beside %s", again, dm)
	}
	if err := h.CloseDMs(one, true); err != nil {
		t.Fatal(err)
	}
	h.refused(50007, "POST", "/channels/"+dm+"/messages", o{"content": "hello"})
	if err := h.CloseDMs(one, false); err != nil {
		t.Fatal(err)
	}
	if err := h.Kick(h.guild, one); err != nil {
		t.Fatal(err)
	}
	h.refused(50007, "POST", "/channels/"+dm+"/messages", o{"content": "hello"})
	h.refused(50035, "POST", "/users/@me/channels", o{"recipient_id": nobody})
}
