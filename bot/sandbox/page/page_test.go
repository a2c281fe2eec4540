package page

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/world"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// say types a line into a pane's composer and sends it.
func (v *view) say(pane, line string) {
	v.Helper()
	v.typeIn(in(pane, "composer"), line+kb.Enter)
}

// opens is a bot that answers every command with the recorded form.
func opens(f *fake, id string) func(world.Action) world.Result {
	return func(a world.Action) world.Result {
		if a.Kind == world.ActCommand {
			return world.Result{OK: true, Modal: f.open(id)}
		}
		return world.Result{OK: true}
	}
}

var panes = []string{"discord", "slack"}

func (v *view) fake(pane string) *fake {
	if pane == "slack" {
		return v.slack
	}
	return v.discord
}

func TestWordsOfMembersNeverBecomeMarkup(t *testing.T) {
	v := look(t, "en", 1440, 900)
	evil := `<img src=x onerror="window.hacked=5"></script><script>window.hacked=6</script>`
	for _, pane := range panes {
		v.say(pane, evil)
		v.wait(fmt.Sprintf(`[...document.querySelectorAll('[data-testid="pane-%s"] .body')].some(b => b.textContent.includes('onerror="window.hacked=5"'))`, pane))
	}
	v.discord.post("bot", map[string]any{"embeds": []any{map[string]any{"title": evil, "description": evil, "url": "javascript:window.hacked=7"}}, "components": []any{
		map[string]any{"type": 10, "content": evil + "\n# " + evil}, map[string]any{"type": 2, "style": 5, "label": evil, "url": "javascript:window.hacked=8"}, map[string]any{"type": 17, "accent_color": 1, "components": nil},
	}})
	v.slack.post("bot", map[string]any{"blocks": []any{map[string]any{"type": "header", "text": map[string]any{"type": "plain_text", "text": evil}}, map[string]any{"type": "section", "text": map[string]any{"type": "mrkdwn", "text": "<javascript:window.hacked=9|" + "press> <https://x.example/\"onerror=|a>"}}}})
	v.wait(`document.querySelectorAll('[data-testid="pane-discord"] .embed-title').length >= 2 && document.querySelectorAll('[data-testid="pane-slack"] .block-header').length >= 2`)
	if got := v.text(`window.hacked`); got != "undefined" {
		t.Errorf("script of a member ran: %s", got)
	}
	if got := v.text(`document.querySelectorAll(".body img, .body script, .body [onerror], .body a[href^=javascript]").length`); got != "0" {
		t.Errorf("%s elements of a member's making", got)
	}
}

func showWhatThePlatformsShow(v *view) {
	for _, want := range []string{
		`document.querySelector(".discord .container.has-accent").style.getPropertyValue("--accent") === "#5865f2"`,
		`document.querySelector(".discord h5.md-h2").textContent.includes("Nitro for a month")`,
		`document.querySelector(".discord .text ul.md-list ul.md-list li, .discord ul.md-list li").textContent.startsWith("one entry")`,
		`document.querySelector(".discord ol.md-list").children.length === 2`,
		`document.querySelector(".discord .code-block").textContent.includes("Println")`,
		`[...document.querySelectorAll(".discord .mention")].map(m => m.textContent).join().startsWith("#contests,@Member 1,@team")`,
		`/in (59 minutes|1 hour)/.test(document.querySelector(".discord time[data-live]").textContent)`,
		`document.querySelector(".discord .message em").textContent === "today"`,
		`document.querySelector(".discord .above").textContent === "AAdmin used /giveaway start"`,
		`document.querySelector('.discord [data-control="g:1:off"]').disabled`,
		`document.querySelector(".discord .button.link").rel.includes("noopener")`,
		`!document.querySelector(".discord .body").closest(".pane").textContent.includes("snakecase")`,
		`document.querySelector(".slack .block-header").textContent === "🎁 Nitro for a month"`,
		`[...document.querySelectorAll(".slack .mention")].map(m => m.textContent).slice(0, 4).join() === "@channel,#contests,@Member 1,@team"`,
		`document.querySelector(".slack blockquote").textContent === "quoted & escaped"`,
		`document.querySelector(".slack .fields").children.length === 2`,
		`document.querySelector(".slack .moment").textContent.match(/^(today|tomorrow) at \d+:\d\d/)`,
		`document.querySelector(".slack ol.md-list").textContent === "firstsecond"`,
		`document.querySelector(".slack").textContent.includes("10:30:45, 2 * 3 * 4 and snake_case_stays")`,
		`document.querySelectorAll(".unshown").length === 2`,
		`document.querySelectorAll("[data-testid=private]").length === 2`,
		`document.querySelectorAll("[data-testid=waiting]").length === 1`,
	} {
		if v.text(`Boolean(`+want+`)`) != "true" {
			v.Errorf("not so: %s", want)
		}
	}
}

func TestCardsAnswerWhoeverUsesThem(t *testing.T) {
	look(t, "en", 1440, 900).in([]step{
		{"a message has a menu for mouse and keyboard", useTheMenu},
		{"a button is pressed once while it is pending", pressOnce},
		{"a dangerous press asks first", askFirst},
		{"menus send what was chosen", sendWhatWasChosen},
	})
}

func pressOnce(v *view) {
	for pane, id := range map[string]string{"discord": "g:1:enter", "slack": "enter"} {
		f := v.fake(pane)
		release := make(chan struct{})
		f.answerWith(func(world.Action) world.Result {
			<-release
			return world.Result{Error: "The application did not respond"}
		})
		v.click(control(pane, id))
		v.wait(fmt.Sprintf(`document.querySelector('%s').getAttribute("aria-busy") === "true"`, control(pane, id)))
		v.shot("pending-" + pane)
		v.click(control(pane, id))
		close(release)
		v.wait(fmt.Sprintf(`document.querySelector('%s')?.textContent.includes("did not respond")`, in(pane, "message-error")))
		if n := len(f.did(world.ActPress)); n != 1 {
			v.Errorf("%s: pressed %d times", pane, n)
		}
		if a := f.did(world.ActPress)[0]; a.Control != id || a.Message == "" || a.Channel == "" || a.As == "" {
			v.Errorf("%s: pressed %+v", pane, a)
		}
	}
}

func askFirst(v *view) {
	v.click(control("slack", "end"))
	v.wait(`document.querySelector("[data-testid=confirm]")?.textContent.includes("Winners are drawn now.")`)
	v.shot("confirm")
	v.click(`[data-testid="confirm-no"]`)
	v.wait(`!document.querySelector("[data-testid=confirm]")`)
	v.click(control("slack", "end"))
	v.click(`[data-testid="confirm-yes"]`)
	v.until("one press", func() bool { return len(v.slack.did(world.ActPress)) == 1 })
}

func sendWhatWasChosen(v *view) {
	press := func(f *fake, n int, control, values string) {
		v.Helper()
		v.until("a press of "+control, func() bool { return len(f.did(world.ActPress)) == n })
		if a := f.did(world.ActPress)[n-1]; a.Control != control || strings.Join(a.Values, ",") != values {
			v.Errorf("pressed %s with %v", a.Control, a.Values)
		}
	}
	v.click(control("discord", "g:1:colour"))
	v.shot("menu")
	v.click(`[role=option][data-value="blue"]`)
	press(v.discord, 1, "g:1:colour", "blue")
	v.wait(`!document.querySelector(":popover-open")`)
	v.click(control("discord", "g:1:users"))
	v.do(chromedp.KeyEvent("member" + kb.Enter + kb.ArrowDown + kb.Enter + kb.Escape))
	press(v.discord, 2, "g:1:users", "103,104")
	v.click(control("slack", "more"))
	v.do(chromedp.KeyEvent(kb.ArrowDown + kb.Enter))
	press(v.slack, 1, "more", "pause")
	v.click(control("slack", "boxes") + `[value="team"]`)
	press(v.slack, 2, "boxes", "team")
}

func TestAnEditDisturbsNobody(t *testing.T) {
	look(t, "en", 1440, 900).in([]step{
		{"focus stays when a message is drawn again", keepFocus},
		{"an open menu outlives an edit of its message", outliveAnEdit},
	})
}

func outliveAnEdit(v *view) {
	v.click(control("discord", "g:1:colour"))
	v.wait(`document.querySelector(":popover-open")`)
	m := v.discord.nth(2)
	m.Native = json.RawMessage(strings.ReplaceAll(string(m.Native), "one chance", "two chances"))
	v.discord.add(m)
	v.discord.post("member-2", map[string]any{"content": "after the edit"})
	v.wait(`document.querySelector(".discord").textContent.includes("after the edit") && document.querySelector(":popover-open")`)
	v.click(`[role=option][data-value="red"]`)
	v.wait(`document.querySelector(".discord").textContent.includes("two chances")`)
}

func keepFocus(v *view) {
	v.do(chromedp.Focus(chromedp.CSS(control("discord", "g:1:enter"))), chromedp.KeyEvent(kb.Enter))
	v.until("a press", func() bool { return len(v.discord.did(world.ActPress)) == 1 })
	m := v.discord.nth(2)
	m.Native = json.RawMessage(strings.ReplaceAll(string(m.Native), "318", "319"))
	v.discord.add(m)
	v.wait(`document.querySelector(".discord").textContent.includes("319") && document.activeElement.dataset.control === "g:1:enter"`)
}

func TestFormsAreFilledIn(t *testing.T) {
	look(t, "en", 1440, 900).in([]step{
		{"a form keeps what was typed when it is refused", keepWhatWasTyped},
		{"a form is closed by escape and opens once", closeByEscape},
		{"a view that the bot changes keeps what was typed", keepWhatWasTypedInAView},
	})
}

func keepWhatWasTyped(v *view) {
	for _, pane := range panes {
		f := v.fake(pane)
		f.answerWith(func(a world.Action) world.Result {
			switch {
			case a.Kind == world.ActCommand:
				return world.Result{OK: true, Modal: f.open("form-" + pane)}
			case a.Kind == world.ActSubmit && a.Fields["prize"][0] == "x":
				return world.Result{FieldErrors: map[string]string{"prize": "Too short a prize."}}
			}
			return world.Result{OK: true}
		})
		v.say(pane, "/giveaway start")
		v.wait(`document.querySelector("dialog[open] [data-field=prize] input") === document.activeElement`)
		v.shot("form-" + pane)
		v.click(in(pane, "modal-submit"))
		v.wait(`document.querySelector("[data-field=prize] [data-testid=field-error]").textContent === "Fill in this field."`)
		v.do(chromedp.KeyEvent("x"))
		if pane == "discord" {
			v.click(`dialog[open] [data-control="where"]`)
			v.do(chromedp.KeyEvent(kb.Enter))
		}
		v.click(in(pane, "modal-submit"))
		v.wait(`document.querySelector("[data-field=prize] [data-testid=field-error]").textContent === "Too short a prize."`)
		v.shot("form-refused-" + pane)
		v.wait(`document.activeElement.value === "x" && document.activeElement.getAttribute("aria-invalid") === "true"`)
		v.do(chromedp.KeyEvent("yz" + kb.Enter))
		v.wait(`!document.querySelector("dialog")`)
		sent := f.did(world.ActSubmit)
		if a := sent[len(sent)-1]; len(sent) != 2 || a.Modal != "form-"+pane || a.Fields["prize"][0] != "xyz" || len(a.Fields["where"]) != 1 {
			v.Errorf("%s: submitted %+v", pane, sent)
		}
		if n := len(f.did(world.ActClose)); n != 0 {
			v.Errorf("%s: a submitted form was also closed", pane)
		}
	}
}

func closeByEscape(v *view) {
	v.discord.answerWith(opens(v.discord, "once"))
	v.say("discord", "/giveaway")
	v.wait(`document.querySelectorAll("dialog[open]").length === 1`)
	v.discord.feed.Publish(world.Event{Kind: world.EventModal, Data: v.discord.open("once")})
	v.do(chromedp.KeyEvent(kb.Escape))
	v.until("the form is closed", func() bool { return len(v.discord.did(world.ActClose)) == 1 })
	v.discord.feed.Publish(world.Event{Kind: world.EventModal, Data: v.discord.open("once")})
	v.discord.post("member-2", map[string]any{"content": "later"})
	v.wait(`document.querySelector(".discord").textContent.includes("later") && !document.querySelector("dialog")`)
	v.wait(`document.activeElement.dataset.testid === "composer"`)
	v.do(chromedp.KeyEvent("typed on"))
	v.wait(`document.activeElement.value === "typed on"`)
	v.do(chromedp.Evaluate[chromedp.Void](`document.activeElement.value = ""`))
}

func keepWhatWasTypedInAView(v *view) {
	v.slack.answerWith(opens(v.slack, "V1"))
	v.say("slack", "/giveaway")
	v.wait(`document.querySelector("dialog[open]")`)
	v.do(chromedp.KeyEvent("Nitro"))
	changed := v.slack.open("V1")
	changed.Native = json.RawMessage(strings.Replace(string(changed.Native), "New giveaway", "Giveaway 2/2", 1))
	v.slack.feed.Publish(world.Event{Kind: world.EventModal, Data: changed})
	v.wait(`document.querySelectorAll("dialog").length === 1 && document.querySelector("dialog h2").textContent === "Giveaway 2/2" && document.activeElement.value === "Nitro"`)
}

func TestThousandsOfWordsStayQuick(t *testing.T) {
	v := look(t, "en", 1440, 900)
	now := time.Now()
	for i := range 500 {
		native := fmt.Sprintf(`{"content":"**line** %d of many, <t:%d:R>","components":[{"type":1,"components":[{"type":2,"style":1,"label":"Press","custom_id":"b%d"}]}]}`, i, now.Unix(), i)
		v.discord.keep(world.Message{ID: fmt.Sprint(5000 + i), Channel: "202", Author: "10bot", At: now.Add(time.Duration(i) * time.Second), Native: json.RawMessage(native)})
	}
	v.do(chromedp.Evaluate[chromedp.Void](`window.began = performance.now(); document.querySelector(".discord [data-testid=channel-contests]").click()`))
	v.wait(`document.querySelectorAll(".discord [data-testid=message]").length === 500`)
	v.do(chromedp.Evaluate[chromedp.Void](`window.took = performance.now() - window.began`))
	v.Logf("500 messages took %s ms", v.text(`Math.round(window.took)`))
	v.wait(`window.took < 4000`) // generous: other tests use the machine too
	v.wait(`document.querySelector(".discord .scroller").scrollTop === 0 && document.querySelector('[data-control="b499"]').getBoundingClientRect().bottom < innerHeight`)
	for i := range 200 {
		v.discord.add(world.Message{ID: "5499", Channel: "202", Author: "10bot", At: now.Add(499 * time.Second), Native: json.RawMessage(fmt.Sprintf(`{"content":"edit %d"}`, i))})
	}
	v.wait(`document.querySelector(".discord").textContent.includes("edit 199")`)
}
