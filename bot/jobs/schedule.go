package jobs

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"animo/storage"
)

// KindSchedule is the kind of document in which a Schedule is kept.
const KindSchedule = "schedule"

const (
	// OnTime is how late a firing may be and still be on time, whatever the
	// schedule says of missed ones: a restart takes that long.
	OnTime = 5 * time.Minute
	// DefaultWithin is how late a MissedRun firing may run, unless somebody
	// chose another time.
	DefaultWithin = time.Hour
	// MaxWithin is the most that Schedule.Within may be.
	MaxWithin = 7 * 24 * time.Hour
)

// Missed says what becomes of a firing whose time passed while Animo was away.
// Of several in a row only the last is looked at: there is never a burst.
type Missed string

// What may become of it.
const (
	MissedRun  Missed = "run"  // it runs if it is less than Within late
	MissedSkip Missed = "skip" // it is left out
	MissedAsk  Missed = "ask"  // the team decides
)

// Schedule is something that comes again and again. It is a document of its
// tenant, and its next firing is a job, under a key made of the schedule and
// the planned instant: however many replicas plan it, it is there once.
type Schedule struct {
	ID      string          `json:"-"`
	Version int64           `json:"-"`    // of the document as it was read
	Job     string          `json:"job"`  // kind of the job that a firing is; its handler calls Due
	Spec    string          `json:"spec"` // as ParseCron reads it
	Zone    string          `json:"zone"` // IANA name
	Missed  Missed          `json:"missed"`
	Within  time.Duration   `json:"within,omitempty"` // for MissedRun; 0 means DefaultWithin
	Next    time.Time       `json:"next"`             // the firing that is planned
	Asked   time.Time       `json:"asked,omitzero"`   // the missed firing on which the team is to decide
	Body    json.RawMessage `json:"body,omitempty"`   // for the handler
}

// Cron returns when the schedule comes.
func (s Schedule) Cron() (Cron, error) {
	zone, err := time.LoadLocation(s.Zone)
	if err != nil {
		return Cron{}, fmt.Errorf("find the zone of schedule %s: %w", s.ID, err)
	}
	return ParseCron(s.Spec, zone)
}

// Upcoming returns the next n firings from the planned one on, fewer if fewer
// come.
func (s Schedule) Upcoming(n int) ([]time.Time, error) {
	c, err := s.Cron()
	if err != nil || s.Next.IsZero() || n < 1 {
		return nil, err
	}
	return append([]time.Time{s.Next.In(c.Zone())}, c.NextN(s.Next, n-1)...), nil
}

// Plan plans the first firing after now, and returns the schedule with the
// change that stores both; it must be new.
func (s Schedule) Plan(now time.Time) (Schedule, storage.Change, error) {
	s.Version = 0
	c := storage.Change{Now: now}
	err := s.move(now, &c)
	return s, c, err
}

// Skip leaves the planned firing out. It returns its instant and the change
// that plans the one after it, which fails with storage.ErrConflict if the
// schedule changed since it was read.
func (s Schedule) Skip(now time.Time) (time.Time, storage.Change, error) {
	skipped := s.Next
	c := storage.Change{Now: now, Cancel: []string{s.key()}}
	err := s.move(latest(now, skipped), &c)
	return skipped, c, err
}

// Stop returns the change that ends the schedule, with a storage.ErrConflict
// as Skip.
func (s Schedule) Stop(now time.Time) storage.Change {
	return storage.Change{Now: now, Cancel: []string{s.key()}, Docs: []storage.DocPut{s.gone()}}
}

// Decided returns the change that notes that the team has decided on the
// firing of which it was Asked, with a storage.ErrConflict as Skip.
func (s Schedule) Decided(now time.Time) (storage.Change, error) {
	s.Asked = time.Time{}
	put, err := s.put()
	return storage.Change{Now: now, Docs: []storage.DocPut{put}}, err
}

// move plans the first firing after an instant. A schedule that never comes
// again ends.
func (s *Schedule) move(after time.Time, c *storage.Change) error {
	cron, err := s.Cron()
	if err != nil {
		return err
	}
	s.Next = cron.Next(after).UTC()
	if s.Next.IsZero() {
		c.Docs = append(c.Docs, s.gone())
		return nil
	}
	put, err := s.put()
	if err != nil {
		return err
	}
	body, err := json.Marshal(firingBody{s.ID, s.Next})
	if err != nil {
		return fmt.Errorf("write a firing of schedule %s: %w", s.ID, err)
	}
	c.Docs = append(c.Docs, put)
	c.Jobs = append(c.Jobs, storage.Job{Key: s.key(), Kind: s.Job, Due: s.Next, Body: body})
	return nil
}

// key is the key of the planned firing's job.
func (s Schedule) key() string {
	return "schedule/" + s.ID + "/" + strconv.FormatInt(s.Next.Unix(), 10)
}

// put writes the document. The index sorts a job's schedules by what comes
// first.
func (s Schedule) put() (storage.DocPut, error) {
	return storage.Put(KindSchedule, s.ID, s.Version, s.Job+"/"+s.Next.UTC().Format(time.RFC3339), s)
}

func (s Schedule) gone() storage.DocPut {
	return storage.DocPut{Kind: KindSchedule, ID: s.ID, Version: s.Version, Delete: true}
}

// LoadSchedule reads a schedule; storage.ErrNotFound if the tenant has none of
// this id.
func LoadSchedule(ctx context.Context, store storage.Store, t storage.Tenant, id string) (Schedule, error) {
	var s Schedule
	version, err := storage.Load(ctx, store, t, KindSchedule, id, &s)
	s.ID, s.Version = id, version
	return s, err
}

// Schedules lists up to limit (1 to 1000) schedules whose firings are jobs of
// this kind, the one that comes first first.
func Schedules(ctx context.Context, store storage.Store, t storage.Tenant, job string, limit int) ([]Schedule, error) {
	docs, err := store.List(ctx, t, storage.ListQuery{Kind: KindSchedule, Prefix: job + "/", Limit: limit})
	if err != nil {
		return nil, fmt.Errorf("list the schedules: %w", err)
	}
	out := make([]Schedule, len(docs))
	for i, d := range docs {
		if err := json.Unmarshal(d.Body, &out[i]); err != nil {
			return nil, fmt.Errorf("read schedule %s: %w", d.ID, err)
		}
		out[i].ID, out[i].Version = d.ID, d.Version
	}
	return out, nil
}
