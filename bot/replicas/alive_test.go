package replicas

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"animo/storage"
)

// visitor looks at the replicas as the doctor does: it does not run.
func (w *town) visitor() *Replicas {
	r := New(Config{
		Store: w.store, Owner: "visitor", Machine: time.Now, Log: slog.New(slog.DiscardHandler), Clock: func(context.Context) (time.Time, error) { return time.Now(), nil },
	})
	r.pace = quick
	return r
}

func TestWhoLivesIsCountedByWhoeverLooks(t *testing.T) {
	w := open(t)
	counts := func(want int) func() bool {
		return func() bool {
			n, err := w.visitor().Alive(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return n == want
		}
	}
	if !counts(0)() {
		t.Error("somebody lives in an empty store")
	}
	a, b := w.join(), w.join()
	eventually(t, "two live", counts(2))
	b.dead.Store(true)
	eventually(t, "one is dead", counts(1))
	if n, err := a.Alive(t.Context()); n != 1 || err != nil {
		t.Errorf("the one that is left counts %d, %v", n, err)
	}
	if n, err := (*Replicas)(nil).Alive(t.Context()); n != 1 || err != nil {
		t.Errorf("alone there are %d, %v", n, err)
	}
}

// What Kinds names is all that replicas leave in a store.
func TestReplicasLeaveNoOtherKindsBehind(t *testing.T) {
	w := open(t)
	a := w.join()
	if _, err := a.Agree(t.Context(), "shards", 3); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it lives", func() bool { return shared(a) })
	found := map[string]bool{}
	for r, err := range w.store.Export(t.Context(), storage.System) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Doc == nil {
			t.Fatalf("%+v is no document", r)
		}
		found[r.Doc.Kind] = true
	}
	for _, k := range Kinds() {
		if !found[k] {
			t.Errorf("it has written no %s", k)
		}
		delete(found, k)
	}
	if len(found) > 0 {
		t.Errorf("it has written %v too", found)
	}
}
