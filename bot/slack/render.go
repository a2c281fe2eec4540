package slack

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

// look is what the renderer knows besides the card.
type look struct {
	team    string
	private bool                     // one member reads it, so nobody can be notified
	names   map[chat.MemberID]string // of members who are not to be notified
	groups  []group
	pinged  map[string]bool // ids that may be mentioned; set by render
	tight   bool            // there is no room for rich text
}

// rendered is a card as Slack takes it.
type rendered struct {
	blocks []slack.Block
	text   string // for notifications and screen readers; never empty
}

// options are the arguments of every chat method.
func (m rendered) options() []slack.MsgOption {
	return []slack.MsgOption{slack.MsgOptionText(m.text, false), slack.MsgOptionBlocks(m.blocks...)}
}

// post are the arguments of chat.postMessage: links get no preview.
func (m rendered) post() []slack.MsgOption {
	return append(m.options(), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
}

// render turns a card into blocks within Slack's limits. What does not fit is
// cut from the end, controls excepted, and counted in a last note.
func render(c chat.Card, k look) rendered {
	k.pinged = pingedBy(c)
	p := page{look: &k, room: maxJSON, left: maxBlocks}
	p.reserve(c)
	if c.Pings.Everyone && !k.private {
		p.add(slack.NewRichTextBlock("", slack.NewRichTextSection(slack.NewRichTextSectionBroadcastElement("channel"))))
	}
	for i, b := range c.Blocks {
		if b.Kind == chat.BlockControls {
			p.controls(b)
			continue
		}
		p.put(b, i == thumbAt(c), c.Thumb)
	}
	p.call(c)
	p.note()
	return rendered{blocks: p.blocks, text: fallback(c, &k)}
}

// block renders one block of a card; none if there is nothing to show.
func (k *look) block(b chat.Block) []slack.Block {
	switch b.Kind {
	case chat.BlockHeading:
		return k.heading(b.Line)
	case chat.BlockParagraph:
		return k.paragraph(b.Line)
	case chat.BlockFields:
		return k.fields(b.Fields)
	case chat.BlockList:
		return k.prose(bulleted(b))
	case chat.BlockNote:
		return k.small(b.Line)
	case chat.BlockDivider:
		return []slack.Block{slack.NewDividerBlock()}
	case chat.BlockImage:
		return picture(b.Image)
	}
	return nil
}

// heading is a header block, or bold text if it is too long for one.
func (k *look) heading(l chat.Line) []slack.Block {
	text := strings.TrimSpace(strings.NewReplacer(" \n", " ", "\n", " ").Replace(k.flat(l)))
	switch {
	case text == "":
		return nil
	case utf8.RuneCountInString(text) > maxHeader:
		return k.paragraph(chat.L(chat.Strong(l...)))
	}
	return []slack.Block{slack.NewHeaderBlock(plainObject(text, maxHeader))}
}

func (k *look) paragraph(l chat.Line) []slack.Block { return k.prose([]chat.Line{l}) }

// prose renders lines below each other: as sections of mrkdwn, which is the
// shortest, and where that would not show text as it is, as rich text.
func (k *look) prose(lines []chat.Line) []slack.Block {
	var out []slack.Block
	var marked strings.Builder
	var rich []chat.Line
	flush := func() {
		if text := marked.String(); strings.TrimSpace(text) != "" {
			out = append(out, slack.NewSectionBlock(slack.NewTextBlockObject(slack.MarkdownType, text, false, true), nil, nil))
		}
		if elements := k.rich(chat.Join(rich, chat.Break())); len(elements) > 0 {
			out = append(out, slack.NewRichTextBlock("", slack.NewRichTextSection(elements...)))
		}
		marked.Reset()
		rich = nil
	}
	for _, l := range lines {
		text, ok := k.mrkdwn(l)
		n := utf8.RuneCountInString(text)
		ok = ok && n <= maxSection
		if ok && len(rich) > 0 || !ok && marked.Len() > 0 || utf8.RuneCountInString(marked.String())+n >= maxSection {
			flush()
		}
		switch {
		case !ok:
			rich = append(rich, l)
		case marked.Len() > 0:
			marked.WriteString("\n" + text)
		default:
			marked.WriteString(text)
		}
	}
	flush()
	return out
}

// bulleted writes a list as lines: mrkdwn has no lists, and a rich_text_list
// cannot count on from the message before.
func bulleted(b chat.Block) []chat.Line {
	lines := make([]chat.Line, len(b.Items))
	for i, item := range b.Items {
		lines[i] = append(chat.Line{chat.T(b.Bullet(i))}, item...)
	}
	return lines
}

// fields are two columns, or lines where mrkdwn would format what they hold.
func (k *look) fields(fields []chat.Field) []slack.Block {
	var out []slack.Block
	for len(fields) > 0 {
		n := min(len(fields), maxFields)
		out = append(out, k.columns(fields[:n])...)
		fields = fields[n:]
	}
	return out
}

func (k *look) columns(fields []chat.Field) []slack.Block {
	objects := make([]*slack.TextBlockObject, 0, len(fields))
	var lines []chat.Line
	for _, f := range fields {
		l := chat.L(chat.Strong(chat.T(cmp.Or(f.Label, "…"))), chat.Break()).Then(f.Value...)
		lines = append(lines, l)
		text, ok := k.mrkdwn(l)
		if !ok || utf8.RuneCountInString(text) > maxField {
			continue
		}
		objects = append(objects, slack.NewTextBlockObject(slack.MarkdownType, text, false, true))
	}
	if len(objects) < len(fields) {
		return k.prose(lines)
	}
	return []slack.Block{slack.NewSectionBlock(nil, objects, nil)}
}

// small is a context block, the only small print that Slack has.
func (k *look) small(l chat.Line) []slack.Block {
	if text := strings.TrimSpace(k.flat(l)); literal(l) && text != "" && utf8.RuneCountInString(text) <= maxSection {
		return []slack.Block{slack.NewContextBlock("", plainObject(text, maxSection))}
	}
	text, ok := k.mrkdwn(l)
	if !ok || text == "" || utf8.RuneCountInString(text) > maxSection {
		return k.paragraph(l)
	}
	return []slack.Block{slack.NewContextBlock("", slack.NewTextBlockObject(slack.MarkdownType, text, false, true))}
}

// beside puts a picture beside a paragraph or fields; only sections have room
// for one.
func (k *look) beside(b chat.Block, img *chat.Image) []slack.Block {
	blocks := k.block(b)
	if len(blocks) == 0 {
		return nil
	}
	section, ok := blocks[0].(*slack.SectionBlock)
	if !ok && b.Kind == chat.BlockParagraph {
		section, ok = slack.NewSectionBlock(plainObject(k.flat(b.Line), maxSection), nil, nil), true
		blocks = []slack.Block{section}
	}
	if ok {
		section.Accessory = slack.NewAccessory(slack.NewImageBlockElement(img.URL, alt(img)))
	}
	return blocks
}

// thumbAt returns which block has the thumb beside it, -1 for none.
func thumbAt(c chat.Card) int {
	if c.Thumb == nil || !webAddress(c.Thumb.URL, maxImageURL) {
		return -1
	}
	return slices.IndexFunc(c.Blocks, func(b chat.Block) bool {
		return b.Kind == chat.BlockParagraph && len(b.Line) > 0 || b.Kind == chat.BlockFields && len(b.Fields) > 0
	})
}

func picture(img *chat.Image) []slack.Block {
	if img == nil || !webAddress(img.URL, maxImageURL) {
		return nil
	}
	return []slack.Block{slack.NewImageBlock(img.URL, alt(img), "", nil)}
}

func alt(img *chat.Image) string { return cut(cmp.Or(strings.TrimSpace(img.Alt), "…"), maxAlt) }

// webAddress says whether Slack takes an address as a link or picture.
func webAddress(s string, limit int) bool {
	return (strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://")) && len(s) <= limit && !strings.ContainsAny(s, " \n\t<>|")
}

// plainObject is text that Slack shows as it is, short names of emoji too.
func plainObject(text string, limit int) *slack.TextBlockObject {
	return slack.NewTextBlockObject(slack.PlainTextType, cut(cmp.Or(text, "…"), limit), false, false)
}
