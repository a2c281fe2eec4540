package app

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/replicas"
	"animo/storage/redis/redistest"
)

// examined are the doctor's lines, and its verdict.
func examined(t *testing.T, o Options) (string, bool) {
	t.Helper()
	var out bytes.Buffer
	well, err := Doctor(t.Context(), o, &out)
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), well
}

func lineOf(text, begins string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, begins) {
			return line
		}
	}
	return ""
}

func TestTheDoctorSaysWhatARedisKeeps(t *testing.T) {
	sb := startSandbox(t)
	for _, row := range []struct {
		settings []string
		well     bool
		sign     string
		english  []string
		french   string
	}{
		{nil, true, "✅", []string{"is version 7", "appendfsync everysec", "replicas: 0"}, "ajoute chaque changement"},
		{[]string{"--appendonly", "no"}, true, "⚠️", []string{"keeps nothing on disk", "config set appendonly yes", "appendfsync everysec"}, "ne garde rien sur disque"},
		{[]string{"--appendonly", "no", "--save", "900 1 60 1000"}, true, "⚠️", []string{"up to 15 min may be lost"}, "jusqu’à 15 min"},
		{[]string{"--maxmemory", "1gb", "--maxmemory-policy", "allkeys-lru"}, false, "❌", []string{"maxmemory-policy allkeys-lru", "does not start", "noeviction"}, "jette des données"},
	} {
		o := Options{Config: configFor(t, sb)}
		o.Config.Storage.URL = config.StorageURL(redistest.Start(t, row.settings...))
		text, well := examined(t, o)
		line := lineOf(text, row.sign+" Redis")
		for _, want := range row.english {
			if !strings.Contains(line, want) || well != row.well {
				t.Errorf("%v: %v, and no line with %q:\n%s", row.settings, well, want, text)
			}
		}
		o.Config.Language = chat.French
		if text, _ := examined(t, o); !strings.Contains(lineOf(text, row.sign+" Redis"), row.french) {
			t.Errorf("%v: no line with %q:\n%s", row.settings, row.french, text)
		}
	}
}

// What members of the staff ask in a channel is answered by the same servers.
func TestTheDiagnosticKnowsTheServersToo(t *testing.T) {
	sb := startSandbox(t)
	for url, has := range map[config.StorageURL]bool{config.StorageURL(redistest.Start(t)): true, configFor(t, sb).Storage.URL: false} {
		o := Options{Config: configFor(t, sb)}
		o.Config.Storage.URL = url
		a, err := New(t.Context(), o)
		if err != nil {
			t.Fatal(err)
		}
		if a.registry.Servers != a.servers || (a.servers != nil) != has {
			t.Errorf("on %s the commands know %v, the doctor %v", url.Scheme(), a.registry.Servers, a.servers)
		}
		a.Close()
	}
}

// Six processes share a store and a Slack app: the doctor beside them counts
// them, and says what Slack will not have.
func TestTheDoctorNamesMoreReplicasThanSlackTakes(t *testing.T) {
	sb := startSandbox(t)
	o := Options{Config: configFor(t, sb)}
	o.Config.Storage.URL = config.StorageURL(redistest.Start(t))
	if text, _ := examined(t, o); strings.Contains(text, "load balancer") {
		t.Errorf("nobody runs, and it says\n%s", text)
	}
	s, err := OpenStore(t.Context(), o.Config.Storage.URL)
	if err != nil {
		t.Fatal(err)
	}
	for n := range 6 {
		r := replicas.New(replicas.Config{
			Store: s, Owner: fmt.Sprint("replica-", n), Log: slog.New(slog.DiscardHandler), Machine: time.Now,
			// Ahead, so that they live as long as this test takes.
			Clock: func(context.Context) (time.Time, error) { return time.Now().Add(time.Minute), nil },
		})
		if _, err := r.Agree(t.Context(), "shards", 1); err != nil { // it says that it lives
			t.Fatal(err)
		}
	}
	text, well := examined(t, o)
	if line := lineOf(text, "⚠️ 6 replicas run"); !well || !strings.Contains(line, "Run 5 at most") || !strings.Contains(line, "load balancer") {
		t.Errorf("well is %v, and it says\n%s", well, text)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
