// Forms and questions, as real dialogs: focus stays inside, Escape closes,
// and focus returns to where it was.

import { h, freshId } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

/** One open modal of the bot. */
export class Form {
  /** read turns modal into {title, submit, close, parts}; send and leave return promises. */
  constructor({ modal, read, send, leave, look }) {
    Object.assign(this, { modal, read, send, leave });
    this.dialog = h("dialog", { class: `form ${look}`, test: "modal", "aria-labelledby": freshId("title"), on: {
      cancel: (e) => {
        if (e.target !== this.dialog) return;
        e.preventDefault();
        this.dismiss();
      },
    } });
    this.draw();
  }

  get id() {
    return this.modal.id;
  }

  open(parent) {
    parent.append(this.dialog);
    this.dialog.showModal();
    this.focusFirst();
  }

  focusFirst() {
    const first = this.fields[0]?.widget ?? null;
    if (first) first.focus();
    else this.submit?.focus();
  }

  /** Shows the modal as the bot changed it; what was typed stays. */
  update(modal) {
    if (shown(modal) === shown(this.modal)) return;
    const typed = new Map(this.fields.map((f) => [f.key, f.widget.get()]));
    const focused = document.activeElement?.closest?.(".field")?.dataset.field;
    this.modal = modal;
    this.draw();
    for (const f of this.fields) if (typed.has(f.key)) f.widget.set(typed.get(f.key));
    (this.fields.find((f) => f.key === focused)?.widget ?? { focus: () => this.focusFirst() }).focus();
  }

  draw() {
    const form = this.read(this.modal);
    this.fields = form.parts.filter((p) => p.widget);
    this.error = h("p", { class: "form-error", role: "alert", test: "modal-error" });
    this.submit = form.submit ? h("button", { type: "submit", class: "button primary", test: "modal-submit" }, h("span", { class: "label" }, form.submit)) : null;
    const x = h("button", { type: "button", class: "icon-button", "aria-label": t("close"), on: { click: () => this.dismiss() } }, icon("close"));
    this.dialog.replaceChildren(h("form", { novalidate: true, autocomplete: "off", on: { submit: (e) => this.onSubmit(e) } },
      h("header", { class: "form-head" }, h("h2", { id: this.dialog.getAttribute("aria-labelledby") }, form.title), x),
      h("div", { class: "form-body" }, form.parts.map((p) => (p.widget ? this.drawField(p) : p.node)), this.error),
      h("footer", { class: "form-foot" },
        h("button", { type: "button", class: "button secondary", test: "modal-close", on: { click: () => this.dismiss() } }, h("span", { class: "label" }, form.close)),
        this.submit)));
  }

  drawField(f) {
    const target = f.widget.labelled;
    target.id ||= freshId("field");
    const hint = f.hint ? h("p", { class: "field-hint", id: freshId("hint") }, f.hint) : null;
    f.mistake = h("p", { class: "field-error", id: freshId("mistake"), role: "alert", test: "field-error", hidden: true });
    target.setAttribute("aria-describedby", [hint?.id, f.mistake.id].filter(Boolean).join(" "));
    if (f.required && target.matches("input, textarea")) target.setAttribute("aria-required", "true");
    const mark = f.required ? h("span", { class: "field-star", "aria-hidden": "true" }, " *") : h("span", { class: "field-optional" }, ` ${t("optional")}`);
    f.node = h("div", { class: "field", data: { field: f.key } }, h("label", { class: "field-label", for: target.id }, f.label, mark), f.widget.node, hint, f.mistake);
    return f.node;
  }

  /** What is in the fields, by their keys. */
  values() {
    return Object.fromEntries(this.fields.map((f) => [f.key, f.widget.get()]));
  }

  mistakes(errors) {
    let first = null;
    for (const f of this.fields) {
      const names = [f.key, ...(f.also ?? [])];
      const words = names.map((n) => errors[n]).find(Boolean) ?? "";
      f.mistake.textContent = words;
      f.mistake.hidden = !words;
      f.node.classList.toggle("has-error", Boolean(words));
      f.widget.labelled.setAttribute("aria-invalid", String(Boolean(words)));
      if (words) first ??= f;
    }
    first?.widget.focus();
    return Boolean(first);
  }

  check() {
    const errors = {};
    for (const f of this.fields) {
      const values = f.widget.get();
      if (f.required && !values.some((v) => v.trim() !== "")) errors[f.key] = t("required");
      else if (f.min && values[0] && values[0].length < f.min) errors[f.key] = t("tooShort", { n: f.min });
    }
    return errors;
  }

  async onSubmit(e) {
    e.preventDefault();
    if (this.busy) return;
    this.error.textContent = "";
    if (this.mistakes(this.check())) return;
    this.setBusy(true);
    const result = await this.send(this.values());
    this.setBusy(false);
    if (!this.dialog.isConnected) return;
    const marked = this.mistakes(result.field_errors ?? {});
    const loose = Object.values(result.field_errors ?? {}).join(" ");
    if (!result.ok || loose) this.error.textContent = result.error || (marked ? t("fixErrors") : loose || t("error"));
    else if (!result.modal || !above(result.modal, this.id)) this.close();
  }

  /** Shows a sentence for the whole form. */
  say(sentence) {
    this.error.textContent = sentence;
  }

  setBusy(busy) {
    this.busy = busy;
    this.submit?.setAttribute("aria-busy", String(busy));
  }

  dismiss() {
    this.close();
    this.leave();
  }

  close() {
    this.dialog.close();
    this.dialog.remove();
    this.onClosed?.();
  }
}

// What of a modal is to be seen; Slack's views also carry what was entered.
function shown({ native: { title, submit, close, blocks, components } }) {
  return JSON.stringify({ title, submit, close, blocks, components });
}

// Whether a modal is the one of that id, changed, or stands on top of it.
function above(modal, id) {
  return modal.id === id || modal.native.previous_view_id === id;
}

/** Asks a yes or no question, as Slack's confirm object words it. */
export function confirmDialog(parent, { title, text, yes, no, danger, look }) {
  return new Promise((resolve) => {
    let answer = false;
    const id = freshId("title");
    const dialog = h("dialog", { class: `form confirm ${look}`, test: "confirm", "aria-labelledby": id, on: {
      close: () => {
        dialog.remove();
        resolve(answer);
      },
    } });
    const button = (value, label, kind, test) => h("button", { type: "button", class: `button ${kind}`, test, on: { click: () => {
      answer = value;
      dialog.close();
    } } }, h("span", { class: "label" }, label));
    dialog.append(h("div", { class: "form-head" }, h("h2", { id }, title)), h("div", { class: "form-body" }, h("div", { class: "text" }, text)),
      h("footer", { class: "form-foot" }, button(false, no, "secondary", "confirm-no"), button(true, yes, danger ? "danger" : "primary", "confirm-yes")));
    parent.append(dialog);
    dialog.showModal();
  });
}
