package slackwire

import (
	"encoding/json"
	"slices"
	"strconv"

	"animo/bot/sandbox/world"
)

func itoa(n int) string { return strconv.Itoa(n) }

// postMessage adds a message to a channel and tells everybody. It gives the
// message its type and timestamp. The caller holds s.mu.
func (s *Server) postMessage(c *channel, m *message) {
	m.Type, m.TS = "message", s.nextTS()
	c.messages = append(c.messages, m)
	s.keepMessage(c, m)
	if m.ThreadTS != "" {
		s.replied(c, m)
	}
	s.show(c, m)
	e := toObject(m.bare())
	e["channel"], e["channel_type"] = c.ID, c.Kind
	s.emitMessage(c, e)
	if m.BotID == "" && m.Subtype == "" && c.Kind != kindDirect && mentions(m.Text, s.space.team.BotUID) {
		mention := toObject(m.bare())
		mention["channel"] = c.ID
		s.emit("app_mention", c, mention)
	}
}

// replied brings the first message of a thread up to date.
func (s *Server) replied(c *channel, m *message) {
	parent := c.find(m.ThreadTS)
	if parent == nil {
		return
	}
	parent.ThreadTS = parent.TS
	parent.ReplyCount++
	parent.LatestReply = m.TS
	if !slices.Contains(parent.ReplyUsers, m.User) {
		parent.ReplyUsers = append(parent.ReplyUsers, m.User)
	}
	parent.ReplyUsersN = len(parent.ReplyUsers)
	s.keepMessage(c, parent)
	s.show(c, parent)
}

// unreplied brings the first message of a thread up to date once a reply is
// gone.
func (s *Server) unreplied(c *channel, m *message) {
	parent := c.find(m.ThreadTS)
	if parent == nil || parent == m {
		return
	}
	parent.ReplyCount, parent.LatestReply, parent.ReplyUsers = 0, "", nil
	for _, r := range c.messages {
		if r.ThreadTS != parent.TS || r == parent {
			continue
		}
		parent.ReplyCount++
		parent.LatestReply = r.TS
		if !slices.Contains(parent.ReplyUsers, r.User) {
			parent.ReplyUsers = append(parent.ReplyUsers, r.User)
		}
	}
	if parent.ReplyUsersN = len(parent.ReplyUsers); parent.ReplyCount == 0 {
		parent.ThreadTS = ""
	}
	s.keepMessage(c, parent)
	s.show(c, parent)
}

// changed makes a message's edit known. before is a copy from earlier.
func (s *Server) changed(c *channel, before, m *message) {
	ts := s.nextTS()
	m.Edited = &edit{User: m.User, TS: ts}
	s.keepMessage(c, m)
	s.show(c, m)
	s.emitMessage(c, object{
		"type": "message", "subtype": "message_changed", "hidden": true, "channel": c.ID, "channel_type": c.Kind,
		"ts": ts, "message": m.bare(), "previous_message": before.bare(),
	})
}

// remove deletes a message and makes it known.
func (s *Server) remove(c *channel, m *message) {
	i, found := c.search(m.TS)
	if !found {
		return
	}
	c.messages = slices.Delete(c.messages, i, i+1)
	_ = s.store.Delete(keyMessage + c.ID + "/" + m.TS) // as keep: nobody to tell
	s.unreplied(c, m)
	s.feed.Publish(world.Event{Kind: world.EventDeleted, Channel: c.ID, Data: world.Message{ID: m.TS, Channel: c.ID}})
	s.emitMessage(c, object{
		"type": "message", "subtype": "message_deleted", "hidden": true, "channel": c.ID, "channel_type": c.Kind,
		"ts": s.nextTS(), "deleted_ts": m.TS, "previous_message": m.bare(),
	})
}

// show hands a message to the people who have the channel before them.
func (s *Server) show(c *channel, m *message) {
	s.feed.Publish(world.Event{Kind: world.EventMessage, Channel: c.ID, Data: asSeen(c, m)})
}

// asSeen is a message as the control interface gives it.
func asSeen(c *channel, m *message) world.Message {
	w := world.Message{
		ID: m.TS, Channel: c.ID, Author: m.User, At: timeOf(m.TS), Edited: m.Edited != nil,
		Private: m.Ephemeral, Native: toJSON(m.bare()),
	}
	if m.ThreadTS != m.TS {
		w.Thread = m.ThreadTS
	}
	return w
}

// keptPrivate is how many ephemeral messages of a person in a channel are kept.
const keptPrivate = 100

func privateKey(user, channelID string) string { return user + "/" + channelID }

// whisper shows a message to one person only. Slack keeps it nowhere.
func (s *Server) whisper(c *channel, user string, m *message) {
	m.Type, m.TS, m.Ephemeral = "message", s.nextTS(), true
	key := privateKey(user, c.ID)
	list := append(s.private[key], m)
	s.private[key] = list[max(0, len(list)-keptPrivate):]
	s.showPrivate(c, user, m)
	s.answered(user, c.ID, m.TS)
}

func (s *Server) showPrivate(c *channel, user string, m *message) {
	s.feed.Publish(world.Event{Kind: world.EventMessage, Channel: c.ID, For: user, Data: asSeen(c, m)})
}

// whispered returns a person's ephemeral message.
func (s *Server) whispered(user, channelID, ts string) *message {
	for _, m := range s.private[privateKey(user, channelID)] {
		if m.TS == ts {
			return m
		}
	}
	return nil
}

func (s *Server) unwhisper(c *channel, user, ts string) {
	key := privateKey(user, c.ID)
	s.private[key] = slices.DeleteFunc(s.private[key], func(m *message) bool { return m.TS == ts })
	s.feed.Publish(world.Event{
		Kind: world.EventDeleted, Channel: c.ID, For: user, Data: world.Message{ID: ts, Channel: c.ID, Private: true},
	})
}

// visible returns a message that a person can see: of the channel, or their
// own ephemeral one.
func (s *Server) visible(user string, c *channel, ts string) *message {
	if m := s.whispered(user, c.ID, ts); m != nil {
		return m
	}
	if !s.space.sees(user, c) {
		return nil
	}
	return c.find(ts)
}

// blocksOf returns the blocks of a message, its attachments' too.
func blocksOf(m *message) []any {
	var blocks, attachments []any
	if len(m.Blocks) > 0 && decode(m.Blocks, &blocks) != nil {
		return nil
	}
	if len(m.Attachments) > 0 && json.Unmarshal(m.Attachments, &attachments) == nil {
		for _, v := range attachments {
			a, _ := v.(object)
			more, _ := a["blocks"].([]any)
			blocks = append(blocks, more...)
		}
	}
	return blocks
}
