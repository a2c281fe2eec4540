package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

func TestOnlyEventsBeforeTheFirstUnhandledOneCount(t *testing.T) {
	last := int64(0)
	l := &ledger{done: func(seq int64) { last = seq }}
	var all []*Receipt
	for seq := int64(1); seq <= 4; seq++ {
		all = append(all, l.receive(seq))
	}
	for _, step := range []struct{ release, want int64 }{{3, 0}, {1, 1}, {4, 1}, {2, 4}} {
		l.release(all[step.release-1])
		if last != step.want {
			t.Errorf("after %d, all up to %d count as handled; want %d", step.release, last, step.want)
		}
	}
	if len(l.waiting) != 0 {
		t.Errorf("%d receipts are kept", len(l.waiting))
	}
}

func TestAnEventWithSeveralHoldersWaitsForAll(t *testing.T) {
	last := int64(0)
	l := &ledger{done: func(seq int64) { last = seq }}
	r := l.receive(7)
	one, two := r.Hold(), r.Hold()
	l.release(r)
	one()
	one()
	if last != 0 {
		t.Error("handled though somebody holds it")
	}
	if two(); last != 7 {
		t.Error("not handled though nobody holds it")
	}
}

func TestHandledNumbersOnlyGrowWhoeverReleases(t *testing.T) {
	const events = 2000
	k := &keeper{store: &memory{}}
	k.set(Session{ID: "s"})
	var wg sync.WaitGroup
	for seq := int64(1); seq <= events; seq++ {
		r, fresh := k.receive(seq)
		if !fresh {
			t.Fatal(seq)
		}
		release := r.Hold()
		wg.Go(func() {
			time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
			release()
		})
		r.of.release(r)
	}
	wg.Wait()
	k.save(context.Background())
	if got, _ := k.store.Load(context.Background(), 0); got.Seq != events {
		t.Errorf("%d is kept", got.Seq)
	}
}

func TestAReceiptNamesTheSessionOfItsEvent(t *testing.T) {
	var s *server
	s = serve(t, func(n int, p *peer) {
		p.hello(time.Minute)
		p.read()
		p.send(opDispatch, 1, "EARLY", nil)
		p.send(opDispatch, 2, "READY", map[string]any{"session_id": fmt.Sprint("s", n), "resume_gateway_url": s.url()})
		p.send(opDispatch, 3, "A", nil)
		if n == 1 {
			p.send(opInvalid, 0, "", false)
		}
		p.read()
	})
	seen := make(chan string, 10)
	run(t, Options{URL: at(s.url()), Handle: func(kind string, _ json.RawMessage, r *Receipt) { seen <- kind + " " + r.Session() }})
	for _, want := range []string{"EARLY ", "READY s1", "A s1", "EARLY ", "READY s2", "A s2"} {
		if got := <-seen; got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestWhatIsHandledAfterTheEndIsKept(t *testing.T) {
	var s *server
	s = serve(t, func(_ int, p *peer) {
		p.ready("s1", s.url(), 1)
		p.send(opDispatch, 2, "A", nil)
		p.send(opDispatch, 3, "B", nil)
		p.read()
	})
	store, open := &memory{}, make(chan func(), 2)
	c := run(t, Options{URL: at(s.url()), Sessions: store, Handle: func(kind string, _ json.RawMessage, r *Receipt) {
		if kind != "READY" {
			open <- r.Hold()
		}
	}})
	a, b := <-open, <-open
	c.stop()
	c.done <- <-c.done
	for _, step := range []struct {
		release func()
		want    int64
	}{{func() {}, 1}, {b, 1}, {a, 3}} {
		if step.release(); store.get(0).Seq != step.want {
			t.Errorf("%d is kept, want %d", store.get(0).Seq, step.want)
		}
	}
}

func TestEventsOfALostSessionMoveNothing(t *testing.T) {
	k := &keeper{}
	k.set(Session{ID: "old"})
	r, _ := k.receive(500)
	k.set(Session{ID: "new"})
	r.of.release(r)
	if k.handled != 0 {
		t.Errorf("event %d of the old session counts in the new", k.handled)
	}
}

func TestAnEventHeldIsRepeatedToTheNextProcessOnly(t *testing.T) {
	resumed := make(chan resumption, 3)
	var s *server
	s = serve(t, func(n int, p *peer) {
		switch n {
		case 1:
			p.ready("s1", s.url(), 1)
			p.send(opDispatch, 2, "A", nil)
			p.send(opDispatch, 3, "B", nil)
			p.send(opReconnect, 0, "", nil)
		default:
			p.hello(time.Minute)
			resumed <- p.read().resumption(t)
			p.send(opDispatch, 3, "B", nil) // a replay of more than was asked for
			p.send(opDispatch, 4, "RESUMED", nil)
			p.send(opDispatch, 5, "C", nil)
		}
		p.read()
	})
	store := &memory{}
	events := make(chan event, 100)
	handle := func(kind string, _ json.RawMessage, r *Receipt) {
		if kind == "A" {
			r.Hold() // by somebody who crashes
		}
		events <- event{kind: kind, seq: r.Seq()}
	}
	c := run(t, Options{URL: at(s.url()), Sessions: store, Handle: handle})
	for _, want := range []string{"READY", "A", "B", "RESUMED", "C"} {
		if e := <-events; e.kind != want {
			t.Errorf("%+v, want %s", e, want)
		}
	}
	if r := <-resumed; r.Seq != 3 {
		t.Errorf("the connection is resumed after %d", r.Seq)
	}
	c.stop()
	c.done <- <-c.done
	if got := store.get(0); got.Seq != 1 {
		t.Errorf("event %d is kept though the one after 1 is not handled", got.Seq)
	}
	run(t, Options{URL: at(s.url()), Sessions: store, Handle: handle})
	if r := <-resumed; r.Seq != 1 {
		t.Errorf("the next process resumes after %d", r.Seq)
	}
}
