package slackwire

import (
	"encoding/base64"
	"fmt"
	"iter"
	"slices"
	"strconv"
	"strings"
)

// readable returns the channel that a call names, if the bot may read it.
func (c *call) readable() (*channel, error) {
	ch, err := c.target("channel")
	if err != nil {
		return nil, err
	}
	if err := c.needs(historyScope(ch.Kind)); err != nil {
		return nil, err
	}
	if !ch.has(c.space.team.BotUID) {
		return nil, refuse("not_in_channel")
	}
	return ch, nil
}

// window is the span of time that a call asks for, in microseconds.
type window struct {
	oldest, latest int64
	inclusive      bool
	forward        bool  // there is a beginning and no end
	cursor         int64 // the message that the page begins with; 0 for none
	limit          int
}

func (c *call) window(def int) (window, error) {
	w := window{latest: 1<<63 - 1, inclusive: c.args.flag("inclusive")}
	var ok bool
	if v := c.args.text("oldest"); v != "" && v != "0" {
		if w.oldest, ok = parseTS(v); !ok {
			return w, refuse("invalid_ts_oldest")
		}
	}
	if v := c.args.text("latest"); v != "" && v != "now" {
		if w.latest, ok = parseTS(v); !ok {
			return w, refuse("invalid_ts_latest")
		}
	}
	w.forward = w.oldest > 0 && w.latest == 1<<63-1
	if w.limit, ok = c.args.count("limit", def); !ok || w.limit < 0 {
		return w, refuseArgument("invalid limit")
	}
	if w.limit == 0 {
		w.limit = def
	}
	w.limit = min(w.limit, maxPage)
	if v := c.args.text("cursor"); v != "" {
		raw, err := base64.StdEncoding.DecodeString(v)
		at, found := strings.CutPrefix(string(raw), "next_ts:")
		w.cursor, _ = strconv.ParseInt(at, 10, 64)
		if err != nil || !found || w.cursor == 0 {
			return w, refuse("invalid_cursor")
		}
	}
	return w, nil
}

func (w window) holds(m *message) bool {
	at, _ := parseTS(m.TS)
	if w.inclusive && (at == w.oldest || at == w.latest) {
		return true
	}
	return at > w.oldest && at < w.latest
}

// walk goes through messages from the cursor on: backward, but forward where
// there is a beginning and no end. So a span is read from its newest message,
// and "oldest" with a limit of 1 gives the message asked for
// (docs.slack.dev/reference/methods/conversations.history#single-message,
// github.com/slackhq/slack-api-docs/issues/4). A page is newest first always.
func (w window) walk(all []*message) iter.Seq[*message] {
	return func(yield func(*message) bool) {
		for i := range all {
			m := all[i]
			if !w.forward {
				m = all[len(all)-1-i]
			}
			at, _ := parseTS(m.TS)
			if w.cursor != 0 && (w.forward && at < w.cursor || !w.forward && at > w.cursor) {
				continue
			}
			if !yield(m) {
				return
			}
		}
	}
}

func nextTSCursor(m *message) string {
	at, _ := parseTS(m.TS)
	return base64.StdEncoding.EncodeToString(fmt.Appendf(nil, "next_ts:%d", at))
}

// asHistory is a message as it is read back.
func (c *call) asHistory(m *message) *message {
	if c.args.flag("include_all_metadata") {
		return m.copied()
	}
	return m.bare()
}

func conversationsHistory(c *call) (object, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	w, err := c.window(defaultPage)
	if err != nil {
		return nil, err
	}
	out, next := []*message{}, ""
	for m := range w.walk(ch.messages) {
		if !m.inChannel() || !w.holds(m) {
			continue
		}
		if len(out) == w.limit {
			next = nextTSCursor(m)
			break
		}
		out = append(out, c.asHistory(m))
	}
	if w.forward {
		slices.Reverse(out)
	}
	res := object{"messages": out, "has_more": next != "", "pin_count": len(ch.Pins), "channel_actions_ts": nil, "channel_actions_count": 0}
	if next != "" {
		res["response_metadata"] = object{"next_cursor": next}
	}
	return res, nil
}

func conversationsReplies(c *call) (object, error) {
	ch, err := c.readable()
	if err != nil {
		return nil, err
	}
	parent := ch.find(c.args.text("ts"))
	if parent == nil {
		return nil, refuse("thread_not_found")
	}
	w, err := c.window(maxPage)
	if err != nil {
		return nil, err
	}
	root := or(parent.ThreadTS, parent.TS)
	out, next := []*message{}, ""
	for _, m := range ch.messages {
		at, _ := parseTS(m.TS)
		inThread := m.TS == root || m.ThreadTS == root
		if !inThread || at < w.cursor || m.TS != root && !w.holds(m) {
			continue
		}
		if len(out) == w.limit {
			next = nextTSCursor(m)
			break
		}
		out = append(out, c.asHistory(m))
	}
	res := object{"messages": out, "has_more": next != ""}
	if next != "" {
		res["response_metadata"] = object{"next_cursor": next}
	}
	return res, nil
}
