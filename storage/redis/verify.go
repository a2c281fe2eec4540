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
	name  string // "Redis", in a cluster with its address
	info  map[string]string
	save  string // the rules for snapshots; untold if they cannot be asked for
	fsync string // how often the append-only file reaches the disk; likewise
}

// untold is a setting that the server does not tell.
const untold = "?"

// verify refuses servers that cannot keep what the port promises, and returns
// those that can.
func (s *Store) verify(ctx context.Context) ([]server, error) {
	servers, err := s.servers(ctx)
	if err != nil {
		return nil, err
	}
	for _, sv := range servers {
		if faults := sv.faults(s.cluster); len(faults) > 0 {
			return nil, faults[0]
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
		sv.name += " " + c.Options().Addr
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
	sv := server{name: "Redis", info: map[string]string{}, save: untold, fsync: untold}
	text, err := c.Info(ctx).Result()
	if err != nil {
		return sv, explain(err)
	}
	for line := range strings.SplitSeq(text, "\n") {
		if name, value, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			sv.info[name] = value
		}
	}
	for setting, value := range map[string]*string{"save": &sv.save, "appendfsync": &sv.fsync} {
		if config, err := c.ConfigGet(ctx, setting).Result(); err == nil {
			*value = config[setting]
		}
	}
	return sv, nil
}

// faults are what makes a server unfit.
func (sv server) faults(cluster bool) (out []error) {
	for _, fault := range []error{sv.kind(cluster), sv.version(), sv.replica(), sv.eviction()} {
		if fault != nil {
			out = append(out, fault)
		}
	}
	return out
}

// says begins a sentence about one of several servers.
func (sv server) says(format string, args ...any) error {
	text := fmt.Sprintf(format, args...)
	if _, addr, several := strings.Cut(sv.name, " "); several {
		text = addr + ": " + text
	}
	return errors.New(text)
}

func (sv server) kind(cluster bool) error {
	switch {
	case sv.info["redis_mode"] == "sentinel":
		return sv.says("it is a sentinel: write redis+sentinel://host:port/name-of-the-master")
	case sv.info["cluster_enabled"] == "1" && !cluster:
		return sv.says("it is part of a cluster: write redis+cluster://")
	case sv.info["cluster_enabled"] == "0" && cluster:
		return sv.says("it is no cluster: write redis:// instead of redis+cluster://")
	}
	return nil
}

func (sv server) version() error {
	version := sv.info["redis_version"]
	major, _, _ := strings.Cut(version, ".")
	if n, err := strconv.Atoi(major); err != nil || n < oldestMajor {
		return sv.fault("redis_old", sv.says("it is Redis %s, and Animo needs %d.0 or later: upgrade it", version, oldestMajor))
	}
	return nil
}

func (sv server) replica() error {
	if sv.info["role"] != "slave" {
		return nil
	}
	return sv.says("it is a read-only replica of %s:%s: give the address of the master, or the sentinels'",
		sv.info["master_host"], sv.info["master_port"])
}

func (sv server) eviction() error {
	if !sv.evicts() || sv.info["maxmemory"] == "0" {
		return nil
	}
	return sv.fault("redis_evicts", sv.says("it throws data away when its memory is full (maxmemory-policy is %s): set maxmemory-policy to noeviction",
		sv.info["maxmemory_policy"]))
}

// evicts says whether the server would rather throw data away than have its
// memory full.
func (sv server) evicts() bool {
	policy := sv.info["maxmemory_policy"]
	return policy != "noeviction" && policy != ""
}
