package engine_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/chat/chattest"
	"animo/games"
	"animo/games/giveaway"
	"animo/storage"
	"animo/storage/storagetest"
)

var errLost = errors.New("the write is lost")

// entrants of the giveaway that is interrupted, the last of whom has left.
const entrants = 4

// TestAGiveawayInterruptedAtAnyWrite is acceptance 1 within one process: the
// n-th write to the store fails, for every n that there is (see stride),
// before it took effect or after. Either the process dies with it and another starts on what
// the file holds, or it goes on. Both ways there is one set of winners and one
// announcement.
func TestAGiveawayInterruptedAtAnyWrite(t *testing.T) {
	t.Parallel()
	first := 0
	for _, after := range []bool{false, true} {
		for _, dies := range []bool{false, true} {
			first++
			n := 1 + first%stride
			t.Run(fmt.Sprintf("after is %v, dies is %v", after, dies), func(t *testing.T) {
				t.Parallel()
				for interrupted(t, n, after, dies) {
					n += stride
				}
				if n < 40 {
					t.Errorf("only %d writes were tried", n)
				}
			})
		}
	}
}

// interruption is a store that fails once, or for good once it has failed.
type interruption struct {
	after, dies bool
	at          int
	hit, dead   atomic.Bool
	first       *storagetest.Failing // until it has failed
}

func (i *interruption) wrap(s storage.Store) storage.Store {
	if i.hit.Load() { // started again
		i.dead.Store(false)
		return s
	}
	fail := func(_ string, n int) error {
		if i.dead.Load() {
			return errLost
		}
		if n != i.at {
			return nil
		}
		i.hit.Store(true)
		i.dead.Store(i.dies)
		return errLost
	}
	f := &storagetest.Failing{Store: s, Before: fail}
	i.first = f
	if i.after {
		f.After, f.Before = fail, func(string, int) error {
			if i.dead.Load() {
				return errLost
			}
			return nil
		}
	}
	return f
}

// speechless keeps a dead process from saying anything.
func (i *interruption) speechless(string) error {
	if i.dead.Load() {
		return &chat.Error{Trouble: chat.TroubleTransient, Doing: "speak after death"}
	}
	return nil
}

// interrupted plays a giveaway through with an interruption at the n-th write
// and checks how it ended; false says that there were fewer writes.
func interrupted(t *testing.T, n int, after, dies bool) bool {
	t.Helper()
	i := &interruption{after: after, dies: dies, at: n}
	h := newHouse(t)
	h.community()
	h.platform.Fail = i.speechless
	h.wrap = i.wrap
	h.reboot()
	id := h.insistOnStart(i)
	h.insistOnEntering(i, id)
	h.insistOnTheEnd(i, id)
	h.checkTheEnd(fmt.Sprintf("write %d", n), id)
	return i.hit.Load() || i.first.Writes() >= n
}

// revive starts the process again if it died.
func (h *house) revive(i *interruption) {
	h.Helper()
	if i.dead.Load() {
		h.reboot()
	}
}

// insistOnStart does what staff do who saw an error: they look at the list,
// and start it again if it is not there.
func (h *house) insistOnStart(i *interruption) string {
	h.Helper()
	p := h.params(func(p *giveaway.Params) { p.Role = role })
	for range 3 {
		_, err := h.engine.Start(h.Context(), h.request(p, "start"))
		if err != nil && !errors.Is(err, errLost) && !errors.Is(err, storage.ErrRepeated) {
			h.Fatal(err)
		}
		h.revive(i)
		list, err := h.engine.List(h.Context(), h.community(), giveaway.Kind, games.StatusOpen, 10)
		h.must(err)
		if len(list) == 1 {
			return list[0].ID
		}
		if len(list) > 1 {
			break
		}
	}
	h.Fatal("there is not one giveaway")
	return ""
}

// insistOnEntering lets members press until they are told that they are in.
func (h *house) insistOnEntering(i *interruption, id string) {
	h.Helper()
	for m := range entrants {
		h.platform.AddMember(member(m), m < entrants-1)
		for try := range 3 {
			reply, err := h.press(id, giveaway.VerbEnter, member(m), fmt.Sprint("press-", m, "-", try))
			h.revive(i)
			if err == nil && reply.Card != nil {
				break
			}
			if try == 2 {
				h.Fatalf("member %d cannot enter: %v", m, err)
			}
		}
	}
}

// insistOnTheEnd lets ten minutes pass after the end, in steps, starting the
// process again wherever it dies.
func (h *house) insistOnTheEnd(i *interruption, id string) {
	h.Helper()
	until := h.state(id).Ends.Add(10 * time.Minute)
	for idle := 0; h.Now().Before(until); {
		jobs, err1 := h.runner.Step(h.Context())
		effects, err2 := h.outbox.Step(h.Context())
		h.revive(i)
		if jobs+effects > 0 || err1 != nil || err2 != nil {
			continue
		}
		next := until
		job, effect, err := h.file.NextDue(h.Context(), nil)
		h.must(err)
		for _, at := range []time.Time{job, effect} {
			if !at.IsZero() && at.Before(next) {
				next = at
			}
		}
		// What a failed write left leased comes back within a minute.
		if idle++; next.Equal(until) && idle < 20 {
			next = h.Now().Add(time.Minute)
		}
		h.pass(max(next.Sub(h.Now()), time.Millisecond))
	}
}

func (h *house) checkTheEnd(when, id string) {
	h.Helper()
	s := h.state(id)
	winners := s.PastWinners()
	if s.Phase != giveaway.PhaseAnnounced || len(s.Rounds) != 1 || len(winners) != 2 || slices.Contains(winners, member(entrants-1)) {
		h.Errorf("%s: %+v", when, s)
	}
	posts := h.posts(channel)
	if len(posts) != 2 {
		h.Fatalf("%s: the channel has\n%s", when, strings.Join(posts, "\n---\n"))
	}
	for _, m := range winners {
		if !strings.Contains(posts[1], string(m)) || !strings.Contains(posts[0], string(m)) {
			h.Errorf("%s: %s won, and the channel has\n%s", when, m, strings.Join(posts, "\n---\n"))
		}
		if got := h.posts(chattest.DirectOf(m)); len(got) != 1 || len(h.platform.Given(m)) != 1 {
			h.Errorf("%s: %s is told %q and has the roles %v", when, m, got, h.platform.Given(m))
		}
	}
	if got := h.posts(chattest.DirectOf(host)); len(got) != 1 {
		h.Errorf("%s: the host is told %q", when, got)
	}
	tally, err := h.file.Tally(h.Context(), h.tenant(), id)
	h.must(err)
	if tally.Entries != entrants {
		h.Errorf("%s: %d entries", when, tally.Entries)
	}
	if left, err := h.file.LeaseEffects(h.Context(), storage.Claim{Now: h.Now().Add(time.Hour), For: time.Minute, Limit: 10}); err != nil || len(left) > 0 {
		h.Errorf("%s: left to say %v, %v", when, left, err)
	}
	if left := h.jobsLeft(); len(left) > 0 {
		h.Errorf("%s: left to do %v", when, left)
	}
}
