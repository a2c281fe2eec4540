package slackwire

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"unicode/utf8"
)

// kit holds what Block Kit allows: the members of every block, element and
// composition object, with lengths and counts from their pages under
// docs.slack.dev/reference/block-kit. It is built once and never changes.
type kit struct {
	blocks, elements map[string]shape
	surfaces         map[string][]string // blocks that a surface takes
	confirm          shape
	option, choice   shape // of checkboxes and radio buttons; of menus
}

// shape lists the members that an object may have.
type shape map[string]field

// field is one member of an object.
type field struct {
	needed bool
	check  rule
}

// rule looks at one value and reports what is wrong with it.
type rule func(w *walker, v any, at string)

// walker goes through the blocks of one message or view.
type walker struct {
	*kit
	problems  []string
	blockIDs  map[string]bool
	actionIDs map[string]bool // of the current block
	markdown  int
	tables    int
	inputs    string // place of the first input block
	focus     int    // elements with focus_on_load
}

// Surfaces on which blocks appear.
const (
	inMessage = "message"
	inModal   = "modal"
	inHome    = "home"
)

const (
	maxMessageBlocks = 50
	maxViewBlocks    = 100
)

func (w *walker) wrong(at, format string, args ...any) {
	w.problems = append(w.problems, fmt.Sprintf(format, args...)+" [json-pointer:"+at+"]")
}

// message checks the blocks of a message, or of an attachment.
func (k *kit) message(list []any, at string) []string {
	w := &walker{kit: k, blockIDs: map[string]bool{}}
	w.list(list, inMessage, maxMessageBlocks, at)
	return w.problems
}

func (w *walker) list(list []any, surface string, most int, at string) {
	if len(list) > most {
		w.wrong(at, "no more than %d items allowed", most)
	}
	for i, v := range list {
		w.block(v, w.surfaces[surface], at+"/"+itoa(i))
	}
	if w.markdown > maxMarkdown {
		w.wrong(at, "must be less than %d characters", maxMarkdown+1)
	}
	if w.tables > 1 {
		w.wrong(at, "only_one_table_allowed")
	}
}

// block checks one block of a kind that is allowed here.
func (w *walker) block(v any, allowed []string, at string) {
	b, ok := v.(object)
	if !ok {
		w.wrong(at, "must provide an object")
		return
	}
	kind, _ := b["type"].(string)
	s, known := w.blocks[kind]
	if !known || !slices.Contains(allowed, kind) {
		w.wrong(at+"/type", "unsupported type: %s", kind)
		return
	}
	w.actionIDs = map[string]bool{}
	if id, _ := b["block_id"].(string); id != "" {
		if w.blockIDs[id] {
			w.wrong(at+"/block_id", "`block_id` %q already exists", id)
		}
		w.blockIDs[id] = true
	}
	w.object(b, s, at)
	w.special(kind, b, at)
}

// special checks what no list of members can say.
func (w *walker) special(kind string, b object, at string) {
	switch kind {
	case "section":
		if b["text"] == nil && b["fields"] == nil {
			w.wrong(at, "must define either `text` or `fields`")
		}
	case "image":
		if (b["image_url"] == nil) == (b["slack_file"] == nil) {
			w.wrong(at, "must define either `image_url` or `slack_file`")
		}
	case "markdown":
		text, _ := b["text"].(string)
		w.markdown += utf8.RuneCountInString(text)
	case "table", "data_table":
		w.tables++
	case "input":
		if w.inputs == "" {
			w.inputs = at
		}
		e, _ := b["element"].(object)
		if on, _ := b["dispatch_action"].(bool); on && e["type"] == "file_input" {
			w.wrong(at+"/dispatch_action", "file_input does not support dispatch_action")
		}
	}
}

// object checks the members of an object that has a shape.
func (w *walker) object(o object, s shape, at string) {
	for _, name := range slices.Sorted(maps.Keys(s)) {
		if f := s[name]; f.needed && o[name] == nil {
			w.wrong(at, "missing required field: %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(o)) {
		f, known := s[name]
		switch {
		case !known:
			w.wrong(at, "invalid additional property: %s", name)
		case o[name] == nil && !f.needed:
			w.wrong(at+"/"+name, "must not be null")
		case o[name] != nil && f.check != nil:
			f.check(w, o[name], at+"/"+name)
		}
	}
}

// Makers of rules.

func opt(r rule) field  { return field{check: r} }
func must(r rule) field { return field{needed: true, check: r} }

// text wants a string of low to high characters; high 0 is no limit.
func text(low, high int) rule {
	return func(w *walker, v any, at string) {
		s, ok := v.(string)
		switch n := utf8.RuneCountInString(s); {
		case !ok:
			w.wrong(at, "must provide a string")
		case n < low:
			w.wrong(at, "must be more than %d characters", low-1)
		case high > 0 && n > high:
			w.wrong(at, "must be less than %d characters", high+1)
		}
	}
}

func boolean(w *walker, v any, at string) {
	if _, ok := v.(bool); !ok {
		w.wrong(at, "must provide a boolean")
	}
}

// whole wants a number from low to high.
func whole(low, high int64) rule {
	return func(w *walker, v any, at string) {
		n, ok := v.(json.Number)
		i, err := strconv.ParseInt(n.String(), 10, 64)
		if !ok || err != nil || i < low || i > high {
			w.wrong(at, "must be a number from %d to %d", low, high)
		}
	}
}

func number(w *walker, v any, at string) {
	if _, ok := v.(json.Number); !ok {
		w.wrong(at, "must provide a number")
	}
}

func oneOf(words ...string) rule {
	return func(w *walker, v any, at string) {
		if s, ok := v.(string); !ok || !slices.Contains(words, s) {
			w.wrong(at, "must be a valid enum value")
		}
	}
}

// each wants an array of low to high items that keep the rule.
func each(low, high int, item rule) rule {
	return func(w *walker, v any, at string) {
		list, ok := v.([]any)
		switch {
		case !ok:
			w.wrong(at, "must provide an array")
		case len(list) < low:
			w.wrong(at, "no fewer than %d items allowed", low)
		case len(list) > high:
			w.wrong(at, "no more than %d items allowed", high)
		}
		for i, e := range list {
			item(w, e, at+"/"+itoa(i))
		}
	}
}

// like wants an object of a shape.
func like(s shape) rule {
	return func(w *walker, v any, at string) {
		o, ok := v.(object)
		if !ok {
			w.wrong(at, "must provide an object")
			return
		}
		w.object(o, s, at)
	}
}

func anyObject(w *walker, v any, at string) {
	if _, ok := v.(object); !ok {
		w.wrong(at, "must provide an object")
	}
}

// plain wants a plain_text object of 1 to high characters
// (docs.slack.dev/reference/block-kit/composition-objects/text-object).
func plain(high int) rule {
	return like(shape{"type": must(oneOf("plain_text")), "text": must(text(1, high)), "emoji": opt(boolean)})
}

// words wants a plain_text or mrkdwn object of 1 to high characters.
func words(high int) rule {
	mrkdwn := like(shape{"type": must(oneOf("mrkdwn")), "text": must(text(1, high)), "verbatim": opt(boolean)})
	return func(w *walker, v any, at string) {
		if o, _ := v.(object); o["type"] == "mrkdwn" {
			mrkdwn(w, v, at)
			return
		}
		plain(high)(w, v, at)
	}
}

// element wants an element of one of the kinds.
func element(kinds ...string) rule {
	return func(w *walker, v any, at string) {
		e, ok := v.(object)
		if !ok {
			w.wrong(at, "must provide an object")
			return
		}
		kind, _ := e["type"].(string)
		if !slices.Contains(kinds, kind) {
			w.wrong(at+"/type", "unsupported type: %s", kind)
			return
		}
		w.object(e, w.elements[kind], at)
		w.elementRules(kind, e, at)
	}
}

// nested wants 1 to high blocks of these kinds inside a block.
func nested(high int, kinds ...string) rule {
	return each(1, high, func(w *walker, v any, at string) { w.block(v, kinds, at) })
}
