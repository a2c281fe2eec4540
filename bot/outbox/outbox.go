package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"time"

	"animo/bot/chat"
	"animo/bot/replicas"
	"animo/storage"
)

const (
	leaseFor  = time.Minute
	tryFor    = 30 * time.Second // with commitFor, less than the lease
	commitFor = 15 * time.Second
	workers   = 8
	tick      = 500 * time.Millisecond
	firstWait = time.Second
	longWait  = 2 * time.Minute
	authWait  = time.Minute
)

// Drawer draws the card of a subject as it is now; storage.ErrNotFound if
// there is none any more.
type Drawer interface {
	Draw(ctx context.Context, t storage.Tenant, subject string) (chat.Card, error)
}

// Team writes the notice by which a community's team learns of what could not
// be delivered. ok is false if the community has no team channel.
type Team interface {
	Notice(ctx context.Context, t storage.Tenant, id string, u Undelivered) (to chat.ChannelID, c chat.Card, ok bool)
}

// Meter counts what was said; telemetry implements it.
type Meter interface {
	EffectDone(platform, kind, outcome string)
}

// Config is what an Outbox needs.
type Config struct {
	Store     storage.Store
	Platforms map[chat.Network]chat.Platform
	Owner     string          // this process
	Share     *replicas.Share // nil means everything
	Now       func() time.Time
	Log       *slog.Logger
	Meter     Meter
	Drawer    Drawer
	Team      Team
	Pace      *Pace
	Spoke     func() // called when a JobSpoke was put
}

// Outbox carries out effects.
type Outbox struct {
	Config
	kick chan struct{}

	mu     sync.Mutex
	flying map[string]string // effects under way, by tenant and key: the newest lease's token
	busy   chan struct{}     // one token for each worker at work
	wg     sync.WaitGroup
}

// New returns an outbox.
func New(c Config) *Outbox {
	return &Outbox{Config: c, kick: make(chan struct{}, 1), busy: make(chan struct{}, workers), flying: make(map[string]string)}
}

// Kick makes the outbox look at once.
func (o *Outbox) Kick() {
	select {
	case o.kick <- struct{}{}:
	default:
	}
}

// Run carries out effects until ctx ends, and returns once those under way
// are finished.
func (o *Outbox) Run(ctx context.Context) error {
	defer o.wg.Wait()
	t := time.NewTicker(tick)
	defer t.Stop()
	for {
		if err := o.drain(ctx); err != nil && ctx.Err() == nil {
			o.Log.Error("lease effects", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
		case <-o.kick:
		}
	}
}

// drain hands out what is due until nothing is or all workers are busy; a
// worker that is done kicks.
func (o *Outbox) drain(ctx context.Context) error {
	for {
		free := cap(o.busy) - len(o.busy)
		if free == 0 || ctx.Err() != nil {
			return nil
		}
		due, err := o.lease(ctx, free)
		if err != nil || len(due) == 0 {
			return err
		}
		for _, e := range due {
			o.busy <- struct{}{}
			o.wg.Go(func() {
				defer func() { <-o.busy; o.Kick() }()
				o.do(ctx, e)
			})
		}
	}
}

func (o *Outbox) lease(ctx context.Context, n int) ([]storage.Effect, error) {
	return o.Store.LeaseEffects(ctx, storage.Claim{Owner: o.Owner, Partitions: o.Share.Partitions(), Now: o.Now(), For: leaseFor, Limit: n})
}

// Step carries out what is due now, one after the other, and says how much
// that was. Tests use it in place of Run.
func (o *Outbox) Step(ctx context.Context) (int, error) {
	due, err := o.lease(ctx, workers)
	for _, e := range due {
		o.do(ctx, e)
	}
	return len(due), err
}

func flight(e storage.Effect) string { return string(e.Tenant) + "\x00" + e.Key }

// takeOff says whether no earlier try of an effect is still under way here.
// The clock may have jumped over the lease of one: its message is not in the
// history yet, and must not be said beside it. The try under way then goes on
// under the new lease.
func (o *Outbox) takeOff(e storage.Effect) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, flying := o.flying[flight(e)]
	o.flying[flight(e)] = e.Token
	return !flying
}

// land ends a try whose outcome was written under a lease. It says false if the
// try has a newer one by now, which nobody would give back.
func (o *Outbox) land(e storage.Effect, token string) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.flying[flight(e)] != token {
		return false
	}
	delete(o.flying, flight(e))
	return true
}

// leased returns the token of a try's newest lease.
func (o *Outbox) leased(e storage.Effect) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.flying[flight(e)]
}

// renewed returns a change of a try under way with the token of a newer lease.
func renewed(c storage.Change, token string) storage.Change {
	for i := range c.DoneEffects {
		c.DoneEffects[i].Token = token
	}
	for i := range c.Retries {
		c.Retries[i].Token = token
	}
	return c
}

// do carries one effect through, even if the outbox is told to stop meanwhile.
func (o *Outbox) do(ctx context.Context, e storage.Effect) {
	if !o.takeOff(e) {
		return
	}
	ctx = context.WithoutCancel(ctx)
	work, leave, ok := o.Share.Enter(ctx, e.Tenant)
	if !ok { // another replica has its partition now
		o.giveBack(ctx, e, e.Due)
		return
	}
	defer leave()
	if err := o.carryOut(work, e); err == nil {
		o.land(e, o.leased(e))
	} else {
		o.Log.Warn("an effect was tried, and what came of it is not written", "key", e.Key, "error", err)
		o.giveBack(ctx, e, o.Now().Add(wait(e, err)))
	}
}

// carryOut tries an effect and writes what came of it. That is written even if
// the time for trying is over; whether it still may be, the store tells.
func (o *Outbox) carryOut(ctx context.Context, e storage.Effect) error {
	written := context.WithoutCancel(ctx)
	var i Item
	if err := json.Unmarshal(e.Body, &i); err != nil {
		o.Log.Error("an effect cannot be read and is dropped", "key", e.Key, "error", err)
		return o.commit(written, e, storage.Change{DoneEffects: done(e)})
	}
	change, err := o.try(ctx, e, i)
	written, cancel := context.WithTimeout(written, commitFor)
	defer cancel()
	outcome := "done"
	if err != nil {
		outcome = string(chat.TroubleOf(err))
		change = o.failed(written, e, i, err)
	}
	o.Meter.EffectDone(string(i.network()), string(i.Kind), outcome)
	return o.commit(written, e, change)
}

// giveBack ends a try and lets its effect come again at due, to be found in the
// channel's history if it was said; somebody else may have it by now.
func (o *Outbox) giveBack(ctx context.Context, e storage.Effect, due time.Time) {
	ctx, cancel := context.WithTimeout(ctx, commitFor)
	defer cancel()
	for {
		token := o.leased(e)
		err := o.commit(ctx, e, later(e, due))
		if err != nil && !errors.Is(err, storage.ErrConflict) {
			o.Log.Error("give an effect back", "key", e.Key, "error", err)
		}
		if o.land(e, token) {
			return
		}
	}
}

func done(e storage.Effect) []storage.Done {
	return []storage.Done{{Key: e.Key, Token: e.Token}}
}

func (o *Outbox) commit(ctx context.Context, e storage.Effect, c storage.Change) error {
	c = renewed(c, o.leased(e))
	c.Now = o.Now()
	if _, err := o.Store.Commit(ctx, e.Tenant, c); err != nil {
		return err
	}
	if len(c.Jobs) > 0 {
		o.Spoke()
	}
	return nil
}

// try performs an item within its time. A panic is as good as a refusal: what
// cannot be rendered today cannot be tomorrow, and must not block its lane.
func (o *Outbox) try(ctx context.Context, e storage.Effect, i Item) (c storage.Change, err error) {
	ctx, cancel := context.WithTimeout(ctx, tryFor)
	defer cancel()
	defer func() {
		if p := recover(); p != nil {
			err = &chat.Error{Trouble: chat.TroubleRefused, Doing: "carry out an effect", Err: fmt.Errorf("panic: %v\n%s", p, debug.Stack())}
		}
	}()
	return o.perform(ctx, e, i)
}

// perform does what the item says and returns the change that follows.
func (o *Outbox) perform(ctx context.Context, e storage.Effect, i Item) (storage.Change, error) {
	p, ok := o.Platforms[i.network()]
	if !ok {
		return storage.Change{}, &chat.Error{Trouble: chat.TroubleAuth, Doing: "speak", Missing: string(i.network())}
	}
	if !i.Until.IsZero() && o.Now().After(i.Until) {
		return storage.Change{DoneEffects: done(e)}, nil
	}
	switch i.Kind {
	case ItemPost:
		return o.post(ctx, p, e, i)
	case ItemDirect:
		return o.direct(ctx, p, e, i)
	case ItemRedraw:
		return o.redraw(ctx, p, e, i)
	case ItemDelete:
		return o.remove(ctx, p, e, i)
	case ItemGrant:
		return o.grant(ctx, p, e, i)
	}
	return storage.Change{}, &chat.Error{Trouble: chat.TroubleRefused, Doing: "read an effect", Err: fmt.Errorf("unknown kind %q", i.Kind)}
}

// failed decides what becomes of an item that could not be carried out.
func (o *Outbox) failed(ctx context.Context, e storage.Effect, i Item, err error) storage.Change {
	trouble := chat.TroubleOf(err)
	if trouble.Final() {
		return o.giveUp(ctx, e, i, err)
	}
	level := slog.LevelWarn
	if trouble == chat.TroubleLimited || errors.Is(err, errNotYet) {
		level = slog.LevelDebug // everyday: it waits for its turn
	}
	o.Log.Log(ctx, level, "effect put off", "key", e.Key, "kind", i.Kind, "attempts", e.Attempts, "error", err)
	return later(e, o.Now().Add(wait(e, err)))
}

// later gives an effect back, to come again then.
func later(e storage.Effect, due time.Time) storage.Change {
	return storage.Change{Retries: []storage.Retry{{Key: e.Key, Token: e.Token, Due: due}}}
}

// wait is how long to put an effect off: as told, or twice as long each time
// with a fifth of jitter.
func wait(e storage.Effect, err error) time.Duration {
	var ce *chat.Error
	if errors.As(err, &ce) {
		switch {
		case ce.RetryAfter > 0:
			return ce.RetryAfter
		case ce.Trouble == chat.TroubleAuth:
			return authWait
		}
	}
	d := min(firstWait<<min(e.Attempts, 10), longWait)
	return d + time.Duration(rand.Int64N(int64(d)/5))
}
