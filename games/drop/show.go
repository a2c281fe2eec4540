package drop

import (
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

// Colours of the card where the platform has any.
const (
	accentOpen = 0xF2B33D
	accentOver = 0x8A8F98
	accentWon  = 0x3BA55D
)

// Show implements games.Rules: the card in the channel. One that has not
// appeared yet says nothing of when it will.
func (Rules) Show(s State, l games.Look) chat.Card {
	p := l.Public
	card := chat.NewCard(chat.Heading(chat.L(chat.T("⚡ " + s.Prize))))
	card.Accent = s.accent()
	if s.Description != "" {
		card = card.With(chat.Paragraph(chat.Words(s.Description)))
	}
	card = card.With(statusBlocks(s, l)...)
	if lines := eligibility.Describe(p, s.Who, eligibility.Bonus{}); s.Phase == PhaseOpen && len(lines) > 0 {
		card = card.With(chat.Paragraph(chat.L(chat.Strong(p.Line("drop.conditions")...))), chat.List(lines...))
	}
	if s.Phase == PhaseOpen {
		card = card.With(chat.Controls(
			chat.Button(chat.Act(Kind, VerbTake, l.ID), p.Text("drop.button.take"), chat.ToneGood).WithEmoji("⚡")))
	}
	return card.With(chat.Note(p.Line("drop.id", i18n.In("id", chat.Code(l.ID)))))
}

func (s State) accent() int {
	switch {
	case s.Phase == PhaseOpen:
		return accentOpen
	case len(s.Wins) > 0:
		return accentWon
	}
	return accentOver
}

// statusBlocks say where the drop stands.
func statusBlocks(s State, l games.Look) []chat.Block {
	p := l.Public
	fields := []chat.Field{}
	add := func(label string, value ...chat.Inline) {
		fields = append(fields, chat.Field{Label: p.Text(label), Value: value})
	}
	var blocks []chat.Block
	switch s.Phase {
	case PhaseWaiting:
		blocks = append(blocks, chat.Paragraph(p.Line("drop.waiting")))
	case PhaseOpen:
		blocks = append(blocks, chat.Paragraph(p.Line("drop.first_win", i18n.Count(int64(s.Winners)))))
		if len(s.Wins) > 0 {
			add("drop.field.left", p.Line("drop.left_value", i18n.Num("left", int64(s.Winners-len(s.Wins))), i18n.Num("of", int64(s.Winners)))...)
		}
		add("drop.field.ends", endValue(s, l.Caps)...)
	case PhaseCancelled:
		add("drop.field.cancelled", cancelValue(s, p)...)
	case PhaseExpired:
		add("drop.field.expired", chat.Moment(s.Closed, chat.MomentFull))
	case PhaseWon, PhaseMissed:
	}
	add("drop.field.host", chat.Mention(s.Host))
	blocks = append(blocks, chat.Fields(fields...))
	switch {
	case len(s.Wins) > 0:
		blocks = append(blocks, chat.Paragraph(p.Line("drop.winners_are", i18n.Count(int64(len(s.Wins))))), winList(s, p))
	case s.Phase == PhaseExpired:
		blocks = append(blocks, chat.Paragraph(p.Line("drop.nobody")))
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
	return p.Line("drop.cancelled_why", i18n.In("at", chat.Moment(s.Closed, chat.MomentFull)), i18n.In("why", chat.T(s.Why)))
}

// winList lists the winners in order, with the time that each took.
func winList(s State, p i18n.Printer) chat.Block {
	items := make([]chat.Line, len(s.Wins))
	for i, w := range s.Wins {
		items[i] = p.Line("drop.win", i18n.In("member", chat.Mention(w.Member)), i18n.Str("took", tookText(p, s.took(w))))
	}
	return chat.Numbered(1, items...)
}

// tookText writes how long somebody took: tenths of a second below a minute,
// where they decide.
func tookText(p i18n.Printer, d time.Duration) string {
	if d >= time.Minute {
		return p.DurationText(d.Truncate(time.Second))
	}
	tenths := int(d / (time.Second / 10))
	return p.Text("drop.took", i18n.Num("seconds", int64(tenths/10)), i18n.Str("tenths", strconv.Itoa(tenths%10)))
}

// result names the winners in the channel.
func result(s State, l games.Look) chat.Card {
	p, prize := l.Public, i18n.In("prize", chat.Strong(chat.T(s.Prize)))
	card := chat.Say(p.Line("drop.result.many", i18n.Count(int64(len(s.Wins))), prize)).With(winList(s, p))
	if len(s.Wins) == 1 {
		w := s.Wins[0]
		card = chat.Say(p.Line("drop.result.one", prize, i18n.In("member", chat.Mention(w.Member)), i18n.Str("took", tookText(p, s.took(w)))))
	}
	if s.Phase == PhaseExpired {
		card = card.With(chat.Note(p.Line("drop.result.rest", i18n.Count(int64(s.Winners-len(s.Wins))))))
	}
	card.Accent, card.Pings.Members = accentWon, s.members()
	return card
}

// toHost tells the host alone how it ended.
func toHost(s State, l games.Look) chat.Card {
	p := l.Public
	prize, channel := i18n.In("prize", chat.Strong(chat.T(s.Prize))), i18n.In("channel", chat.MentionChannel(l.Channel))
	if len(s.Wins) == 0 {
		return chat.Say(p.Line("drop.direct.nobody", prize, channel))
	}
	return chat.Say(p.Line("drop.direct.host", prize, channel)).With(winList(s, p))
}
