package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/storage"
)

func entryPromises() []promise {
	return []promise{
		{"an entry keeps its number and time and changes its body", entryChanges},
		{"a number is never given twice in a set", numbersNeverTwice},
		{"an entry that is not as expected is a conflict", entryExpectations},
		{"a tally follows entries and sums", tallies},
		{"a dropped set is gone whole", droppedSets},
		{"the key of an entry has 1 to 200 bytes", keyLengths},
		{"entries and keys are paged in order", entryPages},
		{"many keys stay in order while they come and go", manyKeys},
		{"members who enter at once all get numbers", enterAtOnce},
		{"no entry slips into a game that has closed", closedGame},
	}
}

func entryChanges(t *testing.T, s storage.Store) {
	put := storage.EntryPut{Set: "s", Key: "membre é🎉", At: noon, Body: raw(`{"tickets":1}`)}
	same(t, commit(t, s, home, storage.Change{Entries: []storage.EntryPut{entry("s", "first"), put}}).Seqs, []int64{1, 2})
	put.At, put.Body = noon.Add(time.Hour), raw(`{"tickets":"deux"}`)
	same(t, commit(t, s, home, storage.Change{Entries: []storage.EntryPut{put}}).Seqs, []int64{2})
	e, err := s.Entry(t.Context(), home, "s", put.Key)
	must(t, err)
	same(t, e, storage.Entry{Key: put.Key, Seq: 2, At: noon, Body: put.Body})
	put.Body = nil
	commit(t, s, home, storage.Change{Entries: []storage.EntryPut{put}})
	e, err = s.Entry(t.Context(), home, "s", put.Key)
	must(t, err)
	same(t, e, storage.Entry{Key: put.Key, Seq: 2, At: noon})
}

func gone(set, key string) storage.EntryPut {
	return storage.EntryPut{Set: set, Key: key, Delete: true}
}

func numbersNeverTwice(t *testing.T, s storage.Store) {
	r := commit(t, s, home, storage.Change{Entries: []storage.EntryPut{entry("s", "a"), entry("s", "b"), entry("other", "a")}})
	same(t, r.Seqs, []int64{1, 2, 1})
	r = commit(t, s, home, storage.Change{Entries: []storage.EntryPut{gone("s", "b"), gone("s", "never")}})
	same(t, r.Seqs, []int64{0, 0})
	r = commit(t, s, home, storage.Change{Entries: []storage.EntryPut{entry("s", "c"), entry("s", "b")}})
	same(t, r.Seqs, []int64{3, 4})
	commit(t, s, home, storage.Change{Entries: []storage.EntryPut{gone("s", "a"), gone("s", "b"), gone("s", "c")}})
	_, err := s.Entry(t.Context(), home, "s", "a")
	wants(t, err, storage.ErrNotFound)
	same(t, commit(t, s, home, storage.Change{Entries: []storage.EntryPut{entry("s", "a")}}).Seqs, []int64{5})
}

func entryExpectations(t *testing.T, s storage.Store) {
	expecting := func(p storage.EntryPut, e storage.Expect) storage.Change {
		p.Expect = e
		return storage.Change{Entries: []storage.EntryPut{p}}
	}
	refuse(t, s, expecting(entry("s", "a"), storage.ExpectPresent), storage.ErrConflict)
	refuse(t, s, expecting(gone("s", "a"), storage.ExpectPresent), storage.ErrConflict)
	commit(t, s, home, expecting(gone("s", "a"), storage.ExpectAbsent))
	commit(t, s, home, expecting(entry("s", "a"), storage.ExpectAbsent))
	refuse(t, s, expecting(entry("s", "a"), storage.ExpectAbsent), storage.ErrConflict)
	refuse(t, s, expecting(gone("s", "a"), storage.ExpectAbsent), storage.ErrConflict)
	commit(t, s, home, expecting(entry("s", "a"), storage.ExpectPresent))
	commit(t, s, home, expecting(gone("s", "a"), storage.ExpectPresent))
	tally, err := s.Tally(t.Context(), home, "s")
	must(t, err)
	same(t, tally.Entries, int64(0))
}

func tallies(t *testing.T, s storage.Store) {
	tally := func(want storage.Tally) {
		t.Helper()
		got, err := s.Tally(t.Context(), home, "s")
		must(t, err)
		same(t, got, want)
	}
	tally(storage.Tally{Numbers: map[string]int64{}})
	add := func(name string, d int64) storage.TallyAdd { return storage.TallyAdd{Set: "s", Name: name, Delta: d} }
	commit(t, s, home, storage.Change{
		Entries: []storage.EntryPut{entry("s", "a"), entry("s", "b"), entry("x", "a")},
		Tallies: []storage.TallyAdd{add("choix é", 3), add("no", 1), add("no", 1)},
	})
	tally(storage.Tally{Entries: 2, Numbers: map[string]int64{"choix é": 3, "no": 2}})
	commit(t, s, home, storage.Change{
		Entries: []storage.EntryPut{entry("s", "a"), gone("s", "b"), gone("s", "c")},
		Tallies: []storage.TallyAdd{add("choix é", -5), add("no", 0)},
	})
	tally(storage.Tally{Entries: 1, Numbers: map[string]int64{"choix é": -2, "no": 2}})
}

func droppedSets(t *testing.T, s storage.Store) {
	must(t, s.DropSet(t.Context(), home, "s"))
	var c storage.Change
	for i := range 2500 {
		c.Entries = append(c.Entries, entry("s", fmt.Sprint("member", i)))
	}
	c.Entries = append(c.Entries, entry("kept", "a"))
	c.Tallies = []storage.TallyAdd{{Set: "s", Name: "n", Delta: 1}}
	commit(t, s, home, c)
	must(t, s.DropSet(t.Context(), home, "s"))
	tally, err := s.Tally(t.Context(), home, "s")
	must(t, err)
	same(t, tally, storage.Tally{Numbers: map[string]int64{}})
	entries, err := s.Entries(t.Context(), home, "s", "", 10)
	must(t, err)
	keys, err := s.EntryKeys(t.Context(), home, "s", "", 10)
	must(t, err)
	same(t, len(entries)+len(keys), 0)
	_, err = s.Entry(t.Context(), home, "s", "member1")
	wants(t, err, storage.ErrNotFound)
	_, err = s.Entry(t.Context(), home, "kept", "a")
	must(t, err)
	commit(t, s, home, storage.Change{Entries: []storage.EntryPut{entry("s", "member1")}})
	same(t, allKeys(t, s, "s"), []string{"member1"})
}

func keyLengths(t *testing.T, s storage.Store) {
	longest := strings.Repeat("é", 100)
	commit(t, s, home, storage.Change{Entries: []storage.EntryPut{entry("s", longest), entry("s", "x"), entry("s", "a\x00\n,b")}})
	same(t, allKeys(t, s, "s"), []string{"a\x00\n,b", "x", longest})
	for _, key := range []string{"", longest + "x"} {
		if _, err := s.Commit(t.Context(), home, storage.Change{Entries: []storage.EntryPut{entry("s", key)}}); err == nil {
			t.Errorf("a key of %d bytes was not refused", len(key))
		}
	}
}

func allKeys(t *testing.T, s storage.Store, set string) []string {
	t.Helper()
	keys := []string{}
	for k, err := range storage.AllKeys(t.Context(), s, home, set) {
		must(t, err)
		keys = append(keys, k)
	}
	return keys
}

func entryPages(t *testing.T, s storage.Store) {
	want := []string{"A", "a", "a b", "aa", "b", "é", "日本", "🎉"}
	c := storage.Change{Entries: []storage.EntryPut{entry("before", "b"), entry("z", "b")}}
	for _, i := range []int{3, 0, 7, 5, 1, 6, 2, 4} {
		c.Entries = append(c.Entries, entry("s", want[i]))
	}
	commit(t, s, home, c)
	for limit := 1; limit <= len(want)+1; limit++ {
		var keys, entries []string
		for after := ""; ; after = keys[len(keys)-1] {
			page, err := s.EntryKeys(t.Context(), home, "s", after, limit)
			must(t, err)
			full, err := s.Entries(t.Context(), home, "s", after, limit)
			must(t, err)
			keys = append(keys, page...)
			entries = append(entries, keysOf(full, func(e storage.Entry) string { return e.Key })...)
			if len(page) < limit {
				break
			}
		}
		same(t, keys, want)
		same(t, entries, want)
	}
	for _, limit := range []int{0, 100_001} {
		if _, err := s.EntryKeys(t.Context(), home, "s", "", limit); err == nil {
			t.Errorf("%d keys were not refused", limit)
		}
		if _, err := s.Entries(t.Context(), home, "s", "", limit); err == nil {
			t.Errorf("%d entries were not refused", limit)
		}
	}
}

func manyKeys(t *testing.T, s storage.Store) {
	const n = 2000
	there := map[string]bool{}
	change := func(from, step int, remove bool) {
		var c storage.Change
		for i := range n / step {
			// Multiplying by a prime visits all in a scattered order.
			key := fmt.Sprintf("discord:%018d", (from+i*step)*7919%n)
			c.Entries = append(c.Entries, storage.EntryPut{Set: "s", Key: key, At: noon, Delete: remove})
			there[key] = !remove
		}
		commit(t, s, home, c)
		var want []string
		for key, is := range there {
			if is {
				want = append(want, key)
			}
		}
		slices.Sort(want)
		same(t, allKeys(t, s, "s"), append([]string{}, want...))
		tally, err := s.Tally(t.Context(), home, "s")
		must(t, err)
		same(t, tally.Entries, int64(len(want)))
		if at := len(want) / 2; at > 0 {
			page, err := s.EntryKeys(t.Context(), home, "s", want[at], 3)
			must(t, err)
			same(t, page, want[at+1:at+4])
			page, err = s.EntryKeys(t.Context(), home, "s", want[at]+"x", 1)
			must(t, err)
			same(t, page, want[at+1:at+2])
		}
	}
	change(0, 10, false)
	change(1, 3, false)
	change(0, 2, true)
	change(0, 1, false)
	change(0, 1, true)
	change(0, 7, false)
}

func enterAtOnce(t *testing.T, s storage.Store) {
	const members, each = 16, 10
	var mu sync.Mutex
	var seqs []int64
	var wg sync.WaitGroup
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("g", 0, `{}`)}})
	for m := range members {
		wg.Go(func() {
			for i := range each {
				r, err := s.Commit(t.Context(), home, storage.Change{
					Checks:  []storage.DocCheck{{Kind: "game", ID: "g", Version: 1}},
					Entries: []storage.EntryPut{entry("s", fmt.Sprintf("%d/%d", m, i))},
				})
				if err != nil {
					t.Error(err)
					return
				}
				mu.Lock()
				seqs = append(seqs, r.Seqs...)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	slices.Sort(seqs)
	want := make([]int64, members*each)
	for i := range want {
		want[i] = int64(i + 1)
	}
	same(t, seqs, want)
	same(t, len(allKeys(t, s, "s")), members*each)
}

func closedGame(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("g", 0, `{}`)}})
	var wg sync.WaitGroup
	accepted := make(chan string, 1000)
	for m := range 8 {
		wg.Go(func() {
			for i := range 1000 {
				key := fmt.Sprintf("%d/%d", m, i)
				_, err := s.Commit(t.Context(), home, storage.Change{
					Checks:  []storage.DocCheck{{Kind: "game", ID: "g", Version: 1}},
					Entries: []storage.EntryPut{entry("s", key)},
				})
				if err != nil {
					if !errors.Is(err, storage.ErrConflict) {
						t.Error(err)
					}
					return
				}
				select {
				case accepted <- key:
				default:
					return
				}
			}
		})
	}
	for range 20 {
		<-accepted
	}
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("g", 1, `"closed"`)}})
	atClose, err := s.Tally(t.Context(), home, "s")
	must(t, err)
	wg.Wait()
	after, err := s.Tally(t.Context(), home, "s")
	must(t, err)
	same(t, after.Entries, atClose.Entries)
	same(t, int64(len(accepted)+20), after.Entries)
}
