package slackwire_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

// control asks the control interface and reads the answer into v.
func (s *slack) control(verb, path string, body, v any) int {
	s.t.Helper()
	b, err := json.Marshal(body)
	if err != nil {
		s.t.Fatal(err)
	}
	r, err := http.NewRequest(verb, s.url+"/_sandbox/"+path, bytes.NewReader(b))
	if err != nil {
		s.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer res.Body.Close()
	if v != nil && res.StatusCode == http.StatusOK {
		if err := json.NewDecoder(res.Body).Decode(v); err != nil {
			s.t.Fatal(err)
		}
	}
	return res.StatusCode
}

func TestTheControlInterfaceShowsWhatAPersonSees(t *testing.T) {
	s := start(t)
	var admin, member, guest world.State
	s.control("GET", "state?as="+s.user("admin"), nil, &admin)
	s.control("GET", "state?as="+s.user("member-1"), nil, &member)
	s.control("GET", "state?as="+s.user("guest"), nil, &guest)
	names := func(st world.State) string {
		var out []string
		for _, c := range st.Channels {
			name := c.Name
			if !c.CanWrite {
				name += "!"
			}
			if c.Direct {
				name = "@" + name
			}
			out = append(out, name)
		}
		return strings.Join(out, " ")
	}
	for got, want := range map[string]string{
		names(admin):  "general contests team read-only without-animo @animo",
		names(member): "general contests read-only! without-animo @animo",
		names(guest):  "general contests @animo",
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if admin.Platform != "slack" || admin.SpaceName != "The Workshop" || len(admin.People) != 9 {
		t.Errorf("%+v", admin)
	}
	if len(admin.Roles) != 1 || admin.Roles[0].Name != "team" {
		t.Fatalf("%+v", admin.Roles)
	}
	for _, p := range admin.People {
		if p.Name == "moderator" && (p.Admin || len(p.Roles) != 1 || p.Roles[0] != admin.Roles[0].ID) {
			t.Errorf("%+v", p)
		}
	}
}

func TestAPersonActsOverHTTP(t *testing.T) {
	s := start(t)
	s.connect()
	var r world.Result
	s.control("POST", "act", world.Action{As: s.user("member-1"), Kind: world.ActMessage, Channel: s.channel("general"), Text: "hi @team"}, &r)
	var got []world.Message
	s.control("GET", "messages?as="+s.user("member-2")+"&channel="+s.channel("general"), nil, &got)
	if !r.OK || len(got) != 1 || got[0].ID != r.Message || got[0].Author != s.user("member-1") {
		t.Fatal(r, got)
	}
	if o := native(t, got[0]); !strings.Contains(o["text"].(string), "|@team>") || dig(o, "blocks", 0, "type") != "rich_text" {
		t.Error(o)
	}
	for _, c := range []struct{ as, channel, want string }{
		{"member-1", "read-only", "You can’t post in this channel."},
		{"guest", "without-animo", "You can’t post in this channel."},
		{"nobody", "general", "no such person: nobody"},
	} {
		s.control("POST", "act", world.Action{As: c.as, Kind: world.ActMessage, Channel: s.channel(c.channel), Text: "x"}, &r)
		if r.OK || r.Error != c.want {
			t.Errorf("%s in %s: %+v", c.as, c.channel, r)
		}
	}
	if status := s.control("POST", "act", "nonsense", nil); status != http.StatusBadRequest {
		t.Error(status)
	}
}

func TestForeignPagesMayNotAct(t *testing.T) {
	s := start(t)
	r, err := http.NewRequest(http.MethodPost, s.url+"/_sandbox/act", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Origin", "https://elsewhere.example")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	if status, _, _ := s.do(r); status != http.StatusForbidden {
		t.Error(status)
	}
}

func TestControlAloneHasRelativePaths(t *testing.T) {
	s := start(t)
	web := httptest.NewServer(http.StripPrefix("/api/slack/", s.Control()))
	defer web.Close()
	res, err := http.Get(web.URL + "/api/slack/state")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var st world.State
	if err := json.NewDecoder(res.Body).Decode(&st); err != nil || st.SpaceID != s.TeamID() {
		t.Fatal(err, st)
	}
}

func TestCommandsAreCompleted(t *testing.T) {
	s := start(t)
	var got []world.Suggestion
	complete := func(text string) []world.Suggestion {
		s.control("POST", "complete", world.Action{As: "member-1", Text: text}, &got)
		return got
	}
	want := world.Suggestion{Label: "/giveaway start 2h Nitro", Description: "Start a giveaway", Insert: "/giveaway "}
	if g := complete("/gi"); len(g) != 1 || g[0] != want {
		t.Error(g)
	}
	if g := complete("/"); len(g) != 2 {
		t.Error(g)
	}
	if g := complete("/giveaway st"); len(g) != 1 || g[0].Insert != "/giveaway st" {
		t.Error(g)
	}
	if g := complete("hello"); len(g) != 0 {
		t.Error(g)
	}
}

func TestTheFeedShowsNewMessagesToWhoMaySee(t *testing.T) {
	s := start(t)
	listen := func(as string) *bufio.Scanner {
		res, err := http.Get(s.url + "/_sandbox/feed?as=" + s.user(as))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { res.Body.Close() })
		lines := bufio.NewScanner(res.Body)
		lines.Scan() // ": open"
		return lines
	}
	first := func(lines *bufio.Scanner, holding string) string {
		for lines.Scan() {
			if strings.Contains(lines.Text(), holding) {
				return lines.Text()
			}
		}
		t.Fatal("the feed ended")
		return ""
	}
	admin, member := listen("admin"), listen("member-1")
	s.say("team", "for staff")
	s.ok("chat.postEphemeral", object{"channel": s.channel("general"), "user": s.user("member-1"), "text": "for one"})
	s.say("general", "for all")
	if line := first(admin, "for "); !strings.Contains(line, "for staff") {
		t.Error(line)
	}
	if line := first(admin, "for "); !strings.Contains(line, "for all") {
		t.Error(line)
	}
	if line := first(member, "for "); !strings.Contains(line, "for one") || !strings.Contains(line, `"private":true`) {
		t.Error(line)
	}
}

func TestFaultsSpoilCalls(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	post := func() (*http.Response, error) {
		r, err := http.NewRequest(http.MethodPost, s.url+"/api/chat.postMessage", strings.NewReader(`{"channel":"`+general+`","text":"x"}`))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Authorization", "Bearer "+bot)
		return http.DefaultClient.Do(r)
	}
	for _, c := range []struct {
		name    string
		fault   world.Fault
		status  int // 0: no answer
		retry   string
		applied int
	}{
		{"429", world.Fault{Status: 429, RetryAfter: 7 * time.Second}, 429, "7", 0},
		{"503 though done", world.Fault{Status: 503, Apply: true}, 503, "", 1},
		{"500", world.Fault{Status: 500}, 500, "", 0},
		{"reset", world.Fault{Reset: true}, 0, "", 0},
		{"reset though done", world.Fault{Reset: true, Apply: true}, 0, "", 1},
		{"cut though done", world.Fault{Cut: true, Apply: true}, 0, "", 1},
		{"late", world.Fault{Delay: 20 * time.Millisecond}, 200, "", 1},
		{"another method", world.Fault{Path: "^views"}, 200, "", 1},
		{"skipped", world.Fault{Status: 500, Skip: 1}, 200, "", 1},
	} {
		before := len(s.Messages("admin", general))
		s.control("PUT", "faults", []world.Fault{c.fault}, nil)
		res, err := post()
		status, retry := 0, ""
		if err == nil {
			_, cut := new(bytes.Buffer).ReadFrom(res.Body)
			res.Body.Close()
			if cut == nil {
				status, retry = res.StatusCode, res.Header.Get("Retry-After")
			}
		}
		if applied := len(s.Messages("admin", general)) - before; status != c.status || retry != c.retry || applied != c.applied {
			t.Errorf("%s: status %d, retry %q, applied %d", c.name, status, retry, applied)
		}
	}
	s.control("PUT", "faults", []world.Fault{{Status: 500, Times: 1}}, nil)
	for _, want := range []int{500, 200} {
		res, err := post()
		if err != nil || res.StatusCode != want {
			t.Fatal(res, err)
		}
		res.Body.Close()
	}
	if status := s.control("PUT", "faults", []world.Fault{{Path: "("}}, nil); status != http.StatusBadRequest {
		t.Error(status)
	}
}

func TestRateLimitsAreEnforcedWhenAsked(t *testing.T) {
	s := start(t, func(o *slackwire.Options) {
		at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
		o.Clock, o.EnforceLimits = world.NewClock(func() time.Time { return at }, time.Time{}), true
	})
	limited := func(name string) bool {
		return s.call("chat.postMessage", object{"channel": s.channel(name), "text": "x"})["error"] == "ratelimited"
	}
	for i := range 5 {
		if limited("general") {
			t.Fatalf("limited at message %d of a burst", i)
		}
	}
	if !limited("general") {
		t.Fatal("no limit after a burst")
	}
	if limited("contests") {
		t.Error("one channel limits another")
	}
	s.clock.Advance(time.Second)
	if limited("general") || !limited("general") {
		t.Error("want one message a second")
	}
	calls := 0
	for s.call("users.list", object{})["ok"] == true {
		calls++
	}
	if calls != 20 {
		t.Errorf("%d calls of a tier 2 method in a minute", calls)
	}
}

func TestAFileIsUploadedAndShared(t *testing.T) {
	s := start(t)
	general := s.channel("general")
	ask := s.ok("files.getUploadURLExternal", object{"filename": "chart.png", "length": 5})
	complete := object{"files": []any{object{"id": ask["file_id"], "title": "Chart"}}, "channel_id": general, "initial_comment": "look"}
	s.refused("file_not_found", "files.completeUploadExternal", complete)
	var b bytes.Buffer
	mp := multipart.NewWriter(&b)
	part, err := mp.CreateFormFile("file", "chart.png")
	if err != nil {
		t.Fatal(err)
	}
	_, _ = part.Write([]byte("bytes"))
	mp.Close()
	r, err := http.NewRequest(http.MethodPost, ask["upload_url"].(string), &b)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", mp.FormDataContentType())
	if status, _, out := s.do(r); status != 200 || out["text"] != "OK - 5" {
		t.Fatal(status, out)
	}
	out := s.ok("files.completeUploadExternal", complete)
	link := dig(out, "files", 0, "url_private").(string)
	res, err := http.Get(link)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var content bytes.Buffer
	if _, err := content.ReadFrom(res.Body); err != nil || content.String() != "bytes" {
		t.Fatal(content.String(), err)
	}
	got := s.Messages("member-1", general)
	if len(got) != 1 || dig(native(t, got[0]), "files", 0, "title") != "Chart" || native(t, got[0])["text"] != "look" {
		t.Fatal(got)
	}
	s.refused("missing_argument", "files.getUploadURLExternal", object{"filename": "x"})
}
