// The parts of a Discord message that are older than Components V2: embeds,
// attachments and native polls.

import { h, fragment, link } from "./dom.js";
import { t } from "./i18n.js";
import { markdown } from "./markdown.js";
import { picture, fileCard } from "./media.js";
import { timeElement } from "./clock.js";
import { hex, mediaURL, sign } from "./discord.js";

/** The embeds of a message. */
export function embeds(native, cx) {
  return fragment((native.embeds ?? []).map((e) => embed(e, cx)));
}

function embed(e, cx) {
  const words = [
    e.author?.name ? h("div", { class: "embed-author" }, e.author.url ? link(e.author.url, e.author.name) : e.author.name) : null,
    e.title ? h("div", { class: "embed-title" }, e.url ? link(e.url, markdown(e.title, cx.names)) : markdown(e.title, cx.names)) : null,
    e.description ? h("div", { class: "text" }, markdown(e.description, cx.names)) : null,
    e.fields?.length ? h("dl", { class: "embed-fields" }, e.fields.map((f) => h("div", { class: f.inline ? "is-inline" : "" },
      h("dt", {}, markdown(f.name, cx.names)), h("dd", {}, markdown(f.value, cx.names))))) : null,
    e.image?.url ? picture(mediaURL(e.image, cx), e.image.description, "embed-image") : null,
    e.footer?.text || e.timestamp ? h("div", { class: "embed-foot" }, e.footer?.text ?? "", e.footer?.text && e.timestamp ? " • " : "",
      e.timestamp ? timeElement(new Date(e.timestamp), "f", "plain-moment") : "") : null,
  ];
  const el = h("div", { class: "embed" }, h("div", { class: "embed-words" }, words),
    e.thumbnail?.url ? picture(mediaURL(e.thumbnail, cx), e.thumbnail.description, "thumbnail") : null);
  if (Number.isInteger(e.color)) el.style.setProperty("--accent", hex(e.color));
  return el;
}

/** The files of a message that no component shows. */
export function attachments(list) {
  return fragment(list.map((a) => ((a.content_type ?? "").startsWith("image/")
    ? picture(a.url, a.description ?? a.filename, "attachment") : fileCard(a.url, a.filename ?? t("file"), a.size))));
}

/** A poll of Discord's own; the sandbox shows it but nobody votes in it. */
export function poll(native, cx) {
  if (!native.poll) return fragment();
  const counts = new Map((native.poll.results?.answer_counts ?? []).map((c) => [c.id, c.count]));
  return h("div", { class: "container" },
    h("div", { class: "embed-title" }, markdown(native.poll.question?.text, cx.names)),
    h("ul", { class: "md-list" }, (native.poll.answers ?? []).map((a) => h("li", {}, sign(a.poll_media?.emoji), " ", a.poll_media?.text ?? "", " — ", t("votes", { n: counts.get(a.answer_id) ?? 0 })))));
}
