package sqlite

import (
	"context"
	"time"

	"animo/storage"
)

// First says whether key is seen for the first time within its time.
func (s *Store) First(ctx context.Context, t storage.Tenant, o storage.Once, now time.Time) (bool, error) {
	var first bool
	err := s.do(ctx, true, func(w *writer) (err error) {
		first, err = w.first(t, o, now)
		return err
	})
	return first && err == nil, err
}

func (w *writer) onlyOnce(t storage.Tenant, o *storage.Once, now time.Time) error {
	if o == nil {
		return nil
	}
	first, err := w.first(t, *o, now)
	if err == nil && !first {
		return storage.ErrRepeated
	}
	return err
}

// first forgets up to two old keys whenever a key is new, so that the table
// never grows beyond what is to be remembered and no commit has to clear up
// for all the others.
func (w *writer) first(t storage.Tenant, o storage.Once, now time.Time) (bool, error) {
	n, err := w.affect(`INSERT INTO once (tenant, key, until) VALUES (?1, ?2, ?3)
		ON CONFLICT (tenant, key) DO UPDATE SET until = excluded.until WHERE until <= ?4`,
		string(t), o.Key, micros(now.Add(o.For)), micros(now))
	if err != nil || n == 0 {
		return false, err
	}
	return true, w.exec(`DELETE FROM once WHERE id IN (SELECT id FROM once WHERE until <= ? LIMIT 2)`, micros(now))
}
