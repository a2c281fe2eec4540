package slackwire

import (
	"encoding/json"
	"strings"

	"animo/bot/sandbox/world"
)

// actCommand runs a slash command
// (docs.slack.dev/interactivity/implementing-slash-commands).
func (s *Server) actCommand(me string, a world.Action) world.Result {
	name, text, _ := strings.Cut(strings.TrimSpace(a.Text), " ")
	s.mu.Lock()
	cmd, c := s.app.command(name), s.space.channel(a.Channel)
	if cmd == nil || c == nil || !s.space.sees(me, c) {
		s.mu.Unlock()
		return s.failed(sayNotCommand(), name)
	}
	text = strings.TrimSpace(text)
	if cmd.ShouldEscape {
		text = s.space.escapeCommand(text)
	}
	x, u := s.begin(me, c.ID), &replyURL{user: me, channel: c.ID}
	t, p := s.space.team, s.space.person(me)
	payload := object{
		"token": s.verification(), "team_id": t.ID, "team_domain": t.Domain, "channel_id": c.ID,
		"channel_name": channelWord(c), "user_id": p.ID, "user_name": p.Name, "command": cmd.Command, "text": text,
		"api_app_id": t.AppID, "is_enterprise_install": "false", "response_url": s.replyTo(u), "trigger_id": x.trigger,
	}
	body := toJSON(payload)
	s.mu.Unlock()
	defer s.end(x)

	ack, took, err := s.ask(kindCommand, body)
	if err != nil {
		r := s.failed(sayCommandFailed(), cmd.Command, failure(err))
		r.Took = took
		return r
	}
	if err := s.acknowledged(u, ack); err != nil {
		return world.Result{Error: s.say(sayCommandFailed(), cmd.Command, err.Error()), Took: took}
	}
	r := s.result(x)
	r.Took = took
	return r
}

// acknowledged says what the acknowledgement of a command holds.
func (s *Server) acknowledged(u *replyURL, ack json.RawMessage) error {
	var body object
	if len(ack) == 0 || decode(ack, &body) != nil || len(body) == 0 {
		return nil
	}
	args := arguments(body)
	if !args.has("text") && !args.has("blocks") && !args.has("attachments") {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.respond(u, args)
}

// actShortcut runs a shortcut of a message's menu, or a global one
// (docs.slack.dev/reference/interaction-payloads/shortcuts-interaction-payload).
func (s *Server) actShortcut(me string, a world.Action) world.Result {
	s.mu.Lock()
	kind := "message"
	if a.Message == "" {
		kind = "global"
	}
	sc, c := s.app.shortcut(a.Control, kind), s.space.channel(a.Channel)
	var m *message
	if c != nil {
		m = s.visible(me, c, a.Message)
	}
	switch {
	case sc == nil || kind == "message" && (m == nil || m.Ephemeral):
		s.mu.Unlock()
		return s.failed(sayUnknown())
	case !s.app.Settings.Interactivity.Enabled:
		s.mu.Unlock()
		return s.failed(sayNotInteractive())
	}
	x := s.begin(me, a.Channel)
	payload := s.interaction("shortcut", x)
	payload["callback_id"], payload["action_ts"] = sc.CallbackID, formatTS(s.clock.Now().UnixMicro())
	if kind == "message" {
		payload["type"], payload["message_ts"], payload["channel"] = "message_action", m.TS, channelRef(c)
		payload["message"] = m.bare()
		payload["response_url"] = s.replyTo(&replyURL{user: me, channel: c.ID, thread: threadOf(m)})
	}
	body := toJSON(payload)
	s.mu.Unlock()
	return s.interact(x, body, sayPressFailed())
}

// threadOf returns the thread that answers to a message belong in.
func threadOf(m *message) string {
	if m.ThreadTS == m.TS {
		return ""
	}
	return m.ThreadTS
}

// interact sends an interaction whose acknowledgement says nothing.
func (s *Server) interact(x *exchange, payload json.RawMessage, wrong sentence) world.Result {
	defer s.end(x)
	_, took, err := s.ask(kindInteractive, payload)
	if err != nil {
		return world.Result{Error: s.say(wrong), Took: took}
	}
	r := s.result(x)
	r.Took = took
	return r
}
