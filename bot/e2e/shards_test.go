package e2e

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/bot/chat"
	"animo/bot/sandbox"
	"animo/storage"
)

// shardsMove has three replicas share three shards, of which two have no guild.
// Who holds a shard is killed, or stops, and each time all shards and partitions
// are another's within fifteen seconds; no shard is ever connected twice.
func shardsMove(t *testing.T) {
	t.Parallel()
	sb := newSandbox(t, chat.English, func(o *sandbox.Options) { o.Shards = shardCount })
	redis := startRedis(t)
	f := &fleet{t: t, sb: sb, s: sides(t, sb)["discord"], store: redis.url()}
	for range replicaCount {
		f.bots = append(f.bots, startProcess(t, sb, "discord", f.store, 0))
	}
	f.awaitShards(shardCount)
	l := &leases{c: redis.client()}
	defer l.c.Close()
	ctx, stop := context.WithCancel(t.Context())
	var watching sync.WaitGroup
	watching.Go(func() { watchShards(ctx, t, sb) })
	defer watching.Wait()
	defer stop()
	for shard, how := range []string{"killed", "killed", "stopped"} {
		f.awaitHeld(l)
		f.move(l, shard, how)
	}
}

// watchShards fails the test when a shard has two connections.
func watchShards(ctx context.Context, t *testing.T, sb *sandbox.Sandbox) {
	for ctx.Err() == nil {
		for shard, n := range sb.Discord.Shards() {
			if n > 1 || shard[1] != shardCount {
				t.Errorf("shard %v has %d connections", shard, n)
				return
			}
		}
		wait(ctx, 5*time.Millisecond)
	}
}

// move ends the holder of a shard and measures until what it had is served.
func (f *fleet) move(l *leases, shard int, how string) {
	f.t.Helper()
	n := slices.IndexFunc(f.bots, func(p *process) bool { return p.owns(l.owners(f.t)[shardLease(shard)]) })
	if n < 0 {
		f.t.Fatalf("nobody holds shard %d", shard)
	}
	had := map[string]bool{}
	for lease, owner := range l.owners(f.t) {
		had[lease] = f.bots[n].owns(owner)
	}
	signal := map[string]syscall.Signal{"killed": syscall.SIGKILL, "stopped": syscall.SIGTERM}[how]
	f.bots[n].cmd.Process.Signal(signal)
	ended := time.Now()
	var shards, partitions time.Duration
	awaitWithin(f.t, 2*servedWithin, "what it had to be another's", func() error {
		if shards == 0 && len(f.sb.Discord.Shards()) == shardCount && f.others(l, n, "discord/") {
			shards = time.Since(ended)
		}
		if partitions == 0 && f.others(l, n, "partition/") {
			partitions = time.Since(ended)
		}
		if shards == 0 || partitions == 0 {
			return errNotYet
		}
		return nil
	})
	if worst := max(shards, partitions); worst > servedWithin {
		f.t.Errorf("what a replica had that %s was served after %v", how, worst)
	}
	f.t.Logf("the holder of shard %d %s: its shards were served after %v, its %d leases after %v",
		shard, how, shards.Round(time.Millisecond), count(had), partitions.Round(time.Millisecond))
	f.bots[n].kill()
	f.bots[n] = startProcess(f.t, f.sb, f.s.name, f.store, 0)
}

func count(set map[string]bool) (n int) {
	for _, is := range set {
		if is {
			n++
		}
	}
	return n
}

// others says whether all leases of a kind are those of other replicas.
func (f *fleet) others(l *leases, n int, kind string) bool {
	alive := slices.Delete(slices.Clone(f.bots), n, n+1)
	for lease, owner := range l.owners(f.t) {
		if strings.HasPrefix(lease, kind) && !slices.ContainsFunc(alive, func(p *process) bool { return p.owns(owner) }) {
			return false
		}
	}
	return true
}

// awaitHeld waits until every replica takes part: each holds partitions, and
// each shard is somebody's and connected.
func (f *fleet) awaitHeld(l *leases) {
	f.t.Helper()
	awaitWithin(f.t, time.Minute, "the work to be shared", func() error {
		shares := make([]int, len(f.bots))
		for lease, owner := range l.owners(f.t) {
			n := slices.IndexFunc(f.bots, func(p *process) bool { return p.owns(owner) })
			if n < 0 {
				return fmt.Errorf("%w: %s is %q's", errNotYet, lease, owner)
			}
			shares[n]++
		}
		if slices.Min(shares) < storage.Partitions/replicaCount/2 || len(f.sb.Discord.Shards()) < shardCount {
			return fmt.Errorf("%w: shares of %v", errNotYet, shares)
		}
		return nil
	})
}

func shardLease(n int) string { return fmt.Sprintf("discord/shard/%d/%d", n, shardCount) }

// owns says whether an owner of leases is this process.
func (p *process) owns(owner string) bool {
	host, err := os.Hostname()
	return err == nil && strings.HasPrefix(owner, fmt.Sprintf("%s-%d-", host, p.cmd.Process.Pid))
}

// leases reads behind the bot's back who holds what (see the keys of
// storage/redis).
type leases struct{ c *goredis.Client }

func (l *leases) owners(t *testing.T) map[string]string {
	t.Helper()
	keys := map[string]string{}
	for n := range storage.Partitions {
		lease := storage.PartitionLease(n)
		keys[lease] = fmt.Sprintf("animo:{%d}:lease:%s", n, lease)
	}
	for n := range shardCount {
		keys[shardLease(n)] = "animo:{leases}:lease:" + shardLease(n)
	}
	pipe := l.c.Pipeline()
	found := map[string]*goredis.StringCmd{}
	for lease, key := range keys {
		found[lease] = pipe.HGet(context.Background(), key, "o")
	}
	_, _ = pipe.Exec(context.Background()) // what is not there yet is nobody's
	out := map[string]string{}
	for lease, c := range found {
		out[lease] = c.Val()
	}
	return out
}
