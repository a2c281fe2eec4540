package discordwire_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"

	"github.com/coder/websocket"
)

func TestASessionBeginsWithReadyAndItsGuilds(t *testing.T) {
	h := open(t)
	other, _ := h.AddGuild("Second")
	c, ready := h.identify(every)
	if n := len(ready["guilds"].([]any)); n != 2 || ready["session_id"] == "" || dig(ready, "application", "id") != h.BotID() {
		t.Errorf("READY is %v", ready)
	}
	first, second := c.event("GUILD_CREATE"), c.event("GUILD_CREATE")
	if first["id"] != h.guild || second["id"] != other || first["member_count"] != 8.0 {
		t.Errorf("guilds %v and %v, %v members", first["id"], second["id"], first["member_count"])
	}
	if members := first["members"].([]any); len(members) != 1 {
		t.Errorf("%d members without the presence intent, want the bot alone", len(members))
	}
	if !h.Connected() {
		t.Error("not connected")
	}
}

func TestBadIdentitiesAreClosedWithTheirCode(t *testing.T) {
	h := open(t, func(opt *discordwire.Options) { opt.Privileged = discordwire.IntentMembers })
	for name, c := range map[string]struct {
		code  int
		op    int
		d     any
		query string
	}{
		"token":            {4004, 2, o{"token": "wrong", "intents": 1, "properties": o{}}, ""},
		"unknown intent":   {4013, 2, identity(1 << 30), ""},
		"no intents":       {4013, 2, o{"token": token, "properties": o{}}, ""},
		"not switched on":  {4014, 2, identity(1 << 15), ""},
		"shard":            {4010, 2, o{"token": token, "intents": 1, "properties": o{}, "shard": []int{1, 1}}, ""},
		"unidentified":     {4003, 8, o{"guild_id": h.guild, "query": "", "limit": 0}, ""},
		"unknown opcode":   {4001, 99, nil, ""},
		"not an object":    {4002, 2, "x", ""},
		"resume by token":  {4004, 6, o{"token": "wrong", "session_id": "x", "seq": 1}, ""},
		"an old version":   {4012, 1, nil, "?v=6"},
		"another encoding": {4012, 1, nil, "?encoding=etf"},
	} {
		t.Run(name, func(t *testing.T) {
			g := h.dial("/" + c.query)
			if c.query == "" {
				g.write(c.op, c.d)
			}
			if got := g.code(); got != c.code {
				t.Errorf("closed with %d, want %d", got, c.code)
			}
		})
	}
	c, _ := h.identify(1)
	c.write(2, identity(1))
	if got := c.code(); got != 4005 {
		t.Errorf("identifying twice closed with %d", got)
	}
}

func TestHeartbeatsAreAcknowledgedAndMissed(t *testing.T) {
	h := open(t, func(opt *discordwire.Options) { opt.HeartbeatInterval = 200 * time.Millisecond })
	c, _ := h.identify(1)
	c.write(1, 1)
	c.next("", 11)
	if code := c.code(); code != 4009 {
		t.Errorf("closed with %d", code)
	}
}

func TestMoreThan120SendsAMinuteAreTooMany(t *testing.T) {
	h := open(t)
	c, _ := h.identify(1)
	for range 120 {
		if c.ws.Write(context.Background(), websocket.MessageText, []byte(`{"op":1,"d":1}`)) != nil {
			break
		}
	}
	if code := c.code(); code != 4008 {
		t.Errorf("closed with %d", code)
	}
}

func TestEventsFollowIntents(t *testing.T) {
	h := open(t)
	c, _ := h.identify(1<<0 | 1<<9)
	if err := h.SetRoles(h.guild, two); err != nil {
		t.Fatal(err)
	}
	c.none("GUILD_MEMBER_UPDATE")
	full, _ := h.identify(every)
	if err := h.SetRoles(h.guild, two, h.RoleID(h.guild, "Regulars")); err != nil {
		t.Fatal(err)
	}
	if m := full.event("GUILD_MEMBER_UPDATE"); dig(m, "user", "id") != two {
		t.Errorf("%v", m)
	}
}

func TestContentNeedsItsIntent(t *testing.T) {
	h := open(t)
	bare, _ := h.identify(1<<0 | 1<<9 | 1<<12)
	full, _ := h.identify(every)
	for content, kept := range map[string]string{"a secret": "", "hey <@" + h.BotID() + ">": "hey <@" + h.BotID() + ">"} {
		if _, err := h.Post(h.general, one, content); err != nil {
			t.Fatal(err)
		}
		if got := bare.event("MESSAGE_CREATE"); got["content"] != kept || got["member"] == nil || got["guild_id"] != h.guild {
			t.Errorf("without the intent: %v", got)
		}
		if got := full.event("MESSAGE_CREATE"); got["content"] != content {
			t.Errorf("with the intent: %v", got)
		}
	}
	if res := h.Act(context.Background(), world.Action{As: one, Kind: world.ActMessage, Channel: h.BotID(), Text: "between us"}); !res.OK {
		t.Fatal(res.Error)
	}
	if got := bare.event("MESSAGE_CREATE"); got["content"] != "between us" || got["guild_id"] != nil {
		t.Errorf("a direct message: %v", got)
	}
}

func TestWhatTheBotCannotSeeIsNotSent(t *testing.T) {
	h := open(t)
	c, _ := h.identify(every)
	hidden := h.AddChannel(h.guild, "hidden")
	if err := h.Deny(hidden, discordwire.ViewChannel); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Post(hidden, one, "psst"); err != nil {
		t.Fatal(err)
	}
	c.none("MESSAGE_CREATE")
}

func resume(c *client, ready o, seq int64) {
	c.write(6, o{"token": token, "session_id": ready["session_id"], "seq": seq})
}

func TestAResumedSessionMissesNothing(t *testing.T) {
	h := open(t)
	c, ready := h.identify(every)
	c.event("GUILD_CREATE")
	seen := c.last()
	h.Drop(1006)
	if code := c.code(); code != -1 {
		t.Errorf("cut, yet closed with %d", code)
	}
	for _, word := range []string{"one", "two"} {
		if _, err := h.Post(h.general, one, word); err != nil {
			t.Fatal(err)
		}
	}
	again := h.dial("/")
	resume(again, ready, seen)
	for i, word := range []string{"one", "two"} {
		f := again.next("MESSAGE_CREATE", 0)
		if f.data()["content"] != word || f.S != seen+int64(i)+1 {
			t.Errorf("replayed %d %s", f.S, f.D)
		}
	}
	if f := again.next("RESUMED", 0); f.S != seen+3 {
		t.Errorf("RESUMED is number %d after %d", f.S, seen)
	}
	if _, err := h.Post(h.general, one, "three"); err != nil {
		t.Fatal(err)
	}
	if m := again.event("MESSAGE_CREATE"); m["content"] != "three" {
		t.Errorf("live: %v", m)
	}
}

func TestASessionThatCannotResumeIsInvalid(t *testing.T) {
	h := open(t)
	t.Run("unknown", func(t *testing.T) {
		c := h.dial("/")
		resume(c, o{"session_id": "unknown"}, 1)
		if f := c.next("", 9); string(f.D) != "false" {
			t.Errorf("op 9 with %s", f.D)
		}
		c.write(2, identity(every))
		c.event("READY")
	})
	t.Run("given up by 1000", func(t *testing.T) {
		h := open(t)
		c, ready := h.identify(every)
		if err := c.ws.Close(websocket.StatusNormalClosure, ""); err != nil {
			t.Fatal(err)
		}
		for end := time.Now().Add(brief); h.Connected() && time.Now().Before(end); {
			time.Sleep(time.Millisecond)
		}
		again := h.dial("/")
		resume(again, ready, 1)
		again.next("", 9)
	})
	t.Run("ahead of the server", func(t *testing.T) {
		_, ready := h.identify(every)
		again := h.dial("/")
		resume(again, ready, 1000)
		if code := again.code(); code != 4007 {
			t.Errorf("closed with %d", code)
		}
	})
	t.Run("forgotten", func(t *testing.T) {
		short := open(t, func(opt *discordwire.Options) { opt.SessionMemory = time.Nanosecond })
		c, ready := short.identify(every)
		short.Drop(4000)
		c.code()
		again := short.dial("/")
		resume(again, ready, 1)
		again.next("", 9)
	})
}

func TestTheServerAsksToReconnectAndInvalidates(t *testing.T) {
	h := open(t)
	c, ready := h.identify(every)
	h.Reconnect()
	c.next("", 7)
	h.Invalidate(true)
	if f := c.next("", 9); string(f.D) != "true" {
		t.Errorf("op 9 with %s", f.D)
	}
	resume(c, ready, c.last())
	c.event("RESUMED")
	h.Invalidate(false)
	if f := c.next("", 9); string(f.D) != "false" {
		t.Errorf("op 9 with %s", f.D)
	}
	again := h.dial("/")
	resume(again, ready, c.last())
	again.next("", 9)
}

func TestADropKeepsOrEndsTheSessionByItsCode(t *testing.T) {
	h := open(t)
	for code, kept := range map[int]bool{4000: true, 4009: false} {
		c, ready := h.identify(every)
		c.event("GUILD_CREATE")
		h.Drop(code)
		if got := c.code(); got != code {
			t.Errorf("closed with %d, want %d", got, code)
		}
		again := h.dial("/")
		resume(again, ready, c.last())
		if kept {
			again.event("RESUMED")
		} else {
			again.next("", 9)
		}
	}
}

func TestAFrozenConnectionIsSilentAndResumesElsewhere(t *testing.T) {
	h := open(t)
	c, ready := h.identify(every)
	c.event("GUILD_CREATE")
	seen := c.last()
	h.Freeze()
	c.write(1, seen)
	if _, err := h.Post(h.general, one, "unheard"); err != nil {
		t.Fatal(err)
	}
	again := h.dial("/")
	resume(again, ready, seen)
	if m := again.event("MESSAGE_CREATE"); m["content"] != "unheard" {
		t.Errorf("%v", m)
	}
	select {
	case f := <-c.frames:
		t.Errorf("a frozen connection brought %+v", f)
	default:
	}
	h.Thaw()
	c.next("MESSAGE_CREATE", 0)
}

func TestEventsCanComeTwiceAndLate(t *testing.T) {
	h := open(t)
	c, _ := h.identify(every)
	h.Duplicate(1)
	if _, err := h.Post(h.general, one, "twice"); err != nil {
		t.Fatal(err)
	}
	a, b := c.next("MESSAGE_CREATE", 0), c.next("MESSAGE_CREATE", 0)
	if string(a.D) != string(b.D) || b.S != a.S+1 {
		t.Errorf("%d %s, then %d %s", a.S, a.D, b.S, b.D)
	}
	h.Late(100 * time.Millisecond)
	began := time.Now()
	if _, err := h.Post(h.general, one, "late"); err != nil {
		t.Fatal(err)
	}
	c.event("MESSAGE_CREATE")
	if d := time.Since(began); d < 100*time.Millisecond {
		t.Errorf("came after %v", d)
	}
}

func TestMembersAreSentInChunks(t *testing.T) {
	h := open(t)
	h.AddPeople(h.guild, 1100)
	c, _ := h.identify(every)
	c.write(8, o{"guild_id": h.guild, "query": "", "limit": 0, "nonce": "n"})
	a, b := c.event("GUILD_MEMBERS_CHUNK"), c.event("GUILD_MEMBERS_CHUNK")
	if n := len(a["members"].([]any)) + len(b["members"].([]any)); n != 1108 || b["chunk_index"] != 1.0 || b["nonce"] != "n" {
		t.Errorf("%d members, the last chunk %v of %v", n, b["chunk_index"], b["chunk_count"])
	}
	c.write(8, o{"guild_id": h.guild, "user_ids": []string{one, nobody}})
	if d := c.event("GUILD_MEMBERS_CHUNK"); len(d["members"].([]any)) != 1 || dig(d, "not_found", 0) != nobody {
		t.Errorf("%v", d)
	}
	low, _ := h.identify(1)
	low.write(8, o{"guild_id": h.guild, "query": "", "limit": 0})
	if code := low.code(); code != 4014 {
		t.Errorf("all members without the intent: closed with %d", code)
	}
}

func TestShardsShareTheGuilds(t *testing.T) {
	h := open(t)
	var got int
	for shard := range 2 {
		c := h.dial("/")
		id := identity(every)
		id["shard"] = []int{shard, 2}
		c.write(2, id)
		got += len(c.event("READY")["guilds"].([]any))
	}
	if got != 1 {
		t.Errorf("the guild is on %d of two shards", got)
	}
}

func TestAGuildComesToItsShardAlone(t *testing.T) {
	h := open(t, func(opt *discordwire.Options) { opt.Shards, opt.Concurrency = 3, 2 })
	plan := h.call(http.StatusOK, "GET", "/gateway/bot", nil)
	if n, _ := plan.o["shards"].(float64); n != 3 {
		t.Errorf("%s shards are recommended", plan.raw)
	}
	if l, _ := plan.o["session_start_limit"].(o); l["max_concurrency"] != 2.0 {
		t.Errorf("the start limit is %v", l)
	}
	shards := make([]*client, 3)
	for n := range shards {
		shards[n] = h.dial("/")
		id := identity(every)
		id["shard"] = []int{n, 3}
		shards[n].write(2, id)
		shards[n].event("READY")
	}
	if there := h.Shards(); len(there) != 3 || there[[2]int64{1, 3}] != 1 {
		t.Errorf("the shards connected are %v", there)
	}
	guild, _ := h.AddGuild("Elsewhere")
	id, err := strconv.ParseInt(guild, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	for n, c := range shards {
		c.write(1, nil) // what comes to a shard comes before the answer
		came := false
		for f := c.next2(); f.Op != 11; f = c.next2() {
			came = came || f.T == "GUILD_CREATE" && f.data()["id"] == guild
		}
		if its := int(id >> 22 % 3); came != (n == its) {
			t.Errorf("the guild is of shard %d, and came to %d: %v", its, n, came)
		}
	}
}

func TestOneCompressionSpansTheConnection(t *testing.T) {
	h := open(t)
	c, _, err := websocket.Dial(context.Background(), "ws"+h.url[4:]+"/gateway/?compress=zlib-stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	defer c.CloseNow()
	c.SetReadLimit(1 << 24)
	raw, err := json.Marshal(o{"op": 2, "d": identity(1)})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Write(context.Background(), websocket.MessageText, raw); err != nil {
		t.Fatal(err)
	}
	r, w := io.Pipe()
	go func() {
		for {
			kind, data, err := c.Read(context.Background())
			if err != nil || kind != websocket.MessageBinary || !bytes.HasSuffix(data, []byte{0, 0, 0xff, 0xff}) {
				w.Close()
				return
			}
			if _, err := w.Write(data); err != nil {
				return
			}
		}
	}()
	plain, err := zlib.NewReader(r)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(plain)
	for _, want := range []string{"", "READY", "GUILD_CREATE"} {
		var f frame
		if err := d.Decode(&f); err != nil || f.T != want {
			t.Fatalf("%q, %v; want %q", f.T, err, want)
		}
	}
}
