package redis_test

import (
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
	"animo/storage/redis"
)

// atOnce begins to copy to a replica that comes without waiting for others.
const atOnce = "--repl-diskless-sync-delay"

func startMaster(t testing.TB) *server {
	t.Helper()
	return start(t, t.TempDir(), atOnce, "0")
}

// startReplica starts a server that follows a master, and waits until it does.
// It keeps no file: a server that begins one after a copy refuses to end.
func startReplica(t testing.TB, master *server) *server {
	t.Helper()
	r := start(t, t.TempDir(), "--replicaof", fmt.Sprint("127.0.0.1 ", master.port), "--appendonly", "no")
	awaitFollowed(t, master)
	return r
}

func awaitFollowed(t testing.TB, master *server) {
	t.Helper()
	master.await(t, "a replica", func(c *goredis.Client) error {
		info, err := c.Info(t.Context(), "replication").Result()
		if err == nil && !strings.Contains(info, "state=online") {
			return errors.New("not yet")
		}
		return err
	})
}

// pause stops a server for a while, as a machine does that is too busy.
func (s *server) pause(t testing.TB) (resume func()) {
	t.Helper()
	check(t, s.cmd.Process.Signal(syscall.SIGSTOP))
	resume = func() { check(t, s.cmd.Process.Signal(syscall.SIGCONT)) }
	t.Cleanup(func() { _ = s.cmd.Process.Signal(syscall.SIGCONT) })
	return resume
}

// A commit returns once the replica has it: where it is late, so is the commit.
func TestACommitWaitsForAReplica(t *testing.T) {
	t.Parallel()
	master := startMaster(t)
	replica := startReplica(t, master)
	s := openURL(t, master.url()+"?wait=2s")
	fillOne(t, s)
	resume := replica.pause(t)
	const late = 300 * time.Millisecond
	time.AfterFunc(late, resume)
	began := time.Now()
	_, err := s.Commit(t.Context(), home, entering(1))
	check(t, err)
	if took := time.Since(began); took < late {
		t.Errorf("the commit took %v while the replica was away for %v", took, late)
	}
	if n := s.Unconfirmed(); n != 0 {
		t.Errorf("%d commits are unconfirmed", n)
	}
}

// Whoever leases an effect acts on it: a lease that is lost would let another
// act again.
func TestALeaseWaitsForAReplica(t *testing.T) {
	t.Parallel()
	master := startMaster(t)
	replica := startReplica(t, master)
	s := openURL(t, master.url()+"?wait=2s")
	fillOne(t, s)
	const late = 300 * time.Millisecond
	for name, do := range map[string]func() error{
		"partition": func() error { _, _, err := s.Acquire(t.Context(), "partition/1", "me", noon, time.Minute); return err },
		"effects": func() error {
			_, err := s.LeaseEffects(t.Context(), storage.Claim{Now: noon, For: time.Minute, Limit: 10})
			return err
		},
	} {
		resume := replica.pause(t)
		time.AfterFunc(late, resume)
		began := time.Now()
		check(t, do())
		if took := time.Since(began); took < late {
			t.Errorf("leasing the %s took %v while the replica was away for %v", name, took, late)
		}
	}
}

// counting is a log that counts its warnings.
type counting struct{ warnings atomic.Int64 }

func (c *counting) Write(b []byte) (int, error) {
	if strings.Contains(string(b), "no replica confirmed a commit") {
		c.warnings.Add(1)
	}
	return len(b), nil
}

// A replica that stays away holds nobody up for long, and is said to once.
func TestAReplicaThatStaysAwayHoldsNothingUp(t *testing.T) {
	t.Parallel()
	master := startMaster(t)
	replica := startReplica(t, master)
	s := openURL(t, master.url()+"?wait=100ms")
	log := &counting{}
	s.LogTo(slog.New(slog.NewTextHandler(log, nil)))
	fillOne(t, s)
	resume := replica.pause(t)
	began := time.Now()
	n := 1
	for ; time.Since(began) < 5*time.Second; n++ {
		_, err := s.Commit(t.Context(), home, entering(n))
		check(t, err)
	}
	if n < 1000 {
		t.Errorf("only %d commits in 5s", n)
	}
	if s.Unconfirmed() == 0 || log.warnings.Load() != 1 {
		t.Errorf("%d commits are unconfirmed, and %d lines say so", s.Unconfirmed(), log.warnings.Load())
	}
	t.Logf("%d commits in 5s, %d of them waited in vain, %d warnings", n, s.Unconfirmed(), log.warnings.Load())
	resume()
	awaitFollowed(t, master)
	entered(t, s, n)
}

func TestASingleServerIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	for i := range 20 {
		_, err := s.Commit(t.Context(), home, entering(i))
		check(t, err)
	}
	c := server.client()
	defer func() { _ = c.Close() }()
	info, err := c.Info(t.Context(), "commandstats").Result()
	check(t, err)
	if strings.Contains(info, "cmdstat_wait:") || s.Unconfirmed() != 0 {
		t.Error("replicas are waited for where there are none")
	}
}

// A user who may not wait commits all the same.
func TestAUserWhoMayNotWaitCommits(t *testing.T) {
	t.Parallel()
	master := startMaster(t)
	startReplica(t, master)
	master.grant(t, "animo", "~animo:*", "+@all", "-@dangerous", "+info", "-wait")
	s := openURL(t, "redis://animo:"+inAddress(secret)+"@"+master.addr())
	fillOne(t, s)
	if s.Unconfirmed() == 0 {
		t.Error("nothing counts as unconfirmed")
	}
}

// A master of a cluster is killed at any instant, and its replica takes over
// with all that was told to be committed.
func TestAReplicaOfAClusterTakesOver(t *testing.T) {
	t.Parallel()
	if !*failover {
		t.Skip("needs -failover")
	}
	nodes := startCluster(t)
	slot := slotOf(t, nodes[0])
	owner := nodes[min(slot*3/16384, 2)]
	id := ""
	owner.await(t, "the master's id", func(c *goredis.Client) error {
		var err error
		id, err = c.Do(t.Context(), "CLUSTER", "MYID").Text()
		return err
	})
	replica := start(t, t.TempDir(), "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(freePort(t)),
		"--cluster-node-timeout", "2000", "--appendonly", "no")
	replica.await(t, "the replica joins", func(c *goredis.Client) error {
		if err := c.Do(t.Context(), "CLUSTER", "MEET", "127.0.0.1", owner.port, owner.clusterPort()).Err(); err != nil {
			return err
		}
		return c.ClusterReplicate(t.Context(), id).Err()
	})
	awaitFollowed(t, owner)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(replica.said())
		}
	})
	for _, node := range nodes {
		node.await(t, "the replica is known to all", func(c *goredis.Client) error {
			all, err := c.ClusterNodes(t.Context()).Result()
			if err == nil && !strings.Contains(all, " slave "+id) {
				return errors.New("not yet")
			}
			return err
		})
	}
	s := openURL(t, clusterURL(nodes))
	stop := make(chan struct{})
	n, wait := keepEntering(t, s, stop)
	awaitMore(t, n, 200)
	began := time.Now()
	owner.kill(t)
	awaitMore(t, n, 200)
	t.Logf("commits went on within %v", time.Since(began))
	close(stop)
	entered(t, s, wait())
}

var _ interface{ Unconfirmed() uint64 } = (*redis.Store)(nil)
