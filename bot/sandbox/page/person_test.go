package page

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"animo/bot/sandbox/world"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

func TestOneIsSomeone(t *testing.T) {
	look(t, "en", 1440, 900).in([]step{
		{"a private answer can be dismissed", dismissAnAnswer},
		{"one chooses who one is", chooseWhoOneIs},
	})
}

func TestTheComposerHelps(t *testing.T) {
	look(t, "en", 1440, 900).in([]step{
		{"the composer completes commands", completeCommands},
		{"what went wrong stands under the composer", sayWhatWentWrong},
		{"a failure is said once", sayItOnce},
		{"where one may not write the composer says so", mayNotWrite},
	})
}

func TestThePageKeepsUp(t *testing.T) {
	look(t, "en", 1440, 900).in([]step{
		{"the clock moves", moveTheClock},
		{"the feed brings what changes", followTheFeed},
		{"a lost connection is mended", mendTheConnection},
	})
}

func chooseWhoOneIs(v *view) {
	v.click(`[data-testid="as-member-1"]`)
	v.wait(`document.querySelector("[data-testid=as-member-1]").getAttribute("aria-pressed") === "true"`)
	v.say("discord", "it is me")
	v.say("slack", "it is me too")
	v.until("both said", func() bool {
		return len(v.discord.did(world.ActMessage)) == 1 && len(v.slack.did(world.ActMessage)) == 1
	})
	if a, b := v.discord.did(world.ActMessage)[0].As, v.slack.did(world.ActMessage)[0].As; a != "103" || b != "U3" {
		v.Errorf("said as %s and %s", a, b)
	}
	v.click(`[data-testid="as-guest"]`)
	v.wait(`document.querySelector(".slack .whoami").selectedOptions[0].textContent === "Guest" && document.querySelector(".discord .whoami").selectedOptions[0].textContent === "Member 1"`)
	v.click(`[data-testid="as-more"]`)
	v.click(`[data-testid="as-contractor"]`)
	v.wait(`document.querySelector("[data-testid=as-more]").textContent === "Contractor"`)
	v.do(chromedp.Reload())
	v.wait(`document.querySelector(".slack .whoami")?.selectedOptions[0]?.textContent === "Contractor"`)
}

func completeCommands(v *view) {
	all := []world.Suggestion{
		{Label: "/giveaway start", Description: "Starts a giveaway", Insert: "/giveaway start "},
		{Label: "/giveaway end", Description: "Ends one early", Insert: "/giveaway end "},
		{Label: "/help", Description: "What I can do", Insert: "/help "},
	}
	v.discord.suggestWith(func(text string) []world.Suggestion {
		var found []world.Suggestion
		for _, s := range all {
			if strings.HasPrefix(s.Insert, text) && s.Insert != text {
				found = append(found, s)
			}
		}
		if text == "/giveaway start " {
			found = []world.Suggestion{{Label: "duration:", Description: "How long", Insert: text + "duration:"}}
		}
		return found
	})
	composer := in("discord", "composer")
	offered := func(n int) {
		v.Helper()
		v.wait(fmt.Sprintf(`document.querySelectorAll(".discord .suggestion").length === %d`, n))
	}
	v.typeIn(composer, "/")
	offered(3)
	v.shot("suggestions")
	v.do(chromedp.KeyEvent(kb.Escape))
	offered(0)
	v.typeIn(composer, "gi")
	offered(2)
	v.do(chromedp.KeyEvent(kb.ArrowDown + kb.ArrowUp + kb.ArrowDown + kb.Enter))
	v.wait(`document.querySelector(".discord textarea").value === "/giveaway end "`)
	v.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".discord textarea").value = ""`))
	v.typeIn(composer, "/giveaway s")
	offered(1)
	v.do(chromedp.KeyEvent(kb.Tab))
	v.wait(`document.querySelector(".discord textarea").value === "/giveaway start "`)
	offered(1)
	// What only adds a further word does not stand in the way of sending.
	v.do(chromedp.KeyEvent(kb.Enter))
	v.until("the command is sent", func() bool { return len(v.discord.did(world.ActCommand)) == 1 })
	if got := v.discord.did(world.ActCommand)[0].Text; got != "/giveaway start" {
		v.Errorf("sent %q", got)
	}
}

func sayWhatWentWrong(v *view) {
	v.slack.answerWith(func(world.Action) world.Result {
		return world.Result{Error: "/giveaway failed with the error “operation_timeout”"}
	})
	v.say("slack", "/giveaway start")
	v.wait(`document.querySelector(".slack [data-testid=composer-error]").textContent.includes("operation_timeout")`)
	v.wait(`document.querySelector(".slack textarea").value === "/giveaway start"`)
	v.shot("composer-error")
	v.typeIn(in("slack", "composer"), "x")
	v.wait(`document.querySelector(".slack [data-testid=composer-error]").textContent === ""`)
	v.slack.feed.Publish(world.Event{Kind: world.EventFailed, Data: "This app is not responding."})
	v.wait(`document.querySelector(".slack [data-testid=composer-error]").textContent === "This app is not responding."`)
}

func useTheMenu(v *view) {
	last := `.discord .message-row:last-child [data-testid="message"]`
	v.do(chromedp.Focus(chromedp.CSS(last)), chromedp.KeyEvent(kb.ArrowUp+kb.ArrowUp+kb.Tab+kb.Enter))
	v.wait(`document.querySelector("[role=menu]:popover-open") && document.activeElement.getAttribute("role") === "menuitem"`)
	v.shot("message-menu")
	v.click(`[data-testid="shortcut-reroll"]`)
	v.until("the shortcut is used", func() bool { return len(v.discord.did(world.ActShortcut)) == 1 })
	if a := v.discord.did(world.ActShortcut)[0]; a.Control != "reroll" || a.Message != "1007" {
		v.Errorf("used %+v", a)
	}
	v.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".slack .message-row:last-child .text").dispatchEvent(new MouseEvent("contextmenu", {bubbles: true, cancelable: true}))`))
	v.click(`[data-testid="react-tada"]`)
	v.until("a reaction", func() bool { return len(v.slack.did(world.ActReact)) == 1 })
	if a := v.slack.did(world.ActReact)[0]; a.Text != "tada" {
		v.Errorf("reacted %+v", a)
	}
}

func dismissAnAnswer(v *view) {
	v.click(in("discord", "dismiss"))
	v.wait(`!document.querySelector(".discord [data-testid=private]")`)
	v.do(chromedp.Reload())
	v.wait(`document.querySelectorAll(".discord [data-testid=message]").length === 8 && !document.querySelector(".discord [data-testid=private]")`)
}

func moveTheClock(v *view) {
	before := v.clock.Now()
	v.wait(`/^in (59 minutes|1 hour)$/.test(document.querySelector(".discord time[data-live]").textContent)`)
	v.click(`[data-testid="clock-1d"]`)
	v.wait(`/hours ago$/.test(document.querySelector(".discord time[data-live]").textContent)`)
	v.click(`[data-testid="clock-1h"]`)
	v.click(`[data-testid="clock-1m"]`)
	v.clock.Advance(time.Hour) // somebody else moves it
	v.wait(fmt.Sprintf(`Date.parse(document.querySelector("[data-testid=clock]").dateTime) >= %d`, before.Add(26*time.Hour).UnixMilli()))
	v.until("the clock has moved", func() bool { return v.clock.Now().Sub(before) >= 25*time.Hour+time.Minute })
	v.wait(fmt.Sprintf(`Date.parse(document.querySelector("[data-testid=clock]").dateTime) >= %d`, before.Add(25*time.Hour).UnixMilli()))
}

func followTheFeed(v *view) {
	m := v.discord.post("member-2", map[string]any{"content": "hello there"})
	v.wait(`document.querySelector(".discord .message-row:last-child").textContent.includes("hello there")`)
	v.wait(`document.querySelector(".discord [role=log]").textContent.includes("Member 2: hello there")`)
	v.discord.feed.Publish(world.Event{Kind: world.EventDeleted, Channel: m.Channel, Data: m})
	v.wait(`!document.querySelector(".discord .list").textContent.includes("hello there")`)
	v.discord.add(world.Message{Channel: "202", Author: "103", At: time.Now(), Native: []byte(`{"content":"elsewhere"}`)})
	v.wait(`document.querySelector(".discord [data-testid=channel-contests]").classList.contains("is-unread")`)
	v.discord.connect(false)
	v.wait(`document.querySelector(".discord [data-testid=status]").dataset.connected === "false"`)
	v.discord.feed.Publish(world.Event{Kind: world.EventTyping, Channel: "201"})
	v.wait(`document.querySelector(".discord .typing").textContent === "Animo is typing…"`)
}

func mendTheConnection(v *view) {
	v.discord.keep(world.Message{ID: "4000", Channel: "201", Author: "103", At: time.Now(), Native: []byte(`{"content":"missed meanwhile"}`)})
	v.forgive("ERR_INCOMPLETE_CHUNKED_ENCODING")
	v.server.CloseClientConnections()
	v.wait(`document.querySelector(".discord .list").textContent.includes("missed meanwhile") && document.querySelector(".discord [data-testid=status]").dataset.connected === "false"`)
	v.discord.connect(true)
	v.wait(`document.querySelector(".discord [data-testid=status]").dataset.connected === "true"`)
}

func sayItOnce(v *view) {
	v.discord.answerWith(func(world.Action) world.Result {
		v.discord.feed.Publish(world.Event{Kind: world.EventFailed, Data: "The application did not respond"})
		v.discord.feed.Publish(world.Event{Kind: world.EventTyping, Channel: "201"})
		return world.Result{Error: "The application did not respond"}
	})
	v.click(control("discord", "g:1:rules"))
	v.wait(`document.querySelector(".discord [data-testid=message-error]")?.textContent === "The application did not respond" && document.querySelector(".discord .typing").textContent`)
	v.wait(`document.querySelector(".discord [data-testid=composer-error]").textContent === ""`)
}

func mayNotWrite(v *view) {
	v.click(in("slack", "channel-read-only"))
	v.wait(`document.querySelector(".slack textarea").disabled && document.querySelector(".slack textarea").placeholder === "You may not write in this channel."`)
	v.wait(panesReachTheBottom)
	v.shot("empty-channel")
	v.click(in("slack", "channel-general"))
	v.wait(`document.querySelector(".slack textarea").value === "/giveaway startx" && !document.querySelector(".slack textarea").disabled`)
}
