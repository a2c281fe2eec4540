package giveaway

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"iter"
	"slices"
	"strings"

	"animo/bot/chat"
)

// seedSize is the length of a seed in bytes. It is fixed, so that no entrant's
// id can stand in for part of a seed, and no longer than nobody can guess: a
// seed and an id then fit into the 55 bytes that SHA-256 takes in one step.
const seedSize = 16

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

func (a candidate) compare(b candidate) int { return bytes.Compare(a.rank[:], b.rank[:]) }

// First returns the n entrants first in rank under seed, leaving out those
// excluded, in order of rank. It reads the entrants once and keeps n of them,
// in order: few of many come in at all, so a plain insertion is cheap.
func First(seed string, entrants iter.Seq2[chat.MemberID, error], n int, excluded map[chat.MemberID]bool) ([]chat.MemberID, error) {
	r, err := newRanker(seed)
	if err != nil || n <= 0 {
		return nil, err
	}
	var best []candidate
	for m, err := range entrants {
		if err != nil {
			return nil, err
		}
		c := candidate{m, r.rank(m)}
		if len(best) == n && c.compare(best[n-1]) >= 0 || excluded[m] {
			continue
		}
		if len(best) == n {
			best = best[:n-1]
		}
		at, _ := slices.BinarySearchFunc(best, c, candidate.compare)
		best = slices.Insert(best, at, c)
	}
	out := make([]chat.MemberID, len(best))
	for i, c := range best {
		// A copy, since the entrant's id may be a piece of a far larger string.
		out[i] = chat.MemberID(strings.Clone(string(c.member)))
	}
	return out, nil
}
