package redis_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
)

// need returns the path of redis-server, or skips; ANIMO_TEST_REQUIRE makes
// that fail.
func need(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("redis-server")
	if err == nil {
		return path
	}
	if strings.Contains(","+os.Getenv("ANIMO_TEST_REQUIRE")+",", ",redis,") {
		t.Fatal("needs redis-server on PATH")
	}
	t.Skip("needs redis-server on PATH")
	return ""
}

// server is a Redis of the tests on loopback.
type server struct {
	dir    string
	port   int
	args   []string
	cmd    *exec.Cmd
	exited chan error
	log    string // the file with what it says
}

func (s *server) addr() string { return fmt.Sprint("127.0.0.1:", s.port) }

func (s *server) url() string { return "redis://" + s.addr() }

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

// start runs a server on the files in dir, with the append-only file on
// unless args say otherwise, and stops it after the test. Where somebody else
// was faster to take the port it tries another.
func start(t testing.TB, dir string, args ...string) *server {
	t.Helper()
	s := &server{dir: dir, args: args}
	for try := 1; ; try++ {
		s.port = freePort(t)
		err := s.tryLaunch(t)
		if err == nil {
			t.Cleanup(func() { s.stop(t) })
			return s
		}
		if try == 5 || !strings.Contains(s.said(), "Address already in use") {
			t.Fatalf("%v\n%s", err, s.said())
		}
	}
}

// launch runs the server again on its port.
func (s *server) launch(t testing.TB) {
	t.Helper()
	if err := s.tryLaunch(t); err != nil {
		t.Fatalf("%v\n%s", err, s.said())
	}
}

// tryLaunch waits until the server itself says that it is ready: whoever else
// may answer on its port would not do.
func (s *server) tryLaunch(t testing.TB) error {
	t.Helper()
	args := append([]string{
		"--port", strconv.Itoa(s.port), "--bind", "127.0.0.1", "--dir", s.dir, "--save", "", "--appendonly", "yes", "--loglevel", "notice",
	}, s.args...)
	s.cmd = exec.Command(need(t), args...)
	before := len(s.said())
	s.run(t)
	deadline := time.Now().Add(20 * time.Second)
	for !strings.Contains(s.said()[before:], "Ready to accept connections") {
		select {
		case exit := <-s.exited:
			s.exited <- exit
			return fmt.Errorf("redis-server ended: %w", exit)
		case <-time.After(5 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			return errors.New("redis-server does not become ready")
		}
	}
	return nil
}

func (s *server) run(t testing.TB) {
	t.Helper()
	if s.log == "" {
		s.log = filepath.Join(t.TempDir(), "log")
	}
	log, err := os.OpenFile(s.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = log.Close() }()
	s.cmd.Stdout, s.cmd.Stderr = log, log
	s.cmd.Dir = s.dir
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	exited := make(chan error, 1)
	s.exited = exited
	cmd := s.cmd
	go func() { exited <- cmd.Wait() }()
}

// said returns what the server wrote to its log.
func (s *server) said() string {
	text, _ := os.ReadFile(s.log)
	return string(text)
}

// client is a bare one, for what the tests do behind the store's back.
func (s *server) client() *goredis.Client {
	return goredis.NewClient(&goredis.Options{Addr: s.addr(), Protocol: 2, MaxRetries: -1})
}

// await asks again and again until what is asked for comes.
func (s *server) await(t testing.TB, what string, ask func(c *goredis.Client) error) {
	t.Helper()
	c := s.client()
	defer func() { _ = c.Close() }()
	deadline := time.Now().Add(20 * time.Second)
	for {
		err := ask(c)
		if err == nil {
			return
		}
		select {
		case exit := <-s.exited:
			s.exited <- exit
			t.Fatalf("redis-server ended: %v\n%s", exit, s.said())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v\n%s", what, err, s.said())
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// signal sends a signal and waits for the process to end.
func (s *server) signal(t testing.TB, sig os.Signal) {
	t.Helper()
	if err := s.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	select {
	case err := <-s.exited:
		s.exited <- err
	case <-time.After(20 * time.Second):
		t.Fatalf("redis-server does not end\n%s", s.said())
	}
}

func (s *server) stop(t testing.TB) { s.signal(t, syscall.SIGTERM) }

func (s *server) kill(t testing.TB) { s.signal(t, syscall.SIGKILL) }

// startCluster runs a Redis Cluster of three masters.
func startCluster(t testing.TB) []*server {
	t.Helper()
	ctx := t.Context()
	var nodes []*server
	for range 3 {
		dir := t.TempDir()
		bus := freePort(t)
		nodes = append(nodes, start(t, dir, "--cluster-enabled", "yes", "--cluster-port", strconv.Itoa(bus), "--cluster-node-timeout", "2000"))
	}
	for i, n := range nodes {
		c := n.client()
		defer func() { _ = c.Close() }()
		from, to := i*16384/3, (i+1)*16384/3-1
		if err := c.ClusterAddSlotsRange(ctx, from, to).Err(); err != nil {
			t.Fatal(err)
		}
		first := nodes[0]
		if i > 0 {
			if err := c.Do(ctx, "CLUSTER", "MEET", "127.0.0.1", first.port, first.clusterPort()).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, n := range nodes {
		n.await(t, "cluster", func(c *goredis.Client) error {
			info, err := c.ClusterInfo(ctx).Result()
			if err == nil && !(strings.Contains(info, "cluster_state:ok") && strings.Contains(info, "cluster_known_nodes:3")) {
				return errors.New("not yet")
			}
			return err
		})
	}
	return nodes
}

func (s *server) clusterPort() int {
	for i, a := range s.args {
		if a == "--cluster-port" {
			n, _ := strconv.Atoi(s.args[i+1])
			return n
		}
	}
	return 0
}

func clusterURL(nodes []*server) string {
	var addrs []string
	for _, n := range nodes {
		addrs = append(addrs, n.addr())
	}
	return "redis+cluster://" + strings.Join(addrs, ",")
}

// flush empties servers.
func flush(t testing.TB, servers ...*server) {
	t.Helper()
	for _, s := range servers {
		c := s.client()
		if err := c.FlushAll(context.Background()).Err(); err != nil {
			t.Fatal(err)
		}
		_ = c.Close()
	}
}

// write makes a file for a test.
func write(t testing.TB, dir, name, text string) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
