package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"strconv"

	"animo/bot/chat"
)

// Limits of a draw.
const (
	MaxTickets  = 1000    // of one entrant
	MaxEntrants = 1 << 24 // of one draw
	MaxLots     = 100
	MaxPicks    = 1 << 20 // of all rounds together
)

// Entry is a member's part in a draw.
type Entry struct {
	Member  chat.MemberID
	Tickets int // 1 to MaxTickets
}

// Sum is what is made public of a frozen list.
type Sum struct {
	Entrants int64 `json:"entrants"`
	Tickets  int64 `json:"tickets"`
	Digest   Hash  `json:"digest"`
}

// Digest sums up a list of entrants as it streams by. The zero value is not
// ready: use NewDigest.
type Digest struct {
	sha  hash.Hash
	buf  []byte // lines that wait to be hashed
	sum  Sum
	name *namer
}

// NewDigest begins a list of an instance.
func NewDigest(instance string) *Digest {
	return &Digest{sha: sha256.New(), buf: make([]byte, 0, 4096), name: newNamer(instance)}
}

// Add adds the next of the list.
func (d *Digest) Add(m chat.MemberID, tickets int) error {
	return d.add(d.name.name(m), tickets)
}

func (d *Digest) add(e Entrant, tickets int) error {
	if tickets < 1 || tickets > MaxTickets {
		return fmt.Errorf("entrant %s has %d tickets; 1 to %d are possible", e, tickets, MaxTickets)
	}
	if d.sum.Entrants == MaxEntrants {
		return fmt.Errorf("a draw has at most %d entrants", MaxEntrants)
	}
	d.sum.Entrants++
	d.sum.Tickets += int64(tickets)
	d.buf = append(hex.AppendEncode(d.buf, e[:]), ' ')
	d.buf = append(strconv.AppendInt(d.buf, int64(tickets), 10), '\n')
	if len(d.buf) > cap(d.buf)-64 {
		d.flush()
	}
	return nil
}

func (d *Digest) flush() {
	d.sha.Write(d.buf)
	d.buf = d.buf[:0]
}

// Sum sums up what was added so far.
func (d *Digest) Sum() Sum {
	d.flush()
	out := d.sum
	d.sha.Sum(out.Digest[:0])
	return out
}
