package slackwire

import (
	"regexp"
	"strings"
)

// Slack's markup keeps "&", "<" and ">" for itself and writes what people mean
// by them as entities (docs.slack.dev/messaging/formatting-message-text).

func escape(text string) string {
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
}

var (
	entity = regexp.MustCompile(`^&(amp|lt|gt);`)
	markup = regexp.MustCompile(`^<(@[UW][A-Z0-9]+|#[CG][A-Z0-9]+|![a-z][^<>]*|(https?|mailto|tel):[^<>]*)(\|[^<>]*)?>`)
)

// tidyMarkup escapes what a bot left bare, as Slack does when it stores a
// message: a "<" that begins no link or mention, a lone "&", a ">".
func tidyMarkup(text string) string {
	if !strings.ContainsAny(text, "&<>") {
		return text
	}
	var b strings.Builder
	for {
		i := strings.IndexAny(text, "&<>")
		if i < 0 {
			return b.String() + text
		}
		b.WriteString(text[:i])
		text = text[i:]
		kept := entity.FindString(text) + markup.FindString(text)
		b.WriteString(or(kept, escape(text[:1])))
		text = text[max(1, len(kept)):]
	}
}

func mentions(text, user string) bool {
	return strings.Contains(text, "<@"+user+">") || strings.Contains(text, "<@"+user+"|")
}

var (
	nameInText = regexp.MustCompile(`(^|[\s(\[{,;:!?'"«“])([@#])([\p{L}\p{N}][\p{L}\p{N}._-]*)`)
	linkInText = regexp.MustCompile(`https?://[^\s<>|]+`)
)

// linkNames turns @name, #channel and @group into mentions, in text that is
// escaped already.
func (w *workspace) linkNames(text string) string {
	return w.replaceNames(text, func(sign, name string) string {
		switch {
		case sign == "#":
			if c := w.channelNamed(name); c != nil {
				return "<#" + c.ID + "|" + c.Name + ">"
			}
		case name == "here" || name == "channel" || name == "everyone":
			return "<!" + name + ">"
		default:
			if p := w.named(name); p != nil {
				return "<@" + p.ID + ">"
			}
			for _, g := range w.groups {
				if g.Handle == name {
					return "<!subteam^" + g.ID + "|@" + g.Handle + ">"
				}
			}
		}
		return ""
	})
}

// escapeCommand turns names into ids as for a command with should_escape
// (docs.slack.dev/interactivity/implementing-slash-commands).
func (w *workspace) escapeCommand(text string) string {
	return w.replaceNames(text, func(sign, name string) string {
		if sign == "#" {
			if c := w.channelNamed(name); c != nil {
				return "<#" + c.ID + "|" + c.Name + ">"
			}
			return ""
		}
		if p := w.named(name); p != nil {
			return "<@" + p.ID + "|" + p.Name + ">"
		}
		for _, g := range w.groups {
			if g.Handle == name {
				return "<!subteam^" + g.ID + "|@" + g.Handle + ">"
			}
		}
		return ""
	})
}

// replaceNames replaces names for which link returns something. A full stop
// that ends a sentence is no part of a name.
func (w *workspace) replaceNames(text string, link func(sign, name string) string) string {
	return nameInText.ReplaceAllStringFunc(text, func(found string) string {
		m := nameInText.FindStringSubmatch(found)
		name := strings.TrimRight(m[3], "._-")
		if to := link(m[2], name); to != "" {
			return m[1] + to + m[3][len(name):]
		}
		return found
	})
}

// typed turns what a person typed into Slack's markup.
func (w *workspace) typed(text string) string {
	return linkInText.ReplaceAllStringFunc(w.linkNames(escape(text)), func(url string) string {
		end := strings.TrimRight(url, ".,;:!?)")
		return "<" + end + ">" + url[len(end):]
	})
}

var token = regexp.MustCompile(`<([@#!]?)([^>|]+)(?:\|([^>]*))?>`)

// richText is the block that Slack's own clients make of what was typed.
func richText(text string) any {
	var parts []any
	plain := func(s string) {
		if s != "" {
			s = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(s)
			parts = append(parts, object{"type": "text", "text": s})
		}
	}
	at := 0
	for _, m := range token.FindAllStringSubmatchIndex(text, -1) {
		plain(text[at:m[0]])
		parts = append(parts, richPart(text[m[2]:m[3]], text[m[4]:m[5]]))
		at = m[1]
	}
	plain(text[at:])
	return object{
		"type": "rich_text", "block_id": freshID("")[1:6],
		"elements": []any{object{"type": "rich_text_section", "elements": parts}},
	}
}

func richPart(sign, body string) object {
	switch {
	case sign == "@":
		return object{"type": "user", "user_id": body}
	case sign == "#":
		return object{"type": "channel", "channel_id": body}
	case sign == "!" && strings.HasPrefix(body, "subteam^"):
		return object{"type": "usergroup", "usergroup_id": strings.TrimPrefix(body, "subteam^")}
	case sign == "!":
		return object{"type": "broadcast", "range": body}
	}
	return object{"type": "link", "url": body}
}
