package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/bot/outbox"
	"animo/games"
	"animo/storage"
)

// limitedWait is the shortest wait for a platform that wants it slower.
const limitedWait = 100 * time.Millisecond

// lookups is how many members are looked up side by side.
const lookups = 4

// Press hands a pressed control to the game it belongs to. The error is a
// *games.Refusal, or storage.ErrNotFound for a game of another community.
func (e *Engine) Press(ctx context.Context, c community.Community, p chat.Pressed, private i18n.Printer) (chat.Reply, error) {
	a := act{
		community: c, private: private, subject: p.Actor.ID,
		event:  games.Pressed{By: p.Actor, Verb: p.Action.Verb, Values: p.Values},
		change: storage.Change{Once: once(p.ID)},
	}
	return e.quiet(e.perform(ctx, p.Action.Subject, a))
}

// Order hands an order of staff to a game; the right was checked.
func (e *Engine) Order(ctx context.Context, c community.Community, id string, o games.Ordered, eventID string, private i18n.Printer) (chat.Reply, error) {
	a := act{
		community: c, private: private, subject: chat.MemberID(o.Args["member"]), event: o,
		change: storage.Change{Once: once(eventID)},
	}
	return e.quiet(e.perform(ctx, id, a))
}

// quiet turns an event that was committed before into no answer: the first
// delivery has given it.
func (e *Engine) quiet(r chat.Reply, err error) (chat.Reply, error) {
	if errors.Is(err, storage.ErrRepeated) {
		return chat.Reply{}, nil
	}
	return r, err
}

// Handlers are the engine's jobs, for the runner.
func (e *Engine) Handlers() map[string]jobs.Handler {
	return map[string]jobs.Handler{
		JobWake:         e.wake,
		JobAsk:          e.ask,
		outbox.JobSpoke: e.spoke,
	}
}

func (e *Engine) wake(ctx context.Context, j storage.Job) error {
	var b wakeBody
	if err := json.Unmarshal(j.Body, &b); err != nil {
		return fmt.Errorf("read a wake-up: %w", err)
	}
	return e.job(ctx, j, b.ID, func() (games.Event, error) {
		return games.Woke{Name: b.Name, Due: j.Due}, nil
	})
}

func (e *Engine) spoke(ctx context.Context, j storage.Job) error {
	var b outbox.Spoke
	if err := json.Unmarshal(j.Body, &b); err != nil {
		return fmt.Errorf("read what was said: %w", err)
	}
	return e.job(ctx, j, b.Subject, func() (games.Event, error) {
		return games.Spoke{Slot: b.Slot, Member: b.Member, Trouble: b.Trouble}, nil
	})
}

func (e *Engine) ask(ctx context.Context, j storage.Job) error {
	var b askBody
	if err := json.Unmarshal(j.Body, &b); err != nil {
		return fmt.Errorf("read a question: %w", err)
	}
	return e.job(ctx, j, b.ID, func() (games.Event, error) {
		present, err := e.present(ctx, j.Tenant, b)
		return games.Answered{Question: b.Question, Present: present}, err
	})
}

// present asks the platform which members are still there. An error of the
// platform fails the whole, and the job comes again.
func (e *Engine) present(ctx context.Context, t storage.Tenant, b askBody) (map[chat.MemberID]bool, error) {
	in, _, err := e.load(ctx, t, b.ID)
	if err != nil {
		return nil, err
	}
	p := e.Platforms[chat.NetworkOf(in.Space)]
	if p == nil {
		return nil, fmt.Errorf("no platform for %s", in.Space)
	}
	found := make([]bool, len(b.Members))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(lookups)
	for i, m := range b.Members {
		g.Go(func() error {
			var err error
			found[i], err = isPresent(ctx, p, in.Space, m)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	present := make(map[chat.MemberID]bool, len(b.Members))
	for i, m := range b.Members {
		present[m] = found[i]
	}
	return present, nil
}

// isPresent looks a member up. A platform that wants it slower is waited for as
// long as ctx allows: to begin again from the start would end the same way.
func isPresent(ctx context.Context, p chat.Platform, space chat.SpaceID, m chat.MemberID) (bool, error) {
	for {
		member, err := p.Member(ctx, space, m)
		switch {
		case err == nil:
			return member.Present, nil
		case chat.TroubleOf(err) == chat.TroubleGone:
			return false, nil
		}
		var limited *chat.Error
		if !errors.As(err, &limited) || limited.Trouble != chat.TroubleLimited {
			return false, fmt.Errorf("look up a member: %w", err)
		}
		select {
		case <-ctx.Done():
			return false, fmt.Errorf("look up a member: %w", err)
		case <-time.After(max(limited.RetryAfter, limitedWait)):
		}
	}
}

// job hands an event to an instance and marks the job done with the outcome.
// A job of an instance that is gone is done.
func (e *Engine) job(ctx context.Context, j storage.Job, id string, event func() (games.Event, error)) error {
	done := storage.Change{DoneJobs: jobs.Done(j), Now: e.Now()}
	c, err := e.Book.Load(ctx, chat.CommunityID(j.Tenant))
	var ev games.Event
	if err == nil {
		ev, err = event()
	}
	if err == nil {
		_, err = e.perform(ctx, id, act{community: c, event: ev, change: done})
	}
	if errors.Is(err, storage.ErrNotFound) {
		e.Log.Warn("a job is for something that is gone", "kind", j.Kind, "key", j.Key)
		_, err = e.Store.Commit(ctx, j.Tenant, done)
	}
	return err
}
