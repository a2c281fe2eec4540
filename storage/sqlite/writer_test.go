package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"animo/storage"
)

func openStore(t testing.TB) *Store {
	t.Helper()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "animo.db"))
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

// busy keeps the writer busy until the returned function is called.
func busy(t *testing.T, s *Store) (end func()) {
	t.Helper()
	began, gate := make(chan struct{}), make(chan struct{})
	go func() {
		_ = s.do(context.Background(), true, func(*writer) error {
			close(began)
			<-gate
			return nil
		})
	}()
	<-began
	return sync.OnceFunc(func() { close(gate) })
}

// queued waits until n ops wait for their turn.
func queued(s *Store, n int) {
	for len(s.w.queue) < n {
		runtime.Gosched()
	}
}

func put(id string, version int64) storage.Change {
	return storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: id, Version: version}}}
}

func exists(t *testing.T, s *Store, id string) bool {
	t.Helper()
	_, err := s.Get(t.Context(), "t", "game", id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		t.Fatal(err)
	}
	return err == nil
}

func TestAConflictUndoesOnlyItsOwnPartOfABatch(t *testing.T) {
	s := openStore(t)
	end := busy(t, s)
	const n = 20
	errs := make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			c := put(fmt.Sprint(i), 0)
			c.Docs = append(c.Docs, storage.DocPut{Kind: "bad", ID: fmt.Sprint(i), Version: int64(i % 2)})
			_, errs[i] = s.Commit(context.Background(), "t", c)
		})
	}
	queued(s, n)
	end()
	wg.Wait()
	for i, err := range errs {
		if errors.Is(err, storage.ErrConflict) != (i%2 == 1) || exists(t, s, fmt.Sprint(i)) != (i%2 == 0) {
			t.Errorf("change %d ended with %v", i, err)
		}
	}
}

func TestAFailedCommitFailsTheWholeBatch(t *testing.T) {
	s := openStore(t)
	end := busy(t, s)
	var wg sync.WaitGroup
	var good, bad error
	wg.Go(func() { _, good = s.Commit(context.Background(), "t", put("a", 0)) })
	wg.Go(func() {
		bad = s.do(context.Background(), false, func(w *writer) error {
			// A broken reference that is only noticed by COMMIT stands for a
			// disk that fails then.
			if err := w.exec(`PRAGMA defer_foreign_keys = ON`); err != nil {
				return err
			}
			return w.exec(`INSERT INTO tallies (set_id, name, value) VALUES (99, 'n', 1)`)
		})
	})
	queued(s, 2)
	end()
	wg.Wait()
	for _, err := range []error{good, bad} {
		if err == nil || !strings.Contains(err.Error(), "write to the file") {
			t.Errorf("the commit ended with %v", err)
		}
	}
	if exists(t, s, "a") {
		t.Error("a failed batch left something behind")
	}
	if _, err := s.Commit(t.Context(), "t", put("a", 0)); err != nil {
		t.Errorf("the next commit ended with %v", err)
	}
}

func TestACallerWhoGivesUpInTheQueueChangesNothing(t *testing.T) {
	s := openStore(t)
	end := busy(t, s)
	defer end()
	ctx, cancel := context.WithCancel(t.Context())
	result := make(chan error)
	go func() {
		_, err := s.Commit(ctx, "t", put("a", 0))
		result <- err
	}()
	queued(s, 1)
	cancel()
	if err := <-result; !errors.Is(err, context.Canceled) {
		t.Fatalf("the commit ended with %v", err)
	}
	end()
	if _, err := s.Commit(t.Context(), "t", put("b", 0)); err != nil {
		t.Fatal(err)
	}
	if exists(t, s, "a") {
		t.Error("the change was made all the same")
	}
}

func TestOnlyLooseBatchesDoNotWaitForTheDisk(t *testing.T) {
	s := openStore(t)
	const normal, full = 1, 2
	for _, c := range []struct {
		loose bool
		want  int
	}{{true, normal}, {false, full}, {false, full}, {true, normal}, {true, normal}, {false, full}} {
		var mode int
		err := s.do(t.Context(), c.loose, func(w *writer) error {
			return w.conn.QueryRowContext(context.Background(), `PRAGMA synchronous`).Scan(&mode)
		})
		if err != nil || mode != c.want {
			t.Errorf("loose %v: synchronous is %d, not %d: %v", c.loose, mode, c.want, err)
		}
	}
}

func TestWhatWaitsWhenTheStoreIsClosedIsWritten(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	end := busy(t, s)
	committed, closed := make(chan error), make(chan error)
	go func() {
		_, err := s.Commit(context.Background(), "t", put("a", 0))
		committed <- err
	}()
	queued(s, 1)
	go func() { closed <- s.Close() }()
	<-s.w.stop
	end()
	if err := errors.Join(<-committed, <-closed); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Commit(t.Context(), "t", put("b", 0)); !errors.Is(err, errClosed) {
		t.Errorf("a closed store committed: %v", err)
	}
	s, err = Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	if !exists(t, s, "a") {
		t.Error("what waited was lost")
	}
}

func TestADroppedSetIsPurgedByTheNextOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	s, err := Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	var c storage.Change
	for i := range purgeStep + 10 {
		c.Entries = append(c.Entries, storage.EntryPut{Set: "s", Key: fmt.Sprint(i)})
	}
	if _, err := s.Commit(t.Context(), "t", c); err != nil {
		t.Fatal(err)
	}
	_, err = s.hide(t.Context(), "t", "s") // as DropSet does before it is interrupted
	if err := errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	var left int
	if err := s.row(t.Context(), []any{&left}, `SELECT (SELECT count(*) FROM entries) + (SELECT count(*) FROM chunks) +
		(SELECT count(*) FROM sets)`); err != nil || left != 0 {
		t.Errorf("%d rows are left: %v", left, err)
	}
}

func TestOldKeysAreForgottenWhileNewOnesCome(t *testing.T) {
	s := openStore(t)
	now := moment(0)
	for i := range 200 {
		now = now.Add(1e9)
		if _, err := s.First(t.Context(), "t", storage.Once{Key: fmt.Sprint(i), For: 10e9}, now); err != nil {
			t.Fatal(err)
		}
	}
	var kept int
	if err := s.row(t.Context(), []any{&kept}, `SELECT count(*) FROM once`); err != nil || kept != 10 {
		t.Errorf("%d keys are kept: %v", kept, err)
	}
}
