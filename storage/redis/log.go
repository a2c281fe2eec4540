package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"animo/storage"
)

// logPage is how many lines one command reads.
const logPage = 1000

// Log reads lines with numbers below before, newest first.
func (s *Store) Log(ctx context.Context, t storage.Tenant, before int64, limit int) ([]storage.LogLine, error) {
	if limit < 1 {
		return nil, errors.New("the limit is not positive")
	}
	key := s.spaceOf(t).of("log", t)
	var lines []storage.LogLine
	for len(lines) < limit && before != 1 {
		end := "+"
		if before > 0 {
			end = strconv.FormatInt(before-1, 10)
		}
		n := min(logPage, limit-len(lines))
		page := plain("XREVRANGE", key, end, "-", "COUNT", n)
		if err := s.do(ctx, page); err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		more, err := logLines(page.list())
		if err != nil {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		lines = append(lines, more...)
		if len(more) < n {
			break
		}
		before = more[n-1].N
	}
	return lines, nil
}

func logLines(rows []any) ([]storage.LogLine, error) {
	var lines []storage.LogLine
	for _, row := range rows {
		v, err := fields(row, 2)
		if err != nil {
			return nil, err
		}
		f, err := fields(v[1], 10)
		if err != nil {
			return nil, err
		}
		n, _, _ := strings.Cut(textOf(v[0]), "-")
		l := storage.LogLine{N: intOf(n), At: moment(f[1]), Actor: textOf(f[3]), Action: textOf(f[5]), Target: textOf(f[7])}
		if body := bodyOf(f[9]); len(body) > 0 {
			l.Body = body
		}
		lines = append(lines, l)
	}
	return lines, nil
}
