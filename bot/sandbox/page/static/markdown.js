// Discord's markdown, drawn as elements. Written from Discord's published
// description of its markdown and message formatting.

import { h, fragment, link, webAddress } from "./dom.js";
import { t } from "./i18n.js";
import { timeElement } from "./clock.js";

const maxDepth = 8;

/** The nodes of a text. names resolves mentions: person, channel, role. */
export function markdown(text, names) {
  const out = fragment();
  let rest = String(text ?? "");
  const fence = /```(?:([\w+#.-]*)\n)?([\s\S]+?)```/;
  for (let m = fence.exec(rest); m; m = fence.exec(rest)) {
    out.append(blocks(rest.slice(0, m.index).replace(/\n$/, ""), names));
    out.append(h("pre", { class: "code-block" }, h("code", {}, m[2].replace(/^\n|\n$/g, ""))));
    rest = rest.slice(m.index + m[0].length).replace(/^\n/, "");
  }
  out.append(blocks(rest, names));
  return out;
}

function blocks(text, names) {
  const out = fragment();
  const lines = text === "" ? [] : text.split("\n");
  let plain = [];
  const flush = () => {
    if (plain.length) out.append(h("div", { class: "para" }, inline(plain.join("\n"), names)));
    plain = [];
  };
  for (let i = 0; i < lines.length; ) {
    const found = heading(lines, i, names) ?? quote(lines, i, names) ?? list(lines, i, names);
    if (!found) {
      plain.push(lines[i]);
      i += 1;
      continue;
    }
    flush();
    out.append(found.node);
    i = found.next;
  }
  flush();
  return out;
}

function heading(lines, i, names) {
  const m = /^(#{1,3}|-#) +(.+)$/.exec(lines[i]);
  if (!m) return null;
  const level = m[1] === "-#" ? 0 : m[1].length;
  // The page's own headings end at 3: those of a card come below.
  const node = level === 0
    ? h("div", { class: "subtext" }, inline(m[2], names))
    : h(`h${level + 3}`, { class: `md-h${level}` }, inline(m[2], names));
  return { node, next: i + 1 };
}

function quote(lines, i, names) {
  if (lines[i].startsWith(">>> ")) {
    const inner = [lines[i].slice(4), ...lines.slice(i + 1)].join("\n");
    return { node: h("blockquote", {}, blocks(inner, names)), next: lines.length };
  }
  let next = i;
  while (next < lines.length && /^> ?/.test(lines[next]) && !lines[next].startsWith(">>>")) next += 1;
  if (next === i) return null;
  const inner = lines.slice(i, next).map((l) => l.replace(/^> ?/, "")).join("\n");
  return { node: h("blockquote", {}, blocks(inner, names)), next };
}

const bullet = /^( *)([-*]|\d{1,9}\.) +(.*)$/;

function list(lines, i, names) {
  const first = bullet.exec(lines[i]);
  if (!first) return null;
  const depth = first[1].length;
  const numbered = /\d/.test(first[2]);
  const node = h(numbered ? "ol" : "ul", { class: "md-list", start: numbered ? parseInt(first[2], 10) : undefined });
  let next = i;
  while (next < lines.length) {
    const m = bullet.exec(lines[next]);
    if (!m || m[1].length < depth) break;
    const deeperStill = m[1].length > depth + 1 && node.lastChild;
    if (!deeperStill && /\d/.test(m[2]) !== numbered) break;
    if (deeperStill) {
      const deeper = list(lines, next, names);
      node.lastChild.append(deeper.node);
      next = deeper.next;
      continue;
    }
    node.append(h("li", {}, inline(m[3], names)));
    next += 1;
  }
  return { node, next };
}

const wraps = [
  [/^\*\*\*([\s\S]+?)\*\*\*(?!\*)/, ["strong", "em"]],
  [/^\*\*([\s\S]+?)\*\*(?!\*)/, ["strong"]],
  [/^__([\s\S]+?)__(?!_)/, ["u"]],
  [/^\*(?=\S)((?:\*\*|\\[\s\S]|\s+(?:\\[\s\S]|[^\s*\\]|\*\*)|[^\s*\\])+?)\*(?!\*)/, ["em"]],
  [/^_(?!_)([\s\S]*?[^_])_(?![\w_])/, ["em"]],
  [/^~~([\s\S]+?)~~/, ["s"]],
];

/** The nodes of one run of text. */
export function inline(text, names, depth = 0) {
  const out = fragment();
  let plain = "";
  let before = "";
  const flush = () => {
    if (plain) out.append(plain);
    plain = "";
  };
  let rest = text;
  while (rest) {
    const token = depth < maxDepth ? read(rest, before, names, depth) : null;
    if (!token) {
      const run = /^[A-Za-z0-9 ,.\n]*?(?=https?:\/\/)|^[A-Za-z0-9 ,.\n]+|^[\s\S]/u.exec(rest)[0] || [...rest][0];
      plain += run;
      before = run;
      rest = rest.slice(run.length);
      continue;
    }
    if (token.text !== undefined) plain += token.text;
    else {
      flush();
      out.append(token.node);
    }
    before = rest.slice(0, token.length);
    rest = rest.slice(token.length);
  }
  flush();
  return out;
}

function read(rest, before, names, depth) {
  if (!/^[\\`<*_~|[h@]/.test(rest)) return null;
  const escaped = /^\\([!-/:-@[-`{-~])/.exec(rest);
  if (escaped) return { text: escaped[1], length: 2 };
  return code(rest) ?? angle(rest, names) ?? wrapped(rest, before, names, depth) ?? masked(rest, names, depth) ?? bare(rest) ?? everyone(rest);
}

function code(rest) {
  const m = /^(`{1,2})(?!`)([\s\S]*?[^`])\1(?!`)/.exec(rest);
  return m && { node: h("code", { class: "code" }, m[2].trim() || m[2]), length: m[0].length };
}

function wrapped(rest, before, names, depth) {
  for (const [pattern, tags] of wraps) {
    if (rest[0] === "_" && /\w$/.test(before)) break; // snake_case is no emphasis
    const m = pattern.exec(rest);
    if (!m) continue;
    let node = inline(m[1], names, depth + 1);
    for (const tag of [...tags].reverse()) node = h(tag, {}, node);
    return { node, length: m[0].length };
  }
  const m = /^\|\|([\s\S]+?)\|\|/.exec(rest);
  return m && { node: spoiler(inline(m[1], names, depth + 1)), length: m[0].length };
}

/** Text hidden until it is pressed. */
export function spoiler(content) {
  const inner = h("span", { class: "spoiler-text", inert: true }, content);
  const el = h("button", { type: "button", class: "spoiler", "aria-label": t("spoiler") }, inner);
  el.addEventListener("click", () => {
    inner.inert = false;
    el.replaceWith(h("span", { class: "spoiler-open" }, ...inner.childNodes));
  });
  return el;
}

function angle(rest, names) {
  if (rest[0] !== "<") return null;
  const m = /^<(@[!&]?|#)(\d+)>/.exec(rest);
  if (m) {
    const name = { "@": names.person, "@!": names.person, "@&": names.role, "#": names.channel }[m[1]](m[2]);
    return { node: mention((m[1] === "#" ? "#" : "@") + name), length: m[0].length };
  }
  const at = /^<t:(-?\d{1,13})(?::([tTdDfFR]))?>/.exec(rest);
  if (at) return { node: timeElement(new Date(Number(at[1]) * 1000), at[2] ?? "f"), length: at[0].length };
  const custom = /^<a?:(\w{2,32}):\d+>/.exec(rest);
  if (custom) return { node: h("span", { class: "custom-emoji" }, `:${custom[1]}:`), length: custom[0].length };
  const command = /^<(\/[^:<>\n]{1,100}):\d+>/.exec(rest);
  if (command) return { node: mention(command[1]), length: command[0].length };
  const url = /^<(https?:\/\/[^\s<>]+)>/.exec(rest);
  return url && { node: link(url[1], url[1]), length: url[0].length };
}

/** A mention of someone or something. */
export function mention(text) {
  return h("span", { class: "mention" }, text);
}

function masked(rest, names, depth) {
  const m = /^\[((?:\\.|[^[\]\\])+)\]\(<?(https?:\/\/[^\s<>()]*(?:\([^\s<>()]*\)[^\s<>()]*)*)>?(?:\s+"[^"]*")?\)/.exec(rest);
  if (!m || !webAddress(m[2])) return null;
  return { node: link(m[2], inline(m[1], names, depth + 1)), length: m[0].length };
}

function bare(rest) {
  const m = /^https?:\/\/[^\s<>]*[^\s<>.,:;"')\]]/.exec(rest);
  return m && { node: link(m[0], m[0]), length: m[0].length };
}

function everyone(rest) {
  const m = /^@(everyone|here)/.exec(rest);
  return m && { node: mention(m[0]), length: m[0].length };
}
