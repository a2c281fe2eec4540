package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"animo/storage"
)

// ErrUnfinished says that a restore into the store ended too early.
var ErrUnfinished = errors.New("a restore into this store is not finished")

// The bookmark is this document of storage.System.
const (
	bookmarkKind = "restore"
	bookmarkID   = "unfinished"
)

// bookmark stands in a store while a backup is loaded into it.
type bookmark struct {
	Backup string         `json:"backup"` // Header.ID
	MadeAt time.Time      `json:"made_at"`
	At     storage.Tenant `json:"at"`     // which tenant is being loaded; those before it in the file are done
	Into   bool           `json:"into"`   // ReadOptions.IntoExisting
	Beside bool           `json:"beside"` // storage.System owned something before

	version int64
	resumed bool
}

// Unfinished returns an error that wraps ErrUnfinished if a Read into s ended
// too early: a bot should not run on what it left.
func Unfinished(ctx context.Context, s storage.Store) error {
	b, err := findBookmark(ctx, s)
	if err != nil {
		return err
	}
	if b.unfinished() {
		return b.err()
	}
	return nil
}

func (b bookmark) unfinished() bool { return b.version > 0 }

func (b bookmark) err() error {
	return fmt.Errorf("%w: it was of the backup made at %s", ErrUnfinished, stamp(b.MadeAt))
}

func findBookmark(ctx context.Context, s storage.Store) (b bookmark, err error) {
	d, err := s.Get(ctx, storage.System, bookmarkKind, bookmarkID)
	if errors.Is(err, storage.ErrNotFound) {
		return bookmark{}, nil
	}
	if err == nil {
		err = json.Unmarshal(d.Body, &b)
	}
	if err != nil {
		return bookmark{}, fmt.Errorf("look for an unfinished restore: %w", err)
	}
	b.version, b.resumed = d.Version, true
	return b, nil
}

// put writes the bookmark for the first time or anew.
func (b *bookmark) put(ctx context.Context, s storage.Store) error {
	body, err := json.Marshal(b)
	if err != nil {
		return err
	}
	return b.commit(ctx, s, storage.DocPut{Body: body})
}

// move notes which tenant is loaded from now on.
func (b *bookmark) move(ctx context.Context, s storage.Store, t storage.Tenant) error {
	next := *b
	next.At = t
	err := next.put(ctx, s)
	b.version = next.version
	return err
}

// remove ends a restore. Where the store's answer is lost, it looks.
func (b *bookmark) remove(ctx context.Context, s storage.Store) error {
	err := b.commit(ctx, s, storage.DocPut{Delete: true})
	if err == nil {
		return nil
	}
	if found, look := findBookmark(ctx, s); look == nil && !found.unfinished() {
		return nil
	}
	return err
}

func (b *bookmark) commit(ctx context.Context, s storage.Store, p storage.DocPut) error {
	p.Kind, p.ID, p.Version = bookmarkKind, bookmarkID, b.version
	_, err := s.Commit(ctx, storage.System, storage.Change{Docs: []storage.DocPut{p}})
	if err != nil {
		return fmt.Errorf("note how far the restore is: %w", err)
	}
	b.version++
	return nil
}

func isBookmark(t storage.Tenant, r storage.Record) bool {
	return t == storage.System && r.Doc != nil && r.Doc.Kind == bookmarkKind && r.Doc.ID == bookmarkID
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
