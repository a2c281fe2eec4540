package advent

import (
	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// dayCard posts the box of today.
func dayCard(s State, l games.Look) chat.Card {
	p, n := l.Public, int64(s.Today)
	b := s.box(s.Today)
	card := chat.NewCard(
		chat.Heading(p.Line("advent.day", i18n.Num("box", n), i18n.Num("of", int64(len(s.Boxes))))),
		chat.Paragraph(p.Line("advent.day_until", i18n.In("title", chat.Strong(chat.T(s.Title))),
			i18n.In("until", chat.Moment(s.Days[s.Today-1].Ends, chat.MomentFull)))))
	if b.Instant.Winners > 0 {
		card = card.With(chat.Paragraph(p.Line("advent.day_instant", i18n.Count(int64(b.Instant.Winners)),
			i18n.In("prize", chat.Strong(chat.T(b.Instant.Prize))))))
	}
	if b.Draw.Winners > 0 {
		card = card.With(chat.Paragraph(p.Line("advent.day_draw", i18n.Count(int64(b.Draw.Winners)),
			i18n.In("prize", chat.Strong(chat.T(b.Draw.Prize))))))
	}
	if s.Today > 1 && s.Days[s.Today-2].Missed {
		card = card.With(chat.Note(p.Line(missedNote(s.CatchUp))))
	}
	card = card.With(chat.Controls(openButton(s, s.Today, p, l), mineButton(p, l)))
	card.Accent = accentRunning
	if s.Ping != "" {
		card.Blocks = append([]chat.Block{chat.Paragraph(chat.L(chat.MentionRole(s.Ping)))}, card.Blocks...)
		card.Pings.Roles = []chat.RoleID{s.Ping}
	}
	return card
}

// missedNote says what becomes of boxes that could not be posted.
func missedNote(catchUp bool) string {
	if catchUp {
		return "advent.missed.catch_up"
	}
	return "advent.missed.gone"
}

// luckyCard names who opened a box at the right instant.
func luckyCard(s State, n int, m chat.MemberID, l games.Look) chat.Card {
	card := chat.Say(l.Public.Line("advent.lucky", i18n.In("member", chat.Mention(m)), i18n.Num("box", int64(n)),
		i18n.In("prize", chat.Strong(chat.T(s.box(n).Instant.Prize)))))
	card.Accent, card.Pings.Members = accentWon, []chat.MemberID{m}
	return card
}

// drawnCard names who was drawn among those who opened a box on its day.
func drawnCard(s State, d Draw, l games.Look) chat.Card {
	card := chat.Say(l.Public.Line("advent.drawn", i18n.Num("box", int64(d.Day)), i18n.Count(int64(len(d.Kept))),
		i18n.In("prize", chat.Strong(chat.T(s.box(d.Day).Draw.Prize))))).With(chat.List(mentions(d.Kept)...))
	card.Accent, card.Pings.Members = accentWon, d.Kept
	return card
}

// resultCard says how the calendar ended, with what verifies its final draw.
func resultCard(s State, l games.Look) chat.Card {
	p := l.Public
	title := i18n.In("title", chat.Strong(chat.T(s.Title)))
	card := chat.Say(p.Line("advent.over", title, i18n.Count(l.Entries)))
	card.Accent = accentOver
	if s.Final.Winners == 0 {
		return card
	}
	prize := i18n.In("prize", chat.Strong(chat.T(s.Final.Prize)))
	winners := s.winners()
	if len(winners) == 0 {
		card = card.With(chat.Paragraph(p.Line("advent.over_nobody", prize)))
	} else {
		card = card.With(chat.Paragraph(p.Line("advent.over_winners", i18n.Count(int64(len(winners))), prize)), chat.List(mentions(winners)...))
		card.Accent, card.Pings.Members = accentWon, winners
	}
	if !s.Proves() || s.Sum.Entrants == 0 {
		return card
	}
	return card.With(
		chat.Note(p.Line("advent.proof", i18n.In("seed", chat.Code(s.Seed)), i18n.In("digest", chat.Code(s.Sum.Digest.String())))),
		chat.Controls(chat.Button(chat.Act(ProofFamily, VerbVerify, l.ID), p.Text("advent.button.verify"), chat.TonePlain).WithEmoji("🔍")))
}

// toWinner tells a winner of a draw alone.
func toWinner(s State, d Draw, m chat.MemberID, l games.Look) chat.Card {
	prize := s.Final.Prize
	if d.Day > 0 {
		prize = s.box(d.Day).Draw.Prize
	}
	id := "advent.direct.winner"
	if m == s.Host {
		id = "advent.direct.winner_host"
	}
	return chat.Say(l.Public.Line(id, i18n.In("prize", chat.Strong(chat.T(prize))), i18n.In("title", chat.T(s.Title)),
		i18n.In("channel", chat.MentionChannel(l.Channel)), i18n.In("host", chat.Mention(s.Host))))
}

// toHost tells the host alone who won what.
func toHost(s State, l games.Look) chat.Card {
	p := l.Public
	card := chat.Say(p.Line("advent.direct.host", i18n.In("title", chat.Strong(chat.T(s.Title))), i18n.In("channel", chat.MentionChannel(l.Channel)),
		i18n.Num("members", l.Entries)))
	if s.Final.Winners > 0 && len(s.winners()) > 0 {
		card = card.With(chat.Paragraph(p.Line("advent.over_winners", i18n.Count(int64(len(s.winners()))),
			i18n.In("prize", chat.Strong(chat.T(s.Final.Prize))))), chat.List(mentions(s.winners())...))
	}
	if items := winLines(s, p); len(items) > 0 {
		card = card.With(chat.Paragraph(chat.L(chat.Strong(p.Line("advent.won_so_far")...))), chat.List(items...))
	}
	return card
}
