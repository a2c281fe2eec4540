package discordwire

import (
	"slices"
	"time"
)

// Channel types (resources/channel#channel-object-channel-types).
const (
	channelText   = 0
	channelDirect = 1
	channelThread = 11
)

// person is a user, with what only their own client knows.
type person struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	Display   string    `json:"display"`
	Colour    string    `json:"colour"`
	Locale    string    `json:"locale"`
	Bot       bool      `json:"bot,omitempty"`
	Created   time.Time `json:"created"`
	DMsClosed bool      `json:"dms_closed,omitempty"`
}

// user is a user object (resources/user#user-object).
type user struct {
	ID            string  `json:"id"`
	Username      string  `json:"username"`
	Discriminator string  `json:"discriminator"`
	GlobalName    *string `json:"global_name"`
	Avatar        *string `json:"avatar"`
	Bot           bool    `json:"bot,omitempty"`
	PublicFlags   int     `json:"public_flags"`
	Flags         int     `json:"flags"`
	PrimaryGuild  *string `json:"primary_guild"`
}

func (p *person) user() user {
	u := user{ID: p.ID, Username: p.Name, Discriminator: "0", Bot: p.Bot}
	if p.Bot {
		u.Discriminator = "0001"
	} else {
		u.GlobalName = &p.Display
	}
	return u
}

// member is a person's place in a guild.
type member struct {
	Guild   string     `json:"guild"`
	User    string     `json:"user"`
	Nick    string     `json:"nick,omitempty"`
	Roles   []string   `json:"roles"`
	Joined  time.Time  `json:"joined"`
	Pending bool       `json:"pending,omitempty"`
	Until   *time.Time `json:"until,omitempty"` // timed out so long
	Boosts  *time.Time `json:"boosts,omitempty"`
}

// role is a role object's variable part.
type role struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Permissions Permission `json:"permissions,string"`
	Position    int        `json:"position"`
	Color       int        `json:"color"`
	Mentionable bool       `json:"mentionable"`
	Managed     bool       `json:"managed"`
	BotID       string     `json:"bot_id,omitempty"`
}

type ban struct {
	Guild  string `json:"guild"`
	User   string `json:"user"`
	Reason string `json:"reason"`
}

type guild struct {
	ID      string  `json:"id"`
	Name    string  `json:"name"`
	OwnerID string  `json:"owner_id"`
	Locale  string  `json:"locale"`
	Roles   []*role `json:"roles"`

	members map[string]*member
	bans    map[string]*ban
}

// channel is a text channel, a thread or a direct message.
type channel struct {
	ID         string      `json:"id"`
	Type       int         `json:"type"`
	GuildID    string      `json:"guild_id,omitempty"`
	Name       string      `json:"name,omitempty"`
	Topic      string      `json:"topic,omitempty"`
	Position   int         `json:"position"`
	ParentID   string      `json:"parent_id,omitempty"`
	OwnerID    string      `json:"owner_id,omitempty"`
	Archived   bool        `json:"archived,omitempty"`
	Locked     bool        `json:"locked,omitempty"`
	With       string      `json:"with,omitempty"` // the other end of a direct message
	Overwrites []overwrite `json:"overwrites,omitempty"`
	Made       time.Time   `json:"made"`
}

func (ch *channel) isDirect() bool { return ch.Type == channelDirect }
func (ch *channel) isThread() bool { return ch.Type == channelThread }

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// wire gives a role object (topics/permissions#role-object).
func (r *role) wire() object {
	o := object{
		"id": r.ID, "name": r.Name, "description": nil, "permissions": permString(r.Permissions),
		"position": r.Position, "color": r.Color,
		"colors": object{"primary_color": r.Color, "secondary_color": nil, "tertiary_color": nil},
		"hoist":  false, "managed": r.Managed, "mentionable": r.Mentionable,
		"icon": nil, "unicode_emoji": nil, "flags": 0,
	}
	if r.BotID != "" {
		o["tags"] = object{"bot_id": r.BotID}
	}
	return o
}

func (g *guild) role(id string) *role {
	i := slices.IndexFunc(g.Roles, func(r *role) bool { return r.ID == id })
	if i < 0 {
		return nil
	}
	return g.Roles[i]
}

func (g *guild) roleNamed(name string) *role {
	i := slices.IndexFunc(g.Roles, func(r *role) bool { return sameName(r.Name, name) })
	if i < 0 {
		return nil
	}
	return g.Roles[i]
}

func (g *guild) rolesWire() []object {
	list := make([]object, len(g.Roles))
	for i, r := range g.Roles {
		list[i] = r.wire()
	}
	return list
}

// memberWire gives a member object (resources/guild#guild-member-object).
func (s *Server) memberWire(m *member, withUser bool) object {
	o := object{
		"nick": orNull(m.Nick), "avatar": nil, "banner": nil, "roles": m.Roles,
		"joined_at": stamp(m.Joined), "premium_since": nil, "deaf": false, "mute": false,
		"flags": 0, "pending": m.Pending, "communication_disabled_until": nil,
	}
	if m.Until != nil {
		o["communication_disabled_until"] = stamp(*m.Until)
	}
	if m.Boosts != nil {
		o["premium_since"] = stamp(*m.Boosts)
	}
	if withUser {
		o["user"] = s.people[m.User].user()
	}
	return o
}

// sortedMembers gives a guild's members by id.
func (g *guild) sortedMembers() []*member {
	list := make([]*member, 0, len(g.members))
	for _, m := range g.members {
		list = append(list, m)
	}
	slices.SortFunc(list, func(a, b *member) int { return compareIDs(a.User, b.User) })
	return list
}

func compareIDs(a, b string) int {
	switch {
	case idLess(a, b):
		return -1
	case a == b:
		return 0
	}
	return 1
}

// guildWire gives a guild object (resources/guild#guild-object).
func (s *Server) guildWire(g *guild) object {
	return object{
		"id": g.ID, "name": g.Name, "owner_id": g.OwnerID, "preferred_locale": g.Locale,
		"roles": g.rolesWire(), "emojis": []any{}, "stickers": []any{}, "features": []string{"COMMUNITY"},
		"icon": nil, "description": nil, "home_header": nil, "splash": nil, "discovery_splash": nil, "banner": nil,
		"application_id": nil, "region": "deprecated", "afk_channel_id": nil, "afk_timeout": 300,
		"system_channel_id": nil, "system_channel_flags": 0, "widget_enabled": false, "widget_channel_id": nil,
		"verification_level": 1, "default_message_notifications": 1, "mfa_level": 0, "explicit_content_filter": 2,
		"max_presences": nil, "max_members": 500000, "max_stage_video_channel_users": 50, "max_video_channel_users": 25,
		"vanity_url_code": nil, "premium_tier": 0, "premium_subscription_count": 0, "rules_channel_id": nil,
		"safety_alerts_channel_id": nil, "public_updates_channel_id": nil, "premium_progress_bar_enabled": false,
		"nsfw": false, "nsfw_level": 0, "incidents_data": nil,
	}
}

// guildChannels gives a guild's channels, or its threads, in order.
func (s *Server) guildChannels(g *guild, threads bool) []*channel {
	var list []*channel
	for _, ch := range s.channels {
		if ch.GuildID == g.ID && ch.isThread() == threads {
			list = append(list, ch)
		}
	}
	slices.SortFunc(list, func(a, b *channel) int {
		if a.Position != b.Position {
			return a.Position - b.Position
		}
		return compareIDs(a.ID, b.ID)
	})
	return list
}

func (s *Server) channelList(list []*channel) []object {
	out := make([]object, len(list))
	for i, ch := range list {
		out[i] = s.channelWire(ch)
	}
	return out
}

// channelWire gives a channel object (resources/channel#channel-object).
func (s *Server) channelWire(ch *channel) object {
	o := object{"id": ch.ID, "type": ch.Type, "flags": 0, "last_message_id": nil}
	if last := s.history(ch.ID).last(); last != "" {
		o["last_message_id"] = last
	}
	if ch.isDirect() {
		o["recipients"] = []user{s.people[ch.With].user()}
		return o
	}
	o["guild_id"], o["name"], o["parent_id"], o["rate_limit_per_user"] = ch.GuildID, ch.Name, orNull(ch.ParentID), 0
	if ch.isThread() {
		n := len(s.history(ch.ID).list)
		o["owner_id"], o["message_count"], o["total_message_sent"], o["member_count"] = ch.OwnerID, n, n, 1
		o["thread_metadata"] = object{
			"archived": ch.Archived, "locked": ch.Locked, "auto_archive_duration": 1440,
			"archive_timestamp": stamp(ch.Made), "create_timestamp": stamp(ch.Made),
		}
		return o
	}
	overwrites := ch.Overwrites
	if overwrites == nil {
		overwrites = []overwrite{}
	}
	o["topic"], o["position"], o["nsfw"], o["permission_overwrites"] = orNull(ch.Topic), ch.Position, false, overwrites
	return o
}
