package discordwire

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"unicode/utf8"

	"animo/bot/sandbox/world"
)

// Act does what a person does in a client. An action that asks something of
// the bot returns once the bot has acknowledged it, or after
// Options.AckWindow with the client's sentence in Result.Error.
func (s *Server) Act(ctx context.Context, a world.Action) world.Result {
	p := s.personByID(a.As)
	if p == nil {
		return world.Result{Error: sayNoPerson.to(s.opt.names().locale)}
	}
	var in *interaction
	res, err := s.begin(a, p, &in)
	if err != nil {
		return refused(err)
	}
	if in == nil {
		res.OK = true
		return res
	}
	return s.finish(ctx, in, a)
}

func (s *Server) personByID(id string) *person {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.people[id]
}

// refused turns an error into what the client shows.
func refused(err error) world.Result {
	if bad := new(fieldErrors); errors.As(err, &bad) {
		return world.Result{Error: bad.text, FieldErrors: bad.fields}
	}
	return world.Result{Error: err.Error()}
}

// begin starts an action under the mutex. One that asks the bot leaves its
// interaction in in.
func (s *Server) begin(a world.Action, p *person, in **interaction) (res world.Result, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch a.Kind {
	case world.ActMessage:
		res.Message, err = s.actMessage(a, p)
	case world.ActCommand:
		*in, err = s.actCommand(a, p)
	case world.ActPress:
		*in, err = s.actPress(a, p)
	case world.ActShortcut:
		*in, err = s.actShortcut(a, p)
	case world.ActSubmit:
		*in, err = s.actSubmit(a, p)
	case world.ActClose:
		delete(s.modals, a.Modal)
	case world.ActDelete:
		err = s.actDelete(a, p)
	case world.ActReact:
		err = s.actReact(a, p)
	case world.ActLeave:
		err = s.actLeave(p)
	case world.ActJoin:
		err = s.actJoin(p)
	default:
		err = sayUnknownKind.err(p.Locale)
	}
	return res, err
}

// finish waits for the bot.
func (s *Server) finish(ctx context.Context, in *interaction, a world.Action) world.Result {
	out := in.await(ctx)
	res := world.Result{OK: !out.late, Took: out.took, Message: out.message, Modal: out.modal}
	if out.late {
		res.Error = sayNoAnswer.to(in.by.Locale)
		s.feed.Publish(world.Event{Kind: world.EventFailed, Channel: in.ch.ID, For: in.by.ID, Data: res.Error})
		return res
	}
	if a.Kind == world.ActSubmit {
		s.mu.Lock()
		delete(s.modals, a.Modal)
		s.mu.Unlock()
	}
	return res
}

// place finds a channel that a person sees. The bot's id stands for the
// person's direct message with it, which is opened if need be.
func (s *Server) place(id string, p *person) (*channel, error) {
	if id == s.self {
		return s.direct(p), nil
	}
	ch := s.channels[id]
	if ch == nil || !s.canView(ch, p.ID) {
		return nil, sayNoChannel.err(p.Locale)
	}
	return ch, nil
}

func (s *Server) actMessage(a world.Action, p *person) (string, error) {
	ch, err := s.place(a.Channel, p)
	if err != nil {
		return "", err
	}
	m, err := s.personPost(ch, p, a.Text)
	if err != nil {
		return "", err
	}
	return m.ID, nil
}

// personPost posts what a person typed, with @name and #name made into
// mentions as a client does.
func (s *Server) personPost(ch *channel, p *person, text string) (*message, error) {
	text = strings.TrimSpace(text)
	switch {
	case !s.canWrite(ch, p.ID):
		return nil, sayNoWrite.err(p.Locale)
	case text == "":
		return nil, sayEmpty.err(p.Locale)
	case utf8.RuneCountInString(text) > maxContent:
		return nil, sayLong.err(p.Locale)
	}
	m := s.newMessage(ch, p)
	m.Content = s.mentionsTyped(ch, text)
	s.ping(ch, m, nil, p.ID)
	s.messageMade(m)
	return m, nil
}

var typedName = regexp.MustCompile(`[@#][\p{L}\p{N}_.-]+`)

func (s *Server) mentionsTyped(ch *channel, text string) string {
	g := s.guilds[ch.GuildID]
	if g == nil {
		return text
	}
	return typedName.ReplaceAllStringFunc(text, func(word string) string {
		if word[0] == '#' {
			if to := s.channelNamed(g, word[1:]); to != nil {
				return "<#" + to.ID + ">"
			}
			return word
		}
		if m := s.memberNamed(g, word[1:]); m != nil {
			return "<@" + m.User + ">"
		}
		if r := g.roleNamed(word[1:]); r != nil && r.ID != g.ID {
			return "<@&" + r.ID + ">"
		}
		return word
	})
}

// seen finds a message that a person sees, in the channel given or in any.
func (s *Server) seen(a world.Action, p *person) (*channel, *message, error) {
	for id, h := range s.logs {
		if a.Channel != "" && a.Channel != id {
			continue
		}
		m, ch := h.find(a.Message), s.channels[id]
		if m != nil && ch != nil && s.canView(ch, p.ID) && (m.viewer == "" || m.viewer == p.ID) {
			return ch, m, nil
		}
	}
	return nil, nil, sayNoMessage.err(p.Locale)
}

// actDelete deletes one's own message, or any with MANAGE_MESSAGES; a private
// one is dismissed by who sees it.
func (s *Server) actDelete(a world.Action, p *person) error {
	ch, m, err := s.seen(a, p)
	if err != nil {
		return err
	}
	if m.Author.ID != p.ID && m.viewer != p.ID && !s.permissions(ch, p.ID).has(ManageMessages) {
		return sayNoAct.err(p.Locale)
	}
	s.messageGone(m)
	return nil
}

func (s *Server) actReact(a world.Action, p *person) error {
	ch, m, err := s.seen(a, p)
	if err != nil {
		return err
	}
	e, err := emojiOf(a.Text)
	if err != nil {
		return sayEmoji.err(p.Locale)
	}
	if m.viewer != "" || len(m.reactors[e.key()]) == 0 && !s.permissions(ch, p.ID).has(AddReactions) {
		return sayNoAct.err(p.Locale)
	}
	return s.addReaction(ch, m, e, p.ID)
}

func (s *Server) actLeave(p *person) error {
	g := s.homeOf(p.ID)
	if g.members[p.ID] == nil || g.OwnerID == p.ID {
		return sayNotHere.err(p.Locale)
	}
	s.removeMember(g, p.ID)
	return nil
}

// actJoin brings a person back, or lets a pending member accept the rules.
func (s *Server) actJoin(p *person) error {
	g := s.homeOf(p.ID)
	m := g.members[p.ID]
	switch {
	case g.bans[p.ID] != nil:
		return sayBanned.err(p.Locale)
	case m == nil:
		s.addMember(g, p.ID, false)
	case m.Pending:
		m.Pending = false
		s.memberChanged(g, m)
	default:
		return sayHere.err(p.Locale)
	}
	return nil
}
