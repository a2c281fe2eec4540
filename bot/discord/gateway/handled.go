package gateway

import "sync"

// Receipt stands for one event that was handed over. The event counts as
// handled once Handle has returned and everyone who holds the receipt has let
// it go; the session is then kept with the number of the last event up to
// which all are handled.
type Receipt struct {
	of   *ledger
	seq  int64
	open int // holders, guarded by the ledger
}

// Seq returns the event's number within its session.
func (r *Receipt) Seq() int64 { return r.seq }

// Hold keeps the event from counting as handled until release is called, by
// any goroutine; further calls of release do nothing. Hold itself may be
// called, any number of times, until Handle returns or while somebody else
// holds. An event that is never released is sent again to the next process.
func (r *Receipt) Hold() (release func()) {
	r.of.mu.Lock()
	r.open++
	r.of.mu.Unlock()
	return sync.OnceFunc(func() { r.of.release(r) })
}

// ledger knows which events of one session are still being handled.
type ledger struct {
	mu      sync.Mutex
	waiting []*Receipt // in the order of their numbers; the first is not handled
	done    func(seq int64)
}

// receive opens the receipt of an event, which its caller holds.
func (l *ledger) receive(seq int64) *Receipt {
	r := &Receipt{of: l, seq: seq, open: 1}
	l.mu.Lock()
	l.waiting = append(l.waiting, r)
	l.mu.Unlock()
	return r
}

// release lets a receipt go and tells done of the last event up to which all
// are handled, if that is another one now.
func (l *ledger) release(r *Receipt) {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.open--
	n := 0
	for n < len(l.waiting) && l.waiting[n].open == 0 {
		n++
	}
	if n == 0 {
		return
	}
	last := l.waiting[n-1].seq
	clear(l.waiting[:n])
	if n == len(l.waiting) {
		l.waiting = l.waiting[:0]
	} else {
		l.waiting = l.waiting[n:]
	}
	l.done(last)
}
