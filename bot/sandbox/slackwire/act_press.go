package slackwire

import (
	"maps"
	"strings"

	"animo/bot/sandbox/world"
)

// pressed is an element that a person uses, and where it stands.
type pressed struct {
	block   string
	element object
}

// actPress uses a button, menu or picker of a message or of the open modal
// (docs.slack.dev/reference/interaction-payloads/block_actions-payload).
func (s *Server) actPress(me string, a world.Action) world.Result {
	s.mu.Lock()
	if !s.app.Settings.Interactivity.Enabled {
		s.mu.Unlock()
		return s.failed(sayNotInteractive())
	}
	var x *exchange
	var payload object
	var wrong *string
	if a.Modal != "" {
		x, payload, wrong = s.pressInModal(me, a)
	} else {
		x, payload, wrong = s.pressInMessage(me, a)
	}
	body := toJSON(payload)
	s.mu.Unlock()
	if wrong != nil {
		return world.Result{Error: *wrong}
	}
	return s.interact(x, body, sayPressFailed())
}

func (s *Server) wrongly(what sentence, args ...any) *string {
	text := s.say(what, args...)
	return &text
}

func (s *Server) pressInMessage(me string, a world.Action) (*exchange, object, *string) {
	c := s.space.channel(a.Channel)
	if c == nil {
		return nil, nil, s.wrongly(sayUnknown())
	}
	m := s.visible(me, c, a.Message)
	if m == nil || m.BotID == "" {
		return nil, nil, s.wrongly(sayUnknown())
	}
	blocks := blocksOf(m)
	el := findElement(blocks, a.Control)
	if el == nil {
		return nil, nil, s.wrongly(sayUnknown())
	}
	value, ok := valueOf(el.element, a.Values)
	if !ok {
		return nil, nil, s.wrongly(sayNoSuchChoice(), strings.Join(a.Values, ", "))
	}
	x := s.begin(me, c.ID)
	payload := s.interaction("block_actions", x)
	payload["channel"], payload["message"] = channelRef(c), m.bare()
	container := object{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.Ephemeral}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	if m.Ephemeral {
		payload["message"] = object{"type": "message", "user": m.User, "bot_id": m.BotID, "ts": m.TS, "text": m.Text, "app_id": m.AppID, "blocks": m.Blocks, "team": m.Team}
	}
	payload["container"] = container
	payload["response_url"] = s.replyTo(&replyURL{user: me, channel: c.ID, original: m.TS, thread: threadOf(m)})
	state := s.entered(me, m.TS, blocks)
	state.set(el, value)
	payload["state"] = viewState{state}
	payload["actions"] = []object{s.action(el, value)}
	return x, payload, nil
}

// entered returns what a person entered in the inputs of a message so far.
func (s *Server) entered(me, ts string, blocks []any) stateValues {
	key := me + "/" + ts
	state := initialValues(blocks)
	state.inherit(s.inputs[key])
	if len(state) > 0 {
		s.inputs[key] = state
	}
	return state
}

func (s *Server) pressInModal(me string, a world.Action) (*exchange, object, *string) {
	v := s.space.top(me)
	if v == nil || v.ID != a.Modal {
		return nil, nil, s.wrongly(sayUnknown())
	}
	var blocks []any
	if decode(v.Blocks, &blocks) != nil {
		return nil, nil, s.wrongly(sayUnknown())
	}
	el := findElement(blocks, a.Control)
	if el == nil {
		return nil, nil, s.wrongly(sayUnknown())
	}
	for block, values := range s.fields(blocks, a.Fields) { // what was typed elsewhere in the form
		maps.Copy(v.State.Values.at(block), values)
	}
	value, ok := valueOf(el.element, a.Values)
	if !ok {
		return nil, nil, s.wrongly(sayNoSuchChoice(), strings.Join(a.Values, ", "))
	}
	v.State.Values.set(el, value)
	s.keep(keyModals+me, s.space.modals[me])
	x := s.begin(me, "")
	payload := s.interaction("block_actions", x)
	payload["container"] = object{"type": "view", "view_id": v.ID}
	payload["view"] = *v
	payload["actions"] = []object{s.action(el, value)}
	return x, payload, nil
}

// action is one entry of "actions": the element without what only shows it,
// and the value.
func (s *Server) action(el *pressed, value object) object {
	a := object{"block_id": el.block, "action_ts": formatTS(s.clock.Now().UnixMicro())}
	for _, name := range []string{"type", "action_id", "text", "value", "style", "url", "placeholder", "confirm"} {
		if v, ok := el.element[name]; ok {
			a[name] = v
		}
	}
	maps.Copy(a, value)
	return a
}

// findElement returns the interactive element of an action_id, or of
// "block_id/action_id".
func findElement(blocks []any, control string) *pressed {
	for _, b := range blocks {
		block, _ := b.(object)
		id, _ := block["block_id"].(string)
		for _, e := range elementsOf(b) {
			action, _ := e["action_id"].(string)
			if action != "" && (action == control || id+"/"+action == control) {
				return &pressed{id, e}
			}
		}
	}
	return nil
}

// elementsOf returns the elements in a block, however deep.
func elementsOf(b any) []object {
	block, _ := b.(object)
	var out []object
	if e, ok := block["accessory"].(object); ok {
		out = append(out, e)
	}
	if e, ok := block["element"].(object); ok {
		out = append(out, e)
	}
	for _, key := range []string{"elements", "actions", "child_blocks"} {
		list, _ := block[key].([]any)
		for _, v := range list {
			e, ok := v.(object)
			if !ok || block["type"] == "rich_text" {
				continue
			}
			if key == "child_blocks" || e["type"] == "card" {
				out = append(out, elementsOf(e)...)
				continue
			}
			out = append(out, e)
		}
	}
	return out
}
