package proof

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"unicode"

	"animo/bot/i18n"
)

// Kind says what a line of a proof is.
type Kind uint8

// The kinds, in the order in which they stand in a file.
const (
	KindNone Kind = iota
	KindHeader
	KindEntrant
	KindRound
	KindPick
	KindSeal
)

// headerStart begins every proof; the version follows.
const headerStart = `{"animo_proof":`

// Reader reads a proof line by line. Its fields hold the last line of each
// kind that was read.
type Reader struct {
	Line    int64 // counts from 1
	Header  Header
	Entrant Entrant
	Tickets int
	Round   Round
	Pick    Pick
	Said    Hash // the SHA-256 that the last line states
	Real    Hash // the SHA-256 of all bytes before the last line

	from   *bufio.Reader
	sha    hash.Hash
	last   Kind
	packed bool
}

// NewReader reads a proof, compressed with gzip or not.
func NewReader(r io.Reader) *Reader {
	return &Reader{from: bufio.NewReaderSize(r, MaxLine), sha: sha256.New()}
}

// Next reads a line and says what it is. The error is io.EOF after the last
// line, a *Fault if the file is not written as a proof is, and else what the
// underlying reader said.
func (r *Reader) Next() (Kind, error) {
	if r.last == KindNone {
		if err := r.unpack(); err != nil {
			return KindNone, r.explained(err)
		}
	}
	r.Line++
	line, err := r.from.ReadSlice('\n')
	if err != nil {
		return KindNone, r.stopped(line, err)
	}
	if r.last == KindSeal {
		return KindNone, r.at().refuse("proof.fault.after_end")
	}
	kind, f := r.parse(line)
	if f != nil {
		return KindNone, f
	}
	if kind == KindSeal {
		r.sha.Sum(r.Real[:0])
	}
	r.sha.Write(line)
	r.last = kind
	return kind, nil
}

func (r *Reader) at() refuser { return refuser{r.Line} }

// unpack finds out whether the file is compressed.
func (r *Reader) unpack() error {
	const magic = "\x1f\x8b" // RFC 1952, 2.3.1
	if start, _ := r.from.Peek(len(magic)); string(start) != magic {
		return nil // an error of Peek comes again
	}
	r.packed = true
	r.Line = 1
	z, err := gzip.NewReader(r.from)
	if err != nil {
		return err
	}
	r.Line = 0
	r.from = bufio.NewReaderSize(z, MaxLine)
	return nil
}

// stopped explains why no whole line could be read.
func (r *Reader) stopped(rest []byte, err error) error {
	switch {
	case errors.Is(err, bufio.ErrBufferFull):
		if r.last == KindNone {
			return r.at().refuse("proof.fault.no_proof", i18n.Str("start", headerStart+"1"))
		}
		return r.at().refuse("proof.fault.long_line", i18n.Num("max", MaxLine))
	case !errors.Is(err, io.EOF):
		return r.explained(err)
	case r.last == KindSeal && len(rest) > 0:
		return r.at().refuse("proof.fault.after_end")
	case r.last == KindSeal:
		return io.EOF
	case len(rest) > 0:
		return r.at().refuse("proof.fault.cut")
	case r.last == KindNone:
		return r.at().refuse("proof.fault.empty")
	}
	return r.at().refuse("proof.fault.no_end")
}

// explained tells damage from a reader that fails.
func (r *Reader) explained(err error) error {
	var corrupt flate.CorruptInputError
	damaged := errors.Is(err, gzip.ErrHeader) || errors.Is(err, gzip.ErrChecksum) ||
		errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, io.EOF) || errors.As(err, &corrupt)
	if r.packed && damaged {
		return r.at().refuse("proof.fault.gzip")
	}
	return fmt.Errorf("read line %d of a proof: %w", r.Line, err)
}

// parse reads a line of whichever kind, if one may stand here.
func (r *Reader) parse(line []byte) (Kind, *Fault) {
	if r.last == KindNone && !bytes.HasPrefix(line, []byte(headerStart)) {
		return 0, r.at().refuse("proof.fault.no_proof", i18n.Str("start", headerStart+"1"))
	}
	if bytes.HasPrefix(line, []byte(entrantStart)) {
		if r.last > KindEntrant {
			return 0, r.at().refuse("proof.fault.misplaced_entrant")
		}
		return KindEntrant, r.entrant(line)
	}
	switch {
	case bytes.HasPrefix(line, []byte(headerStart)):
		if r.last != KindNone {
			return 0, r.at().refuse("proof.fault.misplaced_header")
		}
		return KindHeader, r.header(line)
	case bytes.HasPrefix(line, []byte(`{"round":`)):
		return KindRound, r.round(line)
	case bytes.HasPrefix(line, []byte(`{"pick":`)):
		if r.last < KindRound {
			return 0, r.at().refuse("proof.fault.misplaced_pick")
		}
		return KindPick, r.pick(line)
	case bytes.HasPrefix(line, []byte(`{"sha256":`)):
		var s seal
		f := decode(r.at(), line, &s, func() any { return s })
		r.Said = s.SHA256
		return KindSeal, f
	}
	return 0, r.at().refuse("proof.fault.no_line", i18n.Str("text", shown(string(line))))
}

// entrant reads by hand what there may be millions of.
func (r *Reader) entrant(line []byte) *Fault {
	const digits = 2 * len(Entrant{})
	rest := line[len(entrantStart):]
	if len(rest) < digits+len(entrantMiddle)+len(entrantEnd)+1 || string(rest[digits:digits+len(entrantMiddle)]) != entrantMiddle {
		return r.at().refuse("proof.fault.no_entrant", i18n.Str("text", shown(string(line))))
	}
	number, ended := bytes.CutSuffix(rest[digits+len(entrantMiddle):], []byte(entrantEnd))
	tickets, ok := count(number)
	if _, err := hex.Decode(r.Entrant[:], rest[:digits]); err != nil || !ended || !ok || upper(rest[:digits]) {
		return r.at().refuse("proof.fault.no_entrant", i18n.Str("text", shown(string(line))))
	}
	if tickets < 1 || tickets > MaxTickets {
		return r.at().refuse("proof.fault.tickets_bounds", i18n.Num("max", MaxTickets))
	}
	r.Tickets = tickets
	return nil
}

func upper(digits []byte) bool {
	for _, c := range digits {
		if c >= 'A' && c <= 'F' {
			return true
		}
	}
	return false
}

// count reads a number of at most six digits, without a leading zero.
func count(digits []byte) (n int, ok bool) {
	if len(digits) < 1 || len(digits) > 6 || digits[0] == '0' {
		return 0, false
	}
	for _, d := range digits {
		if d < '0' || d > '9' {
			return 0, false
		}
		n = 10*n + int(d-'0')
	}
	return n, true
}

func (r *Reader) header(line []byte) *Fault {
	var version struct {
		N int `json:"animo_proof"`
	}
	if err := json.Unmarshal(line, &version); err == nil && version.N > Version {
		return Header{Version: version.N}.fault(r.at()) // what else it says is not known
	}
	var h Header
	if f := decode(r.at(), line, &h, func() any { return h.normal() }); f != nil {
		return f
	}
	r.Header = h
	return h.fault(r.at())
}

func (r *Reader) round(line []byte) *Fault {
	var d Round
	if f := decode(r.at(), line, &d, func() any { return d.normal() }); f != nil {
		return f
	}
	r.Round = d
	return d.fault(r.at())
}

func (r *Reader) pick(line []byte) *Fault {
	var p Pick
	if f := decode(r.at(), line, &p, func() any { return p.normal() }); f != nil {
		return f
	}
	r.Pick = p
	return p.fault(r.at())
}

// decode reads a line that is written in the one way in which its value is.
func decode(at refuser, line []byte, into any, again func() any) *Fault {
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return at.refuse("proof.fault.no_line", i18n.Str("text", shown(string(line))))
	}
	want, err := encode(again())
	if err != nil || !bytes.Equal(line, want) {
		n := 0
		for n < len(line) && n < len(want) && line[n] == want[n] {
			n++
		}
		return at.refuse("proof.fault.unlike", i18n.Num("column", int64(n+1)))
	}
	return nil
}

// shown is text as a person may be shown it: its beginning, without what a
// terminal obeys.
func shown(text string) string {
	const (
		most   = 60
		joiner = '\u200d' // of emoji
	)
	out := strings.Map(func(c rune) rune {
		if !unicode.IsPrint(c) && c != joiner {
			return '\uFFFD'
		}
		return c
	}, strings.TrimSuffix(text, "\n"))
	if runes := []rune(out); len(runes) > most {
		out = string(runes[:most]) + "…"
	}
	return out
}
