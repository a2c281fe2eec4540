package proof

import (
	"slices"

	"animo/bot/i18n"
)

// beginRound checks where a round stands among the others.
func (v *verification) beginRound(r Round) {
	v.endRound()
	before := v.round
	v.round, v.line, v.won, v.latest, v.ranking = r, v.in.Line, 0, "", -1
	together := r.Number == before.Number && r.Lot > before.Lot && r.Reason == before.Reason
	if !together && r.Number != before.Number+1 {
		v.fail(checkRounds, v.at().refuse("proof.fault.number",
			i18n.Num("got", int64(r.Number)), i18n.Num("want", int64(before.Number+1))))
	}
	h := v.in.Header
	if r.Lot < 1 || r.Lot > len(h.Lots) {
		v.fail(checkRounds, v.at().refuse("proof.fault.no_lot", i18n.Num("lot", int64(r.Lot)), i18n.Num("lots", int64(len(h.Lots)))))
		return
	}
	v.ranking = h.rankingOf(r.Lot)
	v.inTurn(r, h.Lots[r.Lot-1].Winners)
	v.replaced(r)
}

// inTurn checks that each lot is drawn once at the end, in order, for as many
// winners as the header says, and that all else comes later.
func (v *verification) inTurn(r Round, winners int) {
	lot, due := i18n.Num("lot", int64(r.Lot)), i18n.Num("want", int64(v.ends+1))
	switch {
	case r.Reason == AtEnd && r.Lot <= v.ends:
		v.fail(checkRounds, v.at().refuse("proof.fault.lot_again", i18n.Num("lot", int64(r.Lot))))
	case v.ends < len(v.in.Header.Lots) && (r.Reason != AtEnd || r.Lot > v.ends+1):
		v.fail(checkRounds, &Fault{v.in.Line, v.in.Line, Sentence{"proof.fault.lot_order", []i18n.Arg{lot, due}}})
	}
	if r.Reason != AtEnd {
		return
	}
	v.ends = max(v.ends, r.Lot)
	if r.Winners != winners {
		v.fail(checkCounts, v.at().refuse("proof.fault.wanted", i18n.Num("lot", int64(r.Lot)),
			i18n.Num("got", int64(r.Winners)), i18n.Num("want", int64(winners))))
	}
}

// replaced checks that those who gave way had won.
func (v *verification) replaced(r Round) {
	for _, e := range r.Replaces {
		held := slices.IndexFunc(v.wins[e], func(i int) bool {
			return v.report.Winners[i].Lot == r.Lot && !v.report.Winners[i].GaveWay
		})
		if held < 0 {
			v.fail(checkVerdicts, v.at().refuse("proof.fault.replaces",
				i18n.Str("entrant", e.String()), i18n.Num("lot", int64(r.Lot))))
			continue
		}
		v.report.Winners[v.wins[e][held]].GaveWay = true
	}
	if n := len(r.Replaces); n > 0 && n != r.Winners {
		v.fail(checkCounts, v.at().refuse("proof.fault.replaces_count",
			i18n.Num("got", int64(r.Winners)), i18n.Num("want", int64(n))))
	}
}

// pick checks that an entrant is the next in rank, and what became of them.
func (v *verification) pick(p Pick) {
	v.latest = p.Verdict
	if v.ranking < 0 {
		return // there is no such lot, which was said
	}
	v.inRank(p)
	v.verdict(p)
	if p.Verdict == Won {
		v.winner(p)
	} else {
		v.report.Passed[p.Verdict]++
	}
}

func (v *verification) inRank(p Pick) {
	order, met := v.order[v.ranking], v.met[v.ranking]
	v.met[v.ranking]++
	got := i18n.Str("got", p.Entrant.String())
	switch {
	case met < len(order) && order[met].Entrant != p.Entrant:
		v.fail(checkPicks, v.at().refuse("proof.fault.next",
			i18n.Str("want", order[met].Entrant.String()), i18n.Str("got", p.Entrant.String())))
	case met < len(order) && order[met].Rank != p.Rank:
		v.fail(checkPicks, v.at().refuse("proof.fault.rank", i18n.Str("entrant", p.Entrant.String()),
			i18n.Str("want", order[met].Rank.String()), i18n.Str("got", p.Rank.String())))
	case met >= len(order) && int64(met) >= v.report.Sum.Entrants:
		v.fail(checkPicks, &Fault{v.in.Line, v.in.Line, Sentence{"proof.fault.exhausted", []i18n.Arg{got}}})
	case met >= len(order):
		v.fail(checkPicks, v.at().refuse("proof.fault.beyond_reach", i18n.Num("reach", int64(len(order)))))
	}
}

// verdict checks what follows from earlier rounds; that somebody had left, or
// did not meet a requirement, no file can show.
func (v *verification) verdict(p Pick) {
	gaveWay := func(i int) bool { return v.report.Winners[i].GaveWay }
	switch {
	case p.Verdict == WonBefore && len(v.wins[p.Entrant]) == 0:
		v.fail(checkVerdicts, v.at().refuse("proof.fault.won_nothing", i18n.Str("entrant", p.Entrant.String())))
	case p.Verdict == GaveWay && !slices.ContainsFunc(v.wins[p.Entrant], gaveWay):
		v.fail(checkVerdicts, v.at().refuse("proof.fault.never_gave_way", i18n.Str("entrant", p.Entrant.String())))
	}
}

func (v *verification) winner(p Pick) {
	v.won++
	for _, i := range v.wins[p.Entrant] {
		before := v.report.Winners[i]
		if before.Lot == v.round.Lot || v.in.Header.OneWin || v.round.Reason != AtEnd {
			v.fail(checkVerdicts, v.at().refuse("proof.fault.won_again", i18n.Str("entrant", p.Entrant.String()),
				i18n.Num("lot", int64(before.Lot)), i18n.Num("round", int64(before.Round))))
			return
		}
	}
	if want := v.digest.name.name(p.Member); want != p.Entrant {
		v.fail(checkWinners, v.at().refuse("proof.fault.member", i18n.Str("member", shown(string(p.Member))),
			i18n.Str("want", want.String()), i18n.Str("got", p.Entrant.String())))
	}
	v.wins[p.Entrant] = append(v.wins[p.Entrant], len(v.report.Winners))
	v.report.Winners = append(v.report.Winners, Winner{
		Round: v.round.Number, Lot: v.round.Lot, Entrant: p.Entrant, Member: p.Member,
	})
}

// endRound checks that a round stopped where it had to: at its last winner, or
// at the end of the list.
func (v *verification) endRound() {
	if v.round.Number == 0 || v.ranking < 0 {
		return
	}
	at, lot := refuser{v.line}, i18n.Num("lot", int64(v.round.Lot))
	got, want := i18n.Num("got", int64(v.won)), i18n.Num("want", int64(v.round.Winners))
	through := int64(v.met[v.ranking]) >= v.report.Sum.Entrants
	say := func(id string) *Fault { return at.refuse(id, lot, got, want) }
	switch {
	case v.won > v.round.Winners:
		v.fail(checkCounts, say("proof.fault.too_many"))
	case v.won < v.round.Winners && !through:
		v.fail(checkCounts, say("proof.fault.too_few"))
	case v.won == v.round.Winners && v.latest != Won:
		v.fail(checkCounts, say("proof.fault.too_far"))
	}
}
