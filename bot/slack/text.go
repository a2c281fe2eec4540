package slack

import (
	"regexp"
	"strings"
)

// markup is what Slack puts between angle brackets: a mention, a date or a
// link (docs.slack.dev/messaging/formatting-message-text#retrieving-messages).
var markup = regexp.MustCompile(`<([^<>]*)>`)

var entities = strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&")

var escapes = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// plainText reads the text of a message as its author meant it: links stand
// as addresses, with their label if it differs, mentions by name where Slack
// gives one, and the three escapes are undone.
func plainText(s string) string {
	var b strings.Builder
	last := 0
	for _, at := range markup.FindAllStringSubmatchIndex(s, -1) {
		b.WriteString(entities.Replace(s[last:at[0]]))
		b.WriteString(unwrap(s[at[2]:at[3]]))
		last = at[1]
	}
	b.WriteString(entities.Replace(s[last:]))
	return b.String()
}

// scheme begins an address, which Slack alone puts in angle brackets.
var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// unwrap reads what stood between angle brackets.
func unwrap(s string) string {
	target, label, labelled := strings.Cut(s, "|")
	target, label = entities.Replace(target), entities.Replace(label)
	if target == "" {
		return label
	}
	switch target[0] {
	case '@', '#':
		if labelled && label != "" {
			return target[:1] + label
		}
		return target
	case '!':
		return special(target[1:], label)
	}
	if !scheme.MatchString(target) {
		return "<" + entities.Replace(s) + ">" // no token of Slack's
	}
	if !labelled || label == "" || sameAddress(target, label) {
		return strings.TrimPrefix(target, "mailto:")
	}
	return label + " (" + target + ")"
}

// special reads <!here>, <!subteam^S1|@team> and <!date^…|fallback>.
func special(target, label string) string {
	kind, what, _ := strings.Cut(target, "^")
	switch {
	case label != "":
		if kind == "subteam" {
			return "@" + strings.TrimPrefix(label, "@")
		}
		return label
	case kind == "subteam":
		return "@" + what
	default:
		return "@" + kind
	}
}

// sameAddress says whether a label only repeats its address.
func sameAddress(target, label string) bool {
	trim := func(s string) string {
		for _, p := range []string{"mailto:", "https://", "http://"} {
			s = strings.TrimPrefix(s, p)
		}
		return strings.TrimSuffix(s, "/")
	}
	return trim(target) == trim(label)
}
