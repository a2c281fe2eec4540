package telemetry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestNoPlantedSecretReachesTheLog(t *testing.T) {
	secrets := []string{"pl4nted-token", "pl4nted-token-that-is-longer", `pl4nted"quoted<&\`, "pl4nted pass/word+é", "ab"}
	for _, format := range []string{"text", "json"} {
		t.Run(format, func(t *testing.T) {
			var out bytes.Buffer
			log := New(&out, format, "debug", secrets...)
			for _, s := range secrets[:4] {
				log.Info("constant", "text", s, "inside", "x"+s+"y", "error", fmt.Errorf("call: %w", errors.New(s)), "any", struct{ T string }{s},
					"list", []string{s}, "bytes", []byte(s), "url", &url.URL{Scheme: "https", Host: "h", Path: s, RawQuery: url.Values{"t": {s}}.Encode()},
					slog.Group("group", "deep", s), "json", json.RawMessage(`{"a":`+mustJSON(t, s)+`}`))
				log.With("token", s).WithGroup(s).DebugContext(context.Background(), s, s, 1)
			}
			if i := strings.Index(out.String(), "pl4nted"); i >= 0 {
				t.Errorf("a secret is in the log: %s", out.String()[max(0, i-40):min(out.Len(), i+60)])
			}
			if !strings.Contains(out.String(), "[secret]") || strings.Contains(out.String(), "-that-is-longer") {
				t.Errorf("the secrets are not replaced whole:\n%s", out.String())
			}
		})
	}
}

func mustJSON(t *testing.T, s string) string {
	t.Helper()
	j, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	return string(j)
}

func TestAJSONLineStaysJSONWhenASecretIsTakenOut(t *testing.T) {
	var out bytes.Buffer
	New(&out, "json", "info", `a"b\c`).Info("said", "text", `x a"b\c y`)
	var line map[string]any
	if err := json.Unmarshal(out.Bytes(), &line); err != nil {
		t.Fatalf("%v in %s", err, out.Bytes())
	}
	if line["text"] != "x [secret] y" {
		t.Errorf("text is %q", line["text"])
	}
}

func TestShortSecretsDoNotSpoilOrdinaryWords(t *testing.T) {
	var out bytes.Buffer
	New(&out, "text", "info", "", "in").Info("starting")
	if !strings.Contains(out.String(), "starting") {
		t.Error(out.String())
	}
}

func TestTheLevelIsKept(t *testing.T) {
	for level, want := range map[string]int{"debug": 4, "info": 3, "warn": 2, "error": 1, "": 3, "loud": 3} {
		var out bytes.Buffer
		log := New(&out, "text", level)
		log.Debug("a")
		log.Info("a")
		log.Warn("a")
		log.Error("a")
		if n := strings.Count(out.String(), "\n"); n != want {
			t.Errorf("level %q writes %d lines, want %d", level, n, want)
		}
	}
}

type broken struct{}

func (broken) Write([]byte) (int, error) { return 0, errors.New("disk full") }

func TestAWriteThatFailsIsReported(t *testing.T) {
	if _, err := redact(broken{}, []string{"secret"}).Write([]byte("line")); err == nil || !strings.Contains(err.Error(), "disk full") {
		t.Errorf("got %v", err)
	}
}

func TestLinesFromManyGoroutinesStayWhole(t *testing.T) {
	var out bytes.Buffer
	log := New(&out, "json", "info", "secret-value")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				log.Info("line", "a", "secret-value")
			}
		})
	}
	wg.Wait()
	lines := strings.Split(strings.TrimSpace(out.String()), "\n")
	for _, l := range lines {
		if !json.Valid([]byte(l)) {
			t.Fatalf("broken line %s", l)
		}
	}
	if len(lines) != 400 {
		t.Errorf("%d lines", len(lines))
	}
}

// scrape returns what Prometheus would read.
func scrape(t *testing.T, m *Metrics) string {
	t.Helper()
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	if w.Code != 200 {
		t.Fatalf("status %d", w.Code)
	}
	return w.Body.String()
}

func TestWhatIsCountedCanBeRead(t *testing.T) {
	m := NewMetrics()
	m.Event("discord", "command")
	m.Event("discord", "command")
	m.EventDropped("slack", "repeated")
	m.Interaction("slack", "press", "ok", 30*time.Millisecond)
	m.EffectDone("discord", "post", "done")
	m.JobDone("giveaway.end", "done", 3*time.Second)
	m.JobDone("giveaway.end", "failed", -time.Second)
	m.Running("discord", true)
	m.Running("slack", true)
	m.Running("slack", false)
	m.Storage("commit", 400*time.Microsecond)
	got := scrape(t, m)
	for _, want := range []string{
		`animo_events_total{kind="command",platform="discord"} 2`,
		`animo_events_dropped_total{platform="slack",reason="repeated"} 1`,
		`animo_interactions_seconds_bucket{kind="press",outcome="ok",platform="slack",le="0.025"} 0`,
		`animo_interactions_seconds_bucket{kind="press",outcome="ok",platform="slack",le="0.05"} 1`,
		`animo_effects_total{kind="post",outcome="done",platform="discord"} 1`,
		`animo_jobs_total{kind="giveaway.end",outcome="done"} 1`,
		`animo_job_lateness_seconds_bucket{le="2"} 1`,
		`animo_job_lateness_seconds_bucket{le="5"} 2`,
		`animo_job_lateness_seconds_sum 3`,
		`animo_platform_running{platform="discord"} 1`,
		`animo_platform_running{platform="slack"} 0`,
		`animo_storage_seconds_bucket{op="commit",le="0.0005"} 1`,
		`go_goroutines`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

func TestNoIdBecomesALabel(t *testing.T) {
	m := NewMetrics()
	for _, id := range []string{"discord:4211", "slack:T1/C024", "123456789012345678", "C024BE91L", "a member's words", strings.Repeat("a", 60)} {
		m.Event("discord", id)
		m.EffectDone(id, "post", id)
	}
	m.Event("discord", "")
	got := scrape(t, m)
	for _, bad := range []string{"4211", "T1/", "123456", "C024", "words", "aaaa"} {
		if strings.Contains(got, bad) {
			t.Errorf("%s is a label", bad)
		}
	}
	for _, want := range []string{`animo_events_total{kind="other",platform="discord"} 6`, `animo_events_total{kind="none",platform="discord"} 1`} {
		if !strings.Contains(got, want) {
			t.Errorf("the metrics lack %s", want)
		}
	}
}

func TestLabelsAreBounded(t *testing.T) {
	m := NewMetrics()
	for i := range 1000 {
		m.Event("discord", "kind"+string(rune('a'+i/26%26))+string(rune('a'+i%26)))
	}
	got := scrape(t, m)
	if n := strings.Count(got, "\nanimo_events_total{"); n != mostValues+1 {
		t.Errorf("%d kinds, want %d", n, mostValues+1)
	}
}
