package redis

import (
	"context"
	"fmt"
	"slices"

	"animo/storage"
)

// LeaseJobs leases due jobs, the most overdue first.
func (s *Store) LeaseJobs(ctx context.Context, c storage.Claim) ([]storage.Job, error) {
	rows, token, err := s.lease(ctx, s.jobKind(), c)
	if err != nil {
		return nil, fmt.Errorf("lease jobs: %w", err)
	}
	var jobs []storage.Job
	for _, row := range rows {
		v, err := fields(row, 5)
		if err != nil {
			return nil, fmt.Errorf("lease jobs: %w", err)
		}
		j := storage.Job{Kind: textOf(v[1]), Due: moment(v[2]), Body: bodyOf(v[3]), Attempts: int(intOf(v[4])), Token: token}
		j.Tenant, j.Key = member(textOf(v[0]))
		jobs = append(jobs, j)
	}
	slices.SortStableFunc(jobs, func(a, b storage.Job) int { return a.Due.Compare(b.Due) })
	return jobs, nil
}
