package advent

import (
	"encoding/json"
	"fmt"
	"math/bits"
	"time"

	"animo/games/proof"
)

// perBox is how far apart the numbers of hidden instants of two boxes are.
const perBox = 100

// daysOf fixes the days of all boxes, with their hidden instants.
func daysOf(boxes []Box, first time.Time, zone *time.Location, seed proof.Seed, instance string) []Day {
	wall := onWall(first.In(zone))
	out := make([]Day, len(boxes))
	for i := range out {
		out[i] = Day{Opens: fromWall(wall.AddDate(0, 0, i), zone), Ends: fromWall(wall.AddDate(0, 0, i+1), zone)}
		out[i].Instants = instantsOf(i+1, boxes[i], out[i], seed, instance)
	}
	return out
}

// instantsOf derives the hidden instants of a box, in order.
func instantsOf(n int, b Box, d Day, seed proof.Seed, instance string) []Instant {
	var out []Instant
	for k := range b.Instant.Winners {
		at := proof.Instant(seed, instance, uint32(n*perBox+k), d.Opens, d.Ends)
		i := len(out)
		for i > 0 && out[i-1].At.After(at) {
			i--
		}
		out = append(out[:i], append([]Instant{{At: at}}, out[i:]...)...)
	}
	return out
}

// onWall returns what the clock shows at t, as if it were UTC.
func onWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), 0, time.UTC)
}

// fromWall returns the first instant at which the clock of zone shows wall, or
// the end of the gap if it never does: the rule of all that repeats in Animo.
func fromWall(wall time.Time, zone *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), 0, zone)
	start, end := t.ZoneBounds()
	switch shown := onWall(t); {
	// Package time does not say which of the two sides of a change it takes.
	case shown.After(wall):
		return start.UTC()
	case shown.Before(wall):
		return end.UTC()
	}
	if start.IsZero() {
		return t.UTC()
	}
	_, before := start.Add(-1).Zone()
	_, now := t.Zone()
	earlier := t.Add(time.Duration(now-before) * time.Second)
	if earlier.Before(start) && onWall(earlier.In(zone)).Equal(wall) {
		return earlier.UTC()
	}
	return t.UTC()
}

// Opened is what a member has opened: the body of their entry. Bit n-1 stands
// for box n.
type Opened struct {
	Boxes uint32 `json:"b"`
	Late  uint32 `json:"l,omitempty"` // those of Boxes that were opened after their day
}

// ReadOpened reads the body of an entry.
func ReadOpened(body json.RawMessage) (o Opened, err error) {
	if len(body) > 0 {
		if err = json.Unmarshal(body, &o); err != nil {
			return o, fmt.Errorf("read an entry: %w", err)
		}
	}
	return o, nil
}

// Has says whether a box is opened.
func (o Opened) Has(n int) bool { return o.Boxes&bit(n) != 0 }

// OnTime says whether a box was opened on its day.
func (o Opened) OnTime(n int) bool { return (o.Boxes&^o.Late)&bit(n) != 0 }

// Count is how many boxes are opened.
func (o Opened) Count() int { return bits.OnesCount32(o.Boxes) }

func (o Opened) with(n int, late bool) Opened {
	o.Boxes |= bit(n)
	if late {
		o.Late |= bit(n)
	}
	return o
}

func bit(n int) uint32 { return 1 << (n - 1) }

// Streak is how many days in a row a member has opened the box on its day, up
// to the day of box n. Days on which no box was posted do not count.
func (s State) Streak(o Opened, n int) (run int) {
	for ; n >= 1; n-- {
		switch {
		case s.Days[n-1].Missed:
		case o.OnTime(n):
			run++
		default:
			return run
		}
	}
	return run
}

// Tickets is how many tickets a member has in the final draw: one for each box
// and one for every StreakEvery-th day in a row.
func (s State) Tickets(o Opened) int {
	bonus, run := 0, 0
	for i, d := range s.Days {
		switch {
		case d.Missed:
		case o.OnTime(i + 1):
			if run++; run%StreakEvery == 0 {
				bonus++
			}
		default:
			run = 0
		}
	}
	return o.Count() + bonus
}

// behind says whether a member could open another box than box n by now.
func (s State) behind(o Opened, n int) bool {
	for other := 1; other <= s.Today; other++ {
		if other != n && !o.Has(other) {
			return true
		}
	}
	return false
}
