// Draws Slack's messages from their native form: Block Kit, and text where
// there are no blocks. Names of blocks are those of Slack's block reference.

import { h, fragment, link } from "./dom.js";
import { t } from "./i18n.js";
import { markdown } from "./markdown.js";
import { mrkdwn, plain, textObject } from "./mrkdwn.js";
import { picture, fileCard } from "./media.js";
import { element } from "./slackelements.js";
import { richText } from "./slackrich.js";

/** The body of a message. cx names people and presses controls. */
export function drawSlack(native, cx) {
  const out = fragment();
  if (native.blocks?.length) out.append(...native.blocks.map((b) => block(b, cx)));
  else if (native.text) out.append(h("div", { class: "text" }, mrkdwn(native.text, cx.names)));
  for (const a of native.attachments ?? []) out.append(attachment(a, cx));
  for (const f of native.files ?? []) out.append(file(f));
  return out;
}

const kinds = {
  header: (b, cx) => h("h4", { class: "block-header" }, textObject(b.text, cx.names)),
  section,
  divider: () => h("hr", { class: "separator" }),
  context,
  actions: (b, cx) => h("div", { class: "row" }, (b.elements ?? []).map((e) => element(e, b, cx))),
  context_actions: (b, cx) => h("div", { class: "row" }, (b.elements ?? []).map((e) => element(e, b, cx))),
  image,
  input,
  rich_text: (b, cx) => h("div", { class: "text" }, richText(b, cx.names)),
  markdown: (b, cx) => h("div", { class: "text" }, markdown(b.text, cx.names)),
  video: (b, cx) => h("div", { class: "text" }, link(b.title_url ?? b.video_url, textObject(b.title, cx.names)), picture(b.thumbnail_url, b.alt_text, "attachment")),
  file: (b) => fileCard("", b.external_id ?? t("file")),
};

/** One block; what cannot be drawn says so and spoils nothing else. */
export function block(b, cx) {
  try {
    const draw = kinds[b.type];
    if (draw) return draw(b, cx);
  } catch (error) {
    console.error("block", b?.type, error);
  }
  return h("p", { class: "unshown" }, t("unshown", { type: b?.type }));
}

function section(b, cx) {
  const words = [
    b.text ? h("div", { class: "text" }, textObject(b.text, cx.names)) : null,
    b.fields?.length ? h("div", { class: "fields" }, b.fields.map((f) => h("div", { class: "text" }, textObject(f, cx.names)))) : null,
  ];
  const side = b.accessory?.type === "image" ? picture(b.accessory.image_url, b.accessory.alt_text, "thumbnail") : b.accessory && element(b.accessory, b, cx);
  return h("div", { class: "section" }, h("div", { class: "section-words" }, words), side ? h("div", { class: "section-side" }, side) : null);
}

function context(b, cx) {
  return h("div", { class: "context" }, (b.elements ?? []).map((e) => (e.type === "image"
    ? picture(e.image_url, e.alt_text, "context-picture") : h("span", {}, textObject(e, cx.names)))));
}

function image(b, cx) {
  return h("figure", { class: "block-image" }, b.title ? h("figcaption", {}, textObject(b.title, cx.names)) : null,
    picture(b.image_url ?? b.slack_file?.url, b.alt_text, "attachment"));
}

function input(b, cx) {
  return h("div", { class: "inline-input" }, h("div", { class: "field-label" }, textObject(b.label, cx.names)), element(b.element, b, cx));
}

function attachment(a, cx) {
  const colours = { good: "#2eb67d", warning: "#ecb22e", danger: "#e01e5a" };
  const body = h("div", { class: "slack-attachment" },
    a.pretext ? h("div", { class: "text" }, mrkdwn(a.pretext, cx.names)) : null,
    a.author_name ? h("div", { class: "embed-author" }, plain(a.author_name)) : null,
    a.title ? h("div", { class: "embed-title" }, a.title_link ? link(a.title_link, plain(a.title)) : plain(a.title)) : null,
    (a.blocks ?? []).map((b) => block(b, cx)),
    a.text ? h("div", { class: "text" }, mrkdwn(a.text, cx.names)) : null,
    a.fields?.length ? h("div", { class: "fields" }, a.fields.map((f) => h("div", { class: "text" }, h("strong", {}, plain(f.title ?? "")), h("br"), mrkdwn(f.value ?? "", cx.names)))) : null,
    a.image_url ? picture(a.image_url, a.fallback, "attachment") : null,
    a.footer ? h("div", { class: "context" }, plain(a.footer)) : null);
  const colour = colours[a.color] ?? (/^#?[0-9a-f]{6}$/i.test(a.color ?? "") ? `#${a.color.replace("#", "")}` : "");
  if (colour) body.style.setProperty("--accent", colour);
  return body;
}

function file(f) {
  if ((f.mimetype ?? "").startsWith("image/")) return picture(f.url_private ?? f.permalink, f.alt_txt ?? f.title ?? f.name, "attachment");
  return fileCard(f.url_private ?? f.permalink, f.title ?? f.name ?? t("file"), f.size);
}
