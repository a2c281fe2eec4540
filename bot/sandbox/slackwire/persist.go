package slackwire

import (
	"encoding/json"
	"fmt"
	"strings"
)

// Keys of the Store.
const (
	keyTeam    = "slack/team"
	keyPerson  = "slack/person/"  // + order of arrival
	keyChannel = "slack/channel/" // + order of creation
	keyMessage = "slack/message/" // + channel / timestamp
	keyGroup   = "slack/group/"
	keyFile    = "slack/file/"
	keyModals  = "slack/modals/"
	keyHome    = "slack/home/"
	keyEvent   = "slack/event/"
)

// load reads the workspace, or makes and keeps one if there is none.
func (s *Server) load() error {
	s.space = workspace{files: map[string]*file{}, modals: map[string][]*view{}, homes: map[string]*view{}}
	found, err := s.store.Get(keyTeam, &s.space.team)
	if err != nil {
		return fmt.Errorf("read %s: %w", keyTeam, err)
	}
	if !found {
		s.found()
		return nil
	}
	for prefix, read := range map[string]func(string, json.RawMessage) error{
		keyPerson: into(&s.space.people), keyChannel: into(&s.space.channels), keyGroup: into(&s.space.groups),
		keyFile: intoMap(s.space.files), keyModals: intoMap(s.space.modals), keyHome: intoMap(s.space.homes),
	} {
		if err := s.store.Each(prefix, func(k string, raw json.RawMessage) error { return read(k[len(prefix):], raw) }); err != nil {
			return fmt.Errorf("read %s: %w", prefix, err)
		}
	}
	if err := s.store.Each(keyMessage, s.loadMessage); err != nil {
		return fmt.Errorf("read messages: %w", err)
	}
	return s.loadEvents()
}

func into[T any](list *[]*T) func(string, json.RawMessage) error {
	return func(_ string, raw json.RawMessage) error {
		v := new(T)
		*list = append(*list, v)
		return json.Unmarshal(raw, v)
	}
}

func intoMap[T any](vals map[string]T) func(string, json.RawMessage) error {
	return func(key string, raw json.RawMessage) error {
		var v T
		err := json.Unmarshal(raw, &v)
		vals[key] = v
		return err
	}
}

func (s *Server) loadMessage(key string, raw json.RawMessage) error {
	id, _, _ := strings.Cut(strings.TrimPrefix(key, keyMessage), "/")
	c := s.space.channel(id)
	if c == nil {
		return nil
	}
	m := &message{}
	if err := json.Unmarshal(raw, m); err != nil {
		return err
	}
	i, found := c.search(m.TS)
	if found {
		return nil
	}
	c.messages = append(c.messages[:i], append([]*message{m}, c.messages[i:]...)...)
	if at, _ := parseTS(m.TS); at > s.lastTS {
		s.lastTS = at
	}
	return nil
}

// keep writes to the Store. What cannot be written, on a full disk say, lives
// on in memory: the sandbox has nobody to tell.
func (s *Server) keep(key string, v any) { _ = s.store.Put(key, v) }

func (s *Server) keepMessage(c *channel, m *message) { s.keep(keyMessage+c.ID+"/"+m.TS, m) }

func (s *Server) keepPerson(p *person) {
	for i, q := range s.space.people {
		if p == q {
			s.keep(fmt.Sprintf("%s%06d", keyPerson, i), p)
		}
	}
}

func (s *Server) keepChannel(c *channel) {
	for i, d := range s.space.channels {
		if c == d {
			s.keep(fmt.Sprintf("%s%06d", keyChannel, i), c)
		}
	}
}
