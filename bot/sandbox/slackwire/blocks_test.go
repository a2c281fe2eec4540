package slackwire_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
)

func plain(n int) string {
	return fmt.Sprintf(`{"type":"plain_text","text":%q}`, strings.Repeat("x", n))
}

func option(i int) string { return fmt.Sprintf(`{"text":%s,"value":"v%d"}`, plain(3), i) }

func options(n int) string {
	var all []string
	for i := range n {
		all = append(all, option(i))
	}
	return "[" + strings.Join(all, ",") + "]"
}

func actions(elements string) string { return `[{"type":"actions","elements":[` + elements + `]}]` }

func repeat(s string, n int) string { return strings.TrimSuffix(strings.Repeat(s+",", n), ",") }

func buttons(n int) string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprintf(`{"type":"button","text":%s,"action_id":"a%d"}`, plain(1), i))
	}
	return strings.Join(all, ",")
}

func parse(t *testing.T, s string) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(s), &v); err != nil {
		t.Fatalf("%v in %s", err, s)
	}
	return v
}

func TestGoodBlocksAreTaken(t *testing.T) {
	s := start(t)
	for name, blocks := range map[string]string{
		"fifty":     "[" + repeat(`{"type":"divider"}`, 50) + "]",
		"section":   `[{"type":"section","text":{"type":"mrkdwn","text":"` + strings.Repeat("é", 3000) + `"}}]`,
		"fields":    `[{"type":"section","fields":[` + repeat(plain(100), 10) + `]}]`,
		"header":    `[{"type":"header","text":` + plain(150) + `}]`,
		"buttons":   actions(buttons(25)),
		"menu":      actions(`{"type":"static_select","action_id":"m","placeholder":` + plain(150) + `,"options":` + options(100) + `}`),
		"context":   `[{"type":"context","elements":[{"type":"image","image_url":"https://example.org/a.png","alt_text":"a"},{"type":"mrkdwn","text":"*x*"}]}]`,
		"image":     `[{"type":"image","image_url":"https://example.org/a.png","alt_text":"a","title":` + plain(5) + `}]`,
		"accessory": `[{"type":"section","text":` + plain(5) + `,"accessory":{"type":"overflow","action_id":"o","options":` + options(5) + `}}]`,
		"rich":      `[{"type":"rich_text","elements":[{"type":"rich_text_list","style":"bullet","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"a","style":{"bold":true}},{"type":"user","user_id":"U1"}]}]}]}]`,
		"markdown":  `[{"type":"markdown","text":"# x"}]`,
		"table":     `[{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}]`,
		"input":     `[{"type":"input","label":` + plain(5) + `,"element":{"type":"plain_text_input","action_id":"i"}}]`,
	} {
		if out := s.call("chat.postMessage", object{"channel": s.channel("general"), "text": name, "blocks": parse(t, blocks)}); out["ok"] != true {
			t.Errorf("%s: %v", name, out)
		}
	}
}

func TestBadBlocksAreRefusedWithTheirPlace(t *testing.T) {
	s := start(t)
	for _, c := range []struct{ blocks, where, why string }{
		{"[" + repeat(`{"type":"divider"}`, 51) + "]", "/blocks", "no more than 50 items allowed"},
		{`[{"type":"marquee"}]`, "/blocks/0/type", "unsupported type: marquee"},
		{`["divider"]`, "/blocks/0", "must provide an object"},
		{`[{"type":"divider","text":"x"}]`, "/blocks/0", "invalid additional property: text"},
		{`[{"type":"divider"},{"type":"section"}]`, "/blocks/1", "must define either `text` or `fields`"},
		{`[{"type":"section","text":` + plain(3001) + `}]`, "/blocks/0/text/text", "must be less than 3001 characters"},
		{`[{"type":"section","text":` + plain(0) + `}]`, "/blocks/0/text/text", "must be more than 0 characters"},
		{`[{"type":"section","fields":[` + repeat(plain(1), 11) + `]}]`, "/blocks/0/fields", "no more than 10 items allowed"},
		{`[{"type":"section","fields":[` + plain(2001) + `]}]`, "/blocks/0/fields/0/text", "must be less than 2001 characters"},
		{`[{"type":"section","text":"bare"}]`, "/blocks/0/text", "must provide an object"},
		{`[{"type":"header","text":` + plain(151) + `}]`, "/blocks/0/text/text", "must be less than 151 characters"},
		{`[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "/blocks/0/text/type", "must be a valid enum value"},
		{`[{"type":"header"}]`, "/blocks/0", "missing required field: text"},
		{actions(buttons(26)), "/blocks/0/elements", "no more than 25 items allowed"},
		{actions(""), "/blocks/0/elements", "no fewer than 1 items allowed"},
		{actions(`{"type":"button","text":` + plain(76) + `}`), "/blocks/0/elements/0/text/text", "must be less than 76 characters"},
		{actions(`{"type":"button","text":` + plain(1) + `,"value":"` + strings.Repeat("v", 2001) + `"}`), "/blocks/0/elements/0/value", "must be less than 2001 characters"},
		{actions(`{"type":"button","text":` + plain(1) + `,"style":"loud"}`), "/blocks/0/elements/0/style", "must be a valid enum value"},
		{actions(`{"type":"button","text":` + plain(1) + `,"action_id":"` + strings.Repeat("a", 256) + `"}`), "/blocks/0/elements/0/action_id", "must be less than 256 characters"},
		{actions(repeat(`{"type":"button","text":`+plain(1)+`,"action_id":"same"}`, 2)), "/blocks/0/elements/1/action_id", "already exists"},
		{actions(`{"type":"plain_text_input","action_id":"x"}`), "/blocks/0/elements/0/type", "unsupported type: plain_text_input"},
		{actions(`{"type":"static_select","options":` + options(101) + `}`), "/blocks/0/elements/0/options", "no more than 100 items allowed"},
		{actions(`{"type":"static_select"}`), "/blocks/0/elements/0", "must define either `options` or `option_groups`"},
		{actions(`{"type":"overflow","options":` + options(6) + `}`), "/blocks/0/elements/0/options", "no more than 5 items allowed"},
		{actions(`{"type":"static_select","options":[` + option(1) + `,` + option(1) + `]}`), "/blocks/0/elements/0/options/1/value", "duplicate option value"},
		{actions(`{"type":"static_select","options":[{"text":` + plain(76) + `,"value":"a"}]}`), "/blocks/0/elements/0/options/0/text/text", "must be less than 76 characters"},
		{actions(`{"type":"static_select","options":[{"text":` + plain(1) + `,"value":"` + strings.Repeat("v", 151) + `"}]}`), "/blocks/0/elements/0/options/0/value", "must be less than 151 characters"},
		{actions(`{"type":"datepicker","initial_date":"tomorrow"}`), "/blocks/0/elements/0/initial_date", "YYYY-MM-DD"},
		{`[{"type":"divider","block_id":"x"},{"type":"divider","block_id":"x"}]`, "/blocks/1/block_id", "already exists"},
		{`[{"type":"divider","block_id":"` + strings.Repeat("b", 256) + `"}]`, "/blocks/0/block_id", "must be less than 256 characters"},
		{`[{"type":"context","elements":[` + repeat(plain(1), 11) + `]}]`, "/blocks/0/elements", "no more than 10 items allowed"},
		{`[{"type":"context","elements":[{"type":"button","text":` + plain(1) + `}]}]`, "/blocks/0/elements/0/type", "unsupported type: button"},
		{`[{"type":"image","image_url":"https://example.org/a.png"}]`, "/blocks/0", "missing required field: alt_text"},
		{`[{"type":"image","alt_text":"a"}]`, "/blocks/0", "must define either `image_url` or `slack_file`"},
		{`[{"type":"rich_text","elements":[{"type":"rich_text_poem"}]}]`, "/blocks/0/elements/0/type", "unsupported type"},
		{`[{"type":"section","text":` + plain(1) + `,"accessory":{"type":"button","text":` + plain(1) + `,"confirm":{"title":` + plain(101) + `,"text":` + plain(1) + `}}}]`, "/blocks/0/accessory/confirm/title/text", "must be less than 101 characters"},
		{"[" + repeat(`{"type":"table","rows":[[{"type":"raw_text","text":"a"}]]}`, 2) + "]", "/blocks", "only_one_table_allowed"},
	} {
		out := s.refused("invalid_blocks", "chat.postMessage", object{"channel": s.channel("general"), "text": "x", "blocks": parse(t, c.blocks)})
		first, _ := dig(out, "response_metadata", "messages", 0).(string)
		if !strings.HasPrefix(first, "[ERROR] ") || !strings.Contains(first, c.why) || !strings.HasSuffix(first, "[json-pointer:"+c.where+"]") {
			t.Errorf("said %q, want %q at %s", first, c.why, c.where)
		}
	}
}

func TestBlocksWithoutTextAreTakenWithAWarning(t *testing.T) {
	s := start(t)
	out := s.ok("chat.postMessage", object{"channel": s.channel("general"), "blocks": parse(t, `[{"type":"divider"}]`)})
	if out["warning"] != "missing_text_in_message" {
		t.Error(out)
	}
}

func TestBadViewsAreRefused(t *testing.T) {
	s := start(t)
	modal := func(change object) object {
		v := object{"type": "modal", "title": parse(t, plain(5)), "blocks": []any{object{"type": "divider"}}}
		for k, x := range change {
			v[k] = x
		}
		return v
	}
	input := parse(t, `[{"type":"input","label":`+plain(5)+`,"element":{"type":"plain_text_input","action_id":"i"}}]`)
	for _, c := range []struct {
		change     object
		where, why string
	}{
		{object{"title": parse(t, plain(25))}, "/view/title/text", "must be less than 25 characters"},
		{object{"title": nil}, "/view", "missing required field: title"},
		{object{"private_metadata": strings.Repeat("p", 3001)}, "/view/private_metadata", "must be less than 3001 characters"},
		{object{"blocks": input}, "/view/blocks/0", "must define `submit`"},
		{object{"blocks": parse(t, "["+repeat(`{"type":"divider"}`, 101)+"]")}, "/view/blocks", "no more than 100 items allowed"},
		{object{"blocks": parse(t, `[{"type":"markdown","text":"x"}]`)}, "/view/blocks/0/type", "unsupported type: markdown"},
		{object{"colour": "red"}, "/view", "invalid additional property: colour"},
		{object{"type": "drawer"}, "/view/type", `must be "modal"`},
	} {
		out := s.refused("invalid_arguments", "views.open", object{"trigger_id": "1.2.ab", "view": modal(c.change)})
		first, _ := dig(out, "response_metadata", "messages", 0).(string)
		if !strings.Contains(first, c.why) || !strings.HasSuffix(first, "[json-pointer:"+c.where+"]") {
			t.Errorf("said %q, want %q at %s", first, c.why, c.where)
		}
	}
	s.refused("invalid_trigger_id", "views.open", object{"trigger_id": "x", "view": modal(nil)})
	s.refused("expired_trigger_id", "views.open", object{"trigger_id": "1.2.ab", "view": modal(nil)})
	s.refused("invalid_arguments", "views.open", object{"trigger_id": "1.2.ab"})
	s.refused("view_too_large", "views.open", object{"trigger_id": "1.2.ab", "view": modal(object{"private_metadata": strings.Repeat("p", 260000)})})
}
