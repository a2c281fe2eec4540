package sqlite

import (
	"context"
	"fmt"

	"animo/storage"
)

// LeaseJobs leases due jobs, the most overdue first.
func (s *Store) LeaseJobs(ctx context.Context, c storage.Claim) ([]storage.Job, error) {
	l, err := newLease(c)
	if err != nil || c.Limit < 1 {
		return nil, err
	}
	var jobs []storage.Job
	err = s.do(ctx, true, func(w *writer) error {
		jobs, err = w.leaseJobs(l, c.Limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return jobs, nil
}

func (w *writer) leaseJobs(l lease, limit int) ([]storage.Job, error) {
	// The token of a lease that ran out stays until somebody else takes the
	// job, so that a late owner who was not overtaken can still finish.
	if err := w.exec(`UPDATE jobs SET held_until = NULL WHERE held_until <= ?`, l.now); err != nil {
		return nil, err
	}
	var ids []int64
	var jobs []storage.Job
	args := append(append([]any{l.now}, l.parts.args...), limit)
	err := w.each(func(row scanner) error {
		j := storage.Job{Token: l.token}
		var id, due int64
		err := row.Scan(&id, &j.Tenant, &j.Key, &j.Kind, &due, (*[]byte)(&j.Body), &j.Attempts)
		j.Due = moment(due)
		ids, jobs = append(ids, id), append(jobs, j)
		return err
	}, `SELECT id, tenant, key, kind, due, body, attempts FROM jobs
		WHERE held_until IS NULL AND due <= ?`+l.parts.text+` ORDER BY due, id LIMIT ?`, args...)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		err := w.exec(`UPDATE jobs SET held_until = ?, token = ?, attempts = attempts + 1 WHERE id = ?`, l.until, l.token, id)
		if err != nil {
			return nil, err
		}
	}
	return jobs, nil
}

// changeJobs takes what is done first, so that a job can put itself again.
func (w *writer) changeJobs(t storage.Tenant, c storage.Change) error {
	for _, d := range c.DoneJobs {
		n, err := w.affect(`DELETE FROM jobs WHERE tenant = ? AND key = ? AND token = ? AND token <> ''`,
			string(t), d.Key, d.Token)
		if err := conflictIfNone(n, err); err != nil {
			return fmt.Errorf("job %s is done: %w", d.Key, err)
		}
	}
	for _, key := range c.Cancel {
		if err := w.exec(`DELETE FROM jobs WHERE tenant = ? AND key = ?`, string(t), key); err != nil {
			return err
		}
	}
	for _, j := range c.Jobs {
		if err := w.putJob(t, j); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) putJob(t storage.Tenant, j storage.Job) error {
	return w.exec(`INSERT INTO jobs (tenant, part, key, kind, due, body, attempts, token)
		VALUES (?, ?, ?, ?, ?, ?, 0, '')
		ON CONFLICT (tenant, key) DO UPDATE SET kind = excluded.kind, due = excluded.due,
			body = excluded.body, attempts = 0, token = '', held_until = NULL`,
		string(t), t.Partition(), j.Key, j.Kind, micros(j.Due), blob(j.Body))
}
