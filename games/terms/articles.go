package terms

import (
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
)

func (w *writer) prizes() {
	p, winners := w.p, 0
	w.say(KeyPrizes, p.Line("terms.prizes.intro", i18n.Count(int64(len(w.Lots)))))
	for _, l := range w.Lots {
		winners += l.Winners
		item := p.Line("terms.prizes.lot", i18n.Str("prize", l.Prize), i18n.Count(int64(l.Winners)))
		if l.Value != "" {
			item = p.Line("terms.prizes.valued", i18n.In("lot", item...), i18n.Str("value", l.Value))
		}
		w.list(KeyPrizes, item)
	}
	switch {
	case len(w.Lots) > 1 && w.ManyWins:
		w.say(KeyPrizes, p.Line("terms.prizes.many_wins"))
	case len(w.Lots) > 1:
		w.say(KeyPrizes, p.Line("terms.prizes.one_win"))
	case winners > 1:
		w.say(KeyPrizes, p.Line("terms.prizes.one_prize"))
	}
	w.say(KeyPrizes, p.Line("terms.prizes.left"))
	role := i18n.Str("role", "@"+w.name(string(w.Role)))
	switch {
	case w.Role != "" && w.RoleFor > 0:
		w.say(KeyPrizes, p.Line("terms.prizes.role_for", role, i18n.Str("time", p.DurationText(w.RoleFor))))
	case w.Role != "":
		w.say(KeyPrizes, p.Line("terms.prizes.role", role))
	}
}

func (w *writer) draw() {
	p := w.p
	w.say(KeyDraw, p.Line("terms.draw.how"))
	if w.Commitment == "" {
		w.say(KeyDraw, p.Line("terms.draw.seed"))
	} else {
		w.say(KeyDraw, p.Line("terms.draw.seed_is", i18n.Str("commitment", w.Commitment)))
	}
	w.say(KeyDraw, p.Line("terms.draw.published"),
		p.Line("terms.draw.verify", i18n.Str("button", p.Text("giveaway.button.verify"))),
		p.Line("terms.draw.passed"), p.Line("terms.draw.told"))
}

func (w *writer) claim() {
	p := w.p
	if w.Claim == 0 {
		w.say(KeyClaim, p.Line("terms.claim.none"))
		return
	}
	w.say(KeyClaim, p.Line("terms.claim.within", i18n.Str("time", p.DurationText(w.Claim)), i18n.Str("button", p.Text("giveaway.button.claim"))),
		p.Line("terms.claim.redrawn", i18n.Count(int64(w.Redraws))))
}

func (w *writer) reroll() {
	w.say(KeyReroll, w.p.Line("terms.reroll.when"), w.p.Line("terms.reroll.how"))
}

func (w *writer) staff() {
	p := w.p
	w.say(KeyStaff, p.Line("terms.staff.edit"), p.Line("terms.staff.end"), p.Line("terms.staff.remove"))
}

func (w *writer) cancel() {
	w.say(KeyCancel, w.p.Line("terms.cancel.may"), w.p.Line("terms.cancel.then"))
}

func (w *writer) liability() {
	p := w.p
	w.say(KeyLiability, p.Line("terms.liability.platform", w.platform()),
		p.Line("terms.liability.outage", w.platform()), p.Line("terms.liability.late"))
}

func (w *writer) data() {
	p := w.p
	w.say(KeyData, p.Line("terms.data.what"))
	w.list(KeyData, p.Line("terms.data.entry", w.platform()), p.Line("terms.data.ages"))
	if w.Who.Messages.Least > 0 {
		w.list(KeyData, p.Line("terms.data.messages"))
	}
	w.list(KeyData, p.Line("terms.data.outcome"))
	w.say(KeyData, p.Line("terms.data.why"), p.Line("terms.data.public"), p.Line("terms.data.until"),
		w.reach("terms.data.ask", "terms.data.ask_team"))
}

// law repeats what the organiser wrote, if they did.
func (w *writer) law() {
	if strings.TrimSpace(w.Organiser.Law) == "" {
		return
	}
	for l := range strings.SplitSeq(w.Organiser.Law, "\n") {
		w.say(KeyLaw, chat.Words(l))
	}
}

func (w *writer) version() {
	p := w.p
	if w.before != "" {
		titles := make([]string, len(w.changed))
		for i, k := range w.changed {
			titles[i] = k.Title(p)
		}
		w.say(keyVersion, p.Line("terms.version.replaces", i18n.Num("before", int64(w.n-1)), i18n.Str("hash", w.before)),
			p.Line("terms.version.changed", i18n.Str("sections", strings.Join(titles, ", "))))
	}
	w.say(keyVersion, p.Line("terms.version.read", i18n.Str("button", p.Text("terms.button.read"))))
	language := i18n.Str("language", p.Text("terms.language."+string(w.language)))
	if w.language == p.Language() {
		w.say(keyVersion, p.Line("terms.version.prevails", language))
	} else {
		w.say(keyVersion, p.Line("terms.version.translation", language))
	}
}
