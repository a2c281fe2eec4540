package sandbox

import (
	"context"
	"fmt"
	"time"

	"animo/bot/sandbox/world"
)

// timeKey is the one key of the clock's journal.
const timeKey = "time"

// kept is the sandbox's time as the journal has it.
type kept struct {
	Ahead time.Duration `json:"ahead"` // of the machine's clock, in nanoseconds
	Seen  time.Time     `json:"seen"`  // the latest time known to have been shown
}

// timekeeper keeps the clock's moves, so that a restart does not turn time
// back: what was due in the sandbox would be due a second time.
type timekeeper struct {
	clock *world.Clock
	store *world.Store
}

// openTimes makes a clock that goes on where the journal left off, or at
// start if that is later.
func openTimes(store *world.Store, start time.Time, real func() time.Time) (*timekeeper, error) {
	var was kept
	found, err := store.Get(timeKey, &was)
	if err != nil {
		return nil, fmt.Errorf("read the sandbox's clock: %w", err)
	}
	if found {
		start = latest(start, real().Add(was.Ahead), was.Seen)
	}
	k := &timekeeper{clock: world.NewClock(real, start), store: store}
	return k, k.keep()
}

func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}

func (k *timekeeper) keep() error {
	if err := k.store.Put(timeKey, kept{Ahead: k.clock.Ahead(), Seen: k.clock.Now()}); err != nil {
		return fmt.Errorf("keep the sandbox's clock: %w", err)
	}
	return nil
}

// follow keeps each move of the clock, whoever moved it, until ctx ends.
func (k *timekeeper) follow(ctx context.Context) {
	for {
		moved := k.clock.Moved()
		// A full disk must not stop the rehearsal; Close reports it.
		_ = k.keep()
		select {
		case <-ctx.Done():
			return
		case <-moved:
		}
	}
}
