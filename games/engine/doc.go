// Package engine performs games: it loads an instance, lets the game decide,
// and commits everything that follows at once: the instance's new version,
// entries, wake-ups, what is to be said, log lines. A conflict reloads and
// decides again; an event that was committed before changes nothing.
//
// Entries are added under a check of the instance's version and do not change
// it. So a thousand members enter side by side, while a giveaway that closes
// changes the version, after which no entry comes in.
//
// A game that wants to know more of the member who acts (games.Wanting) is
// given the facts and asked again. They are looked up between two readings of
// the instance, with no commit under way, within a second and a half; a member
// of whom they cannot be found out is asked to try again.
package engine
