package slack

import (
	"cmp"
	"strings"

	"animo/bot/chat"
)

// pingedBy returns the ids that a card may mention.
func pingedBy(c chat.Card) map[string]bool {
	out := make(map[string]bool, len(c.Pings.Members)+len(c.Pings.Roles))
	for _, m := range c.Pings.Members {
		out[string(m)] = true
	}
	for _, r := range c.Pings.Roles {
		out[string(r)] = true
	}
	return out
}

// visit calls f for every inline of a card's text.
func visit(c chat.Card, f func(chat.Inline)) {
	var walk func(chat.Line)
	walk = func(l chat.Line) {
		for _, in := range l {
			f(in)
			walk(in.Inner)
		}
	}
	for _, b := range c.Blocks {
		walk(b.Line)
		for _, field := range b.Fields {
			walk(field.Value)
		}
		for _, item := range b.Items {
			walk(item)
		}
	}
}

// needsGroups says whether a card speaks of user groups.
func needsGroups(c chat.Card) bool {
	found := len(c.Pings.Roles) > 0
	visit(c, func(in chat.Inline) { found = found || in.Kind == chat.KindRole })
	for _, b := range c.Blocks {
		for _, control := range b.Controls {
			found = found || control.Kind == chat.ControlRoleMenu
		}
	}
	return found
}

// mayMention says whether an id may stand as a mention.
func (k *look) mayMention(id string) bool { return k.private || k.pinged[id] }

// nameOf is what stands for a member or role that is not mentioned.
func (k *look) nameOf(in chat.Inline) string {
	if in.Kind == chat.KindMember {
		return "@" + cmp.Or(k.names[chat.MemberID(in.ID)], local(chat.MemberID(in.ID)), "…")
	}
	id := local(chat.RoleID(in.ID))
	for _, g := range k.groups {
		if g.id == id {
			return "@" + g.handle
		}
	}
	return "@" + cmp.Or(id, "…")
}

// dateFormat is how Slack is to show a moment, and what stands where it
// cannot (docs.slack.dev/messaging/formatting-message-text#date-formatting).
func dateFormat(in chat.Inline) (format, words string) {
	switch in.Style {
	case chat.MomentDate:
		return "{date_long}", in.At.Format("2006-01-02")
	case chat.MomentTime:
		return "{time}", in.At.Format("15:04 MST")
	default:
		// not date_long_pretty: "on today" is no English, "le demain" no French
		return "{date_long} {time}", in.At.Format("2006-01-02 15:04 MST")
	}
}

// literal says whether a line is nothing but text.
func literal(l chat.Line) bool {
	for _, in := range l {
		if in.Kind != chat.KindText && in.Kind != chat.KindBreak {
			return false
		}
	}
	return true
}

// flat renders a line without mentions, links or formatting.
func (k *look) flat(l chat.Line) string {
	var b strings.Builder
	for _, in := range l {
		switch in.Kind {
		case chat.KindStrong, chat.KindEm, chat.KindStrike:
			b.WriteString(k.flat(in.Inner))
		case chat.KindMember, chat.KindRole:
			b.WriteString(k.nameOf(in))
		case chat.KindLink:
			b.WriteString(in.Text)
		case chat.KindChannel:
			b.WriteString("#" + local(chat.ChannelID(in.ID)))
		default:
			b.WriteString(chat.L(in).Plain())
		}
	}
	return b.String()
}
