package commands

import (
	"strings"

	"animo/bot/chat"
	"animo/bot/i18n"
)

// rightsOf names missing rights as the platform's settings do in the reader's
// language, so that they can be found there.
func rightsOf(p i18n.Printer, missing []string) chat.Line {
	lines := make([]chat.Line, len(missing))
	for i, name := range missing {
		lines[i] = rightOf(p, name)
	}
	return chat.Join(lines, chat.T(", "))
}

// rightOf names one right; one that the catalogue lacks keeps the name that
// the platform gave.
func rightOf(p i18n.Printer, name string) chat.Line {
	key := "right." + strings.ReplaceAll(strings.ToLower(name), " ", "_")
	if p.Has(key) {
		return p.Line(key)
	}
	return chat.Words(name)
}
