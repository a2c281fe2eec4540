package page

import (
	"context"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"animo/bot/sandbox/world"

	"github.com/chromedp/chromedp"
)

// patience is how long a test waits for what should come at once.
const patience = 15 * time.Second

// browsers starts Chromium once for all tests of the package. Its windows are
// handed from test to test, since starting one takes longer than most tests.
type browsers struct {
	once    sync.Once
	windows chan context.Context
	stop    context.CancelFunc
	err     error
}

var shared browsers

func TestMain(m *testing.M) {
	code := m.Run()
	if shared.stop != nil {
		shared.stop()
	}
	os.Exit(code)
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func (b *browsers) start(path string) {
	flags := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.NoFirstRun,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "en-GB"),
		chromedp.Env("TZ=Europe/Paris"))
	allocated, stopAll := chromedp.NewExecAllocator(context.Background(), flags...)
	ctx, stop := chromedp.NewContext(allocated)
	b.stop = func() {
		stop()
		stopAll()
	}
	if b.err = chromedp.Do(ctx); b.err != nil {
		return
	}
	n := min(runtime.GOMAXPROCS(0), 4)
	b.windows = make(chan context.Context, n)
	for range n {
		// Closed along with ctx.
		window, _ := chromedp.NewContext(ctx, chromedp.WithNewBrowserContext())
		b.err = errors.Join(b.err, chromedp.Do(window))
		b.windows <- window
	}
}

// view is the page in a browser, between two fakes.
type view struct {
	*testing.T
	discord, slack *fake
	clock          *world.Clock
	server         *httptest.Server
	ctx            context.Context
	complaints     chan []string
	forgiven       string
}

// look opens the page in a window of its own, of the size given in pixels.
func look(t *testing.T, language string, width, height int64) *view {
	t.Helper()
	path := chromium()
	if path == "" {
		if strings.Contains(os.Getenv("ANIMO_TEST_REQUIRE"), "browser") {
			t.Fatal("needs chromium on PATH")
		}
		t.Skip("needs chromium on PATH")
	}
	t.Parallel()
	shared.once.Do(func() { shared.start(path) })
	if shared.err != nil {
		t.Fatalf("start chromium: %v", shared.err)
	}
	v := &view{T: t, clock: world.NewClock(time.Now, time.Time{})}
	v.discord, v.slack = newFake(t, "discord", v.clock.Now()), newFake(t, "slack", v.clock.Now())
	v.server = httptest.NewServer(Handler(Config{Discord: v.discord.handler(), Slack: v.slack.handler(), Clock: v.clock, Language: language}))
	window := <-shared.windows
	ctx, cancel := context.WithCancel(window)
	v.ctx = ctx
	v.listen()
	t.Cleanup(func() {
		v.do(chromedp.Navigate("about:blank")) // or the page would complain of the server's end
		cancel()
		shared.windows <- window
		v.server.CloseClientConnections()
		v.server.Close()
		for _, c := range <-v.complaints {
			if v.forgiven == "" || !strings.Contains(c, v.forgiven) {
				t.Errorf("the browser complains: %s", c)
			}
		}
	})
	v.do(chromedp.EmulateViewport(width, height), chromedp.Navigate(v.server.URL))
	v.wait(`document.querySelectorAll("[data-testid=message]").length >= 16`)
	return v
}

// step is something a person does on a page that is open already.
type step struct {
	sentence string
	do       func(*view)
}

// in takes steps on one page, since opening another takes longest.
func (v *view) in(steps []step) {
	for _, s := range steps {
		v.Run(s.sentence, func(t *testing.T) {
			v.discord.forget()
			v.slack.forget()
			here := *v
			here.T = t
			s.do(&here)
			v.forgiven = here.forgiven
		})
	}
}

// listen gathers what the browser's console reports as wrong, such as an
// exception or a breach of the page's own content security policy.
func (v *view) listen() {
	v.complaints = make(chan []string, 1)
	messages := chromedp.Console(v.ctx)
	go func() {
		var wrong []string
		for m, err := range messages {
			if err != nil {
				break
			}
			if m.Type == chromedp.ConsoleException || m.Type == "error" {
				wrong = append(wrong, m.Text)
			}
		}
		v.complaints <- wrong
	}()
}

// forgive passes over a complaint that the test itself provokes.
func (v *view) forgive(words string) {
	v.forgiven = words
}

func (v *view) do(actions ...chromedp.Action[chromedp.Void]) {
	v.Helper()
	ctx, cancel := context.WithTimeout(v.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		v.shot("failed-" + v.Name())
		v.Fatal(err)
	}
}

// wait returns once a JavaScript expression is true.
func (v *view) wait(expression string) {
	v.Helper()
	if _, err := chromedp.Run(v.ctx, chromedp.Poll[bool](`Boolean(`+expression+`)`, chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(10*time.Millisecond))); err != nil {
		v.shot("failed-" + v.Name())
		v.Fatalf("never true: %s: %v", expression, err)
	}
}

// until returns once f is true, which looks at what the fakes were told.
func (v *view) until(what string, f func() bool) {
	v.Helper()
	for deadline := time.Now().Add(patience); !f(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			v.shot("failed-" + v.Name())
			v.Fatalf("never happened: %s", what)
		}
	}
}

// text returns what a JavaScript expression says.
func (v *view) text(expression string) string {
	v.Helper()
	s, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		v.Fatal(err)
	}
	return s
}

func in(pane, test string) string {
	return fmt.Sprintf(`[data-testid="pane-%s"] [data-testid="%s"]`, pane, test)
}

func control(pane, id string) string {
	return fmt.Sprintf(`[data-testid="pane-%s"] [data-control="%s"]`, pane, id)
}

func (v *view) click(selector string) {
	v.Helper()
	v.do(chromedp.Click(chromedp.CSS(selector)))
}

func (v *view) typeIn(selector, text string) {
	v.Helper()
	v.do(chromedp.SendKeys(chromedp.CSS(selector), text))
}

// shot keeps a picture where ANIMO_TEST_SHOTS says; elsewhere it does nothing.
func (v *view) shot(name string) {
	v.Helper()
	folder := os.Getenv("ANIMO_TEST_SHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(v.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		v.Logf("picture %s: %v", name, err)
		return
	}
	if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".png"), picture, 0o644); err != nil {
		v.Error(err)
	}
}
