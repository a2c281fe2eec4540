// Package discordwire is a Discord that runs here: the REST interface under
// /api/v9 and /api/v10, the gateway websocket under /gateway, and the control
// interface of package world under /_sandbox/, by which a page or a test acts
// as the people of the guild.
//
// It is written from Discord's published documentation and OpenAPI document
// (discord.com/developers/docs; comments name the page of a fact). It refuses
// what Discord refuses, with Discord's error codes, computes permissions
// from roles and overwrites, filters events by intents and replays them to a
// session that resumes. It knows nothing of the program that connects to it.
//
// Two clocks run. What members see (timestamps, snowflakes, time-outs, the
// life of an interaction's token, the two minutes of a nonce) follows
// Options.Clock, which a person can move. What lies between two programs (the
// three seconds to acknowledge an interaction, heartbeats, rate limits, the
// memory of a lost session) follows the machine's own clock, since the other
// program waits in real time.
//
// One mutex guards the whole state. An endpoint runs under it from its first
// check to its last event, so that what a client reads is always consistent,
// and events leave in the order in which things happened.
//
// The guild, its people, channels, messages, files and commands are kept in
// Options.Store and outlive the process. Gateway sessions, interactions and
// private answers do not; a RESUME after a restart gets an invalid session.
//
// Where Discord is larger than this package, a path answers 404. Known
// differences: no voice, no auto moderation, no scheduled events, one
// application; a pending member may write and press, pending is only shown.
package discordwire
