package jobs_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"animo/bot/jobs"
	"animo/storage"
	"animo/storage/storagetest"
)

// diary is a bench on which firings are written down in the store, in the same
// commit as the next one is planned.
type diary struct {
	*bench
}

func openDiary(t *testing.T, wrap ...func(storage.Store) storage.Store) *diary {
	t.Helper()
	return &diary{open(t, wrap...)}
}

// keeper returns a runner that keeps the diary.
func (d *diary) keeper(owner string) *jobs.Runner {
	c := d.another(owner).Config
	c.Handlers = map[string]jobs.Handler{"tell": d.tell}
	return jobs.NewRunner(c)
}

func (d *diary) tell(ctx context.Context, j storage.Job) error {
	f, err := jobs.Due(ctx, d.store, j, d.now())
	if err != nil {
		return err
	}
	c := f.Change
	if f.Verdict != jobs.FiringVoid {
		c.Log = []storage.LogLine{{At: d.now(), Actor: "animo", Action: string(f.Verdict), Target: f.At.Format(time.RFC3339)}}
	}
	_, err = d.store.Commit(ctx, j.Tenant, c)
	return err
}

// plans stores a schedule.
func (d *diary) plans(s jobs.Schedule) jobs.Schedule {
	d.t.Helper()
	s.ID, s.Job = "s1", "tell"
	planned, c, err := s.Plan(d.now())
	if err == nil {
		_, err = d.store.Commit(d.t.Context(), tenant, c)
	}
	if err != nil {
		d.t.Fatal(err)
	}
	return planned
}

func (d *diary) load() jobs.Schedule {
	d.t.Helper()
	s, err := jobs.LoadSchedule(d.t.Context(), d.store, tenant, "s1")
	if err != nil {
		d.t.Fatal(err)
	}
	return s
}

func (d *diary) commits(c storage.Change, err error) {
	d.t.Helper()
	if err == nil {
		_, err = d.store.Commit(d.t.Context(), tenant, c)
	}
	if err != nil {
		d.t.Fatal(err)
	}
}

// told lists what was written down, the oldest first: "run 2026-03-02T18:00:00Z".
func (d *diary) told() []string {
	d.t.Helper()
	lines, err := d.store.Log(d.t.Context(), tenant, 0, 10_000)
	if err != nil {
		d.t.Fatal(err)
	}
	var out []string
	for _, l := range slices.Backward(lines) {
		out = append(out, l.Action+" "+l.Target)
	}
	return out
}

func (d *diary) tells(want ...string) {
	d.t.Helper()
	if got := d.told(); !slices.Equal(got, want) {
		d.t.Errorf("told %q\nwant %q", got, want)
	}
}

// at moves the clock, forward or back, and does what is due then.
func (d *diary) at(text string) {
	d.t.Helper()
	to, err := time.Parse(time.RFC3339, text)
	if err != nil {
		d.t.Fatal(err)
	}
	d.advance(to.Sub(d.now()))
	d.goesOn()
}

func (d *diary) goesOn() {
	d.t.Helper()
	for {
		n, err := d.keeper("one").Step(d.t.Context())
		if err != nil {
			d.t.Fatal(err)
		}
		if n == 0 {
			return
		}
	}
}

func daily(missed jobs.Missed) jobs.Schedule {
	return jobs.Schedule{Spec: "0 18 * * *", Zone: "UTC", Missed: missed}
}

func TestAScheduleComesAgainAndAgain(t *testing.T) {
	d := openDiary(t)
	s := d.plans(jobs.Schedule{Spec: "0 18 * * 1,3", Zone: "Europe/Paris", Missed: jobs.MissedRun})
	next, err := s.Upcoming(3)
	if err != nil || fmt.Sprint(next) != "[2026-03-02 18:00:00 +0100 CET 2026-03-04 18:00:00 +0100 CET 2026-03-09 18:00:00 +0100 CET]" {
		t.Errorf("it comes %v %v", next, err)
	}
	d.at("2026-03-02T16:59:59Z")
	d.tells()
	for _, at := range []string{"2026-03-02T17:00:00Z", "2026-03-04T17:00:01Z", "2026-03-09T17:00:00Z"} {
		d.at(at)
		d.goesOn()
	}
	d.tells("run 2026-03-02T17:00:00Z", "run 2026-03-04T17:00:00Z", "run 2026-03-09T17:00:00Z")
}

func TestWhatWasMissedDuringTwoDays(t *testing.T) {
	for _, row := range []struct {
		name   string
		s      jobs.Schedule
		up     string // again
		want   []string
		within time.Duration
	}{
		{name: "is left out", s: daily(jobs.MissedSkip), up: "2026-03-04T18:30:00Z", want: []string{"missed 2026-03-04T18:00:00Z"}},
		{name: "runs once if the latest is not long ago", s: daily(jobs.MissedRun), up: "2026-03-04T18:59:59Z", want: []string{"run 2026-03-04T18:00:00Z"}},
		{name: "is left out an hour later", s: daily(jobs.MissedRun), up: "2026-03-04T19:00:00Z", want: []string{"missed 2026-03-04T18:00:00Z"}},
		{name: "runs as late as was chosen", s: daily(jobs.MissedRun), within: 3 * time.Hour, up: "2026-03-04T20:59:00Z", want: []string{"run 2026-03-04T18:00:00Z"}},
		{name: "is asked about", s: daily(jobs.MissedAsk), up: "2026-03-04T20:00:00Z", want: []string{"ask 2026-03-04T18:00:00Z"}},
		{name: "runs if it is on time", s: daily(jobs.MissedSkip), up: "2026-03-04T18:05:00Z", want: []string{"run 2026-03-04T18:00:00Z"}},
	} {
		t.Run(row.name, func(t *testing.T) {
			d := openDiary(t)
			row.s.Within = row.within
			d.plans(row.s)
			d.at(row.up)
			d.tells(row.want...)
			if next := d.load().Next.Format(time.RFC3339); next != "2026-03-05T18:00:00Z" {
				t.Errorf("the next one comes at %s", next)
			}
			d.at("2026-03-05T18:00:00Z")
			d.tells(append(row.want, "run 2026-03-05T18:00:00Z")...)
		})
	}
}

func TestTwoMonthsAwayAreNoBurst(t *testing.T) {
	for spec, want := range map[string]string{
		"* * * * *":   "run 2026-05-02T09:10:00Z",
		"*/5 * * * *": "run 2026-05-02T09:10:00Z",
		"0 * * * *":   "run 2026-05-02T09:00:00Z",
		"0 9 * * *":   "run 2026-05-02T09:00:00Z",
		"0 9 * * 6":   "run 2026-05-02T09:00:00Z",
		"0 9 1 * *":   "missed 2026-05-01T09:00:00Z",
		"0 9 3 4 *":   "missed 2026-04-03T09:00:00Z",
		"0 10 2 3 *":  "missed 2026-03-02T10:00:00Z",
	} {
		t.Run(spec, func(t *testing.T) {
			d := openDiary(t)
			d.plans(jobs.Schedule{Spec: spec, Zone: "UTC", Missed: jobs.MissedRun})
			d.at("2026-05-02T09:10:30Z")
			d.tells(want)
		})
	}
}

func TestAScheduleKeepsItsHourOverAChangeOfClocks(t *testing.T) {
	for _, row := range []struct{ spec, from, until string }{
		{"30 2 * * *", "2026-03-27T12:00:00Z", "2026-03-31T12:00:00Z"},
		{"30 2 * * *", "2026-10-23T12:00:00Z", "2026-10-27T12:00:00Z"},
	} {
		d := openDiary(t)
		d.at(row.from)
		d.plans(jobs.Schedule{Spec: row.spec, Zone: "Europe/Paris", Missed: jobs.MissedSkip})
		until, err := time.Parse(time.RFC3339, row.until)
		if err != nil {
			t.Fatal(err)
		}
		for d.now().Before(until) {
			d.advance(time.Minute)
			d.goesOn()
		}
		days := map[string]int{}
		paris, err := time.LoadLocation("Europe/Paris")
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range d.told() {
			at, err := time.Parse("run "+time.RFC3339, l)
			if err != nil {
				t.Fatal(err)
			}
			days[at.In(paris).Format(time.DateOnly)]++
		}
		if len(days) != 4 || len(d.told()) != 4 {
			t.Errorf("%s from %s: %q", row.spec, row.from, d.told())
		}
	}
}

func TestTwoRunnersAtOnceFireOnce(t *testing.T) {
	d := openDiary(t)
	d.plans(jobs.Schedule{Spec: "* * * * *", Zone: "UTC", Missed: jobs.MissedRun})
	runners := []*jobs.Runner{d.keeper("one"), d.keeper("two"), d.keeper("three")}
	for range 20 {
		d.advance(time.Minute)
		var wg sync.WaitGroup
		for _, r := range runners {
			wg.Go(func() {
				for range 3 {
					if _, err := r.Step(t.Context()); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
	}
	told := d.told()
	if len(told) != 20 || len(slices.Compact(told)) != 20 {
		t.Errorf("%d firings: %q", len(told), told)
	}
}

func TestAFiringWhoseLeaseRanOutIsNotRunTwice(t *testing.T) {
	d := openDiary(t)
	d.plans(daily(jobs.MissedRun))
	d.advance(9 * time.Hour)
	claim := storage.Claim{Owner: "slow", Now: d.now(), For: time.Minute, Limit: 1}
	slow, err := d.store.LeaseJobs(t.Context(), claim)
	if err != nil || len(slow) != 1 {
		t.Fatalf("leased %v %v", slow, err)
	}
	f, err := jobs.Due(t.Context(), d.store, slow[0], d.now())
	if err != nil || f.Verdict != jobs.FiringRun {
		t.Fatalf("%+v %v", f, err)
	}
	d.advance(2 * time.Minute)
	d.goesOn()
	if _, err := d.store.Commit(t.Context(), tenant, f.Change); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("the slow one commits: %v", err)
	}
	d.tells("run 2026-03-02T18:00:00Z")
}

func TestTheSameScheduleIsPlannedOnce(t *testing.T) {
	d := openDiary(t)
	s := jobs.Schedule{ID: "s1", Job: "tell", Spec: "0 18 * * *", Zone: "UTC"}
	var wg sync.WaitGroup
	var mu sync.Mutex
	planned := 0
	for range 5 {
		wg.Go(func() {
			_, c, err := s.Plan(d.now())
			if err == nil {
				_, err = d.store.Commit(t.Context(), tenant, c)
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				planned++
			case !errors.Is(err, storage.ErrConflict):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	d.at("2026-03-02T18:00:00Z")
	if d.tells("run 2026-03-02T18:00:00Z"); planned != 1 {
		t.Errorf("planned %d times", planned)
	}
}

func TestAClockThatIsSetBackRepeatsNothing(t *testing.T) {
	d := openDiary(t)
	d.plans(daily(jobs.MissedRun))
	d.at("2026-03-02T18:00:00Z")
	for _, at := range []string{"2026-03-02T17:59:00Z", "2026-03-02T18:00:00Z", "2026-02-28T12:00:00Z", "2026-03-03T17:59:00Z"} {
		d.at(at)
	}
	d.tells("run 2026-03-02T18:00:00Z")
	d.at("2026-03-03T18:00:00Z")
	d.tells("run 2026-03-02T18:00:00Z", "run 2026-03-03T18:00:00Z")
}

func TestAFiringThatComesBeforeItsTimeWaits(t *testing.T) {
	d := openDiary(t)
	d.plans(daily(jobs.MissedRun))
	d.advance(9 * time.Hour)
	leased, err := d.store.LeaseJobs(t.Context(), storage.Claim{Owner: "one", Now: d.now(), For: time.Minute, Limit: 1})
	if err != nil || len(leased) != 1 {
		t.Fatalf("leased %v %v", leased, err)
	}
	d.advance(-time.Hour) // between the lease and the handler
	if err := d.tell(t.Context(), leased[0]); err != nil {
		t.Fatal(err)
	}
	d.goesOn()
	d.tells()
	d.at("2026-03-02T18:00:00Z")
	d.tells("run 2026-03-02T18:00:00Z")
}

func TestASkippedFiringDoesNotCome(t *testing.T) {
	d := openDiary(t)
	d.plans(daily(jobs.MissedRun))
	skipped, c, err := d.load().Skip(d.now())
	d.commits(c, err)
	if got := skipped.Format(time.RFC3339); got != "2026-03-02T18:00:00Z" {
		t.Errorf("skipped %s", got)
	}
	d.at("2026-03-02T18:00:00Z")
	d.tells()
	d.at("2026-03-03T18:00:00Z")
	d.tells("run 2026-03-03T18:00:00Z")
}

func TestAFiringIsEitherSkippedOrRun(t *testing.T) {
	d := openDiary(t)
	d.plans(daily(jobs.MissedRun))
	before := d.load()
	d.at("2026-03-02T18:00:00Z")
	_, late, err := before.Skip(d.now())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.store.Commit(t.Context(), tenant, late); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a firing that ran is skipped: %v", err)
	}
	d.advance(24 * time.Hour)
	leased, err := d.store.LeaseJobs(t.Context(), storage.Claim{Owner: "one", Now: d.now(), For: time.Minute, Limit: 1})
	if err != nil || len(leased) != 1 {
		t.Fatalf("leased %v %v", leased, err)
	}
	f, err := jobs.Due(t.Context(), d.store, leased[0], d.now())
	if err != nil {
		t.Fatal(err)
	}
	_, c, err := d.load().Skip(d.now())
	d.commits(c, err)
	if _, err := d.store.Commit(t.Context(), tenant, f.Change); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a firing that was skipped runs: %v", err)
	}
	d.goesOn()
	d.tells("run 2026-03-02T18:00:00Z")
}

func TestAStoppedScheduleIsGone(t *testing.T) {
	d := openDiary(t)
	d.plans(daily(jobs.MissedRun))
	d.commits(d.load().Stop(d.now()), nil)
	d.at("2026-03-05T18:00:00Z")
	d.tells()
	if due, _, err := d.store.NextDue(t.Context(), nil); err != nil || !due.IsZero() {
		t.Errorf("something is left: %v %v", due, err)
	}
	if _, err := jobs.LoadSchedule(t.Context(), d.store, tenant, "s1"); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestAQuestionIsDecidedOnceAndOvertakenByTheNextFiring(t *testing.T) {
	d := openDiary(t)
	d.plans(daily(jobs.MissedAsk))
	d.at("2026-03-04T20:00:00Z")
	asked := d.load()
	if got := asked.Asked.Format(time.RFC3339); got != "2026-03-04T18:00:00Z" {
		t.Fatalf("asked about %s", got)
	}
	c, err := asked.Decided(d.now())
	d.commits(c, err)
	if _, err := d.store.Commit(t.Context(), tenant, c); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("decided twice: %v", err)
	}
	d.at("2026-03-05T21:00:00Z")
	if d.load().Asked.IsZero() {
		t.Error("not asked again")
	}
	d.at("2026-03-06T18:00:00Z")
	if !d.load().Asked.IsZero() {
		t.Error("the question is still open after the next firing")
	}
	d.tells("ask 2026-03-04T18:00:00Z", "ask 2026-03-05T18:00:00Z", "run 2026-03-06T18:00:00Z")
}

func TestSchedulesAreListedByWhatComesFirst(t *testing.T) {
	d := openDiary(t)
	for id, spec := range map[string]string{"late": "0 20 * * *", "early": "0 10 * * *", "middle": "0 15 * * *"} {
		_, c, err := jobs.Schedule{ID: id, Job: "tell", Spec: spec, Zone: "UTC"}.Plan(d.now())
		d.commits(c, err)
	}
	_, c, err := jobs.Schedule{ID: "other", Job: "teller", Spec: "0 9 * * *", Zone: "UTC"}.Plan(d.now())
	d.commits(c, err)
	got, err := jobs.Schedules(t.Context(), d.store, tenant, "tell", 10)
	var ids []string
	for _, s := range got {
		ids = append(ids, s.ID)
	}
	if err != nil || !slices.Equal(ids, []string{"early", "middle", "late"}) {
		t.Errorf("listed %q %v", ids, err)
	}
}

func TestAFailingStoreFiresOnce(t *testing.T) {
	for n := range 3 {
		for _, lost := range []bool{false, true} {
			t.Run(fmt.Sprint("write ", n+1, ", only the answer is lost ", lost), func(t *testing.T) {
				var failing *storagetest.Failing
				d := openDiary(t, func(s storage.Store) storage.Store {
					failing = &storagetest.Failing{Store: s}
					return failing
				})
				d.plans(daily(jobs.MissedRun))
				d.advance(9 * time.Hour)
				hook := storagetest.FailAt(failing.Writes()+n+1, errors.New("the disk is gone"))
				if failing.Before = hook; lost {
					failing.Before, failing.After = nil, hook
				}
				for range 8 {
					_, _ = d.keeper("one").Step(t.Context())
					d.advance(30 * time.Second)
				}
				d.tells("run 2026-03-02T18:00:00Z")
				if next := d.load().Next.Format(time.RFC3339); next != "2026-03-03T18:00:00Z" {
					t.Errorf("the next one comes at %s", next)
				}
			})
		}
	}
}

// Whatever the clock does, a planned instant is never decided upon twice, and
// instants are decided upon in order.
func TestNoClockMakesAFiringComeTwice(t *testing.T) {
	d := openDiary(t)
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		id := fmt.Sprint("any-", n)
		spec := rapid.SampledFrom([]string{"* * * * *", "*/15 * * * *", "30 2 * * *", "0 9 * * 1", "0 0 1 * *"}).Draw(rt, "spec")
		zone := rapid.SampledFrom([]string{"UTC", "Europe/Paris", "Australia/Lord_Howe"}).Draw(rt, "zone")
		now := time.Unix(rapid.Int64Range(1767225600, 1798761600).Draw(rt, "start"), 0)
		s := jobs.Schedule{ID: id, Job: "tell", Spec: spec, Zone: zone, Missed: rapid.SampledFrom([]jobs.Missed{jobs.MissedRun, jobs.MissedSkip, jobs.MissedAsk}).Draw(rt, "missed")}
		_, c, err := s.Plan(now)
		if err == nil {
			_, err = d.store.Commit(t.Context(), tenant, c)
		}
		if err != nil {
			rt.Fatal(err)
		}
		last := now
		for range 15 {
			now = now.Add(time.Duration(rapid.Int64Range(-int64(48*time.Hour), int64(40*24*time.Hour)).Draw(rt, "step")))
			due, err := d.store.LeaseJobs(t.Context(), storage.Claim{Owner: "one", Now: now, For: 1, Limit: 100})
			if err != nil || len(due) > 1 {
				rt.Fatalf("%d firings are due: %v", len(due), err)
			}
			for _, j := range due {
				f, err := jobs.Due(t.Context(), d.store, j, now)
				if err != nil || f.Verdict == jobs.FiringVoid {
					rt.Fatalf("%+v %v", f, err)
				}
				if !f.At.After(last) || f.At.After(now) || !f.Schedule.Next.After(now) || f.Verdict == jobs.FiringRun && f.Late > time.Hour {
					rt.Fatalf("after %v, at %v: %+v", last, now, f)
				}
				last = f.At
				if _, err := d.store.Commit(t.Context(), tenant, f.Change); err != nil {
					rt.Fatal(err)
				}
			}
		}
		s, err = jobs.LoadSchedule(t.Context(), d.store, tenant, id)
		if err == nil {
			_, err = d.store.Commit(t.Context(), tenant, s.Stop(now))
		}
		if err != nil {
			rt.Fatal(err)
		}
	})
}
