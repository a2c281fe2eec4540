package sqlite

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"animo/storage"
)

// chunks returns the size of each chunk in the file.
func chunks(t *testing.T, s *Store) []int {
	t.Helper()
	var sizes []int
	err := s.each(t.Context(), func(row scanner) error {
		var size int
		err := row.Scan(&size)
		sizes = append(sizes, size)
		return err
	}, `SELECT length(keys) FROM chunks`)
	if err != nil {
		t.Fatal(err)
	}
	return sizes
}

func enter(t *testing.T, s *Store, keys []string, remove bool) {
	t.Helper()
	var c storage.Change
	for _, k := range keys {
		c.Entries = append(c.Entries, storage.EntryPut{Set: "s", Key: k, Delete: remove})
	}
	if _, err := s.Commit(t.Context(), "t", c); err != nil {
		t.Fatal(err)
	}
}

func TestChunksFitIntoPagesAndAreWellFilled(t *testing.T) {
	var keys []string
	for i := range 1000 {
		keys = append(keys, fmt.Sprintf("discord:%018d%s", i*7919, strings.Repeat("x", i%17)))
	}
	shuffled := slices.Clone(keys)
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(keys), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for name, order := range map[string][]string{"ascending": keys, "shuffled": shuffled} {
		for _, at := range []int{1000, 50, 4} {
			t.Run(fmt.Sprint(name, " by ", at), func(t *testing.T) {
				s := openStore(t)
				for part := range slices.Chunk(order, at) {
					enter(t, s, part, false)
				}
				sizes := chunks(t, s)
				total := 0
				for _, n := range sizes {
					total += n
				}
				if slices.Max(sizes) > maxChunk || total/len(sizes) < maxChunk*4/10 {
					t.Errorf("%d chunks of at most %d bytes hold %d", len(sizes), slices.Max(sizes), total)
				}
				enter(t, s, order, true)
				if left := chunks(t, s); len(left) != 0 {
					t.Errorf("%d chunks are left", len(left))
				}
			})
		}
	}
}

func TestTheLongestKeysFitIntoChunks(t *testing.T) {
	s := openStore(t)
	var keys []string
	for i := range 200 {
		keys = append(keys, fmt.Sprintf("%03d", i)+strings.Repeat("y", maxKey-3))
	}
	for _, k := range keys {
		enter(t, s, []string{k}, false)
	}
	if most := slices.Max(chunks(t, s)); most > maxChunk {
		t.Errorf("a chunk has %d bytes", most)
	}
	got, err := s.EntryKeys(t.Context(), "t", "s", "", maxKeys)
	if err != nil || !slices.Equal(got, keys) {
		t.Errorf("%d keys came back: %v", len(got), err)
	}
}
