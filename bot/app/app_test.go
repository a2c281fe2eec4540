package app

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"animo/bot/config"
	"animo/bot/sandbox"
	"animo/bot/slack"
	"animo/bot/telemetry"
	"animo/storage"
)

func startSandbox(t *testing.T) *sandbox.Sandbox {
	t.Helper()
	menu, err := Menu()
	if err != nil {
		t.Fatal(err)
	}
	manifest, err := slack.Manifest(menu, slack.ManifestOptions{})
	if err != nil {
		t.Fatal(err)
	}
	sb, err := sandbox.Start(t.Context(), sandbox.Options{Manifest: manifest})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
		defer cancel()
		if err := sb.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return sb
}

func configFor(t *testing.T, sb *sandbox.Sandbox) config.Config {
	c := config.Default()
	c.Storage.URL = config.StorageURL("sqlite:" + filepath.Join(t.TempDir(), "animo.db"))
	c.HTTP.Listen = "127.0.0.1:0"
	c.Discord.Token, c.Discord.APIURL = config.Secret(sb.DiscordToken()), sb.DiscordURL()
	c.Slack.BotToken, c.Slack.AppToken = config.Secret(sb.SlackBotToken()), config.Secret(sb.SlackAppToken())
	c.Slack.APIURL = sb.SlackURL()
	return c
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(15 * time.Second); !ok(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %s", what)
		}
	}
}

func fetch(t *testing.T, url string) (int, string) {
	t.Helper()
	res, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(body)
}

func TestABotRunsOnBothPlatformsAndStopsCleanly(t *testing.T) {
	sb := startSandbox(t)
	leaks := goleak.IgnoreCurrent()
	transport := http.DefaultTransport.(*http.Transport).Clone()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a, err := New(ctx, Options{Config: configFor(t, sb), Transport: transport})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	eventually(t, "both platforms", func() bool { return sb.Discord.Connected() && sb.Slack.Connections() > 0 })
	if status, body := fetch(t, "http://"+a.WebAddr()+"/readyz"); status != http.StatusOK {
		t.Errorf("/readyz says %d %s", status, body)
	}
	if _, body := fetch(t, "http://"+a.WebAddr()+"/metrics"); !strings.Contains(body, `animo_platform_running{platform="slack"} 1`) {
		t.Error("the metrics do not say that Slack runs")
	}
	http.DefaultClient.CloseIdleConnections()
	cancel()
	if err := <-done; err != nil {
		t.Errorf("the bot stopped with %v", err)
	}
	transport.CloseIdleConnections()
	eventually(t, "the platforms to notice", func() bool { return !sb.Discord.Connected() && sb.Slack.Connections() == 0 })
	if err := goleak.Find(leaks, goleak.IgnoreAnyFunction("net/http.(*conn).serve"), goleak.IgnoreAnyFunction("net/http.(*connReader).backgroundRead")); err != nil {
		t.Error(err)
	}
}

func TestAPlatformThatNeedsItsOperatorDoesNotStopTheOther(t *testing.T) {
	sb := startSandbox(t)
	c := configFor(t, sb)
	c.Discord.Token = "wrong"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	a, err := New(ctx, Options{Config: c})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	eventually(t, "Slack", func() bool { return sb.Slack.Connections() > 0 })
	eventually(t, "/readyz to fail", func() bool {
		status, body := fetch(t, "http://"+a.WebAddr()+"/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(body, `"discord":"failing"`) && strings.Contains(body, `"slack":"ok"`)
	})
	cancel()
	if err := <-done; err != nil {
		t.Errorf("the bot stopped with %v", err)
	}
}

func TestABotWhosePlatformsAllNeedTheirOperatorStopsAndSaysWhy(t *testing.T) {
	sb := startSandbox(t)
	c := configFor(t, sb)
	c.Discord.Token, c.Slack.BotToken = "wrong", "xoxp-wrong"
	a, err := New(t.Context(), Options{Config: c})
	if err != nil {
		t.Fatal(err)
	}
	err = a.Run(t.Context())
	if err == nil || !strings.Contains(err.Error(), "discord") || !strings.Contains(err.Error(), "slack") {
		t.Errorf("the bot stopped with %v, which names not both platforms", err)
	}
}

func TestABotWithoutPlatformsIsRefused(t *testing.T) {
	c := config.Default()
	c.Storage.URL = config.StorageURL("sqlite:" + filepath.Join(t.TempDir(), "animo.db"))
	_, err := New(t.Context(), Options{Config: c})
	if lacks := (*Incomplete)(nil); !errors.As(err, &lacks) || !strings.Contains(err.Error(), "ANIMO_DISCORD_TOKEN") {
		t.Errorf("the error is %v, want one that names what to set", err)
	}
}

func TestCleanUpsRunLastFirstAndOnce(t *testing.T) {
	var order []string
	a := &App{}
	a.fill()
	for _, name := range []string{"first", "second", "third"} {
		a.onClose(name, func() error {
			order = append(order, name)
			return errors.New("a clean-up that fails does not stop the others")
		})
	}
	a.Close()
	a.Close()
	if want := []string{"third", "second", "first"}; !slices.Equal(order, want) {
		t.Errorf("cleaned up in order %v, want %v", order, want)
	}
}

func TestAFailedStartLeavesTheStoreFree(t *testing.T) {
	sb := startSandbox(t)
	c := configFor(t, sb)

	c.Slack.APIURL = "no address"
	if _, err := New(t.Context(), Options{Config: c}); err == nil {
		t.Fatal("a wrong address is taken")
	}
	s, err := OpenStore(t.Context(), c.Storage.URL)
	if err != nil {
		t.Fatalf("the store is still held: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

func TestSessionsAndHashesAreKept(t *testing.T) {
	s, err := OpenStore(t.Context(), config.StorageURL("sqlite:"+filepath.Join(t.TempDir(), "animo.db")))
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	k := kept{s, time.Now}
	if got, err := (hashes{k}).Load(t.Context()); err != nil || got != "" {
		t.Errorf("a hash nobody saved is %q, %v", got, err)
	}
	for _, want := range []string{"one", "two"} {
		if err := (hashes{k}).Save(t.Context(), want); err != nil {
			t.Fatal(err)
		}
		if got, err := (hashes{k}).Load(t.Context()); err != nil || got != want {
			t.Errorf("the hash is %q, %v, want %q", got, err, want)
		}
	}
	kept := func() *sessions { return &sessions{kept: k, versions: map[int]int64{}} }
	mine := kept()
	first, err := mine.Load(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	first.ID, first.Seq = "abc", 42
	if err := mine.Save(t.Context(), 0, first); err != nil {
		t.Fatal(err)
	}
	theirs := kept()
	if got, err := theirs.Load(t.Context(), 0); err != nil || got != first {
		t.Errorf("the session is %v, %v, want %v", got, err, first)
	}
	later := first
	later.Seq = 43
	if err := theirs.Save(t.Context(), 0, later); err != nil {
		t.Fatal(err)
	}
	if err := mine.Save(t.Context(), 0, first); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("a replica that lost its shard saved over the one that has it: %v", err)
	}
	if got, err := mine.Load(t.Context(), 0); err != nil || got != later {
		t.Errorf("the session is %v, %v, want %v", got, err, later)
	}
	if got, err := mine.Load(t.Context(), 1); err != nil || got.ID != "" {
		t.Errorf("another shard's session is %v, %v", got, err)
	}
}

func TestDoctorNamesWhatIsWrongWithItsRemedy(t *testing.T) {
	sb := startSandbox(t)
	for name, test := range map[string]struct {
		change func(*config.Config)
		well   bool
		says   []string
	}{
		"all well":        {func(*config.Config) {}, true, []string{"✅ Discord knows the bot", "✅ Slack knows the bot", "✅ Storage works"}},
		"Discord's token": {func(c *config.Config) { c.Discord.Token = "planted-wrong-token" }, false, []string{"❌ Discord refuses the token", "discord.token"}},
		"Slack's token":   {func(c *config.Config) { c.Slack.BotToken = "xoxp-planted-wrong" }, false, []string{"❌ Slack refuses the bot token", "slack.bot_token"}},
		"nothing set": {func(c *config.Config) {
			c.Discord.Token, c.Slack.BotToken, c.Slack.AppToken = "", "", ""
		}, false, []string{"ANIMO_DISCORD_TOKEN"}},
		"no such store": {func(c *config.Config) { c.Storage.URL = "redis://127.0.0.1:1" }, false, []string{"❌ Animo cannot start", "it cannot be reached"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := configFor(t, sb)
			test.change(&c)
			var out bytes.Buffer
			well, err := Doctor(t.Context(), Options{Config: c}, &out)
			if err != nil || well != test.well {
				t.Errorf("well is %t, %v; want %t", well, err, test.well)
			}
			for _, want := range test.says {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it says\n%s\nwhich lacks %q", out.String(), want)
				}
			}
			if strings.Contains(out.String(), "planted") {
				t.Errorf("a secret is shown:\n%s", out.String())
			}
		})
	}
}

// Tokens that the platforms refuse come up in errors on every side.
func TestNoSecretReachesTheLog(t *testing.T) {
	sb := startSandbox(t)
	c := configFor(t, sb)
	c.Discord.Token, c.Slack.BotToken, c.Slack.AppToken = "planted-discord", "xoxb-planted-slack", "xapp-planted-app"
	var out bytes.Buffer
	log := telemetry.New(&out, "json", "debug", c.Secrets()...)
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	a, err := New(ctx, Options{Config: c, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	if err := a.Run(ctx); err != nil {
		log.Error("stopped", "error", err)
	}
	if out.Len() == 0 {
		t.Fatal("nothing was logged")
	}
	if strings.Contains(out.String(), "planted") {
		t.Errorf("a secret was logged:\n%s", out.String())
	}
}
