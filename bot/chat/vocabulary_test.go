package chat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
)

func TestAnIDCarriesItsNetwork(t *testing.T) {
	id := chat.NewID[chat.ChannelID](chat.Slack, "T1/C024")
	if id != "slack:T1/C024" || chat.NetworkOf(id) != chat.Slack || chat.Native(id) != "T1/C024" {
		t.Errorf("%s is of %s and native %s", id, chat.NetworkOf(id), chat.Native(id))
	}
	if n := chat.NetworkOf(chat.SpaceID("42")); n != "" {
		t.Errorf("an id without a network is of %q", n)
	}
}

func TestAReferenceIsZeroOnlyWhenItPointsNowhere(t *testing.T) {
	if !(chat.MessageRef{}).IsZero() || (chat.MessageRef{ID: "1"}).IsZero() || (chat.MessageRef{Channel: "slack:C1"}).IsZero() {
		t.Error("IsZero is wrong")
	}
	if s := (chat.MessageRef{Channel: "slack:T/C1", ID: "17.2"}).String(); s != "slack:T/C1#17.2" {
		t.Error(s)
	}
}

func TestACardReadsAsPlainText(t *testing.T) {
	at := time.Date(2026, 3, 2, 9, 30, 15, 99, time.FixedZone("", 3600))
	c := chat.NewCard(
		chat.Heading(chat.L(chat.T("Prize "), chat.Strong(chat.T("of "), chat.Em(chat.T("honour"))))),
		chat.Paragraph(chat.L(
			chat.Mention("discord:7"), chat.T(" "), chat.MentionRole("discord:8"), chat.T(" "), chat.MentionChannel("discord:9"), chat.Break(),
			chat.Moment(at, chat.MomentFull), chat.T(" "), chat.Link("https://a.example", "here"), chat.T(" "), chat.Code("x*"), chat.Strike(chat.T("gone")))),
		chat.Fields(chat.Field{Label: "Winners", Value: chat.Words("3")}, chat.Field{Label: "Host", Value: chat.L(chat.Mention("discord:7"))}),
		chat.List(chat.Words("a"), chat.Words("b")),
		chat.Numbered(9, chat.Words("c"), chat.Words("d")),
		chat.Numbered(0, chat.Words("e")),
		chat.Divider(),
		chat.Picture("https://a.example/p.png", "A cake"), chat.Block{Kind: chat.BlockImage}, chat.Paragraph(nil),
		chat.Note(chat.Words("small")),
		chat.Controls(chat.Button(chat.Act("a", "b", "c"), "Enter", ""), chat.Menu(chat.Act("a", "m", ""), "Choose one"), chat.LinkButton("https://a.example", "Rules")),
	)
	want := strings.Join([]string{
		"Prize of honour",
		"@discord:7 @discord:8 #discord:9",
		"2026-03-02 08:30 UTC here (https://a.example) x*gone",
		"Winners · 3", "Host · @discord:7",
		"• a", "• b", "9. c", "10. d", "1. e", "----", "[A cake]", "small",
		"[Enter] [Choose one] [Rules]",
	}, "\n")
	if got := c.Plain(); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestLinesAreJoinedAndProlongedWithoutSharingMemory(t *testing.T) {
	base := make(chat.Line, 1, 8)
	base[0] = chat.T("a")
	x, y := base.Then(chat.T("x")), base.Then(chat.T("y"))
	if x.Plain() != "ax" || y.Plain() != "ay" {
		t.Errorf("%q %q", x.Plain(), y.Plain())
	}
	if s := chat.Join([]chat.Line{x, y, base}, chat.T(", ")).Plain(); s != "ax, ay, a" {
		t.Error(s)
	}
	if chat.Join(nil, chat.T(",")) != nil {
		t.Error("nothing joined is something")
	}
	card := chat.NewCard(make([]chat.Block, 0, 8)...)
	one, two := card.With(chat.Note(x)), card.With(chat.Note(y))
	if one.Plain() != "ax" || two.Plain() != "ay" || len(card.Blocks) != 0 {
		t.Errorf("%q %q %d", one.Plain(), two.Plain(), len(card.Blocks))
	}
}

func TestACommandIsFoundByItsPathAlone(t *testing.T) {
	leaf := func(name string) chat.CommandSpec { return chat.CommandSpec{Name: name} }
	group := chat.CommandSpec{Name: "giveaway", Sub: []chat.CommandSpec{
		leaf("start"), {Name: "template", Sub: []chat.CommandSpec{leaf("save"), leaf("start")}}, leaf("end"),
	}}
	var all []string
	var paths [][]string
	group.Walk(func(path []string, c chat.CommandSpec) {
		if c.Name != path[len(path)-1] {
			t.Errorf("%s at %v", c.Name, path)
		}
		all, paths = append(all, chat.PathString(path)), append(paths, path)
	})
	if got := strings.Join(all, " "); got != "/giveaway start /giveaway template save /giveaway template start /giveaway end" {
		t.Error(got)
	}
	for _, path := range paths {
		if c, ok := group.Find(path); !ok || c.Name != path[len(path)-1] {
			t.Errorf("%v: %v %v", path, c.Name, ok)
		}
	}
	for _, path := range [][]string{
		nil,
		{},
		{"giveaway"},
		{"start"},
		{"giveaway", "template"},
		{"giveaway", "save"},
		{"giveaway", "start", "now"},
		{"poll", "start"},
		{"Giveaway", "start"},
	} {
		if c, ok := group.Find(path); ok {
			t.Errorf("%v found %s", path, c.Name)
		}
	}
	if c, ok := leaf("help").Find([]string{"help"}); !ok || c.Name != "help" {
		t.Error("a command without sub-commands is not found")
	}
}

func TestAWordingFallsBackToEnglish(t *testing.T) {
	w := chat.Wording{chat.English: "giveaway", chat.French: "cadeau"}
	if w.In(chat.French) != "cadeau" || w.In(chat.English) != "giveaway" || w.In("de") != "giveaway" {
		t.Errorf("%v", w)
	}
	if l := chat.Languages(); l[0] != chat.English {
		t.Errorf("the fallback is not first: %v", l)
	}
}

func TestTroubleIsFoundBelowOtherErrors(t *testing.T) {
	cause := errors.New("503")
	e := &chat.Error{Trouble: chat.TroubleForbidden, Doing: "post to channel", Missing: "Send Messages", Err: cause}
	wrapped := fmt.Errorf("say it: %w", e)
	for err, want := range map[error]chat.Trouble{
		nil: "", e: chat.TroubleForbidden, wrapped: chat.TroubleForbidden, cause: chat.TroubleTransient,
	} {
		if got := chat.TroubleOf(err); got != want {
			t.Errorf("%v is %q, want %q", err, got, want)
		}
	}
	if !errors.Is(wrapped, cause) || e.Error() != "post to channel: forbidden (Send Messages): 503" {
		t.Error(e)
	}
}

func TestOnlyWhatCannotChangeIsFinal(t *testing.T) {
	for trouble, final := range map[chat.Trouble]bool{
		"": false, chat.TroubleTransient: false, chat.TroubleLimited: false, chat.TroubleUnsure: false, chat.TroubleAuth: false,
		chat.TroubleForbidden: true, chat.TroubleGone: true, chat.TroubleRefused: true, chat.TroubleUnreachable: true, chat.TroubleExpired: true,
	} {
		if trouble.Final() != final {
			t.Errorf("%q: %v", trouble, !final)
		}
	}
}

func TestEventsAndRepliesCarryWhatTheyAreGiven(t *testing.T) {
	m := chat.Meta{ID: "7", Space: "slack:T1"}
	for _, e := range []chat.Event{chat.Invoked{Meta: m}, chat.Joined{Meta: m}, chat.Posted{Meta: m}, chat.Arrived{Meta: m}} {
		if e.Head().ID != "7" {
			t.Errorf("%T: %+v", e, e.Head())
		}
	}
	r := chat.PrivateLine(chat.Words("hi"))
	if r.Public || r.Card.Plain() != "hi" {
		t.Errorf("%+v", r)
	}
}
