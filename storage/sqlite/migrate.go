package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
)

//go:embed migrations/*.sql
var migrations embed.FS

const (
	// schema is the newest file in migrations.
	schema = 1
	// applicationID marks the file as ours: "Anim" in ASCII.
	applicationID = 0x416e696d
)

// migrate brings the file to this version's schema, one transaction for each
// step, so that it can be interrupted.
func migrate(ctx context.Context, conn *sql.Conn) error {
	at, err := schemaOf(ctx, conn)
	if err != nil {
		return err
	}
	if at > schema {
		return newer(at)
	}
	for n := at + 1; n <= schema; n++ {
		if err := step(ctx, conn, n); err != nil {
			return fmt.Errorf("bring the file to schema %d: %w", n, err)
		}
	}
	return nil
}

func newer(at int) error {
	return fmt.Errorf("the file was written by a newer version of animo (schema %d, this version knows up to %d)", at, schema)
}

// oneRow is a connection or a transaction.
type oneRow interface {
	QueryRowContext(ctx context.Context, text string, args ...any) *sql.Row
}

func schemaOf(ctx context.Context, on oneRow) (int, error) {
	var at, app, tables int
	err := on.QueryRowContext(ctx, `SELECT
		(SELECT user_version FROM pragma_user_version),
		(SELECT application_id FROM pragma_application_id),
		(SELECT count(*) FROM sqlite_schema)`).Scan(&at, &app, &tables)
	if err != nil {
		return 0, err
	}
	if app != applicationID && (at != 0 || app != 0 || tables != 0) {
		return 0, errors.New("the file belongs to another program")
	}
	return at, nil
}

func step(ctx context.Context, conn *sql.Conn, n int) error {
	text, err := migrations.ReadFile(fmt.Sprintf("migrations/%d.sql", n))
	if err != nil {
		return err
	}
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	marks := fmt.Sprintf("PRAGMA application_id = %d; PRAGMA user_version = %d;", applicationID, n)
	if _, err := tx.ExecContext(ctx, string(text)+marks); err != nil {
		return err
	}
	return tx.Commit()
}
