package poll_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games"
	"animo/games/poll"
	"animo/storage"
)

const (
	presses = 5 * crowd
	workers = 64
	// pressLasts is by how much each press lets the clock go on: all of them
	// come within ten seconds.
	pressLasts = time.Millisecond
)

// editClock notes when the card is edited.
type editClock struct {
	chat.Platform
	now func() time.Time
	mu  sync.Mutex
	at  []time.Time
}

func (p *editClock) Edit(ctx context.Context, ref chat.MessageRef, c chat.Card) error {
	p.mu.Lock()
	p.at = append(p.at, p.now())
	p.mu.Unlock()
	return p.Platform.Edit(ctx, ref, c)
}

// verbs are votes, votes for another, votes taken back and given again.
var verbs = []string{poll.VerbVote + "1", poll.VerbVote + "2", poll.VerbVote + "3", poll.VerbVote + "1", poll.VerbVote + "2", poll.VerbWithdraw}

// Two thousand members vote, change their votes and take them back ten thousand
// times, several presses of one member at once among them: the sums are those
// of a recount, each press counts once, and the card is edited every two
// seconds at most.
func TestABurstOfVotesIsCountedExactly(t *testing.T) {
	h := newHouse(t)
	clock := &editClock{Platform: h.platform, now: h.Now}
	h.engine.Platforms[chat.Discord] = clock // the outbox shares the map
	id := h.start(func(p *poll.Params) { p.Results = poll.ResultsAlways })
	h.drain()
	c, private := h.community(), h.english()
	queue := make(chan int)
	var crowded sync.WaitGroup
	var failed atomic.Int32
	began := time.Now()
	for range workers {
		crowded.Go(func() {
			for n := range queue {
				m, verb := member(n/5%crowd), verbs[rand.IntN(len(verbs))]
				if n%5 == 0 {
					verb = poll.VerbVote + "1" // each votes at least once
				}
				// The five presses of a member come one after the other in the queue, and
				// so are decided side by side.
				if _, err := h.engine.Press(t.Context(), c, pressed(id, verb, m, fmt.Sprint("press-", n)), private); err != nil {
					failed.Add(1)
					t.Error(err)
				}
				h.pass(pressLasts)
			}
		})
	}
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-done:
				return
			default:
				if n, err := h.outbox.Step(t.Context()); err != nil {
					t.Error(err)
				} else if n == 0 {
					time.Sleep(time.Millisecond) // a poll of the queue, judged by nothing
				}
			}
		}
	}()
	start := h.Now()
	for n := range presses {
		queue <- n
	}
	close(queue)
	crowded.Wait()
	took := time.Since(began)
	close(done)
	<-stopped
	h.pass(10 * time.Second)
	h.drain()
	h.agrees(id)
	h.spaced(clock.at, h.Now().Sub(start))
	t.Logf("%d presses of %d members, %d at once: %.1f s, %.0f a second; %d edits of the card in %v",
		presses, crowd, workers, took.Seconds(), presses/took.Seconds(), len(clock.at), h.Now().Sub(start))
	if failed.Load() > 0 {
		t.Errorf("%d presses failed", failed.Load())
	}
	_, err := h.order(id, poll.OrderClose, "close")
	h.must(err)
	before := h.recount(id)
	h.drain()
	if s := h.state(id); !slices.Equal(s.Votes, before.Votes) || s.Voters != before.Voters || len(h.entries(id)) > 0 {
		t.Errorf("the result is %v of %d, a recount gave %+v; %d entries are left", s.Votes, s.Voters, before, len(h.entries(id)))
	}
}

func (h *house) recount(id string) poll.Tally {
	h.Helper()
	return recount(h, h.state(id), h.entries(id))
}

// agrees demands that the sums, and what the card says, are those of a recount.
func (h *house) agrees(id string) {
	h.Helper()
	s := h.state(id)
	stored, err := h.store.Tally(h.Context(), storage.Tenant(space), id)
	h.must(err)
	want, got := h.recount(id), s.Tally(stored.Numbers)
	if !slices.Equal(got.Votes, want.Votes) || got.Voters != want.Voters || want.Voters == 0 {
		h.Errorf("the sums are %+v, a recount gives %+v", got, want)
	}
	card := spaced(h.platform.Posts(channel)[0].Message.Card.Plain())
	for i, o := range s.List {
		if line := fmt.Sprintf("%s %s %d%% · %s votes", o.Text, poll.Bar(want.Votes[i], want.Weight), poll.Percent(want.Votes[i], want.Weight), h.english().Number(want.Votes[i])); !strings.Contains(card, spaced(line)) {
			h.Errorf("the card lacks %q:\n%s", line, card)
		}
	}
}

func spaced(s string) string { return strings.Join(strings.Fields(s), " ") }

// spaced demands two seconds between two edits.
func (h *house) spaced(at []time.Time, span time.Duration) {
	h.Helper()
	for i := 1; i < len(at); i++ {
		if gap := at[i].Sub(at[i-1]); gap < 2*time.Second {
			h.Errorf("%v between two edits", gap)
		}
	}
	if len(at) == 0 || len(at) > int(span/(2*time.Second))+1 {
		h.Errorf("%d edits in %v", len(at), span)
	}
}

// Each of a member's presses at once is decided on what the one before left: a
// vote changed side by side counts once.
func TestPressesOfOneMemberAtOnceCountOnce(t *testing.T) {
	h := newHouse(t)
	id := h.start(func(p *poll.Params) { p.Max = 2 })
	c, private := h.community(), h.english()
	for round := range 10 {
		var all sync.WaitGroup
		for n := range 12 {
			verb := []string{poll.VerbVote + "1", poll.VerbVote + "2", poll.VerbDrop + "1", poll.VerbWithdraw, poll.VerbVote + "3", poll.VerbDrop + "2"}[n%6]
			all.Go(func() {
				_, err := h.engine.Press(t.Context(), c, pressed(id, verb, member(1), fmt.Sprint("press-", round, "-", n)), private)
				var refused *games.Refusal
				if err != nil && !errors.As(err, &refused) {
					t.Error(err)
				}
			})
		}
		all.Wait()
		stored, err := h.store.Tally(t.Context(), storage.Tenant(space), id)
		h.must(err)
		want, got := h.recount(id), h.state(id).Tally(stored.Numbers)
		if !slices.Equal(got.Votes, want.Votes) || got.Voters != want.Voters || got.Voters > 1 {
			t.Fatalf("round %d: the sums are %+v, a recount gives %+v", round, got, want)
		}
	}
}

// The quorum closes with the right vote, though many come at once; none of them
// is told a result that is hidden until the close.
func TestACrowdReachesTheQuorumExactly(t *testing.T) {
	h := newHouse(t)
	id := h.start(func(p *poll.Params) { p.Quorum, p.Results = 50, poll.ResultsClosed })
	c, private := h.community(), h.english()
	var in, out atomic.Int32
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() {
			r, err := h.engine.Press(t.Context(), c, pressed(id, poll.VerbVote+fmt.Sprint(n%3+1), member(n), fmt.Sprint("vote-", n)), private)
			var refused *games.Refusal
			switch {
			case err == nil:
				in.Add(1)
				if strings.ContainsAny(r.Card.Plain(), "█░%") {
					t.Errorf("a voter is told hidden results:\n%s", r.Card.Plain())
				}
			case errors.As(err, &refused):
				out.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	all.Wait()
	if s := h.state(id); in.Load() != 50 || out.Load() != 150 || s.Phase != poll.PhaseClosing || s.Key != "" {
		t.Errorf("%d voted and %d came too late: %+v", in.Load(), out.Load(), s)
	}
	h.drain()
	if s := h.state(id); s.Voters != 50 || s.Votes[0]+s.Votes[1]+s.Votes[2] != 50 {
		t.Errorf("the result is %+v", s)
	}
}
