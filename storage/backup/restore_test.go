package backup

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"animo/storage"
	"animo/storage/sqlite"
	"animo/storage/storagetest"
)

var errDisk = errors.New("no space")

func TestAStoreThatIsNotEmptyIsRefused(t *testing.T) {
	file, to := written(t, furnished(t), ""), open(t)
	for i := range 7 {
		commit(t, to, storage.Tenant(fmt.Sprint("discord:", i+5)), storage.Change{Docs: []storage.DocPut{putDoc("game", "a", `1`)}})
	}
	before := contents(t, to)
	_, err := read(t, file, to, ReadOptions{})
	wants(t, err, ErrNotEmpty, "discord:5", "and 2 more")
	_, err = read(t, file, to, ReadOptions{Resume: true})
	wants(t, err, ErrNotEmpty)
	same(t, contents(t, to), before)
}

// What the store has of a community stays, every bit of it; what it does not
// have is added, and the ways that lead to it.
func TestIntoAStoreThatIsNotEmptyOnlyWhatIsMissingIsRestored(t *testing.T) {
	from, to := furnished(t), open(t)
	commit(t, to, storage.System, storage.Change{Docs: []storage.DocPut{putDoc("space", "discord:1", `"mine"`)}})
	commit(t, to, first, storage.Change{Docs: []storage.DocPut{putDoc("game", "mine", `1`)}})
	mine := contents(t, to)
	sum, err := read(t, written(t, from, ""), to, ReadOptions{IntoExisting: true})
	must(t, err)
	same(t, sum.Left, []storage.Tenant{first})
	want := map[string]bool{}
	for _, line := range mine {
		want[line] = true
	}
	for _, line := range contents(t, from) {
		if strings.HasPrefix(line, string(second)) || strings.HasPrefix(line, "system ") && !strings.Contains(line, "discord:1") {
			want[line] = true
		}
	}
	got := map[string]bool{}
	for _, line := range contents(t, to) {
		got[line] = true
	}
	same(t, got, want)
}

// Every write of a restore fails once, before it took effect or after. The
// error says what is there, nothing else may be done with the store, and the
// same file finishes it.
func TestARestoreThatFailsMidwayIsResumed(t *testing.T) {
	from := furnished(t)
	file := written(t, from, "")
	want := contents(t, from)
	other := written(t, from, "")
	for n, more := 1, true; more; n++ {
		for _, after := range []bool{false, true} {
			to := &storagetest.Failing{Store: open(t)}
			if after {
				to.After = storagetest.FailAt(n, errDisk)
			} else {
				to.Before = storagetest.FailAt(n, errDisk)
			}
			_, err := read(t, file, to, ReadOptions{})
			if err == nil {
				more = false
				same(t, contents(t, to), want)
				continue
			}
			wants(t, err, errDisk)
			wholeIsWhole(t, err, to, want)
			if Unfinished(t.Context(), to) != nil {
				stays(t, file, other, to)
			}
			_, err = read(t, file, to, ReadOptions{Resume: true})
			must(t, err)
			same(t, contents(t, to), want)
		}
	}
}

// wholeIsWhole checks what an error says of the store.
func wholeIsWhole(t *testing.T, err error, s storage.Store, want []string) {
	t.Helper()
	var part *PartError
	if !errors.As(err, &part) {
		same(t, len(contents(t, s)) <= 1, true) // at most the bookmark
		return
	}
	there := map[string]bool{}
	for _, line := range contents(t, s) {
		there[line] = true
	}
	for _, line := range want {
		tenant, _, _ := strings.Cut(line, " ")
		for _, whole := range part.Whole {
			if tenant == string(whole) && !there[line] {
				t.Fatalf("%s is said to be there whole, without %s", tenant, line)
			}
		}
	}
	for _, whole := range part.Whole {
		wants(t, err, errDisk, string(whole))
	}
}

// stays checks that an unfinished restore keeps others away.
func stays(t *testing.T, file, other []byte, s storage.Store) {
	t.Helper()
	before := contents(t, s)
	_, err := read(t, file, s, ReadOptions{})
	wants(t, err, ErrUnfinished, "2026-03-01 12:00 UTC")
	_, err = read(t, file, s, ReadOptions{IntoExisting: true})
	wants(t, err, ErrUnfinished)
	_, err = read(t, other, s, ReadOptions{Resume: true})
	wants(t, err, ErrUnfinished, "not of this backup")
	_, err = Write(t.Context(), &strings.Builder{}, s, options)
	wants(t, err, ErrUnfinished)
	same(t, contents(t, s), before)
}

func TestARestoreBesideOthersIsResumed(t *testing.T) {
	file := written(t, furnished(t), "")
	for n := 1; n <= 6; n++ {
		to := &storagetest.Failing{Store: open(t)}
		commit(t, to.Store, storage.System, storage.Change{Docs: []storage.DocPut{putDoc("space", "discord:1", `"mine"`)}})
		commit(t, to.Store, first, storage.Change{Docs: []storage.DocPut{putDoc("game", "mine", `1`)}})
		to.After = storagetest.FailAt(n, errDisk)
		if _, err := read(t, file, to, ReadOptions{IntoExisting: true}); err != nil {
			wants(t, err, errDisk)
			_, err = read(t, file, to, ReadOptions{Resume: true})
			must(t, err)
		}
		whole := open(t)
		commit(t, whole, storage.System, storage.Change{Docs: []storage.DocPut{putDoc("space", "discord:1", `"mine"`)}})
		commit(t, whole, first, storage.Change{Docs: []storage.DocPut{putDoc("game", "mine", `1`)}})
		_, err := read(t, file, whole, ReadOptions{IntoExisting: true})
		must(t, err)
		same(t, contents(t, to), contents(t, whole))
	}
}

// A page is larger than what is left when the process dies in the middle of a
// community: most of it is there and is not loaded again.
func TestALargeCommunityIsResumed(t *testing.T) {
	const many = 3*pageRecords + 7
	from := open(t)
	c := storage.Change{}
	for i := range many {
		c.Entries = append(c.Entries, storage.EntryPut{Set: "a", Key: fmt.Sprint(i), At: noon})
		c.Effects = append(c.Effects, storage.Effect{Key: fmt.Sprint(i), Lane: "l", Due: noon})
	}
	commit(t, from, first, c)
	file := written(t, from, "")
	to := &storagetest.Failing{Store: open(t)}
	ctx, cancel := context.WithCancel(t.Context())
	to.After = func(_ string, n int) error {
		if n == 5 {
			cancel()
		}
		return nil
	}
	_, err := Read(ctx, strings.NewReader(string(file)), to, ReadOptions{})
	wants(t, err, context.Canceled, "in part: discord:1")
	part := len(contents(t, to))
	if part < 2*pageRecords || part > many {
		t.Fatalf("%d records are there", part)
	}
	to.After = nil
	_, err = read(t, file, to, ReadOptions{Resume: true})
	must(t, err)
	same(t, contents(t, to), contents(t, from))
}

func TestWhatABotWroteMeanwhileIsNoticed(t *testing.T) {
	file := written(t, furnished(t), "")
	for name, write := range map[string]storage.Change{
		"into a document": {Docs: []storage.DocPut{{Kind: "game", ID: "a", Version: 1, Body: []byte(`2`)}}},
		"a line":          {Log: []storage.LogLine{{At: noon}}},
		"a count":         {Counts: []storage.CounterAdd{{Name: "messages", Hour: noon, Delta: 1}}},
	} {
		t.Run(name, func(t *testing.T) {
			to := &storagetest.Failing{Store: open(t)}
			to.After = func(op string, _ int) error {
				if op != "Import" {
					return nil
				}
				if _, err := to.Store.Commit(t.Context(), first, write); err != nil && !errors.Is(err, storage.ErrConflict) {
					return err
				}
				return nil
			}
			_, err := read(t, file, to, ReadOptions{})
			var part *PartError
			if !errors.As(err, &part) || !strings.Contains(err.Error(), "is a bot running on the store?") {
				t.Fatal(err)
			}
		})
	}
}

var _ Source = (*sqlite.Snapshot)(nil)
