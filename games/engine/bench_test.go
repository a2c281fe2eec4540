package engine_test

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"runtime"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/games/engine"
	"animo/games/giveaway"
	"animo/games/proof"
	"animo/storage"
)

const million = 1_000_000

// spread returns ids as Discord gives them: 18 digits, in no order of entry.
func spread(n int) chat.MemberID {
	return chat.NewID[chat.MemberID](chat.Discord, fmt.Sprint(100_000_000_000_000_000+n*7_368_787%1_000_000_007*800_000))
}

// closed makes a giveaway whose end has come with so many entrants, and
// returns its id.
func closed(b *testing.B, h *house, n int) string {
	b.Helper()
	id := h.start(func(p *giveaway.Params) { p.Winners = 10 })
	for from := 0; from < n; from += 10_000 {
		c := storage.Change{Loose: true}
		for m := from; m < min(n, from+10_000); m++ {
			c.Entries = append(c.Entries, storage.EntryPut{Set: id, Key: string(spread(m)), At: h.Now()})
		}
		_, err := h.file.Commit(b.Context(), h.tenant(), c)
		h.must(err)
	}
	_, err := h.order(id, giveaway.OrderEnd, "")
	h.must(err)
	return id
}

// BenchmarkDraw is the step in which a giveaway draws: 10 of so many entrants,
// from the file, until the question who is still there is committed. It
// reports the CPU time of the process, which others on the machine do not
// change as much as the time of the clock, and the memory that is in use in
// the middle of the draw, which must not grow with the entrants.
func BenchmarkDraw(b *testing.B) {
	for _, n := range []int{10_000, 100_000, million} {
		b.Run(fmt.Sprintf("10 of %d", n), func(b *testing.B) {
			h := newHouse(b)
			id := closed(b, h, n)
			doc, err := h.file.Get(b.Context(), h.tenant(), engine.KindInstance, id)
			h.must(err)
			var spent time.Duration
			b.ReportAllocs()
			for b.Loop() {
				b.StopTimer()
				h.rewind(doc)
				began := cpuTime()
				b.StartTimer()
				step, err := h.runner.Step(b.Context())
				h.must(err)
				if step != 1 {
					b.Fatalf("%d jobs", step)
				}
				b.StopTimer()
				spent += cpuTime() - began
				b.StartTimer()
			}
			if s := h.state(id); s.Draw == nil || len(s.Draw.Asked) != 10 {
				b.Fatalf("%+v", s)
			}
			b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N), "cpu-ns/op")
			b.ReportMetric(h.inUse(id, n), "live-B")
		})
	}
}

// rewind makes the giveaway as it was when its entries were frozen.
func (h *house) rewind(doc storage.Doc) {
	h.Helper()
	now, err := h.file.Get(h.Context(), h.tenant(), doc.Kind, doc.ID)
	h.must(err)
	body, err := json.Marshal(map[string]string{"id": doc.ID, "name": giveaway.WakeDraw})
	h.must(err)
	_, err = h.file.Commit(h.Context(), h.tenant(), storage.Change{
		Docs:   []storage.DocPut{{Kind: doc.Kind, ID: doc.ID, Version: now.Version, Index: doc.Index, Body: doc.Body}},
		Cancel: []string{"ask/" + doc.ID + "/round-1-1"},
		Jobs:   []storage.Job{{Key: "wake/" + doc.ID + "/draw", Kind: engine.JobWake, Due: h.Now(), Body: body}},
	})
	h.must(err)
}

// inUse is the most memory in use during a draw, over what it was before.
func (h *house) inUse(id string, n int) float64 {
	h.Helper()
	s := h.state(id)
	live := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	before, most := live(), uint64(0)
	seed, err := proof.ParseSeed(s.Seed)
	h.must(err)
	ranking, err := proof.NewRanking(seed, id, proof.Wanted{Winners: []int{10}, OneWin: true})
	h.must(err)
	i := 0
	for k, err := range storage.AllKeys(h.Context(), h.file, h.tenant(), id) {
		h.must(err)
		if i++; i%(n/10) == 0 {
			most = max(most, live())
		}
		h.must(ranking.Add(chat.MemberID(k), 1))
	}
	if len(ranking.Best(1)) != 10 {
		h.Fatal("not ten winners")
	}
	return max(0, float64(most)-float64(before))
}

// BenchmarkSHA256SameIDs hashes the ids of BenchmarkDraw and nothing else.
func BenchmarkSHA256SameIDs(b *testing.B) {
	ids := make([]string, million)
	for n := range ids {
		ids[n] = string(spread(n))
	}
	var sum [sha256.Size]byte
	buf := make([]byte, 0, 100)
	began := cpuTime()
	for b.Loop() {
		for _, id := range ids {
			sum = sha256.Sum256(append(buf[:0], id...))
		}
	}
	_ = sum
	b.ReportMetric(float64((cpuTime()-began).Nanoseconds())/float64(b.N), "cpu-ns/op")
}

// TestADrawReadsPageByPage holds what BenchmarkDraw reports: the entrants are
// never all in memory.
func TestADrawReadsPageByPage(t *testing.T) {
	t.Parallel()
	pages := &pager{entrants: 60_000}
	ranking, err := proof.NewRanking(proof.Seed{1}, "s", proof.Wanted{Winners: []int{10}, OneWin: true})
	if err != nil {
		t.Fatal(err)
	}
	for k, err := range storage.AllKeys(t.Context(), pages, "discord:10", "s") {
		if err == nil {
			err = ranking.Add(chat.MemberID(k), 1)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	out := ranking.Best(1)
	if len(out) != 10 || pages.given != pages.entrants || pages.most > pages.entrants/2 {
		t.Errorf("%d drawn of %d in pages of at most %d, %v", len(out), pages.given, pages.most, err)
	}
}

// pager is a set of so many entrants, which it makes up page by page.
type pager struct {
	storage.Store
	entrants, given, most int
}

func (p *pager) EntryKeys(_ context.Context, _ storage.Tenant, _, _ string, limit int) ([]string, error) {
	var page []string
	for len(page) < limit && p.given < p.entrants {
		page = append(page, string(member(p.given)))
		p.given++
	}
	p.most = max(p.most, len(page))
	return page, nil
}
