// Draws Discord's messages from their native form: Components V2, rows of
// components, and what is left of the classic parts. Component numbers are
// those of Discord's component reference.

import { h, fragment, link } from "./dom.js";
import { icon, avatar } from "./icons.js";
import { t } from "./i18n.js";
import { markdown, spoiler } from "./markdown.js";
import { picture, fileCard } from "./media.js";
import { Picker } from "./picker.js";
import { embeds, attachments, poll } from "./discordclassic.js";

/** The body of a message. cx names people and presses controls. */
export function drawDiscord(native, cx) {
  const out = fragment();
  const inner = { ...cx, files: native.attachments ?? [] };
  if (native.content) out.append(h("div", { class: "text" }, markdown(native.content, cx.names)));
  out.append(embeds(native, inner), poll(native, inner));
  const parts = native.components ?? [];
  for (const part of parts) out.append(component(part, inner));
  const used = JSON.stringify(parts) + JSON.stringify(native.embeds ?? []);
  out.append(attachments((native.attachments ?? []).filter((a) => !used.includes(a.url ?? "\n") && !used.includes(`attachment://${a.filename}`))));
  return out;
}

const kinds = {
  1: row, 2: button, 3: select, 5: select, 6: select, 7: select, 8: select,
  9: section, 10: text, 11: thumbnail, 12: gallery, 13: file, 14: separator, 17: container,
};

/** One component; what cannot be drawn says so and spoils nothing else. */
export function component(part, cx) {
  try {
    const draw = kinds[part.type];
    if (draw) return draw(part, cx);
  } catch (error) {
    console.error("component", part?.type, error);
  }
  return h("p", { class: "unshown" }, t("unshown", { type: `component ${part?.type}` }));
}

function row(part, cx) {
  return h("div", { class: "row" }, (part.components ?? []).map((c) => component(c, cx)));
}

function text(part, cx) {
  return h("div", { class: "text" }, markdown(part.content, cx.names));
}

function container(part, cx) {
  const body = h("div", { class: "container" }, (part.components ?? []).map((c) => component(c, cx)));
  if (Number.isInteger(part.accent_color)) {
    body.classList.add("has-accent");
    body.style.setProperty("--accent", hex(part.accent_color));
  }
  return part.spoiler ? spoiler(body) : body;
}

/** A Discord colour as CSS has it. */
export function hex(colour) {
  return `#${(colour & 0xffffff).toString(16).padStart(6, "0")}`;
}

function section(part, cx) {
  return h("div", { class: "section" },
    h("div", { class: "section-words" }, (part.components ?? []).map((c) => component(c, cx))),
    part.accessory ? h("div", { class: "section-side" }, component(part.accessory, cx)) : null);
}

function separator(part) {
  const space = part.spacing === 2 ? "is-wide" : "";
  return part.divider === false ? h("div", { class: `gap ${space}` }) : h("hr", { class: `separator ${space}` });
}

/** The address of a media item, which may name an attached file. */
export function mediaURL(media, cx) {
  const url = media?.url ?? "";
  if (!url.startsWith("attachment://")) return url;
  const name = url.slice("attachment://".length);
  return cx.files?.find((a) => a.filename === name)?.url ?? "";
}

function thumbnail(part, cx) {
  const node = picture(mediaURL(part.media, cx), part.description, "thumbnail");
  return part.spoiler ? spoiler(node) : node;
}

function gallery(part, cx) {
  const items = (part.items ?? []).map((item) => {
    const node = picture(mediaURL(item.media, cx), item.description, "gallery-item");
    return item.spoiler ? spoiler(node) : node;
  });
  return h("div", { class: `gallery gallery-${Math.min(items.length, 4)}` }, items);
}

function file(part, cx) {
  const url = mediaURL(part.file, cx);
  const kept = cx.files?.find((a) => a.url === url);
  const name = part.name ?? kept?.filename ?? part.file?.url?.split("/").pop() ?? t("file");
  const node = fileCard(url, name, part.size ?? kept?.size);
  return part.spoiler ? spoiler(node) : node;
}

/** An emoji object as text or as its name. */
export function sign(emoji) {
  if (!emoji?.name) return "";
  return emoji.id ? `:${emoji.name}:` : emoji.name;
}

const looks = { 1: "primary", 2: "secondary", 3: "success", 4: "danger", 5: "link", 6: "premium" };

function button(part, cx) {
  const face = [
    part.emoji?.name ? h("span", { class: "emoji", "aria-hidden": part.label ? "true" : undefined }, sign(part.emoji)) : null,
    part.label ? h("span", { class: "label" }, part.label) : null,
  ];
  const look = `button ${looks[part.style] ?? "secondary"}`;
  if (part.style === 5) {
    const el = part.disabled ? h("button", { type: "button", disabled: true }, face) : link(part.url, face);
    el.className = look;
    el.append(icon("open"));
    return el;
  }
  const el = h("button", {
    type: "button", class: look, disabled: Boolean(part.disabled) || part.style === 6, data: { control: part.custom_id },
    on: { click: () => cx.press({ control: part.custom_id, values: [], element: el }) },
  }, face);
  return el;
}

function select(part, cx) {
  const picker = new Picker({
    label: part.placeholder, placeholder: part.placeholder, control: part.custom_id, disabled: part.disabled, look: "wide",
    options: selectOptions(part, cx), min: part.min_values ?? 1, max: part.max_values ?? 1, initial: selectInitial(part),
    commit: (values, element) => cx.press({ control: part.custom_id, values, element }),
  });
  return h("div", { class: "select" }, picker.node);
}

export function selectInitial(part) {
  if (part.type === 3) return (part.options ?? []).filter((o) => o.default).map((o) => o.value);
  return (part.default_values ?? []).map((v) => v.id);
}

/** What a select of any type (3, 5, 6, 7, 8) offers. */
export function selectOptions(part, cx) {
  const people = () => cx.people().map((p) => ({ value: p.id, label: p.display || p.name, description: p.name, picture: () => avatar(p, "small") }));
  const roles = () => cx.roles().map((r) => ({ value: r.id, label: r.name, sign: "@" }));
  switch (part.type) {
    case 3: return (part.options ?? []).map((o) => ({ value: o.value, label: o.label, description: o.description, sign: sign(o.emoji) }));
    case 5: return people();
    case 6: return roles();
    case 7: return [...people(), ...roles()];
    default: return cx.channels().map((c) => ({ value: c.id, label: c.name, sign: "#" }));
  }
}
