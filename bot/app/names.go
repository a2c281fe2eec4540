package app

import (
	"cmp"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"animo/bot/chat"
	"animo/bot/config"
)

// commandNames says how Slack calls a command: by the one name that the
// manifest of this configuration gives it, without accents.
func commandNames(c config.Config) map[chat.Network]func(chat.CommandSpec) string {
	return map[chat.Network]func(chat.CommandSpec) string{
		chat.Slack: func(spec chat.CommandSpec) string {
			return c.Slack.CommandPrefix + bare(cmp.Or(spec.Names.In(c.Slack.Language), spec.Name))
		},
	}
}

func bare(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(name))
}
