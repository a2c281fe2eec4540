// Reads a Discord modal into a form: text inputs in rows or labels, selects,
// boxes and texts.

import { t } from "./i18n.js";
import { Picker } from "./picker.js";
import { textField, choices, tick, pickerField, notice } from "./widgets.js";
import { component, selectInitial, selectOptions } from "./discord.js";

/** {title, submit, close, parts}, where a part is a node or a field. */
export function discordForm(modal, cx) {
  const parts = (modal.native.components ?? []).flatMap((c) => part(c, cx));
  return { title: modal.native.title ?? "", submit: t("submit"), close: t("cancel"), parts };
}

function part(c, cx) {
  if (c.type === 1) return (c.components ?? []).map((inner) => field(inner, inner.label, "", cx));
  if (c.type === 18 && c.component) return [field(c.component, c.label, c.description, cx)];
  return [{ node: component(c, cx) }];
}

function field(c, label, hint, cx) {
  // Ticking boxes is optional only if none must be ticked.
  const required = c.required !== false && c.type !== 23 && (c.min_values ?? 1) > 0;
  return { key: c.custom_id, label: label ?? "", hint, required, min: c.min_length, widget: widget(c, label, cx) };
}

function widget(c, label, cx) {
  switch (c.type) {
    case 4:
      return textField({ kind: c.style === 2 ? "area" : "text", value: c.value ?? "", placeholder: c.placeholder, min: c.min_length, max: c.max_length ?? 4000, control: c.custom_id });
    case 3: case 5: case 6: case 7: case 8:
      return pickerField(new Picker({
        label, placeholder: c.placeholder, control: c.custom_id, options: selectOptions(c, cx), look: "wide",
        min: c.required === false ? 0 : c.min_values ?? 1, max: c.max_values ?? 1, initial: selectInitial(c),
      }));
    case 21: case 22:
      return choices({
        type: c.type === 21 ? "radio" : "checkbox", label, control: c.custom_id, options: c.options ?? [],
        initial: (c.options ?? []).filter((o) => o.default).map((o) => o.value),
      });
    case 23:
      return tick({ initial: c.default, control: c.custom_id, label });
    case 19:
      return notice(t("noFiles"));
    default:
      return notice(t("unshown", { type: `component ${c.type}` }));
  }
}
