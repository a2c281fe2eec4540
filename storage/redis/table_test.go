package redis_test

import (
	"fmt"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/storage"
)

// table reads the list of keys in keys.go: a pattern for each, and its type.
func table(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("keys.go")
	check(t, err)
	types := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^//\t(\S+) +(string|zset|hash|stream) `).FindAllStringSubmatch(string(text), -1) {
		types[m[1]] = m[2]
	}
	if len(types) < 20 {
		t.Fatalf("keys.go lists only %v", types)
	}
	return types
}

// pattern turns a key of the table into what matches it.
func pattern(key string) *regexp.Regexp {
	p := regexp.QuoteMeta(key)
	p = strings.ReplaceAll(p, `\{p\}`, `\{(\d+|leases)\}`)
	p = regexp.MustCompile(`<[a-z]+>$`).ReplaceAllString(p, `.*`)
	return regexp.MustCompile(`(?s)^animo:` + regexp.MustCompile(`<[a-z]+>`).ReplaceAllString(p, `[^:]*`) + `$`)
}

func TestEveryKeyStandsInTheTable(t *testing.T) {
	t.Parallel()
	server := start(t, t.TempDir())
	s := openURL(t, server.url())
	ctx := t.Context()
	c := entering(1)
	c.Docs = []storage.DocPut{{Kind: "game", ID: "a:b", Index: "i"}, {Kind: "game", ID: ""}}
	c.Entries = append(c.Entries, storage.EntryPut{Set: "a:b", Key: "k", Body: []byte(`1`)})
	c.Effects = append(c.Effects, storage.Effect{Key: "a:b", Lane: "c:d", Due: noon, Priority: -3}, storage.Effect{Key: "second", Lane: "c:d", Due: noon})
	f, _, err := s.Acquire(ctx, storage.PartitionLease(home.Partition()), "me", noon, time.Minute)
	check(t, err)
	_, _, err = s.Acquire(ctx, "shard/0", "me", noon, time.Minute)
	check(t, err)
	c.Fence = &f
	_, err = s.Commit(ctx, home, c)
	check(t, err)
	claim := storage.Claim{Now: noon, For: time.Minute, Limit: 1}
	_, err = s.LeaseJobs(ctx, claim)
	check(t, err)
	_, err = s.LeaseEffects(ctx, claim)
	check(t, err)
	_, err = s.Commit(ctx, home, storage.Change{Jobs: []storage.Job{{Key: "later"}}})
	check(t, err)

	check(t, s.Revise(ctx, []string{"a:b"}, addOne))

	client := server.client()
	defer func() { _ = client.Close() }()
	root := fmt.Sprintf("animo:{%d}:", home.Partition())
	types, met := table(t), map[string]bool{"{p}:dropped": true}
	keys, err := client.Keys(ctx, "*").Result()
	check(t, err)
	for _, key := range keys {
		if key != "animo:schema" && !strings.HasPrefix(key, root) && !strings.HasPrefix(key, "animo:{leases}:") && !strings.HasPrefix(key, "animo:{scraps}:") {
			t.Errorf("%q does not lie in the partition of its tenant", key)
		}
		var is []string
		for k, typ := range types {
			if pattern(k).MatchString(key) {
				met[k] = true
				is = append(is, typ)
			}
		}
		if got := client.Type(ctx, key).Val(); !slices.Equal(is, []string{got}) {
			t.Errorf("%q is a %s, and in the table %v", key, got, is)
		}
	}
	for k := range maps.Keys(types) {
		if !met[k] {
			t.Errorf("%s stands in the table but was never made", k)
		}
	}
}
