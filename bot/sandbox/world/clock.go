package world

import (
	"sync"
	"time"
)

// Clock is the sandbox's time: the machine's, plus what a person added.
// It never goes back.
type Clock struct {
	mu    sync.Mutex
	real  func() time.Time
	ahead time.Duration
	moved chan struct{}
}

// NewClock returns a clock that runs with real, which is time.Now outside
// tests, from start on; a zero start means real's own time.
func NewClock(real func() time.Time, start time.Time) *Clock {
	c := &Clock{real: real, moved: make(chan struct{})}
	if !start.IsZero() {
		c.ahead = start.Sub(real())
	}
	return c
}

// Now returns the sandbox's time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.real().Add(c.ahead)
}

// Advance moves the clock forward by d and wakes whoever waits on Moved.
// A negative d does nothing.
func (c *Clock) Advance(d time.Duration) time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	if d > 0 {
		c.ahead += d
		close(c.moved)
		c.moved = make(chan struct{})
	}
	return c.real().Add(c.ahead)
}

// Ahead returns how far the clock is ahead of the machine's.
func (c *Clock) Ahead() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ahead
}

// Moved returns a channel that is closed at the next Advance.
func (c *Clock) Moved() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.moved
}
