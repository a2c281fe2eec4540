package redis

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"slices"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
)

// kind is what is leased: jobs or effects.
type kind struct {
	peek, lease *goredis.Script
	waiting     string // the keys that both scripts look at
	running     string
}

func (s *Store) jobKind() kind {
	return kind{s.scripts.peekJobs, s.scripts.leaseJobs, "due", "leased"}
}

func (s *Store) effectKind() kind {
	return kind{s.scripts.peekEffects, s.scripts.leaseEffects, "priorities", "held"}
}

// candidate is something due in a partition.
type candidate struct {
	part          int
	priority, due int64
}

// lease leases up to limit of what is due, and returns the rows of the
// scripts. Of several partitions it first asks what is due in each, so that
// what is most due goes first wherever it lies; since others may lease at the
// same time, fewer may come than were due.
func (s *Store) lease(ctx context.Context, k kind, c storage.Claim) ([]any, string, error) {
	parts := c.Partitions
	if parts == nil {
		parts = everyPartition()
	}
	token := rand.Text()
	if c.Limit < 1 || len(parts) == 0 {
		return nil, token, ctx.Err()
	}
	share := map[int]int{parts[0]: c.Limit}
	if len(parts) > 1 {
		var err error
		if share, err = s.shares(ctx, k, c, parts); err != nil {
			return nil, "", err
		}
	}
	rows, err := s.take(ctx, k, c, share, token)
	return rows, token, err
}

func everyPartition() []int {
	all := make([]int, storage.Partitions)
	for i := range all {
		all[i] = i
	}
	return all
}

// peekFirst is how many due things a look returns of each partition. Only
// where all of them are among the most due is looked further.
const peekFirst = 8

// shares says how many to lease of each partition.
func (s *Store) shares(ctx context.Context, k kind, c storage.Claim, parts []int) (map[int]int, error) {
	due := map[int][]candidate{}
	for n := min(peekFirst, c.Limit); ; n = min(4*n, c.Limit) {
		expired, err := s.peek(ctx, k, c.Now, n, parts, due)
		if err == nil && len(expired) > 0 {
			// Leases that ran out come back, and may be more due than all else.
			if err = s.end(ctx, k, c, expired); err == nil {
				_, err = s.peek(ctx, k, c.Now, n, expired, due)
			}
		}
		if err != nil {
			return nil, err
		}
		share := mostDue(due, c.Limit)
		parts = parts[:0:0]
		for p, taken := range share {
			if taken == n && n < c.Limit {
				parts = append(parts, p)
			}
		}
		if len(parts) == 0 {
			return share, nil
		}
	}
}

// mostDue counts how many of the most due lie in each partition.
func mostDue(due map[int][]candidate, limit int) map[int]int {
	var all []candidate
	for _, list := range due {
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.priority, b.priority), cmp.Compare(a.due, b.due))
	})
	share := map[int]int{}
	for _, d := range all[:min(len(all), limit)] {
		share[d.part]++
	}
	return share
}

// end ends leases that ran out.
func (s *Store) end(ctx context.Context, k kind, c storage.Claim, parts []int) error {
	none := map[int]int{}
	for _, p := range parts {
		none[p] = 0
	}
	_, err := s.take(ctx, k, c, none, rand.Text())
	return err
}

// peek looks for the first n of what is due in each of the partitions, puts
// them into due, and returns the partitions in which leases ran out.
func (s *Store) peek(ctx context.Context, k kind, now time.Time, n int, parts []int, due map[int][]candidate) ([]int, error) {
	groups := s.groups(parts)
	calls := make([]*call, len(groups))
	for i, g := range groups {
		calls[i] = scripted(k.peek, s.keysOf(g, k.waiting, k.running), micros(now), n)
	}
	if err := s.do(ctx, calls...); err != nil {
		return nil, err
	}
	for _, p := range parts {
		delete(due, p)
	}
	var expired []int
	for i, g := range groups {
		for _, row := range calls[i].list() {
			v, err := fields(row, 3)
			if err != nil {
				return nil, err
			}
			part := g[intOf(v[0])]
			if textOf(v[1]) == "expired" {
				expired = append(expired, part)
				continue
			}
			due[part] = append(due[part], candidate{part, intOf(v[1]), intOf(v[2])})
		}
	}
	return expired, nil
}

// groups says which partitions one script may look at: with Cluster those of
// one slot, else all.
func (s *Store) groups(parts []int) [][]int {
	if !s.cluster {
		return [][]int{parts}
	}
	groups := make([][]int, len(parts))
	for i, p := range parts {
		groups[i] = []int{p}
	}
	return groups
}

func (s *Store) keysOf(parts []int, names ...string) []string {
	keys := make([]string, 0, len(parts)*len(names))
	for _, p := range parts {
		for _, name := range names {
			keys = append(keys, s.partition(p).one(name))
		}
	}
	return keys
}

// take leases up to the share of each partition.
func (s *Store) take(ctx context.Context, k kind, c storage.Claim, share map[int]int, token string) ([]any, error) {
	var calls []*call
	for p, n := range share {
		sp := s.partition(p)
		calls = append(calls, scripted(k.lease, []string{sp.one(k.waiting), sp.one(k.running), sp.one("none")},
			string(sp), micros(c.Now), micros(c.Now.Add(c.For)), token, n))
	}
	if len(calls) == 0 {
		return nil, nil
	}
	// A lease that is forgotten would let what was begun begin again.
	if err := s.lasting(ctx, calls...); err != nil {
		return nil, err
	}
	var rows []any
	for _, c := range calls {
		rows = append(rows, c.list()...)
	}
	return rows, nil
}

// Free ends the leases of jobs and effects, those of each partition at once
// where they are not more than a thousand.
func (s *Store) Free(ctx context.Context, parts []int) error {
	if parts == nil {
		parts = everyPartition()
	}
	for len(parts) > 0 {
		calls := make([]*call, len(parts))
		for i, p := range parts {
			keys := s.keysOf([]int{p}, "due", "leased", "priorities", "held", "none")
			calls[i] = scripted(s.scripts.free, keys, string(s.partition(p)))
		}
		if err := s.do(ctx, calls...); err != nil {
			return fmt.Errorf("end leases: %w", err)
		}
		var more []int
		for i, c := range calls {
			if c.int() == 1 {
				more = append(more, parts[i])
			}
		}
		parts = more
	}
	return ctx.Err()
}

// NextDue returns when the next job and the next effect that nobody holds
// are due; zero if there is none. Of effects only the first of each lane
// counts, since the others cannot go out before it.
func (s *Store) NextDue(ctx context.Context, parts []int) (job, effect time.Time, err error) {
	if parts == nil {
		parts = everyPartition()
	}
	if len(parts) == 0 {
		return time.Time{}, time.Time{}, ctx.Err()
	}
	var calls []*call
	for _, g := range s.groups(parts) {
		calls = append(calls, scripted(s.scripts.next, s.keysOf(g, "due", "priorities")))
	}
	if err := s.do(ctx, calls...); err != nil {
		return time.Time{}, time.Time{}, fmt.Errorf("find what is due next: %w", err)
	}
	for _, c := range calls {
		v, err := fields(c.cmd.Val(), 2)
		if err != nil {
			return time.Time{}, time.Time{}, err
		}
		job, effect = sooner(job, textOf(v[0])), sooner(effect, textOf(v[1]))
	}
	return job, effect, nil
}

func sooner(t time.Time, due string) time.Time {
	if due == "" {
		return t
	}
	if d := moment(due); t.IsZero() || d.Before(t) {
		return d
	}
	return t
}
