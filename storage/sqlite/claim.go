package sqlite

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"time"

	"animo/storage"
)

// among is a condition on the column part, and its argument if it has one.
type among struct {
	text string
	args []any
}

// partitions makes the condition; nil means all.
func partitions(parts []int) (among, error) {
	if parts == nil {
		return among{}, nil
	}
	list, err := json.Marshal(parts)
	if err != nil {
		return among{}, err
	}
	return among{` AND part IN (SELECT value FROM json_each(?))`, []any{string(list)}}, nil
}

// lease is what all that is leased by one claim has in common.
type lease struct {
	now, until int64
	token      string
	parts      among
}

func newLease(c storage.Claim) (lease, error) {
	parts, err := partitions(c.Partitions)
	return lease{now: micros(c.Now), until: micros(c.Now.Add(c.For)), token: rand.Text(), parts: parts}, err
}

// NextDue returns when the next job and the next effect that nobody holds
// are due; zero if there is none. Of effects only the first of each lane
// counts, since the others cannot go out before it.
func (s *Store) NextDue(ctx context.Context, parts []int) (job, effect time.Time, err error) {
	only, err := partitions(parts)
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	job, err = s.due(ctx, `SELECT due FROM jobs WHERE held_until IS NULL`+only.text+` ORDER BY due LIMIT 1`, only.args)
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	// One look for each priority, of which there are few: effects_ready is
	// in order of due within a priority only.
	effect, err = s.due(ctx, `WITH RECURSIVE p (n) AS (
			SELECT min(priority) FROM effects WHERE head = 1 AND held_until IS NULL
			UNION ALL
			SELECT (SELECT min(priority) FROM effects WHERE head = 1 AND held_until IS NULL AND priority > p.n)
			FROM p WHERE p.n IS NOT NULL),
		d (due) AS (
			SELECT (SELECT due FROM effects WHERE head = 1 AND held_until IS NULL AND priority = p.n`+only.text+`
				ORDER BY due LIMIT 1) FROM p)
		SELECT due FROM d WHERE due IS NOT NULL ORDER BY due LIMIT 1`, only.args)
	return job, effect, err
}

func (s *Store) due(ctx context.Context, text string, args []any) (time.Time, error) {
	var due int64
	err := s.row(ctx, []any{&due}, text, args...)
	if errors.Is(err, storage.ErrNotFound) {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return moment(due), nil
}

// Free ends the leases of jobs and effects.
func (s *Store) Free(ctx context.Context, parts []int) error {
	only, err := partitions(parts)
	if err != nil {
		return err
	}
	return s.do(ctx, false, func(w *writer) error { return w.freeLeases(only) })
}

func (w *writer) freeLeases(only among) error {
	for _, text := range []string{
		`UPDATE jobs SET held_until = NULL, token = '' WHERE held_until IS NOT NULL`,
		`UPDATE effects SET held_until = NULL, token = '', due = min(due, coalesce(again_due, due)),
			again_due = NULL, again_pos = NULL WHERE held_until IS NOT NULL`,
	} {
		if err := w.exec(text+only.text, only.args...); err != nil {
			return err
		}
	}
	return nil
}

// freeAll frees the leases of a dead process.
func (w *writer) freeAll() error {
	if err := w.freeLeases(among{}); err != nil {
		return err
	}
	return w.exec(`UPDATE leases SET owner = '' WHERE owner <> ''`)
}
