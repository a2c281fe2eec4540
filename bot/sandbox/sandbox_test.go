package sandbox

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/world"
)

func start(t *testing.T, o Options) *Sandbox {
	t.Helper()
	s, err := Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { end(t, s) })
	return s
}

func end(t *testing.T, s *Sandbox) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
}

// get reads JSON from an address into v and returns the status.
func get(t *testing.T, address string, v any, headers ...string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if err := json.NewDecoder(w.Body).Decode(v); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return w.StatusCode
}

func post(t *testing.T, address, body string, v any) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if err := json.NewDecoder(w.Body).Decode(v); err != nil {
		t.Fatalf("%s: %v", address, err)
	}
}

func TestBothPlatformsAnswerTheirTokens(t *testing.T) {
	s := start(t, Options{})
	var me map[string]any
	if code := get(t, s.DiscordURL()+"/api/v10/users/@me", &me, "Authorization", "Bot "+s.DiscordToken()); code != 200 || me["bot"] != true {
		t.Errorf("discord: %d %v", code, me)
	}
	if code := get(t, s.DiscordURL()+"/api/v10/users/@me", &me, "Authorization", "Bot another"); code != 401 {
		t.Errorf("discord takes another token: %d", code)
	}
	var auth map[string]any
	get(t, s.SlackURL()+"/api/auth.test", &auth, "Authorization", "Bearer "+s.SlackBotToken())
	if auth["ok"] != true {
		t.Errorf("slack: %v", auth)
	}
	get(t, s.SlackURL()+"/api/auth.test", &auth, "Authorization", "Bearer xoxb-another")
	if auth["ok"] != false {
		t.Errorf("slack takes another token: %v", auth)
	}
}

func TestThePageReachesBothPlatforms(t *testing.T) {
	s := start(t, Options{})
	for _, platform := range []string{"discord", "slack"} {
		var st world.State
		get(t, s.PageURL()+"/api/"+platform+"/state?as=", &st)
		if st.Platform != platform || st.SpaceName != "The Workshop" || len(st.People) < 7 {
			t.Errorf("%s: %+v", platform, st)
		}
		names := map[string]string{}
		for _, p := range st.People {
			names[p.Name] = p.ID
		}
		for _, name := range []string{"admin", "moderator", "member-1", "member-4", "newcomer"} {
			if names[name] == "" {
				t.Errorf("%s: no %s among %v", platform, name, names)
			}
		}
		get(t, s.PageURL()+"/api/"+platform+"/state?as="+names["admin"], &st)
		var r world.Result
		post(t, s.PageURL()+"/api/"+platform+"/act", `{"as":"`+names["admin"]+`","kind":"message","channel":"`+st.Channels[0].ID+`","text":"bonjour"}`, &r)
		var said []world.Message
		get(t, s.PageURL()+"/api/"+platform+"/messages?"+url.Values{"as": {names["admin"]}, "channel": {st.Channels[0].ID}}.Encode(), &said)
		if !r.OK || len(said) == 0 || !strings.Contains(string(said[len(said)-1].Native), "bonjour") {
			t.Errorf("%s: said %+v, %+v", platform, r, said)
		}
	}
}

func TestTheSandboxSpeaksFrench(t *testing.T) {
	s := start(t, Options{Language: "fr"})
	for _, platform := range []string{"discord", "slack"} {
		var st world.State
		get(t, s.PageURL()+"/api/"+platform+"/state?as=", &st)
		if !strings.HasPrefix(st.SpaceName, "L") || !strings.HasSuffix(st.SpaceName, "Atelier") {
			t.Errorf("%s: %s", platform, st.SpaceName)
		}
	}
	var c struct{ Language string }
	if get(t, s.PageURL()+"/api/config", &c); c.Language != "fr" {
		t.Errorf("the page's language is %q", c.Language)
	}
}

func TestAnOpenFeedDoesNotHoldUpTheEnd(t *testing.T) {
	s := start(t, Options{})
	w, err := http.Get(s.PageURL() + "/api/slack/feed?as=nobody")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if line, err := bufio.NewReader(w.Body).ReadString('\n'); err != nil || line != ": open\n" {
		t.Fatalf("feed: %q, %v", line, err)
	}
	began := time.Now()
	end(t, s)
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("closing took %v", took)
	}
	if _, err := http.Get(s.PageURL()); err == nil {
		t.Error("the page still answers")
	}
}

func TestTimeDoesNotGoBackOverARestart(t *testing.T) {
	data := t.TempDir()
	begin := time.Date(2026, 10, 24, 20, 0, 0, 0, time.UTC)
	s := start(t, Options{Data: data, Start: begin})
	var moved struct{ Now time.Time }
	post(t, s.PageURL()+"/api/clock", `{"advance":"48h"}`, &moved)
	if moved.Now.Before(begin.Add(48 * time.Hour)) {
		t.Errorf("moved to %v", moved.Now)
	}
	// No Close: as if killed.
	again := start(t, Options{Data: data, Start: begin})
	if now := again.Clock.Now(); now.Before(moved.Now) {
		t.Errorf("%v after %v", now, moved.Now)
	}
}

func TestAClockMovedByATestIsKeptToo(t *testing.T) {
	store, err := world.OpenStore("")
	if err != nil {
		t.Fatal(err)
	}
	machine := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	k, err := openTimes(store, time.Time{}, func() time.Time { return machine })
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		k.follow(ctx)
		close(done)
	}()
	var was kept
	for deadline := time.Now().Add(3 * time.Second); was.Ahead < time.Hour; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("kept %+v", was)
		}
		if k.clock.Ahead() == 0 {
			k.clock.Advance(time.Hour)
		}
		if _, err := store.Get(timeKey, &was); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	<-done
	machine = machine.Add(-time.Minute) // the machine's clock was set right
	later, err := openTimes(store, time.Time{}, func() time.Time { return machine })
	if err != nil {
		t.Fatal(err)
	}
	if now := later.clock.Now(); now.Before(was.Seen) {
		t.Errorf("%v after %v", now, was.Seen)
	}
}

// threeInARow finds a port of 127.0.0.1 that is free, as are the two above it.
func threeInARow(t *testing.T) int {
	t.Helper()
	for range 100 {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		l.Close()
		free := port+2 <= maxPort
		for i := 1; free && i <= 2; i++ {
			next, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+i))
			if free = err == nil; free {
				next.Close()
			}
		}
		if free {
			return port
		}
	}
	t.Skip("no three free ports in a row")
	return 0
}

func TestThePlatformsListenBesideThePage(t *testing.T) {
	port := threeInARow(t)
	s := start(t, Options{Listen: fmt.Sprintf("127.0.0.1:%d", port)})
	if s.DiscordURL() != fmt.Sprintf("http://127.0.0.1:%d", port+1) || s.SlackURL() != fmt.Sprintf("http://127.0.0.1:%d", port+2) {
		t.Errorf("page %s, discord %s, slack %s", s.PageURL(), s.DiscordURL(), s.SlackURL())
	}
	end(t, s)
	taken, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port+1))
	if err != nil {
		t.Skip(err)
	}
	defer taken.Close()
	s = start(t, Options{Listen: fmt.Sprintf("127.0.0.1:%d", port)})
	if s.DiscordURL() == fmt.Sprintf("http://127.0.0.1:%d", port+1) || s.SlackURL() != fmt.Sprintf("http://127.0.0.1:%d", port+2) {
		t.Errorf("page %s, discord %s, slack %s", s.PageURL(), s.DiscordURL(), s.SlackURL())
	}
}

func TestAPortHasNoneAboveTheLast(t *testing.T) {
	for port, want := range map[string]string{"0": "0", "8765": "8767", "65533": "65535", "65534": "0", "http": "0"} {
		if got := after(port, 2); got != want {
			t.Errorf("two after %s is %s, want %s", port, got, want)
		}
	}
}

func TestAnAddressThatIsTakenIsAnError(t *testing.T) {
	s := start(t, Options{})
	u, err := url.Parse(s.PageURL())
	if err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{u.Host, "nowhere"} {
		if again, err := Start(t.Context(), Options{Listen: where}); err == nil {
			end(t, again)
			t.Errorf("started at %s", where)
		}
	}
	if _, err := Start(t.Context(), Options{Manifest: []byte("{")}); err == nil {
		t.Error("started with half a manifest")
	}
}
