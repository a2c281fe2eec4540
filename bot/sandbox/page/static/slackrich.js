// Slack's rich_text block.

import { h, fragment, link } from "./dom.js";
import { emoji } from "./emoji.js";
import { mention } from "./markdown.js";
import { slackDate } from "./clock.js";

/** The nodes of a rich_text block. */
export function richText(block, names) {
  return fragment((block.elements ?? []).map((e) => part(e, names)));
}

function part(e, names) {
  const inner = () => (e.elements ?? []).map((x) => leaf(x, names));
  switch (e.type) {
    case "rich_text_list": {
      const items = (e.elements ?? []).map((item) => h("li", {}, (item.elements ?? []).map((x) => leaf(x, names))));
      const list = h(e.style === "ordered" ? "ol" : "ul", { class: "md-list", start: e.offset ? e.offset + 1 : undefined }, items);
      if (e.indent) list.style.marginInlineStart = `${e.indent * 1.5}em`;
      return list;
    }
    case "rich_text_preformatted":
      return h("pre", { class: "code-block" }, h("code", {}, inner()));
    case "rich_text_quote":
      return h("blockquote", {}, inner());
    default:
      return h("div", { class: "para" }, inner());
  }
}

const tags = [["bold", "strong"], ["italic", "em"], ["strike", "s"], ["underline", "u"]];

function leaf(e, names) {
  let node = bare(e, names);
  if (e.style?.code) node = h("code", { class: "code" }, node);
  for (const [style, tag] of tags) if (e.style?.[style]) node = h(tag, {}, node);
  return node;
}

function bare(e, names) {
  switch (e.type) {
    case "text": return e.text ?? "";
    case "link": return link(e.url, e.text || e.url);
    case "user": return mention(`@${names.person(e.user_id)}`);
    case "channel": return mention(`#${names.channel(e.channel_id)}`);
    case "usergroup": return mention(`@${names.role(e.usergroup_id)}`);
    case "broadcast": return mention(`@${e.range}`);
    case "emoji": return h("span", { class: "emoji" }, emoji(e.name ?? "") ?? `:${e.name}:`);
    case "date": return h("span", { class: "moment" }, slackDate(new Date(Number(e.timestamp) * 1000), e.format ?? "{date_long} {time}"));
    case "color": return h("code", { class: "code" }, e.value ?? "");
    default: return e.text ?? "";
  }
}
