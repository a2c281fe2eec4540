package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"animo/storage"
)

// exercise runs every statement that the store has.
func exercise(t *testing.T, s *Store) {
	t.Helper()
	ctx, now := t.Context(), time.Unix(1e9, 0)
	c := storage.Claim{Now: now, For: time.Hour, Limit: 10}
	parts := c
	parts.Partitions = []int{storage.Tenant("t").Partition()}
	change := func(c storage.Change) error { _, err := s.Commit(ctx, "t", c); return err }
	effect := storage.Effect{Key: "e", Lane: "l", Due: now}
	err := change(storage.Change{
		Docs:    []storage.DocPut{{Kind: "k", ID: "i", Index: "x"}},
		Entries: []storage.EntryPut{{Set: "s", Key: "a"}, {Set: "s", Key: "b"}},
		Tallies: []storage.TallyAdd{{Set: "s", Name: "n"}},
		Jobs:    []storage.Job{{Key: "j", Due: now}},
		Cancel:  []string{"x"},
		Effects: []storage.Effect{effect},
		Log:     []storage.LogLine{{At: now}},
		Once:    &storage.Once{Key: "o"},
		Now:     now,
	})
	_, err1 := s.LeaseJobs(ctx, parts)
	_, err2 := s.LeaseEffects(ctx, parts)
	jobs, err3 := s.LeaseJobs(ctx, storage.Claim{Now: now.Add(2 * time.Hour), For: time.Hour, Limit: 10})
	held, err4 := s.LeaseEffects(ctx, storage.Claim{Now: now.Add(2 * time.Hour), For: time.Hour, Limit: 10})
	if err := errors.Join(err, err1, err2, err3, err4); err != nil || len(jobs) != 1 || len(held) != 1 {
		t.Fatalf("%v, %v: %v", jobs, held, err)
	}
	f, _, err := s.Acquire(ctx, "l", "me", now, time.Hour)
	errs := []error{
		err,
		change(storage.Change{Effects: []storage.Effect{effect}, Drop: []string{"e"}, Fence: &f}),
		change(storage.Change{Effects: []storage.Effect{effect}}),
		change(storage.Change{DoneEffects: []storage.Done{{Key: "e", Token: held[0].Token}}, DoneJobs: []storage.Done{{Key: "j", Token: jobs[0].Token}}}),
		change(storage.Change{Drop: []string{"e"}, Entries: []storage.EntryPut{{Set: "s", Key: "a"}, {Set: "s", Key: "a", Delete: true}}}),
		change(storage.Change{Docs: []storage.DocPut{{Kind: "k", ID: "i", Version: 1, Delete: true}}}),
		change(storage.Change{Counts: []storage.CounterAdd{{Name: "n", Hour: now}}}),
		s.Release(ctx, "l", "me"),
		s.Check(ctx),
	}
	for _, after := range []*storage.Doc{nil, {Index: "x", ID: "i"}} {
		_, err := s.List(ctx, "t", storage.ListQuery{Kind: "k", Prefix: "x", After: after, Limit: 1})
		errs = append(errs, err)
	}
	for _, key := range []string{"", "k"} {
		_, err := s.Counters(ctx, "t", storage.CounterQuery{Name: "n", Key: key, From: now, To: now})
		errs = append(errs, err)
	}
	for _, p := range [][]int{nil, {1, 2}} {
		_, _, err := s.NextDue(ctx, p)
		errs = append(errs, err)
	}
	_, e1 := s.Entries(ctx, "t", "s", "", 1)
	_, e2 := s.EntryKeys(ctx, "t", "s", "", 1)
	_, e3 := s.Tally(ctx, "t", "s")
	_, e4 := s.Log(ctx, "t", 0, 1)
	_, e5 := s.Tenants(ctx)
	if err := errors.Join(append(errs, e1, e2, e3, e4, e5, s.DropSet(ctx, "t", "s"))...); err != nil {
		t.Fatal(err)
	}
}

// TestNoStatementReadsATableFromEndToEnd holds the store to indexes, so that
// a lease among half a million jobs costs what one among ten does.
func TestNoStatementReadsATableFromEndToEnd(t *testing.T) {
	s := openStore(t)
	exercise(t, s)
	var texts []string
	for text := range s.w.stmts {
		texts = append(texts, text)
	}
	s.stmts.Range(func(text, _ any) bool { texts = append(texts, text.(string)); return true })
	if len(texts) < 60 {
		t.Fatalf("only %d statements were used", len(texts))
	}
	for _, text := range texts {
		for _, step := range plan(t, s, text) {
			if (strings.Contains(step, "SCAN") || strings.Contains(step, "TEMP B-TREE")) && !mayScan(text, step) {
				t.Errorf("%s: %s", step, text)
			}
		}
	}
}

// mayScan allows what is short by nature: lists of arguments, tables made
// within the statement, the first row in order of an index, a sort of what
// was found; and what is done once, at Open.
func mayScan(text, step string) bool {
	for _, short := range []string{"SCAN json_each", "SCAN CONSTANT ROW", "SCAN ends", "SCAN h", "SCAN p", "SCAN d", "SCAN s", "SCAN t"} {
		if step == short || strings.HasPrefix(step, short+" ") {
			return true
		}
	}
	for _, part := range []string{"due IS NOT NULL", "ORDER BY due LIMIT 1", "ORDER BY c.hour", "coalesce(max(pos)", "UPDATE leases SET owner = '' WHERE owner <> ''"} {
		if strings.Contains(text, part) {
			return true
		}
	}
	return false
}

func plan(t *testing.T, s *Store, text string) []string {
	t.Helper()
	var steps []string
	err := s.do(context.Background(), true, func(w *writer) error {
		args := make([]any, strings.Count(text, "?"))
		rows, err := w.conn.QueryContext(context.Background(), "EXPLAIN QUERY PLAN "+text, args...)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var id, parent, unused sql.NullInt64
			var step string
			if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
				return nil // PRAGMA, BEGIN and the like have no plan
			}
			steps = append(steps, step)
		}
		return rows.Err()
	})
	if err != nil {
		t.Logf("no plan of %s: %v", text, err)
	}
	return steps
}
