package i18n

import "time"

// duration reads amounts with units: "1w2d", "2 h 30", "une heure et demie".
// Each unit may stand once.
func (r *reader) duration() (time.Duration, *ReadError) {
	r.skip(durationLeads)
	if r.peek(0).text == "-" && r.peek(1).kind == tokenNumber {
		return 0, r.refuse("dates.error.not_positive")
	}
	if wrong := r.bareNumber(); wrong != nil {
		return 0, wrong
	}
	var total time.Duration
	seen := make(map[time.Duration]bool)
	for more := true; more; more = r.another() {
		d, unit, wrong := r.item()
		if wrong != nil {
			return 0, wrong
		}
		if seen[unit] {
			return 0, r.refuse("dates.error.nonsense")
		}
		seen[unit] = true
		total += d
	}
	switch {
	case !r.done():
		return 0, r.refuse("dates.error.nonsense")
	case total <= 0:
		return 0, r.refuse("dates.error.not_positive")
	case total > Max:
		return 0, r.tooLong()
	}
	return total, nil
}

func (r *reader) tooLong() *ReadError {
	return r.refuse("dates.error.too_long", Num("days", int64(Max/dayLength)))
}

// bareNumber refuses a number that stands alone.
func (r *reader) bareNumber() *ReadError {
	t := r.peek(0)
	switch {
	case t.kind != tokenNumber || r.peek(1).kind != tokenEnd:
		return nil
	case t.n == 0:
		return r.refuse("dates.error.not_positive")
	default:
		return r.refuse("dates.error.no_unit")
	}
}

// another says whether one more item follows, and steps over the "and" that
// may stand between two.
func (r *reader) another() bool {
	if r.done() {
		return false
	}
	if !r.take("et") && !r.take("and") {
		r.take(",")
	}
	_, isWord := amounts[r.peek(0).text]
	return isWord || r.peek(0).kind == tokenNumber
}

// item reads one amount with its unit, and the bare minutes or the half that
// may follow it.
func (r *reader) item() (d, unit time.Duration, wrong *ReadError) {
	whole, fraction, scale, ok := r.amount()
	if !ok {
		return 0, 0, r.refuse("dates.error.nonsense")
	}
	unit, ok = units[r.peek(0).text]
	if !ok {
		return 0, 0, r.refuse("dates.error.nonsense")
	}
	r.step(1)
	if whole < 0 || time.Duration(whole) > Max/unit {
		return 0, 0, r.tooLong()
	}
	d = time.Duration(whole)*unit + (unit / time.Duration(scale) * time.Duration(fraction)).Truncate(time.Second)
	switch next := r.peek(0); {
	case next.text == "et" && (r.peek(1).text == "demie" || r.peek(1).text == "demi"):
		r.step(2)
		d += unit / 2
	case unit == time.Hour && next.kind == tokenNumber && r.peek(1).kind == tokenEnd:
		if len(next.text) != 2 {
			return 0, 0, r.refuse("dates.error.nonsense")
		}
		if next.n > 59 {
			return 0, 0, r.refuse("dates.error.hour")
		}
		r.step(1)
		d += time.Duration(next.n) * time.Minute
	}
	return d, unit, nil
}

// amount reads "2", "1,5", "1.25" or "une"; whole is negative if it is out of
// all proportion.
func (r *reader) amount() (whole, fraction, scale int, ok bool) {
	t := r.peek(0)
	if n, isWord := amounts[t.text]; isWord {
		r.step(1)
		return n, 0, 1, true
	}
	if t.kind != tokenNumber {
		return 0, 0, 1, false
	}
	r.step(1)
	sign, digits := r.peek(0), r.peek(1)
	decimal := (sign.text == "," || sign.text == ".") && !sign.spaced && digits.kind == tokenNumber && !digits.spaced
	if !decimal {
		return t.n, 0, 1, true
	}
	const maxDecimals = 3
	if len(digits.text) > maxDecimals {
		return 0, 0, 1, false
	}
	r.step(2)
	scale = 1
	for range digits.text {
		scale *= 10
	}
	return t.n, digits.n, scale, true
}
