package slackwire

// userJSON is a person as the Web API and events give them.
func (s *Server) userJSON(p *person, locale bool) object {
	first, w := p.Display, s.space.team
	profile := object{
		"title": "", "phone": "", "real_name": p.Display, "real_name_normalized": p.Display,
		"display_name": p.Display, "display_name_normalized": p.Display, "first_name": first, "last_name": "",
		"status_text": "", "status_emoji": "", "status_expiration": 0, "avatar_hash": p.ID, "team": w.ID,
	}
	if p.Bot {
		profile["bot_id"], profile["api_app_id"] = w.BotID, w.AppID
	} else if s.app.grants("users:read.email") {
		profile["email"] = p.Email
	}
	at := s.clock.Now()
	u := object{
		"id": p.ID, "team_id": w.ID, "name": p.Name, "deleted": p.Deleted, "color": p.Colour, "real_name": p.Display,
		"tz": p.TZ, "tz_label": p.TZ, "tz_offset": zoneOffset(p.TZ, at), "profile": profile, "is_admin": p.Admin,
		"is_owner": p.Owner, "is_primary_owner": p.Owner, "is_restricted": p.Guest, "is_ultra_restricted": false,
		"is_bot": p.Bot, "is_app_user": false, "is_email_confirmed": !p.Bot, "updated": p.Updated.Unix(),
		"who_can_share_contact_card": "EVERYONE",
	}
	if locale {
		u["locale"] = p.Locale
	}
	return u
}

func usersInfo(c *call) (object, error) {
	p := c.space.person(c.args.text("user"))
	if p == nil {
		return nil, refuse("user_not_found")
	}
	return object{"user": c.userJSON(p, c.args.flag("include_locale"))}, nil
}

func usersList(c *call) (object, error) {
	list, meta, err := page(c, c.space.people, maxPage, func(p *person) string { return p.ID })
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, p := range list {
		out = append(out, c.userJSON(p, c.args.flag("include_locale")))
	}
	return object{"members": out, "cache_ts": c.clock.Now().Unix(), "response_metadata": meta}, nil
}

func usersLookupByEmail(c *call) (object, error) {
	for _, p := range c.space.people {
		if p.Email == c.args.text("email") && !p.Deleted && !p.Bot {
			return object{"user": c.userJSON(p, false)}, nil
		}
	}
	return nil, refuse("users_not_found")
}

func usergroupsList(c *call) (object, error) {
	out := []object{}
	for _, g := range c.space.groups {
		o := object{
			"id": g.ID, "team_id": c.space.team.ID, "is_usergroup": true, "is_subteam": true, "name": g.Name,
			"description": "", "handle": g.Handle, "is_external": false, "date_create": g.Created.Unix(),
			"date_update": g.Created.Unix(), "date_delete": 0, "auto_type": nil, "created_by": userID("admin"),
			"updated_by": userID("admin"), "deleted_by": nil, "prefs": object{"channels": []string{}, "groups": []string{}},
		}
		if c.args.flag("include_users") {
			o["users"] = g.Users
		}
		if c.args.flag("include_count") || c.args.flag("include_users") {
			o["user_count"] = len(g.Users)
		}
		out = append(out, o)
	}
	return object{"usergroups": out}, nil
}

func usergroupsUsersList(c *call) (object, error) {
	for _, g := range c.space.groups {
		if g.ID == c.args.text("usergroup") {
			return object{"users": append([]string{}, g.Users...)}, nil
		}
	}
	return nil, refuse("no_such_subteam")
}

// apiTest answers with its own arguments (docs.slack.dev/reference/methods/api.test).
func apiTest(c *call) (object, error) {
	if code := c.args.text("error"); code != "" {
		return nil, &refusal{code: code, extra: object{"args": c.args}}
	}
	return object{"args": c.args}, nil
}

func authTest(c *call) (object, error) {
	t := c.space.team
	return object{
		"url": "https://" + t.Domain + ".slack.com/", "team": t.Name, "user": botHandle, "team_id": t.ID,
		"user_id": t.BotUID, "bot_id": t.BotID, "is_enterprise_install": false,
	}, nil
}

func teamInfo(c *call) (object, error) {
	t := c.space.team
	if id := c.args.text("team"); id != "" && id != t.ID {
		return nil, refuse("team_not_found")
	}
	return object{"team": object{
		"id": t.ID, "name": t.Name, "domain": t.Domain, "url": "https://" + t.Domain + ".slack.com/",
		"email_domain": "", "icon": object{"image_default": true}, "is_verified": false,
		"locale": namesIn(t.Language).locale,
	}}, nil
}

func botsInfo(c *call) (object, error) {
	t := c.space.team
	if c.args.text("bot") != t.BotID {
		return nil, refuse("bot_not_found")
	}
	return object{"bot": object{
		"id": t.BotID, "deleted": false, "name": c.profile().Name, "updated": t.Created.Unix(), "app_id": t.AppID,
		"user_id": t.BotUID, "icons": object{},
	}}, nil
}

// emojiList answers with no emoji of the workspace's own.
func emojiList(c *call) (object, error) {
	return object{"emoji": object{}, "cache_ts": formatTS(c.clock.Now().UnixMicro()), "categories_version": "1"}, nil
}
