package discord

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"animo/bot/chat"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares v, as JSON, with a file of testdata.
func golden(t *testing.T, name string, v any) {
	t.Helper()
	var got bytes.Buffer
	enc := json.NewEncoder(&got)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join("testdata", name+".golden.json")
	if *update {
		if err := os.WriteFile(path, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), got.String()); d != "" {
		t.Errorf("%s differs (run with -update if that is meant):\n%s", path, d)
	}
}

var ends = time.Date(2026, 3, 29, 20, 0, 0, 0, time.UTC)

func giveawayCard() chat.Card {
	c := chat.NewCard(
		chat.Heading(chat.Words("Giveaway: *Nitro* #1")),
		chat.Paragraph(chat.L(chat.T("Ends "), chat.Moment(ends, chat.MomentRelative), chat.T(", offered by "), chat.Mention("discord:42"))),
		chat.Fields(
			chat.Field{Label: "Winners", Value: chat.Words("3")},
			chat.Field{Label: "Entries", Value: chat.L(chat.Strong(chat.T("1,204")))},
		),
		chat.List(chat.Words("be a member for 7 days"), chat.L(chat.T("hold "), chat.MentionRole("discord:7"), chat.Break(), chat.T("or ask"))),
		chat.Numbered(9, chat.Words("first"), chat.Words("second")),
		chat.Divider(),
		chat.Picture("https://example.com/prize.png", "The prize"),
		chat.Controls(
			chat.Button(chat.Act("giveaway", "enter", "g1"), "Enter", chat.ToneGood).WithEmoji("🎉"),
			chat.Button(chat.Act("giveaway", "leave", "g1"), "Leave", chat.TonePlain),
			chat.Button(chat.Act("giveaway", "end", "g1"), "End", chat.ToneDanger),
			chat.LinkButton("https://example.com/rules", "Rules"),
			chat.Menu(chat.Act("giveaway", "more", "g1"), "More", chat.Choice{Value: "a", Label: "A", Description: "first"}, chat.Choice{Value: "b", Label: "B", Chosen: true}),
			chat.Control{Kind: chat.ControlMemberMenu, Action: chat.Act("giveaway", "who", "g1"), Placeholder: "Who", Min: 1, Max: 5},
			chat.Control{Kind: chat.ControlRoleMenu, Action: chat.Act("giveaway", "role", "g1")},
			chat.Control{Kind: chat.ControlChannelMenu, Action: chat.Act("giveaway", "channel", "g1"), Disabled: true},
		),
		chat.Note(chat.L(chat.T("Seed "), chat.Code("abc"), chat.Break(), chat.Link("https://example.com", "how it is drawn"))),
	)
	c.Accent = 0x5865F2
	c.Thumb = &chat.Image{URL: "https://example.com/thumb.png", Alt: "Thumbnail"}
	c.Pings = chat.Pings{Members: []chat.MemberID{"discord:42", "discord:43", "slack:U1"}, Roles: []chat.RoleID{"discord:8", "discord:7"}}
	return c
}

func TestCardsRenderAsBefore(t *testing.T) {
	files := []chat.File{{Name: "winners list.csv", Type: "text/csv"}, {Name: "chart.png", Type: "image/png"}, {Name: "shown.png", Type: "image/png"}}
	everyone := chat.Say(chat.Words("Doors open"))
	everyone.Pings.Everyone = true
	for name, r := range map[string]rendered{
		"giveaway": render(giveawayCard(), "k1", nil),
		"files":    render(chat.NewCard(chat.Picture("attachment://shown.png", "Shown")), "", files),
		"everyone": render(everyone, "", nil),
		"empty":    render(chat.Card{}, "", nil),
		"crowded":  render(crowdedCard(), "", nil),
	} {
		t.Run(name, func(t *testing.T) {
			golden(t, name, map[string]any{"components": r.components, "allowed_mentions": r.mentions})
		})
	}
}

// crowdedCard has more of everything than Discord takes.
func crowdedCard() chat.Card {
	var c chat.Card
	for i := range 50 {
		c = c.With(chat.Paragraph(chat.Words(fmt.Sprint("line ", i))), chat.Divider())
	}
	var buttons []chat.Control
	for i := range 40 {
		buttons = append(buttons, chat.Button(chat.Act("x", "y", fmt.Sprint(i)), fmt.Sprint(i), chat.TonePlain))
	}
	return c.With(chat.Controls(buttons...))
}

// tally counts what Discord counts.
type tally struct {
	components, chars, bytes int
	ids                      map[string]bool
	problems                 []string
}

func count(t testing.TB, r rendered) *tally {
	t.Helper()
	b, err := json.Marshal(r.components)
	if err != nil {
		t.Fatal(err)
	}
	var list []map[string]any
	if err := json.Unmarshal(b, &list); err != nil {
		t.Fatal(err)
	}
	n := &tally{ids: make(map[string]bool)}
	for _, c := range list {
		n.walk(c)
	}
	return n
}

func (n *tally) walk(c map[string]any) {
	n.components++
	kind := int(c["type"].(float64))
	text, _ := c["content"].(string)
	n.chars += length(text)
	n.bytes += len(text)
	if kind == 10 && strings.TrimSpace(text) == "" {
		n.problems = append(n.problems, "empty text")
	}
	if id, _ := c["custom_id"].(string); id != "" {
		if n.ids[id] || len(id) > 100 {
			n.problems = append(n.problems, "custom_id "+id)
		}
		n.ids[id] = true
	}
	if label, ok := c["label"].(string); ok && kind == 2 && (length(label) > 80 || (label == "" && c["emoji"] == nil)) {
		n.problems = append(n.problems, "label "+label)
	}
	below, _ := c["components"].([]any)
	if (kind == 1 || kind == 17 || kind == 9) && len(below) == 0 {
		n.problems = append(n.problems, fmt.Sprint("nothing in ", kind))
	}
	if kind == 1 && len(below) > 5 {
		n.problems = append(n.problems, "a row too long")
	}
	for _, b := range below {
		n.walk(b.(map[string]any))
	}
	if a, ok := c["accessory"].(map[string]any); ok {
		n.walk(a)
	}
}

func (n *tally) check(t rapid.TB) {
	if n.components > maxComponents || n.chars > maxText || n.bytes > maxTextBytes || len(n.problems) > 0 {
		t.Errorf("%d components, %d characters, %d bytes, %v", n.components, n.chars, n.bytes, n.problems)
	}
}

func TestWhateverACardHoldsDiscordTakesIt(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		n := count(t, render(anyCard().Draw(rt, "card"), rapid.StringN(0, 25, 25).Draw(rt, "key"), nil))
		n.check(rt)
	})
}

func anyLine() *rapid.Generator[chat.Line] {
	return rapid.Custom(func(t *rapid.T) chat.Line {
		var l chat.Line
		for range rapid.IntRange(0, 6).Draw(t, "inlines") {
			text := rapid.OneOf(rapid.String(), rapid.StringMatching(`[*_#>\-@a-z0-9. \n]{0,40}`), longText()).Draw(t, "text")
			l = append(l, rapid.SampledFrom([]chat.Inline{
				chat.T(text), chat.Strong(chat.T(text)), chat.Em(chat.Strike(chat.T(text))), chat.Code(text),
				chat.Link("https://example.com/"+text, text), chat.Mention(chat.MemberID("discord:" + text)),
				chat.MentionRole("discord:7"), chat.Moment(ends, chat.MomentFull), chat.Break(),
			}).Draw(t, "inline"))
		}
		return l
	})
}

func longText() *rapid.Generator[string] {
	return rapid.Custom(func(t *rapid.T) string {
		return strings.Repeat(rapid.StringN(1, 3, -1).Draw(t, "piece"), rapid.IntRange(1, 1500).Draw(t, "times"))
	})
}

func anyControl() *rapid.Generator[chat.Control] {
	return rapid.Custom(func(t *rapid.T) chat.Control {
		kinds := []chat.ControlKind{
			chat.ControlButton, chat.ControlLink, chat.ControlMenu, chat.ControlMemberMenu,
			chat.ControlRoleMenu, chat.ControlChannelMenu, "other",
		}
		c := chat.Control{
			Kind:  rapid.SampledFrom(kinds).Draw(t, "kind"),
			Label: rapid.StringN(0, 120, -1).Draw(t, "label"), Emoji: rapid.SampledFrom([]string{"", "🎉", "x", "⭐"}).Draw(t, "emoji"),
			URL: rapid.SampledFrom([]string{"https://example.com", "x"}).Draw(t, "url"),
			Min: rapid.IntRange(-1, 30).Draw(t, "min"), Max: rapid.IntRange(-1, 30).Draw(t, "max"),
		}
		if rapid.Bool().Draw(t, "acts") {
			c.Action = chat.Act("f", "v", rapid.StringN(0, 110, 110).Draw(t, "subject"))
		}
		for range rapid.IntRange(0, 30).Draw(t, "options") {
			c.Options = append(c.Options, chat.Choice{
				Value: rapid.StringN(0, 3, -1).Draw(t, "value"), Label: rapid.StringN(0, 120, -1).Draw(t, "name"), Chosen: rapid.Bool().Draw(t, "chosen"),
			})
		}
		return c
	})
}

func anyCard() *rapid.Generator[chat.Card] {
	return rapid.Custom(func(t *rapid.T) chat.Card {
		var c chat.Card
		for range rapid.IntRange(0, 45).Draw(t, "blocks") {
			line := anyLine().Draw(t, "line")
			c = c.With(rapid.SampledFrom([]chat.Block{
				chat.Heading(line), chat.Paragraph(line), chat.Note(line), chat.Divider(),
				chat.List(line, line, line), chat.Numbered(5, line, line), chat.Fields(chat.Field{Label: "L", Value: line}),
				chat.Picture("https://example.com/x.png", "x"), chat.Picture("x", "x"),
				{Kind: chat.BlockImage},
				{Kind: "other"},
				chat.Controls(rapid.SliceOfN(anyControl(), 0, 8).Draw(t, "controls")...),
			}).Draw(t, "block"))
		}
		if rapid.Bool().Draw(t, "thumb") {
			c.Thumb = &chat.Image{URL: "https://example.com/x.png", Alt: "x"}
		}
		c.Pings.Everyone = rapid.Bool().Draw(t, "everyone")
		c.Accent = rapid.IntRange(-1, 0x1FFFFFF).Draw(t, "accent")
		return c
	})
}

func TestWhatIsLeftOutIsCounted(t *testing.T) {
	var items []chat.Line
	for i := range 100 {
		items = append(items, chat.Words(fmt.Sprintf("%03d %s", i, strings.Repeat("x", 96))))
	}
	b, err := json.Marshal(render(chat.NewCard(chat.List(items...), chat.Note(chat.Words("after"))), "", nil).components)
	if err != nil {
		t.Fatal(err)
	}
	shown := strings.Count(string(b), "xxx ") + strings.Count(string(b), `x\n`) + 1
	if want := fmt.Sprintf("(+%d)", 100-shown+1); !strings.Contains(string(b), want) || strings.Contains(string(b), "after") {
		t.Errorf("%d items are shown, want %q and nothing after it", shown, want)
	}
}

func TestALongParagraphEndsWithAnEllipsis(t *testing.T) {
	r := render(chat.Say(chat.L(chat.Strong(chat.T(strings.Repeat("a", 5000))))), "", nil)
	b, _ := json.Marshal(r.components)
	if !strings.Contains(string(b), `a**…"`) {
		t.Errorf("ends with %s", b[len(b)-60:])
	}
}

func TestNobodyIsPingedUnlessNamed(t *testing.T) {
	c := chat.Say(chat.L(chat.Mention("discord:1"), chat.T("@everyone")))
	m := render(c, "", nil).mentions
	b, _ := json.Marshal(m)
	if string(b) != `{"parse":[],"replied_user":false}` {
		t.Errorf("allowed_mentions %s", b)
	}
	for i := range 150 {
		c.Pings.Members = append(c.Pings.Members, chat.MemberID(fmt.Sprint("discord:", i)), "slack:U1")
	}
	if m := render(c, "", nil).mentions; len(m.Users) != maxPings || slices.Contains(m.Users, "U1") {
		t.Errorf("%d users may be pinged", len(m.Users))
	}
}

func TestTheSameKeyGivesTheSameComponentID(t *testing.T) {
	key := "g1-end"
	again := strings.Clone(key)
	if messageID(key) != messageID(again) || messageID(key) == messageID("g2-end") || messageID("") != 0 {
		t.Error("ids do not follow keys")
	}
	for i := range 1000 {
		if id := messageID(fmt.Sprint(i)); id < 1<<30 || id > 1<<31-1 {
			t.Errorf("id %d is none of ours", id)
		}
	}
}

func TestFormsRenderAsBefore(t *testing.T) {
	f := chat.Form{
		Action: chat.Act("giveaway", "create", "g1"), Title: strings.Repeat("Create a giveaway ", 4), Submit: "Go", Close: "Cancel",
		Fields: []chat.FormField{
			{Name: "prize", Label: "Prize", Kind: chat.FieldShort, Required: true, Max: 100, Value: "Nitro", Placeholder: "What is there to win?"},
			{Name: "text", Label: strings.Repeat("A long label ", 5), Kind: chat.FieldLong, Hint: "Markdown is not read"},
			{Name: "winners", Label: "Winners", Kind: chat.FieldChoice, Value: "2", Options: []chat.Choice{{Value: "1", Label: "One"}, {Value: "2", Label: "Two"}}},
			{Name: "channel", Label: "Channel", Kind: chat.FieldChannel, Value: "discord:99", Required: true},
			{Name: "none", Label: "", Kind: chat.FieldChoice},
			{Name: "sixth", Label: "Sixth", Kind: chat.FieldShort},
		},
	}
	golden(t, "form", renderForm(f))
}

func BenchmarkRender(b *testing.B) {
	c := giveawayCard()
	for b.Loop() {
		if _, err := json.Marshal(newMessage(c, "k", nil)); err != nil {
			b.Fatal(err)
		}
	}
}
