// Package gamestest proves of any game what games asks of all of them.
//
// Run lets random histories happen to a game: presses, orders, wake-ups that
// come in time, early, late and twice, answers that are stale, news of what
// was said, clocks that jump, members who leave and come back, and restarts
// between any two steps. World performs what the game asks for as package
// engine does, in memory, and fails the test wherever the game breaks the
// contract. What only one game promises, its own test adds by Check and
// Settled.
package gamestest
