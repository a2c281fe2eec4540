// Package engagement counts what happens in a community, so that its team can
// be told how it does. No text is kept: an hour, a channel and a number are, and for a
// month how many messages each member wrote on which day and where.
//
// # Once, and none missing
//
// Each message by a member is counted once, over redeliveries, restarts and
// outages. For each channel and thread a mark says what is counted, written in
// the same commit as the count:
//
//   - Last, the newest message that came in;
//   - Lines, the unbroken lines (chat.Meta) that messages came on lately;
//   - Holes, stretches in which messages may be missing, each between the last
//     message before it and the first after it.
//
// A message on a line that the mark does not know opens a hole; so does the first one
// of a channel, and one that had to give way in a full queue or could not be
// stored. A space that
// arrives on a new line has each of its channels looked at, since those in
// which nobody wrote since say nothing by themselves.
//
// The holes are read from the platform's history, oldest message first, and
// each message goes through the dispatcher like any other, marked as late: it
// is counted in the hour in which it was written, and nobody is judged for
// what they wrote an hour ago. The hole shrinks with each message that is
// counted, so that a process that dies goes on where it was. A message that
// comes on the line while it lies in a hole is left to the history. What comes
// again behind the mark is recognised by a first-time key kept for fifteen
// minutes, longer than any platform takes to deliver again.
//
// Nothing older than a day is read back, and nothing from before the bot came,
// give or take ten seconds.
//
// # By member
//
// The same commit counts the message for its author, by day and channel, so
// that a game can ask for a number of messages. Those counts stand in sets by
// day, 512 for each, among which the members of a community are spread: to know
// of one member reads a 512th of a day at a time, and a day goes as a whole. A
// job, stored with the first message of a day and again each hour, drops it
// once 31 days have passed since.
package engagement
