package giveaway

import (
	"cmp"
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"animo/bot/chat"
	"animo/bot/i18n"
	"animo/games"
	"animo/games/terms"
)

const (
	// RulesFamily is the family of the control that anybody may press to read
	// the rules page; commands answer it.
	RulesFamily = "giveaway-rules"
	VerbRules   = "read"

	// OrderOrganiser makes the rules page name another organiser: the argument
	// "organiser" is a terms.Organiser in JSON.
	OrderOrganiser = "organiser"
)

// revise writes the rules page, and another version of it if it would read
// otherwise. It is called while entries are open or to come: once they are
// closed the page stays as it is.
func (s *State) revise(l games.Look) {
	s.Terms = s.Terms.Revise(s.source(l), l.Now, l.Public)
}

// RulesDraft writes the rules page of a giveaway that was not launched, in the
// language of whoever asks.
func (p Params) RulesDraft(l games.Look) terms.Document {
	p.sumLots()
	return terms.Draft(l.Private, State{Params: p, Opened: l.Now}.source(l), l.Now)
}

// source is what the rules page is made from.
func (s State) source(l games.Look) terms.Source {
	src := terms.Source{
		Terms: s.Terms, ID: l.ID, Title: s.Prize, Description: s.Description, Platform: l.Caps.Name, Button: s.Button,
		Opens: s.Starts, Ends: s.Ends, Zone: l.Zone, Places: s.Places, Who: s.Who, Bonus: s.Bonus, ManyWins: s.ManyWins,
		Role: s.Role, RoleFor: s.RoleFor, Claim: s.Claim, Redraws: maxClaimRounds,
	}
	if s.Opened.Sub(s.Starts) > lateAfter {
		src.Opens = s.Opened
	}
	if s.Seed != "" && l.ID != "" {
		src.Commitment = s.commitment()
	}
	for _, lot := range s.lots() {
		src.Lots = append(src.Lots, terms.Lot{Prize: lot.Prize, Winners: lot.Winners, Value: lot.Value})
	}
	return src
}

// rulesButton leads to the rules page; there is none where no page was written.
func rulesButton(s State, l games.Look) []chat.Control {
	if _, ok := s.Terms.Current(); !ok || l.ID == "" {
		return nil
	}
	return []chat.Control{
		chat.Button(chat.Act(RulesFamily, VerbRules, l.ID), l.Public.Text("terms.button.read"), chat.TonePlain).WithEmoji("📜"),
	}
}

// rulesNote quotes the page that is in force.
func rulesNote(s State, p i18n.Printer) []chat.Block {
	v, ok := s.Terms.Current()
	if !ok {
		return nil
	}
	return []chat.Block{chat.Note(p.Line("terms.note", i18n.Num("n", int64(v.N)), i18n.In("hash", chat.Code(v.Hash))))}
}

// checkValues bounds what lots are said to be worth.
func (p Params) checkValues(l games.Look) error {
	for _, lot := range p.lots() {
		if n := utf8.RuneCountInString(lot.Value); n > terms.MaxValue {
			return games.Refuse(l.Private.Line("terms.refused.value", i18n.Num("length", int64(n)), i18n.Num("max", terms.MaxValue)))
		}
	}
	return nil
}

// organise takes over who answers for the giveaway.
func organise(s State, e games.Ordered, l games.Look) (outcome, error) {
	if !s.running() && s.Phase != PhaseScheduled || s.Phase == PhaseOpen && !l.Now.Before(s.Ends) {
		return outcome{}, games.Refuse(l.Private.Line("terms.refused.over"))
	}
	var o terms.Organiser
	if err := json.Unmarshal([]byte(cmp.Or(e.Args["organiser"], "{}")), &o); err != nil {
		return outcome{}, fmt.Errorf("read the organiser: %w", err)
	}
	if o == s.Terms.Organiser {
		return outcome{}, games.Refuse(l.Private.Line("terms.refused.same"))
	}
	s.Terms.Organiser = o
	s.revise(l)
	redraw := games.RedrawState
	if s.Opened.IsZero() { // nobody has seen it
		redraw = games.RedrawNone
	}
	return outcome{State: &s, Redraw: redraw, Notes: note(e, nil), Answer: said(l, "terms.renewed")}, nil
}
