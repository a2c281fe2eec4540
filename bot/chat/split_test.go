package chat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"animo/bot/chat"
)

func winners(n int) ([]chat.MemberID, []chat.Line) {
	var ids []chat.MemberID
	var items []chat.Line
	for i := range n {
		id := chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(1_100_000_000_000_000_500+i))
		ids, items = append(ids, id), append(items, chat.L(chat.Mention(id), chat.T(" with a *long* reason to be here")))
	}
	return ids, items
}

func TestAHundredWinnersAreSplitAndPingedOnce(t *testing.T) {
	ids, items := winners(100)
	c := chat.NewCard(chat.Heading(chat.Words("The winners")), chat.Numbered(1, items...), chat.Note(chat.Words("Well done")))
	c.Accent, c.Thumb = 0xff00ff, &chat.Image{URL: "https://a.example/t.png", Alt: "A cup"}
	c.Pings = chat.Pings{Members: ids, Roles: []chat.RoleID{"discord:1"}}
	parts := chat.Split(c, chat.Capabilities{MaxText: 2000, MaxPings: 30, MaxBlocks: 10})
	if len(parts) < 4 {
		t.Fatalf("%d parts", len(parts))
	}
	var pinged []chat.MemberID
	var text []string
	for i, p := range parts {
		if n := len([]rune(p.Plain())); n > 2000 || len(p.Pings.Members) > 30 {
			t.Errorf("part %d has %d characters and %d pings", i, n, len(p.Pings.Members))
		}
		if (p.Thumb != nil) != (i == 0) || p.Accent != c.Accent || (len(p.Pings.Roles) > 0) != (i == 0) {
			t.Errorf("part %d: thumb %v, accent %x, roles %v", i, p.Thumb, p.Accent, p.Pings.Roles)
		}
		pinged, text = append(pinged, p.Pings.Members...), append(text, p.Plain())
	}
	if !slices.Equal(pinged, ids) {
		t.Errorf("pinged: %v", pinged)
	}
	if got := strings.Join(text, "\n"); got != c.Plain() {
		t.Errorf("the parts together say:\n%s", got)
	}
}

func TestAShortCardStaysAsItIs(t *testing.T) {
	ids, items := winners(3)
	c := chat.NewCard(chat.Heading(chat.Words("The winners")), chat.List(items...), chat.Numbered(0, items...), chat.Divider())
	c.Pings.Members = ids
	parts := chat.Split(c, chat.Capabilities{MaxText: 4000, MaxPings: 100, MaxBlocks: 30})
	if len(parts) != 1 {
		t.Fatalf("%d parts", len(parts))
	}
	if diff := cmp.Diff(c, parts[0]); diff != "" {
		t.Error(diff)
	}
	if parts := chat.Split(chat.Card{}, chat.Capabilities{}); len(parts) != 1 {
		t.Errorf("an empty card has %d parts", len(parts))
	}
}

func TestThoseWhomNothingMentionsArePingedInSmallNumbers(t *testing.T) {
	ids, _ := winners(25)
	c := chat.Say(chat.Words("Well done"))
	c.Pings.Members = ids
	parts := chat.Split(c, chat.Capabilities{MaxText: 4000, MaxPings: 10, MaxBlocks: 30})
	var pinged []chat.MemberID
	for i, p := range parts {
		if len(p.Pings.Members) > 10 {
			t.Errorf("part %d pings %d", i, len(p.Pings.Members))
		}
		pinged = append(pinged, p.Pings.Members...)
	}
	slices.Sort(pinged)
	if !slices.Equal(pinged, ids) {
		t.Errorf("%d pinged: %v", len(pinged), pinged)
	}
}

func TestMarkupWeighsWhatItBecomes(t *testing.T) {
	caps := chat.Capabilities{MaxText: 4000, MaxPings: 100, MaxBlocks: 30}
	for _, text := range []string{"*", "&", "🎉", "漢"} {
		item := chat.Words(strings.Repeat(text, 50))
		parts := chat.Split(chat.NewCard(chat.List(slices.Repeat([]chat.Line{item}, 60)...)), caps)
		for i, p := range parts {
			escaped := strings.NewReplacer("*", `\*`, "&", "&amp;", "🎉", "xx").Replace(p.Plain())
			if n := len([]rune(escaped)); n > caps.MaxText {
				t.Errorf("%s: part %d has %d characters once escaped", text, i, n)
			}
			if n := len(p.Plain()); n > 10_000 {
				t.Errorf("%s: part %d has %d bytes", text, i, n)
			}
		}
	}
}

// piece is what the parts must hold in the same order as the card.
func pieces(cards ...chat.Card) []string {
	var out []string
	for _, c := range cards {
		for _, b := range c.Blocks {
			switch b.Kind {
			case chat.BlockList:
				for i, item := range b.Items {
					out = append(out, b.Bullet(i)+item.Plain())
				}
			default:
				out = append(out, chat.NewCard(b).Plain())
			}
		}
	}
	return out
}

func TestSplittingLosesNothingAndKeepsTheOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := someCard.Draw(t, "card")
		caps := chat.Capabilities{
			MaxText:  rapid.IntRange(0, 600).Draw(t, "text"),
			MaxPings: rapid.IntRange(0, 5).Draw(t, "pings"), MaxBlocks: rapid.IntRange(0, 5).Draw(t, "blocks"),
		}
		parts := chat.Split(c, caps)
		want, got := pieces(c), pieces(parts...)
		// Those whom the card does not mention may stand in paragraphs behind it.
		if len(got) < len(want) || !slices.Equal(got[:len(want)], want) {
			t.Fatalf("got %q\nwant %q", got, want)
		}
		var pinged []chat.MemberID
		for i, p := range parts {
			pinged = append(pinged, p.Pings.Members...)
			if i > 0 && (p.Pings.Everyone || len(p.Pings.Roles) > 0) {
				t.Fatal("a role is pinged twice")
			}
			if len(p.Blocks) > max(caps.MaxBlocks, 1) || len(parts) > 1 && len(p.Blocks) == 0 {
				t.Fatalf("part %d of %d has %d blocks", i, len(parts), len(p.Blocks))
			}
		}
		slices.Sort(pinged)
		all := slices.Sorted(slices.Values(c.Pings.Members))
		if !slices.Equal(pinged, all) {
			t.Fatalf("pinged %v, not %v", pinged, all)
		}
	})
}
