package backup

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/storage"
	"animo/storage/redis"
	"animo/storage/redis/redistest"
	"animo/storage/storagetest"
)

// town is what the tests of a move have put into a store, counted as it was
// put and not as any driver hands it over.
type town struct {
	tenants []storage.Tenant
	sums    Sums // without checksums
}

// at is a moment with microseconds, which is as fine as stores keep it.
func at(k int) time.Time {
	return noon.Add(time.Duration(k)*time.Minute + time.Duration(k)*time.Microsecond)
}

// settle fills a store as months of running do: communities of several sizes
// on both platforms, with games open and over, members who left again, things
// that were tried, counted and written down.
func settle(t testing.TB, s storage.Store) *town {
	t.Helper()
	w := &town{tenants: []storage.Tenant{"discord:1101", "discord:1102", "discord:1103", "slack:T0A", "slack:T0B"}}
	bot := storage.Change{Docs: []storage.DocPut{putDoc("gateway-session", "discord-0", `{"id":"x","seq":9}`), putDoc("command-hash", "discord", `"ab"`)}}
	for _, tenant := range w.tenants {
		bot.Docs = append(bot.Docs, putDoc("space", string(tenant), fmt.Sprintf(`{"community":%q}`, tenant)))
	}
	w.put(t, s, storage.System, bot)
	for i, tenant := range w.tenants {
		for _, c := range []storage.Change{games(i), diary(i), waiting(i)} {
			w.put(t, s, tenant, c)
		}
		// What is written again, and who leaves, shows only in versions and in
		// the numbers given.
		commit(t, s, tenant, storage.Change{
			Docs:    []storage.DocPut{{Kind: "instance", ID: "game-0", Version: 1, Index: "over/0", Body: json.RawMessage(`{"winners":["a","b"]}`)}},
			Entries: []storage.EntryPut{{Set: "game-0", Key: "member-3", Delete: true}},
		})
		w.sums.Entries.N--
	}
	claim := storage.Claim{Owner: "me", Now: at(1), For: time.Minute, Limit: 3}
	jobs, err := s.LeaseJobs(t.Context(), claim)
	must(t, err)
	effects, err := s.LeaseEffects(t.Context(), claim)
	must(t, err)
	same(t, len(jobs)+len(effects), 6)
	return w
}

// put commits a change in which everything is new, and counts it.
func (w *town) put(t testing.TB, s storage.Store, tenant storage.Tenant, c storage.Change) {
	t.Helper()
	commit(t, s, tenant, c)
	sets, hours := map[string]bool{}, map[string]bool{}
	for _, e := range c.Entries {
		sets[e.Set] = true
	}
	for _, a := range c.Tallies {
		sets[a.Set] = true
		w.sums.Tallied += a.Delta
	}
	for _, a := range c.Counts {
		hours[fmt.Sprint(a.Name, " ", a.Key, " ", storage.Hours(a.Hour))] = true
		w.sums.Counted += a.Delta
	}
	w.sums.Documents.N += int64(len(c.Docs))
	w.sums.Sets.N += int64(len(sets))
	w.sums.Entries.N += int64(len(c.Entries))
	w.sums.Jobs.N += int64(len(c.Jobs))
	w.sums.Effects.N += int64(len(c.Effects))
	w.sums.Log.N += int64(len(c.Log))
	w.sums.Counters.N += int64(len(hours))
	if c.Once != nil {
		w.sums.Once.N++
	}
}

// games are those of the i-th community, the first of which takes several
// pages.
func games(i int) (c storage.Change) {
	for g := range 4 {
		id := fmt.Sprint("game-", g)
		c.Docs = append(c.Docs, storage.DocPut{Kind: "instance", ID: id, Index: fmt.Sprint("open/", g), Body: json.RawMessage(`{"prize":"Théière <b>&amp; \u2028 🎉"}`)})
		members := 7 + i + g
		if i == 0 && g == 0 {
			members = 2*pageRecords + 9
		}
		for k := range members {
			e := storage.EntryPut{Set: id, Key: fmt.Sprint("member-", k), At: at(k)}
			if k%3 == 0 {
				e.Body = json.RawMessage(fmt.Sprintf(`{"tickets":%d,"via":"#café"}`, k))
			}
			c.Entries = append(c.Entries, e)
		}
		c.Tallies = append(c.Tallies, storage.TallyAdd{Set: id, Name: "yes", Delta: int64(3 + i)}, storage.TallyAdd{Set: id, Name: "no", Delta: -2})
	}
	c.Docs = append(c.Docs, putDoc("settings", "community", `{"language":"fr","zone":"Europe/Paris"}`))
	c.Tallies = append(c.Tallies, storage.TallyAdd{Set: "nobody-came", Name: "seen", Delta: 1})
	return c
}

// diary is what was written down and counted.
func diary(i int) (c storage.Change) {
	for k := range 30 + i {
		c.Log = append(c.Log, storage.LogLine{At: at(k), Actor: "discord:9", Action: "giveaway.edit", Target: fmt.Sprint("game-", k%4), Body: json.RawMessage(`{"from":1,"to":[2]}`)})
		c.Counts = append(c.Counts, storage.CounterAdd{Name: "messages", Key: fmt.Sprint("channel-", k%3), Hour: noon.Add(time.Duration(k) * time.Hour), Delta: int64(k + 1)})
	}
	c.Counts = append(c.Counts, storage.CounterAdd{Name: "left", Hour: noon, Delta: -4})
	c.Once, c.Now = &storage.Once{Key: fmt.Sprint("event-", i), For: 15 * time.Minute}, noon
	return c
}

// waiting is what is due, and what is to be said.
func waiting(i int) (c storage.Change) {
	for k := range 5 + i {
		c.Jobs = append(c.Jobs, storage.Job{Key: fmt.Sprint("end/game-", k), Kind: "end", Due: at(k), Body: json.RawMessage(`{"game":"a"}`)})
		c.Effects = append(c.Effects, storage.Effect{Key: fmt.Sprint("say/", 90-k), Lane: fmt.Sprint("channel-", k%2), Priority: k % 3, Due: at(k % 2), Body: json.RawMessage(`{"say":"Bravo !"}`)})
	}
	c.Once, c.Now = &storage.Once{Key: fmt.Sprint("press-", i), For: time.Hour}, noon
	return c
}

// counts leaves out of sums what depends on a record's every bit.
func counts(s Sums) Sums {
	for _, k := range s.kinds() {
		k.count.Check = 0
	}
	return s
}

// answers are what a store says of a town when it is asked as the bot asks,
// and not by Export.
func (w *town) answers(t testing.TB, s storage.Store) []string {
	t.Helper()
	var all []string
	say := func(of storage.Tenant, what any, err error) {
		t.Helper()
		must(t, err)
		text, err := json.Marshal(what)
		must(t, err)
		all = append(all, string(of)+" "+string(text))
	}
	for _, tenant := range w.tenants {
		docs, err := s.List(t.Context(), tenant, storage.ListQuery{Kind: "instance", Limit: 100})
		say(tenant, docs, err)
		one, err := s.Get(t.Context(), tenant, "settings", "community")
		say(tenant, one, err)
		for _, set := range []string{"game-0", "game-1", "game-2", "game-3", "nobody-came"} {
			for e, err := range storage.AllEntries(t.Context(), s, tenant, set) {
				say(tenant, e, err)
			}
			tally, err := s.Tally(t.Context(), tenant, set)
			say(tenant, tally, err)
		}
		for _, name := range []string{"messages", "left"} {
			counted, err := s.Counters(t.Context(), tenant, storage.CounterQuery{Name: name, From: noon.Add(-time.Hour), To: noon.Add(99 * time.Hour)})
			say(tenant, counted, err)
		}
		lines, err := s.Log(t.Context(), tenant, 0, 1000)
		say(tenant, lines, err)
	}
	return all
}

// goesOn lets the bot work on: what is due comes, what is to be said comes in
// order, what happened is known, and the next to enter has the next number.
func (w *town) goesOn(t testing.TB, s storage.Store) []string {
	t.Helper()
	var all []string
	claim := storage.Claim{Owner: "next", Now: noon.Add(24 * time.Hour), For: time.Minute, Limit: 1000}
	jobs, err := s.LeaseJobs(t.Context(), claim)
	must(t, err)
	for _, j := range jobs {
		all = append(all, fmt.Sprint(j.Tenant, j.Key, j.Kind, j.Due.UTC(), j.Attempts, string(j.Body)))
	}
	for {
		effects, err := s.LeaseEffects(t.Context(), claim)
		must(t, err)
		if len(effects) == 0 {
			break
		}
		for _, e := range effects {
			all = append(all, fmt.Sprint(e.Tenant, e.Key, e.Lane, e.Priority, e.Due.UTC(), e.Attempts, e.Tried.IsZero(), string(e.Body)))
			commit(t, s, e.Tenant, storage.Change{DoneEffects: []storage.Done{{Key: e.Key, Token: e.Token}}})
		}
	}
	for i, tenant := range w.tenants {
		for _, key := range []string{"event-", "press-", "new-"} {
			fresh, err := s.First(t.Context(), tenant, storage.Once{Key: fmt.Sprint(key, i), For: time.Hour}, noon.Add(14*time.Minute))
			must(t, err)
			all = append(all, fmt.Sprint(tenant, key, fresh))
		}
		r, err := s.Commit(t.Context(), tenant, storage.Change{Entries: []storage.EntryPut{{Set: "game-0", Key: "latecomer", At: noon}}})
		must(t, err)
		all = append(all, fmt.Sprint(tenant, r.Seqs))
	}
	return all
}

// inRedis opens an empty store on a server that may have others.
func inRedis(t testing.TB, url, prefix string) *redis.Store {
	t.Helper()
	s, err := redis.Open(t.Context(), url+"?prefix="+prefix+":")
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func sorted(lines []string) []string {
	slices.Sort(lines)
	return lines
}

// A town moves from SQLite to Redis, from there into another file of SQLite,
// and nothing of it is lost or altered on the way, or given twice.
func TestATownMovesIntoRedisAndBackHome(t *testing.T) {
	url := redistest.Start(t)
	old := open(t)
	w := settle(t, old)
	house, answers := contents(t, old), w.answers(t, old)
	for name, way := range map[string]struct {
		passphrase string
		move       func(t *testing.T, file []byte, to storage.Store, passphrase string) Summary
	}{
		"plain":     {"", atOnce},
		"encrypted": {"correct horse", atOnce},
		"broken":    {"correct horse", brokenOff},
	} {
		t.Run(name, func(t *testing.T) {
			between, home := inRedis(t, url, name), open(t)
			began := time.Now()
			there := way.move(t, written(t, old, way.passphrase), between, way.passphrase)
			same(t, counts(there.Sums), w.sums)
			same(t, there.Communities, len(w.tenants))
			// Drivers hand over in orders of their own, but for what has one:
			// the sums hold the places in lanes, the answers the rest.
			same(t, sorted(contents(t, between)), sorted(slices.Clone(house)))
			same(t, w.answers(t, between), answers)
			back := way.move(t, written(t, between, way.passphrase), home, way.passphrase)
			same(t, back.Sums, there.Sums)
			same(t, contents(t, home), house)
			same(t, w.answers(t, home), answers)
			must(t, home.Check(t.Context()))
			must(t, between.Check(t.Context()))
			t.Logf("%d records there and back in %v", back.Sums.Records(), time.Since(began).Round(time.Millisecond))
		})
	}
	// At the end all three work on, from the same place.
	between, home := inRedis(t, url, "last"), open(t)
	atOnce(t, written(t, old, ""), between, "")
	atOnce(t, written(t, between, ""), home, "")
	on := sorted(w.goesOn(t, old))
	same(t, sorted(w.goesOn(t, between)), on)
	same(t, sorted(w.goesOn(t, home)), on)
}

func atOnce(t *testing.T, file []byte, to storage.Store, passphrase string) Summary {
	t.Helper()
	sum, err := read(t, file, to, ReadOptions{Passphrase: passphrase})
	must(t, err)
	return sum
}

// brokenOff restores in three runs: the first is told that the disk is full
// although the write took effect, the second is stopped within a community.
func brokenOff(t *testing.T, file []byte, to storage.Store, passphrase string) Summary {
	t.Helper()
	f := &storagetest.Failing{Store: to}
	f.After = storagetest.FailAt(4, errDisk)
	_, err := read(t, file, f, ReadOptions{Passphrase: passphrase})
	wants(t, err, errDisk, "in part: discord:1101")
	wants(t, Unfinished(t.Context(), to), ErrUnfinished)
	_, err = read(t, file, f, ReadOptions{Passphrase: passphrase})
	wants(t, err, ErrUnfinished)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	before := f.Writes()
	f.After = func(_ string, n int) error {
		if n == before+3 {
			cancel()
		}
		return nil
	}
	_, err = Read(ctx, strings.NewReader(string(file)), f, ReadOptions{Passphrase: passphrase, Resume: true})
	part := (*PartError)(nil)
	if !errors.As(err, &part) || !errors.Is(err, context.Canceled) || part.Part == "" {
		t.Fatalf("the second run ends with %v, and not within a community", err)
	}
	f.After = nil
	sum, err := read(t, file, f, ReadOptions{Passphrase: passphrase, Resume: true})
	must(t, err)
	same(t, sum.Resumed, true)
	must(t, Unfinished(t.Context(), to))
	return sum
}
