package engagement

import (
	"context"
	"errors"
	"fmt"
	"hash/maphash"
	"log/slog"
	"slices"
	"sync"
	"time"

	"animo/bot/chat"
	"animo/bot/community"
	"animo/storage"
)

const (
	// Messages is the counter of messages by members, by channel; those in a
	// thread count for the channel it is in.
	Messages = "messages"

	kindMark = "mark" // documents by channel or thread, in the index of their space
	// againWithin is how long after it was written a message may come again:
	// Slack repeats an event at once, after one minute and after five
	// (docs.slack.dev/apis/events-api/#retries).
	againWithin = 15 * time.Minute
	retries     = 20
	maxKnown    = 20_000 // marks kept in memory
)

// Book finds the community of a space; community.Book implements it.
type Book interface {
	Of(ctx context.Context, space chat.SpaceID) (community.Community, error)
}

// Config is what a Counter needs.
type Config struct {
	Store     storage.Store
	Book      Book
	Platforms map[chat.Network]chat.Platform
	// Deliver hands what was read from history to the dispatcher.
	Deliver func(e chat.Event, done func())
	Now     func() time.Time
	Log     *slog.Logger
}

// Counter counts messages and reads back those that no line brought. It is a
// dispatch.Listener. It may be used by several goroutines, but the messages of
// one channel come one after the other.
type Counter struct {
	Config
	errands errands
	seed    maphash.Seed
	turns   [64]sync.Mutex // of marks, by channel

	mu    sync.Mutex
	known map[chat.ChannelID]known
	// lost are the messages of a channel or thread that did not get through and
	// lie in no hole yet; lostLate says where one read from history did not.
	lost     map[chat.ChannelID][]missing
	lostLate map[chat.ChannelID]bool
	// planned are the days of which it is stored when they are forgotten, and
	// when that was.
	planned map[dayOf]time.Time
}

// known is a mark as it was read or written last.
type known struct {
	mark
	version int64
}

// New returns a counter.
func New(c Config) *Counter {
	return &Counter{
		Config: c, seed: maphash.MakeSeed(), errands: errands{wake: make(chan struct{}, 1)},
		known: make(map[chat.ChannelID]known), lost: make(map[chat.ChannelID][]missing), lostLate: make(map[chat.ChannelID]bool),
		planned: make(map[dayOf]time.Time),
	}
}

// Hear implements dispatch.Listener.
func (c *Counter) Hear(ctx context.Context, e chat.Event) error {
	switch e := e.(type) {
	case chat.Posted:
		if e.Space == "" || e.Actor.Bot {
			return nil // a direct conversation, or not a member
		}
		if err := c.posted(ctx, e); err != nil {
			c.Lost(e, func() {})
			return fmt.Errorf("count a message: %w", err)
		}
	case chat.Arrived:
		c.errands.put(errand{space: e.Space, line: e.Line, newest: e.Newest})
	}
	return nil
}

// Lost takes an event that had to give way, before anything that came after it
// is handled. A message is read back from history; done is called once the
// hole for it is stored.
func (c *Counter) Lost(e chat.Event, done func()) {
	p, ok := e.(chat.Posted)
	if !ok || p.Space == "" || p.Actor.Bot {
		done()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if p.Late {
		c.lostLate[p.Message.Channel] = true
		done()
		return
	}
	c.lost[p.Message.Channel] = append(c.lost[p.Message.Channel], missing{p.Message.ID, p.At, done})
}

func (c *Counter) posted(ctx context.Context, e chat.Posted) error {
	who, err := c.Book.Of(ctx, e.Space)
	if err != nil {
		return err
	}
	in := e.Message.Channel
	c.mu.Lock()
	lost, lostLate := c.lost[in], c.lostLate[in]
	c.mu.Unlock()
	opened, plans := false, false
	err = c.change(ctx, who.Tenant(), e.Space, in, func(m *mark) (storage.Change, bool) {
		var v verdict
		switch {
		case !e.Late:
			v, opened = m.live(e, lost, who.Since)
		case !lostLate: // else the history is read again from the one that was lost
			v = m.late(e)
		}
		if v == pass || v == again && c.Now().Sub(e.At) >= againWithin {
			return storage.Change{}, opened
		}
		m.counted(e.Message.ID, e.At)
		change := storage.Change{
			Counts: []storage.CounterAdd{{Name: Messages, Key: string(e.Channel), Hour: e.At, Delta: 1}},
			Once:   &storage.Once{Key: "message/" + e.Message.String(), For: againWithin},
		}
		plans = c.spoke(&change, who.Tenant(), e)
		return change, true
	})
	if errors.Is(err, storage.ErrRepeated) {
		return nil
	}
	if err == nil && plans {
		c.plans(who.Tenant(), e.At)
	}
	if err == nil && opened {
		c.found(in, len(lost))
		c.errands.put(errand{space: e.Space, line: e.Line, channel: in})
	}
	return err
}

// found lets go of the lost messages for which a hole was opened.
func (c *Counter) found(in chat.ChannelID, lost int) {
	c.mu.Lock()
	found := c.lost[in][:lost]
	c.lost[in] = c.lost[in][lost:]
	if len(c.lost[in]) == 0 {
		delete(c.lost, in)
	}
	c.mu.Unlock()
	for _, m := range found {
		m.done()
	}
}

// change applies f to the mark of a channel and commits what f returns with
// it; false means that there is nothing to commit.
func (c *Counter) change(ctx context.Context, t storage.Tenant, space chat.SpaceID, in chat.ChannelID, f func(*mark) (storage.Change, bool)) error {
	turn := &c.turns[maphash.String(c.seed, string(in))%uint64(len(c.turns))]
	turn.Lock() // what is counted and what is read back must not keep each other from it
	defer turn.Unlock()
	for range retries {
		k, err := c.load(ctx, t, in)
		if err != nil {
			return err
		}
		k.Holes = slices.Clone(k.Holes)
		change, ok := f(&k.mark)
		if !ok {
			return nil
		}
		put, err := storage.Put(kindMark, string(in), k.version, markIndex(space), k.mark)
		if err != nil {
			return err
		}
		change.Docs, change.Now, change.Loose = []storage.DocPut{put}, c.Now(), true
		_, err = c.Store.Commit(ctx, t, change)
		c.remember(in, known{k.mark, k.version + 1}, err)
		if !errors.Is(err, storage.ErrConflict) {
			return err
		}
	}
	return fmt.Errorf("the mark of %s: %w", in, storage.ErrConflict)
}

// markIndex is where the marks of a space stand.
func markIndex(space chat.SpaceID) string { return string(space) + "/" }

func (c *Counter) load(ctx context.Context, t storage.Tenant, in chat.ChannelID) (known, error) {
	c.mu.Lock()
	k, ok := c.known[in]
	c.mu.Unlock()
	if ok {
		return k, nil
	}
	version, err := storage.Load(ctx, c.Store, t, kindMark, string(in), &k.mark)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return known{}, err
	}
	k.version = version
	return k, nil
}

// remember keeps a mark that was committed, and forgets one that was not.
func (c *Counter) remember(in chat.ChannelID, k known, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err != nil {
		delete(c.known, in)
		return
	}
	if len(c.known) >= maxKnown {
		clear(c.known)
	}
	c.known[in] = k
}
