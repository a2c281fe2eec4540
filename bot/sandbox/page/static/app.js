// The page: the top bar, and a pane for each platform.

import { h, placeBeside } from "./dom.js";
import { avatar } from "./icons.js";
import { dictionaries, language, setLanguage, t } from "./i18n.js";
import { getJSON, postJSON } from "./api.js";
import { fullTime, longTime, now, onTick, setNow, startTicking } from "./clock.js";
import { trust } from "./media.js";
import { Pane } from "./pane.js";

const platforms = ["discord", "slack"];
const firstPeople = 8; // as many as stand in the bar; the rest is in a menu
const steps = [["1m", "1m", "plusMinute"], ["1h", "1h", "plusHour"], ["1d", "24h", "plusDay"]];

const session = JSON.parse(sessionStorage.getItem("sandbox") ?? "{}");
let panes = [];
let parts = {};

function keep() {
  for (const p of panes) {
    if (!p.me) continue;
    session[p.platform] = { person: p.me.name, channel: p.channel?.name ?? session[p.platform]?.channel };
  }
  sessionStorage.setItem("sandbox", JSON.stringify(session));
}

async function begin() {
  let config;
  try {
    config = await getJSON("/api/config");
  } catch {
    setTimeout(begin, 1000);
    return;
  }
  trust(config.discord_url);
  trust(config.slack_url);
  setNow(config.now);
  setLanguage(localStorage.getItem("language") ?? config.language);
  draw();
  onTick(tick);
  startTicking();
}

function draw() {
  const drafts = new Map(panes.map((p) => [p.platform, p.composer.text]));
  keep();
  panes.forEach((p) => p.end());
  document.title = `Animo · ${t("sandbox")}`;
  panes = platforms.map((platform) => new Pane(platform, {
    onState: drawPeople,
    onPerson: () => {
      drawPeople();
      keep();
    },
    onActivity: (pane) => parts.tabs.get(pane.platform).classList.add("is-unread"),
    onForm: (pane) => choosePane(pane.platform),
  }));
  const tabs = h("div", { class: "tabs", role: "tablist", "aria-label": t("panes"), on: { keydown: moveTab } });
  parts = { people: h("div", { class: "people", role: "group", "aria-label": t("youAre") }), clock: h("time", { class: "now", test: "clock" }), said: h("span", { class: "sr-only", role: "status" }), tabs: new Map() };
  for (const p of panes) {
    const tab = h("button", { type: "button", role: "tab", class: `tab tab-${p.platform}`, test: `tab-${p.platform}`, "aria-controls": p.node.id, on: { click: () => choosePane(p.platform) } }, p.title);
    parts.tabs.set(p.platform, tab);
    tabs.append(tab);
  }
  parts.panes = h("main", { class: "panes" }, panes.map((p) => p.node));
  document.getElementById("app").replaceChildren(bar(), tabs, parts.panes);
  choosePane(session.pane ?? platforms[0]);
  tick(now());
  for (const p of panes) {
    p.composer.text = drafts.get(p.platform) ?? "";
    p.start(session[p.platform]?.person, session[p.platform]?.channel);
  }
}

function bar() {
  return h("header", { class: "bar" },
    h("h1", { class: "brand" }, h("span", { class: "brand-sign", "aria-hidden": "true" }, "A"), "Animo", h("small", {}, t("sandbox"))),
    h("div", { class: "you" }, h("span", { class: "you-label" }, t("youAre")), parts.people),
    h("div", { class: "time", role: "group", "aria-label": t("clock") }, parts.clock, h("div", { class: "steps" },
      steps.map(([id, by, key]) => h("button", { type: "button", class: "step", test: `clock-${id}`, title: t(`${key}Long`), "aria-label": t(`${key}Long`), on: { click: () => advance(by) } }, t(key)))), parts.said),
    h("div", { class: "languages", role: "group", "aria-label": t("language") }, Object.keys(dictionaries).map((code) => h("button", {
      type: "button", class: "language", test: `language-${code}`, lang: code, "aria-pressed": String(code === language()), title: { en: "English", fr: "Français" }[code],
      "aria-label": { en: "English", fr: "Français" }[code], on: { click: () => speak(code) },
    }, code.toUpperCase()))));
}

function speak(code) {
  if (code === language()) return;
  localStorage.setItem("language", code);
  setLanguage(code);
  draw();
  document.querySelector(`[data-testid=language-${code}]`).focus();
}

// ---- who one is ------------------------------------------------------------

function drawPeople() {
  if (panes.length < platforms.length) return;
  const all = new Map();
  for (const p of panes) for (const one of p.humans()) if (!all.has(one.name)) all.set(one.name, one);
  const list = [...all.values()];
  const current = new Set(panes.map((p) => p.me?.name));
  const drawn = JSON.stringify([list.map((one) => [one.name, one.display, one.colour, one.present]), [...current]]);
  if (drawn === parts.drawn) return; // what is open or focused there stays
  parts.drawn = drawn;
  const focused = parts.people.contains(document.activeElement) ? document.activeElement.dataset.testid : "";
  const shown = list.slice(0, firstPeople);
  const rest = list.slice(firstPeople);
  parts.people.replaceChildren(...shown.map((one) => personButton(one, current)), ...(rest.length ? [moreButton(rest, current)] : []));
  if (focused) parts.people.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
}

function personButton(one, current) {
  return h("button", {
    type: "button", class: `person ${one.present === false ? "is-gone" : ""}`, test: `as-${one.name}`, "aria-pressed": String(current.has(one.name)),
    on: { click: () => become(one.name) },
  }, avatar(one, "tiny"), h("span", {}, one.display || one.name));
}

function moreButton(rest, current) {
  const chosen = rest.find((one) => current.has(one.name));
  const button = h("button", { type: "button", class: "person", test: "as-more", "aria-haspopup": "true", "aria-pressed": String(Boolean(chosen)), on: { click: () => {
    const list = h("div", { class: "more-people", popover: "auto", on: { toggle: (e) => e.newState === "closed" && list.remove() } },
      rest.map((one) => personButton(one, current)));
    list.addEventListener("click", () => list.hidePopover());
    parts.people.after(list);
    list.showPopover();
    placeBeside(list, button, 0);
    list.querySelector("button")?.focus();
  } } }, chosen ? chosen.display || chosen.name : t("morePeople"));
  return button;
}

function become(name) {
  for (const p of panes) {
    const one = p.humans().find((x) => x.name === name);
    if (one) p.become(one.id, false);
  }
}

// ---- time and panes --------------------------------------------------------

function tick(at) {
  if (!parts.clock) return;
  parts.clock.textContent = fullTime(at);
  parts.clock.dateTime = at.toISOString();
  parts.clock.title = longTime(at);
}

async function advance(by) {
  try {
    const answer = await postJSON("/api/clock", { advance: by });
    setNow(answer.now);
    parts.said.textContent = t("clockMoved", { now: fullTime(now()) });
  } catch {
    parts.said.textContent = t("noAnswer");
  }
}

function choosePane(platform) {
  session.pane = platform;
  parts.panes.dataset.shown = platform;
  for (const [name, tab] of parts.tabs) {
    tab.setAttribute("aria-selected", String(name === platform));
    tab.tabIndex = name === platform ? 0 : -1;
    if (name === platform) tab.classList.remove("is-unread");
  }
  keep();
}

function moveTab(e) {
  if (e.key !== "ArrowLeft" && e.key !== "ArrowRight") return;
  const other = platforms.find((p) => p !== session.pane);
  choosePane(other);
  parts.tabs.get(other).focus();
}

begin();
