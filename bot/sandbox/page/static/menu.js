// The menu of one message: reactions, the apps' shortcuts, delete.

import { h, freshId, placeBeside } from "./dom.js";

/** Opens a menu beside anchor. Entries are {label, test, run, sign} or {title}; those with sign stand in one row. */
export function openMenu({ parent, anchor, label, entries }) {
  const item = (e) => h("button", {
    type: "button", role: "menuitem", tabindex: "-1", class: `menu-item ${e.sign ? "menu-sign" : ""} ${e.danger ? "is-danger" : ""}`, test: e.test,
    "aria-label": e.sign ? e.label : undefined,
    on: { click: () => {
      menu.hidePopover();
      e.run();
    } },
  }, e.sign ?? e.label);
  const signs = entries.filter((e) => e.sign);
  const rows = entries.filter((e) => !e.sign).map((e) => (e.title ? h("div", { class: "menu-title", role: "presentation" }, e.title) : item(e)));
  const menu = h("div", { class: "menu", role: "menu", id: freshId("menu"), "aria-label": label, popover: "auto", on: {
    keydown: (e) => move(e, menu),
    toggle: (e) => {
      if (e.newState !== "closed") return;
      const inside = menu.contains(document.activeElement) || document.activeElement === document.body;
      menu.remove();
      anchor.setAttribute?.("aria-expanded", "false");
      if (inside && anchor.isConnected) anchor.focus();
    },
  } }, signs.length ? h("div", { class: "menu-signs", role: "presentation" }, signs.map(item)) : null, rows);
  parent.append(menu);
  anchor.setAttribute?.("aria-expanded", "true");
  menu.showPopover();
  placeBeside(menu, anchor, 0);
  menu.querySelector("[role=menuitem]")?.focus();
}

function move(e, menu) {
  const items = [...menu.querySelectorAll("[role=menuitem]")];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: items.length - 1 }[e.key];
  if (e.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  e.preventDefault();
  items[(to + items.length) % items.length]?.focus();
}
