package proof

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"slices"
)

// register remembers who is in the list, in 20 bytes each. Shelves by the first
// byte grow and are sorted one by one, so that little is copied.
type register struct {
	shelves [256][]listing
}

// expect makes room for as many as a header announces. More find room too, and
// a header that announces too many is not believed.
func (r *register) expect(entrants int64) {
	const few, believed = 1 << 12, 1 << 20
	if entrants < few {
		return
	}
	each := int(min(entrants, believed)) / len(r.shelves)
	each += each/4 + 4 // names spread unevenly
	for i := range r.shelves {
		r.shelves[i] = make([]listing, 0, each)
	}
}

// listing is an entrant and their line, kept as bytes to waste none.
type listing [len(Entrant{}) + 4]byte

// add takes lines up to 2^32, which MaxEntrants keeps far below.
func (r *register) add(e Entrant, line int64) {
	var l listing
	copy(l[:], e[:])
	binary.BigEndian.PutUint32(l[len(e):], uint32(line))
	r.shelves[e[0]] = append(r.shelves[e[0]], l)
}

// find names everybody who stands in a line again, in the order of lines for
// each entrant, and forgets everything.
func (r *register) find(found func(e Entrant, first, again int64)) {
	type pair struct {
		e            Entrant
		first, again int64
	}
	var pairs []pair
	for i, shelf := range r.shelves {
		slices.SortFunc(shelf, func(a, b listing) int { return bytes.Compare(a[:], b[:]) })
		first := 0
		for n := 1; n < len(shelf); n++ {
			if shelf[n].entrant() != shelf[first].entrant() {
				first = n
				continue
			}
			pairs = append(pairs, pair{shelf[n].entrant(), shelf[first].line(), shelf[n].line()})
		}
		r.shelves[i] = nil
	}
	slices.SortFunc(pairs, func(a, b pair) int { return cmp.Compare(a.again, b.again) })
	for _, p := range pairs {
		found(p.e, p.first, p.again)
	}
}

func (l listing) entrant() Entrant { return Entrant(l[:len(Entrant{})]) }

func (l listing) line() int64 { return int64(binary.BigEndian.Uint32(l[len(Entrant{}):])) }
