package slackwire

import "maps"

const docElements = "docs.slack.dev/reference/block-kit/block-elements"

// elementRules checks what no list of members can say of an element.
func (w *walker) elementRules(kind string, e object, at string) {
	if id, _ := e["action_id"].(string); id != "" {
		if w.actionIDs[id] {
			w.wrong(at+"/action_id", "`action_id` %q already exists in this block (%s)", id, docElements)
		}
		w.actionIDs[id] = true
	}
	if on, _ := e["focus_on_load"].(bool); on {
		if w.focus++; w.focus > 1 {
			w.wrong(at+"/focus_on_load", "only one element may have focus_on_load")
		}
	}
	switch kind {
	case "static_select", "multi_static_select":
		if (e["options"] == nil) == (e["option_groups"] == nil) {
			w.wrong(at, "must define either `options` or `option_groups`")
		}
	case "image":
		if (e["image_url"] == nil) == (e["slack_file"] == nil) {
			w.wrong(at, "must define either `image_url` or `slack_file`")
		}
	}
	w.distinctOptions(e, at)
}

// distinctOptions wants the values of a menu's options to differ.
func (w *walker) distinctOptions(e object, at string) {
	list, _ := e["options"].([]any)
	seen := map[string]bool{}
	for i, v := range list {
		o, _ := v.(object)
		value, sent := o["value"].(string)
		if sent && value != "" && seen[value] {
			w.wrong(at+"/options/"+itoa(i)+"/value", "duplicate option value %q", value)
		}
		seen[value] = true
	}
}

func confirmOf(w *walker, v any, at string) { like(w.confirm)(w, v, at) }
func optionOf(w *walker, v any, at string)  { like(w.option)(w, v, at) }
func choiceOf(w *walker, v any, at string)  { like(w.choice)(w, v, at) }

// Lengths that many elements share.
const (
	maxID          = 255
	maxPlaceholder = 150
	maxOptions     = 100
	maxURL         = 3000
)

// newElements lists the elements and their members.
func newElements() map[string]shape {
	base := func(members ...shape) shape {
		s := shape{"type": must(nil), "action_id": opt(text(1, maxID))}
		for _, m := range members {
			maps.Copy(s, m)
		}
		return s
	}
	confirm := shape{"confirm": opt(confirmOf)}
	focus := shape{"focus_on_load": opt(boolean)}
	hint := shape{"placeholder": opt(plain(maxPlaceholder))}
	several := shape{"max_selected_items": opt(whole(1, 1000))}
	typed := shape{"dispatch_action_config": opt(like(shape{
		"trigger_actions_on": opt(each(1, 2, oneOf("on_enter_pressed", "on_character_entered"))),
	}))}
	responding := shape{"response_url_enabled": opt(boolean)}
	options := func(high int, of rule) shape { return shape{"options": must(each(1, high, of))} }
	listed := shape{
		"options": opt(each(1, maxOptions, choiceOf)),
		"option_groups": opt(each(1, maxOptions, like(shape{
			"label": must(plain(75)), "options": must(each(1, maxOptions, choiceOf)),
		}))),
	}
	filter := shape{"filter": opt(anyObject), "default_to_current_conversation": opt(boolean)}
	ids := each(0, maxOptions, text(1, 0))
	els := map[string]shape{
		"button":          base(buttonMembers()),
		"workflow_button": base(shape{"text": must(plain(75)), "workflow": must(anyObject), "style": opt(oneOf("primary", "danger")), "accessibility_label": opt(text(0, 75)), "confirm": opt(confirmOf)}),
		"icon_button": base(confirm, shape{
			"icon": must(text(1, 0)), "text": must(plain(75)), "value": opt(text(0, 2000)),
			"accessibility_label": opt(text(0, 75)), "visible_to_user_ids": opt(ids),
		}),
		"feedback_buttons":           base(shape{"positive_button": must(anyObject), "negative_button": must(anyObject)}),
		"checkboxes":                 base(confirm, focus, options(10, optionOf), shape{"initial_options": opt(each(1, 10, optionOf))}),
		"radio_buttons":              base(confirm, focus, options(10, optionOf), shape{"initial_option": opt(optionOf)}),
		"overflow":                   base(confirm, options(5, choiceOf)),
		"static_select":              base(confirm, focus, hint, listed, shape{"initial_option": opt(choiceOf)}),
		"multi_static_select":        base(confirm, focus, hint, listed, several, shape{"initial_options": opt(each(1, maxOptions, choiceOf))}),
		"external_select":            base(confirm, focus, hint, shape{"initial_option": opt(choiceOf), "min_query_length": opt(whole(0, 1000))}),
		"multi_external_select":      base(confirm, focus, hint, several, shape{"initial_options": opt(each(1, maxOptions, choiceOf)), "min_query_length": opt(whole(0, 1000))}),
		"users_select":               base(confirm, focus, hint, shape{"initial_user": opt(text(1, 0))}),
		"multi_users_select":         base(confirm, focus, hint, several, shape{"initial_users": opt(ids)}),
		"conversations_select":       base(confirm, focus, hint, filter, responding, shape{"initial_conversation": opt(text(1, 0))}),
		"multi_conversations_select": base(confirm, focus, hint, filter, several, shape{"initial_conversations": opt(ids)}),
		"channels_select":            base(confirm, focus, hint, responding, shape{"initial_channel": opt(text(1, 0))}),
		"multi_channels_select":      base(confirm, focus, hint, several, shape{"initial_channels": opt(ids)}),
		"datepicker":                 base(confirm, focus, hint, shape{"initial_date": opt(dateText)}),
		"timepicker":                 base(confirm, focus, hint, shape{"initial_time": opt(clockText), "timezone": opt(text(1, 0))}),
		"datetimepicker":             base(confirm, focus, shape{"initial_date_time": opt(whole(1e9, 1e10-1))}),
		"plain_text_input": base(focus, hint, typed, shape{
			"initial_value": opt(text(0, 3000)), "multiline": opt(boolean),
			"min_length": opt(whole(0, 3000)), "max_length": opt(whole(1, 3000)),
		}),
		"email_text_input": base(focus, hint, typed, shape{"initial_value": opt(text(0, 0))}),
		"url_text_input":   base(focus, hint, typed, shape{"initial_value": opt(text(0, 0))}),
		"number_input": base(focus, hint, typed, shape{
			"is_decimal_allowed": must(boolean), "initial_value": opt(text(0, 0)), "min_value": opt(text(0, 0)), "max_value": opt(text(0, 0)),
		}),
		"rich_text_input": base(focus, hint, typed, shape{"initial_value": opt(anyObject), "min_lines": opt(number), "max_lines": opt(number)}),
		"file_input":      base(shape{"filetypes": opt(each(1, 1000, text(1, 0))), "max_files": opt(whole(1, 10))}),
		"image":           imageMembers(),
		"plain_text":      {"type": must(nil), "text": must(text(1, 3000)), "emoji": opt(boolean)},
		"mrkdwn":          {"type": must(nil), "text": must(text(1, 3000)), "verbatim": opt(boolean)},
	}
	return els
}

func buttonMembers() shape {
	return shape{
		"text": must(plain(75)), "value": opt(text(0, 2000)), "url": opt(text(1, maxURL)),
		"style": opt(oneOf("primary", "danger")), "accessibility_label": opt(text(0, 75)), "confirm": opt(confirmOf),
	}
}

func imageMembers() shape {
	return shape{
		"type": must(nil), "alt_text": must(text(0, 2000)), "image_url": opt(text(1, maxURL)), "slack_file": opt(anyObject),
	}
}

func dateText(w *walker, v any, at string) {
	if s, ok := v.(string); !ok || !validDate(s) {
		w.wrong(at, "must be a date in the form YYYY-MM-DD")
	}
}

func clockText(w *walker, v any, at string) {
	if s, ok := v.(string); !ok || !validClock(s) {
		w.wrong(at, "must be a time in the form HH:mm")
	}
}
