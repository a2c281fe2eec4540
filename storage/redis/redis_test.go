package redis_test

import (
	"testing"

	"go.uber.org/goleak"

	"animo/storage"
	"animo/storage/redis"
	"animo/storage/storagetest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

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
