package i18n

import (
	"fmt"
	"time"
)

// clock is a time of day.
type clock struct {
	named                bool
	hour, minute, second int  // hour 24 is the midnight at the end of the day
	exact                bool // 24-hour or with am or pm: a part of the day does not change it
	zone                 *time.Location
}

const (
	noon     = 12
	midnight = 24
)

// clock reads "20h30", "à 20 h", "at 8:30 pm", "midi", "20:00 UTC+2". False
// if there is none, and the reader stays where it was. due says that what
// follows can only be a clock.
func (r *reader) clock(due bool) (clock, bool, *ReadError) {
	began := r.at
	led := r.skip(clockLeads)
	c, ok, wrong := r.face(led || due)
	if wrong != nil || !ok {
		r.at = began
		return clock{}, false, wrong
	}
	c.named = true
	var sound bool
	c.zone, sound = r.zone()
	if !sound {
		return clock{}, false, r.refuse("dates.error.hour")
	}
	return c, true, nil
}

// face reads the hands of a clock; due says that a number can only be its hour.
func (r *reader) face(due bool) (clock, bool, *ReadError) {
	switch t := r.peek(0); {
	case t.text == "midi" || t.text == "noon":
		r.step(1)
		return clock{hour: noon, exact: true}, true, nil
	case t.text == "minuit" || t.text == "midnight":
		r.step(1)
		return clock{hour: midnight, exact: true}, true, nil
	case t.kind != tokenNumber:
		return clock{}, false, nil
	}
	c := clock{hour: r.peek(0).n}
	switch next := r.peek(1).text; {
	case next == ":":
		return r.digital(c)
	case next == "h" || next == "heure" || next == "heures":
		r.step(2)
		if m := r.peek(0); m.kind == tokenNumber && len(m.text) == 2 && !(m.spaced && r.dateFollows(1)) {
			c.minute = m.n
			r.step(1)
		}
	case isHalf(next):
		r.step(1)
	case due && (next == "" || parts[next].named):
		return clock{}, false, r.refuse("dates.error.bare_hour")
	default:
		return clock{}, false, nil
	}
	return r.checked(c)
}

// dateFollows says whether the number before the token n places ahead is the
// day of a date, as in "20h 15 mars".
func (r *reader) dateFollows(n int) bool {
	word := r.peek(n).text
	_, isMonth := months[word]
	return isMonth || suffixes[word] || word == "/" || word == "-"
}

// digital reads what follows the hour in "20:30:15".
func (r *reader) digital(c clock) (clock, bool, *ReadError) {
	m := r.peek(2)
	if m.kind != tokenNumber || len(m.text) != 2 {
		return clock{}, false, r.refuse("dates.error.hour")
	}
	c.minute = m.n
	r.step(3)
	if s := r.peek(1); r.peek(0).text == ":" && s.kind == tokenNumber && len(s.text) == 2 {
		c.second = s.n
		r.step(2)
		if r.peek(0).isPoint() && r.peek(1).kind == tokenNumber {
			r.step(2) // fractions of a second, as programs write them
		}
	}
	return r.checked(c)
}

func isHalf(word string) bool { return word == "am" || word == "pm" }

// checked reads am or pm and bounds the clock.
func (r *reader) checked(c clock) (clock, bool, *ReadError) {
	c.exact = c.hour > noon || c.hour == 0
	if half := r.peek(0).text; isHalf(half) {
		if c.hour < 1 || c.hour > noon {
			return clock{}, false, r.refuse("dates.error.hour")
		}
		r.step(1)
		c.exact = true
		c.hour %= noon
		if half == "pm" {
			c.hour += noon
		}
	}
	atEnd := c.hour == midnight && c.minute == 0 && c.second == 0
	if c.hour < 0 || c.hour > 23 && !atEnd || c.minute > 59 || c.second > 59 {
		return clock{}, false, r.refuse("dates.error.hour")
	}
	return c, true, nil
}

// zone reads "UTC", "(UTC+01:00)", "GMT-5", "Z" or "+0100" behind a clock; nil
// without one, false if it is none that exists.
func (r *reader) zone() (*time.Location, bool) {
	bracket := r.peek(0).text == "("
	if bracket {
		r.step(1)
	}
	named := r.take("utc") || r.take("gmt") || r.take("z")
	minutes, signed, sound := r.offset(named)
	if bracket && !r.take(")") || !sound {
		return nil, false
	}
	switch {
	case signed:
		return time.FixedZone(offsetName(minutes), minutes*60), true
	case named:
		return time.UTC, true
	}
	return nil, !bracket
}

// maxOffset is that of Kiritimati, the zone furthest from UTC.
const maxOffset = 14 * 60

// offset reads "+1", "-05:00" or "+0100", in minutes. Only behind a name may
// it be short, as "20:00 -5" may mean anything.
func (r *reader) offset(named bool) (minutes int, signed, sound bool) {
	sign, hours := r.peek(0).text, r.peek(1)
	if sign != "+" && sign != "-" || hours.kind != tokenNumber {
		return 0, false, true
	}
	colon := r.peek(2).text == ":" && r.peek(3).kind == tokenNumber && len(r.peek(3).text) == 2
	h, m := hours.n, 0
	switch {
	case len(hours.text) == 4:
		h, m = hours.n/100, hours.n%100
		r.step(2)
	case len(hours.text) <= 2 && colon:
		m = r.peek(3).n
		r.step(4)
	case len(hours.text) <= 2 && named:
		r.step(2)
	default:
		return 0, false, true
	}
	minutes = h*60 + m
	if m > 59 || minutes > maxOffset {
		return 0, false, false
	}
	if sign == "-" {
		minutes = -minutes
	}
	return minutes, true, true
}

// offsetName writes an offset as zone reads it.
func offsetName(minutes int) string {
	sign := '+'
	if minutes < 0 {
		sign, minutes = '-', -minutes
	}
	return fmt.Sprintf("UTC%c%02d:%02d", sign, minutes/60, minutes%60)
}

// within fits the clock to a part of the day: "tonight at 9h" is 21:00. False
// if they do not go together.
func (c clock) within(p part) (clock, bool) {
	if !c.named {
		return clock{hour: p.usual}, true
	}
	if !c.exact && c.hour < noon && c.hour+noon >= p.from && c.hour+noon <= p.to && p.named && p.from >= noon {
		c.hour += noon
	}
	return c, c.hour >= p.from && c.hour <= p.to
}
