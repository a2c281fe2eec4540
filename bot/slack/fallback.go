package slack

import (
	"cmp"
	"strings"
	"unicode/utf8"

	"animo/bot/chat"
)

// fallback is the text of notifications: the card in words, its mentions only
// of those who are to be notified.
func fallback(c chat.Card, k *look) string {
	var parts []string
	left := maxFallback
	for _, b := range c.Blocks {
		s := k.words(b)
		if s == "" {
			continue
		}
		if n := utf8.RuneCountInString(s) + 1; n > left {
			parts = append(parts, "…")
			break
		} else {
			left -= n
		}
		parts = append(parts, s)
	}
	return cmp.Or(strings.TrimSpace(strings.Join(parts, "\n")), "…")
}

// words is a block in one text; controls are no part of a notification.
func (k *look) words(b chat.Block) string {
	switch b.Kind {
	case chat.BlockDivider, chat.BlockControls:
		return ""
	case chat.BlockImage:
		if b.Image == nil {
			return ""
		}
		return escapes.Replace(alt(b.Image))
	case chat.BlockFields:
		lines := make([]string, len(b.Fields))
		for i, f := range b.Fields {
			lines[i] = escapes.Replace(f.Label) + " · " + k.notified(f.Value)
		}
		return strings.Join(lines, "\n")
	case chat.BlockList:
		return k.notified(chat.Join(bulleted(b), chat.Break()))
	default:
		return k.notified(b.Line)
	}
}

// notified is a line for a notification: mentions, dates and words, without
// formatting.
func (k *look) notified(l chat.Line) string {
	w := markWriter{look: k}
	for _, in := range l {
		switch in.Kind {
		case chat.KindStrong, chat.KindEm, chat.KindStrike:
			w.raw(k.notified(in.Inner))
		case chat.KindCode:
			w.raw(escapes.Replace(in.Text))
		case chat.KindLink:
			w.raw(escapes.Replace(in.Text))
		default:
			w.inline(in)
		}
	}
	return w.b.String()
}
