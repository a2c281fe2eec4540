// One platform's pane: its channels, who one is there, the channel shown.

import { h, freshId, debounce } from "./dom.js";
import { avatar, icon } from "./icons.js";
import { t } from "./i18n.js";
import { Control, Feed } from "./api.js";
import { setNow } from "./clock.js";
import { Composer } from "./composer.js";
import { MessageList } from "./messages.js";
import { Form, confirmDialog } from "./form.js";
import { openMenu } from "./menu.js";
import { plain, textObject } from "./mrkdwn.js";
import { drawDiscord } from "./discord.js";
import { discordForm } from "./discordform.js";
import { drawSlack } from "./slack.js";
import { slackForm } from "./slackform.js";
import { shortName } from "./emoji.js";

const quickSigns = ["👍", "🎉", "❤️", "😂", "👀"];

export class Pane {
  /** hooks: {onState, onPerson, onActivity} tell the page what it shows elsewhere. */
  constructor(platform, hooks) {
    Object.assign(this, { platform, hooks, people: new Map(), channels: [], roles: [], shortcuts: [], unread: new Set(), drafts: new Map(), acting: 0, forms: [], closedForms: new Set() });
    this.control = new Control(platform);
    this.dismissed = new Set(JSON.parse(sessionStorage.getItem(`dismissed-${platform}`) ?? "[]"));
    this.names = {
      person: (id, fallback) => this.person(id)?.display || this.person(id)?.name || fallback || t("someone"),
      channel: (id, fallback) => this.channels.find((c) => c.id === id)?.name ?? (fallback || t("channelSome")),
      role: (id, fallback) => this.roles.find((r) => r.id === id)?.name ?? (fallback || t("roleSome")),
    };
    this.cx = {
      names: this.names,
      people: () => [...this.people.values()].filter((p) => p.present !== false),
      channels: () => this.channels.filter((c) => !c.direct),
      roles: () => this.roles,
    };
    this.reload = debounce(60, () => this.load());
    this.feed = new Feed(this.control, { onOpen: () => this.opened(), onLost: () => this.status(null), onEvent: (e) => this.onEvent(e) });
    this.build();
  }

  build() {
    this.spaceName = h("h2", { class: "space-name" });
    this.state = h("p", { class: "status", test: "status", role: "status" });
    this.channelNav = h("nav", { class: "channels", "aria-label": t("channels") });
    this.whoami = h("select", { class: "whoami", test: "whoami", "aria-label": t("whoami", { pane: this.title }), on: { change: (e) => this.become(e.target.value, true) } });
    this.face = h("span", { class: "me-face" });
    this.goes = h("button", { type: "button", class: "icon-button me-goes", on: { click: () => this.comeOrGo() } });
    this.heading = h("header", { class: "channel-head" });
    this.list = new MessageList(this);
    this.typing = h("p", { class: "typing", "aria-live": "polite" });
    this.composer = new Composer({ send: (text) => this.say(text), complete: (text, signal) => this.control.complete({ kind: "command", channel: this.channel?.id ?? "", text }, signal) });
    this.dialogs = h("div", { class: "dialogs" });
    this.node = h("section", { class: `pane ${this.platform}`, id: freshId("pane"), test: `pane-${this.platform}`, "aria-label": this.title },
      h("div", { class: "side" }, h("header", { class: "space" }, this.spaceName, this.state), this.channelNav,
        h("div", { class: "me" }, this.face, this.whoami, this.goes)),
      h("div", { class: "main" }, this.heading, this.list.node, this.typing, this.composer.node), this.dialogs);
    this.status(null);
  }

  get title() {
    return t(this.platform === "discord" ? "paneDiscord" : "paneSlack");
  }

  person(id) {
    return this.people.get(id);
  }

  // ---- who one is, and what one sees -------------------------------------

  /** Starts as the person of that name, or as the first one there. */
  async start(name, channelName) {
    this.wanted = channelName;
    try {
      const state = await this.control.state();
      this.take(state);
    } catch {
      this.status(null);
      setTimeout(() => this.start(name, channelName), 1500);
      return;
    }
    const humans = this.humans();
    const one = humans.find((p) => p.name === name) ?? humans[0];
    if (one) this.become(one.id, false);
  }

  humans() {
    return [...this.people.values()].filter((p) => !p.bot);
  }

  /** Becomes someone of this pane; the others learn of it if it was chosen here. */
  become(id, chosenHere) {
    const person = this.people.get(id);
    if (!person || (this.me?.id === id && this.control.as === id)) return;
    this.me = person;
    this.control.as = id;
    this.list.clear();
    this.typing.textContent = "";
    this.composer.fail("");
    this.drawMe();
    this.hooks.onPerson(this, person, chosenHere);
    this.feed.start(); // which loads once it is open
    this.load();
  }

  opened() {
    this.reload();
  }

  async load() {
    const as = this.control.as;
    let state;
    try {
      state = await this.control.state();
    } catch {
      this.status(null);
      return;
    }
    if (as !== this.control.as) return;
    const names = JSON.stringify([[...this.people.values()], this.channels, this.roles, this.shortcuts]);
    this.take(state);
    const changed = names !== JSON.stringify([[...this.people.values()], this.channels, this.roles, this.shortcuts]);
    const channel = this.channels.find((c) => c.id === this.channel?.id) ?? this.channels.find((c) => c.name === this.wanted) ?? this.channels[0];
    await this.show(channel, changed);
  }

  take(state) {
    setNow(state.now);
    this.people = new Map((state.people ?? []).map((p) => [p.id, p]));
    this.channels = state.channels ?? [];
    this.roles = state.roles ?? [];
    this.shortcuts = state.shortcuts ?? [];
    this.me = this.people.get(this.control.as) ?? this.me;
    this.spaceName.textContent = state.space_name;
    this.status(state.connected);
    this.drawMe();
    this.hooks.onState(this);
  }

  status(connected) {
    const words = connected === null ? t("lost") : t(connected ? "botOn" : "botOff");
    this.state.dataset.connected = connected === null ? "lost" : String(connected);
    if (this.state.textContent !== words) this.state.replaceChildren(h("span", { class: "dot", "aria-hidden": "true" }), h("span", { class: "status-words" }, words));
  }

  drawMe() {
    const humans = this.humans();
    this.whoami.replaceChildren(...humans.map((p) => h("option", { value: p.id, selected: p.id === this.me?.id }, p.display || p.name)));
    this.face.replaceChildren(avatar(this.me, "small"));
    const gone = this.me?.present === false;
    const label = t(gone ? "join" : "leave");
    this.goes.replaceChildren(icon(gone ? "back" : "out"));
    Object.assign(this.goes.dataset, { testid: gone ? "join" : "leave" });
    this.goes.setAttribute("aria-label", label);
    this.goes.title = label;
  }

  async comeOrGo() {
    const result = await this.act({ kind: this.me?.present === false ? "join" : "leave", channel: "" });
    if (!result.ok) this.composer.fail(result.error || t("error"));
    this.reload();
  }

  // ---- channels ----------------------------------------------------------

  drawChannels() {
    const group = (title, list) => (list.length ? [h("h3", {}, title), h("ul", { role: "list" }, list.map((c) => h("li", {}, this.channelButton(c))))] : []);
    const focused = this.channelNav.contains(document.activeElement) ? document.activeElement.dataset.channel : null;
    this.channelNav.replaceChildren(...group(t("channels"), this.channels.filter((c) => !c.direct)), ...group(t("directs"), this.channels.filter((c) => c.direct)));
    if (focused) this.channelNav.querySelector(`[data-channel="${CSS.escape(focused)}"]`)?.focus();
  }

  channelButton(c) {
    const fresh = this.unread.has(c.id);
    const bot = [...this.people.values()].find((p) => p.bot);
    return h("button", {
      type: "button", class: `channel ${fresh ? "is-unread" : ""}`, test: `channel-${c.name}`, data: { channel: c.id },
      "aria-current": c.id === this.channel?.id ? "true" : undefined, on: { click: () => this.show(c) },
    }, c.direct ? avatar(bot ?? { name: c.name }, "tiny") : icon(c.private ? "lock" : "hash"), h("span", { class: "channel-name" }, c.name),
    c.private ? h("span", { class: "sr-only" }, ` (${t("privateChannel")})`) : null,
    fresh ? h("span", { class: "sr-only" }, ` (${t("unread")})`) : null);
  }

  async show(channel, redraw) {
    if (!channel) {
      this.drawChannels();
      this.gone();
      return;
    }
    const other = channel.id !== this.channel?.id;
    if (other) {
      if (this.channel) this.drafts.set(this.channel.id, this.composer.text);
      if (this.channel || this.drafts.has(channel.id)) this.composer.text = this.drafts.get(channel.id) ?? "";
      this.typing.textContent = "";
      this.composer.fail("");
      this.list.clear();
    }
    this.channel = channel;
    this.unread.delete(channel.id);
    this.drawChannels();
    const lead = icon(channel.direct ? "smile" : channel.private ? "lock" : "hash");
    this.heading.replaceChildren(h("h3", { class: "channel-title" }, lead, channel.name), channel.topic ? h("p", { class: "topic" }, plain(channel.topic)) : "");
    const title = channel.direct ? channel.name : `#${channel.name}`;
    this.composer.where(t("placeholder", { channel: title }), channel.can_write && this.me?.present !== false, this.me?.present === false ? t("gone", { name: this.me.display || this.me.name }) : t("cannotWrite"));
    if (other) this.hooks.onPerson(this, this.me, false);
    await this.loadMessages(channel, redraw);
  }

  gone() {
    this.channel = null;
    this.list.clear();
    const name = this.me?.display || this.me?.name || "";
    this.heading.replaceChildren(h("h3", { class: "channel-title" }, t("gone", { name })));
    this.composer.where(t("send"), false, t("gone", { name }));
  }

  async loadMessages(channel, redraw) {
    const as = this.control.as;
    const news = this.list.watch();
    try {
      const messages = await this.control.messages(channel.id);
      if (as !== this.control.as || this.channel?.id !== channel.id) return;
      if (redraw) this.list.redraw();
      this.list.load(channel, messages, news);
    } catch (error) {
      this.composer.fail(error.message);
    } finally {
      this.list.unwatch(news);
    }
  }

  // ---- what happens ------------------------------------------------------

  onEvent({ kind, channel, data }) {
    switch (kind) {
      case "message":
        this.onMessage(data, channel);
        break;
      case "deleted":
        this.list.remove(data.id);
        break;
      case "modal":
        this.openForm(data);
        break;
      case "clock":
        setNow(data);
        break;
      case "failed":
        this.failed(String(data));
        break;
      case "typing":
        this.isTyping(channel);
        break;
      default:
        this.reload();
    }
  }

  onMessage(message, channel) {
    const where = message.channel || channel;
    if (where === this.channel?.id) {
      this.typing.textContent = "";
      this.list.upsert(message);
    } else if (!this.channels.some((c) => c.id === where)) {
      this.reload(); // a conversation that is new to this person
      this.unread.add(where);
    } else if (!this.unread.has(where) && message.author !== this.me?.id) {
      this.unread.add(where);
      this.drawChannels();
    }
    if (message.author !== this.me?.id) this.hooks.onActivity(this);
  }

  isTyping(channel) {
    if (channel && channel !== this.channel?.id) return;
    const bot = [...this.people.values()].find((p) => p.bot);
    this.typing.textContent = t("typing", { name: bot?.display || bot?.name || "" });
    clearTimeout(this.typingTimer);
    this.typingTimer = setTimeout(() => (this.typing.textContent = ""), 5000);
  }

  // ---- what one does -----------------------------------------------------

  /** Acts and returns the Result; a sandbox that is away is an error like another. */
  async act(action) {
    let result;
    this.acting += 1;
    try {
      result = await this.control.act({ channel: this.channel?.id ?? "", ...action });
    } catch (error) {
      result = { ok: false, error: error instanceof TypeError ? t("noAnswer") : error.message };
    }
    this.acting -= 1;
    this.said = { error: result.error, at: Date.now() };
    if (this.held && this.held !== result.error) this.composer.fail(this.held);
    this.held = "";
    if (result.modal) this.openForm(result.modal);
    return result;
  }

  // The feed also tells of failures that the answer to an act will tell, or
  // has told, in its own place.
  failed(sentence) {
    if (this.acting) this.held = sentence;
    else if (sentence !== this.said?.error || Date.now() - this.said.at > 3000) this.composer.fail(sentence);
  }

  say(text) {
    this.list.toEnd();
    return this.act({ kind: text.startsWith("/") ? "command" : "message", text });
  }

  react(message, name) {
    return this.onMessageAct(message.id, { kind: "react", text: name });
  }

  dismiss(id) {
    this.dismissed.add(id);
    sessionStorage.setItem(`dismissed-${this.platform}`, JSON.stringify([...this.dismissed].slice(-500)));
    this.list.remove(id);
  }

  async onMessageAct(id, action) {
    this.list.fail(id, "");
    const result = await this.act({ ...action, message: id });
    if (!result.ok) this.list.fail(id, result.error || t("error"));
  }

  messageMenu(entry, anchor) {
    if (!entry || !anchor) return;
    const { message } = entry;
    const react = (sign) => ({ sign, label: t("react", { emoji: sign }), test: `react-${shortName(sign) ?? sign}`, run: () => this.react(message, this.platform === "slack" ? shortName(sign) ?? sign : sign) });
    const apps = this.shortcuts.map((s) => ({ label: s.label || s.name, test: `shortcut-${s.name}`, run: () => this.onMessageAct(message.id, { kind: "shortcut", control: s.name }) }));
    const mine = message.author === this.me?.id || this.me?.admin;
    openMenu({ parent: this.dialogs, anchor, label: t("menu"), entries: [
      ...(message.private ? [] : quickSigns.map(react)),
      ...(apps.length ? [{ title: t("shortcuts") }, ...apps] : []),
      ...(mine && !message.private ? [{ label: t("delete"), test: "delete", danger: true, run: () => this.onMessageAct(message.id, { kind: "delete" }) }] : []),
    ] });
  }

  drawBody(message) {
    const native = message.native ?? {};
    const cx = { ...this.cx, press: (p) => this.press(p, native, message.id) };
    return this.platform === "discord" ? drawDiscord(native, cx) : drawSlack(native, cx);
  }

  /** Presses a control of a message, or of a form if modal is given. */
  async press({ control, block, values, element, confirm }, native, message, modal) {
    if (element.getAttribute("aria-busy") === "true") return;
    if (confirm && !(await this.confirm(confirm))) return;
    element.setAttribute("aria-busy", "true");
    const action = { kind: "press", control: this.controlName(control, block, native), values };
    if (modal) {
      const form = this.forms.find((f) => f.id === modal);
      const result = await this.act({ ...action, modal, fields: form?.values() });
      if (!result.ok) form?.say(result.error || t("error"));
    } else {
      await this.onMessageAct(message, action);
    }
    element.setAttribute("aria-busy", "false");
  }

  // Slack lets blocks share an action_id; then the block tells them apart.
  controlName(control, block, native) {
    if (!block) return control;
    const times = JSON.stringify(native).split(`"action_id":${JSON.stringify(control)}`).length - 1;
    return times > 1 ? `${block}/${control}` : control;
  }

  confirm(c) {
    return confirmDialog(this.dialogs, {
      title: plain(c.title?.text ?? ""), text: textObject(c.text, this.names), yes: plain(c.confirm?.text ?? t("yes")), no: plain(c.deny?.text ?? t("no")),
      danger: c.style === "danger", look: this.platform,
    });
  }

  /** Opens the bot's form, or shows anew the one that it changed. */
  openForm(modal) {
    const open = this.forms.find((f) => f.id === modal.id);
    if (open) {
      open.update(modal);
      return;
    }
    if (this.closedForms.has(modal.id)) return; // told twice, by the answer and by the feed
    const read = (m) => {
      const cx = { ...this.cx, press: (p) => this.press(p, m.native, "", m.id) };
      return this.platform === "discord" ? discordForm(m, cx) : slackForm(m, cx);
    };
    const form = new Form({
      modal, read, look: this.platform,
      send: (fields) => this.submit(modal.id, fields),
      leave: () => this.act({ kind: "close", modal: modal.id }),
    });
    form.onClosed = () => {
      this.closedForms.add(modal.id);
      this.forms = this.forms.filter((f) => f !== form);
      if (!this.forms.length && (!this.node.contains(document.activeElement) || document.activeElement === this.composer.field)) this.composer.focus();
    };
    this.forms.push(form);
    this.hooks.onForm(this);
    form.open(this.dialogs);
  }

  // A form that is taken and leaves none open took those below it along.
  async submit(id, fields) {
    const result = await this.act({ kind: "submit", modal: id, fields });
    if (result.ok && !result.modal) for (const below of this.forms.filter((f) => f.id !== id)) below.close();
    return result;
  }

  /** Ends the pane: the page is about to draw another. */
  end() {
    this.control.as = "";
    this.feed.stop();
    this.node.remove();
  }
}
