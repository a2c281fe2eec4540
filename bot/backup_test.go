package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/testscript"

	"animo/bot/app"
	"animo/bot/config"
	"animo/bot/sandbox"
	"animo/storage"
	"animo/storage/backup"
	"animo/storage/redis/redistest"
	"animo/storage/sqlite"
	"animo/storage/storagetest"
)

// backupCommands are those of the scripts about backups.
func backupCommands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	on := func(f func(ts *testscript.TestScript, args []string) error) func(*testscript.TestScript, bool, []string) {
		return func(ts *testscript.TestScript, _ bool, args []string) { ts.Check(f(ts, args)) }
	}
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		// store FILE makes a store with two communities.
		"store": on(func(ts *testscript.TestScript, args []string) error { return makeStore(ts.MkAbs(args[0])) }),
		// same A B demands that two stores hold the same, but for what stays
		// on one machine.
		"same": on(func(ts *testscript.TestScript, args []string) error {
			return sameStores(ts.MkAbs(args[0]), ts.MkAbs(args[1]))
		}),
		// held FILE CODE ARGS runs animo while another process has the store.
		"held": on(func(ts *testscript.TestScript, args []string) error {
			s, err := sqlite.Open(context.Background(), ts.MkAbs(args[0]))
			if err != nil {
				return err
			}
			exits(ts, false, args[1:])
			return s.Close()
		}),
		// interrupt BACKUP FILE leaves half a restore in a store.
		"interrupt": on(func(ts *testscript.TestScript, args []string) error {
			return interrupt(ts.ReadFile(args[0]), ts.MkAbs(args[1]))
		}),
		// cut FROM TO, damage FROM TO and pack LINES TO make backups.
		"cut": on(func(ts *testscript.TestScript, args []string) error {
			text := ts.ReadFile(args[0])
			return os.WriteFile(ts.MkAbs(args[1]), []byte(text[:len(text)/2]), 0o600)
		}),
		"damage": on(func(ts *testscript.TestScript, args []string) error {
			text := []byte(ts.ReadFile(args[0]))
			text[len(text)-6] ^= 1 // in gzip's checksum
			return os.WriteFile(ts.MkAbs(args[1]), text, 0o600)
		}),
		"pack": on(func(ts *testscript.TestScript, args []string) error {
			var out bytes.Buffer
			z := gzip.NewWriter(&out)
			_, err := z.Write([]byte(ts.ReadFile(args[0])))
			return errors.Join(err, z.Close(), os.WriteFile(ts.MkAbs(args[1]), out.Bytes(), 0o600))
		}),
		// private FILE demands that its owner alone can read it, and that
		// nothing half written lies beside it.
		"private": on(func(ts *testscript.TestScript, args []string) error {
			left, err := filepath.Glob(ts.MkAbs(".animo-backup-*"))
			info, err2 := os.Stat(ts.MkAbs(args[0]))
			if err := errors.Join(err, err2); err != nil {
				return err
			}
			if len(left) > 0 || filepath.Separator == '/' && info.Mode().Perm() != 0o600 {
				return fmt.Errorf("mode %v, and %v is there", info.Mode(), left)
			}
			return nil
		}),
	}
}

func makeStore(path string) error {
	ctx, now := context.Background(), time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	s, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	system := storage.Change{}
	for _, kind := range append(app.ProcessKinds(), "space") {
		system.Docs = append(system.Docs, storage.DocPut{Kind: kind, ID: "a", Body: []byte(`{}`)})
	}
	_, err = s.Commit(ctx, storage.System, system)
	for i, t := range []storage.Tenant{"discord:1", "slack:T1"} {
		c := storage.Change{
			Docs:   []storage.DocPut{{Kind: "instance", ID: "a", Index: "open", Body: []byte(`{"prize":"Théière"}`)}},
			Jobs:   []storage.Job{{Key: "end", Kind: "end", Due: now}},
			Counts: []storage.CounterAdd{{Name: "messages", Hour: now, Delta: 7}},
			Log:    []storage.LogLine{{At: now, Actor: "animo", Action: "giveaway.start"}},
		}
		for k := range 25 {
			c.Entries = append(c.Entries, storage.EntryPut{Set: "a", Key: fmt.Sprint(k), At: now})
		}
		if i == 0 {
			c.Effects = []storage.Effect{{Key: "say", Lane: "channel", Due: now}}
		}
		_, err2 := s.Commit(ctx, t, c)
		err = errors.Join(err, err2)
	}
	return errors.Join(err, s.Close())
}

// records are what a store holds, as JSON, without what stays on one
// machine.
func records(path string) (all []string, err error) {
	ctx := context.Background()
	s, err := sqlite.OpenSnapshot(ctx, path)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	tenants, err := s.Tenants(ctx)
	if err != nil {
		return nil, err
	}
	for _, t := range tenants {
		for r, err := range s.Export(ctx, t) {
			if err != nil {
				return nil, err
			}
			if r.Doc != nil && stays(t, r.Doc.Kind) {
				continue
			}
			text, err := json.Marshal(r)
			if err != nil {
				return nil, err
			}
			all = append(all, string(t)+" "+string(text))
		}
	}
	return all, nil
}

func sameStores(a, b string) error {
	was, err := records(a)
	is, err2 := records(b)
	if err := errors.Join(err, err2); err != nil {
		return err
	}
	if diff := cmp.Diff(was, is); diff != "" || len(was) == 0 {
		return fmt.Errorf("%d records, and not the same:\n%s", len(was), diff)
	}
	return nil
}

// interrupt restores until the power goes, after the third write.
func interrupt(file, path string) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	s, err := sqlite.Open(ctx, path)
	if err != nil {
		return err
	}
	f := &storagetest.Failing{Store: s, After: func(_ string, n int) error {
		if n == 3 {
			cancel()
		}
		return nil
	}}
	if _, err := backup.Read(ctx, strings.NewReader(file), f, backup.ReadOptions{}); err == nil {
		return errors.New("nothing interrupted it")
	}
	return s.Close()
}

// animo runs the program with a store and returns what it prints.
func animo(t *testing.T, url string, args ...string) string {
	t.Helper()
	c := exec.Command("animo", args...)
	c.Env = append(os.Environ(), "ANIMO_STORAGE_URL="+url)
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("animo %v: %v\n%s", args, err, out)
	}
	return string(out)
}

// A rehearsal moves house while it runs: its store goes into a file and into
// another folder, and there the giveaway ends, once, with those who entered.
func TestARunningBotMovesHouse(t *testing.T) {
	dir := t.TempDir()
	old, file, moved := filepath.Join(dir, "old"), filepath.Join(dir, "house.animo"), filepath.Join(dir, "new")
	r := rehearse(t, old, "en")
	for _, platform := range []string{"discord", "slack"} {
		people, channels := r.world(platform)
		r.act(platform, map[string]any{"as": people["admin"], "kind": "command", "channel": channels["contests"], "text": "/giveaway start duration:2h prize:Teapot winners:2"})
		r.enter(platform, people, channels["contests"], "Teapot", "member-1", "member-2", "member-3")
	}
	animo(t, "sqlite:"+filepath.Join(old, "animo.db"), "backup", file)
	r.kill()
	if err := os.CopyFS(moved, os.DirFS(old)); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"animo.db", "animo.db-wal", "animo.db-shm", "animo.db.lock"} {
		if err := os.Remove(filepath.Join(moved, name)); err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
	}
	out := animo(t, "sqlite:"+filepath.Join(moved, "animo.db"), "restore", file)
	for _, want := range []string{" 2 communities\n", " 6 entries of members\n", "all counts and sums agree"} {
		if !strings.Contains(out, want) {
			t.Errorf("%q is not in\n%s", want, out)
		}
	}
	// A second time around it is the same file, to the byte of each record.
	again := filepath.Join(dir, "again.db")
	animo(t, "sqlite:"+filepath.Join(moved, "animo.db"), "backup", filepath.Join(dir, "again.animo"))
	animo(t, "sqlite:"+again, "restore", filepath.Join(dir, "again.animo"))
	if err := sameStores(filepath.Join(moved, "animo.db"), again); err != nil {
		t.Error(err)
	}
	r = rehearse(t, moved, "en")
	var clock struct{ Now time.Time }
	r.post("/api/clock", map[string]string{"advance": "3h"}, &clock)
	for _, platform := range []string{"discord", "slack"} {
		people, channels := r.world(platform)
		if n := len(r.await(platform, people["member-4"], channels["contests"], "Congratulations", "Teapot")); n != 1 {
			t.Errorf("%d announcements on %s, want 1", n, platform)
		}
	}
}

// The kinds that stay behind are those that a running bot writes: on Redis also
// what its processes have agreed on.
func TestSessionsStayBehind(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		staysBehind(t, "sqlite:"+filepath.Join(t.TempDir(), "animo.db"), "gateway-session", "command-hash")
	})
	t.Run("redis", func(t *testing.T) {
		staysBehind(t, redistest.Start(t), "gateway-session", "command-hash", "replica", "agreed")
	})
}

func staysBehind(t *testing.T, url string, written ...string) {
	t.Helper()
	dir := t.TempDir()
	sb, err := sandbox.Start(t.Context(), sandbox.Options{Listen: "127.0.0.1:0", Data: filepath.Join(dir, "world"), Language: "en"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = sb.Close(context.Background()) })
	c := exec.Command("animo", "run")
	c.Env = append(os.Environ(), "ANIMO_STORAGE_URL="+url, "ANIMO_DISCORD_TOKEN="+sb.DiscordToken(),
		"ANIMO_DISCORD_API_URL="+sb.DiscordURL(), "ANIMO_HTTP_LISTEN=")
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _, _ = c.Process.Kill(), c.Wait() })
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		kinds := systemKinds(t, url)
		if !slices.ContainsFunc(written, func(k string) bool { return !kinds[k] }) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("the bot has written %v", kinds)
		}
	}
	file, again := filepath.Join(dir, "house.animo"), filepath.Join(dir, "again.db")
	animo(t, url, "backup", file)
	animo(t, "sqlite:"+again, "restore", file)
	kinds := systemKinds(t, "sqlite:"+again)
	if slices.ContainsFunc(written, func(k string) bool { return kinds[k] }) || !kinds["space"] {
		t.Errorf("%v has moved", kinds)
	}
}

// systemKinds are the kinds of documents that belong to the bot itself, as
// soon as there is a store.
func systemKinds(t *testing.T, url string) map[string]bool {
	t.Helper()
	s, err := openSource(t.Context(), config.StorageURL(url))
	if err != nil {
		return nil
	}
	defer func() { _ = s.Close() }()
	kinds := map[string]bool{}
	for r, err := range s.Export(t.Context(), storage.System) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Doc != nil {
			kinds[r.Doc.Kind] = true
		}
	}
	return kinds
}
