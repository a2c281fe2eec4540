// One message, around the body that its platform draws.

import { h, fragment } from "./dom.js";
import { avatar, icon } from "./icons.js";
import { t } from "./i18n.js";
import { stamp, timeElement } from "./clock.js";
import { emoji } from "./emoji.js";

/** The article of an entry {message, at, error}. */
export function drawMessage(entry, pane) {
  const { message, at } = entry;
  const author = pane.person(message.author) ?? { name: message.native?.author?.username ?? message.native?.username ?? "?", bot: Boolean(message.native?.bot_id) };
  const name = author.display || author.name;
  const discord = pane.platform === "discord";
  const article = h("article", {
    class: "message", tabindex: "-1", test: "message", "aria-label": `${name}, ${stamp(at, "t")}`,
    data: { id: message.id, author: author.name, private: message.private ? "true" : undefined },
  },
  tools(entry, pane),
  discord ? usedLine(message, pane) : fragment(),
  h("div", { class: "gutter" }, avatar(author), h("span", { class: "gutter-time", "aria-hidden": "true" }, stamp(at, "t"))),
  h("div", { class: "message-main" },
    !discord && message.private ? privateMark(message, pane) : null,
    h("div", { class: "message-head" }, h("span", { class: "author" }, name), author.bot ? h("span", { class: "badge" }, t("app")) : null, timeElement(at, "t", "head-time")),
    message.thread && message.thread !== message.id ? h("div", { class: "thread-mark" }, icon("reply"), t("inThread")) : null,
    body(message, name, pane),
    reactions(message, pane),
    discord && message.private ? privateMark(message, pane) : null,
    entry.error ? h("p", { class: "message-error", role: "alert", test: "message-error" }, icon("warn"), entry.error) : null));
  if (message.private) article.classList.add("is-private");
  return article;
}

function body(message, name, pane) {
  const el = h("div", { class: "body" });
  if (message.waiting) {
    el.append(h("p", { class: "waiting", test: "waiting" }, h("span", { class: "waiting-dots", "aria-hidden": "true" }, h("i"), h("i"), h("i")), t(pane.platform === "discord" ? "thinkingDiscord" : "thinkingSlack", { name })));
    return el;
  }
  el.append(pane.drawBody(message));
  if (message.edited) el.append(h("small", { class: "edited" }, t("edited")));
  return el;
}

// What stands above a Discord message: the command it answers, or the message.
function usedLine(message, pane) {
  const native = message.native ?? {};
  const cause = native.interaction_metadata ?? native.interaction;
  const command = native.interaction?.name ?? native.interaction_metadata?.name;
  if (cause?.user && command) {
    const user = pane.person(cause.user.id) ?? { name: cause.user.global_name || cause.user.username };
    return h("div", { class: "above" }, avatar(user, "tiny"), h("span", {}, t("used", { name: user.display || user.name }), " ", h("b", {}, `/${command}`)));
  }
  const answered = native.referenced_message;
  if (!answered) return fragment();
  const user = pane.person(answered.author?.id) ?? { name: answered.author?.username };
  return h("div", { class: "above" }, avatar(user, "tiny"), h("span", {}, h("b", {}, user.display || user.name), " ", excerpt(answered)));
}

// The first words of a message, for a line that answers it.
function excerpt(native) {
  const words = native.content || firstText(native.components) || "";
  return words.split("\n")[0].replace(/^#+ |[*`\\]/g, "").slice(0, 80);
}

function firstText(components) {
  for (const c of components ?? []) {
    const found = c.type === 10 ? c.content : firstText(c.components);
    if (found) return found;
  }
  return "";
}

function privateMark(message, pane) {
  const discord = pane.platform === "discord";
  return h("p", { class: "private", test: "private" }, icon("eye"), h("span", {}, t(discord ? "privateDiscord" : "privateSlack")), h("span", { "aria-hidden": "true" }, " • "),
    h("button", { type: "button", class: "linklike", test: "dismiss", on: { click: () => pane.dismiss(message.id) } }, t(discord ? "dismissDiscord" : "dismissSlack")));
}

function reactions(message, pane) {
  const list = message.native?.reactions ?? [];
  if (!list.length) return null;
  return h("div", { class: "reactions" }, list.map((r) => {
    const name = r.name ?? r.emoji?.name ?? "";
    const sign = r.emoji ? (r.emoji.id ? `:${r.emoji.name}:` : r.emoji.name) : emoji(name) ?? `:${name}:`;
    const mine = r.me ?? r.users?.includes(pane.me?.id);
    return h("button", {
      type: "button", class: `reaction ${mine ? "is-mine" : ""}`, test: "reaction", "aria-label": t("reactions", { emoji: sign, n: r.count }),
      on: { click: () => pane.react(message, name) },
    }, h("span", { class: "emoji" }, sign), h("span", {}, String(r.count)));
  }));
}

function tools(entry, pane) {
  if (entry.message.private && !pane.shortcuts.length) return null;
  const button = h("button", {
    type: "button", class: "icon-button message-menu", test: "message-menu", "aria-haspopup": "menu", "aria-expanded": "false", "aria-label": t("menu"),
    on: { click: () => pane.messageMenu(entry, button) },
  }, icon("dots"));
  return h("div", { class: "tools" }, button);
}
