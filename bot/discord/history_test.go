package discord

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"animo/bot/chat"
)

// described is a guild with channels of many kinds; %s is who is in it.
const described = `{"id":"100","name":"Workshop","owner_id":"9","roles":[{"id":"100","permissions":"66560"},{"id":"2","permissions":"0"}],"channels":[
	{"id":"200","type":0,"last_message_id":"900"},{"id":"201","type":5,"last_message_id":null},{"id":"202","type":0},
	{"id":"203","type":0,"last_message_id":"903","permission_overwrites":[{"id":"2","type":0,"deny":"1024"}]},
	{"id":"204","type":0,"last_message_id":"904","permission_overwrites":[{"id":"1","type":1,"deny":"65536"}]},
	{"id":"205","type":2,"last_message_id":"905"},{"id":"206","type":13,"last_message_id":"906","permission_overwrites":[{"id":"1","type":1,"allow":"1048576"}]},
	{"id":"207","type":4},{"id":"208","type":15,"last_message_id":"210"}],
	"threads":[{"id":"210","type":11,"parent_id":"208","last_message_id":"910"},{"id":"211","type":12,"parent_id":"203","last_message_id":"911"}],"members":`

func TestTheNewestMessagesAreToldWhereTheBotMayRead(t *testing.T) {
	all := map[chat.ChannelID]string{
		"discord:200": "900", "discord:201": "", "discord:202": "", "discord:203": "903", "discord:204": "904",
		"discord:205": "905", "discord:206": "906", "discord:210": "910", "discord:211": "911",
	}
	for members, want := range map[string]map[chat.ChannelID]string{
		`[{"user":{"id":"1"},"roles":["2"]}]}`: {
			"discord:200": "900", "discord:201": "", "discord:202": "", "discord:206": "906", "discord:210": "910",
		},
		`[]}`: all, // its roles are not known
	} {
		got := receive(t, offline(t), [2]string{"GUILD_CREATE", described + members})
		if len(got) != 1 {
			t.Fatalf("%+v", got)
		}
		if d := cmp.Diff(want, got[0].(chat.Arrived).Newest); d != "" {
			t.Error(d)
		}
	}
}

func TestEveryEventNamesItsLine(t *testing.T) {
	b := &box{}
	in, a := &intake{box: b, line: "s1"}, offline(t)
	dispatches := [][2]string{
		{"GUILD_CREATE", described + "[]}"},
		{"MESSAGE_CREATE", said("301", "0", "")},
		{"MESSAGE_UPDATE", said("301", "0", `,"edited_timestamp":"2026-01-02T03:04:05+00:00"`)},
		{"MESSAGE_DELETE", `{"id":"301","channel_id":"200","guild_id":"100"}`},
		joins("GUILD_MEMBER_ADD", "5", ""),
		joins("GUILD_MEMBER_REMOVE", "5", ""),
		{"GUILD_DELETE", `{"id":"100"}`},
	}
	for _, c := range interactions() {
		if c.want != nil {
			dispatches = append(dispatches, asks(c.kind, c.rest))
		}
	}
	for _, d := range dispatches {
		if err := a.event(in, d[0], json.RawMessage(d[1])); err != nil {
			t.Fatal(err)
		}
	}
	if len(b.events) != len(dispatches) {
		t.Fatalf("%d events of %d", len(b.events), len(dispatches))
	}
	for _, e := range b.events {
		if e.Head().Line != "s1" {
			t.Errorf("%T came on %q", e, e.Head().Line)
		}
	}
}

func TestTheBoundOfATimeIsExact(t *testing.T) {
	at := created("1450000000000000000").Add(300 * time.Microsecond)
	bound := justBefore(at)
	if !chat.Newer(snowflakeAt(at), bound) || chat.Newer(snowflakeAt(at.Add(-time.Millisecond)), bound) {
		t.Errorf("%s bounds %v", bound, at)
	}
	if got := justBefore(time.Time{}); got != "0" {
		t.Errorf("no bound is %s", got)
	}
}
