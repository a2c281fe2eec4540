package discordwire_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

func (h *home) control(method, path string, body, into any) int {
	h.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		h.Fatal(err)
	}
	req, err := http.NewRequest(method, h.url+"/_sandbox/"+path, bytes.NewReader(raw))
	if err != nil {
		h.Fatal(err)
	}
	a := h.send(req)
	if into != nil && json.Unmarshal(a.raw, into) != nil {
		h.Fatalf("%s %s: %d %s", method, path, a.status, a.raw)
	}
	return a.status
}

func TestAPageSeesWhatItsPersonMay(t *testing.T) {
	for language, want := range map[string][2]string{
		"en": {"general contests team read-only", "general contests read-only"},
		"fr": {"general concours equipe lecture-seule", "general concours lecture-seule"},
	} {
		h := open(t, func(opt *discordwire.Options) { opt.Language = language })
		for i, as := range []string{mod, one} {
			var st world.State
			h.control("GET", "state?as="+as, nil, &st)
			var names []string
			for _, c := range st.Channels {
				names = append(names, c.Name)
				if (c.Name == "team" || c.Name == "equipe") != c.Private {
					t.Errorf("%s is private: %v", c.Name, c.Private)
				}
			}
			if got := strings.Join(names, " "); got != want[i] || len(st.People) != 8 || st.Platform != "discord" {
				t.Errorf("%s sees %q of %d people", as, got, len(st.People))
			}
		}
	}
}

func TestTheReadyMadePeopleAreWhoTheySeem(t *testing.T) {
	h := open(t, inFrench)
	st := h.State(admin)
	people := map[string]world.Person{}
	for _, p := range st.People {
		people[p.Name] = p
	}
	fresh, boss, bot := people["newcomer"], people["admin"], people["Animo"]
	if !boss.Admin || boss.Locale != "fr" || st.SpaceName != "L'Atelier" || !bot.Bot {
		t.Errorf("%+v %+v", boss, bot)
	}
	if fresh.Display != "Nouveau membre" {
		t.Errorf("names are shown in French: %+v", fresh)
	}
	if age := h.clock.Now().Sub(fresh.CreatedAt); age < 24*time.Hour || age > 25*time.Hour {
		t.Errorf("the newcomer's account is %v old", age)
	}
	m := h.call(200, "GET", "/guilds/"+h.guild+"/members/"+fresh.ID, nil)
	if m.o["pending"] != true {
		t.Errorf("%s", m.raw)
	}
	if res := h.act(world.Action{As: fresh.ID, Kind: world.ActJoin}); !res.OK {
		t.Error(res.Error)
	}
	if m := h.call(200, "GET", "/guilds/"+h.guild+"/members/"+fresh.ID, nil); m.o["pending"] != false {
		t.Errorf("after accepting the rules: %s", m.raw)
	}
}

func TestTheRolesThatCanBeGivenHaveNames(t *testing.T) {
	h := open(t)
	var st world.State
	h.control("GET", "state?as="+one, nil, &st)
	names := map[string]string{}
	for _, r := range st.Roles {
		names[r.ID] = r.Name
	}
	if len(names) != 2 || names[h.RoleID(h.guild, "Team")] != "Team" || names[h.RoleID(h.guild, "Regulars")] != "Regulars" {
		t.Errorf("%+v", st.Roles)
	}
	for _, p := range st.People {
		if p.ID == mod && (len(p.Roles) != 1 || names[p.Roles[0]] != "Team") {
			t.Errorf("%+v", p)
		}
	}
}

func TestPeopleTalkDeleteReactLeaveAndReturn(t *testing.T) {
	h := open(t)
	c, _ := h.identify(every)
	var res world.Result
	h.control("POST", "act", world.Action{As: one, Kind: world.ActMessage, Channel: h.general, Text: "hi @member-2 in #contests"}, &res)
	m := c.event("MESSAGE_CREATE")
	if m["id"] != res.Message || m["content"] != "hi <@"+two+"> in <#"+h.ChannelID("contests")+">" || dig(m, "mentions", 0, "id") != two {
		t.Errorf("%v", m)
	}
	steps := []struct {
		a     world.Action
		event string
	}{
		{world.Action{As: two, Kind: world.ActReact, Message: res.Message, Text: "🎉"}, "MESSAGE_REACTION_ADD"},
		{world.Action{As: two, Kind: world.ActDelete, Message: res.Message}, ""},
		{world.Action{As: mod, Kind: world.ActDelete, Message: res.Message}, "MESSAGE_DELETE"},
		{world.Action{As: two, Kind: world.ActLeave}, "GUILD_MEMBER_REMOVE"},
		{world.Action{As: two, Kind: world.ActMessage, Text: "still here"}, ""},
		{world.Action{As: two, Kind: world.ActLeave}, ""},
		{world.Action{As: two, Kind: world.ActJoin}, "GUILD_MEMBER_ADD"},
		{world.Action{As: two, Kind: world.ActJoin}, ""},
		{world.Action{As: one, Kind: world.ActMessage, Channel: h.ChannelID("read-only"), Text: "x"}, ""},
		{world.Action{As: one, Kind: world.ActMessage, Channel: h.ChannelID("team"), Text: "x"}, ""},
		{world.Action{As: one, Kind: world.ActMessage, Text: strings.Repeat("x", 2001)}, ""},
		{world.Action{As: nobody, Kind: world.ActMessage, Text: "x"}, ""},
		{world.Action{As: one, Kind: "dance"}, ""},
	}
	for _, step := range steps {
		got := h.act(step.a)
		if got.OK != (step.event != "") || !got.OK && got.Error == "" {
			t.Errorf("%+v: %+v", step.a, got)
		}
		if step.event != "" && got.OK {
			c.event(step.event)
		}
	}
	if err := h.Ban(h.guild, two); err != nil {
		t.Fatal(err)
	}
	if got := h.act(world.Action{As: two, Kind: world.ActJoin}); got.Error != "You are banned" {
		t.Errorf("%+v", got)
	}
}

// listen reads a person's feed until stopped.
func (h *home) listen(as string) <-chan world.Event {
	h.Helper()
	ctx, stop := context.WithCancel(context.Background())
	h.Cleanup(stop)
	req, err := http.NewRequestWithContext(ctx, "GET", h.url+"/_sandbox/feed?as="+as, nil)
	if err != nil {
		h.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	out := make(chan world.Event, 100)
	lines := bufio.NewScanner(res.Body)
	lines.Scan() // the opening comment
	go func() {
		defer res.Body.Close()
		for lines.Scan() {
			var e world.Event
			data, ok := strings.CutPrefix(lines.Text(), "data: ")
			if ok && json.Unmarshal([]byte(data), &e) == nil {
				out <- e
			}
		}
	}()
	return out
}

func TestTheFeedBringsOnlyWhatThePersonSees(t *testing.T) {
	h := open(t)
	feed := h.listen(one)
	for _, where := range []string{"team", "general"} {
		if _, err := h.Post(h.ChannelID(where), mod, "in "+where); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case e := <-feed:
		if e.Kind != world.EventMessage || e.Channel != h.general || dig(e.Data, "native", "content") != "in general" {
			t.Errorf("%+v", e)
		}
	case <-time.After(brief):
		t.Fatal("nothing came")
	}
}

func TestAnotherSitesPageMayNotAct(t *testing.T) {
	h := open(t)
	req, err := http.NewRequest("POST", h.url+"/_sandbox/act", strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Origin", "https://example.org")
	if a := h.send(req); a.status != http.StatusForbidden {
		t.Errorf("%d %s", a.status, a.raw)
	}
	for path, prefix := range map[string]string{"/api/discord/state": "/api/discord/", "/x/state": "/x"} {
		w := httptest.NewRecorder()
		http.StripPrefix(prefix, h.Control()).ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 200 || !strings.Contains(w.Body.String(), "The Workshop") {
			t.Errorf("mounted at %s: %d %s", prefix, w.Code, w.Body)
		}
	}
}

func TestTheLogHoldsRequestsWithoutTheirTokens(t *testing.T) {
	h := open(t)
	asked := make(chan o, 1)
	h.bot(func(in o) o { asked <- in; return o{"type": 6} })
	m := h.post(o{"components": []o{row(button("a", "A"))}}).id()
	h.act(world.Action{As: one, Kind: world.ActPress, Message: m, Control: "a"})
	in := <-asked
	h.call(404, "DELETE", h.hook(in, "/messages/5"), nil)
	var log []world.Request
	h.control("GET", "log?after=0", nil, &log)
	var lines []string
	for i, r := range log {
		lines = append(lines, r.Method+" "+r.Path)
		if r.N != i+1 {
			t.Errorf("request %d is number %d", i+1, r.N)
		}
	}
	want := "WS /gateway/identify, POST /channels/" + h.general + "/messages, POST /interactions/" + in["id"].(string) +
		"/{token}/callback, DELETE /webhooks/" + h.BotID() + "/{token}/messages/5"
	if got := strings.Join(lines, ", "); got != want {
		t.Errorf("the log is %s", got)
	}
	raw, err := json.Marshal(log)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(raw, []byte(token)) || bytes.Contains(raw, []byte(in["token"].(string))) {
		t.Error("a token is in the log")
	}
	if rest := h.Log(len(log) - 1); len(rest) != 1 || rest[0].Status != 404 {
		t.Errorf("the last request is %+v", rest)
	}
}
