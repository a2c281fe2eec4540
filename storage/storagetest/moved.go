package storagetest

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/storage"
)

// runMoved carries random histories from one store into another and goes on
// there. The two are never open at once, so that a driver may have one server
// for both.
func runMoved(t *testing.T, open func(t *testing.T) storage.Store) {
	fewer(t)
	rapid.Check(t, func(r *rapid.T) {
		h := &history{t: t, s: open(t), m: newModel(), now: noon}
		defer func() { _ = h.s.Close() }()
		acts := map[string]func(*rapid.T){
			"commit":        h.commit,
			"commit more":   h.commit,
			"count":         h.count,
			"first":         h.first,
			"lease jobs":    h.leaseJobs,
			"lease effects": h.leaseEffects,
			"finish":        h.finish,
			"finish late":   h.finishLate,
			"wait":          func(r *rapid.T) { h.now = h.now.Add(seconds(r, 0, 40)) },
		}
		r.Repeat(acts)
		h.move(r, open)
		r.Repeat(acts)
		h.compare(r)
	})
}

// move carries everything over, leases excepted.
func (h *history) move(r *rapid.T, open func(t *testing.T) storage.Store) {
	tenants := []storage.Tenant{home, other}
	moved := map[storage.Tenant][]storage.Record{}
	for _, t := range tenants {
		for record, err := range h.s.Export(h.t.Context(), t) {
			h.check(r, err)
			moved[t] = append(moved[t], record)
		}
	}
	h.check(r, h.s.Close())
	h.s = open(h.t)
	for _, t := range tenants {
		imports(h.t, h.s, t, moved[t], rapid.IntRange(1, 9).Draw(r, "page"))
		h.equal(r, "what "+string(t)+" owns", exported(h.t, h.s, t), append([]storage.Record{}, tidy(h.t, t, moved[t])...))
	}
	h.m.loseLeases()
}

// loseLeases makes the model what a store is after a move: as if whoever held
// anything had died.
func (m *model) loseLeases() {
	for _, j := range m.jobs {
		j.Token, j.until = "", time.Time{}
	}
	for _, e := range m.effects {
		if !e.again.IsZero() {
			e.Due = earlier(e.Due, e.again)
		}
		e.Token, e.until, e.again = "", time.Time{}, time.Time{}
	}
}
