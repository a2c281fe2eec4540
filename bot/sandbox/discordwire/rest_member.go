package discordwire

import (
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

var memberRoutes = routes{
	"GET /guilds/{guild}/members":                        (*Server).getMembers,
	"GET /guilds/{guild}/members/search":                 (*Server).searchMembers,
	"GET /guilds/{guild}/members/{user}":                 (*Server).getMember,
	"PATCH /guilds/{guild}/members/{user}":               (*Server).editMember,
	"PATCH /guilds/{guild}/members/@me":                  (*Server).editSelf,
	"DELETE /guilds/{guild}/members/{user}":              (*Server).kickMember,
	"PUT /guilds/{guild}/members/{user}/roles/{role}":    (*Server).giveRole,
	"DELETE /guilds/{guild}/members/{user}/roles/{role}": (*Server).takeRole,
}

// maxTimeout bounds a time-out (resources/guild#modify-guild-member).
const maxTimeout = 28 * 24 * time.Hour

// auditReason reads X-Audit-Log-Reason, which is URL-encoded
// (resources/audit-log).
func (c *call) auditReason() string {
	text, err := url.PathUnescape(c.Header.Get("X-Audit-Log-Reason"))
	if err != nil {
		return c.Header.Get("X-Audit-Log-Reason")
	}
	return text
}

func (s *Server) memberOf(c *call, need Permission) (*guild, *member, error) {
	g, err := s.guildWith(c, need)
	if err != nil {
		return nil, nil, err
	}
	id := c.PathValue("user")
	if s.people[id] == nil {
		return nil, nil, refuse(unknownUser)
	}
	m := g.members[id]
	if m == nil {
		return nil, nil, refuse(unknownMember)
	}
	return g, m, nil
}

// getMembers lists members by id; it needs the members intent
// (resources/guild#list-guild-members).
func (s *Server) getMembers(c *call) (any, error) {
	g, err := s.guildWith(c, 0)
	if err != nil {
		return nil, err
	}
	if s.opt.Privileged&IntentMembers == 0 {
		return nil, refuse(missingAccess)
	}
	n, err := c.limit(1000, 1)
	if err != nil {
		return nil, err
	}
	after := c.URL.Query().Get("after")
	out := []object{}
	for _, m := range g.sortedMembers() {
		if len(out) < n && (after == "" || idLess(after, m.User)) {
			out = append(out, s.memberWire(m, true))
		}
	}
	return out, nil
}

func (s *Server) searchMembers(c *call) (any, error) {
	g, err := s.guildWith(c, 0)
	if err != nil {
		return nil, err
	}
	query := c.URL.Query().Get("query")
	if query == "" {
		return nil, badForm("query", "BASE_TYPE_REQUIRED", "This field is required")
	}
	n, err := c.limit(1000, 1)
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, m := range s.membersCalled(g, query) {
		if len(out) < n {
			out = append(out, s.memberWire(m, true))
		}
	}
	return out, nil
}

// membersCalled finds members whose handle or names begin with query.
func (s *Server) membersCalled(g *guild, query string) []*member {
	query = strings.ToLower(query)
	return slices.DeleteFunc(g.sortedMembers(), func(m *member) bool {
		p := s.people[m.User]
		for _, name := range []string{p.Name, p.Display, m.Nick} {
			if strings.HasPrefix(strings.ToLower(name), query) {
				return false
			}
		}
		return true
	})
}

func (s *Server) getMember(c *call) (any, error) {
	_, m, err := s.memberOf(c, 0)
	if err != nil {
		return nil, err
	}
	return s.memberWire(m, true), nil
}

func (s *Server) editMember(c *call) (any, error) {
	g, m, err := s.memberOf(c, 0)
	if err != nil {
		return nil, err
	}
	next, err := s.editedMember(g, m, c.body())
	if err != nil {
		return nil, err
	}
	*m = next
	s.memberChanged(g, m)
	return s.memberWire(m, true), nil
}

func (s *Server) editedMember(g *guild, m *member, b object) (member, error) {
	next := *m
	may := s.guildPermissions(g, s.self)
	below := g.rank(m.User) < g.rank(s.self)
	if v, ok := b["nick"]; ok {
		if !may.has(ManageNicknames) || !below && m.User != s.self {
			return next, refuse(missingPermissions)
		}
		if utf8.RuneCountInString(str(v)) > 32 {
			return next, badForm("nick", "BASE_TYPE_MAX_LENGTH", "Must be 32 or fewer in length.")
		}
		next.Nick = str(v)
	}
	if v, ok := b["communication_disabled_until"]; ok {
		if !may.has(ModerateMembers) || !below || s.guildPermissions(g, m.User).has(Administrator) {
			return next, refuse(missingPermissions)
		}
		until, err := s.readTimeout(v)
		if err != nil {
			return next, err
		}
		next.Until = until
	}
	if v, ok := b["roles"]; ok {
		roles, err := s.readRoles(g, m, list(v))
		if err != nil {
			return next, err
		}
		next.Roles = roles
	}
	return next, nil
}

func (s *Server) readTimeout(v any) (*time.Time, error) {
	if v == nil {
		return nil, nil
	}
	until, err := time.Parse(time.RFC3339, str(v))
	if err != nil {
		return nil, badForm("communication_disabled_until", "DATE_TIME_TYPE_PARSE", "Could not parse "+str(v)+". Should be ISO8601.")
	}
	if until.After(s.clock.Now().Add(maxTimeout + time.Minute)) {
		return nil, badForm("communication_disabled_until", "INVALID_COMMUNICATION_DISABLED_TIMESTAMP", "Invalid communication disabled timestamp")
	}
	return &until, nil
}

// readRoles checks a whole new set of roles: each that comes or goes must be
// one the bot may give.
func (s *Server) readRoles(g *guild, m *member, ids []any) ([]string, error) {
	roles := []string{}
	for _, v := range ids {
		if g.role(str(v)) == nil {
			return nil, refuse(unknownRole)
		}
		roles = append(roles, str(v))
	}
	for _, id := range append(slices.Clone(roles), m.Roles...) {
		if slices.Contains(roles, id) != slices.Contains(m.Roles, id) {
			if err := s.mayGive(g, id); err != nil {
				return nil, err
			}
		}
	}
	return roles, nil
}

// mayGive checks that the bot may hand out a role: it manages roles, the role
// stands below its own and no integration owns it.
func (s *Server) mayGive(g *guild, roleID string) error {
	r := g.role(roleID)
	if r == nil {
		return refuse(unknownRole)
	}
	if !s.guildPermissions(g, s.self).has(ManageRoles) || r.Position >= g.rank(s.self) || r.Managed || r.ID == g.ID {
		return refuse(missingPermissions)
	}
	return nil
}

func (s *Server) editSelf(c *call) (any, error) {
	g, err := s.guildWith(c, ChangeNickname)
	if err != nil {
		return nil, err
	}
	m := g.members[s.self]
	if utf8.RuneCountInString(str(c.body()["nick"])) > 32 {
		return nil, badForm("nick", "BASE_TYPE_MAX_LENGTH", "Must be 32 or fewer in length.")
	}
	m.Nick = str(c.body()["nick"])
	s.memberChanged(g, m)
	return s.memberWire(m, true), nil
}

func (s *Server) kickMember(c *call) (any, error) {
	g, m, err := s.memberOf(c, KickMembers)
	if err != nil {
		return nil, err
	}
	if err := s.mayPunish(g, m.User); err != nil {
		return nil, err
	}
	s.removeMember(g, m.User)
	return nil, nil
}

func (s *Server) giveRole(c *call) (any, error) { return s.switchRole(c, true) }
func (s *Server) takeRole(c *call) (any, error) { return s.switchRole(c, false) }

func (s *Server) switchRole(c *call, on bool) (any, error) {
	g, m, err := s.memberOf(c, 0)
	if err != nil {
		return nil, err
	}
	id := c.PathValue("role")
	if err := s.mayGive(g, id); err != nil {
		return nil, err
	}
	i := slices.Index(m.Roles, id)
	switch {
	case on && i < 0:
		m.Roles = append(slices.Clone(m.Roles), id)
	case !on && i >= 0:
		m.Roles = slices.Delete(slices.Clone(m.Roles), i, i+1)
	default:
		return nil, nil
	}
	s.memberChanged(g, m)
	return nil, nil
}
