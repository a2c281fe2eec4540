package storagetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"animo/storage"
)

func jobPromises() []promise {
	return []promise{
		{"jobs are leased when they are due, the most overdue first", dueJobs},
		{"a leased job comes back when the lease ends", jobsComeBack},
		{"a job is done only by who holds it", jobsDone},
		{"a job that is put again is replaced", jobsReplaced},
		{"a job may be done and put again in one change", jobsRepeat},
		{"a cancelled job does not come", jobsCancelled},
		{"jobs of other partitions are left alone", jobPartitions},
		{"no job is leased twice at once", jobsLeasedOnce},
		{"the next due job is known", nextDueJob},
	}
}

func job(key string, due time.Time) storage.Job {
	return storage.Job{Key: key, Kind: "end", Due: due, Body: raw(`{"fin":"été"}`)}
}

func putJobs(t *testing.T, s storage.Store, list ...storage.Job) {
	t.Helper()
	commit(t, s, home, storage.Change{Jobs: list})
}

func dueJobs(t *testing.T, s storage.Store) {
	ignored := job("b", noon.Add(-2*time.Hour))
	ignored.Tenant, ignored.Attempts, ignored.Token = other, 7, "x"
	putJobs(t, s, job("a", noon), ignored, job("later", noon.Add(time.Microsecond)))
	commit(t, s, other, storage.Change{Jobs: []storage.Job{job("c", noon.Add(-time.Hour)), job("d", noon.Add(-time.Minute))}})
	c := claim(noon)
	c.Limit = 3
	leased := jobs(t, s, c)
	same(t, jobKeys(leased), []string{"b", "c", "d"})
	if leased[0].Token == "" {
		t.Error("a leased job has no token")
	}
	want := job("b", noon.Add(-2*time.Hour))
	want.Tenant, want.Token = home, leased[0].Token
	same(t, leased[0], want)
	same(t, leased[1].Tenant, other)
	same(t, jobKeys(jobs(t, s, claim(noon))), []string{"a"})
	same(t, jobKeys(jobs(t, s, claim(noon))), []string{})
	same(t, jobKeys(jobs(t, s, claim(noon.Add(time.Second)))), []string{"later"})
	c.Limit = 0
	same(t, jobKeys(jobs(t, s, c)), []string{})
}

func jobsComeBack(t *testing.T, s storage.Store) {
	putJobs(t, s, job("a", noon), job("b", noon))
	first := jobs(t, s, claim(noon))
	same(t, jobKeys(jobs(t, s, claim(noon.Add(59*time.Second)))), []string{})
	putJobs(t, s, job("c", noon.Add(time.Second)))
	second := jobs(t, s, claim(noon.Add(time.Minute)))
	same(t, jobKeys(second), []string{"a", "b", "c"})
	same(t, second[0].Attempts, 1)
	same(t, second[2].Attempts, 0)
	if second[0].Token == first[0].Token {
		t.Error("two leases have one token")
	}
	same(t, jobs(t, s, claim(noon.Add(2*time.Minute)))[0].Attempts, 2)
}

func done(key, token string) []storage.Done {
	return []storage.Done{{Key: key, Token: token}}
}

func jobsDone(t *testing.T, s storage.Store) {
	putJobs(t, s, job("a", noon), job("b", noon))
	refuse(t, s, storage.Change{DoneJobs: done("a", "")}, storage.ErrConflict)
	late := jobs(t, s, claim(noon))[0].Token
	holder := jobs(t, s, claim(noon.Add(time.Minute)))[0].Token
	for _, token := range []string{"", "x", late} {
		refuse(t, s, storage.Change{DoneJobs: done("a", token)}, storage.ErrConflict)
	}
	refuse(t, s, storage.Change{DoneJobs: done("c", holder)}, storage.ErrConflict)
	commit(t, s, home, storage.Change{DoneJobs: done("a", holder)})
	refuse(t, s, storage.Change{DoneJobs: done("a", holder)}, storage.ErrConflict)
	same(t, jobKeys(jobs(t, s, claim(noon.Add(time.Hour)))), []string{"b"})
}

func jobsReplaced(t *testing.T, s storage.Store) {
	putJobs(t, s, job("a", noon))
	putJobs(t, s, job("a", noon.Add(time.Hour)))
	same(t, jobKeys(jobs(t, s, claim(noon))), []string{})
	held := jobs(t, s, claim(noon.Add(time.Hour)))[0]
	again := storage.Job{Key: "a", Kind: "start", Due: noon, Body: raw(`2`)}
	putJobs(t, s, again)
	refuse(t, s, storage.Change{DoneJobs: done("a", held.Token)}, storage.ErrConflict)
	leased := jobs(t, s, claim(noon))
	again.Tenant, again.Token = home, leased[0].Token
	same(t, leased, []storage.Job{again})
}

func jobsRepeat(t *testing.T, s storage.Store) {
	putJobs(t, s, job("cron", noon))
	for i := range 3 {
		at := noon.Add(time.Duration(i) * time.Hour)
		leased := jobs(t, s, claim(at))
		same(t, jobKeys(leased), []string{"cron"})
		same(t, leased[0].Attempts, 0)
		commit(t, s, home, storage.Change{
			DoneJobs: done("cron", leased[0].Token),
			Jobs:     []storage.Job{job("cron", at.Add(time.Hour))},
		})
		same(t, jobKeys(jobs(t, s, claim(at.Add(59*time.Minute)))), []string{})
	}
}

func jobsCancelled(t *testing.T, s storage.Store) {
	putJobs(t, s, job("a", noon), job("b", noon))
	token := jobs(t, s, claim(noon))[0].Token
	commit(t, s, home, storage.Change{Cancel: []string{"a", "b", "never"}})
	refuse(t, s, storage.Change{DoneJobs: done("a", token)}, storage.ErrConflict)
	same(t, jobKeys(jobs(t, s, claim(noon.Add(time.Hour)))), []string{})
	commit(t, s, home, storage.Change{Cancel: []string{"a"}, Jobs: []storage.Job{job("a", noon)}})
	same(t, jobKeys(jobs(t, s, claim(noon))), []string{"a"})
}

func jobPartitions(t *testing.T, s storage.Store) {
	putJobs(t, s, job("mine", noon))
	commit(t, s, other, storage.Change{Jobs: []storage.Job{job("yours", noon.Add(-time.Hour))}})
	c := claim(noon)
	c.Partitions = []int{}
	same(t, jobKeys(jobs(t, s, c)), []string{})
	c.Partitions = []int{home.Partition(), (home.Partition() + 1) % storage.Partitions}
	due, _, err := s.NextDue(t.Context(), c.Partitions)
	must(t, err)
	same(t, due, noon)
	same(t, jobKeys(jobs(t, s, c)), []string{"mine"})
	c.Partitions = nil
	same(t, jobKeys(jobs(t, s, c)), []string{"yours"})
}

func jobsLeasedOnce(t *testing.T, s storage.Store) {
	var all []storage.Job
	for i := range 100 {
		all = append(all, job(fmt.Sprint(i), noon))
	}
	putJobs(t, s, all...)
	var mu sync.Mutex
	var wg sync.WaitGroup
	times := map[string]int{}
	for i := range 4 {
		wg.Go(func() {
			c := storage.Claim{Owner: fmt.Sprint(i), Now: noon, For: time.Hour, Limit: 7}
			for {
				leased, err := s.LeaseJobs(t.Context(), c)
				if err != nil || len(leased) == 0 {
					if err != nil {
						t.Error(err)
					}
					return
				}
				mu.Lock()
				for _, j := range leased {
					times[j.Key]++
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	same(t, len(times), 100)
	for key, n := range times {
		if n != 1 {
			t.Errorf("job %s was leased %d times", key, n)
		}
	}
}

func nextDueJob(t *testing.T, s storage.Store) {
	next := func(want time.Time) {
		t.Helper()
		got, _, err := s.NextDue(t.Context(), nil)
		must(t, err)
		same(t, got, want)
	}
	next(time.Time{})
	putJobs(t, s, job("b", noon.Add(time.Hour)), job("a", noon))
	next(noon)
	jobs(t, s, claim(noon))
	next(noon.Add(time.Hour))
	commit(t, s, home, storage.Change{Cancel: []string{"b"}})
	next(time.Time{})
}
