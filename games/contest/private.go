package contest

import (
	"strconv"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// received tells an author what was understood.
func received(s State, w Work, c Content, id string, l games.Look) func(games.Standing) chat.Reply {
	p := l.Private
	return func(games.Standing) chat.Reply {
		card := chat.Say(p.Line(id, i18n.In("work", Name(p, w)))).With(c.Blocks(p)...)
		card = card.With(chat.Note(p.Line("contest.until", i18n.In("until", chat.Moment(s.Submit, chat.MomentFull)))))
		return chat.Private(card.With(chat.Controls(workControls(w, l)...)))
	}
}

// workControls let an author change or withdraw a work.
func workControls(w Work, l games.Look) []chat.Control {
	no := strconv.Itoa(w.No)
	label := func(verb string) string { return l.Private.Text("contest.button."+verb, i18n.Str("no", no)) }
	return []chat.Control{
		chat.Button(chat.Act(PartFamily, VerbEdit, l.ID).With(no), label(VerbEdit), chat.TonePlain),
		chat.Button(chat.Act(PartFamily, VerbWithdraw, l.ID).With(no), label(VerbWithdraw), chat.ToneDanger),
	}
}

// mine shows a member their works and their voice, or their marks.
func mine(s State, by chat.Actor, l games.Look) func(games.Standing) chat.Reply {
	p := l.Private
	return func(games.Standing) chat.Reply {
		card := chat.NewCard(chat.Heading(chat.Words(s.Title)))
		works := s.Of(by.ID)
		var items []chat.Line
		var controls []chat.Control
		for _, w := range works {
			items = append(items, StandingLine(s, w, p))
			if w.live() && submitting(s, l) == nil {
				controls = append(controls, workControls(w, l)...)
			}
		}
		if len(items) == 0 {
			card = card.With(chat.Paragraph(p.Line("contest.mine.none")))
		} else {
			card = card.With(chat.List(items...))
		}
		card = card.With(voiceBlocks(s, by, l)...)
		if len(controls) > 0 {
			card = card.With(chat.Controls(controls...))
		}
		return chat.Private(card)
	}
}

// StandingLine says what became of a work.
func StandingLine(s State, w Work, p i18n.Printer) chat.Line {
	work := i18n.In("work", Name(p, w))
	switch r, ok := s.Result(w.No); {
	case w.Stands == Withdrawn:
		return p.Line("contest.mine.withdrawn", i18n.Num("no", int64(w.No)))
	case w.Stands == Refused:
		return p.Line("contest.mine.refused", work, i18n.Str("why", w.Why))
	case ok && r.Place > 0:
		return p.Line("contest.mine.place", work, i18n.Num("place", int64(r.Place)), i18n.Num("of", int64(len(s.Results))))
	case ok:
		return p.Line("contest.mine.bare", work)
	case w.Stands == Waiting && s.Over():
		return p.Line("contest.mine.undecided", work)
	case w.Stands == Waiting:
		return p.Line("contest.mine.waiting", work)
	}
	return p.Line("contest.mine.accepted", work)
}

// voiceBlocks tell a member where their voice is, or a juror how far they are.
func voiceBlocks(s State, by chat.Actor, l games.Look) []chat.Block {
	p := l.Private
	body, err := own(l)
	if err != nil || s.Phase != PhaseDeciding {
		return nil
	}
	if s.Mode == ModeJury {
		if !s.IsJuror(by) {
			return nil
		}
		return []chat.Block{chat.Paragraph(s.progress(body, by.ID, p))}
	}
	w, ok := s.Work(body.Vote)
	if !ok {
		return []chat.Block{chat.Paragraph(p.Line("contest.mine.no_vote"))}
	}
	return []chat.Block{chat.Paragraph(p.Line("contest.voted", i18n.In("work", Name(p, w)))), unvoteControl(l)}
}

func unvoteControl(l games.Look) chat.Block {
	return chat.Controls(chat.Button(chat.Act(PartFamily, VerbUnvote, l.ID), l.Private.Text("contest.button.unvote"), chat.TonePlain))
}

// voted tells a member where their voice is now.
func voted(s State, w Work, before int, l games.Look) func(games.Standing) chat.Reply {
	p := l.Private
	id := "contest.voted"
	switch {
	case before == w.No:
		id = "contest.voted_already"
	case before != 0:
		id = "contest.voted_instead"
	}
	return func(games.Standing) chat.Reply {
		return chat.Private(chat.NewCard(
			chat.Paragraph(p.Line(id, i18n.In("work", Name(p, w)))),
			chat.Note(p.Line("contest.voted_until", i18n.In("until", chat.Moment(s.Decide, chat.MomentFull)))),
			unvoteControl(l),
		))
	}
}

// marked tells a juror what was noted and how far they are.
func marked(s State, no int, b Body, by chat.MemberID, l games.Look) func(games.Standing) chat.Reply {
	p := l.Private
	return func(games.Standing) chat.Reply {
		w, _ := s.Work(no)
		fields := make([]chat.Field, len(s.Criteria))
		for i, c := range s.Criteria {
			fields[i] = chat.Field{Label: c, Value: chat.Words(strconv.Itoa(b.Marks[no][i]))}
		}
		return chat.Private(chat.NewCard(
			chat.Paragraph(p.Line("contest.marked", i18n.In("work", Name(p, w)))),
			chat.Fields(fields...),
			chat.Paragraph(s.progress(b, by, p)),
			chat.Note(p.Line("contest.marked_until", i18n.In("until", chat.Moment(s.Decide, chat.MomentFull)))),
		))
	}
}

// progress says how many works a juror has marked, and which are left.
func (s State) progress(b Body, by chat.MemberID, p i18n.Printer) chat.Line {
	var left []chat.Line
	done, all := 0, 0
	for _, w := range s.That(Accepted) {
		if w.By == by {
			continue
		}
		all++
		if len(b.Marks[w.No]) == len(s.Criteria) {
			done++
		} else if len(left) < shownJurors {
			left = append(left, chat.L(Name(p, w)))
		}
	}
	if done == all {
		return p.Line("contest.progress_done", i18n.Count(int64(all)))
	}
	return p.Line("contest.progress", i18n.Num("done", int64(done)), i18n.Num("of", int64(all)), i18n.In("left", chat.Join(left, chat.T(", "))...))
}

// toRefused tells an author alone why a work is not shown.
func toRefused(s State, w Work, l games.Look) chat.Card {
	p := l.Public
	card := chat.Say(p.Line("contest.direct.refused", i18n.In("work", Name(p, w)),
		i18n.In("contest", chat.Strong(chat.T(s.Title))), i18n.Str("why", w.Why)))
	if s.Phase == PhaseOpen && l.Now.Before(s.Submit) {
		card = card.With(chat.Note(p.Line("contest.direct.again", i18n.In("until", chat.Moment(s.Submit, chat.MomentFull)))))
	}
	return card
}

// toAuthor tells an author alone what became of their works.
func toAuthor(s State, m chat.MemberID, l games.Look) chat.Card {
	p := l.Public
	var items []chat.Line
	for _, w := range s.Of(m) {
		if w.Stands != Withdrawn {
			items = append(items, StandingLine(s, w, p))
		}
	}
	return chat.Say(p.Line("contest.direct.result", i18n.In("contest", chat.Strong(chat.T(s.Title))),
		i18n.In("channel", chat.MentionChannel(l.Channel)))).With(chat.List(items...))
}
