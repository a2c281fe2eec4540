package slack_test

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
	"animo/bot/slack"
)

func TestTheAdapterKeepsItsPromises(t *testing.T) { chattest.Run(t, &townsfolk{}) }

// townsfolk are the people of a Slack that runs here.
type townsfolk struct{ wire *slackwire.Server }

// Start implements chattest.Harness.
func (l *townsfolk) Start(t *testing.T, menu chat.CommandMenu, in chat.Inbox) chattest.Stage {
	t.Helper()
	manifest, err := slack.Manifest(menu, slack.ManifestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	l.wire, err = slackwire.New(slackwire.Options{
		Clock: world.NewClock(time.Now, time.Time{}), Manifest: manifest, BotToken: "xoxb-sandbox", AppToken: "xapp-sandbox",
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(l.wire.Handler())
	a, err := slack.New(slack.Config{BotToken: "xoxb-sandbox", AppToken: "xapp-sandbox", APIURL: web.URL}, slack.Deps{Machine: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	a.Hasten()
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	t.Cleanup(func() {
		stop()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
		_ = l.wire.Close()
		web.Close()
	})
	if err := a.Register(t.Context(), menu); err != nil {
		t.Fatal(err)
	}
	go func() { ended <- a.Run(ctx, in) }()
	return l.stage(t, a)
}

func (l *townsfolk) stage(t *testing.T, a chat.Platform) chattest.Stage {
	t.Helper()
	absent := l.wire.UserID("member-4")
	if err := l.wire.Deactivate(absent); err != nil {
		t.Fatal(err)
	}
	s := chattest.Stage{
		Platform: a, Space: chat.NewID[chat.SpaceID](chat.Slack, l.wire.TeamID()), Name: l.wire.State("admin").SpaceName,
		Open: l.place(l.wire.ChannelID("general")), Closed: l.place(l.wire.ChannelID("without-animo")), Nowhere: l.place("C0NOWHERE"),
		One: l.person(l.wire.UserID("member-1")), Two: l.person(l.wire.UserID("member-2")), Absent: l.person(absent),
	}
	groups, err := a.Roles(t.Context(), s.Space)
	if err != nil || len(groups) != 1 {
		t.Fatalf("%+v, %v", groups, err)
	}
	s.Apart, s.Staff, s.Role = l.place(l.wire.ChannelID(groups[0].Handle)), l.person(l.wire.UserID("admin")), groups[0].ID
	s.Guest = l.person(l.wire.UserID("guest"))
	for _, id := range l.wire.AddPeople(100) {
		s.Crowd = append(s.Crowd, l.person(id))
	}
	return s
}

func (l *townsfolk) place(id string) chat.ChannelID {
	return chat.NewID[chat.ChannelID](chat.Slack, l.wire.TeamID()+"/"+id)
}

func (l *townsfolk) person(id string) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Slack, l.wire.TeamID()+"/"+id)
}

// theirs is what Slack calls an id.
func theirs[T chat.MemberID | chat.ChannelID](id T) string {
	_, name, _ := strings.Cut(chat.Native(id), "/")
	return name
}

func (l *townsfolk) act(t *testing.T, as chat.MemberID, a world.Action) chattest.Outcome {
	t.Helper()
	a.As = theirs(as)
	r := l.wire.Act(a)
	o := chattest.Outcome{Error: r.Error}
	if r.Modal != nil {
		o.Form = r.Modal.ID
	}
	return o
}

// Command implements chattest.Harness.
func (l *townsfolk) Command(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) chattest.Outcome {
	t.Helper()
	return l.act(t, as, world.Action{Kind: world.ActCommand, Channel: theirs(in), Text: text})
}

// Say implements chattest.Harness.
func (l *townsfolk) Say(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) string {
	t.Helper()
	r := l.wire.Act(world.Action{Kind: world.ActMessage, As: theirs(as), Channel: theirs(in), Text: text})
	if r.Error != "" {
		t.Fatal(r.Error)
	}
	return r.Message
}

// Press implements chattest.Harness.
func (l *townsfolk) Press(t *testing.T, as chat.MemberID, on chat.MessageRef, a chat.Action) chattest.Outcome {
	t.Helper()
	return l.act(t, as, world.Action{Kind: world.ActPress, Channel: theirs(on.Channel), Message: on.ID, Control: a.String()})
}

// Submit implements chattest.Harness.
func (l *townsfolk) Submit(t *testing.T, as chat.MemberID, form string, fields map[string]string) chattest.Outcome {
	t.Helper()
	filled := map[string][]string{}
	for name, value := range fields {
		filled[name] = []string{value}
	}
	return l.act(t, as, world.Action{Kind: world.ActSubmit, Modal: form, Fields: filled})
}

// Messages implements chattest.Harness.
func (l *townsfolk) Messages(t *testing.T, as chat.MemberID, in chat.ChannelID) []chattest.Seen {
	t.Helper()
	var out []chattest.Seen
	for _, m := range l.wire.Messages(theirs(as), theirs(in)) {
		var native struct {
			Blocks []block `json:"blocks"`
		}
		if err := json.Unmarshal(m.Native, &native); err != nil {
			t.Fatal(err)
		}
		seen := chattest.Seen{ID: m.ID, Private: m.Private}
		for _, b := range native.Blocks {
			b.show(&seen)
			seen.Text += "\n"
		}
		out = append(out, seen)
	}
	return out
}

// block is any block, element or text object.
type block struct {
	Type     string          `json:"type"`
	Text     json.RawMessage `json:"text"` // a text object, or a string in rich text
	Fields   []block         `json:"fields"`
	Elements []block         `json:"elements"`
	UserID   string          `json:"user_id"`
	GroupID  string          `json:"usergroup_id"`
	Emoji    bool            `json:"emoji"`
}

var (
	marks     = regexp.MustCompile("(?s)```.+?```|`[^`\n]+`|\\*[^*\n]+\\*|\\b_[^_\n]+_\\b|~[^~\n]+~")
	emojiName = regexp.MustCompile(`:[a-z0-9_+-]+:`)
	special   = regexp.MustCompile(`<([@#!]?)([^<>|]+)(\|[^<>]*)?>`)
	entities  = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")
)

// show adds what a person reads and who is notified.
func (b block) show(seen *chattest.Seen) {
	var text string
	_ = json.Unmarshal(b.Text, &text)
	switch b.Type {
	case "actions":
		return
	case "mrkdwn":
		seen.Text += mrkdwn(text, seen)
	case "plain_text":
		if b.Emoji {
			text = emojiName.ReplaceAllString(text, "")
		}
		seen.Text += text
	case "user":
		seen.Text += "@" + b.UserID
		seen.Pings = append(seen.Pings, b.UserID)
	case "usergroup":
		seen.Pings = append(seen.Pings, b.GroupID)
	case "broadcast":
		seen.Pings = append(seen.Pings, "everyone")
	default:
		seen.Text += text
		var inner block
		if text == "" && json.Unmarshal(b.Text, &inner) == nil {
			inner.show(seen)
		}
	}
	for _, e := range append(b.Fields, b.Elements...) {
		e.show(seen)
	}
}

// mrkdwn reads Slack's markup (docs.slack.dev/messaging/formatting-message-text).
func mrkdwn(text string, seen *chattest.Seen) string {
	text = special.ReplaceAllStringFunc(text, func(s string) string {
		m := special.FindStringSubmatch(s)
		switch {
		case m[1] == "@":
			seen.Pings = append(seen.Pings, m[2])
			return "@" + m[2]
		case m[1] == "!" && !strings.HasPrefix(m[2], "date^"):
			seen.Pings = append(seen.Pings, "everyone")
		}
		return strings.TrimPrefix(m[3], "|")
	})
	text = marks.ReplaceAllStringFunc(text, func(s string) string { return strings.Trim(s, "*_~`") })
	return entities.Replace(emojiName.ReplaceAllString(text, ""))
}
