package redis

import "time"

// SetPatience changes how long calls are tried again.
func (s *Store) SetPatience(d time.Duration) { s.patience = d }
