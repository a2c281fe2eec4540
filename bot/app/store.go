package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"animo/bot/config"
	"animo/bot/discord/gateway"
	"animo/bot/quota"
	"animo/bot/replicas"
	"animo/commands"
	"animo/storage"
	"animo/storage/backup"
	"animo/storage/redis"
	"animo/storage/sqlite"
)

// openStore opens what storage.url names, unless a store was given.
func (a *App) openStore(ctx context.Context) error {
	s := a.Store
	if s == nil {
		var err error
		if s, err = OpenStore(ctx, a.Config.Storage.URL); err != nil {
			return err
		}
	}
	a.onClose("storage", s.Close)
	if err := backup.Unfinished(ctx, s); err != nil {
		return fmt.Errorf("open storage.url %s: %w", a.Config.Storage.URL, err)
	}
	a.store = s
	a.servers, _ = s.(commands.Servers)
	if a.Wrap != nil {
		a.store = a.Wrap(s)
	}
	if common, ok := s.(shared); ok {
		common.LogTo(a.Log)
		if a.metrics != nil {
			a.metrics.Unconfirmed(common.Unconfirmed)
		}
		a.store = replicas.Fenced(a.store)
		a.replicas = replicas.New(replicas.Config{Store: a.store, Owner: a.owner, Log: a.Log, Clock: common.Time, Machine: time.Now})
		a.limits = quota.Shared(common.Revise)
	}
	if a.metrics != nil {
		a.store = timed{a.store, a.metrics.Storage}
	}
	return nil
}

// shared is a store that several processes may use.
type shared interface {
	LogTo(l *slog.Logger)
	Unconfirmed() uint64
	Time(ctx context.Context) (time.Time, error)
	Revise(ctx context.Context, keys []string, change func(time.Time, [][]byte) ([]storage.Scrap, error)) error
}

// timed measures the operations that members wait for.
type timed struct {
	storage.Store
	took func(op string, d time.Duration)
}

// Commit implements storage.Store.
func (s timed) Commit(ctx context.Context, t storage.Tenant, c storage.Change) (storage.Receipt, error) {
	start := time.Now()
	defer func() { s.took("commit", time.Since(start)) }()
	return s.Store.Commit(ctx, t, c)
}

// Get implements storage.Store.
func (s timed) Get(ctx context.Context, t storage.Tenant, kind, id string) (storage.Doc, error) {
	start := time.Now()
	defer func() { s.took("get", time.Since(start)) }()
	return s.Store.Get(ctx, t, kind, id)
}

// OpenStore opens the store that a storage.url names.
func OpenStore(ctx context.Context, u config.StorageURL) (storage.Store, error) {
	var s storage.Store
	var err error
	if u.Scheme() == "sqlite" {
		s, err = sqlite.Open(ctx, u.Path())
	} else {
		s, err = redis.Open(ctx, u.Reveal())
	}
	if err != nil {
		return nil, fmt.Errorf("open storage.url %s: %w", u, err)
	}
	return s, nil
}

// kept keeps what an adapter must not forget over a restart.
type kept struct {
	store storage.Store
	now   func() time.Time
}

func (k kept) load(ctx context.Context, kind, id string, v any) (int64, error) {
	version, err := storage.Load(ctx, k.store, storage.System, kind, id, v)
	if errors.Is(err, storage.ErrNotFound) {
		return 0, nil
	}
	return version, err
}

// save overwrites whatever is there. It may be lost with the machine: then an
// older session is resumed, or the commands are registered once more.
func (k kept) save(ctx context.Context, kind, id string, v any) error {
	d, err := k.store.Get(ctx, storage.System, kind, id)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return err
	}
	put, err := storage.Put(kind, id, d.Version, "", v)
	if err != nil {
		return err
	}
	return k.commit(ctx, put)
}

func (k kept) commit(ctx context.Context, put storage.DocPut) error {
	_, err := k.store.Commit(ctx, storage.System, storage.Change{Docs: []storage.DocPut{put}, Now: k.now(), Loose: true})
	return err
}

const (
	kindSession  = "gateway-session"
	kindCommands = "command-hash"
)

// ProcessKinds are the kinds of documents of storage.System that hold for the
// processes that run, and would be false anywhere else: a gateway session that
// two bots resume takes each one's events away, a registration that another
// application has never seen would leave it without commands, and replicas that
// are not there have no say. Without them the next bot connects anew, reads back
// what it missed and registers its commands once more.
func ProcessKinds() []string {
	return append([]string{kindSession, kindCommands}, replicas.Kinds()...)
}

// sessions keeps gateway sessions; it implements gateway.Sessions. A replica
// that lost a shard does not overwrite the session of the one that has it now.
type sessions struct {
	kept
	mu       sync.Mutex
	versions map[int]int64 // of the documents, by shard
}

func shardID(shard int) string { return fmt.Sprintf("discord-%d", shard) }

// Load implements gateway.Sessions.
func (s *sessions) Load(ctx context.Context, shard int) (out gateway.Session, err error) {
	version, err := s.load(ctx, kindSession, shardID(shard), &out)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.versions[shard] = version
	return out, err
}

// Save implements gateway.Sessions.
func (s *sessions) Save(ctx context.Context, shard int, session gateway.Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	put, err := storage.Put(kindSession, shardID(shard), s.versions[shard], "", session)
	if err != nil {
		return err
	}
	if err := s.commit(ctx, put); err != nil {
		return err
	}
	s.versions[shard]++
	return nil
}

// hashes keeps the hash of the registered commands; it implements
// discord.Hashes.
type hashes struct{ kept }

func (h hashes) Load(ctx context.Context) (out string, err error) {
	_, err = h.load(ctx, kindCommands, "discord", &out)
	return out, err
}

func (h hashes) Save(ctx context.Context, hash string) error {
	err := h.save(ctx, kindCommands, "discord", hash)
	if errors.Is(err, storage.ErrConflict) {
		return nil // another replica has just registered them
	}
	return err
}
