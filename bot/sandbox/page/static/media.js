// Pictures and files of messages. Those kept by the sandbox's own servers are
// shown; one from elsewhere stands as a link, since the page fetches nothing
// from the network.

import { h, link, webAddress } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

const own = new Set([location.origin]);

/** Learns an address from which pictures may be loaded. */
export function trust(address) {
  const url = address && webAddress(address);
  if (url) own.add(new URL(url).origin);
}

/** A picture, or what stands for it. */
export function picture(address, description, className = "") {
  const url = webAddress(address);
  if (!url || !own.has(new URL(url).origin)) return stand(url, description, className);
  const img = h("img", { class: `picture ${className}`, src: url, alt: description ?? "", loading: "lazy" });
  img.addEventListener("error", () => img.replaceWith(stand(url, description, className)), { once: true });
  return img;
}

function stand(url, description, className) {
  const words = description || (url ? t("pictureAt", { host: new URL(url).host }) : t("picture"));
  const small = className.includes("thumbnail") && !description;
  const content = [icon("picture"), h("span", {}, small ? t("picture") : words)];
  const el = url ? link(url, content) : h("span", {}, content);
  el.classList.add("picture-stand", ...className.split(" ").filter(Boolean));
  el.title = words;
  return el;
}

/** A file one can open. */
export function fileCard(address, name, size) {
  const url = address && webAddress(address);
  const words = h("span", { class: "file-words" }, url ? link(url, name) : h("span", {}, name), size ? h("small", {}, bytes(size)) : null);
  return h("div", { class: "file-card" }, icon("file"), words);
}

function bytes(n) {
  const units = ["B", "kB", "MB", "GB"];
  let i = 0;
  let size = n;
  for (; size >= 1000 && i < units.length - 1; i += 1) size /= 1000;
  return `${size.toFixed(i && size < 10 ? 1 : 0)} ${units[i]}`;
}
