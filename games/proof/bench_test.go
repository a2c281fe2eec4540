package proof_test

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"errors"
	"io"
	"runtime"
	"testing"

	"animo/games/proof"
)

const million = 1_000_000

// peak watches how much memory is in use beyond what was there before.
type peak struct{ before, most uint64 }

func newPeak() *peak {
	runtime.GC()
	p := &peak{before: inUse()}
	p.most = p.before
	return p
}

func inUse() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapInuse + m.StackInuse
}

func (p *peak) look() { p.most = max(p.most, inUse()) }

func (p *peak) report(b *testing.B) { b.ReportMetric(float64(p.most-p.before)/(1<<20), "peak-MB") }

// crowded is a draw of a million entrants with 1, 2 or 5 tickets.
func crowded(b *testing.B) *drawing {
	b.Helper()
	return newDrawing(b, seedOf(1), entriesOf(million, 1, 2, 5), true, 3, 2, 5)
}

// BenchmarkRank ranks a million entrants with 2.7 million tickets for three lots
// and sums their list up, beside SHA-256 over what is hashed: the names and the
// tickets, each at once, and the list.
func BenchmarkRank(b *testing.B) {
	d := crowded(b)
	b.Run("draw", func(b *testing.B) {
		b.ReportAllocs()
		p := newPeak()
		for b.Loop() {
			if got := d.ranked(proof.Wanted{Winners: []int{3, 2, 5}, OneWin: true}).Best(0); len(got) != 10 {
				b.Fatal(len(got))
			}
			p.look()
		}
		p.report(b)
	})
	b.Run("SHA-256 of the same", func(b *testing.B) {
		b.ReportAllocs()
		name, ticket, line := make([]byte, 0, 64), make([]byte, 46), make([]byte, 35)
		list := sha256.New()
		for b.Loop() {
			for _, e := range d.list {
				name = append(append(name[:0], "animo entrant\x00K7QX2M9P\x00"...), e.Member...)
				sum := sha256.Sum256(name)
				for range e.Tickets {
					copy(ticket, sum[:])
					sum = sha256.Sum256(ticket)
				}
				copy(line, sum[:])
				list.Write(line)
			}
		}
	})
}

// BenchmarkFile writes and verifies the proof of a million entrants, beside
// SHA-256 over the file.
func BenchmarkFile(b *testing.B) {
	d := crowded(b).end()
	file := d.file()
	b.Run("write", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(file)))
		p := newPeak()
		for b.Loop() {
			w := &looking{p: p}
			if err := proof.Write(w, d.h, each(d.list), d.rounds); err != nil {
				b.Fatal(err)
			}
		}
		p.report(b)
	})
	b.Run("verify", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(file)))
		p := newPeak()
		calls := 0
		v := proof.Verifier{Progress: func(int64, int64) error {
			if calls++; calls%16 == 0 {
				p.look()
			}
			return nil
		}}
		for b.Loop() {
			runtime.GC() // what the last round left is not this one's
			r, err := v.Verify(bytes.NewReader(file))
			if err != nil || !r.Verified() {
				b.Fatal(err, r.Faults())
			}
			p.look()
		}
		p.report(b)
	})
	b.Run("SHA-256 of the file", func(b *testing.B) {
		b.ReportAllocs()
		b.SetBytes(int64(len(file)))
		for b.Loop() {
			sha, in := sha256.New(), bufio.NewReaderSize(bytes.NewReader(file), proof.MaxLine)
			for {
				line, err := in.ReadSlice('\n')
				sha.Write(line)
				if errors.Is(err, io.EOF) {
					break
				}
			}
		}
	})
}

// looking throws away what is written, and looks at the memory now and then.
type looking struct {
	p     *peak
	calls int
}

func (l *looking) Write(p []byte) (int, error) {
	if l.calls++; l.calls%64 == 0 {
		l.p.look()
	}
	return len(p), nil
}
