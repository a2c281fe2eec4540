package jobs

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func mustCron(t testing.TB, spec string, z *time.Location) Cron {
	t.Helper()
	c, err := ParseCron(spec, z)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClockChanges(t *testing.T) {
	for _, row := range []struct {
		name, zone, spec, after string
		want                    []string // in UTC where the local time alone would not do
	}{
		{"daily in the gap runs right after it", "Europe/Paris", "30 2 * * *", "2026-03-27T12:00:00+01:00", []string{
			"2026-03-28T02:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00",
		}},
		{"daily at the end of the gap runs once", "Europe/Paris", "0 3 * * *", "2026-03-28T12:00:00+01:00", []string{
			"2026-03-29T03:00:00+02:00", "2026-03-30T03:00:00+02:00",
		}},
		{"two schedules in the gap and at its end run once", "Europe/Paris", "0,30 2,3 * * *", "2026-03-29T01:00:00+01:00", []string{
			"2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00", "2026-03-30T02:00:00+02:00",
		}},
		{"daily that exists twice runs the first time", "Europe/Paris", "30 2 * * *", "2026-10-24T12:00:00+02:00", []string{
			"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00",
		}},
		{"between the two it does not run again", "Europe/Paris", "30 2 * * *", "2026-10-25T02:10:00+01:00", []string{
			"2026-10-26T02:30:00+01:00",
		}},
		{"hourly over the gap", "Europe/Paris", "0 * * * *", "2026-03-29T00:30:00+01:00", []string{
			"2026-03-29T01:00:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T04:00:00+02:00",
		}},
		{"half past over the gap", "Europe/Paris", "30 * * * *", "2026-03-29T01:00:00+01:00", []string{
			"2026-03-29T01:30:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:30:00+02:00",
		}},
		{"hourly over the repeated hour", "Europe/Paris", "0 * * * *", "2026-10-25T00:30:00+02:00", []string{
			"2026-10-25T01:00:00+02:00", "2026-10-25T02:00:00+02:00", "2026-10-25T03:00:00+01:00",
		}},
		{"every 15 minutes over the gap", "Europe/Paris", "*/15 * * * *", "2026-03-29T01:30:00+01:00", []string{
			"2026-03-29T01:45:00+01:00", "2026-03-29T03:00:00+02:00", "2026-03-29T03:15:00+02:00",
		}},
		{"every 15 minutes over the repeated hour", "Europe/Paris", "*/15 * * * *", "2026-10-25T02:30:00+02:00", []string{
			"2026-10-25T02:45:00+02:00", "2026-10-25T03:00:00+01:00", "2026-10-25T03:15:00+01:00",
		}},
		{"half an hour's gap", "Australia/Lord_Howe", "15 2 * * *", "2026-10-03T12:00:00+10:30", []string{
			"2026-10-04T02:30:00+11:00", "2026-10-05T02:15:00+11:00",
		}},
		{"half an hour repeated", "Australia/Lord_Howe", "45 1 * * *", "2026-04-04T12:00:00+11:00", []string{
			"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30",
		}},
		{"every 15 minutes over half an hour repeated", "Australia/Lord_Howe", "*/15 * * * *", "2026-04-05T01:15:00+11:00", []string{
			"2026-04-05T01:30:00+11:00", "2026-04-05T01:45:00+11:00", "2026-04-05T02:00:00+10:30",
		}},
		{"a midnight that does not exist", "America/Santiago", "@daily", "2026-09-05T12:00:00-04:00", []string{
			"2026-09-06T01:00:00-03:00", "2026-09-07T00:00:00-03:00",
		}},
		{"a day that does not exist", "Pacific/Apia", "30 12 * * *", "2011-12-29T12:00:00-10:00", []string{
			"2011-12-29T12:30:00-10:00", "2011-12-31T00:00:00+14:00", "2011-12-31T12:30:00+14:00",
		}},
		{"no clock change at all", "UTC", "0 9 * * 1", "2026-03-27T00:00:00Z", []string{
			"2026-03-30T09:00:00Z", "2026-04-06T09:00:00Z",
		}},
	} {
		t.Run(row.name, func(t *testing.T) {
			after, err := time.Parse(time.RFC3339, row.after)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, next := range mustCron(t, row.spec, zone(t, row.zone)).NextN(after, len(row.want)) {
				got = append(got, next.Format(time.RFC3339))
			}
			if fmt.Sprint(got) != fmt.Sprint(row.want) {
				t.Errorf("%s after %s\ngot  %v\nwant %v", row.spec, row.after, got, row.want)
			}
		})
	}
}

func TestWhatIsNoScheduleIsRefused(t *testing.T) {
	for spec, want := range map[string]error{
		"":                                      ErrCronSyntax,
		"* * * *":                               ErrCronSyntax,
		"* * * * * *":                           ErrCronSyntax,
		"61 * * * *":                            ErrCronSyntax,
		"*/0 * * * *":                           ErrCronSyntax,
		"@often":                                ErrCronSyntax,
		"@reboot":                               ErrCronSyntax,
		strings.Repeat("1,", 100) + "1 * * * *": ErrCronSyntax,
		"TZ=UTC":                                ErrCronZone,
		"TZ=UTC 0 9 * * *":                      ErrCronZone,
		"CRON_TZ=Europe/Paris 0 9 * * *":        ErrCronZone,
		"cron_tz=UTC @daily":                    ErrCronZone,
		"@every 1ns":                            ErrCronEvery,
		"@EVERY 2h":                             ErrCronEvery,
		"0 0 31 2 *":                            ErrCronNever,
		"0 0 31 4,6,9,11 *":                     ErrCronNever,
	} {
		if c, err := ParseCron(spec, time.UTC); !errors.Is(err, want) {
			t.Errorf("%q gives %v and %v, want %v", spec, c, err, want)
		}
	}
	if _, err := ParseCron("@daily", nil); err == nil {
		t.Error("a schedule without a zone is taken")
	}
}

func TestWhatIsAScheduleIsTaken(t *testing.T) {
	for _, spec := range []string{"* * * * *", "0 0 29 2 *", " 5 4 * * sun ", "@hourly", "@weekly", "@monthly", "@yearly", "0 9 1-7 * 1", "0 9 ? * MON-FRI"} {
		if c, err := ParseCron(spec, time.UTC); err != nil || c.String() != strings.TrimSpace(spec) || c.Zone() != time.UTC {
			t.Errorf("%q gives %v and %v", spec, c, err)
		}
	}
}

func TestTheZeroCronNeverComes(t *testing.T) {
	if next := (Cron{}).Next(time.Unix(0, 0)); !next.IsZero() {
		t.Errorf("it comes at %v", next)
	}
	if all := (Cron{}).NextN(time.Unix(0, 0), 3); all != nil {
		t.Errorf("it comes at %v", all)
	}
}

func TestLeapDaysAreFound(t *testing.T) {
	next := mustCron(t, "0 12 29 2 *", time.UTC).NextN(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), 2)
	if next[0].Year() != 2028 || next[1].Year() != 2032 {
		t.Errorf("got %v", next)
	}
}

// anyZone draws a zone in which clocks change by an hour, by half an hour, at
// midnight, southward, or not.
func anyZone(t *rapid.T, load testing.TB) *time.Location {
	return zone(load, rapid.SampledFrom([]string{
		"Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Africa/Casablanca", "Asia/Kolkata", "America/St_Johns", "UTC",
	}).Draw(t, "zone"))
}

// anyInstant draws an instant near a clock change of 2026 more often than
// not.
func anyInstant(t *rapid.T, z *time.Location) time.Time {
	at := time.Unix(rapid.Int64Range(1767225600, 1798761600).Draw(t, "instant"), 0).In(z)
	if _, end := at.ZoneBounds(); !end.IsZero() && rapid.Bool().Draw(t, "near") {
		at = end.Add(time.Duration(rapid.IntRange(-7200, 7200).Draw(t, "offset")) * time.Second)
	}
	return at
}

func TestFiringsOnlyEverMoveForward(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		z := anyZone(r, t)
		spec := rapid.SampledFrom([]string{"* * * * *", "*/15 * * * *", "30 * * * *", "30 2 * * *", "0 0,2 * * *", "45 1 1,29 * 0", "@daily"}).Draw(r, "spec")
		at := anyInstant(r, z)
		c := mustCron(t, spec, z)
		for range 200 {
			next := c.Next(at)
			if !next.After(at) {
				r.Fatalf("%s: after %v comes %v", spec, at, next)
			}
			if between := c.Next(next.Add(-1)); !between.Equal(next) {
				r.Fatalf("%s: just before %v comes %v", spec, next, between)
			}
			at = next
		}
	})
}

func TestADailyScheduleRunsOncePerDay(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		z := anyZone(r, t)
		hour, minute := rapid.IntRange(0, 22).Draw(r, "hour"), rapid.IntRange(0, 59).Draw(r, "minute")
		c := mustCron(t, fmt.Sprintf("%d %d * * *", minute, hour), z)
		at := anyInstant(r, z)
		shown := map[string]bool{}
		day := c.Next(at)
		for range 10 {
			next := c.Next(day)
			if onWall(next).YearDay() != onWall(day).AddDate(0, 0, 1).YearDay() {
				r.Fatalf("after %v comes %v, not on the next day", day, next)
			}
			wall := onWall(next).Format(time.DateTime)
			if shown[wall] {
				r.Fatalf("%s runs twice", wall)
			}
			shown[wall] = true
			day = next
		}
	})
}

func FuzzParseCron(f *testing.F) {
	for _, s := range []string{"30 2 * * *", "TZ=UTC", "@every 1ns", "0 0 31 2 *", "@daily", "*/7 1-5 ? JAN MON", "TZ=", "1/1/1 * * * *", "-1 * * * *", "0-4294967295 * * * *"} {
		f.Add(s)
	}
	paris := zone(f, "Europe/Paris")
	start := time.Date(2026, 3, 28, 23, 59, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, spec string) {
		c, err := ParseCron(spec, paris)
		if err != nil {
			return
		}
		at := start
		for range 5 {
			next := c.Next(at)
			if next.IsZero() {
				return
			}
			if next.Sub(at) <= 0 || at != start && next.Sub(at) < time.Minute {
				t.Fatalf("%q: after %v comes %v", spec, at, next)
			}
			at = next
		}
	})
}
