package sqlite

import (
	"context"
	"errors"
	"fmt"

	"animo/storage"
)

// Import writes a tenant's records as they are, all of them or, with an
// error, none: storage.ErrConflict if anything of the same name is there. A
// set comes before its entries, in the same call or an earlier one, and the
// effects of a lane come in its order, after those that wait in it already.
func (s *Store) Import(ctx context.Context, t storage.Tenant, records []storage.Record) error {
	if t == "" {
		return errors.New("the tenant is empty")
	}
	for _, r := range records {
		if err := validRecord(r); err != nil {
			return err
		}
	}
	return s.do(ctx, false, func(w *writer) error { return w.takeIn(t, records) })
}

func (w *writer) takeIn(t storage.Tenant, records []storage.Record) error {
	if len(records) == 0 {
		return nil
	}
	if err := w.know(t); err != nil {
		return err
	}
	i := importer{w, t, map[string]*openSet{}}
	for _, r := range records {
		what, err := i.record(r)
		if err != nil {
			return fmt.Errorf("import %s: %w", what, err)
		}
	}
	for _, set := range i.sets {
		if err := w.closeSet(set); err != nil {
			return err
		}
	}
	return nil
}

// importer takes in one page of a tenant's records.
type importer struct {
	w      *writer
	tenant storage.Tenant
	sets   map[string]*openSet
}

// record writes one record and says what it is.
func (i importer) record(r storage.Record) (what string, err error) {
	switch {
	case r.Doc != nil:
		return "document " + r.Doc.Kind + " " + r.Doc.ID, i.doc(r.Doc)
	case r.Set != nil:
		return "set " + r.Set.Name, i.set(r.Set)
	case r.Entry != nil:
		return "entry " + r.Entry.Key + " of " + r.Entry.Set, i.entry(r.Entry)
	case r.Job != nil:
		return "job " + r.Job.Key, i.job(r.Job)
	case r.Effect != nil:
		return "effect " + r.Effect.Key, i.effect(r.Effect)
	case r.Log != nil:
		return fmt.Sprint("log line ", r.Log.N), i.log(r.Log)
	case r.Counter != nil:
		return "counter " + r.Counter.Name, i.counter(r.Counter)
	}
	return "first-time key " + r.Once.Key, i.once(r.Once)
}

// add inserts a row; one that is there is a conflict.
func (i importer) add(text string, args ...any) error {
	return conflictIfNone(i.w.affect(text+` ON CONFLICT DO NOTHING`, args...))
}

func (i importer) doc(d *storage.Doc) error {
	return i.add(`INSERT INTO docs (tenant, kind, name, version, idx, body) VALUES (?, ?, ?, ?, ?, ?)`,
		string(i.tenant), d.Kind, d.ID, d.Version, d.Index, blob(d.Body))
}

func (i importer) set(s *storage.SetRecord) error {
	err := i.add(`INSERT INTO sets (tenant, name, entries, last_seq) VALUES (?, ?, 0, ?)`, string(i.tenant), s.Name, s.Last)
	if err != nil {
		return err
	}
	set, err := i.w.openSet(i.tenant, s.Name)
	if err != nil {
		return err
	}
	i.sets[s.Name] = set
	for name, value := range s.Numbers {
		if err := i.add(`INSERT INTO tallies (set_id, name, value) VALUES (?, ?, ?)`, set.id, name, value); err != nil {
			return err
		}
	}
	return nil
}

func (i importer) entry(e *storage.EntryRecord) error {
	set, ok := i.sets[e.Set]
	if !ok {
		var err error
		if set, err = i.w.openSet(i.tenant, e.Set); err != nil {
			return err
		}
		i.sets[e.Set] = set
	}
	if set.id == 0 {
		return errors.New("its set is not there")
	}
	if e.Seq > set.last {
		return fmt.Errorf("its number is %d, but its set has given out %d", e.Seq, set.last)
	}
	err := i.add(`INSERT INTO entries (set_id, key, seq, at, body) VALUES (?, ?, ?, ?, ?)`,
		set.id, e.Key, e.Seq, micros(e.At), blob(e.Body))
	if err != nil {
		return err
	}
	set.entries++
	set.keys.add(e.Key)
	return nil
}

func (i importer) job(j *storage.Job) error {
	return i.add(`INSERT INTO jobs (tenant, part, key, kind, due, body, attempts, token) VALUES (?, ?, ?, ?, ?, ?, ?, '')`,
		string(i.tenant), i.tenant.Partition(), j.Key, j.Kind, micros(j.Due), blob(j.Body), j.Attempts)
}

func (i importer) effect(e *storage.Effect) error {
	var tried any
	if !e.Tried.IsZero() {
		tried = micros(e.Tried)
	}
	i.w.lanePos++
	return i.add(`INSERT INTO effects (tenant, part, key, lane, pos, head, priority, due, body, attempts, tried, token)
		VALUES (?1, ?2, ?3, ?4, ?5, NOT EXISTS (SELECT 1 FROM effects WHERE tenant = ?1 AND lane = ?4), ?6, ?7, ?8, ?9, ?10, '')`,
		string(i.tenant), i.tenant.Partition(), e.Key, e.Lane, i.w.lanePos, e.Priority, micros(e.Due), blob(e.Body), e.Attempts, tried)
}

func (i importer) log(l *storage.LogLine) error {
	return i.add(`INSERT INTO log (tenant, n, at, actor, action, target, body) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		string(i.tenant), l.N, micros(l.At), l.Actor, l.Action, l.Target, blob(l.Body))
}

func (i importer) counter(c *storage.Counter) error {
	return i.add(`INSERT INTO counters (tenant, name, hour, key, value) VALUES (?, ?, ?, ?, ?)`,
		string(i.tenant), c.Name, storage.Hours(c.Hour), c.Key, c.Value)
}

func (i importer) once(o *storage.OnceRecord) error {
	return i.add(`INSERT INTO once (tenant, key, until) VALUES (?, ?, ?)`, string(i.tenant), o.Key, micros(o.Until))
}
