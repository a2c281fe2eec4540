package slack

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
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

// options are the arguments of the chat methods.
func (m rendered) options() []slack.MsgOption {
	return []slack.MsgOption{
		slack.MsgOptionText(m.text, false), slack.MsgOptionBlocks(m.blocks...),
		slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl(),
	}
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

// page collects blocks while there is room.
type page struct {
	*look
	blocks  []slack.Block
	room    int // characters of JSON
	left    int // blocks
	row     int // rows of controls so far
	omitted int
}

// noteRoom is what the note about omissions takes.
const noteRoom = 120

// reserve keeps room for the controls and the note, which come whatever the
// text does.
func (p *page) reserve(c chat.Card) {
	p.room -= noteRoom
	p.left--
	for _, b := range c.Blocks {
		if b.Kind == chat.BlockControls {
			for _, row := range p.rows(b.Controls, 0) {
				p.room -= size(row)
				p.left--
			}
		}
	}
}

// size is how many characters of JSON some blocks take.
func size(blocks ...slack.Block) int {
	n := 0
	for _, block := range blocks {
		var b bytes.Buffer
		enc := json.NewEncoder(&b)
		enc.SetEscapeHTML(false)
		if enc.Encode(block) == nil {
			n += utf8.RuneCount(b.Bytes())
		}
	}
	return n
}

// add takes blocks if all of them fit.
func (p *page) add(blocks ...slack.Block) bool {
	n := size(blocks...)
	if n > p.room || len(blocks) > p.left {
		return false
	}
	p.room -= n
	p.left -= len(blocks)
	p.blocks = append(p.blocks, blocks...)
	return true
}

// controls adds rows whose room was reserved; those beyond Slack's number of
// blocks are left out.
func (p *page) controls(b chat.Block) {
	for _, row := range p.rows(b.Controls, p.row) {
		if len(p.blocks) >= maxBlocks-1 {
			p.omitted++
			continue
		}
		p.blocks = append(p.blocks, row)
		p.row++
	}
}

// put adds a block of text: as it should be, else without rich text, else cut
// until it fits.
func (p *page) put(b chat.Block, thumb bool, img *chat.Image) {
	draw := func(b chat.Block) bool {
		if thumb {
			return p.add(p.beside(b, img)...)
		}
		return p.add(p.block(b)...)
	}
	if draw(b) {
		return
	}
	p.tight = true
	defer func() { p.tight = false }()
	if draw(b) {
		return
	}
	for b, n, ok := shorter(b); ok; b, n, ok = shorter(b) {
		p.omitted += n
		if draw(b) {
			return
		}
	}
	p.omitted++
}

// shorter cuts a block by about a tenth and says how many of its items went;
// false if there is nothing left to cut.
func shorter(b chat.Block) (chat.Block, int, bool) {
	switch {
	case len(b.Items) > 1:
		n := max(len(b.Items)/10, 1)
		b.Items = b.Items[:len(b.Items)-n]
		return b, n, true
	case len(b.Items) == 1:
		l, ok := shorterLine(b.Items[0])
		b.Items = []chat.Line{l}
		return b, 0, ok
	case len(b.Fields) > 1:
		n := max(len(b.Fields)/10, 1)
		b.Fields = b.Fields[:len(b.Fields)-n]
		return b, n, true
	case len(b.Line) > 0:
		l, ok := shorterLine(b.Line)
		b.Line = l
		return b, 0, ok
	}
	return b, 0, false
}

// shorterLine gives up formatting: a text of this length is no sentence.
func shorterLine(l chat.Line) (chat.Line, bool) {
	text := strings.TrimSuffix(l.Plain(), "…")
	n := utf8.RuneCountInString(text)
	if n < 20 {
		return nil, false
	}
	return chat.Words(cut(text, n-n/10)), true
}

// note says how much was left out.
func (p *page) note() {
	if p.omitted == 0 {
		return
	}
	text := plainObject(fmt.Sprintf("… (+%d)", p.omitted), maxSection)
	p.blocks = append(p.blocks, slack.NewContextBlock("", text))
}

// call mentions those who are to be notified and whom the card does not name:
// Slack notifies by mentions alone.
func (p *page) call(c chat.Card) {
	if p.private {
		return
	}
	named := map[string]bool{}
	visit(c, func(in chat.Inline) { named[in.ID] = true })
	var l chat.Line
	for _, m := range c.Pings.Members {
		if !named[string(m)] {
			l = append(l, chat.Mention(m), chat.T(" "))
		}
	}
	for _, r := range c.Pings.Roles {
		if !named[string(r)] {
			l = append(l, chat.MentionRole(r), chat.T(" "))
		}
	}
	if len(l) > 0 {
		p.put(chat.Paragraph(l), false, nil)
	}
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
	text := strings.TrimSpace(strings.ReplaceAll(k.flat(l), "\n", " "))
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

// beside puts a picture beside a paragraph; only sections have room for one.
func (k *look) beside(b chat.Block, img *chat.Image) []slack.Block {
	text, ok := k.mrkdwn(b.Line)
	object := slack.NewTextBlockObject(slack.MarkdownType, text, false, true)
	if !ok || utf8.RuneCountInString(text) > maxSection {
		object = plainObject(k.flat(b.Line), maxSection)
	}
	if strings.TrimSpace(object.Text) == "" {
		return nil
	}
	accessory := slack.NewAccessory(slack.NewImageBlockElement(img.URL, alt(img)))
	return []slack.Block{slack.NewSectionBlock(object, nil, accessory)}
}

// thumbAt returns which block has the thumb beside it, -1 for none.
func thumbAt(c chat.Card) int {
	if c.Thumb == nil || !webAddress(c.Thumb.URL, maxImageURL) {
		return -1
	}
	for i, b := range c.Blocks {
		if b.Kind == chat.BlockParagraph && len(b.Line) > 0 {
			return i
		}
	}
	return -1
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
