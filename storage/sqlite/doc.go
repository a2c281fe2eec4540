// Package sqlite keeps everything in one SQLite file: the default store of a
// bot that runs as one process. It is the driver that needs no server, no
// account and no tuning.
//
// # One process
//
// Open takes an operating system's lock on the file's name with ".lock"
// appended, which ends with the process however it dies; a second process is
// refused with storage.ErrBusy and told who the first is. Since nobody else
// can have been at work, all leases found at Open are those of a dead
// process and are free at once. How often something was tried is kept.
//
// # Commits
//
// One goroutine writes. What is waiting when it becomes free goes into one
// transaction, each caller's part in a savepoint of its own, so that a
// hundred members who press a button at once share one wait for the disk and
// a conflict undoes only its own part. The file is in WAL mode with
// synchronous FULL; a transaction in which everything may be lost with the
// machine is written with NORMAL, which does not wait for the disk. Besides
// loose changes these are first-time keys, leases of jobs and
// named leases. Leases of effects are not: when something was first tried
// must outlive a power cut, or it would be said twice.
//
// A caller whose context ends while it waits for its turn has changed
// nothing; once its turn has come it waits for the outcome.
//
// Within a Change the order is: fence, once, checks, jobs and effects done,
// retries, then cancellations and drops, then everything that is put. So a
// job can be marked done and put again under the same key in one Change.
//
// # Moving
//
// Export reads a tenant within one transaction, and OpenSnapshot the whole
// file beside the process that has it open, without its lock: a backup needs
// no pause. What Import is given as one page it writes in one commit.
//
// # What is gone
//
// What is deleted is overwritten with zeros (secure_delete), and a Change that
// asks for Scrub empties the log afterwards, which holds older pages: the files
// keep nothing of what it deleted or wrote over.
//
// # Keys
//
// The keys of a set are kept a second time in packed chunks, because
// stepping through a million rows costs four times what a draw may. See
// keys.go.
package sqlite
