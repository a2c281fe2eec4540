package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"animo/storage"
)

const maxKey = 200

// Commit applies a change; see the package's comment for the order in which
// its parts take effect.
func (s *Store) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	if err := valid(t, c); err != nil {
		return storage.Receipt{}, err
	}
	var r storage.Receipt
	err := s.do(ctx, c.Loose, func(w *writer) error {
		var err error
		r.Seqs, err = w.apply(t, c)
		w.scrub = w.scrub || err == nil && c.Scrub
		return err
	})
	if err != nil {
		return storage.Receipt{}, err
	}
	return r, nil
}

func (w *writer) apply(t storage.Tenant, c storage.Change) (seqs []int64, err error) {
	steps := []func() error{
		func() error { return w.fenced(c.Fence) },
		func() error { return w.onlyOnce(t, c.Once, c.Now) },
		func() error { return w.checks(t, c.Checks) },
		func() error { return w.know(t) },
		func() error { return w.putDocs(t, c.Docs) },
		func() error { seqs, err = w.putEntries(t, c.Entries); return err },
		func() error { return w.addTallies(t, c.Tallies) },
		func() error { return w.changeJobs(t, c) },
		func() error { return w.changeEffects(t, c) },
		func() error { return w.appendLog(t, c.Log) },
		func() error { return w.count(t, c.Counts) },
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	return seqs, nil
}

// know remembers the tenant for Tenants.
func (w *writer) know(t storage.Tenant) error {
	return w.exec(`INSERT OR IGNORE INTO tenants (name) VALUES (?)`, string(t))
}

func (w *writer) fenced(f *storage.Fence) error {
	if f == nil {
		return nil
	}
	var token int64
	err := w.row(`SELECT token FROM leases WHERE name = ?`, f.Lease).Scan(&token)
	if errors.Is(err, sql.ErrNoRows) || err == nil && token != f.Token {
		return storage.ErrFenced
	}
	return err
}

// valid refuses what could not be kept, before it waits for its turn.
func valid(t storage.Tenant, c storage.Change) error {
	if t == "" {
		return errors.New("the tenant is empty")
	}
	if c.Once != nil && c.Now.IsZero() {
		return errors.New("a change that may be committed once only needs the time")
	}
	for _, e := range c.Entries {
		if e.Key == "" || len(e.Key) > maxKey {
			return fmt.Errorf("the key of an entry has %d bytes, not 1 to %d", len(e.Key), maxKey)
		}
	}
	for _, e := range c.Effects {
		if e.Lane == "" {
			return fmt.Errorf("effect %s has no lane", e.Key)
		}
	}
	return validBodies(c)
}

func validBodies(c storage.Change) error {
	for _, d := range c.Docs {
		if err := validBody(d.Kind, d.ID, d.Body); err != nil {
			return err
		}
	}
	for _, e := range c.Entries {
		if err := validBody("entry", e.Key, e.Body); err != nil {
			return err
		}
	}
	for _, j := range c.Jobs {
		if err := validBody("job", j.Key, j.Body); err != nil {
			return err
		}
	}
	for _, e := range c.Effects {
		if err := validBody("effect", e.Key, e.Body); err != nil {
			return err
		}
	}
	for _, l := range c.Log {
		if err := validBody("log line", l.Action, l.Body); err != nil {
			return err
		}
	}
	return nil
}

func validBody(what, key string, body json.RawMessage) error {
	if len(body) > storage.MaxBody {
		return fmt.Errorf("%s %s: body of %d bytes: %w", what, key, len(body), storage.ErrTooLarge)
	}
	return nil
}
