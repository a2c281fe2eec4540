package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"
	"time"

	"animo/bot/chat"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// patience is how long a person waits for what should come at once. The two
// runs share the machine with each other and with every other test.
const patience = 20 * time.Second

// phrases are what a person types and reads in the page.
type phrases struct {
	start, end         string // command lines, as each platform wants them typed
	prize              string
	entered, left      string
	ended, over        string // the card's field, the end's private answer
	won, again, reroll string
	member             string
}

func phrasesOf(l chat.Language, pane string) phrases {
	p := phrases{
		`/giveaway start duration:2h prize:"A month of Nitro"`, "/giveaway end", "A month of Nitro",
		"You are in for", "You have left the giveaway", "Ended", "Entries are closed",
		"Congratulations", "Draw no. 2", "One new winner is being drawn", "Member",
	}
	if l == chat.French {
		p = phrases{
			`/concours lancer durée:2h lot:"Un mois de Nitro"`, "/concours terminer", "Un mois de Nitro",
			"Vous participez pour", "Vous ne participez plus", "Terminé", "Les inscriptions sont closes",
			"Bravo", "Tirage n° 2", "Un nouveau gagnant va être tiré au sort", "Membre",
		}
	}
	if pane == "slack" { // where values are given in their order, without names
		p.start = strings.NewReplacer("duration:", "", "prize:", "", "durée:", "", "lot:", "").Replace(p.start)
	}
	return p
}

// startBrowser starts Chromium, or skips; ANIMO_TEST_REQUIRE makes that fail.
func startBrowser(t *testing.T) context.Context {
	t.Helper()
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil && path == "" {
			path = found
		}
	}
	switch {
	case path == "" && required("browser"):
		t.Fatal("needs chromium on PATH")
	case path == "":
		t.Skip("needs chromium on PATH")
	}
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true))
	allocated, stop := chromedp.NewExecAllocator(context.Background(), flags...)
	t.Cleanup(stop)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("start chromium: %v", err)
	}
	return ctx
}

// screen is the sandbox's page before a person, with a bot behind it.
type screen struct {
	*testing.T
	ctx context.Context
}

// openPage starts a sandbox with a bot on both platforms and opens its page.
func openPage(t *testing.T, browser context.Context, l chat.Language) *screen {
	t.Helper()
	sb := newSandbox(t, l)
	c := configFor(sb, data(t), "discord", "slack")
	c.Language, c.Slack.Language = l, l
	startApp(t, sb, c)
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	t.Cleanup(cancel)
	if err := chromedp.Do(ctx); err != nil { // the tab lives as long as the context that opens it
		t.Fatal(err)
	}
	s := &screen{t, ctx}
	s.do(chromedp.EmulateViewport(1440, 900), chromedp.Navigate(sb.PageURL()))
	s.wait(`document.querySelectorAll('[data-testid=status][data-connected=true]').length === 2 && document.querySelectorAll('[data-testid=channel-general]').length === 2`)
	return s
}

func (s *screen) do(actions ...chromedp.Action[chromedp.Void]) {
	s.Helper()
	ctx, cancel := context.WithTimeout(s.ctx, patience)
	defer cancel()
	for _, a := range actions {
		err := chromedp.Do(ctx, a)
		// A card that is redrawn between being found and being pressed.
		for err != nil && strings.Contains(err.Error(), "Could not find node") && ctx.Err() == nil {
			err = chromedp.Do(ctx, a)
		}
		if err != nil {
			s.Fatal(err)
		}
	}
}

// ask returns what a JavaScript expression says.
func (s *screen) ask(expression string) string {
	s.Helper()
	v, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](`String(`+expression+`)`))
	if err != nil {
		s.Fatal(err)
	}
	return v
}

// wait returns once a JavaScript expression is true.
func (s *screen) wait(expression string) {
	s.Helper()
	_, err := chromedp.Run(s.ctx, chromedp.Poll[bool](`Boolean(`+expression+`)`,
		chromedp.WithPollingTimeout(patience), chromedp.WithPollingInterval(20*time.Millisecond)))
	if err != nil {
		s.Fatalf("never true: %s: %v\nshown:\n%s", expression, err, s.ask(`document.querySelector("main").innerText`))
	}
}

// seen is a JavaScript expression: the last message shown in a pane that
// holds every part, or undefined.
func seen(pane string, parts ...string) string {
	raw, err := json.Marshal(parts)
	if err != nil {
		panic(err) // strings always marshal
	}
	return fmt.Sprintf(`[...document.querySelectorAll('[data-testid="pane-%s"] [data-testid=message]')]`+
		`.filter(m => m.checkVisibility() && %s.every(p => m.textContent.includes(p))).at(-1)`, pane, raw)
}

func (s *screen) become(name string) {
	s.Helper()
	s.do(chromedp.Click(chromedp.CSS(`[data-testid="as-` + name + `"]`)))
	s.wait(`document.querySelector('[data-testid="as-` + name + `"]').getAttribute("aria-pressed") === "true"`)
}

func (s *screen) say(pane, line string) {
	s.Helper()
	s.do(chromedp.SendKeys(chromedp.CSS(in(pane, "composer")), line+kb.Enter))
}

// press clicks a control where it is seen, with nothing over it. The click is
// one step with the look, since a card above that is redrawn meanwhile would
// push the control away from under the mouse.
func (s *screen) press(pane, part string) {
	s.Helper()
	s.wait(`(control => {
		control?.scrollIntoView({block: "center"});
		const at = control?.getBoundingClientRect();
		const free = at && control.contains(document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2));
		if (free) control.click();
		return free;
	})(document.querySelector('[data-testid="pane-` + pane + `"] [data-control*="` + part + `"]'))`)
}

func in(pane, test string) string {
	return fmt.Sprintf(`[data-testid="pane-%s"] [data-testid="%s"]`, pane, test)
}

// field waits until the card shows a value beside a label or below it.
func (s *screen) field(pane string, p phrases, label, value string) {
	s.Helper()
	card := seen(pane, "🎉 "+p.prize, label)
	s.wait(fmt.Sprintf(`new RegExp(%q).test(%s?.innerText)`, label+`[\s·]*`+value, card))
}

// rerollByMenu uses the shortcut of the announcement's own menu, by right
// click; again where a redraw pushed the announcement away from under it.
func (s *screen) rerollByMenu(pane string, p phrases) {
	s.Helper()
	message, shortcut := seen(pane, p.won, p.prize), in(pane, "shortcut-reroll")
	for range 5 {
		s.ask(message + `.scrollIntoView({block: "center"})`)
		var at struct{ X, Y float64 }
		if err := json.Unmarshal([]byte(s.ask(`JSON.stringify((r => ({X: r.x + r.width / 2, Y: r.y + r.height / 2}))(`+message+`.getBoundingClientRect()))`)), &at); err != nil {
			s.Fatal(err)
		}
		s.do(chromedp.MouseClickXY(at.X, at.Y, chromedp.ButtonRight))
		if s.ask(`document.querySelector('`+shortcut+`')?.checkVisibility()`) == "true" {
			break
		}
	}
	s.do(chromedp.Click(chromedp.CSS(shortcut)))
}

// winner reads whom an announcement names.
func (s *screen) winner(pane string, p phrases, parts ...string) string {
	s.Helper()
	message := seen(pane, append(parts, p.won, p.prize)...)
	s.wait(message)
	return s.ask(`[...` + message + `.querySelectorAll(".mention")].map(m => m.textContent).join()`)
}

// play takes a giveaway through its life in one pane.
func (s *screen) play(pane, channel string, p phrases) {
	s.Helper()
	s.become("admin")
	s.do(chromedp.Click(chromedp.CSS(in(pane, "channel-"+channel))))
	s.wait(`document.querySelector('` + in(pane, "messages") + `').dataset.channel === document.querySelector('` + in(pane, "channel-"+channel) + `').dataset.channel`)
	s.say(pane, p.start)
	s.wait(seen(pane, "🎉 "+p.prize) + `?.querySelector("[data-control*='|enter|']")`)
	for i, name := range []string{"member-1", "member-2", "member-3"} {
		s.become(name)
		s.press(pane, "giveaway|enter|")
		s.wait(seen(pane, p.entered, p.prize, fmt.Sprint(i+1)) + `?.dataset.private`)
	}
	s.press(pane, "giveaway|leave|")
	s.wait(seen(pane, p.left) + `?.dataset.private`)
	s.become("admin")
	if s.ask(seen(pane, p.left)) != "undefined" {
		s.Errorf("%s: somebody else reads a private answer", pane)
	}
	s.field(pane, p, map[string]string{"Member": "Entrants", "Membre": "Participants"}[p.member], "2")
	s.say(pane, p.end)
	s.wait(seen(pane, p.over) + `?.dataset.private`)
	first := s.winner(pane, p)
	s.wait(seen(pane, "🎉 "+p.prize, p.ended) + ` && !` + seen(pane, "🎉 "+p.prize, p.ended) + `.querySelector("[data-control*='|enter|']")`)
	s.rerollByMenu(pane, p)
	s.wait(seen(pane, p.reroll) + `?.dataset.private`)
	second := s.winner(pane, p, p.again)
	both := []string{first, second}
	slices.Sort(both)
	if want := []string{"@" + p.member + " 1", "@" + p.member + " 2"}; !slices.Equal(both, want) {
		s.Errorf("%s: %q and then %q won, want one of %q and then the other", pane, first, second, want)
	}
}

// tabTo moves the focus by the keyboard until an element has it.
func (s *screen) tabTo(selector string) {
	s.Helper()
	for range 80 {
		if s.ask(`document.activeElement.matches(`+fmt.Sprintf("%q", selector)+`)`) == "true" {
			return
		}
		s.do(chromedp.KeyEvent(kb.Tab))
	}
	s.Fatalf("Tab never reaches %s", selector)
}

// byKeyboard starts a giveaway, enters it and leaves it without a mouse.
func (s *screen) byKeyboard(p phrases) {
	s.Helper()
	s.do(chromedp.Navigate(s.ask(`location.href`)))
	s.wait(`document.querySelectorAll('[data-testid=status][data-connected=true]').length === 2`)
	s.tabTo(`[data-testid="as-admin"]`)
	s.do(chromedp.KeyEvent(kb.Enter))
	s.tabTo(in("discord", "channel-general"))
	s.do(chromedp.KeyEvent(kb.Enter))
	s.tabTo(in("discord", "composer"))
	s.do(chromedp.KeyEvent(p.start + kb.Enter))
	s.wait(seen("discord", "🎉 "+p.prize))
	s.tabTo(`[data-testid="as-member-4"]`)
	s.do(chromedp.KeyEvent(" "))
	s.wait(`document.querySelector('` + in("discord", "whoami") + `').selectedOptions[0].textContent.endsWith("4")`)
	s.tabTo(`[data-testid="pane-discord"] [data-control*="giveaway|enter|"]`)
	s.do(chromedp.KeyEvent(kb.Enter))
	s.wait(seen("discord", p.entered, p.prize) + `?.dataset.private`)
	s.tabTo(`[data-testid="pane-discord"] [data-control*="giveaway|leave|"]`)
	s.do(chromedp.KeyEvent(" "))
	s.wait(seen("discord", p.left) + `?.dataset.private`)
}

func TestPeopleGiveAwayInThePage(t *testing.T) {
	browser := startBrowser(t)
	for language, channel := range map[chat.Language]string{chat.English: "contests", chat.French: "concours"} {
		t.Run(string(language), func(t *testing.T) {
			t.Parallel()
			s := openPage(t, browser, language)
			for _, pane := range []string{"discord", "slack"} {
				s.play(pane, channel, phrasesOf(language, pane))
			}
			if language == chat.English {
				s.byKeyboard(phrasesOf(language, "discord"))
			}
		})
	}
}
