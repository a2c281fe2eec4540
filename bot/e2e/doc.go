// Package e2e tries the whole bot against the sandbox, as members would: real
// protocols, a real database, real processes that are killed, a real browser,
// and every request checked against the platforms' own descriptions.
//
// The test binary starts itself again as the bot, so that a process can be
// killed between any two steps: with ANIMO_E2E_BOT set it is a bot, configured
// by the usual environment, whose store and transport count its steps.
package e2e
