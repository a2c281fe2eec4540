package slack

import (
	"errors"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/world"
)

func TestACommandIsReadAndAnsweredPrivately(t *testing.T) {
	d := open(t)
	done := d.answers(func(chat.Event) chat.Reply { return chat.PrivateLine(chat.Words("for you *alone*")) })
	d.types("member-1", `/giveaway lancer 2h « Un lot » gagnants:3 salon:#contests hôte:@member-2`)
	e := next[chat.Invoked](d)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"duration": "2h", "prize": "Un lot", "winners": "3",
		"channel": string(d.channel("contests")), "host": string(d.member("member-2")),
	}
	if strings.Join(e.Path, " ") != "giveaway start" || len(e.Mistakes) > 0 || len(e.Args) != len(want) {
		t.Fatalf("%+v", e)
	}
	for name, value := range want {
		if e.Args[name] != value {
			t.Errorf("%s: %q, want %q", name, e.Args[name], value)
		}
	}
	if e.Actor.ID != d.member("member-1") || e.Actor.Name != "Member 1" || e.Actor.Locale != "en-US" || e.Actor.Manager {
		t.Errorf("actor: %+v", e.Actor)
	}
	if e.Channel != d.channel("general") || e.Space != spaceID(d.TeamID()) || e.ID == "" || e.At.IsZero() {
		t.Errorf("head: %+v", e.Meta)
	}
	if m := d.seen("member-1", "general"); len(m) == 0 || !m[len(m)-1].Private {
		t.Errorf("not seen by the member: %+v", m)
	}
	for _, m := range d.seen("member-2", "general") {
		if strings.Contains(string(m.Native), "alone") {
			t.Error("someone else sees it")
		}
	}
}

func TestAPublicAnswerReachesAChannelWithoutTheBot(t *testing.T) {
	d := open(t)
	done := d.answers(func(chat.Event) chat.Reply {
		c := chat.Say(chat.Words("for all"))
		return chat.Reply{Card: &c, Public: true}
	})
	d.act("member-1", world.Action{Kind: world.ActCommand, Text: "/help", Channel: d.ChannelID("without-animo")})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	m := d.seen("member-2", "without-animo")
	if len(m) == 0 || m[len(m)-1].Private || text(m[len(m)-1]) != "for all" {
		t.Errorf("%+v", m)
	}
}

func TestMissingOptionsAreReported(t *testing.T) {
	d := open(t)
	d.answers(func(chat.Event) chat.Reply { return chat.Reply{} })
	d.types("member-1", "/giveaway start 2h")
	e := next[chat.Invoked](d)
	if len(e.Mistakes) != 1 || e.Mistakes[0] != (chat.Mistake{Kind: chat.MistakeMissing, Option: "prize"}) {
		t.Errorf("%+v", e.Mistakes)
	}
}

func TestWhoActsHasTheirRights(t *testing.T) {
	d := open(t)
	d.answers(func(chat.Event) chat.Reply { return chat.Reply{} })
	d.types("admin", "/help")
	if e := next[chat.Invoked](d); !e.Actor.Manager || len(e.Actor.Roles) != 1 {
		t.Errorf("admin: %+v", e.Actor)
	}
	if err := d.SetAdmin(d.UserID("member-3"), true); err != nil {
		t.Fatal(err)
	}
	d.types("member-3", "/help")
	if e := next[chat.Invoked](d); !e.Actor.Manager {
		t.Errorf("new admin: %+v", e.Actor)
	}
	if err := d.SetAdmin(d.UserID("member-3"), false); err != nil {
		t.Fatal(err)
	}
	d.until("the change is told", func() bool {
		u, known := d.a.people.known(d.UserID("member-3"))
		return !known || !u.manager
	})
	d.types("member-3", "/help")
	if e := next[chat.Invoked](d); e.Actor.Manager {
		t.Error("a right that was taken away still counts")
	}
}

func TestAnActorIsNamedEvenWhenLookUpsAreLimited(t *testing.T) {
	d := open(t)
	d.answers(func(chat.Event) chat.Reply { return chat.Reply{} })
	d.fault(world.Fault{Path: "users.info", Status: 429, RetryAfter: time.Minute})
	for range 3 {
		d.types("member-1", "/help")
		if e := next[chat.Invoked](d); e.Actor.Name == "" || e.Actor.Manager {
			t.Errorf("%+v", e.Actor)
		}
	}
	if n := len(d.requests("^users.info$")); n != 1 {
		t.Errorf("%d look-ups although told to wait", n)
	}
}

func card(controls ...chat.Control) chat.Card {
	return chat.NewCard(chat.Heading(chat.Words("Prize")), chat.Controls(controls...))
}

func TestAPressIsDelivered(t *testing.T) {
	d := open(t)
	enter := chat.Act("giveaway", "enter", "42").With("a|b")
	ref := must(d.a.Post(t.Context(), d.channel("general"), chat.Message{Key: "k1", Card: card(chat.Button(enter, "Enter", chat.TonePrimary).WithEmoji("🎉"))}))(t)
	done := d.answers(func(chat.Event) chat.Reply { return chat.PrivateLine(chat.Words("you are in")) })
	r := d.act("member-2", world.Action{Kind: world.ActPress, Message: ref.ID, Control: enter.String()})
	e := next[chat.Pressed](d)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if e.Action != enter || e.Message != ref || e.Private || e.Channel != ref.Channel {
		t.Errorf("%+v", e)
	}
	if r.Took > time.Second {
		t.Errorf("acknowledged after %v", r.Took)
	}
	m := d.seen("member-2", "general")
	if last := m[len(m)-1]; !last.Private || text(last) != "you are in" {
		t.Errorf("%+v", last)
	}
}

func TestAPrivateMessageIsReplacedByTheAnswerToItsButton(t *testing.T) {
	d := open(t)
	more := chat.Act("help", "more", "1")
	done := d.answers(func(e chat.Event) chat.Reply {
		if _, pressed := e.(chat.Pressed); pressed {
			r := chat.PrivateLine(chat.Words("page 2"))
			r.Replace = true
			return r
		}
		return chat.Private(chat.Say(chat.Words("page 1")).With(chat.Controls(chat.Button(more, "More", ""))))
	})
	d.types("member-1", "/help")
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	m := d.seen("member-1", "general")
	first := m[len(m)-1]
	d.act("member-1", world.Action{Kind: world.ActPress, Message: first.ID, Control: more.String()})
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if e := next[chat.Pressed](d); !e.Private {
		t.Errorf("%+v", e)
	}
	after := d.seen("member-1", "general")
	if len(after) != len(m) || text(after[len(after)-1]) != "page 2" {
		t.Errorf("%+v", after)
	}
}

func TestAMenuGivesIdsOfOurs(t *testing.T) {
	d := open(t)
	a := func(verb string) chat.Action { return chat.Act("setup", verb, "") }
	menus := []chat.Control{
		chat.Menu(a("plain"), "one", chat.Choice{Value: "x", Label: "X"}, chat.Choice{Value: "y", Label: "Y"}),
		{Kind: chat.ControlMemberMenu, Action: a("member"), Max: 3},
		{Kind: chat.ControlChannelMenu, Action: a("channel")},
		{Kind: chat.ControlRoleMenu, Action: a("role"), Max: 5},
	}
	ref := must(d.a.Post(t.Context(), d.channel("general"), chat.Message{Key: "k", Card: card(menus...)}))(t)
	d.answers(func(chat.Event) chat.Reply { return chat.Reply{} })
	group := roleID(d.TeamID(), d.a.people.allGroups(t.Context())[0].id)
	for verb, pick := range map[string][2]string{
		"plain":   {"y", "y"},
		"member":  {d.UserID("member-1"), string(d.member("member-1"))},
		"channel": {d.ChannelID("contests"), string(d.channel("contests"))},
		"role":    {string(group), string(group)},
	} {
		d.act("admin", world.Action{Kind: world.ActPress, Message: ref.ID, Control: a(verb).String(), Values: []string{pick[0]}})
		if e := next[chat.Pressed](d); e.Action != a(verb) || len(e.Values) != 1 || e.Values[0] != pick[1] {
			t.Errorf("%s: %+v", verb, e)
		}
	}
}

func testForm() chat.Form {
	return chat.Form{
		Action: chat.Act("giveaway", "new", "7"), Title: "A giveaway", Submit: "Start", Close: "Not now",
		Fields: []chat.FormField{
			{Name: "prize", Label: "Prize", Kind: chat.FieldShort, Required: true, Max: 100},
			{Name: "about", Label: "About it", Kind: chat.FieldLong, Hint: "What members read", Value: "x & y"},
			{Name: "mode", Label: "How", Kind: chat.FieldChoice, Options: []chat.Choice{{Value: "draw", Label: "Draw"}, {Value: "jury", Label: "Jury"}}, Value: "draw"},
			{Name: "where", Label: "Where", Kind: chat.FieldChannel},
		},
	}
}

func TestAFormStaysOpenWithItsMistakesAndThenCloses(t *testing.T) {
	d := open(t)
	done := d.answers(func(e chat.Event) chat.Reply {
		s, submitted := e.(chat.Submitted)
		switch {
		case !submitted:
			f := testForm()
			return chat.Reply{Form: &f}
		case s.Values["prize"] == "bad":
			return chat.Reply{Wrong: map[string]string{"prize": "not that", "elsewhere": "nor this"}}
		}
		return chat.PrivateLine(chat.Words("started"))
	})
	opened := d.types("member-1", "/giveaway start")
	if err := <-done; err != nil || opened.Modal == nil {
		t.Fatalf("%v, %+v", err, opened)
	}
	fields := map[string][]string{"prize": {"bad"}, "about": {"all of it"}, "mode": {"jury"}, "where": {d.ChannelID("contests")}}
	kept := d.act("member-1", world.Action{Kind: world.ActSubmit, Modal: opened.Modal.ID, Fields: fields})
	if kept.FieldErrors["prize"] == "" {
		t.Fatalf("%+v", kept)
	}
	fields["prize"] = []string{"good"}
	closed := d.act("member-1", world.Action{Kind: world.ActSubmit, Modal: opened.Modal.ID, Fields: fields})
	if !closed.OK || len(closed.FieldErrors) > 0 {
		t.Fatalf("%+v", closed)
	}
	<-done
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	next[chat.Submitted](d)
	e := next[chat.Submitted](d)
	want := chat.Values{"prize": "good", "about": "all of it", "mode": "jury", "where": string(d.channel("contests"))}
	for name, value := range want {
		if e.Values[name] != value {
			t.Errorf("%s: %q, want %q", name, e.Values[name], value)
		}
	}
	if e.Action != testForm().Action || e.Channel != d.channel("general") {
		t.Errorf("%+v", e)
	}
	m := d.seen("member-1", "general")
	if last := m[len(m)-1]; !last.Private || text(last) != "started" {
		t.Errorf("%+v", m)
	}
}

func TestAFormThatIsJudgedTooLateClosesAndSaysWhatIsWrong(t *testing.T) {
	d := open(t)
	sorry := chat.Say(chat.Words("sorry"))
	done := make(chan error, 2)
	patience := make(chan time.Duration, 2)
	d.in.answer = func(e chat.Event, r chat.Responder) {
		if _, submitted := e.(chat.Submitted); !submitted {
			f := testForm()
			done <- r.Respond(d.ctx, chat.Reply{Form: &f})
			return
		}
		patience <- r.Patience()
		_ = r.Defer(d.ctx, true)
		patience <- r.Patience()
		done <- r.Respond(d.ctx, chat.Reply{Wrong: map[string]string{"prize": "no"}, Card: &sorry})
	}
	opened := d.types("member-1", "/giveaway start")
	r := d.act("member-1", world.Action{Kind: world.ActSubmit, Modal: opened.Modal.ID, Fields: map[string][]string{"prize": {"p"}}})
	if len(r.FieldErrors) > 0 {
		t.Errorf("%+v", r)
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	if p := <-patience; p != formPatience {
		t.Errorf("patience %v", p)
	}
	if p := <-patience; p != 0 {
		t.Errorf("patience %v after the acknowledgement", p)
	}
	m := d.seen("member-1", "general")
	if text(m[len(m)-1]) != "sorry" {
		t.Errorf("%+v", m)
	}
}

func TestAnAnswerFallsBackToTheChannelAndThenToTheDirectConversation(t *testing.T) {
	for channel, want := range map[string]string{"general": "chat.postEphemeral", "without-animo": "chat.postMessage"} {
		t.Run(channel, func(t *testing.T) {
			d := open(t)
			d.fault(world.Fault{Path: "response_url", Status: 404})
			done := d.answers(func(chat.Event) chat.Reply { return chat.PrivateLine(chat.Words("psst")) })
			d.act("member-1", world.Action{Kind: world.ActCommand, Text: "/help", Channel: d.ChannelID(channel)})
			if err := <-done; err != nil {
				t.Fatal(err)
			}
			calls := d.requests(`^chat\.`)
			if len(calls) == 0 || calls[len(calls)-1].Path != want {
				t.Errorf("%+v", calls)
			}
		})
	}
}

func TestAShortcutIsDelivered(t *testing.T) {
	d := open(t)
	ref := must(d.a.Post(t.Context(), d.channel("general"), chat.Message{Key: "k", Card: chat.Say(chat.Words("hi"))}))(t)
	done := d.answers(func(chat.Event) chat.Reply { return chat.PrivateLine(chat.Words("drawn again")) })
	d.act("moderator", world.Action{Kind: world.ActShortcut, Control: "reroll", Message: ref.ID})
	e := next[chat.Shortcut](d)
	if err := <-done; err != nil || e.Name != "reroll" || e.Message != ref {
		t.Errorf("%v, %+v", err, e)
	}
}

func TestMessagesComeAsTheirAuthorsMeantThem(t *testing.T) {
	d := open(t)
	first := d.act("member-1", world.Action{Kind: world.ActMessage, Text: "a < b & c, see @member-2 in #contests"})
	e := next[chat.Posted](d)
	if e.Message.ID != first.Message || e.Actor.ID != d.member("member-1") || e.Actor.Bot || e.At.IsZero() || e.Thread != "" {
		t.Errorf("%+v", e)
	}
	if !strings.HasPrefix(e.Text, "a < b & c, see @") || !strings.HasSuffix(e.Text, "#contests") {
		t.Errorf("%q", e.Text)
	}
	d.act("member-1", world.Action{Kind: world.ActDelete, Message: first.Message})
	if e := next[chat.Deleted](d); e.Message.ID != first.Message {
		t.Errorf("%+v", e)
	}
}

func TestItsOwnMessagesAreThoseOfABot(t *testing.T) {
	d := open(t)
	ref := must(d.a.Post(t.Context(), d.channel("general"), chat.Message{Key: "k", Card: chat.Say(chat.Words("hi"))}))(t)
	if e := next[chat.Posted](d); e.Message != ref || !e.Actor.Bot {
		t.Errorf("%+v", e)
	}
}

func TestMembersComeAndGo(t *testing.T) {
	d := open(t)
	id := must(d.Arrive("someone"))(t)
	if e := next[chat.Joined](d); e.Actor.ID != memberID(d.TeamID(), id) || e.Channel != "" {
		t.Errorf("%+v", e)
	}
	if err := d.Deactivate(id); err != nil {
		t.Fatal(err)
	}
	if e := next[chat.Left](d); e.Actor.ID != memberID(d.TeamID(), id) {
		t.Errorf("%+v", e)
	}
	m, err := d.a.Member(t.Context(), spaceID(d.TeamID()), memberID(d.TeamID(), id))
	if err != nil || m.Present {
		t.Errorf("%v, %+v", err, m)
	}
}

func TestAnEventDeliveredTwiceKeepsItsID(t *testing.T) {
	d := open(t)
	d.Duplicate(1)
	d.act("member-1", world.Action{Kind: world.ActMessage, Text: "once"})
	a, b := next[chat.Posted](d), next[chat.Posted](d)
	if a.ID == "" || a.ID != b.ID {
		t.Errorf("%q and %q", a.ID, b.ID)
	}
	d.act("member-1", world.Action{Kind: world.ActMessage, Text: "twice"})
	if c := next[chat.Posted](d); c.ID == a.ID {
		t.Error("two events share an id")
	}
}

func TestNothingIsLostWhileSlackReplacesALine(t *testing.T) {
	d := open(t)
	d.answers(func(chat.Event) chat.Reply { return chat.Reply{} })
	opened := len(d.requests("apps.connections.open"))
	for i := range 3 {
		d.Refresh()
		d.types("member-1", "/help") // a command is never sent twice
		next[chat.Invoked](d)
		d.until("the line is replaced", func() bool { return len(d.requests("apps.connections.open")) == opened+i+1 })
	}
}

func TestLinesThatBreakComeBack(t *testing.T) {
	d := open(t)
	opened := len(d.requests("apps.connections.open"))
	d.Drop()
	d.until("two lines are up again", func() bool {
		return len(d.requests("apps.connections.open")) >= opened+lineCount && d.Connections() == lineCount
	})
	d.act("member-1", world.Action{Kind: world.ActMessage, Text: "still there?"})
	next[chat.Posted](d)
}

func TestRunEndsWhenATokenIsRefused(t *testing.T) {
	for name, change := range map[string]func(*Config){
		"bot": func(c *Config) { c.BotToken = "xoxb-wrong" },
		"app": func(c *Config) { c.AppToken = "xapp-wrong" },
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			conf := d.a.conf
			change(&conf)
			err := must(New(conf, Deps{Machine: time.Now}))(t).Run(t.Context(), d.in)
			if !fatal(err) || strings.Contains(err.Error(), "wrong") {
				t.Errorf("%v", err)
			}
		})
	}
}

func TestNewNeedsAWayIn(t *testing.T) {
	for _, c := range []Config{{}, {AppToken: "xapp-1"}, {BotToken: "xoxb-1"}, {BotToken: "xoxb-1", AppToken: "xapp-1", APIURL: "slack.example"}} {
		if _, err := New(c, Deps{Machine: time.Now}); err == nil {
			t.Errorf("%+v", c)
		}
	}
}

func TestGroupsAreNotGiven(t *testing.T) {
	d := open(t)
	var e *chat.Error
	err := d.a.GiveRole(t.Context(), spaceID(d.TeamID()), d.member("member-1"), "slack:T/S")
	if !errors.As(err, &e) || e.Trouble != chat.TroubleRefused || d.a.Capabilities().Roles {
		t.Errorf("%v", err)
	}
	if !errors.As(d.a.TakeRole(t.Context(), "", "", ""), &e) {
		t.Error("taken")
	}
}
