package replicas

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/storage"
	"animo/storage/sqlite"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// quick is a pace at which a test does not wait long.
var quick = pace{beat: 30 * time.Millisecond, lease: 1500 * time.Millisecond, margin: 100 * time.Millisecond, dead: 1200 * time.Millisecond}

// one is a replica under test. Its clock, and so its life, can be stopped.
type one struct {
	*Replicas
	dead atomic.Bool
	stop context.CancelFunc
	over chan error
}

type town struct {
	t     *testing.T
	store storage.Store
	pace  pace
	n     int
}

func open(t *testing.T) *town {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "animo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return &town{t: t, store: s, pace: quick}
}

func (w *town) join() *one {
	w.n++
	o := &one{over: make(chan error, 1)}
	o.Replicas = New(Config{
		Store: Fenced(w.store), Owner: fmt.Sprint("replica-", w.n), Machine: time.Now, Log: slog.New(slog.DiscardHandler),
		Clock: func(context.Context) (time.Time, error) {
			if o.dead.Load() {
				return time.Time{}, errors.New("dead")
			}
			return time.Now(), nil
		},
	})
	o.pace = w.pace
	ctx, stop := context.WithCancel(context.Background())
	o.stop = sync.OnceFunc(func() {
		stop()
		if err := <-o.over; err != nil && !o.dead.Load() {
			w.t.Error(err)
		}
	})
	go func() { o.over <- o.Run(ctx) }()
	w.t.Cleanup(o.stop)
	return o
}

func eventually(t *testing.T, what string, f func() bool) time.Duration {
	t.Helper()
	began := time.Now()
	for time.Since(began) < 10*time.Second {
		if f() {
			return time.Since(began)
		}
		time.Sleep(2 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
	return 0
}

// shared says whether each of these has what falls to it and nothing else; for
// a moment, while they learn of each other, another sharing may look complete.
func shared(all ...*one) bool {
	var owners []string
	for _, o := range all {
		owners = append(owners, o.Owner)
	}
	n := 0
	for _, o := range all {
		for _, p := range o.Share().Partitions() {
			if fallsTo(storage.PartitionLease(p), owners) != o.Owner {
				return false
			}
			n++
		}
	}
	return n == storage.Partitions
}

func TestEachPartitionFallsToOneReplica(t *testing.T) {
	w := open(t)
	a := w.join()
	eventually(t, "the first has everything", func() bool { return shared(a) })
	b, c := w.join(), w.join()
	eventually(t, "three share", func() bool { return shared(a, b, c) })
	for _, o := range []*one{a, b, c} {
		if n := len(o.Share().Partitions()); n < storage.Partitions/6 {
			t.Errorf("%s has %d partitions", o.Owner, n)
		}
	}
	c.stop()
	took := eventually(t, "two share", func() bool { return shared(a, b) })
	if took > quick.lease {
		t.Errorf("a replica that stopped handed over after %v, as if it had died", took)
	}
}

func TestWhatADeadReplicaHadIsServedAgain(t *testing.T) {
	w := open(t)
	a, b := w.join(), w.join()
	eventually(t, "two share", func() bool { return shared(a, b) })
	b.dead.Store(true)
	took := eventually(t, "the other has everything", func() bool { return len(a.Share().Partitions()) == storage.Partitions })
	if n := len(b.Share().Partitions()); n != 0 {
		t.Errorf("the dead one still works on %d partitions", n)
	}
	t.Logf("served again after %v; a lease lasts %v", took, quick.lease)
}

// tenantOf is a tenant whose partition a replica has.
func tenantOf(o *one) storage.Tenant {
	mine := o.Share().Partitions()
	for n := 0; ; n++ {
		if t := storage.Tenant(fmt.Sprint("discord:", n)); slices.Contains(mine, t.Partition()) {
			return t
		}
	}
}

func TestWhatIsUnderWayIsFinishedBeforeItsPartitionMoves(t *testing.T) {
	w := open(t)
	a := w.join()
	eventually(t, "the first has everything", func() bool { return shared(a) })
	var leave []func()
	for n := range 200 {
		_, l, ok := a.Share().Enter(t.Context(), storage.Tenant(fmt.Sprint("discord:", n)))
		if !ok {
			t.Fatalf("discord:%d is not to be worked on", n)
		}
		leave = append(leave, l)
	}
	b := w.join()
	eventually(t, "the other has something", func() bool { return len(b.Share().Partitions()) > 0 })
	time.Sleep(2 * quick.lease)
	for n := range 200 {
		if slices.Contains(b.Share().Partitions(), storage.Tenant(fmt.Sprint("discord:", n)).Partition()) {
			t.Fatalf("the partition of discord:%d has moved while work on it is under way", n)
		}
	}
	for _, l := range leave {
		l()
	}
	eventually(t, "two share", func() bool { return shared(a, b) })
}

func TestAReplicaThatWasPausedWritesNothingThatItNoLongerOwns(t *testing.T) {
	w := open(t)
	a, b := w.join(), w.join()
	eventually(t, "two share", func() bool { return shared(a, b) })
	mine := tenantOf(b)
	work, leave, ok := b.Share().Enter(t.Context(), mine)
	if !ok {
		t.Fatal("not to be worked on")
	}
	defer leave()
	store := Fenced(w.store)
	if _, err := store.Commit(work, mine, storage.Change{Log: []storage.LogLine{{Action: "in time"}}}); err != nil {
		t.Fatal(err)
	}
	b.dead.Store(true)
	eventually(t, "the other has everything", func() bool { return len(a.Share().Partitions()) == storage.Partitions })
	if work.Err() == nil {
		t.Error("the work was not told that its lease is over")
	}
	_, err := store.Commit(context.WithoutCancel(work), mine, storage.Change{Log: []storage.LogLine{{Action: "too late"}}})
	if !errors.Is(err, storage.ErrFenced) {
		t.Errorf("written by a replica that owns nothing: %v", err)
	}
	if _, _, ok := b.Share().Enter(t.Context(), mine); ok {
		t.Error("new work is begun on what is not owned")
	}
}

func TestTheJobsOfADeadReplicaAreFree(t *testing.T) {
	w := open(t)
	w.pace.lease, w.pace.dead = 4*time.Second, 3*time.Second // nobody is taken for dead in between
	a, b := w.join(), w.join()
	eventually(t, "two share", func() bool { return shared(a, b) })
	mine := tenantOf(b)
	now := time.Now()
	if _, err := w.store.Commit(t.Context(), mine, storage.Change{Jobs: []storage.Job{{Key: "j", Kind: "k", Due: now}}}); err != nil {
		t.Fatal(err)
	}
	lease := func(o *one) int {
		jobs, err := w.store.LeaseJobs(t.Context(), storage.Claim{
			Owner: o.Owner, Partitions: o.Share().Partitions(), Now: now.Add(time.Second), For: time.Hour, Limit: 10,
		})
		if err != nil {
			t.Fatal(err)
		}
		return len(jobs)
	}
	eventually(t, "its owner gets the job", func() bool {
		if lease(a) != 0 {
			t.Fatalf("partition %d is worked on by one who has %v, while the other has %v", mine.Partition(), a.Share().Partitions(), b.Share().Partitions())
		}
		return lease(b) == 1
	})
	b.dead.Store(true)
	eventually(t, "the other gets the job", func() bool { return lease(a) == 1 })
}

// runs counts who runs what, and notices two at a time.
type runs struct {
	now, most, all atomic.Int32
}

func (r *runs) run(ctx context.Context) error {
	n := r.now.Add(1)
	for m := r.most.Load(); n > m && !r.most.CompareAndSwap(m, n); m = r.most.Load() {
	}
	r.all.Add(1)
	<-ctx.Done()
	r.now.Add(-1)
	return nil
}

func TestAShardRunsOnOneReplicaAtATime(t *testing.T) {
	w := open(t)
	ctx, stop := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	defer wg.Wait()
	defer stop()
	const shards = 8
	var all [shards]runs
	var replicas []*one
	hold := func(o *one) {
		for n := range all {
			wg.Go(func() {
				if err := o.Hold(ctx, fmt.Sprint("discord/shard/", n), all[n].run); err != nil {
					t.Error(err)
				}
			})
		}
	}
	running := func() (n int) {
		for i := range all {
			n += int(all[i].now.Load())
		}
		return n
	}
	for range 3 {
		o := w.join()
		replicas = append(replicas, o)
		hold(o)
		eventually(t, "all run", func() bool { return running() == shards })
	}
	replicas[1].dead.Store(true)
	time.Sleep(2 * quick.lease)
	eventually(t, "all run though one died", func() bool { return running() == shards })
	replicas[2].stop()
	eventually(t, "all run though one stopped", func() bool { return running() == shards })
	for n := range all {
		if m := all[n].most.Load(); m != 1 {
			t.Errorf("shard %d ran %d times at once", n, m)
		}
	}
}

func TestWhatFailsForGoodEndsItsHold(t *testing.T) {
	w := open(t)
	a := w.join()
	wrong := errors.New("the token is refused")
	if err := a.Hold(t.Context(), "x", func(context.Context) error { return wrong }); !errors.Is(err, wrong) {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := a.Hold(ctx, "y", func(context.Context) error { return wrong }); err != nil {
		t.Errorf("ended with %v", err)
	}
}

func TestTurnsAreApart(t *testing.T) {
	w := open(t)
	a, b := w.join(), w.join()
	const every = 100 * time.Millisecond
	var mu sync.Mutex
	var at []time.Time
	var wg sync.WaitGroup
	for _, o := range []*one{a, b} {
		wg.Go(func() {
			for range 3 {
				if err := o.Turn(t.Context(), "identify", every); err != nil {
					t.Error(err)
				}
				mu.Lock()
				at = append(at, time.Now())
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	for i := 1; i < len(at); i++ {
		if d := at[i].Sub(at[i-1]); d < every-20*time.Millisecond {
			t.Errorf("turns %v apart, want %v", d, every)
		}
	}
}

func TestReplicasAgreeOnTheFirstOnesNumber(t *testing.T) {
	w := open(t)
	a := w.join()
	for _, row := range []struct {
		newcomer  bool
		say, want int
	}{{false, 2, 2}, {false, 3, 3}, {true, 5, 3}, {true, 7, 3}, {false, 9, 3}} {
		who := a
		if row.newcomer {
			who = w.join()
		}
		eventually(t, "it lives", func() bool { return len(who.Share().Partitions()) > 0 })
		if got, err := who.Agree(t.Context(), "shards", row.say); err != nil || got != row.want {
			t.Errorf("%s says %d: agreed on %d, %v, want %d", who.Owner, row.say, got, err, row.want)
		}
	}
	var alone *Replicas
	if got, err := alone.Agree(t.Context(), "shards", 4); err != nil || got != 4 {
		t.Errorf("alone: %d, %v", got, err)
	}
}

func TestAloneEverythingIsOnes(t *testing.T) {
	var r *Replicas
	if r.Share().Partitions() != nil {
		t.Error("a store of one's own is shared")
	}
	_, leave, ok := r.Share().Enter(t.Context(), "discord:1")
	leave()
	if !ok || r.Turn(t.Context(), "x", time.Hour) != nil {
		t.Error("held up by nobody")
	}
	ran := false
	if err := r.Hold(t.Context(), "x", func(context.Context) error { ran = true; return nil }); err != nil || !ran {
		t.Errorf("%v, ran %v", err, ran)
	}
}

func TestLittleMovesWhenAReplicaComes(t *testing.T) {
	two, three := []string{"a", "b"}, []string{"a", "b", "c"}
	moved, had := 0, map[string]int{}
	for n := range storage.Partitions {
		name := storage.PartitionLease(n)
		before, after := fallsTo(name, two), fallsTo(name, three)
		had[after]++
		if before != after {
			moved++
			if after != "c" {
				t.Errorf("%s moves from %s to %s", name, before, after)
			}
		}
	}
	if moved < 50 || moved > 120 {
		t.Errorf("%d partitions moved, want about a third; shares %v", moved, had)
	}
}
