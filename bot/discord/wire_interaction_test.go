package discord_test

import (
	"context"
	"strings"
	"testing"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

const start = `/giveaway start prize:"Nitro *1*" winners:3`

func TestACommandIsAnsweredToTheActorAlone(t *testing.T) {
	l := open(t)
	b := l.start(replies(t, chat.PrivateLine(chat.Words("noted"))))
	b.register()
	l.does(l.one, world.ActCommand, world.Action{Text: start})
	in := await[chat.Invoked](b)
	if got := strings.Join(in.Path, " "); got != "giveaway start" || in.Args["prize"] != "Nitro *1*" || in.Args["winners"] != "3" {
		t.Errorf("%s with %v", got, in.Args)
	}
	if in.Space != l.space() || in.Channel != channelID(l.general) || in.Actor.ID != memberID(l.one) || in.Actor.Manager || in.Actor.Joined.IsZero() {
		t.Errorf("%+v", in.Meta)
	}
	if m := l.latest(l.one, "noted"); !m.Private {
		t.Error("the answer is public")
	}
	if l.sees(l.admin, "noted") {
		t.Error("another member sees a private answer")
	}
}

func TestACommandIsAnsweredToEveryone(t *testing.T) {
	l := open(t)
	card := say("hello all")
	b := l.start(replies(t, chat.Reply{Card: &card, Public: true}))
	b.register()
	l.does(l.admin, world.ActCommand, world.Action{Text: start})
	if m := l.latest(l.one, "hello all"); m.Private {
		t.Error("the answer is private")
	}
	if in := await[chat.Invoked](b); !in.Actor.Manager {
		t.Error("the owner is not taken for a manager")
	}
}

func TestADeferredCommandIsAnsweredAsMeant(t *testing.T) {
	card := say("done")
	for name, c := range map[string]struct {
		deferred bool // privately
		public   bool
	}{
		"private": {true, false}, "public": {false, true}, "private turned public": {true, true}, "public turned private": {false, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			b := l.start(delays(t, c.deferred, chat.Reply{Card: &card, Public: c.public}))
			b.register()
			l.does(l.one, world.ActCommand, world.Action{Text: start})
			if m := l.latest(l.one, "done"); m.Private == c.public {
				t.Errorf("private is %v", m.Private)
			}
			if l.sees(l.admin, "done") != c.public {
				t.Errorf("others see it: %v", !c.public)
			}
			for _, m := range l.Messages(l.one, l.general) {
				if m.Waiting {
					t.Error("something waits still")
				}
			}
		})
	}
}

func TestAnAnswerWithoutWordsLeavesNothing(t *testing.T) {
	for name, answer := range map[string]func(chat.Event, chat.Responder){
		"at once": replies(t, chat.Reply{}), "deferred": delays(t, true, chat.Reply{}),
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			b := l.start(answer)
			b.register()
			l.does(l.one, world.ActCommand, world.Action{Text: start})
			until(t, "nothing is left", func() bool { return len(l.Messages(l.one, l.general)) == 0 })
		})
	}
}

// pressable posts a card with a button and returns the message.
func (b *bot) pressable() chat.MessageRef {
	b.Helper()
	card := chat.NewCard(chat.Paragraph(chat.Words("press me")), chat.Controls(chat.Button(chat.Act("g", "enter", "1"), "Enter", chat.ToneGood)))
	ref, err := b.Post(context.Background(), channelID(b.general), chat.Message{Card: card, Key: "press"})
	if err != nil {
		b.Fatal(err)
	}
	return ref
}

func TestAPressIsAnswered(t *testing.T) {
	card := say("entered")
	for name, c := range map[string]struct {
		answer  func(chat.Event, chat.Responder)
		says    bool // a message of its own
		changes bool // the message pressed on
	}{
		"private":             {replies(t, chat.Private(card)), true, false},
		"replacing":           {replies(t, chat.Reply{Card: &card, Replace: true}), false, true},
		"silent":              {replies(t, chat.Reply{}), false, false},
		"deferred":            {delays(t, true, chat.Private(card)), true, false},
		"deferred, replacing": {delays(t, true, chat.Reply{Card: &card, Replace: true}), false, true},
		"deferred, silent":    {delays(t, true, chat.Reply{}), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			b := l.start(c.answer)
			ref := b.pressable()
			l.does(l.one, world.ActPress, world.Action{Message: ref.ID, Control: "g|enter|1"})
			p := await[chat.Pressed](b)
			if p.Action != chat.Act("g", "enter", "1") || p.Message != ref || p.Private {
				t.Errorf("%+v", p)
			}
			if c.says || c.changes {
				until(t, "the answer", func() bool { return l.sees(l.one, "entered") })
			}
			if got := len(l.Messages(l.one, l.general)) == 2; got != c.says {
				t.Errorf("says something of its own: %v", got)
			}
			if l.sees(l.admin, "press me") == c.changes {
				t.Errorf("changes the message: %v", !c.changes)
			}
		})
	}
}

func TestAMenuTellsWhatWasChosen(t *testing.T) {
	l := open(t)
	b := l.start(replies(t, chat.Reply{}))
	card := chat.NewCard(chat.Controls(
		chat.Menu(chat.Act("g", "pick", "1"), "Pick", chat.Choice{Value: "a", Label: "A"}, chat.Choice{Value: "b", Label: "B"}),
		chat.Control{Kind: chat.ControlMemberMenu, Action: chat.Act("g", "who", "1")},
	))
	ref, err := b.Post(context.Background(), channelID(l.general), chat.Message{Card: card, Key: "menu"})
	if err != nil {
		t.Fatal(err)
	}
	l.does(l.one, world.ActPress, world.Action{Message: ref.ID, Control: "g|pick|1", Values: []string{"b"}})
	if p := await[chat.Pressed](b); len(p.Values) != 1 || p.Values[0] != "b" {
		t.Errorf("%v", p.Values)
	}
	l.does(l.one, world.ActPress, world.Action{Message: ref.ID, Control: "g|who|1", Values: []string{l.admin}})
	if p := await[chat.Pressed](b); len(p.Values) != 1 || p.Values[0] != string(memberID(l.admin)) {
		t.Errorf("%v", p.Values)
	}
}

func form() chat.Form {
	return chat.Form{
		Action: chat.Act("g", "create", "1"), Title: "Create", Submit: "Go", Close: "No",
		Fields: []chat.FormField{
			{Name: "prize", Label: "Prize", Kind: chat.FieldShort, Required: true},
			{Name: "text", Label: "Text", Kind: chat.FieldLong, Hint: "optional", Value: "as before"},
			{Name: "size", Label: "Size", Kind: chat.FieldChoice, Options: []chat.Choice{{Value: "s", Label: "Small"}, {Value: "l", Label: "Large"}}},
			{Name: "channel", Label: "Channel", Kind: chat.FieldChannel},
		},
	}
}

func TestAFormGoesRound(t *testing.T) {
	l := open(t)
	card := say("created")
	f := form()
	b := l.start(func(e chat.Event, r chat.Responder) {
		reply := chat.Private(card)
		if _, ok := e.(chat.Invoked); ok {
			reply = chat.Reply{Form: &f}
		}
		if err := r.Respond(context.Background(), reply); err != nil {
			t.Errorf("respond: %v", err)
		}
	})
	b.register()
	r := l.does(l.one, world.ActCommand, world.Action{Text: start})
	if r.Modal == nil {
		t.Fatal("no form opened")
	}
	l.does(l.one, world.ActSubmit, world.Action{Modal: r.Modal.ID, Fields: map[string][]string{
		"prize": {"Nitro"}, "text": {"two\nlines"}, "size": {"l"}, "channel": {l.general},
	}})
	s := await[chat.Submitted](b)
	want := chat.Values{"prize": "Nitro", "text": "two\nlines", "size": "l", "channel": string(channelID(l.general))}
	for k, v := range want {
		if s.Values[k] != v {
			t.Errorf("%s is %q, want %q", k, s.Values[k], v)
		}
	}
	if s.Action != f.Action {
		t.Errorf("action %v", s.Action)
	}
	l.latest(l.one, "created")
}

func TestAFormFromAMessageMayReplaceIt(t *testing.T) {
	for name, deferred := range map[string]bool{"at once": false, "deferred": true} {
		t.Run(name, func(t *testing.T) {
			l := open(t)
			card, f := say("replaced"), form()
			b := l.start(func(e chat.Event, r chat.Responder) {
				reply := chat.Reply{Form: &f}
				if _, ok := e.(chat.Submitted); ok {
					reply = chat.Reply{Card: &card, Replace: true}
					if deferred {
						_ = r.Defer(context.Background(), true)
					}
				}
				if err := r.Respond(context.Background(), reply); err != nil {
					t.Errorf("respond: %v", err)
				}
			})
			ref := b.pressable()
			r := l.does(l.one, world.ActPress, world.Action{Message: ref.ID, Control: "g|enter|1"})
			l.does(l.one, world.ActSubmit, world.Action{Modal: r.Modal.ID, Fields: map[string][]string{"prize": {"x"}}})
			l.latest(l.one, "replaced")
			if n := len(l.Messages(l.one, l.general)); n != 1 {
				t.Errorf("%d messages", n)
			}
		})
	}
}

func TestAFormThatComesTooLateIsRefusedPlainly(t *testing.T) {
	l := open(t)
	f := form()
	failed := make(chan error, 1)
	b := l.start(func(_ chat.Event, r chat.Responder) {
		_ = r.Defer(context.Background(), true)
		failed <- r.Respond(context.Background(), chat.Reply{Form: &f})
	})
	b.register()
	l.does(l.one, world.ActCommand, world.Action{Text: start})
	if err := <-failed; chat.TroubleOf(err) != chat.TroubleRefused {
		t.Errorf("%v", err)
	}
}

func TestSuggestionsComeWhileOneTypes(t *testing.T) {
	l := open(t)
	b := l.start(replies(t, chat.Reply{Choices: []chat.Choice{{Value: "3", Label: "three"}, {Value: "no number", Label: "x"}, {Value: "5"}}}))
	b.register()
	got := l.Complete(context.Background(), world.Action{As: l.one, Channel: l.general, Text: "/giveaway start prize:x winners:3"})
	c := await[chat.Completing](b)
	if c.Option != "winners" || c.Partial != "3" || c.Args["prize"] != "x" {
		t.Errorf("%+v", c)
	}
	if len(got) != 2 || got[0].Label != "three" || got[1].Label != "5" {
		t.Errorf("%+v", got)
	}
}

func TestAMessagesOwnMenuIsHeard(t *testing.T) {
	l := open(t)
	b := l.start(replies(t, chat.PrivateLine(chat.Words("rerolled"))))
	b.register()
	ref := b.pressable()
	l.does(l.one, world.ActShortcut, world.Action{Message: ref.ID, Control: "Reroll"})
	if s := await[chat.Shortcut](b); s.Name != "Reroll" || s.Message != ref {
		t.Errorf("%+v", s)
	}
	l.latest(l.one, "rerolled")
}

func TestAnInteractionIsAnsweredOnce(t *testing.T) {
	l := open(t)
	second := make(chan error, 1)
	b := l.start(func(_ chat.Event, r chat.Responder) {
		_ = r.Respond(context.Background(), chat.PrivateLine(chat.Words("one")))
		second <- r.Respond(context.Background(), chat.PrivateLine(chat.Words("two")))
	})
	b.register()
	l.does(l.one, world.ActCommand, world.Action{Text: start})
	if err := <-second; chat.TroubleOf(err) != chat.TroubleExpired {
		t.Errorf("%v", err)
	}
}

func TestFilesGoAlongWithAnAnswer(t *testing.T) {
	l := open(t)
	card := say("the list")
	b := l.start(replies(t, chat.Reply{Card: &card, Files: []chat.File{{Name: "entries.csv", Type: "text/csv", Data: []byte("a,b\n")}}}))
	b.register()
	l.does(l.one, world.ActCommand, world.Action{Text: start})
	m := native[struct {
		Attachments []struct {
			Filename string
			Size     int
		}
	}](t, l.latest(l.one, "the list"))
	if len(m.Attachments) != 1 || m.Attachments[0].Filename != "entries.csv" || m.Attachments[0].Size != 4 {
		t.Errorf("%+v", m)
	}
}
