package gateway

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// Session is what it takes to resume.
type Session struct {
	ID  string `json:"id"`
	URL string `json:"url"` // resume_gateway_url, without a query
	Seq int64  `json:"seq"` // of the last event up to which all are handled
	// Shards and Intents are those that the session began with. A session
	// that began with others is not resumed.
	Shards  int `json:"shards"`
	Intents int `json:"intents"`
}

// Sessions keeps the session of each shard. Load returns the zero Session for
// a shard that has none.
type Sessions interface {
	Load(ctx context.Context, shard int) (Session, error)
	Save(ctx context.Context, shard int, s Session) error
}

// saveEvery bounds how often an advancing session is saved, and so how many
// events a crash repeats. It is short, since a process that crashes again and
// again would else repeat more each time than it gets done.
const saveEvery = 100 * time.Millisecond

// saveWithin is how long one save may take.
const saveWithin = 5 * time.Second

// keeper holds the session of one shard and keeps it in storage. Two numbers
// are told apart: a connection that ends is resumed after the last event
// received, since those before it are in this process's hands; a process that
// ends, after the last event up to which all are handled.
type keeper struct {
	store Sessions
	shard int
	log   *slog.Logger

	wake chan struct{} // holds a token when there is something to save

	mu      sync.Mutex
	now     Session // Seq is that of the last event received
	handled int64
	dirty   bool
	events  *ledger // of this session

	saving sync.Mutex
	over   atomic.Bool // nobody saves any more but who handles the last event
}

func (k *keeper) load(ctx context.Context, shards, intents int) error {
	var s Session
	if k.store != nil {
		kept, err := k.store.Load(ctx, k.shard)
		if err != nil {
			return fmt.Errorf("load the session of shard %d: %w", k.shard, err)
		}
		if kept.Shards == shards && kept.Intents == intents {
			s = kept
		}
	}
	k.set(s)
	k.mu.Lock()
	k.dirty = false
	k.mu.Unlock()
	return nil
}

func (k *keeper) session() Session {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.now
}

// set begins a session. Events of the one before no longer count.
func (k *keeper) set(s Session) {
	k.mu.Lock()
	defer k.mu.Unlock()
	events := &ledger{session: s.ID, idle: k.finish}
	events.done = func(seq int64) { k.advance(events, seq) }
	k.now, k.handled, k.events, k.dirty = s, s.Seq, events, true
	k.stir()
}

// receive opens the receipt of an event; fresh is false for one that was
// received before. An event without a number is always fresh.
func (k *keeper) receive(seq int64) (r *Receipt, fresh bool) {
	k.mu.Lock()
	fresh = seq <= 0 || seq > k.now.Seq
	k.now.Seq = max(k.now.Seq, seq)
	events := k.events
	k.mu.Unlock() // a ledger that calls done holds its own lock before this one
	return events.receive(seq), fresh
}

// advance remembers the number of an event that was handled. Numbers only
// grow, whatever a server sends.
func (k *keeper) advance(of *ledger, seq int64) {
	k.mu.Lock()
	if of == k.events && seq > k.handled {
		k.handled, k.dirty = seq, true
	}
	k.mu.Unlock()
	k.stir()
}

// stir has the session saved soon.
func (k *keeper) stir() {
	select {
	case k.wake <- struct{}{}:
	default:
	}
}

// finish saves once everything is handled that was still in hand when the
// connection had ended, so that a program that stops in good order repeats
// nothing.
func (k *keeper) finish() {
	if k.over.Load() {
		k.save(context.Background())
	}
}

// save writes the session if it changed. A failure is logged and made good by
// the next save.
func (k *keeper) save(ctx context.Context) {
	if k.store == nil {
		return
	}
	k.saving.Lock()
	defer k.saving.Unlock()
	k.mu.Lock()
	s, dirty := k.now, k.dirty
	s.Seq, k.dirty = k.handled, false
	k.mu.Unlock()
	if !dirty {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, saveWithin)
	defer cancel()
	if err := k.store.Save(ctx, k.shard, s); err != nil {
		k.log.Warn("gateway session not saved", "shard", k.shard, "error", err)
		k.mu.Lock()
		k.dirty = true
		k.mu.Unlock()
		k.stir()
	}
}

// keep saves what is new, some time after it came, until ctx ends.
func (k *keeper) keep(ctx context.Context) {
	pause := time.NewTimer(0)
	defer pause.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-k.wake:
		}
		pause.Reset(saveEvery)
		select {
		case <-ctx.Done():
			return
		case <-pause.C:
		}
		k.save(ctx)
	}
}
