package storagetest

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"animo/storage"
)

// at names something of a tenant in the model's maps.
type at struct {
	tenant   storage.Tenant
	what, id string
}

// modelSet is a set of entries.
type modelSet struct {
	entries map[string]storage.Entry
	last    int64
	numbers map[string]int64
}

// modelJob and modelEffect are leased while until lies ahead.
type modelJob struct {
	storage.Job
	until time.Time
}

type modelEffect struct {
	storage.Effect
	until time.Time
	pos   int // place in the order of putting
	again time.Time
	moved int // the place it will have when it comes again
}

// model is a store in plain maps: what any driver must amount to.
type model struct {
	docs     map[at]storage.Doc
	sets     map[at]*modelSet
	jobs     map[at]*modelJob
	effects  map[at]*modelEffect
	logs     map[storage.Tenant][]storage.LogLine
	once     map[at]time.Time
	counters map[at]map[time.Time]int64
	pos      int
}

func newModel() *model {
	return &model{
		docs: map[at]storage.Doc{}, sets: map[at]*modelSet{}, jobs: map[at]*modelJob{}, effects: map[at]*modelEffect{},
		logs: map[storage.Tenant][]storage.LogLine{}, once: map[at]time.Time{}, counters: map[at]map[time.Time]int64{},
	}
}

func (m *model) set(t storage.Tenant, name string) *modelSet {
	k := at{t, "", name}
	if m.sets[k] == nil {
		m.sets[k] = &modelSet{entries: map[string]storage.Entry{}, numbers: map[string]int64{}}
	}
	return m.sets[k]
}

// expect returns the error that a commit of c must have. No document, entry,
// job or effect may be named twice in c.
func (m *model) expect(t storage.Tenant, c storage.Change) error {
	if c.Once != nil && c.Now.Before(m.once[at{t, "", c.Once.Key}]) {
		return storage.ErrRepeated
	}
	for _, d := range c.Checks {
		if m.docs[at{t, d.Kind, d.ID}].Version != d.Version {
			return storage.ErrConflict
		}
	}
	for _, d := range c.Docs {
		if m.docs[at{t, d.Kind, d.ID}].Version != d.Version {
			return storage.ErrConflict
		}
	}
	for _, e := range c.Entries {
		_, there := m.set(t, e.Set).entries[e.Key]
		if e.Expect == storage.ExpectAbsent && there || e.Expect == storage.ExpectPresent && !there {
			return storage.ErrConflict
		}
	}
	return m.expectHeld(t, c)
}

func (m *model) expectHeld(t storage.Tenant, c storage.Change) error {
	for _, d := range c.DoneJobs {
		if j := m.jobs[at{t, "", d.Key}]; j == nil || j.Token != d.Token {
			return storage.ErrConflict
		}
	}
	held := slices.Clone(c.DoneEffects)
	for _, r := range c.Retries {
		held = append(held, storage.Done{Key: r.Key, Token: r.Token})
	}
	for _, d := range held {
		if e := m.effects[at{t, "", d.Key}]; e == nil || e.Token != d.Token {
			return storage.ErrConflict
		}
	}
	return nil
}

// apply makes the change and returns the numbers of its entries.
func (m *model) apply(t storage.Tenant, c storage.Change) []int64 {
	if c.Once != nil {
		m.once[at{t, "", c.Once.Key}] = c.Now.Add(c.Once.For)
	}
	for _, d := range c.Docs {
		m.putDoc(t, d)
	}
	var seqs []int64
	for _, e := range c.Entries {
		seqs = append(seqs, m.putEntry(t, e))
	}
	for _, a := range c.Tallies {
		m.set(t, a.Set).numbers[a.Name] += a.Delta
	}
	m.changeJobs(t, c)
	m.changeEffects(t, c)
	for _, l := range c.Log {
		l.N = int64(len(m.logs[t]) + 1)
		m.logs[t] = append(m.logs[t], l)
	}
	return seqs
}

func (m *model) putDoc(t storage.Tenant, d storage.DocPut) {
	k := at{t, d.Kind, d.ID}
	if d.Delete {
		delete(m.docs, k)
		return
	}
	m.docs[k] = storage.Doc{Kind: d.Kind, ID: d.ID, Version: d.Version + 1, Index: d.Index, Body: d.Body}
}

func (m *model) putEntry(t storage.Tenant, p storage.EntryPut) int64 {
	s := m.set(t, p.Set)
	if p.Delete {
		delete(s.entries, p.Key)
		return 0
	}
	e, there := s.entries[p.Key]
	if !there {
		s.last++
		e = storage.Entry{Key: p.Key, Seq: s.last, At: p.At}
	}
	e.Body = p.Body
	s.entries[p.Key] = e
	return e.Seq
}

func (m *model) changeJobs(t storage.Tenant, c storage.Change) {
	for _, d := range c.DoneJobs {
		delete(m.jobs, at{t, "", d.Key})
	}
	for _, key := range c.Cancel {
		delete(m.jobs, at{t, "", key})
	}
	for _, j := range c.Jobs {
		j.Tenant = t
		m.jobs[at{t, "", j.Key}] = &modelJob{Job: j}
	}
}

func (m *model) changeEffects(t storage.Tenant, c storage.Change) {
	for _, d := range c.DoneEffects {
		k := at{t, "", d.Key}
		e := m.effects[k]
		delete(m.effects, k)
		if !e.again.IsZero() {
			e.Due, e.Attempts, e.Tried, e.Token = e.again, 0, time.Time{}, ""
			m.effects[k] = &modelEffect{Effect: e.Effect, pos: e.moved}
		}
	}
	for _, r := range c.Retries {
		e := m.effects[at{t, "", r.Key}]
		e.Due, e.Token, e.until, e.again = r.Due, "", time.Time{}, time.Time{}
	}
	for _, key := range c.Drop {
		delete(m.effects, at{t, "", key})
	}
	for _, e := range c.Effects {
		m.putEffect(t, e, c.Now)
	}
}

func (m *model) putEffect(t storage.Tenant, e storage.Effect, now time.Time) {
	k := at{t, "", e.Key}
	m.pos++
	old := m.effects[k]
	switch {
	case old == nil:
		e.Tenant = t
		m.effects[k] = &modelEffect{Effect: e, pos: m.pos}
		return
	case !old.until.After(now):
		old.Due = earlier(old.Due, e.Due)
	case old.again.IsZero():
		old.again, old.moved = e.Due, m.pos
	default:
		old.again = earlier(old.again, e.Due)
	}
	old.Body, old.Priority = e.Body, e.Priority
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// dueJobs returns what can be leased now.
func (m *model) dueJobs(now time.Time) []*modelJob {
	var due []*modelJob
	for _, j := range m.jobs {
		if !j.until.After(now) && !j.Due.After(now) {
			due = append(due, j)
		}
	}
	return due
}

// dueEffects returns what can be leased now, after giving up leases that
// ran out.
func (m *model) dueEffects(now time.Time) []*modelEffect {
	heads := map[at]*modelEffect{}
	for _, e := range slices.SortedFunc(maps.Values(m.effects), func(a, b *modelEffect) int { return cmp.Compare(a.pos, b.pos) }) {
		if !e.until.After(now) && !e.again.IsZero() {
			e.Due, e.again = earlier(e.Due, e.again), time.Time{}
		}
		if lane := (at{e.Tenant, "", e.Lane}); heads[lane] == nil {
			heads[lane] = e
		}
	}
	var due []*modelEffect
	for _, e := range heads {
		if !e.until.After(now) && !e.Due.After(now) {
			due = append(due, e)
		}
	}
	return due
}
