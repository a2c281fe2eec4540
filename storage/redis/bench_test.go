package redis_test

import (
	"fmt"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
	"animo/storage/redis"
)

// member spreads ids as Discord's are spread over time.
func member(n int64) string {
	return fmt.Sprintf("discord:%d", 100_000_000_000_000_000+n*7_368_787%1_000_000_007*800_000)
}

// community spreads work over partitions.
func community(n int64) storage.Tenant {
	return storage.Tenant(fmt.Sprint("discord:", 100_000_000_000_000_000+n%1000))
}

// measure calls alone, and 64 at once.
func measure(b *testing.B, name string, call func(n int64)) {
	var n atomic.Int64
	for _, crowd := range []int{1, 64} {
		b.Run(fmt.Sprintf("%s, %d at once", name, crowd), func(b *testing.B) {
			defer func() { b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "/s") }()
			if crowd == 1 {
				for b.Loop() {
					call(n.Add(1))
				}
				return
			}
			b.SetParallelism(max(1, crowd/runtime.GOMAXPROCS(0)))
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					call(n.Add(1))
				}
			})
		})
	}
}

// BenchmarkCommit commits an entry under a check, a redraw and a job, beside
// one bare SET on the same server.
func BenchmarkCommit(b *testing.B) {
	server := start(b, b.TempDir(), "--auto-aof-rewrite-percentage", "0")
	s, bare := openURL(b, server.url()), server.client()
	defer func() { _ = bare.Close() }()
	for n := range int64(1000) {
		_, err := s.Commit(b.Context(), community(n), storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: "g", Body: []byte(`{}`)}}})
		check(b, err)
	}
	measure(b, "bare SET", func(n int64) {
		if err := bare.Set(b.Context(), member(n), n, 0).Err(); err != nil {
			b.Error(err)
		}
	})
	measure(b, "commit", func(n int64) {
		_, err := s.Commit(b.Context(), community(n), storage.Change{
			Checks:  []storage.DocCheck{{Kind: "game", ID: "g", Version: 1}},
			Entries: []storage.EntryPut{{Set: "g", Key: member(n), At: noon, Expect: storage.ExpectAbsent}},
			Effects: []storage.Effect{{Key: "redraw", Lane: "discord:200", Due: noon, Body: []byte(`{"card":"g"}`)}},
			Jobs:    []storage.Job{{Key: "end", Kind: "end", Due: noon, Body: []byte(`{"game":"g"}`)}},
			Now:     noon,
		})
		if err != nil {
			b.Error(err)
		}
	})
}

// BenchmarkConfirmedCommit commits an entry on a master with a replica, with
// and without waiting until the replica has it.
func BenchmarkConfirmedCommit(b *testing.B) {
	master := start(b, b.TempDir(), "--auto-aof-rewrite-percentage", "0", atOnce, "0")
	startReplica(b, master)
	for _, how := range []string{"wait=0", "wait=500ms"} {
		s := openURL(b, master.url()+"?"+how)
		measure(b, how, func(n int64) {
			_, err := s.Commit(b.Context(), community(n), storage.Change{
				Entries: []storage.EntryPut{{Set: how, Key: member(n), At: noon}}, Now: noon,
			})
			if err != nil {
				b.Error(err)
			}
		})
		b.Logf("%s: %d unconfirmed", how, s.Unconfirmed())
	}
}

// BenchmarkCounters adds to a thousand counters at a time, beside a bare
// pipeline of a thousand HINCRBY.
func BenchmarkCounters(b *testing.B) {
	const counters = 1000
	server := start(b, b.TempDir(), "--auto-aof-rewrite-percentage", "0")
	s, bare := openURL(b, server.url()), server.client()
	defer func() { _ = bare.Close() }()
	perSecond := func(b *testing.B) { b.ReportMetric(counters*float64(b.N)/b.Elapsed().Seconds(), "counters/s") }
	b.Run("bare pipeline", func(b *testing.B) {
		for b.Loop() {
			pipe := bare.Pipeline()
			for i := range int64(counters) {
				pipe.HIncrBy(b.Context(), fmt.Sprint("h", i/50), strconv.FormatInt(i, 10), 1)
			}
			_, err := pipe.Exec(b.Context())
			check(b, err)
		}
		perSecond(b)
	})
	b.Run("commit", func(b *testing.B) {
		n := 0
		for b.Loop() {
			c := storage.Change{Loose: true}
			for i := range counters {
				at := noon.Add(time.Duration(n/100) * time.Hour)
				c.Counts = append(c.Counts, storage.CounterAdd{Name: fmt.Sprint("n", i/50), Key: fmt.Sprint("channel", i%50), Hour: at, Delta: 1})
			}
			n++
			_, err := s.Commit(b.Context(), community(int64(n)), c)
			check(b, err)
		}
		perSecond(b)
	})
}

// BenchmarkLease leases a hundred jobs and marks them done and put again,
// while many others wait, beside ZRANGE and a bare pipeline of ZREM and ZADD.
func BenchmarkLease(b *testing.B) {
	for _, waiting := range []int{1000, 10_000, 100_000, 1_000_000} {
		b.Run(fmt.Sprint("among ", waiting), func(b *testing.B) {
			server := start(b, b.TempDir(), "--appendfsync", "no", "--auto-aof-rewrite-percentage", "0")
			s, bare := openURL(b, server.url()), server.client()
			defer func() { _ = bare.Close() }()
			before := memory(b, bare)
			crowd(b, s, waiting)
			forget(b, bare)
			used := memory(b, bare) - before
			for name, parts := range map[string][]int{"all partitions": nil, "one partition": {home.Partition()}} {
				b.Run(name, func(b *testing.B) { leaseAndPut(b, s, parts) })
			}
			b.Run("bare", func(b *testing.B) { bareLeases(b, bare, waiting) })
			b.Run("nothing due", func(b *testing.B) {
				for b.Loop() {
					_, err := s.LeaseJobs(b.Context(), storage.Claim{Now: noon.AddDate(-10, 0, 0), For: time.Hour, Limit: 100})
					check(b, err)
				}
				b.ReportMetric(used/float64(waiting), "B/job")
			})
		})
	}
}

// crowd puts jobs, a tenth of them for home and the others for a thousand
// communities.
func crowd(b *testing.B, s *redis.Store, n int) {
	b.Helper()
	byTenant := map[storage.Tenant][]storage.Job{}
	for i := range n {
		t := home
		if i%10 > 0 {
			t = community(int64(i))
		}
		byTenant[t] = append(byTenant[t], storage.Job{Key: fmt.Sprint("giveaway/", i), Kind: "giveaway.end", Due: noon.Add(time.Duration(i) * time.Second), Body: []byte(fmt.Sprintf(`{"id":"%d"}`, i))})
	}
	for t, jobs := range byTenant {
		for len(jobs) > 0 {
			part := jobs[:min(len(jobs), 5000)]
			_, err := s.Commit(b.Context(), t, storage.Change{Jobs: part})
			check(b, err)
			jobs = jobs[len(part):]
		}
	}
}

func leaseAndPut(b *testing.B, s *redis.Store, parts []int) {
	const each = 100
	leased := 0
	now := noon.Add(time.Hour * 24 * 365)
	for b.Loop() {
		list, err := s.LeaseJobs(b.Context(), storage.Claim{Partitions: parts, Now: now, For: time.Hour, Limit: each})
		check(b, err)
		changes := map[storage.Tenant]*storage.Change{}
		for _, j := range list {
			c := changes[j.Tenant]
			if c == nil {
				c = &storage.Change{}
				changes[j.Tenant] = c
			}
			c.DoneJobs = append(c.DoneJobs, storage.Done{Key: j.Key, Token: j.Token})
			c.Jobs = append(c.Jobs, storage.Job{Key: j.Key, Kind: j.Kind, Due: j.Due.Add(time.Second), Body: j.Body})
		}
		for t, c := range changes {
			_, err := s.Commit(b.Context(), t, *c)
			check(b, err)
		}
		leased += len(list)
	}
	b.ReportMetric(float64(leased)/b.Elapsed().Seconds(), "jobs/s")
}

func bareLeases(b *testing.B, c *goredis.Client, waiting int) {
	const each = 100
	ctx := b.Context()
	for i := range waiting {
		if i%10_000 == 0 {
			pipe := c.Pipeline()
			for k := i; k < min(i+10_000, waiting); k++ {
				pipe.ZAdd(ctx, "bare", goredis.Z{Score: float64(k), Member: k})
			}
			_, err := pipe.Exec(ctx)
			check(b, err)
		}
	}
	taken := 0
	for b.Loop() {
		list, err := c.ZRange(ctx, "bare", 0, each-1).Result()
		check(b, err)
		pipe := c.Pipeline()
		for _, m := range list {
			pipe.ZRem(ctx, "bare", m)
			pipe.ZAdd(ctx, "bare", goredis.Z{Score: float64(waiting), Member: m})
		}
		_, err = pipe.Exec(ctx)
		check(b, err)
		taken += len(list)
	}
	b.ReportMetric(float64(taken)/b.Elapsed().Seconds(), "jobs/s")
	check(b, c.Unlink(ctx, "bare").Err())
}

func memory(b *testing.B, c *goredis.Client) float64 {
	b.Helper()
	info, err := c.Info(b.Context(), "memory").Result()
	check(b, err)
	for line := range strings.SplitSeq(info, "\n") {
		if v, ok := strings.CutPrefix(line, "used_memory:"); ok {
			n, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			check(b, err)
			return n
		}
	}
	b.Fatal("the server does not say how much memory it uses")
	return 0
}

// BenchmarkEntries grows a set from a thousand to a million entries, and at
// each size measures one entry more, all keys, and dropping the set.
func BenchmarkEntries(b *testing.B) {
	for _, bodies := range []bool{false, true} {
		for _, n := range []int64{1000, 10_000, 100_000, 1_000_000} {
			b.Run(fmt.Sprintf("%d, bodies %v", n, bodies), func(b *testing.B) {
				server := start(b, b.TempDir(), "--appendfsync", "no", "--auto-aof-rewrite-percentage", "0")
				s, bare := openURL(b, server.url()), server.client()
				defer func() { _ = bare.Close() }()
				before := memory(b, bare)
				grow(b, s, n, bodies)
				forget(b, bare)
				used := memory(b, bare) - before
				b.Run("one more", func(b *testing.B) {
					more := n
					for b.Loop() {
						more++
						_, err := s.Commit(b.Context(), home, storage.Change{Entries: []storage.EntryPut{{Set: "s", Key: member(more), At: noon}}})
						check(b, err)
					}
					b.ReportMetric(used/float64(n), "B/entry")
				})
				b.Run("all keys", func(b *testing.B) {
					keys := 0
					for b.Loop() {
						seen := 0
						for _, err := range storage.AllKeys(b.Context(), s, home, "s") {
							if err != nil {
								b.Fatal(err)
							}
							seen++
						}
						keys += seen
					}
					b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(keys), "ns/key")
				})
				b.Run("drop", func(b *testing.B) {
					began := time.Now()
					check(b, s.DropSet(b.Context(), home, "s"))
					if took := time.Since(began); b.N == 1 { // later there is nothing to drop
						b.Logf("%d entries dropped in %v", n, took)
					}
				})
			})
		}
	}
}

func grow(b *testing.B, s *redis.Store, entrants int64, bodies bool) {
	b.Helper()
	for from := int64(0); from < entrants; from += 5000 {
		c := storage.Change{}
		for n := from; n < min(from+5000, entrants); n++ {
			e := storage.EntryPut{Set: "s", Key: member(n), At: noon.Add(time.Duration(n) * time.Millisecond)}
			if bodies {
				e.Body = []byte(`{"choice":2,"tickets":1}`)
			}
			c.Entries = append(c.Entries, e)
		}
		_, err := s.Commit(b.Context(), home, c)
		check(b, err)
	}
}

// forget deletes what is remembered of commits for two minutes, which is no
// part of what they wrote.
func forget(b *testing.B, c *goredis.Client) {
	b.Helper()
	keys, err := c.Keys(b.Context(), "animo:*:done:*").Result()
	check(b, err)
	for _, k := range keys {
		check(b, c.Del(b.Context(), k).Err())
	}
}
