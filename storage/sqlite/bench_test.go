package sqlite_test

import (
	"crypto/sha256"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"animo/storage"
	"animo/storage/sqlite"
)

const home storage.Tenant = "discord:100000000000000000"

func must(b *testing.B, err error) {
	b.Helper()
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkEntry commits one member's entry under a check of the game.
func BenchmarkEntry(b *testing.B) {
	for name, members := range map[string]int{"alone": 1, "64 at once": 64} {
		b.Run(name, func(b *testing.B) {
			s := openNew(b)
			_, err := s.Commit(b.Context(), home, storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: "g"}}})
			must(b, err)
			var n atomic.Int64
			b.SetParallelism(max(1, members/runtime.GOMAXPROCS(0)))
			enter := func() {
				_, err := s.Commit(b.Context(), home, storage.Change{
					Checks:  []storage.DocCheck{{Kind: "game", ID: "g", Version: 1}},
					Entries: []storage.EntryPut{{Set: "s", Key: member(n.Add(1)), At: time.Now(), Expect: storage.ExpectAbsent}},
				})
				if err != nil {
					b.Error(err)
				}
			}
			defer processorTime(b)()
			if members == 1 {
				for b.Loop() {
					enter()
				}
				return
			}
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					enter()
				}
			})
		})
	}
}

// member spreads ids as Discord's are spread over time.
func member(n int64) string {
	return fmt.Sprintf("discord:%d", 100_000_000_000_000_000+n*7_368_787%1_000_000_007*800_000)
}

// BenchmarkMillion reads the keys of a million entries, beside a bare
// SHA-256 over the same keys and beside both together, which is what a draw
// costs.
func BenchmarkMillion(b *testing.B) {
	const entrants = 1_000_000
	s := million(b, entrants)
	read := func(see func(string)) {
		n := 0
		for key, err := range storage.AllKeys(b.Context(), s, home, "s") {
			if err != nil { // not must, whose Helper costs more than a key
				b.Fatal(err)
			}
			see(key)
			n++
		}
		if n != entrants {
			b.Fatalf("%d keys", n)
		}
	}
	var sum [32]byte
	hash := func(id string) {
		var buf [64]byte
		sum = sha256.Sum256(append(buf[:0], id...))
	}
	measure := func(name string, f func()) {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			defer processorTime(b)()
			for b.Loop() {
				f()
			}
		})
	}
	measure("keys", func() { read(func(string) {}) })
	measure("keys and sha256", func() { read(hash) })
	// Last, since a million ids in memory keep the collector busy.
	var ids []string
	read(func(key string) { ids = append(ids, key) })
	measure("sha256", func() {
		for _, id := range ids {
			hash(id)
		}
	})
	_ = sum
}

// million makes a set in which members entered in no order of key.
func million(b *testing.B, entrants int64) *sqlite.Store {
	b.Helper()
	s := openFile(b, filepath.Join(b.TempDir(), "animo.db"))
	for from := int64(0); from < entrants; from += 10_000 {
		c := storage.Change{Loose: true}
		for n := from; n < from+10_000; n++ {
			c.Entries = append(c.Entries, storage.EntryPut{Set: "s", Key: member(n), At: time.Now()})
		}
		_, err := s.Commit(b.Context(), home, c)
		must(b, err)
	}
	return s
}

// BenchmarkLease leases ten and marks them done while many others wait.
func BenchmarkLease(b *testing.B) {
	now := time.Unix(1e9, 0)
	for _, waiting := range []int{1000, 100_000, 500_000} {
		b.Run(fmt.Sprint("jobs among ", waiting), func(b *testing.B) {
			s := openNew(b)
			crowd(b, s, waiting, func(c *storage.Change, i int) {
				c.Jobs = append(c.Jobs, storage.Job{Key: fmt.Sprint(i), Due: now.Add(time.Duration(rand.IntN(1e6)-1e5) * time.Second)})
			})
			defer processorTime(b)()
			for b.Loop() {
				leased, err := s.LeaseJobs(b.Context(), storage.Claim{Now: now, For: time.Hour, Limit: 10})
				must(b, err)
				c := storage.Change{}
				for _, j := range leased {
					c.DoneJobs = append(c.DoneJobs, storage.Done{Key: j.Key, Token: j.Token})
					c.Jobs = append(c.Jobs, storage.Job{Key: j.Key, Due: j.Due.Add(time.Second)})
				}
				_, err = s.Commit(b.Context(), home, c)
				must(b, err)
			}
		})
	}
	for _, waiting := range []int{1000, 100_000} {
		b.Run(fmt.Sprint("effects among ", waiting), func(b *testing.B) {
			s := openNew(b)
			crowd(b, s, waiting, func(c *storage.Change, i int) {
				c.Effects = append(c.Effects, storage.Effect{
					Key: fmt.Sprint(i), Lane: fmt.Sprint(i % 500), Priority: i % 5, Due: now.Add(time.Duration(i%7-3) * time.Hour),
				})
			})
			defer processorTime(b)()
			for b.Loop() {
				leased, err := s.LeaseEffects(b.Context(), storage.Claim{Now: now, For: time.Hour, Limit: 10})
				must(b, err)
				c := storage.Change{}
				for _, e := range leased {
					c.DoneEffects = append(c.DoneEffects, storage.Done{Key: e.Key, Token: e.Token})
					c.Effects = append(c.Effects, storage.Effect{Key: e.Key, Lane: e.Lane, Priority: e.Priority, Due: e.Due})
				}
				_, err = s.Commit(b.Context(), home, c)
				must(b, err)
			}
		})
	}
}

func crowd(b *testing.B, s *sqlite.Store, n int, add func(*storage.Change, int)) {
	b.Helper()
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	for part := range slices.Chunk(all, 10_000) {
		c := storage.Change{Loose: true}
		for _, i := range part {
			add(&c, i)
		}
		_, err := s.Commit(b.Context(), home, c)
		must(b, err)
	}
}
