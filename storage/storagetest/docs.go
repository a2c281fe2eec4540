package storagetest

import (
	"strings"
	"sync"
	"testing"

	"animo/storage"
)

func docPromises() []promise {
	return []promise{
		{"a document is read as it was written", readAsWritten},
		{"a document that is not there is not found", docNotFound},
		{"each write raises the version by one", versionsRise},
		{"a write at another version is a conflict", staleWrites},
		{"a deleted document begins again at version one", deletedDocs},
		{"a body may have a mebibyte and no more", bodyLimit},
		{"one of many writers at one version wins", oneWriterWins},
		{"documents are listed by index", listByIndex},
		{"a list is paged without gaps", listPages},
		{"a document moves with its index", listMoves},
	}
}

func readAsWritten(t *testing.T, s storage.Store) {
	want := storage.Doc{Kind: "game", ID: "tombola d'été 🎁", Version: 1, Index: "ouvert/é", Body: raw(`{"prix":"crème brûlée 🍮","n":1}`)}
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{
		{Kind: want.Kind, ID: want.ID, Index: want.Index, Body: want.Body},
		{Kind: "bare", ID: ""},
	}})
	d, err := s.Get(t.Context(), home, want.Kind, want.ID)
	must(t, err)
	same(t, d, want)
	d, err = s.Get(t.Context(), home, "bare", "")
	must(t, err)
	same(t, d, storage.Doc{Kind: "bare", Version: 1})
}

func docNotFound(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
	for _, at := range []struct {
		tenant   storage.Tenant
		kind, id string
	}{{home, "game", "b"}, {home, "gam", "a"}, {other, "game", "a"}, {"", "game", "a"}} {
		_, err := s.Get(t.Context(), at.tenant, at.kind, at.id)
		wants(t, err, storage.ErrNotFound)
	}
}

func versionsRise(t *testing.T, s storage.Store) {
	for v := range int64(5) {
		commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", v, `{}`)}})
		d, err := s.Get(t.Context(), home, "game", "a")
		must(t, err)
		same(t, d.Version, v+1)
	}
}

func staleWrites(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 1, `2`)}})
	remove := func(p storage.DocPut) storage.DocPut { p.Delete = true; return p }
	for _, p := range []storage.DocPut{
		doc("a", 0, `3`), doc("a", 1, `3`), doc("a", 3, `3`), doc("b", 1, `3`), remove(doc("a", 1, ``)), remove(doc("b", 1, ``)),
	} {
		refuse(t, s, storage.Change{Docs: []storage.DocPut{p}}, storage.ErrConflict)
	}
	d, err := s.Get(t.Context(), home, "game", "a")
	must(t, err)
	same(t, d, storage.Doc{Kind: "game", ID: "a", Version: 2, Body: raw(`2`)})
}

func deletedDocs(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 0, `1`)}})
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 1, `2`)}})
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: "a", Version: 2, Delete: true}}})
	_, err := s.Get(t.Context(), home, "game", "a")
	wants(t, err, storage.ErrNotFound)
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 0, `3`)}})
	d, err := s.Get(t.Context(), home, "game", "a")
	must(t, err)
	same(t, d.Version, int64(1))
}

func bodyLimit(t *testing.T, s storage.Store) {
	largest := `"` + strings.Repeat("é", (storage.MaxBody-2)/2) + `"`
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("a", 0, largest)}})
	d, err := s.Get(t.Context(), home, "game", "a")
	must(t, err)
	if string(d.Body) != largest {
		t.Fatalf("a body of %d bytes came back as %d others", len(largest), len(d.Body))
	}
	over := raw(largest + " ")
	for _, c := range []storage.Change{
		{Docs: []storage.DocPut{{Kind: "game", ID: "b", Body: over}}},
		{Entries: []storage.EntryPut{{Set: "s", Key: "k", Body: over}}},
		{Jobs: []storage.Job{{Key: "j", Body: over}}},
		{Effects: []storage.Effect{{Key: "e", Lane: "l", Body: over}}},
		{Log: []storage.LogLine{{Action: "a", Body: over}}},
	} {
		refuse(t, s, c, storage.ErrTooLarge)
	}
}

func oneWriterWins(t *testing.T, s storage.Store) {
	const writers, rounds = 8, 5
	for v := range int64(rounds) {
		var wg sync.WaitGroup
		errs := make(chan error, writers)
		for range writers {
			wg.Go(func() {
				_, err := s.Commit(t.Context(), home, storage.Change{Docs: []storage.DocPut{doc("a", v, `{}`)}})
				errs <- err
			})
		}
		wg.Wait()
		close(errs)
		won := 0
		for err := range errs {
			if err == nil {
				won++
				continue
			}
			wants(t, err, storage.ErrConflict)
		}
		same(t, won, 1)
	}
}

func listed(id, index string) storage.DocPut {
	return storage.DocPut{Kind: "game", ID: id, Index: index, Body: raw(`{}`)}
}

func list(t *testing.T, s storage.Store, q storage.ListQuery) []storage.Doc {
	t.Helper()
	docs, err := s.List(t.Context(), home, q)
	must(t, err)
	return docs
}

func docIDs(docs []storage.Doc) []string {
	return keysOf(docs, func(d storage.Doc) string { return d.ID })
}

func listByIndex(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{
		listed("hidden", ""),
		listed("d", "open/é2"),
		listed("c", "open/é1"),
		listed("b", "open/é1"),
		listed("a", "open/z"),
		listed("e", "openly"),
		listed("f", "closed"),
		{Kind: "games", ID: "elsewhere", Index: "open/é1"},
	}})
	commit(t, s, other, storage.Change{Docs: []storage.DocPut{listed("foreign", "open/é1")}})
	for prefix, want := range map[string][]string{
		"":         {"f", "a", "b", "c", "d", "e"},
		"open":     {"a", "b", "c", "d", "e"},
		"open/":    {"a", "b", "c", "d"},
		"open/é":   {"b", "c", "d"},
		"open/é2":  {"d"},
		"open/é22": {},
		"zzz":      {},
	} {
		same(t, docIDs(list(t, s, storage.ListQuery{Kind: "game", Prefix: prefix, Limit: 1000})), want)
	}
	first := list(t, s, storage.ListQuery{Kind: "game", Limit: 1})
	same(t, first, []storage.Doc{{Kind: "game", ID: "f", Version: 1, Index: "closed", Body: raw(`{}`)}})
	for _, limit := range []int{0, -1, 1001} {
		if _, err := s.List(t.Context(), home, storage.ListQuery{Kind: "game", Limit: limit}); err == nil {
			t.Errorf("a list of %d was not refused", limit)
		}
	}
}

func listPages(t *testing.T, s storage.Store) {
	var c storage.Change
	var want []string
	for _, index := range []string{"p", "p1", "p2"} {
		for _, id := range []string{"", "a", "b", "é"} {
			c.Docs = append(c.Docs, listed(index+id, index))
			want = append(want, index+id)
		}
	}
	c.Docs = append(c.Docs, listed("o", "o"), listed("q", "q"))
	commit(t, s, home, c)
	for _, limit := range []int{1, 5, 12, 13} {
		ids := []string{}
		q := storage.ListQuery{Kind: "game", Prefix: "p", Limit: limit, After: &storage.Doc{Index: "o", ID: "o"}}
		for {
			page := list(t, s, q)
			if ids = append(ids, docIDs(page)...); len(page) < limit {
				break
			}
			q.After = &page[len(page)-1]
		}
		same(t, ids, want)
	}
}

func listMoves(t *testing.T, s storage.Store) {
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{listed("a", "open"), listed("b", "open"), listed("c", "open")}})
	move := func(id, index string) storage.DocPut {
		return storage.DocPut{Kind: "game", ID: id, Version: 1, Index: index}
	}
	remove := move("c", "open")
	remove.Delete = true
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{move("a", "closed"), move("b", ""), remove}})
	same(t, docIDs(list(t, s, storage.ListQuery{Kind: "game", Prefix: "open", Limit: 10})), []string{})
	same(t, docIDs(list(t, s, storage.ListQuery{Kind: "game", Limit: 10})), []string{"a"})
}
