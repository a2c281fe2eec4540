package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/app"
	"animo/bot/chat"
	"animo/bot/config"
	"animo/bot/sandbox"
	"animo/bot/sandbox/world"
	"animo/bot/slack"
)

// side is one platform of a sandbox, as people use it.
type side struct {
	t    *testing.T
	name string
	act  func(world.Action) world.Result
	msgs func(as, channel string) []world.Message
	st   func(as string) world.State
	log  func(after int) []world.Request
	flt  func([]world.Fault) error
}

// newSandbox starts a sandbox in memory whose Slack app knows every command.
func newSandbox(t *testing.T, language chat.Language, change ...func(*sandbox.Options)) *sandbox.Sandbox {
	t.Helper()
	menu, err := app.Menu()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := slack.Manifest(menu, slack.ManifestOptions{Language: language})
	if err != nil {
		t.Fatal(err)
	}
	o := sandbox.Options{Language: string(language), Manifest: manifest}
	for _, c := range change {
		c(&o)
	}
	sb, err := sandbox.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := sb.Close(ctx); err != nil {
			t.Errorf("close the sandbox: %v", err)
		}
	})
	return sb
}

func sides(t *testing.T, sb *sandbox.Sandbox) map[string]*side {
	return map[string]*side{
		"discord": {
			t: t, name: "discord", msgs: sb.Discord.Messages, st: sb.Discord.State, log: sb.Discord.Log, flt: sb.Discord.SetFaults,
			act: func(a world.Action) world.Result { return sb.Discord.Act(t.Context(), a) },
		},
		"slack": {
			t: t, name: "slack", msgs: sb.Slack.Messages, st: sb.Slack.State, log: sb.Slack.Log, flt: sb.Slack.SetFaults,
			act: sb.Slack.Act,
		},
	}
}

// both runs a test on each platform, each in a world of its own.
func both(t *testing.T, language chat.Language, f func(t *testing.T, sb *sandbox.Sandbox, s *side)) {
	for _, name := range []string{"discord", "slack"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sb := newSandbox(t, language)
			f(t, sb, sides(t, sb)[name])
		})
	}
}

// people returns those who can enter: neither bots nor the first, the admin.
func (s *side) people() []string {
	var out []string
	for _, p := range s.st("").People[1:] {
		if !p.Bot && strings.HasPrefix(p.Name, "mem") {
			out = append(out, p.ID)
		}
	}
	return out
}

func (s *side) admin() string { return s.st("").People[0].ID }

// channel returns the id of a channel by one of its names.
func (s *side) channel(names ...string) string {
	s.t.Helper()
	for _, c := range s.st(s.admin()).Channels {
		for _, n := range names {
			if c.Name == n {
				return c.ID
			}
		}
	}
	s.t.Fatalf("no channel on %s is called %v", s.name, names)
	return ""
}

func (s *side) contests() string { return s.channel("contests", "concours") }

// command types a line and fails the test if the client shows an error.
func (s *side) command(as, channel, line string) world.Result {
	s.t.Helper()
	r := s.act(world.Action{As: as, Kind: world.ActCommand, Channel: channel, Text: line})
	if !r.OK {
		s.t.Fatalf("%s on %s: %s", line, s.name, r.Error)
	}
	return r
}

// text is everything readable of a message.
func text(m world.Message) string {
	var native any
	if err := json.Unmarshal(m.Native, &native); err != nil {
		return ""
	}
	if o, ok := native.(map[string]any); ok {
		for _, k := range []string{"components", "blocks"} {
			if l, ok := o[k].([]any); ok && len(l) > 0 {
				native = l
			}
		}
	}
	var out []string
	walk(native, func(k, v string) {
		switch k {
		case "content", "text", "label", "user_id", "url":
			out = append(out, v)
		}
	})
	return strings.ReplaceAll(strings.Join(out, "\n"), "\\", "")
}

// controls lists the ids of a message's controls.
func controls(m world.Message) []string {
	var native any
	var out []string
	if json.Unmarshal(m.Native, &native) == nil {
		walk(native, func(k, v string) {
			if k == "custom_id" || k == "action_id" {
				out = append(out, v)
			}
		})
	}
	return out
}

// walk calls f for each string member, in order of keys.
func walk(v any, f func(key, value string)) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			walk(e, f)
		}
	case map[string]any:
		for _, k := range sortedKeys(v) {
			if s, ok := v[k].(string); ok {
				f(k, s)
			}
			walk(v[k], f)
		}
	}
}

func sortedKeys(m map[string]any) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// find returns the messages that hold every part, as one person sees them.
func (s *side) find(as, channel string, parts ...string) []world.Message {
	var out []world.Message
next:
	for _, m := range s.msgs(as, channel) {
		body := text(m)
		for _, p := range parts {
			if !strings.Contains(body, p) {
				continue next
			}
		}
		out = append(out, m)
	}
	return out
}

// await waits until f returns no error, and fails with the last one.
func await(t *testing.T, what string, f func() error) {
	t.Helper()
	awaitWithin(t, 20*time.Second, what, f)
}

func awaitWithin(t *testing.T, d time.Duration, what string, f func() error) {
	t.Helper()
	deadline := time.Now().Add(d)
	for {
		err := f()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waiting for %s: %v", what, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// awaitMessage waits for a message that holds every part and returns it.
func (s *side) awaitMessage(as, channel string, parts ...string) world.Message {
	s.t.Helper()
	var found world.Message
	await(s.t, fmt.Sprintf("a message on %s that holds %q", s.name, parts), func() error {
		l := s.find(as, channel, parts...)
		if len(l) == 0 {
			return errNotYet
		}
		found = l[len(l)-1]
		return nil
	})
	return found
}

// press presses the control whose id holds part.
func (s *side) press(as string, m world.Message, part string, values ...string) world.Result {
	s.t.Helper()
	for _, c := range controls(m) {
		if strings.Contains(c, part) {
			return s.act(world.Action{As: as, Kind: world.ActPress, Channel: m.Channel, Message: m.ID, Control: c, Values: values})
		}
	}
	s.t.Fatalf("no control of %v holds %q", controls(m), part)
	return world.Result{}
}

// configFor is the configuration of a bot on the named platforms of a sandbox.
func configFor(sb *sandbox.Sandbox, data string, names ...string) config.Config {
	c := config.Default()
	c.HTTP.Listen = ""
	c.Storage.URL = config.StorageURL("sqlite:" + data)
	for _, n := range names {
		if n == "discord" {
			c.Discord.Token, c.Discord.APIURL = config.Secret(sb.DiscordToken()), sb.DiscordURL()
		} else {
			c.Slack.BotToken, c.Slack.AppToken = config.Secret(sb.SlackBotToken()), config.Secret(sb.SlackAppToken())
			c.Slack.APIURL = sb.SlackURL()
		}
	}
	return c
}

// startApp runs a bot in this process until the test ends, or stop is called.
func startApp(t *testing.T, sb *sandbox.Sandbox, c config.Config) (stop func()) {
	t.Helper()
	a, err := app.New(t.Context(), app.Options{Config: c, Now: sb.Clock.Now, Log: testLog(t)})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-done; err != nil {
			t.Errorf("the bot stopped with: %v", err)
		}
	}
	t.Cleanup(stop)
	awaitConnected(t, sb, c)
	return stop
}

func awaitConnected(t *testing.T, sb *sandbox.Sandbox, c config.Config) {
	t.Helper()
	await(t, "the bot to connect", func() error {
		d := sb.Discord.State(sb.Discord.PersonID("admin"))
		if c.Discord.Token != "" && (!d.Connected || len(d.Shortcuts) == 0) { // or its commands are not registered
			return errNotYet
		}
		if c.Slack.BotToken != "" && !sb.Slack.State("").Connected {
			return errNotYet
		}
		return nil
	})
}
