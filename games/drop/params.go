package drop

import (
	"strings"
	"time"
	"unicode/utf8"

	"animo/bot/i18n"
	"animo/games"
	"animo/games/eligibility"
)

// reading is what passes between the moment from which a duration was counted
// and the check: the shortest that may be typed is accepted.
const reading = 2 * time.Second

// Check returns a *games.Refusal that names what is wrong with the parameters,
// in the language of the member who asks.
func (p Params) Check(l games.Look) error {
	for _, check := range []func(games.Look) error{p.checkPrize, p.checkTimes, p.checkWho, p.checkReward} {
		if err := check(l); err != nil {
			return err
		}
	}
	return nil
}

func (p Params) checkPrize(l games.Look) error {
	n := utf8.RuneCountInString(p.Prize)
	switch {
	case strings.TrimSpace(p.Prize) == "":
		return games.Refuse(l.Private.Line("drop.refused.no_prize"))
	case n > MaxPrize:
		return games.Refuse(l.Private.Line("drop.refused.prize_long", i18n.Num("length", int64(n)), i18n.Num("max", MaxPrize)))
	case p.Winners < 1 || p.Winners > MaxWinners:
		return games.Refuse(l.Private.Line("drop.refused.winners", i18n.Num("typed", int64(p.Winners)), i18n.Num("max", MaxWinners)))
	}
	if n := utf8.RuneCountInString(p.Description); n > MaxDescription {
		return games.Refuse(l.Private.Line("drop.refused.description_long", i18n.Num("length", int64(n)), i18n.Num("max", MaxDescription)))
	}
	return nil
}

func (p Params) checkTimes(l games.Look) error {
	begins := l.Now
	if p.After.After(begins) {
		begins = p.After
	}
	window := p.Until.Sub(begins)
	switch {
	case begins.Sub(l.Now) > MaxAhead:
		return games.Refuse(l.Private.Line("drop.refused.far"))
	case p.hidden() && (window < MinWindow-reading || window > MaxWindow):
		return games.Refuse(l.Private.Line("drop.refused.window"))
	case p.Lasts != 0 && (p.Lasts < MinLasts || p.Lasts > MaxLasts):
		return games.Refuse(l.Private.Line("drop.refused.lasts"))
	}
	return nil
}

func (p Params) checkWho(l games.Look) error {
	return eligibility.Check(l.Private, p.Who, eligibility.Bonus{}, l.Caps)
}

func (p Params) checkReward(l games.Look) error {
	switch {
	case p.RoleFor < 0 || p.RoleFor > 0 && p.Role == "":
		return games.Refuse(l.Private.Line("drop.refused.role_days_alone"))
	case p.Role != "" && !l.Caps.Roles:
		return games.Refuse(l.Private.Line("drop.refused.no_roles", i18n.Str("platform", l.Caps.Name)))
	}
	return nil
}
