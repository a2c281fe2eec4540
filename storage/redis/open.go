package redis

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
)

// How long a call is tried again: at Open, where somebody waits for a
// sentence, and later, where a failover must not be felt.
const (
	openPatience = 4 * time.Second
	patience     = 15 * time.Second
)

// Store is a storage.Store in Redis. Make it with Open.
type Store struct {
	client   goredis.UniversalClient
	prefix   string
	cluster  bool
	scripts  scripts
	patience time.Duration
	id       string        // of this Store, in the numbers of commits
	commits  atomic.Uint64 // numbers given
	close    func() error

	replication replication
}

var _ storage.Store = (*Store)(nil)

// Open connects to the Redis at an address of one of the forms
//
//	redis://[user:password@]host[:port][/db]
//	rediss://…                                 the same with TLS
//	redis+sentinel://[user:password@]host[:port],host[:port]/master
//	redis+cluster://[user:password@]host[:port],host[:port]
//
// with the parameters prefix (of all keys, "animo:" if it is not given), ca
// (a file with the certificate authority for TLS), wait (for a replica to
// confirm what is written, 500ms if it is not given, at most 2s, 0 for not at
// all), db, and for Sentinel and Cluster tls=true, for Sentinel sentinel_user
// and sentinel_password. It
// refuses what is no Redis, an old version, a read-only replica, and a server
// that throws data away when its memory is full. An error names the remedy
// and no password.
func Open(ctx context.Context, url string) (*Store, error) {
	a, err := parse(url)
	if err != nil {
		return nil, fmt.Errorf("open redis: %w", err)
	}
	s, err := open(ctx, a)
	if err != nil {
		return nil, fmt.Errorf("open redis at %s: %w", strings.Join(a.options.Addrs, ","), err)
	}
	return s, nil
}

func open(ctx context.Context, a address) (*Store, error) {
	goredis.SetLogger(quiet{})
	loaded, err := loadScripts()
	if err != nil {
		return nil, err
	}
	s := &Store{
		client: goredis.NewUniversalClient(&a.options), prefix: a.prefix, cluster: a.cluster,
		scripts: loaded, patience: openPatience, id: rand.Text()[:13],
	}
	s.replication.wait = a.wait
	s.close = sync.OnceValue(s.client.Close)
	if err := s.start(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	s.patience = patience
	return s, nil
}

func (s *Store) start(ctx context.Context) error {
	if _, err := s.verify(ctx); err != nil {
		return err
	}
	if err := s.agreeOnSchema(ctx); err != nil {
		return err
	}
	return s.purgeDropped(ctx)
}

// agreeOnSchema marks an empty store, and refuses one of a later version.
func (s *Store) agreeOnSchema(ctx context.Context) error {
	key := s.prefix + schemaKey
	mark, read := plain("SET", key, schemaVersion, "NX"), plain("GET", key)
	if err := s.do(ctx, mark); err != nil {
		return err
	}
	if err := s.do(ctx, read); err != nil {
		return err
	}
	found, err := strconv.Atoi(read.text())
	if err != nil {
		return fmt.Errorf("the key %s is not Animo's: give the address another prefix, as ?prefix=bot: does here", key)
	}
	if found > schemaVersion {
		return fmt.Errorf("it was written by a later version of Animo (schema %d, this one knows %d): run that version", found, schemaVersion)
	}
	return nil
}

// number makes the key under which what a call did is remembered.
func (s *Store) number(sp space) string {
	return sp.one("done:" + s.id + "." + strconv.FormatUint(s.commits.Add(1), 36))
}

// Close frees the connections. Calls that come later fail. Closing twice is
// no error.
func (s *Store) Close() error { return s.close() }

// quiet hands what the library says to the log, where it belongs to the
// details: the driver's own errors say what an operator should know.
type quiet struct{}

// Printf logs one line.
func (quiet) Printf(ctx context.Context, format string, v ...any) {
	if slog.Default().Enabled(ctx, slog.LevelDebug) {
		slog.DebugContext(ctx, "redis client", "detail", fmt.Sprintf(format, v...))
	}
}
