package engine

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/bot/i18n"
	"animo/bot/jobs"
	"animo/bot/outbox"
	"animo/games"
	"animo/storage"
)

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
		return e.answered(ctx, j.Tenant, b)
	})
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
