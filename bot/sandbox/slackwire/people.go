package slackwire

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"animo/bot/sandbox/world"
)

// Errors of the methods that arrange the workspace.
var (
	errNoPerson  = errors.New("no such person")
	errNoChannel = errors.New("no such channel")
	errNameTaken = errors.New("name is taken")
)

// TeamID returns the workspace's id, "T…".
func (s *Server) TeamID() string { return s.space.team.ID }

// UserID returns the id of the person of a handle ("admin", "moderator",
// "member-1" … "member-4", "newcomer", "guest", "animo"), empty if there is
// none.
func (s *Server) UserID(handle string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if p := s.space.named(handle); p != nil {
		return p.ID
	}
	return ""
}

// ChannelID returns the id of a channel by its name without "#", or of the
// conversation with the bot by a person's handle behind "@"; empty if there is
// none.
func (s *Server) ChannelID(name string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(name) > 1 && name[0] == '@' {
		if p := s.space.named(name[1:]); p != nil {
			return s.direct(p).ID
		}
		return ""
	}
	if c := s.space.channelNamed(name); c != nil {
		return c.ID
	}
	return ""
}

// AddPeople adds n members who were always there: they are in every public
// channel but read-only ones, and no event tells of them. It returns their ids.
func (s *Server) AddPeople(n int) []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	since := s.clock.Now().UTC().AddDate(-1, 0, 0)
	var ids []string
	for range n {
		i := len(s.space.people)
		p := s.newPerson(fmt.Sprintf("person-%d", i), fmt.Sprintf("Person %d", i), since)
		s.keepPerson(p)
		ids = append(ids, p.ID)
	}
	for _, c := range s.space.channels {
		if c.Kind == kindPublic && !c.Restricted {
			c.Members = append(c.Members, ids...)
			s.keepChannel(c)
		}
	}
	s.stateChanged()
	return ids
}

// Arrive lets someone new join the workspace and its #general, with the events
// team_join and member_joined_channel. The handle must be free.
func (s *Server) Arrive(handle string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.space.named(handle) != nil {
		return "", fmt.Errorf("arrive as %s: %w", handle, errNameTaken)
	}
	p := s.newPerson(handle, handle, s.clock.Now().UTC())
	s.keepPerson(p)
	s.emit("team_join", nil, object{"user": s.userJSON(p, true)})
	s.joinDefault(p)
	s.stateChanged()
	return p.ID, nil
}

func (s *Server) joinDefault(p *person) {
	for _, c := range s.space.channels {
		if c.General {
			s.join(c, p, "")
		}
	}
}

// AddChannel makes a channel with these members, ids or handles, and tells
// the app of a public one (channel_created).
func (s *Server) AddChannel(name string, private bool, members ...string) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.space.channelNamed(name) != nil {
		return "", fmt.Errorf("add channel %s: %w", name, errNameTaken)
	}
	var ids []string
	for _, m := range members {
		p := s.space.named(m)
		if p == nil {
			return "", fmt.Errorf("add channel %s with %s: %w", name, m, errNoPerson)
		}
		ids = append(ids, p.ID)
	}
	kind := kindPublic
	if private {
		kind = kindPrivate
	}
	c := s.newChannel(name, kind, "", s.clock.Now().UTC(), ids)
	s.keepChannel(c)
	if !private {
		s.emit("channel_created", nil, object{"channel": s.channelJSON(c)})
	}
	s.stateChanged()
	return c.ID, nil
}

// SetAdmin makes someone an administrator, or no longer (user_change).
func (s *Server) SetAdmin(user string, admin bool) error {
	return s.changePerson(user, func(p *person) { p.Admin = admin })
}

// Deactivate takes someone out of the workspace (user_change with deleted
// true), as when an administrator deactivates an account.
func (s *Server) Deactivate(user string) error {
	return s.changePerson(user, func(p *person) { s.deactivate(p) })
}

func (s *Server) deactivate(p *person) {
	p.Deleted = true
	for _, c := range s.space.channels {
		if c.Kind != kindDirect && c.has(p.ID) {
			c.Members = without(c.Members, p.ID)
			s.keepChannel(c)
		}
	}
}

func (s *Server) changePerson(user string, change func(*person)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.space.named(user)
	if p == nil {
		return fmt.Errorf("change %s: %w", user, errNoPerson)
	}
	change(p)
	s.personChanged(p)
	return nil
}

func (s *Server) personChanged(p *person) {
	p.Updated = s.clock.Now().UTC()
	s.keepPerson(p)
	s.emit("user_change", nil, object{"user": s.userJSON(p, true), "cache_ts": p.Updated.Unix()})
	s.stateChanged()
}

// AddToChannel puts someone, the bot too, into a channel
// (member_joined_channel).
func (s *Server) AddToChannel(user, channelID string) error {
	return s.withMember(user, channelID, func(p *person, c *channel) {
		if !c.has(p.ID) {
			s.join(c, p, userID("admin"))
		}
	})
}

// RemoveFromChannel takes someone out of a channel (member_left_channel); if
// it is the bot, it is told channel_left or group_left.
func (s *Server) RemoveFromChannel(user, channelID string) error {
	return s.withMember(user, channelID, func(p *person, c *channel) { s.leave(c, p) })
}

// Archive closes a channel: whoever posts in it is answered is_archived.
func (s *Server) Archive(channelID string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.space.channel(channelID)
	if c == nil {
		return fmt.Errorf("archive %s: %w", channelID, errNoChannel)
	}
	c.Archived = true
	s.keepChannel(c)
	s.stateChanged()
	return nil
}

func (s *Server) withMember(user, channelID string, do func(*person, *channel)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c := s.space.named(user), s.space.channel(channelID)
	if p == nil {
		return fmt.Errorf("member %s: %w", user, errNoPerson)
	}
	if c == nil {
		return fmt.Errorf("channel %s: %w", channelID, errNoChannel)
	}
	do(p, c)
	s.stateChanged()
	return nil
}

// join puts a person into a channel and says so, as Slack does, by an event
// and by a message in the channel.
func (s *Server) join(c *channel, p *person, inviter string) {
	if c.has(p.ID) {
		return
	}
	c.Members = append(c.Members, p.ID)
	s.keepChannel(c)
	e := object{"user": p.ID, "channel": c.ID, "channel_type": initial(c), "team": s.space.team.ID}
	if inviter != "" {
		e["inviter"] = inviter
	}
	s.emit("member_joined_channel", c, e)
	s.postMessage(c, &message{
		Subtype: "channel_join", User: p.ID, Inviter: inviter, Text: "<@" + p.ID + "> has joined the channel",
	})
}

func (s *Server) leave(c *channel, p *person) {
	if !c.has(p.ID) {
		return
	}
	c.Members = slices.DeleteFunc(c.Members, func(id string) bool { return id == p.ID })
	s.keepChannel(c)
	if p.ID == s.space.team.BotUID {
		name := "channel_left"
		if c.Kind == kindPrivate {
			name = "group_left"
		}
		s.emit(name, nil, object{"channel": c.ID, "actor_id": userID("admin")})
		return
	}
	s.emit("member_left_channel", c, object{
		"user": p.ID, "channel": c.ID, "channel_type": initial(c), "team": s.space.team.ID,
	})
}

// initial is how membership events name the kind of a channel.
func initial(c *channel) string {
	if c.Kind == kindPrivate {
		return "G"
	}
	return "C"
}

// Post lets someone say something, as if typed, and returns the message's
// timestamp. It fails where the person may not write.
func (s *Server) Post(user, channelID, text string) (string, error) {
	s.mu.Lock()
	p := s.space.named(user)
	s.mu.Unlock()
	if p == nil {
		return "", fmt.Errorf("post as %s: %w", user, errNoPerson)
	}
	r := s.actMessage(p.ID, world.Action{Channel: channelID, Text: text})
	if !r.OK {
		return "", fmt.Errorf("post as %s: %s", user, r.Error)
	}
	return r.Message, nil
}

// OpenHome shows someone the app's "home" or "messages" tab
// (app_home_opened).
func (s *Server) OpenHome(user, tab string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.space.named(user)
	if p == nil {
		return fmt.Errorf("open home of %s: %w", user, errNoPerson)
	}
	e := object{"user": p.ID, "channel": s.direct(p).ID, "tab": tab}
	if home := s.space.homes[p.ID]; tab == "home" && home != nil {
		e["view"] = home
	}
	s.emit("app_home_opened", nil, e)
	return nil
}

// Home returns the Home tab published for someone, nil if none was.
func (s *Server) Home(user string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.space.named(user)
	if p == nil || s.space.homes[p.ID] == nil {
		return nil
	}
	return toObject(s.space.homes[p.ID])
}

func (s *Server) stateChanged() { s.feed.Publish(world.Event{Kind: world.EventState}) }

// zoneOffset returns the seconds east of Greenwich of a zone, 0 where the
// machine has no zone files.
func zoneOffset(zone string, at time.Time) int {
	loc, err := time.LoadLocation(zone)
	if err != nil {
		return 0
	}
	_, offset := at.In(loc).Zone()
	return offset
}
