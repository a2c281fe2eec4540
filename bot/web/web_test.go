package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// start runs a server on a free port and returns its address and its stop,
// which gives what Run returned.
func start(t *testing.T, o Options) (base string, stop func() error) {
	t.Helper()
	o.Listen = "127.0.0.1:0"
	s := New(o)
	if err := s.Listen(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	end := sync.OnceValue(func() error { cancel(); return <-done })
	t.Cleanup(func() {
		http.DefaultClient.CloseIdleConnections()
		_ = end()
	})
	return "http://" + s.Addr(), end
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

func says(text string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, text) })
}

func TestHealthMetricsAndMountsAreServed(t *testing.T) {
	base, _ := start(t, Options{Metrics: says("metrics"), Mounts: map[string]http.Handler{"/slack/": says("slack")}})
	for path, want := range map[string]string{"/healthz": `{"alive":true}`, "/metrics": "metrics", "/slack/events": "slack"} {
		if code, body := get(t, base+path); code != 200 || strings.TrimSpace(body) != want {
			t.Errorf("%s answers %d %q", path, code, body)
		}
	}
	if code, _ := get(t, base+"/"); code != 404 {
		t.Errorf("/ answers %d", code)
	}
}

func TestWithoutMetricsThereIsNoSuchPage(t *testing.T) {
	base, _ := start(t, Options{})
	if code, _ := get(t, base+"/metrics"); code != 404 {
		t.Errorf("/metrics answers %d", code)
	}
	if code, body := get(t, base+"/readyz"); code != 200 || strings.TrimSpace(body) != `{"ready":true,"checks":{}}` {
		t.Errorf("/readyz answers %d %s", code, body)
	}
}

// safeBuffer is a log that a test can read meanwhile.
type safeBuffer struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (b *safeBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.Write(p)
}

func (b *safeBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.buf.String()
}

func TestReadyNamesWhatFailsAndLogsItOnce(t *testing.T) {
	var down atomic.Bool
	down.Store(true)
	var log safeBuffer
	base, _ := start(t, Options{Log: slog.New(slog.NewTextHandler(&log, nil)), Checks: []Check{
		{"storage", func(context.Context) error { return nil }},
		{"discord", func(context.Context) error {
			if down.Load() {
				return errors.New("no gateway at 10.0.0.9")
			}
			return nil
		}},
	}})
	for range 3 {
		code, body := get(t, base+"/readyz")
		var got struct {
			Ready  bool
			Checks map[string]string
		}
		if err := json.Unmarshal([]byte(body), &got); err != nil {
			t.Fatal(err)
		}
		if code != 503 || got.Ready || got.Checks["storage"] != "ok" || got.Checks["discord"] != "failing" || strings.Contains(body, "10.0.0.9") {
			t.Errorf("answers %d %s", code, body)
		}
	}
	down.Store(false)
	if code, _ := get(t, base+"/readyz"); code != 200 {
		t.Errorf("after recovery it answers %d", code)
	}
	if n := strings.Count(log.String(), "10.0.0.9"); n != 1 {
		t.Errorf("the reason is logged %d times:\n%s", n, log.String())
	}
	if !strings.Contains(log.String(), "passes again") {
		t.Error("the recovery is not logged")
	}
}

func TestACheckThatHangsFails(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	hang := make(chan struct{})
	defer close(hang)
	if err := within(ctx, Check{"slow", func(context.Context) error { <-hang; return nil }}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestAStopLetsARequestFinish(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	base, stop := start(t, Options{Mounts: map[string]http.Handler{"/slow": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(began)
		<-release
		_, _ = io.WriteString(w, "done")
	})}})
	answer := make(chan string, 1)
	go func() {
		resp, err := http.Get(base + "/slow")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		body, _ := io.ReadAll(resp.Body)
		answer <- string(body)
	}()
	<-began
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for { // the port closes first, while the request is still under way
		c, err := net.Dial("tcp", strings.TrimPrefix(base, "http://"))
		if err != nil {
			break
		}
		c.Close()
	}
	close(release)
	if got := <-answer; got != "done" {
		t.Errorf("the request got %q", got)
	}
	if err := <-stopped; err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestAStopCutsOffWhatTakesLongerThanTheGrace(t *testing.T) {
	began := make(chan struct{})
	base, stop := start(t, Options{Grace: time.Millisecond, Mounts: map[string]http.Handler{"/stuck": http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(began)
		<-r.Context().Done()
	})}})
	go func() {
		if resp, err := http.Get(base + "/stuck"); err == nil {
			resp.Body.Close()
		}
	}()
	<-began
	if err := stop(); err != nil {
		t.Errorf("Run returned %v", err)
	}
}

func TestAPortInUseIsAnError(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := New(Options{Listen: l.Addr().String()})
	if err := s.Run(context.Background()); err == nil || !strings.Contains(err.Error(), "listen") {
		t.Errorf("got %v", err)
	}
	if s.Addr() != "" {
		t.Errorf("Addr is %q", s.Addr())
	}
}

func TestHugeHeadersAreRefused(t *testing.T) {
	base, _ := start(t, Options{})
	req, err := http.NewRequest("GET", base+"/healthz", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Big", strings.Repeat("a", 2*maxHeader))
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("answers %d", resp.StatusCode)
	}
}
