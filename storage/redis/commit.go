package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"animo/storage"
)

// Commit applies a change; see the package's comment for the order in which
// its parts take effect.
func (s *Store) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	if err := ctx.Err(); err != nil {
		return storage.Receipt{}, err
	}
	if err := valid(t, c); err != nil {
		return storage.Receipt{}, err
	}
	m, err := s.compose(t, c)
	if err != nil {
		return storage.Receipt{}, err
	}
	answer := scripted(s.scripts.commit, m.keys, m.args...)
	perform := s.lasting
	if c.Loose {
		perform = s.do
	}
	if err := perform(ctx, answer); err != nil {
		return storage.Receipt{}, fmt.Errorf("commit: %w", err)
	}
	return receipt(answer.list(), c)
}

// compose writes a change as commit.lua reads it.
func (s *Store) compose(t storage.Tenant, c storage.Change) (*message, error) {
	sp := s.spaceOf(t)
	m := &message{sp: sp, t: t}
	m.key(s.number(sp), sp.one("none"), sp.lease(storage.PartitionLease(t.Partition())), sp.one("tenants"),
		sp.of("once", t), sp.of("kinds", t), sp.of("sets", t), sp.one("setid"), sp.one("place"), sp.of("jobs", t),
		sp.one("due"), sp.one("leased"), sp.of("lanes", t), sp.one("priorities"), sp.one("held"), sp.of("log", t), sp.of("names", t))
	m.put(string(sp), string(t), middle(string(t)), micros(c.Now))
	m.guards(c)
	sets := setsOf(c)
	m.sets(sets)
	m.docs(c)
	m.entries(c, sets)
	m.tallies(c, sets)
	if err := m.counts(c.Counts); err != nil {
		return nil, err
	}
	m.leases(c)
	m.work(c)
	m.lines(c.Log)
	return m, m.size()
}

func (m *message) guards(c storage.Change) {
	if c.Fence == nil {
		m.put("")
	} else {
		m.put(c.Fence.Token)
	}
	if c.Once == nil {
		m.put(0)
	} else {
		m.put(1, c.Once.Key, micros(c.Now.Add(c.Once.For)))
	}
}

// setsOf numbers the sets that a change names.
func setsOf(c storage.Change) *numbering {
	sets := newNumbering()
	for _, e := range c.Entries {
		sets.of(e.Set)
	}
	for _, a := range c.Tallies {
		sets.of(a.Set)
	}
	return sets
}

func (m *message) sets(sets *numbering) {
	m.put(len(sets.names))
	for _, name := range sets.names {
		m.key(m.sp.set(m.t, name))
		m.put(name)
	}
}

func (m *message) docs(c storage.Change) {
	m.put(len(c.Checks))
	for _, d := range c.Checks {
		m.key(m.sp.doc(m.t, d.Kind, d.ID))
		m.put(d.Version)
	}
	m.put(len(c.Docs))
	for _, d := range c.Docs {
		m.key(m.sp.doc(m.t, d.Kind, d.ID), m.sp.docs(m.t, d.Kind))
		m.put(d.Kind, d.ID, sortable(d.Index), d.Version)
		m.flag(d.Delete)
		m.body(d.Body)
	}
}

func (m *message) entries(c storage.Change, sets *numbering) {
	m.put(len(c.Entries))
	for _, e := range c.Entries {
		m.put(sets.of(e.Set), sortable(e.Key), micros(e.At))
		m.body(e.Body)
		m.flag(e.Delete)
		m.put(int(e.Expect))
	}
}

func (m *message) tallies(c storage.Change, sets *numbering) {
	m.put(len(c.Tallies))
	for _, a := range c.Tallies {
		m.put(sets.of(a.Set), a.Name, a.Delta)
	}
}

// leases writes what is done or given back.
func (m *message) leases(c storage.Change) {
	m.put(len(c.DoneJobs))
	for _, d := range c.DoneJobs {
		m.key(m.sp.job(m.t, d.Key))
		m.put(d.Key, d.Token)
	}
	m.put(len(c.DoneEffects))
	for _, d := range c.DoneEffects {
		m.key(m.sp.effect(m.t, d.Key))
		m.put(d.Key, d.Token)
	}
	m.put(len(c.Retries))
	for _, r := range c.Retries {
		m.key(m.sp.effect(m.t, r.Key))
		m.put(r.Key, r.Token, micros(r.Due))
	}
}

// work writes what is cancelled, dropped and put.
func (m *message) work(c storage.Change) {
	m.put(len(c.Cancel))
	for _, key := range c.Cancel {
		m.key(m.sp.job(m.t, key))
		m.put(key)
	}
	m.put(len(c.Jobs))
	for _, j := range c.Jobs {
		m.key(m.sp.job(m.t, j.Key))
		m.put(j.Key, j.Kind, micros(j.Due))
		m.body(j.Body)
	}
	m.put(len(c.Drop))
	for _, key := range c.Drop {
		m.key(m.sp.effect(m.t, key))
		m.put(key)
	}
	m.put(len(c.Effects))
	for _, e := range c.Effects {
		m.key(m.sp.effect(m.t, e.Key), m.sp.lane(m.t, e.Lane))
		m.put(e.Key, e.Lane, e.Priority, micros(e.Due))
		m.body(e.Body)
	}
}

func (m *message) lines(lines []storage.LogLine) {
	m.put(len(lines))
	for _, l := range lines {
		m.put(micros(l.At), l.Actor, l.Action, l.Target)
		m.body(l.Body)
	}
}

// receipt reads what commit.lua returned.
func receipt(answer []any, c storage.Change) (storage.Receipt, error) {
	if len(answer) == 0 {
		return storage.Receipt{}, errors.New("commit: redis answered nothing")
	}
	switch textOf(answer[0]) {
	case "ok":
		return seqs(textOf(answer[1]), len(c.Entries))
	case "fenced":
		return storage.Receipt{}, storage.ErrFenced
	case "repeated":
		return storage.Receipt{}, storage.ErrRepeated
	case "range":
		return storage.Receipt{}, fmt.Errorf("commit: the number %s would become too large to keep", textOf(answer[1]))
	case "conflict":
		return storage.Receipt{}, fmt.Errorf("%s: %w", clash(answer, c), storage.ErrConflict)
	}
	return storage.Receipt{}, fmt.Errorf("commit: redis answered %q", textOf(answer[0]))
}

func seqs(text string, n int) (storage.Receipt, error) {
	if n == 0 {
		return storage.Receipt{}, nil
	}
	r := storage.Receipt{Seqs: make([]int64, 0, n)}
	for part := range strings.SplitSeq(text, ",") {
		seq, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return storage.Receipt{}, fmt.Errorf("commit: redis answered %q as a number of an entry", part)
		}
		r.Seqs = append(r.Seqs, seq)
	}
	return r, nil
}

// clash says what was not as expected.
func clash(answer []any, c storage.Change) string {
	if len(answer) != 4 {
		return "something"
	}
	i := int(intOf(answer[2]))
	switch textOf(answer[1]) {
	case "check":
		return fmt.Sprintf("%s %s is at version %d, not %d", c.Checks[i].Kind, c.Checks[i].ID, intOf(answer[3]), c.Checks[i].Version)
	case "doc":
		return fmt.Sprintf("%s %s is at version %d, not %d", c.Docs[i].Kind, c.Docs[i].ID, intOf(answer[3]), c.Docs[i].Version)
	case "entry":
		return fmt.Sprintf("entry %s of %s is not as expected", c.Entries[i].Key, c.Entries[i].Set)
	case "job":
		return fmt.Sprintf("job %s is done", c.DoneJobs[i].Key)
	case "effect":
		return fmt.Sprintf("effect %s is done", c.DoneEffects[i].Key)
	}
	return fmt.Sprintf("effect %s comes again", c.Retries[i].Key)
}
