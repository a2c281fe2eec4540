// Package advent is a calendar of boxes, of which one can be opened each day.
//
//	         start
//	(none) ─────────► coming
//	coming ──── its first box comes ───────────────► running
//	running ─── the day of the last box is over,
//	            or ended by staff ─────────────────► closing
//	closing ─── all asked about have answered, or
//	            there is nothing to draw ──────────► drawn
//	drawn ───── the result is said ────────────────► announced
//	coming ──── ended by staff ────────────────────► cancelled
//
// # The days
//
// Boxes come at one time of the day by the clock on the wall of the community's
// zone, and the instants are fixed at the start. Where the clocks skip that
// time the box comes right after the skip; where they show it twice, the first
// time. The day of a box lasts from its coming until the next box comes, the
// last one as long, so it has 23 to 25 hours.
//
// If the program was not running when boxes came, today's is posted once it
// runs, and no other: there is never a burst. A day whose box was never posted
// breaks nobody's streak.
//
// # Opening
//
// A box is opened once by each member, on its day and not before. If the
// calendar lets members catch up, a box that was left shut, or never posted,
// can be opened until the end, which counts as a box and not for the streak.
//
// Each box opened is a ticket in the final draw, and so is every StreakEvery-th
// day in a row: Tickets says how many. What a member opened is a bitmap in the
// body of their entry, see Opened; the state knows nothing of members but who
// won.
//
// # Prizes
//
// A box can hide prizes: for each an instant of its day is fixed at the start,
// and the first to open the box from that instant on wins it. It can also hold
// prizes that are drawn, when its day is over, among those who opened it on its
// day. At the end there can be a final draw among all.
//
// Everything follows from a seed that is drawn at the start, and whose
// commitment stands in the card from then on: the hidden instants as
// proof.Instant says, numbered by 100 × box + n; the draw of box n as the
// ranking of instance "ID/n", with one ticket for each who opened it; the final
// draw as the ranking of the instance itself, of which there is a proof. No
// card, answer, list or log line depends on an instant that has not come.
//
// # Side by side
//
// Members open boxes side by side, without changing the state, wherever that
// cannot go wrong. In two cases a member who has entered before sets the state
// along, so that these presses come one after the other: a box in which a prize
// is still hidden, since of two presses by one member just one may count, and a
// member who has another box to catch up with, since of two boxes opened at once
// neither may be lost. The state changes with each day, so no press is counted
// on a day that ended while it was on its way.
package advent
