package redis

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"animo/storage"
)

func TestNoTwoNamesHaveOneKey(t *testing.T) {
	sp := newSpace(defaultPrefix, "1")
	seen := map[string]string{}
	for _, tenant := range []storage.Tenant{"a", "a:b", "a%3Ab", "a%3ab", "a%", "", ":"} {
		for _, kind := range []string{"b", "c", "b:c", "", ":"} {
			for _, id := range []string{"", "c", "b:c", ":"} {
				key := sp.doc(tenant, kind, id)
				name := string(tenant) + "|" + kind + "|" + id
				if seen[key] != "" {
					t.Errorf("%s and %s are both %s", seen[key], name, key)
				}
				seen[key] = name
				if back, rest := member(middle(string(tenant)) + ":" + id); back != tenant || rest != id {
					t.Errorf("%q and %q come back as %q and %q", tenant, id, back, rest)
				}
			}
		}
	}
}

func TestWhatIsSortableSortsAsItsPartsDo(t *testing.T) {
	parts := []string{"", "\x00", "\x00\x00", "\x00\x01", "\x01", "a", "a\x00", "a\x00b", "a\x01", "ab", "é"}
	for i, a := range parts {
		if first, rest := parted(sortable(a) + partEnd + "\x00rest"); first != a || rest != "\x00rest" {
			t.Errorf("%q comes back as %q and %q", a, first, rest)
		}
		for k, b := range parts {
			if (i < k) != (sortable(a)+partEnd+"z" < sortable(b)+partEnd+"a") && i != k {
				t.Errorf("%q and %q are out of order", a, b)
			}
		}
	}
}

func TestALeaseLiesBesideThePartitionThatItGuards(t *testing.T) {
	s := &Store{prefix: "p:"}
	for lease, want := range map[string]space{
		"partition/0": "p:{0}:", "partition/255": "p:{255}:", "partition/256": "p:{leases}:", "partition/07": "p:{leases}:",
		"partition/-1": "p:{leases}:", "partition/": "p:{leases}:", "shard/0": "p:{leases}:", "": "p:{leases}:",
	} {
		if got := s.leaseSpace(lease); got != want {
			t.Errorf("%q lies in %s, not %s", lease, got, want)
		}
	}
}

func TestEveryScriptSaysWhatItTakesAndReturns(t *testing.T) {
	files, err := filepath.Glob("lua/*.lua")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	comment := regexp.MustCompile(`(?m)\A(--.*\n)+`)
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		header := comment.FindString(string(text))
		for _, word := range []string{"KEYS", "ARGV", "returns", "complexity"} {
			if !strings.Contains(header, word) {
				t.Errorf("the header of %s says nothing of %s", f, word)
			}
		}
	}
}
