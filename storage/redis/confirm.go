package redis

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	goredis "github.com/redis/go-redis/v9"
)

// How long a replica is waited for.
const (
	usualWait   = 500 * time.Millisecond
	longestWait = 2 * time.Second // less than readTimeout
)

const (
	// lookEvery is how often is asked whether a replica follows, where none
	// ever did. Where one is missed every call asks, so that nothing is said to
	// be committed without it once it is back.
	lookEvery = 100 * time.Millisecond
	// freshLag is for how many seconds a replica that follows may have been
	// silent; each says once a second how far it is.
	freshLag = 2
)

// replication is what is known of the replicas of all masters.
type replication struct {
	wait        time.Duration // for one replica; 0 waits for none
	unconfirmed atomic.Uint64
	log         atomic.Pointer[slog.Logger] // nil means the default

	mu      sync.Mutex
	masters map[string]*master
}

// master is what is known of the replicas of one of them.
type master struct {
	mu       sync.Mutex
	followed bool // one follows, so that it is worth waiting for
	missed   bool // none confirmed since the log said so
	had      bool // one followed before
	rests    bool // was looked for just now
}

// lasting performs calls as do does, and returns once a replica has what they
// wrote, so that it outlives the master: an error says that they may or may
// not have taken effect. Where no replica follows, or none confirms within the
// time of the address, it returns all the same.
func (s *Store) lasting(ctx context.Context, calls ...*call) error {
	if s.replication.wait == 0 {
		return s.do(ctx, calls...)
	}
	limited, cancel := context.WithTimeout(ctx, s.patience)
	defer cancel()
	wait := backoff.NewExponentialBackOff()
	wait.InitialInterval, wait.MaxInterval = 20*time.Millisecond, time.Second
	for {
		if len(calls) == 1 && !s.cluster && s.replication.of("").worthWaiting() {
			calls[0].confirm = s.replication.wait
		}
		if err := s.do(ctx, calls...); err != nil {
			return err
		}
		err := s.confirmed(limited, calls)
		if err == nil {
			return nil
		}
		if ctx.Err() != nil || !passes(err) || !pause(limited, wait.NextBackOff()) {
			return cmp.Or(ctx.Err(), explain(err))
		}
		s.lookAround(ctx, err)
	}
}

// confirmed waits until a replica of each master has what the calls wrote. An
// error says that the master may be gone with it.
func (s *Store) confirmed(ctx context.Context, calls []*call) error {
	if c := calls[0]; len(calls) == 1 && c.waited != nil && c.waited.Err() == nil {
		s.heard(s.replication.of(""), c.waited.Val())
		return nil
	}
	cluster, many := s.client.(*goredis.ClusterClient)
	asked := map[string]bool{}
	for _, c := range calls {
		if !c.wrote() || !many && asked[""] {
			continue
		}
		key := s.number(spaceIn(c.keys[0]))
		name, client := "", s.client
		if many {
			node, err := cluster.MasterForKey(ctx, key)
			if err != nil {
				return fmt.Errorf("find the master: %w", err)
			}
			name, client = node.Options().Addr, node
		}
		if asked[name] {
			continue
		}
		asked[name] = true
		if err := s.ask(ctx, s.replication.of(name), client, key); err != nil {
			return err
		}
	}
	return nil
}

// ask waits for a replica of one master. WAIT counts from the last write of
// its connection, and so a write goes before it: whatever the master wrote
// until then, over whichever connection, the replica has too
// (docs: https://redis.io/docs/latest/commands/wait/).
func (s *Store) ask(ctx context.Context, m *master, c goredis.UniversalClient, key string) error {
	followed, err := s.replication.follow(ctx, m, c)
	if err != nil || !followed {
		return err
	}
	pipe := c.Pipeline()
	touch, wait := pipe.Set(ctx, key, "", time.Second), waitFor(ctx, pipe, s.replication.wait)
	_, _ = pipe.Exec(ctx) // each knows its own error
	switch err := cmp.Or(touch.Err(), wait.Err()); {
	case err == nil:
		s.heard(m, wait.Val())
	case goredis.HasErrorPrefix(err, "ASK"): // the slot moves; what moves arrives by itself
		s.replication.unconfirmed.Add(1)
	case passes(err):
		return err
	default: // such as WAIT not permitted
		s.missed(m, err)
	}
	return nil
}

// spaceIn is where a key lies.
func spaceIn(key string) space {
	tag, _, _ := strings.Cut(key, "}:")
	return space(tag + "}:")
}

func waitFor(ctx context.Context, to receiver, d time.Duration) *goredis.Cmd {
	return to.Do(ctx, "WAIT", 1, d.Milliseconds())
}

// heard notes how many replicas confirmed.
func (s *Store) heard(m *master, answer any) {
	if intOf(answer) == 0 {
		s.missed(m, nil)
		return
	}
	m.mu.Lock()
	again := m.missed
	m.missed = false
	m.mu.Unlock()
	if again {
		s.logger().Info("replicas confirm commits again", "unconfirmed", s.Unconfirmed())
	}
}

// missed notes that no replica confirmed: the next call looks whether any
// follows, and until then none is waited for.
func (s *Store) missed(m *master, why error) {
	n := s.replication.unconfirmed.Add(1)
	m.mu.Lock()
	m.followed, m.rests = false, false
	said := m.missed
	m.missed = true
	m.mu.Unlock()
	if !said {
		s.logger().Warn("no replica confirmed a commit", "within", s.replication.wait, "unconfirmed", n, "error", why)
	}
}

// Unconfirmed counts the calls that no replica confirmed in time although one
// followed: what they wrote is lost if the master dies before it is copied.
func (s *Store) Unconfirmed() uint64 { return s.replication.unconfirmed.Load() }

// LogTo says where to log, which is slog's default otherwise.
func (s *Store) LogTo(l *slog.Logger) { s.replication.log.Store(l) }

func (s *Store) logger() *slog.Logger {
	if l := s.replication.log.Load(); l != nil {
		return l
	}
	return slog.Default()
}

// of returns what is known of a master; the name is empty where there is one.
func (r *replication) of(name string) *master {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := r.masters[name]
	if m == nil {
		m = &master{}
		if r.masters == nil {
			r.masters = map[string]*master{}
		}
		r.masters[name] = m
	}
	return m
}

// doubt forgets which masters have replicas.
func (r *replication) doubt() {
	r.mu.Lock()
	all := slices.Collect(maps.Values(r.masters))
	r.mu.Unlock()
	for _, m := range all {
		m.mu.Lock()
		m.followed, m.rests = false, false
		m.mu.Unlock()
	}
}

func (m *master) worthWaiting() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.followed
}

// follow says whether a replica follows. Where none did it looks; whoever comes
// meanwhile waits for what it finds.
func (r *replication) follow(ctx context.Context, m *master, c goredis.Cmdable) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.followed || m.rests {
		return m.followed, nil
	}
	info, err := c.Info(ctx, "replication").Result()
	if err != nil {
		return false, fmt.Errorf("ask for the replicas: %w", err)
	}
	if m.followed = follows(info); m.followed {
		m.had = true
	}
	if !m.had {
		m.rests = true
		time.AfterFunc(lookEvery, m.look)
	}
	return m.followed, nil
}

// look lets the next call look again.
func (m *master) look() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.rests = false
}

// follows reads in INFO whether a replica takes part: a line such as
// slave0:ip=127.0.0.1,port=6380,state=online,offset=42,lag=0
// (docs: https://redis.io/docs/latest/commands/info/).
func follows(info string) bool {
	for line := range strings.SplitSeq(info, "\n") {
		name, values, _ := strings.Cut(strings.TrimSpace(line), ":")
		if _, numbered := strings.CutPrefix(name, "slave"); !numbered || !strings.Contains(values, "state=online") {
			continue
		}
		_, lag, _ := strings.Cut(values, "lag=")
		lag, _, _ = strings.Cut(lag, ",")
		if seconds, err := strconv.Atoi(lag); err == nil && seconds <= freshLag {
			return true
		}
	}
	return false
}
