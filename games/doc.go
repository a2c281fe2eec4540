// Package games is the contract between a game and what performs it.
//
// A game is written once, pure, as Rules over a state of its own. It looks at
// what it is given (its state, an event, the time, chance, who entered,
// printers) and returns what follows: a new state, entries, wake-ups, what to
// say. It keeps no clock, talks to no network and writes to no store; package
// engine does, and commits everything that follows from one decision at once.
//
// # The rules that a game keeps
//
//   - Decide is a function of its arguments: deciding twice gives the same.
//   - Any event may come in any state, late, twice or after a restart: what
//     no longer applies changes nothing, and a member is told why.
//   - Entries never enter the state: there may be a million.
//   - The state survives a trip through JSON unchanged.
//
// A game that needs to know which members are still there asks: the engine
// keeps the question as a job until the platform has answered, and hands the
// answer in as Answered. So a game has no step during which a crash could
// lose anything.
//
// A game that must know more of the member who presses than the event tells
// returns a Wanting in place of an outcome. Nothing is stored meanwhile: the
// engine finds the Facts out, loads the instance anew and lets the game decide
// on the same event again, once. Where they cannot be found out in time the
// member is asked to try again, and nothing has happened.
package games
