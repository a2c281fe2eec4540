package discordwire_test

import (
	"path/filepath"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

// reopen starts a server on the journal at path, as after a kill: the store
// before it is never closed.
func reopen(t *testing.T, path string, start time.Time) *home {
	t.Helper()
	store, err := world.OpenStore(path)
	if err != nil {
		t.Fatal(err)
	}
	return open(t, func(opt *discordwire.Options) {
		opt.Store = store
		opt.Clock = world.NewClock(time.Now, start)
	})
}

func TestTheWorldSurvivesAKill(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	start := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	h := reopen(t, path, start)
	guild, channel := h.AddGuild("Second")
	person := h.AddPeople(guild, 1)[0]
	h.commands(giveaway())
	kept := h.post(o{"flags": v2, "components": []o{text("kept"), row(button("a", "A"))}})
	h.call(204, "PUT", "/channels/"+h.general+"/messages/"+kept.id()+"/reactions/%F0%9F%8E%89/@me", nil)
	gone := h.post(o{"content": "gone"}).id()
	h.call(204, "DELETE", "/channels/"+h.general+"/messages/"+gone, nil)
	dm := h.call(200, "POST", "/users/@me/channels", o{"recipient_id": one}).id()
	h.call(204, "PUT", "/guilds/"+h.guild+"/bans/"+two, o{})
	c, ready := h.bot(func(o) o { return o{"type": 4, "data": o{"content": "private", "flags": 64}} }), o{}
	if res := h.act(world.Action{As: one, Kind: world.ActPress, Message: kept.id(), Control: "a"}); !res.OK {
		t.Fatal(res.Error)
	}
	ready["session_id"] = "any"

	unique := o{"content": "once", "nonce": "n-1", "enforce_nonce": true}
	once := h.post(unique).id()

	soon := reopen(t, path, start.Add(time.Minute))
	if got := soon.post(unique); got.id() != once {
		t.Errorf("the nonce is forgotten: %s", got.raw)
	}
	soon.call(204, "DELETE", "/channels/"+h.general+"/messages/"+once, nil)
	again := reopen(t, path, start.Add(-time.Hour)) // even on a clock that went back
	got := again.call(200, "GET", "/channels/"+h.general+"/messages", nil).list()
	if len(got) != 1 || got[0]["id"] != kept.id() || dig(got[0], "reactions", 0, "count") != 1.0 || dig(got[0], "components", 0, "content") != "kept" {
		t.Errorf("messages are %v", got)
	}
	if n := len(again.Messages(one, h.general)); n != 1 {
		t.Errorf("%d messages, want none private", n)
	}
	again.call(200, "GET", "/channels/"+dm, nil)
	again.call(200, "GET", "/channels/"+channel, nil)
	again.call(200, "GET", "/guilds/"+guild+"/members/"+person, nil)
	again.call(200, "GET", "/guilds/"+h.guild+"/bans/"+two, nil)
	again.refused(10007, "GET", "/guilds/"+h.guild+"/members/"+two, nil)
	if list := again.call(200, "GET", "/applications/"+h.BotID()+"/commands", nil).list(); len(list) != 1 {
		t.Errorf("commands are %v", list)
	}
	if next := again.post(o{"content": "next"}); next.id() <= kept.id() {
		t.Errorf("a later message has the lower id %s after %s", next.id(), kept.id())
	}
	r := again.dial("/")
	resume(r, ready, c.last())
	if f := r.next("", 9); string(f.D) != "false" {
		t.Errorf("op 9 with %s", f.D)
	}
}

func TestTheSameNewcomerStandsThereAfterARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	h := reopen(t, path, time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC))
	again := reopen(t, path, time.Date(2026, 4, 2, 10, 0, 0, 0, time.UTC))
	if a, b := h.PersonID("newcomer"), again.PersonID("newcomer"); a != b || a == "" {
		t.Errorf("%s became %s", a, b)
	}
	if n := len(again.State(admin).Channels); n != 4 {
		t.Errorf("%d channels after a restart", n)
	}
}
