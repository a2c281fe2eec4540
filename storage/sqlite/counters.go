package sqlite

import (
	"cmp"
	"context"
	"slices"

	"animo/storage"
)

// count adds to hourly counters, in the order of the table, in which adding
// costs least.
func (w *writer) count(t storage.Tenant, adds []storage.CounterAdd) error {
	adds = slices.SortedFunc(slices.Values(adds), func(a, b storage.CounterAdd) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), a.Hour.Compare(b.Hour), cmp.Compare(a.Key, b.Key))
	})
	for _, a := range adds {
		err := w.exec(`INSERT INTO counters (tenant, name, hour, key, value) VALUES (?, ?, ?, ?, ?)
			ON CONFLICT (tenant, name, hour, key) DO UPDATE SET value = value + excluded.value`,
			string(t), a.Name, storage.Hours(a.Hour), a.Key, a.Delta)
		if err != nil {
			return err
		}
	}
	return nil
}

// Counters reads counters in order of hour, then key. Those of one key are
// looked up hour by hour, since a community may have counted a thousand
// other keys in each.
func (s *Store) Counters(ctx context.Context, t storage.Tenant, q storage.CounterQuery) ([]storage.Counter, error) {
	text := `SELECT hour, key, value FROM counters
		WHERE tenant = ? AND name = ? AND hour >= ? AND hour < ? ORDER BY hour, key`
	args := []any{string(t), q.Name, storage.HoursUp(q.From), storage.HoursUp(q.To)}
	if q.Key != "" {
		text = `WITH RECURSIVE
			ends (a, z) AS (SELECT
				(SELECT min(hour) FROM counters WHERE tenant = ?1 AND name = ?2 AND hour >= ?3),
				(SELECT max(hour) FROM counters WHERE tenant = ?1 AND name = ?2 AND hour < ?4)),
			h (n) AS (SELECT a FROM ends WHERE a <= z UNION ALL SELECT n + 1 FROM h, ends WHERE n < z)
			SELECT c.hour, c.key, c.value FROM h CROSS JOIN counters c
			WHERE c.tenant = ?1 AND c.name = ?2 AND c.hour = h.n AND c.key = ?5 ORDER BY c.hour`
		args = append(args, q.Key)
	}
	var counters []storage.Counter
	err := s.each(ctx, func(row scanner) error {
		c := storage.Counter{Name: q.Name}
		var hour int64
		err := row.Scan(&hour, &c.Key, &c.Value)
		c.Hour = storage.HourTime(hour)
		counters = append(counters, c)
		return err
	}, text, args...)
	return counters, err
}
