package i18n

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"animo/bot/chat"
)

// ScheduleText says in words when the five fields of cron come: "every Monday
// and Thursday at 09:00". ReadSchedule reads it back as fields that come at
// the same times. False for what it has no words for, such as "*/7 * * * *";
// the fields speak for themselves then.
func (p Printer) ScheduleText(spec string) (string, bool) {
	fields := strings.Fields(spec)
	if len(fields) != 5 {
		return "", false
	}
	minute, hour, days, month, weekdays := fields[0], fields[1], fields[2], fields[3], fields[4]
	if text, ok := p.hoursText(fields); ok {
		return text, true
	}
	m, mok := number(minute, 0, 59)
	h, hok := number(hour, 0, 23)
	if !mok || !hok {
		return "", false
	}
	at := Str("time", p.clockText(time.Date(2000, 1, 1, h, m, 0, 0, time.UTC)))
	switch {
	case days == "*" && month == "*":
		return p.weekdaysText(weekdays, at)
	case weekdays == "*":
		return p.daysText(days, month, at)
	}
	return "", false
}

// hoursText says "every 2 hours".
func (p Printer) hoursText(fields []string) (string, bool) {
	if fields[0] != "0" || fields[2] != "*" || fields[3] != "*" || fields[4] != "*" {
		return "", false
	}
	if fields[1] == "*" {
		return p.Text("schedule.hourly"), true
	}
	step, stepped := strings.CutPrefix(fields[1], "*/")
	n, ok := number(step, 2, 12)
	if !stepped || !ok || 24%n != 0 {
		return "", false
	}
	return p.Text("schedule.hours", Num("hours", int64(n))), true
}

// weekdaysText says "every day", "from Monday to Friday", "every Monday".
func (p Printer) weekdaysText(field string, at Arg) (string, bool) {
	switch field {
	case "*":
		return p.Text("schedule.daily", at), true
	case "1-5":
		return p.Text("schedule.workweek", at), true
	}
	days, ok := numbersIn(field, 0, 7)
	if !ok {
		return "", false
	}
	for i := range days {
		days[i] = (days[i] + 6) % 7 // from Monday on
	}
	slices.Sort(days)
	var names []string
	for _, d := range slices.Compact(days) {
		name := p.numbers.WeekdayWide(time.Weekday((d + 1) % 7))
		if p.language == chat.French {
			name += "s"
		}
		names = append(names, name)
	}
	return p.Text("schedule.weekly", Str("days", p.enumeration(names)), at), true
}

// daysText says "on the 1st of every month", "every year on 25 December".
func (p Printer) daysText(field, month string, at Arg) (string, bool) {
	days, ok := numbersIn(field, 1, 31)
	if !ok {
		return "", false
	}
	slices.Sort(days)
	days = slices.Compact(days)
	if month != "*" {
		m, ok := number(month, 1, 12)
		if !ok || len(days) != 1 || !exists(leapYear, time.Month(m), days[0]) {
			return "", false
		}
		return p.Text("schedule.yearly", Str("day", p.dayMonthText(days[0], time.Month(m))), at), true
	}
	names := make([]string, len(days))
	for i, d := range days {
		names[i] = p.ordinal(d)
	}
	return p.Text("schedule.monthly", Count(int64(len(days))), Str("days", p.enumeration(names)), at), true
}

// ordinal writes the day of a month: "1st", "1er".
func (p Printer) ordinal(n int) string {
	form := "other"
	switch {
	case n == 1:
		form = "first"
	case n%10 >= 1 && n%10 <= 3 && n/10 != 1:
		form = strconv.Itoa(n % 10)
	}
	return p.Text("schedule.day."+form, Num("day", int64(n)))
}

// enumeration joins names as people do: "A, B and C".
func (p Printer) enumeration(names []string) string {
	last := len(names) - 1
	if last == 0 {
		return names[0]
	}
	return p.Text("schedule.and", Str("first", strings.Join(names[:last], ", ")), Str("last", names[last]))
}

// number reads one plain value of a field.
func number(text string, least, most int) (int, bool) {
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least && n <= most && text == strconv.Itoa(n)
}

// numbersIn reads a list of plain values.
func numbersIn(text string, least, most int) ([]int, bool) {
	var out []int
	for _, part := range strings.Split(text, ",") {
		n, ok := number(part, least, most)
		if !ok {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}
