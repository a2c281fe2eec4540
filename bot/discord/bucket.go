package discord

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"

	"animo/bot/quota"
)

// limit is what the headers of an answer tell
// (docs: topics/rate-limits#header-format).
type limit struct {
	told       bool
	most, left int
	reset      time.Duration
}

func readLimit(h http.Header) limit {
	left, err := strconv.Atoi(h.Get("X-RateLimit-Remaining"))
	if err != nil || left < 0 {
		return limit{}
	}
	most, err := strconv.Atoi(h.Get("X-RateLimit-Limit"))
	if err != nil || most < 1 {
		most = left + 1
	}
	return limit{told: true, most: most, left: left, reset: seconds(h.Get("X-RateLimit-Reset-After"))}
}

// says is what an answer of a status lets conclude: one that was neither
// refused nor failed and tells no limit has none.
func (l limit) says(status int) *quota.Told {
	switch {
	case l.told:
		return &quota.Told{Most: l.most, Left: l.left, Reset: l.reset + grace}
	case status < 500 && status != http.StatusTooManyRequests:
		return &quota.Told{}
	}
	return nil
}

func globally(h http.Header) bool {
	return h.Get("X-RateLimit-Global") == "true" || h.Get("X-RateLimit-Scope") == "global"
}

// retryAfter reads how long a refused caller must stay away; a second if the
// answer does not say.
func retryAfter(h http.Header) time.Duration {
	if d := max(seconds(h.Get("Retry-After")), seconds(h.Get("X-RateLimit-Reset-After"))); d > 0 {
		return d
	}
	return time.Second
}

func seconds(s string) time.Duration {
	f, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(f) || f <= 0 || f > 86400*30 {
		return 0
	}
	return time.Duration(f * float64(time.Second))
}

// route is what rate limits tell requests apart by.
type route struct {
	name  string // method and path without ids
	major string // the guild, channel or webhook
	// answer marks an answer to an interaction: outside the global limit
	// (docs: interactions/receiving-and-responding#endpoints), and on a path
	// that is used for one interaction only.
	answer bool
}

// routeOf reads the route off an address of the REST interface.
func routeOf(method, address string) route {
	_, path, _ := strings.Cut(address, "/api/v")
	path, _, _ = strings.Cut(path, "?")
	parts := strings.Split(path, "/")[1:]
	if parts[0] == "interactions" || parts[0] == "webhooks" {
		return route{name: method, major: strings.Join(parts, "/"), answer: true}
	}
	r := route{}
	for i, p := range parts {
		if !isSnowflake(p) {
			continue
		}
		if i == 1 && (parts[0] == "channels" || parts[0] == "guilds") {
			r.major = p
		}
		parts[i] = "*"
	}
	r.name = method + " " + strings.Join(parts, "/")
	return r
}
