package sandbox

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// manifest is a Slack app that may post and take a command.
const manifest = `{
	"display_information": {"name": "Animo"},
	"features": {
		"bot_user": {"display_name": "Animo"},
		"slash_commands": [{"command": "/giveaway", "description": "Giveaways", "usage_hint": "start 2h Nitro", "should_escape": true}]
	},
	"oauth_config": {"scopes": {"bot": ["chat:write", "commands"]}},
	"settings": {"socket_mode_enabled": true, "interactivity": {"is_enabled": true}}
}`

// browse opens the sandbox's page in a browser.
func browse(t *testing.T, s *Sandbox) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	if path == "" && strings.Contains(os.Getenv("ANIMO_TEST_REQUIRE"), "browser") {
		t.Fatal("needs chromium on PATH")
	}
	if path == "" {
		t.Skip("needs chromium on PATH")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx, chromedp.EmulateViewport(1440, 900), chromedp.Navigate(s.PageURL())); err != nil {
		t.Fatal(err)
	}
	return ctx
}

func wait(t *testing.T, ctx context.Context, expression string) {
	t.Helper()
	_, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingTimeout(15*time.Second), chromedp.WithPollingInterval(10*time.Millisecond)))
	if err != nil {
		shot(t, ctx, "sandbox-failed")
		t.Fatalf("never true: %s: %v", expression, err)
	}
}

// shot keeps a picture where ANIMO_TEST_SHOTS says; elsewhere it does nothing.
func shot(t *testing.T, ctx context.Context, name string) {
	t.Helper()
	folder := os.Getenv("ANIMO_TEST_SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o644)
	}
	if err != nil {
		t.Log(err)
	}
}

// call posts JSON as the bot.
func call(t *testing.T, address, token, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	r.Header.Set("Authorization", token)
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	if w.StatusCode != http.StatusOK {
		t.Fatalf("%s: %s", address, w.Status)
	}
}

func TestThePageShowsWhatTheBotPostsOnEither(t *testing.T) {
	s := start(t, Options{Manifest: []byte(manifest)})
	ctx := browse(t, s)
	wait(t, ctx, `document.querySelectorAll("[data-testid=channel-general]").length === 2`)
	call(t, s.DiscordURL()+"/api/v10/channels/"+s.Discord.ChannelID("general")+"/messages", "Bot "+s.DiscordToken(),
		`{"flags":32768,"components":[{"type":17,"accent_color":5793266,"components":[{"type":10,"content":"## Nitro"},{"type":1,"components":[{"type":2,"style":3,"label":"Enter","custom_id":"enter"}]}]}]}`)
	call(t, s.SlackURL()+"/api/chat.postMessage", "Bearer "+s.SlackBotToken(), fmt.Sprintf(
		`{"channel":%q,"text":"Nitro","blocks":[{"type":"header","text":{"type":"plain_text","text":"Nitro"}},{"type":"actions","elements":[{"type":"button","action_id":"enter","text":{"type":"plain_text","text":"Enter"}}]}]}`, s.Slack.ChannelID("general")))
	for _, pane := range []string{"discord", "slack"} {
		button := fmt.Sprintf(`[data-testid="pane-%s"] [data-control="enter"]`, pane)
		wait(t, ctx, `document.querySelector('`+button+`')`)
		if err := chromedp.Do(ctx, chromedp.Click(chromedp.CSS(button))); err != nil {
			t.Fatal(err)
		}
		// No bot is connected.
		wait(t, ctx, fmt.Sprintf(`document.querySelector('[data-testid="pane-%s"] [data-testid="message-error"]')?.textContent.length > 10`, pane))
	}
	if err := chromedp.Do(ctx, chromedp.SendKeys(chromedp.CSS(`.slack textarea`), "/giv")); err != nil {
		t.Fatal(err)
	}
	wait(t, ctx, `document.querySelector(".slack .suggestion")?.textContent.includes("/giveaway")`)
	shot(t, ctx, "sandbox")
}
