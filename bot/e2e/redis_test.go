package e2e

import (
	"context"
	"fmt"
	"net"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"animo/bot/chat"
	"animo/bot/config"
)

// redisServer is a Redis on loopback that keeps what it is told in a file.
type redisServer struct {
	t    *testing.T
	port int
	args []string
	cmd  *exec.Cmd
	out  *logBuffer
	done chan struct{}
}

// startRedis starts a Redis, or skips; ANIMO_TEST_REQUIRE makes that fail.
func startRedis(t *testing.T, args ...string) *redisServer {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); err != nil {
		if required("redis") {
			t.Fatal("needs redis-server on PATH")
		}
		t.Skip("needs redis-server on PATH")
	}
	s := &redisServer{t: t, port: freePort(t)}
	s.args = append([]string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", t.TempDir(), "--save", "",
		"--appendonly", "yes", "--appendfsync", "everysec",
	}, args...)
	s.start()
	t.Cleanup(s.stop)
	return s
}

// storeOf is a store for a test that is run in both languages: the French one
// runs on a Redis, where there is a server, and the English one on SQLite.
func storeOf(t *testing.T, l chat.Language) config.StorageURL {
	t.Helper()
	if _, err := exec.LookPath("redis-server"); l == chat.French && (err == nil || required("redis")) {
		return config.StorageURL(startRedis(t).url())
	}
	return config.StorageURL("sqlite:" + data(t))
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

func (s *redisServer) url() string { return fmt.Sprintf("redis://127.0.0.1:%d/0", s.port) }

// start runs the server, with more arguments than it always has.
func (s *redisServer) start(more ...string) {
	s.t.Helper()
	s.out = &logBuffer{}
	s.cmd = exec.Command("redis-server", append(slices.Clone(s.args), more...)...)
	s.cmd.Stdout, s.cmd.Stderr = s.out, s.out
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	done := make(chan struct{})
	s.done = done
	cmd := s.cmd
	go func() {
		cmd.Wait()
		close(done)
	}()
	await(s.t, "redis-server to answer", func() error {
		c := s.client()
		defer c.Close()
		if err := c.Ping(context.Background()).Err(); err != nil {
			return fmt.Errorf("%w: %w\n%s", errNotYet, err, s.out)
		}
		return nil
	})
}

// stop ends the server as a machine that goes down does.
func (s *redisServer) stop() {
	select {
	case <-s.done:
		return
	default:
	}
	s.cmd.Process.Kill()
	<-s.done
}
