//go:build race

package e2e

// flowRate is how many messages a second come in: fewer under the race
// detector, with which everything takes about ten times as long.
const flowRate = 100
