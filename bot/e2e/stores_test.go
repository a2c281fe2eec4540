package e2e

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// keeper is the Redis under replicas, of one kind, and what befalls it.
type keeper interface {
	url() string
	// strike kills a master, and returns when all is as before.
	strike(ctx context.Context)
	// struck says what befell.
	struck() string
}

// keepers are the kinds of Redis that replicas may share.
func keepers() map[string]func(*testing.T) keeper {
	return map[string]func(*testing.T) keeper{
		"a single server": func(t *testing.T) keeper { return &alone{redisServer: startRedis(t)} },
		"a sentinel pair": func(t *testing.T) keeper { return startPair(t) },
		"a cluster":       func(t *testing.T) keeper { return startCluster(t) },
	}
}

// alone is a single server that is killed and started again.
type alone struct {
	*redisServer
	restarts int
}

func (a *alone) strike(ctx context.Context) {
	a.stop()
	a.restarts++
	wait(ctx, time.Second)
	a.start()
}

func (a *alone) struck() string { return fmt.Sprintf("%d restarts of Redis", a.restarts) }

// pair is a master with its replica, and a sentinel.
type pair struct {
	t        *testing.T
	nodes    [2]*redisServer
	sentinel *redisServer
	master   int // of the nodes
	moves    int
	longest  time.Duration // from a kill until the other was the master
}

// syncNow copies to a replica at once, and not after others could have come.
func syncNow() []string { return []string{"--repl-diskless-sync-delay", "0"} }

func startPair(t *testing.T) *pair {
	t.Helper()
	p := &pair{t: t}
	p.nodes[0] = startRedis(t, syncNow()...)
	p.nodes[1] = startRedis(t, append(syncNow(), p.follow(0)...)...)
	p.awaitCopied()
	p.sentinel = startSentinel(t, p.nodes[0].port)
	t.Cleanup(func() {
		if t.Failed() {
			t.Logf("the sentinel's log:\n%s", p.sentinel.out)
		}
	})
	p.awaitSeen()
	return p
}

func (p *pair) url() string {
	return fmt.Sprintf("redis+sentinel://127.0.0.1:%d/mymaster?wait=2s", p.sentinel.port)
}

func (p *pair) follow(master int) []string {
	return []string{"--replicaof", fmt.Sprint("127.0.0.1 ", p.nodes[master].port)}
}

// apart is for how long a master and its replica have lost each other when the
// master dies; the bot waits longer for a replica to confirm.
const apart = time.Second

// strike kills the master at any instant, a moment after its line to the
// replica broke: what it took in that moment dies with it. The other is
// promoted, and the first comes back as its replica.
func (p *pair) strike(ctx context.Context) {
	down, up := p.nodes[p.master], p.nodes[1-p.master]
	down.loseReplica()
	wait(ctx, apart)
	down.stop()
	p.moves++
	died := time.Now()
	p.awaitPromoted(up)
	p.longest = max(p.longest, time.Since(died))
	p.master = 1 - p.master
	down.start(append(syncNow(), p.follow(p.master)...)...)
	p.awaitCopied()
	p.awaitSeen()
}

// loseReplica breaks the line to the replica, which comes back in vain.
func (s *redisServer) loseReplica() {
	s.t.Helper()
	c := s.client()
	defer c.Close()
	for _, do := range [][]any{{"ACL", "SETUSER", "default", "-psync", "-sync"}, {"CLIENT", "KILL", "TYPE", "replica"}} {
		if err := c.Do(context.Background(), do...).Err(); err != nil {
			s.t.Fatal(err)
		}
	}
}

func (p *pair) struck() string {
	return fmt.Sprintf("%d failovers, the longest in %v", p.moves, p.longest.Round(time.Millisecond))
}

// awaitPromoted waits until the sentinel sends clients to a node. One that came
// back earlier would be taken for the master still.
func (p *pair) awaitPromoted(n *redisServer) {
	p.t.Helper()
	c := p.sentinel.client()
	defer c.Close()
	awaitWithin(p.t, 30*time.Second, "the other to be promoted", func() error {
		addr, err := c.Do(context.Background(), "SENTINEL", "get-master-addr-by-name", "mymaster").StringSlice()
		if err != nil || len(addr) != 2 || addr[1] != strconv.Itoa(n.port) {
			return errors.Join(errNotYet, err)
		}
		return nil
	})
}

// awaitCopied waits until the replica has all that was committed without it.
func (p *pair) awaitCopied() {
	p.t.Helper()
	c := p.nodes[p.master].client()
	defer c.Close()
	awaitWithin(p.t, 30*time.Second, "the replica to catch up", func() error {
		pipe := c.Pipeline()
		pipe.Set(context.Background(), "touch", "", time.Second)
		n := pipe.Do(context.Background(), "WAIT", 1, 2000)
		if _, err := pipe.Exec(context.Background()); err != nil || n.Val() != int64(1) {
			return errors.Join(errNotYet, err)
		}
		return nil
	})
}

// awaitSeen waits until the sentinel could promote the replica.
func (p *pair) awaitSeen() {
	p.t.Helper()
	c := p.sentinel.client()
	defer c.Close()
	awaitWithin(p.t, 30*time.Second, "the sentinel to see the replica", func() error {
		list, err := c.Do(context.Background(), "SENTINEL", "replicas", "mymaster").Slice()
		if err != nil || !strings.Contains(fmt.Sprint(list), " flags slave ") {
			return errors.Join(errNotYet, err)
		}
		return nil
	})
}

// startSentinel runs a sentinel that fails over after two seconds.
func startSentinel(t *testing.T, master int) *redisServer {
	t.Helper()
	s := &redisServer{t: t, port: freePort(t)}
	conf := filepath.Join(t.TempDir(), "sentinel.conf")
	text := fmt.Sprintf(`port %d
bind 127.0.0.1
dir %s
sentinel monitor mymaster 127.0.0.1 %d 1
sentinel down-after-milliseconds mymaster 2000
sentinel failover-timeout mymaster 5000
`, s.port, filepath.Dir(conf), master)
	if err := os.WriteFile(conf, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s.args = []string{conf, "--sentinel"}
	s.start()
	t.Cleanup(s.stop)
	return s
}

// cluster is three masters, one of which is killed and started again.
type cluster struct {
	nodes    []*redisServer
	restarts int
}

const slots = 16384

func startCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{}
	buses := make([]int, 3)
	for i := range buses {
		buses[i] = freePort(t)
		c.nodes = append(c.nodes, startRedis(t, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(buses[i]), "--cluster-node-timeout", "4000"))
	}
	for i, n := range c.nodes {
		client := n.client()
		defer client.Close()
		if err := client.ClusterAddSlotsRange(t.Context(), i*slots/3, (i+1)*slots/3-1).Err(); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			continue
		}
		if err := client.Do(t.Context(), "CLUSTER", "MEET", "127.0.0.1", c.nodes[0].port, buses[0]).Err(); err != nil {
			t.Fatal(err)
		}
	}
	c.awaitWhole(t)
	return c
}

func (c *cluster) awaitWhole(t *testing.T) {
	t.Helper()
	for _, n := range c.nodes {
		client := n.client()
		defer client.Close()
		await(t, "the cluster", func() error {
			info, err := client.ClusterInfo(context.Background()).Result()
			if err != nil || !strings.Contains(info, "cluster_state:ok") || !strings.Contains(info, "cluster_known_nodes:3") {
				return errors.Join(errNotYet, err)
			}
			return nil
		})
	}
}

func (c *cluster) url() string {
	var hosts []string
	for _, n := range c.nodes {
		hosts = append(hosts, net.JoinHostPort("127.0.0.1", strconv.Itoa(n.port)))
	}
	return "redis+cluster://" + strings.Join(hosts, ",")
}

func (c *cluster) strike(ctx context.Context) {
	n := c.nodes[rand.IntN(len(c.nodes))]
	n.stop()
	c.restarts++
	wait(ctx, time.Second)
	n.start()
	c.awaitWhole(n.t)
}

func (c *cluster) struck() string { return fmt.Sprintf("%d restarts of a master", c.restarts) }

// client is a bare one, for what tests do behind the bot's back.
func (s *redisServer) client() *goredis.Client {
	return goredis.NewClient(&goredis.Options{Addr: fmt.Sprintf("127.0.0.1:%d", s.port), Protocol: 2, MaxRetries: -1, DialerRetries: 1})
}
