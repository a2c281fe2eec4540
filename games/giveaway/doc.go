// Package giveaway is the game in which members enter with one press and some
// of them win a prize by chance.
//
//	         start, to come                 start
//	(none) ─────────────────► scheduled   (none) ──► open
//	scheduled ── its start, or opened by staff ────► open
//	open ─────── pause ────────────────────────────► paused
//	paused ───── resume, the end moves ────────────► open
//	open ─────── its end, ended by staff,
//	             all places taken ─────────────────► closing
//	paused ───── ended by staff ───────────────────► closing
//	closing ──── all asked about have answered ────► drawn
//	drawn ────── the round is said ────────────────► announced
//	announced ── reroll, or not claimed in time ───► drawn
//	scheduled, open, paused ── cancel, delete ─────► cancelled
//
// Nothing leads out of cancelled, back out of closing, or from announced to
// anything but a further round. A deleted giveaway keeps its phase and does
// nothing more.
//
// Conditions of entry are those of package eligibility; who does not meet them
// is told which, and what would help. Tickets beyond the first are counted when
// a member enters, and again whenever they press. A giveaway with a number of
// places ends at once with the last of them.
//
// At the end entries are frozen, and in a step of its own every ticket is
// ranked under a seed drawn at the start: package proof says how, and how
// anybody can check it. The seed's commitment stands in the card from the
// opening on; seed and digest of the list stand in the announcement. The order
// does not depend on how entries are stored, needs one pass and little memory,
// and cannot be steered by whoever presses first. Lots are drawn in order. The
// first in rank are asked about: whoever has left the space, or no longer meets
// a condition that lasts, is passed over for the next in rank, and the proof
// says why. The winners are committed together with their announcement; only
// then is anything said.
//
// A reroll goes on down the same ranking in a numbered round of its own. It
// never draws a past winner, someone found to have left, or someone whom
// staff took out. A named winner who gives way also loses the role that was won.
// If winners have to claim, what nobody claims in time is drawn again by itself,
// three times at most; after that the host decides.
package giveaway
