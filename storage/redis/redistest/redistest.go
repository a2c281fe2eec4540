// Package redistest starts a Redis for the tests of whoever uses one.
//
// The server is redis-server from PATH, on loopback, with the append-only file
// on and a folder of its own, and ends with the test. Where it is not installed
// the test is skipped; with ANIMO_TEST_REQUIRE=redis it fails.
package redistest

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

const (
	tries    = 5
	patience = 20 * time.Second // for a start and an end
)

// Start runs a server with more settings, such as "--appendfsync", "no", and
// returns its address as storage.url wants it. Where somebody else was faster
// to take the port it tries another.
func Start(t testing.TB, settings ...string) string {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if slices.Contains(strings.Split(os.Getenv("ANIMO_TEST_REQUIRE"), ","), "redis") {
			t.Fatal("needs redis-server on PATH")
		}
		t.Skip("needs redis-server on PATH")
	}
	said := ""
	for range tries {
		var port int
		var ready bool
		if port, said, ready = launch(t, settings); ready {
			return fmt.Sprintf("redis://127.0.0.1:%d", port)
		}
		if !strings.Contains(said, "Address already in use") {
			break
		}
	}
	t.Fatalf("redis-server does not start:\n%s", said)
	return ""
}

// launch waits until the server itself says that it is ready: whoever else may
// answer on its port would not do.
func launch(t testing.TB, settings []string) (port int, said string, ready bool) {
	t.Helper()
	port, dir := freePort(t), t.TempDir()
	c := exec.Command("redis-server", append([]string{
		"--port", strconv.Itoa(port), "--bind", "127.0.0.1", "--dir", dir, "--save", "", "--appendonly", "yes", "--logfile", "log",
	}, settings...)...)
	c.Dir = dir
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		_ = c.Wait()
		close(over)
	}()
	t.Cleanup(func() {
		_ = c.Process.Signal(syscall.SIGTERM)
		select {
		case <-over:
		case <-time.After(patience):
			t.Error("redis-server does not end")
			_ = c.Process.Kill()
		}
	})
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); {
		text, _ := os.ReadFile(filepath.Join(dir, "log"))
		if said = string(text); strings.Contains(said, "Ready to accept connections") {
			return port, said, true
		}
		select {
		case <-over:
			text, _ := os.ReadFile(filepath.Join(dir, "log"))
			return port, string(text), false
		case <-time.After(5 * time.Millisecond):
		}
	}
	return port, said, false
}

// freePort returns a port that nobody listens on.
func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}
