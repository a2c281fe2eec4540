package slack

import (
	"cmp"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

// pingedBy returns the ids that a card may mention.
func pingedBy(c chat.Card) map[string]bool {
	out := make(map[string]bool, len(c.Pings.Members)+len(c.Pings.Roles))
	for _, m := range c.Pings.Members {
		out[string(m)] = true
	}
	for _, r := range c.Pings.Roles {
		out[string(r)] = true
	}
	return out
}

// visit calls f for every inline of a card's text.
func visit(c chat.Card, f func(chat.Inline)) {
	var walk func(chat.Line)
	walk = func(l chat.Line) {
		for _, in := range l {
			f(in)
			walk(in.Inner)
		}
	}
	for _, b := range c.Blocks {
		walk(b.Line)
		for _, field := range b.Fields {
			walk(field.Value)
		}
		for _, item := range b.Items {
			walk(item)
		}
	}
}

// needsGroups says whether a card speaks of user groups.
func needsGroups(c chat.Card) bool {
	found := len(c.Pings.Roles) > 0
	visit(c, func(in chat.Inline) { found = found || in.Kind == chat.KindRole })
	for _, b := range c.Blocks {
		for _, control := range b.Controls {
			found = found || control.Kind == chat.ControlRoleMenu
		}
	}
	return found
}

// mayMention says whether an id may stand as a mention.
func (k *look) mayMention(id string) bool { return k.private || k.pinged[id] }

// nameOf is what stands for a member or role that is not mentioned.
func (k *look) nameOf(in chat.Inline) string {
	if in.Kind == chat.KindMember {
		return "@" + cmp.Or(k.names[chat.MemberID(in.ID)], local(chat.MemberID(in.ID)), "…")
	}
	id := local(chat.RoleID(in.ID))
	for _, g := range k.groups {
		if g.id == id {
			return "@" + g.handle
		}
	}
	return "@" + cmp.Or(id, "…")
}

// rich renders a line as the elements of a rich_text_section: text there is
// literal (docs.slack.dev/reference/block-kit/blocks/rich-text-block).
func (k *look) rich(l chat.Line) []slack.RichTextSectionElement {
	w := richWriter{look: k}
	w.line(l, slack.RichTextSectionTextStyle{})
	return w.out
}

type richWriter struct {
	*look
	out []slack.RichTextSectionElement
}

func (w *richWriter) line(l chat.Line, style slack.RichTextSectionTextStyle) {
	for _, in := range l {
		w.inline(in, style)
	}
}

func (w *richWriter) inline(in chat.Inline, style slack.RichTextSectionTextStyle) {
	switch in.Kind {
	case chat.KindStrong:
		style.Bold = true
		w.line(in.Inner, style)
	case chat.KindEm:
		style.Italic = true
		w.line(in.Inner, style)
	case chat.KindStrike:
		style.Strike = true
		w.line(in.Inner, style)
	case chat.KindCode:
		style.Code = true
		w.text(in.Text, style)
	case chat.KindBreak:
		w.text("\n", style)
	case chat.KindText:
		w.text(in.Text, style)
	default:
		w.reference(in, style)
	}
}

// reference writes what points somewhere; what cannot stands as text.
func (w *richWriter) reference(in chat.Inline, style slack.RichTextSectionTextStyle) {
	switch id := local(chat.ChannelID(in.ID)); {
	case in.Kind == chat.KindLink && webAddress(in.URL, maxURL):
		w.out = append(w.out, slack.NewRichTextSectionLinkElement(in.URL, in.Text, styled(style)))
	case in.Kind == chat.KindLink:
		w.text(in.Text, style)
	case in.Kind == chat.KindMoment:
		format, words := dateFormat(in)
		w.out = append(w.out, &slack.RichTextSectionDateElement{
			Type: slack.RTSEDate, Timestamp: slack.JSONTime(in.At.Unix()), Format: format, Fallback: &words, Style: styled(style),
		})
	case in.Kind == chat.KindChannel && isID(id):
		w.out = append(w.out, slack.NewRichTextSectionChannelElement(id, styled(style)))
	case in.Kind == chat.KindChannel:
		w.text("#"+cmp.Or(id, "…"), style)
	case in.Kind == chat.KindMember && isID(id) && w.mayMention(in.ID):
		w.out = append(w.out, slack.NewRichTextSectionUserElement(id, styled(style)))
	case in.Kind == chat.KindRole && isID(id) && w.mayMention(in.ID):
		w.out = append(w.out, slack.NewRichTextSectionUserGroupElement(id))
	default:
		w.text(w.nameOf(in), style)
	}
}

// text appends text, to the element before if that looks the same.
func (w *richWriter) text(s string, style slack.RichTextSectionTextStyle) {
	if s == "" {
		return
	}
	if n := len(w.out); n > 0 {
		last, ok := w.out[n-1].(*slack.RichTextSectionTextElement)
		if ok && (last.Style == nil && style == slack.RichTextSectionTextStyle{} || last.Style != nil && *last.Style == style) {
			last.Text += s
			return
		}
	}
	w.out = append(w.out, slack.NewRichTextSectionTextElement(s, styled(style)))
}

func styled(s slack.RichTextSectionTextStyle) *slack.RichTextSectionTextStyle {
	if s == (slack.RichTextSectionTextStyle{}) {
		return nil
	}
	return &s
}

// dateFormat is how Slack is to show a moment, and what stands where it
// cannot (docs.slack.dev/messaging/formatting-message-text#date-formatting).
func dateFormat(in chat.Inline) (format, words string) {
	switch in.Style {
	case chat.MomentDate:
		return "{date_long}", in.At.Format("2006-01-02")
	case chat.MomentTime:
		return "{time}", in.At.Format("15:04 MST")
	default:
		return "{date_long_pretty} {time}", in.At.Format("2006-01-02 15:04 MST")
	}
}

// literal says whether a line is nothing but text.
func literal(l chat.Line) bool {
	for _, in := range l {
		if in.Kind != chat.KindText && in.Kind != chat.KindBreak {
			return false
		}
	}
	return true
}

// flat renders a line without mentions, links or formatting.
func (k *look) flat(l chat.Line) string {
	var b strings.Builder
	for _, in := range l {
		switch in.Kind {
		case chat.KindStrong, chat.KindEm, chat.KindStrike:
			b.WriteString(k.flat(in.Inner))
		case chat.KindMember, chat.KindRole:
			b.WriteString(k.nameOf(in))
		case chat.KindLink:
			b.WriteString(in.Text)
		case chat.KindChannel:
			b.WriteString("#" + local(chat.ChannelID(in.ID)))
		default:
			b.WriteString(chat.L(in).Plain())
		}
	}
	return b.String()
}

// mrkdwn renders a line as mrkdwn; false if its text would not stay literal
// there or its formatting not be seen, mrkdwn having no escape for either.
// Where room is tight it always can: zero-width spaces keep text literal.
func (k *look) mrkdwn(l chat.Line) (string, bool) {
	w := markWriter{look: k, ok: true}
	w.line(l)
	return w.b.String(), w.ok || k.tight
}

// formats is what mrkdwn would read as formatting or as an emoji.
var formats = regexp.MustCompile("[*_~`]|:[a-z0-9_+'-]+:|(?m)^>")

type markWriter struct {
	*look
	b      strings.Builder
	ok     bool
	closed bool // formatting has just ended: a letter here would undo that
}

func (w *markWriter) line(l chat.Line) {
	for _, in := range l {
		w.inline(in)
	}
}

func (w *markWriter) inline(in chat.Inline) {
	switch in.Kind {
	case chat.KindStrong:
		w.wrap("*", in.Inner)
	case chat.KindEm:
		w.wrap("_", in.Inner)
	case chat.KindStrike:
		w.wrap("~", in.Inner)
	case chat.KindCode:
		w.mark("`", escapes.Replace(in.Text), in.Text != "" && !strings.ContainsAny(in.Text, "`\n"))
	case chat.KindText:
		w.ok = w.ok && !formats.MatchString(in.Text)
		w.raw(escapes.Replace(w.harmless(in.Text)))
	case chat.KindBreak:
		w.raw("\n")
	default:
		w.reference(in)
	}
}

func (w *markWriter) reference(in chat.Inline) {
	switch id := local(chat.ChannelID(in.ID)); {
	case in.Kind == chat.KindLink && webAddress(in.URL, maxURL) && in.Text != "":
		w.raw("<" + escapes.Replace(in.URL) + "|" + escapes.Replace(strings.ReplaceAll(in.Text, "|", "/")) + ">")
	case in.Kind == chat.KindMoment:
		format, words := dateFormat(in)
		w.raw("<!date^" + strconv.FormatInt(in.At.Unix(), 10) + "^" + format + "|" + words + ">")
	case in.Kind == chat.KindChannel && isID(id):
		w.raw("<#" + id + ">")
	case in.Kind == chat.KindMember && isID(id) && w.mayMention(in.ID):
		w.raw("<@" + id + ">")
	case in.Kind == chat.KindRole && isID(id) && w.mayMention(in.ID):
		w.raw("<!subteam^" + id + ">")
	default:
		w.inline(chat.T(w.flat(chat.L(in))))
	}
}

// harmless breaks what mrkdwn would read as formatting, where it must go there
// anyway. Slack takes a mark for one only at the start of a word, and a
// zero-width space is neither a space nor a letter.
func (w *markWriter) harmless(s string) string {
	if !w.tight {
		return s
	}
	return formats.ReplaceAllStringFunc(s, func(m string) string {
		return "\u200b" + strings.ReplaceAll(m, "`", "\u02cb")
	})
}

// wrap formats a line.
func (w *markWriter) wrap(mark string, inner chat.Line) {
	in := markWriter{look: w.look, ok: true}
	in.line(inner)
	w.ok = w.ok && in.ok
	text := in.b.String()
	w.mark(mark, text, text != "" && text == strings.TrimSpace(text) && !strings.ContainsAny(text, mark+"\n"))
}

// mark puts text between marks, if it can stand there. Slack reads a mark as
// such only where a word begins or ends, and not beside a space.
func (w *markWriter) mark(mark, text string, able bool) {
	before, _ := utf8.DecodeLastRuneInString(w.b.String())
	if able = able && !w.closed && (w.b.Len() == 0 || unicode.IsSpace(before)); !able {
		w.ok = false
		w.raw(text)
		return
	}
	w.b.WriteString(mark + text + mark)
	w.closed = true
}

func (w *markWriter) raw(s string) {
	if s == "" {
		return
	}
	first, _ := utf8.DecodeRuneInString(s)
	w.ok = w.ok && !(w.closed && !unicode.IsSpace(first) && !strings.ContainsRune(".,;:!?)", first))
	w.closed = false
	w.b.WriteString(s)
}

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
			lines[i] = escapes.Replace(f.Label) + ": " + k.notified(f.Value)
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
