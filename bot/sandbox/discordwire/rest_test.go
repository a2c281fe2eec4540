package discordwire_test

import (
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
)

func TestTheApplicationShowsItsIntents(t *testing.T) {
	for on, want := range map[discordwire.Intents]int{0: 0, discordwire.IntentMembers: 1 << 15, discordwire.IntentMessageContent: 1 << 19} {
		h := open(t, func(opt *discordwire.Options) { opt.Privileged = on })
		a := h.call(200, "GET", "/oauth2/applications/@me", nil)
		if flags, _ := a.o["flags"].(float64); int(flags)&(1<<15|1<<19|1<<13) != want {
			t.Errorf("with %b: flags %b", on, int(flags))
		}
		if on&discordwire.IntentMembers == 0 {
			h.refused(50001, "GET", "/guilds/"+h.guild+"/members?limit=5", nil)
		}
	}
}

func TestTheGatewayIsWhereTheRequestCameTo(t *testing.T) {
	h := open(t)
	want := "ws" + h.url[4:] + "/gateway"
	if a := h.call(200, "GET", "/gateway/bot", nil); a.o["url"] != want || dig(a.o, "session_start_limit", "max_concurrency") != 1.0 {
		t.Errorf("%s", a.raw)
	}
	req := h.request("GET", "/gateway", nil)
	req.Header.Del("Authorization")
	if a := h.send(req); a.o["url"] != want {
		t.Errorf("%s", a.raw)
	}
}

func TestAGuildHasItsParts(t *testing.T) {
	h := open(t)
	g := "/guilds/" + h.guild
	if a := h.call(200, "GET", g+"?with_counts=true", nil); a.o["approximate_member_count"] != 8.0 || a.o["name"] != "The Workshop" {
		t.Errorf("%s", a.raw)
	}
	if n := len(h.call(200, "GET", g+"/channels", nil).list()); n != 4 {
		t.Errorf("%d channels", n)
	}
	if n := len(h.call(200, "GET", g+"/members?limit=3&after="+one, nil).list()); n != 3 {
		t.Errorf("%d members", n)
	}
	if got := h.call(200, "GET", g+"/members/search?query=member&limit=10", nil).list(); len(got) != 4 {
		t.Errorf("found %d", len(got))
	}
	if got := h.call(200, "GET", "/users/@me/guilds", nil).list(); len(got) != 1 || got[0]["id"] != h.guild {
		t.Errorf("%v", got)
	}
}

func TestRolesAndChannelsAreManaged(t *testing.T) {
	h := open(t)
	g := "/guilds/" + h.guild
	c, _ := h.identify(every)
	r := h.call(200, "POST", g+"/roles", o{"name": "Winners", "mentionable": true}).id()
	if e := c.event("GUILD_ROLE_CREATE"); dig(e, "role", "id") != r {
		t.Errorf("%v", e)
	}
	h.call(200, "PATCH", g+"/roles/"+r, o{"name": "Champions"})
	h.call(204, "PUT", g+"/members/"+one+"/roles/"+r, nil)
	h.call(204, "DELETE", g+"/roles/"+r, nil)
	if m := h.call(200, "GET", g+"/members/"+two, nil); len(m.o["roles"].([]any)) != 0 {
		t.Errorf("%s", m.raw)
	}
	h.refused(50013, "POST", g+"/roles", o{"name": "x", "permissions": "8"})
	ch := h.call(201, "POST", g+"/channels", o{"name": "arena"}).id()
	c.event("CHANNEL_CREATE")
	h.call(200, "PATCH", "/channels/"+ch, o{"topic": "fights"})
	h.call(204, "PUT", "/channels/"+ch+"/permissions/"+h.guild, o{"type": 0, "deny": "2048"})
	if _, err := h.Post(ch, one, "x"); err == nil {
		t.Error("an overwrite has no effect on members")
	}
	h.call(200, "DELETE", "/channels/"+ch, nil)
	h.refused(10003, "GET", "/channels/"+ch, nil)
	h.call(200, "PATCH", g+"/members/"+one, o{"nick": "Champion"})
	h.call(204, "POST", "/channels/"+h.general+"/typing", nil)
}

func TestWhoJoinsIsAnnounced(t *testing.T) {
	h := open(t)
	c, _ := h.identify(every)
	id := h.Join(h.guild, "fresh", time.Hour, true)
	e := c.event("GUILD_MEMBER_ADD")
	if dig(e, "user", "id") != id || e["pending"] != true || e["guild_id"] != h.guild {
		t.Errorf("%v", e)
	}
	if err := h.AcceptRules(h.guild, id); err != nil {
		t.Fatal(err)
	}
	if e := c.event("GUILD_MEMBER_UPDATE"); e["pending"] != false {
		t.Errorf("%v", e)
	}
}

func TestGuildsAreApart(t *testing.T) {
	h := open(t)
	other, channel := h.AddGuild("Second")
	people := h.AddPeople(other, 3)
	if _, err := h.Post(channel, people[0], "hello"); err != nil {
		t.Error(err)
	}
	if _, err := h.Post(h.general, people[0], "hello"); err == nil {
		t.Error("a stranger could write")
	}
	h.refused(10007, "GET", "/guilds/"+h.guild+"/members/"+people[0], nil)
	if st := h.State(people[0]); st.SpaceID != other || len(st.Channels) != 1 {
		t.Errorf("they see %+v", st)
	}
}
