package redis

import (
	"context"
	"fmt"
	"time"
)

// Time is the server's clock, which all who use the store share.
func (s *Store) Time(ctx context.Context) (time.Time, error) {
	now, err := s.client.Time(ctx).Result()
	if err != nil {
		return time.Time{}, fmt.Errorf("read redis's clock: %w", err)
	}
	return now, nil
}
