package slack

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"animo/bot/chat"
)

// mrkdwn renders a line as mrkdwn; false if its text would not stay literal
// there or its formatting not be seen, mrkdwn having no escape for either.
// Where room is tight it always can: zero-width spaces keep text literal.
func (k *look) mrkdwn(l chat.Line) (string, bool) {
	w := markWriter{look: k, ok: true}
	w.line(l)
	return w.b.String(), w.ok || k.tight
}

// formats is what mrkdwn would read as formatting or as an emoji; wordJoin is
// what it does not, an underscore within a word.
var (
	formats  = regexp.MustCompile("[*_~`]|:[a-z0-9_+'-]+:|(?m)^>")
	wordJoin = regexp.MustCompile(`[[:alnum:]]_+[[:alnum:]]`)
)

// formatted says whether mrkdwn would not show text as it is.
func formatted(s string) bool {
	return formats.MatchString(wordJoin.ReplaceAllString(s, "--"))
}

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
		w.ok = w.ok && !formatted(in.Text)
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
