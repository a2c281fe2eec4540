package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	goredis "github.com/redis/go-redis/v9"
)

// The oldest Redis that the scripts were tried on.
const oldestMajor = 7

// server is what one server says about itself.
type server struct {
	addr string
	info map[string]string
	save string // the rules for snapshots; "?" if they cannot be asked for
}

// verify refuses servers that cannot keep what the port promises, and returns
// those that can.
func (s *Store) verify(ctx context.Context) ([]server, error) {
	servers, err := s.servers(ctx)
	if err != nil {
		return nil, err
	}
	for _, sv := range servers {
		for _, fault := range []error{sv.kind(s.cluster), sv.version(), sv.replica(), sv.eviction()} {
			if fault != nil {
				return nil, fault
			}
		}
	}
	return servers, nil
}

// servers asks every server that holds data.
func (s *Store) servers(ctx context.Context) ([]server, error) {
	// One call that is tried again comes first, so that what follows finds
	// servers that answer.
	if err := s.do(ctx, plain("PING")); err != nil {
		return nil, err
	}
	cluster, ok := s.client.(*goredis.ClusterClient)
	if !ok {
		sv, err := ask(ctx, s.client)
		return []server{sv}, err
	}
	found := make(chan server, 1000)
	err := cluster.ForEachMaster(ctx, func(ctx context.Context, c *goredis.Client) error {
		sv, err := ask(ctx, c)
		if err != nil {
			return fmt.Errorf("%s: %w", c.Options().Addr, err)
		}
		sv.addr = c.Options().Addr + ": "
		select {
		case found <- sv:
			return nil
		default:
			return errors.New("the cluster has more than 1000 masters")
		}
	})
	if err != nil {
		return nil, explain(err)
	}
	close(found)
	var all []server
	for sv := range found {
		all = append(all, sv)
	}
	return all, nil
}

// ask reads INFO, and where it may CONFIG too: managed services and careful
// ACLs forbid it.
func ask(ctx context.Context, c goredis.Cmdable) (server, error) {
	sv := server{info: map[string]string{}, save: "?"}
	text, err := c.Info(ctx).Result()
	if err != nil {
		return sv, explain(err)
	}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			sv.info[name] = value
		}
	}
	if config, err := c.ConfigGet(ctx, "save").Result(); err == nil {
		sv.save = config["save"]
	}
	return sv, nil
}

func (sv server) fault(format string, args ...any) error {
	return errors.New(sv.addr + fmt.Sprintf(format, args...))
}

func (sv server) kind(cluster bool) error {
	switch {
	case sv.info["redis_mode"] == "sentinel":
		return sv.fault("it is a sentinel: write redis+sentinel://host:port/name-of-the-master")
	case sv.info["cluster_enabled"] == "1" && !cluster:
		return sv.fault("it is part of a cluster: write redis+cluster://")
	case sv.info["cluster_enabled"] == "0" && cluster:
		return sv.fault("it is no cluster: write redis:// instead of redis+cluster://")
	}
	return nil
}

func (sv server) version() error {
	version := sv.info["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestMajor {
		return sv.fault("it is Redis %s, and Animo needs %d.0 or later: upgrade it", version, oldestMajor)
	}
	return nil
}

func (sv server) replica() error {
	if sv.info["role"] != "slave" {
		return nil
	}
	return sv.fault("it is a read-only replica of %s:%s: give the address of the master, or the sentinels'",
		sv.info["master_host"], sv.info["master_port"])
}

func (sv server) eviction() error {
	policy := sv.info["maxmemory_policy"]
	if sv.info["maxmemory"] == "0" || policy == "noeviction" || policy == "" {
		return nil
	}
	return sv.fault("it throws data away when its memory is full (maxmemory-policy is %s): set maxmemory-policy to noeviction", policy)
}

// persistence says what a restart of the server would lose.
func (sv server) persistence() error {
	if sv.info["aof_enabled"] == "1" {
		if sv.info["aof_last_write_status"] == "err" {
			return sv.fault("it cannot write its append-only file: look into its log, and at the disk")
		}
		return nil
	}
	if sv.info["rdb_last_bgsave_status"] == "err" {
		return sv.fault("it cannot save its snapshot: look into its log, and at the disk")
	}
	if sv.save == "" {
		return sv.fault("it keeps nothing on disk, so that a restart loses everything: set appendonly to yes")
	}
	return nil
}
