package slackwire_test

import (
	"encoding/json"
	"path/filepath"
	"testing"
	"time"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

func TestTheWorkspaceSurvivesARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	restart := func() *slack {
		store, err := world.OpenStore(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = store.Close() })
		return start(t, func(o *slackwire.Options) { o.Store = store })
	}
	s := restart()
	general, team := s.channel("general"), s.TeamID()
	kept := s.ok("chat.postMessage", object{"channel": general, "text": "kept", "metadata": meta("k")})["ts"].(string)
	gone := s.say("general", "gone")
	s.ok("chat.delete", object{"channel": general, "ts": gone})
	s.act(world.Action{As: "member-1", Kind: world.ActReact, Channel: general, Message: kept, Text: "tada"})
	if err := s.SetAdmin("moderator", true); err != nil {
		t.Fatal(err)
	}
	extra, err := s.AddChannel("extra", true, "admin", "animo")
	if err != nil {
		t.Fatal(err)
	}
	s.ok("chat.postEphemeral", object{"channel": general, "user": s.user("member-1"), "text": "fleeting"})
	_, m := opened(t, s)
	home := object{"type": "home", "blocks": []any{object{"type": "divider"}}}
	s.ok("views.publish", object{"user_id": s.user("member-1"), "view": home})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}

	s = restart()
	if s.TeamID() != team || s.channel("general") != general || s.channel("extra") != extra {
		t.Fatal("ids changed")
	}
	got := s.ok("conversations.history", object{"channel": general, "include_all_metadata": true})
	if dig(got, "messages", 0, "ts") != kept || dig(got, "messages", 0, "metadata", "event_payload", "key") != "k" ||
		dig(got, "messages", 0, "reactions", 0, "name") != "tada" || dig(got, "messages", 1) != nil {
		t.Error(got)
	}
	if dig(s.ok("users.info", object{"user": s.user("moderator")}), "user", "is_admin") != true {
		t.Error("the moderator is no administrator any more")
	}
	if len(s.Messages("member-1", general)) != 1 {
		t.Error("an ephemeral message survived")
	}
	if dig(s.Home("member-1"), "type") != "home" {
		t.Error("the Home tab is gone")
	}
	if ts := s.say("general", "next"); ts <= kept {
		t.Errorf("%s is not after %s", ts, kept)
	}
	c := s.connect()
	s.act(world.Action{As: "member-1", Kind: world.ActSubmit, Modal: m.ID, Fields: map[string][]string{"prize": {"Nitro"}}})
	c.waitType("interactive")
}

func TestUnheardEventsSurviveARestart(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	store, err := world.OpenStore(path)
	if err != nil {
		t.Fatal(err)
	}
	s := start(t, func(o *slackwire.Options) { o.Store = store })
	if _, err := s.Post("member-1", s.channel("general"), "before"); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = start(t, func(o *slackwire.Options) { o.Store = store })
	c := s.connect()
	c.waitType("hello")
	await(t, "the event comes after the restart", func() bool {
		s.clock.Advance(time.Minute)
		select {
		case e := <-c.got:
			return e.event()["text"] == "before"
		case <-time.After(10 * time.Millisecond):
			return false
		}
	})
	await(t, "an acknowledged event is forgotten", func() bool {
		left := 0
		err := store.Each("slack/event/", func(string, json.RawMessage) error { left++; return nil })
		return err == nil && left == 0
	})
}
