package engine

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
	"animo/games"
	"animo/storage"
)

// Activity tells how much members write; engagement.Counter implements it.
type Activity interface {
	// Spoke returns how many messages a member wrote within the last days, up
	// to games.MaxDays, in these channels or, without any, everywhere.
	Spoke(ctx context.Context, t storage.Tenant, m chat.MemberID, days int, in []chat.ChannelID) (int, error)
}

const (
	// factsWithin is how long a member who pressed waits for what must be known
	// of them; there is time left to tell them before a press expires.
	factsWithin = 1500 * time.Millisecond
	// limitedWait is the shortest wait for a platform that wants it slower.
	limitedWait = 100 * time.Millisecond
	// lookups is how many members are looked up side by side.
	lookups = 4
)

var (
	errTwice   = errors.New("the game wants to know more than it asked for")
	errNobody  = errors.New("the game wants to know more of a member where none acts")
	errBare    = errors.New("the platform does not tell enough of the member")
	errNoCount = errors.New("no messages are counted")
)

// wanted is a games.Wanting of an instance.
type wanted struct {
	in   Instance
	want *games.Wanting
}

func (w *wanted) Error() string { return w.want.Error() }

// wantedBy notes which instance a games.Wanting comes from; other errors stay
// as they are.
func wantedBy(in Instance, err error) error {
	var w *games.Wanting
	if !errors.As(err, &w) {
		return err
	}
	return &wanted{in, w}
}

// learn finds out what a game wants to know of the member who acts. If that
// fails or takes too long the error is a *games.Refusal.
func (e *Engine) learn(ctx context.Context, a act, w *wanted) (*games.Facts, error) {
	by, ok := actor(a.event)
	switch {
	case a.facts != nil:
		return nil, fmt.Errorf("decide on %s: %w", w.in.ID, errTwice)
	case !ok:
		return nil, fmt.Errorf("decide on %s: %w", w.in.ID, errNobody)
	}
	soon, stop := context.WithTimeout(ctx, factsWithin)
	defer stop()
	f, err := e.facts(soon, a.community.Tenant(), w.in.Space, by, *w.want)
	if err == nil && w.want.Actor && f.Bare {
		err = errBare
	}
	switch {
	case err == nil:
		return &f, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	}
	e.Log.Warn("what a game wants to know of a member cannot be found out", "kind", w.in.Kind, "instance", w.in.ID, "error", err)
	return nil, games.Refuse(e.printer(a).Line("eligibility.unknown"))
}

// actor returns the member who causes an event.
func actor(e games.Event) (chat.Actor, bool) {
	switch e := e.(type) {
	case games.Pressed:
		return e.By, true
	case games.Ordered:
		return e.By, true
	}
	return chat.Actor{}, false
}

// facts finds out what is wanted of a member of whom by is known.
func (e *Engine) facts(ctx context.Context, t storage.Tenant, space chat.SpaceID, by chat.Actor, w games.Wanting) (games.Facts, error) {
	f := games.Facts{Actor: by}
	p := e.Platforms[chat.NetworkOf(space)]
	if p == nil {
		return f, fmt.Errorf("no platform for %s", space)
	}
	g, ctx := errgroup.WithContext(ctx)
	if w.Actor {
		g.Go(func() error {
			m, err := p.Member(ctx, space, by.ID)
			if err != nil {
				return fmt.Errorf("look up a member: %w", err)
			}
			f.Actor, f.Absent = m.Actor, !m.Present
			return nil
		})
	}
	if len(w.In) > 0 {
		g.Go(func() (err error) {
			if f.In, err = p.InChannels(ctx, space, by.ID, w.In); err != nil {
				return fmt.Errorf("look up the channels of a member: %w", err)
			}
			return nil
		})
	}
	if w.Days > 0 {
		g.Go(func() (err error) {
			f.Wrote, err = e.wrote(ctx, t, by.ID, w)
			return err
		})
	}
	return f, g.Wait()
}

func (e *Engine) wrote(ctx context.Context, t storage.Tenant, m chat.MemberID, w games.Wanting) (*int, error) {
	if e.Activity == nil {
		return nil, errNoCount
	}
	n, err := e.Activity.Spoke(ctx, t, m, w.Days, w.Said)
	if err != nil {
		return nil, fmt.Errorf("count the messages of a member: %w", err)
	}
	return &n, nil
}

// answered asks the platform which members are still there, and finds out what
// else the question wants. An error of the platform fails the whole, and the
// job comes again.
func (e *Engine) answered(ctx context.Context, t storage.Tenant, b askBody) (games.Answered, error) {
	out := games.Answered{Question: b.Question, Present: make(map[chat.MemberID]bool, len(b.Members))}
	in, _, err := e.load(ctx, t, b.ID)
	if err != nil {
		return out, err
	}
	found := make([]games.Facts, len(b.Members))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(lookups)
	for i, m := range b.Members {
		g.Go(func() (err error) {
			found[i], err = e.found(ctx, t, in.Space, m, b.Want)
			return err
		})
	}
	if err := g.Wait(); err != nil {
		return out, err
	}
	if b.Want != nil {
		out.Facts = make(map[chat.MemberID]games.Facts, len(b.Members))
	}
	for i, m := range b.Members {
		out.Present[m] = !found[i].Absent
		if b.Want != nil {
			out.Facts[m] = found[i]
		}
	}
	return out, nil
}

// found finds out whether a member is there and, of one who is, what is wanted
// besides; nil for nothing.
func (e *Engine) found(ctx context.Context, t storage.Tenant, space chat.SpaceID, m chat.MemberID, w *games.Wanting) (games.Facts, error) {
	f, err := patiently(ctx, func() (games.Facts, error) {
		return e.facts(ctx, t, space, chat.Actor{ID: m}, games.Wanting{Actor: true})
	})
	switch {
	case chat.TroubleOf(err) == chat.TroubleGone:
		return games.Facts{Actor: chat.Actor{ID: m}, Absent: true}, nil
	case err != nil || f.Absent || w == nil:
		return f, err
	case w.Actor && f.Bare:
		return f, errBare
	}
	return patiently(ctx, func() (games.Facts, error) {
		return e.facts(ctx, t, space, f.Actor, games.Wanting{Days: w.Days, Said: w.Said, In: w.In})
	})
}

// patiently asks a platform that wants it slower again for as long as ctx
// allows: to begin a whole question from the start would end the same way.
func patiently(ctx context.Context, ask func() (games.Facts, error)) (games.Facts, error) {
	for {
		f, err := ask()
		var limited *chat.Error
		if !errors.As(err, &limited) || limited.Trouble != chat.TroubleLimited {
			return f, err
		}
		select {
		case <-ctx.Done():
			return f, err
		case <-time.After(max(limited.RetryAfter, limitedWait)):
		}
	}
}
