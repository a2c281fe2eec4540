package giveaway

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"animo/bot/i18n"
	"animo/games"
)

// MaxLots bounds how many different prizes one giveaway has.
const MaxLots = 10

// Lot is one of several prizes.
type Lot struct {
	Prize   string `json:"prize"`
	Winners int    `json:"winners"`
	Value   string `json:"value,omitempty"` // as staff typed it, for the rules page
}

// lots are the prizes in the order in which they are drawn: those that staff
// listed, or the prize itself.
func (p Params) lots() []Lot {
	if len(p.Lots) == 0 {
		return []Lot{{Prize: p.Prize, Winners: p.Winners, Value: p.Terms.Value}}
	}
	return p.Lots
}

// wants is how many winners each lot has.
func (p Params) wants() []int {
	var out []int
	for _, l := range p.lots() {
		out = append(out, l.Winners)
	}
	return out
}

// sumLots makes Winners the sum of the lots, if there are any.
func (p *Params) sumLots() {
	if len(p.Lots) == 0 {
		return
	}
	p.Winners = 0
	for _, l := range p.Lots {
		p.Winners += l.Winners
	}
}

func (p Params) checkLots(l games.Look) error {
	if len(p.Lots) > MaxLots {
		return games.Refuse(l.Private.Line("giveaway.refused.lots", i18n.Num("typed", int64(len(p.Lots))), i18n.Num("max", MaxLots)))
	}
	for _, lot := range p.Lots {
		switch n := utf8.RuneCountInString(lot.Prize); {
		case strings.TrimSpace(lot.Prize) == "":
			return games.Refuse(l.Private.Line("giveaway.refused.lot_empty"))
		case n > MaxPrize:
			return games.Refuse(l.Private.Line("giveaway.refused.prize_long", i18n.Num("length", int64(n)), i18n.Num("max", MaxPrize)))
		case lot.Winners < 1:
			return games.Refuse(l.Private.Line("giveaway.refused.lot_winners", i18n.Str("lot", cut(lot.Prize, 60))))
		}
	}
	return nil
}

// applyLots sets lots, places and the time to claim anew, if an order says so.
func (s *State) applyLots(e games.Ordered, l games.Look) error {
	if v, ok := e.Args["lots"]; ok {
		s.Lots = nil
		if err := json.Unmarshal([]byte(v), &s.Lots); err != nil {
			return fmt.Errorf("read the new lots: %w", err)
		}
		s.sumLots()
	}
	if v, ok := e.Args["places"]; ok {
		n, err := strconv.ParseInt(v, 10, 64)
		if err != nil || n > 0 && n <= l.Entries {
			return games.Refuse(l.Private.Line("giveaway.refused.places", i18n.Str("typed", cut(v, 20)),
				i18n.Num("min", max(int64(s.Winners), l.Entries+1)), i18n.Num("max", MaxPlaces)))
		}
		s.Places = n
	}
	if v, ok := e.Args["claim"]; ok {
		d, err := time.ParseDuration(v)
		if err != nil {
			return fmt.Errorf("read the time to claim: %w", err)
		}
		s.Claim = d
	}
	return nil
}

// lotText writes lots as staff type them.
func lotText(lots []Lot) string {
	out := make([]string, len(lots))
	for i, l := range lots {
		out[i] = fmt.Sprintf("%s ×%d", l.Prize, l.Winners)
		if l.Value != "" {
			out[i] += " = " + l.Value
		}
	}
	return strings.Join(out, "; ")
}
