//go:build race

package engine_test

// stride is how many writes the interruptions go on by: the race detector
// makes each history ten times slower and finds nothing new in most of them.
const stride = 8
