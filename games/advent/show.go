package advent

import (
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/proof"
)

// Colours of the card where the platform has any.
const (
	accentRunning = 0xB3262E
	accentOver    = 0x8A8F98
	accentWon     = 0x3BA55D
)

const (
	shownChanges = 4  // edits that the card lists, the latest
	shownWins    = 12 // prizes that the card lists, the latest
)

// Show implements games.Rules: the card in the channel. It says nothing of
// what is in a box that has not come.
func (Rules) Show(s State, l games.Look) chat.Card {
	p := l.Public
	card := chat.NewCard(chat.Heading(chat.L(chat.T("🎄 " + s.Title))))
	card.Accent = s.accent()
	if s.Description != "" {
		card = card.With(chat.Paragraph(chat.Words(s.Description)))
	}
	card = card.With(statusBlocks(s, l)...)
	if s.Phase == PhaseComing || s.Phase == PhaseRunning {
		card = card.With(ruleBlocks(s, p))
	}
	if items := winLines(s, p); len(items) > 0 {
		card = card.With(chat.Paragraph(chat.L(chat.Strong(p.Line("advent.won_so_far")...))), chat.List(items...))
	}
	if s.Phase == PhaseRunning {
		card = card.With(chat.Controls(openButton(s, s.Today, p, l), mineButton(p, l)))
	}
	card = card.With(changeNotes(s, p)...)
	if l.ID == "" { // a preview
		return card
	}
	return card.With(
		chat.Note(p.Line("advent.commitment", i18n.In("commitment", chat.Code(s.commitment())))),
		chat.Note(p.Line("advent.id", i18n.In("id", chat.Code(l.ID)))))
}

func mineButton(p i18n.Printer, l games.Look) chat.Control {
	return chat.Button(chat.Act(Kind, VerbMine, l.ID), p.Text("advent.button.mine"), chat.TonePlain)
}

// commitment binds the calendar to its seed from the start on.
func (s State) commitment() string {
	seed, err := proof.ParseSeed(s.Seed)
	if err != nil {
		return "?" // cannot be: the seed is ours
	}
	return seed.Commitment().String()
}

func (s State) accent() int {
	switch {
	case s.Phase == PhaseComing, s.Phase == PhaseRunning:
		return accentRunning
	case len(s.winners()) > 0:
		return accentWon
	}
	return accentOver
}

// statusBlocks say where the calendar stands.
func statusBlocks(s State, l games.Look) []chat.Block {
	p := l.Public
	fields := []chat.Field{}
	add := func(label string, value ...chat.Inline) {
		fields = append(fields, chat.Field{Label: p.Text(label), Value: value})
	}
	switch s.Phase {
	case PhaseComing:
		add("advent.field.first", momentOf(s.Days[0].Opens, l.Caps)...)
		add("advent.field.boxes", chat.T(p.Number(int64(len(s.Boxes)))))
	case PhaseRunning:
		add("advent.field.today", p.Line("advent.today_value", i18n.Num("box", int64(s.Today)), i18n.Num("of", int64(len(s.Boxes))))...)
		next := "advent.field.next"
		if s.Today == len(s.Boxes) {
			next = "advent.field.ends"
		}
		add(next, momentOf(s.nextWake(), l.Caps)...)
	case PhaseCancelled:
		add("advent.field.cancelled", chat.Moment(s.Closed, chat.MomentFull))
	default:
		add("advent.field.ended", chat.Moment(s.Closed, chat.MomentFull))
	}
	if s.Final.Winners > 0 {
		add("advent.field.final", finalValue(s, p)...)
	}
	add("advent.field.members", chat.T(p.Number(l.Entries)))
	add("advent.field.host", chat.Mention(s.Host))
	blocks := []chat.Block{chat.Fields(fields...)}
	switch {
	case s.Phase == PhaseClosing:
		blocks = append(blocks, chat.Paragraph(p.Line("advent.closing")))
	case s.Result != nil && s.Final.Winners > 0 && len(s.winners()) == 0:
		blocks = append(blocks, chat.Paragraph(p.Line("advent.no_winner")))
	case len(s.winners()) > 0:
		blocks = append(blocks, chat.Paragraph(p.Line("advent.winners_are", i18n.Count(int64(len(s.winners()))))), chat.List(mentions(s.winners())...))
	}
	return blocks
}

// momentOf adds the time left where it counts down by itself.
func momentOf(at time.Time, caps chat.Capabilities) chat.Line {
	line := chat.L(chat.Moment(at, chat.MomentFull))
	if caps.RelativeTime {
		line = line.Then(chat.T(" ("), chat.Moment(at, chat.MomentRelative), chat.T(")"))
	}
	return line
}

func finalValue(s State, p i18n.Printer) chat.Line {
	return p.Line("advent.final_value", i18n.In("prize", chat.Strong(chat.T(s.Final.Prize))), i18n.Count(int64(s.Final.Winners)))
}

// ruleBlocks are the rules by which everyone knows beforehand how it goes.
func ruleBlocks(s State, p i18n.Printer) chat.Block {
	items := []chat.Line{p.Line("advent.rule.daily")}
	if s.CatchUp {
		items = append(items, p.Line("advent.rule.catch_up"))
	} else {
		items = append(items, p.Line("advent.rule.its_day"))
	}
	hidden, drawn := false, false
	for _, b := range s.Boxes {
		hidden, drawn = hidden || b.Instant.Winners > 0, drawn || b.Draw.Winners > 0
	}
	if hidden {
		items = append(items, p.Line("advent.rule.instant"))
	}
	if drawn {
		items = append(items, p.Line("advent.rule.draw"))
	}
	if s.Final.Winners > 0 {
		items = append(items, p.Line("advent.rule.final", i18n.Num("every", StreakEvery)))
	}
	return chat.List(items...)
}

// winLines list the prizes of boxes that were won, the latest.
func winLines(s State, p i18n.Printer) []chat.Line {
	var out []chat.Line
	add := func(n int, prize string, m chat.MemberID) {
		out = append(out, p.Line("advent.win", i18n.Num("box", int64(n)), i18n.In("member", chat.Mention(m)), i18n.In("prize", chat.T(prize))))
	}
	for i, d := range s.Days {
		for _, instant := range d.Instants {
			if instant.Member != "" {
				add(i+1, s.box(i+1).Instant.Prize, instant.Member)
			}
		}
		for _, m := range d.Winners {
			add(i+1, s.box(i+1).Draw.Prize, m)
		}
	}
	return out[max(0, len(out)-shownWins):]
}

// changeNotes list the latest edits.
func changeNotes(s State, p i18n.Printer) []chat.Block {
	var out []chat.Block
	for _, c := range s.Changes[max(0, len(s.Changes)-shownChanges):] {
		out = append(out, chat.Note(p.Line("advent.changed."+c.What,
			i18n.In("at", chat.Moment(c.At, chat.MomentFull)), i18n.In("from", chat.T(c.From)))))
	}
	return out
}
