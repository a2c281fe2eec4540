package discordwire

import (
	"encoding/json"
	"fmt"
	"unicode/utf8"

	"animo/bot/sandbox/world"
)

var callbackRoutes = routes{
	"POST /interactions/{id}/{token}/callback": (*Server).callback,
}

// Callback types
// (interactions/receiving-and-responding#interaction-response-object-interaction-callback-type).
const (
	answerMessage  = 4
	answerLater    = 5
	answerSilent   = 6
	answerUpdate   = 7
	answerComplete = 8
	answerModal    = 9
)

// callback takes the bot's first answer to an interaction. One that is wrong
// does not count: the bot may try again in time.
func (s *Server) callback(c *call) (any, error) {
	in := s.asked[c.PathValue("id")]
	if in == nil || in.token != c.PathValue("token") || in.state == failed {
		return nil, refuse(unknownInteraction)
	}
	if in.state == answered {
		return nil, refuse(alreadyAcknowledged)
	}
	kind := whole(c.body()["type"])
	if !in.takes(kind) {
		return nil, badForm("type", "INTERACTION_TYPE_INVALID", fmt.Sprintf("Callback type %d is not possible for this interaction", kind))
	}
	out, err := s.respond(in, kind, c)
	if err != nil {
		return nil, err
	}
	in.acknowledge(out)
	if !flag(c.URL.Query().Get("with_response")) {
		return nil, nil
	}
	return s.callbackWire(in, kind), nil
}

// takes says which answers fit an interaction.
func (in *interaction) takes(kind int) bool {
	switch kind {
	case answerMessage, answerLater:
		return in.kind != askComplete
	case answerSilent, answerUpdate:
		return in.source != nil && in.kind != askComplete
	case answerComplete:
		return in.kind == askComplete
	case answerModal:
		return in.kind == askCommand || in.kind == askPress
	}
	return false
}

func (s *Server) respond(in *interaction, kind int, c *call) (outcome, error) {
	data := obj(c.body()["data"])
	switch kind {
	case answerMessage:
		return s.respondMessage(in, c, data)
	case answerLater:
		return s.respondLater(in, data)
	case answerSilent:
		in.original = in.source.ID
		in.own[in.original] = true
		return outcome{}, nil
	case answerUpdate:
		if s.history(in.ch.ID).find(in.source.ID) == nil {
			return outcome{}, refuse(unknownMessage)
		}
		if err := s.edit(in.ch, in.source, c, data); err != nil {
			return outcome{}, err
		}
		in.original = in.source.ID
		in.own[in.original] = true
		return outcome{}, nil
	case answerComplete:
		return respondChoices(data)
	}
	return s.respondModal(in, data)
}

func (s *Server) respondMessage(in *interaction, c *call, data object) (outcome, error) {
	m, err := s.compose(in.ch, c, data, in)
	if err != nil {
		return outcome{}, err
	}
	s.answerWith(in, m)
	return outcome{message: m.ID}, nil
}

func (s *Server) answerWith(in *interaction, m *message) {
	in.original = m.ID
	in.own[m.ID] = true
	s.messageMade(m)
}

func (s *Server) respondLater(in *interaction, data object) (outcome, error) {
	m := s.newMessage(in.ch, s.people[s.self])
	s.sign(in, m, whole(data["flags"]))
	m.Flags |= flagLoading
	in.deferred = true
	s.answerWith(in, m)
	return outcome{message: m.ID}, nil
}

func respondChoices(data object) (outcome, error) {
	var f form
	choices := list(data["choices"])
	f.length("data.choices", len(choices), 0, 25)
	for i, v := range choices {
		o, at := obj(v), fmt.Sprintf("data.choices.%d", i)
		f.text(at+".name", o["name"], 1, 100)
		if text, ok := o["value"].(string); ok {
			f.length(at+".value", utf8.RuneCountInString(text), 0, 100)
		}
	}
	if err := f.err(); err != nil {
		return outcome{}, err
	}
	raw, err := json.Marshal(choices)
	if err != nil {
		return outcome{}, err
	}
	var out outcome
	if err := json.Unmarshal(raw, &out.choices); err != nil {
		return outcome{}, badForm("data.choices", "MODEL_TYPE_CONVERT", err.Error())
	}
	return out, nil
}

// openModal is a form before one person.
type openModal struct {
	by     *person
	ch     *channel
	source *message
	data   object
}

func (s *Server) respondModal(in *interaction, data object) (outcome, error) {
	if err := validateModal(data); err != nil {
		return outcome{}, err
	}
	numberComponents(list(data["components"]))
	native, err := json.Marshal(data)
	if err != nil {
		return outcome{}, err
	}
	m := &world.Modal{ID: s.ids.next(), Native: native}
	for id, open := range s.modals {
		if open.by.ID == in.by.ID {
			delete(s.modals, id) // a client shows one form at a time
		}
	}
	s.modals[m.ID] = &openModal{by: in.by, ch: in.ch, source: in.source, data: data}
	s.feed.Publish(world.Event{Kind: world.EventModal, Channel: in.ch.ID, For: in.by.ID, Data: *m})
	return outcome{modal: m}, nil
}

// callbackWire gives an interaction callback response object
// (interactions/receiving-and-responding#interaction-callback-interaction-callback-object).
func (s *Server) callbackWire(in *interaction, kind int) object {
	o := object{"id": in.id, "type": in.kind}
	resource := object{"type": kind}
	if m := s.history(in.ch.ID).find(in.original); m != nil {
		o["response_message_id"] = m.ID
		o["response_message_loading"] = m.waiting()
		o["response_message_ephemeral"] = m.viewer != ""
		if kind == answerMessage || kind == answerUpdate || kind == answerLater {
			resource["message"] = m
		}
	}
	return object{"interaction": o, "resource": resource}
}
