package discordwire

import (
	"fmt"
	"hash/fnv"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The global limit of a bot (topics/rate-limits#global-rate-limit).
const (
	globalLimit  = 50
	globalWindow = time.Second
)

// quota allows so many calls in a window.
type quota struct {
	limit  int
	window time.Duration
}

// quotas are the limits of single routes. Discord does not publish them and
// may change them; these are near what its headers say.
var quotas = map[string]quota{
	"POST /channels/{channel}/messages":                                {5, 5 * time.Second},
	"PATCH /channels/{channel}/messages/{message}":                     {5, 5 * time.Second},
	"DELETE /channels/{channel}/messages/{message}":                    {5, time.Second},
	"POST /channels/{channel}/messages/bulk-delete":                    {1, time.Second},
	"PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me": {1, 250 * time.Millisecond},
	"POST /users/@me/channels":                                         {10, 10 * time.Second},
	"PUT /applications/{app}/commands":                                 {2, 5 * time.Second},
	"POST /webhooks/{app}/{token}":                                     {5, 2 * time.Second},
}

var usualQuota = quota{10, 2 * time.Second}

// limiter counts calls in real time, since clients wait in real time.
type limiter struct {
	enforce bool
	mu      sync.Mutex
	buckets map[string]*bucket
	global  bucket
}

type bucket struct {
	used  int
	reset time.Time
}

func newLimiter(enforce bool) *limiter {
	return &limiter{enforce: enforce, buckets: map[string]*bucket{}}
}

// take counts a call and returns the headers of its bucket, and the refusal
// if it is one too many. Interaction endpoints are outside the global limit
// (interactions/receiving-and-responding#endpoints).
func (l *limiter) take(pattern string, r *http.Request) (http.Header, *reply) {
	q, ok := quotas[pattern]
	if !ok {
		q = usualQuota
	}
	now := time.Now()
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.enforce {
		return bucketHeader(pattern, q, q.limit-1, q.window, now), nil
	}
	if !strings.Contains(pattern, "{token}") {
		if wait := l.global.use(quota{globalLimit, globalWindow}, now); wait > 0 {
			out := tooMany(wait, true)
			return nil, &out
		}
	}
	b := l.bucket(pattern+" "+majorID(r), now)
	wait := b.use(q, now)
	head := bucketHeader(pattern, q, q.limit-b.used, b.reset.Sub(now), now)
	if wait > 0 {
		out := tooMany(wait, false)
		return head, &out
	}
	return head, nil
}

// bucket finds a bucket, and now and then forgets those long reset.
func (l *limiter) bucket(key string, now time.Time) *bucket {
	const enough = 4096
	if len(l.buckets) > enough {
		for k, b := range l.buckets {
			if now.After(b.reset) {
				delete(l.buckets, k)
			}
		}
	}
	b := l.buckets[key]
	if b == nil {
		b = &bucket{}
		l.buckets[key] = b
	}
	return b
}

// use takes one call from the bucket and returns 0, or how long to wait.
func (b *bucket) use(q quota, now time.Time) time.Duration {
	if !now.Before(b.reset) {
		b.used, b.reset = 0, now.Add(q.window)
	}
	if b.used >= q.limit {
		return b.reset.Sub(now)
	}
	b.used++
	return 0
}

// majorID is the part of a path that has buckets of its own
// (topics/rate-limits: top-level resources).
func majorID(r *http.Request) string {
	for _, name := range []string{"channel", "guild", "token"} {
		if v := r.PathValue(name); v != "" {
			return v
		}
	}
	return ""
}

func bucketHeader(pattern string, q quota, left int, after time.Duration, now time.Time) http.Header {
	name := fnv.New64a()
	fmt.Fprint(name, pattern)
	h := http.Header{}
	for key, v := range map[string]string{
		"X-RateLimit-Limit":       strconv.Itoa(q.limit),
		"X-RateLimit-Remaining":   strconv.Itoa(max(left, 0)),
		"X-RateLimit-Reset":       strconv.FormatFloat(float64(now.Add(after).UnixMilli())/1000, 'f', 3, 64),
		"X-RateLimit-Reset-After": strconv.FormatFloat(after.Seconds(), 'f', 3, 64),
		"X-RateLimit-Bucket":      strconv.FormatUint(name.Sum64(), 16),
	} {
		h.Set(key, v)
	}
	return h
}
