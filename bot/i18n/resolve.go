package i18n

import "time"

// resolve finds the instant that was meant, as seen at now in loc or in the
// zone that was said.
func (m moment) resolve(r *reader, now time.Time, loc *time.Location) (time.Time, *ReadError) {
	if m.clock.zone != nil {
		loc = m.clock.zone
	}
	at := m.next(now, loc)
	if is := m.weekdayAt(at, loc); m.checked && is != m.weekday {
		y, month, d := m.dayAt(at, loc)
		return at, r.refuse("dates.error.weekday",
			Str("date", r.p.dayText(y, month, d)),
			Str("weekday", r.p.numbers.WeekdayWide(is)),
			Str("said", r.p.numbers.WeekdayWide(m.weekday)))
	}
	switch {
	case !at.After(now):
		return at, r.refuse("dates.error.past", Str("date", r.p.DateText(at, loc)))
	case at.After(now.Add(Max)):
		return at, r.refuse("dates.error.too_far", Str("date", r.p.DateText(at, loc)), Num("days", int64(Max/dayLength)))
	}
	return at, nil
}

// next is the first such instant after now, or one in the past if no later
// one can have been meant.
func (m moment) next(now time.Time, loc *time.Location) time.Time {
	today := now.In(loc)
	y, month, d := today.Date()
	switch m.from {
	case fromDate:
		return m.nextDate(now, today, loc)
	case fromToday:
		return m.on(y, month, d+m.days, loc)
	case fromWeekday:
		ahead := (int(m.weekday) - int(today.Weekday()) + 7) % 7
		at := m.on(y, month, d+ahead, loc)
		if m.strict && ahead == 0 || !at.After(now) {
			at = m.on(y, month, d+ahead+7, loc)
		}
		return at
	default:
		at := m.on(y, month, d, loc)
		if !at.After(now) {
			at = m.on(y, month, d+1, loc)
		}
		return at
	}
}

// nextDate is the date in its year, or in the next year that has it. Today is
// never taken for a year ahead.
func (m moment) nextDate(now, today time.Time, loc *time.Location) time.Time {
	if m.dated {
		return m.on(m.year, m.month, m.day, loc)
	}
	y, month, d := today.Date()
	if month == m.month && d == m.day {
		return m.on(y, month, d, loc)
	}
	const leapYearsApart = 8 // 2096 to 2104
	var at time.Time
	for year := y; year <= y+leapYearsApart; year++ {
		if !exists(year, m.month, m.day) {
			continue
		}
		if at = m.on(year, m.month, m.day, loc); at.After(now) {
			break
		}
	}
	return at
}

// on is the moment's time of day on a date.
func (m moment) on(y int, month time.Month, d int, loc *time.Location) time.Time {
	return local(y, month, d, m.clock.hour, m.clock.minute, m.clock.second, loc)
}

// dayAt is the date that was said, of which at is an instant or, for its
// midnight, the end.
func (m moment) dayAt(at time.Time, loc *time.Location) (int, time.Month, int) {
	if m.clock.hour == midnight {
		at = at.Add(-time.Minute)
	}
	y, _, _ := at.In(loc).Date()
	return y, m.month, m.day
}

func (m moment) weekdayAt(at time.Time, loc *time.Location) time.Weekday {
	y, month, d := m.dayAt(at, loc)
	return time.Date(y, month, d, 0, 0, 0, 0, time.UTC).Weekday()
}

// local is the instant at which clocks in loc show this: the first one if they
// show it twice, the instant right after the skip if they skip it.
func local(y int, month time.Month, d, hour, minute, second int, loc *time.Location) time.Time {
	wanted := time.Date(y, month, d, hour, minute, second, 0, time.UTC)
	near := time.Date(y, month, d, hour, minute, second, 0, loc)
	start, end := near.ZoneBounds()
	found := time.Time{}
	for _, other := range []time.Time{near, start.Add(-time.Second), end} {
		if other.IsZero() {
			continue
		}
		_, offset := other.In(loc).Zone()
		at := wanted.Add(-time.Duration(offset) * time.Second).In(loc)
		if wall(at).Equal(wanted) && (found.IsZero() || at.Before(found)) {
			found = at
		}
	}
	switch {
	case !found.IsZero():
		return found
	case wall(near).After(wanted):
		return start
	default:
		return end
	}
}

// wall is what clocks show at t, as if it were UTC.
func wall(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.UTC().Add(time.Duration(offset) * time.Second)
}
