// The messages of one channel. Each is drawn once and again only when it
// changed, so that a channel of many stays quick.

import { h } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";
import { dayName, sameDay } from "./clock.js";
import { drawMessage } from "./message.js";

const groupWithin = 5 * 60 * 1000;

export class MessageList {
  /** pane gives names, drawing and actions. */
  constructor(pane) {
    this.pane = pane;
    this.entries = [];
    this.byId = new Map();
    this.queue = new Map();
    this.watches = new Set();
    this.list = h("div", { class: "list", on: { keydown: (e) => this.key(e), contextmenu: (e) => this.context(e) } });
    this.jump = h("button", { type: "button", class: "jump", hidden: true, on: { click: () => this.toEnd() } }, t("newMessages"), icon("down"));
    // Its direction is reversed in the style sheet: it stays at the end by itself.
    this.scroller = h("div", { class: "scroller", test: "messages", role: "region", tabindex: "-1", on: { scroll: () => this.atEnd() && (this.jump.hidden = true) } }, this.list);
    this.live = h("div", { class: "sr-only", role: "log", "aria-live": "polite" });
    this.node = h("div", { class: "messages" }, this.scroller, this.jump, this.live);
  }

  atEnd() {
    return this.scroller.scrollTop > -40;
  }

  toEnd() {
    this.scroller.scrollTop = 0;
    this.jump.hidden = true;
  }

  /** Shows a channel's messages; those already shown and unchanged stay. */
  load(channel, messages, news) {
    if (channel.id !== this.channel?.id) this.clear();
    this.channel = channel;
    this.scroller.dataset.channel = channel.id;
    this.scroller.setAttribute("aria-label", t("messagesIn", { channel: channel.direct ? channel.name : `#${channel.name}` }));
    const latest = new Map(messages.map((m) => [m.id, m]));
    for (const [id, m] of news) {
      if (!m) latest.delete(id);
      else if (!m.channel || m.channel === channel.id) latest.set(id, m);
    }
    for (const entry of [...this.entries]) if (!latest.has(entry.message.id)) this.drop(entry);
    for (const m of latest.values()) this.place(m);
    this.settle();
    this.intro();
  }

  /**
   * Collects what the feed tells while messages are fetched, by id, null for
   * one that is gone: what is fetched may be older. unwatch ends it.
   */
  watch() {
    const news = new Map();
    this.watches.add(news);
    return news;
  }

  unwatch(news) {
    this.watches.delete(news);
  }

  clear() {
    this.entries = [];
    this.byId.clear();
    this.queue.clear();
    this.list.replaceChildren();
    this.live.replaceChildren();
    this.jump.hidden = true;
  }

  /** A message that is new or changed; many at once are drawn together. */
  upsert(message) {
    for (const news of this.watches) news.set(message.id, message);
    this.queue.set(message.id, message);
    this.later();
  }

  later(wait = 16) {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.flush();
    }, wait);
  }

  flush() {
    const end = this.atEnd();
    let fresh = false;
    for (const [id, message] of [...this.queue]) {
      // A list that is open in a message would vanish under the hand.
      if (this.byId.get(id)?.row.querySelector(":popover-open")) continue;
      this.queue.delete(id);
      if (message.channel && message.channel !== this.channel?.id) continue;
      const known = this.byId.has(id);
      this.place(message);
      if (!known) {
        fresh = true;
        this.announce(message);
      }
    }
    this.settle();
    this.intro();
    if (fresh && !end) this.jump.hidden = false;
    if (this.queue.size) this.later(300);
  }

  announce(message) {
    if (message.author === this.pane.me?.id) return;
    const body = this.byId.get(message.id)?.article.querySelector(".body")?.textContent ?? "";
    this.live.append(h("p", {}, t("newMessageFrom", { name: this.pane.names.person(message.author), text: body.slice(0, 200) })));
    while (this.live.childElementCount > 5) this.live.firstChild.remove();
  }

  place(message) {
    if (this.pane.dismissed.has(message.id)) return;
    const json = JSON.stringify(message);
    const entry = this.byId.get(message.id) ?? this.insert(message);
    if (entry.json === json) return;
    Object.assign(entry, { message, json, at: new Date(message.at) });
    this.draw(entry);
  }

  insert(message) {
    const entry = { message, at: new Date(message.at), row: h("div", { class: "message-row" }), error: "" };
    let i = this.entries.length;
    while (i > 0 && later(this.entries[i - 1].message, message)) i -= 1;
    this.list.insertBefore(entry.row, this.entries[i]?.row ?? null);
    this.entries.splice(i, 0, entry);
    this.byId.set(message.id, entry);
    return entry;
  }

  draw(entry) {
    const focused = entry.article?.contains(document.activeElement) ? document.activeElement : null;
    const again = focused && focusKey(focused);
    entry.article = drawMessage(entry, this.pane);
    entry.row.replaceChildren(entry.article);
    entry.head = undefined; // its place in the group is settled anew
    if (!focused) return;
    const target = again && [...entry.article.querySelectorAll(again)].find((el) => !el.disabled);
    (target ?? entry.article).focus({ preventScroll: true });
  }

  remove(id) {
    for (const news of this.watches) news.set(id, null);
    this.queue.delete(id);
    const entry = this.byId.get(id);
    if (!entry) return;
    const next = this.entries[this.entries.indexOf(entry) - 1] ?? this.entries[1];
    const focused = entry.row.contains(document.activeElement);
    this.drop(entry);
    this.settle();
    this.intro();
    if (focused) next?.article.focus();
  }

  drop(entry) {
    entry.row.remove();
    this.entries.splice(this.entries.indexOf(entry), 1);
    this.byId.delete(entry.message.id);
  }

  fail(id, sentence) {
    const entry = this.byId.get(id);
    if (!entry || entry.error === sentence) return;
    entry.error = sentence;
    this.draw(entry);
    this.settle();
  }

  /** Draws every message again: names may have changed. */
  redraw() {
    for (const entry of this.entries) this.draw(entry);
    this.settle();
  }

  // Which messages begin a group, and where a new day begins.
  settle() {
    let before = null;
    for (const entry of this.entries) {
      const newDay = !before || !sameDay(before.at, entry.at);
      const head = newDay || !together(before, entry);
      const day = newDay ? dayName(entry.at) : "";
      if (entry.head !== head || entry.day !== day) {
        Object.assign(entry, { head, day });
        entry.article.classList.toggle("is-grouped", !head);
        if (entry.row.firstChild !== entry.article) entry.row.firstChild.remove();
      if (day) entry.row.prepend(h("div", { class: "day", role: "separator", "aria-label": day }, h("span", {}, day)));
      }
      entry.article.tabIndex = -1;
      before = entry;
    }
    if (before && !this.list.contains(document.activeElement)) before.article.tabIndex = 0;
    else document.activeElement?.closest?.(".message")?.setAttribute("tabindex", "0");
  }

  intro() {
    this.beginning ??= h("div", { class: "beginning" });
    const name = this.channel?.direct ? this.channel.name : `#${this.channel?.name ?? ""}`;
    this.beginning.replaceChildren(
      h("div", { class: "beginning-sign", "aria-hidden": "true" }, icon(this.channel?.direct ? "smile" : this.channel?.private ? "lock" : "hash")),
      h("h3", {}, t(this.channel?.direct ? "emptyDirect" : "empty", { channel: name })),
      ...(this.entries.length || !this.channel?.can_write ? [] : [h("p", {}, t("emptyHint"))]));
    if (this.list.firstChild !== this.beginning) this.list.prepend(this.beginning);
  }

  key(e) {
    if ((e.key === "F10" && e.shiftKey) || e.key === "ContextMenu") {
      this.context(e);
      return;
    }
    if (!e.target.matches?.(".message")) return;
    const at = this.entries.findIndex((x) => x.article === e.target);
    const to = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: this.entries.length - 1 }[e.key];
    if (to === undefined || !this.entries[to]) return;
    e.preventDefault();
    e.target.tabIndex = -1;
    this.entries[to].article.tabIndex = 0;
    this.entries[to].article.focus();
  }

  context(e) {
    const article = e.target.closest?.(".message");
    if (!article || e.target.closest("a, input, textarea") || String(getSelection())) return;
    e.preventDefault();
    this.pane.messageMenu(this.byId.get(article.dataset.id), article.querySelector(".message-menu"));
  }
}

function focusKey(el) {
  const names = { control: "data-control", value: "data-value", testid: "data-testid" };
  for (const [key, attribute] of Object.entries(names)) if (el.dataset?.[key]) return `[${attribute}="${CSS.escape(el.dataset[key])}"]`;
  return "";
}

function later(a, b) {
  const difference = Date.parse(a.at) - Date.parse(b.at);
  if (difference !== 0) return difference > 0;
  return a.id.length !== b.id.length ? a.id.length > b.id.length : a.id > b.id;
}

function together(a, b) {
  return a.message.author === b.message.author && !a.message.private && !b.message.private && !b.message.native?.interaction_metadata && !b.message.native?.referenced_message && b.at - a.at < groupWithin;
}
