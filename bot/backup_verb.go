package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"golang.org/x/term"

	"animo/bot/app"
	"animo/bot/config"
	"animo/storage"
	"animo/storage/backup"
	"animo/storage/sqlite"
)

// stays says which documents do not move.
func stays(t storage.Tenant, kind string) bool {
	return t == storage.System && slices.Contains(app.ProcessKinds(), kind)
}

type backupVerb struct {
	configured
	secretly
	Force bool   `help:"Overwrite FILE if it is there."`
	File  string `arg:"" help:"File to write, or - for the standard output." type:"path"`
}

// source is a store that is read.
type source interface {
	backup.Source
	io.Closer
}

// Run writes the file under another name first, so that nobody takes half a
// backup for a whole one.
func (v backupVerb) Run(ctx context.Context, s streams) (err error) {
	cfg, err := v.load(s)
	if err != nil {
		return err
	}
	options := backup.WriteOptions{MadeAt: s.now(), Program: builtFrom(), Store: cfg.Storage.URL.Scheme(), Leave: stays}
	if options.Passphrase, err = v.passphrase(s); err != nil {
		return err
	}
	if err := v.mayWrite(s, cfg.Storage.URL); err != nil {
		return err
	}
	from, err := openSource(ctx, cfg.Storage.URL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, from.Close()) }()
	work := newMeter(s, "backing up", -1)
	options.Progress = work.show
	var sum backup.Summary
	write := func(w io.Writer) error {
		var err error
		sum, err = backup.Write(ctx, w, from, options)
		work.end()
		return err
	}
	if v.File == "-" {
		if err := write(s.out); err != nil {
			return err
		}
		return describe(s.err, sum)
	}
	if err := writeWhole(v.File, write); err != nil {
		return fmt.Errorf("back up to %s: %w", v.File, err)
	}
	fmt.Fprintf(s.out, "Written to %s.\n", v.File)
	return describe(s.out, sum)
}

// openSource opens a store for reading. SQLite's file is read beside the bot
// that has it open.
func openSource(ctx context.Context, u config.StorageURL) (source, error) {
	if u.Scheme() != "sqlite" {
		return app.OpenStore(ctx, u)
	}
	s, err := sqlite.OpenSnapshot(ctx, u.Path())
	if err != nil {
		return nil, fmt.Errorf("open storage.url %s: %w", u, err)
	}
	return s, nil
}

// mayWrite refuses to overwrite what somebody needs.
func (v backupVerb) mayWrite(s streams, u config.StorageURL) error {
	if v.File == "-" {
		if f, ok := s.out.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
			return usageError{errors.New("a backup is no text for a terminal; write it to a file, or pass it on with | or >")}
		}
		return nil
	}
	there, err := os.Stat(v.File)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return usageError{err}
	case !there.Mode().IsRegular():
		return usageError{fmt.Errorf("%s is no file that could be written", v.File)}
	}
	if store, err := os.Stat(u.Path()); err == nil && os.SameFile(store, there) {
		return usageError{fmt.Errorf("%s is the store itself; name another file", v.File)}
	}
	if !v.Force {
		return usageError{fmt.Errorf("%s is there already; name another file, or overwrite it with --force", v.File)}
	}
	return nil
}

// writeWhole makes a file that its owner alone can read, and that has its
// name only once it is whole and on the disk.
func writeWhole(name string, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(name), ".animo-backup-*")
	if err != nil {
		return err
	}
	err = write(f)
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(f.Name()))
	}
	return nil
}
