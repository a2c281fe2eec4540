package i18n

import "time"

// moment is a date and a time of day as they were said.
type moment struct {
	from    origin
	days    int          // from today, for fromToday
	weekday time.Weekday // for fromWeekday, and for fromDate if checked
	strict  bool         // "next friday": not today
	checked bool         // a weekday was said beside the date
	year    int
	dated   bool // a year was said
	month   time.Month
	day     int
	part    part
	clock   clock
}

// origin is what a moment counts from.
type origin int

const (
	fromNothing origin = iota // only a time of day was said
	fromToday
	fromWeekday
	fromDate
)

// moment reads a day and a time of day, in either order.
func (r *reader) moment() (moment, *ReadError) {
	m := moment{part: wholeDay}
	r.skip(dateLeads)
	for range 3 { // day, part and clock, each at most once
		if wrong := r.piece(&m); wrong != nil {
			return m, wrong
		}
	}
	if !r.done() || m.from == fromNothing && !m.clock.named {
		return m, r.refuse("dates.error.nonsense")
	}
	clock, ok := m.clock.within(m.part)
	if !ok {
		return m, r.refuse("dates.error.part")
	}
	m.clock = clock
	return m, nil
}

// piece reads what comes next and has not been said yet.
func (r *reader) piece(m *moment) *ReadError {
	if m.from == fromNothing {
		if m.clock.named {
			r.skip(dateLeads)
		}
		ok, wrong := r.day(m)
		if ok || wrong != nil {
			return wrong
		}
	}
	if p := parts[r.peek(0).text]; p.named && !m.part.named {
		r.step(1)
		m.part = p
		return nil
	}
	if m.clock.named {
		return nil
	}
	c, ok, wrong := r.clock(m.from != fromNothing)
	if ok {
		m.clock = c
	}
	return wrong
}

// day reads what names a day. False if there is none, and the reader stays
// where it was.
func (r *reader) day(m *moment) (bool, *ReadError) {
	began := r.at
	ok, wrong := r.relativeDay(m)
	if !ok {
		r.at = began
		ok, wrong = r.namedWeekday(m)
	}
	if !ok && wrong == nil {
		r.at = began
		ok, wrong = r.date(m)
	}
	if !ok {
		r.at = began
	}
	return ok, wrong
}

// relativeDay reads "demain", "tonight", "ce soir".
func (r *reader) relativeDay(m *moment) (bool, *ReadError) {
	word := r.peek(0).text
	if n, ok := days[word]; ok {
		m.from, m.days = fromToday, n
		r.step(1)
		return true, nil
	}
	if m.part.named {
		return false, nil
	}
	if word == "tonight" {
		m.from, m.part = fromToday, parts["evening"]
		r.step(1)
		return true, nil
	}
	if p := parts[r.peek(1).text]; thisWords[word] && p.named {
		m.from, m.part = fromToday, p
		r.step(2)
		return true, nil
	}
	return false, nil
}

// namedWeekday reads "friday", "vendredi prochain", "Saturday 24 January".
func (r *reader) namedWeekday(m *moment) (bool, *ReadError) {
	next := r.take("next")
	if !next && thisWords[r.peek(0).text] {
		r.step(1)
	}
	w, ok := weekdays[r.peek(0).text]
	if !ok {
		return false, nil
	}
	r.step(1)
	m.from, m.weekday, m.strict = fromWeekday, w, next || r.take("prochain")
	began := r.at
	r.take(",")
	r.skip(dateLeads)
	dated, wrong := r.date(m)
	if !dated {
		r.at = began
	}
	m.checked = dated
	return true, wrong
}
