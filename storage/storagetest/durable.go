package storagetest

import (
	"fmt"
	"os"
	"testing"
	"time"

	"animo/storage"
)

// RunDurable tests that what was committed is there when the store is opened
// again. Open opens the store that lives in dir, which is empty at first,
// and closes it in a clean-up; where it stands for a server it runs one on
// the files in dir. What a killed process leaves is had by copying dir while
// the store is open and quiet.
func RunDurable(t *testing.T, open func(t *testing.T, dir string) storage.Store) {
	t.Helper()
	t.Run("what was committed is there after closing", func(t *testing.T) {
		dir := t.TempDir()
		s := open(t, dir)
		fill(t, s)
		must(t, s.Close())
		filled(t, open(t, dir))
	})
	t.Run("what was committed is there without closing", func(t *testing.T) {
		dir, copied := t.TempDir(), t.TempDir()
		fill(t, open(t, dir))
		must(t, os.CopyFS(copied, os.DirFS(dir)))
		filled(t, open(t, copied))
	})
	t.Run("nothing is given twice after opening again", func(t *testing.T) { numbersRise(t, open) })
}

const filler = 500

func fill(t *testing.T, s storage.Store) {
	t.Helper()
	c := everything()
	for i := range filler {
		c.Entries = append(c.Entries, entry("all", fmt.Sprint(i)))
	}
	c.Jobs = append(c.Jobs, job("second", noon.Add(time.Hour)))
	c.Effects = append(c.Effects, effect("second", "channel", noon), effect("late", "later", noon.Add(time.Hour)))
	c.Loose = true
	commit(t, s, home, c)
	commit(t, s, home, storage.Change{Counts: []storage.CounterAdd{count("k", noon, 5)}, Loose: true})
	commit(t, s, home, storage.Change{DoneEffects: done("all", one(t, s, noon).Token)})
	commit(t, s, home, storage.Change{DoneJobs: done("all", jobs(t, s, claim(noon))[0].Token)})
	commit(t, s, other, storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
}

func filled(t *testing.T, s storage.Store) {
	t.Helper()
	ctx := t.Context()
	d, err := s.Get(ctx, home, "game", "all")
	must(t, err)
	same(t, d, storage.Doc{Kind: "game", ID: "all", Version: 1, Index: "open", Body: raw(`{}`)})
	same(t, len(allKeys(t, s, "all")), filler+1)
	tally, err := s.Tally(ctx, home, "all")
	must(t, err)
	same(t, tally, storage.Tally{Entries: filler + 1, Numbers: map[string]int64{"votes": 2}})
	lines, err := s.Log(ctx, home, 0, 10)
	must(t, err)
	same(t, len(lines), 1)
	counters, err := s.Counters(ctx, home, storage.CounterQuery{Name: "messages", Key: "k", From: noon, To: noon.Add(time.Hour)})
	must(t, err)
	same(t, len(counters), 1)
	tenants, err := s.Tenants(ctx)
	must(t, err)
	same(t, tenants, []storage.Tenant{home, other})
	refuse(t, s, storage.Change{Once: &storage.Once{Key: "event", For: time.Hour}, Now: noon}, storage.ErrRepeated)
	same(t, jobKeys(jobs(t, s, claim(noon.Add(time.Hour)))), []string{"second"})
	same(t, effectKeys(effects(t, s, claim(noon.Add(time.Hour)))), []string{"second", "late"})
	must(t, s.Check(ctx))
}

// numbersRise opens three times, so that each driver's way of remembering
// the last number is needed twice.
func numbersRise(t *testing.T, open func(t *testing.T, dir string) storage.Store) {
	dir := t.TempDir()
	var token, seq int64
	for i := range 3 {
		s := open(t, dir)
		now := noon.Add(time.Duration(i) * time.Hour)
		f, ok, err := s.Acquire(t.Context(), homeLease, fmt.Sprint("owner ", i), now, time.Minute)
		must(t, err)
		if !ok || f.Token <= token {
			t.Fatalf("token %d after %d, owner: %v", f.Token, token, ok)
		}
		r := commit(t, s, home, storage.Change{
			Entries: []storage.EntryPut{entry("s", "a")},
			Effects: []storage.Effect{effect(fmt.Sprint(i), "l", now)},
			Fence:   &f,
		})
		if r.Seqs[0] <= seq {
			t.Fatalf("number %d after %d", r.Seqs[0], seq)
		}
		token, seq = f.Token, r.Seqs[0]
		commit(t, s, home, storage.Change{Entries: []storage.EntryPut{gone("s", "a")}})
		must(t, s.Close())
	}
	s := open(t, dir)
	for i := range 3 {
		e := one(t, s, noon.Add(9*time.Hour))
		same(t, e.Key, fmt.Sprint(i))
		commit(t, s, home, storage.Change{DoneEffects: done(e.Key, e.Token)})
	}
}
