package advent

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// OpenVerb is the verb of the button that opens a box.
func OpenVerb(n int) string { return VerbOpen + "-" + strconv.Itoa(n) }

// boxOf reads which box is to be opened, 0 for none that there is.
func (s State) boxOf(e games.Pressed) int {
	text, ok := strings.CutPrefix(e.Verb, VerbOpen+"-")
	if e.Verb == VerbOpen && len(e.Values) == 1 {
		text, ok = e.Values[0], true
	}
	n, err := strconv.Atoi(text)
	if !ok || err != nil || n < 1 || n > len(s.Boxes) {
		return 0
	}
	return n
}

func pressed(s State, e games.Pressed, l games.Look) (outcome, error) {
	if e.By.Bot {
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.bot"))
	}
	var had Opened
	if l.Own != nil {
		var err error
		if had, err = ReadOpened(l.Own.Body); err != nil {
			return outcome{}, err
		}
	}
	if e.Verb == VerbMine {
		return outcome{Answer: func(games.Standing) chat.Reply { return chat.Private(mine(s, had, l)) }}, nil
	}
	n := s.boxOf(e)
	switch {
	case n == 0 && strings.HasPrefix(e.Verb, VerbOpen):
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.no_box", i18n.Num("max", int64(len(s.Boxes)))))
	case n == 0:
		return outcome{}, fmt.Errorf("a calendar has no button %q", e.Verb)
	case had.Has(n):
		return outcome{Answer: func(games.Standing) chat.Reply {
			return chat.Private(inside(s, n, l).With(chat.Note(l.Private.Line("advent.opened_already"))))
		}}, nil
	case s.Phase == PhaseCancelled:
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.cancelled"))
	case s.Phase != PhaseComing && s.Phase != PhaseRunning || !l.Now.Before(s.ends()):
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.over"))
	case n > s.Today:
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.not_yet", i18n.Num("box", int64(n)),
			i18n.In("at", chat.Moment(s.Days[n-1].Opens, chat.MomentFull))))
	}
	late := n < s.Today || !l.Now.Before(s.Days[n-1].Ends)
	if late && !s.CatchUp {
		return outcome{}, games.Refuse(l.Private.Line("advent.refused.day_over", i18n.Num("box", int64(n))))
	}
	return open(s, n, late, had, e.By.ID, l)
}

// open opens a box for a member, for whom it is shut.
func open(s State, n int, late bool, had Opened, m chat.MemberID, l games.Look) (outcome, error) {
	now := had.with(n, late)
	body, err := json.Marshal(now)
	if err != nil {
		return outcome{}, fmt.Errorf("write an entry: %w", err)
	}
	var o outcome
	if l.Own == nil {
		o.Enter, o.Redraw = []games.Enter{{Member: m, Body: body}}, games.RedrawCount
	} else {
		o.Update = []games.Enter{{Member: m, Body: body}}
	}
	won := -1
	if !late {
		won = s.Days[n-1].lucky(l.Now)
	}
	if won >= 0 {
		s.Days = s.mend()
		s.Days[n-1].Instants[won].Member = m
		o.Redraw = games.RedrawState
		o.Posts = []games.Post{{
			Slot: fmt.Sprintf("win-%d-%d", n, won+1), Card: luckyCard(s, n, m, l), Priority: games.PriorityAnnounce,
		}}
		o.Notes = []games.Note{{By: string(m), Action: "advent.win", Body: n}}
	}
	// Of two first entries by one member the store takes one anyhow.
	if won >= 0 || l.Own != nil && (!late && s.Days[n-1].hides() || s.CatchUp && s.behind(now, n)) {
		o.State = &s
	}
	o.Answer = func(games.Standing) chat.Reply { return chat.Private(openedCard(s, n, won >= 0, now, l)) }
	return o, nil
}

// inside shows what stands behind a door.
func inside(s State, n int, l games.Look) chat.Card {
	card := chat.NewCard(chat.Heading(l.Private.Line("advent.box", i18n.Num("box", int64(n)))))
	card.Accent = accentRunning
	if text := s.box(n).Text; text != "" {
		card = card.With(chat.Paragraph(chat.Words(text)))
	}
	return card
}

// openedCard tells a member alone what was in a box, and where they stand.
func openedCard(s State, n int, won bool, now Opened, l games.Look) chat.Card {
	p, b := l.Private, s.box(n)
	card := inside(s, n, l)
	switch {
	case won:
		card = card.With(chat.Paragraph(p.Line("advent.won_instant",
			i18n.In("prize", chat.Strong(chat.T(b.Instant.Prize))), i18n.In("host", chat.Mention(s.Host)))))
	case b.Instant.Winners > 0 && now.OnTime(n):
		card = card.With(chat.Paragraph(p.Line("advent.not_this_time")))
	}
	if b.Draw.Winners > 0 && now.OnTime(n) {
		card = card.With(chat.Paragraph(p.Line("advent.in_draw", i18n.In("prize", chat.Strong(chat.T(b.Draw.Prize))),
			i18n.In("at", chat.Moment(s.Days[n-1].Ends, chat.MomentFull)))))
	}
	if !now.OnTime(n) {
		card = card.With(chat.Note(p.Line("advent.late")))
	}
	return card.With(standing(s, now, l)...)
}

// standing tells a member their streak and their tickets.
func standing(s State, o Opened, l games.Look) (out []chat.Block) {
	p := l.Private
	if run := s.streakNow(o); run > 1 {
		out = append(out, chat.Paragraph(p.Line("advent.streak", i18n.Count(int64(run)))))
	}
	if s.Final.Winners > 0 {
		out = append(out, chat.Paragraph(p.Line("advent.tickets", i18n.Count(int64(s.Tickets(o))),
			i18n.In("prize", chat.Strong(chat.T(s.Final.Prize))))))
	}
	return out
}

// streakNow is the streak up to today, whose box may still be shut.
func (s State) streakNow(o Opened) int {
	if s.Today > 0 && !o.Has(s.Today) {
		return s.Streak(o, s.Today-1)
	}
	return s.Streak(o, s.Today)
}

// menuSize is how many options one menu holds.
const menuSize = 25

// mine shows a member their calendar, with the boxes that they can still open.
func mine(s State, o Opened, l games.Look) chat.Card {
	p := l.Private
	card := chat.NewCard(
		chat.Heading(p.Line("advent.mine", i18n.In("title", chat.T(s.Title)))),
		chat.Paragraph(p.Line("advent.mine_count", i18n.Num("opened", int64(o.Count())), i18n.Num("of", int64(len(s.Boxes))))),
	).With(standing(s, o, l)...)
	if s.Phase != PhaseRunning || !l.Now.Before(s.ends()) {
		return card
	}
	if !o.Has(s.Today) && l.Now.Before(s.Days[s.Today-1].Ends) {
		card = card.With(chat.Controls(openButton(s, s.Today, p, l)))
	}
	var shut []chat.Choice
	for n := 1; n < s.Today && s.CatchUp; n++ {
		if !o.Has(n) {
			shut = append(shut, chat.Choice{Value: strconv.Itoa(n), Label: p.Text("advent.box", i18n.Num("box", int64(n)))})
		}
	}
	for part := 1; len(shut) > 0; part++ {
		some := shut[:min(len(shut), menuSize)]
		shut = shut[len(some):]
		// Each control of a card has an action of its own.
		menu := chat.Menu(chat.Act(Kind, VerbOpen, l.ID).With(strconv.Itoa(part)), p.Text("advent.catch_up_menu"), some...)
		card = card.With(chat.Controls(menu))
	}
	return card
}

func openButton(s State, n int, p i18n.Printer, l games.Look) chat.Control {
	label := p.Text("advent.button.open", i18n.Num("box", int64(n)))
	return chat.Button(chat.Act(Kind, OpenVerb(n), l.ID), label, chat.TonePrimary).WithEmoji("🎁")
}
