// Package outbox says what was committed: each thing once, as members see it,
// however often the process dies or the platform fails.
//
// An effect is put by the same commit as the decision it follows from, and
// stays until the platform has taken it or said never. Effects of one channel
// go out in order. Before one that was tried before is repeated, the channel's
// history is asked for its key: the last try may have arrived although its
// answer did not. On Discord the key is also the message's nonce, so that a
// repetition within two minutes is merged by Discord itself.
//
//	       lease         platform takes it           commit: done, slot, news for the game
//	put ─────────► try ─────────────────────► said ─────────────────────────────────────►
//	 ▲              │ transient, limited, unsure
//	 └── back-off ──┤
//	                │ never (right missing, channel gone …)
//	                └──► undelivered: kept, and the team is told with a button to try again
//
// A message that changes, such as a giveaway's card, is not sent as it was at
// the time of the change: its redraw is one effect, drawn when it goes out,
// so that a thousand changes make few edits.
package outbox
