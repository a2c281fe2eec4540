package redis

import (
	"context"
	"fmt"
	"strings"

	"animo/storage"
)

const (
	maxEntries = 10_000
	maxKeys    = 100_000
	// What one command reads, so that no other waits more than about a
	// millisecond for it.
	entryPage = 1000
	keyPage   = 10_000
)

// Entry reads one entry of a set; storage.ErrNotFound if there is none.
func (s *Store) Entry(ctx context.Context, t storage.Tenant, set, key string) (storage.Entry, error) {
	k := sortable(key)
	found, err := s.entriesBetween(ctx, t, set, "["+k+partEnd, "("+k+"\x00\x01", 1)
	if err != nil {
		return storage.Entry{}, err
	}
	if len(found) == 0 {
		return storage.Entry{}, storage.ErrNotFound
	}
	return found[0], nil
}

// Entries reads entries of a set in order of key.
func (s *Store) Entries(ctx context.Context, t storage.Tenant, set, after string, limit int) ([]storage.Entry, error) {
	if err := limited(limit, maxEntries); err != nil {
		return nil, err
	}
	var entries []storage.Entry
	for len(entries) < limit {
		n := min(entryPage, limit-len(entries))
		page, err := s.entriesBetween(ctx, t, set, behind(after), "+", n)
		if err != nil {
			return nil, err
		}
		entries = append(entries, page...)
		if len(page) < n {
			break
		}
		after = page[n-1].Key
	}
	return entries, nil
}

// behind is the lower bound of what comes after a key.
func behind(after string) string {
	if after == "" {
		return "-"
	}
	return "(" + sortable(after) + "\x00\x01"
}

func (s *Store) entriesBetween(ctx context.Context, t storage.Tenant, set, least, most string, limit int) ([]storage.Entry, error) {
	sp := s.spaceOf(t)
	read := scripted(s.scripts.entries, []string{sp.set(t, set)}, string(sp), least, most, limit)
	if err := s.do(ctx, read); err != nil {
		return nil, fmt.Errorf("read entries: %w", err)
	}
	entries := make([]storage.Entry, 0, len(read.list()))
	for _, row := range read.list() {
		v, err := fields(row, 2)
		if err != nil {
			return nil, fmt.Errorf("read entries: %w", err)
		}
		e := entryOf(textOf(v[0]))
		e.Body = bodyOf(v[1])
		entries = append(entries, e)
	}
	return entries, nil
}

// entryOf reads a member of keys.
func entryOf(m string) storage.Entry {
	key, rest := parted(m)
	seq, at, _ := strings.Cut(rest, " ")
	return storage.Entry{Key: key, Seq: intOf(seq), At: moment(at)}
}

// EntryKeys reads the keys of a set in order.
func (s *Store) EntryKeys(ctx context.Context, t storage.Tenant, set, after string, limit int) ([]string, error) {
	if err := limited(limit, maxKeys); err != nil {
		return nil, err
	}
	sp := s.spaceOf(t)
	id := plain("HGET", sp.set(t, set), "id")
	if err := s.do(ctx, id); err != nil || id.cmd.Val() == nil {
		return nil, err
	}
	var keys []string
	for len(keys) < limit {
		n := min(keyPage, limit-len(keys))
		read := plain("ZRANGEBYLEX", sp.one("keys:"+id.text()), behind(after), "+", "LIMIT", 0, n)
		if err := s.do(ctx, read); err != nil {
			return nil, fmt.Errorf("read keys of entries: %w", err)
		}
		for _, m := range read.list() {
			key, _ := parted(textOf(m))
			keys = append(keys, key)
		}
		if len(read.list()) < n {
			break
		}
		after = keys[len(keys)-1]
	}
	return keys, nil
}
