package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver named "sqlite"

	"animo/storage"
)

// readers is how many reads go on at once; each holds up to 2 MiB of cache.
const readers = 4

// Store is a storage.Store in one file. Make it with Open.
type Store struct {
	lock  *fileLock
	write *sql.DB
	read  *sql.DB
	w     *writer
	stmts sync.Map // SQL text to *sql.Stmt on read
	close func() error
}

var _ storage.Store = (*Store)(nil)

// Open opens the store in the file at path, which is made if it is not
// there; its folder must be. It brings the file to this version's schema,
// and refuses a file of a later version or of another program. While another
// process has the file open the error wraps storage.ErrBusy and names that
// process. Beside the file there will be others with its name and "-wal",
// "-shm" and ".lock" appended.
func Open(ctx context.Context, path string) (*Store, error) {
	s, err := open(ctx, path)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", path, err)
	}
	return s, nil
}

func open(ctx context.Context, path string) (*Store, error) {
	if path == "" || strings.HasPrefix(path, ":") {
		return nil, errors.New("the path must name a file")
	}
	full, err := makeFile(path)
	if err != nil {
		return nil, err
	}
	lock, err := lockFile(full)
	if err != nil {
		return nil, err
	}
	s := &Store{lock: lock}
	s.close = sync.OnceValue(s.shut)
	if err := s.start(ctx, full); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// makeFile makes the file readable by its owner only, since it holds
// members' data, and returns its one true name, since two names for one file
// must lead to one lock.
func makeFile(path string) (string, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return "", err
	}
	if err := f.Close(); err != nil {
		return "", err
	}
	full, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	return filepath.EvalSymlinks(full)
}

func (s *Store) start(ctx context.Context, path string) error {
	var err error
	if s.write, err = sql.Open("sqlite", dsn(path, "synchronous(FULL)", "secure_delete(1)", "cache_size(-8000)")); err != nil {
		return err
	}
	s.write.SetMaxOpenConns(1)
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	if err := migrate(ctx, conn); err != nil {
		return errors.Join(err, conn.Close())
	}
	if s.read, err = sql.Open("sqlite", dsn(path, "query_only(1)")); err != nil {
		return errors.Join(err, conn.Close())
	}
	s.read.SetMaxOpenConns(readers)
	s.read.SetMaxIdleConns(readers)
	if s.w, err = startWriter(conn); err != nil {
		return err
	}
	return s.tidy(ctx)
}

// tidy undoes what a dead process left: leases, and sets half dropped.
func (s *Store) tidy(ctx context.Context) error {
	if err := s.do(ctx, false, (*writer).freeAll); err != nil {
		return err
	}
	return s.purgeDropped(ctx)
}

// dsn names the file to the driver. busy_timeout comes first, so that it
// holds for the pragmas after it.
func dsn(path string, pragmas ...string) string {
	all := append([]string{"busy_timeout(5000)", "journal_mode(WAL)", "foreign_keys(1)", "temp_store(MEMORY)"}, pragmas...)
	return fileURL(path, url.Values{"_pragma": all, "_txlock": {"immediate"}})
}

// readOnly names a file to the driver that it must neither make nor change.
func readOnly(path string) string {
	return fileURL(path, url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)", "query_only(1)", "temp_store(MEMORY)"}})
}

func fileURL(path string, query url.Values) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a Windows drive
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: query.Encode()}
	return u.String()
}

// Close waits for what has been handed in to be written, then frees the
// file. What comes later fails. Closing twice is no error.
func (s *Store) Close() error {
	return s.close()
}

func (s *Store) shut() error {
	var errs []error
	if s.w != nil {
		errs = append(errs, s.w.shut())
	}
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, s.lock.release())...)
}
