package redis_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"animo/storage"
)

// TestASlotMovesWhileItIsWrittenTo carries the slot of a partition from one
// master to the next, key by key, while commits go on.
func TestASlotMovesWhileItIsWrittenTo(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	s := openURL(t, clusterURL(nodes))
	stop := make(chan struct{})
	n, wait := keepEntering(t, s, stop)
	awaitMore(t, n, 100)
	slot := slotOf(t, nodes[0])
	for range 2 {
		began := time.Now()
		keys := moveSlot(t, nodes, slot)
		t.Logf("the slot moved with %d keys in %v", keys, time.Since(began))
		awaitMore(t, n, 50)
	}
	close(stop)
	entered(t, s, wait())
	check(t, s.Check(t.Context()))
	t.Logf("%d commits", n.Load())
}

func slotOf(t *testing.T, node *server) int {
	t.Helper()
	c := node.client()
	defer func() { _ = c.Close() }()
	slot, err := c.ClusterKeySlot(t.Context(), fmt.Sprintf("animo:{%d}:tenants", home.Partition())).Result()
	check(t, err)
	return int(slot)
}

// moveSlot moves a slot from its master to another, and says how many keys
// that were.
func moveSlot(t *testing.T, nodes []*server, slot int) int {
	t.Helper()
	ctx := t.Context()
	clients, ids := make([]*goredis.Client, len(nodes)), make([]string, len(nodes))
	from := -1
	for i, n := range nodes {
		clients[i] = n.client()
		defer func() { _ = clients[i].Close() }()
		ids[i] = clients[i].Do(ctx, "CLUSTER", "MYID").Val().(string)
		if clients[i].ClusterCountKeysInSlot(ctx, slot).Val() > 0 {
			from = i
		}
	}
	to := (from + 1) % len(nodes)
	do := func(i int, args ...any) {
		t.Helper()
		check(t, clients[i].Do(ctx, args...).Err())
	}
	do(to, "CLUSTER", "SETSLOT", slot, "IMPORTING", ids[from])
	do(from, "CLUSTER", "SETSLOT", slot, "MIGRATING", ids[to])
	moved := 0
	for {
		keys := clients[from].ClusterGetKeysInSlot(ctx, slot, 5).Val()
		if len(keys) == 0 {
			break
		}
		args := []any{"MIGRATE", "127.0.0.1", nodes[to].port, "", 0, 5000, "KEYS"}
		for _, k := range keys {
			args = append(args, k)
		}
		do(from, args...)
		moved += len(keys)
		time.Sleep(2 * time.Millisecond) // lets commits try in between
	}
	for _, i := range []int{to, from, 3 - to - from} {
		do(i, "CLUSTER", "SETSLOT", slot, "NODE", ids[to])
	}
	return moved
}

// TestAMasterOfAClusterComesBack restarts a master while tenants on all of
// them are written to.
func TestAMasterOfAClusterComesBack(t *testing.T) {
	t.Parallel()
	nodes := startCluster(t)
	s := openURL(t, clusterURL(nodes))
	tenants := make([]storage.Tenant, 30)
	for i := range tenants {
		tenants[i] = storage.Tenant(fmt.Sprint("discord:", i))
	}
	round := func(i int) error {
		var errs []error
		for _, tenant := range tenants {
			_, err := s.Commit(t.Context(), tenant, entering(i))
			errs = append(errs, err)
		}
		return errors.Join(errs...)
	}
	check(t, round(0))
	nodes[1].stop(t)
	second := make(chan error, 1)
	go func() { second <- round(1) }()
	time.Sleep(200 * time.Millisecond) // so that commits meet the gap
	nodes[1].launch(t)
	check(t, <-second)
	found, err := s.Tenants(t.Context())
	check(t, err)
	slices.Sort(tenants)
	if !slices.Equal(found, tenants) {
		t.Errorf("the tenants are %v", found)
	}
	for _, tenant := range tenants {
		tally, err := s.Tally(t.Context(), tenant, "s")
		check(t, err)
		if tally.Entries != 2 || tally.Numbers["n"] != 2 {
			t.Errorf("%s has %v", tenant, tally)
		}
	}
}
