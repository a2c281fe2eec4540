package commands

import (
	"context"
	"fmt"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/jobs"
	"animo/bot/outbox"
	"animo/storage"
)

const (
	// sweepAt is when a community is cleared up, in its own time zone.
	sweepAt = "30 3 * * *"
	// How long what nobody came back for is kept.
	keepDrafts      = 7 * 24 * time.Hour
	keepUndelivered = 30 * 24 * time.Hour
	sweepBatch      = 200
)

// Sweep is the handler of community.JobSweep: it deletes drafts that were
// never launched, undelivered messages that nobody tried again, and what Stale
// names, and puts the next sweep.
func (g *Registry) Sweep(ctx context.Context, j storage.Job) error {
	c, err := g.Book.Load(ctx, chat.CommunityID(j.Tenant))
	if err != nil {
		return fmt.Errorf("find the community to clear up: %w", err)
	}
	cron, err := jobs.ParseCron(sweepAt, c.Location())
	if err != nil {
		return err
	}
	now := g.Now()
	change := storage.Change{
		DoneJobs: jobs.Done(j), Now: now,
		Jobs: []storage.Job{{Key: community.JobSweep, Kind: community.JobSweep, Due: cron.Next(now), Body: j.Body}},
	}
	for _, old := range []struct {
		kind, before string
	}{
		{kindDraft, now.Add(-keepDrafts).UTC().Format(time.RFC3339)},
		{outbox.KindUndelivered, outbox.UndeliveredIndex(now.Add(-keepUndelivered))},
	} {
		gone, err := g.olderThan(ctx, j.Tenant, old.kind, old.before)
		if err != nil {
			return err
		}
		change.Docs = append(change.Docs, gone...)
	}
	if g.Stale != nil {
		gone, err := g.Stale(ctx, j.Tenant)
		if err != nil {
			return fmt.Errorf("list what is old: %w", err)
		}
		change.Docs = append(change.Docs, gone...)
	}
	if _, err := g.Store.Commit(ctx, j.Tenant, change); err != nil {
		return fmt.Errorf("clear up: %w", err)
	}
	return nil
}

// olderThan lists the first documents of a kind whose index, a time, lies
// before another, to be deleted. What is left over goes next time.
func (g *Registry) olderThan(ctx context.Context, t storage.Tenant, kind, before string) ([]storage.DocPut, error) {
	docs, err := g.Store.List(ctx, t, storage.ListQuery{Kind: kind, Limit: sweepBatch})
	if err != nil {
		return nil, fmt.Errorf("list what is old: %w", err)
	}
	var out []storage.DocPut
	for _, d := range docs {
		if d.Index < before {
			out = append(out, storage.DocPut{Kind: kind, ID: d.ID, Version: d.Version, Delete: true})
		}
	}
	return out, nil
}
