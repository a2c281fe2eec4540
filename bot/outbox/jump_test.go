package outbox_test

import (
	"context"
	"testing"
	"time"

	"animo/storage"
)

// The clock jumps over the lease while a post is on its way, and the outbox
// looks again: the history does not hold the message yet.
func TestAClockThatJumpsOverALeaseSaysNothingTwice(t *testing.T) {
	d := open(t)
	d.put("jump", 10, post("Hello"))
	jumped := false
	d.rec.Fail = func(call string) error {
		if call == "Post" && !jumped {
			jumped = true
			d.advance(10 * time.Minute)
			d.step()
		}
		return nil
	}
	d.put("next", 10, post("and on"))
	d.step()
	if due := d.step(); due != 0 {
		t.Errorf("%d effects are left to do, want none: the try under way goes on under its new lease", due)
	}
	if posts := d.rec.Posts(general); len(posts) != 2 {
		t.Errorf("said %d times, want each once", len(posts))
	}
}

// The clock jumps again and again while what came of a try is being written:
// each time the effect is leased anew, and none of these leases is left behind.
func TestALeaseThatIsTakenWhileATryEndsIsGivenBack(t *testing.T) {
	var hook hooked
	d := open(t, func(s storage.Store) storage.Store {
		hook.Store = s
		return &hook
	})
	jumps := 0
	hook.before = func(c storage.Change) {
		if len(c.DoneEffects)+len(c.Retries) > 0 && jumps < 3 {
			jumps++
			d.advance(10 * time.Minute)
			d.step()
		}
	}
	d.put("jump", 10, post("Hello"))
	d.step()
	for range 3 {
		d.advance(5 * time.Second) // far less than a lease
		d.step()
	}
	d.put("next", 10, post("and on"))
	d.step()
	if posts := d.rec.Posts(general); len(posts) != 2 || jumps != 3 {
		t.Errorf("said %d times after %d jumps, want each once", len(posts), jumps)
	}
}

// hooked is a store that lets something happen before each commit.
type hooked struct {
	storage.Store
	before func(storage.Change)
}

// Commit implements storage.Store.
func (h *hooked) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	if h.before != nil {
		h.before(c)
	}
	return h.Store.Commit(ctx, t, c)
}
