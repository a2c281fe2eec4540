package discord_test

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
	"animo/bot/discord"
	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

func TestTheAdapterKeepsItsPromises(t *testing.T) { chattest.Run(t, &townsfolk{}) }

// townsfolk are the people of a Discord that runs here.
type townsfolk struct{ wire *discordwire.Server }

// Start implements chattest.Harness.
func (l *townsfolk) Start(t *testing.T, menu chat.CommandMenu, in chat.Inbox) chattest.Stage {
	t.Helper()
	store, err := world.OpenStore("")
	if err != nil {
		t.Fatal(err)
	}
	l.wire, err = discordwire.New(discordwire.Options{
		Clock: world.NewClock(time.Now, time.Time{}), Store: store, Token: "bot-token", Privileged: discordwire.IntentMembers,
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(l.wire.Handler())
	a, err := discord.New(discord.Config{Token: "bot-token", APIURL: web.URL, MembersIntent: true}, discord.Deps{Machine: time.Now})
	if err != nil {
		t.Fatal(err)
	}
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
	go func() { ended <- a.Run(ctx, in) }()
	if err := a.Register(t.Context(), menu); err != nil {
		t.Fatal(err)
	}
	return l.stage(t, a)
}

func (l *townsfolk) stage(t *testing.T, a chat.Platform) chattest.Stage {
	t.Helper()
	guild := l.wire.GuildID()
	absent := l.wire.PersonID("member-4")
	if err := l.wire.Kick(guild, absent); err != nil {
		t.Fatal(err)
	}
	s := chattest.Stage{
		Platform: a, Space: chat.NewID[chat.SpaceID](chat.Discord, guild), Name: l.wire.State(l.wire.PersonID("admin")).SpaceName,
		Open: place(l.wire.ChannelID("general")), Closed: place(l.wire.ChannelID("read-only")), Nowhere: place("1100000000000009999"),
		One: person(l.wire.PersonID("member-1")), Two: person(l.wire.PersonID("member-2")), Absent: person(absent),
	}
	s.Apart, s.Staff = place(l.wire.ChannelID("team")), person(l.wire.PersonID("admin"))
	s.Role = chat.NewID[chat.RoleID](chat.Discord, l.wire.RoleID(guild, "Team"))
	booster := l.wire.PersonID("member-3")
	if err := l.wire.Boost(guild, booster, true); err != nil {
		t.Fatal(err)
	}
	s.Booster = person(booster)
	for _, id := range l.wire.AddPeople(guild, 100) {
		s.Crowd = append(s.Crowd, person(id))
	}
	return s
}

func place(id string) chat.ChannelID { return chat.NewID[chat.ChannelID](chat.Discord, id) }

func person(id string) chat.MemberID { return chat.NewID[chat.MemberID](chat.Discord, id) }

func (l *townsfolk) act(t *testing.T, as chat.MemberID, a world.Action) chattest.Outcome {
	t.Helper()
	a.As = chat.Native(as)
	r := l.wire.Act(t.Context(), a)
	o := chattest.Outcome{Error: r.Error}
	if r.Modal != nil {
		o.Form = r.Modal.ID
	}
	return o
}

// Command implements chattest.Harness.
func (l *townsfolk) Command(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) chattest.Outcome {
	t.Helper()
	return l.act(t, as, world.Action{Kind: world.ActCommand, Channel: chat.Native(in), Text: text})
}

// Say implements chattest.Harness.
func (l *townsfolk) Say(t *testing.T, as chat.MemberID, in chat.ChannelID, text string) string {
	t.Helper()
	r := l.wire.Act(t.Context(), world.Action{Kind: world.ActMessage, As: chat.Native(as), Channel: chat.Native(in), Text: text})
	if r.Error != "" {
		t.Fatal(r.Error)
	}
	return r.Message
}

// Press implements chattest.Harness.
func (l *townsfolk) Press(t *testing.T, as chat.MemberID, on chat.MessageRef, a chat.Action) chattest.Outcome {
	t.Helper()
	return l.act(t, as, world.Action{Kind: world.ActPress, Channel: chat.Native(on.Channel), Message: on.ID, Control: a.String()})
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
	for _, m := range l.wire.Messages(chat.Native(as), chat.Native(in)) {
		var native shown
		if err := json.Unmarshal(m.Native, &native); err != nil {
			t.Fatal(err)
		}
		seen := chattest.Seen{ID: m.ID, Private: m.Private, Text: reads(native.text())}
		for _, u := range native.Mentions {
			seen.Pings = append(seen.Pings, u.ID)
		}
		if seen.Pings = append(seen.Pings, native.Roles...); native.Everyone {
			seen.Pings = append(seen.Pings, "everyone")
		}
		out = append(out, seen)
	}
	return out
}

// shown is what a client shows of a message.
type shown struct {
	Content    string  `json:"content"`
	Components []shown `json:"components"`
	Mentions   []struct {
		ID string `json:"id"`
	} `json:"mentions"`
	Roles    []string `json:"mention_roles"`
	Everyone bool     `json:"mention_everyone"`
}

func (s shown) text() string {
	parts := []string{s.Content}
	for _, c := range s.Components {
		parts = append(parts, c.text())
	}
	return strings.Join(parts, "\n")
}

var (
	lineMark = regexp.MustCompile(`(?m)^(#{1,3} |-# |> |- )`)
	markup   = regexp.MustCompile("\\\\([[:punct:]])|<(@)[!&]?(\\d+)>|<(#)(\\d+)>|<t:\\d+(?::\\w)?>|\\[([^\\]]*)\\]\\([^)]*\\)|[*_~`|]+|\u200b")
)

// reads is text as a person reads it: Markdown taken away, backslashes obeyed
// (support article "Markdown Text 101").
func reads(s string) string {
	return markup.ReplaceAllString(lineMark.ReplaceAllString(s, ""), "$1$2$3$4$5$6")
}
