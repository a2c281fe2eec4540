package quota

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Budget is a limit known beforehand: one request in every Every, and after a
// pause Burst in a row.
type Budget struct {
	Key   string
	Every time.Duration
	Burst int // 1 or more
}

// Ask is a request as limits see it. Keys are names of limits: a limit is the
// same for all requests that name it.
type Ask struct {
	Bars    []string // while one of these is barred nothing is sent
	Budgets []Budget
	Window  string // the window that answers tell of, "" for none
}

// Told is what an answer says of its window. The zero Told is an answer that
// knows no limit.
type Told struct {
	Most, Left int           // requests in a window, 0 for no limit; those left of it
	Reset      time.Duration // until it ends
}

// TooSoon is the error of a request that would have to wait for longer than its
// caller's patience. It was not sent.
type TooSoon struct{ Wait time.Duration } // after which to come again

func (e *TooSoon) Error() string { return "kept back: too soon by " + e.Wait.String() }

// Leave is the permission to send one request. Whoever has it calls Done.
type Leave struct {
	window, id string
	alone      int
}

// Config is what a Gate is made of.
type Config struct {
	Prefix string // of all keys, such as "discord/"
	// Now is the machine's clock; a board has its own.
	Now   func() time.Time
	Board Board // nil if the process is alone
	Log   *slog.Logger
}

// Gate lets requests through as limits allow. It is safe for concurrent use.
type Gate struct {
	Config
	own  *memory
	id   string // tells requests of several processes apart
	last atomic.Int64
	deaf atomic.Bool // the board does not answer

	mu      sync.Mutex
	changed chan struct{} // closed at the next answer
}

// New makes a gate; Now and Log are required.
func New(c Config) *Gate {
	return &Gate{Config: c, own: newMemory(c.Now), id: rand.Text()[:8], changed: make(chan struct{})}
}

const (
	// look is how often a request looks again that waits for the answer to
	// another replica's.
	look = 50 * time.Millisecond
	// boardWithin is how long the board may take.
	boardWithin = time.Second
)

// Pass waits until a request may be sent. If that takes longer than patience it
// returns at once with a *TooSoon; other errors are those of ctx.
func (g *Gate) Pass(ctx context.Context, a Ask, patience time.Duration) (Leave, error) {
	end := g.Now().Add(patience)
	for {
		answered := g.answers()
		left := max(end.Sub(g.Now()), 0)
		try := attempt{ask: a, id: g.id + strconv.FormatInt(g.last.Add(1), 36), patience: left}
		if err := g.revise(ctx, g.keys(a), try.decide); err != nil {
			return Leave{}, err
		}
		leave := Leave{window: a.Window, id: try.id, alone: try.alone}
		switch {
		case try.moved != "":
			a.Window = try.moved
		case try.taken && try.wait == 0:
			return leave, nil
		case try.taken:
			clear, err := g.sitOut(ctx, a, try.wait)
			if clear {
				return leave, nil
			}
			g.giveBack(leave)
			if err != nil {
				return Leave{}, err
			}
		case try.told && left > 0:
			if g.Board != nil {
				left = min(left, look)
			}
			if err := pause(ctx, left, answered); err != nil {
				return Leave{}, err
			}
		case try.wait > left || left == 0:
			return Leave{}, &TooSoon{max(try.wait, time.Millisecond)}
		default:
			if err := pause(ctx, try.wait, nil); err != nil {
				return Leave{}, err
			}
		}
	}
}

// attempt is one look at the notes of a request.
type attempt struct {
	ask      Ask
	id       string
	patience time.Duration

	taken bool
	wait  time.Duration // until the turn, or until it is worth looking again
	told  bool          // what to wait for is an answer
	moved string        // the window goes by this name now
	alone int
}

// decide takes a place in all limits, or in none and says what to wait for.
func (t *attempt) decide(now time.Time, notes []Note) bool {
	t.taken, t.wait, t.told, t.moved, t.alone = false, 0, false, "", 0
	bars, rest := notes[:len(t.ask.Bars)], notes[len(t.ask.Bars):]
	budgets, window := rest[:len(t.ask.Budgets)], rest[len(t.ask.Budgets):]
	for i := range bars {
		t.wait = max(t.wait, bars[i].Until.Sub(now))
	}
	for i := range window {
		if t.moved = window[i].Alias; t.moved != "" {
			return false
		}
		t.wait = max(t.wait, window[i].Until.Sub(now))
		if t.wait == 0 {
			t.wait, t.told = window[i].Window.ready(now)
		}
	}
	if t.wait > 0 || t.told {
		return false
	}
	for i, b := range t.ask.Budgets {
		t.wait = max(t.wait, budgets[i].turn(b, now))
	}
	if t.wait > t.patience {
		return false
	}
	t.taken = true
	for i, b := range t.ask.Budgets {
		budgets[i].spend(b, now)
	}
	for i := range window {
		t.alone = window[i].Window.enter(t.id, now)
	}
	return true
}

// sitOut waits for a turn that is taken. It says false if the request was
// forbidden meanwhile.
func (g *Gate) sitOut(ctx context.Context, a Ask, wait time.Duration) (clear bool, err error) {
	if err := pause(ctx, wait, nil); err != nil {
		return false, err
	}
	a.Budgets, clear = nil, true
	err = g.revise(ctx, g.keys(a), func(now time.Time, notes []Note) bool {
		clear = true
		for _, n := range notes {
			clear = clear && !n.Until.After(now)
		}
		return false
	})
	return clear && err == nil, err
}

func (g *Gate) keys(a Ask) []string {
	out := make([]string, 0, len(a.Bars)+len(a.Budgets)+1)
	for _, k := range a.Bars {
		out = append(out, g.Prefix+k)
	}
	for _, b := range a.Budgets {
		out = append(out, g.Prefix+b.Key)
	}
	if a.Window != "" {
		out = append(out, g.Prefix+a.Window)
	}
	return out
}

// Done ends a request. told is what its answer says of a window, nil if it says
// nothing. The window is that of the leave unless the answer names another, by
// which one that was not known before goes from then on.
func (g *Gate) Done(l Leave, window string, told *Told) {
	if l.window == "" {
		return
	}
	keys := []string{g.Prefix + l.window}
	if moved := window != "" && window != l.window; moved {
		keys = append(keys, g.Prefix+window)
	}
	g.write(keys, func(now time.Time, notes []Note) bool {
		here := &notes[len(notes)-1]
		if told != nil {
			here.Window.learn(*told, now, len(notes) == 1, l.alone)
		}
		if delete(notes[0].Window.Flying, l.id); len(notes) > 1 && !notes[0].Window.Known {
			notes[0].Alias, here.Alias = window, ""
		}
		return true
	})
	g.wake()
}

// giveBack ends a request that was not sent.
func (g *Gate) giveBack(l Leave) {
	if l.window == "" {
		return
	}
	g.write([]string{g.Prefix + l.window}, func(_ time.Time, notes []Note) bool {
		w := &notes[0].Window
		delete(w.Flying, l.id)
		w.Left++
		return true
	})
	g.wake()
}

// wake lets those look again who wait for an answer.
func (g *Gate) wake() {
	g.mu.Lock()
	defer g.mu.Unlock()
	close(g.changed)
	g.changed = make(chan struct{})
}

// Bar lets nothing that names key through for d.
func (g *Gate) Bar(key string, d time.Duration) {
	g.write([]string{g.Prefix + key}, func(now time.Time, notes []Note) bool {
		notes[0].Until = latest(notes[0].Until, now.Add(d))
		return true
	})
}

// Alias returns the platform's own name of a limit, "" if nobody knows it.
func (g *Gate) Alias(ctx context.Context, name string) (alias string, err error) {
	err = g.revise(ctx, []string{g.Prefix + name}, func(_ time.Time, notes []Note) bool {
		alias = notes[0].Alias
		return false
	})
	return alias, err
}

// SetAlias notes the platform's own name of a limit.
func (g *Gate) SetAlias(name, alias string) {
	g.write([]string{g.Prefix + name}, func(_ time.Time, notes []Note) bool {
		notes[0].Alias = alias
		return true
	})
}

// write is for what must be noted whoever has given up meanwhile.
func (g *Gate) write(keys []string, change func(time.Time, []Note) bool) {
	_ = g.revise(context.Background(), keys, change) // fails with its context only
}

// revise changes notes on the board, or the process's own if that does not
// answer. It fails only with ctx.
func (g *Gate) revise(ctx context.Context, keys []string, change func(time.Time, []Note) bool) error {
	if g.Board == nil {
		return g.own.Revise(ctx, keys, change)
	}
	within, cancel := context.WithTimeout(ctx, boardWithin)
	defer cancel()
	err := g.Board.Revise(within, keys, change)
	if err == nil {
		if g.deaf.CompareAndSwap(true, false) {
			g.Log.Info("limits are shared again", "limits", g.Prefix)
		}
		return nil
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if g.deaf.CompareAndSwap(false, true) {
		g.Log.Warn("limits are not shared", "limits", g.Prefix, "error", fmt.Errorf("share limits: %w", err))
	}
	return g.own.Revise(ctx, keys, change)
}

func (g *Gate) answers() <-chan struct{} {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.changed
}

// pause waits for d, for changed to be closed or for ctx to end.
func pause(ctx context.Context, d time.Duration, changed <-chan struct{}) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-changed:
	case <-t.C:
	}
	return nil
}
