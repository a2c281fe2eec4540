package redis

import (
	"context"
	"fmt"
	"strconv"

	"animo/storage"
)

const (
	bodiesEach = 100  // entries whose bodies share a hash
	purgeStep  = 1000 // hashes deleted by one command
)

// Tally reads the numbers of a set; a set that does not exist has none.
func (s *Store) Tally(ctx context.Context, t storage.Tenant, set string) (storage.Tally, error) {
	sp := s.spaceOf(t)
	tally := storage.Tally{Numbers: map[string]int64{}}
	id := plain("HGET", sp.set(t, set), "id")
	if err := s.do(ctx, id); err != nil || id.cmd.Val() == nil {
		return tally, err
	}
	n, numbers := plain("ZCARD", sp.one("keys:"+id.text())), plain("HGETALL", sp.one("tally:"+id.text()))
	if err := s.do(ctx, n, numbers); err != nil {
		return storage.Tally{}, fmt.Errorf("read the numbers of a set: %w", err)
	}
	tally.Entries = n.int()
	list := numbers.list()
	for i := 0; i+1 < len(list); i += 2 {
		tally.Numbers[textOf(list[i])] = intOf(list[i+1])
	}
	return tally, nil
}

// DropSet deletes a set. It is gone at once; the bodies of its entries are
// freed piece by piece before DropSet returns, or by the next Open.
func (s *Store) DropSet(ctx context.Context, t storage.Tenant, set string) error {
	sp := s.spaceOf(t)
	read := plain("HGET", sp.set(t, set), "id")
	if err := s.do(ctx, read); err != nil || read.cmd.Val() == nil {
		return err
	}
	id := read.text()
	drop := scripted(s.scripts.dropSet, []string{
		sp.set(t, set), sp.of("sets", t), sp.one("dropped"), sp.one("keys:" + id), sp.one("tally:" + id), sp.one("none"),
	}, set, id)
	if err := s.lasting(ctx, drop); err != nil {
		return fmt.Errorf("drop a set: %w", err)
	}
	if drop.int() < 0 {
		return nil
	}
	return s.purge(ctx, sp, id, drop.int())
}

// purge deletes the bodies of a dropped set.
func (s *Store) purge(ctx context.Context, sp space, id string, last int64) error {
	for from := int64(0); from <= last/bodiesEach; from += purgeStep {
		args := []any{"UNLINK"}
		for n := from; n < min(from+purgeStep, last/bodiesEach+1); n++ {
			args = append(args, sp.one("body:"+id+":"+strconv.FormatInt(n, 10)))
		}
		if err := s.do(ctx, plain(args...)); err != nil {
			return fmt.Errorf("free a dropped set: %w", err)
		}
	}
	if err := s.do(ctx, plain("ZREM", sp.one("dropped"), id)); err != nil {
		return fmt.Errorf("free a dropped set: %w", err)
	}
	return nil
}

// purgeDropped goes on where a process died that had dropped sets.
func (s *Store) purgeDropped(ctx context.Context) error {
	calls := make([]*call, storage.Partitions)
	for n := range calls {
		calls[n] = plain("ZRANGE", s.partition(n).one("dropped"), 0, purgeStep, "WITHSCORES")
	}
	if err := s.do(ctx, calls...); err != nil {
		return err
	}
	for n, c := range calls {
		list := c.list()
		for i := 0; i+1 < len(list); i += 2 {
			if err := s.purge(ctx, s.partition(n), textOf(list[i]), intOf(list[i+1])); err != nil {
				return err
			}
		}
	}
	return nil
}
