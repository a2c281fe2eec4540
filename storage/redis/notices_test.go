package redis_test

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
	"animo/storage/redis"
)

// noticed are a store's notices, with those arguments that the code promises.
func noticed(t *testing.T, s *redis.Store, args ...string) string {
	t.Helper()
	notices, err := s.Notices(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, n := range notices {
		text := fmt.Sprint([]string{"fine", "doubtful", "unfit"}[n.Level], " ", n.Code)
		for _, a := range append([]string{"server"}, args...) {
			text += " " + n.Args[a]
		}
		if major, _, _ := strings.Cut(n.Args["version"], "."); len(major) == 0 || strings.Trim(major, "0123456789") != "" {
			t.Errorf("%s has the version %q", n.Code, n.Args["version"])
		}
		out = append(out, text)
	}
	return strings.Join(out, ", ")
}

func TestWhatARestartWouldLoseIsNoticed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		args []string
		want string
	}{
		"every second": {nil, "fine redis_logged_every Redis everysec "},
		"every write":  {[]string{"--appendfsync", "always"}, "fine redis_logged_every Redis always "},
		"some time":    {[]string{"--appendfsync", "no"}, "doubtful redis_unsynced Redis  "},
		"snapshots":    {[]string{"--appendonly", "no", "--save", "3600 1 300 100 60 10000"}, "doubtful redis_snapshots Redis  60"},
		"nothing":      {[]string{"--appendonly", "no"}, "doubtful redis_unsaved Redis  "},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := openURL(t, start(t, t.TempDir(), c.args...).url())
			if got := noticed(t, store, "fsync", "minutes"); got != c.want {
				t.Errorf("%q\nwant %q", got, c.want)
			}
			if err := store.Check(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
}

// Where CONFIG is forbidden, as managed services forbid it, nothing is
// pretended to be known.
func TestWhatAServerDoesNotTellIsNotGuessed(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"fine redis_logged Redis":     nil,
		"doubtful redis_untold Redis": {"--appendonly", "no", "--save", "60 1"},
	} {
		s := start(t, t.TempDir(), args...)
		s.grant(t, "animo", "~animo:*", "+@all", "-@dangerous", "+info")
		if got := noticed(t, openURL(t, "redis://animo:"+inAddress(secret)+"@"+s.addr())); got != want {
			t.Errorf("%q\nwant %q", got, want)
		}
	}
}

func TestReplicasOfTheServerAreCounted(t *testing.T) {
	t.Parallel()
	master := start(t, t.TempDir(), "--repl-diskless-sync-delay", "0")
	// With an append-only file it would write that first, and could not be
	// stopped meanwhile.
	replica := start(t, t.TempDir(), "--replicaof", "127.0.0.1 "+strconv.Itoa(master.port), "--appendonly", "no")
	replica.await(t, "the link to the master", func(c *goredis.Client) error {
		info, err := c.Info(t.Context(), "replication").Result()
		if err == nil && !strings.Contains(info, "master_link_status:up") {
			err = errors.New("not yet")
		}
		return err
	})
	if got, want := noticed(t, openURL(t, master.url()), "replicas"), "fine redis_logged_every Redis 1"; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
}

func TestEachServerOfAClusterIsNoticed(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	got := noticed(t, openURL(t, clusterURL(nodes)))
	for _, n := range nodes {
		if !strings.Contains(got, "fine redis_logged_every Redis "+n.addr()) {
			t.Errorf("%s is not in %q", n.addr(), got)
		}
	}
}

func TestEvictionIsNoticedBeforeItStrikesAndAfter(t *testing.T) {
	t.Parallel()
	s := start(t, t.TempDir(), "--maxmemory-policy", "volatile-lru")
	store := openURL(t, s.url())
	const rest = ", fine redis_logged_every Redis volatile-lru"
	if got, want := noticed(t, store, "policy"), "doubtful redis_would_evict Redis volatile-lru"+rest; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	c := s.client()
	defer func() { _ = c.Close() }()
	if err := c.ConfigSet(t.Context(), "maxmemory", "100mb").Err(); err != nil {
		t.Fatal(err)
	}
	if got, want := noticed(t, store, "policy"), "unfit redis_evicts Redis volatile-lru"+rest; got != want {
		t.Errorf("%q\nwant %q", got, want)
	}
	isFault(t, store.Check(t.Context()), "redis_evicts")
	_, err := redis.Open(t.Context(), s.url())
	isFault(t, err, "redis_evicts")
}

// isFault checks that an error can be told as a finding of its own.
func isFault(t *testing.T, err error, code string) {
	t.Helper()
	var fault *storage.Fault
	if !errors.As(err, &fault) || fault.Code != code || fault.Level != storage.Unfit {
		t.Errorf("%v is not the fault %s", err, code)
	}
}
