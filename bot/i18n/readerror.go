package i18n

import (
	"fmt"
	"strings"

	"animo/bot/chat"
)

// ReadError says why something typed could not be read. Find it with
// errors.As and a *ReadError.
type ReadError struct {
	ID   string // of a sentence in the catalogue "dates"
	Args []Arg
}

const errorArea = "dates.error."

// Line is the sentence for the person who typed: what is wrong and an example
// that is right.
func (e *ReadError) Line(p Printer) chat.Line { return p.Line(e.ID, e.Args...) }

// Text is the same sentence as plain text.
func (e *ReadError) Text(p Printer) string { return p.Text(e.ID, e.Args...) }

// Error is for the operator, in English.
func (e *ReadError) Error() string {
	reason := strings.ReplaceAll(strings.TrimPrefix(e.ID, errorArea), "_", " ")
	for _, a := range e.Args {
		if a.name == "text" {
			return fmt.Sprintf("cannot read %q: %s", a.line.Plain(), reason)
		}
	}
	return "cannot read what was typed: " + reason
}

func (e *ReadError) isNonsense() bool { return e.ID == "dates.error.nonsense" }
