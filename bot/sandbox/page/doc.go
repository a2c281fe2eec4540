// Package page is the sandbox's web page: a Discord pane and a Slack pane side
// by side, in which a person chats with the bot, presses its buttons, fills
// its forms and moves the clock, as any of the people who live there.
//
// It is plain HTML, CSS and JavaScript modules, embedded, with nothing to
// build and nothing from elsewhere. It knows the platforms only through the
// control interface of package world and draws each message from its native
// form (Discord's message object, Slack's Block Kit), so that what one sees is
// what the platform would show, not what the bot meant. Words of members are
// put in as text, never as HTML; the Content-Security-Policy forbids inline
// script and style besides. Pictures are loaded from the platform servers
// alone: one from elsewhere is shown as a link, since a sandbox needs no
// network.
//
// # Endpoints
//
//	GET  /             the page
//	GET  /static/…     its parts
//	GET  /api/config   {"language":"en","discord_url":…,"slack_url":…,"now":…}
//	GET  /api/clock    {"now":…}
//	POST /api/clock    {"advance":"1h"} → {"now":…}; 400 {"error":…}
//	     /api/discord/ the control interface of the local Discord
//	     /api/slack/   the control interface of the local Slack
//
// # Hooks for tests
//
// Elements carry data-testid attributes that stay when looks change:
//
//	pane-discord, pane-slack   a pane; everything below but clocks and who one
//	                           is exists once in each
//	tab-discord, tab-slack     choice of the pane on a narrow screen
//	as-<name>                  become that person on both platforms
//	as-more                    menu of the people beyond the first few
//	whoami                     the pane's own choice of who one is (a select)
//	clock                      the sandbox's time; attribute datetime is RFC 3339
//	clock-1m, clock-1h, clock-1d   move the clock
//	language-en, language-fr   language of the page
//	status                     data-connected is "true" once the bot is connected
//	channel-<name>             a channel; data-channel is its id
//	messages                   the list; data-channel is the channel shown
//	message                    a message; data-id, data-author, data-private
//	private                    the mark of a message only one person sees
//	dismiss                    takes such a message away
//	waiting                    the mark of a deferred answer
//	reaction                   a reaction, which adds or takes away one's own
//	message-error              what went wrong with a control of that message
//	message-menu               opens the message's menu (also: right click)
//	shortcut-<name>            an entry of that menu, as are react-<emoji>, delete
//	composer, send             the text being typed, the button that sends it
//	composer-error             what went wrong, as the client says it
//	suggestions                the list of completions, of elements "suggestion"
//	modal                      an open form: fields are named by data-field, a
//	                           field's mistake is field-error, what concerns the
//	                           whole form is modal-error
//	modal-submit, modal-close  its buttons
//	confirm, confirm-yes, confirm-no   a question asked before a press
//	leave, join                leave the community, come back
//
// A control of a card has data-control=<custom_id or action_id>; a button's
// accessible name is its text. A menu is a button that opens a list whose
// options have data-value; a menu of several values is sent when it closes.
//
// ANIMO_TEST_SHOTS names a directory in which the tests keep pictures of the
// page; without it they keep none.
package page
