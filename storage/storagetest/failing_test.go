package storagetest_test

import (
	"errors"
	"path/filepath"
	"testing"
	"time"

	"animo/storage"
	"animo/storage/sqlite"
	"animo/storage/storagetest"
)

var errDisk = errors.New("no space")

const tenant storage.Tenant = "discord:1"

func open(t *testing.T) *storagetest.Failing {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "animo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return &storagetest.Failing{Store: s}
}

func write(t *testing.T, f *storagetest.Failing, id string) error {
	t.Helper()
	_, err := f.Commit(t.Context(), tenant, storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: id}}})
	return err
}

func TestAWriteThatFailsBeforeDoesNothing(t *testing.T) {
	f := open(t)
	f.Before = storagetest.FailAt(2, errDisk)
	if err := write(t, f, "a"); err != nil {
		t.Fatal(err)
	}
	if err := write(t, f, "b"); !errors.Is(err, errDisk) {
		t.Fatalf("the second write ended with %v", err)
	}
	if _, err := f.Get(t.Context(), tenant, "game", "b"); !errors.Is(err, storage.ErrNotFound) {
		t.Fatalf("the second write took effect: %v", err)
	}
	if err := write(t, f, "b"); err != nil {
		t.Fatal(err)
	}
}

func TestAWriteThatFailsAfterTookEffect(t *testing.T) {
	f := open(t)
	f.After = storagetest.FailAt(1, errDisk)
	if err := write(t, f, "a"); !errors.Is(err, errDisk) {
		t.Fatalf("the write ended with %v", err)
	}
	if _, err := f.Get(t.Context(), tenant, "game", "a"); err != nil {
		t.Fatalf("the write did not take effect: %v", err)
	}
}

func TestAWriteThatFailsByItselfKeepsItsError(t *testing.T) {
	f := open(t)
	f.After = func(string, int) error { return errDisk }
	_, err := f.Commit(t.Context(), tenant, storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: "a", Version: 7}}})
	if !errors.Is(err, storage.ErrConflict) {
		t.Fatalf("the write ended with %v", err)
	}
}

func TestEveryWriteIsCountedAndNamed(t *testing.T) {
	f := open(t)
	var ops []string
	f.Before = func(op string, n int) error {
		if ops = append(ops, op); n != len(ops) {
			t.Errorf("%s has number %d", op, n)
		}
		return errDisk
	}
	ctx, now := t.Context(), time.Unix(0, 0)
	calls := map[string]func() error{
		"Commit":       func() error { return write(t, f, "a") },
		"LeaseJobs":    func() error { _, err := f.LeaseJobs(ctx, storage.Claim{Limit: 1}); return err },
		"LeaseEffects": func() error { _, err := f.LeaseEffects(ctx, storage.Claim{Limit: 1}); return err },
		"First":        func() error { _, err := f.First(ctx, tenant, storage.Once{Key: "k"}, now); return err },
		"DropSet":      func() error { return f.DropSet(ctx, tenant, "s") },
		"Free":         func() error { return f.Free(ctx, nil) },
		"Import":       func() error { return f.Import(ctx, tenant, nil) },
		"Acquire":      func() error { _, _, err := f.Acquire(ctx, "l", "me", now, time.Hour); return err },
		"Release":      func() error { return f.Release(ctx, "l", "me") },
	}
	for name, call := range calls {
		if err := call(); !errors.Is(err, errDisk) {
			t.Errorf("%s ended with %v", name, err)
		}
		if last := ops[len(ops)-1]; last != name {
			t.Errorf("%s is called %s", name, last)
		}
	}
	if f.Writes() != len(calls) {
		t.Errorf("%d writes were counted", f.Writes())
	}
}

func TestALostAnswerToAcquireIsNoLease(t *testing.T) {
	f := open(t)
	f.After = storagetest.FailAt(1, errDisk)
	if _, ok, err := f.Acquire(t.Context(), "l", "me", time.Unix(0, 0), time.Hour); ok || !errors.Is(err, errDisk) {
		t.Fatalf("acquire: %v, %v", ok, err)
	}
	if _, ok, err := f.Acquire(t.Context(), "l", "you", time.Unix(0, 0), time.Hour); ok || err != nil {
		t.Fatalf("the lease was not taken all the same: %v, %v", ok, err)
	}
}
