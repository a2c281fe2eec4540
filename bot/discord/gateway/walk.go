package gateway

import (
	"bytes"
	"encoding/json"
	"errors"
	"unicode/utf8"
)

// errNoJSON means that brackets, quotes or commas are not where they belong.
var errNoJSON = errors.New("no whole JSON")

// Members calls each with the members of a JSON object, in their order: the
// key without its quotes, as it was written, and the value. Both are parts of
// object. It stops at the first error of each and returns it. Values are told
// apart by quotes and brackets only; what nobody looks into may be no JSON.
//
// It is for what comes often: encoding/json goes over its input three times.
func Members(object []byte, each func(key, value []byte) error) error {
	s := scanner{b: object}
	if !s.take('{') {
		return errNoJSON
	}
	for first := true; !s.take('}'); first = false {
		if !first && !s.take(',') {
			return errNoJSON
		}
		key := s.value()
		if len(key) < 2 || key[0] != '"' || !s.take(':') {
			return errNoJSON
		}
		value := s.value()
		if value == nil {
			return errNoJSON
		}
		if err := each(key[1:len(key)-1], value); err != nil {
			return err
		}
	}
	if s.space(); s.i != len(object) {
		return errNoJSON
	}
	return nil
}

// Elements calls each with the elements of a JSON array, as Members does with
// the members of an object.
func Elements(array []byte, each func(value []byte) error) error {
	s := scanner{b: array}
	if !s.take('[') {
		return errNoJSON
	}
	for first := true; !s.take(']'); first = false {
		if !first && !s.take(',') {
			return errNoJSON
		}
		value := s.value()
		if value == nil {
			return errNoJSON
		}
		if err := each(value); err != nil {
			return err
		}
	}
	if s.space(); s.i != len(array) {
		return errNoJSON
	}
	return nil
}

// Text reads a JSON string into a string of its own; null is "".
func Text(value []byte) (string, error) {
	if len(value) > 1 && value[0] == '"' && bytes.IndexByte(value, '\\') < 0 && utf8.Valid(value) {
		return string(value[1 : len(value)-1]), nil
	}
	var s string
	err := json.Unmarshal(value, &s)
	return s, err
}
