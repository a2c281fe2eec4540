package discordwire

import (
	"net/http"
	"slices"
	"strings"
)

var reactionRoutes = routes{
	"PUT /channels/{channel}/messages/{message}/reactions/{emoji}/@me":       (*Server).react,
	"DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/@me":    (*Server).unreact,
	"DELETE /channels/{channel}/messages/{message}/reactions/{emoji}/{user}": (*Server).unreactUser,
	"GET /channels/{channel}/messages/{message}/reactions/{emoji}":           (*Server).getReactors,
	"DELETE /channels/{channel}/messages/{message}/reactions/{emoji}":        (*Server).clearReaction,
}

// maxReactions bounds the different emoji under a message, error 30010.
const maxReactions = 20

// emojiOf reads the emoji of a path: a character, or name:id of a custom one.
func emojiOf(text string) (emoji, error) {
	name, id, custom := strings.Cut(text, ":")
	switch {
	case custom && isID(id) && name != "":
		return emoji{&id, name}, nil
	case text == "" || custom || len(text) > 64 || text[0] < 0x80 && !strings.ContainsAny(text, "\u20e3\ufe0f"):
		return emoji{}, refuse(unknownEmoji)
	}
	return emoji{Name: text}, nil
}

func (e emoji) key() string {
	if e.ID != nil {
		return e.Name + ":" + *e.ID
	}
	return e.Name
}

func (s *Server) react(c *call) (any, error) {
	ch, m, err := s.messageOf(c, ReadMessageHistory)
	if err != nil {
		return nil, err
	}
	e, err := emojiOf(c.PathValue("emoji"))
	if err != nil {
		return nil, err
	}
	if len(m.reactors[e.key()]) == 0 && !s.permissions(ch, s.self).has(AddReactions) {
		return nil, refuse(missingPermissions)
	}
	return nil, s.addReaction(ch, m, e, s.self)
}

func (s *Server) addReaction(ch *channel, m *message, e emoji, userID string) error {
	key := e.key()
	if slices.Contains(m.reactors[key], userID) {
		return nil
	}
	if m.reactors == nil {
		m.reactors = map[string][]string{}
	}
	if len(m.reactors) >= maxReactions && m.reactors[key] == nil {
		return &refusal{Status: http.StatusBadRequest, Code: 30010, Message: "Maximum number of reactions reached (20)"}
	}
	m.reactors[key] = append(m.reactors[key], userID)
	s.countReaction(m, e)
	s.reactionEvent("MESSAGE_REACTION_ADD", ch, m, e, userID)
	return nil
}

// countReaction brings the shown count of one emoji up to date.
func (s *Server) countReaction(m *message, e emoji) {
	who := m.reactors[e.key()]
	i := slices.IndexFunc(m.Reactions, func(r reaction) bool { return r.Emoji.key() == e.key() })
	m.Reactions = slices.Clone(m.Reactions)
	if len(who) == 0 {
		delete(m.reactors, e.key())
		if i >= 0 {
			m.Reactions = slices.Delete(m.Reactions, i, i+1)
		}
	} else {
		r := reaction{
			Count: len(who), Details: object{"burst": 0, "normal": len(who)},
			Me: slices.Contains(who, s.self), Emoji: e, Colours: []any{},
		}
		if i < 0 {
			m.Reactions = append(m.Reactions, r)
		} else {
			m.Reactions[i] = r
		}
	}
	s.keepMessage(m)
	s.showMessage(m)
}

func (s *Server) reactionEvent(name string, ch *channel, m *message, e emoji, userID string) {
	if !s.canView(ch, s.self) || m.viewer != "" {
		return
	}
	data := object{"channel_id": ch.ID, "message_id": m.ID}
	if userID != "" {
		data["user_id"], data["burst"], data["type"] = userID, false, 0
	}
	if e.Name != "" {
		data["emoji"] = e
	}
	out := event{name: name, guild: ch.GuildID, intents: intentGuildReactions, data: data}
	if ch.isDirect() {
		out.intents = intentDirectReactions
	} else {
		data["guild_id"] = ch.GuildID
		if member := s.guilds[ch.GuildID].members[userID]; member != nil && name == "MESSAGE_REACTION_ADD" {
			data["member"] = s.memberWire(member, true)
			data["message_author_id"] = m.Author.ID
		}
	}
	s.emit(out)
}

func (s *Server) removeReaction(ch *channel, m *message, e emoji, userID string) {
	who := m.reactors[e.key()]
	i := slices.Index(who, userID)
	if i < 0 {
		return
	}
	m.reactors[e.key()] = slices.Delete(slices.Clone(who), i, i+1)
	s.countReaction(m, e)
	s.reactionEvent("MESSAGE_REACTION_REMOVE", ch, m, e, userID)
}

func (s *Server) unreact(c *call) (any, error) { return s.takeReaction(c, s.self, 0) }

func (s *Server) unreactUser(c *call) (any, error) {
	return s.takeReaction(c, c.PathValue("user"), ManageMessages)
}

func (s *Server) takeReaction(c *call, userID string, need Permission) (any, error) {
	ch, m, err := s.messageOf(c, need)
	if err != nil {
		return nil, err
	}
	e, err := emojiOf(c.PathValue("emoji"))
	if err != nil {
		return nil, err
	}
	s.removeReaction(ch, m, e, userID)
	return nil, nil
}

func (s *Server) getReactors(c *call) (any, error) {
	_, m, err := s.messageOf(c, ReadMessageHistory)
	if err != nil {
		return nil, err
	}
	e, err := emojiOf(c.PathValue("emoji"))
	if err != nil {
		return nil, err
	}
	n, err := c.limit(100, 25)
	if err != nil {
		return nil, err
	}
	who := slices.Clone(m.reactors[e.key()])
	slices.SortFunc(who, compareIDs)
	after := c.URL.Query().Get("after")
	out := []user{}
	for _, id := range who {
		if len(out) < n && (after == "" || idLess(after, id)) {
			out = append(out, s.people[id].user())
		}
	}
	return out, nil
}

func (s *Server) clearReaction(c *call) (any, error) {
	ch, m, err := s.messageOf(c, ManageMessages)
	if err != nil {
		return nil, err
	}
	e, err := emojiOf(c.PathValue("emoji"))
	if err != nil {
		return nil, err
	}
	delete(m.reactors, e.key())
	s.countReaction(m, e)
	s.reactionEvent("MESSAGE_REACTION_REMOVE_EMOJI", ch, m, e, "")
	return nil, nil
}

func (s *Server) clearReactions(c *call) (any, error) {
	ch, m, err := s.messageOf(c, ManageMessages)
	if err != nil {
		return nil, err
	}
	m.reactors, m.Reactions = nil, nil
	s.keepMessage(m)
	s.showMessage(m)
	s.reactionEvent("MESSAGE_REACTION_REMOVE_ALL", ch, m, emoji{}, "")
	return nil, nil
}
