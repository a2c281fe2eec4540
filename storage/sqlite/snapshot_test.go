package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"animo/storage"
	"animo/storage/sqlite"
)

// owned are the names of a tenant's documents in a source.
func owned(t *testing.T, s *sqlite.Snapshot, tenant storage.Tenant) (ids []string) {
	t.Helper()
	for r, err := range s.Export(t.Context(), tenant) {
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.Doc.ID)
	}
	return ids
}

// A snapshot stays what it was, for all tenants alike, while the process that
// has the file goes on.
func TestASnapshotIsTakenWhileTheFileIsInUse(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	s := openFile(t, path)
	put := func(tenant storage.Tenant, id string) {
		t.Helper()
		_, err := s.Commit(t.Context(), tenant, storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: id}}})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("discord:1", "a")
	snapshot, err := sqlite.OpenSnapshot(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for i := range 50 {
		put("discord:1", fmt.Sprint("late ", i))
		put("discord:2", fmt.Sprint("late ", i))
	}
	for range 2 {
		tenants, err := snapshot.Tenants(t.Context())
		if err != nil || fmt.Sprint(tenants) != "[discord:1]" {
			t.Errorf("tenants %v: %v", tenants, err)
		}
		if got := owned(t, snapshot, "discord:1"); fmt.Sprint(got) != "[a]" {
			t.Errorf("owned %v", got)
		}
	}
	if got := owned(t, snapshot, "discord:2"); len(got) != 0 {
		t.Errorf("owned %v", got)
	}
	if err := snapshot.Close(); err != nil {
		t.Fatal(err)
	}
	put("discord:1", "after")
}

// What a killed process left in "-wal" belongs to the file.
func TestASnapshotShowsWhatAKilledProcessCommitted(t *testing.T) {
	dir, copied := t.TempDir(), t.TempDir()
	s := openFile(t, filepath.Join(dir, "animo.db"))
	if _, err := s.Commit(t.Context(), "discord:1", storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: "a"}}}); err != nil {
		t.Fatal(err)
	}
	if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(copied, "animo.db")
	before, _ := os.ReadFile(path)
	snapshot, err := sqlite.OpenSnapshot(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	if got := owned(t, snapshot, "discord:1"); fmt.Sprint(got) != "[a]" {
		t.Errorf("owned %v", got)
	}
	if err := snapshot.Close(); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(path); string(after) != string(before) {
		t.Error("the file was written")
	}
	openFile(t, path)
}

func TestASnapshotOfWhatIsNoStoreIsRefused(t *testing.T) {
	version := func(n int) func(string) {
		return func(path string) {
			if err := openFile(t, path).Close(); err != nil {
				t.Fatal(err)
			}
			alter(t, path, fmt.Sprintf(`PRAGMA user_version = %d`, n))
		}
	}
	write := func(text string) func(string) {
		return func(path string) {
			if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	for name, c := range map[string]struct {
		make func(path string)
		want string
	}{
		"no file":           {func(string) {}, "no such file"},
		"a folder":          {func(path string) { _ = os.Mkdir(path, 0o700) }, "is no file"},
		"an empty file":     {write(""), "nothing was ever kept in it"},
		"no database":       {write(strings.Repeat("Dear diary, ", 100)), "not a database"},
		"another program's": {func(path string) { alter(t, path, `CREATE TABLE songs (name)`) }, "belongs to another program"},
		"a newer version's": {version(99), "newer version of animo (schema 99"},
		"an older one's":    {version(0), "nothing was ever kept"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "animo.db")
			c.make(path)
			before, err := os.ReadFile(path)
			s, err2 := sqlite.OpenSnapshot(t.Context(), path)
			if err2 == nil {
				_ = s.Close()
			}
			if err2 == nil || !strings.Contains(err2.Error(), c.want) || !strings.Contains(err2.Error(), path) {
				t.Errorf("%v does not say %q", err2, c.want)
			}
			after, err3 := os.ReadFile(path)
			if string(after) != string(before) || (err == nil) != (err3 == nil) {
				t.Errorf("the file was changed: %v, %v", err, err3)
			}
		})
	}
}

func TestASnapshotObeysItsContext(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	openFile(t, path)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := sqlite.OpenSnapshot(ctx, path); !errors.Is(err, context.Canceled) {
		t.Errorf("opened with %v", err)
	}
}
