// Package replicas shares the work out among the processes that use one store.
//
// Each replica says every two seconds that it lives. Whoever lives is known to
// all, and so each can work out alone to whom a partition or a gateway shard
// falls (rendezvous hashing: when a replica comes or goes, nothing moves but
// what it takes or leaves). A replica works on what falls to it once it holds
// its lease, and for as long as that lasts:
//
//   - a lease lasts ten seconds and is renewed every two; what a dead replica
//     held is served again within fifteen;
//   - the number of the lease goes into each commit of a job or an effect, so
//     that a replica that was paused writes nothing that it no longer owns;
//   - what it does on a platform must be over when the lease would be, which
//     its context tells;
//   - who takes a partition over ends the leases of the jobs and effects in it;
//   - what falls to another is handed over once nothing of it is under way,
//     and at once when the replica stops.
//
// The clock is the store's where it has one, so that the clocks of the machines
// need not agree. With a store for one process there is nothing to share:
// a nil Replicas is one that is alone.
package replicas
