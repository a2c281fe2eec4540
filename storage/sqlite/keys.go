package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"slices"

	"animo/storage"
)

// The keys of a set are packed in chunks: for each key one byte with its
// length and then its bytes, in order. A chunk fits into one page of the
// file beside its own first key, so that adding an entry writes one page
// more, while a draw over a million entries reads ten thousand rows and not
// a million.
const (
	maxChunk  = 3800 // bytes; a page has 4096
	fillChunk = maxChunk * 3 / 4
	maxKeys   = 100_000
	// smallSet is the number of keys beyond which EntryKeys makes room for a
	// full page at once.
	smallSet = 1000
)

// EntryKeys reads the keys of a set in order.
func (s *Store) EntryKeys(ctx context.Context, t storage.Tenant, set, after string, limit int) ([]string, error) {
	if err := limited(limit, maxKeys); err != nil {
		return nil, err
	}
	var keys []string
	err := s.each(ctx, func(row scanner) error {
		var chunk string
		if err := row.Scan(&chunk); err != nil {
			return err
		}
		if keys = unpack(keys, chunk, after, limit); len(keys) == limit {
			return errEnough
		}
		if len(keys) > smallSet {
			keys = slices.Grow(keys, limit-len(keys))
		}
		return nil
	}, `WITH s (id) AS (SELECT id FROM sets WHERE tenant = ? AND name = ?)
		SELECT keys FROM chunks WHERE set_id = (SELECT id FROM s) AND first >= coalesce(
			(SELECT first FROM chunks WHERE set_id = (SELECT id FROM s) AND first <= ? ORDER BY first DESC LIMIT 1), '')
		ORDER BY first`, string(t), set, after)
	return keys, err
}

// unpack appends the keys of a chunk that come after the given one, until
// there are limit. They share the chunk's memory.
func unpack(keys []string, chunk, after string, limit int) []string {
	for len(chunk) > 0 && len(keys) < limit {
		end := 1 + int(chunk[0])
		if key := chunk[1:end]; len(keys) > 0 || key > after {
			keys = append(keys, key)
		}
		chunk = chunk[end:]
	}
	return keys
}

// keyChanges says of each key that came or went whether it is there now.
type keyChanges map[string]bool

func (k keyChanges) add(key string) {
	if _, back := k[key]; back {
		delete(k, key)
		return
	}
	k[key] = true
}

func (k keyChanges) remove(key string) {
	if _, gone := k[key]; gone {
		delete(k, key)
		return
	}
	k[key] = false
}

// changeKeys brings the chunks of a set up to date.
func (w *writer) changeKeys(set int64, changes keyChanges) error {
	keys := make([]string, 0, len(changes))
	for k := range changes {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	for len(keys) > 0 {
		c, err := w.chunkOf(set, keys[0])
		if err != nil {
			return err
		}
		run, err := w.runOf(c, keys)
		if err != nil {
			return err
		}
		if err := w.putChunk(c, c.merge(run, changes)); err != nil {
			return err
		}
		keys = keys[len(run):]
	}
	return nil
}

// chunk is a row of chunks; its id is 0 if it is not in the file yet.
type chunk struct {
	id, set int64
	first   string
	keys    string
}

func (w *writer) chunkOf(set int64, key string) (chunk, error) {
	c := chunk{set: set}
	err := w.row(`SELECT id, first, keys FROM chunks WHERE set_id = ? AND first <= ? ORDER BY first DESC LIMIT 1`,
		set, key).Scan(&c.id, &c.first, &c.keys)
	if errors.Is(err, sql.ErrNoRows) {
		return c, nil // the first chunk of a set begins at ""
	}
	return c, err
}

// runOf returns those of the sorted keys that belong to c, as the first does.
func (w *writer) runOf(c chunk, keys []string) ([]string, error) {
	if len(keys) == 1 {
		return keys, nil
	}
	var next string
	err := w.row(`SELECT first FROM chunks WHERE set_id = ? AND first > ? ORDER BY first LIMIT 1`, c.set, c.first).Scan(&next)
	if errors.Is(err, sql.ErrNoRows) {
		return keys, nil
	}
	n, _ := slices.BinarySearch(keys, next)
	return keys[:n], err
}

// merge returns the chunk's keys with the changes of run, which is sorted.
func (c chunk) merge(run []string, changes keyChanges) []string {
	old := unpack(nil, c.keys, "", len(c.keys))
	keys := make([]string, 0, len(old)+len(run))
	for len(old) > 0 || len(run) > 0 {
		if len(run) == 0 || len(old) > 0 && old[0] < run[0] {
			keys, old = append(keys, old[0]), old[1:]
			continue
		}
		if len(old) > 0 && old[0] == run[0] {
			old = old[1:]
		}
		if changes[run[0]] {
			keys = append(keys, run[0])
		}
		run = run[1:]
	}
	return keys
}

// putChunk writes the keys of c, in several chunks if they are too many for
// one.
func (w *writer) putChunk(c chunk, keys []string) error {
	size := 0
	for _, k := range keys {
		size += 1 + len(k)
	}
	pieces := 1
	if size > maxChunk {
		pieces = size/fillChunk + 1
	}
	fill := size/pieces + 1
	for len(keys) > 0 || c.id != 0 {
		var packed []byte
		n := 0
		for ; n < len(keys) && len(packed) < fill; n++ {
			packed = append(append(packed, byte(len(keys[n]))), keys[n]...)
		}
		if err := w.writeChunk(c, packed); err != nil {
			return err
		}
		if keys = keys[n:]; len(keys) == 0 {
			return nil
		}
		c = chunk{set: c.set, first: keys[0]}
	}
	return nil
}

func (w *writer) writeChunk(c chunk, packed []byte) error {
	switch {
	case c.id == 0:
		return w.exec(`INSERT INTO chunks (set_id, first, keys) VALUES (?, ?, ?)`, c.set, c.first, packed)
	case len(packed) == 0:
		return w.exec(`DELETE FROM chunks WHERE id = ?`, c.id)
	}
	return w.exec(`UPDATE chunks SET keys = ? WHERE id = ?`, packed, c.id)
}
