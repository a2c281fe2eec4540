package engagement

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/errgroup"

	"animo/bot/chat"
	"animo/storage"
)

const (
	readers  = 4              // spaces read back at the same time
	inFlight = 100            // messages of one channel handed over and not handled yet
	back     = 24 * time.Hour // nothing older is read back
	// stillTalking is how long a thread that the platform does not list may
	// have been written in: threads are archived after at most a week
	// (docs: topics/threads#active--archived-threads).
	stillTalking = 7 * 24 * time.Hour
	tryAtMost    = 10 // readings of one channel
	page         = 500
)

var errAgain = errors.New("a message read back did not get through")

// Run reads back what was missed, until ctx ends.
func (c *Counter) Run(ctx context.Context) error {
	var g errgroup.Group
	for range readers {
		g.Go(func() error {
			for {
				if e, ok := c.errands.take(); ok {
					c.do(ctx, e)
					c.errands.done(e)
					continue
				}
				select {
				case <-ctx.Done():
					return nil
				case <-c.errands.wake:
				}
			}
		})
	}
	return g.Wait()
}

// do does an errand. What cannot be read now is looked at again with the
// next line.
func (c *Counter) do(ctx context.Context, e errand) {
	who, err := c.Book.Of(ctx, e.space)
	if err != nil {
		c.complain(ctx, e, err)
		return
	}
	r := reading{c, who.Tenant(), who.Since, e}
	channels := []chat.ChannelID{e.channel}
	if e.channel == "" {
		if channels, err = r.survey(ctx); err != nil {
			c.complain(ctx, e, err)
			return
		}
	}
	for _, in := range channels {
		if err := r.channel(ctx, in); err != nil {
			c.complain(ctx, e, err)
		}
	}
}

func (c *Counter) complain(ctx context.Context, e errand, err error) {
	if ctx.Err() == nil {
		c.Log.Warn("read back what was missed", "space", e.space, "error", err)
	}
}

// reading is one errand under way.
type reading struct {
	*Counter
	tenant storage.Tenant
	since  time.Time // when the bot came
	errand
}

func (r reading) platform() (chat.Platform, error) {
	n := chat.NetworkOf(r.space)
	p, ok := r.Platforms[n]
	if !ok {
		return nil, fmt.Errorf("%s is not connected", n)
	}
	return p, nil
}

// channel reads the holes of one channel, oldest first.
func (r reading) channel(ctx context.Context, in chat.ChannelID) error {
	p, err := r.platform()
	if err != nil {
		return err
	}
	for {
		k, err := r.load(ctx, r.tenant, in)
		if err != nil || len(k.Holes) == 0 {
			return err
		}
		over, err := backoff.Retry(ctx, func() (string, error) { return r.try(ctx, p, in) },
			backoff.WithMaxTries(tryAtMost), backoff.WithMaxElapsedTime(0))
		if chat.TroubleOf(err).Final() {
			r.Log.Warn("history cannot be read, and what was missed there is not counted", "channel", in, "error", err)
			over, err = unreadable, nil
		}
		if err != nil {
			return fmt.Errorf("read the history of %s: %w", in, err)
		}
		if err := r.close(ctx, in, over); err != nil {
			return err
		}
	}
}

// unreadable is newer than any message: a hole of which nothing can be read is
// given up whatever lies in it.
const unreadable = "99999999999999999999999999"

// try reads the first hole from where the try before it came to, and returns
// what was then the newest known to lie in it.
func (r reading) try(ctx context.Context, p chat.Platform, in chat.ChannelID) (over string, err error) {
	k, err := r.load(ctx, r.tenant, in)
	if err != nil || len(k.Holes) == 0 {
		return "", err
	}
	over = k.Holes[0].Over
	err = r.fill(ctx, p, in, k.Holes[0])
	var ce *chat.Error
	switch {
	case errors.As(err, &ce) && (ce.Trouble.Final() || ce.Trouble == chat.TroubleAuth):
		return over, backoff.Permanent(err)
	case ce != nil && ce.RetryAfter > 0:
		return over, &backoff.RetryAfterError{Duration: ce.RetryAfter}
	}
	return over, err
}

// fill hands over what lies in a hole and returns once all of it is handled.
func (r reading) fill(ctx context.Context, p chat.Platform, in chat.ChannelID, h hole) error {
	r.mu.Lock()
	delete(r.lostLate, in)
	r.mu.Unlock()
	from := r.Now().Add(-back)
	if h.From.After(from) {
		from = h.From
	}
	places := make(chan struct{}, inFlight)
	stretch := chat.Stretch{Space: r.space, In: in, After: h.After, Before: h.Before, From: from}
	err := p.Since(ctx, stretch, func(e chat.Posted) error {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		select {
		case places <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		e.Line = r.line
		r.Deliver(e, func() { <-places })
		return nil
	})
	for range inFlight {
		select {
		case places <- struct{}{}: // nobody holds it any more
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.lostLate[in] {
		return errAgain
	}
	return err
}

// close takes the first hole away, if that was all of it.
func (r reading) close(ctx context.Context, in chat.ChannelID, over string) error {
	return r.change(ctx, r.tenant, r.space, in, func(m *mark) (storage.Change, bool) {
		m.filled(over)
		return storage.Change{}, true
	})
}
