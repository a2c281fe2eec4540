package storagetest

import (
	"fmt"
	"testing"
	"time"

	"animo/storage"
)

func logPromises() []promise {
	return []promise{
		{"the log is read newest first in pages", logPages},
		{"log lines of each tenant are numbered from one", logNumbers},
		{"counters add up by the hour", countersAddUp},
		{"counters are read between two hours", countersBetween},
	}
}

func logPages(t *testing.T, s storage.Store) {
	for i := range 3 {
		var c storage.Change
		for k := range 2 {
			c.Log = append(c.Log, storage.LogLine{
				N: 99, At: noon.Add(-time.Duration(i) * time.Hour), Actor: "discord:é", Action: "giveaway.edit",
				Target: fmt.Sprint(2*i + k + 1), Body: raw(`{"à":"été"}`),
			})
		}
		commit(t, s, home, c)
	}
	lines, err := s.Log(t.Context(), home, 0, 10)
	must(t, err)
	same(t, len(lines), 6)
	for i, l := range lines {
		n := 6 - i
		same(t, l, storage.LogLine{
			N: int64(n), At: noon.Add(-time.Duration((n-1)/2) * time.Hour), Actor: "discord:é", Action: "giveaway.edit",
			Target: fmt.Sprint(n), Body: raw(`{"à":"été"}`),
		})
	}
	page, err := s.Log(t.Context(), home, 5, 2)
	must(t, err)
	same(t, page, lines[2:4])
	page, err = s.Log(t.Context(), home, 1, 2)
	must(t, err)
	same(t, len(page), 0)
	if _, err := s.Log(t.Context(), home, 0, 0); err == nil {
		t.Error("a log without a limit was not refused")
	}
}

func logNumbers(t *testing.T, s storage.Store) {
	for _, tenant := range []storage.Tenant{home, other, home} {
		commit(t, s, tenant, storage.Change{Log: []storage.LogLine{{At: noon, Action: string(tenant)}}})
	}
	refuse(t, s, storage.Change{
		Log:    []storage.LogLine{{At: noon}},
		Checks: []storage.DocCheck{{Kind: "k", ID: "i", Version: 1}},
	}, storage.ErrConflict)
	for tenant, want := range map[storage.Tenant]int64{home: 2, other: 1} {
		lines, err := s.Log(t.Context(), tenant, 0, 10)
		must(t, err)
		same(t, int64(len(lines)), want)
		same(t, lines[0].N, want)
		same(t, lines[0].Action, string(tenant))
	}
}

func count(key string, hour time.Time, delta int64) storage.CounterAdd {
	return storage.CounterAdd{Name: "messages", Key: key, Hour: hour, Delta: delta}
}

func countersAddUp(t *testing.T, s storage.Store) {
	late := noon.Add(59*time.Minute + 59*time.Second)
	paris := noon.In(time.FixedZone("", 5400)) // half an hour off the hour
	commit(t, s, home, storage.Change{Counts: []storage.CounterAdd{
		count("b", noon, 1), count("é", late, 2), count("", noon, 4), count("b", noon.Add(time.Hour), 8), count("b", paris, 16),
		{Name: "joins", Key: "b", Hour: noon, Delta: 100},
	}})
	commit(t, s, home, storage.Change{Counts: []storage.CounterAdd{count("b", late, 32), count("é", noon, -2)}, Loose: true})
	counters, err := s.Counters(t.Context(), home, storage.CounterQuery{Name: "messages", From: noon, To: noon.Add(2 * time.Hour)})
	must(t, err)
	value := func(key string, hour time.Time, v int64) storage.Counter {
		return storage.Counter{Name: "messages", Key: key, Hour: hour, Value: v}
	}
	all := []storage.Counter{value("", noon, 4), value("b", noon, 49), value("é", noon, 0), value("b", noon.Add(time.Hour), 8)}
	shown := counters[:0]
	for _, c := range counters {
		if c.Value != 0 { // whether a sum of nothing is listed is left open
			shown = append(shown, c)
		}
	}
	same(t, shown, []storage.Counter{all[0], all[1], all[3]})
	counters, err = s.Counters(t.Context(), home, storage.CounterQuery{Name: "messages", Key: "b", From: noon, To: noon.Add(2 * time.Hour)})
	must(t, err)
	same(t, counters, []storage.Counter{all[1], all[3]})
}

func countersBetween(t *testing.T, s storage.Store) {
	var adds []storage.CounterAdd
	for h := range 6 {
		adds = append(adds, count("a", noon.Add(time.Duration(h)*time.Hour), 1), count("b", noon.Add(time.Duration(h)*time.Hour), 1))
	}
	commit(t, s, home, storage.Change{Counts: adds})
	for _, q := range []struct{ from, to, want int }{{0, 6, 6}, {2, 4, 2}, {2, 2, 0}, {4, 2, 0}, {-100, 1, 1}, {5, 1000, 1}, {50, 60, 0}} {
		for key, times := range map[string]int{"": 2, "a": 1, "none": 0} {
			counters, err := s.Counters(t.Context(), home, storage.CounterQuery{
				Name: "messages", Key: key,
				From: noon.Add(time.Duration(q.from) * time.Hour), To: noon.Add(time.Duration(q.to) * time.Hour),
			})
			must(t, err)
			if len(counters) != q.want*times {
				t.Errorf("%q from %d to %d: %v", key, q.from, q.to, counters)
			}
		}
	}
	forever := storage.CounterQuery{Name: "messages", Key: "a", To: noon.AddDate(100, 0, 0)}
	counters, err := s.Counters(t.Context(), home, forever)
	must(t, err)
	same(t, len(counters), 6)
}
