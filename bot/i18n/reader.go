package i18n

import "time"

// Max is the longest duration that is read, and how far ahead a date may lie.
const Max = 366 * 24 * time.Hour

// reader walks through what was typed.
type reader struct {
	p      Printer
	typed  string
	tokens []token
	at     int
	far    int // the token at which understanding ended
}

// newReader refuses what is empty or holds other characters than dates do.
func newReader(p Printer, typed string) (*reader, error) {
	r := &reader{p: p, typed: typed}
	folded, ok := fold(typed)
	if !ok {
		return r, r.refuse("dates.error.nonsense")
	}
	r.tokens = lex(folded)
	if len(r.tokens) == 0 {
		return r, r.refuse("dates.error.empty")
	}
	return r, nil
}

// refuse makes the error whose sentence has this id.
func (r *reader) refuse(id string, args ...Arg) *ReadError {
	return &ReadError{ID: id, Args: append([]Arg{Str("text", quoted(r.typed))}, args...)}
}

// nonsense names the first word that was not understood, if there is another
// beside it.
func (r *reader) nonsense() *ReadError {
	if r.far > 0 && r.far < len(r.tokens) && r.tokens[r.far].kind == tokenWord {
		return r.refuse("dates.error.word", Str("word", quoted(r.tokens[r.far].text)))
	}
	return r.refuse("dates.error.nonsense")
}

// peek is the token n places ahead; of kind tokenEnd behind the last.
func (r *reader) peek(n int) token {
	if r.at+n < len(r.tokens) {
		return r.tokens[r.at+n]
	}
	return token{}
}

func (r *reader) done() bool { return r.at >= len(r.tokens) }

// skip steps over any number of leads.
func (r *reader) skip(l lead) bool {
	began := r.at
	for l[r.peek(0).text] {
		r.step(1)
	}
	return r.at > began
}

// take steps over one token with this text.
func (r *reader) take(text string) bool {
	if r.peek(0).text != text {
		return false
	}
	r.step(1)
	return true
}

func (r *reader) step(n int) {
	r.at += n
	r.far = max(r.far, r.at)
}

// restart goes back to the first token, for another way to read.
func (r *reader) restart() { r.at = 0 }

// When is an instant that a person named.
type When struct {
	At         time.Time     // UTC
	Duration   time.Duration // from now to At, if that is what was typed
	IsDuration bool
}

// ReadWhen reads a duration or a date, in English or French; the package
// comment says how. What it returns lies after now and at most Max later;
// names of days and hours are those of loc. Its error is a *ReadError.
func (p Printer) ReadWhen(text string, now time.Time, loc *time.Location) (When, error) {
	r, err := newReader(p, text)
	if err != nil {
		return When{}, err
	}
	d, wrong := r.duration()
	if wrong == nil {
		return When{At: now.Add(d).UTC(), Duration: d, IsDuration: true}, nil
	}
	if !wrong.isNonsense() {
		return When{}, wrong
	}
	r.restart()
	m, wrong := r.moment()
	if wrong != nil && wrong.isNonsense() {
		wrong = r.nonsense()
	}
	if wrong != nil {
		return When{}, wrong
	}
	at, wrong := m.resolve(r, now, loc)
	if wrong != nil {
		return When{}, wrong
	}
	return When{At: at.UTC()}, nil
}

// ReadDuration reads a duration, in English or French; the package comment
// says how. It is more than zero and at most Max. Its error is a *ReadError.
func (p Printer) ReadDuration(text string) (time.Duration, error) {
	r, err := newReader(p, text)
	if err != nil {
		return 0, r.onlyDuration(err)
	}
	d, wrong := r.duration()
	if wrong != nil {
		return 0, r.onlyDuration(wrong)
	}
	return d, nil
}

// onlyDuration turns the sentences that also speak of dates into those that
// do not.
func (r *reader) onlyDuration(err error) error {
	wrong, ok := err.(*ReadError)
	switch {
	case ok && wrong.isNonsense():
		return r.refuse("dates.error.not_duration")
	case ok && wrong.ID == "dates.error.empty":
		return r.refuse("dates.error.empty_duration")
	}
	return err
}
