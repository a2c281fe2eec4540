// The other fields of forms and cards: text, dates, boxes to tick. Each has a
// node, get() → values, focus(), and the element that a label names.

import { h, freshId } from "./dom.js";
import { t } from "./i18n.js";

/** A line or a box of text. kind is an input type, or "area". */
export function textField({ kind = "text", value = "", placeholder, min, max, control, commit, label }) {
  const area = kind === "area";
  const el = h(area ? "textarea" : "input", {
    class: "field-text", type: area ? undefined : kind, rows: area ? 4 : undefined, value, placeholder, maxlength: max,
    autocomplete: "off", "aria-label": label, data: { control },
    on: commit ? { change: () => commit([el.value], el) } : {},
  });
  return {
    node: el, labelled: el, min,
    get: () => (el.value === "" ? [] : [el.value]),
    set: (values) => (el.value = values[0] ?? ""),
    focus: () => el.focus(),
  };
}

/** A moment, given and taken as seconds since 1970. */
export function momentField({ unix, control, commit, label }) {
  const local = (s) => new Date((s - new Date(s * 1000).getTimezoneOffset() * 60) * 1000).toISOString().slice(0, 16);
  const field = textField({ kind: "datetime-local", value: unix ? local(unix) : "", control, label });
  const get = () => (field.node.value ? [String(Math.floor(new Date(field.node.value).getTime() / 1000))] : []);
  if (commit) field.node.addEventListener("change", () => commit(get(), field.node));
  return { ...field, get, set: (values) => (field.node.value = values[0] ? local(Number(values[0])) : "") };
}

/** Boxes to tick or one of several to choose. Options are {value, label, description}, of nodes or text. */
export function choices({ type, options, initial = [], control, label, commit, disabled }) {
  const name = freshId("choice");
  const boxes = options.map((o) => h("input", {
    type, name, value: o.value, checked: initial.includes(o.value), disabled: Boolean(disabled), data: { control },
    on: commit ? { change: (e) => commit(get(), e.target) } : {},
  }));
  const get = () => boxes.filter((b) => b.checked).map((b) => b.value);
  const node = h("div", { class: "choices", role: type === "radio" ? "radiogroup" : "group", "aria-label": label },
    options.map((o, i) => h("label", { class: "choice" }, boxes[i], h("span", {}, h("span", {}, o.label), o.description ? h("small", {}, o.description) : null))));
  return {
    node, labelled: node, get,
    set: (values) => boxes.forEach((b) => (b.checked = values.includes(b.value))),
    focus: () => (boxes.find((b) => b.checked) ?? boxes[0])?.focus(),
  };
}

/** One box, which says "true" or "false". */
export function tick({ initial, control, label }) {
  const box = h("input", { type: "checkbox", checked: Boolean(initial), data: { control } });
  const node = h("label", { class: "choice" }, box, h("span", {}, label || t("yes")));
  return { node, labelled: box, get: () => [String(box.checked)], set: (v) => (box.checked = v[0] === "true"), focus: () => box.focus() };
}

/** A field around a picker. */
export function pickerField(picker) {
  return {
    node: picker.node, labelled: picker.button, get: () => picker.get(), focus: () => picker.focus(),
    set: (values) => {
      picker.values = values;
      picker.showFace();
    },
  };
}

/** A notice in place of a field that the sandbox cannot offer. */
export function notice(text) {
  const node = h("p", { class: "field-notice", tabindex: "-1" }, text);
  return { node, labelled: node, get: () => [], set: () => {}, focus: () => node.focus() };
}
