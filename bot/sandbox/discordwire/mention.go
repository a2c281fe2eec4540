package discordwire

import (
	"regexp"
	"slices"
	"strings"
)

var mentionPattern = regexp.MustCompile(`<@!?(\d+)>|<@&(\d+)>|@(everyone|here)\b`)

// ping works out whom a message of a member's pings: those its text mentions
// and allowed_mentions lets through; without allowed_mentions all of them
// (resources/message#allowed-mentions-object). Everyone and roles that are
// not mentionable need MENTION_EVERYONE.
func (s *Server) ping(ch *channel, m *message, allowed any, author string) {
	m.Mentions, m.MentionRoles, m.MentionEveryone = []user{}, []string{}, false
	rule := readAllowed(allowed)
	loud := s.permissions(ch, author).has(MentionEveryone)
	for _, hit := range mentionPattern.FindAllStringSubmatch(shownText(m), -1) {
		switch userID, roleID := hit[1], hit[2]; {
		case userID != "":
			if rule.allows("users", userID) {
				s.pingUser(m, userID)
			}
		case roleID != "":
			if rule.allows("roles", roleID) {
				s.pingRole(ch, m, roleID, loud)
			}
		case loud && rule.allows("everyone", ""):
			m.MentionEveryone = true
		}
	}
	if m.Referenced != nil && rule.replied {
		s.pingUser(m, m.Referenced.Author.ID)
	}
}

func (s *Server) pingUser(m *message, id string) {
	p := s.people[id]
	if p != nil && !slices.ContainsFunc(m.Mentions, func(u user) bool { return u.ID == id }) {
		m.Mentions = append(m.Mentions, p.user())
	}
}

func (s *Server) pingRole(ch *channel, m *message, id string, loud bool) {
	g := s.guilds[ch.GuildID]
	if g == nil {
		return
	}
	r := g.role(id)
	if r != nil && (r.Mentionable || loud) && !slices.Contains(m.MentionRoles, id) {
		m.MentionRoles = append(m.MentionRoles, id)
	}
}

// allowance is allowed_mentions, read.
type allowance struct {
	all     bool
	parse   []any
	only    object
	replied bool
}

func readAllowed(v any) allowance {
	o := obj(v)
	if o == nil {
		return allowance{all: true, replied: true}
	}
	return allowance{parse: list(o["parse"]), only: o, replied: truth(o["replied_user"])}
}

func (a allowance) allows(kind, id string) bool {
	return a.all || slices.Contains(a.parse, any(kind)) || slices.Contains(list(a.only[kind]), any(id))
}

// shownText is all text in which a mention counts: the content, or the text
// displays of components. Embeds never ping.
func shownText(m *message) string {
	var b strings.Builder
	b.WriteString(m.Content)
	walkComponents(m.Components, func(o object) {
		if whole(o["type"]) == componentText {
			b.WriteString("\n" + str(o["content"]))
		}
	})
	return b.String()
}
