// Slack's mrkdwn, drawn as elements. Written from Slack's published
// description of formatting message text.

import { h, fragment, link, webAddress } from "./dom.js";
import { emoji } from "./emoji.js";
import { mention } from "./markdown.js";
import { slackDate } from "./clock.js";

const maxDepth = 6;

/** Undoes the three escapes of Slack's texts. */
export function unescape(text) {
  return text.replace(/&(lt|gt|amp);/g, (_, name) => ({ lt: "<", gt: ">", amp: "&" })[name]);
}

/** A Slack text object, of either type. */
export function textObject(object, names) {
  if (!object) return "";
  if (object.type === "mrkdwn") return mrkdwn(object.text ?? "", names);
  return object.emoji === false ? unescape(object.text ?? "") : plain(object.text ?? "");
}

/** A text without markup, in which only short names count. */
export function plain(text) {
  return unescape(text).replace(/:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/g, (whole, name) => emoji(name) ?? whole);
}

/** The nodes of a text. names resolves mentions: person, channel, role. */
export function mrkdwn(text, names) {
  const out = fragment();
  let rest = String(text);
  const fence = /```([\s\S]+?)```/;
  for (let m = fence.exec(rest); m; m = fence.exec(rest)) {
    out.append(lines(rest.slice(0, m.index).replace(/\n$/, ""), names));
    out.append(h("pre", { class: "code-block" }, h("code", {}, unescape(m[1].replace(/^\n|\n$/g, "")))));
    rest = rest.slice(m.index + m[0].length).replace(/^\n/, "");
  }
  out.append(lines(rest, names));
  return out;
}

function lines(text, names) {
  const out = fragment();
  if (text === "") return out;
  const quoted = /^(?:&gt;|>)(?!&gt;|>) ?/;
  let group = [];
  let inQuote = false;
  const flush = () => {
    if (group.length) out.append(h(inQuote ? "blockquote" : "div", { class: "para" }, inline(group.join("\n"), names)));
    group = [];
  };
  for (const line of text.split("\n")) {
    const q = quoted.test(line);
    if (q !== inQuote) flush();
    inQuote = q;
    group.push(q ? line.replace(quoted, "") : line);
  }
  flush();
  return out;
}

const marks = { "*": "strong", _: "em", "~": "s" };

function inline(text, names, depth = 0) {
  const out = fragment();
  let words = "";
  const flush = () => {
    if (words) out.append(unescape(words));
    words = "";
  };
  let rest = text;
  let before = "";
  while (rest) {
    const token = depth < maxDepth ? read(rest, before, names, depth) : null;
    if (!token) {
      const run = /^[A-Za-z0-9 ,.\n]+|^[\s\S]/u.exec(rest)[0];
      words += run;
      before = run;
      rest = rest.slice(run.length);
      continue;
    }
    flush();
    out.append(token.node);
    before = rest.slice(0, token.length);
    rest = rest.slice(token.length);
  }
  flush();
  return out;
}

function read(rest, before, names, depth) {
  switch (rest[0]) {
    case "<":
      return angle(rest, names);
    case ":":
      return shortcode(rest);
    case "`": {
      const m = /^`([^`\n]+)`/.exec(rest);
      return m && { node: h("code", { class: "code" }, unescape(m[1])), length: m[0].length };
    }
    default:
      return marks[rest[0]] ? emphasis(rest, before, names, depth) : null;
  }
}

// A mark counts where a word begins and where one ends, as in Slack.
function emphasis(rest, before, names, depth) {
  if (/[\p{L}\p{N}]$/u.test(before)) return null;
  const mark = rest[0];
  const escaped = mark === "*" ? "\\*" : mark;
  const m = new RegExp(`^${escaped}(?!\\s)([^\\n]*?[^\\s])${escaped}(?![\\p{L}\\p{N}])`, "u").exec(rest);
  if (!m || m[1][0] === mark) return null;
  return { node: h(marks[mark], {}, inline(m[1], names, depth + 1)), length: m[0].length };
}

function shortcode(rest) {
  const m = /^:([a-z0-9_+'-]+(?:::skin-tone-\d)?):/.exec(rest);
  if (!m) return null;
  const sign = emoji(m[1]);
  if (!sign && /^\d+$/.test(m[1])) return null; // 10:30:45 is a time
  return { node: h("span", { class: sign ? "emoji" : "custom-emoji" }, sign ?? m[0]), length: m[0].length };
}

function angle(rest, names) {
  const m = /^<([^<>\n]+)>/.exec(rest);
  if (!m) return null;
  const [target, label] = split(m[1]);
  return { node: reference(target, label, names), length: m[0].length };
}

function split(body) {
  const at = body.indexOf("|");
  return at < 0 ? [body, ""] : [body.slice(0, at), body.slice(at + 1)];
}

function reference(target, label, names) {
  const words = plain(label);
  if (/^@[UW]/.test(target)) return mention(`@${names.person(target.slice(1), words)}`);
  if (/^#[CGD]/.test(target)) return mention(`#${names.channel(target.slice(1), words)}`);
  if (target.startsWith("!subteam^")) return mention(`@${names.role(target.slice(9), words.replace(/^@/, ""))}`);
  if (target.startsWith("!date^")) return moment(target, words);
  if (target.startsWith("!")) return mention(`@${target.slice(1).split("^")[0]}`);
  if (target.startsWith("mailto:")) return h("span", { class: "mail" }, words || target.slice(7));
  const url = unescape(target);
  return webAddress(url) ? link(url, words || url) : document.createTextNode(words || url);
}

function moment(target, fallback) {
  const [, unix, format, href] = target.split("^");
  const date = new Date(Number(unix) * 1000);
  if (!format || Number.isNaN(date.getTime())) return document.createTextNode(fallback);
  const live = format.includes("{ago}");
  const el = h("time", {
    class: "moment", datetime: date.toISOString(), title: slackDate(date, "{date_long} {time}"),
    data: live && format === "{ago}" ? { live: "1" } : {},
  }, slackDate(date, unescape(format)));
  return href ? link(unescape(href), el) : el;
}
