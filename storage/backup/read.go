package backup

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"animo/storage"
)

// ErrNotEmpty says that the store holds something already.
var ErrNotEmpty = errors.New("the store is not empty")

// A page is what is imported at once.
const (
	pageRecords = 1000
	pageBytes   = 4 << 20
)

// ReadOptions say how a backup is restored.
type ReadOptions struct {
	Passphrase string
	// IntoExisting adds to a store that is not empty the tenants that it does
	// not have. Those that it has are left as they are, every one of them
	// whole; of storage.System, which belongs to the bot, the documents are
	// added that are not there.
	IntoExisting bool
	// Resume goes on where an earlier Read of the same file ended too early,
	// with that one's IntoExisting. If none did it changes nothing.
	Resume bool
	// Progress is called at every record, if it is set, and should be quick.
	Progress func(Progress)
}

// PartError says that a Read ended too early, and what it has left behind.
type PartError struct {
	Whole []storage.Tenant // loaded and compared with the file, now or by the Read that was resumed
	Part  storage.Tenant   // loaded in part, or not compared; "" if there is none
	Err   error
}

// Error lists every tenant that is there.
func (e *PartError) Error() string {
	whole := make([]string, len(e.Whole))
	for i, t := range e.Whole {
		whole[i] = string(t)
	}
	text := "nothing of it is in the store yet"
	if len(whole) > 0 {
		text = "whole in the store: " + strings.Join(whole, ", ")
	}
	if e.Part != "" {
		text += "; in part: " + string(e.Part)
	}
	return fmt.Sprintf("the restore is not finished: %v (%s)", e.Err, text)
}

// Unwrap returns why.
func (e *PartError) Unwrap() error { return e.Err }

// Read loads a backup into s and says what it was. Each tenant is exported
// again and compared with the file. Read refuses a store that is not empty
// (ErrNotEmpty) or that an earlier Read has left unfinished (ErrUnfinished),
// unless told otherwise. What Check would refuse Read refuses too, but maybe
// only once part of it is loaded: so Check first. Once it has begun to write,
// an error is a *PartError.
//
// Nobody else may write to s meanwhile.
func Read(ctx context.Context, r io.Reader, s storage.Store, o ReadOptions) (Summary, error) {
	f, err := openFile(r, o.Passphrase)
	if err != nil {
		return Summary{}, err
	}
	l := &loader{store: s, options: o, file: f, there: map[storage.Tenant]bool{}, summer: newSummer()}
	if err := l.start(ctx); err != nil {
		return Summary{}, err
	}
	sum, err := f.each(ctx, l)
	if err == nil {
		err = l.bookmark.remove(ctx, s)
	}
	if err != nil {
		return Summary{}, &PartError{Whole: l.whole, Part: l.at, Err: err}
	}
	sum.Left, sum.Resumed = l.left, l.bookmark.resumed
	return sum, nil
}

// loader puts into a store what it receives from a file.
type loader struct {
	store    storage.Store
	options  ReadOptions
	file     *file
	bookmark bookmark
	there    map[storage.Tenant]bool // before
	summer   *summer
	progress Progress

	how   how
	at    storage.Tenant // being loaded
	page  []storage.Record
	size  int
	whole []storage.Tenant
	left  []storage.Tenant
}

// how a tenant is taken in.
type how uint8

const (
	anew    how = iota // it is not in the store
	goOn               // part of it is
	missing            // storage.System, beside what the store has of it
	skip
)

// start looks at the store and leaves the bookmark.
func (l *loader) start(ctx context.Context) error {
	found, err := findBookmark(ctx, l.store)
	if err != nil {
		return err
	}
	if found.unfinished() {
		if !l.options.Resume {
			return found.err()
		}
		if found.Backup != l.file.summary.ID {
			return fmt.Errorf("%w, and it was not of this backup: that one was made at %s", ErrUnfinished, stamp(found.MadeAt))
		}
	}
	tenants, err := l.store.Tenants(ctx)
	if err != nil {
		return fmt.Errorf("look what the store holds: %w", err)
	}
	for _, t := range tenants {
		l.there[t] = true
	}
	if found.unfinished() {
		l.bookmark, l.options.IntoExisting = found, found.Into
		return nil
	}
	if len(tenants) > 0 && !l.options.IntoExisting {
		return fmt.Errorf("%w: it holds %s", ErrNotEmpty, some(tenants))
	}
	l.bookmark = bookmark{Backup: l.file.summary.ID, MadeAt: l.file.summary.MadeAt, Into: l.options.IntoExisting, Beside: l.there[storage.System]}
	return l.bookmark.put(ctx, l.store)
}

// begin decides what is done with a tenant. Those that precede the one that
// an earlier Read was at, in the order of the file, are done.
func (l *loader) begin(ctx context.Context, t storage.Tenant) error {
	l.summer.reset()
	l.progress.Tenant = t
	switch {
	case l.bookmark.resumed && l.bookmark.At != "" && l.bookmark.At != t:
		l.how = skip
		l.whole = append(l.whole, t)
		return nil
	case l.bookmark.resumed && l.bookmark.At == t:
		l.how, l.bookmark.At = goOn, "" // what follows is new
	case t == storage.System:
		l.how = anew
	case l.there[t] && !l.options.IntoExisting:
		return fmt.Errorf("%s came into the store meanwhile; is a bot running on it?", t)
	case l.there[t]:
		l.how = skip
		l.left = append(l.left, t)
		return nil
	default:
		l.how = anew
	}
	if t == storage.System && l.bookmark.Beside {
		l.how = missing
	}
	l.at = t
	return l.bookmark.move(ctx, l.store, t)
}

func (l *loader) record(ctx context.Context, _ storage.Tenant, r storage.Record) error {
	if l.progress.Records++; l.options.Progress != nil {
		l.options.Progress(l.progress)
	}
	if l.how == skip || l.how == missing && r.Doc == nil {
		return nil
	}
	l.page = append(l.page, r)
	l.size += size(r)
	if len(l.page) < pageRecords && l.size < pageBytes {
		return nil
	}
	return l.flush(ctx)
}

// flush imports a page. Where part of it may be there already and is, it is
// imported record by record.
func (l *loader) flush(ctx context.Context) error {
	if len(l.page) == 0 {
		return nil
	}
	err := l.store.Import(ctx, l.at, l.page)
	if errors.Is(err, storage.ErrConflict) {
		if l.how == anew {
			err = fmt.Errorf("it is there already, although it was not at first; is a bot running on the store? (%w)", err)
		} else {
			err = l.oneByOne(ctx)
		}
	}
	l.page, l.size = l.page[:0], 0
	if err != nil {
		return fmt.Errorf("load %s: %w", l.at, err)
	}
	return nil
}

func (l *loader) oneByOne(ctx context.Context) error {
	for _, r := range l.page {
		err := l.store.Import(ctx, l.at, []storage.Record{r})
		if err != nil && !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	return nil
}

// end compares what the store holds with what the file does.
func (l *loader) end(ctx context.Context, t storage.Tenant, want Sums) error {
	if l.progress.Done++; l.how == skip {
		return nil
	}
	if err := l.flush(ctx); err != nil {
		return err
	}
	if l.how != missing {
		if err := l.compare(ctx, t, want); err != nil {
			return err
		}
	}
	l.whole, l.at = append(l.whole, t), ""
	return nil
}

func (l *loader) compare(ctx context.Context, t storage.Tenant, want Sums) error {
	for r, err := range l.store.Export(ctx, t) {
		if err != nil {
			return fmt.Errorf("compare %s with the backup: %w", t, err)
		}
		if isBookmark(t, r) {
			continue
		}
		if _, err := l.summer.take(fromStore(r)); err != nil {
			return fmt.Errorf("compare %s with the backup: %w", t, err)
		}
	}
	if d := l.summer.sums.differences(want); d != "" {
		return fmt.Errorf("what the store holds of %s is not what the backup holds: %s; is a bot running on the store?", t, d)
	}
	return nil
}

// size is about how much memory a record takes.
func size(r storage.Record) int {
	const names = 200
	switch {
	case r.Doc != nil:
		return names + len(r.Doc.Body)
	case r.Entry != nil:
		return names + len(r.Entry.Body)
	case r.Job != nil:
		return names + len(r.Job.Body)
	case r.Effect != nil:
		return names + len(r.Effect.Body)
	case r.Log != nil:
		return names + len(r.Log.Body)
	}
	return names
}

// some names a few tenants.
func some(tenants []storage.Tenant) string {
	const few = 5
	var names []string
	for _, t := range tenants[:min(few, len(tenants))] {
		names = append(names, string(t))
	}
	text := strings.Join(names, ", ")
	if more := len(tenants) - few; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}
