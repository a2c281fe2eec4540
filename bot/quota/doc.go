// Package quota keeps requests back that a platform would refuse: while it has
// told us to stay away, beyond a budget of so many in so long, and beyond what
// is left of a window that its answers told of.
//
// What is known of a limit is a Note under the limit's key. A bot that is
// alone keeps its notes to itself; replicas keep them on a board that all of
// them read and write, so that together they ask no more than one would. A
// request reads all notes that concern it, decides, and writes them back at
// once if nobody else has written meanwhile; else it decides again. So the
// rules stand here once, for one process and for many.
//
// Turns of a budget are reserved, as with a ticket from a machine: who comes
// too early waits for a turn of its own, and a crowd does not ask again and
// again. A reservation further off than the caller's patience is not made; the
// caller learns when to come back.
//
// Why this and not golang.org/x/time/rate alone and redis_rate among replicas:
// a request counts in a ban, a budget or two and a window at once, and must be
// given a place in all of them or none; redis_rate knows no windows, asks once
// for each budget and keeps its keys outside of the prefix that an operator
// allows us. Its algorithm, the generic cell rate algorithm, is used here.
//
// When the board does not answer, a process keeps to the limits by itself: it
// is better to be told to wait than to say nothing.
package quota
