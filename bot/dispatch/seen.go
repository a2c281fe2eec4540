package dispatch

import (
	"sync"
	"time"
)

// seen remembers event ids for a time, in two generations: an id is known for
// at least the time and at most twice as long.
type seen struct {
	mu       sync.Mutex
	keep     time.Duration
	turned   time.Time
	old, new map[string]struct{}
}

func newSeen(keep time.Duration) *seen {
	return &seen{keep: keep, old: map[string]struct{}{}, new: map[string]struct{}{}}
}

// again says whether id was there before, and remembers it. An empty id is
// never known.
func (s *seen) again(id string, now time.Time) bool {
	if id == "" {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if age := now.Sub(s.turned); age >= s.keep {
		s.old, s.new, s.turned = s.new, map[string]struct{}{}, now
		if age >= 2*s.keep {
			clear(s.old)
		}
	}
	_, isNew := s.new[id]
	_, isOld := s.old[id]
	s.new[id] = struct{}{}
	return isNew || isOld
}
