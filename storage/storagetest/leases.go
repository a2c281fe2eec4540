package storagetest

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"animo/storage"
)

func leasePromises() []promise {
	return []promise{
		{"a lease has one owner at a time", oneOwner},
		{"a new owner has a greater token than any before", greaterTokens},
		{"a former owner's change is fenced off", fencedOff},
		{"one of many who want a lease gets it", oneGetsIt},
		{"the leases of jobs and effects in a partition can be ended", leasesEnded},
	}
}

func storePromises() []promise {
	return []promise{
		{"all tenants that own anything are known", tenantsKnown},
		{"a sound store passes its check", soundStore},
		{"a closed store refuses and closes again", closedStore},
	}
}

// homeLease is the lease whose fence a change of home can carry.
var homeLease = storage.PartitionLease(home.Partition())

func acquire(t *testing.T, s storage.Store, owner string, now time.Time) (int64, bool) {
	t.Helper()
	f, ok, err := s.Acquire(t.Context(), homeLease, owner, now, time.Minute)
	must(t, err)
	if ok {
		same(t, f.Lease, homeLease)
	}
	return f.Token, ok
}

func oneOwner(t *testing.T, s storage.Store) {
	for i, at := range []struct {
		owner string
		after time.Duration
		want  bool
	}{
		{"a", 0, true},
		{"b", 0, false},
		{"a", 30, true},
		{"b", 61, false},
		{"b", 89, false},
		{"b", 90, true},
		{"a", 91, false},
	} {
		if _, ok := acquire(t, s, at.owner, noon.Add(at.after*time.Second)); ok != at.want {
			t.Fatalf("step %d: %s got the lease: %v", i, at.owner, ok)
		}
	}
	must(t, s.Release(t.Context(), homeLease, "a"))
	must(t, s.Release(t.Context(), "unknown", "a"))
	if _, ok := acquire(t, s, "a", noon.Add(91*time.Second)); ok {
		t.Error("a lease was released by one who does not hold it")
	}
	must(t, s.Release(t.Context(), homeLease, "b"))
	if _, ok := acquire(t, s, "a", noon.Add(91*time.Second)); !ok {
		t.Error("a released lease is still held")
	}
}

func greaterTokens(t *testing.T, s storage.Store) {
	first, _ := acquire(t, s, "a", noon)
	again, _ := acquire(t, s, "a", noon.Add(time.Second))
	same(t, again, first)
	second, _ := acquire(t, s, "b", noon.Add(time.Hour))
	third, _ := acquire(t, s, "a", noon.Add(2*time.Hour))
	must(t, s.Release(t.Context(), homeLease, "a"))
	fourth, _ := acquire(t, s, "b", noon.Add(2*time.Hour))
	if first <= 0 || second <= first || third <= second || fourth <= third {
		t.Errorf("tokens %d, %d, %d, %d do not rise", first, second, third, fourth)
	}
}

func fencedOff(t *testing.T, s storage.Store) {
	elsewhere := storage.PartitionLease((home.Partition() + 1) % storage.Partitions)
	first, _ := acquire(t, s, "a", noon)
	fenced := func(lease string, token int64) storage.Change {
		c := everything()
		c.Fence = &storage.Fence{Lease: lease, Token: token}
		return c
	}
	refuse(t, s, fenced(homeLease, first+1), storage.ErrFenced)
	if _, err := s.Commit(t.Context(), home, fenced(elsewhere, first)); err == nil {
		t.Error("a change was committed with the fence of a lease that nobody has")
	}
	second, _ := acquire(t, s, "b", noon.Add(time.Hour))
	refuse(t, s, fenced(homeLease, first), storage.ErrFenced)
	nothing(t, s)
	commit(t, s, home, fenced(homeLease, second))
}

func oneGetsIt(t *testing.T, s storage.Store) {
	var won atomic.Int32
	var wg sync.WaitGroup
	for _, owner := range []string{"a", "b", "c", "d", "e", "f"} {
		wg.Go(func() {
			_, ok, err := s.Acquire(t.Context(), homeLease, owner, noon, time.Minute)
			if err != nil {
				t.Error(err)
			}
			if ok {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	same(t, won.Load(), int32(1))
}

func leasesEnded(t *testing.T, s storage.Store) {
	for _, tenant := range []storage.Tenant{home, other} {
		commit(t, s, tenant, storage.Change{
			Jobs: []storage.Job{job("j", noon)}, Effects: []storage.Effect{effect("e", string(tenant), noon)},
		})
	}
	was := jobs(t, s, claim(noon))
	same(t, len(was), 2)
	sent := effects(t, s, claim(noon))
	same(t, len(sent), 2)
	again := effect("e", string(home), noon.Add(time.Hour))
	commit(t, s, home, storage.Change{Effects: []storage.Effect{again}, Now: noon})
	must(t, s.Free(t.Context(), []int{home.Partition()}))
	must(t, s.Free(t.Context(), []int{}))
	soon := noon.Add(time.Second)
	free := jobs(t, s, claim(soon))
	same(t, len(free), 1)
	same(t, free[0].Tenant, home)
	same(t, free[0].Attempts, 1)
	tried := effects(t, s, claim(soon))
	same(t, len(tried), 1)
	same(t, tried[0].Tenant, home)
	same(t, tried[0].Attempts, 1)
	same(t, tried[0].Tried, noon)
	for i, j := range was {
		if j.Tenant == home {
			refuse(t, s, storage.Change{DoneJobs: []storage.Done{{Key: j.Key, Token: j.Token}}}, storage.ErrConflict)
		}
		if e := sent[i]; e.Tenant == home {
			refuse(t, s, storage.Change{DoneEffects: []storage.Done{{Key: e.Key, Token: e.Token}}}, storage.ErrConflict)
		}
	}
	must(t, s.Free(t.Context(), nil))
	same(t, len(jobs(t, s, claim(soon))), 2)
	same(t, len(effects(t, s, claim(soon))), 2)
}

func tenantsKnown(t *testing.T, s storage.Store) {
	commit(t, s, "docs", storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
	commit(t, s, "entries", storage.Change{Entries: []storage.EntryPut{entry("s", "k")}})
	commit(t, s, "jobs", storage.Change{Jobs: []storage.Job{job("j", noon)}})
	commit(t, s, "effects", storage.Change{Effects: []storage.Effect{effect("e", "l", noon)}})
	commit(t, s, "log", storage.Change{Log: []storage.LogLine{{At: noon}}})
	commit(t, s, storage.System, storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
	commit(t, s, "counters", storage.Change{Counts: []storage.CounterAdd{count("", noon, 1)}})
	commit(t, s, "gone", storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
	commit(t, s, "gone", storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: "a", Version: 1, Delete: true}}})
	refuse(t, s, storage.Change{Docs: []storage.DocPut{doc("a", 5, `1`)}}, storage.ErrConflict)
	tenants, err := s.Tenants(t.Context())
	must(t, err)
	slices.Sort(tenants)
	same(t, tenants, []storage.Tenant{"counters", "docs", "effects", "entries", "jobs", "log", storage.System})
}

func soundStore(t *testing.T, s storage.Store) {
	must(t, s.Check(t.Context()))
	commit(t, s, home, everything())
	must(t, s.Check(t.Context()))
}

func closedStore(t *testing.T, s storage.Store) {
	commit(t, s, home, everything())
	must(t, s.Close())
	must(t, s.Close())
	if _, err := s.Commit(t.Context(), home, storage.Change{}); err == nil {
		t.Error("a closed store committed")
	}
	if _, err := s.Get(t.Context(), home, "game", "all"); err == nil {
		t.Error("a closed store was read")
	}
}
