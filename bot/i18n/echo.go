package i18n

import (
	"fmt"
	"strconv"
	"time"

	"animo/bot/chat"
)

// WhenText says what was understood: "in 2 hours, that is Saturday 24 January
// 2026 at 20:00".
func (p Printer) WhenText(w When, loc *time.Location) string {
	date := p.DateText(w.At, loc)
	if !w.IsDuration {
		return date
	}
	return p.Text("dates.in", Str("duration", p.DurationText(w.Duration)), Str("date", date))
}

// DurationText writes a duration in days, hours, minutes and seconds: "2 hours
// 30 minutes". Fractions of a second are dropped, and so is the sign.
// ReadDuration reads it back.
func (p Printer) DurationText(d time.Duration) string {
	left := int64(d.Abs() / time.Second)
	var text string
	add := func(id string, n int64) {
		if n == 0 && (id != "dates.seconds" || text != "") {
			return
		}
		if text != "" {
			text += " "
		}
		text += p.Text(id, Count(n))
	}
	add("dates.days", left/86400)
	add("dates.hours", left%86400/3600)
	add("dates.minutes", left%3600/60)
	add("dates.seconds", left%60)
	return text
}

// DateText writes an instant as clocks in loc show it, to the minute:
// "Saturday 24 January 2026 at 20:00". An hour that they show twice carries
// its offset the second time. ReadWhen reads it back. Cards show a chat.Moment
// instead, which everyone reads in their own time zone.
func (p Printer) DateText(t time.Time, loc *time.Location) string {
	t = t.In(loc)
	t = t.Add(-time.Duration(t.Second())*time.Second - time.Duration(t.Nanosecond()))
	y, month, d := t.Date()
	text := p.Text("dates.date",
		Str("weekday", p.numbers.WeekdayWide(t.Weekday())),
		Str("day", p.dayText(y, month, d)),
		Str("time", p.clockText(t)))
	if !local(y, month, d, t.Hour(), t.Minute(), 0, loc).Equal(t) {
		_, offset := t.Zone()
		text += " (" + offsetName(offset/60) + ")"
	}
	return text
}

func (p Printer) clockText(t time.Time) string {
	hour := fmt.Sprintf("%02d", t.Hour())
	if p.language == chat.French {
		hour = strconv.Itoa(t.Hour())
	}
	return p.Text("dates.time", Str("hour", hour), Str("minute", fmt.Sprintf("%02d", t.Minute())))
}

// dayText writes "24 January 2026".
func (p Printer) dayText(y int, month time.Month, d int) string {
	return p.dayMonthText(d, month) + " " + strconv.Itoa(y)
}

func (p Printer) dayMonthText(d int, month time.Month) string {
	day := strconv.Itoa(d)
	if d == 1 {
		day = p.Text("dates.first")
	}
	return day + " " + p.numbers.MonthWide(month)
}
