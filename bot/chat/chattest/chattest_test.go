package chattest_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
)

const (
	general = chat.ChannelID("slack:T1/C1")
	someone = chat.MemberID("slack:T1/U1")
)

func say(text string) chat.Message {
	return chat.Message{Key: text, Card: chat.Say(chat.Words(text))}
}

func TestWhatIsPostedCanBeFoundEditedAndDeleted(t *testing.T) {
	r, ctx := chattest.NewRecorder(chat.Slack), t.Context()
	ref, err := r.Post(ctx, general, say("hi"))
	if err != nil {
		t.Fatal(err)
	}
	if found, ok, err := r.Find(ctx, general, "hi", time.Now()); !ok || found != ref || err != nil {
		t.Errorf("%v %v %v", found, ok, err)
	}
	if _, ok, _ := r.Find(ctx, "slack:T1/C2", "hi", time.Now()); ok {
		t.Error("found in another channel")
	}
	if err := r.Edit(ctx, ref, chat.Say(chat.Words("ho"))); err != nil {
		t.Fatal(err)
	}
	if p := r.Posts(general); len(p) != 1 || p[0].Edits != 1 || p[0].Message.Card.Plain() != "ho" {
		t.Errorf("%+v", p)
	}
	if err := errors.Join(r.Delete(ctx, ref), r.Delete(ctx, ref)); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := r.Find(ctx, general, "hi", time.Now()); ok {
		t.Error("found although it is gone")
	}
	if err := r.Edit(ctx, ref, chat.Card{}); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("%v", err)
	}
	if want := []string{"Post", "Find", "Find", "Edit", "Delete", "Delete", "Find", "Edit"}; !slices.Equal(r.Calls(), want) {
		t.Errorf("%v", r.Calls())
	}
}

func TestAFailingCallDoesNothingUnlessItIsUnsure(t *testing.T) {
	r, ctx := chattest.NewRecorder(chat.Slack), t.Context()
	kept, err := r.Post(ctx, general, say("kept"))
	if err != nil {
		t.Fatal(err)
	}
	for _, trouble := range []chat.Trouble{chat.TroubleTransient, chat.TroubleUnsure} {
		r.Fail = func(string) error { return &chat.Error{Trouble: trouble} }
		for name, call := range map[string]func() error{
			"post":   func() error { _, err := r.Post(ctx, general, say("new")); return err },
			"edit":   func() error { return r.Edit(ctx, kept, chat.Say(chat.Words("edited"))) },
			"give":   func() error { return r.GiveRole(ctx, "slack:T1", someone, "slack:T1/S1") },
			"direct": func() error { _, err := r.Direct(ctx, someone); return err },
		} {
			if err := call(); chat.TroubleOf(err) != trouble {
				t.Errorf("%s: %v", name, err)
			}
		}
		posts, happened := r.Posts(general), trouble == chat.TroubleUnsure
		if (len(posts) == 2) != happened || (posts[0].Edits == 1) != happened || (len(r.Given(someone)) == 1) != happened {
			t.Errorf("%s: %+v, roles %v", trouble, posts, r.Given(someone))
		}
	}
}

func TestARecorderKnowsWhatItWasTold(t *testing.T) {
	r, ctx := chattest.NewRecorder(chat.Discord), t.Context()
	r.AddMember("discord:1", true)
	r.AddMember("discord:2", false)
	r.AddChannel(chat.Channel{ID: "discord:20", Space: "discord:9"})
	r.AddChannel(chat.Channel{ID: "discord:10", Space: "discord:9"})
	r.AddChannel(chat.Channel{ID: "discord:30", Space: "discord:8"})
	for id, present := range map[chat.MemberID]bool{"discord:1": true, "discord:2": false} {
		if m, err := r.Member(ctx, "discord:9", id); err != nil || m.Present != present || m.ID != id {
			t.Errorf("%+v %v", m, err)
		}
	}
	if _, err := r.Member(ctx, "discord:9", "discord:3"); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("%v", err)
	}
	if c, err := r.Channel(ctx, "discord:10"); err != nil || c.Space != "discord:9" {
		t.Errorf("%+v %v", c, err)
	}
	if _, err := r.Channel(ctx, "discord:11"); chat.TroubleOf(err) != chat.TroubleGone {
		t.Errorf("%v", err)
	}
	if all, err := r.Channels(ctx, "discord:9"); err != nil || len(all) != 2 || all[0].ID != "discord:10" {
		t.Errorf("%+v %v", all, err)
	}
	if to, err := r.Direct(ctx, "discord:1"); err != nil || to != chattest.DirectOf("discord:1") {
		t.Errorf("%s %v", to, err)
	}
	_ = r.GiveRole(ctx, "discord:9", "discord:1", "discord:5")
	_ = r.GiveRole(ctx, "discord:9", "discord:1", "discord:5")
	if got := r.Given("discord:1"); len(got) != 1 {
		t.Errorf("%v", got)
	}
	_ = r.TakeRole(ctx, "discord:9", "discord:1", "discord:5")
	if got := r.Given("discord:1"); len(got) != 0 {
		t.Errorf("%v", got)
	}
	if err := r.Register(ctx, chat.CommandMenu{Commands: []chat.CommandSpec{{Name: "help"}}}); err != nil || len(r.Menu().Commands) != 1 {
		t.Errorf("%v %+v", err, r.Menu())
	}
}

func TestARecorderRunsUntilItIsStopped(t *testing.T) {
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- chattest.NewRecorder(chat.Slack).Run(ctx, nil) }()
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAnswersAreKept(t *testing.T) {
	a := chattest.NewAnswers(time.Second)
	if a.Patience() != time.Second || a.Deferred() != 0 {
		t.Error("not as asked")
	}
	_ = a.Defer(t.Context(), true)
	_ = a.Respond(t.Context(), chat.PrivateLine(chat.Words("one")))
	_ = a.Respond(t.Context(), chat.PrivateLine(chat.Words("two")))
	<-a.Answered()
	if r := a.Replies(); len(r) != 2 || r[0].Card.Plain() != "one" || a.Deferred() != 1 {
		t.Errorf("%+v, %d", r, a.Deferred())
	}
}
