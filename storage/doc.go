// Package storage is the port through which Animo remembers: versioned
// documents, the entries of games, jobs, effects waiting to be said, hourly
// counters, an append-only log, first-time keys and leases. Its drivers are
// sqlite (one file, one process) and redis (any number of processes);
// storagetest proves a driver, and backup moves what is in one into another.
//
// # Tenants
//
// Everything belongs to a Tenant: a community, or System for what belongs to
// the bot itself. Nothing can be read or changed without naming the tenant,
// so that an id from another community is simply not found. A tenant falls
// in one of Partitions parts, by which work is shared out among replicas and
// within which a commit is atomic.
//
// # Commits
//
// Whatever follows from one decision is one Change, applied by Commit wholly
// or not at all: documents with the version they were read at, entries with
// what they replace, tallies, jobs, effects, log lines, and the marks that a
// job or an effect is done. If anything is not as expected, nothing is
// written and the error is ErrConflict (read again and decide again),
// ErrRepeated (this event was committed before) or ErrFenced (the writer no
// longer owns the partition). When Commit has returned nil the change
// survives the death of the process and of the machine, except for a Change
// that is marked Loose, which may be lost with the machine.
//
// # Jobs and effects
//
// Both are leased to one owner for a time and come back if they are not
// marked done in a Change by then; the mark carries the lease's token, so
// that a late owner changes nothing. Effects of one lane are given out one
// at a time and in the order in which they were put.
//
// Times are kept in UTC to the microsecond. All methods may be used by
// several goroutines at once, and return ctx's error when it ends. Bodies
// are JSON and at most 1 MiB.
package storage
