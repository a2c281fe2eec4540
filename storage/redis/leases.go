package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"animo/storage"
)

// leaseMemory is how long after its end a lease is remembered that nobody
// renews, by Redis's clock.
const leaseMemory = 24 * time.Hour

// Acquire takes or renews a lease for owner. An owner keeps its token until
// it releases the lease or another takes it, even past its time; a lease that
// nobody renewed for a day gets a new token all the same.
func (s *Store) Acquire(ctx context.Context, lease, owner string, now time.Time, d time.Duration) (storage.Fence, bool, error) {
	if owner == "" {
		return storage.Fence{}, false, errors.New("the owner of a lease is empty")
	}
	sp := s.leaseSpace(lease)
	take := scripted(s.scripts.acquire, []string{sp.lease(lease), sp.one("fence"), sp.one("none")},
		owner, micros(now), micros(now.Add(d)), (d + leaseMemory).Milliseconds())
	if err := s.lasting(ctx, take); err != nil {
		return storage.Fence{}, false, fmt.Errorf("take the lease %s: %w", lease, err)
	}
	token := take.int()
	if token == 0 {
		return storage.Fence{}, false, nil
	}
	return storage.Fence{Lease: lease, Token: token}, true, nil
}

// Release gives up a lease that owner holds; otherwise it does nothing.
func (s *Store) Release(ctx context.Context, lease, owner string) error {
	sp := s.leaseSpace(lease)
	if err := s.do(ctx, scripted(s.scripts.release, []string{sp.lease(lease), sp.one("none")}, owner)); err != nil {
		return fmt.Errorf("release the lease %s: %w", lease, err)
	}
	return nil
}
