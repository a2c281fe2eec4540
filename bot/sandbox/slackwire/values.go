package slackwire

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
)

// Names under which an element's value appears in state.values and in
// actions (docs.slack.dev/reference/interaction-payloads/view-interactions-payload).
func valueKey(kind string) string {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return "value"
	case "static_select", "external_select", "radio_buttons", "overflow":
		return "selected_option"
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options"
	case "users_select":
		return "selected_user"
	case "multi_users_select":
		return "selected_users"
	case "conversations_select":
		return "selected_conversation"
	case "multi_conversations_select":
		return "selected_conversations"
	case "channels_select":
		return "selected_channel"
	case "multi_channels_select":
		return "selected_channels"
	case "datepicker":
		return "selected_date"
	case "timepicker":
		return "selected_time"
	case "datetimepicker":
		return "selected_date_time"
	case "rich_text_input":
		return "rich_text_value"
	case "file_input":
		return "files"
	}
	return ""
}

// initialKey names the member of an element that holds its first value.
func initialKey(kind string) string {
	switch kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input":
		return "initial_value"
	case "datetimepicker":
		return "initial_date_time"
	case "checkboxes":
		return "initial_options"
	}
	if key := valueKey(kind); len(key) > len("selected_") {
		return "initial_" + key[len("selected_"):]
	}
	return ""
}

// stateful tells whether an element's value appears in state.values.
func stateful(kind string) bool { return valueKey(kind) != "" && kind != "overflow" }

func several(kind string) bool {
	switch kind {
	case "checkboxes", "multi_static_select", "multi_external_select", "multi_users_select",
		"multi_conversations_select", "multi_channels_select", "file_input":
		return true
	}
	return false
}

// valueOf shapes what a person chose or typed as payloads give it. A button
// has no value of its own. It fails for an option that the element lacks.
func valueOf(e object, values []string) (object, bool) {
	kind, _ := e["type"].(string)
	key := valueKey(kind)
	switch {
	case key == "":
		return object{}, true
	case e["options"] != nil || e["option_groups"] != nil:
		return chosen(e, kind, key, values)
	case kind == "multi_external_select":
		var list []object
		for _, v := range values {
			list = append(list, externalOption(v))
		}
		return object{key: append([]object{}, list...)}, true
	case several(kind):
		return object{key: append([]string{}, values...)}, true
	case len(values) == 0 || values[0] == "":
		return object{key: nil}, true
	case kind == "external_select":
		return object{key: externalOption(values[0])}, true
	case kind == "datetimepicker":
		n, err := strconv.ParseInt(values[0], 10, 64)
		return object{key: n}, err == nil
	case kind == "rich_text_input":
		return object{key: richText(escape(values[0]))}, true
	}
	return object{key: values[0]}, true
}

func externalOption(value string) object {
	return object{"text": object{"type": "plain_text", "text": value, "emoji": true}, "value": value}
}

func chosen(e object, kind, key string, values []string) (object, bool) {
	options := optionsOf(e)
	picked := []any{}
	for _, v := range values {
		i := slices.IndexFunc(options, func(o object) bool { return o["value"] == v })
		if i < 0 {
			return nil, false
		}
		picked = append(picked, options[i])
	}
	if several(kind) {
		return object{key: picked}, true
	}
	if len(picked) == 0 {
		return object{key: nil}, true
	}
	return object{key: picked[0]}, len(picked) == 1
}

func optionsOf(e object) []object {
	var out []object
	add := func(v any) {
		list, _ := v.([]any)
		for _, o := range list {
			if option, ok := o.(object); ok {
				out = append(out, option)
			}
		}
	}
	add(e["options"])
	groups, _ := e["option_groups"].([]any)
	for _, g := range groups {
		group, _ := g.(object)
		add(group["options"])
	}
	return out
}

// initialValues returns what the inputs of blocks hold before anybody touches
// them.
func initialValues(blocks []any) stateValues {
	out := stateValues{}
	for _, b := range blocks {
		block, _ := b.(object)
		id, _ := block["block_id"].(string)
		for _, e := range elementsOf(b) {
			kind, _ := e["type"].(string)
			action, _ := e["action_id"].(string)
			if !stateful(kind) || action == "" {
				continue
			}
			value := object{"type": kind, valueKey(kind): e[initialKey(kind)]}
			if several(kind) && e[initialKey(kind)] == nil {
				value[valueKey(kind)] = []any{}
			}
			out.at(id)[action] = value
		}
	}
	return out
}

func (s stateValues) at(block string) map[string]any {
	if s[block] == nil {
		s[block] = map[string]any{}
	}
	return s[block]
}

// set notes the value of an element, if it has one.
func (s stateValues) set(el *pressed, value object) {
	kind, _ := el.element["type"].(string)
	action, _ := el.element["action_id"].(string)
	if !stateful(kind) {
		return
	}
	v := object{"type": kind}
	maps.Copy(v, value)
	s.at(el.block)[action] = v
}

// inherit takes over what was entered before in inputs that are still there
// and of the same type.
func (s stateValues) inherit(old stateValues) {
	for block, actions := range s {
		for action, v := range actions {
			now, _ := v.(object)
			before, _ := old[block][action].(object)
			if before != nil && before["type"] == now["type"] {
				actions[action] = before
			}
		}
	}
}

// fields turns a form's fields, by action_id, "block_id/action_id" or
// block_id, into values. Fields that are no choice of their element are left
// out.
func (s *Server) fields(blocks []any, given map[string][]string) stateValues {
	out := stateValues{}
	for _, b := range blocks {
		block, _ := b.(object)
		id, _ := block["block_id"].(string)
		for _, e := range elementsOf(b) {
			action, _ := e["action_id"].(string)
			values, ok := given[id+"/"+action]
			if !ok {
				values, ok = given[action]
			}
			if !ok && block["type"] == "input" {
				values, ok = given[id]
			}
			kind, _ := e["type"].(string)
			if !ok || !stateful(kind) {
				continue
			}
			if value, fits := valueOf(e, values); fits {
				out.set(&pressed{id, e}, value)
			}
		}
	}
	return out
}

// words returns what an input holds as text, and how many things it holds.
func (s stateValues) held(block string, e object) (text string, n int) {
	kind, _ := e["type"].(string)
	action, _ := e["action_id"].(string)
	v, _ := s[block][action].(object)
	switch t := v[valueKey(kind)].(type) {
	case nil:
		return "", 0
	case string:
		if t == "" {
			return "", 0
		}
		return t, 1
	case []any:
		return "", len(t)
	case []string:
		return "", len(t)
	case []object:
		return "", len(t)
	case json.Number:
		return t.String(), 1
	}
	return "", 1
}
