package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"

	"animo/storage"
)

// Export hands over all that a tenant owns as it was at one instant, though
// others write meanwhile: first its documents, then its sets, each before
// its entries, then jobs, effects in the order of their lanes, the log,
// counters and first-time keys.
//
// A job or an effect that is held comes without its lease, as Open finds it
// after its owner has died: its Attempts and Tried say that somebody was at
// it. An effect that was put again meanwhile comes with what it is to say
// then, at the earlier of the two times, and it too keeps Attempts and Tried:
// its last words may have been said already, and who carries it out next
// looks before it speaks.
func (s *Store) Export(ctx context.Context, t storage.Tenant) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		tx, err := s.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
		if err == nil {
			defer func() { _ = tx.Rollback() }()
			err = export(ctx, tx, t, yield)
		}
		handOver(ctx, err, yield)
	}
}

// handOver gives the receiver of records the error that ended them, unless
// they are complete or the receiver wanted no more.
func handOver(ctx context.Context, err error, yield func(storage.Record, error) bool) {
	if err != nil && !errors.Is(err, errEnough) {
		yield(storage.Record{}, readError(ctx, err))
	}
}

// exporter reads a tenant within one transaction.
type exporter struct {
	tx     *sql.Tx
	tenant storage.Tenant
	yield  func(storage.Record, error) bool
}

func export(ctx context.Context, tx *sql.Tx, t storage.Tenant, yield func(storage.Record, error) bool) error {
	e := exporter{tx, t, yield}
	for _, step := range []func(context.Context) error{e.docs, e.sets, e.jobs, e.effects, e.log, e.counters, e.once} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// give hands over one record; err is why it could not be read.
func (e exporter) give(r storage.Record, err error) error {
	if err != nil {
		return err
	}
	if !e.yield(r, nil) {
		return errEnough
	}
	return nil
}

// rows hands each row to scan until it returns an error.
func (e exporter) rows(ctx context.Context, scan func(scanner) error, text string, args ...any) error {
	return eachRow(ctx, e.tx, scan, text, args...)
}

func eachRow(ctx context.Context, tx *sql.Tx, scan func(scanner) error, text string, args ...any) error {
	rows, err := tx.QueryContext(ctx, text, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (e exporter) docs(ctx context.Context) error {
	return e.rows(ctx, func(row scanner) error {
		var d storage.Doc
		err := row.Scan(&d.Kind, &d.ID, &d.Version, &d.Index, (*[]byte)(&d.Body))
		return e.give(storage.Record{Doc: &d}, err)
	}, `SELECT kind, name, version, idx, body FROM docs WHERE tenant = ? ORDER BY kind, name`, string(e.tenant))
}

func (e exporter) sets(ctx context.Context) error {
	for from := ""; ; {
		var id int64
		var set storage.SetRecord
		var numbers []byte
		err := e.tx.QueryRowContext(ctx, `SELECT id, name, last_seq,
				(SELECT json_group_object(name, value) FROM tallies WHERE set_id = sets.id)
			FROM sets WHERE tenant = ? AND name >= ? ORDER BY name LIMIT 1`, string(e.tenant), from).
			Scan(&id, &set.Name, &set.Last, &numbers)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		if err == nil {
			err = json.Unmarshal(numbers, &set.Numbers)
		}
		if len(set.Numbers) == 0 {
			set.Numbers = nil
		}
		if err := e.give(storage.Record{Set: &set}, err); err != nil {
			return err
		}
		if err := e.entries(ctx, id, set.Name); err != nil {
			return fmt.Errorf("set %s: %w", set.Name, err)
		}
		from = set.Name + "\x00" // the least text after it
	}
}

func (e exporter) entries(ctx context.Context, id int64, set string) error {
	return e.rows(ctx, func(row scanner) error {
		r := storage.EntryRecord{Set: set}
		var at int64
		err := row.Scan(&r.Key, &r.Seq, &at, (*[]byte)(&r.Body))
		r.At = moment(at)
		return e.give(storage.Record{Entry: &r}, err)
	}, `SELECT key, seq, at, body FROM entries WHERE set_id = ? ORDER BY key`, id)
}

func (e exporter) jobs(ctx context.Context) error {
	return e.rows(ctx, func(row scanner) error {
		j := storage.Job{Tenant: e.tenant}
		var due int64
		err := row.Scan(&j.Key, &j.Kind, &due, (*[]byte)(&j.Body), &j.Attempts)
		j.Due = moment(due)
		return e.give(storage.Record{Job: &j}, err)
	}, `SELECT key, kind, due, body, attempts FROM jobs WHERE tenant = ? ORDER BY key`, string(e.tenant))
}

func (e exporter) effects(ctx context.Context) error {
	return e.rows(ctx, func(row scanner) error {
		r := storage.Effect{Tenant: e.tenant}
		var due int64
		var tried sql.NullInt64
		err := row.Scan(&r.Key, &r.Lane, &r.Priority, &due, (*[]byte)(&r.Body), &r.Attempts, &tried)
		r.Due = moment(due)
		if tried.Valid {
			r.Tried = moment(tried.Int64)
		}
		return e.give(storage.Record{Effect: &r}, err)
	}, `SELECT key, lane, priority, min(due, coalesce(again_due, due)), body, attempts, tried
		FROM effects WHERE tenant = ? ORDER BY lane, pos`, string(e.tenant))
}

func (e exporter) log(ctx context.Context) error {
	return e.rows(ctx, func(row scanner) error {
		var l storage.LogLine
		var at int64
		err := row.Scan(&l.N, &at, &l.Actor, &l.Action, &l.Target, (*[]byte)(&l.Body))
		l.At = moment(at)
		return e.give(storage.Record{Log: &l}, err)
	}, `SELECT n, at, actor, action, target, body FROM log WHERE tenant = ? ORDER BY n`, string(e.tenant))
}

func (e exporter) counters(ctx context.Context) error {
	return e.rows(ctx, func(row scanner) error {
		var c storage.Counter
		var hour int64
		err := row.Scan(&c.Name, &hour, &c.Key, &c.Value)
		c.Hour = storage.HourTime(hour)
		return e.give(storage.Record{Counter: &c}, err)
	}, `SELECT name, hour, key, value FROM counters WHERE tenant = ? ORDER BY name, hour, key`, string(e.tenant))
}

func (e exporter) once(ctx context.Context) error {
	return e.rows(ctx, func(row scanner) error {
		var o storage.OnceRecord
		var until int64
		err := row.Scan(&o.Key, &until)
		o.Until = moment(until)
		return e.give(storage.Record{Once: &o}, err)
	}, `SELECT key, until FROM once WHERE tenant = ? ORDER BY key`, string(e.tenant))
}
