package slackwire

import (
	"encoding/json"
	"maps"
	"math/big"
	"net/mail"
	"net/url"
	"strconv"
	"unicode/utf8"

	"animo/bot/sandbox/world"
)

// actSubmit sends the open modal
// (docs.slack.dev/reference/interaction-payloads/view-interactions-payload).
// What Slack's client checks itself never reaches the app.
func (s *Server) actSubmit(me string, a world.Action) world.Result {
	s.mu.Lock()
	v := s.space.top(me)
	var blocks []any
	if v == nil || a.Modal != "" && v.ID != a.Modal || decode(v.Blocks, &blocks) != nil || len(v.Submit) == 0 {
		s.mu.Unlock()
		return s.failed(sayUnknown())
	}
	for block, values := range s.fields(blocks, a.Fields) {
		maps.Copy(v.State.Values.at(block), values)
	}
	s.keep(keyModals+me, s.space.modals[me])
	if wrong := s.mistakes(blocks, v.State.Values); len(wrong) > 0 {
		modal := asModal(v)
		s.mu.Unlock()
		return world.Result{FieldErrors: wrong, Modal: modal}
	}
	x := s.begin(me, "")
	payload := s.interaction("view_submission", x)
	payload["view"], payload["response_urls"] = *v, []any{}
	body, open := toJSON(payload), asModal(v)
	s.mu.Unlock()
	defer s.end(x)

	ack, took, err := s.ask(kindInteractive, body)
	if err != nil {
		return world.Result{Error: s.say(saySubmitFailed()), Modal: open, Took: took}
	}
	r := s.submitted(me, v, ack)
	if r.OK && r.Modal == nil {
		r = s.result(x)
	}
	r.Took = took
	return r
}

// submitted does what the acknowledgement of a submission asks for.
func (s *Server) submitted(me string, v *view, ack json.RawMessage) world.Result {
	var body struct {
		Action string            `json:"response_action"`
		Errors map[string]string `json:"errors"`
	}
	raw := object{}
	s.mu.Lock()
	defer s.mu.Unlock()
	refused := world.Result{Error: s.say(saySubmitFailed()), Modal: asModal(v)}
	if len(ack) > 0 && (json.Unmarshal(ack, &body) != nil || decode(ack, &raw) != nil) {
		return refused
	}
	switch body.Action {
	case "":
		s.closeModal(me, false)
	case "clear":
		s.closeModal(me, true)
	case "errors":
		wrong, ok := fieldErrors(v, body.Errors)
		if !ok {
			return refused
		}
		return world.Result{FieldErrors: wrong, Modal: asModal(v)}
	case "update", "push":
		made, err := s.readView(raw["view"], "modal")
		if err != nil {
			return refused
		}
		if body.Action == "update" {
			s.updateModal(me, v, made)
		} else if s.pushModal(me, made) != nil {
			return refused
		}
	default:
		return refused
	}
	return world.Result{OK: true, Modal: asModal(s.space.top(me))}
}

// fieldErrors gives the app's errors, which are by block_id, by action_id as
// well. Slack takes only errors of input blocks that the view has.
func fieldErrors(v *view, given map[string]string) (map[string]string, bool) {
	var blocks []any
	if decode(v.Blocks, &blocks) != nil || len(given) == 0 {
		return nil, false
	}
	out, found := map[string]string{}, 0
	for _, b := range blocks {
		block, _ := b.(object)
		id, _ := block["block_id"].(string)
		text, ok := given[id]
		if !ok || block["type"] != "input" {
			continue
		}
		found++
		e, _ := block["element"].(object)
		action, _ := e["action_id"].(string)
		out[id], out[action] = text, text
	}
	return out, found == len(given)
}

// mistakes checks the inputs of a form as Slack's client does before it sends.
func (s *Server) mistakes(blocks []any, state stateValues) map[string]string {
	out := map[string]string{}
	for _, b := range blocks {
		block, _ := b.(object)
		e, ok := block["element"].(object)
		if block["type"] != "input" || !ok {
			continue
		}
		id, _ := block["block_id"].(string)
		optional, _ := block["optional"].(bool)
		if wrong := s.mistake(e, state, id, optional); wrong != "" {
			action, _ := e["action_id"].(string)
			out[id], out[action] = wrong, wrong
		}
	}
	return out
}

func (s *Server) mistake(e object, state stateValues, block string, optional bool) string {
	kind, _ := e["type"].(string)
	text, n := state.held(block, e)
	length := utf8.RuneCountInString(text)
	switch {
	case n == 0 && optional:
		return ""
	case n == 0:
		return s.say(sayRequired())
	case kind == "plain_text_input" && length < number64(e["min_length"], 0):
		return s.say(sayTooShort(), number64(e["min_length"], 0))
	case kind == "plain_text_input" && length > number64(e["max_length"], 3000):
		return s.say(sayOverlong(), number64(e["max_length"], 3000))
	case several(kind) && n > number64(e["max_selected_items"], maxOptions):
		return s.say(sayTooMany(), number64(e["max_selected_items"], maxOptions))
	case kind == "number_input":
		return s.numberMistake(e, text)
	}
	return s.formMistake(kind, text)
}

// formMistake checks texts that must have a form.
func (s *Server) formMistake(kind, text string) string {
	good := true
	switch kind {
	case "email_text_input":
		_, err := mail.ParseAddress(text)
		good = err == nil
	case "url_text_input":
		u, err := url.Parse(text)
		good = err == nil && u.Scheme != "" && u.Host != ""
	case "datepicker":
		good = validDate(text)
	case "timepicker":
		good = validClock(text)
	}
	if good {
		return ""
	}
	return s.say(sayBadForm(), map[string]string{
		"email_text_input": "email", "url_text_input": "URL", "datepicker": "YYYY-MM-DD", "timepicker": "HH:mm",
	}[kind])
}

func (s *Server) numberMistake(e object, text string) string {
	n, ok := new(big.Rat).SetString(text)
	decimal, _ := e["is_decimal_allowed"].(bool)
	if !ok || !decimal && !n.IsInt() {
		return s.say(sayBadForm(), "123")
	}
	low, _ := e["min_value"].(string)
	high, _ := e["max_value"].(string)
	if least, ok := new(big.Rat).SetString(low); ok && n.Cmp(least) < 0 {
		return s.say(sayTooSmall(), low)
	}
	if most, ok := new(big.Rat).SetString(high); ok && n.Cmp(most) > 0 {
		return s.say(sayTooLarge(), high)
	}
	return ""
}

func number64(v any, def int) int {
	n, ok := v.(json.Number)
	if !ok {
		return def
	}
	i, err := strconv.Atoi(n.String())
	if err != nil {
		return def
	}
	return i
}

// actClose dismisses the open modal; the app hears of it if the view says
// notify_on_close.
func (s *Server) actClose(me string, a world.Action) world.Result {
	s.mu.Lock()
	v := s.space.top(me)
	if v == nil || a.Modal != "" && v.ID != a.Modal {
		s.mu.Unlock()
		return s.failed(sayUnknown())
	}
	s.closeModal(me, v.ClearOnClose)
	left := asModal(s.space.top(me))
	if !v.NotifyOnClose {
		s.mu.Unlock()
		return world.Result{OK: true, Modal: left}
	}
	x := s.begin(me, "")
	payload := s.interaction("view_closed", x)
	delete(payload, "trigger_id")
	payload["view"], payload["is_cleared"] = *v, v.ClearOnClose
	body := toJSON(payload)
	s.mu.Unlock()
	defer s.end(x)
	_, took, err := s.ask(kindInteractive, body)
	r := world.Result{OK: err == nil, Modal: left, Took: took}
	if err != nil {
		r.Error = s.say(sayPressFailed())
	}
	return r
}
