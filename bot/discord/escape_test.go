package discord

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
)

// markdown renders a line with room to spare.
func markdown(in ...chat.Inline) string {
	w := newWriter(&budget{chars: maxText, bytes: maxTextBytes}, "\n")
	w.line(in)
	return w.b.String()
}

func TestLiteralTextMeansNothingButItself(t *testing.T) {
	for in, want := range map[string]string{
		"plain words, 12.5 and so on": "plain words, 12.5 and so on",
		"*a* _b_ ~~c~~ `d` ||e||":     `\*a\* \_b\_ \~\~c\~\~ \` + "`d\\`" + ` \|\|e\|\|`,
		"# title, no. #1":             `\# title, no. #1`,
		"-# small":                    `\-# small`,
		"- item\n+ item":              "\\- item\n\\+ item",
		"  - indented":                `  \- indented`,
		"a - b":                       "a - b",
		"1. one\n23) two":             "1\\. one\n23\\) two",
		"v1.2":                        "v1.2",
		"> quote -> a > b":            `\> quote -> a > b`,
		"<@42> <@&7> <#3> <t:1:R>":    `\<@42> \<@&7> \<#3> \<t\:1:R>`,
		"@everyone and @here":         "@\u200beveryone and @\u200bhere",
		"[x](https://example.com)":    `\[x\](https\://example.com)`,
		`back\slash`:                  `back\\slash`,
		":tada: <:a:1>":               `\:tada: \<\:a:1>`,
		"At 10:30 (UTC): yes":         "At 10:30 (UTC): yes",
		"me@example.org, @Member":     "me@example.org, @Member",
		"tab\tbell\a":                 "tab bell ",
		"bad \xff byte":               "bad \uFFFD byte",
	} {
		if got := markdown(chat.T(in)); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

func TestALineStartIsKnownAcrossInlines(t *testing.T) {
	for _, c := range []struct {
		line chat.Line
		want string
	}{
		{chat.L(chat.T("1"), chat.T(". x")), `1\. x`},
		{chat.L(chat.Strong(chat.T("- x"))), `**\- x**`},
		{chat.L(chat.T("a"), chat.Break(), chat.T("- x")), "a\n\\- x"},
		{chat.L(chat.Mention("discord:1"), chat.T("- x")), "<@1>- x"},
	} {
		if got := markdown(c.line...); got != c.want {
			t.Errorf("%+v becomes %q, want %q", c.line, got, c.want)
		}
	}
}

func TestInlinesBecomeDiscordsOwn(t *testing.T) {
	at := time.Unix(1_800_000_000, 0)
	for _, c := range []struct {
		in   chat.Inline
		want string
	}{
		{chat.Strong(chat.T("a"), chat.Em(chat.T("b"))), "**a*b***"},
		{chat.Strong(chat.Strong(chat.T("a"))), "**a**"},
		{chat.Strong(), ""},
		{chat.Strong(chat.T(" ")), ""},
		{chat.Strong(chat.T("a \nb"), chat.Em(chat.T("c"), chat.Break(), chat.T("\nd"))), "**a**\n**b*c***\n\n***d***"},
		{chat.Strike(chat.T("a")), "~~a~~"},
		{chat.Code("a`b @everyone *c*\nd"), "`aˋb @\u200beveryone *c* d`"},
		{chat.Code(" "), ""},
		{chat.Link("https://example.com/a_(b)", "see [this]"), `[see \[this\]](https://example.com/a_%28b%29)`},
		{chat.Link("javascript:alert(1)", "click"), "click"},
		{chat.Link("https://example.com", ""), `[https\://example.com](https://example.com)`},
		{chat.Mention("discord:42"), "<@42>"},
		{chat.Mention("slack:U1"), `@slack\:U1`},
		{chat.Mention("discord:1> <@2"), `@discord:1> \<@2`},
		{chat.MentionRole("discord:7"), "<@&7>"},
		{chat.MentionChannel("discord:9"), "<#9>"},
		{chat.MentionChannel("slack:C9"), `\#slack\:C9`},
		{chat.Moment(at, chat.MomentFull), "<t:1800000000:F>"},
		{chat.Moment(at, chat.MomentDate), "<t:1800000000:D>"},
		{chat.Moment(at, chat.MomentTime), "<t:1800000000:t>"},
		{chat.Moment(at, chat.MomentRelative), "<t:1800000000:R>"},
		{chat.Break(), "\n"},
	} {
		if got := markdown(c.in); got != c.want {
			t.Errorf("%+v becomes %q, want %q", c.in, got, c.want)
		}
	}
}

func TestTextStopsAtItsBudgetWithoutBreakingMarks(t *testing.T) {
	line := chat.L(chat.T("ab"), chat.Strong(chat.T("****")), chat.Mention("discord:123"), chat.T("end"))
	whole := markdown(line...)
	for n := range length(whole) {
		left := budget{chars: n, bytes: 1000}
		w := newWriter(&left, "\n")
		w.line(line)
		got := w.b.String()
		if length(got) > n || left.chars < 0 {
			t.Errorf("with room for %d: %q", n, got)
		}
		if !w.full {
			t.Errorf("with room for %d of %d nothing is missing: %q", n, length(whole), got)
		}
		if strings.Count(got, "**")%2 != 0 && !strings.Contains(got, `\*`) {
			t.Errorf("with room for %d bold stays open: %q", n, got)
		}
		if strings.Contains(got, "<@") && !strings.Contains(got, "<@123>") {
			t.Errorf("with room for %d a mention is cut: %q", n, got)
		}
	}
}

func TestBytesCountToo(t *testing.T) {
	left := budget{chars: 1000, bytes: 10}
	w := newWriter(&left, "\n")
	w.text("日本語日本語")
	if got := w.b.String(); got != "日本語" {
		t.Errorf("wrote %q", got)
	}
}

func TestLabelsAreCutWithAnEllipsis(t *testing.T) {
	for in, want := range map[string]string{"abcd": "abcd", "abcde": "abc…", "": "", "ab😀😀": "ab…"} {
		if got := cut(in, 4); got != want {
			t.Errorf("%q becomes %q, want %q", in, got, want)
		}
	}
}

// marked is a line that Discord lays out otherwise, and what it makes a link
// or an emoji.
var marked = regexp.MustCompile(`^\s*([#>+-]|\d+[.)]\s)|(^|[^\\]):(//|[\w+-]+:)`)

func FuzzEscape(f *testing.F) {
	f.Add("1. @everyone <@1> **x**")
	f.Add("\n-# a\n> b")
	f.Fuzz(func(t *testing.T, s string) {
		got := markdown(chat.T(s))
		for _, bad := range []string{"@everyone", "@here"} {
			if strings.Contains(strings.ReplaceAll(got, `\@`, ""), bad) {
				t.Errorf("%q becomes %q, which mentions everyone", s, got)
			}
		}
		for _, line := range strings.Split(got, "\n") {
			if marked.MatchString(line) {
				t.Errorf("%q becomes %q, where %q is no plain text", s, got, line)
			}
		}
		for i, r := range got {
			if strings.ContainsRune("*_~`|<[]", r) && !escaped(got, i) {
				t.Errorf("%q becomes %q: %q at %d is not escaped", s, got, r, i)
			}
		}
	})
}

// escaped says whether an odd number of backslashes stands before byte i.
func escaped(s string, i int) bool {
	n := 0
	for i > n && s[i-1-n] == '\\' {
		n++
	}
	return n%2 == 1
}
