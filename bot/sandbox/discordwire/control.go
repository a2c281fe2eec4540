package discordwire

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"animo/bot/sandbox/world"
)

// maxAct bounds the body of a control request, in bytes.
const maxAct = 1 << 20

// shownMessages is how many messages a page gets of a channel.
const shownMessages = 500

// controlHandler serves the control interface of package world. It refuses
// what another site's page sends, since anyone's browser can reach localhost.
func (s *Server) controlHandler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, r *http.Request) {
		writeControl(w, s.State(r.URL.Query().Get("as")))
	})
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, r *http.Request) {
		writeControl(w, s.Messages(r.URL.Query().Get("as"), r.URL.Query().Get("channel")))
	})
	mux.HandleFunc("GET /feed", s.serveFeed)
	mux.HandleFunc("GET /log", func(w http.ResponseWriter, r *http.Request) {
		n, err := strconv.Atoi(r.URL.Query().Get("after"))
		if err != nil {
			n = 0
		}
		writeControl(w, s.Log(n))
	})
	mux.HandleFunc("POST /act", func(w http.ResponseWriter, r *http.Request) {
		var a world.Action
		if readControl(w, r, &a) {
			writeControl(w, s.Act(r.Context(), a))
		}
	})
	mux.HandleFunc("POST /complete", func(w http.ResponseWriter, r *http.Request) {
		var a world.Action
		if readControl(w, r, &a) {
			writeControl(w, s.Complete(r.Context(), a))
		}
	})
	mux.HandleFunc("PUT /faults", func(w http.ResponseWriter, r *http.Request) {
		var list []world.Fault
		if !readControl(w, r, &list) {
			return
		}
		if err := s.SetFaults(list); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	return rooted(http.NewCrossOriginProtection().Handler(mux))
}

// rooted takes paths that lost their first slash to a StripPrefix.
func rooted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/") {
			r = r.Clone(r.Context())
			r.URL.Path, r.URL.RawPath = "/"+r.URL.Path, ""
		}
		next.ServeHTTP(w, r)
	})
}

func readControl(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxAct)).Decode(into); err != nil {
		http.Error(w, "not the JSON expected: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

func writeControl(w http.ResponseWriter, v any) {
	raw, err := json.Marshal(v)
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(raw)
}

func (s *Server) serveFeed(w http.ResponseWriter, r *http.Request) {
	who := r.URL.Query().Get("as")
	s.feed.Serve(w, r, who, func(e world.Event) bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		ch := s.channels[e.Channel]
		return e.Channel == "" || ch != nil && s.canView(ch, who)
	})
}

// homeOf is the guild that a person's client shows: the ready-made one, or,
// for who never was there, the first they are a member of.
func (s *Server) homeOf(userID string) *guild {
	home := s.guilds[homeGuild]
	if home.members[userID] != nil {
		return home
	}
	for _, g := range s.sortedGuilds() {
		if g.members[userID] != nil {
			return g
		}
	}
	return home
}

// State gives what a person's client shows before any message. Somebody
// unknown sees the guild's people, and no channel.
func (s *Server) State(userID string) world.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	g := s.homeOf(userID)
	st := world.State{
		Platform: "discord", SpaceID: g.ID, SpaceName: g.Name, Connected: s.connected(), Now: s.clock.Now(),
		People: []world.Person{}, Channels: []world.Channel{}, Shortcuts: []world.Shortcut{}, Roles: roleViews(g),
	}
	for _, p := range s.sortedPeople() {
		if g.members[p.ID] != nil || g.ID == homeGuild && s.isGuildless(p.ID) {
			st.People = append(st.People, s.personView(p, g))
		}
	}
	var first *channel
	for _, ch := range s.visible(g, userID) {
		st.Channels = append(st.Channels, s.channelView(ch, userID))
		if first == nil {
			first = ch
		}
	}
	if p := s.people[userID]; p != nil && first != nil {
		for _, cmd := range s.offered(first, userID, commandMessage) {
			st.Shortcuts = append(st.Shortcuts, world.Shortcut{Name: cmd.Name, Label: localised(p.Locale, cmd.Name, cmd.Names)})
		}
	}
	return st
}

// roleViews gives the roles that can be given: not @everyone, which all have,
// nor those that an application manages.
func roleViews(g *guild) []world.Role {
	list := []world.Role{}
	for _, r := range g.Roles {
		if r.ID != g.ID && !r.Managed {
			list = append(list, world.Role{ID: r.ID, Name: r.Name})
		}
	}
	return list
}

func (s *Server) isGuildless(userID string) bool {
	for _, g := range s.guilds {
		if g.members[userID] != nil {
			return false
		}
	}
	return true
}

// sortedPeople gives the people by id, the bot last.
func (s *Server) sortedPeople() []*person {
	list := make([]*person, 0, len(s.people))
	for _, p := range s.people {
		list = append(list, p)
	}
	slices.SortFunc(list, func(a, b *person) int {
		if a.Bot != b.Bot {
			if a.Bot {
				return 1
			}
			return -1
		}
		return compareIDs(a.ID, b.ID)
	})
	return list
}

// visible gives the channels a person sees: the guild's, each followed by its
// threads, then their direct message with the bot.
func (s *Server) visible(g *guild, userID string) []*channel {
	var list []*channel
	threads := s.guildChannels(g, true)
	for _, ch := range s.guildChannels(g, false) {
		if !s.canView(ch, userID) {
			continue
		}
		list = append(list, ch)
		for _, th := range threads {
			if th.ParentID == ch.ID && !th.Archived {
				list = append(list, th)
			}
		}
	}
	for _, ch := range s.channels {
		if ch.isDirect() && ch.With == userID {
			list = append(list, ch)
		}
	}
	return list
}

func (s *Server) channelView(ch *channel, userID string) world.Channel {
	v := world.Channel{ID: ch.ID, Name: ch.Name, Topic: ch.Topic, CanWrite: s.canWrite(ch, userID)}
	if ch.isDirect() {
		v.Name, v.Direct, v.Private = s.people[s.self].Display, true, true
		return v
	}
	for _, o := range ch.Overwrites {
		if o.ID == ch.GuildID && o.Deny.has(ViewChannel) {
			v.Private = true
		}
	}
	return v
}

// Messages gives the last 500 messages of a channel that a person sees,
// oldest first.
func (s *Server) Messages(userID, channelID string) []world.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []world.Message{}
	ch := s.channels[channelID]
	if ch == nil || !s.canView(ch, userID) {
		return out
	}
	for _, m := range s.history(channelID).list {
		if m.viewer == "" || m.viewer == userID {
			out = append(out, s.view(m))
		}
	}
	return out[max(0, len(out)-shownMessages):]
}

// view is a message as the control interface shows it.
func (s *Server) view(m *message) world.Message {
	v := world.Message{
		ID: m.ID, Channel: m.ChannelID, Author: m.Author.ID, At: idTime(m.ID),
		Edited: m.Edited != nil, Private: m.viewer != "", Waiting: m.waiting(),
	}
	if th := s.channels[m.ID]; th != nil {
		v.Thread = th.ID
	}
	raw, err := json.Marshal(m)
	if err != nil {
		s.broken = err
	}
	v.Native = raw
	return v
}
