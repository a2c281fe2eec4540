package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"

	"animo/storage"
)

// Snapshot is a file as it was when OpenSnapshot looked at it, while the
// process that has it open goes on writing. Use it from one goroutine, and
// close it soon: meanwhile "-wal" beside the file cannot be cut back.
type Snapshot struct {
	db *sql.DB
	tx *sql.Tx
}

// OpenSnapshot opens the file at path for reading only, also while another
// process has it open. It neither makes the file nor brings it to this
// version's schema: a file that is not there, or that another version wrote,
// is an error. Where nobody else has it open, files with its name and "-shm"
// and "-wal" stay behind, which its next owner takes away.
func OpenSnapshot(ctx context.Context, path string) (*Snapshot, error) {
	s, err := openSnapshot(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func openSnapshot(ctx context.Context, path string) (*Snapshot, error) {
	if err := readable(path); err != nil {
		return nil, err
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, err
	}
	db, err := sql.Open("sqlite", readOnly(full))
	if err != nil {
		return nil, err
	}
	tx, err := begin(ctx, db)
	if err != nil {
		return nil, errors.Join(err, db.Close())
	}
	return &Snapshot{db: db, tx: tx}, nil
}

// readable says in plain words what SQLite would not.
func readable(path string) error {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return errors.New("there is no such file")
	}
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = errors.New("it is no file")
	}
	return errors.Join(err, f.Close())
}

// begin begins the transaction and looks at the file, since only then it is
// settled what the transaction sees.
func begin(ctx context.Context, db *sql.DB) (*sql.Tx, error) {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true})
	if err != nil {
		return nil, err
	}
	at, err := schemaOf(ctx, tx)
	switch {
	case err != nil:
	case at > schema:
		err = newer(at)
	case at == 0:
		err = errors.New("nothing was ever kept in it")
	case at < schema:
		err = fmt.Errorf("the file was written by an older version of animo (schema %d, this version's is %d); start the bot once, which brings it up to date", at, schema)
	}
	if err != nil {
		return nil, errors.Join(readError(ctx, err), tx.Rollback())
	}
	return tx, nil
}

// Tenants lists all tenants that own anything, in order.
func (s *Snapshot) Tenants(ctx context.Context) ([]storage.Tenant, error) {
	var tenants []storage.Tenant
	err := eachRow(ctx, s.tx, func(row scanner) error {
		var t storage.Tenant
		err := row.Scan(&t)
		tenants = append(tenants, t)
		return err
	}, owners)
	return tenants, readError(ctx, err)
}

// Export hands over all that a tenant owns, as Store's does.
func (s *Snapshot) Export(ctx context.Context, t storage.Tenant) iter.Seq2[storage.Record, error] {
	return func(yield func(storage.Record, error) bool) {
		handOver(ctx, export(ctx, s.tx, t, yield), yield)
	}
}

// Close ends the reading.
func (s *Snapshot) Close() error {
	return errors.Join(s.tx.Rollback(), s.db.Close())
}
