package chat

import (
	"slices"
	"strings"
	"unicode/utf16"
)

// Parts are filled to four fifths of Capabilities.MaxText: the rest is for
// what no card shows, such as the frame of each block. Everything else is
// weighed as the longest that a renderer makes of it.
const (
	weighMention = 25 // <@&1234567890123456789> and a blank
	weighMoment  = 80 // <!date^1772442000^{date_long_pretty} {time}|2026-03-02 09:00 UTC>
	weighLine    = 8  // a bullet or a number, a line break
	weighStyle   = 4  // ** on both sides
	weighWild    = 60 // a text that needs an element of its own, lest it be read as markup
	wild         = "\\*_~`|<>&@[]"
)

// Split cuts a card that is too long for a platform into several, in reading
// order, between blocks and between the items of a list. Nothing is lost and
// nobody is pinged twice: each part pings those whom it is the first to
// mention, and those mentioned nowhere are pinged by the first part, or by a
// paragraph at the end if they are more than MaxPings. Every part has the
// accent, the first has the thumb. A single paragraph or item longer than the
// limit is left to the renderer's trimming.
func Split(c Card, caps Capabilities) []Card {
	s := splitter{most: load{caps.MaxText * 4 / 5, max(caps.MaxPings, 1), max(caps.MaxBlocks, 1)}}
	silent := c.unnamed()
	silent, rest := silent[:min(len(silent), s.most.pings)], silent[min(len(silent), s.most.pings):]
	s.has = load{size: weighMention * len(silent), pings: len(silent)}
	for _, b := range c.Blocks {
		s.add(b)
	}
	for group := range slices.Chunk(rest, s.most.pings) {
		s.add(Paragraph(mentions(group)))
	}
	s.close()
	for i := range s.parts {
		s.parts[i].Accent = c.Accent
	}
	s.parts[0].Thumb = c.Thumb
	sharePings(s.parts, c.Pings)
	return s.parts
}

func mentions(members []MemberID) Line {
	var l Line
	for i, m := range members {
		if i > 0 {
			l = append(l, T(" "))
		}
		l = append(l, Mention(m))
	}
	return l
}

// load is what a part holds, or can hold.
type load struct{ size, pings, blocks int }

func (l load) plus(m load) load {
	return load{l.size + m.size, l.pings + m.pings, l.blocks + m.blocks}
}

func (l load) within(most load) bool {
	return l.size <= most.size && l.pings <= most.pings && l.blocks <= most.blocks
}

// splitter fills one part after the other.
type splitter struct {
	most, has load
	now       Card
	parts     []Card
}

// add puts a block into the part at hand, or into the next.
func (s *splitter) add(b Block) {
	if b.Kind == BlockList && len(b.Items) > 0 {
		s.list(b)
		return
	}
	l := b.load()
	if !s.has.plus(l).within(s.most) && len(s.now.Blocks) > 0 {
		s.close()
	}
	s.put(b, l)
}

func (s *splitter) put(b Block, l load) {
	s.now.Blocks = append(s.now.Blocks, b)
	s.has = s.has.plus(l)
}

// list puts as many items into a part as it takes. A list that goes on in the
// next part counts on.
func (s *splitter) list(b Block) {
	start, l := 0, load{size: weighLine, blocks: 1}
	for i, item := range b.Items {
		more := load{size: weighLine + item.weight(), pings: item.mentions()}
		if !s.has.plus(l).plus(more).within(s.most) && (i > start || len(s.now.Blocks) > 0) {
			if i > start {
				s.put(b.items(start, i), l)
			}
			s.close()
			start, l = i, load{size: weighLine, blocks: 1}
		}
		l = l.plus(more)
	}
	s.put(b.items(start, len(b.Items)), l)
}

// items returns the list with only those of its items.
func (b Block) items(from, to int) Block {
	if b.Ordered && from > 0 {
		b.First = max(b.First, 1) + from
	}
	b.Items = b.Items[from:to:to]
	return b
}

func (s *splitter) close() {
	s.parts = append(s.parts, s.now)
	s.now, s.has = Card{}, load{}
}

func (b Block) load() load {
	l := load{size: weighLine + b.Line.weight(), pings: b.Line.mentions(), blocks: 1}
	for _, f := range b.Fields {
		l.size += weighLine + weighStyle + weightOf(f.Label) + f.Value.weight()
		l.pings += f.Value.mentions()
	}
	if b.Image != nil {
		l.size += weightOf(b.Image.Alt) + len(b.Image.URL)
	}
	return l
}

func (l Line) weight() int {
	n := 0
	for _, in := range l {
		switch in.Kind {
		case KindMember, KindRole, KindChannel:
			n += weighMention
		case KindMoment:
			n += weighMoment
		default:
			n += weighStyle + weightOf(in.Text) + len(in.URL) + in.Inner.weight()
		}
	}
	return n
}

func weightOf(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == '&' || r == '<' || r == '>':
			n += len("&amp;")
		case r > ' ' && r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' || r > 'z' && r < 0x7f:
			n += 2 // may need a backslash
		default:
			n += max(utf16.RuneLen(r), 1)
		}
	}
	if strings.ContainsAny(s, wild) {
		n += weighWild
	}
	return n
}

func (l Line) mentions() int {
	n := 0
	for _, in := range l {
		if in.Kind == KindMember {
			n++
		}
		n += in.Inner.mentions()
	}
	return n
}

// unnamed lists those who are to be pinged though the card does not mention
// them.
func (c Card) unnamed() []MemberID {
	known := make(map[MemberID]bool)
	for _, m := range c.Mentioned() {
		known[m] = true
	}
	var out []MemberID
	for _, m := range c.Pings.Members {
		if !known[m] {
			known[m] = true
			out = append(out, m)
		}
	}
	return out
}

// sharePings gives each part the pings of those it is the first to mention.
func sharePings(parts []Card, p Pings) {
	left := make(map[MemberID]bool, len(p.Members))
	for _, m := range p.Members {
		left[m] = true
	}
	for i := range parts {
		for _, m := range parts[i].Mentioned() {
			if left[m] {
				delete(left, m)
				parts[i].Pings.Members = append(parts[i].Pings.Members, m)
			}
		}
	}
	for _, m := range p.Members {
		if left[m] {
			delete(left, m)
			parts[0].Pings.Members = append(parts[0].Pings.Members, m)
		}
	}
	parts[0].Pings.Roles, parts[0].Pings.Everyone = p.Roles, p.Everyone
}

// Mentioned lists the members that the card names, in reading order, each
// once.
func (c Card) Mentioned() []MemberID {
	var out []MemberID
	seen := make(map[MemberID]bool)
	var visit func(Line)
	visit = func(l Line) {
		for _, in := range l {
			if id := MemberID(in.ID); in.Kind == KindMember && !seen[id] {
				seen[id] = true
				out = append(out, id)
			}
			visit(in.Inner)
		}
	}
	for _, b := range c.Blocks {
		visit(b.Line)
		for _, f := range b.Fields {
			visit(f.Value)
		}
		for _, i := range b.Items {
			visit(i)
		}
	}
	return out
}
