package storage

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
)

const keyPage = 20_000

// AllKeys iterates over the keys of a set in order of key, page by page, so
// that memory does not grow with their number.
func AllKeys(ctx context.Context, s Store, t Tenant, set string) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		after := ""
		for {
			keys, err := s.EntryKeys(ctx, t, set, after, keyPage)
			if err != nil {
				yield("", err)
				return
			}
			for _, k := range keys {
				if !yield(k, nil) {
					return
				}
			}
			if len(keys) < keyPage {
				return
			}
			after = keys[len(keys)-1]
		}
	}
}

const entryPage = 1000

// AllEntries iterates over the entries of a set in order of key, page by page.
func AllEntries(ctx context.Context, s Store, t Tenant, set string) iter.Seq2[Entry, error] {
	return func(yield func(Entry, error) bool) {
		after := ""
		for {
			page, err := s.Entries(ctx, t, set, after, entryPage)
			if err != nil {
				yield(Entry{}, err)
				return
			}
			for _, e := range page {
				if !yield(e, nil) {
					return
				}
			}
			if len(page) < entryPage {
				return
			}
			after = page[len(page)-1].Key
		}
	}
}

// Load reads the document into v and returns its version; ErrNotFound if there
// is none.
func Load(ctx context.Context, s Store, t Tenant, kind, id string, v any) (int64, error) {
	d, err := s.Get(ctx, t, kind, id)
	if err != nil {
		return 0, err
	}
	if err := json.Unmarshal(d.Body, v); err != nil {
		return 0, fmt.Errorf("read %s %s: %w", kind, id, err)
	}
	return d.Version, nil
}

// Put makes the DocPut that writes v as JSON over the version that was read, 0
// if there must be none.
func Put(kind, id string, version int64, index string, v any) (DocPut, error) {
	body, err := json.Marshal(v)
	if err != nil {
		return DocPut{}, fmt.Errorf("write %s %s: %w", kind, id, err)
	}
	return DocPut{Kind: kind, ID: id, Version: version, Index: index, Body: body}, nil
}
