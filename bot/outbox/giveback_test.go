package outbox_test

import (
	"testing"
	"time"

	"animo/storage"
	"animo/storage/storagetest"
)

// What came of a try cannot be written: the message is found in the history
// long before the lease would have run out, and what waits behind it goes on.
func TestATryWhoseOutcomeIsNotWrittenHoldsNobodyUpForItsLease(t *testing.T) {
	broken := false
	d := open(t, func(s storage.Store) storage.Store {
		return &storagetest.Failing{Store: s, Before: func(op string, _ int) error {
			if broken && op == "Commit" {
				broken = false
				return errLost
			}
			return nil
		}}
	})
	d.put("a", 0, post("first"))
	d.put("b", 0, post("second"))
	broken = true
	d.step()
	d.advance(5 * time.Second)
	d.step()
	if posts := d.rec.Posts(general); len(posts) != 2 {
		t.Errorf("%d messages five seconds later, want each of the two once", len(posts))
	}
}
