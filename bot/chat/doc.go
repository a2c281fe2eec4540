// Package chat is the vocabulary in which Animo thinks about a chat platform:
// typed ids, members and channels, cards and forms, command specs, the events
// that come in, the capabilities a platform has, and the Platform port that
// an adapter implements.
//
// It names platforms only as data. A game or a command never asks "is this
// Discord?"; it asks a Capabilities value, and what one side lacks is said to
// the member with its substitute.
//
// A Card is a tree of blocks in reading order, made of inlines. It is plain
// data that survives a trip through JSON unchanged, since cards wait in the
// outbox. Text inside it is literal: a renderer escapes it, so that no
// member's words can ping, format or link. A renderer is total: whatever the
// card holds, it gives something the platform takes, trims to the platform's
// limits and says what it left out.
//
// The package imports nothing of ours and no platform library.
package chat
