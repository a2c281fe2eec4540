// Package config is what an operator may choose: one struct, filled from a
// TOML file, then from the environment, which wins, then from the files that
// variables ending in _FILE name.
//
// The table in settings.go is the only list of settings. The example file, the
// explanation, the names of the environment variables and the checks come from
// it; a test holds it and the struct together.
//
// A key that is not known is an error and not a warning: a typing mistake in a
// key would otherwise run the bot on a default without a word. Everything that
// is wrong is said at once, so that an operator mends it in one go. A secret
// never stands in an error, in Explain or in a log: its type does not print.
//
// An empty environment variable counts as not set, as compose files leave
// such behind; ANIMO_HTTP_LISTEN is the exception, where empty means off.
package config
