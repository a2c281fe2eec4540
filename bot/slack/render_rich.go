package slack

import (
	"cmp"
	"regexp"
	"strings"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

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
		w.text(strings.ReplaceAll(in.Text, "\n", " "), style)
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

// shouts is what would notify a whole channel, were rich text ever read as
// mrkdwn, by a client or by what copies messages elsewhere.
var shouts = regexp.MustCompile(`<!(channel|here|everyone)`)

// text appends text, to the element before if that looks the same.
func (w *richWriter) text(s string, style slack.RichTextSectionTextStyle) {
	s = shouts.ReplaceAllString(s, "<\u200b!$1")
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
