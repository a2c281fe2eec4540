package giveaway

import (
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// Colours of the card where the platform has any.
const (
	accentOpen = 0xF2B33D
	accentOver = 0x8A8F98
	accentWon  = 0x3BA55D
)

// shownChanges is how many edits the card lists, the latest.
const shownChanges = 4

// Show implements games.Rules: the card in the channel.
func (Rules) Show(s State, l games.Look) chat.Card {
	p := l.Public
	card := chat.NewCard(chat.Heading(chat.L(chat.T("🎉 " + s.Prize))))
	card.Accent = s.accent()
	if s.Thumb != "" {
		card.Thumb = &chat.Image{URL: s.Thumb, Alt: cut(s.Prize, 100)}
	}
	if s.Description != "" {
		card = card.With(chat.Paragraph(chat.Words(s.Description)))
	}
	card = card.With(statusBlocks(s, l)...)
	if s.Image != "" {
		card = card.With(chat.Picture(s.Image, cut(s.Prize, 100)))
	}
	if s.Phase == PhaseOpen {
		label := s.Button
		if label == "" {
			label = p.Text("giveaway.button.enter")
		}
		emoji := s.Emoji
		if emoji == "" {
			emoji = "🎉"
		}
		card = card.With(chat.Controls(
			chat.Button(chat.Act(Kind, VerbEnter, l.ID), label, chat.TonePrimary).WithEmoji(emoji)))
	}
	card = card.With(changeNotes(s, p)...)
	if l.ID == "" { // a preview
		return card
	}
	return card.With(chat.Note(p.Line("giveaway.id", i18n.In("id", chat.Code(l.ID)))))
}

func (s State) accent() int {
	switch {
	case len(s.Standing()) > 0:
		return accentWon
	case s.Phase != PhaseOpen:
		return accentOver
	case s.Accent != 0:
		return s.Accent
	}
	return accentOpen
}

// statusBlocks say where the giveaway stands.
func statusBlocks(s State, l games.Look) []chat.Block {
	p := l.Public
	fields := []chat.Field{}
	add := func(label string, value ...chat.Inline) {
		fields = append(fields, chat.Field{Label: p.Text(label), Value: value})
	}
	switch s.Phase {
	case PhaseOpen:
		add("giveaway.field.ends", endValue(s, l.Caps)...)
	case PhasePaused:
		add("giveaway.field.paused", p.Line("giveaway.paused_value")...)
	case PhaseCancelled:
		add("giveaway.field.cancelled", cancelValue(s, p)...)
	default:
		add("giveaway.field.ended", chat.Moment(s.Closed, chat.MomentFull))
	}
	add("giveaway.field.winners", chat.T(strconv.Itoa(s.Winners)))
	add("giveaway.field.host", chat.Mention(s.Host))
	add("giveaway.field.entrants", chat.T(p.Number(l.Entries)))
	blocks := []chat.Block{chat.Fields(fields...)}
	switch {
	case s.Phase == PhaseClosing:
		blocks = append(blocks, chat.Paragraph(p.Line("giveaway.drawing")))
	case s.Phase == PhaseDrawn || s.Phase == PhaseAnnounced:
		blocks = append(blocks, roundBlocks(s, p)...)
	}
	return blocks
}

// endValue adds the time left where it counts down by itself.
func endValue(s State, caps chat.Capabilities) chat.Line {
	end := chat.L(chat.Moment(s.Ends, chat.MomentFull))
	if caps.RelativeTime {
		end = end.Then(chat.T(" ("), chat.Moment(s.Ends, chat.MomentRelative), chat.T(")"))
	}
	return end
}

func cancelValue(s State, p i18n.Printer) chat.Line {
	if s.Why == "" {
		return chat.L(chat.Moment(s.Closed, chat.MomentFull))
	}
	return p.Line("giveaway.cancelled_why", i18n.In("at", chat.Moment(s.Closed, chat.MomentFull)), i18n.In("why", chat.T(s.Why)))
}

// roundBlocks lists the winners, and each reroll with its number.
func roundBlocks(s State, p i18n.Printer) []chat.Block {
	switch {
	case s.Rounds[0].Entrants == 0:
		return []chat.Block{chat.Paragraph(p.Line("giveaway.no_entrant"))}
	case len(s.PastWinners()) == 0:
		return []chat.Block{chat.Paragraph(p.Line("giveaway.no_winner"))}
	}
	var items []chat.Line
	for _, r := range s.Rounds {
		for _, m := range r.Winners {
			items = append(items, winnerLine(s, r, m, p))
		}
	}
	return []chat.Block{chat.Paragraph(p.Line("giveaway.winners_are", i18n.Count(int64(len(s.Standing()))))), chat.List(items...)}
}

func winnerLine(s State, r Round, m chat.MemberID, p i18n.Printer) chat.Line {
	who := chat.Mention(m)
	if s.replaced(m) {
		return chat.L(chat.Strike(who))
	}
	if r.N == 1 {
		return chat.L(who)
	}
	return p.Line("giveaway.winner_round", i18n.In("member", who), i18n.Num("round", int64(r.N)))
}

// changeNotes list the latest edits.
func changeNotes(s State, p i18n.Printer) []chat.Block {
	var out []chat.Block
	for _, c := range s.Changes[max(0, len(s.Changes)-shownChanges):] {
		from := chat.T(c.From)
		if unix, err := strconv.ParseInt(c.From, 10, 64); err == nil && c.What == "ends" {
			from = chat.Moment(time.Unix(unix, 0), chat.MomentFull)
		}
		out = append(out, chat.Note(p.Line("giveaway.changed."+c.What,
			i18n.In("at", chat.Moment(c.At, chat.MomentFull)), i18n.In("from", from))))
	}
	return out
}

// ticket tells a member their number and their chance.
func ticket(s State, l games.Look, id string, seq, entries int64) chat.Reply {
	p := l.Private
	chance := p.Line("giveaway.chance_certain")
	if w := int64(s.Winners); entries > w {
		chance = p.Line("giveaway.chance", i18n.Num("of", (entries+w-1)/w))
	}
	return chat.Private(chat.NewCard(
		chat.Paragraph(p.Line(id, i18n.Num("number", seq), i18n.In("prize", chat.Strong(chat.T(s.Prize))))),
		chat.Paragraph(chance),
		chat.Controls(chat.Button(chat.Act(Kind, VerbLeave, l.ID), p.Text("giveaway.button.leave"), chat.TonePlain)),
	))
}

// announcement names the winners of a round in the channel.
func announcement(s State, r Round, l games.Look) chat.Card {
	p := l.Public
	prize := i18n.In("prize", chat.Strong(chat.T(s.Prize)))
	var card chat.Card
	switch {
	case r.Entrants == 0:
		card = chat.Say(p.Line("giveaway.announce.nobody_entered", prize))
	case len(r.Winners) == 0:
		card = chat.Say(p.Line("giveaway.announce.nobody", prize))
	case r.Replaces != "":
		card = chat.Say(p.Line("giveaway.announce.replaced", prize,
			i18n.In("old", chat.Mention(r.Replaces)), i18n.In("new", chat.Mention(r.Winners[0]))))
	case len(r.Winners) == 1:
		card = chat.Say(p.Line("giveaway.announce.one", prize, i18n.In("member", chat.Mention(r.Winners[0]))))
	default:
		card = chat.Say(p.Line("giveaway.announce.many", prize, i18n.Count(int64(len(r.Winners))))).With(winnerList(r))
	}
	if s.Late && r.N == 1 {
		card = card.With(chat.Note(p.Line("giveaway.announce.late", i18n.In("end", chat.Moment(s.Ends, chat.MomentFull)))))
	}
	if r.N > 1 {
		card = card.With(chat.Note(p.Line("giveaway.announce.round", i18n.Num("round", int64(r.N)))))
	}
	if card.Accent = accentWon; len(r.Winners) == 0 {
		card.Accent = accentOver
	}
	card.Pings.Members = r.Winners
	return card
}

func winnerList(r Round) chat.Block {
	items := make([]chat.Line, len(r.Winners))
	for i, m := range r.Winners {
		items[i] = chat.L(chat.Mention(m))
	}
	return chat.List(items...)
}

// toWinner tells a winner alone.
func toWinner(s State, m chat.MemberID, l games.Look) chat.Card {
	prize, channel := i18n.In("prize", chat.Strong(chat.T(s.Prize))), i18n.In("channel", chat.MentionChannel(l.Channel))
	if m == s.Host {
		return chat.Say(l.Public.Line("giveaway.direct.winner_host", prize, channel))
	}
	return chat.Say(l.Public.Line("giveaway.direct.winner", prize, channel, i18n.In("host", chat.Mention(s.Host))))
}

// toReroller tells whoever asked for a reroll that it found nobody.
func toReroller(s State, l games.Look) chat.Card {
	return chat.Say(l.Public.Line("giveaway.direct.nobody_left",
		i18n.In("prize", chat.Strong(chat.T(s.Prize))), i18n.In("channel", chat.MentionChannel(l.Channel))))
}

// toHost tells the host alone.
func toHost(s State, r Round, l games.Look) chat.Card {
	p := l.Public
	prize, channel := i18n.In("prize", chat.Strong(chat.T(s.Prize))), i18n.In("channel", chat.MentionChannel(l.Channel))
	if len(r.Winners) == 0 {
		return chat.Say(p.Line("giveaway.direct.host_nobody", prize, channel))
	}
	return chat.Say(p.Line("giveaway.direct.host", prize, channel, i18n.Count(int64(len(r.Winners))),
		i18n.Num("entrants", r.Entrants))).With(winnerList(r))
}
