package discordwire

var webhookRoutes = routes{
	"POST /webhooks/{app}/{token}":                      (*Server).followUp,
	"GET /webhooks/{app}/{token}/messages/{message}":    (*Server).getAnswer,
	"PATCH /webhooks/{app}/{token}/messages/{message}":  (*Server).editAnswer,
	"DELETE /webhooks/{app}/{token}/messages/{message}": (*Server).deleteAnswer,
}

// tokenOf finds the interaction of a path. Its token must be alive, and its
// first answer given.
func (s *Server) tokenOf(c *call) (*interaction, error) {
	if c.PathValue("app") != s.self {
		return nil, refuse(unknownWebhook)
	}
	in := s.tokens[c.PathValue("token")]
	switch {
	case in == nil || s.clock.Now().Sub(in.born) > tokenLife:
		return nil, refuse(invalidToken)
	case in.state != answered:
		return nil, refuse(unknownWebhook)
	case s.channels[in.ch.ID] == nil:
		return nil, refuse(unknownChannel)
	}
	return in, nil
}

// answerOf finds the message of a path: "@original", or the id of one made
// with this token.
func (s *Server) answerOf(c *call) (*interaction, *message, error) {
	in, err := s.tokenOf(c)
	if err != nil {
		return nil, nil, err
	}
	id := c.PathValue("message")
	if id == "@original" {
		id = in.original
	}
	m := s.history(in.ch.ID).find(id)
	if m == nil || !in.own[id] {
		return nil, nil, refuse(unknownMessage)
	}
	return in, m, nil
}

// followUp makes another answer. The first after a deferred one takes its
// place instead (interactions/receiving-and-responding#create-followup-message).
func (s *Server) followUp(c *call) (any, error) {
	in, err := s.tokenOf(c)
	if err != nil {
		return nil, err
	}
	if first := s.history(in.ch.ID).find(in.original); in.deferred && first != nil && first.waiting() {
		return s.settle(in, first, c)
	}
	m, err := s.compose(in.ch, c, c.body(), in)
	if err != nil {
		return nil, err
	}
	in.own[m.ID] = true
	s.messageMade(m)
	return m, nil
}

func (s *Server) settle(in *interaction, m *message, c *call) (any, error) {
	if err := s.edit(in.ch, m, c, c.body()); err != nil {
		return nil, err
	}
	if m.ID == in.original {
		in.deferred = false
	}
	return m, nil
}

func (s *Server) getAnswer(c *call) (any, error) {
	_, m, err := s.answerOf(c)
	if err != nil {
		return nil, err
	}
	return m, nil
}

func (s *Server) editAnswer(c *call) (any, error) {
	in, m, err := s.answerOf(c)
	if err != nil {
		return nil, err
	}
	return s.settle(in, m, c)
}

func (s *Server) deleteAnswer(c *call) (any, error) {
	_, m, err := s.answerOf(c)
	if err != nil {
		return nil, err
	}
	s.messageGone(m)
	return nil, nil
}
