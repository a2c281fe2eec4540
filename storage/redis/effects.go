package redis

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"animo/storage"
)

// LeaseEffects leases the first waiting effect of each lane that is due. An
// effect's Tried is what it was before this lease: zero at the first.
func (s *Store) LeaseEffects(ctx context.Context, c storage.Claim) ([]storage.Effect, error) {
	rows, token, err := s.lease(ctx, s.effectKind(), c)
	if err != nil {
		return nil, fmt.Errorf("lease effects: %w", err)
	}
	var effects []storage.Effect
	for _, row := range rows {
		v, err := fields(row, 7)
		if err != nil {
			return nil, fmt.Errorf("lease effects: %w", err)
		}
		e := storage.Effect{
			Lane: textOf(v[1]), Priority: int(intOf(v[2])), Due: moment(v[3]), Body: bodyOf(v[4]),
			Attempts: int(intOf(v[5])), Token: token,
		}
		e.Tenant, e.Key = member(textOf(v[0]))
		if v[6] != nil {
			e.Tried = moment(v[6])
		}
		effects = append(effects, e)
	}
	slices.SortStableFunc(effects, func(a, b storage.Effect) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.Due.Compare(b.Due))
	})
	return effects, nil
}
