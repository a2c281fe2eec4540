package discordwire

import (
	"slices"
	"time"
)

var messageRoutes = routes{
	"GET /channels/{channel}/messages":                       (*Server).getMessages,
	"GET /channels/{channel}/messages/{message}":             (*Server).getMessage,
	"POST /channels/{channel}/messages":                      (*Server).createMessage,
	"PATCH /channels/{channel}/messages/{message}":           (*Server).editMessage,
	"DELETE /channels/{channel}/messages/{message}":          (*Server).deleteMessage,
	"POST /channels/{channel}/messages/bulk-delete":          (*Server).bulkDelete,
	"POST /channels/{channel}/messages/{message}/crosspost":  (*Server).crosspost,
	"GET /channels/{channel}/pins":                           (*Server).getOldPins,
	"GET /channels/{channel}/messages/pins":                  (*Server).getPins,
	"PUT /channels/{channel}/pins/{message}":                 (*Server).pin,
	"PUT /channels/{channel}/messages/pins/{message}":        (*Server).pin,
	"DELETE /channels/{channel}/pins/{message}":              (*Server).unpin,
	"DELETE /channels/{channel}/messages/{message}/{within}": (*Server).deleteWithin,
}

// maxPins bounds the pins of a channel (resources/message#pin-message).
const maxPins = 250

// bulkAge is the age beyond which messages cannot be deleted in bulk
// (resources/message#bulk-delete-messages).
const bulkAge = 14 * 24 * time.Hour

// messageOf finds the message of a path; private messages are not found here.
func (s *Server) messageOf(c *call, need Permission) (*channel, *message, error) {
	ch, err := s.channelWith(c, need)
	if err != nil {
		return nil, nil, err
	}
	m := s.history(ch.ID).find(c.PathValue("message"))
	if m == nil || m.viewer != "" {
		return nil, nil, refuse(unknownMessage)
	}
	return ch, m, nil
}

func (s *Server) getMessages(c *call) (any, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	n, err := c.limit(100, 50)
	if err != nil {
		return nil, err
	}
	if !s.permissions(ch, s.self).has(ReadMessageHistory) {
		return []*message{}, nil
	}
	q := c.URL.Query()
	for _, key := range []string{"before", "after", "around"} {
		if v := q.Get(key); v != "" && !isID(v) {
			return nil, badForm(key, "NUMBER_TYPE_COERCE", "Value \""+v+"\" is not snowflake.")
		}
	}
	return s.readable(s.history(ch.ID).page(q.Get("before"), q.Get("after"), q.Get("around"), n)), nil
}

// readable empties messages that the bot may list but not read without the
// message content intent.
func (s *Server) readable(list []*message) []*message {
	if s.opt.Privileged&IntentMessageContent != 0 {
		return list
	}
	for i, m := range list {
		mentioned := slices.ContainsFunc(m.Mentions, func(u user) bool { return u.ID == s.self })
		if m.Author.ID != s.self && !mentioned && !s.channels[m.ChannelID].isDirect() {
			list[i] = m.silent()
		}
	}
	return list
}

func (s *Server) getMessage(c *call) (any, error) {
	_, m, err := s.messageOf(c, ReadMessageHistory)
	if err != nil {
		return nil, err
	}
	return s.readable([]*message{m})[0], nil
}

func (s *Server) createMessage(c *call) (any, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	if err := s.mayPost(ch, c); err != nil {
		return nil, err
	}
	if m, err := s.repeated(ch, c.body()); m != nil || err != nil {
		return sentMessage{m, nonceText(c.body()["nonce"])}, err
	}
	m, err := s.compose(ch, c, c.body(), nil)
	if err != nil {
		return nil, err
	}
	m.nonce = nonceText(c.body()["nonce"])
	s.remember(m)
	s.messageMade(m)
	return sentMessage{m, m.nonce}, nil
}

// mayPost checks what the bot needs to post this body here: to reach the
// person, to write, to embed, to attach, to open a poll, to read what it
// replies to.
func (s *Server) mayPost(ch *channel, c *call) error {
	if ch.isDirect() && !s.reachable(ch.With) {
		return refuse(cannotMessageUser)
	}
	have := s.permissions(ch, s.self)
	if !s.canWrite(ch, s.self) || ch.Locked && !have.has(ManageThreads) {
		return refuse(missingPermissions)
	}
	b := c.body()
	for _, need := range []struct {
		on bool
		p  Permission
	}{
		{len(list(b["embeds"])) > 0, EmbedLinks},
		{len(c.files) > 0, AttachFiles},
		{b["poll"] != nil, SendPolls},
		{b["message_reference"] != nil, ReadMessageHistory},
	} {
		if need.on && !have.has(need.p) {
			return refuse(missingPermissions)
		}
	}
	return nil
}

// reachable says whether a person takes direct messages from the bot: they
// share a guild and have not closed their messages.
func (s *Server) reachable(userID string) bool {
	if s.people[userID].DMsClosed {
		return false
	}
	for _, g := range s.guilds {
		if g.members[userID] != nil {
			return true
		}
	}
	return false
}

func (s *Server) editMessage(c *call) (any, error) {
	ch, m, err := s.messageOf(c, 0)
	if err != nil {
		return nil, err
	}
	if m.Author.ID != s.self {
		return nil, refuse(notYourMessage)
	}
	if ch.isThread() && ch.Archived {
		return nil, refuse(missingPermissions)
	}
	if err := s.edit(ch, m, c, c.body()); err != nil {
		return nil, err
	}
	return m, nil
}

func (s *Server) deleteMessage(c *call) (any, error) {
	ch, m, err := s.messageOf(c, 0)
	if err != nil {
		return nil, err
	}
	if m.Author.ID != s.self && !s.permissions(ch, s.self).has(ManageMessages) {
		return nil, refuse(missingPermissions)
	}
	s.messageGone(m)
	return nil, nil
}

func (s *Server) bulkDelete(c *call) (any, error) {
	ch, err := s.channelWith(c, ManageMessages)
	if err != nil {
		return nil, err
	}
	if ch.isDirect() {
		return nil, refuse(onlyInGuild)
	}
	ids := list(c.body()["messages"])
	if len(ids) < 2 || len(ids) > 100 {
		return nil, refuse(badDeleteCount)
	}
	oldest := s.clock.Now().Add(-bulkAge)
	for _, v := range ids {
		if idTime(str(v)).Before(oldest) {
			return nil, refuse(tooOldToDelete)
		}
	}
	gone := []string{}
	for _, v := range ids {
		if m := s.history(ch.ID).find(str(v)); m != nil && m.viewer == "" {
			s.dropMessage(m)
			gone = append(gone, m.ID)
		}
	}
	s.emit(event{
		name: "MESSAGE_DELETE_BULK", guild: ch.GuildID, intents: intentGuildMessages,
		data: object{"ids": gone, "channel_id": ch.ID, "guild_id": ch.GuildID},
	})
	return nil, nil
}

func (s *Server) crosspost(c *call) (any, error) {
	_, _, err := s.messageOf(c, 0)
	if err != nil {
		return nil, err
	}
	return nil, &refusal{Status: 400, Code: 50024, Message: "Cannot execute action on this channel type"}
}

func (s *Server) pinned(c *call) ([]*message, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	list := []*message{}
	for _, m := range s.history(ch.ID).list {
		if m.Pinned {
			list = append(list, m)
		}
	}
	slices.SortFunc(list, func(a, b *message) int { return b.pinnedAt.Compare(a.pinnedAt) })
	return list, nil
}

func (s *Server) getOldPins(c *call) (any, error) { return s.pinned(c) }

func (s *Server) getPins(c *call) (any, error) {
	list, err := s.pinned(c)
	if err != nil {
		return nil, err
	}
	items := []object{}
	for _, m := range list {
		items = append(items, object{"pinned_at": stamp(m.pinnedAt), "message": m})
	}
	return object{"items": items, "has_more": false}, nil
}

func (s *Server) pin(c *call) (any, error) {
	ch, m, err := s.messageOf(c, PinMessages)
	if err != nil {
		return nil, err
	}
	list, err := s.pinned(c)
	if err != nil {
		return nil, err
	}
	if len(list) >= maxPins {
		return nil, refuse(tooManyPins)
	}
	if m.Pinned {
		return nil, nil
	}
	m.Pinned, m.pinnedAt = true, s.clock.Now()
	s.pinsChanged(ch, m)
	note := s.newMessage(ch, s.people[s.self])
	note.Type = messagePinned
	note.Reference = object{"type": 0, "message_id": m.ID, "channel_id": ch.ID, "guild_id": ch.GuildID}
	s.messageMade(note)
	return nil, nil
}

func (s *Server) unpin(c *call) (any, error) {
	ch, m, err := s.messageOf(c, PinMessages)
	if err != nil {
		return nil, err
	}
	m.Pinned = false
	s.pinsChanged(ch, m)
	return nil, nil
}

func (s *Server) pinsChanged(ch *channel, m *message) {
	s.messageChanged(m)
	e := event{
		name: "CHANNEL_PINS_UPDATE", guild: ch.GuildID, intents: intentGuilds | intentDirectMessages,
		data: object{"channel_id": ch.ID, "guild_id": ch.GuildID, "last_pin_timestamp": stamp(s.clock.Now())},
	}
	s.emit(e)
}

// deleteWithin serves two paths that one pattern cannot tell apart:
// …/messages/pins/{message} and …/messages/{message}/reactions.
func (s *Server) deleteWithin(c *call) (any, error) {
	within := c.PathValue("within")
	switch {
	case c.PathValue("message") == "pins":
		c.SetPathValue("message", within)
		return s.unpin(c)
	case within == "reactions":
		return s.clearReactions(c)
	}
	return nil, plain(404)
}
