package slack

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"
	"animo/bot/sandbox/slackwire"
	"animo/bot/sandbox/world"
)

// codes are the findings, each with its health and arguments' values.
func codes(findings []chat.Finding) string {
	var out []string
	for _, f := range findings {
		s := string(f.Health) + " " + f.Code
		for _, k := range []string{"scope", "count", "skew", "replicas", "fit"} {
			if v := f.Args[k]; v != "" {
				s += " " + v
			}
		}
		out = append(out, s)
	}
	return strings.Join(out, ", ")
}

func TestAGoodInstallationIsFoundGood(t *testing.T) {
	d := open(t)
	const want = "ok slack.ok, ok slack.socket, ok slack.channels 4"
	if got := codes(d.a.Inspect(t.Context(), "")); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := d.a.Inspect(t.Context(), "slack:T0OTHER"); got != nil {
		t.Errorf("%v", got)
	}
}

// wrongDate answers with another time of day.
type wrongDate struct{ by time.Duration }

func (w wrongDate) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := http.DefaultTransport.RoundTrip(r)
	if err == nil {
		res.Header.Set("Date", time.Now().Add(w.by).UTC().Format(http.TimeFormat))
	}
	return res, err
}

func TestWhatIsWrongIsFound(t *testing.T) {
	scopes := func(o *setting) {
		o.wire.Manifest = []byte("display_information: {name: Animo}\noauth_config: {scopes: {bot: [chat:write, commands, channels:read, groups:read, im:read, im:write, channels:history, groups:history, im:history, users:read, team:read]}}\nsettings: {socket_mode_enabled: true}\n")
	}
	none := func(*setting) {}
	for name, c := range map[string]struct {
		world  func(*setting)
		conf   func(*Config)
		deps   Deps
		before func(*desk)
		want   string
	}{
		"bot token":      {none, func(c *Config) { c.BotToken = "xoxb-wrong" }, Deps{Machine: time.Now}, nil, "failing slack.token"},
		"app token":      {none, func(c *Config) { c.AppToken = "xapp-wrong" }, Deps{Machine: time.Now}, nil, "ok slack.ok, failing slack.app_token, ok slack.channels 4"},
		"scopes":         {scopes, func(*Config) {}, Deps{Machine: time.Now}, nil, "ok slack.ok, failing slack.scope files:write, failing slack.scope usergroups:read, ok slack.socket, ok slack.channels 4"},
		"clock":          {none, func(*Config) {}, Deps{Machine: time.Now, Transport: wrongDate{-time.Minute - 300*time.Millisecond}}, nil, "ok slack.ok, ok slack.socket, warning slack.clock 1m1s, ok slack.channels 4"},
		"clock and http": {none, func(c *Config) { c.AppToken = "" }, Deps{Machine: time.Now, Transport: wrongDate{-time.Hour}}, nil, "ok slack.ok, ok slack.http, failing slack.clock 1h0m0s, ok slack.channels 4"},
		"silence": {none, func(*Config) {}, Deps{Machine: time.Now}, func(d *desk) {
			d.fault(world.Fault{Reset: true})
		}, "failing slack.unreachable"},
	} {
		t.Run(name, func(t *testing.T) {
			d := open(t, c.world)
			conf := d.a.conf
			c.conf(&conf)
			if c.before != nil {
				c.before(d)
			}
			findings := must(New(conf, c.deps))(t).Inspect(t.Context(), "")
			got := codes(findings)
			if c.want != got && strings.ReplaceAll(got, "1m0s", "1m1s") != c.want && strings.ReplaceAll(got, "1h0m1s", "1h0m0s") != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
			for _, f := range findings {
				if strings.Contains(f.Args["error"], "wrong") {
					t.Errorf("a token is shown: %v", f.Args)
				}
			}
		})
	}
}

// Slack takes ten connections of an app, and each replica opens two.
func TestReplicasThatSlackTurnsAwayAreFound(t *testing.T) {
	d := open(t)
	sockets, overHTTP := d.a.conf, d.a.conf
	overHTTP.AppToken, overHTTP.SigningSecret = "", "secret"
	for name, c := range map[string]struct {
		conf  Config
		alive int
		err   error
		want  string
	}{
		"one":     {sockets, 1, nil, "ok slack.ok, ok slack.socket, ok slack.channels 4"},
		"five":    {sockets, 5, nil, "ok slack.ok, ok slack.socket, ok slack.channels 4"},
		"six":     {sockets, 6, nil, "ok slack.ok, ok slack.socket, warning slack.connections 6 5, ok slack.channels 4"},
		"by http": {overHTTP, 6, nil, "ok slack.ok, ok slack.http, ok slack.channels 4"},
		"unknown": {sockets, 6, errors.New("the store is away"), "ok slack.ok, ok slack.socket, ok slack.channels 4"},
	} {
		t.Run(name, func(t *testing.T) {
			count := func(context.Context) (int, error) { return c.alive, c.err }
			a := must(New(c.conf, Deps{Machine: time.Now, Replicas: count}))(t)
			if got := codes(a.Inspect(t.Context(), "")); got != c.want {
				t.Errorf("%s\nwant %s", got, c.want)
			}
		})
	}
}

func TestABotInNoChannelIsFound(t *testing.T) {
	d := open(t)
	for _, name := range []string{"general", "contests", "team", "read-only"} {
		if err := d.RemoveFromChannel(d.UserID("animo"), d.ChannelID(name)); err != nil {
			t.Fatal(err)
		}
	}
	if got := codes(d.a.Inspect(t.Context(), "")); !strings.Contains(got, "warning slack.channel") {
		t.Error(got)
	}
}

func TestTheManifestIsAsAgreed(t *testing.T) {
	for name, o := range map[string]ManifestOptions{
		"manifest-socket.golden.yaml": {},
		"manifest-http.golden.yaml":   {Language: chat.French, CommandPrefix: "animo-", BaseURL: "https://animo.example/"},
	} {
		golden(t, name, must(Manifest(testMenu(), o))(t))
	}
}

func TestAnAppCanBeMadeFromTheManifest(t *testing.T) {
	for _, o := range []ManifestOptions{{}, {Language: chat.French, BaseURL: "https://animo.example"}} {
		s, err := slackwire.New(slackwire.Options{Manifest: must(Manifest(testMenu(), o))(t)})
		if err != nil {
			t.Fatal(err)
		}
		_ = s.Close()
	}
}

func TestAMenuThatDoesNotFitSlackIsRefused(t *testing.T) {
	named := func(names ...string) chat.CommandMenu {
		var m chat.CommandMenu
		for _, n := range names {
			m.Commands = append(m.Commands, chat.CommandSpec{Name: n, Names: chat.Wording{chat.English: n}})
		}
		return m
	}
	for name, m := range map[string]chat.CommandMenu{
		"51 commands":  named(strings.Split(strings.Repeat("a,", 50)+"b", ",")...),
		"twice":        named("épreuve", "epreuve"),
		"too long":     named(strings.Repeat("x", 32)),
		"11 shortcuts": {Shortcuts: make([]chat.ShortcutSpec, 11)},
	} {
		if _, err := Manifest(m, ManifestOptions{}); err == nil {
			t.Error(name)
		}
	}
}
