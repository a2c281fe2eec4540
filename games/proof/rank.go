package proof

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
)

// ticketDomain begins what ranks are made of.
const ticketDomain = "animo ticket\x00"

// tailSize is the length of lot, entrant and ticket.
const tailSize = 4 + len(Entrant{}) + 4

// ranker ranks tickets under one seed without allocating. Reset takes
// crypto/hmac back to states that it keeps, so that a ticket costs two steps of
// SHA-256 and no key is hashed twice.
type ranker struct {
	mac  hash.Hash
	msg  []byte // domain, instance, and room for the tail
	tail []byte // the end of msg
	sum  []byte
}

func newRanker(seed Seed, instance string) *ranker {
	msg := append(append([]byte(ticketDomain), instance...), 0)
	msg = append(msg, make([]byte, tailSize)...)
	return &ranker{
		mac: hmac.New(sha256.New, seed[:]), msg: msg, tail: msg[len(msg)-tailSize:],
		sum: make([]byte, 0, sha256.Size),
	}
}

// least is the rank of an entrant: the least of their tickets'.
func (r *ranker) least(lot int, e Entrant, tickets int) (best Rank) {
	binary.BigEndian.PutUint32(r.tail, uint32(lot))
	copy(r.tail[4:], e[:])
	for n := 1; n <= tickets; n++ {
		binary.BigEndian.PutUint32(r.tail[4+len(e):], uint32(n))
		r.mac.Reset()
		r.mac.Write(r.msg)
		r.sum = r.mac.Sum(r.sum[:0])
		if n == 1 || bytes.Compare(r.sum, best[:]) < 0 {
			copy(best[:], r.sum)
		}
	}
	return best
}

// Compare orders ranks, the least first.
func (r Rank) Compare(o Rank) int { return bytes.Compare(r[:], o[:]) }
