package redis_test

import (
	"context"
	"errors"
	"strconv"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
	"animo/storage/redis"
)

func TestWhatIsRevisedByManyAtOnceIsLostByNobody(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	nodes := startCluster(t)
	for name, url := range map[string]string{"one server": server.url(), "a cluster": clusterURL(nodes)} {
		t.Run(name, func(t *testing.T) {
			const stores, each = 3, 40
			var all sync.WaitGroup
			for range stores {
				s := openURL(t, url)
				for range 2 {
					all.Go(func() {
						for range each {
							check(t, s.Revise(t.Context(), []string{"a", "b"}, addOne))
						}
					})
				}
			}
			all.Wait()
			s := openURL(t, url)
			check(t, s.Revise(t.Context(), []string{"b", "a", "c"}, func(now time.Time, values [][]byte) ([]storage.Scrap, error) {
				want := strconv.Itoa(stores * 2 * each)
				if string(values[0]) != want || string(values[1]) != want || values[2] != nil {
					t.Errorf("%s, want %s twice", values, want)
				}
				if d := time.Since(now).Abs(); d > time.Minute {
					t.Errorf("the server's clock is %v off", d)
				}
				return nil, nil
			}))
		})
	}
}

func addOne(_ time.Time, values [][]byte) ([]storage.Scrap, error) {
	out := make([]storage.Scrap, len(values))
	for i, v := range values {
		n, _ := strconv.Atoi(string(v))
		out[i] = storage.Scrap{Body: strconv.AppendInt(nil, int64(n+1), 10), For: time.Hour}
	}
	return out, nil
}

func TestAScrapGoesByItself(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	put := func(d time.Duration) {
		check(t, s.Revise(t.Context(), []string{"x"}, func(time.Time, [][]byte) ([]storage.Scrap, error) {
			return []storage.Scrap{{Body: []byte("1"), For: d}}, nil
		}))
	}
	c := server.client()
	defer func() { _ = c.Close() }()
	const key = "animo:{scraps}:scrap:x"
	put(time.Minute)
	if left := c.PTTL(t.Context(), key).Val(); left <= 50*time.Second || left > time.Minute {
		t.Errorf("it is kept for %v", left)
	}
	put(0)
	if err := c.Get(t.Context(), key).Err(); !errors.Is(err, goredis.Nil) {
		t.Errorf("it is still there: %v", err)
	}
}

func TestARevisionThatFailsWritesNothing(t *testing.T) {
	t.Parallel()
	s := openURL(t, start(t, t.TempDir()).url())
	wrong := errors.New("wrong")
	if err := s.Revise(t.Context(), []string{"x"}, func(time.Time, [][]byte) ([]storage.Scrap, error) { return nil, wrong }); !errors.Is(err, wrong) {
		t.Errorf("%v", err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if err := s.Revise(ctx, []string{"x"}, addOne); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	check(t, s.Revise(t.Context(), []string{"x"}, func(_ time.Time, values [][]byte) ([]storage.Scrap, error) {
		if values[0] != nil {
			t.Errorf("it is %s", values[0])
		}
		return nil, nil
	}))
}

func BenchmarkRevise(b *testing.B) {
	server := start(b, b.TempDir())
	s, err := redis.Open(b.Context(), server.url())
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	for b.Loop() {
		if err := s.Revise(b.Context(), []string{"a", "b"}, addOne); err != nil {
			b.Fatal(err)
		}
	}
}
