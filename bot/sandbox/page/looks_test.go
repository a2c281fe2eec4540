package page

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
)

func TestThePageIsWellMade(t *testing.T) {
	look(t, "en", 1440, 900).in([]step{
		{"both panes stand side by side", standSideBySide},
		{"every control has a name", namesEveryControl},
		{"cards show what the platforms show", showWhatThePlatformsShow},
		{"text is readable", isReadable},
	})
}

const panesReachTheBottom = `[...document.querySelectorAll(".pane, .side")].every(p => Math.abs(p.getBoundingClientRect().bottom - innerHeight) < 1)`

const nothingWiderThanTheWindow = `document.documentElement.scrollWidth <= innerWidth && [...document.querySelectorAll(".pane")].every(p => !p.offsetParent || p.getBoundingClientRect().right <= innerWidth + 1) && [...document.querySelectorAll(".body, .composer, .bar, .scroller, .main")].every(b => !b.offsetParent || b.scrollWidth <= b.clientWidth + 1)`

func standSideBySide(v *view) {
	v.wait(`document.querySelector("[data-testid=pane-discord]").offsetWidth > 600 && document.querySelector("[data-testid=pane-slack]").offsetWidth > 600`)
	v.wait(nothingWiderThanTheWindow)
	v.wait(panesReachTheBottom)
	v.shot("wide")
	v.do(chromedp.Evaluate[chromedp.Void](`document.querySelectorAll(".scroller").forEach(s => s.scrollTop = -100000)`))
	v.wait(`document.querySelector(".scroller").scrollTop < -100`)
	v.shot("wide-top")
}

func TestANarrowScreenShowsOnePaneAtATime(t *testing.T) {
	v := look(t, "fr", 390, 844)
	v.wait(`document.querySelector("[data-testid=pane-slack]").offsetParent === null`)
	for _, width := range []int64{390, 360} {
		v.do(chromedp.EmulateViewport(width, 844))
		for i, pane := range panes {
			v.click(fmt.Sprintf(`[data-testid="tab-%s"]`, pane))
			v.wait(fmt.Sprintf(`document.querySelector("[data-testid=pane-%s]").offsetParent !== null && document.querySelector("[data-testid=pane-%s]").offsetParent === null`, pane, panes[1-i]))
			v.wait(nothingWiderThanTheWindow)
			v.do(chromedp.Evaluate[chromedp.Void](fmt.Sprintf(`document.querySelector(".%s .scroller").scrollTop = -1300`, pane)))
			v.shot(fmt.Sprintf("narrow-%d-%s", width, pane))
		}
	}
	v.slack.answerWith(opens(v.slack, "narrow"))
	v.say("slack", "/giveaway")
	v.wait(`(d => d && d.getBoundingClientRect().left >= 0 && d.getBoundingClientRect().right <= innerWidth && d.getBoundingClientRect().bottom <= innerHeight)(document.querySelector("dialog[open]"))`)
	v.shot("narrow-form")
}

// Messages far out of sight are not laid out again: they keep the height that
// they had in the wide window, and must not keep its width.
func TestMessagesOutOfSightFollowANarrowerWindow(t *testing.T) {
	v := look(t, "en", 1440, 844)
	for i := range 80 {
		v.discord.post("bot", map[string]any{"components": []any{map[string]any{"type": 10, "content": fmt.Sprintf("# Line %d\n%s", i, strings.Repeat("long ", 60))}}})
	}
	v.wait(`document.querySelector(".discord .list").textContent.includes("Line 79")`)
	v.do(chromedp.Evaluate[chromedp.Void](`document.querySelector(".discord .scroller").scrollTop = -100000`))
	v.wait(`document.querySelector(".discord .scroller").scrollTop < -6000 && !document.querySelector(".discord .message-row:last-child .message").checkVisibility({ contentVisibilityAuto: true })`)
	v.do(chromedp.EmulateViewport(360, 844))
	v.click(`[data-testid="tab-discord"]`)
	v.wait(nothingWiderThanTheWindow)
}

// contrast is what WCAG 2 calls the contrast ratio of each visible text
// against the nearest opaque background, and names those below AA.
const contrast = `(() => {
  const lum = ([r, g, b]) => [r, g, b].map(c => c / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4).reduce((s, c, i) => s + c * [.2126, .7152, .0722][i], 0);
  const read = s => { const m = s.match(/[\d.]+/g).map(Number); return m.length < 4 ? [...m, 1] : m; };
  const over = (top, under) => top.slice(0, 3).map((c, i) => c * top[3] + under[i] * (1 - top[3])).concat(1);
  const ground = el => {
    const layers = [];
    for (let e = el; e; e = e.parentElement) { const c = read(getComputedStyle(e).backgroundColor); layers.push(c); if (c[3] === 1) break; }
    return layers.reverse().reduce((under, c) => over(c, under), [255, 255, 255, 1]);
  };
  const bad = new Set();
  for (const el of document.querySelectorAll("body *")) {
    if (el.closest(".avatar, .spoiler, .brand-sign, :disabled, .sr-only, [hidden]") || !el.checkVisibility({ visibilityProperty: true })) continue;
    if (![...el.childNodes].some(n => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(el), under = ground(el), ink = over(read(style.color), under);
    const [a, b] = [lum(ink), lum(under)].sort((x, y) => y - x), ratio = (a + .05) / (b + .05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && style.fontWeight >= 700);
    if (ratio < (large ? 3 : 4.5)) bad.add(el.className + " " + el.tagName + " " + ratio.toFixed(2) + " " + el.textContent.slice(0, 20));
  }
  return [...bad].join("\n");
})()`

func isReadable(v *view) {
	if bad := v.text(contrast); bad != "" {
		v.Errorf("contrast below AA:\n%s", bad)
	}
	v.discord.answerWith(opens(v.discord, "m1"))
	v.say("discord", "/giveaway start")
	v.wait(`document.querySelector("dialog[open]")`)
	v.click(in("discord", "modal-submit"))
	if bad := v.text(contrast); bad != "" {
		v.Errorf("contrast below AA in a form:\n%s", bad)
	}
}

func namesEveryControl(v *view) {
	nameless := v.text(`[...document.querySelectorAll("button, a, input, select, textarea, [role=listbox], nav, section, dialog")]
		.filter(e => !(e.getAttribute("aria-label") || document.getElementById(e.getAttribute("aria-labelledby") ?? "") || e.labels?.length || e.textContent.trim()))
		.map(e => e.outerHTML.slice(0, 120)).join("\n")`)
	if nameless != "" {
		v.Errorf("without a name:\n%s", nameless)
	}
}

func TestThePageSpeaksFrench(t *testing.T) {
	v := look(t, "fr", 1440, 900)
	v.wait(`document.documentElement.lang === "fr" && document.body.textContent.includes("Vous seul·e pouvez voir ceci") && document.body.textContent.includes("Bot connecté")`)
	v.wait(`/dans 2 heures|dans 1 heure/.test(document.body.textContent)`)
	v.slack.answerWith(opens(v.slack, "f1"))
	v.say("slack", "/giveaway")
	v.wait(`document.querySelector("dialog[open]")`)
	v.shot("french-form")
	v.do(chromedp.KeyEvent("\u001b"))
	v.wait(`!document.querySelector("dialog[open]")`)
	v.typeIn(in("discord", "composer"), "brouillon")
	v.click(`[data-testid="language-en"]`)
	v.wait(`document.documentElement.lang === "en" && document.querySelectorAll("[data-testid=message]").length >= 16 && document.body.textContent.includes("Only you can see this")`)
	v.wait(`document.querySelector("[data-testid=pane-discord] textarea").value === "brouillon"`)
	v.do(chromedp.Reload())
	v.wait(`document.documentElement.lang === "en"`)
}
