package sqlite

import (
	"context"
	"fmt"

	"animo/storage"
)

// owners is the text that lists the tenants that own anything.
const owners = `SELECT name FROM tenants t WHERE
	EXISTS (SELECT 1 FROM docs WHERE tenant = t.name) OR
	EXISTS (SELECT 1 FROM sets WHERE tenant = t.name) OR
	EXISTS (SELECT 1 FROM jobs WHERE tenant = t.name) OR
	EXISTS (SELECT 1 FROM effects WHERE tenant = t.name) OR
	EXISTS (SELECT 1 FROM log WHERE tenant = t.name) OR
	EXISTS (SELECT 1 FROM counters WHERE tenant = t.name)
	ORDER BY name`

// Tenants lists all tenants that own anything, in order.
func (s *Store) Tenants(ctx context.Context) ([]storage.Tenant, error) {
	var tenants []storage.Tenant
	err := s.each(ctx, func(row scanner) error {
		var t storage.Tenant
		err := row.Scan(&t)
		tenants = append(tenants, t)
		return err
	}, owners)
	return tenants, err
}

// Check reads the whole file to see whether it is sound, and writes to it.
// That takes about a second for a gigabyte: it is for an operator who asks,
// not for a probe.
func (s *Store) Check(ctx context.Context) error {
	var found string
	if err := s.row(ctx, []any{&found}, `PRAGMA quick_check(1)`); err != nil {
		return fmt.Errorf("the database file cannot be read: %w", err)
	}
	if found != "ok" {
		return fmt.Errorf("the database file is damaged (%s); restore a backup", found)
	}
	err := s.do(ctx, false, func(w *writer) error {
		return w.exec(`PRAGMA user_version = ` + fmt.Sprint(schema))
	})
	if err != nil {
		return fmt.Errorf("the database file cannot be written (is the disk full or read-only?): %w", err)
	}
	return nil
}
