package advent

import (
	"strings"
	"time"
	"unicode/utf8"

	"animo/bot/i18n"
	"animo/games"
)

// Check returns a *games.Refusal that names what is wrong with the parameters,
// in the language of the member who asks.
func (p Params) Check(l games.Look) error {
	for _, check := range []func(games.Look) error{p.checkTexts, p.checkNumber, p.CheckBoxes, p.checkFinal, p.checkStart} {
		if err := check(l); err != nil {
			return err
		}
	}
	return nil
}

func (p Params) checkTexts(l games.Look) error {
	title, description := utf8.RuneCountInString(p.Title), utf8.RuneCountInString(p.Description)
	switch {
	case strings.TrimSpace(p.Title) == "":
		return games.Refuse(l.Private.Line("advent.refused.no_title"))
	case title > MaxTitle:
		return games.Refuse(l.Private.Line("advent.refused.title_long", i18n.Num("length", int64(title)), i18n.Num("max", MaxTitle)))
	case description > MaxDescription:
		return games.Refuse(l.Private.Line("advent.refused.description_long",
			i18n.Num("length", int64(description)), i18n.Num("max", MaxDescription)))
	}
	return nil
}

func (p Params) checkNumber(l games.Look) error {
	if n := len(p.Boxes); n < MinBoxes || n > MaxBoxes {
		return games.Refuse(l.Private.Line("advent.refused.boxes", i18n.Num("given", int64(n)),
			i18n.Num("min", MinBoxes), i18n.Num("max", MaxBoxes)))
	}
	return nil
}

// CheckBoxes returns a *games.Refusal that names the first box with which
// something is wrong.
func (p Params) CheckBoxes(l games.Look) error {
	for i, b := range p.Boxes {
		if err := b.Check(i+1, l); err != nil {
			return err
		}
	}
	return nil
}

// Check returns a *games.Refusal that says what is wrong with box n.
func (b Box) Check(n int, l games.Look) error {
	box := i18n.Num("box", int64(n))
	length := utf8.RuneCountInString(b.Text)
	switch {
	case strings.TrimSpace(b.Text) == "" && b.Instant.Winners == 0 && b.Draw.Winners == 0:
		return games.Refuse(l.Private.Line("advent.refused.box_empty", box))
	case length > MaxText:
		return games.Refuse(l.Private.Line("advent.refused.box_long", box, i18n.Num("length", int64(length)), i18n.Num("max", MaxText)))
	case !b.Instant.sound(MaxInstant):
		return games.Refuse(l.Private.Line("advent.refused.box_instant", box, i18n.Num("max", MaxInstant), i18n.Num("long", MaxPrize)))
	case !b.Draw.sound(MaxDraw):
		return games.Refuse(l.Private.Line("advent.refused.box_draw", box, i18n.Num("max", MaxDraw), i18n.Num("long", MaxPrize)))
	}
	return nil
}

// sound says whether a lot is none, or has a name and a possible number of
// winners.
func (t Lot) sound(most int) bool {
	if t == (Lot{}) {
		return true
	}
	return strings.TrimSpace(t.Prize) != "" && utf8.RuneCountInString(t.Prize) <= MaxPrize && t.Winners >= 1 && t.Winners <= most
}

func (p Params) checkFinal(l games.Look) error {
	if !p.Final.sound(MaxFinal) {
		return games.Refuse(l.Private.Line("advent.refused.final", i18n.Num("max", MaxFinal), i18n.Num("long", MaxPrize)))
	}
	return nil
}

// justNow is how long ago a first box may come: what passes between reading
// a time and the check.
const justNow = time.Minute

func (p Params) checkStart(l games.Look) error {
	switch {
	case p.Starts.IsZero():
	case p.Starts.Before(l.Now.Add(-justNow)):
		return games.Refuse(l.Private.Line("advent.refused.past"))
	case p.Starts.Sub(l.Now) > MaxAhead:
		return games.Refuse(l.Private.Line("advent.refused.far"))
	}
	return nil
}
