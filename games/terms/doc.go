// Package terms writes the rules page of a giveaway: the règlement that anybody
// may read before they enter. It is pure: the giveaway hands in what it knows
// of itself as a Source and keeps the Terms in its state.
//
// # The text
//
// A page is written in every language at once from the same Source, as a
// Document of titled sections whose lines are plain text. Markdown writes it as
// the file that members download, Parse reads it back for a card. Who has a
// name but no meaning outside the platform (a role, a channel) stands there by
// the name that it had at the launch.
//
// # Versions
//
// Version 1 is written at the launch. Whenever something that the page tells
// changes, Revise adds a version that says which sections changed, since when,
// and what the SHA-256 of the one before was. A version keeps its text: what
// was shown is shown the same for ever, whatever becomes of a role's name, of
// the community's settings, or of the wording in a later release of Animo.
//
// The hash of a version is the SHA-256 of the bytes of its Markdown file in the
// community's language, which is the one that prevails. The giveaway's card
// quotes it, so that anybody can hold the file that they were given against it.
//
// # What is not here
//
// Nothing is made up. A law that applies is named only if the organiser named
// one, a value only if it was typed. Whether the page satisfies the law where
// the organiser is, Animo cannot know, and tells staff so.
package terms
