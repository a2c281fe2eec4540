// Package sandbox starts a Discord and a Slack that run here, and the page in
// which a team rehearses with the bot before it goes live: no token, no
// network, and a clock that can be moved.
//
// The two platforms (discordwire, slackwire) speak the real wire protocols,
// each at an address of its own, and were written from the platforms'
// documentation; the bot reaches them as it reaches the real ones, with the
// tokens that the methods of Sandbox name. The page (page) and tests act as
// people through the control interface of package world. The sandbox imports
// nothing else of this program: it is the other end of the wire.
//
// With a data directory the world survives a restart, even a sudden one, and
// its time never goes back. There are three journals in it: discord.journal,
// slack.journal and clock.
package sandbox
