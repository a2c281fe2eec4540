// The interactive elements of Block Kit, in cards and in forms.

import { h, link } from "./dom.js";
import { avatar, icon } from "./icons.js";
import { t } from "./i18n.js";
import { plain, textObject } from "./mrkdwn.js";
import { Picker } from "./picker.js";
import { textField, momentField, choices, pickerField, notice } from "./widgets.js";

/** An element in a card: choosing in it is told to the bot at once. */
export function element(e, b, cx) {
  const press = (values, el) => cx.press({ control: e.action_id, block: b.block_id, values, element: el, confirm: e.confirm });
  if (e.type === "button" || e.type === "workflow_button") return button(e, press);
  if (e.type === "icon_button") return button({ ...e, style: undefined }, press);
  if (e.type === "overflow") return overflow(e, press);
  const field = widget(e, cx, press, plain(e.placeholder?.text ?? b.label?.text ?? b.text?.text ?? e.action_id ?? ""));
  return h("div", { class: `element element-${e.type}` }, field.node);
}

function button(e, press) {
  const look = `button ${e.style === "primary" || e.style === "danger" ? e.style : "secondary"}`;
  const words = plain(e.text?.text ?? "");
  const el = h("button", {
    type: "button", class: look, "aria-label": e.accessibility_label, data: { control: e.action_id },
    on: { click: () => {
      if (e.url) link(e.url).click();
      press([], el);
    } },
  }, h("span", { class: "label" }, words), e.url ? icon("open") : null);
  return el;
}

function overflow(e, press) {
  const picker = new Picker({ label: t("moreActions"), placeholder: "⋯", control: e.action_id, options: options(e), look: "overflow", commit: (values, el) => {
    picker.values = [];
    picker.showFace();
    press(values, el);
  } });
  return picker.node;
}

const kinds = { static: optionsOf, external: optionsOf, users: people, conversations: channels, channels };

function optionsOf(e) {
  return options(e);
}

/** The options of an element, groups laid flat. */
export function options(e) {
  const one = (o, group) => ({ value: o.value, label: plain(o.text?.text ?? ""), description: o.description ? plain(o.description.text ?? "") : "", group });
  if (e.option_groups?.length) return e.option_groups.flatMap((g) => (g.options ?? []).map((o) => one(o, plain(g.label?.text ?? ""))));
  return (e.options ?? []).map((o) => one(o));
}

function people(_, cx) {
  return cx.people().map((p) => ({ value: p.id, label: p.display || p.name, description: p.name, picture: () => avatar(p, "small") }));
}

function channels(_, cx) {
  return cx.channels().map((c) => ({ value: c.id, label: c.name, sign: "#" }));
}

function initial(e) {
  const many = e.initial_options?.map((o) => o.value) ?? e.initial_users ?? e.initial_channels ?? e.initial_conversations;
  const one = e.initial_option?.value ?? e.initial_user ?? e.initial_channel ?? e.initial_conversation;
  return many ?? (one ? [one] : []);
}

function select(e, cx, commit) {
  const [, multi, kind] = /^(multi_)?(\w+)_select$/.exec(e.type);
  const list = (kinds[kind] ?? optionsOf)(e, cx);
  return pickerField(new Picker({
    label: plain(e.placeholder?.text ?? ""), placeholder: plain(e.placeholder?.text ?? ""), control: e.action_id, options: list,
    min: multi ? 0 : 1, max: multi ? e.max_selected_items ?? Math.max(2, list.length) : 1, initial: initial(e), commit,
  }));
}

function boxes(e, cx, commit, label) {
  return choices({
    label, type: e.type === "checkboxes" ? "checkbox" : "radio", control: e.action_id, initial: initial(e), commit,
    options: (e.options ?? []).map((o) => ({ value: o.value, label: textObject(o.text, cx.names), description: o.description ? textObject(o.description, cx.names) : null })),
  });
}

const inputs = {
  plain_text_input: (e) => ({ kind: e.multiline ? "area" : "text", value: e.initial_value ?? "", min: e.min_length, max: e.max_length ?? 3000 }),
  rich_text_input: () => ({ kind: "area" }),
  email_text_input: (e) => ({ kind: "email", value: e.initial_value ?? "" }),
  url_text_input: (e) => ({ kind: "url", value: e.initial_value ?? "" }),
  number_input: (e) => ({ kind: "text", value: e.initial_value ?? "" }),
  datepicker: (e) => ({ kind: "date", value: e.initial_date ?? "" }),
  timepicker: (e) => ({ kind: "time", value: e.initial_time ?? "" }),
};

/** An element as a field; in a form that is sent whole commit is absent, and a label stands beside it. */
export function widget(e, cx, commit, label) {
  if (/_select$/.test(e.type)) return select(e, cx, commit);
  if (e.type === "checkboxes" || e.type === "radio_buttons") return boxes(e, cx, commit, label);
  if (e.type === "datetimepicker") return momentField({ unix: e.initial_date_time, control: e.action_id, commit, label });
  if (e.type === "file_input") return notice(t("noFiles"));
  const shape = inputs[e.type]?.(e);
  if (!shape) return notice(t("unshown", { type: e.type }));
  return textField({ ...shape, placeholder: plain(e.placeholder?.text ?? "") || undefined, control: e.action_id, commit, label });
}
