package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"animo/storage"
)

// purgeStep is how many entries of a dropped set are deleted at a time, so
// that others need not wait for a million of them.
const purgeStep = 2000

// Tally reads the numbers of a set; a set that does not exist has none.
func (s *Store) Tally(ctx context.Context, t storage.Tenant, set string) (storage.Tally, error) {
	tally := storage.Tally{Numbers: map[string]int64{}}
	err := s.each(ctx, func(row scanner) error {
		var name sql.NullString
		var value sql.NullInt64
		if err := row.Scan(&tally.Entries, &name, &value); err != nil {
			return err
		}
		if name.Valid {
			tally.Numbers[name.String] = value.Int64
		}
		return nil
	}, `SELECT s.entries, n.name, n.value FROM sets s LEFT JOIN tallies n ON n.set_id = s.id
		WHERE s.tenant = ? AND s.name = ?`, string(t), set)
	if err != nil {
		return storage.Tally{}, err
	}
	return tally, nil
}

func (w *writer) addTallies(t storage.Tenant, adds []storage.TallyAdd) error {
	for _, a := range adds {
		set, err := w.openSet(t, a.Set)
		if err != nil {
			return err
		}
		if err := w.makeSet(set, t, a.Set); err != nil {
			return err
		}
		err = w.exec(`INSERT INTO tallies (set_id, name, value) VALUES (?, ?, ?)
			ON CONFLICT (set_id, name) DO UPDATE SET value = value + excluded.value`, set.id, a.Name, a.Delta)
		if err != nil {
			return err
		}
	}
	return nil
}

// DropSet deletes a set. It is gone at once; its space is freed piece by
// piece before DropSet returns, or by the next Open.
func (s *Store) DropSet(ctx context.Context, t storage.Tenant, set string) error {
	id, err := s.hide(ctx, t, set)
	if err != nil || id == 0 {
		return err
	}
	return s.purge(ctx, id)
}

// hide takes a set's name away and returns the set, or 0 if there is none.
func (s *Store) hide(ctx context.Context, t storage.Tenant, set string) (id int64, err error) {
	err = s.do(ctx, false, func(w *writer) error {
		err := w.row(`UPDATE sets SET tenant = '', name = 'dropped ' || id WHERE tenant = ? AND name = ? RETURNING id`,
			string(t), set).Scan(&id)
		if errors.Is(err, sql.ErrNoRows) {
			return nil
		}
		return err
	})
	return id, err
}

func (s *Store) purgeDropped(ctx context.Context) error {
	var ids []int64
	err := s.each(ctx, func(row scanner) error {
		var id int64
		err := row.Scan(&id)
		ids = append(ids, id)
		return err
	}, `SELECT id FROM sets WHERE tenant = ''`)
	for _, id := range ids {
		err = errors.Join(err, s.purge(ctx, id))
	}
	return err
}

func (s *Store) purge(ctx context.Context, id int64) error {
	for more := true; more; {
		err := s.do(ctx, true, func(w *writer) (err error) {
			more, err = w.purgeSome(id)
			return err
		})
		if err != nil {
			return fmt.Errorf("free a dropped set: %w", err)
		}
	}
	return nil
}

func (w *writer) purgeSome(id int64) (more bool, err error) {
	n, err := w.affect(`DELETE FROM entries WHERE set_id = ?1 AND key IN
		(SELECT key FROM entries WHERE set_id = ?1 ORDER BY key LIMIT ?2)`, id, purgeStep)
	if err != nil || n == purgeStep {
		return true, err
	}
	for _, text := range []string{
		`DELETE FROM chunks WHERE set_id = ?`,
		`DELETE FROM tallies WHERE set_id = ?`,
		`DELETE FROM sets WHERE id = ?`,
	} {
		if err := w.exec(text, id); err != nil {
			return true, err
		}
	}
	return false, nil
}
