// Package dispatch carries an event from an adapter to those who care: in
// order, once, within its time.
//
// Events of one channel are handled one after the other, those of different
// channels side by side; what has no channel, such as a member who joins, goes
// by its space. Presses are the exception: a thousand members who press one
// button at once would wait for each other's turn at the disk, so a press keeps
// its order with those of the same member alone, and what counts is the order
// in which they are stored. An event that was delivered before, within fifteen
// minutes, is dropped. A channel's queue is bounded: when it is full the
// oldest message gives way and is counted, never an interaction, for which a
// member waits.
//
// An event is handled once its listeners or its handler have returned, and the
// adapter is told then: what a process that dies leaves unhandled comes again
// with the next one where the platform allows it. What gave way is handed to
// whoever can find it again.
//
// An interaction's handler returns a Reply. If it has not returned when the
// platform's patience ends, the frame acknowledges for it and the reply
// follows. A handler that fails or panics becomes a sentence with a short
// reference for the member and a line with the same reference in the log.
package dispatch
