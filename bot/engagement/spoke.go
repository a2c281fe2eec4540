package engagement

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
	"animo/bot/jobs"
	"animo/storage"
)

// JobForget drops what each member wrote on a day, when that is long ago.
const JobForget = "engagement.forget"

const (
	// MaxDays is the longest time over which Spoke counts.
	MaxDays = 30
	// keepDays are kept beside the current one: what MaxDays needs, and one for
	// clocks that differ.
	keepDays   = MaxDays + 1
	shards     = 512
	readAtOnce = 8
	// forgetWithin spreads the jobs of all communities, which are due on the
	// same day.
	forgetWithin = 12 * time.Hour
	maxPlanned   = 10_000
	// planAgain bounds what a store can lose with its machine while this process
	// lives on: a count that is kept is never without its end for longer.
	planAgain = time.Hour
	dayLayout = time.DateOnly
)

// dayOf is a day of a community, by UTC.
type dayOf struct {
	tenant storage.Tenant
	day    string
}

// forgetBody is the body of a JobForget.
type forgetBody struct {
	Day string `json:"day"`
}

func hashOf(s string) uint32 {
	h := fnv.New32a()
	h.Write([]byte(s))
	return h.Sum32()
}

func daySet(day string, shard uint32) string { return fmt.Sprintf("spoke/%s/%d", day, shard) }

// spokeSet holds what a member wrote on a day, beside that of others.
func spokeSet(day string, m chat.MemberID) string { return daySet(day, hashOf(string(m))%shards) }

// spokeName is a member in a channel. No id has a space in it.
func spokeName(in chat.ChannelID, m chat.MemberID) string { return string(in) + " " + string(m) }

// spoke adds to a change that counts a message that its author wrote it and,
// with the first of an hour, when its day is to be forgotten; plans says so.
func (c *Counter) spoke(change *storage.Change, t storage.Tenant, e chat.Posted) (plans bool) {
	if e.Actor.ID == "" {
		return false
	}
	day := e.At.UTC().Format(dayLayout)
	change.Tallies = []storage.TallyAdd{{Set: spokeSet(day, e.Actor.ID), Name: spokeName(e.Channel, e.Actor.ID), Delta: 1}}
	c.mu.Lock()
	since := c.Now().Sub(c.planned[dayOf{t, day}])
	c.mu.Unlock()
	if plans = since < 0 || since >= planAgain; plans {
		change.Jobs = []storage.Job{forgetJob(t, e.At)}
	}
	return plans
}

// forgetJob is the same whoever puts it, and however often.
func forgetJob(t storage.Tenant, at time.Time) storage.Job {
	day := at.UTC().Truncate(24 * time.Hour)
	body, _ := json.Marshal(forgetBody{day.Format(dayLayout)}) // a string: it cannot fail
	later := time.Duration(hashOf(string(t))) * time.Second % forgetWithin
	return storage.Job{
		Key: JobForget + "/" + day.Format(dayLayout), Kind: JobForget, Due: day.AddDate(0, 0, keepDays+1).Add(later), Body: body,
	}
}

// plans notes that it is stored when a day is forgotten.
func (c *Counter) plans(t storage.Tenant, at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.planned) >= maxPlanned {
		clear(c.planned)
	}
	c.planned[dayOf{t, at.UTC().Format(dayLayout)}] = c.Now()
}

// Forget is the handler of JobForget.
func (c *Counter) Forget(ctx context.Context, j storage.Job) error {
	var b forgetBody
	if err := json.Unmarshal(j.Body, &b); err != nil {
		return fmt.Errorf("read what to forget: %w", err)
	}
	for shard := range uint32(shards) {
		if err := c.Store.DropSet(ctx, j.Tenant, daySet(b.Day, shard)); err != nil {
			return fmt.Errorf("forget who wrote on %s: %w", b.Day, err)
		}
	}
	if _, err := c.Store.Commit(ctx, j.Tenant, storage.Change{DoneJobs: jobs.Done(j), Now: c.Now()}); err != nil {
		return fmt.Errorf("forget who wrote on %s: %w", b.Day, err)
	}
	return nil
}

// Spoke returns how many messages a member wrote today and on so many days
// before, by UTC and at most MaxDays, in these channels or, without any,
// everywhere. Threads count for the channel they are in. It implements
// engine.Activity.
func (c *Counter) Spoke(ctx context.Context, t storage.Tenant, m chat.MemberID, days int, in []chat.ChannelID) (int, error) {
	days = min(max(days, 0), MaxDays)
	today := c.Now().UTC()
	wrote := make([]int64, days+1)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(readAtOnce)
	for n := range wrote {
		g.Go(func() error {
			tally, err := c.Store.Tally(ctx, t, spokeSet(today.AddDate(0, 0, -n).Format(dayLayout), m))
			for name, count := range tally.Numbers {
				if ch, who, _ := strings.Cut(name, " "); who == string(m) && (len(in) == 0 || slices.Contains(in, chat.ChannelID(ch))) {
					wrote[n] += count
				}
			}
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return 0, fmt.Errorf("count what a member wrote: %w", err)
	}
	total := int64(0)
	for _, n := range wrote {
		total += n
	}
	return int(total), nil
}
