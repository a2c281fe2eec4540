// Package slackwire is a Slack that runs here: one workspace, the Web API,
// Socket Mode, signed HTTP delivery, and a control interface by which a page
// or a test acts as the people in it.
//
// It is written from Slack's published documentation (docs.slack.dev) and
// knows nothing of the bot that talks to it. It refuses what Slack refuses,
// with Slack's error codes: scopes and event subscriptions are those of the
// app manifest, Block Kit is checked block by block, trigger ids die after
// three seconds, response URLs after thirty minutes or five uses, and an
// acknowledgement of 20 KB or more goes unheard.
//
// # Two kinds of time
//
// Whatever the workspace remembers (timestamps, the life of a trigger or a
// response URL, retries of events, rate limits) follows the sandbox's clock,
// which a person can move. What waits on a program (the three seconds of an
// acknowledgement, pings, injected delays) follows the machine's.
//
// # What is remembered
//
// People, channels, messages, files, open modals, Home tabs and events not yet
// acknowledged are kept in the Store and survive a restart. Trigger ids,
// response URLs, ephemeral messages and the request log live in memory.
//
// # Events
//
// An event goes to one of the open connections, or to the request URL. If it
// is not acknowledged within three seconds, or nobody is connected, it is
// repeated at once, a minute later and five minutes later, and then dropped,
// as the Events API does. Commands and interactions are never repeated: the
// person sees the failure.
package slackwire
