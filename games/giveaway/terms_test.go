package giveaway_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/chat"
	"animo/games/gamestest"
	"animo/games/giveaway"
	"animo/games/terms"
)

// Whatever happens, a version of the rules page that was there stays, the card
// quotes the latest, and none is made once entries are closed.
func TestNoHistoryChangesRulesThatWereQuoted(t *testing.T) {
	var before giveaway.State
	orders := orders()
	orders[giveaway.OrderOrganiser] = func(t *rapid.T, _ *world) map[string]string {
		raw, err := json.Marshal(terms.Organiser{Name: rapid.SampledFrom([]string{"", "Club", "Studio"}).Draw(t, "organiser")})
		if err != nil {
			t.Fatal(err)
		}
		return map[string]string{"organiser": string(raw)}
	}
	gamestest.Run(t, gamestest.Harness[giveaway.State]{
		Rules: giveaway.Rules{},
		Params: func(t *rapid.T, now time.Time) any {
			before = giveaway.State{}
			p := drawParams(t, now)
			p.Terms.Versions = make([]terms.Version, 3) // as in a template that kept too much
			return p
		},
		Verbs:  []string{giveaway.VerbEnter, giveaway.VerbLeave},
		Orders: orders,
		Facts:  gamestest.Anybody,
		Check: func(t *rapid.T, w *world) {
			quoted(t, before, w)
			before = w.State
		},
	})
}

func quoted(t *rapid.T, before giveaway.State, w *world) {
	was, now := before.Terms.Versions, w.State.Terms.Versions
	if len(now) < len(was) || len(now) == 0 || len(now) > len(was)+1 {
		t.Fatalf("%d versions became %d", len(was), len(now))
	}
	for i, v := range now {
		text, err := w.State.Terms.Text(i+1, v.Language)
		if err != nil || v.N != i+1 || v.Hash != terms.Hash(text) || v.Language != w.Language && i == 0 {
			t.Fatalf("version %d in %s with the hash %s: %v\n%s", v.N, v.Language, v.Hash, err, text)
		}
		if i < len(was) && v.Hash != was[i].Hash {
			t.Fatalf("version %d changed", v.N)
		}
		if i > 0 && (len(v.Changed) == 0 || !strings.Contains(text, now[i-1].Hash)) {
			t.Fatalf("version %d does not say what it replaces: %v", v.N, v.Changed)
		}
	}
	over := before.Phase != "" && before.Phase != giveaway.PhaseOpen && before.Phase != giveaway.PhasePaused && before.Phase != giveaway.PhaseScheduled
	if over && len(now) != len(was) {
		t.Fatalf("a version was made in the phase %s", before.Phase)
	}
	for _, p := range w.Posts {
		if p.Slot == giveaway.SlotCard && !quotes(p.Card, now) {
			t.Fatalf("the card that was posted quotes no version:\n%s", p.Card.Plain())
		}
	}
}

func quotes(c chat.Card, versions []terms.Version) bool {
	for _, v := range versions {
		if strings.Contains(c.Plain(), v.Hash) {
			return true
		}
	}
	return false
}
