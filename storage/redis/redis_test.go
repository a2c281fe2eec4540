package redis_test

import (
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/storage"
	"animo/storage/redis"
	"animo/storage/storagetest"
)

// TestMain lets many tests wait at once, since most of them wait for servers,
// and looks for what they left running. A pool that could not dial looks once
// a second whether it is closed, which is more patience than goleak has.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("test.parallel", "12"); err != nil {
		panic(err)
	}
	code := m.Run()
	leaked := goleak.Find()
	for range 30 {
		if leaked == nil {
			break
		}
		time.Sleep(100 * time.Millisecond)
		leaked = goleak.Find()
	}
	if leaked != nil && code == 0 {
		fmt.Fprintln(os.Stderr, leaked)
		code = 1
	}
	os.Exit(code)
}

func openURL(t testing.TB, url string) *redis.Store {
	t.Helper()
	s, err := redis.Open(t.Context(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func TestTheStoreKeepsEveryPromise(t *testing.T) {
	server := start(t, t.TempDir())
	storagetest.Run(t, func(t *testing.T) storage.Store {
		flush(t, server)
		return openURL(t, server.url())
	})
}

func TestTheStoreKeepsEveryPromiseOnACluster(t *testing.T) {
	nodes := startCluster(t)
	storagetest.Run(t, func(t *testing.T) storage.Store {
		flush(t, nodes...)
		return openURL(t, clusterURL(nodes))
	})
}

func TestTheStoreKeepsEveryPromiseBehindAWrapper(t *testing.T) {
	server := start(t, t.TempDir())
	storagetest.Run(t, func(t *testing.T) storage.Store {
		flush(t, server)
		return &storagetest.Failing{Store: openURL(t, server.url())}
	})
}

func TestWhatWasCommittedIsDurable(t *testing.T) {
	servers := map[string]*server{}
	storagetest.RunDurable(t, func(t *testing.T, dir string) storage.Store {
		if s := servers[dir]; s != nil {
			s.stop(t)
		}
		servers[dir] = start(t, dir)
		return openURL(t, servers[dir].url())
	})
}
