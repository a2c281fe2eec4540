package jobs_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"animo/bot/jobs"
	"animo/storage"
	"animo/storage/sqlite"
	"animo/storage/storagetest"
)

const tenant = storage.Tenant("discord:1")

// bench is a runner with a clock that stands still and handlers that note what
// they are given.
type bench struct {
	*jobs.Runner
	t     *testing.T
	store storage.Store

	mu    sync.Mutex
	clock time.Time
	ran   []storage.Job
	fail  func(storage.Job) error
	marks []string
	log   bytes.Buffer
}

func open(t *testing.T, wrap ...func(storage.Store) storage.Store) *bench {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "animo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	b := &bench{t: t, store: s, clock: time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)}
	for _, w := range wrap {
		b.store = w(b.store)
	}
	b.Runner = b.another("one")
	return b
}

func (b *bench) another(owner string) *jobs.Runner {
	return jobs.NewRunner(jobs.Config{
		Store: b.store, Owner: owner, Now: b.now, Log: slog.New(slog.NewTextHandler(lockedLog{b}, nil)), Meter: b,
		Handlers: map[string]jobs.Handler{"test": b.handle},
	})
}

type lockedLog struct{ *bench }

func (l lockedLog) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.log.Write(p)
}

func (b *bench) handle(ctx context.Context, j storage.Job) error {
	b.mu.Lock()
	b.ran = append(b.ran, j)
	fail := b.fail
	b.mu.Unlock()
	if fail != nil {
		if err := fail(j); err != nil {
			return err
		}
	}
	_, err := b.store.Commit(ctx, j.Tenant, storage.Change{DoneJobs: jobs.Done(j), Now: b.now()})
	return err
}

// JobDone implements jobs.Meter.
func (b *bench) JobDone(kind, outcome string, late time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.marks = append(b.marks, fmt.Sprintf("%s %s %v", kind, outcome, late))
}

func (b *bench) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock
}

func (b *bench) advance(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock = b.clock.Add(d)
}

func (b *bench) runs() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.ran)
}

func (b *bench) put(key, kind string, in time.Duration) {
	b.t.Helper()
	_, err := b.store.Commit(b.t.Context(), tenant, storage.Change{Now: b.now(), Jobs: []storage.Job{
		{Key: key, Kind: kind, Due: b.now().Add(in), Body: json.RawMessage(`{"for":"` + key + `"}`)},
	}})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *bench) step() int {
	b.t.Helper()
	n, err := b.Step(b.t.Context())
	if err != nil {
		b.t.Fatal(err)
	}
	return n
}

func (b *bench) next() time.Duration {
	b.t.Helper()
	due, _, err := b.store.NextDue(b.t.Context(), nil)
	if err != nil || due.IsZero() {
		b.t.Fatalf("nothing is due: %v", err)
	}
	return due.Sub(b.now())
}

func TestAJobRunsWhenItIsDueAndNotBefore(t *testing.T) {
	b := open(t)
	b.put("a", "test", time.Minute)
	b.advance(time.Minute - time.Microsecond)
	if b.step() != 0 {
		t.Error("it ran too early")
	}
	b.advance(3*time.Second + time.Microsecond)
	if b.step() != 1 || b.runs() != 1 {
		t.Fatal("it did not run")
	}
	if j := b.ran[0]; j.Key != "a" || j.Tenant != tenant || string(j.Body) != `{"for":"a"}` {
		t.Errorf("%+v", j)
	}
	if !slices.Equal(b.marks, []string{"test done 3s"}) {
		t.Errorf("%v", b.marks)
	}
}

func TestAJobThatIsDoneIsNotRunAgain(t *testing.T) {
	b := open(t)
	b.put("a", "test", 0)
	for range 3 {
		b.step()
		b.advance(time.Hour)
	}
	if b.runs() != 1 {
		t.Errorf("it ran %d times", b.runs())
	}
}

func TestAFailingJobComesBackLaterEachTime(t *testing.T) {
	b := open(t)
	b.fail = func(storage.Job) error { return errors.New("the platform is down") }
	b.put("a", "test", 0)
	for n := range 10 {
		if b.step() != 1 {
			t.Fatalf("attempt %d is not due", n)
		}
		if wait, want := b.next(), min(time.Second<<n, time.Minute); wait != want {
			t.Errorf("after attempt %d it waits %v, not %v", n, wait, want)
		}
		b.advance(b.next())
	}
	b.fail = nil
	if b.step() != 1 || b.step() != 0 {
		t.Error("it does not end")
	}
	b.fail = func(storage.Job) error { return errors.New("again") }
	b.put("a", "test", 0)
	if b.step(); b.next() != time.Second {
		t.Errorf("old failures still count: %v", b.next())
	}
	if !strings.Contains(b.log.String(), "the platform is down") || b.marks[0] != "test failed 0s" {
		t.Errorf("%v", b.marks)
	}
}

func TestAJobThatPanicsComesBack(t *testing.T) {
	b := open(t)
	b.fail = func(storage.Job) error { panic("out of range") }
	b.put("a", "test", 0)
	b.step()
	if b.next() != time.Second || !strings.Contains(b.log.String(), "out of range") || !strings.Contains(b.log.String(), "runner_test.go") {
		t.Errorf("in %v; the log says %s", b.next(), b.log.String())
	}
}

func TestAJobOfAnUnknownKindIsKept(t *testing.T) {
	b := open(t)
	b.put("a", "of a later version", 0)
	b.put("b", "test", 0)
	if b.step() != 2 || b.runs() != 1 || b.next() != time.Second || !strings.Contains(b.log.String(), "no handler") {
		t.Errorf("%d ran; the log says %s", b.runs(), b.log.String())
	}
}

func TestAJobPutAnewWhileItRunsIsNotOverwritten(t *testing.T) {
	b := open(t)
	b.fail = func(storage.Job) error {
		b.put("a", "test", 24*time.Hour) // the end was moved meanwhile
		return storage.ErrConflict
	}
	b.put("a", "test", 0)
	b.step()
	if b.next() != 24*time.Hour {
		t.Errorf("it comes in %v", b.next())
	}
}

func TestARunnerThatDiedIsReplaced(t *testing.T) {
	b := open(t)
	b.put("a", "test", 0)
	lost, err := b.store.LeaseJobs(t.Context(), storage.Claim{Owner: "the dead", Now: b.now(), For: time.Minute, Limit: 1})
	if err != nil || len(lost) != 1 {
		t.Fatal(lost, err)
	}
	if b.step() != 0 {
		t.Error("taken from one who may be alive")
	}
	b.advance(time.Minute)
	if b.step() != 1 || b.runs() != 1 {
		t.Error("not taken up")
	}
}

func TestACommitThatFailsRunsTheJobAgain(t *testing.T) {
	lost, broken := errors.New("the disk is gone"), false
	b := open(t, func(s storage.Store) storage.Store {
		return &storagetest.Failing{Store: s, Before: func(op string, _ int) error {
			if broken && op == "Commit" {
				return lost
			}
			return nil
		}}
	})
	b.put("a", "test", 0)
	broken = true
	b.step() // neither done nor put back
	broken = false
	b.advance(time.Minute)
	if b.step() != 1 || b.runs() != 2 || b.step() != 0 {
		t.Errorf("it ran %d times", b.runs())
	}
}

func TestTwoRunnersRunEveryJobOnce(t *testing.T) {
	b := open(t)
	const all = 200
	var puts []storage.Job
	for n := range all {
		puts = append(puts, storage.Job{Key: fmt.Sprint(n), Kind: "test", Due: b.now()})
	}
	if _, err := b.store.Commit(t.Context(), tenant, storage.Change{Jobs: puts, Now: b.now()}); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 2)
	for _, r := range []*jobs.Runner{b.Runner, b.another("two")} {
		go func() { ended <- r.Run(ctx) }()
	}
	for end := time.Now().Add(8 * time.Second); b.runs() < all && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	stop()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	seen := map[string]int{}
	for _, j := range b.ran {
		seen[j.Key]++
	}
	if len(seen) != all || len(b.ran) != all {
		t.Errorf("%d jobs ran, %d times in all", len(seen), len(b.ran))
	}
	if b.step() != 0 {
		t.Error("some are left")
	}
}

func TestASlowJobHoldsNobodyUp(t *testing.T) {
	b := open(t)
	hold, quick := make(chan struct{}), make(chan struct{})
	b.fail = func(j storage.Job) error {
		if j.Key == "slow" {
			<-hold
		} else {
			close(quick)
		}
		return nil
	}
	b.put("slow", "test", 0)
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- b.Run(ctx) }()
	for end := time.Now().Add(8 * time.Second); b.runs() < 1 && time.Now().Before(end); time.Sleep(time.Millisecond) {
	}
	b.put("quick", "test", 0)
	b.Kick()
	select {
	case <-quick:
	case <-time.After(8 * time.Second):
		t.Error("the quick one waits for the slow one")
	}
	stop()
	select {
	case <-ended:
		t.Error("the runner left while a job was under way")
	case <-time.After(20 * time.Millisecond):
	}
	close(hold)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestAJobThatHangsIsPutBackWithinItsLease(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := open(t)
		r := jobs.NewRunner(jobs.Config{
			Store: b.store, Owner: "one", Now: b.now, Log: slog.New(slog.DiscardHandler), Meter: b,
			Handlers: map[string]jobs.Handler{"test": func(ctx context.Context, _ storage.Job) error {
				<-ctx.Done()
				return ctx.Err()
			}},
		})
		b.put("a", "test", 0)
		begun := time.Now()
		if _, err := r.Step(t.Context()); err != nil || time.Since(begun) > time.Minute {
			t.Errorf("it took %v, %v", time.Since(begun), err)
		}
		if b.next() != time.Second {
			t.Errorf("it comes back in %v", b.next())
		}
	})
}
