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

// Members that several kinds of element have.

func withConfirm() shape { return shape{"confirm": opt(confirmOf)} }
func withFocus() shape   { return shape{"focus_on_load": opt(boolean)} }
func withHint() shape    { return shape{"placeholder": opt(plain(maxPlaceholder))} }
func withSeveral() shape { return shape{"max_selected_items": opt(whole(1, 1000))} }

func withTyping() shape {
	return shape{"dispatch_action_config": opt(like(shape{
		"trigger_actions_on": opt(each(1, 2, oneOf("on_enter_pressed", "on_character_entered"))),
	}))}
}

func withOptions(high int, of rule) shape { return shape{"options": must(each(1, high, of))} }

func withList() shape {
	return shape{
		"options": opt(each(1, maxOptions, choiceOf)),
		"option_groups": opt(each(1, maxOptions, like(shape{
			"label": must(plain(75)), "options": must(each(1, maxOptions, choiceOf)),
		}))),
	}
}

// interactive is the shape of an element with an action_id.
func interactive(members ...shape) shape {
	s := shape{"type": must(nil), "action_id": opt(text(1, maxID))}
	for _, m := range members {
		maps.Copy(s, m)
	}
	return s
}

// newElements lists the elements and their members.
func newElements() map[string]shape {
	els := map[string]shape{
		"image":      imageMembers(),
		"plain_text": {"type": must(nil), "text": must(text(1, 3000)), "emoji": opt(boolean)},
		"mrkdwn":     {"type": must(nil), "text": must(text(1, 3000)), "verbatim": opt(boolean)},
	}
	maps.Copy(els, buttonElements())
	maps.Copy(els, choiceElements())
	maps.Copy(els, menuElements())
	maps.Copy(els, typingElements())
	return els
}

func buttonElements() map[string]shape {
	ids := each(0, maxOptions, text(1, 0))
	return map[string]shape{
		"button": interactive(withConfirm(), buttonMembers()),
		"workflow_button": interactive(withConfirm(), shape{
			"text": must(plain(75)), "workflow": must(anyObject), "style": opt(oneOf("primary", "danger")), "accessibility_label": opt(text(0, 75)),
		}),
		"icon_button": interactive(withConfirm(), shape{
			"icon": must(text(1, 0)), "text": must(plain(75)), "value": opt(text(0, 2000)),
			"accessibility_label": opt(text(0, 75)), "visible_to_user_ids": opt(ids),
		}),
		"feedback_buttons": interactive(shape{"positive_button": must(anyObject), "negative_button": must(anyObject)}),
	}
}

func choiceElements() map[string]shape {
	base := func(more ...shape) shape { return interactive(append(more, withConfirm(), withFocus())...) }
	return map[string]shape{
		"checkboxes":     base(withOptions(10, optionOf), shape{"initial_options": opt(each(1, 10, optionOf))}),
		"radio_buttons":  base(withOptions(10, optionOf), shape{"initial_option": opt(optionOf)}),
		"overflow":       interactive(withConfirm(), withOptions(5, choiceOf)),
		"datepicker":     base(withHint(), shape{"initial_date": opt(dateText)}),
		"timepicker":     base(withHint(), shape{"initial_time": opt(clockText), "timezone": opt(text(1, 0))}),
		"datetimepicker": base(shape{"initial_date_time": opt(whole(1e9, 1e10-1))}),
	}
}

func menuElements() map[string]shape {
	base := func(more ...shape) shape {
		return interactive(append(more, withConfirm(), withFocus(), withHint())...)
	}
	many := func(more ...shape) shape { return base(append(more, withSeveral())...) }
	one, ids := opt(text(1, 0)), opt(each(0, maxOptions, text(1, 0)))
	first, firsts := shape{"initial_option": opt(choiceOf)}, shape{"initial_options": opt(each(1, maxOptions, choiceOf))}
	query := shape{"min_query_length": opt(whole(0, 1000))}
	filter := shape{"filter": opt(anyObject), "default_to_current_conversation": opt(boolean)}
	responding := shape{"response_url_enabled": opt(boolean)}
	return map[string]shape{
		"static_select":              base(withList(), first),
		"multi_static_select":        many(withList(), firsts),
		"external_select":            base(query, first),
		"multi_external_select":      many(query, firsts),
		"users_select":               base(shape{"initial_user": one}),
		"multi_users_select":         many(shape{"initial_users": ids}),
		"conversations_select":       base(filter, responding, shape{"initial_conversation": one}),
		"multi_conversations_select": many(filter, shape{"initial_conversations": ids}),
		"channels_select":            base(responding, shape{"initial_channel": one}),
		"multi_channels_select":      many(shape{"initial_channels": ids}),
	}
}

func typingElements() map[string]shape {
	base := func(more ...shape) shape {
		return interactive(append(more, withFocus(), withHint(), withTyping())...)
	}
	return map[string]shape{
		"plain_text_input": base(shape{
			"initial_value": opt(text(0, 3000)), "multiline": opt(boolean),
			"min_length": opt(whole(0, 3000)), "max_length": opt(whole(1, 3000)),
		}),
		"email_text_input": base(shape{"initial_value": opt(text(0, 0))}),
		"url_text_input":   base(shape{"initial_value": opt(text(0, 0))}),
		"number_input": base(shape{
			"is_decimal_allowed": must(boolean), "initial_value": opt(text(0, 0)), "min_value": opt(text(0, 0)), "max_value": opt(text(0, 0)),
		}),
		"rich_text_input": base(shape{"initial_value": opt(anyObject), "min_lines": opt(number), "max_lines": opt(number)}),
		"file_input":      interactive(shape{"filetypes": opt(each(1, 1000, text(1, 0))), "max_files": opt(whole(1, 10))}),
	}
}

func buttonMembers() shape {
	return shape{
		"text": must(plain(75)), "value": opt(text(0, 2000)), "url": opt(text(1, maxURL)),
		"style": opt(oneOf("primary", "danger")), "accessibility_label": opt(text(0, 75)),
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
