package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"animo/storage"
)

const maxEntries = 10_000

// Entry reads one entry of a set; storage.ErrNotFound if there is none.
func (s *Store) Entry(ctx context.Context, t storage.Tenant, set, key string) (storage.Entry, error) {
	e := storage.Entry{Key: key}
	var at int64
	err := s.row(ctx, []any{&e.Seq, &at, (*[]byte)(&e.Body)}, `SELECT seq, at, body FROM entries
		WHERE set_id = (SELECT id FROM sets WHERE tenant = ? AND name = ?) AND key = ?`, string(t), set, key)
	if err != nil {
		return storage.Entry{}, err
	}
	e.At = moment(at)
	return e, nil
}

// Entries reads entries of a set in order of key.
func (s *Store) Entries(ctx context.Context, t storage.Tenant, set, after string, limit int) ([]storage.Entry, error) {
	if err := limited(limit, maxEntries); err != nil {
		return nil, err
	}
	var entries []storage.Entry
	err := s.each(ctx, func(row scanner) error {
		var e storage.Entry
		var at int64
		err := row.Scan(&e.Key, &e.Seq, &at, (*[]byte)(&e.Body))
		e.At = moment(at)
		entries = append(entries, e)
		return err
	}, `SELECT key, seq, at, body FROM entries
		WHERE set_id = (SELECT id FROM sets WHERE tenant = ? AND name = ?) AND key > ?
		ORDER BY key LIMIT ?`, string(t), set, after, limit)
	return entries, err
}

// openSet is a set while a Change is applied to it.
type openSet struct {
	id, entries, last int64
	keys              keyChanges
}

func (w *writer) openSet(t storage.Tenant, name string) (*openSet, error) {
	s := &openSet{keys: keyChanges{}}
	err := w.row(`SELECT id, entries, last_seq FROM sets WHERE tenant = ? AND name = ?`, string(t), name).
		Scan(&s.id, &s.entries, &s.last)
	if errors.Is(err, sql.ErrNoRows) {
		return s, nil
	}
	return s, err
}

// makeSet brings a set into being that does not exist yet.
func (w *writer) makeSet(s *openSet, t storage.Tenant, name string) error {
	if s.id != 0 {
		return nil
	}
	return w.row(`INSERT INTO sets (tenant, name, entries, last_seq) VALUES (?, ?, 0, 0) RETURNING id`,
		string(t), name).Scan(&s.id)
}

func (w *writer) putEntries(t storage.Tenant, puts []storage.EntryPut) ([]int64, error) {
	if len(puts) == 0 {
		return nil, nil
	}
	seqs := make([]int64, len(puts))
	sets := map[string]*openSet{}
	for i, p := range puts {
		set, ok := sets[p.Set]
		if !ok {
			var err error
			if set, err = w.openSet(t, p.Set); err != nil {
				return nil, err
			}
			sets[p.Set] = set
		}
		var err error
		if seqs[i], err = w.putEntry(t, set, p); err != nil {
			return nil, err
		}
	}
	for _, set := range sets {
		if err := w.closeSet(set); err != nil {
			return nil, err
		}
	}
	return seqs, nil
}

// closeSet writes what entries have made of their set.
func (w *writer) closeSet(s *openSet) error {
	if len(s.keys) == 0 {
		return nil
	}
	if err := w.exec(`UPDATE sets SET entries = ?, last_seq = ? WHERE id = ?`, s.entries, s.last, s.id); err != nil {
		return err
	}
	return w.changeKeys(s.id, s.keys)
}

func (w *writer) putEntry(t storage.Tenant, set *openSet, p storage.EntryPut) (int64, error) {
	var seq int64
	err := w.row(`SELECT seq FROM entries WHERE set_id = ? AND key = ?`, set.id, p.Key).Scan(&seq)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	there := err == nil
	if p.Expect == storage.ExpectAbsent && there || p.Expect == storage.ExpectPresent && !there {
		return 0, fmt.Errorf("entry %s of %s is not as expected: %w", p.Key, p.Set, storage.ErrConflict)
	}
	switch {
	case p.Delete && there:
		return 0, w.removeEntry(set, p.Key)
	case p.Delete:
		return 0, nil
	case there:
		return seq, w.exec(`UPDATE entries SET body = ? WHERE set_id = ? AND key = ?`, blob(p.Body), set.id, p.Key)
	}
	if err := w.makeSet(set, t, p.Set); err != nil {
		return 0, err
	}
	return w.addEntry(set, p)
}

func (w *writer) addEntry(set *openSet, p storage.EntryPut) (int64, error) {
	set.entries++
	set.last++
	set.keys.add(p.Key)
	return set.last, w.exec(`INSERT INTO entries (set_id, key, seq, at, body) VALUES (?, ?, ?, ?, ?)`,
		set.id, p.Key, set.last, micros(p.At), blob(p.Body))
}

func (w *writer) removeEntry(set *openSet, key string) error {
	set.entries--
	set.keys.remove(key)
	return w.exec(`DELETE FROM entries WHERE set_id = ? AND key = ?`, set.id, key)
}
