package i18n

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// schedule is what comes again and again, as it was said.
type schedule struct {
	hours    int            // 1: every hour, 2: every second hour …; 0: at a time of day
	weekdays []time.Weekday // empty: any
	days     []int          // of the month; empty: any
	month    time.Month     // 0: any
	monthly  bool           // "every month" was said: what follows are days of it
	part     part
	clock    clock
}

// ReadSchedule reads what comes again and again, in English or French: "every
// Monday at 9:00", "du lundi au vendredi 8h30", "le 1er du mois à 10h", "every
// 6 hours". It returns the five fields of cron, for the clock of whatever zone
// the schedule has. Its error is a *ReadError.
//
// It is as strict as ReadWhen, and like there a schedule without a time of day
// means 20:00. "Friday midnight" is the one at the end of Friday. What cron
// cannot say is refused with a sentence of its own: "every other Monday", "the
// first Monday of the month", "the last day of the month". A day that some
// months lack leaves these months out.
func (p Printer) ReadSchedule(text string) (string, error) {
	r, err := newReader(p, text)
	if err != nil {
		return "", asSchedule(err)
	}
	s, wrong := r.schedule()
	if wrong == nil {
		var spec string
		if spec, wrong = s.cron(r); wrong == nil {
			return spec, nil
		}
	}
	if wrong.isNonsense() {
		wrong = r.nonsense()
	}
	return "", asSchedule(wrong)
}

// asSchedule turns the sentences that speak of dates into those that speak of
// schedules.
func asSchedule(err error) error {
	wrong, ok := err.(*ReadError)
	if !ok {
		return err
	}
	if name, had := strings.CutPrefix(wrong.ID, errorArea); had {
		wrong.ID = "schedule.error." + name
	}
	return wrong
}

// schedule reads how often and when, in either order.
func (r *reader) schedule() (schedule, *ReadError) {
	s := schedule{part: wholeDay}
	often := false
	for !r.done() {
		p := parts[r.peek(0).text]
		switch {
		case p.named && !s.part.named:
			r.step(1)
			s.part = p
			continue
		case !often:
			ok, wrong := r.often(&s)
			if wrong != nil {
				return s, wrong
			}
			if often = ok; ok {
				continue
			}
		}
		if s.clock.named {
			return s, r.refuse("dates.error.nonsense")
		}
		c, ok, wrong := r.clock(often)
		if wrong != nil {
			return s, wrong
		}
		if !ok {
			return s, r.refuse("dates.error.nonsense")
		}
		s.clock = c
	}
	if !often {
		return s, r.refuse("dates.error.nonsense")
	}
	return s, nil
}

// often reads how often. False if nothing says it, and the reader stays where
// it was.
func (r *reader) often(s *schedule) (bool, *ReadError) {
	began := r.at
	every := r.skip(scheduleLeads)
	if wrong := r.beyondCron(); wrong != nil {
		return false, wrong
	}
	for _, read := range []func(*schedule, bool) (bool, *ReadError){r.period, r.weekdays, r.daysOfMonth} {
		at := r.at
		if ok, wrong := read(s, every); ok || wrong != nil {
			return ok, wrong
		}
		r.at = at
	}
	r.at = began
	return false, nil
}

// beyondCron refuses what people say and cron cannot.
func (r *reader) beyondCron() *ReadError {
	first, second, third := r.peek(0), r.peek(1).text, r.peek(2).text
	amount, counted := amounts[first.text]
	if first.kind == tokenNumber {
		amount, counted = first.n, true
	}
	suffixed := first.kind == tokenNumber && suffixes[second]
	span := periods[second]
	switch {
	case lastWords[first.text]:
		return r.refuse("schedule.error.last")
	case nthWords[first.text] && isWeekday(second) && !r.after("every"), suffixed && isWeekday(third):
		return r.refuse("schedule.error.nth")
	case first.text == "other", first.text == "second",
		(counted || isWeekday(first.text)) && second == "sur",
		counted && isWeekday(second),
		counted && amount != 1 && span != perNothing && span != perHour:
		return r.refuse("schedule.error.other")
	}
	return nil
}

// after says whether the token just passed has this text.
func (r *reader) after(text string) bool { return r.at > 0 && r.tokens[r.at-1].text == text }

// period reads "day", "weekday", "weekend", "hour", "2 hours", and "week" or
// "month" with the days that must follow.
func (r *reader) period(s *schedule, every bool) (bool, *ReadError) {
	amount := 1
	if n, isWord := amounts[r.peek(0).text]; every && isWord {
		amount = n
		r.step(1)
	} else if n := r.peek(0); every && n.kind == tokenNumber && periods[r.peek(1).text] == perHour {
		amount = n.n
		r.step(1)
	}
	in := r.take("en") // "en semaine"
	word := r.peek(0).text
	kind := periods[word]
	if kind == perNothing {
		return false, nil
	}
	r.step(1)
	switch kind {
	case perHour:
		s.hours = amount
		if amount < 1 || amount > 12 || 24%amount != 0 {
			return false, r.refuse("schedule.error.hours")
		}
		return true, nil
	case perDay:
		if workdays[r.peek(0).text] {
			r.step(1)
			s.weekdays = workweek()
		}
		return true, nil
	case perWeekday:
		s.weekdays = workweek()
		return true, nil
	case perWeekend:
		s.weekdays = []time.Weekday{time.Saturday, time.Sunday}
		return true, nil
	}
	if in && word == "semaine" {
		s.weekdays = workweek()
		return true, nil
	}
	return r.dayWithin(s, kind)
}

// dayWithin reads the days that must follow "every week", "every month" and
// "every year".
func (r *reader) dayWithin(s *schedule, kind period) (bool, *ReadError) {
	r.take(",")
	r.skip(scheduleLeads)
	if wrong := r.beyondCron(); wrong != nil {
		return false, wrong
	}
	read := r.daysOfMonth
	if s.monthly = kind == perMonth; kind == perWeek {
		read = r.weekdays
	}
	ok, wrong := read(s, true)
	if wrong == nil && (!ok || kind == perYear && s.month == 0) {
		wrong = r.refuse("schedule.error.which_day")
	}
	return ok, wrong
}

// weekdays reads "monday", "lundis et jeudis", "du mardi au jeudi".
func (r *reader) weekdays(s *schedule, _ bool) (bool, *ReadError) {
	if !r.take("from") && !r.take("du") {
		r.take("de")
	}
	first, ok := weekday(r.peek(0).text)
	if !ok {
		return false, nil
	}
	r.step(1)
	s.weekdays = []time.Weekday{first}
	if r.reaches() {
		last, ok := weekday(r.peek(0).text)
		if !ok {
			return false, r.refuse("dates.error.nonsense")
		}
		r.step(1)
		for d := first; d != last; {
			d = (d + 1) % 7
			s.weekdays = append(s.weekdays, d)
		}
		return true, nil
	}
	for {
		at := r.at
		joined := r.joins()
		r.skip(scheduleLeads)
		next, ok := weekday(r.peek(0).text)
		if !joined || !ok {
			r.at = at
			return true, nil
		}
		r.step(1)
		s.weekdays = append(s.weekdays, next)
	}
}

// reaches steps over what stands between the two ends of a range of days.
func (r *reader) reaches() bool {
	word := r.peek(0).text
	if !isWeekday(r.peek(1).text) || !rangeWords[word] {
		return false
	}
	r.step(1)
	return true
}

// joins steps over what stands between two days of a list.
func (r *reader) joins() bool {
	comma := r.take(",")
	return r.take("and") || r.take("et") || r.take("&") || comma
}

// daysOfMonth reads "1er et 15 du mois", "15th of every month", "25 december".
func (r *reader) daysOfMonth(s *schedule, led bool) (bool, *ReadError) {
	if month, ok := months[r.peek(0).text]; ok && r.peek(1).kind == tokenNumber && !r.hourMark(2) {
		r.step(1)
		s.month = month
		return r.dayList(s)
	}
	if ok, wrong := r.dayList(s); !ok || wrong != nil {
		return ok, wrong
	}
	r.skip(ofWords)
	if month, ok := months[r.peek(0).text]; ok && len(s.days) > 0 {
		s.month = month
		r.step(1)
		if at := r.at; !r.yearly() {
			r.at = at
		}
		return true, r.checkDays(s)
	}
	switch ofMonth := periods[r.peek(0).text] == perMonth; {
	case ofMonth:
		r.step(1)
	case !s.monthly && led:
		return false, r.refuse("schedule.error.which_month")
	case !s.monthly:
		return false, nil
	}
	return true, r.checkDays(s)
}

// yearly steps over "of every year", "de chaque année", "tous les ans".
func (r *reader) yearly() bool {
	r.skip(ofWords)
	r.skip(scheduleLeads)
	return r.take("year") || r.take("annee") || r.take("ans")
}

// dayList reads days of a month, which checkDays checks.
func (r *reader) dayList(s *schedule) (bool, *ReadError) {
	for {
		at := r.at
		if len(s.days) > 0 && !r.joins() {
			return true, nil
		}
		r.skip(scheduleLeads)
		day := r.peek(0)
		if day.kind != tokenNumber || r.hourMark(1) {
			r.at = at
			return len(s.days) > 0, nil
		}
		r.step(1)
		r.suffix()
		s.days = append(s.days, day.n)
		if s.month != 0 {
			return true, r.checkDays(s)
		}
	}
}

func (r *reader) checkDays(s *schedule) *ReadError {
	month := s.month
	if month == 0 {
		month = time.January
	}
	for _, d := range s.days {
		if !exists(leapYear, month, d) {
			return r.refuse("schedule.error.no_such_day", Num("day", int64(max(d, 0))))
		}
	}
	return nil
}

// cron writes the schedule's five fields.
func (s schedule) cron(r *reader) (string, *ReadError) {
	if s.hours > 0 {
		switch {
		case s.clock.named || s.part.named:
			return "", r.refuse("dates.error.nonsense")
		case s.hours == 1:
			return "0 * * * *", nil
		}
		return fmt.Sprintf("0 */%d * * *", s.hours), nil
	}
	c, ok := s.clock.within(s.part)
	switch {
	case !ok:
		return "", r.refuse("dates.error.part")
	case c.zone != nil:
		return "", r.refuse("schedule.error.zone")
	case c.second != 0:
		return "", r.refuse("dates.error.hour")
	case c.hour == midnight && len(s.days) > 0:
		return "", r.refuse("schedule.error.midnight")
	}
	weekdays := make([]int, 0, len(s.weekdays))
	for _, d := range s.weekdays {
		if c.hour == midnight {
			d++
		}
		weekdays = append(weekdays, int(d%7))
	}
	month := "*"
	if s.month != 0 {
		month = strconv.Itoa(int(s.month))
	}
	return fmt.Sprintf("%d %d %s %s %s", c.minute, c.hour%midnight, list(s.days, 0), month, list(weekdays, 7)), nil
}

// list writes the values of a field; if they are all there are, "*".
func list(values []int, all int) string {
	slices.Sort(values)
	values = slices.Compact(values)
	switch {
	case len(values) == 0 || len(values) == all:
		return "*"
	case all == 7 && slices.Equal(values, []int{1, 2, 3, 4, 5}):
		return "1-5"
	}
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = strconv.Itoa(v)
	}
	return strings.Join(out, ",")
}

func workweek() []time.Weekday {
	return []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}
}

// weekday reads a name of a day; if it is written out, in the plural too:
// "lundis", "mondays".
func weekday(word string) (time.Weekday, bool) {
	if d, ok := weekdays[word]; ok {
		return d, true
	}
	name, plural := strings.CutSuffix(word, "s")
	d, ok := weekdays[name]
	return d, ok && plural && len(name) >= len("lundi")
}

func isWeekday(word string) bool {
	_, ok := weekday(word)
	return ok
}
