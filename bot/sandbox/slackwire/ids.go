package slackwire

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const (
	idLength = 10 // characters after the letter that tells the kind
	alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUV"
)

// stableID returns the id of something that has a unique name, the same at
// every start.
func stableID(prefix, name string) string {
	sum := sha256.Sum256([]byte(prefix + "/" + name))
	return prefix + "0" + base32.NewEncoding(alphabet).EncodeToString(sum[:])[:idLength-1]
}

// freshID returns an id that nothing else has.
func freshID(prefix string) string {
	var b [8]byte
	rand.Read(b[:])
	return prefix + "0" + base32.NewEncoding(alphabet).EncodeToString(b[:])[:idLength-1]
}

func freshHex(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return hex.EncodeToString(b)
}

func freshUUID() string {
	b := make([]byte, 16)
	rand.Read(b)
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// nextTS returns a timestamp that no other message of the workspace has,
// greater than all before. The caller holds s.mu.
func (s *Server) nextTS() string {
	s.lastTS = max(s.clock.Now().UnixMicro(), s.lastTS+1)
	return formatTS(s.lastTS)
}

func formatTS(micros int64) string {
	return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6)
}

var tsForm = regexp.MustCompile(`^\d{1,12}(\.\d{1,6})?$`)

// parseTS returns the microseconds of a timestamp.
func parseTS(ts string) (int64, bool) {
	if !tsForm.MatchString(ts) {
		return 0, false
	}
	sec, frac, _ := strings.Cut(ts, ".")
	whole, err := strconv.ParseInt(sec, 10, 64)
	if err != nil {
		return 0, false
	}
	micros, err := strconv.ParseInt((frac + "000000")[:6], 10, 64)
	return whole*1e6 + micros, err == nil
}

func timeOf(ts string) time.Time {
	micros, _ := parseTS(ts)
	return time.UnixMicro(micros).UTC()
}

// expiring holds values that lose their meaning after a while on the
// sandbox's clock, and forgets them then.
type expiring[T any] struct {
	keep  time.Duration
	vals  map[string]T
	order []expiry
}

type expiry struct {
	key string
	at  time.Time
}

func newExpiring[T any](keep time.Duration) expiring[T] {
	return expiring[T]{keep: keep, vals: map[string]T{}}
}

func (e *expiring[T]) put(key string, v T, now time.Time) {
	for len(e.order) > 0 && now.After(e.order[0].at) {
		delete(e.vals, e.order[0].key)
		e.order = e.order[1:]
	}
	e.vals[key] = v
	e.order = append(e.order, expiry{key, now.Add(e.keep)})
}
