package slackwire

import (
	"cmp"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"animo/bot/sandbox/world"
)

// shownMessages is how many messages of a channel the control interface gives.
const shownMessages = 1000

// Control serves the control interface of package world with paths relative
// to its own root: /state, /messages, /feed, /act, /complete, /log, /faults.
// Web pages of other origins cannot act through it.
//
// Beyond what package world says: "as" and Action.As also take a handle.
// An ActMessage with Message answers in that message's thread. ActLeave and
// ActJoin with Channel leave and join that channel alone. ActShortcut without
// Message runs a global shortcut. ActPress and ActSubmit name a control
// "action_id" or "block_id/action_id". The errors that the app finds in a
// form are in FieldErrors under the block_id, which is how Slack names them,
// and under the action_id.
func (s *Server) Control() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", s.serveState)
	mux.HandleFunc("GET /messages", s.serveMessages)
	mux.HandleFunc("GET /feed", s.serveFeed)
	mux.HandleFunc("POST /act", s.serveAct)
	mux.HandleFunc("POST /complete", s.serveComplete)
	mux.HandleFunc("GET /log", s.serveLog)
	mux.HandleFunc("PUT /faults", s.serveFaults)
	return rooted(http.NewCrossOriginProtection().Handler(mux))
}

// rooted accepts paths with and without their leading slash.
func rooted(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/") {
			u := *r.URL
			u.Path, u.RawPath = "/"+u.Path, ""
			r = r.Clone(r.Context())
			r.URL = &u
		}
		h.ServeHTTP(w, r)
	})
}

// who returns the id of the person that a request names, empty for nobody.
func (s *Server) who(name string) string {
	if p := s.space.named(name); name != "" && p != nil {
		return p.ID
	}
	return ""
}

func (s *Server) serveState(w http.ResponseWriter, r *http.Request) {
	writeJSON(w, http.StatusOK, s.State(r.URL.Query().Get("as")))
}

// State returns what someone's client shows before any message; for nobody in
// particular, what is public.
func (s *Server) State(as string) world.State {
	s.mu.Lock()
	defer s.mu.Unlock()
	me := s.who(as)
	if p := s.space.person(me); p != nil && !p.Bot && !p.Deleted {
		s.direct(p)
	}
	t := s.space.team
	st := world.State{
		Platform: "slack", SpaceID: t.ID, SpaceName: t.Name, Channels: []world.Channel{}, Shortcuts: []world.Shortcut{},
		Roles: []world.Role{}, Connected: s.link.count() > 0 || s.post.on(), Now: s.clock.Now(),
	}
	for _, p := range s.space.people {
		st.People = append(st.People, s.asPerson(p))
	}
	for _, c := range s.space.channels {
		if s.space.sees(me, c) || me == "" && c.Kind == kindPublic {
			st.Channels = append(st.Channels, world.Channel{
				ID: c.ID, Name: or(c.Name, botHandle), Topic: c.Topic, Private: c.Kind == kindPrivate,
				Direct: c.Kind == kindDirect, CanWrite: s.mayType(me, c),
			})
		}
	}
	for _, g := range s.space.groups {
		st.Roles = append(st.Roles, world.Role{ID: g.ID, Name: g.Handle})
	}
	for _, sc := range s.app.Features.Shortcuts {
		if sc.Type == "message" && s.app.grants("commands") {
			st.Shortcuts = append(st.Shortcuts, world.Shortcut{Name: sc.CallbackID, Label: sc.Name})
		}
	}
	return st
}

func (s *Server) asPerson(p *person) world.Person {
	out := world.Person{
		ID: p.ID, Name: p.Name, Display: p.Display, Colour: "#" + p.Colour, Locale: p.Locale, Bot: p.Bot, Admin: p.Admin,
		Roles: []string{}, JoinedAt: p.Joined, CreatedAt: p.Created, Present: !p.Deleted,
	}
	for _, g := range s.space.groups {
		if slices.Contains(g.Users, p.ID) {
			out.Roles = append(out.Roles, g.ID)
		}
	}
	return out
}

// mayType tells whether a person's client offers to write in a channel.
func (s *Server) mayType(user string, c *channel) bool {
	home := s.app.Features.Home
	if c.Kind == kindDirect && (isFalse(home.MessagesTab) || home.MessagesRead != nil && *home.MessagesRead) {
		return false
	}
	return s.space.writes(user, c)
}

func (s *Server) serveMessages(w http.ResponseWriter, r *http.Request) {
	q := r.URL.Query()
	writeJSON(w, http.StatusOK, s.Messages(q.Get("as"), q.Get("channel")))
}

// Messages returns the newest 1,000 messages of a channel as someone sees
// them, replies in threads and their own ephemeral messages too, oldest first.
func (s *Server) Messages(as, channelID string) []world.Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	me, c := s.who(as), s.space.channel(channelID)
	out := []world.Message{}
	if c == nil || !s.space.sees(me, c) {
		return out
	}
	for _, m := range c.messages[max(0, len(c.messages)-shownMessages):] {
		out = append(out, asSeen(c, m))
	}
	for _, m := range s.private[privateKey(me, c.ID)] {
		out = append(out, asSeen(c, m))
	}
	slices.SortStableFunc(out, func(a, b world.Message) int { return cmp.Compare(a.At.UnixMicro(), b.At.UnixMicro()) })
	return out
}

func (s *Server) serveFeed(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	me := s.who(r.URL.Query().Get("as"))
	s.mu.Unlock()
	s.feed.Serve(w, r, me, func(e world.Event) bool {
		if e.Channel == "" {
			return true
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		c := s.space.channel(e.Channel)
		return c != nil && s.space.sees(me, c)
	})
}

func (s *Server) serveAct(w http.ResponseWriter, r *http.Request) {
	var a world.Action
	if !readControl(w, r, &a) {
		return
	}
	writeJSON(w, http.StatusOK, s.Act(a))
}

func (s *Server) serveComplete(w http.ResponseWriter, r *http.Request) {
	var a world.Action
	if !readControl(w, r, &a) {
		return
	}
	writeJSON(w, http.StatusOK, s.Complete(a))
}

func (s *Server) serveLog(w http.ResponseWriter, r *http.Request) {
	n, err := strconv.Atoi(or(r.URL.Query().Get("after"), "0"))
	if err != nil {
		http.Error(w, "after must be a number", http.StatusBadRequest)
		return
	}
	writeJSON(w, http.StatusOK, s.Log(n))
}

func (s *Server) serveFaults(w http.ResponseWriter, r *http.Request) {
	var faults []world.Fault
	if !readControl(w, r, &faults) {
		return
	}
	if err := s.SetFaults(faults); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	writeJSON(w, http.StatusOK, faults)
}

func readControl(w http.ResponseWriter, r *http.Request, v any) bool {
	if err := json.NewDecoder(http.MaxBytesReader(w, r.Body, maxBody)).Decode(v); err != nil {
		http.Error(w, "not the JSON wanted: "+err.Error(), http.StatusBadRequest)
		return false
	}
	return true
}

// Complete suggests how to go on from what someone typed: the app's commands,
// then their usage hints.
func (s *Server) Complete(a world.Action) []world.Suggestion {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []world.Suggestion{}
	name, _, more := strings.Cut(a.Text, " ")
	if !strings.HasPrefix(a.Text, "/") || !s.app.grants("commands") {
		return out
	}
	for _, c := range s.app.Features.Commands {
		label := strings.TrimSpace(c.Command + " " + c.UsageHint)
		switch {
		case more && c.Command == name:
			out = append(out, world.Suggestion{Label: label, Description: c.Description, Insert: a.Text})
		case !more && strings.HasPrefix(c.Command, name):
			out = append(out, world.Suggestion{Label: label, Description: c.Description, Insert: c.Command + " "})
		}
	}
	return out
}
