package commands

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"

	"animo/bot/i18n"
	"animo/games"
	"animo/games/giveaway"
)

// lotForm is a lot with its number of winners behind it, such as "Nitro x2" or
// "T-shirt × 3"; without a number it has one. A value may follow: "T-shirt x3 = 20 €".
var lotForm = regexp.MustCompile(`^(.*?)(?:\s+[x×*]\s*(\d{1,4}))?$`)

// readLots reads several prizes, one a line or parted by semicolons.
func readLots(r *Request, text string, p *giveaway.Params) error {
	for _, part := range strings.FieldsFunc(text, func(c rune) bool { return c == ';' || c == '\n' }) {
		part = readableLine(part)
		if part == "" {
			continue
		}
		part, value := cutValue(part)
		m := lotForm.FindStringSubmatch(part)
		lot := giveaway.Lot{Prize: strings.TrimSpace(m[1]), Winners: 1, Value: value}
		if m[2] != "" {
			lot.Winners, _ = strconv.Atoi(m[2]) // at most four digits
		}
		p.Lots = append(p.Lots, lot)
	}
	if len(p.Lots) == 0 {
		return nil
	}
	p.Winners = 0
	for _, lot := range p.Lots {
		p.Winners += lot.Winners
	}
	return nil
}

// The values of the option "wins".
const (
	winsOne  = "one"
	winsMany = "many"
)

func readWins(r *Request, text string, p *giveaway.Params) error {
	switch text = strings.TrimSpace(text); text {
	case "", winsOne:
	case winsMany:
		p.ManyWins = true
	default:
		return games.Refuse(r.Private.Line("giveaway.refused.wins", i18n.Str("typed", shorten(text, 20))))
	}
	return nil
}

func readPlaces(r *Request, text string, p *giveaway.Params) error {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 1 {
		return games.Refuse(r.Private.Line("giveaway.refused.places", i18n.Str("typed", shorten(text, 20)),
			i18n.Num("min", int64(max(p.Winners, 1))), i18n.Num("max", giveaway.MaxPlaces)))
	}
	p.Places = n
	return nil
}

// readClaim reads how long winners have to claim.
func readClaim(r *Request, text string, p *giveaway.Params) (err error) {
	if strings.TrimSpace(text) != "" {
		p.Claim, err = r.Private.ReadDuration(text)
	}
	return err
}

// lotsJSON writes lots as an order names them.
func lotsJSON(lots []giveaway.Lot) string {
	raw, err := json.Marshal(lots)
	if err != nil {
		return "[]" // cannot be: texts and numbers always marshal
	}
	return string(raw)
}
