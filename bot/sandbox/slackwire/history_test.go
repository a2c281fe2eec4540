package slackwire_test

import (
	"fmt"
	"testing"
	"time"
)

func texts(out object) []string {
	var got []string
	for _, m := range out["messages"].([]any) {
		got = append(got, m.(object)["text"].(string))
	}
	return got
}

func TestMetadataComesBackWhenAskedFor(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	s.ok("chat.postMessage", object{"channel": general, "text": "a", "metadata": meta("effect-1")})
	with := s.ok("conversations.history", object{"channel": general, "include_all_metadata": true})
	if dig(with, "messages", 0, "metadata", "event_payload", "key") != "effect-1" {
		t.Error(with)
	}
	bare := s.ok("conversations.history", object{"channel": general})
	if dig(bare, "messages", 0, "metadata") != nil {
		t.Error(bare)
	}
}

func TestHistoryIsReadInPages(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	var ts []string
	for i := range 5 {
		ts = append(ts, s.say("general", fmt.Sprint(i)))
	}
	page := s.ok("conversations.history", object{"channel": general, "limit": 2})
	if got := fmt.Sprint(texts(page)); got != "[4 3]" || page["has_more"] != true {
		t.Fatal(page)
	}
	page = s.ok("conversations.history", object{"channel": general, "limit": 3, "cursor": dig(page, "response_metadata", "next_cursor")})
	if got := fmt.Sprint(texts(page)); got != "[2 1 0]" || page["has_more"] != false {
		t.Fatal(page)
	}
	for _, c := range []struct {
		args object
		want string
	}{
		{object{"oldest": ts[1], "latest": ts[3]}, "[2]"},
		{object{"oldest": ts[1], "latest": ts[3], "inclusive": true}, "[3 2 1]"},
		{object{"oldest": ts[3]}, "[4]"},
		{object{"oldest": ts[1], "inclusive": true, "limit": 1}, "[1]"},
		{object{"oldest": ts[1], "limit": 2}, "[3 2]"},
		{object{"oldest": ts[1], "latest": ts[4], "limit": 1}, "[3]"},
		{object{"oldest": ts[1], "limit": 5000}, "[4 3 2]"},
		{object{"limit": 0}, "[4 3 2 1 0]"},
		{object{"latest": ts[1]}, "[0]"},
	} {
		c.args["channel"] = general
		if got := fmt.Sprint(texts(s.ok("conversations.history", c.args))); got != c.want {
			t.Errorf("%v: %s, want %s", c.args, got, c.want)
		}
	}
	s.refused("invalid_ts_oldest", "conversations.history", object{"channel": general, "oldest": "soon"})
	s.refused("invalid_ts_latest", "conversations.history", object{"channel": general, "latest": "x"})
	s.refused("invalid_cursor", "conversations.history", object{"channel": general, "cursor": "x"})
	s.refused("not_in_channel", "conversations.history", object{"channel": s.channel("without-animo")})
	s.refused("channel_not_found", "conversations.history", object{"channel": "C0NOWHERE"})
}

func TestAThreadStaysOutOfTheChannel(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	root := s.say("general", "root")
	s.ok("chat.postMessage", object{"channel": general, "text": "one", "thread_ts": root})
	s.ok("chat.postMessage", object{"channel": general, "text": "two", "thread_ts": root, "reply_broadcast": true})
	if got := fmt.Sprint(texts(s.ok("conversations.history", object{"channel": general}))); got != "[two root]" {
		t.Error(got)
	}
	replies := s.ok("conversations.replies", object{"channel": general, "ts": root})
	if got := fmt.Sprint(texts(replies)); got != "[root one two]" || dig(replies, "messages", 0, "reply_count") != float64(2) {
		t.Error(replies)
	}
	s.refused("thread_not_found", "conversations.replies", object{"channel": general, "ts": "1.000000"})
}

func TestASpanWithoutAnEndIsReadForwardInPages(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	first := s.say("general", "0")
	for i := range 4 {
		s.say("general", fmt.Sprint(i+1))
	}
	page := s.ok("conversations.history", object{"channel": general, "oldest": first, "limit": 3})
	if got := fmt.Sprint(texts(page)); got != "[3 2 1]" || page["has_more"] != true {
		t.Fatal(page)
	}
	page = s.ok("conversations.history", object{"channel": general, "oldest": first, "limit": 3, "cursor": dig(page, "response_metadata", "next_cursor")})
	if got := fmt.Sprint(texts(page)); got != "[4]" || page["has_more"] != false {
		t.Fatal(page)
	}
}

func TestAThreadIsReadInPagesWithinASpan(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	root := s.say("general", "root")
	var ts []string
	for i := range 5 {
		out := s.ok("chat.postMessage", object{"channel": general, "text": fmt.Sprint(i), "thread_ts": root})
		ts = append(ts, out["ts"].(string))
	}
	page := s.ok("conversations.replies", object{"channel": general, "ts": root, "oldest": ts[0], "limit": 3})
	if got := fmt.Sprint(texts(page)); got != "[root 1 2]" || page["has_more"] != true {
		t.Fatal(page)
	}
	next := dig(page, "response_metadata", "next_cursor")
	page = s.ok("conversations.replies", object{"channel": general, "ts": root, "oldest": ts[0], "limit": 3, "cursor": next})
	if got := fmt.Sprint(texts(page)); got != "[3 4]" || page["has_more"] != false {
		t.Fatal(page)
	}
	for _, c := range []struct {
		args object
		want string
	}{
		{object{"oldest": ts[1], "latest": ts[3]}, "[root 2]"},
		{object{"oldest": ts[1], "latest": ts[3], "inclusive": true}, "[root 1 2 3]"},
		{object{"ts": ts[2], "oldest": ts[3]}, "[root 4]"},
	} {
		for k, v := range map[string]any{"channel": general, "ts": root} {
			if c.args[k] == nil {
				c.args[k] = v
			}
		}
		if got := fmt.Sprint(texts(s.ok("conversations.replies", c.args))); got != c.want {
			t.Errorf("%v: %s, want %s", c.args, got, c.want)
		}
	}
}

func TestAParentKnowsItsLatestReplyAlsoOnceThatIsDeleted(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	root := s.say("general", "root")
	var ts []string
	for range 2 {
		out := s.ok("chat.postMessage", object{"channel": general, "text": "reply", "thread_ts": root})
		ts = append(ts, out["ts"].(string))
	}
	for _, want := range []struct{ count, latest any }{{float64(2), ts[1]}, {float64(1), ts[0]}, {nil, nil}} {
		page := s.ok("conversations.history", object{"channel": general})
		if count, latest := dig(page, "messages", 0, "reply_count"), dig(page, "messages", 0, "latest_reply"); count != want.count || latest != want.latest {
			t.Errorf("%v replies, the latest at %v; want %v at %v", count, latest, want.count, want.latest)
		}
		if want.latest != nil {
			s.ok("chat.delete", object{"channel": general, "ts": want.latest})
		}
	}
}

func TestTimestampsGrowEvenWhenTheClockStandsStill(t *testing.T) {
	s := start(t)
	last := ""
	for range 50 {
		ts, err := s.Post("admin", s.channel("general"), "x")
		if err != nil {
			t.Fatal(err)
		}
		if ts <= last {
			t.Fatalf("%s after %s", ts, last)
		}
		last = ts
	}
	s.clock.Advance(time.Hour)
	if ts := s.say("general", "later"); ts <= last {
		t.Fatalf("%s after %s", ts, last)
	}
}

func TestReactionsAndPins(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	ts := s.say("general", "vote")
	at := func(more object) object {
		more["channel"], more["timestamp"] = general, ts
		return more
	}
	s.ok("reactions.add", at(object{"name": "tada"}))
	s.refused("already_reacted", "reactions.add", at(object{"name": "tada"}))
	s.refused("invalid_name", "reactions.add", at(object{"name": "No Good"}))
	s.refused("message_not_found", "reactions.add", object{"channel": general, "timestamp": "1.000000", "name": "tada"})
	s.refused("no_item_specified", "reactions.get", object{})
	if out := s.ok("reactions.get", at(object{})); dig(out, "message", "reactions", 0, "count") != float64(1) {
		t.Error(out)
	}
	s.ok("reactions.remove", at(object{"name": "tada"}))
	s.refused("no_reaction", "reactions.remove", at(object{"name": "tada"}))
	s.ok("pins.add", at(object{}))
	s.refused("already_pinned", "pins.add", at(object{}))
	s.ok("pins.remove", at(object{}))
	s.refused("no_pin", "pins.remove", at(object{}))
	link := s.ok("chat.getPermalink", object{"channel": general, "message_ts": ts})
	if link["permalink"] == "" {
		t.Error(link)
	}
}
