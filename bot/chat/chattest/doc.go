// Package chattest holds what tests of a platform need: Recorder, a platform
// that only remembers; Answers, a responder that only remembers; and Run, the
// promises that every adapter must keep.
package chattest
