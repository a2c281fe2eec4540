package pack

import (
	"bytes"
	"crypto/sha256"
	"iter"
	"slices"
)

type keyed interface{ Key() string }

// inOrder gives each item once, those that were not used first, in the order
// of the hashes of seed and key.
func inOrder[T keyed](items []T, used func(key string) bool, seed []byte) iter.Seq2[T, bool] {
	type placed struct {
		item  T
		fresh bool
		place [sha256.Size]byte
	}
	var fresh, spent []placed
	for _, item := range items {
		key := item.Key()
		p := placed{item, !used(key), sha256.Sum256(slices.Concat(seed, []byte{0}, []byte(key)))}
		if p.fresh {
			fresh = append(fresh, p)
		} else {
			spent = append(spent, p)
		}
	}
	byPlace := func(a, b placed) int { return bytes.Compare(a.place[:], b.place[:]) }
	slices.SortFunc(fresh, byPlace)
	slices.SortFunc(spent, byPlace)
	return func(yield func(T, bool) bool) {
		for _, p := range slices.Concat(fresh, spent) {
			if !yield(p.item, p.fresh) {
				return
			}
		}
	}
}
