package slack

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/slack-go/slack"
	"pgregory.net/rapid"

	"animo/bot/chat"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares what was made with a file of testdata.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want := must(os.ReadFile(path))(t)
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s\n%s", name, diff)
	}
}

func goldenJSON(t *testing.T, name string, v any) {
	t.Helper()
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	golden(t, name+".golden.json", b.Bytes())
}

func (m rendered) golden(t *testing.T, name string) {
	t.Helper()
	goldenJSON(t, name, map[string]any{"text": m.text, "blocks": m.blocks})
}

var (
	ends    = time.Date(2026, 3, 2, 18, 30, 0, 0, time.UTC)
	one     = memberID("T1", "U1")
	two     = memberID("T1", "U2")
	team    = roleID("T1", "S1")
	general = channelID("T1", "C1")
)

func testLook() look {
	return look{team: "T1", names: map[chat.MemberID]string{two: "Member *Two*"}, groups: []group{{id: "S1", handle: "team", name: "The team"}}}
}

// cards are the golden cards.
func cards() map[string]chat.Card {
	enter := chat.Act("giveaway", "enter", "42")
	giveaway := chat.NewCard(
		chat.Heading(chat.L(chat.T("Win "), chat.Strong(chat.T("Nitro <&> *star*")))),
		chat.Paragraph(chat.L(chat.T("Given by "), chat.Mention(one), chat.T(" and "), chat.Mention(two), chat.T(", "), chat.MentionRole(team), chat.T(" in "), chat.MentionChannel(general), chat.T("."))),
		chat.Fields(chat.Field{Label: "Ends", Value: chat.L(chat.Moment(ends, chat.MomentRelative))}, chat.Field{Label: "Winners", Value: chat.Words("3")}),
		chat.Note(chat.L(chat.T("No 42 · "), chat.Link("https://example.org/rules", "rules"))),
		chat.Divider(),
		chat.Picture("https://example.org/prize.png", "the prize"),
		chat.Controls(
			chat.Button(enter, "Enter", chat.ToneGood).WithEmoji("🎉"), chat.Button(enter, "Enter too", ""),
			chat.Control{Kind: chat.ControlButton, Action: chat.Act("giveaway", "cancel", "42"), Label: "Cancel", Tone: chat.ToneDanger, Confirm: &chat.Confirm{Title: "Sure?", Text: "It cannot be undone.", Yes: "Yes", No: "No"}},
			chat.Control{Kind: chat.ControlButton, Action: chat.Act("giveaway", "gone", "42"), Label: "Gone", Disabled: true},
			chat.LinkButton("https://example.org", "Site"),
		),
	)
	giveaway.Accent, giveaway.Pings = 0xff0000, chat.Pings{Members: []chat.MemberID{one}}
	literal := chat.NewCard(
		chat.Heading(chat.Words("*a* <!channel> :tada:")),
		chat.Paragraph(chat.L(chat.T("<!channel> <@U2> *b* _i_ ~s~ `c` &amp; > "), chat.Code("x ` y"), chat.Strong(chat.T(" spaced ")), chat.T("joined"))),
		chat.Fields(chat.Field{Label: "*Label*", Value: chat.Words("`v` <https://a.example>")}),
		chat.Note(chat.Words("*small* <!here>")),
		chat.Note(chat.L(chat.T("*small* "), chat.Em(chat.T("print")))),
		chat.List(chat.Words("> one"), chat.Words("~two~")),
	)
	pings := chat.NewCard(chat.Numbered(3, chat.L(chat.Mention(one)), chat.L(chat.Mention(two)), chat.Words("nobody")))
	pings.Pings = chat.Pings{Members: []chat.MemberID{one, memberID("T1", "U9")}, Roles: []chat.RoleID{team}, Everyone: true}
	beside := chat.NewCard(chat.Heading(chat.Words("Beside")), chat.Paragraph(chat.L(chat.T("Text "), chat.Em(chat.T("here")), chat.T(".")))).
		With(chat.Paragraph(chat.L(chat.Moment(ends, chat.MomentDate), chat.T(" "), chat.Moment(ends, chat.MomentTime), chat.Break(), chat.Strike(chat.T("no")))))
	beside.Thumb = &chat.Image{URL: "https://example.org/t.png", Alt: "thumb"}
	action := func(v string) chat.Action { return chat.Act("setup", v, "") }
	menus := chat.NewCard(chat.Controls(
		chat.Menu(action("menu"), "Pick", chat.Choice{Value: "a", Label: "A", Description: "first"}, chat.Choice{Value: "b", Label: "B", Chosen: true}),
		chat.Control{Kind: chat.ControlMenu, Action: action("many"), Max: 2, Options: []chat.Choice{{Value: "a", Label: "A", Chosen: true}, {Value: "b", Label: "B"}}},
		chat.Control{Kind: chat.ControlMemberMenu, Action: action("member"), Placeholder: "Who"},
		chat.Control{Kind: chat.ControlRoleMenu, Action: action("role"), Max: 5, Options: []chat.Choice{{Value: string(team), Chosen: true}}},
		chat.Control{Kind: chat.ControlChannelMenu, Action: action("channel")},
		chat.Control{Kind: chat.ControlMenu, Action: action("empty")},
		chat.Control{Kind: chat.ControlChannelMenu, Action: action("channels"), Max: 3},
	))
	return map[string]chat.Card{"giveaway": giveaway, "literal": literal, "pings": pings, "beside": beside, "menus": menus, "empty": {}}
}

func TestCardsLookAsAgreed(t *testing.T) {
	for name, c := range cards() {
		render(c, testLook()).golden(t, "card-"+name)
	}
}

func TestAPrivateCardMentionsFreely(t *testing.T) {
	k := testLook()
	k.private = true
	c := cards()["pings"]
	render(c, k).golden(t, "card-private")
}

func TestAFormLooksAsAgreed(t *testing.T) {
	goldenJSON(t, "form", viewOf(testForm(), `{"c":"C1"}`))
}

func lines(n int, text string) []chat.Line {
	out := make([]chat.Line, n)
	for i := range out {
		out[i] = chat.Words(fmt.Sprintf("%d %s", i, text))
	}
	return out
}

func TestWhatIsTooLongIsCutAndCounted(t *testing.T) {
	button := chat.Controls(chat.Button(chat.Act("list", "more", "1"), "More", ""))
	for name, c := range map[string]chat.Card{
		"a long list":      chat.NewCard(chat.List(lines(2000, "a member of some name")...), button),
		"many paragraphs":  chat.NewCard().With(repeated2(100, chat.Paragraph(chat.Words("x")))...).With(button),
		"many fields":      chat.NewCard(chat.Fields(make([]chat.Field, 400)...), button),
		"a long paragraph": chat.NewCard(chat.Paragraph(chat.Words(strings.Repeat("word ", 5000))), chat.Note(chat.Words("behind")), button),
	} {
		m := render(c, testLook())
		js := string(must(json.Marshal(m.blocks))(t))
		if !fits(t, m) || !strings.Contains(js, "list|more|1") {
			t.Errorf("%s: %d blocks, %d characters", name, len(m.blocks), utf8.RuneCountInString(js))
		}
		if name != "a long paragraph" && !strings.Contains(js, "… (+") {
			t.Errorf("%s: nothing says what is missing", name)
		}
	}
}

func repeated2(n int, b chat.Block) []chat.Block {
	out := make([]chat.Block, n)
	for i := range out {
		out[i] = b
	}
	return out
}

func TestACardSplitForSlackLosesNothing(t *testing.T) {
	d := must(New(Config{BotToken: "x", AppToken: "x"}, Deps{Machine: time.Now}))(t)
	var items []chat.Line
	var who []chat.MemberID
	for i := range 250 {
		id := memberID("T0000000001", fmt.Sprintf("U%010d", i))
		who = append(who, id)
		items = append(items, chat.L(chat.Mention(id), chat.T(" wins "), chat.Strong(chat.T("something nice"))))
	}
	c := chat.NewCard(chat.Heading(chat.Words("Winners")), chat.Numbered(1, items...))
	c.Pings.Members = who
	seen := map[chat.MemberID]int{}
	for _, part := range chat.Split(c, d.Capabilities()) {
		m := render(part, testLook())
		js := string(must(json.Marshal(m.blocks))(t))
		if strings.Contains(js, "… (+") || !fits(t, m) {
			t.Errorf("a part of %d characters lost something", len(js))
		}
		for _, id := range who {
			seen[id] += strings.Count(js, local(id))
		}
	}
	for id, n := range seen {
		if n != 1 {
			t.Errorf("%s is mentioned %d times", id, n)
		}
	}
}

// fits says whether a card keeps to the limits that are ours or that Slack
// answers without saying where.
func fits(t testing.TB, m rendered) bool {
	t.Helper()
	n := 0
	for _, b := range m.blocks {
		n += size(b)
	}
	return len(m.blocks) <= maxBlocks && n <= maxJSON+noteRoom && m.text != "" && utf8.RuneCountInString(m.text) <= maxFallback+10
}

// anyText draws what members type, markup included.
func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringN(0, 40, -1),
		rapid.SampledFrom([]string{"", " ", "*b*", "<!channel>", "<@U2>", "> q", ":tada:", "`", "a\nb", "&amp;", strings.Repeat("long ", 1200)}),
	)
}

func anyInline(depth int) *rapid.Generator[chat.Inline] {
	return rapid.Custom(func(t *rapid.T) chat.Inline {
		in := chat.Inline{
			Kind: rapid.SampledFrom([]chat.InlineKind{"text", "strong", "em", "strike", "code", "link", "member", "role", "channel", "moment", "break", "odd"}).Draw(t, "kind"),
			Text: anyText().Draw(t, "text"),
			ID:   rapid.SampledFrom([]string{"", "slack:T1/U1", "slack:T1/S1", "slack:T1/C1", "slack:T1/<b>", "discord:1"}).Draw(t, "id"),
			URL:  rapid.SampledFrom([]string{"", "https://example.org/?a=1&b=|", "javascript:alert(1)", "https://example.org/>"}).Draw(t, "url"),
			At:   ends,
		}
		if depth > 0 {
			in.Inner = rapid.SliceOfN(anyInline(depth-1), 0, 3).Draw(t, "inner")
		}
		return in
	})
}

func anyLine() *rapid.Generator[chat.Line] {
	return rapid.Custom(func(t *rapid.T) chat.Line { return rapid.SliceOfN(anyInline(1), 0, 5).Draw(t, "line") })
}

func anyControl() *rapid.Generator[chat.Control] {
	return rapid.Custom(func(t *rapid.T) chat.Control {
		c := chat.Control{
			Kind:   rapid.SampledFrom([]chat.ControlKind{"button", "link", "menu", "member_menu", "role_menu", "channel_menu", "odd"}).Draw(t, "kind"),
			Action: chat.Act("f", rapid.SampledFrom([]string{"a", "b"}).Draw(t, "verb"), "1"),
			Label:  anyText().Draw(t, "label"), Placeholder: anyText().Draw(t, "placeholder"), Emoji: "🎉",
			Tone: rapid.SampledFrom([]chat.Tone{"", chat.TonePrimary, chat.ToneGood, chat.ToneDanger}).Draw(t, "tone"),
			URL:  "https://example.org", Max: rapid.IntRange(-1, 4).Draw(t, "max"),
			Disabled: rapid.Bool().Draw(t, "disabled"),
		}
		for range rapid.IntRange(0, 4).Draw(t, "options") {
			c.Options = append(c.Options, chat.Choice{Value: anyText().Draw(t, "value"), Label: anyText().Draw(t, "option"), Description: anyText().Draw(t, "description"), Chosen: rapid.Bool().Draw(t, "chosen")})
		}
		if rapid.Bool().Draw(t, "confirm") {
			c.Confirm = &chat.Confirm{Title: anyText().Draw(t, "title"), Text: anyText().Draw(t, "question")}
		}
		return c
	})
}

func anyCard() *rapid.Generator[chat.Card] {
	block := rapid.Custom(func(t *rapid.T) chat.Block {
		b := chat.Block{
			Kind:  rapid.SampledFrom([]chat.BlockKind{"heading", "paragraph", "fields", "list", "note", "divider", "image", "controls", "odd"}).Draw(t, "kind"),
			Line:  anyLine().Draw(t, "line"),
			Items: rapid.SliceOfN(anyLine(), 0, 4).Draw(t, "items"), Ordered: rapid.Bool().Draw(t, "ordered"),
			Controls: rapid.SliceOfN(anyControl(), 0, 7).Draw(t, "controls"),
			Image:    &chat.Image{URL: "https://example.org/a.png", Alt: anyText().Draw(t, "alt")},
		}
		for range rapid.IntRange(0, 12).Draw(t, "fields") {
			b.Fields = append(b.Fields, chat.Field{Label: anyText().Draw(t, "label"), Value: anyLine().Draw(t, "value")})
		}
		return b
	})
	return rapid.Custom(func(t *rapid.T) chat.Card {
		c := chat.Card{Blocks: rapid.SliceOfN(block, 0, 6).Draw(t, "blocks")}
		if rapid.Bool().Draw(t, "thumb") {
			c.Thumb = &chat.Image{URL: "https://example.org/t.png"}
		}
		if rapid.Bool().Draw(t, "pings") {
			c.Pings.Members = []chat.MemberID{one}
		}
		return c
	})
}

func TestALongListOfAwkwardWordsLosesNothing(t *testing.T) {
	var items []chat.Line
	for i := range 100 {
		items = append(items, chat.L(chat.Mention(memberID("T1", fmt.Sprintf("U%010d", i))), chat.T(" *wins* "), chat.Strong(chat.T("`it`")), chat.T(" "), chat.Em(chat.T("now"))))
	}
	k := testLook()
	k.private = true
	m := render(chat.NewCard(chat.List(items...)), k)
	js := string(must(json.Marshal(m.blocks))(t))
	if !fits(t, m) || strings.Contains(js, "… (+") || !strings.Contains(js, "\u200b*wins\u200b* *\u200bˋit\u200bˋ* _now_") {
		t.Errorf("%d characters: %s", size(m.blocks...), js[len(js)-300:])
	}
}

func TestSlackTakesAnyCard(t *testing.T) {
	d := open(t)
	to := d.channel("general")
	d.a.Hasten()
	rapid.Check(t, func(rt *rapid.T) {
		c := anyCard().Draw(rt, "card")
		m := render(c, testLook())
		if !fits(t, m) {
			rt.Fatalf("%d blocks, %d characters", len(m.blocks), size(m.blocks...))
		}
		js := string(must(json.Marshal(m.blocks))(t)) + m.text
		if strings.Contains(js, `"broadcast"`) || strings.Contains(m.text, "<!channel>") {
			rt.Fatal("mentions the whole channel")
		}
		if _, _, err := d.a.api.PostMessageContext(d.ctx, local(to), m.options()...); err != nil {
			rt.Fatalf("%v\n%s", err, js)
		}
	})
}

func TestAThumbStandsBesideFieldsWhereNoParagraphIs(t *testing.T) {
	c := chat.NewCard(chat.Heading(chat.Words("Prize")), chat.Fields(chat.Field{Label: "Winners", Value: chat.Words("3")}), chat.Note(chat.Words("small")))
	c.Thumb = &chat.Image{URL: "https://example.org/t.png", Alt: "thumb"}
	section, ok := render(c, testLook()).blocks[1].(*slack.SectionBlock)
	if !ok || len(section.Fields) != 1 || section.Accessory == nil || section.Accessory.ImageElement == nil {
		t.Errorf("the fields became %+v", section)
	}
}

func TestAnUnderscoreWithinAWordIsNoFormatting(t *testing.T) {
	for text, plain := range map[string]bool{"invalid_auth": true, "a_b_c": false, "_a_": false, "a_ b": false, "été_": false} {
		if got := !formatted(text); got != plain {
			t.Errorf("%q may stand as it is: %v", text, got)
		}
	}
}

func TestCodeStaysOnOneLine(t *testing.T) {
	m := render(chat.Say(chat.L(chat.Code("a`b\nc"))), testLook())
	if js := string(must(json.Marshal(m.blocks))(t)); !strings.Contains(js, `"a`+"`"+`b c"`) {
		t.Errorf("the code became %s", js)
	}
}
