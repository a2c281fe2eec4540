package engine_test

import (
	"sync/atomic"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games/giveaway"
)

// TestADrawWaitsForAPlatformThatWantsItSlower: a look-up that is put off does
// not begin the whole question again, since it would never get to its end.
func TestADrawWaitsForAPlatformThatWantsItSlower(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.start(func(p *giveaway.Params) { p.Winners = 5 })
	h.enter(id, 0, 5)
	var asked atomic.Int64
	h.platform.Fail = func(call string) error {
		if call == "Member" && asked.Add(1)%2 == 1 {
			return &chat.Error{Trouble: chat.TroubleLimited, RetryAfter: time.Millisecond}
		}
		return nil
	}
	h.settle(h.state(id).Ends.Add(time.Minute))
	if n := asked.Load(); len(h.state(id).PastWinners()) != 5 || n != 10 {
		t.Errorf("%d winners after %d look-ups, of which every other one was put off", len(h.state(id).PastWinners()), n)
	}
}
