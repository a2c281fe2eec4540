package gateway

import (
	"bytes"
	"fmt"
	"strconv"
)

// parse reads the outside of a payload and leaves what is in d alone: whoever
// uses an event decodes it, once, and those that nobody uses are not decoded
// at all. What parse takes for whole may still be no JSON inside d; a frame
// that was cut is noticed here, since its brackets do not close. The frame's
// data is a part of b.
func parse(b []byte) (frame, error) {
	f := frame{Op: -1}
	err := Members(b, f.set)
	return f, err
}

// set takes over one member of the payload.
func (f *frame) set(key, value []byte) (err error) {
	if string(key) == "d" {
		f.Data = value
		return nil
	}
	if string(value) == "null" {
		return nil
	}
	switch string(key) {
	case "op":
		f.Op, err = strconv.Atoi(string(value))
	case "s":
		f.Seq, err = strconv.ParseInt(string(value), 10, 64)
	case "t":
		f.Type, err = Text(value)
	}
	if err != nil {
		return fmt.Errorf("read %s: %w", key, err)
	}
	return nil
}

// scanner walks over JSON by its quotes and brackets.
type scanner struct {
	b []byte
	i int
}

func (s *scanner) space() {
	for s.i < len(s.b) {
		switch s.b[s.i] {
		case ' ', '\t', '\r', '\n':
			s.i++
		default:
			return
		}
	}
}

// take passes over c, if that comes next.
func (s *scanner) take(c byte) bool {
	if s.space(); s.i == len(s.b) || s.b[s.i] != c {
		return false
	}
	s.i++
	return true
}

// value returns the next value, nil if it does not end.
func (s *scanner) value() []byte {
	s.space()
	begin := s.i
	if s.i == len(s.b) {
		return nil
	}
	ok := true
	switch s.b[s.i] {
	case '"':
		ok = s.quoted()
	case '{', '[':
		ok = s.nested()
	default:
		s.scalar()
		ok = s.i > begin
	}
	if !ok {
		return nil
	}
	return s.b[begin:s.i:s.i]
}

// scalar passes over a number or a name.
func (s *scanner) scalar() {
	for ; s.i < len(s.b); s.i++ {
		switch s.b[s.i] {
		case ',', '}', ']', ':', '"', '{', '[', ' ', '\t', '\r', '\n':
			return
		}
	}
}

// quoted passes over a string.
func (s *scanner) quoted() bool {
	for s.i++; ; {
		n := bytes.IndexByte(s.b[s.i:], '"')
		if n < 0 {
			return false
		}
		end := s.i + n
		escapes := 0
		for k := end - 1; k >= s.i && s.b[k] == '\\'; k-- {
			escapes++
		}
		s.i = end + 1
		if escapes%2 == 0 {
			return true
		}
	}
}

// nested passes over an object or an array.
func (s *scanner) nested() bool {
	for depth := 0; s.i < len(s.b); {
		switch s.b[s.i] {
		case '"':
			if !s.quoted() {
				return false
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			depth--
		}
		if s.i++; depth == 0 {
			return true
		}
	}
	return false
}
