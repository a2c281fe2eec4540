package outbox_test

import (
	"testing"
	"time"
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
