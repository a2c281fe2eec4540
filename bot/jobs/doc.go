// Package jobs runs what is due.
//
// A job is data: it is put by the same commit as the decision it follows
// from, leased by one runner when it is due, and marked done by the same
// commit as what it led to. So it runs at least once, and what it does is
// seen once. A runner that dies leaves a lease, which runs out.
//
// The runner looks twice a second, since the clock may be moved, and at once
// when it is kicked because a job was put. Jobs run side by side, so that a
// slow one holds nobody up.
//
// A Schedule is what comes again and again, by a Cron in a time zone. Its next
// firing is a job like any other, whose handler asks Due what it comes to, and
// plans the one after it in the same commit as what it leads to. What was
// missed is left out, run once or asked about, as the schedule says.
package jobs
