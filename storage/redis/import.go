package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"animo/storage"
)

// Import writes records as they are, all of them or none; storage.ErrConflict
// if any is there already, or an entry has no set, or a line of the log is not
// the next. Effects take their places at the ends of their lanes.
func (s *Store) Import(ctx context.Context, t storage.Tenant, records []storage.Record) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(records) == 0 {
		return nil
	}
	in, err := sorted(t, records)
	if err != nil {
		return fmt.Errorf("import %s: %w", t, err)
	}
	m := s.composeImport(t, in)
	if err := m.size(); err != nil {
		return fmt.Errorf("import %s: %w", t, err)
	}
	answer := scripted(s.scripts.importing, m.keys, m.args...)
	if err := s.do(ctx, answer); err != nil {
		return fmt.Errorf("import %s: %w", t, err)
	}
	switch list := answer.list(); {
	case len(list) == 1:
		return nil
	case len(list) == 2:
		return fmt.Errorf("import %s: %s is there already or does not fit: %w", t, textOf(list[1]), storage.ErrConflict)
	}
	return fmt.Errorf("import %s: redis answered nothing", t)
}

// page is records by what they are.
type page struct {
	sets     *numbering
	made     map[string]*storage.SetRecord
	docs     []*storage.Doc
	entries  []*storage.EntryRecord
	jobs     []*storage.Job
	effects  []*storage.Effect
	lines    []*storage.LogLine
	counters []*storage.Counter
	once     []*storage.OnceRecord
}

func sorted(t storage.Tenant, records []storage.Record) (*page, error) {
	if t == "" {
		return nil, errors.New("the tenant is empty")
	}
	in := &page{sets: newNumbering(), made: map[string]*storage.SetRecord{}}
	for _, r := range records {
		if err := in.add(r); err != nil {
			return nil, err
		}
	}
	return in, nil
}

func (in *page) add(r storage.Record) error {
	if err := validRecord(r); err != nil {
		return err
	}
	switch {
	case r.Doc != nil:
		in.docs = append(in.docs, r.Doc)
	case r.Set != nil:
		if in.made[r.Set.Name] != nil {
			return fmt.Errorf("set %s comes twice: %w", r.Set.Name, storage.ErrConflict)
		}
		in.made[r.Set.Name] = r.Set
		in.sets.of(r.Set.Name)
	case r.Entry != nil:
		in.entries = append(in.entries, r.Entry)
		in.sets.of(r.Entry.Set)
	case r.Job != nil:
		in.jobs = append(in.jobs, r.Job)
	case r.Effect != nil:
		in.effects = append(in.effects, r.Effect)
	case r.Log != nil:
		in.lines = append(in.lines, r.Log)
	case r.Counter != nil:
		in.counters = append(in.counters, r.Counter)
	case r.Once != nil:
		in.once = append(in.once, r.Once)
	}
	return nil
}

// composeImport writes records as import.lua reads them.
func (s *Store) composeImport(t storage.Tenant, in *page) *message {
	sp := s.spaceOf(t)
	m := &message{sp: sp, t: t}
	m.key(s.number(sp), sp.one("none"), sp.one("tenants"), sp.of("kinds", t), sp.of("sets", t), sp.one("setid"), sp.one("place"),
		sp.of("jobs", t), sp.one("due"), sp.of("lanes", t), sp.one("priorities"), sp.of("log", t), sp.of("names", t), sp.of("once", t))
	m.put(string(sp), string(t), middle(string(t)))
	m.importSets(in)
	m.importWork(in)
	m.put(len(in.lines))
	for _, l := range in.lines {
		m.put(l.N, micros(l.At), l.Actor, l.Action, l.Target)
		m.body(l.Body)
	}
	m.put(len(in.counters))
	for _, c := range in.counters {
		h := storage.Hours(c.Hour)
		m.key(sp.hour(t, c.Name, h), sp.hours(t, c.Name))
		m.put(c.Name, c.Key, h, c.Value)
	}
	m.put(len(in.once))
	for _, o := range in.once {
		m.put(o.Key, micros(o.Until))
	}
	return m
}

func (m *message) importSets(in *page) {
	m.put(len(in.sets.names))
	for _, name := range in.sets.names {
		m.key(m.sp.set(m.t, name))
		made := in.made[name]
		if made == nil {
			m.put(name, 0, 0, 0)
			continue
		}
		m.put(name, 1, made.Last, len(made.Numbers))
		for number, v := range made.Numbers {
			m.put(number, v)
		}
	}
	m.put(len(in.docs))
	for _, d := range in.docs {
		m.key(m.sp.doc(m.t, d.Kind, d.ID), m.sp.docs(m.t, d.Kind))
		m.put(d.Kind, d.ID, sortable(d.Index), d.Version)
		m.body(d.Body)
	}
	m.put(len(in.entries))
	for _, e := range in.entries {
		m.put(in.sets.of(e.Set), sortable(e.Key), strconv.FormatInt(e.Seq, 10), micros(e.At))
		m.body(e.Body)
	}
}

func (m *message) importWork(in *page) {
	m.put(len(in.jobs))
	for _, j := range in.jobs {
		m.key(m.sp.job(m.t, j.Key))
		m.put(j.Key, j.Kind, micros(j.Due))
		m.body(j.Body)
		m.put(j.Attempts)
	}
	m.put(len(in.effects))
	for _, e := range in.effects {
		m.key(m.sp.effect(m.t, e.Key), m.sp.lane(m.t, e.Lane))
		m.put(e.Key, e.Lane, e.Priority, micros(e.Due))
		m.body(e.Body)
		m.put(e.Attempts)
		if e.Tried.IsZero() {
			m.put("")
		} else {
			m.put(micros(e.Tried))
		}
	}
}
