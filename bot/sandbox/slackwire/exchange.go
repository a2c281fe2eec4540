package slackwire

import (
	"regexp"
	"slices"
	"time"

	"animo/bot/sandbox/world"
)

const (
	// docs.slack.dev/interactivity/handling-user-interaction#modal_responses
	triggerLife = 3 * time.Second
	triggerKept = time.Minute // then it is no longer told apart from an unknown one
	// docs.slack.dev/interactivity/handling-user-interaction#message_responses
	replyLife = 30 * time.Minute
	replyUses = 5
	replyKept = 2 * replyLife
)

// exchange is one thing that a person did and that the app may answer by a
// modal or a message.
type exchange struct {
	trigger string
	user    string
	channel string
	born    time.Time // on the sandbox's clock
	used    bool

	shown   chan struct{} // closed at the first answer that the person sees
	modal   *world.Modal
	message string
}

// begin makes a trigger id for what a person does and waits for the answer.
// The caller holds s.mu, and calls end later.
func (s *Server) begin(user, channelID string) *exchange {
	now := s.clock.Now()
	x := &exchange{
		trigger: itoa(int(now.UnixMilli())) + "." + itoa(int(s.space.team.Created.Unix())) + "." + freshHex(16),
		user:    user, channel: channelID, born: now, shown: make(chan struct{}),
	}
	s.triggers.put(x.trigger, x, now)
	s.waiting[user] = append(s.waiting[user], x)
	return x
}

// end stops waiting.
func (s *Server) end(x *exchange) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting[x.user] = slices.DeleteFunc(s.waiting[x.user], func(y *exchange) bool { return x == y })
	if len(s.waiting[x.user]) == 0 {
		delete(s.waiting, x.user)
	}
}

// show notes the first answer that the person sees. The caller holds s.mu.
func (x *exchange) show(m *world.Modal, message string) {
	select {
	case <-x.shown:
	default:
		x.modal, x.message = m, message
		close(x.shown)
	}
}

// answered tells the actions of a person, in a channel or in a form, that a
// message came.
func (s *Server) answered(user, channelID, ts string) {
	for _, x := range s.waiting[user] {
		if x.channel == "" || x.channel == channelID {
			x.show(nil, ts)
		}
	}
}

var triggerForm = regexp.MustCompile(`^\d+\.\d+\.[0-9a-f]+$`)

// redeem returns what a trigger id stands for, while it lives.
func (s *Server) redeem(id string) (*exchange, error) {
	x := s.triggers.vals[id]
	switch {
	case !triggerForm.MatchString(id):
		return nil, refuse("invalid_trigger_id")
	case x == nil || s.clock.Now().Sub(x.born) > triggerLife:
		return nil, refuse("expired_trigger_id")
	case x.used:
		return nil, refuse("exchanged_trigger_id")
	}
	return x, nil
}

// settled waits a moment longer than the acknowledgement for what the person
// would see: most answers come right behind it.
func (s *Server) settled(x *exchange) {
	timer := time.NewTimer(s.settle)
	defer timer.Stop()
	select {
	case <-x.shown:
	case <-timer.C:
	case <-s.ctx.Done():
	}
}
