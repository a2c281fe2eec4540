package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"animo/storage"
)

// Verdict says what is to be done with a firing that is due.
type Verdict string

// The verdicts.
const (
	FiringVoid   Verdict = "void"   // nothing: it was skipped or stopped, or is yet to come
	FiringRun    Verdict = "run"    // what the schedule is for
	FiringMissed Verdict = "missed" // too late; it is left out
	FiringAsk    Verdict = "ask"    // too late; the team is asked, by Schedule.Asked
)

// Firing is what a due job of a schedule comes to.
type Firing struct {
	Schedule Schedule // as Change stores it
	Verdict  Verdict
	At       time.Time     // the planned instant that the verdict is about
	Late     time.Duration // by how much it is late
	// Change marks the job as done and plans the next firing. The handler adds
	// what follows from the verdict and commits it all at once; after a
	// storage.ErrConflict it calls Due again, or leaves that to the runner.
	Change storage.Change
}

// firingBody is the body of a schedule's job.
type firingBody struct {
	Schedule string    `json:"schedule"`
	At       time.Time `json:"at"`
}

// Due says what a schedule's job comes to. Of the firings whose time passed
// since the last one, only the latest counts; the others are left out.
func Due(ctx context.Context, store storage.Store, j storage.Job, now time.Time) (Firing, error) {
	f := Firing{Verdict: FiringVoid, Change: storage.Change{DoneJobs: Done(j), Now: now}}
	var b firingBody
	if err := json.Unmarshal(j.Body, &b); err != nil {
		return f, fmt.Errorf("read a firing: %w", err)
	}
	s, err := LoadSchedule(ctx, store, j.Tenant, b.Schedule)
	switch {
	case errors.Is(err, storage.ErrNotFound):
		return f, nil
	case err != nil:
		return f, fmt.Errorf("read schedule %s: %w", b.Schedule, err)
	}
	f.Schedule = s
	switch {
	case !s.Next.Equal(b.At):
		return f, nil
	case now.Before(b.At): // the clock was set back since the job was leased
		f.Change.Jobs = []storage.Job{{Key: j.Key, Kind: j.Kind, Due: b.At, Body: j.Body}}
		return f, nil
	}
	return f, f.decide(now)
}

func (f *Firing) decide(now time.Time) error {
	c, err := f.Schedule.Cron()
	if err != nil {
		return err
	}
	f.At = c.lastUntil(f.Schedule.Next, now).UTC()
	f.Late = now.Sub(f.At)
	f.Verdict = f.Schedule.verdict(f.Late)
	f.Schedule.Asked = time.Time{} // an older question is overtaken
	if f.Verdict == FiringAsk {
		f.Schedule.Asked = f.At
	}
	return f.Schedule.move(now, &f.Change)
}

func (s Schedule) verdict(late time.Duration) Verdict {
	within := s.Within
	if within == 0 {
		within = DefaultWithin
	}
	switch {
	case late <= OnTime, s.Missed == MissedRun && late < within:
		return FiringRun
	case s.Missed == MissedAsk:
		return FiringAsk
	}
	return FiringMissed
}

// lastUntil returns the last firing up to now; first is one. However long ago
// that was, few firings are gone through.
func (c Cron) lastUntil(first, now time.Time) time.Time {
	const day = 24 * time.Hour
	for _, back := range []time.Duration{time.Hour, day, 8 * day, 32 * day, 367 * day} {
		from := now.Add(-back)
		if !from.After(first) {
			break
		}
		if t := c.Next(from); !t.IsZero() && !t.After(now) {
			first = t
			break
		}
	}
	for {
		next := c.Next(first)
		if next.IsZero() || next.After(now) {
			return first
		}
		first = next
	}
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
