package storagetest

import (
	"testing"
	"time"

	"animo/storage"
)

func effectPromises() []promise {
	return []promise{
		{"an effect is leased as it was put", effectAsPut},
		{"a leased effect comes back when the lease ends", effectsComeBack},
		{"an effect is done only by who holds it", effectsDone},
		{"a retried effect comes again at its time", effectsRetried},
		{"an effect put again while it waits is replaced", effectsReplaced},
		{"an effect put again while it is carried out comes again", effectsComeAgain},
		{"an effect put again is not taken away by a late owner", effectsLateOwner},
		{"an effect put again outlives a lease that ran out", effectsOutlive},
		{"an effect put again and retried comes once", effectsRetriedOnce},
		{"a dropped effect does not come", effectsDropped},
		{"an effect that is being carried out is not dropped", effectsNotDropped},
		{"effects of other partitions are left alone", effectPartitions},
	}
}

func effect(key, lane string, due time.Time) storage.Effect {
	return storage.Effect{Key: key, Lane: lane, Due: due, Body: raw(`{"say":"` + key + `"}`)}
}

func putEffects(t *testing.T, s storage.Store, list ...storage.Effect) {
	t.Helper()
	commit(t, s, home, storage.Change{Effects: list})
}

// one leases effects and fails the test unless it is just one.
func one(t *testing.T, s storage.Store, now time.Time) storage.Effect {
	t.Helper()
	list := effects(t, s, claim(now))
	if len(list) != 1 {
		t.Fatalf("leased %v, not one", effectKeys(list))
	}
	return list[0]
}

func none(t *testing.T, s storage.Store, now time.Time) {
	t.Helper()
	same(t, effectKeys(effects(t, s, claim(now))), []string{})
}

func effectAsPut(t *testing.T, s storage.Store) {
	put := storage.Effect{
		Tenant: other, Key: "é", Lane: "salon é", Priority: -3, Due: noon, Body: raw(`{"dire":"🎉"}`),
		Attempts: 4, Tried: noon, Token: "x",
	}
	putEffects(t, s, put)
	e := one(t, s, noon)
	if e.Token == "" {
		t.Error("a leased effect has no token")
	}
	put.Tenant, put.Attempts, put.Tried, put.Token = home, 0, time.Time{}, e.Token
	same(t, e, put)
	if _, err := s.Commit(t.Context(), home, storage.Change{Effects: []storage.Effect{{Key: "k", Due: noon}}}); err == nil {
		t.Error("an effect without a lane was not refused")
	}
	c := claim(noon)
	c.Limit = 0
	same(t, len(effects(t, s, c)), 0)
}

func effectsComeBack(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon))
	first := one(t, s, noon.Add(time.Second))
	none(t, s, noon.Add(time.Minute))
	second := one(t, s, noon.Add(61*time.Second))
	if second.Token == first.Token {
		t.Error("two leases have one token")
	}
	first.Token, first.Attempts, first.Tried = second.Token, 1, noon.Add(time.Second)
	same(t, second, first)
	third := one(t, s, noon.Add(time.Hour))
	same(t, third.Attempts, 2)
	same(t, third.Tried, noon.Add(time.Second))
}

func effectsDone(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon))
	refuse(t, s, storage.Change{DoneEffects: done("a", "")}, storage.ErrConflict)
	late := one(t, s, noon)
	holder := one(t, s, noon.Add(time.Minute))
	for _, token := range []string{"", "x", late.Token} {
		refuse(t, s, storage.Change{DoneEffects: done("a", token)}, storage.ErrConflict)
		refuse(t, s, storage.Change{Retries: []storage.Retry{{Key: "a", Token: token, Due: noon}}}, storage.ErrConflict)
	}
	commit(t, s, home, storage.Change{DoneEffects: done("a", holder.Token)})
	refuse(t, s, storage.Change{DoneEffects: done("a", holder.Token)}, storage.ErrConflict)
	none(t, s, noon.Add(time.Hour))
}

func effectsRetried(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon))
	first := one(t, s, noon)
	commit(t, s, home, storage.Change{Retries: []storage.Retry{{Key: "a", Token: first.Token, Due: noon.Add(30 * time.Second)}}})
	_, due, err := s.NextDue(t.Context(), nil)
	must(t, err)
	same(t, due, noon.Add(30*time.Second))
	none(t, s, noon.Add(29*time.Second))
	refuse(t, s, storage.Change{DoneEffects: done("a", first.Token)}, storage.ErrConflict)
	second := one(t, s, noon.Add(30*time.Second))
	same(t, second.Attempts, 1)
	same(t, second.Tried, noon)
	same(t, second.Due, noon.Add(30*time.Second))
}

func effectsReplaced(t *testing.T, s storage.Store) {
	later := effect("a", "l", noon.Add(time.Hour))
	putEffects(t, s, later, effect("b", "l", noon))
	none(t, s, noon)
	sooner := effect("a", "l", noon.Add(time.Minute))
	sooner.Body, sooner.Priority = raw(`2`), 5
	putEffects(t, s, sooner)
	later.Body, later.Priority = raw(`3`), 4
	putEffects(t, s, later)
	e := one(t, s, noon.Add(time.Minute))
	sooner.Body, sooner.Priority, sooner.Tenant, sooner.Token = raw(`3`), 4, home, e.Token
	same(t, e, sooner)
	commit(t, s, home, storage.Change{DoneEffects: done("a", e.Token)})
	same(t, one(t, s, noon.Add(time.Minute)).Key, "b")
}

func effectsComeAgain(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon))
	held := one(t, s, noon)
	again := effect("a", "l", noon.Add(2*time.Second))
	again.Body, again.Priority = raw(`2`), 7
	putEffects(t, s, effect("b", "l", noon), again)
	none(t, s, noon.Add(time.Second))
	commit(t, s, home, storage.Change{DoneEffects: done("a", held.Token)})
	b := one(t, s, noon.Add(time.Second))
	same(t, b.Key, "b")
	commit(t, s, home, storage.Change{DoneEffects: done("b", b.Token)})
	none(t, s, noon.Add(time.Second))
	e := one(t, s, noon.Add(2*time.Second))
	again.Tenant, again.Token = home, e.Token
	same(t, e, again)
	commit(t, s, home, storage.Change{DoneEffects: done("a", e.Token)})
	none(t, s, noon.Add(time.Hour))
}

func effectsLateOwner(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon))
	late := one(t, s, noon)
	again := effect("a", "l", noon.Add(time.Second))
	again.Body = raw(`2`)
	putEffects(t, s, again)
	second := one(t, s, noon.Add(time.Minute))
	same(t, second.Body, again.Body)
	same(t, second.Attempts, 1)
	refuse(t, s, storage.Change{DoneEffects: done("a", late.Token)}, storage.ErrConflict)
	commit(t, s, home, storage.Change{DoneEffects: done("a", second.Token)})
	none(t, s, noon.Add(time.Hour))
}

// effectsOutlive puts effects again during a lease and after it, while nobody
// else has taken them yet, though somebody looked and took another. The late
// owner may be told of a conflict or not.
func effectsOutlive(t *testing.T, s storage.Store) {
	urgent := effect("urgent", "m", noon)
	urgent.Priority = -1
	putEffects(t, s, effect("a", "l", noon), effect("b", "k", noon), urgent)
	late := effects(t, s, claim(noon))
	same(t, len(late), 3)
	putEffects(t, s, effect("a", "l", noon))
	c := claim(noon.Add(time.Minute))
	c.Limit = 1
	same(t, effectKeys(effects(t, s, c)), []string{"urgent"})
	putEffects(t, s, effect("b", "k", noon))
	for _, e := range late[1:] {
		_, err := s.Commit(t.Context(), home, storage.Change{DoneEffects: done(e.Key, e.Token)})
		if err != nil {
			wants(t, err, storage.ErrConflict)
		}
	}
	same(t, len(effects(t, s, claim(noon.Add(time.Minute)))), 2)
}

func effectsRetriedOnce(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon))
	held := one(t, s, noon)
	again := effect("a", "l", noon)
	again.Body = raw(`2`)
	putEffects(t, s, again)
	commit(t, s, home, storage.Change{Retries: []storage.Retry{{Key: "a", Token: held.Token, Due: noon.Add(time.Second)}}})
	none(t, s, noon)
	e := one(t, s, noon.Add(time.Second))
	same(t, e.Body, again.Body)
	same(t, e.Tried, noon)
	commit(t, s, home, storage.Change{DoneEffects: done("a", e.Token)})
	none(t, s, noon.Add(time.Hour))
}

func effectsDropped(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon), effect("b", "l", noon), effect("c", "l", noon), effect("d", "l", noon))
	commit(t, s, home, storage.Change{Drop: []string{"a", "c", "never"}, Now: noon})
	b := one(t, s, noon)
	same(t, b.Key, "b")
	commit(t, s, home, storage.Change{DoneEffects: done("b", b.Token)})
	same(t, one(t, s, noon).Key, "d")
	commit(t, s, home, storage.Change{Drop: []string{"x"}, Effects: []storage.Effect{effect("x", "m", noon)}})
	same(t, one(t, s, noon).Key, "x")
}

func effectsNotDropped(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon))
	held := one(t, s, noon)
	commit(t, s, home, storage.Change{Drop: []string{"a"}, Now: noon})
	retry := storage.Retry{Key: "a", Token: held.Token, Due: noon}
	commit(t, s, home, storage.Change{Retries: []storage.Retry{retry}})
	same(t, one(t, s, noon).Key, "a")
}

func effectPartitions(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("mine", "l", noon))
	commit(t, s, other, storage.Change{Effects: []storage.Effect{effect("yours", "l", noon.Add(-time.Hour))}})
	c := claim(noon)
	c.Partitions = []int{}
	same(t, effectKeys(effects(t, s, c)), []string{})
	c.Partitions = []int{home.Partition()}
	_, due, err := s.NextDue(t.Context(), c.Partitions)
	must(t, err)
	same(t, due, noon)
	same(t, effectKeys(effects(t, s, c)), []string{"mine"})
	c.Partitions = nil
	same(t, effectKeys(effects(t, s, c)), []string{"yours"})
}
