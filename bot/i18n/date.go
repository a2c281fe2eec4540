package i18n

import (
	"fmt"
	"strconv"
	"time"
)

// date reads "20/01", "20/01/2027", "2027-01-20", "1er février", "Jan 20".
// False if there is none; the caller steps back.
func (r *reader) date(m *moment) (bool, *ReadError) {
	first, sign, second := r.peek(0), r.peek(1).text, r.peek(2)
	switch {
	case first.kind == tokenNumber && (sign == "/" || sign == "-") && second.kind == tokenNumber:
		return r.numberDate(m, first, second, sign)
	case first.kind == tokenNumber:
		return r.dayMonth(m)
	default:
		return r.monthDay(m)
	}
}

// numberDate reads a date that is all numbers.
func (r *reader) numberDate(m *moment, first, second token, sign string) (bool, *ReadError) {
	third := r.peek(4)
	whole := r.peek(3).text == sign && third.kind == tokenNumber
	switch {
	case whole && len(first.text) == 4:
		m.dated, m.year, m.month, m.day = true, first.n, time.Month(second.n), third.n
		r.step(5)
		if r.peek(0).text == "t" && r.peek(1).kind == tokenNumber {
			r.step(1)
		}
	case whole && len(third.text) == 4:
		m.day, m.month, m.year, m.dated = first.n, time.Month(second.n), third.n, true
		r.step(5)
	case whole && len(third.text) == 2 && sign == "/":
		m.day, m.month, m.year, m.dated = first.n, time.Month(second.n), 2000+third.n, true
		r.step(5)
	case !whole && sign == "/":
		m.day, m.month = first.n, time.Month(second.n)
		r.step(3)
	default:
		return false, nil
	}
	m.from = fromDate
	return true, r.checkDay(m)
}

// dayMonth reads "20 January 2027", "1er de février".
func (r *reader) dayMonth(m *moment) (bool, *ReadError) {
	day := r.peek(0).n
	r.step(1)
	r.suffix()
	if !r.take("of") {
		r.take("de")
	}
	month, ok := months[r.peek(0).text]
	if !ok {
		return false, nil
	}
	r.step(1)
	return true, r.named(m, day, month)
}

// monthDay reads "January 20th, 2027". The number is not the day if it is an
// hour, as in "mars 10h".
func (r *reader) monthDay(m *moment) (bool, *ReadError) {
	month, ok := months[r.peek(0).text]
	day := r.peek(1)
	if !ok || day.kind != tokenNumber || len(day.text) > 2 || r.hourMark(2) {
		return false, nil
	}
	r.step(2)
	r.suffix()
	return true, r.named(m, day.n, month)
}

func (r *reader) suffix() {
	if suffixes[r.peek(0).text] {
		r.step(1)
	}
}

// hourMark says whether the token n places ahead makes an hour of the number
// before it.
func (r *reader) hourMark(n int) bool {
	word := r.peek(n).text
	return word == "h" || word == "heure" || word == "heures" || word == ":" || isHalf(word)
}

// named sets the date and reads the year that may follow.
func (r *reader) named(m *moment, day int, month time.Month) *ReadError {
	m.from, m.day, m.month = fromDate, day, month
	comma := 0
	if r.peek(0).text == "," {
		comma = 1
	}
	if y := r.peek(comma); y.kind == tokenNumber && len(y.text) == 4 && !r.hourMark(comma+1) {
		m.year, m.dated = y.n, true
		r.step(comma + 1)
	}
	return r.checkDay(m)
}

// leapYear stands for the year that was not said.
const leapYear = 2000

func (r *reader) checkDay(m *moment) *ReadError {
	switch {
	case m.day < 0 || m.month < 0:
		return r.refuse("dates.error.nonsense")
	case m.month > 12 && m.month <= 31 && m.day >= 1 && m.day <= 12:
		return r.refuse("dates.error.day_first", Str("example", fmt.Sprintf("%02d/%02d", int(m.month), m.day)))
	case m.month < 1 || m.month > 12:
		return r.refuse("dates.error.no_such_month")
	}
	year := m.year
	if !m.dated {
		year = leapYear
	}
	if exists(year, m.month, m.day) {
		return nil
	}
	date := r.p.dayMonthText(m.day, m.month)
	if m.dated {
		date += " " + strconv.Itoa(m.year)
	}
	return r.refuse("dates.error.no_such_day", Str("date", date))
}

func exists(year int, month time.Month, day int) bool {
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	return t.Month() == month && t.Day() == day
}
