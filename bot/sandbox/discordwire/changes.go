package discordwire

import (
	"slices"

	"animo/bot/sandbox/world"
)

// Each change of the world is kept, told to the gateway and told to the page.

func (s *Server) stateChanged() { s.feed.Publish(world.Event{Kind: world.EventState}) }

func (s *Server) channelChanged(name string, ch *channel) {
	if name == "CHANNEL_DELETE" || name == "THREAD_DELETE" {
		s.forget(keyChannel + ch.ID)
	} else {
		s.keepChannel(ch)
	}
	e := event{name: name, guild: ch.GuildID, intents: intentGuilds, data: s.channelWire(ch)}
	if name == "THREAD_CREATE" {
		o := s.channelWire(ch)
		o["newly_created"] = true
		e.data = o
	}
	if !ch.isDirect() {
		s.emit(e)
	}
	s.stateChanged()
}

func (s *Server) roleChanged(name string, g *guild, r *role) {
	s.keepGuild(g)
	data := object{"guild_id": g.ID, "role": r.wire()}
	if name == "GUILD_ROLE_DELETE" {
		data = object{"guild_id": g.ID, "role_id": r.ID}
	}
	s.emit(event{name: name, guild: g.ID, intents: intentGuilds, data: data})
	s.stateChanged()
}

func (s *Server) memberChanged(g *guild, m *member) {
	s.keepMember(m)
	o := s.memberWire(m, true)
	o["guild_id"] = g.ID
	e := event{name: "GUILD_MEMBER_UPDATE", guild: g.ID, intents: intentMembers, data: o}
	if m.User == s.self {
		e.intents = 0 // sent without the intent for the bot itself
	}
	s.emit(e)
	s.stateChanged()
}

func (s *Server) addMember(g *guild, userID string, pending bool) {
	m := &member{Guild: g.ID, User: userID, Roles: []string{}, Joined: s.clock.Now().UTC(), Pending: pending}
	g.members[userID] = m
	s.keepMember(m)
	o := s.memberWire(m, true)
	o["guild_id"] = g.ID
	s.emit(event{name: "GUILD_MEMBER_ADD", guild: g.ID, intents: intentMembers, data: o})
	s.stateChanged()
}

func (s *Server) removeMember(g *guild, userID string) {
	delete(g.members, userID)
	s.forget(keyMember + g.ID + "/" + userID)
	s.emit(event{
		name: "GUILD_MEMBER_REMOVE", guild: g.ID, intents: intentMembers,
		data: object{"guild_id": g.ID, "user": s.people[userID].user()},
	})
	s.stateChanged()
}

func (s *Server) ban(g *guild, userID, reason string) {
	b := &ban{Guild: g.ID, User: userID, Reason: reason}
	g.bans[userID] = b
	s.keep(keyBan+g.ID+"/"+userID, b)
	if g.members[userID] != nil {
		s.removeMember(g, userID)
	}
	s.emit(event{
		name: "GUILD_BAN_ADD", guild: g.ID, intents: intentModeration,
		data: object{"guild_id": g.ID, "user": s.people[userID].user()},
	})
}

func (s *Server) unban(g *guild, userID string) {
	delete(g.bans, userID)
	s.forget(keyBan + g.ID + "/" + userID)
	s.emit(event{
		name: "GUILD_BAN_REMOVE", guild: g.ID, intents: intentModeration,
		data: object{"guild_id": g.ID, "user": s.people[userID].user()},
	})
}

// messageEvent is a message as the gateway sends it
// (events/gateway-events#message-create-message-create-extra-fields).
type messageEvent struct {
	*message
	GuildID string `json:"guild_id,omitempty"`
	Member  object `json:"member,omitempty"`
	Nonce   string `json:"nonce,omitempty"`
}

// emitMessage tells of a message, without its content where the message
// content intent is missing: own messages, direct messages and those that
// mention the bot keep it (events/gateway#message-content-intent).
func (s *Server) emitMessage(name string, m *message) {
	ch := s.channels[m.ChannelID]
	if m.viewer != "" || !s.canView(ch, s.self) {
		return
	}
	full := messageEvent{message: m, GuildID: ch.GuildID}
	if name == "MESSAGE_CREATE" {
		full.Nonce = m.nonce
	}
	e := event{name: name, guild: ch.GuildID, intents: intentGuildMessages}
	if ch.isDirect() {
		e.intents = intentDirectMessages
	} else if author := s.guilds[ch.GuildID].members[m.Author.ID]; author != nil {
		full.Member = s.memberWire(author, false)
	}
	e.data = full
	mentioned := slices.ContainsFunc(m.Mentions, func(u user) bool { return u.ID == s.self })
	if m.Author.ID != s.self && !mentioned && !ch.isDirect() {
		bare := full
		bare.message = m.silent()
		e.stripped = bare
	}
	s.emit(e)
}

// messageMade puts a message in its channel and tells everyone.
func (s *Server) messageMade(m *message) {
	s.history(m.ChannelID).add(m)
	s.keepMessage(m)
	s.emitMessage("MESSAGE_CREATE", m)
	s.showMessage(m)
}

func (s *Server) messageChanged(m *message) {
	s.keepMessage(m)
	s.emitMessage("MESSAGE_UPDATE", m)
	s.showMessage(m)
}

func (s *Server) messageGone(m *message) {
	s.dropMessage(m)
	ch := s.channels[m.ChannelID]
	if m.viewer == "" && s.canView(ch, s.self) {
		e := event{name: "MESSAGE_DELETE", guild: ch.GuildID, intents: intentGuildMessages}
		data := object{"id": m.ID, "channel_id": m.ChannelID}
		if ch.isDirect() {
			e.intents = intentDirectMessages
		} else {
			data["guild_id"] = ch.GuildID
		}
		e.data = data
		s.emit(e)
	}
}

// dropMessage forgets a message without an event of its own.
func (s *Server) dropMessage(m *message) {
	s.history(m.ChannelID).remove(m.ID)
	s.forget(keyMessage + m.ChannelID + "/" + m.ID)
	for _, a := range m.Attachments {
		s.forget(keyFile + a.ID)
	}
	s.feed.Publish(world.Event{Kind: world.EventDeleted, Channel: m.ChannelID, For: m.viewer, Data: s.view(m)})
}

func (s *Server) showMessage(m *message) {
	s.feed.Publish(world.Event{Kind: world.EventMessage, Channel: m.ChannelID, For: m.viewer, Data: s.view(m)})
}
