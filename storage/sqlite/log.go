package sqlite

import (
	"context"
	"errors"
	"math"

	"animo/storage"
)

// Log reads lines with numbers below before, newest first.
func (s *Store) Log(ctx context.Context, t storage.Tenant, before int64, limit int) ([]storage.LogLine, error) {
	if limit < 1 {
		return nil, errors.New("the limit is not positive")
	}
	if before == 0 {
		before = math.MaxInt64
	}
	var lines []storage.LogLine
	err := s.each(ctx, func(row scanner) error {
		var l storage.LogLine
		var at int64
		err := row.Scan(&l.N, &at, &l.Actor, &l.Action, &l.Target, (*[]byte)(&l.Body))
		l.At = moment(at)
		lines = append(lines, l)
		return err
	}, `SELECT n, at, actor, action, target, body FROM log
		WHERE tenant = ? AND n < ? ORDER BY n DESC LIMIT ?`, string(t), before, limit)
	return lines, err
}

func (w *writer) appendLog(t storage.Tenant, lines []storage.LogLine) error {
	for _, l := range lines {
		err := w.exec(`INSERT INTO log (tenant, n, at, actor, action, target, body)
			VALUES (?1, (SELECT coalesce(max(n), 0) + 1 FROM log WHERE tenant = ?1), ?2, ?3, ?4, ?5, ?6)`,
			string(t), micros(l.At), l.Actor, l.Action, l.Target, blob(l.Body))
		if err != nil {
			return err
		}
	}
	return nil
}
