package giveaway

import (
	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// announcement names the winners of a round in the channel.
func announcement(s State, r Round, l games.Look) chat.Card {
	p := l.Public
	prize := i18n.In("prize", chat.Strong(chat.T(s.Prize)))
	winners := r.Winners()
	var card chat.Card
	switch {
	case r.Entrants == 0:
		card = chat.Say(p.Line("giveaway.announce.nobody_entered", prize))
	case len(winners) == 0:
		card = chat.Say(p.Line("giveaway.announce.nobody", prize))
	case len(r.Wins) == 1 && len(r.Replaces) == 1:
		card = chat.Say(p.Line("giveaway.announce.replaced", s.wonIn(r, winners[0]),
			i18n.In("old", chat.Mention(r.Replaces[0])), i18n.In("new", chat.Mention(winners[0]))))
	case len(winners) == 1:
		card = chat.Say(p.Line("giveaway.announce.one", s.wonIn(r, winners[0]), i18n.In("member", chat.Mention(winners[0]))))
	case len(s.Lots) > 0:
		card = chat.Say(p.Line("giveaway.announce.lots", prize)).With(winLists(s, r)...)
	default:
		card = chat.Say(p.Line("giveaway.announce.many", prize, i18n.Count(int64(len(winners))))).With(winLists(s, r)...)
	}
	if len(r.Wins) > 1 && len(r.Replaces) > 0 {
		card = card.With(chat.Note(p.Line("giveaway.announce.instead", i18n.In("old", joined(r.Replaces)...))))
	}
	if s.Late && r.N == 1 {
		card = card.With(chat.Note(p.Line("giveaway.announce.late", i18n.In("end", chat.Moment(s.Ends, chat.MomentFull)))))
	}
	if s.Full && r.N == 1 {
		card = card.With(chat.Note(p.Line("giveaway.announce.full", i18n.Num("places", s.Places))))
	}
	if r.N > 1 {
		card = card.With(chat.Note(p.Line("giveaway.announce.round", i18n.Num("round", int64(r.N)))))
	}
	if !r.ClaimBy.IsZero() {
		card = card.With(
			chat.Paragraph(p.Line("giveaway.announce.claim", i18n.In("by", chat.Moment(r.ClaimBy, chat.MomentFull)))),
			chat.Controls(chat.Button(chat.Act(Kind, VerbClaim, l.ID), p.Text("giveaway.button.claim"), chat.ToneGood).WithEmoji("🎁")))
	}
	if r.N == 1 && r.Entrants > 0 && s.Sum != nil {
		card = card.With(
			chat.Note(p.Line("giveaway.announce.proof", i18n.In("seed", chat.Code(s.Seed)), i18n.In("digest", chat.Code(s.Sum.Digest.String())))),
			chat.Controls(chat.Button(chat.Act(ProofFamily, VerbVerify, l.ID), p.Text("giveaway.button.verify"), chat.TonePlain).WithEmoji("🔍")))
	}
	if card.Accent = accentWon; len(winners) == 0 {
		card.Accent = accentOver
	}
	card.Pings.Members = winners
	return card
}

func joined(list []chat.MemberID) chat.Line {
	var out chat.Line
	for i, m := range list {
		if i > 0 {
			out = out.Then(chat.T(", "))
		}
		out = out.Then(chat.Mention(m))
	}
	return out
}

// winLists list the winners of a round, lot by lot if there are several.
func winLists(s State, r Round) []chat.Block {
	var out []chat.Block
	for lot := range s.lots() {
		var items []chat.Line
		for _, w := range r.Wins {
			if w.Lot == lot {
				items = append(items, chat.L(chat.Mention(w.Member)))
			}
		}
		if len(items) == 0 {
			continue
		}
		if len(s.Lots) > 0 {
			out = append(out, chat.Paragraph(chat.L(chat.Strong(chat.T(s.lotName(lot))))))
		}
		out = append(out, chat.List(items...))
	}
	return out
}

// toWinner tells a winner alone.
func toWinner(s State, r Round, m chat.MemberID, l games.Look) chat.Card {
	prize, channel := s.wonIn(r, m), i18n.In("channel", chat.MentionChannel(l.Channel))
	card := chat.Say(l.Public.Line("giveaway.direct.winner", prize, channel, i18n.In("host", chat.Mention(s.Host))))
	if m == s.Host {
		card = chat.Say(l.Public.Line("giveaway.direct.winner_host", prize, channel))
	}
	if !r.ClaimBy.IsZero() {
		card = card.With(chat.Paragraph(l.Public.Line("giveaway.direct.claim", channel, i18n.In("by", chat.Moment(r.ClaimBy, chat.MomentFull)))))
	}
	return card
}

// wonIn names what a member won in a round.
func (s State) wonIn(r Round, m chat.MemberID) i18n.Arg {
	var line chat.Line
	for _, w := range r.Wins {
		if w.Member != m {
			continue
		}
		if len(line) > 0 {
			line = line.Then(chat.T(", "))
		}
		line = line.Then(chat.Strong(chat.T(s.lotName(w.Lot))))
	}
	return i18n.In("prize", line...)
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
	if len(r.Wins) == 0 {
		return chat.Say(p.Line("giveaway.direct.host_nobody", prize, channel))
	}
	return chat.Say(p.Line("giveaway.direct.host", prize, channel, i18n.Count(int64(len(r.Winners()))),
		i18n.Num("entrants", r.Entrants))).With(winLists(s, r)...)
}
