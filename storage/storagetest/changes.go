package storagetest

import (
	"context"
	"testing"
	"time"

	"animo/storage"
)

func changePromises() []promise {
	return []promise{
		{"a check holds while the document has its version", checksHold},
		{"a change that conflicts leaves nothing behind", nothingLeftBehind},
		{"a repeated event leaves nothing behind", repeatedEvents},
		{"an event can come again once it is forgotten", forgottenEvents},
		{"tenants do not see each other", tenantsApart},
		{"a call whose context has ended does nothing", endedContexts},
		{"times are kept in UTC to the microsecond", timesKept},
		{"an empty change is no error", emptyChange},
		{"a change without a tenant is refused", noTenant},
	}
}

func checksHold(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
	check := func(id string, v int64) storage.Change {
		return storage.Change{
			Checks:  []storage.DocCheck{{Kind: "game", ID: id, Version: v}},
			Tallies: []storage.TallyAdd{{Set: "s", Name: "n", Delta: 1}},
		}
	}
	commit(t, s, home, check("a", 1))
	commit(t, s, home, check("b", 0))
	refuse(t, s, check("a", 0), storage.ErrConflict)
	refuse(t, s, check("a", 2), storage.ErrConflict)
	refuse(t, s, check("b", 1), storage.ErrConflict)
	tally, err := s.Tally(t.Context(), home, "s")
	must(t, err)
	same(t, tally.Numbers, map[string]int64{"n": 2})
	d, err := s.Get(t.Context(), home, "game", "a")
	must(t, err)
	same(t, d.Version, int64(1))
}

// everything is a change that uses all of a Change.
func everything() storage.Change {
	return storage.Change{
		Docs:    []storage.DocPut{listed("all", "open")},
		Entries: []storage.EntryPut{entry("all", "member")},
		Tallies: []storage.TallyAdd{{Set: "all", Name: "votes", Delta: 2}},
		Jobs:    []storage.Job{{Key: "all", Kind: "end", Due: noon}},
		Effects: []storage.Effect{{Key: "all", Lane: "channel", Due: noon}},
		Log:     []storage.LogLine{{At: noon, Actor: "animo", Action: "test"}},
		Counts:  []storage.CounterAdd{count("all", noon, 1)},
		Once:    &storage.Once{Key: "event", For: time.Hour},
		Now:     noon,
	}
}

// nothing fails the test if home owns any of everything.
func nothing(t *testing.T, s storage.Store) {
	t.Helper()
	ctx := t.Context()
	_, err := s.Get(ctx, home, "game", "all")
	wants(t, err, storage.ErrNotFound)
	_, err = s.Entry(ctx, home, "all", "member")
	wants(t, err, storage.ErrNotFound)
	keys, err := s.EntryKeys(ctx, home, "all", "", 10)
	must(t, err)
	tally, err := s.Tally(ctx, home, "all")
	must(t, err)
	lines, err := s.Log(ctx, home, 0, 10)
	must(t, err)
	counters, err := s.Counters(ctx, home, storage.CounterQuery{Name: "messages", Key: "all", From: noon, To: noon.Add(time.Hour)})
	must(t, err)
	job, effect, err := s.NextDue(ctx, []int{home.Partition()})
	must(t, err)
	if len(keys)+len(counters)+len(tally.Numbers)+int(tally.Entries)+len(lines)+len(list(t, s, storage.ListQuery{Kind: "game", Limit: 10})) > 0 ||
		!job.IsZero() || !effect.IsZero() {
		t.Fatalf("left behind: keys %v, counters %v, tally %v, log %v, due %v and %v", keys, counters, tally, lines, job, effect)
	}
}

func nothingLeftBehind(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{{Kind: "fixed", ID: "a"}}})
	held := storage.Done{Key: "none", Token: "none"}
	absent := entry("other", "nobody")
	absent.Expect = storage.ExpectPresent
	for _, spoil := range []func(*storage.Change){
		func(c *storage.Change) { c.Checks = []storage.DocCheck{{Kind: "fixed", ID: "a", Version: 2}} },
		func(c *storage.Change) { c.Docs = append(c.Docs, storage.DocPut{Kind: "fixed", ID: "a"}) },
		func(c *storage.Change) { c.Entries = append(c.Entries, absent) },
		func(c *storage.Change) { c.DoneJobs = []storage.Done{held} },
		func(c *storage.Change) { c.DoneEffects = []storage.Done{held} },
		func(c *storage.Change) { c.Retries = []storage.Retry{{Key: "none", Token: "none", Due: noon}} },
	} {
		c := everything()
		spoil(&c)
		refuse(t, s, c, storage.ErrConflict)
		nothing(t, s)
	}
	commit(t, s, home, everything())
}

func repeatedEvents(t *testing.T, s storage.Store) {
	once := &storage.Once{Key: "event", For: time.Hour}
	commit(t, s, home, storage.Change{Once: once, Now: noon})
	c := everything()
	c.Now = noon.Add(59 * time.Minute)
	refuse(t, s, c, storage.ErrRepeated)
	nothing(t, s)
	commit(t, s, other, everything())
	first, err := s.First(t.Context(), home, *once, noon)
	must(t, err)
	same(t, first, false)
}

func forgottenEvents(t *testing.T, s storage.Store) {
	ctx := t.Context()
	for i, at := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {0, false}, {14 * time.Minute, false}, {15 * time.Minute, true}, {29 * time.Minute, false}, {time.Hour, true}} {
		for _, key := range []string{"a", "é"} {
			first, err := s.First(ctx, home, storage.Once{Key: key, For: 15 * time.Minute}, noon.Add(at.after))
			must(t, err)
			if first != at.want {
				t.Fatalf("call %d with %s: first is %v", i, key, first)
			}
		}
	}
	first, err := s.First(ctx, other, storage.Once{Key: "a", For: time.Hour}, noon)
	must(t, err)
	same(t, first, true)
	refuse(t, s, storage.Change{Once: &storage.Once{Key: "a", For: time.Hour}, Now: noon.Add(time.Hour)}, storage.ErrRepeated)
}

func tenantsApart(t *testing.T, s storage.Store) {
	commit(t, s, other, everything())
	commit(t, s, other, storage.Change{Counts: []storage.CounterAdd{{Name: "messages", Hour: noon, Delta: 1}}})
	nothing(t, s)
	counters, err := s.Counters(t.Context(), home, storage.CounterQuery{Name: "messages", From: noon, To: noon.Add(time.Hour)})
	must(t, err)
	same(t, len(counters), 0)
	must(t, s.DropSet(t.Context(), home, "all"))
	commit(t, s, home, storage.Change{Cancel: []string{"all"}, Drop: []string{"all"}})
	_, err = s.Entry(t.Context(), other, "all", "member")
	must(t, err)
	same(t, jobKeys(jobs(t, s, claim(noon))), []string{"all"})
	leased := effects(t, s, claim(noon))
	same(t, effectKeys(leased), []string{"all"})
	refuse(t, s, storage.Change{DoneEffects: []storage.Done{{Key: "all", Token: leased[0].Token}}}, storage.ErrConflict)
}

func endedContexts(t *testing.T, s storage.Store) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls := map[string]func() error{
		"Get":          func() error { _, err := s.Get(ctx, home, "game", "all"); return err },
		"List":         func() error { _, err := s.List(ctx, home, storage.ListQuery{Kind: "game", Limit: 1}); return err },
		"Commit":       func() error { _, err := s.Commit(ctx, home, everything()); return err },
		"Entry":        func() error { _, err := s.Entry(ctx, home, "all", "member"); return err },
		"Entries":      func() error { _, err := s.Entries(ctx, home, "all", "", 1); return err },
		"EntryKeys":    func() error { _, err := s.EntryKeys(ctx, home, "all", "", 1); return err },
		"Tally":        func() error { _, err := s.Tally(ctx, home, "all"); return err },
		"Free":         func() error { return s.Free(ctx, nil) },
		"DropSet":      func() error { return s.DropSet(ctx, home, "all") },
		"LeaseJobs":    func() error { _, err := s.LeaseJobs(ctx, claim(noon)); return err },
		"LeaseEffects": func() error { _, err := s.LeaseEffects(ctx, claim(noon)); return err },
		"NextDue":      func() error { _, _, err := s.NextDue(ctx, nil); return err },
		"Counters":     func() error { _, err := s.Counters(ctx, home, storage.CounterQuery{Name: "n"}); return err },
		"Log":          func() error { _, err := s.Log(ctx, home, 0, 1); return err },
		"First":        func() error { _, err := s.First(ctx, home, storage.Once{Key: "k", For: time.Hour}, noon); return err },
		"Acquire":      func() error { _, _, err := s.Acquire(ctx, "l", "me", noon, time.Hour); return err },
		"Release":      func() error { return s.Release(ctx, "l", "me") },
		"Tenants":      func() error { _, err := s.Tenants(ctx); return err },
		"Check":        func() error { return s.Check(ctx) },
	}
	for name, call := range calls {
		t.Run(name, func(t *testing.T) { wants(t, call(), context.Canceled) })
	}
	nothing(t, s)
}

func timesKept(t *testing.T, s storage.Store) {
	paris := time.FixedZone("", 3600)
	at := time.Date(2026, 3, 1, 0, 30, 0, 123456789, paris)
	want := time.Date(2026, 2, 28, 23, 30, 0, 123456000, time.UTC)
	e := entry("s", "k")
	e.At = at
	commit(t, s, home, storage.Change{
		Entries: []storage.EntryPut{e, {Set: "s", Key: "zero"}},
		Jobs:    []storage.Job{{Key: "j", Due: at}},
		Effects: []storage.Effect{{Key: "e", Lane: "l", Due: at}},
		Log:     []storage.LogLine{{At: at}},
	})
	entries, err := s.Entries(t.Context(), home, "s", "", 10)
	must(t, err)
	lines, err := s.Log(t.Context(), home, 0, 1)
	must(t, err)
	job, effect, err := s.NextDue(t.Context(), nil)
	must(t, err)
	read := []time.Time{entries[0].At, lines[0].At, job, effect, jobs(t, s, claim(noon))[0].Due, effects(t, s, claim(noon))[0].Due}
	for i, r := range read {
		if r != want {
			t.Errorf("time %d is %v, not %v", i, r, want)
		}
	}
	if !entries[1].At.IsZero() {
		t.Errorf("the zero time became %v", entries[1].At)
	}
}

func emptyChange(t *testing.T, s storage.Store) {
	r := commit(t, s, home, storage.Change{})
	same(t, len(r.Seqs), 0)
	commit(t, s, home, storage.Change{Loose: true})
}

func noTenant(t *testing.T, s storage.Store) {
	if _, err := s.Commit(t.Context(), "", everything()); err == nil {
		t.Error("a change without a tenant was committed")
	}
}
