// Package chattest holds what tests of a platform need: Recorder, a platform
// that only remembers, and Answers, a responder that only remembers.
package chattest
