package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"animo/storage"
)

// LeaseEffects leases the first waiting effect of each lane that is due. An
// effect's Tried is what it was before this lease: zero at the first.
func (s *Store) LeaseEffects(ctx context.Context, c storage.Claim) ([]storage.Effect, error) {
	l, err := newLease(c)
	if err != nil || c.Limit < 1 {
		return nil, err
	}
	var effects []storage.Effect
	err = s.do(ctx, false, func(w *writer) error {
		effects, err = w.leaseEffects(l, c.Limit)
		return err
	})
	if err != nil {
		return nil, err
	}
	return effects, nil
}

func (w *writer) leaseEffects(l lease, limit int) ([]storage.Effect, error) {
	if err := w.freeEffects(l.now); err != nil {
		return nil, err
	}
	var effects []storage.Effect
	var ids []int64
	for priority, ok, err := w.nextPriority(nil); len(effects) < limit; priority, ok, err = w.nextPriority(&priority) {
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if err := w.dueEffects(l, priority, limit-len(effects), &ids, &effects); err != nil {
			return nil, err
		}
	}
	for _, id := range ids {
		err := w.exec(`UPDATE effects SET held_until = ?, token = ?, attempts = attempts + 1,
			tried = coalesce(tried, ?) WHERE id = ?`, l.until, l.token, l.now, id)
		if err != nil {
			return nil, err
		}
	}
	return effects, nil
}

// freeEffects frees leases that ran out. Their tokens stay until somebody
// else takes the effect, except where it was put again meanwhile: a late
// owner may then no longer take it away.
func (w *writer) freeEffects(now int64) error {
	return w.exec(`UPDATE effects SET held_until = NULL, due = min(due, coalesce(again_due, due)),
		token = CASE WHEN again_due IS NULL THEN token ELSE '' END, again_due = NULL, again_pos = NULL
		WHERE held_until <= ?`, now)
}

// nextPriority returns the next priority that any head of a lane has; nil
// asks for the first. Going priority by priority, everything is found by
// index, however many effects wait for later.
func (w *writer) nextPriority(after *int) (n int, ok bool, err error) {
	var next sql.NullInt64
	if after == nil {
		err = w.row(`SELECT min(priority) FROM effects WHERE head = 1 AND held_until IS NULL`).Scan(&next)
	} else {
		err = w.row(`SELECT min(priority) FROM effects WHERE head = 1 AND held_until IS NULL AND priority > ?`, *after).Scan(&next)
	}
	return int(next.Int64), next.Valid, err
}

func (w *writer) dueEffects(l lease, priority, limit int, ids *[]int64, effects *[]storage.Effect) error {
	args := append(append([]any{priority, l.now}, l.parts.args...), limit)
	return w.each(func(row scanner) error {
		e := storage.Effect{Priority: priority, Token: l.token}
		var id, due int64
		var tried sql.NullInt64
		err := row.Scan(&id, &e.Tenant, &e.Key, &e.Lane, &due, (*[]byte)(&e.Body), &e.Attempts, &tried)
		e.Due = moment(due)
		if tried.Valid {
			e.Tried = moment(tried.Int64)
		}
		*ids, *effects = append(*ids, id), append(*effects, e)
		return err
	}, `SELECT id, tenant, key, lane, due, body, attempts, tried FROM effects
		WHERE head = 1 AND held_until IS NULL AND priority = ? AND due <= ?`+l.parts.text+`
		ORDER BY due, pos LIMIT ?`, args...)
}

func (w *writer) changeEffects(t storage.Tenant, c storage.Change) error {
	for _, d := range c.DoneEffects {
		if err := w.effectDone(t, d); err != nil {
			return fmt.Errorf("effect %s is done: %w", d.Key, err)
		}
	}
	for _, r := range c.Retries {
		if err := w.retryEffect(t, r); err != nil {
			return fmt.Errorf("effect %s comes again: %w", r.Key, err)
		}
	}
	for _, key := range c.Drop {
		if err := w.dropEffect(t, key, c.Now); err != nil {
			return err
		}
	}
	for _, e := range c.Effects {
		if err := w.putEffect(t, e); err != nil {
			return err
		}
	}
	return nil
}

// effectDone takes the effect away, or, where it was put again while it was
// held, lets it wait once more as if it were new.
func (w *writer) effectDone(t storage.Tenant, d storage.Done) error {
	var id int64
	var lane string
	var again sql.NullInt64
	err := w.row(`SELECT id, lane, again_due FROM effects WHERE tenant = ? AND key = ? AND token = ? AND token <> ''`,
		string(t), d.Key, d.Token).Scan(&id, &lane, &again)
	if errors.Is(err, sql.ErrNoRows) {
		return storage.ErrConflict
	}
	if err != nil {
		return err
	}
	if !again.Valid {
		return w.deleteEffect(t, id, lane)
	}
	err = w.exec(`UPDATE effects SET head = 0, held_until = NULL, token = '', attempts = 0, tried = NULL,
		due = again_due, pos = again_pos, again_due = NULL, again_pos = NULL WHERE id = ?`, id)
	if err != nil {
		return err
	}
	return w.promote(t, lane)
}

func (w *writer) retryEffect(t storage.Tenant, r storage.Retry) error {
	n, err := w.affect(`UPDATE effects SET held_until = NULL, token = '', due = ?, again_due = NULL, again_pos = NULL
		WHERE tenant = ? AND key = ? AND token = ? AND token <> ''`, micros(r.Due), string(t), r.Key, r.Token)
	return conflictIfNone(n, err)
}

// dropEffect takes away an effect that waits. Of one that is being carried
// out it takes away only that it was put again.
func (w *writer) dropEffect(t storage.Tenant, key string, now time.Time) error {
	var id int64
	var lane string
	var until sql.NullInt64
	err := w.row(`SELECT id, lane, held_until FROM effects WHERE tenant = ? AND key = ?`, string(t), key).
		Scan(&id, &lane, &until)
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	if until.Valid && until.Int64 > micros(now) {
		return w.exec(`UPDATE effects SET again_due = NULL, again_pos = NULL WHERE id = ?`, id)
	}
	return w.deleteEffect(t, id, lane)
}

func (w *writer) putEffect(t storage.Tenant, e storage.Effect) error {
	due := micros(e.Due)
	w.lanePos++
	n, err := w.affect(`UPDATE effects SET body = ?1, priority = ?2,
			due = CASE WHEN held_until IS NULL THEN min(due, ?3) ELSE due END,
			token = CASE WHEN held_until IS NULL THEN '' ELSE token END,
			again_due = CASE WHEN held_until IS NULL THEN NULL ELSE min(coalesce(again_due, ?3), ?3) END,
			again_pos = CASE WHEN held_until IS NULL THEN NULL ELSE coalesce(again_pos, ?4) END
		WHERE tenant = ?5 AND key = ?6`, blob(e.Body), e.Priority, due, w.lanePos, string(t), e.Key)
	if err != nil || n > 0 {
		return err
	}
	return w.exec(`INSERT INTO effects (tenant, part, key, lane, pos, head, priority, due, body, attempts, token)
		VALUES (?1, ?2, ?3, ?4, ?5, NOT EXISTS (SELECT 1 FROM effects WHERE tenant = ?1 AND lane = ?4), ?6, ?7, ?8, 0, '')`,
		string(t), t.Partition(), e.Key, e.Lane, w.lanePos, e.Priority, due, blob(e.Body))
}

func (w *writer) deleteEffect(t storage.Tenant, id int64, lane string) error {
	if err := w.exec(`DELETE FROM effects WHERE id = ?`, id); err != nil {
		return err
	}
	return w.promote(t, lane)
}

// promote marks the first effect of a lane as its head.
func (w *writer) promote(t storage.Tenant, lane string) error {
	return w.exec(`UPDATE effects SET head = 1 WHERE tenant = ?1 AND lane = ?2 AND head = 0
		AND pos = (SELECT min(pos) FROM effects WHERE tenant = ?1 AND lane = ?2)`, string(t), lane)
}
