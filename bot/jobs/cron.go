package jobs

import (
	"errors"
	"fmt"
	"strings"
	"time"
	_ "time/tzdata" // schedules keep their zone also where the system has no zone files

	"github.com/robfig/cron/v3"
)

// Errors of ParseCron, told apart with errors.Is.
var (
	// ErrCronSyntax says that the text is no schedule of five fields.
	ErrCronSyntax = errors.New("no cron schedule")
	// ErrCronZone says that the text names a time zone, which has a field of
	// its own.
	ErrCronZone = errors.New("the time zone does not belong into the schedule")
	// ErrCronEvery says that the text is an @every, which counts from an
	// unknown start and would shift with each restart.
	ErrCronEvery = errors.New("@every is not supported")
	// ErrCronNever says that the schedule never comes, such as 31 February.
	ErrCronNever = errors.New("the schedule never comes")
)

// maxCron is the longest schedule text, in bytes.
const maxCron = 200

// Cron is a schedule by the clock on the wall of a time zone. The zero Cron
// never comes.
//
// On the days on which the clock changes: a local time that does not exist
// runs once, right after the gap, together with whatever else fell into it; a
// local time that exists twice runs once, the first time. That holds for
// every schedule, so that "0,15,30,45 * * * *" is silent in the hour that is
// repeated.
type Cron struct {
	spec     string
	zone     *time.Location
	schedule cron.Schedule // asked in UTC, with wall clock times
}

// ParseCron reads minute, hour, day of month, month and day of week, or one of
// @yearly, @monthly, @weekly, @daily, @midnight, @hourly. The smallest
// distance between two firings is a minute, as there is no field for seconds.
func ParseCron(spec string, zone *time.Location) (Cron, error) {
	spec = strings.TrimSpace(spec)
	switch upper := strings.ToUpper(spec); {
	case zone == nil:
		return Cron{}, fmt.Errorf("read cron %.40q: no time zone", spec)
	case strings.Contains(upper, "TZ="):
		return Cron{}, fmt.Errorf("read cron %.40q: %w", spec, ErrCronZone)
	case strings.HasPrefix(upper, "@EVERY"):
		return Cron{}, fmt.Errorf("read cron %.40q: %w", spec, ErrCronEvery)
	case len(spec) > maxCron:
		return Cron{}, fmt.Errorf("read cron %.40q: over %d bytes: %w", spec, maxCron, ErrCronSyntax)
	}
	schedule, err := parseGuarded(spec)
	if err != nil {
		return Cron{}, fmt.Errorf("read cron %.40q: %w: %w", spec, ErrCronSyntax, err)
	}
	c := Cron{spec: spec, zone: zone, schedule: schedule}
	// Any start would do: the search looks five years ahead, which holds a
	// leap day.
	if c.Next(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)).IsZero() {
		return Cron{}, fmt.Errorf("read cron %.40q: %w", spec, ErrCronNever)
	}
	return c, nil
}

// parseGuarded calls the parser, which panics on some texts (robfig/cron #470,
// #554).
func parseGuarded(spec string) (schedule cron.Schedule, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("parser failed: %v", r)
		}
	}()
	return cron.NewParser(cron.Minute | cron.Hour | cron.Dom | cron.Month | cron.Dow | cron.Descriptor).Parse(spec)
}

// String returns the schedule as it was written.
func (c Cron) String() string { return c.spec }

// Zone returns the time zone whose clock the schedule follows.
func (c Cron) Zone() *time.Location { return c.zone }

// Next returns the first firing after an instant, in the schedule's zone; the
// zero time if none comes within five years.
func (c Cron) Next(after time.Time) time.Time {
	if c.schedule == nil {
		return time.Time{}
	}
	// The parser's own Next loses what falls into a gap and repeats what
	// exists twice (robfig/cron PR #541). Here it only ever sees UTC, which has
	// neither, and wall is what the clock on the wall shows.
	wall := onWall(after.In(c.zone))
	for {
		wall = c.schedule.Next(wall)
		if wall.IsZero() {
			return time.Time{}
		}
		if t := fromWall(wall, c.zone); t.After(after) {
			return t
		}
	}
}

// NextN returns the next n firings after an instant, fewer if fewer come.
func (c Cron) NextN(after time.Time, n int) []time.Time {
	var out []time.Time
	for range n {
		after = c.Next(after)
		if after.IsZero() {
			break
		}
		out = append(out, after)
	}
	return out
}

// onWall returns what the clock shows at t, as if it were UTC.
func onWall(t time.Time) time.Time {
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC)
}

// fromWall returns the first instant at which the clock of zone shows wall,
// or the end of the gap if it never does.
func fromWall(wall time.Time, zone *time.Location) time.Time {
	t := time.Date(wall.Year(), wall.Month(), wall.Day(), wall.Hour(), wall.Minute(), wall.Second(), wall.Nanosecond(), zone)
	start, end := t.ZoneBounds()
	switch shown := onWall(t); {
	// Package time does not say which of the two sides of a change it takes.
	case shown.After(wall):
		return start
	case shown.Before(wall):
		return end
	}
	if start.IsZero() {
		return t
	}
	_, before := start.Add(-1).Zone()
	_, now := t.Zone()
	earlier := t.Add(time.Duration(now-before) * time.Second)
	if earlier.Before(start) && onWall(earlier.In(zone)).Equal(wall) {
		return earlier
	}
	return t
}
