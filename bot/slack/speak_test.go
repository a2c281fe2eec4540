package slack

import (
	"context"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

func hello(key string) chat.Message {
	return chat.Message{Key: key, Card: chat.Say(chat.Words("hello"))}
}

func TestAPostIsFoundByItsKey(t *testing.T) {
	d := open(t)
	general := d.channel("general")
	since := d.clock.Now()
	ref := must(d.a.Post(t.Context(), general, hello("key-1")))(t)
	found, ok, err := d.a.Find(t.Context(), general, "key-1", since)
	if err != nil || !ok || found != ref {
		t.Errorf("%v %v %v, want %v", found, ok, err, ref)
	}
	if _, ok, err := d.a.Find(t.Context(), general, "key-2", since); ok || err != nil {
		t.Errorf("another key: %v %v", ok, err)
	}
	if _, ok, _ := d.a.Find(t.Context(), general, "key-1", since.Add(time.Hour)); ok {
		t.Error("found although older than asked for")
	}
}

func TestAnEditKeepsTheKey(t *testing.T) {
	d := open(t)
	general := d.channel("general")
	ref := must(d.a.Post(t.Context(), general, hello("key-1")))(t)
	if err := d.a.Edit(t.Context(), ref, chat.Say(chat.Words("changed"))); err != nil {
		t.Fatal(err)
	}
	m := d.seen("member-1", "general")
	if last := m[len(m)-1]; text(last) != "changed" || !last.Edited {
		t.Errorf("%+v", last)
	}
	if _, ok, err := d.a.Find(t.Context(), general, "key-1", time.Time{}); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
}

func TestAnAmbiguousPostIsFoundAfterwards(t *testing.T) {
	d := open(t)
	general := d.channel("general")
	for name, f := range map[string]world.Fault{
		"reset": {Reset: true}, "cut": {Cut: true}, "500": {Status: 500},
	} {
		f.Path, f.Apply, f.Times = `^chat\.postMessage$`, true, 1
		d.fault(f)
		_, err := d.a.Post(t.Context(), general, hello("key-"+name))
		if chat.TroubleOf(err) != chat.TroubleUnsure {
			t.Errorf("%s: %v", name, err)
		}
		if _, ok, err := d.a.Find(t.Context(), general, "key-"+name, d.clock.Now().Add(-time.Minute)); !ok || err != nil {
			t.Errorf("%s: %v %v", name, ok, err)
		}
	}
}

func TestAPostThatNeverLeftIsTransient(t *testing.T) {
	d := open(t)
	must(d.a.identify(t.Context()))(t)
	ctx, stop := context.WithCancel(t.Context())
	stop()
	_, err := d.a.Post(ctx, d.channel("general"), hello("k"))
	if chat.TroubleOf(err) != chat.TroubleTransient {
		t.Errorf("%v", err)
	}
}

func TestRefusalsAreSorted(t *testing.T) {
	d := open(t)
	gone := channelID(d.TeamID(), "C0NOWHERE")
	for _, c := range []struct {
		name string
		do   func() error
		want chat.Trouble
		lack string
	}{
		{"no membership", func() error { _, err := d.a.Post(t.Context(), d.channel("without-animo"), hello("k")); return err }, chat.TroubleForbidden, "not_in_channel"},
		{"read only", func() error { _, err := d.a.Post(t.Context(), d.channel("read-only"), hello("k")); return err }, chat.TroubleForbidden, "restricted_action"},
		{"no channel", func() error { _, err := d.a.Post(t.Context(), gone, hello("k")); return err }, chat.TroubleGone, ""},
		{"another workspace", func() error { _, err := d.a.Post(t.Context(), "slack:T0OTHER/C1", hello("k")); return err }, chat.TroubleGone, ""},
		{"another network", func() error { _, err := d.a.Post(t.Context(), "discord:1", hello("k")); return err }, chat.TroubleGone, ""},
		{"no message", func() error {
			return d.a.Edit(t.Context(), chat.MessageRef{Channel: d.channel("general"), ID: "1.000001"}, chat.Card{})
		}, chat.TroubleGone, ""},
		{"someone else's message", func() error {
			ts := must(d.Server.Post(d.UserID("member-1"), d.ChannelID("general"), "mine"))(t)
			return d.a.Delete(t.Context(), chat.MessageRef{Channel: d.channel("general"), ID: ts})
		}, chat.TroubleForbidden, "cant_delete_message"},
		{"no member", func() error { _, err := d.a.Direct(t.Context(), memberID(d.TeamID(), "U0NOBODY")); return err }, chat.TroubleGone, ""},
	} {
		err := c.do()
		if chat.TroubleOf(err) != c.want || c.lack != "" && !strings.Contains(err.Error(), c.lack) {
			t.Errorf("%s: %v, want %s", c.name, err, c.want)
		}
	}
}

func TestALimitSaysWhenToTryAgain(t *testing.T) {
	d := open(t)
	d.fault(world.Fault{Path: `^chat\.postMessage$`, Status: 429, RetryAfter: 7 * time.Second})
	_, err := d.a.Post(t.Context(), d.channel("general"), hello("k"))
	if chat.TroubleOf(err) != chat.TroubleLimited || retryAfter(err) != 7*time.Second {
		t.Errorf("%v", err)
	}
}

func TestDeletingWhatIsGoneIsNoError(t *testing.T) {
	d := open(t)
	ref := must(d.a.Post(t.Context(), d.channel("general"), hello("k")))(t)
	for range 2 {
		if err := d.a.Delete(t.Context(), ref); err != nil {
			t.Fatal(err)
		}
	}
}

func TestADirectConversationIsOpened(t *testing.T) {
	d := open(t)
	to := must(d.a.Direct(t.Context(), d.member("member-1")))(t)
	ref := must(d.a.Post(t.Context(), to, hello("dm-1")))(t)
	if ref.Channel != to {
		t.Errorf("%v, want %v", ref.Channel, to)
	}
	if _, ok, err := d.a.Find(t.Context(), to, "dm-1", time.Time{}); !ok || err != nil {
		t.Errorf("%v %v", ok, err)
	}
	c, err := d.a.Channel(t.Context(), to)
	if err != nil || !c.Private || len(c.Missing) > 0 {
		t.Errorf("%+v %v", c, err)
	}
}

func TestAnAnswerToAMessageIsSeenInTheChannelAndFound(t *testing.T) {
	d := open(t)
	general := d.channel("general")
	first := must(d.a.Post(t.Context(), general, hello("k1")))(t)
	second := hello("k2")
	second.ReplyTo = first
	ref := must(d.a.Post(t.Context(), general, second))(t)
	found, ok, err := d.a.Find(t.Context(), general, "k2", time.Time{})
	if err != nil || !ok || found != ref {
		t.Errorf("%v %v %v", found, ok, err)
	}
}

func TestAnAnswerToADeletedMessageIsSaidAllTheSame(t *testing.T) {
	d := open(t)
	m := hello("k")
	m.ReplyTo = chat.MessageRef{Channel: d.channel("general"), ID: "1772442000.000001"}
	ref := must(d.a.Post(t.Context(), d.channel("general"), m))(t)
	if seen := d.seen("member-1", "general"); len(seen) == 0 || seen[len(seen)-1].ID != ref.ID {
		t.Errorf("%+v", seen)
	}
}

func TestFilesFollowTheirMessage(t *testing.T) {
	d := open(t)
	m := hello("k")
	m.Files = []chat.File{{Name: "entries.csv", Type: "text/csv", Data: []byte("a,b\n")}, {Name: "empty.txt"}}
	must(d.a.Post(t.Context(), d.channel("general"), m))(t)
	if n := len(d.requests(`^files\.completeUploadExternal$`)); n != 1 {
		t.Errorf("%d files shared", n)
	}
}

func TestOnlyThePingedAreMentioned(t *testing.T) {
	d := open(t)
	one, two := d.member("member-1"), d.member("member-2")
	c := chat.Say(chat.L(chat.Mention(one), chat.T(" thanks "), chat.Mention(two)))
	c.Pings.Members = []chat.MemberID{one}
	must(d.a.Post(t.Context(), d.channel("general"), chat.Message{Key: "k", Card: c}))(t)
	m := d.seen("member-3", "general")
	native := string(m[len(m)-1].Native)
	if !strings.Contains(native, d.UserID("member-1")) || strings.Contains(native, d.UserID("member-2")) || !strings.Contains(native, "@Member 2") {
		t.Error(native)
	}
}

func TestTheDirectoryKnowsTheWorkspace(t *testing.T) {
	d := open(t)
	space := spaceID(d.TeamID())
	s, err := d.a.Space(t.Context(), space)
	if err != nil || s.Name != "The Workshop" {
		t.Errorf("%+v %v", s, err)
	}
	m, err := d.a.Member(t.Context(), space, d.member("admin"))
	if err != nil || !m.Present || !m.Manager || m.Name != "Admin" {
		t.Errorf("%+v %v", m, err)
	}
	if _, err := d.a.Member(t.Context(), space, memberID(d.TeamID(), "U0NOBODY")); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("%v", err)
	}
	if _, err := d.a.Member(t.Context(), "slack:T0OTHER", d.member("admin")); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("%v", err)
	}
	list, err := d.a.Channels(t.Context(), space)
	missing := map[string]string{}
	for _, c := range list {
		missing[c.Name] = strings.Join(c.Missing, " ")
	}
	if err != nil || missing["general"] != "" || missing["team"] != "" || missing["without-animo"] != "not_in_channel" {
		t.Errorf("%v %v", missing, err)
	}
	ref := must(d.a.Post(t.Context(), d.channel("general"), hello("k")))(t)
	if link, err := d.a.Permalink(t.Context(), space, ref); err != nil || !strings.HasPrefix(link, "https://") {
		t.Errorf("%q %v", link, err)
	}
}
