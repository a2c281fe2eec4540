//go:build !race

package e2e

// flowRate is how many messages a second come in.
const flowRate = 500
