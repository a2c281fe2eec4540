package engine_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"animo/games"
	"animo/games/giveaway"
)

// A crowd of three hundred wants fifty places: fifty get one, each of the
// others is told, and nobody is turned away by an error.
func TestACrowdFillsThePlacesExactly(t *testing.T) {
	h := newHouse(t)
	id := h.start(func(p *giveaway.Params) { p.Places = 50 })
	c, private := h.community(), h.words.Printer("en")
	var in, out atomic.Int32
	var crowd sync.WaitGroup
	for n := range 300 {
		crowd.Go(func() {
			_, err := h.engine.Press(t.Context(), c, pressed(id, giveaway.VerbEnter, member(n), fmt.Sprint("enter-", n)), private)
			var refused *games.Refusal
			switch {
			case err == nil:
				in.Add(1)
			case errors.As(err, &refused):
				out.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	crowd.Wait()
	tally, err := h.file.Tally(t.Context(), h.tenant(), id)
	h.must(err)
	if in.Load() != 50 || out.Load() != 250 || tally.Entries != 50 {
		t.Errorf("%d are in and %d are told that they are not; %d entries", in.Load(), out.Load(), tally.Entries)
	}
}
