package discord

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// bucket counts the requests of one rate limit, so that those under way are
// counted before Discord has answered them. The gate's lock guards it.
type bucket struct {
	known  bool      // Discord has told its limit, or that there is none
	limit  int       // requests in a window, 0 for no limit
	left   int       // of this window
	reset  time.Time // when the window ends, zero until an answer tells
	stop   time.Time // refused: nothing before
	flying int
	// entered counts the requests, so that one is known that had no other
	// beside it from beginning to end.
	entered int
	// changed is closed at the next answer.
	changed chan struct{}
}

// enter takes a place, or says how long or for what to wait. While the limit
// is not known one request at a time finds it out.
func (b *bucket) enter(now time.Time) (time.Duration, <-chan struct{}) {
	if b.stop.After(now) {
		return b.stop.Sub(now), nil
	}
	if !b.reset.IsZero() && !b.reset.After(now) {
		b.left, b.reset = b.limit-b.flying, time.Time{}
	}
	switch {
	case !b.known && b.flying > 0:
		return 0, b.changed
	case b.known && b.limit > 0 && b.left <= 0:
		if !b.reset.IsZero() {
			return b.reset.Sub(now), nil
		}
		if b.flying > 0 {
			return 0, b.changed
		}
		b.left = b.limit // the answers of this window told nothing
	}
	b.left--
	b.flying++
	b.entered++
	return 0, nil
}

// leave ends a request and wakes those who wait for that.
func (b *bucket) leave() {
	b.flying--
	close(b.changed)
	b.changed = make(chan struct{})
}

// learn takes over what the answer to a ticket's request tells. Answers may
// overtake each other, so among several the least is believed.
func (b *bucket) learn(l limit, now time.Time, t ticket) {
	if !l.told {
		b.known = true
		return
	}
	others := b.flying
	if t.b == b {
		others--
	}
	switch {
	case t.b == b && t.alone == b.entered:
		b.left = l.left
	case b.reset.IsZero() || !b.known:
		b.left = l.left - others
	default:
		b.left = min(b.left, l.left)
	}
	b.known, b.limit = true, max(l.most, 1)
	b.reset = latest(b.reset, now.Add(l.reset+grace))
}

func (b *bucket) idle(now time.Time) bool {
	return b.flying == 0 && !b.stop.After(now) && !b.reset.After(now)
}

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
