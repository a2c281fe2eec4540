package backup

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"animo/storage"
)

// maxLine is the longest line that a file can have: a body, and as much again
// for its names.
const maxLine = 2 * storage.MaxBody

// Check reads a backup from end to end, without any store, and says what it
// holds. The errors are those of this package, or those of reading r.
func Check(ctx context.Context, r io.Reader, passphrase string) (Summary, error) {
	f, err := openFile(r, passphrase)
	if err != nil {
		return Summary{}, err
	}
	return f.each(ctx, ignore{})
}

// receiver is told what stands in a file. Sums have been compared when end is
// called.
type receiver interface {
	begin(ctx context.Context, t storage.Tenant) error
	record(ctx context.Context, t storage.Tenant, r storage.Record) error
	end(ctx context.Context, t storage.Tenant, s Sums) error
}

type ignore struct{}

func (ignore) begin(context.Context, storage.Tenant) error                  { return nil }
func (ignore) record(context.Context, storage.Tenant, storage.Record) error { return nil }
func (ignore) end(context.Context, storage.Tenant, Sums) error              { return nil }

// file is a backup that is being read.
type file struct {
	lines   *bufio.Reader
	n       int // of lines read
	summer  *summer
	tenant  storage.Tenant // that began and did not end
	summary Summary
}

// openFile reads the first line.
func openFile(r io.Reader, passphrase string) (*file, error) {
	plain, encrypted, err := unseal(r, passphrase)
	if err != nil {
		return nil, err
	}
	f := &file{lines: bufio.NewReaderSize(plain, maxLine), summer: newSummer()}
	f.summary.Encrypted = encrypted
	text, err := f.next()
	if err != nil {
		return nil, broken(err)
	}
	var first struct {
		Header *Header `json:"animo_backup"`
	}
	if json.Unmarshal(text, &first) != nil || first.Header == nil || first.Header.Version < 1 {
		return nil, ErrNoBackup
	}
	f.summary.Header = *first.Header
	if first.Header.Version > version {
		return nil, fmt.Errorf("%w (%s, format %d; this version reads formats up to %d)",
			ErrNewer, first.Header.Program, first.Header.Version, version)
	}
	return f, nil
}

// next reads a line, which is good until the next.
func (f *file) next() ([]byte, error) {
	f.n++
	text, err := f.lines.ReadSlice('\n')
	switch {
	case err == nil:
		return text, nil
	case errors.Is(err, bufio.ErrBufferFull):
		return nil, f.damaged("it is too long")
	case errors.Is(err, io.EOF) && len(text) == 0:
		return nil, io.EOF
	}
	return nil, broken(err)
}

// damaged is the error of the line at hand.
func (f *file) damaged(format string, args ...any) error {
	return fmt.Errorf("%w in line %d: %s", ErrDamaged, f.n, fmt.Sprintf(format, args...))
}

// each hands over what follows the first line.
func (f *file) each(ctx context.Context, to receiver) (Summary, error) {
	for {
		if err := ctx.Err(); err != nil {
			return f.summary, err
		}
		l, err := f.line()
		if err != nil {
			return f.summary, err
		}
		if l.Total != nil {
			return f.summary, f.finish(*l.Total)
		}
		if err := f.hand(ctx, l, to); err != nil {
			return f.summary, err
		}
	}
}

func (f *file) line() (l line, err error) {
	text, err := f.next()
	if err != nil {
		return l, broken(err)
	}
	d := json.NewDecoder(bytes.NewReader(text))
	d.DisallowUnknownFields()
	if err := d.Decode(&l); err != nil {
		return l, f.damaged("%v", err)
	}
	return l, nil
}

func (f *file) hand(ctx context.Context, l line, to receiver) error {
	switch {
	case l.isRecord() && f.tenant != "":
		if _, err := f.summer.take(l.record); err != nil {
			return f.damaged("%v", err)
		}
		return to.record(ctx, f.tenant, l.toStore())
	case l.Begin != "" && f.tenant == "":
		f.tenant = l.Begin
		f.summer.reset()
		return to.begin(ctx, f.tenant)
	case l.End != "" && l.End == f.tenant && l.Sums != nil:
		if d := f.summer.sums.differences(*l.Sums); d != "" {
			return f.damaged("of %s there are %s", f.tenant, d)
		}
		f.tenant = ""
		f.summary.add(l.End, *l.Sums)
		return to.end(ctx, l.End, *l.Sums)
	}
	return f.damaged("it is out of place")
}

// finish compares with the last line, after which there must be nothing.
func (f *file) finish(t total) error {
	if f.tenant != "" || t.Tenants != f.summary.tenants || t.Sums != f.summary.Sums {
		return f.damaged("the totals are not those of what precedes them")
	}
	_, err := f.next()
	switch {
	case err == nil:
		return f.damaged("there is more after the end")
	case errors.Is(err, io.EOF):
		return nil
	}
	return err
}
