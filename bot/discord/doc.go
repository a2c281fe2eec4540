// Package discord is the adapter for Discord: it implements chat.Platform with
// discordgo's REST client and types and with a gateway client of our own (see
// package gateway for why).
//
// What goes out. A card becomes one container of Components V2, within the
// limits of limits.go; what had to be left out is counted at its end. Literal
// text is escaped so that it cannot ping, format or link, and allowed_mentions
// names those who may be pinged, nobody by default. Every request passes
// Adapter.call, which waits for its turn at the gate (Discord's rate limits),
// never retries, and turns failures into *chat.Error: retrying is the outbox's.
// A post carries its key as an enforced nonce and, since Discord forgets nonces
// after some minutes, as the id of its container, by which Find knows it.
//
// What comes in. Events are read once, straight into small structs of the
// fields in use. An event in a thread has the thread's parent as its channel
// and the thread in Posted.Thread; its Message points into the thread. A member
// counts as joined once membership screening is over; those still in it are
// remembered in memory only, so one who finishes while the bot is down is
// missed. Guilds with their roles and channels are remembered from the events
// that describe and change them, members are not.
//
// The line of an event is the id of the gateway's session: it goes on as long
// as Discord sends what was missed, over connections and processes. An event
// counts as handled once the inbox says so, and a process that is killed leaves
// what it had not handled to the next. What no session brought is read from the
// history (see Since); GUILD_CREATE, which begins a session, tells how far
// that goes.
//
// Interactions are answered first within three seconds: see responder. One that
// comes from a message of ours, a press or a form opened by one, is deferred
// without a trace, so that the answer may still replace that message.
//
// Findings of Inspect, with their arguments. For the bot:
//
//	discord.ok             ok       name, application   the token works
//	discord.token          failing                      the token is refused
//	discord.unreachable    failing  error               Discord does not answer
//	discord.intent         failing  intent              configured, but off in the developer portal
//	discord.intent_unused  warning  intent              not configured: what it would tell is not seen
//	discord.gateway        failing  error               the gateway cannot be reached
//	discord.gateway_ok     ok       milliseconds        the gateway greets
//	discord.disconnected   failing                      the running bot has no connection now
//	discord.sessions       warning  remaining           few new sessions left today
//	discord.clock          warning  seconds             our clock is ahead (negative: behind)
//	discord.refusals       warning  count               many refused requests in ten minutes
//	discord.held_back      failing  count               so many that requests are held back
//	discord.nowhere        warning                      the bot is in no guild
//
// For a space:
//
//	discord.space          failing                      the bot is not in it
//	discord.space_ok       ok       space               no right is missing
//	discord.permission     failing or warning  permission, space   a right is missing
package discord
