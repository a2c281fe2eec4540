// Package engine performs games: it loads an instance, lets the game decide,
// and commits everything that follows at once: the instance's new version,
// entries, wake-ups, what is to be said, log lines. A conflict reloads and
// decides again; an event that was committed before changes nothing.
//
// Entries are added under a check of the instance's version and do not change
// it. So a thousand members enter side by side, while a giveaway that closes
// changes the version, after which no entry comes in.
package engine
