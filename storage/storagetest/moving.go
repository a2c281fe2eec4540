package storagetest

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/storage"
)

func movingPromises() []promise {
	return []promise{
		{"who owns nothing exports nothing", nothingExported},
		{"an export is in the order that an import needs", exportOrder},
		{"what somebody holds is exported without the lease, and as tried", heldExported},
		{"an effect put again while it is carried out is exported as it comes again", againExported},
		{"an export may be left early", exportLeft},
		{"what is imported is as it was put", importedAsPut},
		{"importing leaves other tenants alone", importApart},
		{"importing over something there is a conflict and writes nothing", importConflicts},
		{"lanes go on in order after an import", importedLanes},
		{"numbers go on after an import", importedNumbers},
		{"a set of many entries is imported in pages", importedPages},
		{"a record that cannot be kept is refused", refusedRecords},
		{"an export or import whose context has ended does nothing", movingEnded},
	}
}

// exported reads all that a tenant owns and checks that the order is one in
// which it can be imported.
func exported(t *testing.T, s storage.Store, tenant storage.Tenant) []storage.Record {
	t.Helper()
	records := []storage.Record{}
	sets, line := map[string]bool{}, int64(0)
	for r, err := range s.Export(t.Context(), tenant) {
		must(t, err)
		switch {
		case r.Set != nil:
			sets[r.Set.Name] = true
		case r.Entry != nil && !sets[r.Entry.Set]:
			t.Fatalf("entry %s comes before its set %s", r.Entry.Key, r.Entry.Set)
		case r.Log != nil && r.Log.N <= line:
			t.Fatalf("line %d comes after line %d", r.Log.N, line)
		case r.Log != nil:
			line = r.Log.N
		}
		records = append(records, r)
	}
	return tidy(t, tenant, records)
}

// tidy brings records into an order of their own, but for effects of one
// lane, and makes equal what means the same.
func tidy(t *testing.T, tenant storage.Tenant, records []storage.Record) []storage.Record {
	t.Helper()
	names := map[any]string{}
	for i, r := range records {
		owner, token := storage.Tenant(""), ""
		switch {
		case r.Set != nil && len(r.Set.Numbers) == 0:
			set := *r.Set
			set.Numbers = nil
			records[i].Set = &set
		case r.Job != nil:
			j := *r.Job
			owner, token, j.Tenant = j.Tenant, j.Token, ""
			records[i].Job = &j
		case r.Effect != nil:
			e := *r.Effect
			owner, token, e.Tenant = e.Tenant, e.Token, ""
			records[i].Effect = &e
		}
		if owner != "" && owner != tenant || token != "" {
			t.Fatalf("record %s of %s comes with %q and token %q", nameOf(r), tenant, owner, token)
		}
		names[records[i]] = nameOf(records[i])
	}
	slices.SortStableFunc(records, func(a, b storage.Record) int { return cmp.Compare(names[a], names[b]) })
	return records
}

// nameOf sorts records by what they are and by name, effects by their lane.
func nameOf(r storage.Record) string {
	switch {
	case r.Doc != nil:
		return "1 " + r.Doc.Kind + " " + r.Doc.ID
	case r.Set != nil:
		return "2 " + r.Set.Name
	case r.Entry != nil:
		return "3 " + r.Entry.Set + " " + r.Entry.Key
	case r.Job != nil:
		return "4 " + r.Job.Key
	case r.Effect != nil:
		return "5 " + r.Effect.Lane
	case r.Log != nil:
		return fmt.Sprintf("6 %09d", r.Log.N)
	case r.Counter != nil:
		return "7 " + r.Counter.Name + " " + r.Counter.Hour.Format(time.RFC3339) + " " + r.Counter.Key
	}
	return "8 " + r.Once.Key
}

// imports imports records in pages of a size.
func imports(t *testing.T, s storage.Store, tenant storage.Tenant, records []storage.Record, page int) {
	t.Helper()
	for p := range slices.Chunk(records, page) {
		must(t, s.Import(t.Context(), tenant, p))
	}
}

func nothingExported(t *testing.T, s storage.Store) {
	commit(t, s, other, everything())
	same(t, exported(t, s, home), []storage.Record{})
	must(t, s.Import(t.Context(), home, nil))
	tenants, err := s.Tenants(t.Context())
	must(t, err)
	same(t, tenants, []storage.Tenant{other})
}

func exportOrder(t *testing.T, s storage.Store) {
	commit(t, s, home, everything())
	c := storage.Change{
		Docs:    []storage.DocPut{doc("b", 0, `{"b":"été"}`)},
		Tallies: []storage.TallyAdd{{Set: "a", Name: "yes", Delta: -1}, {Set: "a", Name: "no", Delta: 0}},
		Entries: []storage.EntryPut{entry("all", "é"), {Set: "c", Key: "k", At: noon, Body: raw(`1`)}},
		Effects: []storage.Effect{effect("z", "l", noon), effect("y", "l", noon.Add(time.Minute)), effect("x", "k", noon)},
		Log:     []storage.LogLine{{At: noon, Actor: "me", Action: "a", Target: "t", Body: raw(`{}`)}},
		Counts:  []storage.CounterAdd{count("", noon, 7), count("k", noon, -3)},
	}
	commit(t, s, home, c)
	at := noon
	same(t, exported(t, s, home), []storage.Record{
		{Doc: &storage.Doc{Kind: "game", ID: "all", Version: 1, Index: "open", Body: raw(`{}`)}},
		{Doc: &storage.Doc{Kind: "game", ID: "b", Version: 1, Body: raw(`{"b":"été"}`)}},
		{Set: &storage.SetRecord{Name: "a", Numbers: map[string]int64{"yes": -1, "no": 0}}},
		{Set: &storage.SetRecord{Name: "all", Last: 2, Numbers: map[string]int64{"votes": 2}}},
		{Set: &storage.SetRecord{Name: "c", Last: 1}},
		{Entry: &storage.EntryRecord{Set: "all", Key: "member", Seq: 1, At: at}},
		{Entry: &storage.EntryRecord{Set: "all", Key: "é", Seq: 2, At: at}},
		{Entry: &storage.EntryRecord{Set: "c", Key: "k", Seq: 1, At: at, Body: raw(`1`)}},
		{Job: &storage.Job{Key: "all", Kind: "end", Due: at}},
		{Effect: &storage.Effect{Key: "all", Lane: "channel", Due: at}},
		{Effect: &storage.Effect{Key: "x", Lane: "k", Due: at, Body: effect("x", "", at).Body}},
		{Effect: &storage.Effect{Key: "z", Lane: "l", Due: at, Body: effect("z", "", at).Body}},
		{Effect: &storage.Effect{Key: "y", Lane: "l", Due: at.Add(time.Minute), Body: effect("y", "", at).Body}},
		{Log: &storage.LogLine{N: 1, At: at, Actor: "animo", Action: "test"}},
		{Log: &storage.LogLine{N: 2, At: at, Actor: "me", Action: "a", Target: "t", Body: raw(`{}`)}},
		{Counter: &storage.Counter{Name: "messages", Key: "", Hour: at, Value: 7}},
		{Counter: &storage.Counter{Name: "messages", Key: "all", Hour: at, Value: 1}},
		{Counter: &storage.Counter{Name: "messages", Key: "k", Hour: at, Value: -3}},
		{Once: &storage.OnceRecord{Key: "event", Until: at.Add(time.Hour)}},
	})
}

func heldExported(t *testing.T, s storage.Store) {
	commit(t, s, home, everything())
	same(t, len(jobs(t, s, claim(noon)))+len(effects(t, s, claim(noon.Add(time.Second)))), 2)
	var j storage.Job
	var e storage.Effect
	for _, r := range exported(t, s, home) {
		if r.Job != nil {
			j = *r.Job
		}
		if r.Effect != nil {
			e = *r.Effect
		}
	}
	same(t, j, storage.Job{Key: "all", Kind: "end", Due: noon, Attempts: 1})
	same(t, e, storage.Effect{Key: "all", Lane: "channel", Due: noon, Attempts: 1, Tried: noon.Add(time.Second)})
}

func againExported(t *testing.T, s storage.Store) {
	putEffects(t, s, effect("a", "l", noon.Add(-time.Minute)), effect("b", "l", noon))
	one(t, s, noon)
	again := effect("a", "l", noon.Add(-time.Hour))
	again.Body, again.Priority = raw(`2`), 7
	putEffects(t, s, again)
	records := exported(t, s, home)
	same(t, len(records), 2)
	again.Attempts, again.Tried = 1, noon
	same(t, *records[0].Effect, again)
	same(t, records[1].Effect.Key, "b")
}

func exportLeft(t *testing.T, s storage.Store) {
	commit(t, s, home, everything())
	for range 20 { // more often than a driver has connections
		for _, err := range s.Export(t.Context(), home) {
			must(t, err)
			break
		}
	}
	commit(t, s, home, storage.Change{Docs: []storage.DocPut{doc("b", 0, `1`)}})
}

// oddRecords are one of each kind, with what no first Change can make.
func oddRecords() []storage.Record {
	return []storage.Record{
		{Doc: &storage.Doc{Kind: "game", ID: "a", Version: 41, Index: "i", Body: raw(`"` + strings.Repeat("🎉", 1000) + `"`)}},
		{Set: &storage.SetRecord{Name: "s", Last: 9, Numbers: map[string]int64{"n": -5}}},
		{Entry: &storage.EntryRecord{Set: "s", Key: "é", Seq: 7, At: time.Time{}}},
		{Job: &storage.Job{Key: "j", Kind: "k", Due: noon.Add(123456 * time.Microsecond), Attempts: 3}},
		{Effect: &storage.Effect{Key: "e", Lane: "l", Priority: -2, Due: noon, Attempts: 4, Tried: noon.Add(-time.Hour)}},
		{Log: &storage.LogLine{N: 12, At: noon, Actor: "a", Action: "b", Target: "c", Body: raw(`{}`)}},
		{Counter: &storage.Counter{Name: "n", Key: "", Hour: noon, Value: -8}},
		{Once: &storage.OnceRecord{Key: "o", Until: noon.Add(time.Minute)}},
	}
}

func importedAsPut(t *testing.T, s storage.Store) {
	must(t, s.Import(t.Context(), home, oddRecords()))
	same(t, exported(t, s, home), oddRecords())
	d, err := s.Get(t.Context(), home, "game", "a")
	must(t, err)
	same(t, d, *oddRecords()[0].Doc)
	same(t, docIDs(list(t, s, storage.ListQuery{Kind: "game", Prefix: "i", Limit: 9})), []string{"a"})
	same(t, allKeys(t, s, "s"), []string{"é"})
	tally, err := s.Tally(t.Context(), home, "s")
	must(t, err)
	same(t, tally, storage.Tally{Entries: 1, Numbers: map[string]int64{"n": -5}})
	j := jobs(t, s, claim(noon.Add(time.Second)))[0]
	same(t, []any{j.Tenant, j.Attempts, j.Due}, []any{home, 3, noon.Add(123456 * time.Microsecond)})
	e := one(t, s, noon)
	same(t, []any{e.Tenant, e.Attempts, e.Tried, e.Priority}, []any{home, 4, noon.Add(-time.Hour), -2})
	commit(t, s, home, storage.Change{DoneJobs: done("j", j.Token), DoneEffects: done("e", e.Token)})
	tenants, err := s.Tenants(t.Context())
	must(t, err)
	same(t, tenants, []storage.Tenant{home})
}

func importApart(t *testing.T, s storage.Store) {
	commit(t, s, other, everything())
	before := exported(t, s, other)
	imports(t, s, home, exported(t, s, other), 3)
	same(t, exported(t, s, home), before)
	commit(t, s, home, storage.Change{
		Docs:   []storage.DocPut{{Kind: "game", ID: "all", Version: 1, Body: raw(`2`)}},
		Cancel: []string{"all"}, Drop: []string{"all"}, Now: noon,
		Counts: []storage.CounterAdd{count("all", noon, 1)},
	})
	must(t, s.DropSet(t.Context(), home, "all"))
	same(t, exported(t, s, other), before)
}

func importConflicts(t *testing.T, s storage.Store) {
	must(t, s.Import(t.Context(), home, oddRecords()))
	before := exported(t, s, home)
	fresh := storage.Record{Doc: &storage.Doc{Kind: "game", ID: "fresh", Version: 1, Body: raw(`1`)}}
	for _, there := range oddRecords() {
		for _, page := range [][]storage.Record{{there}, {fresh, there}, {there, fresh}} {
			wants(t, s.Import(t.Context(), home, page), storage.ErrConflict)
			same(t, exported(t, s, home), before)
		}
	}
	for _, twice := range oddRecords() {
		wants(t, s.Import(t.Context(), other, []storage.Record{oddRecords()[1], twice, twice}), storage.ErrConflict)
		same(t, exported(t, s, other), []storage.Record{})
	}
}

func importedLanes(t *testing.T, s storage.Store) {
	var records []storage.Record
	for i := range 12 {
		e := effect(fmt.Sprint(20-i), fmt.Sprint("lane ", i%3), noon)
		records = append(records, storage.Record{Effect: &e})
	}
	imports(t, s, home, records, 5)
	for i := range 3 {
		putEffects(t, s, effect(fmt.Sprint(i), fmt.Sprint("lane ", i), noon))
	}
	came := map[string][]string{}
	for range 5 {
		leased := effects(t, s, claim(noon))
		same(t, len(leased), 3)
		for _, e := range leased {
			came[e.Lane] = append(came[e.Lane], e.Key)
			commit(t, s, home, storage.Change{DoneEffects: done(e.Key, e.Token)})
		}
	}
	same(t, came, map[string][]string{
		"lane 0": {"20", "17", "14", "11", "0"}, "lane 1": {"19", "16", "13", "10", "1"}, "lane 2": {"18", "15", "12", "9", "2"},
	})
	none(t, s, noon)
}

func importedNumbers(t *testing.T, s storage.Store) {
	must(t, s.Import(t.Context(), home, oddRecords()))
	r := commit(t, s, home, storage.Change{
		Docs:    []storage.DocPut{{Kind: "game", ID: "a", Version: 41, Body: raw(`1`)}},
		Entries: []storage.EntryPut{entry("s", "new"), entry("s", "é")},
		Tallies: []storage.TallyAdd{{Set: "s", Name: "n", Delta: 6}},
		Log:     []storage.LogLine{{At: noon}},
		Counts:  []storage.CounterAdd{{Name: "n", Hour: noon, Delta: 10}},
	})
	same(t, r.Seqs, []int64{10, 7})
	for _, r := range exported(t, s, home) {
		switch {
		case r.Doc != nil:
			same(t, r.Doc.Version, int64(42))
		case r.Set != nil:
			same(t, *r.Set, storage.SetRecord{Name: "s", Last: 10, Numbers: map[string]int64{"n": 1}})
		case r.Counter != nil:
			same(t, r.Counter.Value, int64(2))
		}
	}
	lines, err := s.Log(t.Context(), home, 0, 1)
	must(t, err)
	same(t, lines[0].N, int64(13))
	refuse(t, s, storage.Change{Once: &storage.Once{Key: "o", For: time.Hour}, Now: noon}, storage.ErrRepeated)
	commit(t, s, home, storage.Change{Once: &storage.Once{Key: "o", For: time.Hour}, Now: noon.Add(time.Minute)})
}

func importedPages(t *testing.T, s storage.Store) {
	const many, page = 20_000, 1500
	records := []storage.Record{{Set: &storage.SetRecord{Name: "s", Last: many}}}
	for i := range many {
		records = append(records, storage.Record{Entry: &storage.EntryRecord{Set: "s", Key: fmt.Sprintf("m%05d", (i*7919)%many), Seq: int64(i + 1), At: noon}})
	}
	imports(t, s, home, records, page)
	keys := allKeys(t, s, "s")
	same(t, len(keys), many)
	same(t, slices.IsSorted(keys), true)
	tally, err := s.Tally(t.Context(), home, "s")
	must(t, err)
	same(t, tally.Entries, int64(many))
	same(t, commit(t, s, home, storage.Change{Entries: []storage.EntryPut{entry("s", "last")}}).Seqs, []int64{many + 1})
	out := exported(t, s, home)
	same(t, len(out), many+2)
	records[0].Set.Last = many + 1
	same(t, out[0], records[0])
	back := map[string]int64{}
	for _, r := range out[1:] {
		back[r.Entry.Key] = r.Entry.Seq
	}
	for _, r := range records[1:] {
		if back[r.Entry.Key] != r.Entry.Seq {
			t.Fatalf("%s has number %d, not %d", r.Entry.Key, back[r.Entry.Key], r.Entry.Seq)
		}
	}
}

func refusedRecords(t *testing.T, s storage.Store) {
	large := json.RawMessage(`"` + strings.Repeat("x", storage.MaxBody) + `"`)
	d, l := &storage.Doc{Kind: "game", ID: "a", Version: 1}, &storage.LogLine{N: 1, At: noon}
	for name, r := range map[string]storage.Record{
		"nothing":                 {},
		"two things":              {Doc: d, Log: l},
		"a document never put":    {Doc: &storage.Doc{Kind: "game", ID: "a"}},
		"an entry without a set":  {Entry: &storage.EntryRecord{Set: "none", Key: "k", Seq: 1, At: noon}},
		"an entry without a key":  {Entry: &storage.EntryRecord{Set: "s", Seq: 1, At: noon}},
		"an entry without number": {Entry: &storage.EntryRecord{Set: "s", Key: "k", At: noon}},
		"an entry never numbered": {Entry: &storage.EntryRecord{Set: "s", Key: "k", Seq: 2, At: noon}},
		"an effect without lane":  {Effect: &storage.Effect{Key: "e", Due: noon}},
		"a line without number":   {Log: &storage.LogLine{At: noon}},
		"a large document":        {Doc: &storage.Doc{Kind: "game", ID: "a", Version: 1, Body: large}},
	} {
		err := s.Import(t.Context(), home, []storage.Record{{Set: &storage.SetRecord{Name: "s", Last: 1}}, r})
		if err == nil || name == "a large document" && !errors.Is(err, storage.ErrTooLarge) {
			t.Errorf("%s: %v", name, err)
		}
		same(t, exported(t, s, home), []storage.Record{})
	}
	if err := s.Import(t.Context(), "", []storage.Record{{Doc: d}}); err == nil {
		t.Error("a record without a tenant was imported")
	}
}

func movingEnded(t *testing.T, s storage.Store) {
	commit(t, s, other, everything())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	wants(t, s.Import(ctx, home, oddRecords()), context.Canceled)
	var last error
	for _, err := range s.Export(ctx, other) {
		last = err
	}
	wants(t, last, context.Canceled)
	same(t, exported(t, s, home), []storage.Record{})
}
