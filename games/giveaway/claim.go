package giveaway

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// byItself stands for a member's id where the giveaway acts by itself.
const byItself = "animo"

// maxClaimRounds is how often lots that nobody claims are drawn again without
// being asked; after that the host decides.
const maxClaimRounds = 3

const claimPrefix = "claim-"

func wakeClaim(round int) string { return claimPrefix + strconv.Itoa(round) }

func claimOf(wake string) (round int, ok bool) {
	n, ok := strings.CutPrefix(wake, claimPrefix)
	round, err := strconv.Atoi(n)
	return round, ok && err == nil
}

// claim notes that a winner wants what they won.
func claim(s State, e games.Pressed, l games.Look) (outcome, error) {
	m := e.By.ID
	at := slices.IndexFunc(s.Rounds, func(r Round) bool { return slices.Contains(r.Winners(), m) })
	switch {
	case s.Deleted:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.deleted"))
	case at < 0:
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.not_winner"))
	case slices.Contains(s.Rounds[at].Claimed, m) && !s.replaced(m):
		return outcome{Answer: said(l, "giveaway.claimed_already", s.wonBy(m), i18n.In("host", chat.Mention(s.Host)))}, nil
	case s.replaced(m) || s.Rounds[at].ClaimBy.IsZero() || !l.Now.Before(s.Rounds[at].ClaimBy):
		return outcome{}, games.Refuse(l.Private.Line("giveaway.refused.claim_over", i18n.In("host", chat.Mention(s.Host))))
	}
	s.Rounds = slices.Clone(s.Rounds)
	r := &s.Rounds[at]
	r.Claimed = append(slices.Clone(r.Claimed), m)
	o := outcome{
		State: &s, Redraw: games.RedrawState,
		Notes:  []games.Note{{By: string(m), Action: "giveaway.claim", Body: r.N}},
		Answer: said(l, "giveaway.claimed", s.wonBy(m), i18n.In("host", chat.Mention(s.Host))),
	}
	if len(s.unclaimed(*r)) == 0 {
		o.Cancel = []string{wakeClaim(r.N)}
		o.Directs = []games.Direct{{
			Member: s.Host, Name: "claims-" + slotOfRound(r.N),
			Card: chat.Say(l.Public.Line("giveaway.direct.claims_all", i18n.In("prize", chat.Strong(chat.T(s.Prize))))).
				With(chat.List(mentions(r.Claimed)...)),
		}}
	}
	return o, nil
}

// unclaimed lists the winners of a round who have neither claimed nor given
// way.
func (s State) unclaimed(r Round) []chat.MemberID {
	if r.ClaimBy.IsZero() {
		return nil
	}
	return slices.DeleteFunc(r.Winners(), func(m chat.MemberID) bool {
		return slices.Contains(r.Claimed, m) || s.replaced(m)
	})
}

// claimsOver draws again what was not claimed in time. While another draw is
// under way it waits for that.
func claimsOver(s State, round int, l games.Look) (outcome, error) {
	if round < 1 || round > len(s.Rounds) || s.Deleted {
		return outcome{}, nil
	}
	r := s.Rounds[round-1]
	open := s.unclaimed(r)
	switch {
	case len(open) == 0:
		return outcome{}, nil
	case l.Now.Before(r.ClaimBy):
		return outcome{Wakes: []games.Wake{{Name: wakeClaim(round), At: r.ClaimBy}}}, nil
	case s.Draw != nil:
		return outcome{Wakes: []games.Wake{{Name: wakeClaim(round), At: l.Now.Add(lateAfter)}}}, nil
	}
	o := outcome{
		Redraw: games.RedrawState,
		Notes:  []games.Note{{By: byItself, Action: "giveaway.unclaimed", Body: open}},
	}
	d := Draw{Round: len(s.Rounds) + 1, By: byItself, Want: make([]int, len(s.lots())), Replaces: open}
	for _, m := range open {
		for _, lot := range s.lotsOf(m) {
			d.Want[lot]++
		}
	}
	s.Given = append(slices.Clone(s.Given), open...)
	for _, m := range open {
		o = takeRole(o, &s, m)
	}
	var next []chat.MemberID
	if s.redrawsClaims() {
		s.Draw = &d
		var err error
		if next, err = s.candidates(l); err != nil {
			return outcome{}, err
		}
	}
	o.Directs = []games.Direct{{
		Member: s.Host, Name: "claims-" + slotOfRound(r.N), Card: claimReport(s, open, len(next) > 0, l),
	}}
	if len(next) == 0 {
		s.Draw, o.State = nil, &s
		return o, nil
	}
	return question(s, next, o), nil
}

// redrawsClaims says whether lots that nobody claims are drawn again: not for
// ever.
func (s State) redrawsClaims() bool {
	n := 0
	for _, r := range s.Rounds[1:] {
		if r.By == byItself {
			n++
		}
	}
	return n < maxClaimRounds
}

// claimReport tells the host what nobody claimed, and what follows.
func claimReport(s State, open []chat.MemberID, redrawn bool, l games.Look) chat.Card {
	id := "giveaway.direct.claims_open"
	if redrawn {
		id = "giveaway.direct.claims_redrawn"
	}
	return chat.Say(l.Public.Line(id, i18n.In("prize", chat.Strong(chat.T(s.Prize))), i18n.Count(int64(len(open))),
		i18n.In("id", chat.Code(l.ID)))).With(chat.List(mentions(open)...))
}

func mentions(list []chat.MemberID) []chat.Line {
	out := make([]chat.Line, len(list))
	for i, m := range list {
		out[i] = chat.L(chat.Mention(m))
	}
	return out
}

// wonBy names what a member won.
func (s State) wonBy(m chat.MemberID) i18n.Arg {
	return i18n.In("prize", s.prizes(m)...)
}

// prizes are the names of the lots that a member won.
func (s State) prizes(m chat.MemberID) chat.Line {
	var out chat.Line
	for i, lot := range s.lotsOf(m) {
		if i > 0 {
			out = out.Then(chat.T(", "))
		}
		out = out.Then(chat.Strong(chat.T(s.lotName(lot))))
	}
	return out
}

// lotName names a lot as members read it.
func (s State) lotName(lot int) string {
	if lots := s.lots(); lot < len(lots) {
		return lots[lot].Prize
	}
	return fmt.Sprint(lot + 1)
}
