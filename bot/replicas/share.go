package replicas

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"animo/storage"
)

// Share is what this process works on. A nil Share is all of it, for ever.
type Share struct {
	mu    sync.Mutex
	parts map[int]*part
}

// part is a partition that is held.
type part struct {
	fence   storage.Fence
	lease   context.Context // ends a little before the lease does
	expire  *time.Timer     // ends it
	end     context.CancelFunc
	leaving bool // it falls to another: nothing new is begun
	busy    int  // what is under way
}

// Partitions are those on which new work may be begun; nil means all.
func (s *Share) Partitions() []int {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]int, 0, len(s.parts))
	for n, p := range s.parts {
		if p.open() {
			out = append(out, n)
		}
	}
	slices.Sort(out)
	return out
}

func (p *part) open() bool { return p != nil && !p.leaving && p.lease.Err() == nil }

// Enter begins work for a tenant; ok is false if that is not for this process
// any more. The work's context ends when the lease does, and leave must be
// called.
func (s *Share) Enter(ctx context.Context, t storage.Tenant) (work context.Context, leave func(), ok bool) {
	if s == nil {
		return ctx, func() {}, true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.parts[t.Partition()]
	if !p.open() {
		return ctx, func() {}, false
	}
	p.busy++
	work, end := context.WithCancel(context.WithValue(ctx, fenceKey{}, p.fence))
	stop := context.AfterFunc(p.lease, end)
	return work, func() {
		stop()
		end()
		s.mu.Lock()
		defer s.mu.Unlock()
		p.busy--
	}, true
}

// take adds a partition that is held for a time from now on, or renews it.
func (s *Share) take(n int, f storage.Fence, d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.parts[n]
	if p != nil && p.fence == f && p.lease.Err() == nil {
		p.expire.Reset(d)
		p.leaving = false
		return
	}
	if p != nil {
		p.end()
	}
	lease, end := context.WithCancel(context.Background())
	s.parts[n] = &part{fence: f, lease: lease, end: end, expire: time.AfterFunc(d, end)}
}

// drop gives a partition up whose lease is gone.
func (s *Share) drop(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.parts[n]; p != nil {
		p.expire.Stop()
		p.end()
		delete(s.parts, n)
	}
}

// quit begins nothing new on a partition, and says whether nothing of it is
// under way.
func (s *Share) quit(n int) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.parts[n]
	if p == nil {
		return true
	}
	p.leaving = true
	return p.busy == 0
}

func (s *Share) held() []int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Sorted(maps.Keys(s.parts))
}

type fenceKey struct{}

// Fenced returns a store whose commits carry the number of the lease under
// which their work was begun.
func Fenced(s storage.Store) storage.Store { return fenced{s} }

type fenced struct{ storage.Store }

// Commit implements storage.Store.
func (f fenced) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	fence, ok := ctx.Value(fenceKey{}).(storage.Fence)
	if ok && c.Fence == nil && fence.Lease == storage.PartitionLease(t.Partition()) {
		c.Fence = &fence
	}
	return f.Store.Commit(ctx, t, c)
}
