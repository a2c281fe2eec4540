package discord_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

func TestTheSameKeyIsPostedOnce(t *testing.T) {
	l := open(t)
	a, ctx := l.adapter(), context.Background()
	m := chat.Message{Card: say("winners"), Key: "g1-end"}
	first, err := a.Post(ctx, channelID(l.general), m)
	if err != nil {
		t.Fatal(err)
	}
	second, err := a.Post(ctx, channelID(l.general), m)
	if err != nil || first != second {
		t.Errorf("%v then %v, %v", first, second, err)
	}
	if n := len(l.Messages(l.one, l.general)); n != 1 {
		t.Errorf("%d messages", n)
	}
}

func TestAPostOfWhichNobodyKnowsIsFound(t *testing.T) {
	l := open(t)
	a, ctx := l.adapter(), context.Background()
	before := time.Now()
	if err := l.SetFaults([]world.Fault{{Method: "POST", Path: "messages", Times: 1, Apply: true, Reset: true}}); err != nil {
		t.Fatal(err)
	}
	_, err := a.Post(ctx, channelID(l.general), chat.Message{Card: say("winners"), Key: "g1-end"})
	if chat.TroubleOf(err) != chat.TroubleUnsure {
		t.Fatalf("%v", err)
	}
	for range 120 {
		if _, err := l.Post(l.general, l.one, "chatter"); err != nil {
			t.Fatal(err)
		}
	}
	ref, found, err := a.Find(ctx, channelID(l.general), "g1-end", before)
	if err != nil || !found {
		t.Fatalf("%v, %v", found, err)
	}
	if got := l.Messages(l.one, l.general)[0].ID; ref.ID != got || ref.Channel != channelID(l.general) {
		t.Errorf("found %v, want %s", ref, got)
	}
	if _, found, err := a.Find(ctx, channelID(l.general), "g2-end", before); found || err != nil {
		t.Errorf("another key is found: %v, %v", found, err)
	}
	if _, found, err := a.Find(ctx, channelID(l.general), "g1-end", time.Now().Add(time.Hour)); found || err != nil {
		t.Errorf("found though it is older: %v, %v", found, err)
	}
}

func TestTheLargestCardsAreTaken(t *testing.T) {
	l := open(t)
	a := l.adapter()
	for name, card := range map[string]chat.Card{"full": discord.FullCard(), "crowded": discord.CrowdedCard(), "empty": {}} {
		if _, err := a.Post(context.Background(), channelID(l.general), chat.Message{Card: card, Key: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEditedCardIsSeen(t *testing.T) {
	l := open(t)
	a, ctx := l.adapter(), context.Background()
	ref, err := a.Post(ctx, channelID(l.general), chat.Message{Card: say("before"), Key: "k"})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Edit(ctx, ref, say("after")); err != nil {
		t.Fatal(err)
	}
	l.latest(l.one, "after")
	for range 2 {
		if err := a.Delete(ctx, ref); err != nil {
			t.Error(err)
		}
	}
	if err := a.Edit(ctx, ref, say("again")); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("edit of a deleted message: %v", err)
	}
	link, err := a.Permalink(ctx, l.space(), ref)
	if want := "https://discord.com/channels/" + l.GuildID() + "/" + l.general + "/" + ref.ID; err != nil || link != want {
		t.Errorf("%s, %v", link, err)
	}
}

func TestAReplyPointsAtItsMessage(t *testing.T) {
	l := open(t)
	a, ctx := l.adapter(), context.Background()
	id, err := l.Post(l.general, l.one, "a question")
	if err != nil {
		t.Fatal(err)
	}
	_, err = a.Post(ctx, channelID(l.general), chat.Message{
		Card: say("an answer"), Key: "k", ReplyTo: chat.MessageRef{Channel: channelID(l.general), ID: id},
		Files: []chat.File{{Name: "a.txt", Type: "text/plain", Data: []byte("x")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	m := native[struct {
		Reference struct {
			ID string `json:"message_id"`
		} `json:"message_reference"`
		Mentions []struct{ ID string }
	}](t, l.latest(l.one, "an answer"))
	if m.Reference.ID != id || len(m.Mentions) != 0 {
		t.Errorf("%+v", m)
	}
}

func TestOnlyThoseNamedArePinged(t *testing.T) {
	l := open(t)
	a := l.adapter()
	two := l.PersonID("member-2")
	card := chat.Say(chat.L(chat.T("hi <@"+l.admin+"> @everyone "), chat.Mention(memberID(l.one)), chat.Mention(memberID(two))))
	card.Pings.Members = []chat.MemberID{memberID(two)}
	if _, err := a.Post(context.Background(), channelID(l.general), chat.Message{Card: card, Key: "k"}); err != nil {
		t.Fatal(err)
	}
	m := native[struct {
		Mentions []struct{ ID string }
		Everyone bool `json:"mention_everyone"`
	}](t, l.latest(l.one, "hi"))
	if m.Everyone || len(m.Mentions) != 1 || m.Mentions[0].ID != two {
		t.Errorf("%+v", m)
	}
}

func TestADirectMessageReachesWhoTakesIt(t *testing.T) {
	l := open(t)
	a, ctx := l.adapter(), context.Background()
	ch, err := a.Direct(ctx, memberID(l.one))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Post(ctx, ch, chat.Message{Card: say("you won"), Key: "k1"}); err != nil {
		t.Fatal(err)
	}
	if got, err := a.Channel(ctx, ch); err != nil || !got.Private || got.Space != "" {
		t.Errorf("%+v, %v", got, err)
	}
	if err := l.CloseDMs(l.one, true); err != nil {
		t.Fatal(err)
	}
	if _, err := a.Post(ctx, ch, chat.Message{Card: say("you won"), Key: "k2"}); chat.TroubleOf(err) != chat.TroubleUnreachable {
		t.Errorf("%v", err)
	}
}

func TestMembersAreLookedUp(t *testing.T) {
	l := open(t)
	a, ctx := l.adapter(), context.Background()
	m, err := a.Member(ctx, l.space(), memberID(l.admin))
	if err != nil || !m.Present || !m.Manager || m.Name != "Admin" || m.Joined.IsZero() || m.Created.IsZero() {
		t.Errorf("%+v, %v", m, err)
	}
	if err := l.Kick(l.GuildID(), l.one); err != nil {
		t.Fatal(err)
	}
	if m, err = a.Member(ctx, l.space(), memberID(l.one)); err != nil || m.Present || m.ID != memberID(l.one) {
		t.Errorf("one who left: %+v, %v", m, err)
	}
	if _, err = a.Member(ctx, "discord:5", memberID(l.one)); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("another guild: %v", err)
	}
}

func TestChannelsTellWhatTheBotMayNotDo(t *testing.T) {
	l := open(t)
	for name, a := range map[string]*bot{"offline": {local: l, Adapter: l.adapter()}, "connected": l.start(nil)} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			ch, err := a.Channel(ctx, channelID(l.general))
			if err != nil || len(ch.Missing) != 0 || ch.Name != "general" || ch.Private || ch.Space != l.space() {
				t.Errorf("%+v, %v", ch, err)
			}
			readOnly, err := a.Channel(ctx, channelID(l.ChannelID("read-only")))
			if err != nil || strings.Join(readOnly.Missing, ",") != "Send Messages" {
				t.Errorf("%+v, %v", readOnly, err)
			}
			all, err := a.Channels(ctx, l.space())
			if err != nil || len(all) != 4 || all[0].Name != "general" || !all[2].Private {
				t.Errorf("%+v, %v", all, err)
			}
			if _, err := a.Channel(ctx, "discord:5"); chat.TroubleOf(err) != chat.TroubleGone {
				t.Errorf("no such channel: %v", err)
			}
			_, err = a.Post(ctx, readOnly.ID, chat.Message{Card: say("x"), Key: "k"})
			if chat.TroubleOf(err) != chat.TroubleForbidden || !strings.Contains(err.Error(), "Send Messages") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestAChangeOfRightsIsSeenAtOnce(t *testing.T) {
	l := open(t)
	b := l.start(nil)
	if err := l.Deny(l.general, discordwire.SendMessages); err != nil {
		t.Fatal(err)
	}
	until(t, "the right is missing", func() bool {
		ch, err := b.Channel(context.Background(), channelID(l.general))
		return err == nil && len(ch.Missing) == 1
	})
	if n := l.requests("GET", "/channels/"); n != 0 {
		t.Errorf("%d questions for what events told", n)
	}
}

func TestRolesAreGivenAndTaken(t *testing.T) {
	l := open(t)
	a, ctx := l.adapter(), context.Background()
	regulars := chat.NewID[chat.RoleID](chat.Discord, l.RoleID(l.GuildID(), "Regulars"))
	team := chat.NewID[chat.RoleID](chat.Discord, l.RoleID(l.GuildID(), "Team"))
	two := memberID(l.PersonID("member-2"))
	has := func() bool {
		m, err := a.Member(ctx, l.space(), two)
		return err == nil && len(m.Roles) == 1 && m.Roles[0] == regulars
	}
	if err := a.GiveRole(ctx, l.space(), two, regulars); err != nil || !has() {
		t.Errorf("not given: %v", err)
	}
	if err := a.TakeRole(ctx, l.space(), two, regulars); err != nil || has() {
		t.Errorf("not taken: %v", err)
	}
	err := a.GiveRole(ctx, l.space(), two, team)
	if chat.TroubleOf(err) != chat.TroubleForbidden || !strings.Contains(err.Error(), "Manage Roles") {
		t.Errorf("a role above the bot: %v", err)
	}
}

func TestARoleThatTheBotCannotGiveIsBeyondIt(t *testing.T) {
	l := open(t)
	beyond := func() map[string]bool {
		roles, err := l.adapter().Roles(context.Background(), l.space())
		if err != nil {
			t.Fatal(err)
		}
		out := map[string]bool{}
		for _, r := range roles {
			out[r.Name] = r.Beyond
		}
		return out
	}
	if got := beyond(); got["Regulars"] || !got["Team"] || !got["Animo"] {
		t.Errorf("beyond the bot: %v", got)
	}
	if err := l.SetRolePermissions(l.GuildID(), l.RoleID(l.GuildID(), "Animo"), discordwire.ManageMessages); err != nil {
		t.Fatal(err)
	}
	if got := beyond(); !got["Regulars"] {
		t.Errorf("beyond a bot that may not manage roles: %v", got)
	}
}

func TestCommandsAreRegisteredOnceAndShownInTheirLanguage(t *testing.T) {
	l := open(t)
	b := l.start(replies(t, chat.Reply{}))
	b.register()
	b.register()
	if n := l.requests("PUT", "/commands"); n != 1 {
		t.Errorf("registered %d times", n)
	}
	if err := l.SetLocale(l.one, "fr"); err != nil {
		t.Fatal(err)
	}
	l.does(l.one, world.ActCommand, world.Action{Text: "/concours start prize:x"})
	if in := await[chat.Invoked](b); in.Path[0] != "giveaway" || in.Actor.Locale != "fr" {
		t.Errorf("%+v", in)
	}
	r := l.Act(context.Background(), world.Action{As: l.one, Kind: world.ActCommand, Channel: l.general, Text: "/setup"})
	if r.OK {
		t.Error("a member may use a manager's command")
	}
}
