package backup

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"time"

	"animo/storage"
)

// Source is what Write reads: a storage.Store, or a snapshot of one.
type Source interface {
	Tenants(ctx context.Context) ([]storage.Tenant, error)
	Export(ctx context.Context, t storage.Tenant) iter.Seq2[storage.Record, error]
}

// Progress says how far a long work has come.
type Progress struct {
	Tenant  storage.Tenant // at work on
	Done    int            // tenants done
	Of      int            // tenants in all; 0 if it is not known
	Records int64          // records done, of all tenants
}

// WriteOptions say how a backup is made.
type WriteOptions struct {
	Passphrase string    // encrypts the file unless it is empty
	MadeAt     time.Time // the time now
	Program    string    // the version of animo
	Store      string    // the driver that is read, such as "sqlite"
	// Leave says which documents stay behind; nil means none.
	Leave func(t storage.Tenant, kind string) bool
	// Progress is called at every record, if it is set, and should be quick.
	Progress func(Progress)

	work int // age's work factor, 0 for age's own
}

// Write writes all that s holds to w as one file and says what that was.
// What it has written is of no use unless it returns without an error. A
// store that was restored in part is ErrUnfinished.
func Write(ctx context.Context, w io.Writer, s Source, o WriteOptions) (Summary, error) {
	sealed, err := seal(w, o.Passphrase, o.work)
	if err != nil {
		return Summary{}, err
	}
	b := &backupWriter{
		options: o, source: s, to: sealed, summer: newSummer(),
		summary: Summary{
			Header:    Header{Version: version, ID: rand.Text(), MadeAt: o.MadeAt.UTC().Truncate(time.Second), Program: o.Program, Store: o.Store},
			Encrypted: o.Passphrase != "",
		},
	}
	if err := b.all(ctx); err != nil {
		return Summary{}, err
	}
	if err := sealed.Close(); err != nil {
		return Summary{}, fmt.Errorf("write the backup: %w", err)
	}
	return b.summary, nil
}

type backupWriter struct {
	options  WriteOptions
	source   Source
	to       io.Writer
	summer   *summer
	summary  Summary
	progress Progress
	last     int64 // the number that the set at hand gave out last
}

// all writes System first: it leads to the others, and where the store is
// written meanwhile a community that nothing leads to does less harm than a
// way that leads nowhere.
func (b *backupWriter) all(ctx context.Context) error {
	if err := b.line(line{Header: &b.summary.Header}); err != nil {
		return err
	}
	if err := b.tenant(ctx, storage.System); err != nil {
		return err
	}
	tenants, err := b.source.Tenants(ctx)
	if err != nil {
		return fmt.Errorf("list the communities: %w", err)
	}
	b.progress.Of = len(tenants)
	for _, t := range tenants {
		if t == storage.System {
			continue
		}
		if err := b.tenant(ctx, t); err != nil {
			return err
		}
	}
	return b.line(line{Total: &total{b.summary.tenants, b.summary.Sums}})
}

func (b *backupWriter) tenant(ctx context.Context, t storage.Tenant) error {
	b.summer.reset()
	b.progress.Tenant = t
	for r, err := range b.source.Export(ctx, t) {
		if err == nil {
			err = b.record(t, r)
		}
		if err != nil {
			return fmt.Errorf("back up %s: %w", t, err)
		}
	}
	if b.summer.sums.Records() == 0 {
		return nil
	}
	sums := b.summer.sums
	b.summary.add(t, sums)
	b.progress.Done++
	return b.line(line{End: t, Sums: &sums})
}

func (b *backupWriter) record(t storage.Tenant, r storage.Record) error {
	if isBookmark(t, r) {
		return ErrUnfinished
	}
	if b.stays(t, r) {
		return nil
	}
	if b.summer.sums == (Sums{}) {
		if err := b.line(line{Begin: t}); err != nil {
			return err
		}
	}
	text, err := b.summer.take(fromStore(r))
	if err == nil {
		_, err = b.to.Write(text)
	}
	if b.progress.Records++; b.options.Progress != nil {
		b.options.Progress(b.progress)
	}
	return err
}

// stays says whether a record is left out. Of a set that was written
// meanwhile these are the entries that came after it was read: with them the
// set would give their numbers once more.
func (b *backupWriter) stays(t storage.Tenant, r storage.Record) bool {
	switch {
	case r.Doc != nil:
		return b.options.Leave != nil && b.options.Leave(t, r.Doc.Kind)
	case r.Set != nil:
		b.last = r.Set.Last
	case r.Entry != nil:
		return r.Entry.Seq > b.last
	}
	return false
}

func (b *backupWriter) line(l line) error {
	text, err := json.Marshal(l)
	if err == nil {
		_, err = b.to.Write(append(text, '\n'))
	}
	if err != nil {
		return fmt.Errorf("write the backup: %w", err)
	}
	return nil
}
