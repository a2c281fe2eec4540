package page

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/sandbox/world"
)

//go:embed testdata
var recorded embed.FS

// fake is a platform that only remembers: it serves the control interface,
// shows recorded messages and answers as its script says.
type fake struct {
	t        *testing.T
	platform string
	feed     world.Feed
	modal    json.RawMessage

	mu       sync.Mutex
	state    world.State
	messages []world.Message
	actions  []world.Action
	script   func(world.Action) world.Result
	suggest  func(string) []world.Suggestion
	next     int
}

type recording struct {
	Messages []struct {
		Author  string          `json:"author"`
		Private bool            `json:"private"`
		Edited  bool            `json:"edited"`
		Waiting bool            `json:"waiting"`
		Native  json.RawMessage `json:"native"`
	} `json:"messages"`
	Modal json.RawMessage `json:"modal"`
}

var moment = regexp.MustCompile(`\{NOW(\+\d+)?\}`)

// at fills the recording's moments in, which stand relative to the clock.
func at(raw []byte, now time.Time) []byte {
	return moment.ReplaceAllFunc(raw, func(m []byte) []byte {
		plus, _ := strconv.Atoi(strings.Trim(string(m), "{NOW+}"))
		return []byte(strconv.FormatInt(now.Unix()+int64(plus), 10))
	})
}

func newFake(t *testing.T, platform string, now time.Time) *fake {
	t.Helper()
	raw, err := recorded.ReadFile("testdata/" + platform + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var r recording
	if err := json.Unmarshal(at(raw, now), &r); err != nil {
		t.Fatal(err)
	}
	f := &fake{t: t, platform: platform, modal: r.Modal, state: fakeState(platform, now)}
	f.script = func(world.Action) world.Result { return world.Result{OK: true} }
	f.suggest = func(string) []world.Suggestion { return nil }
	for i, m := range r.Messages {
		f.add(world.Message{
			Author: f.id(m.Author), At: now.Add(time.Duration(i-len(r.Messages)) * time.Minute),
			Private: m.Private, Edited: m.Edited, Waiting: m.Waiting, Native: m.Native,
		})
	}
	return f
}

func fakeState(platform string, now time.Time) world.State {
	s := world.State{Platform: platform, SpaceID: "1", SpaceName: "The Workshop", Connected: true, Now: now}
	names := []string{"admin", "moderator", "member-1", "member-2", "member-3", "member-4", "newcomer"}
	shown := []string{"Admin", "Moderator", "Member 1", "Member 2", "Member 3", "Member 4", "Newcomer"}
	user, channel := "10", "20"
	if platform == "slack" {
		user, channel = "U", "C"
		names, shown = append(names, "guest", "contractor"), append(shown, "Guest", "Contractor")
	}
	for i, n := range names {
		s.People = append(s.People, world.Person{ID: fmt.Sprint(user, i+1), Name: n, Display: shown[i], Admin: i == 0, Present: true})
	}
	s.People = append(s.People, world.Person{ID: user + "bot", Name: "animo", Display: "Animo", Bot: true, Present: true, Colour: "#d9485f"})
	for i, n := range []string{"general", "contests", "team", "read-only"} {
		s.Channels = append(s.Channels, world.Channel{
			ID: fmt.Sprint(channel, i+1), Name: n, Private: n == "team", CanWrite: n != "read-only", Topic: map[string]string{"general": "Where everyone talks"}[n],
		})
	}
	s.Channels = append(s.Channels, world.Channel{ID: channel + "9", Name: "Animo", Direct: true, CanWrite: true})
	s.Roles = []world.Role{{ID: map[string]string{"discord": "301", "slack": "S1"}[platform], Name: "team"}}
	s.Shortcuts = []world.Shortcut{{Name: "reroll", Label: "Reroll"}}
	return s
}

func (f *fake) id(name string) string {
	i := slices.IndexFunc(f.state.People, func(p world.Person) bool { return p.Name == name || (name == "bot" && p.Bot) })
	return f.state.People[i].ID
}

// add keeps a message, in the first channel unless it names one, and tells the pages.
func (f *fake) add(m world.Message) world.Message {
	f.mu.Lock()
	f.next++
	if m.ID == "" {
		m.ID = strconv.Itoa(1000 + f.next)
	}
	if m.Channel == "" {
		m.Channel = f.state.Channels[0].ID
	}
	if i := slices.IndexFunc(f.messages, func(o world.Message) bool { return o.ID == m.ID }); i >= 0 {
		f.messages[i] = m
	} else {
		f.messages = append(f.messages, m)
	}
	f.mu.Unlock()
	f.feed.Publish(world.Event{Kind: world.EventMessage, Channel: m.Channel, Data: m})
	return m
}

// post adds a message whose native form is v.
func (f *fake) post(author string, v any) world.Message {
	raw, err := json.Marshal(v)
	if err != nil {
		f.t.Error(err)
	}
	return f.add(world.Message{Author: f.id(author), At: time.Now(), Native: raw})
}

func (f *fake) connect(on bool) {
	f.mu.Lock()
	f.state.Connected = on
	f.mu.Unlock()
	f.feed.Publish(world.Event{Kind: world.EventState})
}

// answerWith sets what the bot does when a person acts.
func (f *fake) answerWith(script func(world.Action) world.Result) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.script = script
}

// keep remembers messages without a word to the pages.
func (f *fake) keep(m ...world.Message) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.messages = append(f.messages, m...)
}

// nth is a copy of one of the recorded messages.
func (f *fake) nth(i int) world.Message {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.messages[i]
}

// suggestWith sets what completes the text typed so far.
func (f *fake) suggestWith(suggest func(string) []world.Suggestion) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.suggest = suggest
}

// forget begins anew: nothing was done, and the bot takes whatever comes.
func (f *fake) forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.actions = nil
	f.script = func(world.Action) world.Result { return world.Result{OK: true} }
}

// did returns the actions of a kind so far.
func (f *fake) did(kind string) []world.Action {
	f.mu.Lock()
	defer f.mu.Unlock()
	var of []world.Action
	for _, a := range f.actions {
		if a.Kind == kind {
			of = append(of, a)
		}
	}
	return of
}

func (f *fake) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /state", func(w http.ResponseWriter, _ *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		answer(w, http.StatusOK, f.state)
	})
	mux.HandleFunc("GET /messages", func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		defer f.mu.Unlock()
		found := []world.Message{}
		for _, m := range f.messages {
			if m.Channel == r.FormValue("channel") {
				found = append(found, m)
			}
		}
		answer(w, http.StatusOK, found)
	})
	mux.HandleFunc("GET /feed", func(w http.ResponseWriter, r *http.Request) {
		f.feed.Serve(w, r, r.FormValue("as"), nil)
	})
	mux.HandleFunc("POST /act", f.act)
	mux.HandleFunc("POST /complete", f.complete)
	return mux
}

func (f *fake) act(w http.ResponseWriter, r *http.Request) {
	var a world.Action
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	f.actions = append(f.actions, a)
	script := f.script
	f.mu.Unlock()
	if a.Kind == world.ActMessage {
		text := a.Text
		if f.platform == "slack" {
			text = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;").Replace(text)
		}
		native, _ := json.Marshal(map[string]string{"content": text, "text": text})
		f.add(world.Message{Author: a.As, Channel: a.Channel, At: time.Now(), Native: native})
	}
	answer(w, http.StatusOK, script(a))
}

func (f *fake) complete(w http.ResponseWriter, r *http.Request) {
	var a world.Action
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	suggest := f.suggest
	f.mu.Unlock()
	answer(w, http.StatusOK, suggest(a.Text))
}

// open is the recorded form, as a bot's answer.
func (f *fake) open(id string) *world.Modal {
	return &world.Modal{ID: id, Native: bytes.Clone(f.modal)}
}
