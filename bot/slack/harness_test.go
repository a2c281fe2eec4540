package slack

import (
	"context"
	"encoding/json"
	"net/http/httptest"
	"regexp"
	"sync"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

const secret = "a signing secret"

// testMenu is a command with every kind of option, in both languages.
func testMenu() chat.CommandMenu {
	w := func(en, fr string) chat.Wording { return chat.Wording{chat.English: en, chat.French: fr} }
	option := func(en, fr string, kind chat.OptionKind) chat.OptionSpec {
		return chat.OptionSpec{Name: en, Names: w(en, fr), Summary: w(en, fr), Kind: kind}
	}
	duration, prize := option("duration", "durée", chat.OptionText), option("prize", "lot", chat.OptionText)
	duration.Required, prize.Required = true, true
	mode := option("mode", "mode", chat.OptionText)
	mode.Choices = []chat.ChoiceSpec{{Value: "draw", Names: w("draw", "tirage")}, {Value: "jury", Names: w("jury", "jury")}}
	number := option("number", "numéro", chat.OptionInteger)
	number.Required = true
	return chat.CommandMenu{
		Commands: []chat.CommandSpec{
			{
				Name: "giveaway", Names: w("giveaway", "cadeau"), Summary: w("Give something away", "Offrir un lot"), Permission: chat.Anyone,
				Sub: []chat.CommandSpec{
					{Name: "start", Names: w("start", "lancer"), Summary: w("Start", "Lancer"), Options: []chat.OptionSpec{
						duration, prize, option("winners", "gagnants", chat.OptionInteger), option("channel", "salon", chat.OptionChannel),
						option("host", "hôte", chat.OptionMember), option("role", "rôle", chat.OptionRole),
						option("quiet", "discret", chat.OptionBoolean), mode,
					}},
					{Name: "end", Names: w("end", "terminer"), Summary: w("End", "Terminer"), Options: []chat.OptionSpec{number}},
				},
			},
			{Name: "help", Names: w("help", "aide"), Summary: w("Help", "Aide"), Permission: chat.Anyone},
		},
		Shortcuts: []chat.ShortcutSpec{{Name: "reroll", Names: w("Reroll", "Retirer au sort"), Permission: chat.Staff}},
	}
}

// inbox keeps what is delivered and answers interactions as a test says.
type inbox struct {
	events chan chat.Event

	mu     sync.Mutex
	answer func(chat.Event, chat.Responder)
}

func (i *inbox) Deliver(e chat.Event, done func()) {
	i.events <- e
	if done != nil {
		done()
	}
}

func (i *inbox) Interact(e chat.Event, r chat.Responder, _ func()) {
	i.events <- e
	i.mu.Lock()
	f := i.answer
	i.mu.Unlock()
	if f != nil {
		go f(e, r)
	}
}

// desk is an adapter that runs against a Slack of its own.
type desk struct {
	*slackwire.Server
	t     *testing.T
	a     *Adapter
	in    *inbox
	clock *world.Clock
	ctx   context.Context
	ended chan error // what Run returned
	over  bool       // the test has taken it from there
}

type setting struct {
	wire slackwire.Options
	http bool
	in   chat.Inbox // in place of desk.in
	pace func(*pace)
}

func open(t *testing.T, change ...func(*setting)) *desk {
	t.Helper()
	t.Parallel()
	clock := world.NewClock(time.Now, time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	s := setting{wire: slackwire.Options{Clock: clock, BotToken: "xoxb-sandbox", AppToken: "xapp-sandbox", SigningSecret: secret, RetryDelays: []time.Duration{0, 0}}}
	for _, c := range change {
		c(&s)
	}
	o := ManifestOptions{}
	if s.http {
		o.BaseURL = "https://animo.example"
	}
	if s.wire.Manifest == nil {
		s.wire.Manifest = must(Manifest(testMenu(), o))(t)
	}
	d := &desk{t: t, clock: clock, Server: must(slackwire.New(s.wire))(t), in: &inbox{events: make(chan chat.Event, 1000)}}
	web := httptest.NewServer(d.Handler())
	conf := Config{BotToken: "xoxb-sandbox", AppToken: "xapp-sandbox", SigningSecret: secret, APIURL: web.URL}
	if s.http {
		conf.AppToken = ""
	}
	d.a = must(New(conf, Deps{Machine: time.Now, Now: clock.Now}))(t)
	if err := d.a.Register(t.Context(), testMenu()); err != nil {
		t.Fatal(err)
	}
	if s.pace != nil {
		s.pace(&d.a.pace)
	}
	in := chat.Inbox(d.in)
	if s.in != nil {
		in = s.in
	}
	ctx, stop := context.WithCancel(context.Background())
	d.ctx = ctx
	d.ended = make(chan error, 1)
	go func() { d.ended <- d.a.Run(ctx, in) }()
	t.Cleanup(func() {
		stop()
		if !d.over {
			if err := <-d.ended; err != nil {
				t.Errorf("run: %v", err)
			}
		}
		_ = d.Close()
		web.Close()
	})
	if !s.http {
		d.until("two lines are up", func() bool { return d.Connections() == lineCount })
	}
	if s.in == nil {
		next[chat.Arrived](d)
	}
	return d
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func (d *desk) until(what string, met func() bool) {
	d.t.Helper()
	for end := time.Now().Add(8 * time.Second); !met(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			d.t.Fatalf("in vain: %s", what)
		}
	}
}

// next waits for the next event of one kind and drops the others.
func next[T chat.Event](d *desk) T {
	d.t.Helper()
	timeout := time.After(8 * time.Second)
	for {
		select {
		case e := <-d.in.events:
			if found, ok := e.(T); ok {
				return found
			}
		case <-timeout:
			var want T
			d.t.Fatalf("no %T came", want)
		}
	}
}

// answers says what every interaction is answered with, and gives the error
// of doing so.
func (d *desk) answers(f func(chat.Event) chat.Reply) <-chan error {
	out := make(chan error, 100)
	d.in.mu.Lock()
	defer d.in.mu.Unlock()
	d.in.answer = func(e chat.Event, r chat.Responder) { out <- r.Respond(d.ctx, f(e)) }
	return out
}

func (d *desk) channel(name string) chat.ChannelID {
	d.t.Helper()
	id := d.ChannelID(name)
	if id == "" {
		d.t.Fatalf("no channel %s", name)
	}
	return channelID(d.TeamID(), id)
}

func (d *desk) member(handle string) chat.MemberID {
	d.t.Helper()
	id := d.UserID(handle)
	if id == "" {
		d.t.Fatalf("no member %s", handle)
	}
	return memberID(d.TeamID(), id)
}

// act does what a person does in their client.
func (d *desk) act(as string, a world.Action) world.Result {
	d.t.Helper()
	a.As = d.UserID(as)
	if a.Channel == "" {
		a.Channel = d.ChannelID("general")
	}
	r := d.Act(a)
	if r.Error != "" {
		d.t.Fatalf("%s %s: %s", as, a.Kind, r.Error)
	}
	return r
}

func (d *desk) types(as, text string) world.Result {
	d.t.Helper()
	return d.act(as, world.Action{Kind: world.ActCommand, Text: text})
}

// seen are the messages that a person sees in a channel.
func (d *desk) seen(as, channel string) []world.Message {
	d.t.Helper()
	return d.Messages(d.UserID(as), d.ChannelID(channel))
}

// text is a message's fallback text.
func text(m world.Message) string {
	var native struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(m.Native, &native)
	return native.Text
}

func (d *desk) requests(path string) []world.Request {
	var out []world.Request
	for _, r := range d.Log(0) {
		if regexp.MustCompile(path).MatchString(r.Path) {
			out = append(out, r)
		}
	}
	return out
}

func (d *desk) fault(f world.Fault) {
	d.t.Helper()
	if err := d.SetFaults([]world.Fault{f}); err != nil {
		d.t.Fatal(err)
	}
}
