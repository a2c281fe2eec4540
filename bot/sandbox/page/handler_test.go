package page

import (
	"bufio"
	"encoding/json"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/world"
)

// echo answers with the method and the path that reached it.
func echo(name string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, name+" "+r.Method+" "+r.URL.Path)
	})
}

func fixed() time.Time { return time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC) }

func newHandler(onAdvance func(time.Duration)) http.Handler {
	return Handler(Config{
		Discord: echo("discord"), Slack: echo("slack"), Clock: world.NewClock(fixed, time.Time{}),
		Language: "fr", DiscordURL: "http://127.0.0.1:4001", SlackURL: "http://127.0.0.1:4002", OnAdvance: onAdvance,
	})
}

func ask(h http.Handler, method, target, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	r.Host = "127.0.0.1:4000"
	for i := 0; i < len(headers); i += 2 {
		if headers[i] == "Host" {
			r.Host = headers[i+1]
		}
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestTheControlInterfacesAreMounted(t *testing.T) {
	h := newHandler(nil)
	for target, want := range map[string]string{"/api/discord/state": "discord GET /state", "/api/slack/messages?as=U1": "slack GET /messages"} {
		if got := ask(h, "GET", target, "").Body.String(); got != want {
			t.Errorf("%s: %q", target, got)
		}
	}
	if got := ask(h, "POST", "/api/slack/act", "{}").Body.String(); got != "slack POST /act" {
		t.Errorf("act: %q", got)
	}
}

func TestAForeignSiteCannotAct(t *testing.T) {
	h := newHandler(nil)
	for name, headers := range map[string][]string{
		"by fetch":   {"Sec-Fetch-Site", "cross-site"},
		"by origin":  {"Origin", "https://evil.example"},
		"by name":    {"Host", "evil.example"},
		"by address": {"Host", "192.168.1.4:4000"},
	} {
		if w := ask(h, "POST", "/api/clock", `{"advance":"1h"}`, headers...); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := ask(h, "GET", "/", "", "Host", "rebound.example:4000"); w.Code != http.StatusForbidden {
		t.Errorf("a rebound name is served: %d", w.Code)
	}
	for _, host := range []string{"localhost:1", "127.0.0.1", "[::1]:8", "animo.localhost:80", "LOCALHOST"} {
		if w := ask(h, "GET", "/api/config", "", "Host", host); w.Code != http.StatusOK {
			t.Errorf("%s: %d", host, w.Code)
		}
	}
}

func TestTheClockOnlyMovesForward(t *testing.T) {
	var moved []time.Duration
	h := newHandler(func(d time.Duration) { moved = append(moved, d) })
	w := ask(h, "POST", "/api/clock", `{"advance":"1h"}`)
	var got struct{ Now time.Time }
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || !got.Now.Equal(fixed().Add(time.Hour)) {
		t.Errorf("after an hour: %s, %v", w.Body, err)
	}
	for _, bad := range []string{`{"advance":"-1h"}`, `{"advance":"0s"}`, `{"advance":"9000h"}`, `{"advance":"soon"}`, `{}`, `x`} {
		if w := ask(h, "POST", "/api/clock", bad); w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "error") {
			t.Errorf("%s: %d %s", bad, w.Code, w.Body)
		}
	}
	if len(moved) != 1 || moved[0] != time.Hour {
		t.Errorf("told of %v", moved)
	}
	if w := ask(h, "GET", "/api/clock", ""); !strings.Contains(w.Body.String(), "2026-03-01T13:00:00Z") {
		t.Errorf("clock: %s", w.Body)
	}
}

func TestThePageAllowsNothingInline(t *testing.T) {
	h := newHandler(nil)
	w := ask(h, "GET", "/", "")
	policy := w.Header().Get("Content-Security-Policy")
	if !strings.HasPrefix(policy, "default-src 'self'; img-src 'self' http://127.0.0.1:4001 http://127.0.0.1:4002;") || strings.Contains(policy, "unsafe") {
		t.Errorf("policy %q", policy)
	}
	body := w.Body.String()
	if regexp.MustCompile(`(?i)<style|style=|\son\w+=|<script(?:[^>]*)>[^<]`).MatchString(body) {
		t.Error("the page has inline script or style")
	}
	if regexp.MustCompile(`(?:src|href)="(?:https?:)?//`).MatchString(body) {
		t.Error("the page loads from elsewhere")
	}
}

func TestThePartsAreServedOnce(t *testing.T) {
	h := newHandler(nil)
	w := ask(h, "GET", "/static/app.js", "")
	if got := w.Header().Get("Content-Type"); got != "text/javascript; charset=utf-8" {
		t.Errorf("type %q", got)
	}
	if again := ask(h, "GET", "/static/app.js", "", "If-None-Match", w.Header().Get("ETag")); again.Code != http.StatusNotModified {
		t.Errorf("again: %d", again.Code)
	}
	if w := ask(h, "GET", "/nowhere", ""); w.Code != http.StatusNotFound {
		t.Errorf("nowhere: %d", w.Code)
	}
	if w := ask(h, "GET", "/api/config", ""); !strings.Contains(w.Body.String(), `"language":"fr"`) {
		t.Errorf("config: %s", w.Body)
	}
}

func TestNoScriptParsesHTML(t *testing.T) {
	forbidden := regexp.MustCompile(`innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|\beval\(|new Function`)
	each(t, ".js", func(name, text string) {
		if m := forbidden.FindString(text); m != "" {
			t.Errorf("%s uses %s", name, m)
		}
		if n := strings.Count(text, "\n"); n > 500 {
			t.Errorf("%s has %d lines", name, n)
		}
	})
}

func TestTheDictionariesSayTheSameThings(t *testing.T) {
	raw, err := embedded.ReadFile("static/i18n.js")
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(raw), "const en = {")
	english, rest, _ := strings.Cut(after, "\n};")
	_, after, _ = strings.Cut(rest, "const fr = {")
	french, _, _ := strings.Cut(after, "\n};")
	en, fr := lines(english), lines(french)
	all := ""
	each(t, ".js", func(name, text string) {
		if name != "static/i18n.js" {
			all += text
		}
	})
	for key, line := range en {
		if slots(line) != slots(fr[key]) {
			t.Errorf("%s: %q and %q take different values", key, line, fr[key])
		}
		if !strings.Contains(all, `"`+strings.TrimSuffix(key, "Long")+`"`) {
			t.Errorf("%s is never said", key)
		}
	}
	for key := range fr {
		if en[key] == "" {
			t.Errorf("%s is in French only", key)
		}
	}
}

func lines(dictionary string) map[string]string {
	found := map[string]string{}
	for _, m := range regexp.MustCompile(`(\w+): "((?:[^"\\]|\\.)*)"`).FindAllStringSubmatch(dictionary, -1) {
		found[m[1]] = m[2]
	}
	return found
}

func slots(line string) string {
	return strings.Join(regexp.MustCompile(`\{\w+\}`).FindAllString(line, -1), "")
}

func each(t *testing.T, ext string, f func(name, text string)) {
	t.Helper()
	err := fs.WalkDir(embedded, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || path.Ext(name) != ext {
			return err
		}
		raw, err := embedded.ReadFile(name)
		f(name, string(raw))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestTheFeedTellsOfTheClock(t *testing.T) {
	clock := world.NewClock(fixed, time.Time{})
	f := newFake(t, "slack", fixed())
	server := httptest.NewServer(Handler(Config{Discord: echo("discord"), Slack: f.handler(), Clock: clock}))
	defer server.Close()
	defer server.CloseClientConnections()
	w, err := http.Get(server.URL + "/api/slack/feed?as=U1")
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	r := bufio.NewReader(w.Body)
	if line, err := r.ReadString('\n'); err != nil || line != ": open\n" {
		t.Fatalf("%q, %v", line, err)
	}
	clock.Advance(time.Hour)
	f.post("member-1", map[string]string{"text": "hello"})
	told := ""
	for !strings.Contains(told, `"kind":"clock","data":"2026-03-01T13:00:00Z"`) || !strings.Contains(told, `"kind":"message"`) {
		line, err := r.ReadString('\n')
		if err != nil {
			t.Fatalf("told %q: %v", told, err)
		}
		told += line
	}
}
