package backup

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"animo/storage"
	"animo/storage/sqlite"
)

func TestWhatIsBackedUpIsRestored(t *testing.T) {
	for name, passphrase := range map[string]string{"plain": "", "encrypted": "correct horse"} {
		t.Run(name, func(t *testing.T) {
			from, to := furnished(t), open(t)
			file := written(t, from, passphrase)
			sum, err := check(t, file, passphrase)
			must(t, err)
			same(t, []any{sum.Version, sum.Program, sum.Store, sum.MadeAt, sum.Encrypted, sum.Communities}, []any{1, "v1", "sqlite", noon, passphrase != "", 2})
			same(t, []int64{sum.Sums.Documents.N, sum.Sums.Sets.N, sum.Sums.Entries.N, sum.Sums.Jobs.N, sum.Sums.Effects.N, sum.Sums.Log.N, sum.Sums.Counters.N, sum.Sums.Once.N, sum.Sums.Tallied, sum.Sums.Counted},
				[]int64{7, 4, 81, 4, 12, 4, 4, 2, 6, 6})
			restored, err := read(t, file, to, ReadOptions{Passphrase: passphrase})
			must(t, err)
			same(t, []any{restored.Header, restored.Sums, restored.Communities}, []any{sum.Header, sum.Sums, 2})
			same(t, contents(t, to), contents(t, from))
			must(t, Unfinished(t.Context(), to))
			// And back, as into another house and home again.
			home := open(t)
			_, err = read(t, written(t, to, ""), home, ReadOptions{})
			must(t, err)
			same(t, contents(t, home), contents(t, from))
		})
	}
}

func TestAnEmptyStoreIsBackedUpAndRestored(t *testing.T) {
	to := open(t)
	sum, err := read(t, written(t, open(t), ""), to, ReadOptions{})
	must(t, err)
	same(t, sum.Communities, 0)
	same(t, len(contents(t, to)), 0)
}

func TestAnEncryptedFileShowsNothing(t *testing.T) {
	file := written(t, furnished(t), "correct horse")
	for _, secret := range []string{"discord:1", "member", "correct horse"} {
		if bytes.Contains(file, []byte(secret)) {
			t.Errorf("%q can be read", secret)
		}
	}
	if bytes.Contains(file, []byte("\x1f\x8b\x08\x00")) {
		t.Error("the compressed text can be found")
	}
}

// The files of version 1 stay readable, with the sums that they have: the
// fixture was written by the first version that made backups.
func TestAFileOfTheFirstVersionIsRead(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("testdata", "v1.jsonl"))
	must(t, err)
	to := open(t)
	_, err = read(t, packed(t, string(text)), to, ReadOptions{})
	must(t, err)
	same(t, contents(t, to), contents(t, furnished(t)))
}

func TestDocumentsCanBeLeftOut(t *testing.T) {
	o := options
	o.Leave = func(tenant storage.Tenant, kind string) bool {
		return tenant == storage.System && kind == "gateway-session"
	}
	var file bytes.Buffer
	_, err := Write(t.Context(), &file, furnished(t), o)
	must(t, err)
	text := plain(t, file.Bytes())
	if strings.Contains(text, "gateway-session") || !strings.Contains(text, `"kind":"space"`) {
		t.Error(text)
	}
	to := open(t)
	_, err = read(t, file.Bytes(), to, ReadOptions{})
	must(t, err)
}

// Members go on entering while a backup is made: the file is whole, and each
// set has given out at least the numbers that its entries have.
func TestABackupIsMadeWhileTheBotWrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "animo.db")
	s, err := sqlite.Open(t.Context(), path)
	must(t, err)
	defer func() { must(t, s.Close()) }()
	furnish(t, s)
	var wg sync.WaitGroup
	stop := make(chan struct{})
	wg.Go(func() {
		for i := range 1500 { // the slower the machine, the fewer
			select {
			case <-stop:
				return
			default:
			}
			tenant := storage.Tenant(fmt.Sprint("discord:", i%9))
			_, err := s.Commit(t.Context(), tenant, storage.Change{
				Entries: []storage.EntryPut{{Set: "a", Key: fmt.Sprint("late ", i), At: noon}},
				Effects: []storage.Effect{{Key: fmt.Sprint("late ", i), Lane: "l", Due: noon}},
				Counts:  []storage.CounterAdd{{Name: "messages", Hour: noon, Delta: 1}},
				Log:     []storage.LogLine{{At: noon}},
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	for range 3 {
		snapshot, err := sqlite.OpenSnapshot(t.Context(), path)
		must(t, err)
		for _, source := range []Source{s, snapshot} {
			file := written(t, source, "")
			to := open(t)
			_, err := read(t, file, to, ReadOptions{})
			must(t, err)
			if source == snapshot {
				same(t, contents(t, to), contents(t, snapshot))
			}
		}
		must(t, snapshot.Close())
	}
	close(stop)
	wg.Wait()
}

func TestProgressIsTold(t *testing.T) {
	var told []Progress
	o := options
	o.Progress = func(p Progress) { told = append(told, p) }
	var file bytes.Buffer
	sum, err := Write(t.Context(), &file, furnished(t), o)
	must(t, err)
	last := told[len(told)-1]
	same(t, last, Progress{Tenant: second, Done: 2, Of: 3, Records: sum.Sums.Records()})
	told = nil
	_, err = read(t, file.Bytes(), open(t), ReadOptions{Progress: o.Progress})
	must(t, err)
	same(t, told[len(told)-1], Progress{Tenant: second, Done: 2, Records: sum.Sums.Records()})
}

func TestABodyThatIsNoJSONIsNamed(t *testing.T) {
	s := open(t)
	commit(t, s, first, storage.Change{Docs: []storage.DocPut{{Kind: "game", ID: "bad", Body: json.RawMessage(`{`)}}})
	_, err := Write(t.Context(), &bytes.Buffer{}, s, options)
	if err == nil || !strings.Contains(err.Error(), "discord:1") || !strings.Contains(err.Error(), "game bad") {
		t.Fatal(err)
	}
}
