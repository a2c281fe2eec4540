package poll

import (
	"slices"
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
	for _, check := range []func(games.Look) error{
		p.checkQuestion, p.checkOptions, p.checkNumbers, p.checkEnd, p.checkWays, p.checkWeights,
	} {
		if err := check(l); err != nil {
			return err
		}
	}
	return eligibility.Check(l.Private, p.Who, p.bonus(), l.Caps)
}

func (p Params) checkQuestion(l games.Look) error {
	n := utf8.RuneCountInString(p.Question)
	switch {
	case strings.TrimSpace(p.Question) == "":
		return games.Refuse(l.Private.Line("poll.refused.no_question"))
	case n > MaxQuestion:
		return games.Refuse(l.Private.Line("poll.refused.question_long", i18n.Num("length", int64(n)), i18n.Num("max", MaxQuestion)))
	}
	return nil
}

func (p Params) checkOptions(l games.Look) error {
	switch n := len(p.Options); {
	case n < MinOptions:
		return games.Refuse(l.Private.Line("poll.refused.few", i18n.Num("found", int64(n)), i18n.Num("min", MinOptions)))
	case n > MaxOptions:
		return games.Refuse(l.Private.Line("poll.refused.many", i18n.Num("found", int64(n)), i18n.Num("max", MaxOptions)))
	}
	list := listOf(p.Options)
	for i, o := range list {
		if err := checkOption(o.Text, l); err != nil {
			return err
		}
		if twin, ok := same(list[:i], o.Text); ok {
			return games.Refuse(l.Private.Line("poll.refused.twins", i18n.Str("one", twin.Text), i18n.Str("other", o.Text)))
		}
	}
	return nil
}

// checkOption refuses an option that is empty or too long.
func checkOption(text string, l games.Look) error {
	n := utf8.RuneCountInString(text)
	switch {
	case fold(text) == "":
		return games.Refuse(l.Private.Line("poll.refused.option_empty"))
	case n > MaxOption:
		return games.Refuse(l.Private.Line("poll.refused.option_long",
			i18n.Str("typed", cut(text, 60)), i18n.Num("length", int64(n)), i18n.Num("max", MaxOption)))
	}
	return nil
}

func listOf(texts []string) []Option {
	out := make([]Option, len(texts))
	for i, t := range texts {
		out[i] = Option{No: i + 1, Text: t}
	}
	return out
}

func (p Params) checkNumbers(l games.Look) error {
	most := len(p.Options)
	if p.Adding != AddingNone {
		most = MaxOptions
	}
	switch {
	case p.Max < 1 || p.Max > most:
		return games.Refuse(l.Private.Line("poll.refused.max", i18n.Num("max", int64(most))))
	case p.Quorum < 0 || p.Quorum > MaxQuorum:
		return games.Refuse(l.Private.Line("poll.refused.quorum", i18n.Num("max", MaxQuorum)))
	}
	return nil
}

func (p Params) checkEnd(l games.Look) error {
	if p.Ends.IsZero() {
		return nil
	}
	return checkEnd(p.Ends, l)
}

func checkEnd(at time.Time, l games.Look) error {
	switch length := at.Sub(l.Now); {
	case length < MinLength-reading:
		return games.Refuse(l.Private.Line("poll.refused.short", i18n.Num("seconds", int64(MinLength/time.Second))))
	case length > MaxLength:
		return games.Refuse(l.Private.Line("poll.refused.long"))
	}
	return nil
}

func (p Params) checkWays(l games.Look) error {
	if !slices.Contains(AllResults(), p.Results) || !slices.Contains(AllAdding(), p.Adding) {
		return games.Refuse(l.Private.Line("poll.refused.ways"))
	}
	return nil
}

func (p Params) checkWeights(l games.Look) error {
	ok := len(p.Weights) <= MaxWeights
	for i, w := range p.Weights {
		ok = ok && w.Role != "" && w.Times >= 2 && w.Times <= MaxWeight &&
			!slices.ContainsFunc(p.Weights[:i], func(o Weight) bool { return o.Role == w.Role })
	}
	if !ok {
		return games.Refuse(l.Private.Line("poll.refused.weights", i18n.Num("roles", MaxWeights), i18n.Num("max", MaxWeight)))
	}
	return nil
}

// bonus asks package eligibility for the roles by which votes weigh.
func (p Params) bonus() eligibility.Bonus {
	var b eligibility.Bonus
	for _, w := range p.Weights {
		b.Grounds = append(b.Grounds, eligibility.Ground{Role: w.Role, Tickets: 1})
	}
	return b
}

// weigh is what a member's vote counts: the most that a role of theirs gives.
func (p Params) weigh(f games.Facts) int {
	n := 1
	for _, w := range p.Weights {
		if slices.Contains(f.Roles, w.Role) {
			n = max(n, w.Times)
		}
	}
	return n
}
