package discord

import (
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"animo/bot/chat"
)

// writer writes lines as Discord's Markdown within a budget. Once something
// did not fit it writes nothing more.
type writer struct {
	b       strings.Builder
	left    *budget
	newline string // what a break becomes: "\n", or with a prefix, or a space
	place   place
	full    bool
	styles  [3]bool
}

func newWriter(left *budget, newline string) *writer {
	return &writer{left: left, newline: newline}
}

// mark returns to where the writer stood, for what is written whole or not at
// all.
func (w *writer) mark() (undo func()) {
	text, left, at := w.b.String(), *w.left, w.place
	return func() {
		w.b.Reset()
		w.b.WriteString(text)
		*w.left, w.place, w.full = left, at, false
	}
}

// raw writes Markdown as it is, whole or not at all.
func (w *writer) raw(s string) {
	if w.full || s == "" {
		return
	}
	if !w.left.take(s) {
		w.full = true
		return
	}
	w.b.WriteString(s)
	w.place = place{begun: true}
}

func (w *writer) line(l chat.Line) {
	for _, in := range l {
		w.inline(in)
	}
}

func (w *writer) inline(in chat.Inline) {
	switch in.Kind {
	case chat.KindStrong:
		w.styled(0, "**", in.Inner)
	case chat.KindEm:
		w.styled(1, "*", in.Inner)
	case chat.KindStrike:
		w.styled(2, "~~", in.Inner)
	case chat.KindCode:
		w.raw(code(in.Text))
	case chat.KindLink:
		w.link(in)
	case chat.KindMember:
		w.mention("@", in.ID)
	case chat.KindRole:
		w.mention("@&", in.ID)
	case chat.KindChannel:
		w.mention("#", in.ID)
	case chat.KindMoment:
		w.raw(fmt.Sprintf("<t:%d:%s>", in.At.Unix(), momentStyle(in.Style)))
	case chat.KindBreak:
		w.lineBreak()
	default:
		w.text(in.Text)
	}
}

// text writes literal text.
func (w *writer) text(s string) {
	s = strings.ToValidUTF8(s, "\uFFFD")
	for i, r := range s {
		if w.full {
			return
		}
		if r == '\n' {
			w.lineBreak()
			continue
		}
		at := w.place
		out := at.escape(r, s[i+utf8.RuneLen(r):])
		if !w.left.take(out) {
			w.full = true
			return
		}
		w.b.WriteString(out)
		w.place = at
	}
}

func (w *writer) lineBreak() {
	if w.newline == " " && strings.HasSuffix(w.b.String(), " ") {
		return
	}
	w.raw(w.newline)
	if strings.HasPrefix(w.newline, "\n") && !w.full {
		w.place = place{}
	}
}

// styled writes inner between marks. A style within itself adds nothing, marks
// around nothing would be shown as they are, and those that open on one line
// and close on another do not reach across the items of a list.
func (w *writer) styled(style int, mark string, inner chat.Line) {
	if w.styles[style] || w.full {
		w.line(inner)
		return
	}
	if lines := split(inner); len(lines) > 1 {
		for i, l := range lines {
			if i > 0 {
				w.lineBreak()
			}
			w.styled(style, mark, l)
		}
		return
	}
	undo := w.mark()
	if !w.left.take(mark + mark) {
		w.full = true
		return
	}
	w.b.WriteString(mark)
	before := w.b.Len()
	w.styles[style] = true
	w.line(inner)
	w.styles[style] = false
	if strings.TrimSpace(w.b.String()[before:]) == "" {
		full := w.full
		undo()
		w.full = full
		return
	}
	w.b.WriteString(mark)
}

// split parts a line where it breaks. Blanks before a break are dropped: marks
// do not close behind them.
func split(l chat.Line) []chat.Line {
	out := []chat.Line{nil}
	for _, in := range l {
		var parts []chat.Line
		switch {
		case in.Kind == chat.KindBreak:
			parts = []chat.Line{nil, nil}
		case in.Kind == chat.KindText:
			texts := strings.Split(in.Text, "\n")
			for i, s := range texts {
				if i < len(texts)-1 {
					s = strings.TrimRight(s, " ")
				}
				parts = append(parts, chat.Words(s))
			}
		case len(in.Inner) > 0:
			for _, inner := range split(in.Inner) {
				part := in
				part.Inner = inner
				parts = append(parts, chat.L(part))
			}
		default:
			parts = []chat.Line{{in}}
		}
		out[len(out)-1] = append(out[len(out)-1], parts[0]...)
		out = append(out, parts[1:]...)
	}
	return out
}

// code writes monospaced text. A backtick cannot stand in it, and everyone is
// kept from being mentioned.
func code(s string) string {
	s = strings.NewReplacer("`", "ˋ", "\n", " ", "@everyone", "@"+noBreak+"everyone", "@here", "@"+noBreak+"here").Replace(s)
	if strings.TrimSpace(s) == "" {
		return ""
	}
	return "`" + s + "`"
}

// link writes a masked link; what is no web address is only named.
func (w *writer) link(in chat.Inline) {
	address := webAddress(in.URL)
	label := in.Text
	if label == "" {
		label = in.URL
	}
	if address == "" {
		w.text(label)
		return
	}
	undo := w.mark()
	w.raw("[")
	w.text(strings.ReplaceAll(label, "\n", " "))
	w.raw("](" + address + ")")
	if w.full {
		undo()
		w.full = true
	}
}

// webAddress returns an http or https address that can stand in a link, or "".
func webAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return ""
	}
	return strings.NewReplacer("(", "%28", ")", "%29", "<", "%3C", ">", "%3E", " ", "%20", "`", "%60").Replace(u.String())
}

// mention names someone or something; whether it pings is for allowed_mentions
// to say. An id of another network is shown as text.
func (w *writer) mention(sigil, id string) {
	network, native, _ := strings.Cut(id, ":")
	if network == string(chat.Discord) && isSnowflake(native) {
		w.raw("<" + sigil + native + ">")
		return
	}
	w.text(sigil[:1] + id)
}

// momentStyle gives the style of a timestamp (docs: reference#message-formatting).
func momentStyle(s chat.MomentStyle) string {
	switch s {
	case chat.MomentDate:
		return "D"
	case chat.MomentTime:
		return "t"
	case chat.MomentRelative:
		return "R"
	}
	return "F"
}
