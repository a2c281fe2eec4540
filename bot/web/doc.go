// Package web is the bot's own HTTP server: /healthz says that the process
// lives, /readyz that it can work, /metrics what it does; whatever else is
// mounted, such as Slack's receiver under /slack/, stands beside them.
//
// /readyz names each check with "ok" or "failing" and nothing more, since
// whoever can reach the port can read it; the reason goes to the log, once
// when a check begins to fail and once when it recovers, not at every probe.
//
// The server bounds what a client may cost: headers of 64 KiB, 10 s to send a
// request, 30 s for an answer. Bodies are bounded by the handler that reads
// them.
package web
