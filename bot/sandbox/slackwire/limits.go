package slackwire

import "time"

// limiter holds one bucket of permits per method, and per channel for posting.
type limiter map[string]*bucket

type bucket struct {
	left float64
	at   time.Time
}

const (
	// Posting is allowed about once a second per channel, with short bursts
	// (docs.slack.dev/apis/web-api/rate-limits#limits-when-posting-messages).
	postBurst = 5
	// Ten connections may be open at a time, so ten may be asked for at once
	// though the method's tier is one a minute.
	openBurst = 10
)

// overLimit returns how long to wait before the next call, 0 for go ahead.
func (s *Server) overLimit(name string, m method, args arguments) time.Duration {
	now := s.clock.Now()
	switch {
	case !s.opts.EnforceLimits:
		return 0
	case name == "chat.postMessage":
		return s.limits.take(name+"/"+args.text("channel"), 1, postBurst, now)
	case name == "apps.connections.open":
		return s.limits.take(name, tier1/60.0, openBurst, now)
	case m.perMin == 0:
		return 0
	}
	return s.limits.take(name, float64(m.perMin)/60, float64(m.perMin), now)
}

// take uses one permit of a bucket that fills at rate permits a second up to
// burst. It returns how long until there is one if there is none.
func (l limiter) take(key string, rate, burst float64, now time.Time) time.Duration {
	b, ok := l[key]
	if !ok {
		b = &bucket{burst, now}
		l[key] = b
	}
	b.left = min(burst, b.left+rate*now.Sub(b.at).Seconds())
	b.at = now
	if b.left < 1 {
		return time.Duration((1 - b.left) / rate * float64(time.Second))
	}
	b.left--
	return 0
}
