package backup

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"animo/storage"
	"animo/storage/sqlite"
)

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

const first, second storage.Tenant = "discord:1", "slack:T1"

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func open(t testing.TB) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), filepath.Join(t.TempDir(), "animo.db"))
	must(t, err)
	t.Cleanup(func() { must(t, s.Close()) })
	return s
}

func commit(t testing.TB, s storage.Store, tenant storage.Tenant, c storage.Change) {
	t.Helper()
	_, err := s.Commit(t.Context(), tenant, c)
	must(t, err)
}

func putDoc(kind, id, body string) storage.DocPut {
	return storage.DocPut{Kind: kind, ID: id, Body: json.RawMessage(body)}
}

// furnished is a store with something of everything: two communities and
// what leads to them, bodies that JSON could spoil, things that were held.
func furnished(t testing.TB) *sqlite.Store {
	t.Helper()
	s := open(t)
	furnish(t, s)
	return s
}

func furnish(t testing.TB, s storage.Store) {
	t.Helper()
	commit(t, s, storage.System, storage.Change{Docs: []storage.DocPut{
		putDoc("space", "discord:1", `{"community":"discord:1"}`), putDoc("space", "slack:T1", `{}`), putDoc("gateway-session", "discord-0", `{"id":"x"}`),
	}})
	for i, tenant := range []storage.Tenant{first, second} {
		c := storage.Change{
			Docs:    []storage.DocPut{putDoc("game", "a", `{"prize":"Théière <b>&amp; \u2028 🎉"}`), {Kind: "game", ID: "none", Index: "i"}},
			Tallies: []storage.TallyAdd{{Set: "a", Name: "votes", Delta: 3}, {Set: "empty", Name: "no", Delta: 0}},
			Jobs:    []storage.Job{{Key: "j", Kind: "end", Due: noon}, {Key: "later", Kind: "end", Due: noon.Add(time.Hour), Body: json.RawMessage(`null`)}},
			Log:     []storage.LogLine{{At: noon, Actor: "animo", Action: "a"}, {At: noon, Body: json.RawMessage(`[1]`)}},
			Counts:  []storage.CounterAdd{{Name: "messages", Hour: noon, Delta: 5}, {Name: "messages", Key: "c", Hour: noon, Delta: -2}},
			Once:    &storage.Once{Key: "event", For: time.Hour},
			Now:     noon,
		}
		for k := range 40 + i {
			c.Entries = append(c.Entries, storage.EntryPut{Set: "a", Key: fmt.Sprint("member ", k), At: noon.Add(time.Duration(k) * time.Microsecond)})
		}
		for k := range 6 {
			c.Effects = append(c.Effects, storage.Effect{Key: fmt.Sprint(9 - k), Lane: fmt.Sprint("lane ", k%2), Priority: k, Due: noon, Body: json.RawMessage(`{"say":1}`)})
		}
		commit(t, s, tenant, c)
	}
	claim := storage.Claim{Owner: "me", Now: noon, For: time.Minute, Limit: 2}
	jobs, err := s.LeaseJobs(t.Context(), claim)
	must(t, err)
	effects, err := s.LeaseEffects(t.Context(), claim)
	must(t, err)
	if len(jobs)+len(effects) != 4 {
		t.Fatalf("%d jobs and %d effects are held", len(jobs), len(effects))
	}
}

// contents are all tenants' records, one line of JSON each.
func contents(t testing.TB, s Source) []string {
	t.Helper()
	tenants, err := s.Tenants(t.Context())
	must(t, err)
	var all []string
	for _, tenant := range tenants {
		for r, err := range s.Export(t.Context(), tenant) {
			must(t, err)
			text, err := json.Marshal(r)
			must(t, err)
			all = append(all, string(tenant)+" "+string(text))
		}
	}
	return all
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("not as expected (-want +got):\n%s", diff)
	}
}

// wants checks that an error is of a kind and reads as a sentence about it.
func wants(t testing.TB, err, want error, words ...string) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Fatalf("the error is %v, not %v", err, want)
	}
	for _, w := range words {
		if !strings.Contains(err.Error(), w) {
			t.Fatalf("%q does not say %q", err, w)
		}
	}
}

var options = WriteOptions{MadeAt: noon, Program: "v1", Store: "sqlite", work: 10}

func written(t testing.TB, s Source, passphrase string) []byte {
	t.Helper()
	o := options
	o.Passphrase = passphrase
	var out bytes.Buffer
	_, err := Write(t.Context(), &out, s, o)
	must(t, err)
	return out.Bytes()
}

func read(t testing.TB, file []byte, s storage.Store, o ReadOptions) (Summary, error) {
	t.Helper()
	return Read(t.Context(), bytes.NewReader(file), s, o)
}

func check(t testing.TB, file []byte, passphrase string) (Summary, error) {
	t.Helper()
	return Check(t.Context(), bytes.NewReader(file), passphrase)
}

// plain is what stands in an unencrypted file.
func plain(t testing.TB, file []byte) string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(file))
	must(t, err)
	text, err := io.ReadAll(z)
	must(t, err)
	return string(text)
}

// packed is a file in which a text stands.
func packed(t testing.TB, text string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	_, err := io.WriteString(z, text)
	must(t, errors.Join(err, z.Close()))
	return out.Bytes()
}
