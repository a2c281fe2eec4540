package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"animo/bot/app"
	"animo/storage/backup"
)

type restoreVerb struct {
	configured
	secretly
	Check        bool   `help:"Only read FILE from end to end and say what is in it and whether it is whole."`
	IntoExisting bool   `help:"Add to a store that is not empty the communities it does not have, and leave those it has as they are."`
	Resume       bool   `help:"Go on with a restore of FILE that was interrupted."`
	File         string `arg:"" help:"File that animo backup has written." type:"path"`
}

// Run reads the file twice: before anything is written, all of it is known to
// be sound.
func (v restoreVerb) Run(ctx context.Context, s streams) (err error) {
	cfg, err := v.load(s)
	if err != nil {
		return err
	}
	passphrase, err := v.passphrase(s)
	if err != nil {
		return err
	}
	f, err := os.Open(v.File)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum, err := backup.Check(ctx, f, passphrase)
	if err != nil {
		return v.explained(err)
	}
	if v.Check {
		fmt.Fprintf(s.out, "%s is whole. Nothing was restored.\n", v.File)
		return describe(s.out, sum)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	to, err := app.OpenStore(ctx, cfg.Storage.URL)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, to.Close()) }()
	work := newMeter(s, "restoring", sum.Sums.Records())
	sum, err = backup.Read(ctx, f, to, backup.ReadOptions{
		Passphrase: passphrase, IntoExisting: v.IntoExisting, Resume: v.Resume, Progress: work.show,
	})
	work.end()
	if err != nil {
		return v.explained(err)
	}
	return restored(s.out, cfg.Storage.URL.String(), sum)
}

// restored says what was made of the file.
func restored(w io.Writer, store string, sum backup.Summary) error {
	fmt.Fprintf(w, "Restored into %s.\n", store)
	if sum.Resumed {
		fmt.Fprintln(w, "It went on where the last restore had ended.")
	}
	for _, t := range sum.Left {
		fmt.Fprintf(w, "Left as it is, since the store has it: %s\n", t)
	}
	if err := describe(w, sum); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w, "What was restored was read back: all counts and sums agree with the backup's.")
	return err
}

// explained adds what to do.
func (v restoreVerb) explained(err error) error {
	remedy := ""
	part := (*backup.PartError)(nil)
	switch {
	case errors.Is(err, backup.ErrEncrypted):
		remedy = "Set " + passphraseVar + ", or name a file with it: --passphrase-file FILE"
	case errors.Is(err, backup.ErrNewer):
		remedy = "Restore it with that version or a later one."
	case errors.Is(err, backup.ErrNotEmpty):
		remedy = "Restore into an empty store; or say --into-existing to add only the communities that this one does not have."
	case errors.As(err, &part), errors.Is(err, backup.ErrUnfinished):
		remedy = "Do not run the bot on it. Go on with the same backup and --resume; or empty the store and restore anew."
	}
	err = fmt.Errorf("restore %s: %w", v.File, err)
	if remedy == "" {
		return err
	}
	return fmt.Errorf("%w\n%s", err, remedy)
}

// describe says in plain words what is in a backup.
func describe(w io.Writer, sum backup.Summary) error {
	secret := "not encrypted: whoever has the file can read it"
	if sum.Encrypted {
		secret = "encrypted"
	}
	_, err := fmt.Fprintf(w, "Backup made at %s by animo %s from %s, %s.\n", sum.MadeAt.Format("2006-01-02 15:04:05 UTC"), sum.Program, sum.Store, secret)
	for _, row := range []struct {
		what string
		n    int64
	}{
		{"communities", int64(sum.Communities)},
		{"documents (games, settings)", sum.Sums.Documents.N},
		{"entries of members", sum.Sums.Entries.N},
		{"jobs that are due some time", sum.Sums.Jobs.N},
		{"messages waiting to be said", sum.Sums.Effects.N},
		{"lines of the log", sum.Sums.Log.N},
		{"hourly counters", sum.Sums.Counters.N},
	} {
		if err == nil {
			_, err = fmt.Fprintf(w, "%12d %s\n", row.n, row.what)
		}
	}
	return err
}
