package sqlite_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"animo/storage"
	"animo/storage/sqlite"
)

// alter runs SQL on a file that no store has open.
func alter(t *testing.T, path, text string) {
	t.Helper()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = db.Exec(text)
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

func TestAFileThatIsNotOursIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		make func(path string)
		want string
	}{
		"a newer version's": {func(path string) {
			if err := openFile(t, path).Close(); err != nil {
				t.Fatal(err)
			}
			alter(t, path, `PRAGMA user_version = 99`)
		}, "newer version of animo (schema 99"},
		"another program's": {func(path string) { alter(t, path, `CREATE TABLE songs (name)`) }, "belongs to another program"},
		"no database": {func(path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("Dear diary, ", 100)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "not a database"},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "animo.db")
			c.make(path)
			before, _ := os.ReadFile(path)
			_, err := sqlite.Open(t.Context(), path)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.Contains(err.Error(), path) {
				t.Fatalf("%v does not say %q", err, c.want)
			}
			if after, _ := os.ReadFile(path); len(after) != len(before) {
				t.Errorf("the file had %d bytes and has %d", len(before), len(after))
			}
			if _, err := sqlite.Open(t.Context(), path); errors.Is(err, storage.ErrBusy) {
				t.Error("the lock was kept")
			}
		})
	}
}

func TestAPathThatCannotBeAFileIsRefused(t *testing.T) {
	for _, path := range []string{"", ":memory:", t.TempDir(), filepath.Join(t.TempDir(), "none", "animo.db")} {
		if s, err := sqlite.Open(t.Context(), path); err == nil {
			t.Errorf("%q was opened", path)
			_ = s.Close()
		}
	}
}

func TestAnOddPathIsOpened(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?mode=ro&x#é%41.db")
	openFile(t, path)
	if info, err := os.Stat(path); err != nil || info.Size() == 0 {
		t.Fatalf("the data went elsewhere: %v, %v", info, err)
	}
}

func TestOthersCannotReadTheFile(t *testing.T) {
	dir := t.TempDir()
	s := openFile(t, filepath.Join(dir, "animo.db"))
	if _, err := s.Commit(t.Context(), "discord:1", storage.Change{Loose: true}); err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(dir)
	if err != nil || len(files) < 3 {
		t.Fatalf("files %v: %v", files, err)
	}
	for _, f := range files {
		info, err := f.Info()
		if err != nil {
			t.Fatal(err)
		}
		if filepath.Separator == '/' && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", f.Name(), info.Mode())
		}
	}
}

func TestOpenObeysItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	path := filepath.Join(t.TempDir(), "animo.db")
	if _, err := sqlite.Open(ctx, path); !errors.Is(err, context.Canceled) {
		t.Fatalf("opened with %v", err)
	}
	openFile(t, path)
}

// TestOpeningFreesLeasesAndKeepsWhatWasTried is about named leases, jobs and
// effects that a process held when it died.
func TestOpeningFreesLeasesAndKeepsWhatWasTried(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	ctx, now := t.Context(), time.Unix(1e9, 0).UTC()
	c := storage.Claim{Owner: "a", Now: now, For: time.Hour, Limit: 10}
	s := openFile(t, path)
	if _, err := s.Commit(ctx, "t", storage.Change{
		Jobs:    []storage.Job{{Key: "j", Due: now}},
		Effects: []storage.Effect{{Key: "e", Lane: "l", Due: now}},
	}); err != nil {
		t.Fatal(err)
	}
	for i := range 3 {
		jobs, err := s.LeaseJobs(ctx, c)
		effects, err2 := s.LeaseEffects(ctx, c)
		f, ok, err3 := s.Acquire(ctx, "part", fmt.Sprint(i), now, time.Hour)
		if err := errors.Join(err, err2, err3); err != nil || len(jobs)+len(effects) != 2 || !ok || f.Token != int64(i+1) {
			t.Fatalf("round %d: %v, %v, %v, %v, %v", i, jobs, effects, f, ok, err)
		}
		if jobs[0].Attempts != i || effects[0].Attempts != i || effects[0].Tried.IsZero() != (i == 0) {
			t.Errorf("round %d: %+v, %+v", i, jobs[0], effects[0])
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = openFile(t, path)
		_, err = s.Commit(ctx, "t", storage.Change{DoneEffects: []storage.Done{{Key: "e", Token: effects[0].Token}}})
		if !errors.Is(err, storage.ErrConflict) {
			t.Errorf("a dead process's lease still counts: %v", err)
		}
	}
}
