package discordwire

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Keys of the store.
const (
	keyMeta     = "discord/meta"
	keyPerson   = "discord/user/"
	keyGuild    = "discord/guild/"
	keyMember   = "discord/member/"
	keyBan      = "discord/ban/"
	keyChannel  = "discord/channel/"
	keyMessage  = "discord/msg/"
	keyCommands = "discord/commands/"
	keyFile     = "discord/file/"
)

type meta struct {
	Self string `json:"self"`
}

// keep remembers v under key. A store that fails breaks the server: every
// later request answers 500 rather than promise what a restart would forget.
func (s *Server) keep(key string, v any) {
	if err := s.store.Put(key, v); err != nil && s.broken == nil {
		s.broken = err
	}
}

func (s *Server) forget(key string) {
	if err := s.store.Delete(key); err != nil && s.broken == nil {
		s.broken = fmt.Errorf("forget %s: %w", key, err)
	}
}

func (s *Server) keepMember(m *member)   { s.keep(keyMember+m.Guild+"/"+m.User, m) }
func (s *Server) keepChannel(c *channel) { s.keep(keyChannel+c.ID, c) }
func (s *Server) keepGuild(g *guild)     { s.keep(keyGuild+g.ID, g) }

// keepMessage remembers a message that will still make sense after a restart:
// neither a private one nor one that waits for an answer.
func (s *Server) keepMessage(m *message) {
	if m.viewer == "" && !m.waiting() {
		s.keep(keyMessage+m.ChannelID+"/"+m.ID, storedMessage{m, m.reactors, m.pinnedAt, m.nonce})
	}
}

func (s *Server) load() error {
	var m meta
	if _, err := s.store.Get(keyMeta, &m); err != nil {
		return err
	}
	s.self = m.Self
	for _, step := range []struct {
		prefix string
		read   func(key string, raw json.RawMessage) error
	}{
		{keyPerson, s.loadPerson},
		{keyGuild, s.loadGuild},
		{keyMember, s.loadMember},
		{keyBan, s.loadBan},
		{keyChannel, s.loadChannel},
		{keyMessage, s.loadMessage},
		{keyCommands, s.loadCommands},
	} {
		if err := s.store.Each(step.prefix, step.read); err != nil {
			return fmt.Errorf("read %s: %w", step.prefix, err)
		}
	}
	return nil
}

func (s *Server) loadPerson(_ string, raw json.RawMessage) error {
	p := &person{}
	s.people[idOf(raw)] = p
	return json.Unmarshal(raw, p)
}

func (s *Server) loadGuild(_ string, raw json.RawMessage) error {
	g := &guild{members: map[string]*member{}, bans: map[string]*ban{}}
	s.guilds[idOf(raw)] = g
	return json.Unmarshal(raw, g)
}

func (s *Server) loadMember(_ string, raw json.RawMessage) error {
	m := &member{}
	if err := json.Unmarshal(raw, m); err != nil {
		return err
	}
	if g := s.guilds[m.Guild]; g != nil {
		g.members[m.User] = m
	}
	return nil
}

func (s *Server) loadBan(_ string, raw json.RawMessage) error {
	b := &ban{}
	if err := json.Unmarshal(raw, b); err != nil {
		return err
	}
	if g := s.guilds[b.Guild]; g != nil {
		g.bans[b.User] = b
	}
	return nil
}

func (s *Server) loadChannel(_ string, raw json.RawMessage) error {
	c := &channel{}
	id := idOf(raw)
	s.channels[id] = c
	s.ids.passed(id)
	return json.Unmarshal(raw, c)
}

func (s *Server) loadMessage(_ string, raw json.RawMessage) error {
	kept := storedMessage{message: &message{}}
	if err := json.Unmarshal(raw, &kept); err != nil {
		return err
	}
	m := kept.clean()
	m.reactors, m.pinnedAt, m.nonce = kept.Reactors, kept.PinnedAt, kept.Nonce
	s.remember(m)
	s.history(m.ChannelID).add(m)
	s.ids.passed(m.ID)
	return nil
}

func (s *Server) loadCommands(key string, raw json.RawMessage) error {
	var list []*command
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	for _, c := range list {
		s.ids.passed(c.Version)
	}
	s.commands[commandScope(strings.TrimPrefix(key, keyCommands))] = list
	return nil
}

// idOf reads the id of a stored object; what cannot be read fails right after
// in its own Unmarshal.
func idOf(raw json.RawMessage) string {
	var o struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal(raw, &o)
	return o.ID
}

func (s *Server) history(channelID string) *history {
	h := s.logs[channelID]
	if h == nil {
		h = &history{}
		s.logs[channelID] = h
	}
	return h
}
