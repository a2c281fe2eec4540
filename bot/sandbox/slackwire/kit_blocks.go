package slackwire

import "time"

// Where elements may stand.
func accessories() []string {
	return append(pickers(), "button", "workflow_button", "overflow", "checkboxes", "radio_buttons", "image")
}

func actionElements() []string {
	return append(pickers(), "button", "workflow_button", "overflow", "checkboxes", "radio_buttons", "datetimepicker", "rich_text_input")
}

func inputElements() []string {
	return append(pickers(), "checkboxes", "radio_buttons", "datetimepicker", "plain_text_input", "email_text_input",
		"url_text_input", "number_input", "rich_text_input", "file_input")
}

// pickers are the menus and the choices of a date or time of day.
func pickers() []string {
	return []string{
		"static_select", "external_select", "users_select", "conversations_select", "channels_select",
		"multi_static_select", "multi_external_select", "multi_users_select", "multi_conversations_select",
		"multi_channels_select", "datepicker", "timepicker",
	}
}

// newKit makes the rules.
func newKit() *kit {
	k := &kit{elements: newElements(), blocks: newBlocks(), surfaces: surfaces()}
	k.confirm = shape{ // docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object
		"title": opt(plain(100)), "text": must(words(300)), "confirm": opt(plain(30)), "deny": opt(plain(30)),
		"style": opt(oneOf("primary", "danger")),
	}
	k.option = shape{ // docs.slack.dev/reference/block-kit/composition-objects/option-object
		"text": must(words(75)), "value": opt(text(0, 150)), "description": opt(words(75)),
	}
	k.choice = shape{
		"text": must(plain(75)), "value": opt(text(0, 150)), "description": opt(plain(75)), "url": opt(text(1, maxURL)),
	}
	return k
}

// surfaces lists which blocks appear where
// (docs.slack.dev/reference/block-kit/blocks).
func surfaces() map[string][]string {
	everywhere := []string{
		"actions", "context", "divider", "header", "image", "input", "rich_text", "section", "video", "alert", "card", "carousel", "container",
	}
	message := append([]string{"file", "markdown", "table", "data_table", "context_actions", "plan", "task_card"}, everywhere...)
	return map[string][]string{inMessage: message, inModal: everywhere, inHome: everywhere}
}

// newBlocks lists the blocks and their members.
func newBlocks() map[string]shape {
	block := func(members shape) shape {
		members["type"], members["block_id"] = must(nil), opt(text(0, maxID))
		return members
	}
	rows := each(1, 101, each(1, 20, anyObject))
	return map[string]shape{
		"actions": block(shape{"elements": must(each(1, 25, element(actionElements()...)))}),
		"context": block(shape{"elements": must(each(1, 10, element("image", "plain_text", "mrkdwn")))}),
		"divider": block(shape{}),
		"file":    block(shape{"external_id": must(text(1, 0)), "source": must(oneOf("remote"))}),
		"header":  block(shape{"text": must(plain(150)), "level": opt(whole(1, 4))}),
		"image": block(shape{
			"alt_text": must(text(1, 2000)), "title": opt(plain(2000)), "image_url": opt(text(1, maxURL)), "slack_file": opt(anyObject),
		}),
		"input": block(shape{
			"label": must(plain(2000)), "element": must(element(inputElements()...)), "hint": opt(plain(2000)),
			"optional": opt(boolean), "dispatch_action": opt(boolean),
		}),
		"markdown":  block(shape{"text": must(text(1, maxMarkdown))}),
		"rich_text": block(shape{"elements": must(each(0, 1000, richPiece))}),
		"section": block(shape{
			"text": opt(words(3000)), "fields": opt(each(1, 10, words(2000))), "expand": opt(boolean),
			"accessory": opt(element(accessories()...)),
		}),
		"video": block(shape{
			"title": must(plain(200)), "alt_text": must(text(1, 2000)), "video_url": must(text(1, maxURL)),
			"thumbnail_url": must(text(1, maxURL)), "title_url": opt(text(1, maxURL)), "description": opt(plain(200)),
			"author_name": opt(text(0, 50)), "provider_name": opt(text(0, 50)), "provider_icon_url": opt(text(1, maxURL)),
		}),
		"table":           block(shape{"rows": must(each(1, 100, each(1, 20, anyObject))), "column_settings": opt(each(0, 20, tableColumn))}),
		"data_table":      block(shape{"rows": must(rows), "caption": must(text(1, 0)), "page_size": opt(whole(1, 100)), "row_header_column_index": opt(number)}),
		"alert":           block(shape{"text": must(words(3000)), "level": opt(oneOf("default", "info", "warning", "error", "success"))}),
		"card":            block(cardMembers()),
		"carousel":        block(shape{"elements": must(nested(10, "card"))}),
		"context_actions": block(shape{"elements": must(each(1, 5, element("feedback_buttons", "icon_button")))}),
		"container": block(shape{
			"child_blocks": must(nested(10, "actions", "context", "divider", "file", "header", "image", "input", "rich_text", "section", "table", "video")),
			"title":        opt(plain(150)), "subtitle": opt(words(150)), "icon": opt(element("image")), "is_collapsible": opt(boolean),
			"default_collapsed": opt(boolean), "has_header_divider": opt(boolean), "rich_text_title": opt(anyObject),
			"width": opt(oneOf("narrow", "standard", "wide", "full")),
		}),
		"plan": block(shape{"title": must(text(1, 0)), "tasks": opt(each(0, maxOptions, anyObject))}),
		"task_card": block(shape{
			"task_id": must(text(1, 0)), "title": must(text(1, 0)), "status": must(oneOf("pending", "in_progress", "complete", "error")),
			"details": opt(anyObject), "output": opt(anyObject), "sources": opt(each(0, maxOptions, anyObject)),
		}),
	}
}

func cardMembers() shape {
	return shape{
		"title": opt(words(150)), "subtitle": opt(words(150)), "body": opt(words(200)), "icon": opt(element("image")),
		"hero_image": opt(element("image")), "actions": opt(each(1, 5, element("button"))),
	}
}

// tableColumn may be null: the column has no settings.
func tableColumn(w *walker, v any, at string) {
	if v != nil {
		anyObject(w, v, at)
	}
}

// richPiece checks one element of a rich_text block
// (docs.slack.dev/reference/block-kit/blocks/rich-text-block).
func richPiece(w *walker, v any, at string) {
	piece := func(kind string, members shape) rule {
		members["type"], members["elements"] = must(oneOf(kind)), must(each(0, 10000, members["elements"].check))
		return like(members)
	}
	o, _ := v.(object)
	switch o["type"] {
	case "rich_text_section":
		piece("rich_text_section", shape{"elements": opt(richInline)})(w, v, at)
	case "rich_text_quote", "rich_text_preformatted":
		kind, _ := o["type"].(string)
		piece(kind, shape{"elements": opt(richInline), "border": opt(whole(0, 1)), "language": opt(text(0, 0))})(w, v, at)
	case "rich_text_list":
		piece("rich_text_list", shape{
			"elements": opt(richPiece), "style": must(oneOf("bullet", "ordered")), "indent": opt(whole(0, 8)),
			"border": opt(whole(0, 1)), "offset": opt(whole(0, 1e6)),
		})(w, v, at)
	default:
		w.wrong(at+"/type", "unsupported type: %v", o["type"])
	}
}

// richInline checks what stands in a line of rich text.
func richInline(w *walker, v any, at string) {
	members := map[string]shape{
		"text":      {"text": must(text(1, 0))},
		"link":      {"url": must(text(1, 0)), "text": opt(text(0, 0)), "unsafe": opt(boolean)},
		"user":      {"user_id": must(text(1, 0))},
		"usergroup": {"usergroup_id": must(text(1, 0))},
		"channel":   {"channel_id": must(text(1, 0))},
		"team":      {"team_id": must(text(1, 0))},
		"broadcast": {"range": must(oneOf("here", "channel", "everyone"))},
		"emoji":     {"name": must(text(1, 0)), "unicode": opt(text(0, 0)), "url": opt(text(0, 0)), "skin_tone": opt(number)},
		"color":     {"value": must(text(1, 0))},
		"date":      {"timestamp": must(number), "format": must(text(1, 0)), "url": opt(text(0, 0)), "fallback": opt(text(0, 0))},
	}
	o, _ := v.(object)
	kind, _ := o["type"].(string)
	s, known := members[kind]
	if !known {
		w.wrong(at+"/type", "unsupported type: %v", o["type"])
		return
	}
	s["type"], s["style"] = must(nil), opt(anyObject)
	like(s)(w, v, at)
}

func validDate(s string) bool {
	_, err := time.Parse(time.DateOnly, s)
	return err == nil
}

func validClock(s string) bool {
	_, err := time.Parse("15:04", s)
	return err == nil && len(s) == len("15:04")
}
