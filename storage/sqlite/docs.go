package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"animo/storage"
)

const maxList = 1000

// Get reads a document; storage.ErrNotFound if there is none.
func (s *Store) Get(ctx context.Context, t storage.Tenant, kind, id string) (storage.Doc, error) {
	d := storage.Doc{Kind: kind, ID: id}
	err := s.row(ctx, []any{&d.Version, &d.Index, (*[]byte)(&d.Body)},
		`SELECT version, idx, body FROM docs WHERE tenant = ? AND kind = ? AND name = ?`, string(t), kind, id)
	if err != nil {
		return storage.Doc{}, err
	}
	return d, nil
}

// List reads documents by index.
func (s *Store) List(ctx context.Context, t storage.Tenant, q storage.ListQuery) ([]storage.Doc, error) {
	if err := limited(q.Limit, maxList); err != nil {
		return nil, err
	}
	// Two texts, since SQLite seeks to only one lower bound.
	from, args := `idx >= ?`, []any{string(t), q.Kind, beyond(q.Prefix), q.Prefix}
	if q.After != nil && q.After.Index >= q.Prefix {
		from, args = `(idx, name) > (?, ?)`, append(args[:3], q.After.Index, q.After.ID)
	}
	var docs []storage.Doc
	err := s.each(ctx, func(row scanner) error {
		d := storage.Doc{Kind: q.Kind}
		err := row.Scan(&d.ID, &d.Version, &d.Index, (*[]byte)(&d.Body))
		docs = append(docs, d)
		return err
	}, `SELECT name, version, idx, body FROM docs
		WHERE tenant = ? AND kind = ? AND idx <> '' AND idx < ? AND `+from+`
		ORDER BY idx, name LIMIT ?`, append(args, q.Limit)...)
	return docs, err
}

// beyond returns the least text after all that begin with prefix. The byte
// 0xff is in no text.
func beyond(prefix string) string {
	b := []byte(prefix)
	for len(b) > 0 && b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return "\xff\xff"
	}
	b[len(b)-1]++
	return string(b)
}

// version is 0 for a document that does not exist.
func (w *writer) version(t storage.Tenant, kind, id string) (v int64, err error) {
	err = w.row(`SELECT version FROM docs WHERE tenant = ? AND kind = ? AND name = ?`, string(t), kind, id).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, nil
	}
	return v, err
}

func (w *writer) checks(t storage.Tenant, checks []storage.DocCheck) error {
	for _, c := range checks {
		v, err := w.version(t, c.Kind, c.ID)
		if err != nil {
			return err
		}
		if v != c.Version {
			return fmt.Errorf("%s %s is at version %d, not %d: %w", c.Kind, c.ID, v, c.Version, storage.ErrConflict)
		}
	}
	return nil
}

func (w *writer) putDocs(t storage.Tenant, puts []storage.DocPut) error {
	for _, p := range puts {
		check := storage.DocCheck{Kind: p.Kind, ID: p.ID, Version: p.Version}
		if err := w.checks(t, []storage.DocCheck{check}); err != nil {
			return err
		}
		if err := w.putDoc(t, p); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) putDoc(t storage.Tenant, p storage.DocPut) error {
	if p.Delete {
		return w.exec(`DELETE FROM docs WHERE tenant = ? AND kind = ? AND name = ?`, string(t), p.Kind, p.ID)
	}
	return w.exec(`INSERT INTO docs (tenant, kind, name, version, idx, body) VALUES (?, ?, ?, 1, ?, ?)
		ON CONFLICT (tenant, kind, name) DO UPDATE
		SET version = version + 1, idx = excluded.idx, body = excluded.body`,
		string(t), p.Kind, p.ID, p.Index, blob(p.Body))
}
