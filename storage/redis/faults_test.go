package redis_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
)

const home storage.Tenant = "discord:100"

// noon is when tests happen.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func command(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	return exec.Command(need(t), args...)
}

// entering is a change whose repetition would be seen in five places.
func entering(i int) storage.Change {
	key := fmt.Sprint(i)
	return storage.Change{
		Entries: []storage.EntryPut{{Set: "s", Key: key, At: noon, Expect: storage.ExpectAbsent}},
		Tallies: []storage.TallyAdd{{Set: "s", Name: "n", Delta: 1}},
		Jobs:    []storage.Job{{Key: key, Due: noon}},
		Effects: []storage.Effect{{Key: key, Lane: "l", Due: noon}},
		Log:     []storage.LogLine{{At: noon, Action: key}},
		Counts:  []storage.CounterAdd{{Name: "n", Hour: noon, Delta: 1}},
		Once:    &storage.Once{Key: key, For: time.Hour},
		Now:     noon,
	}
}

func fillOne(t testing.TB, s storage.Store) {
	t.Helper()
	if _, err := s.Commit(t.Context(), home, entering(0)); err != nil {
		t.Fatal(err)
	}
	entered(t, s, 1)
}

// entered checks that exactly the first n changes of entering are there, each
// whole and once.
func entered(t testing.TB, s storage.Store, n int) {
	t.Helper()
	ctx := t.Context()
	tally, err := s.Tally(ctx, home, "s")
	check(t, err)
	lines, err := s.Log(ctx, home, 0, n+10)
	check(t, err)
	counters, err := s.Counters(ctx, home, storage.CounterQuery{Name: "n", From: noon, To: noon.Add(time.Hour)})
	check(t, err)
	check(t, s.Free(ctx, nil))
	jobs, err := s.LeaseJobs(ctx, storage.Claim{Now: noon, For: time.Minute, Limit: n + 10})
	check(t, err)
	effects := 0
	for r, err := range s.Export(ctx, home) {
		check(t, err)
		if r.Effect != nil {
			effects++
		}
	}
	got := []int64{tally.Entries, tally.Numbers["n"], int64(len(lines)), counters[0].Value, int64(len(jobs)), int64(effects)}
	if want := slices.Repeat([]int64{int64(n)}, 6); !slices.Equal(got, want) {
		t.Fatalf("entries, tally, lines, counter, jobs and effects are %v, not all %d", got, n)
	}
}

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// proxy stands between a store and its server. An answer that is to be lost
// it waits for, and closes the connection instead of handing it over.
type proxy struct {
	l      net.Listener
	target string
	skip   atomic.Int64 // so many answers still pass
	cut    atomic.Int64 // then so many are lost
	lost   atomic.Int64
	wg     sync.WaitGroup
}

// lose loses one answer after skipping some.
func (p *proxy) lose(skip int64) {
	p.skip.Store(skip)
	p.cut.Store(1)
}

func startProxy(t testing.TB, target string) *proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	p := &proxy{l: l, target: target}
	p.wg.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			p.wg.Go(func() { p.serve(c) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); p.wg.Wait() })
	return p
}

func (p *proxy) serve(client net.Conn) {
	defer func() { _ = client.Close() }()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	p.wg.Go(func() {
		_, _ = io.Copy(server, client)
		_ = server.Close()
	})
	buf := make([]byte, 1<<20)
	for {
		n, err := server.Read(buf)
		if err != nil {
			return
		}
		if p.cut.Load() > 0 && p.skip.Add(-1) < 0 && p.cut.Add(-1) >= 0 {
			p.lost.Add(1)
			return
		}
		if _, err := client.Write(buf[:n]); err != nil {
			return
		}
	}
}

func TestACommitWhoseAnswerIsLostIsAppliedOnce(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	p := startProxy(t, server.addr())
	s := openURL(t, "redis://"+p.l.Addr().String())
	const n = 20
	for i := range n {
		p.cut.Store(int64(1 + i%2))
		r, err := s.Commit(t.Context(), home, entering(i))
		check(t, err)
		if !slices.Equal(r.Seqs, []int64{int64(i + 1)}) {
			t.Fatalf("commit %d has numbers %v", i, r.Seqs)
		}
	}
	if p.lost.Load() < n {
		t.Fatalf("only %d answers were lost", p.lost.Load())
	}
	entered(t, s, n)
}

func TestALostAnswerIsAskedForAgain(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	p := startProxy(t, server.addr())
	s := openURL(t, "redis://"+p.l.Addr().String())
	ctx := t.Context()
	// In the first round the server learns the scripts; then of each call
	// every answer is lost in turn.
	for round := range int64(4) {
		lose := func() {
			if round > 0 {
				p.lose(round - 1)
			}
		}
		for _, parts := range [][]int{{home.Partition()}, nil} {
			leaseInVain(t, s, parts, lose)
		}
		lose()
		first, err := s.First(ctx, home, storage.Once{Key: fmt.Sprint(round), For: time.Hour}, noon)
		check(t, err)
		if !first {
			t.Error("a key was seen before that was never seen")
		}
		lose()
		lease := fmt.Sprint("cron/", round)
		f, ok, err := s.Acquire(ctx, lease, "me", noon, time.Minute)
		check(t, err)
		again, _, err := s.Acquire(ctx, lease, "me", noon, time.Minute)
		check(t, err)
		if !ok || f != again {
			t.Errorf("the lease is %v, then %v", f, again)
		}
		lose()
		check(t, s.Import(ctx, "elsewhere", []storage.Record{{Doc: &storage.Doc{Kind: "game", ID: fmt.Sprint(round), Version: 3}}}))
		_, err = s.Commit(ctx, home, storage.Change{Entries: []storage.EntryPut{{Set: "s", Key: "k"}}})
		check(t, err)
		lose()
		check(t, s.DropSet(ctx, home, "s"))
	}
	if p.lost.Load() < 15 {
		t.Errorf("only %d answers were lost", p.lost.Load())
	}
}

// leaseInVain leases three jobs and effects in spite of a lost answer, and
// does them.
func leaseInVain(t *testing.T, s storage.Store, parts []int, lose func()) {
	t.Helper()
	ctx := t.Context()
	for i := range 3 {
		key := fmt.Sprint(i)
		_, err := s.Commit(ctx, home, storage.Change{
			Jobs: []storage.Job{{Key: key, Due: noon}}, Effects: []storage.Effect{{Key: key, Lane: key, Due: noon}},
		})
		check(t, err)
	}
	claim := storage.Claim{Partitions: parts, Now: noon, For: time.Minute, Limit: 10}
	lose()
	jobs, err := s.LeaseJobs(ctx, claim)
	check(t, err)
	lose()
	effects, err := s.LeaseEffects(ctx, claim)
	check(t, err)
	if len(jobs) != 3 || len(effects) != 3 {
		t.Fatalf("leased %v and %v", jobs, effects)
	}
	var c storage.Change
	for i := range 3 {
		if jobs[i].Attempts+effects[i].Attempts > 0 || !effects[i].Tried.IsZero() {
			t.Errorf("leased %v and %v", jobs[i], effects[i])
		}
		c.DoneJobs = append(c.DoneJobs, storage.Done{Key: jobs[i].Key, Token: jobs[i].Token})
		c.DoneEffects = append(c.DoneEffects, storage.Done{Key: effects[i].Key, Token: effects[i].Token})
	}
	lose()
	_, err = s.Commit(ctx, home, c)
	check(t, err)
}

// keepEntering commits changes one after the other until told to stop, and
// returns how many.
func keepEntering(t *testing.T, s storage.Store, stop <-chan struct{}) (*atomic.Int64, func() int) {
	t.Helper()
	var n atomic.Int64
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-stop:
				return
			default:
			}
			if _, err := s.Commit(context.WithoutCancel(t.Context()), home, entering(i)); err != nil {
				t.Errorf("commit %d: %v", i, err)
				return
			}
			n.Add(1)
		}
	})
	return &n, func() int { wg.Wait(); return int(n.Load()) }
}

func awaitMore(t *testing.T, n *atomic.Int64, more int64) {
	t.Helper()
	until := n.Load() + more
	deadline := time.Now().Add(30 * time.Second)
	for n.Load() < until {
		if t.Failed() || time.Now().After(deadline) {
			t.Fatal("commits came to a halt")
		}
		time.Sleep(time.Millisecond)
	}
}

func TestARestartOfRedisLosesNothingAndDoublesNothing(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]struct {
		sync string
		end  func(*server)
	}{
		"stopped, everysec": {"everysec", func(s *server) { s.stop(t) }},
		"killed, always":    {"always", func(s *server) { s.kill(t) }},
	} {
		t.Run(name, func(t *testing.T) {
			server := start(t, t.TempDir(), "--appendfsync", how.sync)
			s := openURL(t, server.url())
			stop := make(chan struct{})
			n, wait := keepEntering(t, s, stop)
			for range 3 {
				awaitMore(t, n, 50)
				how.end(server)
				server.launch(t)
			}
			awaitMore(t, n, 50)
			close(stop)
			entered(t, s, wait())
			t.Logf("%d commits over three restarts", n.Load())
		})
	}
}

func TestAServerThatStaysAwayIsNamedAndNothingIsHalfWritten(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	fillOne(t, s)
	server.stop(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if _, err := s.Commit(ctx, home, entering(1)); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the commit ended with %v", err)
	}
	s.SetPatience(2 * time.Second)
	began := time.Now()
	_, err := s.Commit(t.Context(), home, entering(1))
	if err == nil || !strings.Contains(err.Error(), "cannot be reached") {
		t.Errorf("the commit ended with %v", err)
	}
	t.Logf("after %v: %v", time.Since(began), err)
	server.launch(t)
	entered(t, s, 1)
}

func TestScriptsThatTheServerForgotAreSentAgain(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	c := server.client()
	defer func() { _ = c.Close() }()
	for i := range 3 {
		check(t, c.ScriptFlush(t.Context()).Err())
		_, err := s.Commit(t.Context(), home, entering(i))
		check(t, err)
		check(t, c.ScriptFlush(t.Context()).Err())
		_, err = s.Tenants(t.Context()) // many in one pipeline
		check(t, err)
	}
	entered(t, s, 3)
}

func TestAFullMemoryRefusesWholeCommits(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	fillOne(t, s)
	c := server.client()
	defer func() { _ = c.Close() }()
	check(t, c.ConfigSet(t.Context(), "maxmemory", "1mb").Err())
	if _, err := s.Commit(t.Context(), home, entering(1)); err == nil || !strings.Contains(err.Error(), "memory is full") {
		t.Errorf("the commit ended with %v", err)
	}
	check(t, c.ConfigSet(t.Context(), "maxmemory", "0").Err())
	entered(t, s, 1)
}

func TestANumberThatWouldOverflowRefusesTheWholeChange(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	const huge = int64(1) << 61
	add := func(d int64) error {
		_, err := s.Commit(t.Context(), home, storage.Change{
			Docs:    []storage.DocPut{{Kind: "game", ID: fmt.Sprint(d)}},
			Counts:  []storage.CounterAdd{{Name: "n", Hour: noon, Delta: d}},
			Tallies: []storage.TallyAdd{{Set: "s", Name: "n", Delta: d}},
		})
		return err
	}
	check(t, add(huge))
	if err := add(huge + 1); err == nil {
		t.Error("a number became larger than can be kept")
	}
	check(t, add(-huge))
	if _, err := s.Get(t.Context(), home, "game", fmt.Sprint(huge+1)); !errors.Is(err, storage.ErrNotFound) {
		t.Errorf("the refused change left something behind: %v", err)
	}
	tally, err := s.Tally(t.Context(), home, "s")
	check(t, err)
	if diff := cmp.Diff(map[string]int64{"n": 0}, tally.Numbers); diff != "" {
		t.Error(diff)
	}
}

func TestWhatADeadProcessDroppedIsFreedByTheNext(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	c := server.client()
	defer func() { _ = c.Close() }()
	ctx := t.Context()
	var change storage.Change
	for i := range 3000 {
		change.Entries = append(change.Entries, storage.EntryPut{Set: "s", Key: fmt.Sprint(i), Body: []byte(`1`)})
	}
	bodies := func() int { return len(c.Keys(ctx, "animo:*:body:*").Val()) }
	for range 2 {
		_, err := s.Commit(ctx, home, change)
		check(t, err)
		if bodies() != 31 {
			t.Fatalf("%d hashes hold the bodies", bodies())
		}
		check(t, s.DropSet(ctx, home, "s"))
		if bodies() != 0 {
			t.Fatalf("%d hashes are left of the dropped set", bodies())
		}
	}
	root := fmt.Sprintf("animo:{%d}:", home.Partition())
	check(t, c.ZAdd(ctx, root+"dropped", goredis.Z{Score: 3000, Member: "9"}).Err())
	check(t, c.HSet(ctx, root+"body:9:30", "3000", "1").Err())
	openURL(t, server.url())
	if n := bodies() + int(c.Exists(ctx, root+"dropped").Val()); n != 0 {
		t.Errorf("%d keys are left of what a dead process dropped", n)
	}
}

func TestTornDataIsFoundByTheCheck(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	c := server.client()
	defer func() { _ = c.Close() }()
	root := fmt.Sprintf("animo:{%d}:", home.Partition())
	for key, want := range map[string]string{
		"job:discord%3A100:0":      "the job discord%3A100:0 is due but not there",
		"effect:discord%3A100:0":   "the effect discord%3A100:0 is due but not there",
		"lane:discord%3A100:l":     "not the first of its lane",
		"set:discord%3A100:s":      "the set s of discord:100 is listed but not there",
		"doc:discord%3A100:game:a": "the document game a of discord:100 is listed but not there",
	} {
		flush(t, server)
		change := entering(0)
		change.Docs = []storage.DocPut{{Kind: "game", ID: "a"}}
		_, err := s.Commit(t.Context(), home, change)
		check(t, err)
		check(t, s.Check(t.Context()))
		if n := c.Del(t.Context(), root+key).Val(); n != 1 {
			t.Fatalf("there is no key %s", root+key)
		}
		finds(t, s, want)
	}
}

func TestWhatIsMostDueComesFirstFromWhicheverPartition(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	ctx := t.Context()
	tenants := []storage.Tenant{home, "discord:101", "discord:102", "discord:103"}
	due := func(i int) time.Time { return noon.Add(-time.Duration(i) * time.Minute) }
	for n, tenant := range tenants {
		var c storage.Change
		for i := range 40 { // home has the forty most overdue, and so on
			at := due(200 - 40*n - i)
			key := fmt.Sprint(at.Unix())
			c.Jobs = append(c.Jobs, storage.Job{Key: key, Due: at})
			c.Effects = append(c.Effects, storage.Effect{Key: key, Lane: key, Due: at, Priority: len(tenants) - n})
		}
		_, err := s.Commit(ctx, tenant, c)
		check(t, err)
	}
	claim := storage.Claim{Now: noon, For: time.Minute, Limit: 30}
	for round := range 3 {
		// The first leases run out before the second are asked for, so that
		// the same come again.
		claim.Now = noon.Add(time.Duration(round) * time.Minute)
		jobs, err := s.LeaseJobs(ctx, claim)
		check(t, err)
		effects, err := s.LeaseEffects(ctx, claim)
		check(t, err)
		if len(jobs) != 30 || len(effects) != 30 {
			t.Fatalf("leased %d jobs and %d effects", len(jobs), len(effects))
		}
		for i := range 30 {
			if jobs[i].Tenant != home || jobs[i].Attempts != round || !jobs[i].Due.Equal(due(200-i)) {
				t.Fatalf("round %d: job %d is %v", round, i, jobs[i])
			}
			if effects[i].Tenant != tenants[3] || effects[i].Attempts != round || !effects[i].Due.Equal(due(80-i)) {
				t.Fatalf("round %d: effect %d is %v", round, i, effects[i])
			}
		}
	}
	claim.Limit = 150
	jobs, err := s.LeaseJobs(ctx, claim)
	check(t, err)
	if len(jobs) != 130 || !slices.IsSortedFunc(jobs, func(a, b storage.Job) int { return a.Due.Compare(b.Due) }) {
		t.Fatalf("leased the %d others, sorted or not", len(jobs))
	}
}

func TestAChangeOfTooManyPartsIsRefused(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	_, err := s.Commit(t.Context(), home, storage.Change{Entries: slices.Repeat([]storage.EntryPut{{Set: "s", Key: "k"}}, 200_000)})
	if !errors.Is(err, storage.ErrTooLarge) {
		t.Errorf("the commit ended with %v", err)
	}
}

var failover = flag.Bool("failover", false, "also fail over a Sentinel pair and a Cluster, which takes half a minute")

func TestAFailoverIsOutwaited(t *testing.T) {
	t.Parallel()
	if !*failover {
		t.Skip("needs -failover")
	}
	master := startMaster(t)
	replica := start(t, t.TempDir(), "--replicaof", fmt.Sprint("127.0.0.1 ", master.port), atOnce, "0")
	replica.await(t, "replication", func(c *goredis.Client) error {
		info, err := c.Info(t.Context(), "replication").Result()
		if err == nil && !strings.Contains(info, "master_link_status:up") {
			return errors.New("not yet")
		}
		return err
	})
	sentinel := startSentinel(t, master)
	t.Cleanup(func() {
		if t.Failed() {
			t.Log(sentinel.said())
		}
	})
	sentinel.await(t, "the sentinel sees the replica", func(c *goredis.Client) error {
		list, err := c.Do(t.Context(), "SENTINEL", "replicas", "mymaster").Slice()
		if err == nil && len(list) != 1 {
			return errors.New("not yet")
		}
		return err
	})
	s := openURL(t, "redis+sentinel://"+sentinel.addr()+"/mymaster?wait=2s")
	servers := []*server{master, replica}
	stop := make(chan struct{})
	n, wait := keepEntering(t, s, stop)
	const failovers = 4
	for i := range failovers {
		awaitMore(t, n, 200)
		began := time.Now()
		down, up := servers[i%2], servers[1-i%2]
		loseReplica(t, down)
		time.Sleep(100 * time.Millisecond) // what it takes meanwhile dies with it
		down.kill(t)
		awaitMore(t, n, 1)
		t.Logf("failover %d: commits went on after %v", i+1, time.Since(began))
		down.args = []string{"--replicaof", fmt.Sprint("127.0.0.1 ", up.port), atOnce, "0"}
		down.launch(t)
		awaitReplica(t, down, sentinel)
		awaitCopied(t, up)
	}
	awaitMore(t, n, 200)
	close(stop)
	done := wait()
	t.Logf("%d commits over %d failovers, %d of them unconfirmed", done, failovers, s.Unconfirmed())
	entered(t, s, done)
}

// loseReplica breaks the line to the replica, which comes back in vain.
func loseReplica(t *testing.T, master *server) {
	t.Helper()
	c := master.client()
	defer func() { _ = c.Close() }()
	check(t, c.Do(t.Context(), "ACL", "SETUSER", "default", "-psync", "-sync").Err())
	check(t, c.Do(t.Context(), "CLIENT", "KILL", "TYPE", "replica").Err())
}

// awaitCopied waits until the replica has all that was committed without it.
func awaitCopied(t *testing.T, master *server) {
	t.Helper()
	master.await(t, "the replica has caught up", func(c *goredis.Client) error {
		pipe := c.Pipeline()
		pipe.Set(t.Context(), "touch", "", time.Second)
		n := pipe.Do(t.Context(), "WAIT", 1, 2000)
		if _, err := pipe.Exec(t.Context()); err != nil || n.Val() != int64(1) {
			return errors.Join(errors.New("not yet"), err)
		}
		return nil
	})
}

func awaitReplica(t *testing.T, s, sentinel *server) {
	t.Helper()
	s.await(t, "the old master follows the new one", func(c *goredis.Client) error {
		info, err := c.Info(context.Background(), "replication").Result()
		if err == nil && !(strings.Contains(info, "role:slave") && strings.Contains(info, "master_link_status:up")) {
			return errors.New("not yet")
		}
		return err
	})
	sentinel.await(t, "the sentinel sees the old master", func(c *goredis.Client) error {
		list, err := c.Do(context.Background(), "SENTINEL", "replicas", "mymaster").Slice()
		if err == nil && !strings.Contains(fmt.Sprint(list), " flags slave ") {
			return errors.New("not yet")
		}
		return err
	})
}
