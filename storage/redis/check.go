package redis

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"animo/storage"
)

const (
	tenantPage = 1000
	checkEach  = 10 // of each list of each partition
)

// Tenants lists all tenants that own anything, in order.
func (s *Store) Tenants(ctx context.Context) ([]storage.Tenant, error) {
	var tenants []storage.Tenant
	from := map[int]string{}
	for _, p := range everyPartition() {
		from[p] = "-"
	}
	for len(from) > 0 {
		parts, calls := []int{}, []*call{}
		for p, least := range from {
			sp := s.partition(p)
			parts, calls = append(parts, p), append(calls, scripted(s.scripts.tenants, []string{sp.one("tenants")}, string(sp), least, tenantPage))
		}
		if err := s.do(ctx, calls...); err != nil {
			return nil, fmt.Errorf("list tenants: %w", err)
		}
		for i, c := range calls {
			v, err := fields(c.cmd.Val(), 2)
			if err != nil {
				return nil, fmt.Errorf("list tenants: %w", err)
			}
			for _, t := range listOf(v[1]) {
				tenants = append(tenants, storage.Tenant(textOf(t)))
			}
			if from[parts[i]] = "(" + textOf(v[0]); textOf(v[0]) == "" {
				delete(from, parts[i])
			}
		}
	}
	slices.Sort(tenants)
	return tenants, nil
}

// Check looks once more whether the servers are fit and can write to their
// disks, writes, and looks at the beginning of every list whether what belongs
// together is there together. It costs a few thousand commands. An error that
// Notices names too is a *storage.Fault.
func (s *Store) Check(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	servers, err := s.verify(ctx)
	if err != nil {
		return err
	}
	for _, sv := range servers {
		if err := sv.disk(); err != nil {
			return err
		}
	}
	if err := s.do(ctx, plain("SET", s.prefix+schemaKey, schemaVersion, "XX")); err != nil {
		return err
	}
	return s.torn(ctx)
}

func (s *Store) torn(ctx context.Context) error {
	calls := make([]*call, storage.Partitions)
	for n := range calls {
		sp := s.partition(n)
		calls[n] = scripted(s.scripts.check, s.keysOf([]int{n}, "tenants", "due", "leased", "held", "priorities"), string(sp), checkEach)
	}
	if err := s.do(ctx, calls...); err != nil {
		return err
	}
	for _, c := range calls {
		if what := c.text(); what != "" {
			return errors.New("the data is torn (" + what + "): restore a backup; did another program write to this Redis?")
		}
	}
	return nil
}
