package replicas

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"animo/storage"
)

// pace is how fast replicas notice each other.
type pace struct {
	beat  time.Duration // between signs of life, and renewals
	lease time.Duration // how long a lease lasts
	// margin is how much earlier than its lease work ends.
	margin time.Duration
	dead   time.Duration // after so long without a sign of life
}

func usualPace() pace {
	return pace{beat: 2 * time.Second, lease: 10 * time.Second, margin: time.Second, dead: 7 * time.Second}
}

const (
	kindReplica = "replica" // documents of storage.System: who lives
	atOnce      = 16        // calls
	forgetAfter = time.Hour // documents of the dead
)

// Config is what Replicas needs.
type Config struct {
	Store storage.Store
	Owner string // this process
	Log   *slog.Logger
	// Clock tells the time that all replicas share, Machine that of this
	// machine, by which the rest of a lease is counted.
	Clock   func(ctx context.Context) (time.Time, error)
	Machine func() time.Time
}

// Replicas is this process among those that share its store.
type Replicas struct {
	Config
	pace  pace
	share *Share

	mu    sync.Mutex
	alive []string
	wants map[string]*want // by lease
	soon  chan struct{}    // holds a token when the next beat is not to be waited for
}

// New returns a replica that Run lets live.
func New(c Config) *Replicas {
	return &Replicas{
		Config: c, pace: usualPace(), share: &Share{parts: make(map[int]*part)},
		wants: make(map[string]*want), soon: make(chan struct{}, 1),
	}
}

// Share is what falls to this process; nil for a nil Replicas, which has the
// store to itself.
func (r *Replicas) Share() *Share {
	if r == nil {
		return nil
	}
	return r.share
}

// Run lives until ctx ends, and then hands everything over.
func (r *Replicas) Run(ctx context.Context) error {
	beat := time.NewTicker(r.pace.beat)
	defer beat.Stop()
	for {
		if err := r.beat(ctx); err != nil && ctx.Err() == nil {
			r.Log.Warn("share the work among replicas", "error", err)
		}
		select {
		case <-ctx.Done():
			return r.leave(context.WithoutCancel(ctx))
		case <-beat.C:
		case <-r.soon:
		}
	}
}

// stir has the next beat come at once.
func (r *Replicas) stir() {
	select {
	case r.soon <- struct{}{}:
	default:
	}
}

// life is a replica's sign of life.
type life struct {
	At time.Time `json:"at"`
}

// beat says that this replica lives, sees who else does, and takes and leaves
// what follows from that.
func (r *Replicas) beat(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, r.pace.lease)
	defer stop()
	now, err := r.Clock(ctx)
	if err != nil {
		return fmt.Errorf("read the shared clock: %w", err)
	}
	alive, err := r.meet(ctx, now)
	if err != nil {
		return err
	}
	r.mu.Lock()
	if !slices.Equal(alive, r.alive) {
		r.Log.Info("replicas", "alive", alive)
	}
	r.alive = alive
	r.mu.Unlock()
	return errors.Join(r.partitions(ctx, now, alive), r.leases(ctx, now, alive))
}

// meet writes the sign of life and reads those of the others.
func (r *Replicas) meet(ctx context.Context, now time.Time) (alive []string, err error) {
	known, err := r.known(ctx, now)
	if err != nil {
		return nil, err
	}
	mine := storage.DocPut{Kind: kindReplica, ID: r.Owner, Index: r.Owner}
	change := storage.Change{Now: now, Loose: true}
	for _, k := range known {
		switch {
		case k.ID == r.Owner:
			mine.Version = k.Version
		case k.silent < r.pace.dead:
			alive = append(alive, k.ID)
		case k.silent > forgetAfter:
			change.Docs = append(change.Docs, storage.DocPut{Kind: kindReplica, ID: k.ID, Version: k.Version, Delete: true})
		}
	}
	if mine.Body, err = json.Marshal(life{now}); err != nil {
		return nil, err
	}
	change.Docs = append(change.Docs, mine)
	if _, err := r.Store.Commit(ctx, storage.System, change); err != nil && !errors.Is(err, storage.ErrConflict) {
		return nil, fmt.Errorf("write a sign of life: %w", err)
	}
	alive = append(alive, r.Owner)
	slices.Sort(alive)
	return alive, nil
}

// sign is that of a replica that lived at some time.
type sign struct {
	storage.Doc
	silent time.Duration // since
}

// known reads the signs of life of all.
func (r *Replicas) known(ctx context.Context, now time.Time) ([]sign, error) {
	docs, err := r.Store.List(ctx, storage.System, storage.ListQuery{Kind: kindReplica, Limit: 1000})
	if err != nil {
		return nil, fmt.Errorf("list the replicas: %w", err)
	}
	signs := make([]sign, len(docs))
	for i, d := range docs {
		var l life
		if err := json.Unmarshal(d.Body, &l); err != nil {
			return nil, fmt.Errorf("read the sign of life of %s: %w", d.ID, err)
		}
		signs[i] = sign{d, now.Sub(l.At)}
	}
	return signs, nil
}

// Alive counts the replicas that live, this one among them only once it has
// said so; a nil Replicas is alone.
func (r *Replicas) Alive(ctx context.Context) (int, error) {
	if r == nil {
		return 1, nil
	}
	now, err := r.Clock(ctx)
	if err != nil {
		return 0, fmt.Errorf("read the shared clock: %w", err)
	}
	known, err := r.known(ctx, now)
	n := 0
	for _, k := range known {
		if k.silent < r.pace.dead {
			n++
		}
	}
	return n, err
}

// Kinds are those of the documents of storage.System that replicas keep for
// each other, which mean nothing once none of them lives.
func Kinds() []string { return []string{kindReplica, kindAgreed} }

// fallsTo says to which of the replicas something falls.
func fallsTo(what string, alive []string) string {
	best, most := "", uint64(0)
	for _, who := range alive {
		h := fnv.New64a()
		fmt.Fprintf(h, "%s\x00%s", who, what)
		if w := mix(h.Sum64()); best == "" || w > most {
			best, most = who, w
		}
	}
	return best
}

// mix spreads what FNV leaves alike in names that differ in few characters
// (the finalizer of SplitMix64).
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// partitions takes, renews and leaves partitions.
func (r *Replicas) partitions(ctx context.Context, now time.Time, alive []string) error {
	held := make(map[int]bool)
	for _, n := range r.share.held() {
		held[n] = true
	}
	var g errgroup.Group
	g.SetLimit(atOnce)
	for n := range storage.Partitions {
		lease := storage.PartitionLease(n)
		mine := fallsTo(lease, alive) == r.Owner
		switch {
		case mine || held[n] && !r.share.quit(n):
			g.Go(func() error { return r.hold(ctx, n, held[n], now) })
		case held[n]:
			r.share.drop(n)
			g.Go(func() error { return r.Store.Release(ctx, lease, r.Owner) })
		}
	}
	return g.Wait()
}

// hold takes or renews a partition. One that was another's is freed first of
// what that had begun.
func (r *Replicas) hold(ctx context.Context, n int, held bool, now time.Time) error {
	began := r.Machine()
	f, ok, err := r.Store.Acquire(ctx, storage.PartitionLease(n), r.Owner, now, r.pace.lease)
	if err != nil {
		return fmt.Errorf("lease partition %d: %w", n, err)
	}
	if !ok {
		r.share.drop(n)
		return nil
	}
	if !held {
		if err := r.Store.Free(ctx, []int{n}); err != nil {
			return errors.Join(fmt.Errorf("free partition %d: %w", n, err), r.Store.Release(ctx, f.Lease, r.Owner))
		}
	}
	r.share.take(n, f, r.pace.lease-r.pace.margin-r.Machine().Sub(began))
	return nil
}

// leave hands everything over.
func (r *Replicas) leave(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, r.pace.lease)
	defer stop()
	var g errgroup.Group
	g.SetLimit(atOnce)
	for _, n := range r.share.held() {
		r.share.drop(n)
		g.Go(func() error { return r.Store.Release(ctx, storage.PartitionLease(n), r.Owner) })
	}
	err := g.Wait()
	d, getErr := r.Store.Get(ctx, storage.System, kindReplica, r.Owner)
	if getErr != nil {
		return errors.Join(err, getErr)
	}
	_, delErr := r.Store.Commit(ctx, storage.System, storage.Change{
		Docs: []storage.DocPut{{Kind: kindReplica, ID: r.Owner, Version: d.Version, Delete: true}},
	})
	if err = errors.Join(err, delErr); err != nil {
		return fmt.Errorf("hand the work over: %w", err)
	}
	return nil
}
