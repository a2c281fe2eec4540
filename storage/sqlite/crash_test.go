package sqlite_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"testing"
	"time"

	"animo/storage"
	"animo/storage/sqlite"
)

const (
	crashes = 5
	writers = 4
)

// commitForever has several writers commit, each for a tenant of its own,
// and prints the tenant and number of each commit once it is acknowledged.
func commitForever(path string) error {
	s, err := sqlite.Open(context.Background(), path)
	if err != nil {
		return err
	}
	ended := make(chan error)
	for w := range writers {
		go func() {
			tenant := storage.Tenant(fmt.Sprint("t", w))
			d, err := s.Get(context.Background(), tenant, "game", "g")
			for n := d.Version; err == nil || n == 0; n++ {
				if _, err = s.Commit(context.Background(), tenant, whole(n)); err == nil {
					fmt.Println(w, n+1)
				}
			}
			ended <- err
		}()
	}
	return <-ended
}

// whole is a change that touches every table; all of it must survive or none.
func whole(n int64) storage.Change {
	key := fmt.Sprint(n * 7919 % 10007)
	now := time.Unix(n, 0)
	return storage.Change{
		Docs:    []storage.DocPut{{Kind: "game", ID: "g", Version: n, Index: "open", Body: []byte(`{}`)}},
		Entries: []storage.EntryPut{{Set: "s", Key: key, At: now, Expect: storage.ExpectAbsent}},
		Tallies: []storage.TallyAdd{{Set: "s", Name: "n", Delta: 1}},
		Jobs:    []storage.Job{{Key: key, Due: now}},
		Effects: []storage.Effect{{Key: key, Lane: "l", Due: now}},
		Log:     []storage.LogLine{{At: now, Action: "a"}},
		Once:    &storage.Once{Key: key, For: time.Hour},
		Now:     now,
		Loose:   n%3 == 0,
	}
}

func TestWhatWasAcknowledgedSurvivesAKilledProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	var total int64
	for range crashes {
		acked := killAfter(t, path, 20+rand.IntN(80))
		s, err := sqlite.Open(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		total = 0
		for w := range writers {
			total += isWhole(t, s, storage.Tenant(fmt.Sprint("t", w)), acked[w])
		}
		if err := s.Check(t.Context()); err != nil {
			t.Error(err)
		}
		allLeased(t, s, int(total))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if total < 20*crashes {
		t.Errorf("only %d commits in all", total)
	}
}

// killAfter runs the process until it has acknowledged so many commits and
// returns the last that it acknowledged to each writer before it died.
func killAfter(t *testing.T, path string, commits int) (acked [writers]int64) {
	t.Helper()
	c := command("commit", path)
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if commits--; commits == 0 {
			_ = c.Process.Kill()
		}
		var w int
		var n int64
		if _, err := fmt.Sscan(lines.Text(), &w, &n); err == nil {
			acked[w] = n
		}
	}
	_ = c.Wait()
	if commits > 0 {
		t.Fatalf("the process ended %d commits early", commits)
	}
	return acked
}

func isWhole(t *testing.T, s storage.Store, tenant storage.Tenant, acked int64) int64 {
	t.Helper()
	d, err := s.Get(t.Context(), tenant, "game", "g")
	if err != nil && acked > 0 {
		t.Fatal(err)
	}
	tally, err := s.Tally(t.Context(), tenant, "s")
	if err != nil {
		t.Fatal(err)
	}
	var keys int64
	for _, err := range storage.AllKeys(t.Context(), s, tenant, "s") {
		if err != nil {
			t.Fatal(err)
		}
		keys++
	}
	lines, err := s.Log(t.Context(), tenant, 0, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	n := d.Version
	if n < acked || keys != n || tally.Entries != n || tally.Numbers["n"] != n || int64(len(lines)) != n {
		t.Errorf("%s: %d acknowledged, version %d, %d keys, tally %v, %d lines", tenant, acked, n, keys, tally, len(lines))
	}
	return n
}

// allLeased shows that a dead process's leases are free: each round leases
// all jobs for an hour and does not finish them.
func allLeased(t *testing.T, s storage.Store, want int) {
	t.Helper()
	c := storage.Claim{Now: time.Unix(1<<20, 0), For: time.Hour, Limit: 1 << 20}
	jobs, err := s.LeaseJobs(t.Context(), c)
	if err != nil || len(jobs) != want {
		t.Fatalf("%d jobs of %d are free: %v", len(jobs), want, err)
	}
	effects, err := s.LeaseEffects(t.Context(), c)
	if err != nil || len(effects) != writers {
		t.Fatalf("%d lanes of %d are free: %v", len(effects), writers, err)
	}
}
