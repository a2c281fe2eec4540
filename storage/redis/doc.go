// Package redis keeps everything in Redis, version 7.0 or later: one server,
// a Sentinel pair or a Cluster. It is the store of a bot that runs as several
// processes.
//
// # Partitions
//
// Every key of a tenant carries the hash tag of the tenant's partition, so
// that with Cluster all of it lies in one slot and a commit is one script in
// one place. keys.go lists the keys and their types; the scripts are in lua/,
// each with a header that names its KEYS and ARGV and what it returns. A
// Change can carry the fence of its own partition's lease alone, since a
// script sees no other slot.
//
// # Commits
//
// Within a Change the order is: fence, once, checks, jobs and effects done,
// retries, then cancellations and drops, then everything that is put. The
// script looks at everything before it writes anything, and nothing can come
// between, so that a Change is applied whole or not at all.
//
// Each commit has a number of its own, under which the script remembers for
// two minutes what it answered. Where a connection is lost in the middle, or
// Redis starts, fails over or moves a slot, the driver asks again with the same
// number for up to 15 seconds, and the outcome is found out and never guessed:
// what was applied is not applied twice. After that time the error says that
// Redis did not answer; the commit may then have been applied or not, and
// whoever made the Change finds out by its Once or its versions. A call that
// is under way when its context is cancelled waits for the answer, at most for
// the three seconds after which a connection counts as lost.
//
// # What may be lost
//
// Redis answers before the disk has synced. With appendonly and appendfsync
// everysec, which is advised, everything survives the death of the bot and the
// orderly stop of Redis; if the Redis process is killed, what the disk was too
// slow to take, two seconds at most, may be missing, and if the machine dies
// the last second or two. appendfsync always closes that gap for as many
// writes a second as the disk can sync. With snapshots alone all since the
// last one may be lost.
//
// Replicas follow a moment behind, and so a commit, a lease and a first-time key
// are not answered until a replica has them: WAIT 1 follows in the same round
// trip, or with Cluster in one more. What was answered then survives a failover
// at any instant; only a Change that is Loose is not waited for. If no replica
// confirms within the time of the address (wait=500ms) the call succeeds all the
// same, Store.Unconfirmed counts it, the log says so once, and nothing is waited
// for until INFO shows a replica that keeps up. What is committed meanwhile, and
// while a promoted replica has none of its own, dies with the master; who would
// rather stand still sets min-replicas-to-write 1 in Redis. A single server without
// replicas costs nothing but one INFO ten times a second at most. wait=0 in the
// address waits for none.
//
// # Time
//
// Leases and first-time keys end by the caller's clock, which the sandbox and
// tests move, and never by that of Redis. Redis's own clock only throws away
// answers after two minutes, and a lease a day after nobody renewed it; tokens
// go on rising all the same.
//
// # Size
//
// No command takes time in proportion to what is stored: sets, lists and the
// log are read in pages, and a dropped set is unlinked, which frees it in the
// background. The keys of a set are one sorted set whose members hold Seq and
// time too; bodies lie in hashes of a hundred, which Redis packs.
// bench_test.go says what an entry and a job take.
//
// # What is gone
//
// Change.Scrub does nothing here: memory forgets at once, while an append-only
// file keeps what it was told until Redis writes it anew.
package redis
