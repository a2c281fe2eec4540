package storagetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"animo/storage"
)

func lanePromises() []promise {
	return []promise{
		{"effects of one lane come one at a time and in order", lanesInOrder},
		{"a lane waits for its first effect", lanesWait},
		{"lanes of different tenants do not wait for each other", lanesOfTenants},
		{"lower priorities come first among lanes", lanePriorities},
		{"the next due effect is the first of a lane", nextDueEffect},
		{"owners who lease at once keep lanes in order", lanesLeasedAtOnce},
	}
}

func lanesInOrder(t *testing.T, s storage.Store) {
	for i := range 5 {
		e := effect(fmt.Sprint(9-i), "l", noon.Add(-time.Duration(i)*time.Minute))
		e.Priority = 5 - i
		putEffects(t, s, e)
	}
	for i := range 5 {
		e := one(t, s, noon)
		same(t, e.Key, fmt.Sprint(9-i))
		none(t, s, noon)
		commit(t, s, home, storage.Change{DoneEffects: done(e.Key, e.Token)})
	}
	none(t, s, noon)
}

func lanesWait(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("first", "l", noon.Add(time.Hour)), effect("second", "l", noon), effect("free", "m", noon))
	same(t, one(t, s, noon).Key, "free")
	first := one(t, s, noon.Add(time.Hour).Add(-time.Second)) // the lease of free has ended
	same(t, first.Key, "free")
	list := effects(t, s, claim(noon.Add(time.Hour)))
	same(t, effectKeys(list), []string{"first"})
	retry := storage.Retry{Key: "first", Token: list[0].Token, Due: noon.Add(2 * time.Hour)}
	commit(t, s, home, storage.Change{Retries: []storage.Retry{retry}, DoneEffects: done("free", first.Token)})
	none(t, s, noon.Add(2*time.Hour-time.Second))
	same(t, one(t, s, noon.Add(2*time.Hour)).Key, "first")
}

func lanesOfTenants(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon.Add(time.Hour)))
	commit(t, s, other, storage.Change{Effects: []storage.Effect{effect("a", "l", noon)}})
	same(t, one(t, s, noon).Tenant, other)
}

func lanePriorities(t *testing.T, s storage.Store) {
	for i, at := range []struct {
		priority int
		due      time.Duration
	}{{2, -5}, {0, -1}, {1, -9}, {0, -2}, {2, 1}, {0, 1}, {-1, 0}} {
		e := effect(fmt.Sprint(i), fmt.Sprint(i), noon.Add(at.due*time.Minute))
		e.Priority = at.priority
		putEffects(t, s, e)
	}
	c := claim(noon)
	c.Limit = 2
	same(t, effectKeys(effects(t, s, c)), []string{"6", "3"})
	same(t, effectKeys(effects(t, s, c)), []string{"1", "2"})
	same(t, effectKeys(effects(t, s, c)), []string{"0"})
}

func nextDueEffect(t *testing.T, s storage.Store) {
	next := func(want time.Time) {
		t.Helper()
		_, got, err := s.NextDue(t.Context(), nil)
		must(t, err)
		same(t, got, want)
	}
	next(time.Time{})
	urgent := effect("b", "m", noon.Add(time.Hour))
	urgent.Priority = -1
	putEffects(t, s, effect("a", "l", noon.Add(time.Minute)), effect("blocked", "l", noon), urgent)
	next(noon.Add(time.Minute))
	a := one(t, s, noon.Add(time.Minute))
	next(noon.Add(time.Hour))
	commit(t, s, home, storage.Change{DoneEffects: done("a", a.Token)})
	next(noon)
	commit(t, s, home, storage.Change{Drop: []string{"blocked", "b"}, Now: noon})
	next(time.Time{})
}

func lanesLeasedAtOnce(t *testing.T, s storage.Store) {
	const lanes, each = 5, 8
	for i := range each {
		var list []storage.Effect
		for l := range lanes {
			list = append(list, effect(fmt.Sprintf("%d/%d", l, i), fmt.Sprint(l), noon))
		}
		putEffects(t, s, list...)
	}
	var mu sync.Mutex
	came := map[string][]string{}
	deadline := time.Now().Add(20 * time.Second)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for {
				list, err := s.LeaseEffects(t.Context(), storage.Claim{Owner: "x", Now: noon, For: time.Hour, Limit: 2})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				total := 0
				for _, e := range list {
					came[e.Lane] = append(came[e.Lane], e.Key)
				}
				for _, keys := range came {
					total += len(keys)
				}
				mu.Unlock()
				for _, e := range list {
					if _, err := s.Commit(t.Context(), home, storage.Change{DoneEffects: done(e.Key, e.Token)}); err != nil {
						t.Error(err)
						return
					}
				}
				if total >= lanes*each || time.Now().After(deadline) {
					return
				}
			}
		})
	}
	wg.Wait()
	for l := range lanes {
		want := []string{}
		for i := range each {
			want = append(want, fmt.Sprintf("%d/%d", l, i))
		}
		same(t, came[fmt.Sprint(l)], want)
	}
}
