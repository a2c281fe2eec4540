package slackwire

import (
	"errors"
	"net/http"
	"time"
)

// replyURL is a URL by which the app may answer what a person did, wherever
// that was, a member of the channel or not.
type replyURL struct {
	user     string
	channel  string
	original string // timestamp of the message acted on; empty for a command
	thread   string
	born     time.Time
	uses     int
}

// replyTo makes a response URL. The caller holds s.mu.
func (s *Server) replyTo(u *replyURL) string {
	u.born = s.clock.Now()
	key := freshHex(20)
	s.replies.put(key, u, u.born)
	return s.base + "/response/" + key
}

func (s *Server) serveResponseURL(w http.ResponseWriter, r *http.Request) {
	args, _, _, code := readArguments(r)
	s.answer(w, r, "response_url", args, func() answer {
		if code != "" {
			return jsonAnswer(http.StatusBadRequest, "invalid_payload", nil)
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		u := s.replies.vals[r.PathValue("token")]
		switch {
		case u == nil || s.clock.Now().Sub(u.born) > replyLife:
			return jsonAnswer(http.StatusNotFound, "expired_url", nil)
		case u.uses >= replyUses:
			return jsonAnswer(http.StatusNotFound, "used_url", nil)
		}
		u.uses++
		if err := s.respond(u, args); err != nil {
			var no *refusal
			errors.As(err, &no)
			return jsonAnswer(http.StatusBadRequest, err.Error(), no.extra)
		}
		return answer{status: http.StatusOK, header: map[string]string{"Content-Type": "text/plain"}, body: []byte("ok")}
	})
}

func jsonAnswer(status int, code string, extra object) answer {
	o := object{"ok": false, "error": code}
	for k, v := range extra {
		o[k] = v
	}
	return answer{status: status, header: map[string]string{"Content-Type": "application/json; charset=utf-8"}, body: toJSON(o)}
}

// respond says what a response URL, or the acknowledgement of a command, asks
// for (docs.slack.dev/interactivity/handling-user-interaction#message_responses).
func (s *Server) respond(u *replyURL, args arguments) error {
	c := s.space.channel(u.channel)
	if c == nil {
		return refuse("channel_not_found")
	}
	original := s.visible(u.user, c, u.original)
	if u.original != "" && args.flag("delete_original") {
		s.takeBack(c, u, original)
		return nil
	}
	said, err := s.content(args)
	if err != nil {
		return err
	}
	if said.empty() {
		return refuse("no_text")
	}
	if original != nil && args.flag("replace_original") {
		s.replace(c, u, original, said)
		return nil
	}
	m := s.botMessage(said)
	m.ThreadTS = or(args.text("thread_ts"), u.thread)
	if args.text("response_type") == "in_channel" {
		s.postMessage(c, m)
		s.answered(u.user, c.ID, m.TS)
	} else {
		s.whisper(c, u.user, m)
	}
	return nil
}

// takeBack deletes the message that was acted on.
func (s *Server) takeBack(c *channel, u *replyURL, m *message) {
	switch {
	case m == nil:
		return
	case m.Ephemeral:
		s.unwhisper(c, u.user, m.TS)
	case m.BotID == s.space.team.BotID:
		s.remove(c, m)
	}
	s.answered(u.user, c.ID, "")
}

// replace gives the message that was acted on other content.
func (s *Server) replace(c *channel, u *replyURL, m *message, said content) {
	before := m.copied()
	m.Text, m.Blocks, m.Attachments = said.text, said.blocks, said.attachments
	if said.metadata != nil {
		m.Metadata = said.metadata
	}
	if m.Ephemeral {
		m.Edited = &edit{User: m.User, TS: s.nextTS()}
		s.showPrivate(c, u.user, m)
	} else {
		s.changed(c, before, m)
	}
	s.answered(u.user, c.ID, m.TS)
}
