package proof

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"iter"
	"strconv"
)

// ErrChanged says that the entrants are not those that were frozen.
var ErrChanged = errors.New("the list of entrants is not the one that was summed up at the close")

// Write writes a proof. Of the header it fills in Version, Commitment and Reach
// itself; Sum must be that of the frozen list, and entrants that list in the same
// order, else it fails with ErrChanged. An error leaves a file that no
// verification takes for a proof.
func Write(w io.Writer, h Header, entrants iter.Seq2[Entry, error], rounds []Round) error {
	if err := write(w, h, entrants, rounds); err != nil {
		return fmt.Errorf("write a proof: %w", err)
	}
	return nil
}

func write(w io.Writer, h Header, entrants iter.Seq2[Entry, error], rounds []Round) error {
	h.Version, h.Commitment = Version, h.Seed.Commitment()
	h.Reach = make([]int64, h.rankings())
	for _, r := range rounds {
		if r.Lot < 1 || r.Lot > len(h.Lots) {
			return fmt.Errorf("round %d draws lot %d of %d", r.Number, r.Lot, len(h.Lots))
		}
		h.Reach[h.rankingOf(r.Lot)] += int64(len(r.Picks))
	}
	h = h.normal()
	if f := h.fault(refuser{}); f != nil {
		return f
	}
	out := newWriter(w)
	if err := out.value(h); err != nil {
		return err
	}
	if err := out.entrants(h, entrants); err != nil {
		return err
	}
	for _, r := range rounds {
		if err := out.round(r); err != nil {
			return err
		}
	}
	return out.seal()
}

// writer writes lines and hashes them.
type writer struct {
	to  *bufio.Writer
	sha hash.Hash
	buf []byte
}

func newWriter(w io.Writer) *writer {
	out := &writer{sha: sha256.New()}
	out.to = bufio.NewWriterSize(io.MultiWriter(w, out.sha), MaxLine)
	return out
}

func (w *writer) value(v any) error {
	line, err := encode(v)
	if err != nil {
		return err
	}
	if len(line) > MaxLine {
		return fmt.Errorf("a line would have %d bytes; %d are possible", len(line), MaxLine)
	}
	_, err = w.to.Write(line)
	return err
}

func (w *writer) entrants(h Header, entrants iter.Seq2[Entry, error]) error {
	d := NewDigest(h.Instance)
	for e, err := range entrants {
		if err != nil {
			return fmt.Errorf("read the entrants: %w", err)
		}
		who := d.name.name(e.Member)
		if err := d.add(who, e.Tickets); err != nil {
			return err
		}
		w.buf = appendEntrant(w.buf[:0], who, e.Tickets)
		if _, err := w.to.Write(w.buf); err != nil {
			return err
		}
	}
	if d.Sum() != h.Sum {
		return ErrChanged
	}
	return nil
}

// The pieces of an entrant's line.
const (
	entrantStart  = `{"entrant":"`
	entrantMiddle = `","tickets":`
	entrantEnd    = "}\n"
)

func appendEntrant(b []byte, e Entrant, tickets int) []byte {
	b = hex.AppendEncode(append(b, entrantStart...), e[:])
	b = strconv.AppendInt(append(b, entrantMiddle...), int64(tickets), 10)
	return append(b, entrantEnd...)
}

func (w *writer) round(r Round) error {
	r = r.normal()
	if f := r.fault(refuser{}); f != nil {
		return f
	}
	if err := w.value(r); err != nil {
		return err
	}
	for _, p := range r.Picks {
		p = p.normal()
		if f := p.fault(refuser{}); f != nil {
			return f
		}
		if err := w.value(p); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) seal() error {
	if err := w.to.Flush(); err != nil {
		return err
	}
	if err := w.value(seal{Hash(w.sha.Sum(nil))}); err != nil {
		return err
	}
	return w.to.Flush()
}
