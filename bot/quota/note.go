package quota

import (
	"maps"
	"time"
)

// Note is what is known of one limit. The zero Note knows nothing.
type Note struct {
	// Alias is the platform's own name of a limit, under which its note is.
	Alias string `json:"a,omitempty"`
	// Until is before when nothing may be sent.
	Until time.Time `json:"u,omitzero"`
	// Full is when all turns of a budget are free again.
	Full time.Time `json:"f,omitzero"`

	Window Window `json:"w,omitzero"`
}

// Window counts the requests of a limit that the platform's answers tell of,
// so that those under way are counted before they are answered.
type Window struct {
	Known bool      `json:"k,omitempty"` // an answer told the limit, or that there is none
	Most  int       `json:"n,omitempty"` // requests in a window, 0 for no limit
	Left  int       `json:"l,omitempty"` // of this window
	Reset time.Time `json:"r,omitzero"`  // when it ends, zero until an answer tells
	// Flying are the requests under way, with the time at which one is
	// given up whose process has died.
	Flying map[string]time.Time `json:"p,omitempty"`
	// Entered counts the requests, so that one is known that had no other
	// beside it from beginning to end.
	Entered int `json:"e,omitempty"`
}

const (
	// flight is how long a request is under way at most.
	flight = 30 * time.Second
	// keepWindow is how long the size of a window is remembered: without it
	// one request at a time finds it out.
	keepWindow = 10 * time.Minute
	keepAlias  = 24 * time.Hour
)

// keep is how long a note is worth keeping from now on, 0 if it knows nothing.
func (n *Note) keep(now time.Time) time.Duration {
	end := latest(n.Until, n.Full)
	end = latest(end, n.Window.Reset)
	for _, t := range n.Window.Flying {
		end = latest(end, t)
	}
	d := max(end.Sub(now), 0)
	if n.Window.Known {
		d = max(d, keepWindow)
	}
	if n.Alias != "" {
		d = max(d, keepAlias)
	}
	return d
}

// turn returns how long it is until the next free turn of a budget.
func (n *Note) turn(b Budget, now time.Time) time.Duration {
	return max(n.Full.Add(-time.Duration(b.Burst-1)*b.Every).Sub(now), 0)
}

// spend takes the next free turn.
func (n *Note) spend(b Budget, now time.Time) { n.Full = latest(n.Full, now).Add(b.Every) }

// ready makes a window that is over anew and says how long to wait for a place;
// told means that the answers to those under way will say.
func (w *Window) ready(now time.Time) (wait time.Duration, told bool) {
	maps.DeleteFunc(w.Flying, func(_ string, end time.Time) bool { return !end.After(now) })
	if !w.Reset.IsZero() && !w.Reset.After(now) {
		w.Left, w.Reset = w.Most-len(w.Flying), time.Time{}
	}
	switch {
	case !w.Known && len(w.Flying) > 0:
		return 0, true
	case w.Known && w.Most > 0 && w.Left <= 0:
		if !w.Reset.IsZero() {
			return w.Reset.Sub(now), false
		}
		if len(w.Flying) > 0 {
			return 0, true
		}
		w.Left = w.Most // the answers of this window told nothing
	}
	return 0, false
}

// enter takes the place that ready found. alone is the request's number if no
// other is under way, else 0.
func (w *Window) enter(id string, now time.Time) (alone int) {
	if w.Flying == nil {
		w.Flying = make(map[string]time.Time)
	}
	w.Left--
	w.Flying[id] = now.Add(flight)
	if w.Entered++; len(w.Flying) == 1 {
		alone = w.Entered
	}
	return alone
}

// learn takes over what an answer tells. Answers may overtake each other, so
// among several the least is believed; whose says that the answer is to a
// request of this window, which is still under way.
func (w *Window) learn(t Told, now time.Time, whose bool, alone int) {
	if t.Most == 0 {
		w.Known = true
		return
	}
	others := len(w.Flying)
	if whose {
		others--
	}
	switch {
	case whose && alone == w.Entered:
		w.Left = t.Left
	case w.Reset.IsZero() || !w.Known:
		w.Left = t.Left - others
	default:
		w.Left = min(w.Left, t.Left)
	}
	w.Known, w.Most = true, t.Most
	w.Reset = latest(w.Reset, now.Add(t.Reset))
}

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
