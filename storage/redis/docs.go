package redis

import (
	"context"
	"fmt"

	"animo/storage"
)

const maxList = 1000

// Get reads a document; storage.ErrNotFound if there is none.
func (s *Store) Get(ctx context.Context, t storage.Tenant, kind, id string) (storage.Doc, error) {
	read := plain("HMGET", s.spaceOf(t).doc(t, kind, id), "v", "i", "b")
	if err := s.do(ctx, read); err != nil {
		return storage.Doc{}, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	return docOf(kind, append([]any{id}, read.list()...))
}

// docOf reads {id, version, index, body}.
func docOf(kind string, row any) (storage.Doc, error) {
	v, err := fields(row, 4)
	if err != nil {
		return storage.Doc{}, err
	}
	if v[1] == nil {
		return storage.Doc{}, storage.ErrNotFound
	}
	return storage.Doc{
		Kind: kind, ID: textOf(v[0]), Version: intOf(v[1]), Index: unsortable(textOf(v[2])), Body: bodyOf(v[3]),
	}, nil
}

// List reads documents by index. Those without an index come before all
// others in the sorted set, and begin with two NUL bytes as no others do.
func (s *Store) List(ctx context.Context, t storage.Tenant, q storage.ListQuery) ([]storage.Doc, error) {
	if err := limited(q.Limit, maxList); err != nil {
		return nil, err
	}
	sp := s.spaceOf(t)
	least, most := "[\x00\x01", "+"
	if prefix := sortable(q.Prefix); prefix != "" {
		least, most = "["+prefix, beyond(prefix)
	}
	if q.After != nil {
		if after := "(" + sortable(q.After.Index) + partEnd + q.After.ID; after[1:] >= least[1:] {
			least = after
		}
	}
	read := scripted(s.scripts.list, []string{sp.docs(t, q.Kind)}, sp.doc(t, q.Kind, ""), least, most, q.Limit)
	if err := s.do(ctx, read); err != nil {
		return nil, fmt.Errorf("list %s: %w", q.Kind, err)
	}
	var docs []storage.Doc
	for _, row := range read.list() {
		d, err := docOf(q.Kind, row)
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", q.Kind, err)
		}
		docs = append(docs, d)
	}
	return docs, nil
}

// beyond is the upper bound of all that begin with prefix.
func beyond(prefix string) string {
	b := []byte(prefix)
	for len(b) > 0 && b[len(b)-1] == 0xff {
		b = b[:len(b)-1]
	}
	if len(b) == 0 {
		return "+"
	}
	b[len(b)-1]++
	return "(" + string(b)
}
