package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// Options say which shard to run and whom to hand its events to. Token, URL
// and Handle are required.
type Options struct {
	Token string // without "Bot "
	// URL returns the address of the gateway for a new session, as
	// GET /gateway/bot gives it.
	URL func(ctx context.Context) (string, error)
	// Shard is this shard's number and Shards how many there are; 0 means 1.
	Shard, Shards int
	Intents       int
	Compress      bool // zlib-stream
	// Sessions keeps the session; nil keeps it for this Conn's life only. It is
	// used after Run has ended too, when the last event has been handled.
	Sessions Sessions
	// Handle takes each dispatch in order; data may be no JSON, and is
	// overwritten once Handle has returned. It is called by one goroutine and
	// delays what comes after, heartbeats excepted. What it hands on to others
	// is handled only once they say so: see Receipt.
	Handle func(kind string, data json.RawMessage, r *Receipt)
	// Identify waits for leave to begin a session, since Discord allows
	// max_concurrency of them in 5 s; nil begins at once.
	Identify func(ctx context.Context) error
	// Changed is told of each change of State; nil is fine.
	Changed func(State)
	Log     *slog.Logger // nil logs nothing
	Client  *http.Client // dials; nil means http.DefaultClient

	// Now is the machine's clock, by which sends are counted; it is required.
	Now func() time.Time
	// Sleep waits for d or until ctx ends, Rand returns a number in [0,1).
	// Nil means the real ones.
	Sleep func(ctx context.Context, d time.Duration) error
	Rand  func() float64
}

// State is what happened to a connection.
type State string

// The states.
const (
	StateReady   State = "ready"   // a new session began
	StateResumed State = "resumed" // a session goes on
	StateLost    State = "lost"    // the connection ended
)

// Discord closes with 4008 above 120 sends a minute
// (docs: events/gateway#rate-limiting). Bursts of sendBurst and sendRate a
// second come to 115, which leaves room for heartbeats, which never wait.
const (
	sendBurst = 55
	sendRate  = 1
)

// Conn is one shard of the gateway.
type Conn struct {
	o     Options
	keep  *keeper
	sends *rate.Limiter
	retry *backoff.ExponentialBackOff
	// tries counts connections since the last that worked; only Run uses it.
	tries int

	mu   sync.Mutex
	live *link // while events flow
}

// New returns a shard that Run connects.
func New(o Options) (*Conn, error) {
	if o.Token == "" || o.URL == nil || o.Handle == nil || o.Now == nil {
		return nil, errors.New("a gateway needs a token, an address, a handler and a clock")
	}
	o.fill()
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.Multiplier, retry.MaxInterval = 300*time.Millisecond, 2, 30*time.Second
	return &Conn{
		o:     o,
		keep:  &keeper{store: o.Sessions, shard: o.Shard, log: o.Log, wake: make(chan struct{}, 1)},
		sends: rate.NewLimiter(sendRate, sendBurst),
		retry: retry,
	}, nil
}

func (o *Options) fill() {
	o.Shards = max(o.Shards, 1)
	if o.Identify == nil {
		o.Identify = func(context.Context) error { return nil }
	}
	if o.Changed == nil {
		o.Changed = func(State) {}
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Sleep == nil {
		o.Sleep = sleep
	}
	if o.Rand == nil {
		o.Rand = rand.Float64
	}
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Run connects and stays connected until ctx ends, which is no error. The
// session is then left open, for the next Run to resume. A *FatalError means
// that an operator must act; a failure to load the session ends Run too.
func (c *Conn) Run(ctx context.Context) error {
	if err := c.keep.load(ctx, c.o.Shards, c.o.Intents); err != nil {
		return err
	}
	saving, stop := context.WithCancel(ctx)
	var wg sync.WaitGroup
	wg.Go(func() { c.keep.keep(saving) })
	defer func() {
		stop()
		wg.Wait()
		c.keep.over.Store(true)
		c.keep.save(context.WithoutCancel(ctx)) // the last events were handled just now
	}()
	return c.stay(ctx)
}

// stay connects again and again.
func (c *Conn) stay(ctx context.Context) error {
	for {
		end := c.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		var bad *FatalError
		if errors.As(end.cause, &bad) {
			return bad
		}
		if end.fresh {
			c.keep.set(Session{})
		}
		wait := c.pause(end)
		c.o.Log.Warn("gateway connection ended", "shard", c.o.Shard, "error", end.cause,
			"resumes", c.keep.session().ID != "", "wait", wait)
		if c.o.Sleep(ctx, wait) != nil {
			return nil
		}
	}
}

// ending says why a connection ended and what follows.
type ending struct {
	cause error
	fresh bool // the session is lost
	soon  bool // connect again at once
	calm  bool // wait 1 to 5 s (docs: events/gateway#invalid-session)
}

func (c *Conn) pause(end ending) time.Duration {
	switch {
	case end.calm || end.fresh:
		return time.Second + time.Duration(c.o.Rand()*float64(4*time.Second))
	case end.soon && c.tries < 2:
		return 0
	}
	return c.retry.NextBackOff()
}

// address returns where to connect to: a session resumes at its own address,
// unless that did not answer, since Discord may have retired it.
func (c *Conn) address(ctx context.Context, s Session) (string, error) {
	if s.ID != "" && s.URL != "" && c.tries < 2 {
		return s.URL, nil
	}
	return c.o.URL(ctx)
}

// settled notes that a connection works.
func (c *Conn) settled(l *link, s State) {
	c.retry.Reset()
	c.tries = 0
	c.mu.Lock()
	c.live = l
	c.mu.Unlock()
	c.o.Changed(s)
	c.o.Log.Info("gateway connected", "shard", c.o.Shard, "state", string(s))
}

func (c *Conn) unsettled(l *link) {
	c.mu.Lock()
	was := c.live == l
	if was {
		c.live = nil
	}
	c.mu.Unlock()
	if was {
		c.o.Changed(StateLost)
	}
}

// Connected says whether events flow.
func (c *Conn) Connected() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.live != nil
}
