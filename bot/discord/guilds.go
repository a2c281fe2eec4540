package discord

import (
	"encoding/json"
	"slices"
	"sync"

	"github.com/bwmarrin/discordgo"
)

// guild is what the adapter remembers of one, roles and channels by id.
type guild struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Locale string `json:"preferred_locale"`
	Owner  string `json:"owner_id"`

	roles    map[string]role
	channels map[string]channel // threads included
	mine     []string           // the bot's roles
}

type role struct {
	ID          string     `json:"id"`
	Name        string     `json:"name"`
	Permissions permission `json:"permissions"`
	Position    int        `json:"position"`
	Managed     bool       `json:"managed"` // by an integration, or given to those who boost
}

type channel struct {
	ID         string                `json:"id"`
	Guild      string                `json:"guild_id"`
	Kind       discordgo.ChannelType `json:"type"`
	Name       string                `json:"name"`
	Parent     string                `json:"parent_id"`
	Position   int                   `json:"position"`
	Overwrites []overwrite           `json:"permission_overwrites"`
}

func (ch channel) thread() bool {
	switch ch.Kind {
	case discordgo.ChannelTypeGuildNewsThread, discordgo.ChannelTypeGuildPublicThread, discordgo.ChannelTypeGuildPrivateThread:
		return true
	}
	return false
}

// spoken says whether people talk in a channel by voice; they write there too.
func (ch channel) spoken() bool {
	return ch.Kind == discordgo.ChannelTypeGuildVoice || ch.Kind == discordgo.ChannelTypeGuildStageVoice
}

// talks says whether messages are written in a channel itself: forums and
// media channels hold threads only, categories nothing
// (docs: resources/channel#channel-object-channel-types).
func (ch channel) talks() bool {
	switch ch.Kind {
	case discordgo.ChannelTypeGuildText, discordgo.ChannelTypeGuildNews:
		return true
	}
	return ch.thread() || ch.spoken()
}

// guilds remembers guilds with their roles and channels, from GUILD_CREATE or
// from the REST interface, and follows the events that change them. Members
// are not remembered, so it grows with the communities, not with their size.
//
// While no connection tells of changes nothing is kept: see open.
type guilds struct {
	mu     sync.Mutex
	known  map[string]*guild
	homes  map[string]string // guild by channel
	serial map[string]int    // changes seen, by guild
	open   bool
	served func(id string) bool // whether changes of a guild are told here; nil: of all
}

func newGuilds() *guilds {
	return &guilds{known: make(map[string]*guild), homes: make(map[string]string), serial: make(map[string]int)}
}

// follow says whether changes are told from now on. What was learnt while they
// were not may be stale and is forgotten.
func (s *guilds) follow(open bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = open
	if !open {
		clear(s.known)
		clear(s.homes)
		clear(s.serial)
	}
}

// only says of which guilds changes are told here: those of other shards are
// not kept. served is called without the lock.
func (s *guilds) only(served func(id string) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.served = served
}

// mark returns a number by which put knows whether a guild changed meanwhile.
func (s *guilds) mark(id string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.serial[id]
}

// put remembers a guild that was read by REST, unless events told of changes
// since mark.
func (s *guilds) put(g *guild, mark int) {
	s.mu.Lock()
	served := s.served
	s.mu.Unlock()
	if served != nil && !served(g.ID) {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open && s.serial[g.ID] == mark {
		s.keep(g)
	}
}

// arrive remembers a guild that the gateway described whole.
func (s *guilds) arrive(g *guild) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial[g.ID]++
	s.keep(g)
}

func (s *guilds) keep(g *guild) {
	s.drop(g.ID)
	s.known[g.ID] = g
	for id := range g.channels {
		s.homes[id] = g.ID
	}
}

func (s *guilds) drop(id string) {
	g := s.known[id]
	if g == nil {
		return
	}
	for ch := range g.channels {
		delete(s.homes, ch)
	}
	delete(s.known, id)
}

// depart forgets a guild.
func (s *guilds) depart(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial[id]++
	s.drop(id)
}

// change applies f to a guild, if it is known.
func (s *guilds) change(id string, f func(*guild)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.serial[id]++
	if g := s.known[id]; g != nil {
		f(g)
	}
}

// look calls f with a guild, if it is known; f must keep nothing of it.
func (s *guilds) look(id string, f func(*guild)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.known[id]
	if g != nil {
		f(g)
	}
	return g != nil
}

// home returns the guild of a channel, if it is known.
func (s *guilds) home(channel string) (string, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id, ok := s.homes[channel]
	return id, ok
}

// threadIn returns the channel that a thread is in; ok is false for what is
// not known to be a thread.
func (s *guilds) threadIn(guildID, id string) (parent string, ok bool) {
	s.look(guildID, func(g *guild) {
		if ch := g.channels[id]; ch.thread() && ch.Parent != "" {
			parent, ok = ch.Parent, true
		}
	})
	return parent, ok
}

func (s *guilds) setChannel(ch channel) {
	s.change(ch.Guild, func(g *guild) {
		g.channels[ch.ID] = ch
		s.homes[ch.ID] = ch.Guild
	})
}

func (s *guilds) dropChannel(guildID, id string) {
	s.change(guildID, func(g *guild) {
		delete(g.channels, id)
		delete(s.homes, id)
	})
}

// remember follows the events that change what is remembered of guilds.
func (a *Adapter) remember(kind string, data json.RawMessage) error {
	switch kind {
	case "CHANNEL_CREATE", "CHANNEL_UPDATE", "THREAD_CREATE", "THREAD_UPDATE":
		return decoded(data, func(ch channel) { a.guilds.setChannel(ch) })
	case "CHANNEL_DELETE", "THREAD_DELETE":
		return decoded(data, func(ch channel) { a.guilds.dropChannel(ch.Guild, ch.ID) })
	case "THREAD_LIST_SYNC":
		return decoded(data, a.threads)
	case "GUILD_UPDATE":
		return decoded(data, func(n guild) {
			a.guilds.change(n.ID, func(g *guild) { g.Name, g.Locale, g.Owner = n.Name, n.Locale, n.Owner })
		})
	case "GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE":
		return decoded(data, func(e roleEvent) {
			a.guilds.change(e.Guild, func(g *guild) { g.roles[e.Role.ID] = e.Role })
		})
	case "GUILD_ROLE_DELETE":
		return decoded(data, func(e roleEvent) {
			a.guilds.change(e.Guild, func(g *guild) {
				delete(g.roles, e.ID)
				g.mine = slices.DeleteFunc(slices.Clone(g.mine), func(id string) bool { return id == e.ID })
			})
		})
	}
	return nil
}

type roleEvent struct {
	Guild string `json:"guild_id"`
	Role  role   `json:"role"`
	ID    string `json:"role_id"`
}

type threadSync struct {
	Guild   string    `json:"guild_id"`
	Threads []channel `json:"threads"`
}

func (a *Adapter) threads(e threadSync) {
	for _, ch := range e.Threads {
		ch.Guild = e.Guild
		a.guilds.setChannel(ch)
	}
}

// decoded reads an event and hands it to f.
func decoded[T any](data json.RawMessage, f func(T)) error {
	var v T
	if err := json.Unmarshal(data, &v); err != nil {
		return err
	}
	f(v)
	return nil
}
