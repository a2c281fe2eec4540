package discordwire

import (
	"slices"
	"time"

	"animo/bot/sandbox/world"
)

var channelRoutes = routes{
	"GET /channels/{channel}":                         (*Server).getChannel,
	"PATCH /channels/{channel}":                       (*Server).editChannel,
	"DELETE /channels/{channel}":                      (*Server).deleteChannel,
	"PUT /channels/{channel}/permissions/{target}":    (*Server).putOverwrite,
	"DELETE /channels/{channel}/permissions/{target}": (*Server).deleteOverwrite,
	"POST /channels/{channel}/typing":                 (*Server).typing,
}

// channelWith finds the channel of a path. The bot must see it (50001) and
// must have the permissions needed (50013).
func (s *Server) channelWith(c *call, need Permission) (*channel, error) {
	ch := s.channels[c.PathValue("channel")]
	if ch == nil {
		return nil, refuse(unknownChannel)
	}
	have := s.permissions(ch, s.self)
	if !have.has(ViewChannel) {
		return nil, refuse(missingAccess)
	}
	if !have.has(need) {
		return nil, refuse(missingPermissions)
	}
	return ch, nil
}

func (s *Server) getChannel(c *call) (any, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	return s.channelWire(ch), nil
}

func (s *Server) editChannel(c *call) (any, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	if ch.isDirect() {
		return nil, refuse(onlyInGuild)
	}
	need := ManageChannels
	if ch.isThread() {
		need = ManageThreads
	}
	if !s.permissions(ch, s.self).has(need) && ch.OwnerID != s.self {
		return nil, refuse(missingPermissions)
	}
	b := c.body()
	var f form
	if v, ok := b["name"]; ok {
		f.text("name", v, 1, 100)
	}
	f.text("topic", b["topic"], 0, 1024)
	if err := f.err(); err != nil {
		return nil, err
	}
	ch.edit(b)
	if ch.isThread() {
		s.channelChanged("THREAD_UPDATE", ch)
	} else {
		s.channelChanged("CHANNEL_UPDATE", ch)
	}
	return s.channelWire(ch), nil
}

func (ch *channel) edit(b object) {
	if v := str(b["name"]); v != "" {
		ch.Name = v
	}
	if v, ok := b["topic"]; ok {
		ch.Topic = str(v)
	}
	if v, ok := num(b["position"]); ok {
		ch.Position = int(v)
	}
	if v, ok := b["archived"].(bool); ok {
		ch.Archived = v
	}
	if v, ok := b["locked"].(bool); ok {
		ch.Locked = v
	}
	if v, ok := b["permission_overwrites"]; ok {
		ch.Overwrites = readOverwrites(v)
	}
}

func (s *Server) deleteChannel(c *call) (any, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	o := s.channelWire(ch)
	if ch.isDirect() {
		return o, nil // closes it for the bot; the other end keeps it
	}
	need, name := ManageChannels, "CHANNEL_DELETE"
	if ch.isThread() {
		need, name = ManageThreads, "THREAD_DELETE"
	}
	if !s.permissions(ch, s.self).has(need) {
		return nil, refuse(missingPermissions)
	}
	s.removeChannel(ch, name)
	return o, nil
}

func (s *Server) removeChannel(ch *channel, name string) {
	for _, m := range slices.Clone(s.history(ch.ID).list) {
		s.dropMessage(m)
	}
	delete(s.channels, ch.ID)
	s.channelChanged(name, ch)
	delete(s.logs, ch.ID)
}

func (s *Server) putOverwrite(c *call) (any, error) {
	ch, err := s.channelWith(c, ManageRoles)
	if err != nil {
		return nil, err
	}
	b := c.body()
	allow, _ := num(b["allow"])
	deny, _ := num(b["deny"])
	o := overwrite{c.PathValue("target"), whole(b["type"]), Permission(allow), Permission(deny)}
	if !s.permissions(ch, s.self).has(o.Allow | o.Deny) {
		return nil, refuse(missingPermissions)
	}
	if i := ch.overwriteFor(o.ID); i >= 0 {
		ch.Overwrites[i] = o
	} else {
		ch.Overwrites = append(ch.Overwrites, o)
	}
	s.channelChanged("CHANNEL_UPDATE", ch)
	return nil, nil
}

func (ch *channel) overwriteFor(id string) int {
	return slices.IndexFunc(ch.Overwrites, func(o overwrite) bool { return o.ID == id })
}

func (s *Server) deleteOverwrite(c *call) (any, error) {
	ch, err := s.channelWith(c, ManageRoles)
	if err != nil {
		return nil, err
	}
	i := ch.overwriteFor(c.PathValue("target"))
	if i < 0 {
		return nil, refuse(unknownOverwrite)
	}
	ch.Overwrites = slices.Delete(ch.Overwrites, i, i+1)
	s.channelChanged("CHANNEL_UPDATE", ch)
	return nil, nil
}

func (s *Server) typing(c *call) (any, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	if !s.canWrite(ch, s.self) {
		return nil, refuse(missingPermissions)
	}
	s.feed.Publish(world.Event{Kind: world.EventTyping, Channel: ch.ID})
	return nil, nil
}

// purge deletes a banned person's messages of the last seconds.
func (s *Server) purge(g *guild, userID string, seconds int) {
	since := s.clock.Now().Add(-time.Duration(seconds) * time.Second)
	if seconds == 0 {
		return
	}
	for _, ch := range s.channels {
		if ch.GuildID != g.ID {
			continue
		}
		for _, m := range slices.Clone(s.history(ch.ID).list) {
			if m.Author.ID == userID && idTime(m.ID).After(since) {
				s.messageGone(m)
			}
		}
	}
}
