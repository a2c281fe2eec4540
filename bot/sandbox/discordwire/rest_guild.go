package discordwire

import (
	"slices"
	"unicode/utf8"
)

var guildRoutes = routes{
	"GET /guilds/{guild}":                       (*Server).getGuild,
	"GET /guilds/{guild}/channels":              (*Server).getGuildChannels,
	"POST /guilds/{guild}/channels":             (*Server).createChannel,
	"GET /guilds/{guild}/roles":                 (*Server).getRoles,
	"GET /guilds/{guild}/roles/{role}":          (*Server).getRole,
	"POST /guilds/{guild}/roles":                (*Server).createRole,
	"PATCH /guilds/{guild}/roles/{role}":        (*Server).editRole,
	"DELETE /guilds/{guild}/roles/{role}":       (*Server).deleteRole,
	"GET /guilds/{guild}/bans":                  (*Server).getBans,
	"GET /guilds/{guild}/bans/{user}":           (*Server).getBan,
	"PUT /guilds/{guild}/bans/{user}":           (*Server).putBan,
	"DELETE /guilds/{guild}/bans/{user}":        (*Server).deleteBan,
	"POST /guilds/{guild}/bulk-ban":             (*Server).bulkBan,
	"GET /guilds/{guild}/threads/active":        (*Server).getActiveThreads,
	"GET /guilds/{guild}/auto-moderation/rules": (*Server).getGuildEmojis,
	"GET /guilds/{guild}/scheduled-events":      (*Server).getGuildEmojis,
}

func (s *Server) sortedGuilds() []*guild {
	list := make([]*guild, 0, len(s.guilds))
	for _, g := range s.guilds {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *guild) int { return compareIDs(a.ID, b.ID) })
	return list
}

// guildWith finds the guild of a path, in which the bot must be and must have
// a permission.
func (s *Server) guildWith(c *call, need Permission) (*guild, error) {
	g := s.guilds[c.PathValue("guild")]
	switch {
	case g == nil:
		return nil, refuse(unknownGuild)
	case g.members[s.self] == nil:
		return nil, refuse(missingAccess)
	case !s.guildPermissions(g, s.self).has(need):
		return nil, refuse(missingPermissions)
	}
	return g, nil
}

func (s *Server) getGuild(c *call) (any, error) {
	g, err := s.guildWith(c, 0)
	if err != nil {
		return nil, err
	}
	o := s.guildWire(g)
	if flag(c.URL.Query().Get("with_counts")) {
		o["approximate_member_count"], o["approximate_presence_count"] = len(g.members), len(g.members)
	}
	return o, nil
}

func (s *Server) getGuildChannels(c *call) (any, error) {
	g, err := s.guildWith(c, 0)
	if err != nil {
		return nil, err
	}
	return s.channelList(s.guildChannels(g, false)), nil
}

func (s *Server) getActiveThreads(c *call) (any, error) {
	g, err := s.guildWith(c, 0)
	if err != nil {
		return nil, err
	}
	return object{"threads": s.channelList(s.guildChannels(g, true)), "members": []any{}}, nil
}

func (s *Server) createChannel(c *call) (any, error) {
	g, err := s.guildWith(c, ManageChannels)
	if err != nil {
		return nil, err
	}
	b := c.body()
	var f form
	f.text("name", b["name"], 1, 100)
	f.text("topic", b["topic"], 0, 1024)
	if kind, ok := num(b["type"]); ok && kind != channelText {
		f.choices("type", "(0,)")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	ch := &channel{
		ID: s.ids.next(), GuildID: g.ID, Name: str(b["name"]), Topic: str(b["topic"]),
		Position: len(s.guildChannels(g, false)), Made: s.clock.Now(), Overwrites: readOverwrites(b["permission_overwrites"]),
	}
	s.channels[ch.ID] = ch
	s.channelChanged("CHANNEL_CREATE", ch)
	return created{s.channelWire(ch)}, nil
}

func readOverwrites(v any) []overwrite {
	var out []overwrite
	for _, item := range list(v) {
		o := obj(item)
		allow, _ := num(o["allow"])
		deny, _ := num(o["deny"])
		out = append(out, overwrite{str(o["id"]), whole(o["type"]), Permission(allow), Permission(deny)})
	}
	return out
}

func (s *Server) getRoles(c *call) (any, error) {
	g, err := s.guildWith(c, 0)
	if err != nil {
		return nil, err
	}
	return g.rolesWire(), nil
}

func (s *Server) getRole(c *call) (any, error) {
	g, r, err := s.roleOf(c, 0)
	if err != nil {
		return nil, err
	}
	return g.role(r.ID).wire(), nil
}

// roleOf finds the role of a path. If the bot needs a permission to act on
// it, the role must also stand below its own (topics/permissions#permission-hierarchy).
func (s *Server) roleOf(c *call, need Permission) (*guild, *role, error) {
	g, err := s.guildWith(c, need)
	if err != nil {
		return nil, nil, err
	}
	r := g.role(c.PathValue("role"))
	if r == nil {
		return nil, nil, refuse(unknownRole)
	}
	if need != 0 && r.Position >= g.rank(s.self) {
		return nil, nil, refuse(missingPermissions)
	}
	return g, r, nil
}

func (s *Server) createRole(c *call) (any, error) {
	g, err := s.guildWith(c, ManageRoles)
	if err != nil {
		return nil, err
	}
	r := &role{ID: s.ids.next(), Name: "new role", Permissions: g.role(g.ID).Permissions, Position: 1}
	if err := s.changeRole(g, r, c.body()); err != nil {
		return nil, err
	}
	for _, other := range g.Roles[1:] {
		other.Position++
	}
	g.Roles = append(g.Roles, r)
	s.roleChanged("GUILD_ROLE_CREATE", g, r)
	return r.wire(), nil
}

func (s *Server) editRole(c *call) (any, error) {
	g, r, err := s.roleOf(c, ManageRoles)
	if err != nil {
		return nil, err
	}
	if err := s.changeRole(g, r, c.body()); err != nil {
		return nil, err
	}
	s.roleChanged("GUILD_ROLE_UPDATE", g, r)
	return r.wire(), nil
}

// changeRole applies a body to a role; the bot grants only what it has.
func (s *Server) changeRole(g *guild, r *role, b object) error {
	name := r.Name
	if v := str(b["name"]); v != "" {
		name = v
	}
	if utf8.RuneCountInString(name) > 100 {
		return badForm("name", "BASE_TYPE_MAX_LENGTH", "Must be 100 or fewer in length.")
	}
	if v, ok := num(b["permissions"]); ok {
		if !s.guildPermissions(g, s.self).has(Permission(v)) {
			return refuse(missingPermissions)
		}
		r.Permissions = Permission(v)
	}
	r.Name = name
	if v, ok := num(b["color"]); ok {
		r.Color = int(v)
	}
	if v, ok := b["mentionable"].(bool); ok {
		r.Mentionable = v
	}
	return nil
}

func (s *Server) deleteRole(c *call) (any, error) {
	g, r, err := s.roleOf(c, ManageRoles)
	if err != nil {
		return nil, err
	}
	if r.ID == g.ID || r.Managed {
		return nil, refuse(missingPermissions)
	}
	g.Roles = slices.DeleteFunc(g.Roles, func(o *role) bool { return o == r })
	for _, m := range g.members {
		if i := slices.Index(m.Roles, r.ID); i >= 0 {
			m.Roles = slices.Delete(m.Roles, i, i+1)
			s.keepMember(m)
		}
	}
	s.roleChanged("GUILD_ROLE_DELETE", g, r)
	return nil, nil
}

func (s *Server) banWire(b *ban) object {
	return object{"user": s.people[b.User].user(), "reason": orNull(b.Reason)}
}

func (s *Server) getBans(c *call) (any, error) {
	g, err := s.guildWith(c, BanMembers)
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, b := range g.bans {
		out = append(out, s.banWire(b))
	}
	return out, nil
}

func (s *Server) getBan(c *call) (any, error) {
	g, err := s.guildWith(c, BanMembers)
	if err != nil {
		return nil, err
	}
	b := g.bans[c.PathValue("user")]
	if b == nil {
		return nil, refuse(unknownBan)
	}
	return s.banWire(b), nil
}

// mayPunish checks that the bot outranks a person, who need not be a member.
func (s *Server) mayPunish(g *guild, userID string) error {
	if s.people[userID] == nil {
		return refuse(unknownUser)
	}
	if g.rank(userID) >= g.rank(s.self) {
		return refuse(missingPermissions)
	}
	return nil
}

func (s *Server) putBan(c *call) (any, error) {
	g, err := s.guildWith(c, BanMembers)
	if err != nil {
		return nil, err
	}
	var f form
	seconds := c.body()["delete_message_seconds"]
	f.number("delete_message_seconds", seconds, 0, 604800)
	if err := f.err(); err != nil {
		return nil, err
	}
	if err := s.mayPunish(g, c.PathValue("user")); err != nil {
		return nil, err
	}
	s.ban(g, c.PathValue("user"), c.auditReason())
	s.purge(g, c.PathValue("user"), whole(seconds))
	return nil, nil
}

func (s *Server) bulkBan(c *call) (any, error) {
	g, err := s.guildWith(c, BanMembers|ManageGuild)
	if err != nil {
		return nil, err
	}
	var f form
	ids := list(c.body()["user_ids"])
	f.length("user_ids", len(ids), 1, 200)
	if err := f.err(); err != nil {
		return nil, err
	}
	done, failed := []string{}, []string{}
	for _, v := range ids {
		if s.mayPunish(g, str(v)) != nil {
			failed = append(failed, str(v))
			continue
		}
		s.ban(g, str(v), c.auditReason())
		s.purge(g, str(v), whole(c.body()["delete_message_seconds"]))
		done = append(done, str(v))
	}
	return object{"banned_users": done, "failed_users": failed}, nil
}

func (s *Server) deleteBan(c *call) (any, error) {
	g, err := s.guildWith(c, BanMembers)
	if err != nil {
		return nil, err
	}
	if g.bans[c.PathValue("user")] == nil {
		return nil, refuse(unknownBan)
	}
	s.unban(g, c.PathValue("user"))
	return nil, nil
}
