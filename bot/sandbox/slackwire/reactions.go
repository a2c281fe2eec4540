package slackwire

import (
	"regexp"
	"slices"
	"strings"
)

const maxReactions = 50 // different emoji on a message, docs.slack.dev/reference/methods/reactions.add

var emojiName = regexp.MustCompile(`^[\p{Ll}\p{N}_'+-]+(::skin-tone-[2-6])?$`)

// item returns the message that a call names by channel and timestamp.
func (c *call) item() (*channel, *message, error) {
	ts := c.args.text("timestamp")
	if !c.args.has("channel") || ts == "" {
		return nil, nil, refuse("no_item_specified")
	}
	ch, err := c.target("channel")
	if err != nil {
		return nil, nil, err
	}
	if _, ok := parseTS(ts); !ok {
		return nil, nil, refuse("bad_timestamp")
	}
	m := ch.find(ts)
	if m == nil {
		return nil, nil, refuse("message_not_found")
	}
	return ch, m, nil
}

func reactionsAdd(c *call) (object, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	name := strings.Trim(c.args.text("name"), ":")
	switch {
	case !emojiName.MatchString(name):
		return nil, refuse("invalid_name")
	case ch.Archived:
		return nil, refuse("is_archived")
	case reacted(m, name, c.space.team.BotUID):
		return nil, refuse("already_reacted")
	case len(m.Reactions) >= maxReactions && !slices.ContainsFunc(m.Reactions, func(r reaction) bool { return r.Name == name }):
		return nil, refuse("too_many_emoji")
	}
	c.react(ch, m, name, c.space.team.BotUID)
	return nil, nil
}

func reactionsRemove(c *call) (object, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	name := strings.Trim(c.args.text("name"), ":")
	if !reacted(m, name, c.space.team.BotUID) {
		return nil, refuse("no_reaction")
	}
	c.unreact(ch, m, name, c.space.team.BotUID)
	return nil, nil
}

func reactionsGet(c *call) (object, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	out := toObject(m.bare())
	out["permalink"] = c.space.permalink(ch, m.TS)
	return object{"type": "message", "channel": ch.ID, "message": out}, nil
}

func reacted(m *message, name, user string) bool {
	return slices.ContainsFunc(m.Reactions, func(r reaction) bool {
		return r.Name == name && slices.Contains(r.Users, user)
	})
}

func (s *Server) react(c *channel, m *message, name, user string) {
	i := slices.IndexFunc(m.Reactions, func(r reaction) bool { return r.Name == name })
	if i < 0 {
		m.Reactions, i = append(m.Reactions, reaction{Name: name}), len(m.Reactions)
	}
	m.Reactions[i].Users = append(m.Reactions[i].Users, user)
	m.Reactions[i].Count++
	s.reactionChanged("reaction_added", c, m, name, user)
}

func (s *Server) unreact(c *channel, m *message, name, user string) {
	i := slices.IndexFunc(m.Reactions, func(r reaction) bool { return r.Name == name })
	m.Reactions[i].Users = without(m.Reactions[i].Users, user)
	m.Reactions[i].Count--
	if m.Reactions[i].Count == 0 {
		m.Reactions = slices.Delete(m.Reactions, i, i+1)
	}
	s.reactionChanged("reaction_removed", c, m, name, user)
}

func (s *Server) reactionChanged(kind string, c *channel, m *message, name, user string) {
	s.keepMessage(c, m)
	s.show(c, m)
	s.emit(kind, c, object{
		"user": user, "reaction": name, "item_user": m.User,
		"item": object{"type": "message", "channel": c.ID, "ts": m.TS},
	})
}

func pinsAdd(c *call) (object, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	switch {
	case !ch.has(c.space.team.BotUID):
		return nil, refuse("not_in_channel")
	case slices.Contains(ch.Pins, m.TS):
		return nil, refuse("already_pinned")
	}
	ch.Pins, m.PinnedTo = append(ch.Pins, m.TS), []string{ch.ID}
	c.pinChanged("pin_added", ch, m)
	return nil, nil
}

func pinsRemove(c *call) (object, error) {
	ch, m, err := c.item()
	if err != nil {
		return nil, err
	}
	if !slices.Contains(ch.Pins, m.TS) {
		return nil, refuse("no_pin")
	}
	ch.Pins, m.PinnedTo = without(ch.Pins, m.TS), nil
	c.pinChanged("pin_removed", ch, m)
	return nil, nil
}

func (s *Server) pinChanged(kind string, c *channel, m *message) {
	s.keepChannel(c)
	s.keepMessage(c, m)
	s.show(c, m)
	s.emit(kind, c, object{
		"user": s.space.team.BotUID, "channel_id": c.ID,
		"item": object{"type": "message", "channel": c.ID, "created": s.clock.Now().Unix(), "message": m.bare()},
	})
}
