package discord_test

import (
	"context"
	"encoding/json"
	"flag"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/bot/chat"
	"animo/bot/discord"
	"animo/bot/discord/gateway"
	"animo/bot/sandbox/discordwire"
	"animo/bot/sandbox/world"
)

// TestMain lets more tests run at once than there are processors, since they
// mostly wait.
func TestMain(m *testing.M) {
	if err := flag.Set("test.parallel", "16"); err != nil {
		panic(err)
	}
	goleak.VerifyTestMain(m)
}

const (
	token = "bot-token"
	brief = 30 * time.Second // far longer than anything waited for takes
)

// sessions keeps gateway sessions across restarts of the adapter.
type sessions struct {
	mu   sync.Mutex
	kept map[int]gateway.Session
}

// Load implements gateway.Sessions.
func (s *sessions) Load(_ context.Context, shard int) (gateway.Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kept[shard], nil
}

// Save implements gateway.Sessions.
func (s *sessions) Save(_ context.Context, shard int, v gateway.Session) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept[shard] = v
	return nil
}

// local is a Discord that runs here.
type local struct {
	*testing.T
	*discordwire.Server
	url      string
	client   *http.Transport
	sessions *sessions
	general  string
	admin    string
	one      string
}

// open starts a local Discord; tests that use one run beside each other, since
// they mostly wait.
func open(t *testing.T, change ...func(*discordwire.Options)) *local {
	t.Helper()
	t.Parallel()
	store, err := world.OpenStore("")
	if err != nil {
		t.Fatal(err)
	}
	opt := discordwire.Options{
		Clock: world.NewClock(time.Now, time.Time{}), Store: store, Token: token,
		Privileged: discordwire.IntentMembers | discordwire.IntentMessageContent,
	}
	for _, f := range change {
		f(&opt)
	}
	s, err := discordwire.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s.Handler())
	l := &local{T: t, Server: s, url: web.URL, client: &http.Transport{}, sessions: &sessions{kept: make(map[int]gateway.Session)}}
	t.Cleanup(func() {
		_ = s.Close()
		l.client.CloseIdleConnections()
		web.Close()
	})
	l.general, l.admin, l.one = s.ChannelID("general"), s.PersonID("admin"), s.PersonID("member-1")
	return l
}

func (l *local) config() discord.Config {
	return discord.Config{Token: token, APIURL: l.url, MembersIntent: true, ContentIntent: true}
}

func (l *local) adapter(change ...func(*discord.Config)) *discord.Adapter {
	l.Helper()
	cfg := l.config()
	for _, f := range change {
		f(&cfg)
	}
	return l.adapterWith(cfg, l.sessions)
}

func (l *local) adapterWith(cfg discord.Config, kept gateway.Sessions) *discord.Adapter {
	l.Helper()
	a, err := discord.New(cfg, discord.Deps{Machine: time.Now, Transport: l.client, Sessions: kept})
	if err != nil {
		l.Fatal(err)
	}
	return a
}

// bot is a running adapter. Interactions go to answer, which may be nil.
type bot struct {
	*local
	*discord.Adapter
	answer func(chat.Event, chat.Responder)
	events chan chat.Event
	stop   func()
	done   chan error
	busy   sync.WaitGroup // with answers
}

// Deliver implements chat.Inbox.
func (b *bot) Deliver(e chat.Event, done func()) {
	b.events <- e
	if done != nil {
		done()
	}
}

// Interact implements chat.Inbox.
func (b *bot) Interact(e chat.Event, r chat.Responder, done func()) {
	b.events <- e
	b.busy.Go(func() {
		if b.answer != nil {
			b.answer(e, r)
		}
		done()
	})
}

// start runs an adapter and waits until it is connected.
func (l *local) start(answer func(chat.Event, chat.Responder), change ...func(*discord.Config)) *bot {
	l.Helper()
	b := l.run(answer, change...)
	await[chat.Arrived](b)
	return b
}

// run runs an adapter until stop or the end of the test.
func (l *local) run(answer func(chat.Event, chat.Responder), change ...func(*discord.Config)) *bot {
	l.Helper()
	b := &bot{local: l, Adapter: l.adapter(change...), answer: answer, events: make(chan chat.Event, 10_000), done: make(chan error, 1)}
	ctx, cancel := context.WithCancel(context.Background())
	b.stop = sync.OnceFunc(func() {
		cancel()
		select {
		case err := <-b.done:
			if err != nil {
				l.Errorf("Run ended with %v", err)
			}
		case <-time.After(brief):
			l.Error("Run did not end")
		}
		b.busy.Wait()
	})
	go func() { b.done <- b.Run(ctx, b) }()
	l.Cleanup(b.stop)
	return b
}

// await waits for an event of a type, passing others over.
func await[E chat.Event](b *bot) E {
	b.Helper()
	late := time.After(brief)
	for {
		select {
		case e := <-b.events:
			if found, ok := e.(E); ok {
				return found
			}
		case <-late:
			var none E
			b.Fatalf("no %T", none)
			return none
		}
	}
}

// until waits for a condition.
func until(t *testing.T, what string, f func() bool) {
	t.Helper()
	for end := time.Now().Add(brief); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if f() {
			return
		}
	}
	t.Fatalf("not in time: %s", what)
}

// does acts as a person in the general channel and wants it to go well.
func (l *local) does(who, kind string, a world.Action) world.Result {
	l.Helper()
	a.As, a.Kind = who, kind
	if a.Channel == "" {
		a.Channel = l.general
	}
	ctx, cancel := context.WithTimeout(context.Background(), brief)
	defer cancel()
	r := l.Act(ctx, a)
	if !r.OK {
		l.Fatalf("%s %s%s: %s %v", kind, a.Text, a.Control, r.Error, r.FieldErrors)
	}
	return r
}

// latest waits until the last message that someone sees in the general channel
// holds a word, and returns it.
func (l *local) latest(who, word string) world.Message {
	l.Helper()
	var last world.Message
	until(l.T, "a message with "+word, func() bool {
		all := l.Messages(who, l.general)
		if len(all) == 0 {
			return false
		}
		last = all[len(all)-1]
		return !last.Waiting && strings.Contains(string(last.Native), word)
	})
	return last
}

func (l *local) sees(who, word string) bool {
	for _, m := range l.Messages(who, l.general) {
		if strings.Contains(string(m.Native), word) {
			return true
		}
	}
	return false
}

// requests counts what the bot asked for, by method and a part of the path.
func (l *local) requests(method, part string) int {
	n := 0
	for _, r := range l.Log(0) {
		if r.Method == method && strings.Contains(r.Path, part) {
			n++
		}
	}
	return n
}

func channelID(native string) chat.ChannelID { return chat.NewID[chat.ChannelID](chat.Discord, native) }

func memberID(native string) chat.MemberID { return chat.NewID[chat.MemberID](chat.Discord, native) }

func (l *local) space() chat.SpaceID { return chat.NewID[chat.SpaceID](chat.Discord, l.GuildID()) }

func say(s string) chat.Card { return chat.Say(chat.Words(s)) }

func menu() chat.CommandMenu {
	return chat.CommandMenu{
		Commands: []chat.CommandSpec{
			{
				Name: "giveaway", Names: chat.Wording{chat.French: "concours"}, Summary: chat.Wording{chat.English: "Giveaways"},
				Sub: []chat.CommandSpec{{
					Name: "start", Summary: chat.Wording{chat.English: "Start one", chat.French: "En lancer un"},
					Options: []chat.OptionSpec{
						{Name: "prize", Kind: chat.OptionText, Required: true},
						{Name: "winners", Kind: chat.OptionInteger, Complete: true},
						{Name: "channel", Kind: chat.OptionChannel},
					},
				}},
			},
			{Name: "setup", Summary: chat.Wording{chat.English: "Settings"}, Permission: chat.Manager},
		},
		Shortcuts: []chat.ShortcutSpec{{Name: "Reroll"}},
	}
}

func (b *bot) register() {
	b.Helper()
	if err := b.Register(context.Background(), menu()); err != nil {
		b.Fatal(err)
	}
}

// replies answers every interaction with the same reply.
func replies(t *testing.T, r chat.Reply) func(chat.Event, chat.Responder) {
	return func(_ chat.Event, to chat.Responder) {
		if err := to.Respond(context.Background(), r); err != nil {
			t.Errorf("respond: %v", err)
		}
	}
}

// delays answers every interaction after it was deferred.
func delays(t *testing.T, private bool, r chat.Reply) func(chat.Event, chat.Responder) {
	return func(_ chat.Event, to chat.Responder) {
		if err := to.Defer(context.Background(), private); err != nil {
			t.Errorf("defer: %v", err)
		}
		if err := to.Respond(context.Background(), r); err != nil {
			t.Errorf("respond: %v", err)
		}
	}
}

func native[T any](t *testing.T, m world.Message) T {
	t.Helper()
	var v T
	if err := json.Unmarshal(m.Native, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
