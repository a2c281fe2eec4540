package giveaway

import (
	"slices"
	"strconv"
	"time"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
	"animo/games/proof"
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
	controls := rulesButton(s, l)
	if s.Phase == PhaseOpen {
		label := s.Button
		if label == "" {
			label = p.Text("giveaway.button.enter")
		}
		emoji := s.Emoji
		if emoji == "" {
			emoji = "🎉"
		}
		controls = append([]chat.Control{chat.Button(chat.Act(Kind, VerbEnter, l.ID), label, chat.TonePrimary).WithEmoji(emoji)}, controls...)
	}
	if len(controls) > 0 {
		card = card.With(chat.Controls(controls...))
	}
	card = card.With(changeNotes(s, p)...)
	if l.ID == "" { // a preview
		return card
	}
	if s.Phase != PhaseCancelled {
		card = card.With(chat.Note(p.Line("giveaway.commitment", i18n.In("commitment", chat.Code(s.commitment())))))
	}
	return card.With(rulesNote(s, p)...).With(chat.Note(p.Line("giveaway.id", i18n.In("id", chat.Code(l.ID)))))
}

// commitment binds the giveaway to its seed from the opening on.
func (s State) commitment() string {
	seed, err := proof.ParseSeed(s.Seed)
	if err != nil {
		return "?" // cannot be: the seed is ours
	}
	return seed.Commitment().String()
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
	case PhaseScheduled:
		add("giveaway.field.starts", chat.Moment(s.Starts, chat.MomentFull))
		add("giveaway.field.ends", chat.Moment(s.Ends, chat.MomentFull))
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
	if s.Places > 0 {
		add("giveaway.field.places", p.Line("giveaway.places_value", i18n.Num("entrants", l.Entries), i18n.Num("places", s.Places))...)
	} else {
		add("giveaway.field.entrants", chat.T(p.Number(l.Entries)))
	}
	blocks := append(lotBlocks(s, p), chat.Fields(fields...))
	blocks = append(blocks, conditionBlocks(s, p)...)
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
		for _, w := range r.Wins {
			items = append(items, winnerLine(s, r, w, p))
		}
	}
	return []chat.Block{chat.Paragraph(p.Line("giveaway.winners_are", i18n.Count(int64(len(s.Standing()))))), chat.List(items...)}
}

func winnerLine(s State, r Round, w Win, p i18n.Printer) chat.Line {
	who := chat.Mention(w.Member)
	line := chat.L(who)
	switch {
	case s.replaced(w.Member):
		line = chat.L(chat.Strike(who))
	case r.N > 1:
		line = p.Line("giveaway.winner_round", i18n.In("member", who), i18n.Num("round", int64(r.N)))
	}
	if len(s.Lots) > 0 {
		line = chat.L(chat.T(s.lotName(w.Lot) + " — ")).Then(line...)
	}
	if slices.Contains(r.Claimed, w.Member) && !s.replaced(w.Member) {
		line = line.Then(chat.T(" ✅"))
	}
	return line
}

// changeNotes list the latest edits.
func changeNotes(s State, p i18n.Printer) []chat.Block {
	var out []chat.Block
	for _, c := range s.Changes[max(0, len(s.Changes)-shownChanges):] {
		from := chat.T(c.From)
		if unix, err := strconv.ParseInt(c.From, 10, 64); err == nil && (c.What == "ends" || c.What == "starts") {
			from = chat.Moment(time.Unix(unix, 0), chat.MomentFull)
		}
		out = append(out, chat.Note(p.Line("giveaway.changed."+c.What,
			i18n.In("at", chat.Moment(c.At, chat.MomentFull)), i18n.In("from", from))))
	}
	return out
}

// lotBlocks list the prizes where there are several.
func lotBlocks(s State, p i18n.Printer) []chat.Block {
	if len(s.Lots) == 0 {
		return nil
	}
	items := make([]chat.Line, len(s.Lots))
	for i, lot := range s.Lots {
		items[i] = p.Line("giveaway.lot", i18n.In("prize", chat.Strong(chat.T(lot.Prize))), i18n.Count(int64(lot.Winners)))
	}
	rule := "giveaway.lots_one"
	if s.ManyWins {
		rule = "giveaway.lots_many"
	}
	return []chat.Block{chat.List(items...), chat.Note(p.Line(rule))}
}

// conditionBlocks say who may take part, as long as somebody may.
func conditionBlocks(s State, p i18n.Printer) []chat.Block {
	lines := eligibility.Describe(p, s.Who, s.Bonus)
	if len(lines) == 0 || !s.running() && s.Phase != PhaseScheduled {
		return nil
	}
	return []chat.Block{chat.Paragraph(chat.L(chat.Strong(chat.T(p.Text("giveaway.conditions"))))), chat.List(lines...)}
}
