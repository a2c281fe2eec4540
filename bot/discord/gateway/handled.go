package gateway

import "sync"

// Receipt stands for one event that was handed over. The event counts as
// handled once Handle has returned and everyone who holds the receipt has let
// it go; the session is then kept with the number of the last event up to
// which all are handled.
type Receipt struct {
	of  *ledger
	seq int64

	// Guarded by the ledger. Most events have one holder besides Handle, whose
	// release is remembered here.
	open       int // holders
	held, gone bool
}

// Seq returns the event's number within its session.
func (r *Receipt) Seq() int64 { return r.seq }

// Session returns the id of the session that the event came in, "" before the
// first READY.
func (r *Receipt) Session() string { return r.of.session }

// Hold keeps the event from counting as handled until release is called, by
// any goroutine; further calls of release do nothing. Hold itself may be
// called, any number of times, until Handle returns or while somebody else
// holds. An event that is never released is sent again to the next process.
func (r *Receipt) Hold() (release func()) {
	r.of.mu.Lock()
	r.open++
	first := !r.held
	r.held = true
	r.of.mu.Unlock()
	if first {
		return r.once
	}
	return sync.OnceFunc(func() { r.of.release(r) })
}

// once is the release of the first who held.
func (r *Receipt) once() {
	r.of.mu.Lock()
	again := r.gone
	r.gone = true
	r.of.mu.Unlock()
	if !again {
		r.of.release(r)
	}
}

// ledger knows which events of one session are still being handled.
type ledger struct {
	session string // its id
	mu      sync.Mutex
	waiting []*Receipt // in the order of their numbers; the first is not handled
	done    func(seq int64)
	idle    func() // called, without the lock, when none is being handled
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
	if l.settle(r) && l.idle != nil {
		l.idle()
	}
}

// settle says whether no event is being handled any more.
func (l *ledger) settle(r *Receipt) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	r.open--
	n := 0
	for n < len(l.waiting) && l.waiting[n].open == 0 {
		n++
	}
	if n == 0 {
		return false
	}
	last := l.waiting[n-1].seq
	clear(l.waiting[:n])
	if n == len(l.waiting) {
		l.waiting = l.waiting[:0]
	} else {
		l.waiting = l.waiting[n:]
	}
	l.done(last)
	return len(l.waiting) == 0
}
