package slackwire_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

func TestTokensAreChecked(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.BotToken = bot })
	for _, c := range []struct{ token, method, want string }{
		{"", "auth.test", "not_authed"},
		{"nonsense", "auth.test", "invalid_auth"},
		{"xoxb-other", "auth.test", "invalid_auth"},
		{app, "auth.test", "not_allowed_token_type"},
		{bot, "apps.connections.open", "not_allowed_token_type"},
		{bot, "chat.shout", "unknown_method"},
	} {
		if got := s.callAs(c.token, c.method, object{})["error"]; got != c.want {
			t.Errorf("%s with %q: %v, want %s", c.method, c.token, got, c.want)
		}
	}
}

func TestATokenInTheQueryCountsForNothing(t *testing.T) {
	s := start(t)
	r, err := http.NewRequest(http.MethodGet, s.url+"/api/auth.test?token="+bot, nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, out := s.do(r); out["error"] != "not_authed" {
		t.Fatal(out)
	}
}

func TestScopesComeFromTheManifest(t *testing.T) {
	s := start(t, withScopes("channels:read, users:read"))
	general := s.channel("general")
	for method, c := range map[string]struct {
		needed string
		args   object
	}{
		"chat.postMessage":      {"chat:write", object{"channel": general, "text": "x"}},
		"conversations.history": {"channels:history", object{"channel": general}},
		"conversations.list":    {"groups:read", object{"types": "public_channel,private_channel"}},
		"conversations.open":    {"im:write", object{"users": s.user("admin")}},
		"reactions.add":         {"reactions:write", object{}},
		"usergroups.list":       {"usergroups:read", object{}},
		"users.lookupByEmail":   {"users:read.email", object{"email": "x"}},
		"team.info":             {"team:read", object{}},
	} {
		out := s.refused("missing_scope", method, c.args)
		if out["needed"] != c.needed || out["provided"] != "channels:read,users:read" {
			t.Errorf("%s: %v", method, out)
		}
	}
	s.ok("users.info", object{"user": s.user("admin")})
	if err := s.SetManifest([]byte(manifest)); err != nil {
		t.Fatal(err)
	}
	s.say("general", "now I may")
}

func TestScopesAreNamedInAHeader(t *testing.T) {
	s := start(t, withScopes("chat:write, commands"))
	r, err := http.NewRequest(http.MethodPost, s.url+"/api/auth.test", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+bot)
	_, h, out := s.do(r)
	if h.Get("X-OAuth-Scopes") != "chat:write,commands" || out["user_id"] != s.user("animo") {
		t.Fatal(h, out)
	}
}

func TestPostingIsRefusedAsSlackRefuses(t *testing.T) {
	s := start(t)
	closed, err := s.AddChannel("closed", false, "admin", "animo")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Archive(closed); err != nil {
		t.Fatal(err)
	}
	secret, err := s.AddChannel("secret", true, "admin")
	if err != nil {
		t.Fatal(err)
	}
	general := s.channel("general")
	for _, c := range []struct {
		want string
		args object
	}{
		{"channel_not_found", object{"channel": "C0NOWHERE", "text": "x"}},
		{"channel_not_found", object{"text": "x"}},
		{"channel_not_found", object{"channel": secret, "text": "x"}},
		{"not_in_channel", object{"channel": s.channel("without-animo"), "text": "x"}},
		{"restricted_action", object{"channel": s.channel("read-only"), "text": "x"}},
		{"is_archived", object{"channel": closed, "text": "x"}},
		{"no_text", object{"channel": general, "text": "  "}},
		{"msg_too_long", object{"channel": general, "text": strings.Repeat("é", 40001)}},
		{"invalid_blocks_format", object{"channel": general, "blocks": "[not json"}},
		{"msg_blocks_too_long", object{"channel": general, "blocks": longSections(5)}},
		{"invalid_attachments", object{"channel": general, "text": "x", "attachments": "nope"}},
		{"too_many_attachments", object{"channel": general, "attachments": slices.Repeat([]any{object{"text": "a"}}, 101)}},
		{"invalid_metadata_format", object{"channel": general, "text": "x", "metadata": object{"event_type": "a"}}},
		{"cannot_reply_to_message", object{"channel": general, "text": "x", "thread_ts": "1.000000"}},
		{"markdown_text_conflict", object{"channel": general, "text": "x", "markdown_text": "y"}},
		{"missing_scope", object{"channel": general, "text": "x", "username": "Someone"}},
	} {
		s.refused(c.want, "chat.postMessage", c.args)
	}
	if n := len(s.Messages("admin", general)); n != 0 {
		t.Fatalf("refused calls left %d messages", n)
	}
}

// longSections makes blocks that are each legal and together too long.
func longSections(n int) []any {
	return slices.Repeat([]any{object{"type": "section", "text": object{"type": "mrkdwn", "text": strings.Repeat("a", 2900)}}}, n)
}

func TestOnlyOwnMessagesChange(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	theirs, err := s.Post("member-1", general, "mine")
	if err != nil {
		t.Fatal(err)
	}
	s.refused("cant_update_message", "chat.update", object{"channel": general, "ts": theirs, "text": "x"})
	s.refused("cant_delete_message", "chat.delete", object{"channel": general, "ts": theirs})
	s.refused("message_not_found", "chat.update", object{"channel": general, "ts": "1.000001", "text": "x"})
	s.refused("message_not_found", "chat.delete", object{"channel": general, "ts": "1.000001"})
	own := s.say("general", "before")
	s.ok("chat.update", object{"channel": general, "ts": own, "text": "after"})
	if m := s.Messages("admin", general)[1]; !m.Edited || native(t, m)["text"] != "after" {
		t.Fatal(string(m.Native))
	}
	s.ok("chat.delete", object{"channel": general, "ts": own})
	if n := len(s.Messages("admin", general)); n != 1 {
		t.Fatalf("%d messages are left", n)
	}
}

func TestAnUpdateKeepsWhatItDoesNotName(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	ts := s.ok("chat.postMessage", object{"channel": general, "text": "a", "blocks": []any{button("go", "1")}, "metadata": meta("k")})["ts"]
	out := s.ok("chat.update", object{"channel": general, "ts": ts, "text": "b"})
	if dig(out, "message", "blocks", 0, "type") != "actions" || dig(out, "message", "metadata", "event_type") != "animo" {
		t.Fatal(out)
	}
	out = s.ok("chat.update", object{"channel": general, "ts": ts, "text": "c", "blocks": []any{}, "metadata": object{}})
	if dig(out, "message", "blocks") != nil || dig(out, "message", "metadata") != nil {
		t.Fatal(out)
	}
}

func TestAMessageToAPersonOpensTheConversation(t *testing.T) {
	s := start(t)
	out := s.ok("chat.postMessage", object{"channel": s.user("member-1"), "text": "psst"})
	if out["channel"] != s.channel("@member-1") {
		t.Fatal(out)
	}
	if got := s.Messages("member-1", s.channel("@member-1")); len(got) != 1 {
		t.Fatal(got)
	}
	if got := s.Messages("member-2", s.channel("@member-1")); len(got) != 0 {
		t.Fatal("a stranger reads a direct message")
	}
	open := s.ok("conversations.open", object{"users": s.user("member-1")})
	if dig(open, "channel", "id") != out["channel"] || open["already_open"] != true {
		t.Fatal(open)
	}
	s.refused("user_not_found", "conversations.open", object{"users": "U0NOBODY"})
	s.refused("users_list_not_supplied", "conversations.open", object{})
}

func TestFormsAndJSONAreTheSame(t *testing.T) {
	s := start(t)
	out := s.form("chat.postMessage", map[string]string{
		"channel": s.channel("general"), "text": "a & b <c> <@" + s.user("admin") + "> &lt;", "blocks": `[{"type":"divider"}]`,
		"metadata": `{"event_type":"animo","event_payload":{"key":"1"}}`,
	})
	if out["ok"] != true {
		t.Fatal(out)
	}
	want := "a &amp; b &lt;c&gt; <@" + s.user("admin") + "> &lt;"
	if got := dig(out, "message", "text"); got != want {
		t.Errorf("text %q, want %q", got, want)
	}
	if id, _ := dig(out, "message", "blocks", 0, "block_id").(string); id == "" {
		t.Error("the block has no id")
	}
	log := s.Log(0)
	last := log[len(log)-1]
	if last.Path != "chat.postMessage" || last.Status != 200 || strings.Contains(string(last.Body), "xoxb") {
		t.Fatalf("%+v %s", last, last.Body)
	}
	if !strings.Contains(string(last.Body), `"event_payload":{"key":"1"}`) {
		t.Errorf("the log does not hold the metadata as an object: %s", last.Body)
	}
	if len(s.Log(last.N)) != 0 {
		t.Error("the log begins before the number asked for")
	}
}

func TestBadBodiesAreRefused(t *testing.T) {
	s := start(t)
	for kind, c := range map[string]struct{ body, want string }{
		"application/json": {"{", "invalid_json"},
		"text/csv":         {"a,b", "invalid_post_type"},
		"":                 {"a=b", "missing_post_type"},
	} {
		r, err := http.NewRequest(http.MethodPost, s.url+"/api/auth.test", strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", kind)
		if _, _, out := s.do(r); out["error"] != c.want {
			t.Errorf("%q: %v, want %s", kind, out, c.want)
		}
	}
}

func TestTheWorkspaceSpeaksFrench(t *testing.T) {
	s := start(t, func(o *slackwire.Options) { o.Language = "fr" })
	if name := dig(s.ok("team.info", object{}), "team", "name"); name != "L'Atelier" {
		t.Error(name)
	}
	for _, name := range []string{"general", "concours", "equipe", "lecture-seule", "sans-animo"} {
		s.channel(name)
	}
	out := s.ok("users.info", object{"user": s.user("member-1"), "include_locale": true})
	if dig(out, "user", "locale") != "fr-FR" || dig(out, "user", "tz_offset") == float64(0) {
		t.Error(out)
	}
	r := s.Act(world.Action{As: "admin", Kind: world.ActCommand, Channel: s.channel("general"), Text: "/giveaway"})
	if r.Error != "/giveaway a échoué avec l’erreur « dispatch_failed »" {
		t.Error(r)
	}
}

func TestPeopleAndGroupsAreListed(t *testing.T) {
	s := start(t)
	guest := s.ok("users.info", object{"user": s.user("guest")})
	if dig(guest, "user", "is_restricted") != true {
		t.Error(guest)
	}
	page := s.ok("users.list", object{"limit": 4})
	cursor := dig(page, "response_metadata", "next_cursor")
	rest := s.ok("users.list", object{"limit": 100, "cursor": cursor})
	if n := len(page["members"].([]any)) + len(rest["members"].([]any)); n != 9 {
		t.Errorf("%d people over two pages, want 9", n)
	}
	s.refused("invalid_cursor", "users.list", object{"cursor": "!"})
	s.refused("user_not_found", "users.info", object{"user": "U0NOBODY"})
	groups := s.ok("usergroups.list", object{"include_users": true})
	if dig(groups, "usergroups", 0, "handle") != "team" {
		t.Fatal(groups)
	}
	users := s.ok("usergroups.users.list", object{"usergroup": dig(groups, "usergroups", 0, "id")})
	if !slices.Contains(users["users"].([]any), any(s.user("moderator"))) {
		t.Error(users)
	}
	byMail := s.ok("users.lookupByEmail", object{"email": "member-2@the-workshop.example"})
	if dig(byMail, "user", "id") != s.user("member-2") {
		t.Error(byMail)
	}
}

func TestChannelsAreListedAsTheBotKnowsThem(t *testing.T) {
	s := start(t)
	if _, err := s.AddChannel("secret", true, "admin"); err != nil {
		t.Fatal(err)
	}
	out := s.ok("conversations.list", object{"types": "public_channel,private_channel"})
	var names []string
	for _, c := range out["channels"].([]any) {
		names = append(names, c.(object)["name"].(string))
	}
	slices.Sort(names)
	if got := strings.Join(names, " "); got != "contests general read-only team without-animo" {
		t.Error(got)
	}
	out = s.ok("conversations.info", object{"channel": s.channel("without-animo")})
	if dig(out, "channel", "is_member") != false {
		t.Error(out)
	}
	s.ok("conversations.join", object{"channel": s.channel("without-animo")})
	s.say("without-animo", "here I am")
	again := s.ok("conversations.join", object{"channel": s.channel("without-animo")})
	if again["warning"] != "already_in_channel" {
		t.Error(again)
	}
	s.refused("too_long", "conversations.setTopic", object{"channel": s.channel("general"), "topic": strings.Repeat("x", 251)})
	s.refused("invalid_limit", "conversations.list", object{"limit": 5000})
	s.refused("invalid_types", "conversations.list", object{"types": "rooms"})
}

func meta(key string) object {
	return object{"event_type": "animo", "event_payload": object{"key": key}}
}
