package storagetest

import (
	"context"
	"sync/atomic"
	"time"

	"animo/storage"
)

// Failing is a Store whose writes fail on demand. Before and After are
// called, where they are set, with the name of the Store's method and the
// number of the write, from 1 and over all writing methods. An error from
// Before is returned and the write not performed; an error from After is
// returned although the write took effect, as when the answer is lost. Both
// may as well panic or end the process. They are called by whichever
// goroutine writes.
type Failing struct {
	storage.Store
	Before, After func(op string, n int) error

	writes atomic.Int64
}

var _ storage.Store = (*Failing)(nil)

// FailAt returns a hook that returns err at the n-th write and only then.
func FailAt(n int, err error) func(op string, n int) error {
	return func(_ string, at int) error {
		if at == n {
			return err
		}
		return nil
	}
}

// Writes returns how many writes were asked for.
func (f *Failing) Writes() int { return int(f.writes.Load()) }

func failing[T any](f *Failing, op string, write func() (T, error)) (T, error) {
	var none T
	n := int(f.writes.Add(1))
	if f.Before != nil {
		if err := f.Before(op, n); err != nil {
			return none, err
		}
	}
	v, err := write()
	if err != nil || f.After == nil {
		return v, err
	}
	if err := f.After(op, n); err != nil {
		return none, err
	}
	return v, nil
}

// Commit applies a change, or fails.
func (f *Failing) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	return failing(f, "Commit", func() (storage.Receipt, error) { return f.Store.Commit(ctx, t, c) })
}

// LeaseJobs leases due jobs, or fails.
func (f *Failing) LeaseJobs(ctx context.Context, c storage.Claim) ([]storage.Job, error) {
	return failing(f, "LeaseJobs", func() ([]storage.Job, error) { return f.Store.LeaseJobs(ctx, c) })
}

// LeaseEffects leases due effects, or fails.
func (f *Failing) LeaseEffects(ctx context.Context, c storage.Claim) ([]storage.Effect, error) {
	return failing(f, "LeaseEffects", func() ([]storage.Effect, error) { return f.Store.LeaseEffects(ctx, c) })
}

// First says whether a key is new, or fails.
func (f *Failing) First(ctx context.Context, t storage.Tenant, o storage.Once, now time.Time) (bool, error) {
	return failing(f, "First", func() (bool, error) { return f.Store.First(ctx, t, o, now) })
}

// Free ends leases, or fails.
func (f *Failing) Free(ctx context.Context, partitions []int) error {
	return f.only("Free", func() error { return f.Store.Free(ctx, partitions) })
}

// DropSet deletes a set, or fails.
func (f *Failing) DropSet(ctx context.Context, t storage.Tenant, set string) error {
	return f.only("DropSet", func() error { return f.Store.DropSet(ctx, t, set) })
}

// Import writes records, or fails.
func (f *Failing) Import(ctx context.Context, t storage.Tenant, records []storage.Record) error {
	return f.only("Import", func() error { return f.Store.Import(ctx, t, records) })
}

// Acquire takes a lease, or fails.
func (f *Failing) Acquire(ctx context.Context, lease, owner string, now time.Time, d time.Duration) (storage.Fence, bool, error) {
	var ok bool
	fence, err := failing(f, "Acquire", func() (fence storage.Fence, err error) {
		fence, ok, err = f.Store.Acquire(ctx, lease, owner, now, d)
		return fence, err
	})
	return fence, ok && err == nil, err
}

// Release gives up a lease, or fails.
func (f *Failing) Release(ctx context.Context, lease, owner string) error {
	return f.only("Release", func() error { return f.Store.Release(ctx, lease, owner) })
}

func (f *Failing) only(op string, write func() error) error {
	_, err := failing(f, op, func() (struct{}, error) { return struct{}{}, write() })
	return err
}
