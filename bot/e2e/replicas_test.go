package e2e

import (
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
)

var replicasFor = flag.Duration("replicas", 0,
	"how long replicas are tormented, on each platform over each kind of Redis; 0 means half a minute, each platform over another kind")

const (
	replicaCount = 3
	shardCount   = 3
	// servedWithin is how long after a death what the dead replica had may be
	// left alone.
	servedWithin = 15 * time.Second
)

// Three replicas share one Redis while giveaways end all the time. One after
// the other is killed, or paused for longer than its leases last; Redis itself
// is killed and started again, or fails over at any instant. Each giveaway ends
// once, with one announcement, and whoever was told that they are in takes part
// in the draw. On Discord the replicas share three shards with guilds on each.
func TestReplicasEndEachGiveawayOnce(t *testing.T) {
	if *replicasFor == 0 {
		torment(t, "discord", "a sentinel pair", 30*time.Second)
		torment(t, "slack", "a single server", 30*time.Second)
		return
	}
	for kind := range keepers() {
		t.Run("over "+kind, func(t *testing.T) {
			torment(t, "discord", kind, *replicasFor)
			torment(t, "slack", kind, *replicasFor)
		})
	}
}

func torment(t *testing.T, platform, kind string, d time.Duration) {
	t.Run(platform+" over "+kind, func(t *testing.T) {
		t.Parallel()
		sb := newSandbox(t, chat.English, func(o *sandbox.Options) { o.Shards, o.Concurrency = shardCount, shardCount })
		s := sides(t, sb)[platform]
		redis := keepers()[kind](t)
		f := &fleet{t: t, sb: sb, s: s, store: redis.url(), places: s.places(sb, shardCount)}
		for range replicaCount {
			f.bots = append(f.bots, startProcess(t, sb, s.name, f.store, 0))
		}
		f.awaitShards(shardCount)
		ctx, stop := context.WithTimeout(t.Context(), d)
		defer stop()
		var playing sync.WaitGroup
		playing.Go(func() { f.play(ctx) })
		f.torment(ctx, redis)
		playing.Wait()
		f.count(redis)
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

// place is where giveaways are held: a channel, and who is there.
type place struct {
	channel string
	people  []string
}

// places are enough guilds that each shard has one; on Slack the workspace.
func (s *side) places(sb *sandbox.Sandbox, shards uint64) []place {
	all := []place{{s.contests(), s.people()[:3]}}
	if s.name == "slack" {
		return all
	}
	shardOf := func(guild string) uint64 {
		id, err := strconv.ParseUint(guild, 10, 64)
		if err != nil {
			s.t.Fatal(err)
		}
		return id >> 22 % shards // docs: events/gateway#sharding
	}
	have := map[uint64]bool{shardOf(sb.Discord.GuildID()): true}
	await(s.t, "a guild on each shard", func() error {
		guild, channel := sb.Discord.AddGuild("Elsewhere")
		if n := shardOf(guild); !have[n] {
			have[n] = true
			all = append(all, place{channel, sb.Discord.AddPeople(guild, 3)})
		}
		if len(have) < int(shards) {
			return errNotYet
		}
		return nil
	})
	return all
}

// held is a giveaway that was started.
type held struct {
	place
	prize string
}

type fleet struct {
	t             *testing.T
	sb            *sandbox.Sandbox
	s             *side
	store         string
	bots          []*process
	places        []place
	order         []held
	kills, pauses int
}

// awaitShards waits until each shard has a connection; on Slack any bot has.
func (f *fleet) awaitShards(n int) {
	f.t.Helper()
	if f.s.name == "slack" {
		f.s.connected()
		return
	}
	awaitWithin(f.t, time.Minute, "all shards", func() error {
		if there := len(f.sb.Discord.Shards()); there < n {
			return fmt.Errorf("%w: %d", errNotYet, there)
		}
		return nil
	})
}

// play starts one giveaway after the other, as people do: what does not answer
// is tried again, and what answers is believed.
func (f *fleet) play(ctx context.Context) {
	for n := 0; ctx.Err() == nil; n++ {
		g := held{f.places[n%len(f.places)], fmt.Sprintf("Prize-%04d", n)}
		line := fmt.Sprintf(`/giveaway start duration:10s prize:%q winners:1`, g.prize)
		f.s.act(world.Action{As: f.s.admin(), Kind: world.ActCommand, Channel: g.channel, Text: line})
		card, ok := f.s.cardWithin(g.channel, g.prize, 3*time.Second)
		if !ok {
			continue // nobody was there to start it, or its card is still to come
		}
		f.order = append(f.order, g)
		for _, who := range g.people {
			f.s.press(who, card, "|enter|")
		}
		wait(ctx, time.Second) // each giveaway has two messages and a platform takes about one a second
	}
}

// cardWithin waits a while for the card of a prize.
func (s *side) cardWithin(channel, prize string, d time.Duration) (world.Message, bool) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		for _, m := range s.find(s.admin(), channel, prize) {
			for _, c := range controls(m) {
				if !m.Private && strings.HasPrefix(c, "giveaway|enter|") {
					return m, true
				}
			}
		}
	}
	return world.Message{}, false
}

// torment kills and pauses replicas, and strikes Redis, until ctx ends; then
// all are there again.
func (f *fleet) torment(ctx context.Context, redis keeper) {
	for n := 0; ; n++ {
		victim := rand.IntN(len(f.bots))
		switch n % 3 {
		case 0:
			f.bots[victim].kill()
			f.kills++
			wait(ctx, 3*time.Second)
			f.bots[victim] = startProcess(f.t, f.sb, f.s.name, f.store, 0)
		case 1: // what it held is another's when it wakes up, and Redis another too
			p := f.bots[victim].cmd.Process
			p.Signal(syscall.SIGSTOP)
			f.pauses++
			until := time.Now().Add(servedWithin)
			wait(ctx, time.Second)
			redis.strike(ctx)
			wait(ctx, time.Until(until))
			p.Signal(syscall.SIGCONT)
		case 2:
			redis.strike(ctx)
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
func (f *fleet) count(redis keeper) {
	f.t.Helper()
	announced := func(g held) []world.Message {
		return f.s.find(f.s.admin(), g.channel, "Congratulations", g.prize)
	}
	began := time.Now()
	missing := func() (out []string) {
		for _, g := range f.order {
			if len(announced(g)) == 0 && f.entrants(g) > 0 || len(f.s.direct(f.s.admin(), "Your giveaway", g.prize)) == 0 {
				out = append(out, g.prize)
			}
		}
		return out
	}
	for len(missing()) > 0 && time.Since(began) < 90*time.Second {
		time.Sleep(500 * time.Millisecond)
	}
	time.Sleep(2 * time.Second) // for what would be said twice
	entries := 0
	for _, g := range f.order {
		told := f.entrants(g)
		entries += told
		if n := len(announced(g)); n > 1 || n == 0 && told > 0 {
			f.t.Errorf("%s: %d announcements", g.prize, n)
		}
		host := f.s.direct(f.s.admin(), "Your giveaway", g.prize)
		if len(host) != 1 {
			f.t.Errorf("%s: the host was told %d times", g.prize, len(host))
			continue
		}
		if told > 0 && !f.draws(text(host[0]), told) {
			f.t.Errorf("%s: %d were told that they are in, and yet: %s", g.prize, told, text(host[0]))
		}
	}
	if len(f.order) < 5 || entries == 0 {
		f.t.Errorf("%d giveaways with %d entries show nothing", len(f.order), entries)
	}
	f.t.Logf("%s: %d giveaways in %d places, %d entries acknowledged, %d kills, %d pauses, %s; the last was announced %v after the end",
		f.s.name, len(f.order), len(f.places), entries, f.kills, f.pauses, redis.struck(), time.Since(began).Round(time.Millisecond))
}

// entrants is how many were told that they are in.
func (f *fleet) entrants(g held) (n int) {
	for _, who := range g.people {
		for _, m := range f.s.find(who, g.channel, "You are in for", g.prize) {
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
		home := place{s.contests(), s.people()[:3]}
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
				if r := s.press(s.people()[0], card, "|enter|"); !r.OK && f.entrants(held{home, prize}) == 0 {
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
	t.Run("three shards", shardsMove)
}
