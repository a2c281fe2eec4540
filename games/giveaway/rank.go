package giveaway

import (
	"bytes"
	"container/heap"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"

	"animo/bot/chat"
)

// seedSize is the length of a seed in bytes. It is fixed, so that no entrant's
// id can stand in for part of a seed.
const seedSize = 32

type rank [sha256.Size]byte

// ranker ranks entrants under one seed.
type ranker struct {
	buf []byte
}

func newRanker(seed string) (*ranker, error) {
	raw, err := hex.DecodeString(seed)
	if err != nil || len(raw) != seedSize {
		return nil, fmt.Errorf("a seed has %d bytes in hexadecimal, not %q", seedSize, seed)
	}
	return &ranker{buf: raw}, nil
}

func (r *ranker) rank(m chat.MemberID) rank {
	r.buf = append(r.buf[:seedSize], m...)
	return sha256.Sum256(r.buf)
}

type candidate struct {
	member chat.MemberID
	rank   rank
}

// worstFirst is a heap of candidates with the last in rank on top.
type worstFirst []candidate

func (h worstFirst) Len() int           { return len(h) }
func (h worstFirst) Less(i, j int) bool { return bytes.Compare(h[i].rank[:], h[j].rank[:]) > 0 }
func (h worstFirst) Swap(i, j int)      { h[i], h[j] = h[j], h[i] }
func (h *worstFirst) Push(x any)        { *h = append(*h, x.(candidate)) }
func (h *worstFirst) Pop() any {
	last := len(*h) - 1
	x := (*h)[last]
	*h = (*h)[:last]
	return x
}

// First returns the n entrants first in rank under seed, leaving out those
// excluded, in order of rank. It reads the entrants once and keeps n of them.
func First(seed string, entrants iter.Seq2[chat.MemberID, error], n int, excluded map[chat.MemberID]bool) ([]chat.MemberID, error) {
	r, err := newRanker(seed)
	if err != nil || n <= 0 {
		return nil, err
	}
	best := make(worstFirst, 0, n+1)
	for m, err := range entrants {
		if err != nil {
			return nil, err
		}
		k := r.rank(m)
		if len(best) == n && bytes.Compare(k[:], best[0].rank[:]) >= 0 {
			continue
		}
		if excluded[m] {
			continue
		}
		heap.Push(&best, candidate{m, k})
		if len(best) > n {
			heap.Pop(&best)
		}
	}
	out := make([]chat.MemberID, len(best))
	for i := len(best) - 1; i >= 0; i-- {
		out[i] = heap.Pop(&best).(candidate).member
	}
	return out, nil
}
