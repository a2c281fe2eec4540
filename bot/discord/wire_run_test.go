package discord_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/discord/gateway"
	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

func (l *local) chatter(text string) {
	l.Helper()
	if _, err := l.Post(l.general, l.one, text); err != nil {
		l.Fatal(err)
	}
}

// posted waits for the next message and returns its text.
func (b *bot) posted() string {
	b.Helper()
	return await[chat.Posted](b).Text
}

func TestASpaceIsToldAtStart(t *testing.T) {
	l := open(t)
	e := await[chat.Arrived](l.run(nil))
	if e.Space != l.space() || e.Name != "The Workshop" || e.Locale != "en-US" {
		t.Errorf("%+v", e)
	}
}

func TestNothingIsLostOverARestart(t *testing.T) {
	l := open(t)
	first := l.start(nil)
	l.chatter("before")
	if got := first.posted(); got != "before" {
		t.Errorf("%q", got)
	}
	first.stop()
	for i := range 50 {
		l.chatter(fmt.Sprint("meanwhile ", i))
	}
	second := l.run(nil)
	for i := range 50 {
		if got, want := second.posted(), fmt.Sprint("meanwhile ", i); got != want {
			t.Fatalf("%q, want %q", got, want)
		}
	}
	if e := await[chat.Arrived](second); e.Space != l.space() {
		t.Errorf("%+v", e)
	}
	// The resumed session describes no guild, yet rights are known.
	ch, err := second.Channel(context.Background(), channelID(l.general))
	if err != nil || ch.Name != "general" {
		t.Errorf("%+v, %v", ch, err)
	}
}

func TestCompressionMakesNoDifference(t *testing.T) {
	l := open(t)
	b := l.start(nil, func(c *discord.Config) { c.Compress = true })
	for i := range 20 {
		l.chatter(strings.Repeat(fmt.Sprint("long ", i), 100))
		if got := b.posted(); !strings.HasSuffix(got, fmt.Sprint("long ", i)) {
			t.Errorf("%q", got)
		}
	}
}

func TestAWrongTokenEndsRun(t *testing.T) {
	l := open(t)
	err := l.adapter(func(c *discord.Config) { c.Token = "wrong" }).Run(context.Background(), &bot{})
	if chat.TroubleOf(err) != chat.TroubleAuth || strings.Contains(err.Error(), "wrong") {
		t.Errorf("%v", err)
	}
}

func TestAnIntentThatIsOffEndsRunWithItsRemedy(t *testing.T) {
	l := open(t, func(o *discordwire.Options) { o.Privileged = 0 })
	err := l.adapter().Run(context.Background(), &bot{})
	var fatal *gateway.FatalError
	if !errors.As(err, &fatal) || fatal.Code != 4014 || !strings.Contains(err.Error(), "developer portal") {
		t.Errorf("%v", err)
	}
}

func TestADiscordThatIsDownIsWaitedFor(t *testing.T) {
	l := open(t)
	if err := l.SetFaults([]world.Fault{{Path: "gateway/bot", Status: 503, Times: 2}}); err != nil {
		t.Fatal(err)
	}
	l.start(nil)
}

func TestMembersComeAndGo(t *testing.T) {
	l := open(t)
	b := l.start(nil)
	id := l.Join(l.GuildID(), "fresh", 24*time.Hour, true)
	early := l.Join(l.GuildID(), "early", 24*time.Hour, false)
	if e := await[chat.Joined](b); e.Actor.ID != memberID(early) {
		t.Errorf("%+v joined though screening is before them", e.Actor)
	}
	if err := l.AcceptRules(l.GuildID(), id); err != nil {
		t.Fatal(err)
	}
	if e := await[chat.Joined](b); e.Actor.ID != memberID(id) || e.Space != l.space() || e.Actor.Created.IsZero() {
		t.Errorf("%+v", e)
	}
	if err := l.Kick(l.GuildID(), id); err != nil {
		t.Fatal(err)
	}
	if e := await[chat.Left](b); e.Actor.ID != memberID(id) {
		t.Errorf("%+v", e)
	}
}

func TestOwnMessagesAreMarked(t *testing.T) {
	l := open(t)
	b := l.start(nil)
	b.pressable()
	if e := await[chat.Posted](b); !e.Actor.Bot {
		t.Errorf("%+v", e.Actor)
	}
}

// codes lists findings as "code health".
func codes(found []chat.Finding) map[string]chat.Health {
	out := make(map[string]chat.Health)
	for _, f := range found {
		out[f.Code+" "+f.Args["intent"]+f.Args["permission"]] = f.Health
	}
	return out
}

func TestAHealthyBotIsFoundWell(t *testing.T) {
	l := open(t)
	got := codes(l.adapter().Inspect(context.Background(), ""))
	if len(got) != 2 || got["discord.ok "] != chat.HealthOK || got["discord.gateway_ok "] != chat.HealthOK {
		t.Errorf("%v", got)
	}
	got = codes(l.adapter().Inspect(context.Background(), l.space()))
	if len(got) != 1 || got["discord.space_ok "] != chat.HealthOK {
		t.Errorf("%v", got)
	}
}

func TestWhatIsWrongIsFound(t *testing.T) {
	l := open(t, func(o *discordwire.Options) { o.Privileged = discordwire.IntentMembers })
	ctx := context.Background()
	got := codes(l.adapter().Inspect(ctx, ""))
	if got["discord.intent Message Content"] != chat.HealthFailing {
		t.Errorf("an intent that is off: %v", got)
	}
	got = codes(l.adapter(func(c *discord.Config) { c.MembersIntent = false }).Inspect(ctx, ""))
	if got["discord.intent_unused Server Members"] != chat.HealthWarning {
		t.Errorf("an intent that is not used: %v", got)
	}
	got = codes(l.adapter(func(c *discord.Config) { c.Token = "wrong" }).Inspect(ctx, ""))
	if len(got) != 1 || got["discord.token "] != chat.HealthFailing {
		t.Errorf("a wrong token: %v", got)
	}
	got = codes(l.adapter(func(c *discord.Config) { c.APIURL = "http://127.0.0.1:1" }).Inspect(ctx, ""))
	if len(got) != 1 || got["discord.unreachable "] != chat.HealthFailing {
		t.Errorf("no network: %v", got)
	}
	got = codes(l.adapter().Inspect(ctx, "discord:5"))
	if len(got) != 1 || got["discord.space "] != chat.HealthFailing {
		t.Errorf("another guild: %v", got)
	}
	if err := l.SetRolePermissions(l.GuildID(), l.RoleID(l.GuildID(), "Animo"), discordwire.ManageRoles); err != nil {
		t.Fatal(err)
	}
	got = codes(l.adapter().Inspect(ctx, l.space()))
	if got["discord.permission Manage Messages"] != chat.HealthWarning {
		t.Errorf("rights taken: %v", got)
	}
}
