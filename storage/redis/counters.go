package redis

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strconv"

	"animo/storage"
)

// counterHours is how many hours are asked for at a time.
const counterHours = 2000

// hourAdds is what is added to one counter in one hour.
type hourAdds struct {
	name string
	hour int64
	keys []string
	adds map[string]int64
}

// counts writes what is added to counters, sums for each key and hour.
func (m *message) counts(adds []storage.CounterAdd) error {
	all, order := map[string]*hourAdds{}, []*hourAdds{}
	for _, a := range adds {
		id := m.sp.hour(m.t, a.Name, storage.Hours(a.Hour))
		h := all[id]
		if h == nil {
			h = &hourAdds{name: a.Name, hour: storage.Hours(a.Hour), adds: map[string]int64{}}
			all[id], order = h, append(order, h)
		}
		if err := h.add(a.Key, a.Delta); err != nil {
			return err
		}
	}
	m.put(len(order))
	for _, h := range order {
		m.key(m.sp.hour(m.t, h.name, h.hour), m.sp.hours(m.t, h.name))
		m.put(h.name, h.hour, len(h.keys))
		for _, k := range h.keys {
			m.put(k, h.adds[k])
		}
	}
	return nil
}

func (h *hourAdds) add(key string, delta int64) error {
	sum, there := h.adds[key]
	if delta > 0 && sum > math.MaxInt64-delta || delta < 0 && sum < math.MinInt64-delta {
		return fmt.Errorf("the counter %s would become too large to keep", h.name)
	}
	if !there {
		h.keys = append(h.keys, key)
	}
	h.adds[key] = sum + delta
	return nil
}

// Counters reads counters in order of hour, then key. Only hours in which
// anything was counted are looked at.
func (s *Store) Counters(ctx context.Context, t storage.Tenant, q storage.CounterQuery) ([]storage.Counter, error) {
	sp := s.spaceOf(t)
	var counters []storage.Counter
	from, to := storage.HoursUp(q.From), storage.HoursUp(q.To)
	for {
		page := plain("ZRANGEBYSCORE", sp.hours(t, q.Name), from, "("+strconv.FormatInt(to, 10), "LIMIT", 0, counterHours)
		if err := s.do(ctx, page); err != nil {
			return nil, fmt.Errorf("read counters: %w", err)
		}
		found := page.list()
		more, err := s.countersIn(ctx, t, q, found)
		if err != nil {
			return nil, fmt.Errorf("read counters: %w", err)
		}
		counters = append(counters, more...)
		if len(found) < counterHours {
			return counters, nil
		}
		from = intOf(found[len(found)-1]) + 1
	}
}

// countersIn reads the counters of the hours given, which rise.
func (s *Store) countersIn(ctx context.Context, t storage.Tenant, q storage.CounterQuery, hours []any) ([]storage.Counter, error) {
	sp := s.spaceOf(t)
	if q.Key == "" {
		var counters []storage.Counter
		for _, h := range hours {
			more, err := s.hourOf(ctx, sp.hour(t, q.Name, intOf(h)), storage.Counter{Name: q.Name, Hour: storage.HourTime(intOf(h))})
			if err != nil {
				return nil, err
			}
			counters = append(counters, more...)
		}
		return counters, nil
	}
	calls := make([]*call, len(hours))
	for i, h := range hours {
		calls[i] = plain("HGET", sp.hour(t, q.Name, intOf(h)), q.Key)
	}
	if err := s.do(ctx, calls...); err != nil {
		return nil, err
	}
	var counters []storage.Counter
	for i, c := range calls {
		if v := c.cmd.Val(); v != nil {
			counters = append(counters, storage.Counter{Name: q.Name, Key: q.Key, Hour: storage.HourTime(intOf(hours[i])), Value: intOf(v)})
		}
	}
	return counters, nil
}

// hourOf reads all keys of one hour, in order; one tells name and hour.
func (s *Store) hourOf(ctx context.Context, key string, one storage.Counter) ([]storage.Counter, error) {
	values := map[string]int64{} // a scan may return something twice
	for cursor := "0"; ; {
		page := plain("HSCAN", key, cursor, "COUNT", 1000)
		if err := s.do(ctx, page); err != nil {
			return nil, err
		}
		answer, err := fields(page.cmd.Val(), 2)
		if err != nil {
			return nil, err
		}
		list := listOf(answer[1])
		for i := 0; i+1 < len(list); i += 2 {
			values[textOf(list[i])] = intOf(list[i+1])
		}
		if cursor = textOf(answer[0]); cursor == "0" {
			break
		}
	}
	counters := make([]storage.Counter, 0, len(values))
	for k, v := range values {
		one.Key, one.Value = k, v
		counters = append(counters, one)
	}
	slices.SortFunc(counters, func(a, b storage.Counter) int { return cmp.Compare(a.Key, b.Key) })
	return counters, nil
}
