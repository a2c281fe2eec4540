package discordwire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"

	"github.com/coder/websocket"
)

const (
	token = "bot-token"
	admin = "1100000000000000500"
	mod   = "1100000000000000501"
	one   = "1100000000000000502"
	two   = "1100000000000000503"
	all   = discordwire.IntentMembers | discordwire.IntentPresences | discordwire.IntentMessageContent
	every = 1<<0 | 1<<1 | 1<<2 | 1<<9 | 1<<10 | 1<<12 | 1<<13 | 1<<15
	v2    = 1 << 15
	quick = 300 * time.Millisecond
	brief = 5 * time.Second // far longer than anything waited for takes
)

type o = map[string]any

// home is a local Discord behind a real port.
type home struct {
	*testing.T
	*discordwire.Server
	url     string
	clock   *world.Clock
	general string
	guild   string
	client  *http.Client
}

func open(t *testing.T, change ...func(*discordwire.Options)) *home {
	t.Helper()
	store, err := world.OpenStore("")
	if err != nil {
		t.Fatal(err)
	}
	opt := discordwire.Options{
		Clock: world.NewClock(time.Now, time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)),
		Store: store, Token: token, Privileged: all, AckWindow: brief,
	}
	for _, f := range change {
		f(&opt)
	}
	s, err := discordwire.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	t.Cleanup(func() { s.Close(); web.Close() })
	h := &home{T: t, Server: s, url: web.URL, clock: opt.Clock, guild: s.GuildID(), client: web.Client()}
	if pool, ok := h.client.Transport.(*http.Transport); ok {
		pool.MaxIdleConnsPerHost = 50
	}
	h.general = s.State(admin).Channels[0].ID
	return h
}

func quickly(opt *discordwire.Options)  { opt.AckWindow = quick }
func inFrench(opt *discordwire.Options) { opt.Language = "fr" }

// answer is what came back from the REST interface.
type answer struct {
	status int
	header http.Header
	raw    []byte
	o
}

func (a answer) code() int  { n, _ := a.o["code"].(float64); return int(n) }
func (a answer) id() string { s, _ := a.o["id"].(string); return s }

func (a answer) list() []o {
	var l []o
	if json.Unmarshal(a.raw, &l) != nil {
		return nil
	}
	return l
}

func (h *home) send(req *http.Request) answer {
	h.Helper()
	res, err := h.client.Do(req)
	if err != nil {
		h.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		h.Fatal(err)
	}
	a := answer{status: res.StatusCode, header: res.Header, raw: raw, o: o{}}
	_ = json.Unmarshal(raw, &a.o)
	return a
}

func (h *home) request(method, path string, body any) *http.Request {
	h.Helper()
	var r io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			h.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, h.url+"/api/v9"+path, r)
	if err != nil {
		h.Fatal(err)
	}
	req.Header.Set("Authorization", "Bot "+token)
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	return req
}

// call makes one request; want, if not 0, is its status.
func (h *home) call(want int, method, path string, body any) answer {
	h.Helper()
	a := h.send(h.request(method, path, body))
	if want != 0 && a.status != want {
		h.Fatalf("%s %s: status %d, want %d: %s", method, path, a.status, want, a.raw)
	}
	return a
}

// refused makes a request that must be refused with Discord's code.
func (h *home) refused(code int, method, path string, body any) answer {
	h.Helper()
	a := h.call(0, method, path, body)
	if a.code() != code || a.status < 400 {
		h.Errorf("%s %s: %d %s, want code %d", method, path, a.status, a.raw, code)
	}
	return a
}

func (h *home) post(body o) answer {
	h.Helper()
	return h.call(200, "POST", "/channels/"+h.general+"/messages", body)
}

func (h *home) act(a world.Action) world.Result {
	if a.Channel == "" {
		a.Channel = h.general
	}
	return h.Act(context.Background(), a)
}

// frame is what the gateway sends.
type frame struct {
	Op int             `json:"op"`
	T  string          `json:"t"`
	S  int64           `json:"s"`
	D  json.RawMessage `json:"d"`
}

func (f frame) data() o {
	var d o
	_ = json.Unmarshal(f.D, &d)
	return d
}

// client is a gateway connection with all it has received.
type client struct {
	*home
	ws     *websocket.Conn
	frames chan frame
	closed chan error
	answer func(frame)

	mu  sync.Mutex
	seq int64
}

func (h *home) dial(query string) *client {
	h.Helper()
	ws, _, err := websocket.Dial(context.Background(), strings.Replace(h.url, "http", "ws", 1)+"/gateway"+query, nil)
	if err != nil {
		h.Fatal(err)
	}
	ws.SetReadLimit(1 << 24)
	c := &client{home: h, ws: ws, frames: make(chan frame, 5000), closed: make(chan error, 1)}
	h.Cleanup(func() { ws.CloseNow() })
	go c.read()
	return c
}

func (c *client) read() {
	for {
		_, raw, err := c.ws.Read(context.Background())
		if err != nil {
			c.closed <- err
			return
		}
		var f frame
		if json.Unmarshal(raw, &f) != nil {
			continue
		}
		c.mu.Lock()
		c.seq = max(c.seq, f.S)
		answer := c.answer
		c.mu.Unlock()
		if f.T == "INTERACTION_CREATE" && answer != nil {
			go answer(f)
			continue
		}
		c.frames <- f
	}
}

func (c *client) write(op int, d any) {
	c.Helper()
	raw, err := json.Marshal(o{"op": op, "d": d})
	if err != nil {
		c.Fatal(err)
	}
	if err := c.ws.Write(context.Background(), websocket.MessageText, raw); err != nil {
		c.Fatal(err)
	}
}

func (c *client) last() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.seq
}

// next waits for a dispatch of that name, or a frame of that opcode.
func (c *client) next(name string, op int) frame {
	c.Helper()
	late := time.After(brief)
	for {
		select {
		case f := <-c.frames:
			if f.T == name && f.Op == op {
				return f
			}
		case err := <-c.closed:
			c.Fatalf("closed (%v) while waiting for %s %d", err, name, op)
		case <-late:
			c.Fatalf("no %s (op %d)", name, op)
		}
	}
}

func (c *client) event(name string) o { c.Helper(); return c.next(name, 0).data() }

// none checks that no event of that name came before a marker that is posted now.
func (c *client) none(name string) {
	c.Helper()
	marker := c.post(o{"content": "marker " + fmt.Sprint(time.Now().UnixNano())})
	for {
		f := c.next2()
		if f.T == name && f.data()["id"] != marker.id() {
			c.Errorf("an unexpected %s: %s", name, f.D)
		}
		if f.T == "MESSAGE_CREATE" && f.data()["id"] == marker.id() {
			return
		}
	}
}

func (c *client) next2() frame {
	c.Helper()
	select {
	case f := <-c.frames:
		return f
	case <-time.After(brief):
		c.Fatal("nothing more came")
	}
	return frame{}
}

// code waits for the end of the connection and returns its close code.
func (c *client) code() int {
	c.Helper()
	select {
	case err := <-c.closed:
		return int(websocket.CloseStatus(err))
	case <-time.After(brief):
		c.Fatal("the connection stayed open")
	}
	return 0
}

func identity(intents int) o {
	return o{"token": token, "intents": intents, "properties": o{"os": "linux", "browser": "test", "device": "test"}}
}

// identify connects, identifies and waits for READY.
func (h *home) identify(intents int) (*client, o) {
	h.Helper()
	c := h.dial("/?v=10&encoding=json")
	c.next("", 10)
	c.write(2, identity(intents))
	return c, c.event("READY")
}

// bot connects a bot that answers each interaction by respond.
func (h *home) bot(respond func(in o) (body o)) *client {
	h.Helper()
	c, _ := h.identify(every)
	c.mu.Lock()
	c.answer = func(f frame) {
		in := f.data()
		if body := respond(in); body != nil {
			h.callback(in, body)
		}
	}
	c.mu.Unlock()
	return c
}

func (h *home) callback(in o, body o) answer {
	return h.call(0, "POST", fmt.Sprintf("/interactions/%s/%s/callback", in["id"], in["token"]), body)
}

// hook is the path of an interaction's messages.
func (h *home) hook(in o, rest string) string {
	return fmt.Sprintf("/webhooks/%s/%s%s", h.BotID(), in["token"], rest)
}

func (h *home) commands(list ...o) []o {
	h.Helper()
	return h.call(200, "PUT", "/applications/"+h.BotID()+"/commands", list).list()
}

func button(id, label string) o { return o{"type": 2, "style": 1, "custom_id": id, "label": label} }
func row(c ...o) o              { return o{"type": 1, "components": c} }
func text(s string) o           { return o{"type": 10, "content": s} }

func dig(v any, path ...any) any {
	for _, step := range path {
		switch key := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[key]
		case int:
			l, _ := v.([]any)
			if key >= len(l) {
				return nil
			}
			v = l[key]
		}
	}
	return v
}

func last(h *home, as string) world.Message {
	h.Helper()
	list := h.Messages(as, h.general)
	if len(list) == 0 {
		h.Fatal("the channel is empty")
	}
	return list[len(list)-1]
}
