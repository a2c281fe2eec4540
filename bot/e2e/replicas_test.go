package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

var replicasFor = flag.Duration("replicas", 30*time.Second, "how long replicas are tormented")

const (
	replicaCount = 3
	// servedWithin is how long after a death what the dead replica had may be
	// left alone.
	servedWithin = 15 * time.Second
)

// Three replicas share one Redis while giveaways end all the time. One after
// the other is killed, or paused for longer than its leases last; Redis itself
// is killed and started again. Each giveaway ends once, with one announcement,
// and whoever was told that they are in takes part in the draw.
func TestReplicasEndEachGiveawayOnce(t *testing.T) {
	both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		redis := startRedis(t)
		f := &fleet{t: t, sb: sb, s: s, store: redis.url()}
		for range replicaCount {
			f.bots = append(f.bots, startProcess(t, sb, s.name, f.store, 0))
		}
		s.connected()
		ctx, stop := context.WithTimeout(t.Context(), *replicasFor)
		defer stop()
		var playing sync.WaitGroup
		playing.Go(func() { f.play(ctx) })
		f.torment(ctx, redis)
		playing.Wait()
		f.count()
	})
}

// connected waits until a bot is there.
func (s *side) connected() {
	s.t.Helper()
	await(s.t, "a bot to connect", func() error {
		if !s.st("").Connected {
			return errNotYet
		}
		return nil
	})
}

type fleet struct {
	t                       *testing.T
	sb                      *sandbox.Sandbox
	s                       *side
	store                   string
	bots                    []*process
	order                   []string // the prizes
	kills, pauses, restarts int
}

// play starts one giveaway after the other, as people do: what does not answer
// is tried again, and what answers is believed.
func (f *fleet) play(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		prize := fmt.Sprintf("Prize-%04d", n)
		line := fmt.Sprintf(`/giveaway start duration:10s prize:%q winners:1`, prize)
		f.s.act(world.Action{As: f.s.admin(), Kind: world.ActCommand, Channel: f.s.contests(), Text: line})
		card, ok := f.s.cardWithin(prize, 3*time.Second)
		if !ok {
			continue // nobody was there to start it, or its card is still to come
		}
		f.order = append(f.order, prize)
		for _, who := range f.s.people()[:3] {
			f.s.press(who, card, "|enter|")
		}
		wait(ctx, time.Second) // each giveaway has two messages and a platform takes about one a second
	}
}

// cardWithin waits a while for the card of a prize.
func (s *side) cardWithin(prize string, d time.Duration) (world.Message, bool) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		for _, m := range s.find(s.admin(), s.contests(), prize) {
			for _, c := range controls(m) {
				if !m.Private && strings.HasPrefix(c, "giveaway|enter|") {
					return m, true
				}
			}
		}
	}
	return world.Message{}, false
}

// torment kills and pauses replicas, and restarts Redis, until ctx ends; then
// all are there again.
func (f *fleet) torment(ctx context.Context, redis *redisServer) {
	for n := 0; ; n++ {
		victim := rand.IntN(len(f.bots))
		switch n % 3 {
		case 0:
			f.bots[victim].kill()
			f.kills++
			wait(ctx, 3*time.Second)
			f.bots[victim] = startProcess(f.t, f.sb, f.s.name, f.store, 0)
		case 1:
			p := f.bots[victim].cmd.Process
			p.Signal(syscall.SIGSTOP)
			f.pauses++
			wait(ctx, servedWithin)
			p.Signal(syscall.SIGCONT)
		case 2:
			redis.stop()
			f.restarts++
			wait(ctx, time.Second)
			redis.start()
		}
		if wait(ctx, 2*time.Second); ctx.Err() != nil {
			return
		}
	}
}

func wait(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// count waits for the ends and holds what was said against what people saw.
func (f *fleet) count() {
	f.t.Helper()
	announced := func(prize string) []world.Message {
		return f.s.find(f.s.admin(), f.s.contests(), "Congratulations", prize)
	}
	began := time.Now()
	missing := func() (out []string) {
		for _, prize := range f.order {
			if len(announced(prize)) == 0 && f.entrants(prize) > 0 || len(f.s.direct(f.s.admin(), "Your giveaway", prize)) == 0 {
				out = append(out, prize)
			}
		}
		return out
	}
	for len(missing()) > 0 && time.Since(began) < 90*time.Second {
		time.Sleep(500 * time.Millisecond)
	}
	time.Sleep(2 * time.Second) // for what would be said twice
	entries := 0
	for _, prize := range f.order {
		told := f.entrants(prize)
		entries += told
		if n := len(announced(prize)); n > 1 || n == 0 && told > 0 {
			f.t.Errorf("%s: %d announcements", prize, n)
		}
		host := f.s.direct(f.s.admin(), "Your giveaway", prize)
		if len(host) != 1 {
			f.t.Errorf("%s: the host was told %d times", prize, len(host))
			continue
		}
		if told > 0 && !f.draws(text(host[0]), told) {
			f.t.Errorf("%s: %d were told that they are in, and yet: %s", prize, told, text(host[0]))
		}
	}
	if len(f.order) < 5 || entries == 0 {
		f.t.Errorf("%d giveaways with %d entries show nothing", len(f.order), entries)
	}
	f.t.Logf("%s: %d giveaways, %d entries acknowledged, %d kills, %d pauses, %d restarts of Redis; the last was announced %v after the end",
		f.s.name, len(f.order), entries, f.kills, f.pauses, f.restarts, time.Since(began).Round(time.Millisecond))
}

// entrants is how many were told that they are in.
func (f *fleet) entrants(prize string) (n int) {
	for _, who := range f.s.people()[:3] {
		for _, m := range f.s.find(who, f.s.contests(), "You are in for", prize) {
			if m.Private {
				n++
				break
			}
		}
	}
	return n
}

// draws says whether at least so many took part in a draw.
func (f *fleet) draws(host string, atLeast int) bool {
	for n := atLeast; n <= 3; n++ {
		if strings.Contains(host, fmt.Sprintf("Entrants: %d", n)) {
			return true
		}
	}
	return false
}

// What a replica had that dies is served again by the other: its shard, so that
// commands are answered, and its communities, so that giveaways end.
func TestWhatADeadReplicaHadIsServedWithinFifteenSeconds(t *testing.T) {
	both(t, chat.English, func(t *testing.T, sb *sandbox.Sandbox, s *side) {
		f := &fleet{t: t, sb: sb, s: s, store: startRedis(t).url()}
		for range 2 {
			f.bots = append(f.bots, startProcess(t, sb, s.name, f.store, 0))
		}
		s.connected()
		for n := range f.bots {
			prize := fmt.Sprint("Left-behind-", n)
			awaitWithin(t, servedWithin, "a giveaway", func() error {
				r := s.act(world.Action{
					As: s.admin(), Kind: world.ActCommand, Channel: s.contests(), Text: "/giveaway start duration:20s prize:" + prize,
				})
				if !r.OK && len(s.find(s.admin(), s.contests(), prize)) == 0 {
					return fmt.Errorf("%w: %s", errNotYet, r.Error)
				}
				return nil
			})
			card := s.awaitCard(prize)
			awaitWithin(t, servedWithin, "an entry", func() error {
				if r := s.press(s.people()[0], card, "|enter|"); !r.OK && f.entrants(prize) == 0 {
					return fmt.Errorf("%w: %s", errNotYet, r.Error)
				}
				return nil
			})
			f.bots[n].kill()
			died := time.Now()
			awaitWithin(t, servedWithin, "an answer", func() error {
				if r := s.act(world.Action{As: s.admin(), Kind: world.ActCommand, Channel: s.contests(), Text: "/giveaway list"}); !r.OK {
					return fmt.Errorf("%w: %s", errNotYet, r.Error)
				}
				return nil
			})
			answered := time.Since(died)
			awaitWithin(t, 20*time.Second+servedWithin-time.Since(died), "the end", func() error {
				if len(s.find(s.admin(), s.contests(), "Congratulations", prize)) == 0 {
					return errNotYet
				}
				return nil
			})
			t.Logf("%s: a command was answered %v after a death, a giveaway of 20s was drawn after %v",
				s.name, answered.Round(time.Millisecond), time.Since(died).Round(time.Millisecond))
			f.bots[n] = startProcess(t, sb, s.name, f.store, 0)
			time.Sleep(3 * time.Second) // until the work is shared again
		}
	})
}
