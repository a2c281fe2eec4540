//go:build !race

package poll_test

// crowd is how many members vote in a burst.
const crowd = 2000
