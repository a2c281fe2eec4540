package discordwire

import (
	"context"
	"crypto/rand"
	"time"

	"animo/bot/sandbox/world"
)

// Interaction types
// (interactions/receiving-and-responding#interaction-object-interaction-type).
const (
	askCommand  = 2
	askPress    = 3
	askComplete = 4
	askModal    = 5
)

// tokenLife is how long an interaction's token is good for
// (interactions/receiving-and-responding#followup-messages).
const tokenLife = 15 * time.Minute

type interactionState int

const (
	unanswered interactionState = iota
	answered
	failed // nobody answered in time
)

// interaction is something a person asked of the bot.
type interaction struct {
	id, token string
	kind      int
	by        *person
	ch        *channel
	source    *message // of a component, or of the component that opened a modal
	command   string   // the name of a command
	menu      bool     // a command of a message's menu
	born      time.Time
	asked     time.Time // by the machine's clock

	state    interactionState
	original string          // the id of its answer
	own      map[string]bool // ids of its answer and followups
	deferred bool            // its answer is still "thinking"
	done     chan outcome
}

// outcome is how an interaction was acknowledged.
type outcome struct {
	late    bool
	took    time.Duration
	message string
	modal   *world.Modal
	choices []choice
}

func (s *Server) newInteraction(kind int, by *person, ch *channel) *interaction {
	s.forgetOld()
	in := &interaction{
		id: s.ids.next(), token: rand.Text() + rand.Text(), kind: kind, by: by, ch: ch, born: s.clock.Now(),
		asked: time.Now(), own: map[string]bool{}, done: make(chan outcome, 1),
	}
	s.asked[in.id], s.tokens[in.token] = in, in
	s.recent = append(s.recent, in)
	return in
}

// forgetOld drops interactions whose token is dead.
func (s *Server) forgetOld() {
	now := s.clock.Now()
	n := 0
	for n < len(s.recent) && now.Sub(s.recent[n].born) > tokenLife {
		delete(s.asked, s.recent[n].id)
		delete(s.tokens, s.recent[n].token)
		n++
	}
	s.recent = s.recent[n:]
}

// ask sends an interaction to the bot. With nobody connected, or nobody
// answering within the window, it fails for the person.
func (s *Server) ask(in *interaction, data object) {
	if !s.emit(event{name: "INTERACTION_CREATE", guild: in.ch.GuildID, urgent: true, data: s.interactionWire(in, data)}) {
		s.fail(in)
		return
	}
	time.AfterFunc(s.opt.AckWindow, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.fail(in)
	})
}

func (s *Server) fail(in *interaction) {
	if in.state == unanswered {
		in.state = failed
		in.done <- outcome{late: true, took: time.Since(in.asked)}
	}
}

func (in *interaction) acknowledge(o outcome) {
	in.state = answered
	o.took = time.Since(in.asked)
	in.done <- o
}

// await waits for the acknowledgement, without the mutex.
func (in *interaction) await(ctx context.Context) outcome {
	select {
	case o := <-in.done:
		return o
	case <-ctx.Done():
		return outcome{late: true, took: time.Since(in.asked)}
	}
}

// interactionWire gives an interaction object
// (interactions/receiving-and-responding#interaction-object).
func (s *Server) interactionWire(in *interaction, data object) object {
	o := object{
		"id": in.id, "application_id": s.self, "type": in.kind, "token": in.token, "version": 1, "data": data,
		"channel_id": in.ch.ID, "channel": s.channelWire(in.ch), "locale": in.by.Locale, "entitlements": []any{},
		"app_permissions": permString(s.permissions(in.ch, s.self)), "attachment_size_limit": maxFileSize,
	}
	if in.source != nil {
		o["message"] = in.source
	}
	if in.ch.isDirect() {
		o["user"], o["context"] = in.by.user(), contextBotDM
		o["authorizing_integration_owners"] = object{"0": "0"}
		return o
	}
	g := s.guilds[in.ch.GuildID]
	m := s.memberWire(g.members[in.by.ID], true)
	m["permissions"] = permString(s.permissions(in.ch, in.by.ID))
	o["guild_id"], o["guild_locale"], o["member"], o["context"] = g.ID, g.Locale, m, contextGuild
	o["guild"] = object{"id": g.ID, "locale": g.Locale, "features": []string{"COMMUNITY"}}
	o["authorizing_integration_owners"] = object{"0": g.ID}
	return o
}

// sign marks a message as an interaction's: who sees it, what it answers.
func (s *Server) sign(in *interaction, m *message, flags int) {
	m.WebhookID, m.ApplicationID = s.self, s.self
	if flags&flagEphemeral != 0 {
		m.Flags |= flagEphemeral
		m.viewer = in.by.ID
	}
	m.Metadata = object{
		"id": in.id, "type": in.kind, "user": in.by.user(),
		"authorizing_integration_owners": object{"0": orNull(in.ch.GuildID)},
	}
	if in.source != nil {
		m.Metadata["interacted_message_id"] = in.source.ID
	}
	if in.command == "" || in.original != "" {
		return
	}
	m.Type = messageCommand
	if in.menu {
		m.Type = messageMenu
	}
	m.Metadata["name"] = in.command
	m.Interaction = object{"id": in.id, "type": in.kind, "name": in.command, "user": in.by.user()}
}
