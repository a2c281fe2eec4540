package chat

import "unicode/utf8"

// splitMargin leaves room for what a renderer adds: escapes, mentions that
// are longer than their plain form, bullets.
const splitMargin = 3

// Split cuts a card that is too long for a platform into several, in reading
// order, between blocks and between the items of a list; nothing is lost and
// nobody is pinged twice: each part pings those whom it mentions, and those
// mentioned nowhere are pinged by the first. Thumb and accent stay, controls
// go to the last part. A single item longer than the limit is left to the
// renderer's trimming.
func Split(c Card, caps Capabilities) []Card {
	limit := caps.MaxText / splitMargin * 2
	pieces := splitBlocks(c.Blocks, limit, max(caps.MaxPings, 1))
	var parts []Card
	var now Card
	size, pings := 0, 0
	for _, p := range pieces {
		n, m := p.size(), p.mentions()
		full := size+n > limit || pings+m > caps.MaxPings || len(now.Blocks) >= caps.MaxBlocks
		if len(now.Blocks) > 0 && full {
			parts = append(parts, now)
			now, size, pings = Card{}, 0, 0
		}
		now.Blocks = append(now.Blocks, p)
		size, pings = size+n, pings+m
	}
	parts = append(parts, now)
	for i := range parts {
		parts[i].Accent = c.Accent
	}
	parts[0].Thumb = c.Thumb
	sharePings(parts, c.Pings)
	return parts
}

// splitBlocks cuts long lists into several blocks of their own.
func splitBlocks(blocks []Block, limit, maxPings int) []Block {
	var out []Block
	for _, b := range blocks {
		if b.Kind != BlockList || (b.size() <= limit/2 && b.mentions() <= maxPings) {
			out = append(out, b)
			continue
		}
		out = append(out, b.chunks(limit/2, maxPings)...)
	}
	return out
}

func (b Block) chunks(limit, maxPings int) []Block {
	var out []Block
	first := max(b.First, 1)
	start, size, pings := 0, 0, 0
	cut := func(end int) {
		if end > start {
			out = append(out, Block{Kind: BlockList, Items: b.Items[start:end], Ordered: b.Ordered, First: first + start})
		}
		start, size, pings = end, 0, 0
	}
	for i, item := range b.Items {
		n, m := lineSize(item), lineMentions(item)
		if size+n > limit || pings+m > maxPings {
			cut(i)
		}
		size, pings = size+n, pings+m
	}
	cut(len(b.Items))
	return out
}

func (b Block) size() int {
	n := lineSize(b.Line)
	for _, f := range b.Fields {
		n += utf8.RuneCountInString(f.Label) + lineSize(f.Value)
	}
	for _, i := range b.Items {
		n += lineSize(i)
	}
	return n
}

// mentionSize is the length of a rendered mention, the longest being a Slack
// one or a Discord snowflake in its brackets.
const mentionSize = 24

func lineSize(l Line) int {
	n := 1
	for _, in := range l {
		switch in.Kind {
		case KindMember, KindRole, KindChannel, KindMoment:
			n += mentionSize
		default:
			n += utf8.RuneCountInString(in.Text) + len(in.URL) + lineSize(in.Inner)
		}
	}
	return n
}

func (b Block) mentions() int {
	n := lineMentions(b.Line)
	for _, f := range b.Fields {
		n += lineMentions(f.Value)
	}
	for _, i := range b.Items {
		n += lineMentions(i)
	}
	return n
}

func lineMentions(l Line) int {
	n := 0
	for _, in := range l {
		if in.Kind == KindMember {
			n++
		}
		n += lineMentions(in.Inner)
	}
	return n
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
