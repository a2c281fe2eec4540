package chat_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"animo/bot/chat"
)

func someID[T ~string]() *rapid.Generator[T] {
	return rapid.Custom(func(t *rapid.T) T { return T(rapid.StringMatching(`discord:[0-9]{1,19}`).Draw(t, "id")) })
}

var someTime = rapid.Custom(func(t *rapid.T) time.Time {
	return time.Unix(rapid.Int64Range(1, 4_000_000_000).Draw(t, "seconds"), 0)
})

func someInline(depth int) *rapid.Generator[chat.Inline] {
	return rapid.Custom(func(t *rapid.T) chat.Inline {
		most := 8
		if depth == 0 {
			most = 5
		}
		switch rapid.IntRange(0, most).Draw(t, "inline") {
		case 0:
			return chat.Mention(someID[chat.MemberID]().Draw(t, "member"))
		case 1:
			return chat.MentionRole(someID[chat.RoleID]().Draw(t, "role"))
		case 2:
			return chat.MentionChannel(someID[chat.ChannelID]().Draw(t, "channel"))
		case 3:
			return chat.Moment(someTime.Draw(t, "at"), rapid.SampledFrom([]chat.MomentStyle{
				chat.MomentFull, chat.MomentDate, chat.MomentTime, chat.MomentRelative,
			}).Draw(t, "style"))
		case 4:
			return chat.Break()
		case 6:
			return chat.Strong(someLine(depth-1).Draw(t, "inner")...)
		case 7:
			return chat.Link("https://a.example/"+rapid.StringMatching(`[a-z<>&"]*`).Draw(t, "path"), rapid.String().Draw(t, "label"))
		case 8:
			return chat.Code(rapid.String().Draw(t, "code"))
		}
		return chat.T(rapid.String().Draw(t, "text"))
	})
}

func someLine(depth int) *rapid.Generator[chat.Line] {
	return rapid.Custom(func(t *rapid.T) chat.Line {
		return rapid.SliceOfN(someInline(depth), 0, 4).Draw(t, "line")
	})
}

var someControl = rapid.Custom(func(t *rapid.T) chat.Control {
	a := chat.Act(word(1, 5).Draw(t, "family"), word(1, 5).Draw(t, "verb"), word(0, 5).Draw(t, "subject"))
	label := rapid.String().Draw(t, "label")
	switch rapid.IntRange(0, 2).Draw(t, "control") {
	case 0:
		return chat.LinkButton("https://a.example", label)
	case 1:
		c := chat.Menu(a, label, chat.Choice{Value: "x", Label: label, Description: label, Chosen: true})
		c.Min, c.Max = rapid.IntRange(0, 3).Draw(t, "min"), rapid.IntRange(0, 25).Draw(t, "max")
		return c
	}
	c := chat.Button(a.With(rapid.String().Draw(t, "arg")), label, chat.ToneDanger).WithEmoji("🎉")
	c.Disabled = rapid.Bool().Draw(t, "disabled")
	if rapid.Bool().Draw(t, "asks") {
		c.Confirm = &chat.Confirm{Title: label, Text: label, Yes: label, No: label}
	}
	return c
})

var someBlock = rapid.Custom(func(t *rapid.T) chat.Block {
	lines := func() []chat.Line { return rapid.SliceOfN(someLine(1), 0, 12).Draw(t, "items") }
	switch rapid.IntRange(0, 7).Draw(t, "block") {
	case 0:
		return chat.Heading(someLine(1).Draw(t, "line"))
	case 1:
		return chat.Note(someLine(1).Draw(t, "line"))
	case 2:
		return chat.Fields(chat.Field{Label: rapid.String().Draw(t, "label"), Value: someLine(2).Draw(t, "value")})
	case 3:
		return chat.List(lines()...)
	case 4:
		return chat.Numbered(rapid.IntRange(0, 300).Draw(t, "first"), lines()...)
	case 5:
		return chat.Picture("https://a.example/p.png", rapid.String().Draw(t, "alt"))
	case 6:
		return chat.Controls(rapid.SliceOfN(someControl, 0, 3).Draw(t, "controls")...)
	}
	return chat.Paragraph(someLine(2).Draw(t, "line"))
})

var someCard = rapid.Custom(func(t *rapid.T) chat.Card {
	c := chat.NewCard(rapid.SliceOfN(someBlock, 0, 8).Draw(t, "blocks")...)
	c.Accent = rapid.IntRange(0, 0xFFFFFF).Draw(t, "accent")
	if rapid.Bool().Draw(t, "thumbed") {
		c.Thumb = &chat.Image{URL: "https://a.example/t.png", Alt: rapid.String().Draw(t, "alt")}
	}
	c.Pings = chat.Pings{
		Members: rapid.SliceOfNDistinct(someID[chat.MemberID](), 0, 6, rapid.ID).Draw(t, "pinged"),
		Roles:   rapid.SliceOfN(someID[chat.RoleID](), 0, 2).Draw(t, "roles"), Everyone: rapid.Bool().Draw(t, "everyone"),
	}
	// Some of those pinged are mentioned too, some twice.
	for _, m := range c.Pings.Members {
		if rapid.Bool().Draw(t, "named") {
			c = c.With(chat.List(chat.L(chat.Mention(m)), chat.L(chat.Strong(chat.Mention(m)))))
		}
	}
	return c
})

func TestACardSurvivesJSONUnchanged(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := someCard.Draw(t, "card")
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		var back chat.Card
		if err := json.Unmarshal(b, &back); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c, back, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("changed on the way through %s:\n%s", b, diff)
		}
		if c.Plain() != back.Plain() {
			t.Fatalf("%q became %q", c.Plain(), back.Plain())
		}
	})
}

func TestAFormSurvivesJSONUnchanged(t *testing.T) {
	f := chat.Form{Action: chat.Act("a", "b", "c").With("d|e"), Title: "T", Submit: "S", Close: "C", Fields: []chat.FormField{
		{Name: "n", Label: "L", Hint: "H", Placeholder: "P", Kind: chat.FieldChoice, Required: true, Max: 3, Value: "v", Options: []chat.Choice{{Value: "v", Label: "V", Chosen: true}}},
	}}
	b, err := json.Marshal(f)
	var back chat.Form
	if err == nil {
		err = json.Unmarshal(b, &back)
	}
	if diff := cmp.Diff(f, back); err != nil || diff != "" {
		t.Errorf("%v %s", err, diff)
	}
}
