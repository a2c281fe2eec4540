package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"animo/storage"
)

// prepared returns the writer's statement for the text. The writer works
// without a caller's context: an op that has begun is cheap to finish.
func (w *writer) prepared(text string) (*sql.Stmt, error) {
	if st, ok := w.stmts[text]; ok {
		return st, nil
	}
	st, err := w.conn.PrepareContext(context.Background(), text)
	if err != nil {
		return nil, fmt.Errorf("prepare %s: %w", text, err)
	}
	w.stmts[text] = st
	return st, nil
}

func (w *writer) exec(text string, args ...any) error {
	_, err := w.affect(text, args...)
	return err
}

// affect returns how many rows were changed.
func (w *writer) affect(text string, args ...any) (int64, error) {
	st, err := w.prepared(text)
	if err != nil {
		return 0, err
	}
	res, err := st.Exec(args...)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// scanner is a row or the reason why there is none.
type scanner interface{ Scan(...any) error }

type noRow struct{ err error }

func (n noRow) Scan(...any) error { return n.err }

func (w *writer) row(text string, args ...any) scanner {
	st, err := w.prepared(text)
	if err != nil {
		return noRow{err}
	}
	return st.QueryRow(args...)
}

func (w *writer) each(scan func(scanner) error, text string, args ...any) error {
	st, err := w.prepared(text)
	if err != nil {
		return err
	}
	return each(context.Background(), st, scan, args...)
}

// prepared returns the readers' statement for the text.
func (s *Store) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	if st, ok := s.stmts.Load(text); ok {
		return st.(*sql.Stmt), nil
	}
	st, err := s.read.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	if first, loaded := s.stmts.LoadOrStore(text, st); loaded {
		return first.(*sql.Stmt), st.Close()
	}
	return st, nil
}

// row reads one row into dest; storage.ErrNotFound if there is none.
func (s *Store) row(ctx context.Context, dest []any, text string, args ...any) error {
	st, err := s.prepared(ctx, text)
	if err == nil {
		err = st.QueryRowContext(ctx, args...).Scan(dest...)
	}
	return readError(ctx, err)
}

// each reads rows until scan returns an error; errEnough ends it well.
func (s *Store) each(ctx context.Context, scan func(scanner) error, text string, args ...any) error {
	st, err := s.prepared(ctx, text)
	if err == nil {
		err = each(ctx, st, scan, args...)
	}
	return readError(ctx, err)
}

// errEnough is returned by a scan function that needs no more rows.
var errEnough = errors.New("enough")

func each(ctx context.Context, st *sql.Stmt, scan func(scanner) error, args ...any) error {
	rows, err := st.QueryContext(ctx, args...)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		if err := scan(rows); errors.Is(err, errEnough) {
			return nil
		} else if err != nil {
			return err
		}
	}
	return rows.Err()
}

// readError gives ctx's own error in place of SQLite's "interrupted".
func readError(ctx context.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, sql.ErrNoRows):
		return storage.ErrNotFound
	}
	return fmt.Errorf("read from the file: %w", err)
}

// conflictIfNone turns "no row" into storage.ErrConflict.
func conflictIfNone(rows int64, err error) error {
	if err == nil && rows == 0 {
		return storage.ErrConflict
	}
	return err
}

func micros(t time.Time) int64 { return t.UnixMicro() }

func moment(n int64) time.Time { return time.UnixMicro(n).UTC() }

func blob(b json.RawMessage) any {
	if len(b) == 0 {
		return nil
	}
	return []byte(b)
}

func limited(limit, most int) error {
	if limit < 1 || limit > most {
		return fmt.Errorf("limit %d is not between 1 and %d", limit, most)
	}
	return nil
}
