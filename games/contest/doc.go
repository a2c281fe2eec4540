// Package contest is the game in which members hand in works of their own, and
// a vote of all members or a jury ranks them.
//
//	       start, for later                           start
//	(none) ────────────────► scheduled   (none) ─────────┐
//	                            │ its time has come      │
//	                            ▼                        ▼
//	                          open ◄─────────────────────┘
//	                            │  works are handed in, changed, withdrawn
//	    end of submissions, or  │
//	    ended by staff          ▼            no work is left to decide upon
//	                        deciding ───────────────────────────┐
//	                            │  one voice each, or marks     │
//	    end of the decision, or │                               │
//	    ended by staff          ▼                               │
//	                         closing ◄──────────────────────────┘
//	                            │  votes or marks are counted
//	                            ▼
//	                          closed ───────────► announced
//	                                   it is said
//
//	scheduled, open, deciding ── cancel ─► cancelled
//
// # Works
//
// A work is a title with a text, a link, an image, or several of them, as the
// contest allows. It is handed in by a form; an image is given by its https
// address, since a form that takes files is not to be had on every platform.
// A work waits until staff have accepted it, and nobody but its author and
// staff sees it before. Whoever changes an accepted work has it judged anew, and
// its card is taken down meanwhile. A refused or withdrawn work leaves its
// place to another. Staff may accept and refuse as long as votes or marks are
// taken. In a blind contest no author is named before the result, to staff
// neither.
//
// # Votes and marks
//
// Every member has one voice and may give it to another work or take it back
// until the end, but not give it to a work of their own. A juror marks each
// criterion of a work from 1 to 10, all of them at once. Jurors hand in
// nothing and do not mark a work of their own. Neither votes nor marks enter
// the state before the contest closes, and nothing that the game says before
// depends on them, but for how many marks were given.
//
// # The result
//
// Entries are frozen at the end and counted in a step of its own, by streaming
// over them. A vote for a work that is not accepted then counts nothing, as do
// the marks of someone who is no juror any more. Works are ranked by votes, or
// by the mean of all marks that they got, compared exactly. A work without any
// vote or mark has no place. Equals are settled by the rule that the opening
// card names: whoever handed in first, the president's mark, a lot by a seed
// whose digest stands in the opening card, or not at all, in which case they
// share the place and the next places stay empty.
//
// # What lies where
//
// The state holds each work's number, title, author and standing, of at most
// MaxWorks works. What is handed in, the voice and the marks are the body of
// the member's entry. Works and voices never change at the same time, and
// works and marks change together with the state, so that of two changes made
// side by side neither is lost.
package contest
