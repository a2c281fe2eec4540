// Package app builds a running bot from a configuration, starts it, drains it
// and stops it.
//
// New wires everything and connects to nothing. Run connects, and when its
// context ends it stops taking events in, lets those under way finish, stops
// runner and outbox, and then undoes what New did, last made first undone.
// Whatever is not finished by then is not lost: it was committed, and goes on
// at the next start.
package app
