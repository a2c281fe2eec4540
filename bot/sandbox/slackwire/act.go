package slackwire

import (
	"strings"
	"unicode/utf8"

	"animo/bot/sandbox/world"
)

// Act does what a person does in their client and returns how that ended:
// once the app has acknowledged and, if it answers within a moment, answered.
func (s *Server) Act(a world.Action) world.Result {
	s.mu.Lock()
	me := s.who(a.As)
	p := s.space.person(me)
	s.mu.Unlock()
	if p == nil || p.Bot || p.Deleted && a.Kind != world.ActJoin {
		return world.Result{Error: "no such person: " + a.As}
	}
	switch a.Kind {
	case world.ActMessage:
		return s.actMessage(me, a)
	case world.ActCommand:
		return s.actCommand(me, a)
	case world.ActPress:
		return s.actPress(me, a)
	case world.ActSubmit:
		return s.actSubmit(me, a)
	case world.ActClose:
		return s.actClose(me, a)
	case world.ActShortcut:
		return s.actShortcut(me, a)
	case world.ActDelete, world.ActReact:
		return s.actOnMessage(me, a)
	case world.ActLeave, world.ActJoin:
		return s.actMembership(me, a)
	}
	return world.Result{Error: "no such action: " + a.Kind}
}

func (s *Server) failed(what sentence, args ...any) world.Result {
	return world.Result{Error: s.say(what, args...)}
}

// maxTyped is how much a person may type in a message
// (docs.slack.dev/changelog/2018-truncating-really-long-messages).
const maxTyped = 40000

func (s *Server) actMessage(me string, a world.Action) world.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.space.channel(a.Channel)
	switch {
	case c == nil:
		return s.failed(sayUnknown())
	case c.Kind == kindDirect && !s.mayType(me, c) && me != s.space.team.BotUID, !s.space.writes(me, c):
		return s.failed(sayMayNotPost())
	case strings.TrimSpace(a.Text) == "":
		return s.failed(sayEmpty())
	case utf8.RuneCountInString(a.Text) > maxTyped:
		return s.failed(sayTooLong(), maxTyped)
	}
	m := &message{User: me, Team: s.space.team.ID, ClientMsgID: freshUUID(), Text: s.space.typed(a.Text)}
	m.Blocks = toJSON([]any{richText(m.Text)})
	if a.Message != "" {
		parent := c.find(a.Message)
		if parent == nil {
			return s.failed(sayUnknown())
		}
		m.ThreadTS, m.ParentUserID = or(parent.ThreadTS, parent.TS), parent.User
	}
	s.postMessage(c, m)
	return world.Result{OK: true, Message: m.TS}
}

// actOnMessage deletes a message, or puts a reaction on it or takes it off.
func (s *Server) actOnMessage(me string, a world.Action) world.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.space.channel(a.Channel)
	if c == nil {
		return s.failed(sayUnknown())
	}
	m := s.visible(me, c, a.Message)
	name := strings.Trim(a.Text, ":")
	switch {
	case m == nil:
		return s.failed(sayUnknown())
	case a.Kind == world.ActDelete && m.Ephemeral:
		s.unwhisper(c, me, m.TS) // "Only visible to you · Dismiss"
	case a.Kind == world.ActDelete && m.User != me && !s.space.person(me).Admin:
		return s.failed(sayMayNotDelete())
	case a.Kind == world.ActDelete:
		s.remove(c, m)
	case m.Ephemeral || !emojiName.MatchString(name):
		return s.failed(sayUnknown())
	case reacted(m, name, me):
		s.unreact(c, m, name, me)
	default:
		s.react(c, m, name, me)
	}
	return world.Result{OK: true, Message: m.TS}
}

// actMembership leaves or joins a channel, or the whole workspace.
func (s *Server) actMembership(me string, a world.Action) world.Result {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c := s.space.person(me), s.space.channel(a.Channel)
	leaving := a.Kind == world.ActLeave
	switch {
	case a.Channel == "" && leaving:
		s.deactivate(p)
		s.personChanged(p)
	case a.Channel == "":
		p.Deleted, p.Joined = false, s.clock.Now().UTC()
		s.personChanged(p)
		s.joinDefault(p)
	case c == nil || c.Kind == kindDirect || !leaving && !s.space.sees(me, c):
		return s.failed(sayUnknown())
	case leaving:
		s.leave(c, p)
	default:
		s.join(c, p, "")
	}
	s.stateChanged()
	return world.Result{OK: true}
}

// userRef is how payloads name the person who acts.
func (s *Server) userRef(me string) object {
	p := s.space.person(me)
	return object{"id": p.ID, "username": p.Name, "name": p.Name, "team_id": s.space.team.ID}
}

// interaction is what every interactive payload carries.
func (s *Server) interaction(kind string, x *exchange) object {
	t := s.space.team
	return object{
		"type": kind, "user": s.userRef(x.user), "api_app_id": t.AppID, "token": s.verification(),
		"team": object{"id": t.ID, "domain": t.Domain}, "trigger_id": x.trigger, "enterprise": nil, "is_enterprise_install": false,
	}
}

// channelRef is how payloads name a channel: those that the app may not know
// the name of have a stand-in.
func channelRef(c *channel) object { return object{"id": c.ID, "name": channelWord(c)} }

func channelWord(c *channel) string {
	switch c.Kind {
	case kindDirect:
		return "directmessage"
	case kindPrivate:
		return "privategroup"
	}
	return c.Name
}

// result is the end of an exchange that the app acknowledged.
func (s *Server) result(x *exchange) world.Result {
	s.settled(x)
	s.mu.Lock()
	defer s.mu.Unlock()
	return world.Result{OK: true, Modal: x.modal, Message: x.message}
}
