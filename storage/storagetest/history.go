package storagetest

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"maps"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"animo/storage"
)

// history performs random calls on a store and on the model of one.
type history struct {
	t     *testing.T
	s     storage.Store
	m     *model
	now   time.Time
	stale []stale // tokens of leases that others took since
}

type stale struct {
	tenant storage.Tenant
	done   storage.Done
	effect bool
}

// histories is how many are tried unless -rapid.checks says otherwise.
const histories = "25"

// runModel compares what calls return during each history, and all there is
// after it.
func runModel(t *testing.T, open func(t *testing.T) storage.Store) {
	fewer(t)
	rapid.Check(t, func(r *rapid.T) {
		h := &history{t: t, s: open(t), m: newModel(), now: noon}
		defer func() { _ = h.s.Close() }()
		r.Repeat(map[string]func(*rapid.T){
			"commit":        h.commit,
			"commit more":   h.commit,
			"count":         h.count,
			"first":         h.first,
			"lease jobs":    h.leaseJobs,
			"lease effects": h.leaseEffects,
			"finish":        h.finish,
			"finish late":   h.finishLate,
			"wait":          func(r *rapid.T) { h.now = h.now.Add(seconds(r, 0, 40)) },
		})
		h.compare(r)
	})
}

// fewer keeps the suite short: a step costs milliseconds, since it waits for
// a disk or a server.
func fewer(t *testing.T) {
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	checks := flag.Lookup("rapid.checks")
	if given {
		return
	}
	before := checks.Value.String()
	must(t, checks.Value.Set(histories))
	t.Cleanup(func() { must(t, checks.Value.Set(before)) })
}

func seconds(r *rapid.T, from, to int) time.Duration {
	return time.Duration(rapid.IntRange(from, to).Draw(r, "seconds")) * time.Second
}

func anyOf(r *rapid.T, what string, of ...string) string {
	return rapid.SampledFrom(of).Draw(r, what)
}

// some draws up to n different ones.
func some(r *rapid.T, what string, n int, of ...string) []string {
	return rapid.SliceOfNDistinct(rapid.SampledFrom(of), 0, n, rapid.ID[string]).Draw(r, what)
}

func body(r *rapid.T) []byte {
	return []byte(fmt.Sprintf(`{"n":%d}`, rapid.IntRange(0, 99).Draw(r, "body")))
}

func tenant(r *rapid.T) storage.Tenant {
	return rapid.SampledFrom([]storage.Tenant{home, other}).Draw(r, "tenant")
}

func (h *history) commit(r *rapid.T) {
	t := tenant(r)
	c := storage.Change{Now: h.now, Loose: rapid.Bool().Draw(r, "loose")}
	h.drawDocs(r, t, &c)
	for _, key := range some(r, "entries", 3, "a", "b", "c", "d", "é", "🎉") {
		c.Entries = append(c.Entries, storage.EntryPut{
			Set: anyOf(r, "set", "s1", "s2"), Key: key, At: h.now, Body: body(r),
			Delete: rapid.IntRange(0, 2).Draw(r, "delete") == 0,
			Expect: rapid.SampledFrom([]storage.Expect{0, 0, 0, storage.ExpectAbsent, storage.ExpectPresent}).Draw(r, "expect"),
		})
	}
	for _, name := range some(r, "tallies", 2, "yes", "no") {
		c.Tallies = append(c.Tallies, storage.TallyAdd{Set: anyOf(r, "set", "s1", "s2"), Name: name, Delta: rapid.Int64Range(-5, 5).Draw(r, "delta")})
	}
	h.drawWork(r, t, &c)
	if rapid.Bool().Draw(r, "log") {
		c.Log = []storage.LogLine{{At: h.now, Actor: "animo", Action: anyOf(r, "action", "a", "b"), Body: body(r)}}
	}
	if rapid.IntRange(0, 4).Draw(r, "once") == 0 {
		c.Once = &storage.Once{Key: anyOf(r, "event", "x", "y"), For: seconds(r, 1, 100)}
	}
	h.try(r, t, c)
}

func (h *history) drawDocs(r *rapid.T, t storage.Tenant, c *storage.Change) {
	for _, id := range some(r, "docs", 2, "a", "b", "c", "d") {
		p := storage.DocPut{
			Kind: "game", ID: id, Version: h.m.docs[at{t, "game", id}].Version, Body: body(r),
			Index: anyOf(r, "index", "", "i", "ia", "ib"), Delete: rapid.IntRange(0, 3).Draw(r, "delete") == 0,
		}
		if rapid.IntRange(0, 9).Draw(r, "stale") == 0 {
			p.Version++
		}
		c.Docs = append(c.Docs, p)
	}
	for _, id := range some(r, "checks", 1, "a", "b") {
		v := h.m.docs[at{t, "game", id}].Version + int64(rapid.SampledFrom([]int{0, 0, 0, 1}).Draw(r, "off"))
		c.Checks = append(c.Checks, storage.DocCheck{Kind: "game", ID: id, Version: v})
	}
}

// drawWork draws jobs and effects. What is held is not dropped, since a
// driver may or may not know that a lease has just run out.
func (h *history) drawWork(r *rapid.T, t storage.Tenant, c *storage.Change) {
	for _, key := range some(r, "jobs", 2, "j1", "j2", "j3") {
		c.Jobs = append(c.Jobs, storage.Job{Key: key, Kind: "k", Due: h.now.Add(seconds(r, -9, 60)), Body: body(r)})
	}
	c.Cancel = some(r, "cancel", 1, "j1", "j4")
	for _, key := range some(r, "effects", 3, "a1", "a2", "a3", "b1", "b2", "c1") {
		c.Effects = append(c.Effects, storage.Effect{
			Key: key, Lane: key[:1], Priority: rapid.IntRange(0, 2).Draw(r, "priority"),
			Due: h.now.Add(seconds(r, -9, 60)), Body: body(r),
		})
	}
	for _, key := range some(r, "drop", 1, "a1", "b2") {
		if e := h.m.effects[at{t, "", key}]; e == nil || e.until.IsZero() {
			c.Drop = append(c.Drop, key)
		}
	}
}

// try commits and holds the outcome against the model's.
func (h *history) try(r *rapid.T, t storage.Tenant, c storage.Change) {
	want := h.m.expect(t, c)
	receipt, err := h.s.Commit(h.t.Context(), t, c)
	if !errors.Is(err, want) {
		r.Fatalf("commit: %v, not %v", err, want)
	}
	if err != nil {
		return
	}
	if seqs := h.m.apply(t, c); !slices.Equal(seqs, receipt.Seqs) {
		r.Fatalf("entries have numbers %v, not %v", receipt.Seqs, seqs)
	}
}

func (h *history) count(r *rapid.T) {
	t, key := tenant(r), anyOf(r, "key", "", "a", "b")
	add := storage.CounterAdd{Name: "n", Key: key, Hour: h.now, Delta: rapid.Int64Range(1, 9).Draw(r, "delta")}
	_, err := h.s.Commit(h.t.Context(), t, storage.Change{Counts: []storage.CounterAdd{add, add}, Loose: true})
	h.check(r, err)
	k := at{t, "n", key}
	if h.m.counters[k] == nil {
		h.m.counters[k] = map[time.Time]int64{}
	}
	h.m.counters[k][h.now.Truncate(time.Hour)] += 2 * add.Delta
}

func (h *history) first(r *rapid.T) {
	t, o := tenant(r), storage.Once{Key: anyOf(r, "event", "x", "y", "z"), For: seconds(r, 1, 100)}
	first, err := h.s.First(h.t.Context(), t, o, h.now)
	h.check(r, err)
	k := at{t, "", o.Key}
	if want := !h.now.Before(h.m.once[k]); first != want {
		r.Fatalf("first is %v", first)
	}
	if first {
		h.m.once[k] = h.now.Add(o.For)
	}
}

func (h *history) claim() storage.Claim {
	return storage.Claim{Owner: "me", Now: h.now, For: 30 * time.Second, Limit: 100}
}

func (h *history) leaseJobs(r *rapid.T) {
	leased, err := h.s.LeaseJobs(h.t.Context(), h.claim())
	h.check(r, err)
	if !slices.IsSortedFunc(leased, func(a, b storage.Job) int { return a.Due.Compare(b.Due) }) {
		r.Fatalf("jobs are not in order of due: %v", leased)
	}
	var want []storage.Job
	for _, j := range h.m.dueJobs(h.now) {
		want = append(want, j.Job)
	}
	byKey := func(a, b storage.Job) int { return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Key, b.Key)) }
	slices.SortFunc(want, byKey)
	slices.SortFunc(leased, byKey)
	for i := range min(len(want), len(leased)) {
		want[i].Token = leased[i].Token
	}
	h.equal(r, "leased jobs", leased, want)
	for _, l := range leased {
		j := h.m.jobs[at{l.Tenant, "", l.Key}]
		h.outdate(l.Tenant, l.Key, j.Token, false)
		j.Token, j.until, j.Attempts = l.Token, h.now.Add(30*time.Second), j.Attempts+1
	}
}

func (h *history) leaseEffects(r *rapid.T) {
	leased, err := h.s.LeaseEffects(h.t.Context(), h.claim())
	h.check(r, err)
	if !slices.IsSortedFunc(leased, func(a, b storage.Effect) int {
		return cmp.Or(cmp.Compare(a.Priority, b.Priority), a.Due.Compare(b.Due))
	}) {
		r.Fatalf("effects are not in order of priority and due: %v", leased)
	}
	var want []storage.Effect
	for _, e := range h.m.dueEffects(h.now) {
		want = append(want, e.Effect)
	}
	byKey := func(a, b storage.Effect) int {
		return cmp.Or(cmp.Compare(a.Tenant, b.Tenant), cmp.Compare(a.Key, b.Key))
	}
	slices.SortFunc(want, byKey)
	slices.SortFunc(leased, byKey)
	for i := range min(len(want), len(leased)) {
		want[i].Token = leased[i].Token
	}
	h.equal(r, "leased effects", leased, want)
	for _, l := range leased {
		e := h.m.effects[at{l.Tenant, "", l.Key}]
		h.outdate(l.Tenant, l.Key, e.Token, true)
		if e.Attempts++; e.Tried.IsZero() {
			e.Tried = h.now
		}
		e.Token, e.until = l.Token, h.now.Add(30*time.Second)
	}
}

func (h *history) outdate(t storage.Tenant, key, token string, effect bool) {
	if token != "" {
		h.stale = append(h.stale, stale{t, storage.Done{Key: key, Token: token}, effect})
	}
}

// finish marks what is held at random as done, and gives some back.
func (h *history) finish(r *rapid.T) {
	for _, t := range []storage.Tenant{home, other} {
		c := storage.Change{Now: h.now}
		for _, key := range []string{"j1", "j2", "j3"} {
			if j := h.m.jobs[at{t, "", key}]; j != nil && j.until.After(h.now) && rapid.Bool().Draw(r, key) {
				c.DoneJobs = append(c.DoneJobs, storage.Done{Key: key, Token: j.Token})
				h.outdate(t, key, j.Token, false)
			}
		}
		for _, key := range []string{"a1", "a2", "a3", "b1", "b2", "c1"} {
			e := h.m.effects[at{t, "", key}]
			if e == nil || !e.until.After(h.now) {
				continue
			}
			switch rapid.IntRange(0, 2).Draw(r, key) {
			case 0:
				c.DoneEffects = append(c.DoneEffects, storage.Done{Key: key, Token: e.Token})
				h.outdate(t, key, e.Token, true)
			case 1:
				c.Retries = append(c.Retries, storage.Retry{Key: key, Token: e.Token, Due: h.now.Add(seconds(r, 0, 60))})
				h.outdate(t, key, e.Token, true)
			}
		}
		h.try(r, t, c)
	}
}

func (h *history) finishLate(r *rapid.T) {
	if len(h.stale) == 0 {
		r.Skip("no lease was lost")
	}
	old := rapid.SampledFrom(h.stale).Draw(r, "lost")
	c := storage.Change{DoneJobs: []storage.Done{old.done}, Now: h.now}
	if old.effect {
		c = storage.Change{DoneEffects: []storage.Done{old.done}, Now: h.now}
	}
	h.try(r, old.tenant, c)
}

func (h *history) check(r *rapid.T, err error) {
	if err != nil {
		r.Fatal(err)
	}
}

func (h *history) equal(r *rapid.T, what string, got, want any) {
	if diff := gocmp.Diff(want, got); diff != "" {
		r.Fatalf("%s (-want +got):\n%s", what, diff)
	}
}

// compare reads all there is.
func (h *history) compare(r *rapid.T) {
	h.leaseJobs(r)
	h.leaseEffects(r)
	for _, t := range []storage.Tenant{home, other} {
		h.compareDocs(r, t)
		for _, set := range []string{"s1", "s2"} {
			h.compareSet(r, t, set)
		}
		lines, err := h.s.Log(h.t.Context(), t, 0, 1000)
		h.check(r, err)
		slices.Reverse(lines)
		h.equal(r, "log", lines, h.m.logs[t])
		for _, key := range []string{"a", "b"} {
			h.compareCounters(r, t, key)
		}
	}
}

func (h *history) compareDocs(r *rapid.T, t storage.Tenant) {
	ctx := h.t.Context()
	var listed []storage.Doc
	for _, id := range []string{"a", "b", "c", "d"} {
		want, there := h.m.docs[at{t, "game", id}]
		d, err := h.s.Get(ctx, t, "game", id)
		if there != (err == nil) || !there && !errors.Is(err, storage.ErrNotFound) {
			r.Fatalf("document %s: %v", id, err)
		}
		h.equal(r, "document", d, want)
		if len(want.Index) > 0 {
			listed = append(listed, want)
		}
	}
	slices.SortFunc(listed, func(a, b storage.Doc) int { return cmp.Or(cmp.Compare(a.Index, b.Index), cmp.Compare(a.ID, b.ID)) })
	list, err := h.s.List(ctx, t, storage.ListQuery{Kind: "game", Prefix: "i", Limit: 100})
	h.check(r, err)
	h.equal(r, "list", list, listed)
}

func (h *history) compareSet(r *rapid.T, t storage.Tenant, name string) {
	ctx := h.t.Context()
	want := h.m.set(t, name)
	entries, err := h.s.Entries(ctx, t, name, "", 100)
	h.check(r, err)
	keys, err := h.s.EntryKeys(ctx, t, name, "", 100)
	h.check(r, err)
	sorted := slices.Sorted(maps.Keys(want.entries))
	h.equal(r, "keys", keys, sorted)
	h.equal(r, "keys of entries", slices.Clone(keysOf(entries, func(e storage.Entry) string { return e.Key })), append([]string{}, sorted...))
	for _, e := range entries {
		h.equal(r, "entry", e, want.entries[e.Key])
	}
	tally, err := h.s.Tally(ctx, t, name)
	h.check(r, err)
	h.equal(r, "tally", tally, storage.Tally{Entries: int64(len(want.entries)), Numbers: want.numbers})
}

func (h *history) compareCounters(r *rapid.T, t storage.Tenant, key string) {
	counters, err := h.s.Counters(h.t.Context(), t, storage.CounterQuery{Name: "n", Key: key, From: noon, To: h.now.Add(time.Hour)})
	h.check(r, err)
	got := map[time.Time]int64{}
	for _, c := range counters {
		got[c.Hour] = c.Value
	}
	want := h.m.counters[at{t, "n", key}]
	if want == nil {
		want = map[time.Time]int64{}
	}
	h.equal(r, "counters", got, want)
}
