package giveaway

import (
	"net/url"
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
	for _, check := range []func(games.Look) error{p.checkPrize, p.checkLots, p.checkValues, p.checkWinners, p.checkEnd, p.checkPlaces, p.checkClaim, p.checkWho, p.checkLooks, p.checkReward} {
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
		return games.Refuse(l.Private.Line("giveaway.refused.no_prize"))
	case n > MaxPrize:
		return games.Refuse(l.Private.Line("giveaway.refused.prize_long", i18n.Num("length", int64(n)), i18n.Num("max", MaxPrize)))
	}
	if n := utf8.RuneCountInString(p.Description); n > MaxDescription {
		return games.Refuse(l.Private.Line("giveaway.refused.description_long", i18n.Num("length", int64(n)), i18n.Num("max", MaxDescription)))
	}
	return nil
}

func (p Params) checkWinners(l games.Look) error {
	if p.Winners < 1 || p.Winners > MaxWinners {
		return games.Refuse(l.Private.Line("giveaway.refused.winners", i18n.Num("typed", int64(p.Winners)), i18n.Num("max", MaxWinners)))
	}
	return nil
}

// checkEnd counts from the start, which may be to come.
func (p Params) checkEnd(l games.Look) error {
	begins := l.Now
	if p.Starts.After(begins) {
		begins = p.Starts
	}
	switch d := p.Ends.Sub(begins); {
	case p.Starts.Sub(l.Now) > MaxLength:
		return games.Refuse(l.Private.Line("giveaway.refused.start_far"))
	case d < MinLength-reading:
		return games.Refuse(l.Private.Line("giveaway.refused.too_short", i18n.Num("seconds", int64(MinLength/time.Second))))
	case d > MaxLength:
		return games.Refuse(l.Private.Line("giveaway.refused.too_long"))
	}
	return nil
}

func (p Params) checkPlaces(l games.Look) error {
	if p.Places < 0 || p.Places > MaxPlaces || p.Places > 0 && p.Places < int64(p.Winners) {
		return games.Refuse(l.Private.Line("giveaway.refused.places", i18n.Num("typed", p.Places),
			i18n.Num("min", int64(p.Winners)), i18n.Num("max", MaxPlaces)))
	}
	return nil
}

func (p Params) checkClaim(l games.Look) error {
	if p.Claim != 0 && (p.Claim < MinClaim || p.Claim > MaxClaim) {
		return games.Refuse(l.Private.Line("giveaway.refused.claim"))
	}
	return nil
}

func (p Params) checkWho(l games.Look) error {
	return eligibility.Check(l.Private, p.Who, p.Bonus, l.Caps)
}

func (p Params) checkLooks(l games.Look) error {
	for _, address := range []string{p.Image, p.Thumb} {
		if address == "" {
			continue
		}
		if !isAddress(address) {
			return games.Refuse(l.Private.Line("giveaway.refused.image", i18n.Str("typed", cut(address, 60))))
		}
	}
	if utf8.RuneCountInString(p.Button) > MaxButton {
		return games.Refuse(l.Private.Line("giveaway.refused.button", i18n.Num("max", MaxButton)))
	}
	return nil
}

// isAddress says whether both platforms take an address: one with a character
// that RFC 3986 does not allow is refused, and the whole card with it.
func isAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != "" && len(address) <= 2000 &&
		!strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || strings.ContainsRune("\"<>\\^`{|}", c) })
}

func (p Params) checkReward(l games.Look) error {
	if p.RoleFor > 0 && p.Role == "" {
		return games.Refuse(l.Private.Line("giveaway.refused.role_days_alone"))
	}
	if p.Role != "" && !l.Caps.Roles {
		return games.Refuse(l.Private.Line("giveaway.refused.no_roles", i18n.Str("platform", l.Caps.Name)))
	}
	return nil
}

// cut shortens text to at most n characters.
func cut(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n-1]) + "…"
}
