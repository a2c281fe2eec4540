// A menu to choose from: a button that opens a list. It serves Discord's and
// Slack's selects of every kind, one value or several.

import { h, freshId, placeBeside } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

const searchFrom = 8; // options from which a search field helps

/**
 * Options are {value, label, description, sign, group, picture}. commit is
 * called with the values once they changed: at once for a menu of one, when
 * the list closes for a menu of several.
 */
export class Picker {
  constructor({ label, placeholder, options, min = 1, max = 1, initial = [], control, disabled, commit, look = "" }) {
    Object.assign(this, { label, options, min, max, commit });
    this.placeholder = placeholder || t("choose");
    this.values = initial.filter((v) => options.some((o) => o.value === v));
    this.face = h("span", { class: "picker-face" });
    this.button = h("button", {
      type: "button", class: `picker-button ${look}`, "aria-haspopup": "listbox", "aria-expanded": "false", disabled: Boolean(disabled),
      data: { control }, on: { click: () => this.toggle(), keydown: (e) => this.openByKey(e) },
    }, this.face, icon("down"));
    this.node = h("span", { class: "picker" }, this.button);
    this.showFace();
  }

  get() {
    return [...this.values];
  }

  focus() {
    this.button.focus();
  }

  showFace() {
    const chosen = this.values.map((v) => this.options.find((o) => o.value === v)).filter(Boolean);
    const words = chosen.map((o) => [o.sign, o.label].filter(Boolean).join(" ")).join(", ");
    this.face.textContent = words || this.placeholder;
    this.face.classList.toggle("is-empty", !words);
    this.button.setAttribute("aria-label", [this.label, words || this.placeholder].filter(Boolean).join(": "));
  }

  openByKey(e) {
    if (e.key !== "ArrowDown" && e.key !== "ArrowUp") return;
    e.preventDefault();
    this.open();
  }

  toggle() {
    if (this.popover) this.close();
    else if (this.button.getAttribute("aria-disabled") !== "true") this.open();
  }

  open() {
    if (this.popover) return;
    this.before = this.get();
    this.list = h("ul", { class: "picker-list", role: "listbox", id: freshId("list"), tabindex: "-1", "aria-label": this.label || this.placeholder, "aria-multiselectable": this.max > 1 ? "true" : undefined });
    const long = this.options.length >= searchFrom;
    this.search = long ? h("input", {
      class: "picker-search", type: "text", role: "combobox", "aria-label": t("search"), placeholder: t("search"), autocomplete: "off",
      "aria-expanded": "true", "aria-controls": this.list.id, on: { input: () => this.fill() },
    }) : null;
    const done = this.max > 1 ? h("button", { type: "button", class: "picker-done", on: { click: () => this.close() } }, t("done")) : null;
    this.popover = h("div", { class: "picker-popover", popover: "auto", on: { keydown: (e) => this.key(e), toggle: (e) => e.newState === "closed" && this.closed() } }, this.search, this.list, done);
    this.node.append(this.popover);
    this.fill();
    this.popover.showPopover();
    placeBeside(this.popover, this.button, 220);
    this.button.setAttribute("aria-expanded", "true");
    (this.search ?? this.list).focus();
  }

  fill() {
    const sought = (this.search?.value ?? "").trim().toLocaleLowerCase();
    this.shown = this.options.filter((o) => `${o.label} ${o.description ?? ""}`.toLocaleLowerCase().includes(sought));
    let group = "";
    const rows = [];
    for (const option of this.shown) {
      if (option.group && option.group !== group) rows.push(h("li", { class: "picker-group", role: "presentation" }, option.group));
      group = option.group ?? "";
      rows.push(this.row(option));
    }
    this.list.replaceChildren(...(rows.length ? rows : [h("li", { class: "picker-none", role: "presentation" }, t("nothingFound"))]));
    this.activate(Math.max(0, this.shown.findIndex((o) => this.values.includes(o.value))));
  }

  row(option) {
    const chosen = this.values.includes(option.value);
    const full = !chosen && this.max > 1 && this.values.length >= this.max;
    return h("li", {
      class: "picker-option", role: "option", id: freshId("option"), "aria-selected": String(chosen), "aria-disabled": full ? "true" : undefined,
      data: { value: option.value }, on: { click: () => this.choose(option), pointermove: () => this.activate(this.shown.indexOf(option)) },
    },
    option.picture?.() ?? (option.sign ? h("span", { class: "picker-sign", "aria-hidden": "true" }, option.sign) : null),
    h("span", { class: "picker-words" }, h("span", {}, option.label), option.description ? h("small", {}, option.description) : null),
    h("span", { class: "picker-tick", "aria-hidden": "true" }, chosen ? "✓" : ""));
  }

  activate(index) {
    this.active = index;
    const rows = this.list.querySelectorAll("[role=option]");
    rows.forEach((row, i) => row.classList.toggle("is-active", i === index));
    const current = rows[index];
    (this.search ?? this.list).setAttribute("aria-activedescendant", current?.id ?? "");
    if (this.popover.matches(":popover-open")) current?.scrollIntoView({ block: "nearest" });
  }

  key(e) {
    const moves = { ArrowDown: 1, ArrowUp: -1 };
    if (e.key in moves && this.shown.length) {
      this.activate((this.active + moves[e.key] + this.shown.length) % this.shown.length);
    } else if (e.key === "Enter" || (e.key === " " && !this.search)) {
      if (e.target.matches(".picker-done")) return;
      if (this.shown[this.active]) this.choose(this.shown[this.active]);
    } else if (e.key === "Escape") {
      this.close();
    } else if (e.key === "Tab") {
      this.close();
      return;
    } else {
      return;
    }
    e.preventDefault();
    e.stopPropagation(); // Escape closes the list, not the form around it
  }

  choose(option) {
    const had = this.values.includes(option.value);
    if (this.max > 1) {
      if (!had && this.values.length >= this.max) return;
      this.values = had ? this.values.filter((v) => v !== option.value) : [...this.values, option.value];
      const active = this.active;
      this.fill();
      this.activate(active);
      return;
    }
    this.values = had && this.min === 0 ? [] : [option.value];
    this.chose = true; // a menu of one may be answered again with the same
    this.close();
  }

  close() {
    this.popover?.hidePopover();
  }

  closed() {
    const popover = this.popover;
    if (!popover) return;
    const inside = popover.contains(document.activeElement) || document.activeElement === document.body;
    this.popover = null;
    popover.remove();
    this.button.setAttribute("aria-expanded", "false");
    if (this.values.length < this.min && this.max > 1 && this.commit) this.values = this.before;
    this.showFace();
    if (inside) this.button.focus();
    const same = this.values.length === this.before.length && this.values.every((v) => this.before.includes(v));
    if (this.commit && (!same || this.chose)) this.commit(this.get(), this.button);
    this.chose = false;
  }
}
