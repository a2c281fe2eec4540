package discordwire

import (
	"fmt"
	"slices"
	"strconv"
	"time"
)

// GuildID returns the id of the ready-made guild.
func (s *Server) GuildID() string { return homeGuild }

// BotID returns the id of the bot's user, which is also its application's.
func (s *Server) BotID() string { return botID }

// ChannelID returns the id of a channel of the ready-made guild by its name,
// or "" if there is none.
func (s *Server) ChannelID(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, ch := range s.guildChannels(s.guilds[homeGuild], false) {
		if ch.Name == name {
			return ch.ID
		}
	}
	return ""
}

// PersonID returns the id of a person by handle, or "".
func (s *Server) PersonID(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.people {
		if p.Name == name {
			return p.ID
		}
	}
	return ""
}

// RoleID returns the id of a role of a guild by its name, or "".
func (s *Server) RoleID(guildID, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g := s.guilds[guildID]; g != nil {
		if r := g.roleNamed(name); r != nil {
			return r.ID
		}
	}
	return ""
}

// AddGuild makes another guild with one channel, in which the bot is a member
// with its usual role and the admin of the ready-made guild the owner.
func (s *Server) AddGuild(name string) (guildID, firstChannelID string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	home := s.guilds[homeGuild]
	g := &guild{
		ID: s.ids.next(), Name: name, OwnerID: home.OwnerID, Locale: home.Locale,
		members: map[string]*member{}, bans: map[string]*ban{},
	}
	bot := &role{ID: s.ids.next(), Name: "Animo", Permissions: botPermissions, Position: 1, Managed: true, BotID: botID}
	g.Roles = []*role{{ID: g.ID, Name: "@everyone", Permissions: memberPermissions}, bot}
	now := s.clock.Now().UTC()
	g.members[home.OwnerID] = &member{Guild: g.ID, User: home.OwnerID, Roles: []string{}, Joined: now}
	g.members[botID] = &member{Guild: g.ID, User: botID, Roles: []string{bot.ID}, Joined: now}
	ch := &channel{ID: s.ids.next(), GuildID: g.ID, Name: s.opt.names().general, Made: now}
	s.guilds[g.ID], s.channels[ch.ID] = g, ch
	s.keepGuild(g)
	s.keepChannel(ch)
	for _, m := range g.members {
		s.keepMember(m)
	}
	for _, ses := range s.sessions {
		if ses.covers(event{guild: g.ID}) {
			s.sendTo(ses, s.guildCreate(g, ses))
		}
	}
	return g.ID, ch.ID
}

// AddPeople makes n new people, members of a guild for a month, and returns
// their ids. The bot is not told of their joining; nil if there is no such guild.
func (s *Server) AddPeople(guildID string, n int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return nil
	}
	ids := make([]string, n)
	first := len(s.people)
	joined := s.clock.Now().UTC().AddDate(0, -1, 0)
	for i := range ids {
		ids[i] = s.ids.next()
		number := strconv.Itoa(first + i)
		s.addPerson(&person{
			ID: ids[i], Name: "person-" + number, Display: "Person " + number, Colour: palette[i%len(palette)],
			Locale: g.Locale, Created: joined.AddDate(-1, 0, 0),
		})
		m := &member{Guild: g.ID, User: ids[i], Roles: []string{}, Joined: joined}
		g.members[ids[i]] = m
		s.keepMember(m)
	}
	return ids
}

// Join makes a new person who joins a guild now, with an account of that age,
// and tells the bot. A pending one has yet to accept the rules. It returns ""
// if there is no such guild.
func (s *Server) Join(guildID, name string, age time.Duration, pending bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return ""
	}
	p := &person{
		ID: s.ids.next(), Name: name, Display: name, Colour: palette[len(s.people)%len(palette)],
		Locale: g.Locale, Created: s.clock.Now().Add(-age),
	}
	if age > 0 {
		p.ID = strconv.FormatUint(snowflakeAt(p.Created)+uint64(len(s.people)), 10)
	}
	s.addPerson(p)
	s.addMember(g, p.ID, pending)
	return p.ID
}

// AddChannel makes a text channel at the end of a guild and returns its id,
// or "" if there is no such guild.
func (s *Server) AddChannel(guildID, name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil {
		return ""
	}
	ch := &channel{ID: s.ids.next(), GuildID: g.ID, Name: name, Position: len(s.guildChannels(g, false)), Made: s.clock.Now()}
	s.channels[ch.ID] = ch
	s.channelChanged("CHANNEL_CREATE", ch)
	return ch.ID
}

// SetLocale changes the language of a person's client, such as "fr" or "en-US".
func (s *Server) SetLocale(userID, locale string) error {
	return s.withPerson(userID, func(p *person) { p.Locale = locale })
}

// CloseDMs makes a person refuse, or accept again, messages from the bot
// (error 50007).
func (s *Server) CloseDMs(userID string, closed bool) error {
	return s.withPerson(userID, func(p *person) { p.DMsClosed = closed })
}

func (s *Server) withPerson(userID string, change func(*person)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.people[userID]
	if p == nil {
		return refuse(unknownUser)
	}
	next := *p // others may be reading p without the mutex
	change(&next)
	s.addPerson(&next)
	return s.broken
}

// SetRoles replaces a member's roles, @everyone aside.
func (s *Server) SetRoles(guildID, userID string, roleIDs ...string) error {
	return s.withMember(guildID, userID, func(_ *guild, m *member) {
		m.Roles = slices.Clone(roleIDs)
		if m.Roles == nil {
			m.Roles = []string{}
		}
	})
}

// Boost makes a member pay for the guild from now on, or no longer.
func (s *Server) Boost(guildID, userID string, boosts bool) error {
	now := s.clock.Now().UTC()
	return s.withMember(guildID, userID, func(_ *guild, m *member) {
		if m.Boosts = nil; boosts {
			m.Boosts = &now
		}
	})
}

// Timeout silences a member until the sandbox's clock says until; a zero time
// ends it.
func (s *Server) Timeout(guildID, userID string, until time.Time) error {
	return s.withMember(guildID, userID, func(_ *guild, m *member) {
		m.Until = nil
		if !until.IsZero() {
			m.Until = &until
		}
	})
}

// AcceptRules makes a pending member a full one, as when they pass
// membership screening.
func (s *Server) AcceptRules(guildID, userID string) error {
	return s.withMember(guildID, userID, func(_ *guild, m *member) { m.Pending = false })
}

func (s *Server) withMember(guildID, userID string, change func(*guild, *member)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[userID] == nil {
		return refuse(unknownMember)
	}
	change(g, g.members[userID])
	s.memberChanged(g, g.members[userID])
	return s.broken
}

// Deny takes permissions from the bot in one channel, Allow gives them. They
// change the bot's own overwrite, which wins over those of its roles.
func (s *Server) Deny(channelID string, p Permission) error {
	return s.overwriteBot(channelID, func(o *overwrite) { o.Deny, o.Allow = o.Deny|p, o.Allow&^p })
}

// Allow gives the bot permissions in one channel; see Deny.
func (s *Server) Allow(channelID string, p Permission) error {
	return s.overwriteBot(channelID, func(o *overwrite) { o.Deny, o.Allow = o.Deny&^p, o.Allow|p })
}

func (s *Server) overwriteBot(channelID string, change func(*overwrite)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch := s.channels[channelID]
	if ch == nil || ch.GuildID == "" {
		return refuse(unknownChannel)
	}
	i := slices.IndexFunc(ch.Overwrites, func(o overwrite) bool { return o.ID == s.self })
	if i < 0 {
		ch.Overwrites = append(ch.Overwrites, overwrite{ID: s.self, Type: overwriteMember})
		i = len(ch.Overwrites) - 1
	}
	change(&ch.Overwrites[i])
	s.channelChanged("CHANNEL_UPDATE", ch)
	return s.broken
}

// SetRolePermissions replaces the permissions of a role.
func (s *Server) SetRolePermissions(guildID, roleID string, p Permission) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.role(roleID) == nil {
		return refuse(unknownRole)
	}
	g.role(roleID).Permissions = p
	s.roleChanged("GUILD_ROLE_UPDATE", g, g.role(roleID))
	return s.broken
}

// Kick removes a member, as a moderator would.
func (s *Server) Kick(guildID, userID string) error {
	return s.withMemberGone(guildID, userID, false)
}

// Ban removes a member for good.
func (s *Server) Ban(guildID, userID string) error {
	return s.withMemberGone(guildID, userID, true)
}

func (s *Server) withMemberGone(guildID, userID string, banned bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.guilds[guildID]
	if g == nil || g.members[userID] == nil {
		return refuse(unknownMember)
	}
	if banned {
		s.ban(g, userID, "")
	} else {
		s.removeMember(g, userID)
	}
	return s.broken
}

// Post writes a message in a channel as a person and returns its id.
func (s *Server) Post(channelID, userID, content string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ch, p := s.channels[channelID], s.people[userID]
	if ch == nil || p == nil {
		return "", fmt.Errorf("post in %s as %s: %w", channelID, userID, refuse(unknownChannel))
	}
	m, err := s.personPost(ch, p, content)
	if err != nil {
		return "", fmt.Errorf("post in %s as %s: %w", channelID, userID, err)
	}
	return m.ID, s.broken
}
