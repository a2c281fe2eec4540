package proof

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"

	"animo/bot/chat"
)

type (
	// Seed is the secret that decides a draw. It is public once the draw is made.
	Seed [32]byte
	// Hash is a SHA-256.
	Hash [sha256.Size]byte
	// Rank is where a ticket stands: the least rank is first.
	Rank [sha256.Size]byte
	// Entrant is the pseudonym of a member in one instance.
	Entrant [16]byte
)

// NewSeed draws a seed; chance is cryptographic randomness.
func NewSeed(chance io.Reader) (Seed, error) {
	var s Seed
	if _, err := io.ReadFull(chance, s[:]); err != nil {
		return Seed{}, fmt.Errorf("draw a seed: %w", err)
	}
	return s, nil
}

// ParseSeed reads 64 hexadecimal digits.
func ParseSeed(text string) (Seed, error) {
	var s Seed
	return s, s.UnmarshalText([]byte(text))
}

// Commitment is the SHA-256 of the seed's 32 bytes. It is public from the
// opening on.
func (s Seed) Commitment() Hash { return sha256.Sum256(s[:]) }

// entrantDomain begins what pseudonyms are made of, so that none is a hash of
// anything else.
const entrantDomain = "animo entrant\x00"

// EntrantOf is the pseudonym of a member in an instance.
func EntrantOf(instance string, m chat.MemberID) Entrant {
	return newNamer(instance).name(m)
}

// namer makes pseudonyms without allocating.
type namer struct {
	buf   []byte
	fixed int
}

func newNamer(instance string) *namer {
	buf := append(append([]byte(entrantDomain), instance...), 0)
	return &namer{buf: buf, fixed: len(buf)}
}

func (n *namer) name(m chat.MemberID) Entrant {
	n.buf = append(n.buf[:n.fixed], m...)
	sum := sha256.Sum256(n.buf)
	return Entrant(sum[:len(Entrant{})])
}

// String returns lower-case hexadecimal digits, as the text and JSON forms do.
func (s Seed) String() string { return hex.EncodeToString(s[:]) }

// String returns lower-case hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }

// String returns lower-case hexadecimal digits.
func (r Rank) String() string { return hex.EncodeToString(r[:]) }

// String returns lower-case hexadecimal digits.
func (e Entrant) String() string { return hex.EncodeToString(e[:]) }

// AppendText appends what String returns.
func (s Seed) AppendText(b []byte) ([]byte, error) { return hex.AppendEncode(b, s[:]), nil }

// AppendText appends what String returns.
func (h Hash) AppendText(b []byte) ([]byte, error) { return hex.AppendEncode(b, h[:]), nil }

// AppendText appends what String returns.
func (r Rank) AppendText(b []byte) ([]byte, error) { return hex.AppendEncode(b, r[:]), nil }

// AppendText appends what String returns.
func (e Entrant) AppendText(b []byte) ([]byte, error) { return hex.AppendEncode(b, e[:]), nil }

// MarshalText returns what String returns.
func (s Seed) MarshalText() ([]byte, error) { return s.AppendText(nil) }

// MarshalText returns what String returns.
func (h Hash) MarshalText() ([]byte, error) { return h.AppendText(nil) }

// MarshalText returns what String returns.
func (r Rank) MarshalText() ([]byte, error) { return r.AppendText(nil) }

// MarshalText returns what String returns.
func (e Entrant) MarshalText() ([]byte, error) { return e.AppendText(nil) }

// UnmarshalText reads 64 hexadecimal digits.
func (s *Seed) UnmarshalText(text []byte) error { return unhex(s[:], text, "seed") }

// UnmarshalText reads 64 hexadecimal digits.
func (h *Hash) UnmarshalText(text []byte) error { return unhex(h[:], text, "SHA-256") }

// UnmarshalText reads 64 hexadecimal digits.
func (r *Rank) UnmarshalText(text []byte) error { return unhex(r[:], text, "rank") }

// UnmarshalText reads 32 hexadecimal digits.
func (e *Entrant) UnmarshalText(text []byte) error { return unhex(e[:], text, "entrant") }

// unhex leaves the text out of its error, since a seed may still be secret.
func unhex(to, text []byte, what string) error {
	if len(text) != hex.EncodedLen(len(to)) {
		return fmt.Errorf("a %s has %d hexadecimal digits, not %d", what, hex.EncodedLen(len(to)), len(text))
	}
	if _, err := hex.Decode(to, text); err != nil {
		return fmt.Errorf("a %s is written with the digits 0 to 9 and a to f", what)
	}
	return nil
}
