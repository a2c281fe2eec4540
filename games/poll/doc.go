// Package poll is the game in which members choose among options.
//
//	             start
//	(none) ───────────────────────► open ◄──────────────┐
//	                                  │  votes are given, │
//	                                  │  changed, taken   │ reopened
//	  end, quorum, or closed by staff │  back             │ (public ones)
//	                                  ▼                   │
//	                               closing                │
//	                                  │  the sums are read│
//	                                  ▼                   │
//	                               closed ────────────────┘
//
//	open ── cancel ─► cancelled
//
// # Anonymous polls
//
// A poll is anonymous unless it says otherwise. The entry of a voter then bears
// the HMAC-SHA-256 of the member's id under a key of 32 random bytes, which is
// drawn at the start and lies in the state alone: in no job, effect, log line
// or entry. The commit that closes or cancels the poll takes it out of the
// state. From then on nothing tells whose a vote was, though every member's id
// be tried, and the entries themselves are deleted in the steps that follow, so
// that not even the order in which votes came in remains. What stays are sums.
//
// While the poll is open whoever runs the bot and reads its store holds key and
// entries, and could work out who voted for what; so does a backup that was
// made meanwhile. The card says so, and says what the team can see. Members who
// propose options are kept under the same mask. Where votes weigh differently
// an anonymous poll keeps no count of heads by option beside the weights: the
// two would tell the weighty votes apart.
//
// A backup holds what was stored when it was made: one made after the close
// holds neither. The commits that close and delete ask for Scrub:
// SQLite's files keep nothing of what they write over; Redis's append-only file
// does until it is written anew.
//
// A closed anonymous poll cannot be reopened: nobody's vote could be found to be
// changed.
//
// # Who sees results
//
// Results are shown once the poll is closed, to whoever has voted, or always.
// State.seen decides, for the card, every answer, the file and the list alike;
// staff see no more than everybody else, since they vote too.
//
// # How votes are counted
//
// Sums are numbers that any vote adds to and takes from in the commit that
// changes its entry, so that thousands vote side by side. Two presses of one
// member that are decided at once must not both count as a change from what
// was there before. So each change enters a stamp, an entry named by the
// voter's and the number of the change, and takes the one before away: of two
// changes from the same vote only one finds it, and the other is decided again.
// A vote that is taken back leaves an empty entry, so that the numbers go on.
//
// The poll freezes when it closes, and its sums are read in a step of their
// own: only then no vote can come in any more.
package poll
