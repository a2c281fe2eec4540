package redis

import (
	"context"
	"errors"
	"fmt"
	"time"

	"animo/storage"
)

// reviseTimes is how often a revision is tried while others write too.
const reviseTimes = 100

// Revise shows change the values of keys, nil where there is none, at the
// server's time, and writes what change returns, one scrap for each key, if no
// other process has written any of them meanwhile; otherwise change is asked
// again. If change returns nil nothing is written. It costs a round trip to
// read and another to write.
func (s *Store) Revise(ctx context.Context, keys []string, change func(now time.Time, values [][]byte) ([]storage.Scrap, error)) error {
	sp := newSpace(s.prefix, scrapTag)
	names := make([]string, len(keys))
	for i, k := range keys {
		names[i] = sp.scrap(k)
	}
	args := []any{"read"}
	for range reviseTimes {
		c := scripted(s.scripts.revise, names, args...)
		if err := s.do(ctx, c); err != nil {
			return fmt.Errorf("revise what replicas share: %w", err)
		}
		answer := c.list()
		if len(answer) == 0 {
			return nil // written
		}
		if len(answer) != 1+len(keys) {
			return fmt.Errorf("revise what replicas share: redis answered %d values where %d were expected", len(answer), 1+len(keys))
		}
		values := make([][]byte, len(keys))
		for i := range values {
			values[i] = bodyOf(answer[1+i])
		}
		scraps, err := change(time.UnixMicro(intOf(answer[0])), values)
		if err != nil || scraps == nil {
			return err
		}
		args = revision(values, scraps)
	}
	return errors.New("revise what replicas share: others write all the time")
}

// revision writes the arguments of revise.lua.
func revision(was [][]byte, scraps []storage.Scrap) []any {
	args := make([]any, 0, 1+3*len(was))
	args = append(args, "write")
	for i, v := range was {
		args = append(args, string(v), string(scraps[i].Body), max(scraps[i].For.Milliseconds(), 0))
	}
	return args
}
