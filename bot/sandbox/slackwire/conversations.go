package slackwire

import (
	"encoding/base64"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	maxPage      = 999 // docs.slack.dev/reference/methods/conversations.list
	defaultPage  = 100
	maxTopic     = 250 // docs.slack.dev/reference/methods/conversations.setTopic
	maxOpenUsers = 8   // docs.slack.dev/reference/methods/conversations.open
)

// readScope and historyScope name the scope for a kind of channel.
func readScope(kind string) string    { return scopeFamily(kind) + ":read" }
func historyScope(kind string) string { return scopeFamily(kind) + ":history" }

func scopeFamily(kind string) string {
	switch kind {
	case kindPrivate:
		return "groups"
	case kindDirect:
		return "im"
	}
	return "channels"
}

// channelJSON is a channel as the Web API and events give it.
func (s *Server) channelJSON(c *channel) object {
	set := object{"value": c.Topic, "creator": c.Creator, "last_set": c.TopicSet.Unix()}
	if c.Kind == kindDirect {
		return object{
			"id": c.ID, "created": c.Created.Unix(), "is_im": true, "is_org_shared": false, "user": c.User,
			"is_archived": false, "is_user_deleted": s.gone(c.User), "context_team_id": s.space.team.ID,
			"is_channel": false, "is_group": false, "is_mpim": false, "is_private": true, "priority": 0,
		}
	}
	return object{
		"id": c.ID, "name": c.Name, "name_normalized": c.Name, "created": c.Created.Unix(), "creator": c.Creator,
		"is_channel": true, "is_group": false, "is_im": false, "is_mpim": false, "is_private": c.Kind == kindPrivate,
		"is_archived": c.Archived, "is_general": c.General, "is_member": c.has(s.space.team.BotUID),
		"is_read_only": c.Restricted, "is_thread_only": false,
		"is_shared": false, "is_ext_shared": false, "is_org_shared": false, "unlinked": 0, "parent_conversation": nil,
		"shared_team_ids": []string{s.space.team.ID}, "pending_shared": []string{}, "previous_names": []string{},
		"context_team_id": s.space.team.ID, "updated": c.TopicSet.UnixMilli(), "topic": set,
		"purpose": object{"value": "", "creator": "", "last_set": 0}, "num_members": len(c.Members),
	}
}

func (s *Server) gone(user string) bool {
	p := s.space.person(user)
	return p == nil || p.Deleted
}

// page cuts a list by the call's limit and cursor. key names an item in the
// cursor, which reads "team:KEY" in base64.
func page[T any](c *call, list []T, def int, key func(T) string) ([]T, object, error) {
	limit, ok := c.args.count("limit", def)
	if limit == 0 {
		limit = def
	}
	if !ok || limit < 1 || limit > maxPage+1 {
		return nil, nil, refuse("invalid_limit")
	}
	if cursor := c.args.text("cursor"); cursor != "" {
		raw, err := base64.StdEncoding.DecodeString(cursor)
		from, found := strings.CutPrefix(string(raw), "team:")
		i := slices.IndexFunc(list, func(v T) bool { return key(v) == from })
		if err != nil || !found || i < 0 {
			return nil, nil, refuse("invalid_cursor")
		}
		list = list[i:]
	}
	next := ""
	if len(list) > limit {
		next = base64.StdEncoding.EncodeToString([]byte("team:" + key(list[limit])))
		list = list[:limit]
	}
	return list, object{"next_cursor": next}, nil
}

// kinds reads the argument "types" and wants its scopes.
func (c *call) kinds() ([]string, error) {
	types := c.args.list("types")
	if len(types) == 0 {
		types = []string{"public_channel"}
	}
	var kinds []string
	for _, t := range types {
		switch t {
		case "public_channel":
			kinds = append(kinds, kindPublic)
		case "private_channel":
			kinds = append(kinds, kindPrivate)
		case "im":
			kinds = append(kinds, kindDirect)
		case "mpim":
			if err := c.needs("mpim:read"); err != nil {
				return nil, err
			}
			continue
		default:
			return nil, refuse("invalid_types")
		}
		if err := c.needs(readScope(kinds[len(kinds)-1])); err != nil {
			return nil, err
		}
	}
	return kinds, nil
}

func conversationsList(c *call) (object, error) {
	return c.listChannels(func(ch *channel) bool {
		return ch.Kind == kindPublic || ch.has(c.space.team.BotUID)
	})
}

func usersConversations(c *call) (object, error) {
	user := or(c.args.text("user"), c.space.team.BotUID)
	if c.space.person(user) == nil {
		return nil, refuse("user_not_found")
	}
	return c.listChannels(func(ch *channel) bool {
		return ch.has(user) && (ch.Kind == kindPublic || ch.has(c.space.team.BotUID))
	})
}

func (c *call) listChannels(known func(*channel) bool) (object, error) {
	kinds, err := c.kinds()
	if err != nil {
		return nil, err
	}
	var list []*channel
	for _, ch := range c.space.channels {
		if slices.Contains(kinds, ch.Kind) && known(ch) && (!ch.Archived || !c.args.flag("exclude_archived")) {
			list = append(list, ch)
		}
	}
	list, meta, err := page(c, list, defaultPage, func(ch *channel) string { return ch.ID })
	if err != nil {
		return nil, err
	}
	out := []object{}
	for _, ch := range list {
		out = append(out, c.channelJSON(ch))
	}
	return object{"channels": out, "response_metadata": meta}, nil
}

func conversationsInfo(c *call) (object, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	if err := c.needs(readScope(ch.Kind)); err != nil {
		return nil, err
	}
	out := c.channelJSON(ch)
	if !c.args.flag("include_num_members") {
		delete(out, "num_members")
	}
	if c.args.flag("include_locale") {
		out["locale"] = namesIn(c.space.team.Language).locale
	}
	return object{"channel": out}, nil
}

func conversationsMembers(c *call) (object, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	if err := c.needs(readScope(ch.Kind)); err != nil {
		return nil, err
	}
	list, meta, err := page(c, ch.Members, defaultPage, func(id string) string { return id })
	if err != nil {
		return nil, err
	}
	return object{"members": append([]string{}, list...), "response_metadata": meta}, nil
}

func conversationsOpen(c *call) (object, error) {
	if id := c.args.text("channel"); id != "" {
		ch := c.space.channel(id)
		if ch == nil || ch.Kind != kindDirect {
			return nil, refuse("channel_not_found")
		}
		return c.opened(ch, true), nil
	}
	users := c.args.list("users")
	switch {
	case len(users) == 0:
		return nil, refuse("users_list_not_supplied")
	case len(users) > maxOpenUsers:
		return nil, refuse("too_many_users")
	case len(users) > 1:
		return nil, refuse("method_not_supported_for_channel_type") // group conversations are not part of this Slack
	}
	p := c.space.person(users[0])
	switch {
	case p == nil:
		return nil, refuse("user_not_found")
	case p.Deleted:
		return nil, refuse("user_disabled")
	case p.Bot:
		return nil, refuse("invalid_user_combination")
	}
	known := c.space.channel(stableID("D", p.Name)) != nil
	return c.opened(c.direct(p), known), nil
}

func (c *call) opened(ch *channel, before bool) object {
	out := object{"channel": object{"id": ch.ID}}
	if c.args.flag("return_im") {
		out["channel"] = c.channelJSON(ch)
	}
	if before {
		out["no_op"], out["already_open"] = true, true
	}
	return out
}

func conversationsJoin(c *call) (object, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	switch {
	case ch.Kind != kindPublic:
		return nil, refuse("method_not_supported_for_channel_type")
	case ch.Archived:
		return nil, refuse("is_archived")
	}
	out := object{}
	if bot := c.space.person(c.space.team.BotUID); ch.has(bot.ID) {
		out["warning"] = "already_in_channel"
	} else {
		c.join(ch, bot, "")
	}
	out["channel"] = c.channelJSON(ch)
	return out, nil
}

func conversationsSetTopic(c *call) (object, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	scopes := []string{"channels:write.topic", "channels:manage"}
	if ch.Kind != kindPublic {
		scopes = []string{scopeFamily(ch.Kind) + ":write.topic", scopeFamily(ch.Kind) + ":write"}
	}
	topic := c.args.text("topic")
	if err := c.needs(scopes...); err != nil {
		return nil, err
	}
	switch {
	case !ch.has(c.space.team.BotUID):
		return nil, refuse("not_in_channel")
	case ch.Archived:
		return nil, refuse("is_archived")
	case utf8.RuneCountInString(topic) > maxTopic:
		return nil, refuse("too_long")
	}
	ch.Topic, ch.TopicSet = topic, c.clock.Now().UTC().Truncate(time.Second)
	c.keepChannel(ch)
	m := c.botMessage(content{text: "set the channel topic: " + topic})
	m.Subtype, m.Topic = kindTopic(ch), topic
	c.postMessage(ch, m)
	c.stateChanged()
	return object{"channel": c.channelJSON(ch)}, nil
}

func kindTopic(c *channel) string {
	if c.Kind == kindPrivate {
		return "group_topic"
	}
	return "channel_topic"
}
