package discordwire

import (
	"net/http"
	"strings"
)

var selfRoutes = routes{
	"GET /gateway":                     (*Server).getGateway,
	"GET /gateway/bot":                 (*Server).getGatewayBot,
	"GET /users/@me":                   (*Server).getSelf,
	"GET /users/{user}":                (*Server).getUser,
	"GET /users/@me/guilds":            (*Server).getSelfGuilds,
	"POST /users/@me/channels":         (*Server).openDirect,
	"GET /applications/@me":            (*Server).getApplication,
	"GET /oauth2/applications/@me":     (*Server).getApplication,
	"GET /guilds/{guild}/audit-logs":   (*Server).getAuditLog,
	"GET /applications/{app}/emojis":   (*Server).getAppEmojis,
	"GET /guilds/{guild}/emojis":       (*Server).getGuildEmojis,
	"GET /guilds/{guild}/integrations": (*Server).getGuildEmojis,
}

// Application flags (resources/application#application-object-application-flags).
const (
	appPresence        = 1 << 12
	appPresenceLimited = 1 << 13
	appMembers         = 1 << 14
	appMembersLimited  = 1 << 15
	appContent         = 1 << 18
	appContentLimited  = 1 << 19
)

func gatewayURL(r *http.Request) string { return "ws://" + r.Host + "/gateway" }

func (s *Server) getGateway(c *call) (any, error) {
	return object{"url": gatewayURL(c.Request)}, nil
}

func (s *Server) getGatewayBot(c *call) (any, error) {
	return object{
		"url": gatewayURL(c.Request), "shards": s.opt.Shards,
		"session_start_limit": object{"total": 1000, "remaining": 999, "reset_after": 14400000, "max_concurrency": s.opt.Concurrency},
	}, nil
}

// selfUser is the bot's own user, with the fields only it may see.
func (s *Server) selfUser() object {
	p := s.people[s.self]
	return object{
		"id": p.ID, "username": p.Name, "discriminator": "0001", "global_name": nil, "avatar": nil, "bot": true,
		"public_flags": 0, "flags": 0, "verified": true, "mfa_enabled": true, "email": nil, "locale": "en-US",
		"primary_guild": nil, "banner": nil, "accent_color": nil,
	}
}

func (s *Server) getSelf(*call) (any, error) { return s.selfUser(), nil }

func (s *Server) getUser(c *call) (any, error) {
	p := s.people[c.PathValue("user")]
	if p == nil {
		return nil, refuse(unknownUser)
	}
	return p.user(), nil
}

func (s *Server) getSelfGuilds(*call) (any, error) {
	var list []object
	for _, g := range s.sortedGuilds() {
		list = append(list, object{
			"id": g.ID, "name": g.Name, "icon": nil, "banner": nil, "owner": false,
			"permissions": permString(s.guildPermissions(g, s.self)), "features": []string{"COMMUNITY"},
		})
	}
	return list, nil
}

// applicationFlags show the privileged intents of an app in few guilds, as
// the developer portal's switches set them.
func (s *Server) applicationFlags() int {
	flags := 1 << 23 // APPLICATION_COMMAND_BADGE
	for intent, bit := range map[Intents]int{
		IntentPresences: appPresenceLimited, IntentMembers: appMembersLimited, IntentMessageContent: appContentLimited,
	} {
		if s.opt.Privileged&intent != 0 {
			flags |= bit
		}
	}
	return flags
}

func (s *Server) getApplication(*call) (any, error) {
	return object{
		"id": s.self, "name": "Animo", "icon": nil, "description": "", "summary": "", "type": nil,
		"bot": s.people[s.self].user(), "bot_public": false, "bot_require_code_grant": false,
		"verify_key": strings.Repeat("0", 64), "flags": s.applicationFlags(), "hook": true,
		"approximate_guild_count": len(s.guilds), "approximate_user_install_count": 0,
		"redirect_uris": []string{}, "interactions_endpoint_url": nil, "role_connections_verification_url": nil,
		"owner": s.people[s.guilds[homeGuild].OwnerID].user(), "team": nil,
	}, nil
}

func (s *Server) getAuditLog(c *call) (any, error) {
	if _, err := s.guildWith(c, ViewAuditLog); err != nil {
		return nil, err
	}
	return object{
		"audit_log_entries": []any{}, "users": []any{}, "webhooks": []any{}, "integrations": []any{}, "threads": []any{},
		"application_commands": []any{}, "auto_moderation_rules": []any{}, "guild_scheduled_events": []any{},
	}, nil
}

func (s *Server) getAppEmojis(*call) (any, error) { return object{"items": []any{}}, nil }

func (s *Server) getGuildEmojis(c *call) (any, error) {
	if _, err := s.guildWith(c, 0); err != nil {
		return nil, err
	}
	return []any{}, nil
}

// openDirect opens, or finds, the direct message with a person
// (resources/user#create-dm).
func (s *Server) openDirect(c *call) (any, error) {
	var f form
	id := str(c.body()["recipient_id"])
	if id == "" {
		f.required("recipient_id")
		return nil, f.err()
	}
	p := s.people[id]
	if p == nil {
		return nil, badForm("recipient_id", "INVALID_RECIPIENT", "Invalid Recipient(s)")
	}
	if p.Bot {
		return nil, refuse(cannotMessageUser)
	}
	return s.channelWire(s.direct(p)), nil
}

// direct finds or makes the direct message between the bot and a person.
func (s *Server) direct(p *person) *channel {
	for _, ch := range s.channels {
		if ch.isDirect() && ch.With == p.ID {
			return ch
		}
	}
	ch := &channel{ID: s.ids.next(), Type: channelDirect, With: p.ID, Made: s.clock.Now()}
	s.channels[ch.ID] = ch
	s.channelChanged("CHANNEL_CREATE", ch)
	return ch
}

// serveFile gives back a file that the bot sent.
func (s *Server) serveFile(w http.ResponseWriter, r *http.Request) {
	var f storedFile
	ok, err := s.store.Get(keyFile+r.PathValue("id"), &f)
	if err != nil || !ok || f.Name != r.PathValue("name") {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", f.ContentType)
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Content-Security-Policy", "sandbox")
	_, _ = w.Write(f.Data)
}
