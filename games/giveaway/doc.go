// Package giveaway is the game in which members enter with one press and some
// of them win a prize by chance.
//
//	         start                 end, or ended by staff
//	(none) ─────────► open ───────────────────────────────► closing
//	                  │  ▲                                    │
//	             pause│  │resume                              │ all asked about have answered
//	                  ▼  │                                    ▼
//	                 paused ──── ended by staff ─► closing  drawn ──► announced
//	                                                          ▲           │
//	 open, paused ── cancel ─► cancelled                      └─ reroll ──┘
//
// At the end entries are frozen, and in a step of its own every entrant is ranked by
// SHA-256(seed, entrant) with a seed drawn at the start: the order does not
// depend on how entries are stored, needs one pass and little memory, and
// cannot be steered by whoever presses first. The first in rank are asked
// about: whoever has left the space is passed over for the next in rank. The
// winners are committed together with their announcement; only then is
// anything said.
//
// A reroll goes on down the same ranking in a numbered round of its own. It
// never draws a past winner, someone found to have left, or someone whom
// staff took out. A named winner who gives way also loses the role that was won.
package giveaway
