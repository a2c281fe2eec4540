package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// rehearsal is a running "animo sandbox", as a newcomer starts it.
type rehearsal struct {
	t    *testing.T
	cmd  *exec.Cmd
	page string
}

func rehearse(t *testing.T, data, language string) *rehearsal {
	t.Helper()
	r := &rehearsal{t: t, cmd: exec.Command("animo", "sandbox", "--listen", "127.0.0.1:0", "--data", data, "--language", language)}
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var trouble bytes.Buffer
	r.cmd.Stderr = &trouble
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.kill)
	said := map[string]string{}
	for lines := bufio.NewScanner(out); len(said) < 3 && lines.Scan(); {
		name, url, _ := strings.Cut(lines.Text(), ":")
		said[name] = strings.TrimSpace(url)
	}
	for _, name := range []string{"page", "discord", "slack"} {
		if !strings.HasPrefix(said[name], "http://127.0.0.1:") {
			t.Fatalf("it said %v, without the address of %s\n%s", said, name, trouble.String())
		}
	}
	r.page = said["page"]
	return r
}

// kill ends it at once, as a power cut would.
func (r *rehearsal) kill() {
	r.cmd.Process.Kill()
	r.cmd.Wait()
}

func (r *rehearsal) get(path string, v any) {
	r.t.Helper()
	res, err := http.Get(r.page + path)
	if err != nil {
		r.t.Fatal(err)
	}
	r.decode(res, v)
}

func (r *rehearsal) post(path string, body, v any) {
	r.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		r.t.Fatal(err)
	}
	res, err := http.Post(r.page+path, "application/json", bytes.NewReader(raw))
	if err != nil {
		r.t.Fatal(err)
	}
	r.decode(res, v)
}

func (r *rehearsal) decode(res *http.Response, v any) {
	r.t.Helper()
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != http.StatusOK || json.Unmarshal(raw, v) != nil {
		r.t.Fatalf("%s: %s %s %v", res.Request.URL, res.Status, raw, err)
	}
}

type place struct{ ID, Name string }

// people and channels of a platform, by name.
func (r *rehearsal) world(platform string) (people, channels map[string]string) {
	r.t.Helper()
	var s struct{ People, Channels []place }
	r.get("/api/"+platform+"/state", &s)
	people, channels = map[string]string{}, map[string]string{}
	for _, p := range s.People {
		people[p.Name] = p.ID
	}
	r.get("/api/"+platform+"/state?as="+people["admin"], &s)
	for _, c := range s.Channels {
		channels[c.Name] = c.ID
	}
	return people, channels
}

// act does something as somebody and demands that the client shows no error.
func (r *rehearsal) act(platform string, action map[string]any) {
	r.t.Helper()
	var result struct {
		OK    bool
		Error string
	}
	if r.post("/api/"+platform+"/act", action, &result); !result.OK {
		r.t.Fatalf("%v on %s: %s", action, platform, result.Error)
	}
}

type seen struct {
	ID      string
	Private bool
	Native  json.RawMessage
}

func (r *rehearsal) messages(platform, as, channel string) []seen {
	r.t.Helper()
	var all []seen
	r.get(fmt.Sprintf("/api/%s/messages?as=%s&channel=%s", platform, as, channel), &all)
	return all
}

// await returns the messages that hold every part, once there is one.
func (r *rehearsal) await(platform, as, channel string, parts ...string) []seen {
	r.t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		var found []seen
	next:
		for _, m := range r.messages(platform, as, channel) {
			for _, p := range parts {
				if !bytes.Contains(m.Native, []byte(p)) {
					continue next
				}
			}
			found = append(found, m)
		}
		if len(found) > 0 {
			return found
		}
		if time.Now().After(deadline) {
			r.t.Fatalf("no message on %s holds %q", platform, parts)
		}
	}
}

// enter presses the entry button of the giveaway for a prize.
func (r *rehearsal) enter(platform string, people map[string]string, channel, prize string, who ...string) {
	r.t.Helper()
	card := r.await(platform, people["admin"], channel, prize, "giveaway|enter|")[0]
	_, rest, _ := strings.Cut(string(card.Native), "giveaway|enter|")
	control := "giveaway|enter|" + rest[:8]
	for _, name := range who {
		r.act(platform, map[string]any{"as": people[name], "kind": "press", "channel": channel, "message": card.ID, "control": control})
		r.await(platform, people[name], channel, "giveaway|leave|"+rest[:8])
	}
}

// A newcomer starts a giveaway on both platforms, members enter, the process
// is killed, started again, the clock moved: the winners are announced, once.
func TestTheSandboxGoesOnAfterAKill(t *testing.T) {
	for language, w := range map[string]struct{ command, contests, bravo string }{
		"en": {"/giveaway start duration:2h prize:Teapot winners:2", "contests", "Congratulations"},
		"fr": {"/concours lancer durée:2h lot:Teapot gagnants:2", "concours", "Bravo"},
	} {
		t.Run(language, func(t *testing.T) {
			data := filepath.Join(t.TempDir(), "rehearsal")
			r := rehearse(t, data, language)
			for _, platform := range []string{"discord", "slack"} {
				people, channels := r.world(platform)
				r.act(platform, map[string]any{"as": people["admin"], "kind": "command", "channel": channels[w.contests], "text": w.command})
				r.enter(platform, people, channels[w.contests], "Teapot", "member-1", "member-2", "member-3")
			}
			r.kill()
			r = rehearse(t, data, language)
			var clock struct{ Now time.Time }
			r.post("/api/clock", map[string]string{"advance": "3h"}, &clock)
			for _, platform := range []string{"discord", "slack"} {
				people, channels := r.world(platform)
				r.await(platform, people["member-4"], channels[w.contests], w.bravo, "Teapot")
			}
			r.kill()
			r = rehearse(t, data, language)
			for _, platform := range []string{"discord", "slack"} {
				people, channels := r.world(platform)
				if n := len(r.await(platform, people["member-4"], channels[w.contests], w.bravo, "Teapot")); n != 1 {
					t.Errorf("%d announcements on %s, want 1", n, platform)
				}
			}
		})
	}
}

// Two sandboxes on one folder would overwrite each other's worlds.
func TestASecondSandboxOnTheSameFolderIsRefused(t *testing.T) {
	data := filepath.Join(t.TempDir(), "rehearsal")
	first := rehearse(t, data, "en")
	people, channels := first.world("slack")
	out, err := exec.Command("animo", "sandbox", "--listen", "127.0.0.1:0", "--data", data).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "in use by process "+fmt.Sprint(first.cmd.Process.Pid)) {
		t.Errorf("the second says %q, %v", out, err)
	}
	first.act("slack", map[string]any{"as": people["admin"], "kind": "message", "channel": channels["general"], "text": "still here"})
	first.kill()
	again := rehearse(t, data, "en")
	again.await("slack", people["admin"], channels["general"], "still here")
}
