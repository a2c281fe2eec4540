package slackwire

import (
	"encoding/json"
	"time"
)

// event is one Events API payload on its way.
type event struct {
	ID      string          `json:"id"`
	Payload json.RawMessage `json:"payload"`
	Attempt int             `json:"attempt"` // repetitions so far
	Due     time.Time       `json:"due"`
	Reason  string          `json:"reason"`
}

// eventQueue hands events over in order, without bound: people who act must
// not wait for an app that does not listen.
type eventQueue struct {
	events []*event
	ready  chan struct{} // holds a token when there is something
}

func newEventQueue() eventQueue { return eventQueue{ready: make(chan struct{}, 1)} }

// emit sends an event of the workspace, or of a channel that the bot is a
// member of, if the app subscribes to it. The caller holds s.mu.
func (s *Server) emit(kind string, c *channel, body object) {
	if c != nil && !c.has(s.space.team.BotUID) || !s.app.subscribes(kind) {
		return
	}
	body["type"] = kind
	s.send(body)
}

// emitMessage sends a message event: its manifest name depends on the kind of
// channel, its type does not.
func (s *Server) emitMessage(c *channel, body object) {
	name := map[string]string{kindPublic: "message.channels", kindPrivate: "message.groups", kindDirect: "message.im"}[c.Kind]
	if c.has(s.space.team.BotUID) && s.app.subscribes(name) {
		body["type"] = "message"
		s.send(body)
	}
}

// send wraps an event as the Events API does
// (docs.slack.dev/apis/events-api#callback-field) and queues it.
func (s *Server) send(body object) {
	t, now := s.space.team, s.clock.Now()
	if body["event_ts"] == nil {
		body["event_ts"] = formatTS(now.UnixMicro())
		if ts, ok := body["ts"]; ok {
			body["event_ts"] = ts
		}
	}
	e := &event{ID: freshID("Ev"), Due: now.Add(s.late)}
	e.Payload = toJSON(object{
		"token": s.verification(), "team_id": t.ID, "context_team_id": t.ID, "context_enterprise_id": nil,
		"api_app_id": t.AppID, "event": body, "type": "event_callback", "event_id": e.ID, "event_time": now.Unix(),
		"authorizations": []object{{
			"enterprise_id": nil, "team_id": t.ID, "user_id": t.BotUID, "is_bot": true, "is_enterprise_install": false,
		}},
		"is_ext_shared_channel": false, "event_context": "4-" + freshHex(12),
	})
	s.keep(keyEvent+e.ID, e)
	s.queue.put(e)
	if s.dupes > 0 {
		s.dupes--
		s.queue.put(e.again("timeout"))
	}
}

// again is the event as a repetition.
func (e *event) again(reason string) *event {
	c := *e
	c.Attempt++
	c.Reason = reason
	return &c
}

func (q *eventQueue) put(e *event) {
	q.events = append(q.events, e)
	select {
	case q.ready <- struct{}{}:
	default:
	}
}

// loadEvents takes up the events that were not acknowledged before a restart.
func (s *Server) loadEvents() error {
	return s.store.Each(keyEvent, func(_ string, raw json.RawMessage) error {
		e := &event{}
		if err := json.Unmarshal(raw, e); err != nil {
			return err
		}
		s.work.Go(func() {
			if s.sleep(e.Due) {
				s.deliver(e)
			}
		})
		return nil
	})
}

// runEvents hands queued events to the app in order; it does not wait for the
// acknowledgement of one before it sends the next.
func (s *Server) runEvents() {
	for {
		select {
		case <-s.ctx.Done():
			return
		case <-s.queue.ready:
		}
		s.mu.Lock()
		events := s.queue.events
		s.queue.events = nil
		s.mu.Unlock()
		for _, e := range events {
			if s.clock.Now().Before(e.Due) {
				s.work.Go(func() {
					if s.sleep(e.Due) {
						s.deliver(e)
					}
				})
				continue
			}
			done := s.dispatch(e)
			s.work.Go(func() { s.follow(e, done) })
		}
	}
}

// deliver sends an event and sees it through.
func (s *Server) deliver(e *event) { s.follow(e, s.dispatch(e)) }

// dispatch sends an event over the wire and returns where its fate will be
// told: empty for acknowledged, or why not.
func (s *Server) dispatch(e *event) <-chan string {
	out := make(chan string, 1)
	if s.post.on() {
		s.work.Go(func() { out <- s.post.event(s, e) })
		return out
	}
	wait, err := s.link.send(s.ctx, envelope{Type: "events_api", Payload: e.Payload, Attempt: &e.Attempt, Reason: &e.Reason})
	if err != nil {
		out <- "connection_failed"
		return out
	}
	s.work.Go(func() {
		if _, err := wait.ack(s.ctx, s.opts.AckTimeout); err != nil {
			out <- "timeout"
			return
		}
		out <- ""
	})
	return out
}

const noRetry = "no_retry" // the app asked for no repetition

// follow waits for an event's fate and repeats it as long as there are
// repetitions left.
func (s *Server) follow(e *event, done <-chan string) {
	for {
		reason := <-done
		if s.ctx.Err() != nil {
			return // it stays in the Store for the next start
		}
		if reason == "" || reason == noRetry || e.Attempt >= len(s.opts.RetryDelays) {
			_ = s.store.Delete(keyEvent + e.ID) // as keep: nobody to tell
			return
		}
		delay := s.opts.RetryDelays[e.Attempt]
		e = e.again(reason)
		e.Due = s.clock.Now().Add(delay)
		s.keep(keyEvent+e.ID, e)
		if !s.sleep(e.Due) {
			return
		}
		done = s.dispatch(e)
	}
}

// verification is the deprecated token that payloads still carry.
func (s *Server) verification() string { return stableID("v", s.space.team.ID) }

// Duplicate lets the next n events be delivered twice, with the same event_id.
func (s *Server) Duplicate(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dupes = n
}

// Late holds back every event from now on by d of the sandbox's clock; 0 ends
// it.
func (s *Server) Late(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.late = d
}
