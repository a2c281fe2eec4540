package redis

import (
	"context"
	"fmt"
	"time"

	"animo/storage"
)

// First says whether key is seen for the first time within its time.
func (s *Store) First(ctx context.Context, t storage.Tenant, o storage.Once, now time.Time) (bool, error) {
	sp := s.spaceOf(t)
	first := scripted(s.scripts.first, []string{sp.of("once", t), s.number(sp), sp.one("none")},
		o.Key, micros(now.Add(o.For)), micros(now))
	if err := s.lasting(ctx, first); err != nil {
		return false, fmt.Errorf("look for a first-time key: %w", err)
	}
	return first.int() == 1, nil
}
