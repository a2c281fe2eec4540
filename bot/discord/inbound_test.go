package discord

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"animo/bot/chat"
)

// box keeps what comes in.
type box struct {
	mu     sync.Mutex
	events []chat.Event
	asked  []chat.Responder
}

// Deliver implements chat.Inbox.
func (b *box) Deliver(e chat.Event, _ func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
}

// Interact implements chat.Inbox.
func (b *box) Interact(e chat.Event, r chat.Responder, _ func()) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.events = append(b.events, e)
	b.asked = append(b.asked, r)
}

// offline is an adapter that never asks anybody.
func offline(t testing.TB) *Adapter {
	t.Helper()
	a, err := New(Config{Token: "x", APIURL: "http://127.0.0.1:1"}, Deps{Machine: time.Now, Now: func() time.Time { return ends }})
	if err != nil {
		t.Fatal(err)
	}
	a.self = identity{User: "1", Application: "1"}
	return a
}

// receive hands dispatches to an adapter and returns what it made of them.
func receive(t testing.TB, a *Adapter, dispatches ...[2]string) []chat.Event {
	t.Helper()
	b := &box{}
	for _, d := range dispatches {
		if err := a.event(&intake{box: b}, d[0], json.RawMessage(d[1])); err != nil {
			t.Fatalf("%s: %v", d[0], err)
		}
	}
	return b.events
}

const who = `"member":{"user":{"id":"175928847299117063","username":"member-1","global_name":"Member 1"},"nick":null,` +
	`"roles":["7"],"joined_at":"2026-01-02T03:04:05.678000+00:00","permissions":"32","avatar":{}}`

// asks builds an interaction of a member.
func asks(kind int, rest string) [2]string {
	return [2]string{"INTERACTION_CREATE", fmt.Sprintf(
		`{"id":"1450000000000000000","application_id":"1","type":%d,"token":"t","guild_id":"100","channel_id":"200","locale":"fr",%s,%s,"version":1}`, kind, who, rest)}
}

func askedMeta() chat.Meta {
	return chat.Meta{
		ID: "1450000000000000000", Space: "discord:100", Channel: "discord:200", At: created("1450000000000000000"),
		Actor: chat.Actor{
			ID: "discord:175928847299117063", Name: "Member 1", Roles: []chat.RoleID{"discord:7"}, Manager: true, Locale: "fr",
			Joined: time.Date(2026, 1, 2, 3, 4, 5, 678e6, time.UTC), Created: time.Date(2016, 4, 30, 11, 18, 25, 796e6, time.UTC),
		},
	}
}

// understood is an interaction with the event it becomes, nil for none.
type understood struct {
	kind int
	rest string
	want chat.Event
}

func interactions() map[string]understood {
	return map[string]understood{
		"command": {
			2, `"data":{"type":1,"name":"setup","options":[{"name":"zone","type":3,"value":"Europe/Paris"},{"name":"n","type":4,"value":3},
			{"name":"m","type":4,"value":2e3},{"name":"on","type":5,"value":true},{"name":"who","type":6,"value":"5"},{"name":"where","type":7,"value":"6"},{"name":"role","type":8,"value":"7"}]}`,
			chat.Invoked{Meta: askedMeta(), Path: []string{"setup"}, Args: chat.Values{
				"zone": "Europe/Paris", "n": "3", "m": "2000", "on": "true", "who": "discord:5", "where": "discord:6", "role": "discord:7",
			}},
		},
		"sub-command": {
			2, `"data":{"type":1,"name":"giveaway","options":[{"name":"start","type":1,"options":[{"name":"prize","type":3,"value":"a \"b\" é"}]}]}`,
			chat.Invoked{Meta: askedMeta(), Path: []string{"giveaway", "start"}, Args: chat.Values{"prize": `a "b" é`}},
		},
		"group": {
			2, `"data":{"type":1,"name":"a","options":[{"name":"b","type":2,"options":[{"name":"c","type":1}]}]}`,
			chat.Invoked{Meta: askedMeta(), Path: []string{"a", "b", "c"}, Args: chat.Values{}},
		},
		"shortcut": {
			2, `"data":{"type":3,"name":"Reroll","target_id":"300","resolved":{"messages":{"300":{"content":1}}}}`,
			chat.Shortcut{Meta: askedMeta(), Name: "Reroll", Message: chat.MessageRef{Channel: "discord:200", ID: "300"}},
		},
		"press": {
			3, `"message":{"id":"300","channel_id":"200","flags":64,"components":[{"type":99}]},"data":{"component_type":2,"custom_id":"giveaway|enter|g1|x"}`,
			chat.Pressed{Meta: askedMeta(), Action: chat.Act("giveaway", "enter", "g1").With("x"), Message: chat.MessageRef{Channel: "discord:200", ID: "300"}, Private: true},
		},
		"menu": {
			3, `"message":{"id":"300"},"data":{"component_type":3,"custom_id":"a|b|c","values":["x","y"]}`,
			chat.Pressed{Meta: askedMeta(), Action: chat.Act("a", "b", "c"), Values: []string{"x", "y"}, Message: chat.MessageRef{Channel: "discord:200", ID: "300"}},
		},
		"member menu": {
			3, `"message":{"id":"300"},"data":{"component_type":5,"custom_id":"a|b|c","values":["5"]}`,
			chat.Pressed{Meta: askedMeta(), Action: chat.Act("a", "b", "c"), Values: []string{"discord:5"}, Message: chat.MessageRef{Channel: "discord:200", ID: "300"}},
		},
		"completion": {
			4, `"data":{"type":1,"name":"g","options":[{"name":"end","type":1,"options":[{"name":"id","type":3,"value":"ni","focused":true},{"name":"n","type":4,"value":2}]}]}`,
			chat.Completing{Meta: askedMeta(), Path: []string{"g", "end"}, Option: "id", Partial: "ni", Args: chat.Values{"id": "ni", "n": "2"}},
		},
		"form with labels": {
			5, `"data":{"custom_id":"g|new|1","components":[{"type":18,"component":{"type":4,"custom_id":"prize","value":"Nitro"}},
			{"type":18,"component":{"type":3,"custom_id":"n","values":["2"]}},{"type":18,"component":{"type":8,"custom_id":"where","values":["6"]}},{"type":18,"component":{"type":3,"custom_id":"none","values":[]}}]}`,
			chat.Submitted{Meta: askedMeta(), Action: chat.Act("g", "new", "1"), Values: chat.Values{"prize": "Nitro", "n": "2", "where": "discord:6", "none": ""}},
		},
		"form with rows": {
			5, `"data":{"custom_id":"g|new|1","components":[{"type":1,"components":[{"type":4,"custom_id":"prize","value":"Nitro"}]}]}`,
			chat.Submitted{Meta: askedMeta(), Action: chat.Act("g", "new", "1"), Values: chat.Values{"prize": "Nitro"}},
		},
		"unknown command kind": {2, `"data":{"type":2,"name":"x"}`, nil},
		"unknown custom_id":    {3, `"message":{"id":"300"},"data":{"custom_id":"old"}`, nil},
		"unknown kind":         {9, `"data":{}`, nil},
	}
}

func TestInteractionsAreUnderstood(t *testing.T) {
	for name, c := range interactions() {
		t.Run(name, func(t *testing.T) {
			var want []chat.Event
			if c.want != nil {
				want = []chat.Event{c.want}
			}
			if d := cmp.Diff(want, receive(t, offline(t), asks(c.kind, c.rest))); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAnInteractionInADirectConversationHasNoSpace(t *testing.T) {
	got := receive(t, offline(t), [2]string{"INTERACTION_CREATE", `{"id":"5","type":3,"token":"t","channel_id":"2","user":{"id":"9","username":"member-1"},
		"message":{"id":"3"},"data":{"custom_id":"a|b|c"}}`})
	if len(got) != 1 || got[0].Head().Space != "" || got[0].Head().Actor.ID != "discord:9" {
		t.Errorf("%+v", got)
	}
}

func said(id, kind, rest string) string {
	return fmt.Sprintf(`{"id":%q,"channel_id":"200","guild_id":"100","type":%s,"author":{"id":"5","username":"member-1"},"member":{"roles":["2"]},"content":"hi"%s}`, id, kind, rest)
}

func TestMessagesAreTold(t *testing.T) {
	guildCreate := [2]string{"GUILD_CREATE", `{"id":"100","name":"Workshop","preferred_locale":"fr","owner_id":"9","roles":[{"id":"100","permissions":"0"},{"id":"2","permissions":"8"}],
		"channels":[{"id":"200","type":0}],"threads":[{"id":"210","type":11,"parent_id":"200"}],"members":[{"user":{"id":"1"},"roles":["2"]}]}`}
	got := receive(t, offline(t), guildCreate,
		[2]string{"MESSAGE_CREATE", said("301", "0", "")},
		[2]string{"MESSAGE_CREATE", said("302", "7", "")},
		[2]string{"MESSAGE_CREATE", said("303", "19", `,"webhook_id":"8"`)},
		[2]string{"MESSAGE_CREATE", `{"id":"304","channel_id":"210","guild_id":"100","author":{"id":"1"},"content":"own"}`},
		[2]string{"MESSAGE_UPDATE", said("301", "0", `,"edited_timestamp":"2026-01-02T03:04:05+00:00"`)},
		[2]string{"MESSAGE_UPDATE", said("301", "0", `,"edited_timestamp":null`)},
		[2]string{"MESSAGE_UPDATE", `{"id":"301","channel_id":"200","embeds":[]}`},
		[2]string{"MESSAGE_DELETE", `{"id":"301","channel_id":"200","guild_id":"100"}`},
		[2]string{"MESSAGE_DELETE_BULK", `{"ids":["302","303"],"channel_id":"210","guild_id":"100"}`},
		[2]string{"SOMETHING_NEW", `[1]`},
	)
	var kinds []string
	for _, e := range got {
		kinds = append(kinds, fmt.Sprintf("%T %s", e, e.Head().ID))
	}
	want := []string{
		"chat.Arrived arrived:100:1774814400000000000", "chat.Posted posted:301", "chat.Posted posted:303", "chat.Posted posted:304",
		"chat.Edited edited:301:2026-01-02T03:04:05+00:00", "chat.Deleted deleted:301", "chat.Deleted deleted:302", "chat.Deleted deleted:303",
	}
	if d := cmp.Diff(want, kinds); d != "" {
		t.Fatal(d)
	}
	if first := got[1].(chat.Posted); !first.Actor.Manager || first.Actor.Bot || first.Text != "hi" || first.Thread != "" {
		t.Errorf("%+v", first)
	}
	if !got[2].Head().Actor.Bot {
		t.Error("a webhook is taken for a person")
	}
	own := got[3].(chat.Posted)
	if !own.Actor.Bot || own.Thread != "210" || own.Channel != "discord:200" || own.Message.Channel != "discord:210" {
		t.Errorf("a thread's message is %+v", own)
	}
}

func joins(kind, user, rest string) [2]string {
	return [2]string{kind, fmt.Sprintf(`{"guild_id":"100","user":{"id":%q,"username":"x"},"roles":[],"joined_at":"2026-01-02T03:04:05+00:00"%s}`, user, rest)}
}

func TestAMemberHasJoinedOnceScreeningIsOver(t *testing.T) {
	got := receive(t, offline(t),
		joins("GUILD_MEMBER_ADD", "5", ""),
		joins("GUILD_MEMBER_ADD", "6", `,"pending":true`),
		joins("GUILD_MEMBER_UPDATE", "5", `,"pending":false`),
		joins("GUILD_MEMBER_UPDATE", "6", `,"pending":true`),
		joins("GUILD_MEMBER_UPDATE", "6", `,"pending":false`),
		joins("GUILD_MEMBER_UPDATE", "6", `,"pending":false`),
		joins("GUILD_MEMBER_REMOVE", "5", ""),
		joins("GUILD_MEMBER_REMOVE", "1", ""),
	)
	var ids []string
	for _, e := range got {
		ids = append(ids, e.Head().ID)
	}
	want := []string{"joined:100:5:1767323045000", "joined:100:6:1767323045000", "left:100:5:177481440"}
	if d := cmp.Diff(want, ids); d != "" {
		t.Error(d)
	}
}

func TestAnOutageIsNoDeparture(t *testing.T) {
	got := receive(t, offline(t),
		[2]string{"GUILD_DELETE", `{"id":"100","unavailable":true}`},
		[2]string{"GUILD_CREATE", `{"id":"100","unavailable":true}`},
		[2]string{"GUILD_DELETE", `{"id":"100"}`})
	if len(got) != 1 {
		t.Fatalf("%+v", got)
	}
	if _, ok := got[0].(chat.Departed); !ok {
		t.Errorf("%+v", got[0])
	}
}

func TestChangesToAGuildAreFollowed(t *testing.T) {
	a := offline(t)
	receive(t, a,
		[2]string{"GUILD_CREATE", `{"id":"100","name":"Old","owner_id":"9","roles":[{"id":"100","permissions":"3072"},{"id":"2","permissions":"65536"}],"channels":[{"id":"200","type":0,"name":"a"}],"members":[{"user":{"id":"1"},"roles":["2"]}]}`},
		[2]string{"GUILD_UPDATE", `{"id":"100","name":"New","owner_id":"8","preferred_locale":"fr"}`},
		[2]string{"CHANNEL_CREATE", `{"id":"201","guild_id":"100","type":0,"name":"b"}`},
		[2]string{"CHANNEL_UPDATE", `{"id":"201","guild_id":"100","type":0,"name":"c","permission_overwrites":[{"id":"1","type":1,"allow":"0","deny":"2048"}]}`},
		[2]string{"CHANNEL_DELETE", `{"id":"200","guild_id":"100"}`},
		[2]string{"THREAD_CREATE", `{"id":"210","guild_id":"100","type":11,"parent_id":"201"}`},
		[2]string{"THREAD_LIST_SYNC", `{"guild_id":"100","threads":[{"id":"211","type":11,"parent_id":"201"}]}`},
		[2]string{"GUILD_ROLE_CREATE", `{"guild_id":"100","role":{"id":"3","permissions":"0"}}`},
	)
	ch, err := a.Channel(t.Context(), "discord:201")
	if err != nil {
		t.Fatal(err)
	}
	want := chat.Channel{ID: "discord:201", Space: "discord:100", Name: "c", Missing: []string{rightSendMessages}}
	if d := cmp.Diff(want, ch); d != "" {
		t.Error(d)
	}
	space, err := a.Space(t.Context(), "discord:100")
	if err != nil || space.Name != "New" || space.Owner != "discord:8" || space.Locale != "fr" {
		t.Errorf("%+v, %v", space, err)
	}
	if parent, ok := a.guilds.threadIn("100", "211"); !ok || parent != "201" {
		t.Error("a thread is unknown")
	}
	receive(t, a, [2]string{"GUILD_ROLE_DELETE", `{"guild_id":"100","role_id":"2"}`})
	if ch, _ = a.Channel(t.Context(), "discord:201"); len(ch.Missing) != 2 {
		t.Errorf("without its role the bot lacks %v", ch.Missing)
	}
	if all, err := a.Channels(t.Context(), "discord:100"); err != nil || len(all) != 1 {
		t.Errorf("%+v, %v", all, err)
	}
}

func FuzzInbound(f *testing.F) {
	kinds := []string{
		"INTERACTION_CREATE", "MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE", "MESSAGE_DELETE_BULK", "GUILD_MEMBER_ADD", "GUILD_MEMBER_UPDATE",
		"GUILD_MEMBER_REMOVE", "GUILD_CREATE", "GUILD_DELETE", "CHANNEL_CREATE", "THREAD_LIST_SYNC", "GUILD_ROLE_DELETE", "GUILD_UPDATE",
	}
	f.Add(uint8(0), asks(3, `"message":{"id":"300"},"data":{"component_type":5,"custom_id":"a|b|c","values":["5"]}`)[1])
	f.Add(uint8(1), said("1", "0", ""))
	f.Add(uint8(5), joins("", "5", `,"pending":true`)[1])
	f.Add(uint8(8), `{"id":"1","roles":null,"members":[{}],"channels":[{"permission_overwrites":[{"allow":[]}]}]}`)
	f.Fuzz(func(t *testing.T, kind uint8, data string) {
		a, b := offline(t), &box{}
		if json.Valid([]byte(data)) {
			_ = a.event(&intake{box: b}, kinds[int(kind)%len(kinds)], json.RawMessage(data))
		}
		for _, e := range b.events {
			if m := e.Head(); m.ID == "" {
				t.Errorf("%s gave an event without an id: %+v", data, e)
			}
		}
	})
}
