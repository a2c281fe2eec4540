// Package eligibility says who may take part in a game and with how many
// tickets. It is pure: giveaways, polls and contests keep its Rules and Bonus in
// their state and judge members by the games.Facts that they are given.
//
// # The order
//
// The first of these that applies decides:
//
//  1. a member whom the team blocked cannot take part;
//  2. a member with a denied role cannot;
//  3. a member with a bypass role can, whatever else is asked for;
//  4. everyone else must meet all requirements: roles (each of All, one of Any,
//     none of None), the age of the account, the time as a member, messages,
//     channels, and to be no guest.
//
// So None is a requirement, from which a bypass role exempts, and Denied is not.
//
// # What is known
//
// Know returns the facts that a game judges by, or a *games.Wanting as its
// error where the event did not tell enough: the game returns it and is asked
// again. Want says what to ask of members at a draw, where Lasting leaves out
// what must have been true at the entry only.
//
// What a platform never tells cannot be required there: Check refuses it when a
// game is made and names what to ask for instead. A fact that is unknown all the
// same, of one member, is a failure that says so: nobody is let in on a guess.
//
// # What is not here
//
// A level cannot be required, since members have no levels, nor can an
// invitation by somebody: Discord tells who invited whom only to those who
// manage the space, by counts that two arrivals at once make ambiguous. A role
// that the team gives stands in for both, and messages for a level.
package eligibility
