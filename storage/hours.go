package storage

import "time"

const hour = int64(time.Hour / time.Second)

// Hours counts whole hours since 1970 in UTC, rounding down: drivers keep the
// hour of a Counter so.
func Hours(t time.Time) int64 {
	n := t.Unix()
	if n < 0 {
		n -= hour - 1
	}
	return n / hour
}

// HoursUp rounds up: an hour that began before a bound lies before it.
func HoursUp(t time.Time) int64 {
	h := Hours(t)
	if HourTime(h).Before(t) {
		h++
	}
	return h
}

// HourTime is when an hour that Hours counted begins, in UTC.
func HourTime(h int64) time.Time { return time.Unix(h*hour, 0).UTC() }
