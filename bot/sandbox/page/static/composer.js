// Where a person types: messages, and command lines with completion.

import { h, freshId, debounce } from "./dom.js";
import { icon } from "./icons.js";
import { t } from "./i18n.js";

const remembered = 30; // lines that the up arrow brings back

export class Composer {
  /** send(text) → Result; complete(text, signal) → suggestions. */
  constructor({ send, complete }) {
    Object.assign(this, { send, complete, suggestions: [], active: -1, past: [], back: 0, aborter: null });
    const listId = freshId("suggestions");
    this.list = h("ul", { class: "suggestions", id: listId, role: "listbox", "aria-label": t("suggestions"), test: "suggestions", hidden: true });
    this.error = h("p", { class: "composer-error", role: "alert", test: "composer-error", id: freshId("error") });
    this.count = h("span", { class: "sr-only", role: "status" });
    this.field = h("textarea", {
      class: "composer-field", rows: 1, test: "composer", spellcheck: "true", autocomplete: "off", maxlength: 40000,
      "aria-autocomplete": "list", "aria-controls": listId, "aria-describedby": this.error.id,
      on: { input: () => this.typed(), keydown: (e) => this.key(e), beforeinput: (e) => this.before(e), blur: () => setTimeout(() => this.hide(), 150) },
    });
    this.button = h("button", { type: "submit", class: "send", test: "send", "aria-label": t("send") }, icon("send"));
    this.node = h("form", { class: "composer", on: { submit: (e) => {
      e.preventDefault();
      this.submit();
    } } }, this.list, h("div", { class: "composer-box" }, this.field, this.button), this.error, this.count);
    this.ask = debounce(120, () => this.fetch());
    this.width = 0;
    new ResizeObserver(() => this.resized()).observe(this.field);
  }

  // A narrower field, or a pane that comes to light, breaks the lines anew.
  // Growing changes the height alone, and so ends here.
  resized() {
    if (this.field.clientWidth === this.width) return;
    this.width = this.field.clientWidth;
    this.grow();
  }

  /** Says where one writes, and whether one may. */
  where(placeholder, canWrite, reason) {
    this.field.placeholder = canWrite ? placeholder : reason;
    this.field.setAttribute("aria-label", placeholder);
    this.field.disabled = !canWrite;
    this.button.disabled = !canWrite;
  }

  get text() {
    return this.field.value;
  }

  set text(value) {
    this.field.value = value;
    this.grow();
  }

  // The caret is put there too: Chromium leaves a field without one if a
  // dialog hands the focus back while the field still lies behind it.
  focus() {
    this.field.focus();
    this.field.setSelectionRange(this.text.length, this.text.length);
  }

  fail(sentence) {
    this.error.textContent = sentence;
  }

  typed() {
    this.grow();
    this.fail("");
    this.back = 0;
    this.active = -1; // what was offered was for an older text
    this.mark();
    if (this.text.startsWith("/") && !this.text.includes("\n")) this.ask();
    else this.hide();
  }

  grow() {
    this.field.style.height = "auto";
    if (!this.field.scrollHeight) return; // the pane is not on screen
    this.field.style.height = `${Math.min(this.field.scrollHeight, 160)}px`;
  }

  async fetch() {
    this.aborter?.abort();
    this.aborter = new AbortController();
    const text = this.text;
    let found;
    try {
      found = await this.complete(text, this.aborter.signal);
    } catch {
      return; // aborted, or the sandbox is away: the composer works without
    }
    if (text === this.text && document.activeElement === this.field) this.show(found);
  }

  show(found) {
    this.suggestions = found.slice(0, 25);
    this.list.replaceChildren(...this.suggestions.map((s, i) => h("li", {
      class: "suggestion", role: "option", id: freshId("suggestion"), test: "suggestion", data: { insert: s.insert },
      on: { pointerdown: (e) => e.preventDefault(), click: () => this.take(i) },
    }, h("strong", {}, s.label), s.description ? h("span", {}, s.description) : null)));
    this.list.hidden = !this.suggestions.length;
    this.count.textContent = { 0: "", 1: t("oneSuggestion") }[found.length] ?? t("suggestionCount", { n: found.length });
    this.active = this.suggestions.findIndex((s) => this.finishesWord(s));
    this.mark();
  }

  // Enter takes a suggestion unasked only while it finishes the word being
  // typed; one that would add a further word must be chosen by an arrow or
  // Tab, so that a line that is complete can be sent.
  finishesWord(s) {
    const text = this.text.trimEnd();
    return this.takeable(s) && this.text === text && s.insert.trimEnd() !== text && !s.insert.startsWith(`${text} `);
  }

  takeable(s) {
    return Boolean(s?.insert) && s.insert !== this.text;
  }

  mark() {
    const rows = this.list.children;
    for (let i = 0; i < rows.length; i += 1) rows[i].setAttribute("aria-selected", String(i === this.active));
    const row = rows[this.active];
    if (row) this.field.setAttribute("aria-activedescendant", row.id);
    else this.field.removeAttribute("aria-activedescendant");
    row?.scrollIntoView({ block: "nearest" });
  }

  take(index) {
    const s = this.suggestions[index];
    if (!this.takeable(s)) return false;
    this.text = s.insert;
    this.field.setSelectionRange(s.insert.length, s.insert.length);
    this.focus();
    this.typed();
    return true;
  }

  hide() {
    this.ask.cancel();
    this.aborter?.abort();
    this.suggestions = [];
    this.list.hidden = true;
    this.list.replaceChildren();
    this.active = -1;
    this.mark();
  }

  // Enter sends; only with Shift does it break the line.
  before(e) {
    if (e.inputType === "insertLineBreak" && !this.shift) e.preventDefault();
  }

  key(e) {
    this.shift = e.shiftKey;
    if (e.isComposing) return;
    if (this.suggestions.length && this.keyInList(e)) {
      e.preventDefault();
      return;
    }
    if (e.key === "Enter" && !e.shiftKey) {
      e.preventDefault();
      this.submit();
    } else if (e.key === "ArrowUp" && (this.text === "" || this.back > 0) && this.past.length > this.back) {
      e.preventDefault();
      this.back += 1;
      this.text = this.past.at(-this.back);
    }
  }

  keyInList(e) {
    const n = this.suggestions.length;
    switch (e.key) {
      case "ArrowDown":
        this.active = (this.active + 1) % n;
        break;
      case "ArrowUp":
        this.active = (this.active - 1 + n) % n;
        break;
      case "Escape":
        this.hide();
        return true;
      case "Tab":
        return !e.shiftKey && this.take(Math.max(0, this.active));
      case "Enter":
        return !e.shiftKey && this.active >= 0 && this.take(this.active);
      default:
        return false;
    }
    this.mark();
    return true;
  }

  async submit() {
    const text = this.text.trim();
    if (!text || this.field.disabled) return;
    this.hide();
    this.fail("");
    this.past = [...this.past.filter((p) => p !== text), text].slice(-remembered);
    this.back = 0;
    this.text = "";
    this.button.setAttribute("aria-busy", "true");
    const result = await this.send(text);
    this.button.setAttribute("aria-busy", "false");
    if (result.ok) return;
    this.fail(result.error || t("error"));
    if (this.text === "") this.text = text; // so that a slip can be mended
  }
}
