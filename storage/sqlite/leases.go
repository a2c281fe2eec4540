package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"animo/storage"
)

// Acquire takes or renews a lease for owner. An owner keeps its token until
// it releases the lease or another takes it, even past its time.
func (s *Store) Acquire(ctx context.Context, lease, owner string, now time.Time, d time.Duration) (storage.Fence, bool, error) {
	if owner == "" {
		return storage.Fence{}, false, errors.New("the owner of a lease is empty")
	}
	f := storage.Fence{Lease: lease}
	err := s.do(ctx, true, func(w *writer) error {
		return w.row(`INSERT INTO leases (name, owner, token, until) VALUES (?1, ?2, 1, ?3)
			ON CONFLICT (name) DO UPDATE SET
				owner = excluded.owner,
				until = excluded.until,
				token = CASE WHEN owner = excluded.owner THEN token ELSE token + 1 END
			WHERE owner = excluded.owner OR owner = '' OR until <= ?4
			RETURNING token`, lease, owner, micros(now.Add(d)), micros(now)).Scan(&f.Token)
	})
	if errors.Is(err, sql.ErrNoRows) {
		return storage.Fence{}, false, nil
	}
	if err != nil {
		return storage.Fence{}, false, err
	}
	return f, true, nil
}

// Release gives up a lease that owner holds; otherwise it does nothing.
func (s *Store) Release(ctx context.Context, lease, owner string) error {
	return s.do(ctx, true, func(w *writer) error {
		return w.exec(`UPDATE leases SET owner = '' WHERE name = ? AND owner = ?`, lease, owner)
	})
}
