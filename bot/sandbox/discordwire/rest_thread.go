package discordwire

var threadRoutes = routes{
	"POST /channels/{channel}/messages/{message}/threads": (*Server).threadFromMessage,
	"POST /channels/{channel}/threads":                    (*Server).threadAlone,
	"GET /channels/{channel}/threads/archived/public":     (*Server).archivedThreads,
	"PUT /channels/{channel}/thread-members/@me":          (*Server).joinThread,
	"DELETE /channels/{channel}/thread-members/@me":       (*Server).joinThread,
	"PUT /channels/{channel}/thread-members/{user}":       (*Server).joinThread,
	"DELETE /channels/{channel}/thread-members/{user}":    (*Server).joinThread,
}

// threadFromMessage starts a thread under a message; the thread takes the
// message's id (resources/channel#start-thread-from-message).
func (s *Server) threadFromMessage(c *call) (any, error) {
	ch, m, err := s.messageOf(c, CreatePublicThreads)
	if err != nil {
		return nil, err
	}
	if ch.isDirect() || ch.isThread() {
		return nil, refuse(onlyInGuild)
	}
	if s.channels[m.ID] != nil {
		return nil, refuse(threadExists)
	}
	th, err := s.startThread(ch, m.ID, c.body())
	if err != nil {
		return nil, err
	}
	m.Flags |= flagHasThread
	m.Thread = s.channelWire(th)
	s.messageChanged(m)
	return created{s.channelWire(th)}, nil
}

func (s *Server) threadAlone(c *call) (any, error) {
	ch, err := s.channelWith(c, CreatePublicThreads)
	if err != nil {
		return nil, err
	}
	if ch.isDirect() || ch.isThread() {
		return nil, refuse(onlyInGuild)
	}
	th, err := s.startThread(ch, s.ids.next(), c.body())
	if err != nil {
		return nil, err
	}
	note := s.newMessage(ch, s.people[s.self])
	note.Type, note.Content = messageThread, th.Name
	note.Reference = object{"type": 0, "channel_id": th.ID, "guild_id": ch.GuildID}
	s.messageMade(note)
	return created{s.channelWire(th)}, nil
}

func (s *Server) startThread(parent *channel, id string, b object) (*channel, error) {
	var f form
	f.text("name", b["name"], 1, 100)
	if n, ok := num(b["auto_archive_duration"]); ok && n != 60 && n != 1440 && n != 4320 && n != 10080 {
		f.choices("auto_archive_duration", "(60, 1440, 4320, 10080)")
	}
	if err := f.err(); err != nil {
		return nil, err
	}
	th := &channel{
		ID: id, Type: channelThread, GuildID: parent.GuildID, ParentID: parent.ID,
		Name: str(b["name"]), OwnerID: s.self, Made: s.clock.Now(), Position: parent.Position,
	}
	s.channels[id] = th
	s.channelChanged("THREAD_CREATE", th)
	return th, nil
}

func (s *Server) archivedThreads(c *call) (any, error) {
	ch, err := s.channelWith(c, ReadMessageHistory)
	if err != nil {
		return nil, err
	}
	out := []object{}
	if g := s.guilds[ch.GuildID]; g != nil {
		for _, th := range s.guildChannels(g, true) {
			if th.ParentID == ch.ID && th.Archived {
				out = append(out, s.channelWire(th))
			}
		}
	}
	return object{"threads": out, "members": []any{}, "has_more": false}, nil
}

// joinThread serves joining and leaving alike: this Discord shows a public
// thread to whoever sees its channel, joined or not.
func (s *Server) joinThread(c *call) (any, error) {
	ch, err := s.channelWith(c, 0)
	if err != nil {
		return nil, err
	}
	if !ch.isThread() {
		return nil, refuse(unknownChannel)
	}
	return nil, nil
}
