//go:build race

package poll_test

// crowd is how many members vote in a burst: the race detector makes each vote
// ten times slower.
const crowd = 200
