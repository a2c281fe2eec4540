package storagetest

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"animo/storage"
)

// promise is one sentence of the port with its proof.
type promise struct {
	sentence string
	hold     func(t *testing.T, s storage.Store)
}

// Run tests that the stores returned by open, each of which must be empty
// and is closed by open's own clean-up, keep what the port promises.
func Run(t *testing.T, open func(t *testing.T) storage.Store) {
	t.Helper()
	all := slices.Concat(docPromises(), changePromises(), entryPromises(), jobPromises(), effectPromises(),
		lanePromises(), logPromises(), leasePromises(), storePromises(), movingPromises())
	for _, p := range all {
		t.Run(p.sentence, func(t *testing.T) { p.hold(t, open(t)) })
	}
	t.Run("any history ends as it does in plain maps", func(t *testing.T) { runModel(t, open) })
	t.Run("any history goes on elsewhere", func(t *testing.T) { runMoved(t, open) })
}

const (
	home  storage.Tenant = "discord:100"
	other storage.Tenant = "slack:T1"
)

// noon is when tests happen.
var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func raw(text string) json.RawMessage { return json.RawMessage(text) }

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func commit(t *testing.T, s storage.Store, tenant storage.Tenant, c storage.Change) storage.Receipt {
	t.Helper()
	r, err := s.Commit(t.Context(), tenant, c)
	must(t, err)
	return r
}

func refuse(t *testing.T, s storage.Store, c storage.Change, want error) {
	t.Helper()
	_, err := s.Commit(t.Context(), home, c)
	wants(t, err, want)
}

func wants(t *testing.T, err, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("the error is %v, not %v", err, want)
	}
}

func same(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("not as expected (-want +got):\n%s", diff)
	}
}

func doc(id string, version int64, body string) storage.DocPut {
	return storage.DocPut{Kind: "game", ID: id, Version: version, Body: raw(body)}
}

func entry(set, key string) storage.EntryPut {
	return storage.EntryPut{Set: set, Key: key, At: noon}
}

func claim(now time.Time) storage.Claim {
	return storage.Claim{Owner: "me", Now: now, For: time.Minute, Limit: 100}
}

func jobs(t *testing.T, s storage.Store, c storage.Claim) []storage.Job {
	t.Helper()
	list, err := s.LeaseJobs(t.Context(), c)
	must(t, err)
	return list
}

func effects(t *testing.T, s storage.Store, c storage.Claim) []storage.Effect {
	t.Helper()
	list, err := s.LeaseEffects(t.Context(), c)
	must(t, err)
	return list
}

// keysOf names things for comparing.
func keysOf[T any](list []T, key func(T) string) []string {
	keys := []string{}
	for _, v := range list {
		keys = append(keys, key(v))
	}
	return keys
}

func jobKeys(list []storage.Job) []string {
	return keysOf(list, func(j storage.Job) string { return j.Key })
}

func effectKeys(list []storage.Effect) []string {
	return keysOf(list, func(e storage.Effect) string { return e.Key })
}
