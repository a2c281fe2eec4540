package contest

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
)

// reading is what passes between the moment from which a duration was counted
// and the check: the shortest that may be typed is accepted.
const reading = 2 * time.Second

// Check returns a *games.Refusal that names what is wrong with the parameters,
// in the language of the member who asks.
func (p Params) Check(l games.Look) error {
	for _, check := range []func(games.Look) error{
		p.checkTexts, p.checkNumbers, p.checkTimes, p.checkParts, p.checkCriteria, p.checkJury, p.checkTie, p.checkRole,
	} {
		if err := check(l); err != nil {
			return err
		}
	}
	return nil
}

func (p Params) checkTexts(l games.Look) error {
	if strings.TrimSpace(p.Title) == "" {
		return games.Refuse(l.Private.Line("contest.refused.no_title"))
	}
	for _, t := range []struct {
		id, text string
		most     int
	}{
		{"contest.refused.title_long", p.Title, MaxTitle},
		{"contest.refused.description_long", p.Description, MaxDescription},
		{"contest.refused.prize_long", p.Prize, MaxPrize},
	} {
		if err := tooLong(l, t.id, t.text, t.most); err != nil {
			return err
		}
	}
	if p.Image != "" && !isAddress(p.Image) {
		return games.Refuse(l.Private.Line("contest.refused.image", i18n.Str("typed", cut(p.Image, 60))))
	}
	return nil
}

// tooLong refuses a text of more than so many characters.
func tooLong(l games.Look, id, text string, most int) error {
	n := utf8.RuneCountInString(text)
	if n <= most {
		return nil
	}
	return games.Refuse(l.Private.Line(id, i18n.Num("length", int64(n)), i18n.Num("max", int64(most))))
}

func (p Params) checkNumbers(l games.Look) error {
	if p.PerMember < 1 || p.PerMember > MaxPerMember {
		return games.Refuse(l.Private.Line("contest.refused.per_member", i18n.Num("max", MaxPerMember)))
	}
	if p.Places < 1 || p.Places > MaxPlaces {
		return games.Refuse(l.Private.Line("contest.refused.places", i18n.Num("max", MaxPlaces)))
	}
	return nil
}

// checkTimes demands that each phase lasts a while.
func (p Params) checkTimes(l games.Look) error {
	opens := l.Now
	if p.Opens.After(opens) {
		opens = p.Opens
	}
	switch {
	case p.Submit.Sub(opens) < MinLength-reading:
		return games.Refuse(l.Private.Line("contest.refused.submit_short", i18n.Num("seconds", int64(MinLength/time.Second))))
	case p.Decide.Sub(p.Submit) < MinLength:
		return games.Refuse(l.Private.Line("contest.refused.decide_short",
			i18n.In("submit", chat.Moment(p.Submit, chat.MomentFull)), i18n.Num("seconds", int64(MinLength/time.Second))))
	case p.Decide.Sub(l.Now) > MaxLength:
		return games.Refuse(l.Private.Line("contest.refused.too_long"))
	}
	return nil
}

func (p Params) checkParts(l games.Look) error {
	ok := len(p.Takes) > 0
	for i, part := range p.Takes {
		ok = ok && slices.Contains(Parts(), part) && !slices.Contains(p.Takes[:i], part)
	}
	if !ok {
		return games.Refuse(l.Private.Line("contest.refused.takes"))
	}
	return nil
}

func (p Params) checkCriteria(l games.Look) error {
	if p.Mode != ModeJury {
		return nil
	}
	if len(p.Criteria) < 1 || len(p.Criteria) > MaxCriteria {
		return games.Refuse(l.Private.Line("contest.refused.criteria", i18n.Num("max", MaxCriteria)))
	}
	for i, c := range p.Criteria {
		if strings.TrimSpace(c) == "" || utf8.RuneCountInString(c) > MaxCriterion {
			return games.Refuse(l.Private.Line("contest.refused.criterion", i18n.Str("typed", cut(c, 60)), i18n.Num("max", MaxCriterion)))
		}
		if slices.ContainsFunc(p.Criteria[:i], func(d string) bool { return strings.EqualFold(c, d) }) {
			return games.Refuse(l.Private.Line("contest.refused.criterion_twice", i18n.Str("typed", c)))
		}
	}
	return nil
}

func (p Params) checkJury(l games.Look) error {
	hasJury := len(p.Jury) > 0 || p.JuryRole != "" || p.President != ""
	switch {
	case p.Mode != ModeVote && p.Mode != ModeJury, p.Mode == ModeVote && (hasJury || len(p.Criteria) > 0):
		return games.Refuse(l.Private.Line("contest.refused.jury_alone"))
	case p.Mode == ModeJury && !hasJury:
		return games.Refuse(l.Private.Line("contest.refused.no_jury"))
	case len(p.Jury) > MaxJury:
		return games.Refuse(l.Private.Line("contest.refused.jury_full", i18n.Num("max", MaxJury)))
	}
	return nil
}

func (p Params) checkTie(l games.Look) error {
	switch {
	case !slices.Contains(Ties(), p.Tie):
		return games.Refuse(l.Private.Line("contest.refused.tie"))
	case p.Tie == TiePresident && p.President == "":
		return games.Refuse(l.Private.Line("contest.refused.no_president"))
	}
	return nil
}

func (p Params) checkRole(l games.Look) error {
	if p.Role != "" && !l.Caps.Roles {
		return games.Refuse(l.Private.Line("contest.refused.no_roles", i18n.Str("platform", l.Caps.Name)))
	}
	return nil
}

// isAddress says whether both platforms take an address: one with a character
// that RFC 3986 does not allow is refused, and the whole card with it.
func isAddress(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && len(address) <= 2000 &&
		!strings.ContainsFunc(address, func(c rune) bool { return c <= ' ' || strings.ContainsRune("\"<>\\^`{|}", c) })
}

// cut shortens text to at most n characters.
func cut(text string, n int) string {
	r := []rune(text)
	if len(r) <= n {
		return text
	}
	return string(r[:n-1]) + "…"
}
