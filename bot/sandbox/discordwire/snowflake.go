package discordwire

import (
	"strconv"
	"sync"
	"time"

	"animo/bot/sandbox/world"
)

// discordEpoch is the first millisecond of 2015, from which snowflakes count
// (reference#snowflakes).
const discordEpoch = 1420070400000

const snowflakeShift = 22

// mint makes snowflakes: unique, increasing, and telling the sandbox's time.
type mint struct {
	clock *world.Clock
	mu    sync.Mutex
	last  uint64
}

func (m *mint) next() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := snowflakeAt(m.clock.Now())
	if id <= m.last {
		id = m.last + 1
	}
	m.last = id
	return strconv.FormatUint(id, 10)
}

// passed keeps later ids above id, which an earlier run made.
func (m *mint) passed(id string) {
	n, err := strconv.ParseUint(id, 10, 64)
	m.mu.Lock()
	defer m.mu.Unlock()
	if err == nil && n > m.last {
		m.last = n
	}
}

func snowflakeAt(t time.Time) uint64 {
	return uint64(max(t.UnixMilli()-discordEpoch, 0)) << snowflakeShift
}

func idTime(id string) time.Time {
	n, err := strconv.ParseUint(id, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(int64(n>>snowflakeShift) + discordEpoch).UTC()
}

// idLess orders snowflakes without parsing them.
func idLess(a, b string) bool {
	if len(a) != len(b) {
		return len(a) < len(b)
	}
	return a < b
}

func isID(s string) bool {
	_, err := strconv.ParseUint(s, 10, 64)
	return err == nil
}

// stamp writes a time as Discord does (reference#iso8601-date-time).
func stamp(t time.Time) string {
	return t.UTC().Format("2006-01-02T15:04:05.000000+00:00")
}
