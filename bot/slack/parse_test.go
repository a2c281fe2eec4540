package slack

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"animo/bot/chat"
)

func testReader() reader {
	return reader{menu: testMenu(), resolve: func(kind chat.OptionKind, name string) (string, bool) {
		known := map[chat.OptionKind]string{chat.OptionChannel: "general", chat.OptionRole: "équipe"}
		return "X1", fold(known[kind]) == fold(name)
	}}
}

func mistake(kind chat.MistakeKind, option, text string) chat.Mistake {
	return chat.Mistake{Kind: kind, Option: option, Text: text}
}

type args = map[string]string

// commandLines are lines as members type them; the path is "giveaway start" if
// none is given.
var commandLines = []struct {
	line     string
	path     string
	args     args
	mistakes []chat.Mistake
}{
	// sub-commands and options in both languages, with or without accents
	{line: `/giveaway start 2h Nitro`, args: args{"duration": "2h", "prize": "Nitro"}},
	{line: `/CADEAU Lancer durée:2h lot:Nitro GAGNANTS:3`, args: args{"duration": "2h", "prize": "Nitro", "winners": "3"}},
	{line: `/cadeau lancer duree:7j lot:Nitro`, args: args{"duration": "7j", "prize": "Nitro"}},
	{line: `/giveaway start winners:3 2h Nitro`, args: args{"duration": "2h", "prize": "Nitro", "winners": "3"}},
	{line: `/giveaway end 12`, path: "giveaway end", args: args{"number": "12"}},
	{line: `/help`, path: "help"},
	{line: `/aide`, path: "help"},

	// quotes of all kinds, mixed, with and without a name before
	{line: `/giveaway start 2h "A big prize"`, args: args{"duration": "2h", "prize": "A big prize"}},
	{line: `/giveaway start 2h “A big prize”`, args: args{"duration": "2h", "prize": "A big prize"}},
	{line: `/giveaway start 2h ”A big prize"`, args: args{"duration": "2h", "prize": "A big prize"}},
	{line: `/giveaway start 2h „Ein Preis“`, args: args{"duration": "2h", "prize": "Ein Preis"}},
	{line: `/giveaway start 2h « Un beau lot »`, args: args{"duration": "2h", "prize": "Un beau lot"}},
	{line: "/giveaway start 2h «\u00a0Un beau lot\u00a0» 3", args: args{"duration": "2h", "prize": "Un beau lot", "winners": "3"}},
	{line: `/giveaway start 2h 'l’été c'est beau'`, args: args{"duration": "2h", "prize": "l’été c'est beau"}},
	{line: `/giveaway start 2h ‘a big prize’`, args: args{"duration": "2h", "prize": "a big prize"}},
	{line: `/giveaway start duration:"tomorrow 8pm" prize:«Un lot» winners:"2"`, args: args{"duration": "tomorrow 8pm", "prize": "Un lot", "winners": "2"}},
	{line: `/giveaway start 2h "say "hello" twice"`, args: args{"duration": "2h", "prize": `say "hello`}, mistakes: []chat.Mistake{mistake(chat.MistakeExtra, "", `twice"`)}},
	{line: `/giveaway start 2h l'été`, args: args{"duration": "2h", "prize": "l'été"}},
	{line: `/giveaway start 2h 'tis`, args: args{"duration": "2h", "prize": "'tis"}},

	// colons that are none of ours
	{line: `/giveaway start 20:00 https://example.org/a:b`, args: args{"duration": "20:00", "prize": "https://example.org/a:b"}},
	{line: `/giveaway start 10:30 <https://example.org/a>`, args: args{"duration": "10:30", "prize": "https://example.org/a"}},
	{line: `/giveaway start 2h prize:https://example.org`, args: args{"duration": "2h", "prize": "https://example.org"}},
	{line: `/giveaway start 2h Note:this`, args: args{"duration": "2h", "prize": "Note:this"}},
	{line: `/giveaway start 2h Note:"this one"`, args: args{"duration": "2h", "prize": "Note:this one"}},
	{line: `/giveaway start 2h ":tada: prize"`, args: args{"duration": "2h", "prize": ":tada: prize"}},

	// mentions, escapes, truth, choices
	{line: `/giveaway start 2h Nitro <#C1|general> <@U2|member> <!subteam^S3|@team>`, args: args{"duration": "2h", "prize": "Nitro", "channel": "C1", "host": "U2", "role": "S3"}},
	{line: `/giveaway start 2h Nitro channel:#General role:@equipe`, args: args{"duration": "2h", "prize": "Nitro", "channel": "X1", "role": "X1"}},
	{line: `/giveaway start 2h Nitro <@U2|john doe> discret:oui mode:tirage`, args: args{"duration": "2h", "prize": "Nitro", "host": "U2", "quiet": "true", "mode": "draw"}},
	{line: `/giveaway start 2h "&lt;b&gt; &amp; co for <@U2|me>" quiet:non`, args: args{"duration": "2h", "prize": "<b> & co for @me", "quiet": "false"}},

	// mistakes
	{line: `/nosuch thing`, path: "nosuch", mistakes: []chat.Mistake{mistake(chat.MistakeCommand, "", "nosuch")}},
	{line: `/giveaway`, path: "giveaway", mistakes: []chat.Mistake{mistake(chat.MistakeCommand, "", "")}},
	{line: `/giveaway stat 2h`, path: "giveaway", mistakes: []chat.Mistake{mistake(chat.MistakeCommand, "", "stat")}},
	{line: `/giveaway start 2h`, args: args{"duration": "2h"}, mistakes: []chat.Mistake{mistake(chat.MistakeMissing, "prize", "")}},
	{line: `/giveaway start 2h Discord Nitro`, args: args{"duration": "2h", "prize": "Discord"}, mistakes: []chat.Mistake{mistake(chat.MistakeExtra, "", "Nitro")}},
	{line: `/giveaway start 2h Nitro winers:3`, args: args{"duration": "2h", "prize": "Nitro"}, mistakes: []chat.Mistake{mistake(chat.MistakeUnknown, "winers", "winers:3")}},
	{line: `/giveaway start 2h Nitro winners:many`, args: args{"duration": "2h", "prize": "Nitro"}, mistakes: []chat.Mistake{mistake(chat.MistakeKindOf, "winners", "many")}},
	{line: `/giveaway start 2h Nitro winners: 3`, args: args{"duration": "2h", "prize": "Nitro"}, mistakes: []chat.Mistake{mistake(chat.MistakeKindOf, "winners", ""), mistake(chat.MistakeExtra, "", "3")}},
	{line: `/giveaway start 2h Nitro winners:3 gagnants:4`, args: args{"duration": "2h", "prize": "Nitro", "winners": "3"}, mistakes: []chat.Mistake{mistake(chat.MistakeTwice, "winners", "4")}},
	{line: `/giveaway start 2h Nitro channel:general host:nobody`, args: args{"duration": "2h", "prize": "Nitro", "channel": "X1"}, mistakes: []chat.Mistake{mistake(chat.MistakeKindOf, "host", "nobody")}},
	{line: `/giveaway start 2h "Nitro`, args: args{"duration": "2h"}, mistakes: []chat.Mistake{mistake(chat.MistakeQuote, "prize", `"Nitro`)}},
	{line: `/giveaway start 2h prize:«Un lot`, args: args{"duration": "2h"}, mistakes: []chat.Mistake{mistake(chat.MistakeQuote, "prize", "prize:«Un lot")}},
	{line: `/giveaway start 2h Nitro mode:other quiet:perhaps`, args: args{"duration": "2h", "prize": "Nitro"}, mistakes: []chat.Mistake{mistake(chat.MistakeKindOf, "mode", "other"), mistake(chat.MistakeKindOf, "quiet", "perhaps")}},
	{line: `/giveaway end soon`, path: "giveaway end", mistakes: []chat.Mistake{mistake(chat.MistakeKindOf, "number", "soon")}},
	{line: `/help me`, path: "help", mistakes: []chat.Mistake{mistake(chat.MistakeExtra, "", "me")}},
	{line: `/giveaway start "" ""`, mistakes: []chat.Mistake{mistake(chat.MistakeKindOf, "duration", ""), mistake(chat.MistakeKindOf, "prize", "")}},
}

func TestCommandLinesAreRead(t *testing.T) {
	for _, c := range commandLines {
		command, text, _ := strings.Cut(c.line, " ")
		l := testReader().read(command, text)
		if c.path == "" {
			c.path = "giveaway start"
		}
		got := args{}
		for name, a := range l.args {
			got[name] = a.text
		}
		if c.args == nil {
			c.args = args{}
		}
		if strings.Join(l.path, " ") != c.path || cmp.Diff(c.args, got) != "" || cmp.Diff(c.mistakes, l.mistakes) != "" {
			t.Errorf("%s\npath %v\nargs %s\nmistakes %s", c.line, l.path, cmp.Diff(c.args, got), cmp.Diff(c.mistakes, l.mistakes))
		}
	}
}

func TestAnOptionTakesTheWordsThatAreLeftOver(t *testing.T) {
	r := testReader()
	r.menu = chat.CommandMenu{Commands: []chat.CommandSpec{{Name: "ask", Options: []chat.OptionSpec{
		{Name: "question", Kind: chat.OptionText},
		{Name: "options", Kind: chat.OptionText, Rest: true},
		{Name: "ends", Kind: chat.OptionText},
		{Name: "max", Kind: chat.OptionInteger},
		{Name: "channel", Kind: chat.OptionChannel},
	}}}}
	for text, want := range map[string]args{
		`"Q?" "A" "B; b" "C"`:                     {"question": "Q?", "options": "A\nB; b\nC"},
		`“Q?” « A » ‘B’ max:2`:                    {"question": "Q?", "options": "A\nB", "max": "2"},
		`"Q?" ends:2d "A" <#C1|general> "B"`:      {"question": "Q?", "options": "A\nB", "ends": "2d", "channel": "C1"},
		`question:"Q?" options:"A" "B"`:           {"question": "Q?", "options": "A\nB"},
		`"Q?" Pizza; Sushi; 10:30 "" https://a.b`: {"question": "Q?", "options": "Pizza; Sushi; 10:30 https://a.b"},
		`"Q?"`: {"question": "Q?"},
		``:     {},
	} {
		text = strings.ReplaceAll(text, `\u00a0`, "\u00a0")
		l := r.read("/ask", text)
		got := args{}
		for name, a := range l.args {
			got[name] = a.text
		}
		if cmp.Diff(want, got) != "" || len(l.mistakes) > 0 {
			t.Errorf("%s: %s %+v", text, cmp.Diff(want, got), l.mistakes)
		}
	}
	for text, want := range map[string]chat.Mistake{
		`"Q?" "A" "B" edns:2d`: mistake(chat.MistakeUnknown, "edns", "edns:2d"),
		`"Q?" "A" "B`:          mistake(chat.MistakeQuote, "options", `"B`),
	} {
		if l := r.read("/ask", text); len(l.mistakes) != 1 || l.mistakes[0] != want {
			t.Errorf("%s: %+v", text, l.mistakes)
		}
	}
}

func TestAPrefixBelongsToTheCommand(t *testing.T) {
	r := testReader()
	r.prefix = "animo-"
	for _, command := range []string{"/animo-giveaway", "/animo-cadeau", "/Animo-Cadeau", "/giveaway"} {
		if l := r.read(command, "end 3"); strings.Join(l.path, " ") != "giveaway end" || len(l.mistakes) > 0 {
			t.Errorf("%s: %+v", command, l)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, s := range []string{`start 2h "Nitro" winners:3`, `lancer « Un lot » durée:2h`, `start <@U1|x> <#C1> <!subteam^S1>`, `start 'a ‘b "c «d`, "start \xff\"\x00", `end ::: "":"" a:`} {
		f.Add("/giveaway", s)
	}
	f.Fuzz(func(t *testing.T, command, text string) {
		l := testReader().read(command, text)
		if len(l.path) == 0 {
			t.Fatal("no path")
		}
		typed := utf8.RuneCountInString(text)
		for name, a := range l.args {
			if a.text == "" {
				t.Errorf("%s is empty", name)
			}
			if a.kind == chat.OptionMember && !isID(a.text) {
				t.Errorf("%s: %q is no id", name, a.text)
			}
		}
		for _, m := range l.mistakes {
			if utf8.RuneCountInString(m.Text) > typed+utf8.RuneCountInString(command)+3*strings.Count(text, "<") {
				t.Errorf("%+v says more than was typed", m)
			}
		}
	})
}

func TestTextIsReadAsItsAuthorMeantIt(t *testing.T) {
	for in, want := range map[string]string{
		"a &lt; b &amp; c &gt; d":                       "a < b & c > d",
		"&amp;lt;":                                      "&lt;",
		"<https://a.example/x>":                         "https://a.example/x",
		"<http://a.example|a.example>":                  "http://a.example",
		"<https://evil.example|https://bank.example>":   "https://bank.example (https://evil.example)",
		"<mailto:a@b.example|a@b.example>":              "a@b.example",
		"<@U1> <@U1|one> <#C1|general> <#C2>":           "@U1 @one #general #C2",
		"<!here> <!channel|x> <!subteam^S1|@team>":      "@here x @team",
		"<!subteam^S1> <!date^1^{date}|soon> <!date^1>": "@S1 soon @date",
		"<> < a > <|b>":                                 " < a > b",
		"<https://a.example/?a=1&amp;b=2>":              "https://a.example/?a=1&b=2",
	} {
		if got := plainText(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func FuzzPlainText(f *testing.F) {
	for _, s := range []string{"<https://a|b>", "<<>>", "<!subteam>", "<!subteam^>", "&lt;&amp", "<@|>", "<!|>", "<!>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !strings.ContainsAny(s, "<>&") && plainText(s) != s {
			t.Errorf("%q became %q", s, plainText(s))
		}
	})
}
