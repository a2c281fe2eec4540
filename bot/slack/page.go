package slack

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"animo/bot/chat"
)

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
	draw := func(b chat.Block) []slack.Block {
		if thumb {
			return p.beside(b, img)
		}
		return p.block(b)
	}
	if p.add(draw(b)...) {
		return
	}
	p.tight = true
	defer func() { p.tight = false }()
	for {
		blocks := draw(b)
		if p.add(blocks...) {
			return
		}
		shorter, n, ok := shorten(b, min(float64(p.room)/float64(size(blocks...)), 0.9))
		if !ok {
			p.omitted++
			return
		}
		b, p.omitted = shorter, p.omitted+n
	}
}

// shorten cuts a block to a share of its length and says how many of its items
// went; false if there is nothing left to cut.
func shorten(b chat.Block, share float64) (chat.Block, int, bool) {
	ok := true
	switch items, fields := len(b.Items), len(b.Fields); {
	case items > 1:
		b.Items = b.Items[:max(int(float64(items)*share), 1)]
		return b, items - len(b.Items), true
	case fields > 1:
		b.Fields = b.Fields[:max(int(float64(fields)*share), 1)]
		return b, fields - len(b.Fields), true
	case items == 1:
		var l chat.Line
		l, ok = shortenLine(b.Items[0], share)
		b.Items = []chat.Line{l}
	default:
		b.Line, ok = shortenLine(b.Line, share)
	}
	return b, 0, ok
}

// shortenLine gives up formatting: a text of this length is no sentence.
func shortenLine(l chat.Line, share float64) (chat.Line, bool) {
	const least = 20 // characters worth showing
	text := strings.TrimSuffix(l.Plain(), "…")
	n := utf8.RuneCountInString(text)
	if n < least {
		return nil, false
	}
	return chat.Words(cut(text, max(int(float64(n)*share), 1))), true
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
