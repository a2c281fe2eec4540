// Package drop is the game of being fast: a card appears, and the first to
// press its button win.
//
//	         start, at once               start, for later
//	(none) ────────────────► open   (none) ──────────────► waiting
//	waiting ── its instant has come ─────────────────────► open
//	waiting ── the window is over for as long again ─────► missed
//	open ───── the last prize is taken ──────────────────► won
//	open ───── it has stood there long enough ───────────► expired
//	waiting, open ── cancel ─────────────────────────────► cancelled
//
// Nothing leads out of won, expired, missed and cancelled.
//
// # The hidden instant
//
// A drop appears at once, at a time, or at an instant within a window that is
// drawn at the start and that nobody is told: it stands in the state and in the
// wake-up alone. No card, answer, list or log line depends on it before it has
// come, so nothing gives it away. If the program was not running at that
// instant the drop appears as soon as it runs again. Once the window is over by
// more than its own length nobody waits for it any more: it does not appear, and
// the host is told so.
//
// # Who is first
//
// Winners stand in the state, so that each press that wins is committed alone:
// of two at once one decides anew and finds the other there. There are never
// more winners than prizes, whatever the crowd; presses that come too late
// write nothing. Whoever wins is told at once, whoever comes too late hears who
// was faster.
//
// How long somebody took counts from the moment at which the platform had the
// card, which is known a little later; until then, from the decision to post it.
package drop
