//go:build !race

package engine_test

// stride is how many writes the interruptions go on by: without the race
// detector, each write is interrupted.
const stride = 1
