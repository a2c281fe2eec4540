// Package slack speaks to one Slack workspace: it implements chat.Platform on
// the Web API, with two receivers, of which one runs.
//
//   - Socket Mode, when there is an app-level token: two websocket lines at
//     all times, so that what Slack sends while it replaces one of them comes
//     through the other.
//   - Signed HTTP, when there is a signing secret and no app-level token:
//     Adapter.HTTPHandler under /slack/events, /slack/commands and
//     /slack/interactivity. With both set, Socket Mode wins and the handler
//     answers 404: two receivers would hear everything twice.
//
// # What comes in
//
// Both receivers hand the same JSON to the same reader, which decodes only the
// fields used and ignores events, blocks and keys it does not know. Commands,
// presses and shortcuts are acknowledged at once, a form as soon as its
// handler has judged it or after 2.5 seconds at the latest, events once they
// are queued; Slack repeats what was not acknowledged, and a repetition has
// the same Meta.ID. Who acted is then looked up (users.info, usergroups.list,
// both cached for five minutes) in lanes, one per member or channel, so that
// order is kept and no slow look-up holds up the line. When Slack limits the
// look-ups, or does not answer them within a second, an actor has only what the
// payload told: a name, no rights. Those who act wait for their turn, those who
// only speak do not. What was acknowledged is delivered even if Run ends
// meanwhile; past 8,192 waiting events the rest is left to Slack to repeat.
//
// A line is pinged twice in ten seconds and given up when it has been silent
// for as long; one that Slack takes down ("warning", "refresh_requested") is
// read until it closes, while its successor is open already. Successors that
// are taken down at once are asked for ever less often. "link_disabled" ends
// Run: an operator must turn Socket Mode on again.
//
// Slack spreads what it sends over the lines and promises no order between
// them: what happened at almost the same time may come in the other order, and
// Meta.At tells which came first.
//
// chat.Meta.Line lasts as long as at least one of the lines is up: one that is
// replaced while the other holds breaks nothing. Once none was, and in each
// Run, there is a new one, with an Arrived; by HTTP there is one in each Run,
// since Slack repeats what it finds nobody to take. Arrived tells no newest
// messages: Slack does not say them.
//
// Since reads back what lies between two Lines, an event among it that was
// acknowledged and not yet handled when the process was killed. It asks
// conversations.history, and conversations.replies for the threads, each under
// the *:history scope that the events need too.
//
// The Socket Mode line is ours, on coder/websocket, since slack-go's client
// closes its socket before it opens the next, parses each payload three times
// and leaves what it cannot parse without acknowledgement, so that Slack sends
// it again. Opening the connection and all calls are slack-go's.
//
// # What goes out
//
// Text becomes mrkdwn, verbatim, with its three escapes. Mrkdwn has no escape
// for * _ ~ ` :emoji: and a leading >, nor formatting inside a word: a line that
// needs either becomes rich_text instead, in which literal text is exact, but
// which takes several times the room. Should that room lack, such characters
// get a zero-width space before them. So no member's words format, link or
// mention anywhere. Slack has no allowed mentions: a member or group outside
// the card's Pings is written by name. What exceeds the limits of limits.go is
// cut and counted: "… (+3)". Disabled buttons do not exist on Slack and are
// left out; so is a card's colour.
//
// A post carries its key as message metadata (event_type "animo_post"), which
// Find reads in the channel's history. An answer to another message is a
// thread reply that is also shown in the channel, so that Find sees it.
//
// All calls pass a gate, which keeps to the methods' tiers and to one message a
// second and channel. It sits out a second; what must wait for longer is
// refused with the time to come again, and was not sent. A method that answered
// 429 is asked by nobody before its Retry-After is over. What may have been
// said (an answer lost, a 5xx) is never repeated here: that is for whoever asks
// Find first.
//
// A private answer goes to the interaction's response URL (five times within
// 30 minutes), else chat.postEphemeral, else the direct conversation. Private
// files go to the direct conversation, since ephemeral messages hold none.
//
// # Ids
//
// Space "slack:T1", channel "slack:T1/C1", member "slack:T1/U1", role (a user
// group) "slack:T1/S1".
//
// # Findings of Inspect
//
//	slack.ok           ok       team, bot
//	slack.token        failing  error: the bot token is missing or refused
//	slack.unreachable  failing  error: no answer from Slack
//	slack.scope        failing  scope: one for each that the token lacks
//	slack.socket       ok       Socket Mode is on
//	slack.app_token    failing  error: no Socket Mode with this app token
//	slack.connections  warning  replicas: more than the fit whose connections (each) Slack takes (most)
//	slack.http         ok       requests are awaited by HTTP
//	slack.clock        warning  skew: this machine's clock is off by that much
//	                   failing  ... by over five minutes: signed requests are refused
//	slack.channels     ok       count: how many channels the bot is in
//	slack.channel      warning  the bot is in no channel yet
package slack
