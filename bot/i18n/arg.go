package i18n

import "animo/bot/chat"

// Arg is one argument of a message. Make one with the functions below.
type Arg struct {
	name    string
	line    chat.Line
	n       int64
	number  bool
	chooses bool // the plural form
}

// countName is the name of the argument that Count makes.
const countName = "count"

// Str is literal text: shown as it is, whatever it holds.
func Str(name, value string) Arg { return In(name, chat.T(value)) }

// In is inlines: a mention, a moment, bold text.
func In(name string, in ...chat.Inline) Arg { return Arg{name: name, line: in} }

// Num is a number, shown with the language's separators; exact up to 2^53.
func Num(name string, n int64) Arg { return Arg{name: name, n: n, number: true} }

// Count is the number that chooses the plural form; it is shown where the
// message says {{.count}}.
func Count(n int64) Arg { return Arg{name: countName, n: n, number: true, chooses: true} }
