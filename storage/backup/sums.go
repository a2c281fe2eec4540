package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Sums are what two stores that hold the same have in common. Two Sums are
// equal if all counts, checksums and totals are.
type Sums struct {
	Documents Count `json:"documents,omitzero"`
	Sets      Count `json:"sets,omitzero"`
	Entries   Count `json:"entries,omitzero"`
	Jobs      Count `json:"jobs,omitzero"`
	Effects   Count `json:"effects,omitzero"`
	Log       Count `json:"log,omitzero"`
	Counters  Count `json:"counters,omitzero"`
	Once      Count `json:"once,omitzero"`
	Tallied   int64 `json:"tallied,omitzero"` // all numbers of all sets added up
	Counted   int64 `json:"counted,omitzero"` // all counters added up
}

// Count is how many records of a kind there are, with a checksum over them.
type Count struct {
	N     int64    `json:"n"`
	Check checksum `json:"check"`
}

// checksum adds up 64 bits of the SHA-256 of each record's line, so that it
// does not depend on their order. It guards against accidents alone: against
// people there is the passphrase.
type checksum uint64

// MarshalText writes it as 16 hexadecimal digits.
func (c checksum) MarshalText() ([]byte, error) { return fmt.Appendf(nil, "%016x", uint64(c)), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *checksum) UnmarshalText(text []byte) error {
	n, err := strconv.ParseUint(string(text), 16, 64)
	*c = checksum(n)
	return err
}

// Records is how many records there are of any kind.
func (s *Sums) Records() (n int64) {
	for _, k := range s.kinds() {
		n += k.count.N
	}
	return n
}

type kindCount struct {
	name  string
	count *Count
}

func (s *Sums) kinds() []kindCount {
	return []kindCount{
		{"documents", &s.Documents},
		{"sets", &s.Sets},
		{"entries", &s.Entries},
		{"jobs", &s.Jobs},
		{"effects", &s.Effects},
		{"log lines", &s.Log},
		{"counters", &s.Counters},
		{"first-time keys", &s.Once},
	}
}

// add adds what another tenant owns.
func (s *Sums) add(o Sums) {
	theirs := o.kinds()
	for i, k := range s.kinds() {
		k.count.N += theirs[i].count.N
		k.count.Check += theirs[i].count.Check
	}
	s.Tallied += o.Tallied
	s.Counted += o.Counted
}

// differences names what is not as in want, in plain English.
func (s *Sums) differences(want Sums) string {
	var out []string
	wanted := want.kinds()
	for i, k := range s.kinds() {
		switch w := wanted[i].count; {
		case k.count.N != w.N:
			out = append(out, fmt.Sprintf("%d %s instead of %d", k.count.N, k.name, w.N))
		case *k.count != *w:
			out = append(out, "other "+k.name)
		}
	}
	if s.Tallied != want.Tallied {
		out = append(out, fmt.Sprintf("tallies add up to %d instead of %d", s.Tallied, want.Tallied))
	}
	if s.Counted != want.Counted {
		out = append(out, fmt.Sprintf("counters add up to %d instead of %d", s.Counted, want.Counted))
	}
	return strings.Join(out, ", ")
}

// summer adds up the records of one tenant.
type summer struct {
	sums  Sums
	lanes map[string]uint64 // how many effects of each lane there were
	text  bytes.Buffer
	enc   *json.Encoder
}

func newSummer() *summer {
	s := &summer{lanes: map[string]uint64{}}
	s.enc = json.NewEncoder(&s.text)
	s.enc.SetEscapeHTML(false)
	return s
}

// reset begins another tenant.
func (s *summer) reset() { s.sums, s.lanes = Sums{}, map[string]uint64{} }

// take adds a record up and returns its line, which is good until the next.
func (s *summer) take(r record) ([]byte, error) {
	s.text.Reset()
	if err := s.enc.Encode(r); err != nil {
		return nil, fmt.Errorf("%s: %w", r.name(), err)
	}
	text := s.text.Bytes()
	c := s.count(r)
	c.N++
	c.Check += digest(text, s.place(r))
	return text, nil
}

// place is the place of an effect in its lane, and 0 for all else.
func (s *summer) place(r record) uint64 {
	if r.Effect == nil {
		return 0
	}
	s.lanes[r.Effect.Lane]++
	return s.lanes[r.Effect.Lane]
}

func digest(text []byte, place uint64) checksum {
	h := sha256.New()
	h.Write(text)
	h.Write(binary.BigEndian.AppendUint64(nil, place))
	return checksum(binary.BigEndian.Uint64(h.Sum(nil)))
}

func (s *summer) count(r record) *Count {
	switch {
	case r.Doc != nil:
		return &s.sums.Documents
	case r.Set != nil:
		for _, n := range r.Set.Numbers {
			s.sums.Tallied += n
		}
		return &s.sums.Sets
	case r.Entry != nil:
		return &s.sums.Entries
	case r.Job != nil:
		return &s.sums.Jobs
	case r.Effect != nil:
		return &s.sums.Effects
	case r.Log != nil:
		return &s.sums.Log
	case r.Counter != nil:
		s.sums.Counted += r.Counter.Value
		return &s.sums.Counters
	}
	return &s.sums.Once
}

// name says which record it is, in errors.
func (f record) name() string {
	switch {
	case f.Doc != nil:
		return "document " + f.Doc.Kind + " " + f.Doc.ID
	case f.Set != nil:
		return "set " + f.Set.Name
	case f.Entry != nil:
		return "entry " + f.Entry.Key + " of " + f.Entry.Set
	case f.Job != nil:
		return "job " + f.Job.Key
	case f.Effect != nil:
		return "effect " + f.Effect.Key
	case f.Log != nil:
		return fmt.Sprint("log line ", f.Log.N)
	case f.Counter != nil:
		return "counter " + f.Counter.Name
	case f.Once != nil:
		return "first-time key " + f.Once.Key
	}
	return "nothing"
}
