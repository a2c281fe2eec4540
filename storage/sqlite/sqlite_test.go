package sqlite_test

import (
	"path/filepath"
	"testing"

	"animo/storage"
	"animo/storage/sqlite"
	"animo/storage/storagetest"
)

func openFile(t testing.TB, path string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func openNew(t testing.TB) *sqlite.Store {
	t.Helper()
	return openFile(t, filepath.Join(t.TempDir(), "animo.db"))
}

func TestTheStoreKeepsEveryPromise(t *testing.T) {
	storagetest.Run(t, func(t *testing.T) storage.Store { return openNew(t) })
}

func TestWhatWasCommittedIsDurable(t *testing.T) {
	storagetest.RunDurable(t, func(t *testing.T, dir string) storage.Store {
		return openFile(t, filepath.Join(dir, "animo.db"))
	})
}
